/* The model as the view's source. */
#include "tests/unit/worker/plan/model_rows.h"

#define TAKE(item, list) \
	do { \
		(item) = (list); \
		(list) = (item)->next_wanted; \
		(item)->next_wanted = NULL; \
	} while (0)

static void fill_channels(struct model *m, struct view *view, struct show *show)
{
	for (size_t i = 0; i < m->channel_count; i++) {
		const struct channel_row *row = &m->channels[i].row;
		struct channel_row *channel, *next;

		if (!text_same(m->channels[i].show_id, show->show_id) ||
		    !(channel = view_new_channel(view, show, row->name)))
			continue;
		next = channel->next;
		*channel = *row;
		channel->next = next;
		view_learn_channel(channel);
	}
}

static void fill_show(struct model *m, struct view *from, struct view *view)
{
	const struct model_show *row;
	struct show *show;

	TAKE(show, from->wanted_shows);
	row = model_show_row(m, show->show_id);
	show->exists = row != NULL;
	if (row) {
		show->rules = row->rules;
		show->policy = row->policy;
		show->has_owner = row->has_owner;
		memcpy(show->owner_hash, row->owner_hash, SHA256_BYTES);
		show->created_at_ms = row->created_at_ms;
		show->created_offset = row->created_offset;
		show->version = row->version;
		fill_channels(m, view, show);
		model_fill_areas(m, view, show);
	}
	view_learn_show(view, show);
}

static void fill_place(struct model *m, struct view *from)
{
	const struct model_place *row;
	struct place_row *place;

	TAKE(place, from->wanted_places);
	row = model_place(m, place->seat->show->show_id, place->seat->seat_id);
	place->exists = row != NULL;
	if (row) {
		place->place = row->place;
		place->version = row->version;
	}
	view_learn_place(place);
}

static void fill_slot(struct model *m, struct view *from, struct view *view)
{
	struct slot *slot;
	struct seat *seat = NULL;

	TAKE(slot, from->wanted_slots);
	for (size_t i = 0; i < m->place_count; i++) {
		const struct place at = {.section = slot->section, .row = slot->row, .pos = slot->pos};

		if (text_same(m->places[i].show_id, slot->show->show_id) &&
		    model_same_slot(&m->places[i].place, &at))
			seat = view_seat(view, slot->show, m->places[i].seat_id);
	}
	view_learn_slot(slot, seat);
}

static void fill_seat(struct model *m, struct view *from, struct view *view, int64_t until_ms)
{
	const struct model_seat *row;
	struct seat *seat;

	TAKE(seat, from->wanted_seats);
	row = model_seat(m, seat->show->show_id, seat->seat_id);
	seat->exists = row != NULL;
	if (row)
		seat->row = row->row;
	if (seat->show->layout)
		seat->number = model_number(m, seat);
	view_learn_seat(view, seat, until_ms);
}

static int32_t next_place(const struct model_reservation *row)
{
	int32_t next = 0;

	for (size_t i = 0; i < row->seat_row_count; i++)
		if (row->seat_rows[i].place >= next)
			next = row->seat_rows[i].place + 1;
	return next;
}

static void fill_reservation(struct model *m, struct view *from, struct view *view)
{
	const struct model_reservation *row;
	struct reservation *r;
	struct text *seat_ids = NULL;

	TAKE(r, from->wanted_reservations);
	row = model_reservation(m, r->show->show_id, &r->id);
	r->exists = row != NULL;
	if (row) {
		r->status = row->status;
		r->reserved_until_ms = row->reserved_until_ms;
		r->created_at_ms = row->created_at_ms;
		r->ended_at_ms = row->ended_at_ms;
		r->request_offset = row->request_offset;
		r->channel = row->channel;
		r->places = row->places;
		r->has_customer = row->has_customer;
		memcpy(r->customer_hash, row->customer_hash, SHA256_BYTES);
		memcpy(r->session_hash, row->session_hash, SHA256_BYTES);
		r->next_place = next_place(row);
		seat_ids = arena_take(view->arena, (row->seat_count + 1) * sizeof *seat_ids);
		for (size_t i = 0; seat_ids && i < row->seat_count; i++)
			seat_ids[i] = arena_copy(view->arena, row->seat_ids[i]);
		model_fill_reserved_areas(view, r, row);
	}
	view_learn_reservation(view, r, seat_ids, seat_ids ? row->seat_count : 0);
}

