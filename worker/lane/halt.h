/*
 * halt.h - says why a partition stands still: in the log, to health and metrics, and as well as can
 * be in the database, for holdfast-admin status.
 *
 * Threads: the lane's or the rebuild's.
 */
#ifndef HOLDFAST_WORKER_LANE_HALT_H
#define HOLDFAST_WORKER_LANE_HALT_H

#include "worker/lane/owner.h"
#include "worker/lane/state.h"

/* In the log alone, as a rebuild does: no partition stands still for it. */
void halt_log(const struct halt *halt);

/*
 * Is it safe to try again, and of use? A right that is missing, or what a server says of itself;
 * never where what is in rows or topics is not as it must be.
 */
bool halt_may_pass(const struct halt *halt);

/*
 * Everywhere, after a NEXT_HALT. A reason that was said before is not logged again.
 *
 * next_try_ms  when it is tried again (wall clock); 0: it is not
 */
void halt_partition(struct owner *owner, struct state *state, int64_t next_try_ms);

#endif
