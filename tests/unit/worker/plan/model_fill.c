/* The model as the view's source. */
#include "tests/unit/worker/plan/model_rows.h"

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
	row = model_show_row(m, show->show_id);
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
	held = model_find_held(m, session->show->show_id, session->hash);
	view_learn_session(view, session, held ? &held->id : NULL);
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
}

void model_fill(struct model *m, struct view *view, int64_t until_ms)
{
	cache_fill(m->cache, view, until_ms);
	while (!view_is_complete(view) && !view->failed && !view->arena->failed) {
		read_held(m, view);
		cache_fill(m->cache, view, until_ms);
		fill_wave(m, view, until_ms);
		cache_fill(m->cache, view, until_ms);
	}
}

void model_fill_shows(struct model *m, struct view *view)
{
	while (view->wanted_shows && !view->failed && !view->arena->failed)
		fill_show(m, view);
}

void model_check_as_read(struct model *m, const struct view *view)
{
	for (const struct show *show = view->shows; show; show = show->hh.next) {
		MODEL_CHECK(m, show->existed == (model_show_row(m, show->show_id) != NULL));
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
			                        row->seat_count == r->seat_count &&
			                        !memcmp(row->session_hash, r->session_hash, SHA256_BYTES)));
			for (size_t i = 0; row && i < row->seat_count; i++)
				MODEL_CHECK(m, text_same(row->seat_ids[i], r->seat_ids[i]));
		}
		for (const struct session *s = show->sessions; s; s = s->hh.next) {
			const struct model_reservation *row = model_find_held(m, show->show_id, s->hash);

			MODEL_CHECK(m, !row == !s->held && (!row || uuid_same(&row->id, &s->held->id)));
		}
	}
}
