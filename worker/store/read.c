#include "worker/store/read.h"

#include <assert.h>
#include <string.h>

#include "common/message/packed.h"
#include "worker/store/read_halls.h"

enum kind {
	SHOWS,
	CHANNELS, /* of the wanted shows */
	SEATS,
	RESERVATIONS,
	SESSIONS,
	CLAIMS,
	PLACES,
	SLOTS,
	HELD,
	KIND_COUNT
};

#define LEADING_MAX 4
_Static_assert(LEADING_MAX + KIND_COUNT <= DB_CALLS_MAX, "a wave fits in one round trip");

/* One wave: everything that is wanted, taken off the view's lists, and its keys as arguments. */
struct wave {
	struct show *shows;
	struct seat *seats;
	struct reservation *reservations;
	struct session *sessions;
	struct claim *claims;
	struct place_row *places;
	struct slot *slots;
	struct text held_of; /* the show of which all held reservations are read; data NULL: none */
	size_t held_max;
	struct db_args args[KIND_COUNT];
	struct db_array show_ids, keys;
};

/*
 * Take the wanted sessions off the list. Those of a show whose held reservations this wave reads as
 * a whole stay on it: the cache fills them in behind the wave.
 */
static void take_off_sessions(struct view *view, struct wave *wave, const struct cache *cache)
{
	struct session *next;

	wave->sessions = view->wanted_sessions;
	view->wanted_sessions = NULL;
	for (struct session **at = &wave->sessions; *at; ) {
		if (!cache_reads_held_of(cache, (*at)->show)) {
			at = &(*at)->next_wanted;
			continue;
		}
		next = (*at)->next_wanted;
		(*at)->next_wanted = view->wanted_sessions;
		view->wanted_sessions = *at;
		*at = next;
	}
}

static void take_off(struct view *view, struct wave *wave, struct cache *cache)
{
	wave->held_of = cache_choose_held(cache, view, &wave->held_max);
	if (view->wanted_sessions)
		take_off_sessions(view, wave, cache);
	wave->shows = view->wanted_shows;
	wave->seats = view->wanted_seats;
	wave->reservations = view->wanted_reservations;
	wave->claims = view->wanted_claims;
	wave->places = view->wanted_places;
	wave->slots = view->wanted_slots;
	view->wanted_shows = NULL;
	view->wanted_seats = NULL;
	view->wanted_reservations = NULL;
	view->wanted_claims = NULL;
	view->wanted_places = NULL;
	view->wanted_slots = NULL;
}

static void add_keys(struct wave *wave, enum kind kind)
{
	wave->show_ids.type = DB_TEXT;
	db_arg_array(&wave->args[kind], &wave->show_ids);
	if (kind != SHOWS && kind != CHANNELS)
		db_arg_array(&wave->args[kind], &wave->keys);
}

static void write_show_keys(struct wave *wave, enum kind kind)
{
	for (const struct show *s = wave->shows; s; s = s->next_wanted)
		db_array_text(&wave->show_ids, s->show_id);
	add_keys(wave, kind);
}

static void write_place_keys(struct wave *wave)
{
	wave->keys.type = DB_TEXT;
	for (const struct place_row *p = wave->places; p; p = p->next_wanted) {
		db_array_text(&wave->show_ids, p->seat->show->show_id);
		db_array_text(&wave->keys, p->seat->seat_id);
	}
	add_keys(wave, PLACES);
	slots_write_keys(wave->slots, &wave->args[SLOTS]);
}

static void write_keys(struct wave *wave)
{
	write_show_keys(wave, SHOWS);
	write_show_keys(wave, CHANNELS);
	wave->keys.type = DB_TEXT;
	for (const struct seat *s = wave->seats; s; s = s->next_wanted) {
		db_array_text(&wave->show_ids, s->show->show_id);
		db_array_text(&wave->keys, s->seat_id);
	}
	add_keys(wave, SEATS);
	wave->keys.type = DB_UUID;
	for (const struct reservation *r = wave->reservations; r; r = r->next_wanted) {
		db_array_text(&wave->show_ids, r->show->show_id);
		db_array_uuid(&wave->keys, &r->id);
	}
	add_keys(wave, RESERVATIONS);
	wave->keys.type = DB_BYTEA;
	for (const struct session *s = wave->sessions; s; s = s->next_wanted) {
		db_array_text(&wave->show_ids, s->show->show_id);
		db_array_bytea(&wave->keys, (struct text){(const char *)s->hash, SHA256_BYTES});
	}
	add_keys(wave, SESSIONS);
	wave->keys.type = DB_UUID;
	for (const struct claim *c = wave->claims; c; c = c->next_wanted) {
		db_array_text(&wave->show_ids, c->show->show_id);
		db_array_uuid(&wave->keys, &c->request_id);
	}
	add_keys(wave, CLAIMS);
	if (wave->places || wave->slots)
		write_place_keys(wave);
	if (wave->held_of.data) {
		db_arg_text(&wave->args[HELD], wave->held_of);
		db_arg_int8(&wave->args[HELD], (int64_t)wave->held_max + 1);
	}
}