static void fill_session(struct model *m, struct view *from, struct view *view)
{
	const struct model_reservation *held;
	struct session *session;

	TAKE(session, from->wanted_sessions);
	held = model_find_held(m, session->show->show_id, session->hash);
	view_learn_session(view, session, held ? &held->id : NULL);
}

static bool is_customers(const struct model_reservation *row, const struct customer *customer)
{
	return row->has_customer && text_same(row->show_id, customer->show->show_id) &&
	       !memcmp(row->customer_hash, customer->hash, SHA256_BYTES);
}

static void fill_customer(struct model *m, struct view *from, struct view *view)
{
	struct customer *customer;
	int64_t sold = 0;

	TAKE(customer, from->wanted_customers);
	for (size_t i = 0; i < m->reservation_count; i++) {
		const struct model_reservation *row = &m->reservations[i];

		if (!is_customers(row, customer))
			continue;
		if (row->status == RESERVATION_HELD)
			view_add_hold(view, customer, &row->id);
		if (row->status == RESERVATION_CONFIRMED)
			sold += row->places;
	}
	view_learn_customer(customer, sold);
	m->customers_read++;
}

static void fill_claim(struct model *m, struct view *from, struct view *view)
{
	const struct model_decision *row;
	struct claim *claim;

	TAKE(claim, from->wanted_claims);
	row = model_find_claim(m, claim->show->show_id, &claim->request_id);
	claim->exists = row != NULL;
	if (row) {
		claim->offset = row->offset;
		claim->decided_at_ms = row->decision.decided_at_ms;
		claim->outcome = row->decision.outcome;
		claim->reply = arena_copy(view->arena, row->decision.reply);
		memcpy(claim->content, row->content, sizeof claim->content);
	}
	view_learn_claim(claim);
}

static void fill_lapsing(struct model *m, struct view *from, struct view *view)
{
	struct area_row *area;

	TAKE(area, from->wanted_lapsing);
	model_fill_lapsing(m, view, area);
}

/* What is wanted now; that may make more wanted. */
static void fill_wave(struct model *m, struct view *view, int64_t until_ms)
{
	struct view from = *view;

	view->wanted_shows = NULL;
	view->wanted_seats = NULL;
	view->wanted_reservations = NULL;
	view->wanted_sessions = NULL;
	view->wanted_claims = NULL;
	view->wanted_places = NULL;
	view->wanted_slots = NULL;
	view->wanted_lapsing = NULL;
	from.wanted_whole = NULL;
	from.wanted_customers = view_take_customers(view);
	while (!view_is_complete(&from) && !view->failed && !view->arena->failed) {
		if (from.wanted_shows)
			fill_show(m, &from, view);
		else if (from.wanted_lapsing) /* before more of it is wanted */
			fill_lapsing(m, &from, view);
		else if (from.wanted_seats)
			fill_seat(m, &from, view, until_ms);
		else if (from.wanted_reservations)
			fill_reservation(m, &from, view);
		else if (from.wanted_sessions)
			fill_session(m, &from, view);
		else if (from.wanted_customers)
			fill_customer(m, &from, view);
		else if (from.wanted_places)
			fill_place(m, &from);
		else if (from.wanted_slots)
			fill_slot(m, &from, view);
		else
			fill_claim(m, &from, view);
	}
}

void model_give_held(struct model *m, const struct model_reservation *row)
{
	struct reservation r = {
	    .id = row->id,
	    .created_at_ms = row->created_at_ms,
	    .reserved_until_ms = row->reserved_until_ms,
	    .request_offset = row->request_offset,
	    .channel = row->channel,
	    .places = row->places,
	    .has_customer = row->has_customer,
	    .next_place = next_place(row),
	    .seat_ids = row->seat_ids,
	    .seat_count = row->seat_count,
	};
	struct view view = {.arena = &m->arena};

	model_fill_reserved_areas(&view, &r, row);
	memcpy(r.session_hash, row->session_hash, SHA256_BYTES);
	memcpy(r.customer_hash, row->customer_hash, SHA256_BYTES);
	cache_add_held(m->cache, &r);
}

