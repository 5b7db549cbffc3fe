/*
 * rehearsal.h - everything that a lane does before it has a partition, done once before the group is
 * joined: what cannot work in this process is found out while no partition stands still for it.
 *
 * Knows: the pipeline, verified. Doesn't know: partitions.
 * Threads: the main thread's.
 */
#ifndef HOLDFAST_WORKER_REHEARSAL_H
#define HOLDFAST_WORKER_REHEARSAL_H

#include "common/pipeline/pipeline.h"

/*
 * Make the consumer, without joining, a reader, and a producer with the properties of a lane and a
 * transactional id of its own. Waits for the brokers up to wait_ms, or until a stop is asked for.
 *
 * RC_RETRY  brokers not reachable in time
 * RC_USAGE  a property is wrong, or does not go with the others
 * RC_FATAL  FROM_KAFKA: refused, a right is missing
 */
enum rc rehearsal_run(const struct pipeline *pipeline, int64_t wait_ms, struct err *e) NODISCARD;

#endif