static enum rc read_seats(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct seat *s = show ? view_seat(view, show, db_text(rows, i, 1)) : NULL;
		struct seat_row *row;

		if (!s)
			return err_out_of_memory(e);
		row = &s->row;
		s->exists = true;
		if (!seat_status_of(db_text(rows, i, 2), &row->status))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a seat has an unknown status");
		row->has_reserved_until = !db_is_null(rows, i, 3);
		row->reserved_until_ms = row->has_reserved_until ? db_time_ms(rows, i, 3) : 0;
		row->has_reserved_by = !db_is_null(rows, i, 4);
		if (row->has_reserved_by)
			row->reserved_by = db_uuid(rows, i, 4);
		row->has_taken_at = !db_is_null(rows, i, 5);
		row->taken_at_offset = row->has_taken_at ? db_int8(rows, i, 5) : 0;
		row->version = db_int8(rows, i, 6);
		if (!db_is_null(rows, i, 7))
			row->channel = arena_copy(view->arena, db_text(rows, i, 7));
	}
	return RC_OK;
}

static enum rc read_reservations(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct uuid id = db_uuid(rows, i, 1);
		struct reservation *r = show ? view_reservation(view, show, &id) : NULL;
		struct text *seat_ids;
		size_t seat_count = 0;

		if (!r)
			return err_out_of_memory(e);
		r->exists = true;
		if (!reservation_status_of(db_text(rows, i, 2), &r->status) ||
		    !rows_copy_digest(r->session_hash, SHA256_BYTES, db_text(rows, i, 3)))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a reservation's row cannot be read");
		r->created_at_ms = db_time_ms(rows, i, 4);
		r->reserved_until_ms = db_time_ms(rows, i, 5);
		r->ended_at_ms = db_is_null(rows, i, 6) ? 0 : db_time_ms(rows, i, 6);
		r->request_offset = db_int8(rows, i, 7);
		if (!db_is_null(rows, i, 9))
			r->channel = arena_copy(view->arena, db_text(rows, i, 9));
		seat_ids = db_text_array(rows, i, 8, view->arena, &seat_count);
		view_learn_reservation(view, r, seat_ids, seat_count);
	}
	return RC_OK;
}

static enum rc read_sessions(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct text hash = db_text(rows, i, 1);
		struct uuid id = db_uuid(rows, i, 2);
		struct session *s;

		if (hash.bytes != SHA256_BYTES)
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a session's hash is not 32 bytes");
		s = show ? view_session(view, show, (const uint8_t *)hash.data) : NULL;
		if (!s)
			return err_out_of_memory(e);
		view_learn_session(view, s, &id);
	}
	return RC_OK;
}

static enum rc read_claims(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct uuid id = db_uuid(rows, i, 1);
		struct reply head;
		struct claim *c = show ? view_claim(view, show, &id) : NULL;

		if (!c)
			return err_out_of_memory(e);
		if (c->exists && c->offset > db_int8(rows, i, 2))
			continue; /* the latest counts */
		c->exists = true;
		c->offset = db_int8(rows, i, 2);
		c->decided_at_ms = db_time_ms(rows, i, 3);
		c->outcome = outcome_of(db_int4(rows, i, 5), db_text(rows, i, 6));
		c->reply = arena_copy(view->arena, db_text(rows, i, 7));
		head = (struct reply){.outcome = c->outcome, .has_request_id = true, .request_id = id,
		                      .decided_at_ms = c->decided_at_ms};
		if (view->arena->failed)
			return err_out_of_memory(e);
		if (!rows_copy_digest(c->content, sizeof c->content, db_text(rows, i, 4)) ||
		    c->outcome == OUTCOME_COUNT ||
		    !packed_is_readable(c->reply, (struct text){NULL, 0}, &head, view->arena))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a decision's row cannot be read");
	}
	return RC_OK;
}

static enum rc read_held(struct view *view, struct cache *cache, const struct wave *wave,
                         const struct db_rows *rows, struct err *e)
{
	if (!wave->held_of.data)
		return RC_OK;
	for (int i = 0; i < rows->count && (size_t)i < wave->held_max; i++) {
		struct reservation r = {.id = db_uuid(rows, i, 0)};

		if (!rows_copy_digest(r.session_hash, SHA256_BYTES, db_text(rows, i, 1)))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a session's hash is not 32 bytes");
		r.created_at_ms = db_time_ms(rows, i, 2);
		r.reserved_until_ms = db_time_ms(rows, i, 3);
		r.request_offset = db_int8(rows, i, 4);
		r.seat_ids = db_text_array(rows, i, 5, view->arena, &r.seat_count);
		r.channel = db_text(rows, i, 6);
		if (view->arena->failed)
			return err_out_of_memory(e);
		cache_add_held(cache, &r);
	}
	cache_end_held(cache, (size_t)rows->count <= wave->held_max);
	return RC_OK;
}

