/*
 * plan.h - decides a batch in memory: a pure function of its records and the present state.
 *
 * plan_want() says what must be known, plan_batch() decides. Neither waits for anything.
 */
#ifndef HOLDFAST_WORKER_PLAN_PLAN_H
#define HOLDFAST_WORKER_PLAN_PLAN_H

#include "worker/plan/batch.h"
#include "worker/plan/view.h"

/* Where the lane stands. */
struct plan_place {
	int32_t partition;
	int32_t partition_count;
};

/*
 * Ask the view for what entries [first, first + count) may touch. plan_want_ids asks for the rest.
 */
void plan_want(struct view *view, const struct plan_place *place, struct batch *batch,
               size_t first, size_t count);

/*
 * Ask for what depends on the show of a reserve. To be called behind plan_want, when the shows that
 * the cache knows are filled in. It asks for
 *
 * - the customer, where the show limits its customers or is not known yet;
 * - the reservation whose id is the request id, unless the show is known and younger than a claim
 *   lasts: then the claim of each of its reservations still counts, and tells the same
 *   (docs/architecture.md, "The cache");
 * - what lapses in areas of which the batch may take more places than are free; of a change_hold, too.
 */
void plan_want_ids(struct view *view, const struct plan_place *place, struct batch *batch,
                   size_t first, size_t count);

/*
 * Decide the entries in order: rows 1 to 6 of section 4 of docs/protocol.md. The view must be
 * complete and holds the new state afterwards; decisions live in batch->plan.
 *
 * false: out of memory, nothing may be used
 */
bool plan_batch(struct view *view, const struct plan_place *place, struct batch *batch,
                size_t first, size_t count) NODISCARD;

/* Why the entry's record goes to the dead letters (row 1); NULL: it does not. */
const char *plan_dead_letter_reason(const struct entry *entry);

#endif
