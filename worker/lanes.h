/*
 * lanes.h - the partitions that this worker is assigned, a lane each, and how they stand: told to
 * health.h, to the service manager and, once a minute, to the log.
 *
 * Threads: the main thread's.
 */
#ifndef HOLDFAST_WORKER_LANES_H
#define HOLDFAST_WORKER_LANES_H

#include "worker/lane/lane.h"

/*
 * Join the group and serve what it assigns until a stop is asked for, or, with
 * is_until_caught_up, until every assigned partition is answered to its end.
 *
 * What ends it earlier is logged.
 *
 * RC_OK    stopped, or caught up
 * RC_USAGE a setting is not as it must be, or a file that one names: the group is left
 * RC_FATAL FROM_PROGRAM: no memory; FROM_PIPELINE: a record is not on LogAppendTime; caught up, but
 *          for partitions that halted
 */
enum rc lanes_run(const struct lane_settings *settings, bool is_until_caught_up,
                  struct err *e) NODISCARD;

#endif
