/* Keeping, forgetting and learning; cache_fill.c looks up. */
#define HASH_NONFATAL_OOM 1
#include "worker/store/cache.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "worker/store/cache_tables.h"

#undef uthash_malloc
#undef uthash_free
#undef uthash_nonfatal_oom
#undef HASH_INITIAL_NUM_BUCKETS
#undef HASH_INITIAL_NUM_BUCKETS_LOG2
#define uthash_malloc(bytes) take(cache, (bytes))
#define uthash_free(pointer, bytes) give(cache, (pointer), (bytes))
#define uthash_nonfatal_oom(element) (cache->failed = true)
/* Most shows have few held reservations. */
#define HASH_INITIAL_NUM_BUCKETS 4U
#define HASH_INITIAL_NUM_BUCKETS_LOG2 2U

/* ---- memory ---- */

/* What glibc's malloc takes for it. */
static size_t weight(size_t bytes)
{
	return (bytes + 8 + 15) / 16 * 16;
}

static void *take(struct cache *cache, size_t bytes)
{
	void *taken = malloc(bytes);

	if (taken)
		cache->bytes += weight(bytes);
	else
		cache->failed = true;
	return taken;
}

static void give(struct cache *cache, void *given, size_t bytes)
{
	cache->bytes -= weight(bytes);
	free(given);
}

static size_t seat_bytes(size_t id_bytes)
{
	return sizeof(struct cached_seat) + id_bytes;
}

static size_t reservation_bytes(const struct cached_reservation *r)
{
	return sizeof *r + r->ids_bytes;
}

static void forget_reservation(struct cache *cache, struct cached_show *show,
                               struct cached_reservation *r)
{
	HASH_DELETE(hh, show->held, r);
	HASH_DELETE(by_session, show->sessions, r);
	give(cache, r, reservation_bytes(r));
}

static void forget_show(struct cache *cache, struct cached_show *show)
{
	struct cached_seat *seat, *next_seat;
	struct cached_reservation *r, *next;

	HASH_ITER(hh, show->seats, seat, next_seat) {
		HASH_DELETE(hh, show->seats, seat);
		cache->seats--;
		give(cache, seat, seat_bytes(seat->hh.keylen));
	}
	HASH_ITER(hh, show->held, r, next)
		forget_reservation(cache, show, r);
	DL_DELETE(cache->by_use, show);
	HASH_DELETE(hh, cache->shows, show);
	give(cache, show, sizeof *show + show->hh.keylen);
}

struct cache *cache_open(size_t seats_max)
{
	struct cache *cache = calloc(1, sizeof *cache);

	if (cache)
		cache->seats_max = seats_max;
	return cache;
}

void cache_drop(struct cache *cache)
{
	if (!cache)
		return;
	while (cache->by_use)
		forget_show(cache, cache->by_use);
	cache->reading = NULL;
	cache->failed = false;
}

void cache_close(struct cache *cache)
{
	cache_drop(cache);
	free(cache);
}

bool cache_begin(struct cache *cache, int64_t hand_changes)
{
	bool is_fine;

	if (!cache)
		return true;
	is_fine = !cache->shows || (hand_changes >= 0 && hand_changes == cache->hand_changes);
	if (!is_fine)
		cache_drop(cache);
	cache->hand_changes = hand_changes;
	cache->calm -= cache->calm > 0;
	return is_fine;
}

size_t cache_seats(const struct cache *cache)
{
	return cache ? cache->seats : 0;
}

size_t cache_bytes(const struct cache *cache)
{
	return cache ? cache->bytes : 0;
}

/* ---- learning ---- */

static void keep_seat(struct cache *cache, struct cached_show *show, const struct seat *s)
{
	const struct seat_row *row = &s->row;
	struct cached_seat *c = NULL;

	HASH_FIND_BYHASHVALUE(hh, show->seats, s->seat_id.data, s->seat_id.bytes, s->hh.hashv, c);
	if (!c) {
		c = take(cache, seat_bytes(s->seat_id.bytes));
		if (!c)
			return;
		memcpy(c->seat_id, s->seat_id.data, s->seat_id.bytes);
		HASH_ADD_KEYPTR_BYHASHVALUE(hh, show->seats, c->seat_id, s->seat_id.bytes, s->hh.hashv, c);
		if (cache->failed) {
			give(cache, c, seat_bytes(s->seat_id.bytes));
			return;
		}
		cache->seats++;
	}
	c->status = (uint8_t)row->status;
	c->has_reserved_until = row->has_reserved_until;
	c->reserved_until_ms = row->reserved_until_ms;
	c->has_reserved_by = row->has_reserved_by;
	c->reserved_by = row->reserved_by;
	c->has_taken_at = row->has_taken_at;
	c->taken_at_offset = row->taken_at_offset;
	c->version = row->version;
}

static struct cached_reservation *copy_reservation(struct cache *cache, const struct reservation *r)
{
	struct cached_reservation *c;
	size_t ids_bytes = 0;

