#include "tests/unit/worker/plan/model.h"

void model_check(const struct model *m, bool is_fine, const char *what, const char *file, int line)
{
	if (is_fine)
		return;
	print_error("%s: %s\n", m->note ? m->note : "model", what);
	_fail(file, line);
}

static void *room(size_t count, size_t bytes)
{
	void *taken = calloc(count, bytes);

	assert_non_null(taken);
	return taken;
}

static struct model *open(const struct plan_place *place, size_t seats, size_t reservations,
                          size_t decisions)
{
	struct model *m = room(1, sizeof *m);

	m->place = *place;
	m->seats = room(seats, sizeof m->seats[0]);
	m->seats_max = seats;
	m->reservations = room(reservations, sizeof m->reservations[0]);
	m->reservations_max = reservations;
	m->decisions = room(decisions, sizeof m->decisions[0]);
	m->decisions_max = decisions;
	return m;
}

struct model *model_open(const struct plan_place *place)
{
	return open(place, MODEL_SEATS_MAX, MODEL_RESERVATIONS_MAX, MODEL_DECISIONS_MAX);
}

struct model *model_open_small(const struct plan_place *place, size_t seats, size_t others)
{
	return open(place, seats, others, others);
}

void model_close(struct model *m)
{
	if (!m)
		return;
	batch_release(&m->batch);
	arena_release(&m->arena);
	free(m->seats);
	free(m->reservations);
	free(m->decisions);
	free(m);
}

/* ---- rows ---- */

static struct model_show *find_show(struct model *m, struct text show_id)
{
	for (size_t i = 0; i < m->show_count; i++)
		if (text_same(m->shows[i].show_id, show_id))
			return &m->shows[i];
	return NULL;
}

struct model_seat *model_seat(struct model *m, struct text show_id, struct text seat_id)
{
	for (size_t i = 0; i < m->seat_count; i++)
		if (text_same(m->seats[i].seat_id, seat_id) && text_same(m->seats[i].show_id, show_id))
			return &m->seats[i];
	return NULL;
}

struct model_reservation *model_reservation(struct model *m, struct text show_id,
                                            const struct uuid *id)
{
	for (size_t i = 0; i < m->reservation_count; i++)
		if (uuid_same(&m->reservations[i].id, id) &&
		    text_same(m->reservations[i].show_id, show_id))
			return &m->reservations[i];
	return NULL;
}

/* The latest decision that claimed the id. */
static const struct model_decision *find_claim(const struct model *m, struct text show_id,
                                               const struct uuid *request_id)
{
	for (size_t i = m->decision_count; i-- > 0;) {
		const struct decision *d = &m->decisions[i].decision;

		if (d->is_claim && uuid_same(&d->request_id, request_id) && text_same(d->show_id, show_id))
			return &m->decisions[i];
	}
	return NULL;
}

/* At most one held row of a session on a show. */
static struct model_reservation *find_held(struct model *m, struct text show_id,
                                           const uint8_t hash[SHA256_BYTES])
{
	struct model_reservation *found = NULL;

	for (size_t i = 0; i < m->reservation_count; i++) {
		struct model_reservation *r = &m->reservations[i];

		if (r->status != RESERVATION_HELD || memcmp(r->session_hash, hash, SHA256_BYTES) != 0 ||
		    !text_same(r->show_id, show_id))
			continue;
		MODEL_CHECK(m, !found);
		found = r;
	}
	return found;
}

/* ---- the source ---- */

#define TAKE(item, list) \
	do { \
		(item) = (list); \
		(list) = (item)->next_wanted; \
		(item)->next_wanted = NULL; \
	} while (0)

