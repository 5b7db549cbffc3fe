#include "worker/store/read.h"

#include <assert.h>
#include <string.h>

#include "worker/store/read_rows.h"
#include "worker/store/read_wave.h"
#include "worker/store/read_whole.h"

#define LEADING_MAX 4
#define WHOLE_HELD_MAX ((size_t)INT64_MAX - 1)
_Static_assert(LEADING_MAX + KIND_COUNT <= DB_CALLS_MAX, "a wave fits in one round trip");

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

/* Likewise. */
static void take_off_customers(struct view *view, struct wave *wave, const struct cache *cache)
{
	struct customer *customer = view_take_customers(view), *next;

	for (; customer; customer = next) {
		struct customer **list =
		    cache_reads_sold_of(cache, customer->show) ? &view->wanted_customers : &wave->customers;

		next = customer->next_wanted;
		customer->next_wanted = *list;
		*list = customer;
	}
}

/* One show a wave. It stays on the list: the cache takes it off behind the wave. */
static bool choose_whole(const struct view *view, struct wave *wave, struct cache *cache)
{
	struct show *show = view->wanted_whole;

	while (show && !(show->known == KNOWN && show->exists))
		show = show->next_whole;
	if (!show)
		return true;
	wave->whole = show;
	wave->held_of = show->show_id;
	wave->held_max = WHOLE_HELD_MAX;
	return cache_begin_whole(cache, show);
}

static bool take_off(struct view *view, struct wave *wave, struct cache *cache)
{
	if (view->wanted_whole && !choose_whole(view, wave, cache))
		return false;
	if (!wave->whole)
		wave->held_of = cache_choose_held(cache, view, &wave->held_max);
	if (view->wanted_sessions)
		take_off_sessions(view, wave, cache);
	if (view->wanted_customers) {
		wave->sold_of = cache_choose_sold(cache, view, &wave->sold_max);
		take_off_customers(view, wave, cache);
	}
	wave->shows = view->wanted_shows;
	wave->seats = view->wanted_seats;
	wave->reservations = view->wanted_reservations;
	wave->claims = view->wanted_claims;
	wave->places = view->wanted_places;
	wave->slots = view->wanted_slots;
	wave->lapsing = view->wanted_lapsing;
	view->wanted_shows = NULL;
	view->wanted_seats = NULL;
	view->wanted_reservations = NULL;
	view->wanted_claims = NULL;
	view->wanted_places = NULL;
	view->wanted_slots = NULL;
	view->wanted_lapsing = NULL;
	return true;
}

/* Say so to the view, row or not: what has no row now is known not to exist. */
static void learn(struct view *view, struct wave *wave, int64_t until_ms)
{
	for (struct show *s = wave->shows, *next; s; s = next) {
		next = s->next_wanted;
		view_learn_show(view, s);
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
	for (struct customer *c = wave->customers, *next; c; c = next) {
		next = c->next_wanted;
		view_learn_customer(c, c->sold);
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
	    areas_read(view, &calls[AREAS].rows, e) || seats_read(view, &calls[SEATS].rows, e) ||
	    reservations_read(view, &calls[RESERVATIONS].rows, e) ||
	    sessions_read(view, &calls[SESSIONS].rows, e) ||
	    customers_read(view, &calls[CUSTOMERS].rows, e) ||
	    claims_read(view, &calls[CLAIMS].rows, e) || places_read(view, &calls[PLACES].rows, e) ||
	    slots_read(view, &calls[SLOTS].rows, e) || lapsing_read(view, &calls[LAPSING].rows, e))
		return e->rc;
	if (wave->whole && whole_read(view->arena, cache, wave->whole, &calls[WHOLE_SEATS].rows,
	                              &calls[WHOLE_PLACES].rows, e))
		return e->rc;
	if (wave->held_of.data &&
	    held_read(view->arena, cache, wave->held_max, &calls[HELD].rows, e))
		return e->rc;
	return wave->sold_of.data ? sold_read(cache, wave->sold_max, &calls[SOLD].rows, e) : RC_OK;
}

static const enum query queries[KIND_COUNT] = {
    [SHOWS] = QUERY_WORKER_READ_SHOWS,
    [CHANNELS] = QUERY_WORKER_READ_CHANNELS,
    [AREAS] = QUERY_WORKER_READ_AREAS,
    [SEATS] = QUERY_WORKER_READ_SEATS,
    [RESERVATIONS] = QUERY_WORKER_READ_RESERVATIONS,
    [SESSIONS] = QUERY_WORKER_READ_SESSIONS,
    [CUSTOMERS] = QUERY_WORKER_READ_CUSTOMERS,
    [CLAIMS] = QUERY_WORKER_READ_CLAIMS,
    [PLACES] = QUERY_WORKER_READ_PLACES,
    [SLOTS] = QUERY_WORKER_READ_SLOTS,
    [LAPSING] = QUERY_WORKER_READ_LAPSING,
    [WHOLE_SEATS] = QUERY_WORKER_READ_WHOLE_SEATS,
    [WHOLE_PLACES] = QUERY_WORKER_READ_WHOLE_PLACES,
    [HELD] = QUERY_WORKER_READ_HELD,
    [SOLD] = QUERY_WORKER_READ_SOLD,
};

/*
 * Run the wave's statements behind the leading ones. A kind of which nothing is wanted is left
 * out; its rows stay empty.
 */
static enum rc run(const struct reading *reading, struct wave *wave, struct db_call *leading,
                   int leading_count, struct db_call *reads, struct err *e)
{
	const void *const wanted[KIND_COUNT] = {
	    [SHOWS] = wave->shows,
	    [CHANNELS] = wave->shows,
	    [AREAS] = wave->shows,
	    [SEATS] = wave->seats,
	    [RESERVATIONS] = wave->reservations,
	    [SESSIONS] = wave->sessions,
	    [CUSTOMERS] = wave->customers,
	    [CLAIMS] = wave->claims,
	    [PLACES] = wave->places,
	    [SLOTS] = wave->slots,
	    [LAPSING] = wave->lapsing,
	    [WHOLE_SEATS] = wave->whole,
	    [WHOLE_PLACES] = wave->whole,
	    [HELD] = wave->held_of.data,
	    [SOLD] = wave->sold_of.data,
	};
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
	if (!take_off(view, &wave, reading->cache))
		return err_out_of_memory(e);
	wave_write_keys(&wave, reading->until_ms);
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
	db_array_release(&wave.flags);
	if (!rc && (view->failed || view->arena->failed))
		rc = err_out_of_memory(e);
	if (!rc && view->is_torn)
		rc = err_set(e, RC_RETRY, FROM_DATABASE, "a seat was changed by hand while it was read");
	return rc;
}

enum rc store_read(const struct reading *reading, struct err *e)
{
	enum rc rc = RC_OK;

	while (!rc && !view_is_complete(reading->view))
		rc = store_read_wave(reading, NULL, 0, e);
	return rc;
}
