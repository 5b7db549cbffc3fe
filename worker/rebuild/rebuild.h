/*
 * rebuild.h - fills the database from the request topic: every partition up to the group's
 * committed offset, and nothing is answered.
 *
 * Threads: rebuild_run() belongs to the main thread, and starts and ends those that work.
 * Limits: REBUILD_THREADS_MAX partitions at a time.
 */
#ifndef HOLDFAST_WORKER_REBUILD_REBUILD_H
#define HOLDFAST_WORKER_REBUILD_REBUILD_H

#include "worker/lane/settings.h"

#define REBUILD_THREADS_MAX 8

/*
 * Rebuild all partitions, with a progress bar on a terminal; print on stdout what was done.
 *
 * wait_ms  longest time that a partition may stand still
 * is_json  print JSON
 *
 * What goes wrong is logged; the error is that of the first partition that could not be finished, in
 * their order.
 */
enum rc rebuild_run(const struct lane_settings *settings, int64_t wait_ms, bool is_json,
                    struct err *e) NODISCARD;

#endif