static void fill_show(struct model *m, struct view *from)
{
	const struct model_show *row;
	struct show *show;

	TAKE(show, from->wanted_shows);
	row = find_show(m, show->show_id);
	show->exists = row != NULL;
	if (row) {
		show->policy.title = row->title;
		show->policy.hold_seconds = row->hold_seconds;
		show->policy.max_hold_seconds = row->max_hold_seconds;
		show->policy.max_seats = row->max_seats;
		show->has_owner = row->has_owner;
		memcpy(show->owner_hash, row->owner_hash, SHA256_BYTES);
		show->created_at_ms = row->created_at_ms;
		show->created_offset = row->created_offset;
	}
	view_learn_show(show);
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
	view_learn_seat(view, seat, until_ms);
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
		memcpy(r->session_hash, row->session_hash, SHA256_BYTES);
		seat_ids = arena_take(view->arena, (row->seat_count + 1) * sizeof *seat_ids);
		for (size_t i = 0; seat_ids && i < row->seat_count; i++)
			seat_ids[i] = arena_copy(view->arena, row->seat_ids[i]);
	}
	view_learn_reservation(view, r, seat_ids, seat_ids ? row->seat_count : 0);
}

static void fill_session(struct model *m, struct view *from, struct view *view)
{
	const struct model_reservation *held;
	struct session *session;

	TAKE(session, from->wanted_sessions);
	held = find_held(m, session->show->show_id, session->hash);
	view_learn_session(view, session, held ? &held->id : NULL);
}