/* What the customers of a show have bought, each once. */
static void read_sold(struct model *m, const struct view *view)
{
	size_t rows_max, rows = 0;
	struct text show_id = cache_choose_sold(m->cache, view, &rows_max);

	for (size_t i = 0; show_id.data && i < m->reservation_count; i++) {
		const struct model_reservation *first = &m->reservations[i];
		struct show show = {.show_id = show_id};
		struct customer customer = {.show = &show};
		bool is_first = first->has_customer && first->status == RESERVATION_CONFIRMED;
		int64_t sold = 0;

		memcpy(customer.hash, first->customer_hash, SHA256_BYTES);
		for (size_t k = 0; is_first && k < m->reservation_count; k++) {
			const struct model_reservation *row = &m->reservations[k];

			if (row->status != RESERVATION_CONFIRMED || !is_customers(row, &customer))
				continue;
			is_first = k >= i;
			sold += row->places;
		}
		if (is_first && text_same(first->show_id, show_id) && ++rows <= rows_max)
			cache_add_sold(m->cache, customer.hash, sold);
	}
	if (!show_id.data)
		return;
	cache_end_sold(m->cache, rows <= rows_max);
	m->sold_read += rows <= rows_max;
}

/* As the store does: all held reservations of a show at once, where the cache asks for it. */
static void read_held(struct model *m, struct view *view)
{
	size_t rows_max, rows = 0;
	struct text show_id = cache_choose_held(m->cache, view, &rows_max);

	for (size_t i = 0; show_id.data && i < m->reservation_count; i++) {
		const struct model_reservation *row = &m->reservations[i];

		if (row->status == RESERVATION_HELD && text_same(row->show_id, show_id) &&
		    ++rows <= rows_max)
			model_give_held(m, row);
	}
	if (!show_id.data)
		return;
	cache_end_held(m->cache, rows <= rows_max);
	m->held_read += rows <= rows_max;
}

void model_fill(struct model *m, struct view *view, int64_t until_ms)
{
	cache_fill(m->cache, view, until_ms);
	while (!view_is_complete(view) && !view->failed && !view->arena->failed) {
		read_held(m, view);
		read_sold(m, view);
		cache_fill(m->cache, view, until_ms);
		fill_wave(m, view, until_ms);
		cache_fill(m->cache, view, until_ms);
		model_fill_whole(m, view);
	}
}

void model_fill_shows(struct model *m, struct view *view)
{
	while (view->wanted_shows && !view->failed && !view->arena->failed)
		fill_show(m, view, view);
}

static void check_show(struct model *m, const struct show *show)
{
	const struct model_show *row = model_show_row(m, show->show_id);

	MODEL_CHECK(m, show->exists == (row != NULL));
	if (!row)
		return;
	MODEL_CHECK(m, show->rules == row->rules && show->version == row->version &&
	                   model_same_policy(&show->policy, &row->policy));
	MODEL_CHECK(m, show->has_owner == row->has_owner &&
	                   !memcmp(show->owner_hash, row->owner_hash, SHA256_BYTES));
	MODEL_CHECK(m, show->created_at_ms == row->created_at_ms &&
	                   show->created_offset == row->created_offset);
}

static void check_channels(struct model *m, const struct show *show)
{
	size_t rows = 0;

	for (size_t i = 0; i < m->channel_count; i++)
		rows += text_same(m->channels[i].show_id, show->show_id);
	for (const struct channel_row *c = show->channels; c; c = c->next) {
		const struct model_channel *row = model_channel(m, show->show_id, c->name);

		MODEL_CHECK(m, c->is_changed || (row && model_same_channel(&row->row, c)));
		rows -= row != NULL;
	}
	MODEL_CHECK(m, rows == 0);
}

