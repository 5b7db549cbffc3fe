/* A plan becomes rows of the model. */
#include "tests/unit/worker/plan/model_rows.h"

static struct text keep(struct model *m, struct text t)
{
	return t.data ? arena_copy(&m->arena, t) : t;
}

/* The guard of an UPDATE, and what must be true of an INSERT. */
static struct model_show *row_of_show(struct model *m, const struct show *show)
{
	struct model_show *row = model_show_row(m, show->show_id);

	MODEL_CHECK(m, show->exists && show->existed == (row != NULL));
	if (row) {
		MODEL_CHECK(m, show->seen && row->version == show->seen->version);
		MODEL_CHECK(m, model_same_policy(&row->policy, &show->seen->policy));
		MODEL_CHECK(m, row->has_owner == show->seen->has_owner);
		MODEL_CHECK(m, !memcmp(row->owner_hash, show->seen->owner_hash, SHA256_BYTES));
		return row;
	}
	MODEL_CHECK(m, m->show_count < m->settings_max);
	model_index(m, MODEL_SHOW, show->show_id, text_of(""), m->show_count);
	row = &m->shows[m->show_count++];
	row->show_id = arena_copy(&m->arena, show->show_id);
	row->rules = show->rules;
	row->created_at_ms = show->created_at_ms;
	row->created_offset = show->created_offset;
	return row;
}

static void write_show(struct model *m, const struct show *show)
{
	struct model_show *row = row_of_show(m, show);

	row->policy = show->policy;
	row->policy.title = keep(m, show->policy.title);
	row->has_owner = show->has_owner;
	memcpy(row->owner_hash, show->owner_hash, SHA256_BYTES);
	row->version = show->version;
	MODEL_CHECK(m, row->policy.hold_seconds <= row->policy.max_hold_seconds);
}

static void write_channel(struct model *m, const struct show *show,
                          const struct channel_row *channel)
{
	struct model_channel *row = model_channel(m, show->show_id, channel->name);
	struct text *opens = arena_take(&m->arena, (channel->opens_count + 1) * sizeof *opens);

	MODEL_CHECK(m, channel->existed == (row != NULL));
	if (row) {
		MODEL_CHECK(m, channel->seen && model_same_channel(&row->row, channel->seen));
	} else {
		MODEL_CHECK(m, m->channel_count < m->settings_max);
		row = &m->channels[m->channel_count++];
		row->show_id = keep(m, show->show_id);
	}
	assert_non_null(opens);
	for (size_t i = 0; i < channel->opens_count; i++) {
		opens[i] = keep(m, channel->opens[i]);
		MODEL_CHECK(m, i == 0 || text_compare(opens[i - 1], opens[i]) < 0);
	}
	row->row = *channel;
	row->row.name = keep(m, channel->name);
	row->row.opens = opens;
	row->row.is_changed = row->row.existed = false;
	row->row.seen = NULL;
}

static void write_channels(struct model *m, const struct show *show)
{
	for (const struct channel_row *c = show->channels; c; c = c->next)
		if (c->is_changed)
			write_channel(m, show, c);
	for (const struct channel_row *a = show->channels; a; a = a->next)
		for (const struct channel_row *b = a->next; b; b = b->next)
			MODEL_CHECK(m, !text_same(a->name, b->name) &&
			                   !(a->has_key && b->has_key &&
			                     !memcmp(a->key_hash, b->key_hash, SHA256_BYTES)));
}

static void write_place(struct model *m, const struct place_row *place)
{
	const struct text show_id = place->seat->show->show_id, seat_id = place->seat->seat_id;
	struct model_place *row = model_place(m, show_id, seat_id);

	MODEL_CHECK(m, place->exists && place->is_known && place->existed == (row != NULL));
	MODEL_CHECK(m, model_seat(m, show_id, seat_id) != NULL);
	if (row) {
		MODEL_CHECK(m, row->version == place->seen_version);
		MODEL_CHECK(m, model_same_place(&row->place, &place->seen));
	} else {
		MODEL_CHECK(m, m->place_count < m->seats_max);
		model_index(m, MODEL_PLACE, show_id, seat_id, m->place_count);
		row = &m->places[m->place_count++];
		row->show_id = keep(m, show_id);
		row->seat_id = keep(m, seat_id);
	}
	row->place = place->place;
	row->place.section = keep(m, place->place.section);
	row->place.row = keep(m, place->place.row);
	row->place.category = keep(m, place->place.category);
	row->version = place->version;
	MODEL_CHECK(m, row->place.rank > 0 && !row->place.row.data == !row->place.pos);
}