static void fill_claim(struct model *m, struct view *from, struct view *view)
{
	const struct model_decision *row;
	struct claim *claim;

	TAKE(claim, from->wanted_claims);
	row = find_claim(m, claim->show->show_id, &claim->request_id);
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

/* What is wanted now; that may make more wanted. */
static void fill_wave(struct model *m, struct view *view, int64_t until_ms)
{
	struct view from = *view;

	view->wanted_shows = NULL;
	view->wanted_seats = NULL;
	view->wanted_reservations = NULL;
	view->wanted_sessions = NULL;
	view->wanted_claims = NULL;
	while (!view_is_complete(&from) && !view->failed && !view->arena->failed) {
		if (from.wanted_shows)
			fill_show(m, &from);
		else if (from.wanted_seats)
			fill_seat(m, &from, view, until_ms);
		else if (from.wanted_reservations)
			fill_reservation(m, &from, view);
		else if (from.wanted_sessions)
			fill_session(m, &from, view);
		else
			fill_claim(m, &from, view);
	}
}

/* As the store does: all held reservations of a show at once, where the cache asks for it. */
static void read_held(struct model *m, struct view *view)
{
	size_t rows_max, rows = 0;
	struct text show_id = cache_choose_held(m->cache, view, &rows_max);

	for (size_t i = 0; show_id.data && i < m->reservation_count; i++) {
		const struct model_reservation *row = &m->reservations[i];
		struct reservation r = {
		    .id = row->id,
		    .created_at_ms = row->created_at_ms,
		    .reserved_until_ms = row->reserved_until_ms,
		    .request_offset = row->request_offset,
		    .seat_ids = row->seat_ids,
		    .seat_count = row->seat_count,
		};

		if (row->status != RESERVATION_HELD || !text_same(row->show_id, show_id) ||
		    ++rows > rows_max)
			continue;
		memcpy(r.session_hash, row->session_hash, SHA256_BYTES);
		cache_add_held(m->cache, &r);
	}
	if (!show_id.data)
		return;
	cache_end_held(m->cache, rows <= rows_max);
	m->held_read += rows <= rows_max;
	m->held_too_many += rows > rows_max;
}

static void fill(struct model *m, struct view *view, int64_t until_ms)
{
	cache_fill(m->cache, view, until_ms);
	while (!view_is_complete(view) && !view->failed && !view->arena->failed) {
		read_held(m, view);
		cache_fill(m->cache, view, until_ms);
		fill_wave(m, view, until_ms);
		cache_fill(m->cache, view, until_ms);
	}
}

/* ---- applying a plan ---- */

static bool same_until(const struct seat_row *a, const struct seat_row *b)
{
	return a->has_reserved_until == b->has_reserved_until &&
	       (!a->has_reserved_until || a->reserved_until_ms == b->reserved_until_ms);
}

static bool same_row(const struct seat_row *a, const struct seat_row *b)
{
	return a->status == b->status && same_until(a, b) &&
	       a->has_reserved_by == b->has_reserved_by &&
	       (!a->has_reserved_by || uuid_same(&a->reserved_by, &b->reserved_by)) &&
	       a->has_taken_at == b->has_taken_at &&
	       (!a->has_taken_at || a->taken_at_offset == b->taken_at_offset) &&
	       a->version == b->version;
}

/* What the table's CHECK says of a row. */
static bool row_is_allowed(const struct seat_row *row)
{
	switch (row->status) {
	case SEAT_AVAILABLE:
		return !row->has_reserved_until && !row->has_reserved_by && !row->has_taken_at;
	case SEAT_RESERVED:
		return row->has_reserved_until;
	case SEAT_SOLD:
		return !row->has_reserved_until;
	case SEAT_STATUS_COUNT:
		break;
	}
	return false;
}

static void insert_show(struct model *m, const struct show *show)
{
	struct model_show *row;

	MODEL_CHECK(m, !find_show(m, show->show_id));
	MODEL_CHECK(m, m->show_count < MODEL_SHOWS_MAX);
	row = &m->shows[m->show_count++];
	row->show_id = arena_copy(&m->arena, show->show_id);
	row->title = show->policy.title.data ? arena_copy(&m->arena, show->policy.title)
	                                     : (struct text){NULL, 0};
	row->hold_seconds = show->policy.hold_seconds;
	row->max_hold_seconds = show->policy.max_hold_seconds;
	row->max_seats = show->policy.max_seats;
	row->has_owner = show->has_owner;
	memcpy(row->owner_hash, show->owner_hash, SHA256_BYTES);
	row->created_at_ms = show->created_at_ms;
	row->created_offset = show->created_offset;
}

static void write_seat(struct model *m, const struct seat *seat)
{
	struct model_seat *row = model_seat(m, seat->show->show_id, seat->seat_id);

	MODEL_CHECK(m, seat->exists && seat->known == KNOWN);
	MODEL_CHECK(m, row_is_allowed(&seat->row));
	MODEL_CHECK(m, seat->existed == (row != NULL));
	if (row) {
		MODEL_CHECK(m, same_row(&row->row, &seat->seen)); /* the guard */
	} else {
		MODEL_CHECK(m, m->seat_count < m->seats_max);
		row = &m->seats[m->seat_count++];
		row->show_id = arena_copy(&m->arena, seat->show->show_id);
		row->seat_id = arena_copy(&m->arena, seat->seat_id);
	}
	row->row = seat->row;
}

static void set_reservation(struct model *m, struct model_reservation *row,
                            const struct reservation *r)
{
	row->status = r->status;
	row->reserved_until_ms = r->reserved_until_ms;
	row->has_ended_at = r->status != RESERVATION_HELD;
	row->ended_at_ms = row->has_ended_at ? r->ended_at_ms : 0;
	MODEL_CHECK(m, row->reserved_until_ms > row->created_at_ms);
	MODEL_CHECK(m, !row->has_ended_at || row->ended_at_ms >= row->created_at_ms);
	find_held(m, row->show_id, row->session_hash); /* one at most, at any moment */
}

static void update_reservation(struct model *m, const struct reservation *r)
{
	struct model_reservation *row = model_reservation(m, r->show->show_id, &r->id);

	MODEL_CHECK(m, row != NULL);
	MODEL_CHECK(m, row->status == r->seen_status); /* the guard */
	MODEL_CHECK(m, row->reserved_until_ms == r->seen_reserved_until_ms);
	set_reservation(m, row, r);
}

static void insert_reservation(struct model *m, const struct reservation *r)
{
	struct model_reservation *row;

	MODEL_CHECK(m, !model_reservation(m, r->show->show_id, &r->id));
	MODEL_CHECK(m, r->exists && r->known == KNOWN);
	MODEL_CHECK(m, m->reservation_count < m->reservations_max);
	row = &m->reservations[m->reservation_count++];
	row->show_id = arena_copy(&m->arena, r->show->show_id);
	row->id = r->id;
	memcpy(row->session_hash, r->session_hash, SHA256_BYTES);
	row->created_at_ms = r->created_at_ms;
	row->request_offset = r->request_offset;
	row->seat_ids = arena_take(&m->arena, (r->seat_count + 1) * sizeof *row->seat_ids);
	assert_non_null(row->seat_ids);
	row->seat_count = r->seat_count;
	for (size_t i = 0; i < r->seat_count; i++)
		row->seat_ids[i] = arena_copy(&m->arena, r->seat_ids[i]);
	set_reservation(m, row, r);
}

/* What the plan did not announce as changed must be as it was read. */
static void check_unchanged(struct model *m, const struct view *view)
{
	for (const struct show *show = view->shows; show; show = show->hh.next) {
		for (const struct seat *s = show->seats; s; s = s->hh.next)
			if (!s->is_changed)
				MODEL_CHECK(m, s->exists == s->existed && same_row(&s->row, &s->seen));
		for (const struct reservation *r = show->reservations; r; r = r->hh.next)
			if (!r->is_changed)
				MODEL_CHECK(m, r->exists == r->existed && r->status == r->seen_status &&
				                   r->reserved_until_ms == r->seen_reserved_until_ms);
	}
}

/* Whatever filled the view in, it is as the rows are. */
static void check_as_read(struct model *m, const struct view *view)
{
	for (const struct show *show = view->shows; show; show = show->hh.next) {
		MODEL_CHECK(m, show->existed == (find_show(m, show->show_id) != NULL));
		for (const struct seat *s = show->seats; s; s = s->hh.next) {
			const struct model_seat *row = model_seat(m, show->show_id, s->seat_id);

			MODEL_CHECK(m, s->existed == (row != NULL));
			MODEL_CHECK(m, !row || same_row(&row->row, &s->row));
		}
		for (const struct reservation *r = show->reservations; r; r = r->hh.next) {
			const struct model_reservation *row = model_reservation(m, show->show_id, &r->id);

			MODEL_CHECK(m, r->existed == (row != NULL));
			MODEL_CHECK(m, !row || (row->status == r->status &&
			                        row->reserved_until_ms == r->reserved_until_ms &&
			                        row->created_at_ms == r->created_at_ms &&
			                        row->request_offset == r->request_offset &&
			                        row->seat_count == r->seat_count &&
			                        !memcmp(row->session_hash, r->session_hash, SHA256_BYTES)));
			for (size_t i = 0; row && i < row->seat_count; i++)
				MODEL_CHECK(m, text_same(row->seat_ids[i], r->seat_ids[i]));
		}
		for (const struct session *s = show->sessions; s; s = s->hh.next) {
			const struct model_reservation *row = find_held(m, show->show_id, s->hash);

			MODEL_CHECK(m, !row == !s->held && (!row || uuid_same(&row->id, &s->held->id)));
		}
	}
}

static struct text keep(struct model *m, struct text t)
{
	return t.data ? arena_copy(&m->arena, t) : t;
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
static void apply(struct model *m, const struct view *view)
{
	check_unchanged(m, view);
	for (const struct show *s = view->shows; s; s = s->hh.next)
		if (s->exists && !s->existed)
			insert_show(m, s);
	for (const struct seat *s = view->changed_seats; s; s = s->next_changed)
		write_seat(m, s);
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed)
		if (r->existed)
			update_reservation(m, r);
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed)
		if (!r->existed)
			insert_reservation(m, r);
	for (size_t i = 0; i < m->batch.count; i++)
		insert_decision(m, &m->batch.entries[i]);
}