static void check_place(struct model *m, const struct place_row *place)
{
	const struct model_place *row =
	    model_place(m, place->seat->show->show_id, place->seat->seat_id);

	MODEL_CHECK(m, place->exists == (row != NULL));
	MODEL_CHECK(m, !row || (place->version == row->version &&
	                        model_same_place(&place->place, &row->place)));
}

void model_check_unchanged(struct model *m, const struct view *view)
{
	for (const struct show *show = view->shows; show; show = show->hh.next) {
		if (!show->is_changed)
			check_show(m, show);
		check_channels(m, show);
		model_check_areas_unchanged(m, show);
		for (const struct seat *s = show->seats; s; s = s->hh.next) {
			if (!s->is_changed)
				MODEL_CHECK(m, s->exists == s->existed && model_same_row(&s->row, &s->seen));
			if (s->place && !s->place->is_changed)
				check_place(m, s->place);
		}
		for (const struct reservation *r = show->reservations; r; r = r->hh.next)
			if (!r->is_changed)
				MODEL_CHECK(m, r->exists == r->existed && r->status == r->seen_status &&
				                   r->reserved_until_ms == r->seen_reserved_until_ms &&
				                   r->places == r->seen_places && !r->moved);
	}
}

static void check_customer(struct model *m, const struct customer *c)
{
	int64_t sold = 0, held = 0;

	for (size_t i = 0; i < m->reservation_count; i++) {
		const struct model_reservation *row = &m->reservations[i];

		if (!is_customers(row, c))
			continue;
		held += row->status == RESERVATION_HELD;
		sold += row->status == RESERVATION_CONFIRMED ? row->places : 0;
	}
	for (const struct reservation *r = c->held; r; r = r->next_of_customer) {
		MODEL_CHECK(m, r->exists && r->status == RESERVATION_HELD && r->has_customer &&
		                   !memcmp(r->customer_hash, c->hash, SHA256_BYTES));
		held--;
	}
	MODEL_CHECK(m, held == 0 && sold == c->sold);
}

void model_check_as_read(struct model *m, const struct view *view)
{
	for (const struct show *show = view->shows; show; show = show->hh.next) {
		check_show(m, show);
		check_channels(m, show);
		model_check_areas_as_read(m, show);
		for (const struct seat *s = show->seats; s; s = s->hh.next) {
			const struct model_seat *row = model_seat(m, show->show_id, s->seat_id);

			MODEL_CHECK(m, s->existed == (row != NULL));
			MODEL_CHECK(m, !row || model_same_row(&row->row, &s->row));
		}
		for (const struct reservation *r = show->reservations; r; r = r->hh.next) {
			const struct model_reservation *row = model_reservation(m, show->show_id, &r->id);

			MODEL_CHECK(m, r->existed == (row != NULL));
			MODEL_CHECK(m, !row || (row->status == r->status &&
			                        row->reserved_until_ms == r->reserved_until_ms &&
			                        row->created_at_ms == r->created_at_ms &&
			                        row->request_offset == r->request_offset &&
			                        text_identical(row->channel, r->channel) &&
			                        row->seat_count == r->seat_count && row->places == r->places &&
			                        row->has_customer == r->has_customer &&
			                        !memcmp(row->customer_hash, r->customer_hash, SHA256_BYTES) &&
			                        !memcmp(row->session_hash, r->session_hash, SHA256_BYTES)));
			for (size_t i = 0; row && i < row->seat_count; i++)
				MODEL_CHECK(m, text_same(row->seat_ids[i], r->seat_ids[i]));
		}
		for (const struct session *s = show->sessions; s; s = s->hh.next) {
			const struct model_reservation *row = model_find_held(m, show->show_id, s->hash);

			MODEL_CHECK(m, !row == !s->held && (!row || uuid_same(&row->id, &s->held->id)));
		}
		for (const struct customer *c = show->customers.all; c; c = c->next_of_show)
			if (c->known == KNOWN)
				check_customer(m, c);
	}
}
