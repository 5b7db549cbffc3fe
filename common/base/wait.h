/*
 * wait.h - a lock, and waiting for a change of what is under it; time-outs by the monotonic clock.
 *
 * Threads: any, which is what it is for.
 */
#ifndef HOLDFAST_BASE_WAIT_H
#define HOLDFAST_BASE_WAIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct wait {
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

void wait_open(struct wait *w);
void wait_close(struct wait *w); /* nobody waits, nobody has the lock */

void wait_lock(struct wait *w);
void wait_unlock(struct wait *w);

/*
 * Wait for wait_wake, until until_ms (monotonic) at the longest. To be called under the lock, which
 * is let go meanwhile. It may come back without cause: look again at what is waited for.
 *
 * false: until_ms has come
 */
bool wait_until(struct wait *w, int64_t until_ms);
void wait_wake(struct wait *w); /* everyone who waits; under the lock or not */

#endif
