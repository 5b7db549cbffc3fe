/*
 * cache.h - what a lane knows of the rows after a COMMIT: shows, seats and held reservations.
 *
 * Stands in front of the store: it fills in what it has of a view, and learns from the view of each
 * committed batch. It knows what is there. That something is not there it knows in three cases only:
 * of a held reservation, where all of the show were read; of what a customer has bought, where he or
 * all customers of the show were looked up; of a seat, while a plan is made.
 * Knows: views. Doesn't know: the database, who else writes.
 * Threads: a cache belongs to its lane. Nothing in it points into a view, or back.
 * Limits: seats_max seats and CACHE_SEAT_BYTES each for all together. A show of more than seats_max
 * goes first, then those that were not used for longest. What is learned or read in one batch comes
 * on top until it is committed.
 * Out of memory: it forgets everything, at the latest in cache_learn, and goes on.
 *
 * Every function takes a NULL cache, which has nothing and learns nothing.
 */
#ifndef HOLDFAST_WORKER_STORE_CACHE_H
#define HOLDFAST_WORKER_STORE_CACHE_H

#include "common/base/err.h"
#include "worker/plan/view.h"
#include "worker/store/whole.h"

#define CACHE_SEAT_BYTES 300
/* Look-ups of sessions of a show after which all its held reservations are read. */
#define CACHE_BUSY_SESSIONS 16
/* All held reservations of a show are read where they are at most an eighth as many as seats_max. */
#define CACHE_HELD_PART 8
/* So many batches go without such a read after one in which shows had to go for want of room. */
#define CACHE_CALM_BATCHES 256

struct cache;

struct cache *cache_open(size_t seats_max); /* NULL: out of memory */
void cache_close(struct cache *cache);
void cache_drop(struct cache *cache); /* forget everything: on any doubt */

/*
 * A transaction begins, which sees this many changes by hand (-1: not known). If it is another
 * number than before, everything is forgotten.
 *
 * false: something was forgotten that may be in a view already, which must then be made anew
 */
bool cache_begin(struct cache *cache, int64_t hand_changes) NODISCARD;

/*
 * Fill in what is wanted and known; the rest stays wanted.
 *
 * until_ms  as of view_learn_seat
 */
void cache_fill(struct cache *cache, struct view *view, int64_t until_ms);

/*
 * Before wanted sessions are looked up: count them, and choose a show for which it has become worth
 * it to read all held reservations now, at most *rows_max of them. data NULL: none.
 */
struct text cache_choose_held(struct cache *cache, const struct view *view, size_t *rows_max);
/* Is it that show? Then its wanted sessions need no look-up. */
bool cache_reads_held_of(const struct cache *cache, const struct show *show);
/* One of them: id, hash, times, offset and seat ids are set. Copied. */
void cache_add_held(struct cache *cache, const struct reservation *reservation);
void cache_end_held(struct cache *cache, bool is_all);

/*
 * The same of customers: choose a show for which to read the places that each of them has bought. All
 * held reservations of the show are known, or are read in the same wave.
 */
struct text cache_choose_sold(struct cache *cache, const struct view *view, size_t *rows_max);
bool cache_reads_sold_of(const struct cache *cache, const struct show *show);
void cache_add_sold(struct cache *cache, const uint8_t hash[SHA256_BYTES], int64_t places);
void cache_end_sold(struct cache *cache, bool is_all);

/*
 * All of a show is read, which the view knows and which exists: seat by seat, the held reservations
 * (cache_add_held, cache_end_held; they are all), then the end.
 *
 * false: out of memory
 */
bool cache_begin_whole(struct cache *cache, struct show *show) NODISCARD;
/*
 * The next seat, by number from 0 on. NULL: out of memory.
 *
 * Returns its id with a NUL, which stays as long as the show is whole.
 */
const char *cache_add_seat(struct cache *cache, struct show *show, struct text seat_id,
                           const struct seat_row *row);
/* whole  taken, also where there is no memory */
void cache_end_whole(struct cache *cache, struct show *show, const struct whole *whole);

/* As view.fill says, where the context is a struct cache_now. */
struct cache_now {
	struct cache *cache;
	int64_t until_ms;
};
void cache_fill_now(void *cache_now, struct view *view);

/*
 * Keep what the view has read, and what became of it. Its changes are committed, or on their way;
 * if those fail, cache_drop must follow.
 */
void cache_learn(struct cache *cache, const struct view *view);

size_t cache_seats(const struct cache *cache);
size_t cache_bytes(const struct cache *cache);

#endif