/* Say so to the view, row or not: what has no row now is known not to exist. */
static void learn(struct view *view, struct wave *wave, int64_t until_ms)
{
	for (struct show *s = wave->shows, *next; s; s = next) {
		next = s->next_wanted;
		view_learn_show(s);
	}
	for (struct claim *c = wave->claims, *next; c; c = next) {
		next = c->next_wanted;
		view_learn_claim(c);
	}
	for (struct seat *s = wave->seats, *next; s; s = next) {
		next = s->next_wanted;
		view_learn_seat(view, s, until_ms);
	}
	for (struct reservation *r = wave->reservations, *next; r; r = next) {
		next = r->next_wanted;
		if (r->known == WANTED)
			view_learn_reservation(view, r, NULL, 0);
	}
	for (struct session *s = wave->sessions, *next; s; s = next) {
		next = s->next_wanted;
		if (s->known == WANTED)
			view_learn_session(view, s, NULL);
	}
	for (struct place_row *p = wave->places, *next; p; p = next) {
		next = p->next_wanted;
		view_learn_place(p);
	}
	for (struct slot *s = wave->slots, *next; s; s = next) {
		next = s->next_wanted;
		if (!s->is_known)
			view_learn_slot(s, NULL);
	}
}

static enum rc read_rows(struct view *view, struct cache *cache, const struct wave *wave,
                         const struct db_call *calls, struct err *e)
{
	if (shows_read(view, &calls[SHOWS].rows, e) || channels_read(view, &calls[CHANNELS].rows, e) ||
	    read_seats(view, &calls[SEATS].rows, e) ||
	    read_reservations(view, &calls[RESERVATIONS].rows, e) ||
	    read_sessions(view, &calls[SESSIONS].rows, e) ||
	    read_claims(view, &calls[CLAIMS].rows, e) || places_read(view, &calls[PLACES].rows, e) ||
	    slots_read(view, &calls[SLOTS].rows, e))
		return e->rc;
	return read_held(view, cache, wave, &calls[HELD].rows, e);
}

static const enum query queries[KIND_COUNT] = {
    [SHOWS] = QUERY_WORKER_READ_SHOWS,
    [CHANNELS] = QUERY_WORKER_READ_CHANNELS,
    [SEATS] = QUERY_WORKER_READ_SEATS,
    [RESERVATIONS] = QUERY_WORKER_READ_RESERVATIONS,
    [SESSIONS] = QUERY_WORKER_READ_SESSIONS,
    [CLAIMS] = QUERY_WORKER_READ_CLAIMS,
    [PLACES] = QUERY_WORKER_READ_PLACES,
    [SLOTS] = QUERY_WORKER_READ_SLOTS,
    [HELD] = QUERY_WORKER_READ_HELD,
};

/*
 * Run the wave's statements behind the leading ones. A kind of which nothing is wanted is left
 * out; its rows stay empty.
 */
static enum rc run(const struct reading *reading, struct wave *wave, struct db_call *leading,
                   int leading_count, struct db_call *reads, struct err *e)
{
	const void *const wanted[KIND_COUNT] = {
	    wave->shows,  wave->shows,  wave->seats, wave->reservations, wave->sessions,
	    wave->claims, wave->places, wave->slots, wave->held_of.data};
	struct db_call calls[LEADING_MAX + KIND_COUNT] = {0};
	enum kind kinds[KIND_COUNT];
	int count = leading_count;
	enum rc rc;

	assert(leading_count <= LEADING_MAX);
	if (leading_count)
		memcpy(calls, leading, (size_t)leading_count * sizeof calls[0]);
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		if (!wanted[kind])
			continue;
		kinds[count - leading_count] = (enum kind)kind;
		calls[count].query =
		    kind == SEATS && reading->is_locked ? QUERY_WORKER_LOCK_SEATS : queries[kind];
		calls[count++].args = &wave->args[kind];
	}
	if (count == 0)
		return RC_OK;
	rc = db_run(reading->db, calls, count, e);
	if (leading_count)
		memcpy(leading, calls, (size_t)leading_count * sizeof calls[0]);
	for (int i = leading_count; i < count; i++)
		reads[kinds[i - leading_count]] = calls[i];
	return rc;
}

enum rc store_read_wave(const struct reading *reading, struct db_call *leading, int leading_count,
                        struct err *e)
{
	struct view *view = reading->view;
	struct wave wave = {.show_ids.type = DB_TEXT};
	struct db_call reads[KIND_COUNT] = {0};
	enum rc rc;

	cache_fill(reading->cache, view, reading->until_ms);
	take_off(view, &wave, reading->cache);
	write_keys(&wave);
	rc = run(reading, &wave, leading, leading_count, reads, e);
	if (!rc)
		rc = read_rows(view, reading->cache, &wave, reads, e);
	if (!rc)
		learn(view, &wave, reading->until_ms);
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		db_args_release(&wave.args[kind]);
		db_rows_release(&reads[kind].rows);
	}
	db_array_release(&wave.show_ids);
	db_array_release(&wave.keys);
	if (!rc && (view->failed || view->arena->failed))
		rc = err_out_of_memory(e);
	return rc;
}

enum rc store_read(const struct reading *reading, struct err *e)
{
	enum rc rc = RC_OK;

	while (!rc && !view_is_complete(reading->view))
		rc = store_read_wave(reading, NULL, 0, e);
	return rc;
}
