/*
 * shadow.h - decides a live topic in a scratch database and compares with what its installation
 * answers: all partitions, a thread each.
 *
 * Threads: shadow_run() belongs to the main thread, and starts and ends those that work.
 */
#ifndef HOLDFAST_WORKER_SHADOW_SHADOW_H
#define HOLDFAST_WORKER_SHADOW_SHADOW_H

#include "common/http/pages.h"
#include "worker/lane/settings.h"

extern const struct page shadow_page; /* /status */

/*
 * Follow until a stop is asked for, or, with is_until_caught_up, until each partition has compared
 * all that is answered; then print on stdout what was found.
 *
 * What ends it earlier is logged.
 *
 * RC_OK     stopped, or caught up and nothing differs
 * RC_REJECT FROM_AUDIT: caught up, and something differs, or did since the database was made
 * RC_RETRY  FROM_PROGRAM: stopped before it was caught up
 * RC_FATAL  FROM_PIPELINE: a partition cannot be followed; FROM_PROGRAM: no memory or thread
 * RC_USAGE  a setting is not as it must be
 */
enum rc shadow_run(const struct lane_settings *settings, bool is_until_caught_up, bool is_json,
                   struct err *e) NODISCARD;

#endif