void model_reserve(struct model *m, size_t count)
{
	if (count <= m->entries_max)
		return;
	m->batch.entries = realloc(m->batch.entries, count * sizeof m->batch.entries[0]);
	assert_non_null(m->batch.entries);
	m->entries_max = count;
}

/* Decode, load and plan the records. false: out of memory. */
static bool plan(struct model *m, const struct record *records, size_t count, struct view *view)
{
	struct batch *batch = &m->batch;

	assert_true(count > 0);
	model_reserve(m, count);
	for (size_t i = 0; i < count; i++)
		batch->entries[i] = (struct entry){.record = records[i]};
	batch->count = count;
	view_open(view, &batch->plan);
	if (!batch_decode(batch, m->t_ms))
		return false;
	plan_want(view, &m->place, batch, 0, count);
	cache_fill(m->cache, view, batch->entries[count - 1].t_ms);
	while (view->wanted_shows && !view->failed && !view->arena->failed)
		fill_show(m, view);
	plan_want_ids(view, &m->place, batch, 0, count);
	fill(m, view, batch->entries[count - 1].t_ms);
	if (view->failed || batch->plan.failed)
		return false;
	check_as_read(m, view);
	return plan_batch(view, &m->place, batch, 0, count);
}

bool model_try(struct model *m, const struct record *records, size_t count)
{
	struct view view;
	bool is_planned = plan(m, records, count, &view);

	view_close(&view);
	batch_clear(&m->batch);
	arena_release(&m->batch.requests); /* the next try takes its memory anew */
	arena_release(&m->batch.plan);
	return is_planned;
}

