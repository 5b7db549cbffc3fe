/*
 * watchdog.h - notices a thread that hangs.
 *
 * A thread enters. From then on its sign of life is given by the library whenever a wait begins:
 * for PostgreSQL, for Kafka, or a pause. Each such wait is bounded. So a thread that waits for a
 * server, however often, is alive, and one that is silent for longer than the longest wait hangs.
 * In a thread that has not entered, a sign of life does nothing.
 *
 * Threads: any.
 */
#ifndef HOLDFAST_BASE_WATCHDOG_H
#define HOLDFAST_BASE_WATCHDOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/text.h"

#define WATCHDOG_NAME_BYTES 32

/* One thread's, in its owner's memory; its members are watchdog.c's. */
struct watchdog {
	char name[WATCHDOG_NAME_BYTES];
	atomic_llong beat_ms;
	struct watchdog *next;
};

/* The calling thread is watched under that name until it leaves; one watchdog a thread. */
void watchdog_enter(struct watchdog *w, const char *name);
void watchdog_leave(struct watchdog *w); /* by the same thread */

void watchdog_beat(void); /* the calling thread's sign of life */

/*
 * Is every watched thread heard of within silence_max_ms?
 *
 * lines  one is added for each that is not; may be NULL
 */
bool watchdog_hears_all(int64_t silence_max_ms, struct buf *lines);

#endif