	for (size_t i = 0; i < r->seat_count; i++)
		ids_bytes += r->seat_ids[i].bytes + 1;
	c = take(cache, sizeof *c + ids_bytes);
	if (!c)
		return NULL;
	c->id = r->id;
	memcpy(c->session_hash, r->session_hash, SHA256_BYTES);
	c->created_at_ms = r->created_at_ms;
	c->request_offset = r->request_offset;
	c->seat_count = r->seat_count;
	c->ids_bytes = ids_bytes;
	for (size_t i = 0, at = 0; i < r->seat_count; at += r->seat_ids[i++].bytes + 1) {
		memcpy(c->seat_ids + at, r->seat_ids[i].data, r->seat_ids[i].bytes);
		c->seat_ids[at + r->seat_ids[i].bytes] = '\0';
	}
	return c;
}

static void keep_held(struct cache *cache, struct cached_show *show, const struct reservation *r)
{
	struct cached_reservation *c = NULL;

	if (cache->failed)
		return;
	HASH_FIND(hh, show->held, &r->id, sizeof r->id, c);
	if (!c) {
		c = copy_reservation(cache, r);
		if (!c)
			return;
		HASH_ADD(hh, show->held, id, sizeof c->id, c);
		if (!cache->failed) {
			HASH_ADD(by_session, show->sessions, session_hash, SHA256_BYTES, c);
			if (cache->failed)
				HASH_DELETE(hh, show->held, c);
		}
		if (cache->failed) {
			give(cache, c, reservation_bytes(c));
			return;
		}
	}
	c->reserved_until_ms = r->reserved_until_ms;
}

static struct cached_show *add_show(struct cache *cache, const struct show *s)
{
	struct cached_show *c = take(cache, sizeof *c + s->show_id.bytes);

	if (!c)
		return NULL;
	*c = (struct cached_show){
	    .hold_seconds = s->policy.hold_seconds,
	    .max_hold_seconds = s->policy.max_hold_seconds,
	    .max_seats = s->policy.max_seats,
	    .has_owner = s->has_owner,
	    .created_at_ms = s->created_at_ms,
	    .created_offset = s->created_offset,
	};
	memcpy(c->owner_hash, s->owner_hash, SHA256_BYTES);
	memcpy(c->show_id, s->show_id.data, s->show_id.bytes);
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, cache->shows, c->show_id, s->show_id.bytes, s->hh.hashv, c);
	if (cache->failed) {
		give(cache, c, sizeof *c + s->show_id.bytes);
		return NULL;
	}
	DL_APPEND(cache->by_use, c);
	return c;
}

static void learn_show(struct cache *cache, const struct show *s)
{
	struct cached_show *c = s->cached ? s->cached : add_show(cache, s);

	if (!c)
		return;
	DL_DELETE(cache->by_use, c);
	DL_APPEND(cache->by_use, c);
	for (const struct seat *seat = s->seats; seat && !cache->failed; seat = seat->hh.next)
		if (seat->exists && (!seat->is_cached || seat->is_changed))
			keep_seat(cache, c, seat);
	for (const struct reservation *r = s->reservations; r; r = r->hh.next)
		if (r->exists && r->status == RESERVATION_HELD && (!r->is_cached || r->is_changed))
			keep_held(cache, c, r);
}

/* Before new ones are learned: a session has at most one. */
static void forget_ended(struct cache *cache, const struct view *view)
{
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed) {
		struct cached_reservation *c = NULL;

		if (r->status == RESERVATION_HELD || !r->show->cached)
			continue;
		HASH_FIND(hh, r->show->cached->held, &r->id, sizeof r->id, c);
		if (c)
			forget_reservation(cache, r->show->cached, c);
	}
}

void cache_learn(struct cache *cache, const struct view *view)
{
	if (!cache)
		return;
	forget_ended(cache, view);
	for (const struct show *s = view->shows; s && !cache->failed; s = s->hh.next)
		if (s->exists)
			learn_show(cache, s);
	if (cache->failed)
		cache_drop(cache);
	while (cache->by_use && (cache->seats > cache->seats_max ||
	                         cache->bytes > cache->seats_max * CACHE_SEAT_BYTES)) {
		forget_show(cache, cache->by_use);
		cache->calm = CACHE_CALM_BATCHES;
	}
}

/* ---- all held reservations of a show ---- */

struct text cache_choose_held(struct cache *cache, const struct view *view, size_t *rows_max)
{
	const struct session *s;

	if (!cache)
		return (struct text){NULL, 0};
	for (s = view->wanted_sessions; s && !cache->calm && !cache->failed; s = s->next_wanted) {
		struct cached_show *show = s->show->cached;

		if (show && ++show->sessions_asked >= CACHE_BUSY_SESSIONS && !show->has_too_many &&
		    !cache->reading)
			cache->reading = show;
	}
	if (!cache->reading)
		return (struct text){NULL, 0};
	*rows_max = cache->seats_max / CACHE_HELD_PART;
	return (struct text){cache->reading->show_id, cache->reading->hh.keylen};
}

bool cache_reads_held_of(const struct cache *cache, const struct show *show)
{
	return cache && cache->reading && show->cached == cache->reading;
}

void cache_add_held(struct cache *cache, const struct reservation *reservation)
{
	keep_held(cache, cache->reading, reservation);
}

void cache_end_held(struct cache *cache, bool is_all)
{
	cache->reading->has_all_held = is_all && !cache->failed;
	cache->reading->has_too_many = !is_all;
	cache->reading = NULL;
}
