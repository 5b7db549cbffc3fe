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

/* Everywhere, once, after a NEXT_HALT. */
void halt_partition(struct owner *owner, struct state *state);

#endif
