/*
 * decide.h - makes a batch durable, whatever it takes: new sessions, plans made again, record by
 * record in the end.
 *
 * Knows: an owner's rows. Doesn't know: Kafka, what the rows say.
 * Threads: the lane's or the rebuild's.
 */
#ifndef HOLDFAST_WORKER_LANE_DECIDE_H
#define HOLDFAST_WORKER_LANE_DECIDE_H

#include "worker/lane/owner.h"
#include "worker/lane/state.h"

/*
 * Decide entries [first, first + count) and commit them, in one transaction or in as many as
 * batch_together asks for.
 *
 * meanwhile  what to do while the database commits the last of them; NULL: nothing
 *
 * NEXT_ON     committed; every entry has its decision
 * NEXT_AGAIN  another owner has the rows; some entries may be committed, store_progress says which
 */
enum next decide_batch(struct owner *owner, struct state *state, struct batch *batch, size_t first,
                       size_t count, const struct meanwhile *meanwhile);

/* Read the decisions of entries that the database holds already. */
enum next decide_recall(struct owner *owner, struct state *state, struct batch *batch, size_t first,
                        size_t count);

#endif