void model_decide(struct model *m, const struct record *records, size_t count)
{
	struct view view;

	assert_true(plan(m, records, count, &view));
	/* A plan that looks at what it did not ask for decides without knowing. */
	MODEL_CHECK(m, view_is_complete(&view));
	apply(m, &view);
	cache_learn(m->cache, &view);
	m->t_ms = m->batch.entries[count - 1].t_ms;
	m->has_wrong_clock = m->batch.has_wrong_clock;
	view_close(&view);
	batch_clear(&m->batch);
	assert_false(m->arena.failed);
}

/* ---- checks ---- */

static bool lists_seat(const struct model_reservation *r, struct text seat_id)
{
	for (size_t i = 0; i < r->seat_count; i++)
		if (text_same(r->seat_ids[i], seat_id))
			return true;
	return false;
}

void model_check_seats(struct model *m)
{
	for (size_t i = 0; i < m->seat_count; i++) {
		const struct model_seat *s = &m->seats[i];
		const struct model_reservation *r;

		MODEL_CHECK(m, row_is_allowed(&s->row));
		if (s->row.status == SEAT_AVAILABLE)
			continue;
		MODEL_CHECK(m, s->row.has_reserved_by && s->row.has_taken_at);
		MODEL_CHECK(m, s->row.taken_at_offset <= s->row.version);
		r = model_reservation(m, s->show_id, &s->row.reserved_by);
		MODEL_CHECK(m, r && lists_seat(r, s->seat_id));
		if (s->row.status == SEAT_RESERVED) {
			MODEL_CHECK(m, r->status == RESERVATION_HELD);
			MODEL_CHECK(m, s->row.reserved_until_ms == r->reserved_until_ms);
		} else {
			MODEL_CHECK(m, r->status == RESERVATION_CONFIRMED);
		}
	}
	for (size_t i = 0; i < m->reservation_count; i++) {
		const struct model_reservation *r = &m->reservations[i];
		enum seat_status status = r->status == RESERVATION_HELD ? SEAT_RESERVED : SEAT_SOLD;

		if (r->status != RESERVATION_HELD && r->status != RESERVATION_CONFIRMED)
			continue;
		for (size_t j = 0; j < r->seat_count; j++) {
			const struct model_seat *s = model_seat(m, r->show_id, r->seat_ids[j]);

			MODEL_CHECK(m, s && s->row.status == status);
			MODEL_CHECK(m, uuid_same(&s->row.reserved_by, &r->id));
		}
	}
}

void model_check_ends(struct model *m, const struct model_reservation *before, size_t count,
                      const struct record *record)
{
	const struct model_decision *d = &m->decisions[m->decision_count - 1];
	struct arena arena = {0};
	struct request request;
	uint8_t hash[SHA256_BYTES];

	MODEL_CHECK(m, m->decision_count < 2 || d->t_ms >= d[-1].t_ms);
	request_decode(record->value, &arena, &request);
	for (size_t i = 0; i < count; i++) {
		const struct model_reservation *is = &m->reservations[i], *was = &before[i];

		if (was->status != RESERVATION_HELD) {
			MODEL_CHECK(m, is->status == was->status || is->status == RESERVATION_CONFIRMED ||
			                   is->status == RESERVATION_CANCELLED);
			continue;
		}
		MODEL_CHECK(m, is->reserved_until_ms >= was->reserved_until_ms);
		if (is->status == RESERVATION_HELD)
			continue;
		MODEL_CHECK(m, is->ended_at_ms == d->t_ms);
		if (is->status == RESERVATION_EXPIRED) {
			MODEL_CHECK(m, was->reserved_until_ms <= d->t_ms);
			continue;
		}
		MODEL_CHECK(m, request.type == (is->status == RESERVATION_RELEASED ? REQUEST_RELEASE
		                                                                   : REQUEST_CONFIRM));
		secret_hash(request.show_id, request.session_id, hash);
		MODEL_CHECK(m, !memcmp(hash, was->session_hash, sizeof hash));
	}
	arena_release(&arena);
}

