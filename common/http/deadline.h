/*
 * deadline.h - the total time that each connection has for the header of its next request.
 *
 * The library counts silence only: a byte now and then would keep a connection for ever.
 *
 * Threads: deadline_open and _close belong to one, the rest to any. It has a thread of its own.
 * Limits: DEADLINE_CONNECTIONS_MAX connections.
 */
#ifndef HOLDFAST_HTTP_DEADLINE_H
#define HOLDFAST_HTTP_DEADLINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/wait.h"

#define DEADLINE_CONNECTIONS_MAX 64

struct deadline {
	struct wait wait;
	pthread_t thread;
	int64_t allowed_ms;
	bool is_closing; /* from here on under the lock */
	struct {
		int fd;           /* -1: free */
		int64_t until_ms; /* monotonic; INT64_MAX: a request is being answered */
	} list[DEADLINE_CONNECTIONS_MAX];
};

/* false: no thread for it */
bool deadline_open(struct deadline *deadline, int64_t allowed_ms);
void deadline_close(struct deadline *deadline);

void deadline_begin(struct deadline *deadline, int fd); /* a connection waits for a request */
void deadline_met(struct deadline *deadline, int fd);   /* its header is there */
void deadline_forget(struct deadline *deadline, int fd); /* before the connection is closed */

#endif
