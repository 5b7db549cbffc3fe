/*
 * acquire.h - takes a partition: fences, reads where group and database stand, and checks that it
 * is safe to go on. "Acquire" in docs/architecture.md says why in this order.
 *
 * Knows: the owner to be, the topics' past. Doesn't know: what comes after.
 * Threads: the lane's.
 */
#ifndef HOLDFAST_WORKER_LANE_ACQUIRE_H
#define HOLDFAST_WORKER_LANE_ACQUIRE_H

#include "worker/lane/owner.h"
#include "worker/lane/state.h"

/*
 * Acquire the partition, trying again as often as it takes.
 *
 * until_ms  (monotonic) when to give up; not while it is the database that is not there
 *
 * NEXT_ON     the owner has producer, rows and the committed offset
 * NEXT_AGAIN  not in time, or fenced by a rival again and again: join the group anew
 */
enum next acquire_partition(struct owner *owner, struct state *state, int64_t until_ms);

/*
 * A new producer in place of the present one, which fences whatever that had under way, and the
 * committed offset as it is then. The rows stay.
 *
 * NEXT_AGAIN  another owner is there, or the group's offset is gone; `answered` is as it was: acquire
 *             the partition again
 */
enum next acquire_producer(struct owner *owner, struct state *state);

#endif