/* The UNIQUE constraint, which is looked at when all places are written. */
static void check_slots(struct model *m, const struct view *view)
{
	for (const struct place_row *p = view->changed_places; p; p = p->next_changed)
		for (size_t i = 0; i < m->place_count; i++)
			MODEL_CHECK(m, !model_same_slot(&m->places[i].place, &p->place) ||
			                   text_same(m->places[i].seat_id, p->seat->seat_id) ||
			                   !text_same(m->places[i].show_id, p->seat->show->show_id));
}

static void write_seat(struct model *m, const struct seat *seat)
{
	struct model_seat *row = model_seat(m, seat->show->show_id, seat->seat_id);

	MODEL_CHECK(m, seat->exists && seat->known == KNOWN);
	MODEL_CHECK(m, model_row_is_allowed(&seat->row));
	MODEL_CHECK(m, seat->existed == (row != NULL));
	if (row) {
		MODEL_CHECK(m, model_same_row(&row->row, &seat->seen)); /* the guard */
	} else {
		MODEL_CHECK(m, m->seat_count < m->seats_max);
		model_index(m, MODEL_SEAT, seat->show->show_id, seat->seat_id, m->seat_count);
		row = &m->seats[m->seat_count++];
		row->show_id = arena_copy(&m->arena, seat->show->show_id);
		row->seat_id = arena_copy(&m->arena, seat->seat_id);
	}
	row->row = seat->row;
	row->row.channel = keep(m, seat->row.channel);
}

/* ---- what is in a reservation ---- */

static struct model_reserved_seat *add_reserved_seat(struct model *m,
                                                     struct model_reservation *row,
                                                     struct text seat_id)
{
	size_t bytes = (row->seat_row_count + 1) * sizeof row->seat_rows[0];
	struct model_reserved_seat *added;

	MODEL_CHECK(m, !model_reserved_seat(row, seat_id));
	row->seat_rows = realloc(row->seat_rows, bytes);
	assert_non_null(row->seat_rows);
	added = &row->seat_rows[row->seat_row_count++];
	*added = (struct model_reserved_seat){.seat_id = keep(m, seat_id)};
	return added;
}

static int32_t first_place(const struct reservation *r, size_t i)
{
	for (const struct moved_seat *moved = r->moved; moved; moved = moved->next)
		if (moved->seat == r->seats[i])
			return moved->place;
	return (int32_t)i;
}

/* The guards: what was in it is there and has not left, what was not is not there, or has left. */
static void move_seats(struct model *m, struct model_reservation *row, const struct reservation *r)
{
	for (const struct moved_seat *moved = r->moved; moved; moved = moved->next) {
		struct model_reserved_seat *seat = model_reserved_seat(row, moved->seat_id);
		bool is_written = !r->existed && moved->is_in;

		MODEL_CHECK(m, moved->reservation == r && text_same(moved->seat_id, moved->seat->seat_id));
		MODEL_CHECK(m, !moved->was_in || r->existed);
		MODEL_CHECK(m, (moved->was_in || is_written) == (seat && !seat->has_left));
		if (!seat)
			seat = add_reserved_seat(m, row, moved->seat_id);
		seat->has_left = !moved->is_in;
		seat->left_at = moved->is_in ? 0 : moved->left_at;
		MODEL_CHECK(m, moved->place >= 0 || (moved->was_in && !moved->is_in));
		if (moved->place >= 0)
			seat->place = moved->place;
		MODEL_CHECK(m, moved->is_in || moved->left_at > r->request_offset);
	}
}

/* The seats that are in it, by place, as the plan says they are. */
static void list_seats(struct model *m, struct model_reservation *row, const struct reservation *r)
{
	struct text *ids = arena_take(&m->arena, (row->seat_row_count + 1) * sizeof *ids);
	int64_t above = -1;

	assert_non_null(ids);
	row->seat_ids = ids;
	row->seat_count = 0;
	for (;;) {
		const struct model_reserved_seat *next = NULL;

		for (size_t i = 0; i < row->seat_row_count; i++) {
			const struct model_reserved_seat *seat = &row->seat_rows[i];

			if (!seat->has_left && seat->place > above && (!next || seat->place < next->place))
				next = seat;
			else if (!seat->has_left && next)
				MODEL_CHECK(m, seat->place != next->place);
		}
		if (!next)
			break;
		above = next->place;
		ids[row->seat_count++] = next->seat_id;
	}
	MODEL_CHECK(m, row->seat_count == r->seat_count);
	for (size_t i = 0; i < r->seat_count; i++)
		MODEL_CHECK(m, text_same(ids[i], r->seat_ids[i]));
}