static void check_same_decision(struct model *m, const struct model_decision *a,
                                const struct model_decision *b)
{
	const struct decision *x = &a->decision, *y = &b->decision;

	MODEL_CHECK(m, a->offset == b->offset && a->t_ms == b->t_ms);
	MODEL_CHECK(m, x->outcome == y->outcome);
	MODEL_CHECK(m, x->decided_at_ms == y->decided_at_ms);
	MODEL_CHECK(m, x->duplicate_of == y->duplicate_of && x->is_claim == y->is_claim);
	MODEL_CHECK(m, x->type == y->type && x->has_request_id == y->has_request_id);
	MODEL_CHECK(m, uuid_same(&x->request_id, &y->request_id));
	MODEL_CHECK(m, text_same(x->show_id, y->show_id));
	MODEL_CHECK(m, text_same(x->reply, y->reply));
	MODEL_CHECK(m, !x->events.data == !y->events.data && text_same(x->events, y->events));
	MODEL_CHECK(m, x->seats_asked == y->seats_asked && x->seats_refused == y->seats_refused);
}

static void check_same_show(struct model *m, const struct model_show *a, const struct model_show *b)
{
	MODEL_CHECK(m, b && text_same(a->title, b->title) && !a->title.data == !b->title.data);
	MODEL_CHECK(m, a->hold_seconds == b->hold_seconds && a->max_seats == b->max_seats &&
	                   a->max_hold_seconds == b->max_hold_seconds);
	MODEL_CHECK(m, a->has_owner == b->has_owner &&
	                   !memcmp(a->owner_hash, b->owner_hash, SHA256_BYTES));
	MODEL_CHECK(m, a->created_at_ms == b->created_at_ms && a->created_offset == b->created_offset);
}

static void check_same_reservation(struct model *m, const struct model_reservation *a,
                                   const struct model_reservation *b)
{
	MODEL_CHECK(m, b && a->status == b->status);
	MODEL_CHECK(m, !memcmp(a->session_hash, b->session_hash, SHA256_BYTES));
	MODEL_CHECK(m, a->created_at_ms == b->created_at_ms &&
	                   a->reserved_until_ms == b->reserved_until_ms &&
	                   a->request_offset == b->request_offset);
	MODEL_CHECK(m, a->has_ended_at == b->has_ended_at && a->ended_at_ms == b->ended_at_ms);
	MODEL_CHECK(m, a->seat_count == b->seat_count);
	for (size_t i = 0; i < a->seat_count; i++)
		MODEL_CHECK(m, text_same(a->seat_ids[i], b->seat_ids[i]));
}

void model_check_same(struct model *expected, struct model *found)
{
	MODEL_CHECK(found, expected->decision_count == found->decision_count);
	for (size_t i = 0; i < expected->decision_count; i++)
		check_same_decision(found, &expected->decisions[i], &found->decisions[i]);
	MODEL_CHECK(found, expected->t_ms == found->t_ms);
	MODEL_CHECK(found, expected->show_count == found->show_count &&
	                       expected->seat_count == found->seat_count &&
	                       expected->reservation_count == found->reservation_count);
	for (size_t i = 0; i < expected->show_count; i++)
		check_same_show(found, &expected->shows[i], find_show(found, expected->shows[i].show_id));
	for (size_t i = 0; i < expected->seat_count; i++) {
		const struct model_seat *a = &expected->seats[i];
		const struct model_seat *b = model_seat(found, a->show_id, a->seat_id);

		MODEL_CHECK(found, b && same_row(&a->row, &b->row));
	}
	for (size_t i = 0; i < expected->reservation_count; i++) {
		const struct model_reservation *a = &expected->reservations[i];

		check_same_reservation(found, a, model_reservation(found, a->show_id, &a->id));
	}
}