static void set_reservation(struct model *m, struct model_reservation *row,
                            const struct reservation *r)
{
	row->status = r->status;
	row->reserved_until_ms = r->reserved_until_ms;
	row->places = r->places;
	model_write_reserved_areas(m, row, r);
	list_seats(m, row, r);
	row->has_ended_at = r->status != RESERVATION_HELD;
	row->ended_at_ms = row->has_ended_at ? r->ended_at_ms : 0;
	MODEL_CHECK(m, row->reserved_until_ms > row->created_at_ms);
	MODEL_CHECK(m, !row->has_ended_at || row->ended_at_ms >= row->created_at_ms);
	model_find_held(m, row->show_id, row->session_hash); /* one at most, at any moment */
}

static void update_reservation(struct model *m, const struct reservation *r)
{
	struct model_reservation *row = model_reservation(m, r->show->show_id, &r->id);

	MODEL_CHECK(m, row != NULL);
	MODEL_CHECK(m, row->status == r->seen_status); /* the guard */
	MODEL_CHECK(m, row->reserved_until_ms == r->seen_reserved_until_ms);
	MODEL_CHECK(m, row->places == r->seen_places);
	move_seats(m, row, r);
	set_reservation(m, row, r);
}

static void insert_reservation(struct model *m, const struct reservation *r)
{
	struct model_reservation *row;

	MODEL_CHECK(m, !model_reservation(m, r->show->show_id, &r->id));
	MODEL_CHECK(m, r->exists && r->known == KNOWN);
	MODEL_CHECK(m, m->reservation_count < m->reservations_max);
	model_index(m, MODEL_RESERVATION, r->show->show_id, model_id(&r->id), m->reservation_count);
	row = &m->reservations[m->reservation_count++];
	row->show_id = arena_copy(&m->arena, r->show->show_id);
	row->id = r->id;
	memcpy(row->session_hash, r->session_hash, SHA256_BYTES);
	row->has_customer = r->has_customer;
	memcpy(row->customer_hash, r->customer_hash, SHA256_BYTES);
	row->channel = keep(m, r->channel);
	row->created_at_ms = r->created_at_ms;
	row->request_offset = r->request_offset;
	for (size_t i = 0; i < r->seat_count; i++)
		add_reserved_seat(m, row, r->seat_ids[i])->place = first_place(r, i);
	move_seats(m, row, r);
	set_reservation(m, row, r);
}

/* As they are answered. */
static void expand(struct model *m, struct model_decision *row)
{
	const struct decision *d = &row->decision;
	struct reply reply = decision_head(d);
	struct packed_events left = packed_open_events(d->events);
	struct buf bodies = {0};

	MODEL_CHECK(m, packed_expand_reply(&bodies, d->reply, &reply, &m->arena));
	row->reply = keep(m, buf_text(&bodies));
	buf_clear(&bodies);
	while (packed_expand_event(&bodies, &left, &reply, &m->arena))
		if (left.left.bytes)
			buf_add(&bodies, "\n", 1);
	MODEL_CHECK(m, !left.failed && !bodies.failed);
	row->events = d->events.data ? keep(m, buf_text(&bodies)) : d->events;
	buf_release(&bodies);
}

static void insert_decision(struct model *m, const struct entry *entry)
{
	struct model_decision *row;

	MODEL_CHECK(m, m->decision_count < m->decisions_max);
	if (entry->decision.is_claim)
		model_index(m, MODEL_CLAIM, entry->decision.show_id,
		            model_id(&entry->decision.request_id), m->decision_count);
	row = &m->decisions[m->decision_count++];
	row->decision = entry->decision;
	row->decision.show_id = keep(m, entry->decision.show_id);
	row->decision.reply = keep(m, entry->decision.reply);
	row->decision.events = keep(m, entry->decision.events);
	row->offset = entry->record.offset;
	row->t_ms = entry->t_ms;
	memcpy(row->content, entry->request.content, sizeof row->content);
	expand(m, row);
}

/* In the order of the statements. */
void model_apply(struct model *m, const struct view *view, size_t first, size_t count)
{
	model_check_unchanged(m, view);
	for (const struct show *s = view->changed_shows; s; s = s->next_changed) {
		if (s->is_changed)
			write_show(m, s);
		write_channels(m, s);
	}
	for (const struct seat *s = view->changed_seats; s; s = s->next_changed)
		write_seat(m, s);
	for (const struct place_row *p = view->changed_places; p; p = p->next_changed)
		write_place(m, p);
	check_slots(m, view);
	model_write_areas(m, view);
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed)
		if (r->existed)
			update_reservation(m, r);
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed)
		if (!r->existed)
			insert_reservation(m, r);
	for (size_t i = first; i < first + count; i++)
		insert_decision(m, &m->batch.entries[i]);
}
