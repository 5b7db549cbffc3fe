/*
 * loop.h - one thread with its connections, and the mailbox through which others reach it.
 *
 * The first loop accepts, and deals each client to the loop that has the fewest.
 * Threads: loops_open, loops_drain and loops_close belong to one; the rest any.
 */
#ifndef HOLDFAST_HTTP_LOOP_H
#define HOLDFAST_HTTP_LOOP_H

#include <pthread.h>

#include "common/base/wait.h"
#include "common/base/watchdog.h"
#include "common/http/address.h"
#include "common/http/conns.h"
#include "common/http/hub.h"

/* A client on its way from the loop that accepted it. */
struct arrival {
	struct mail mail;
	int fd;
	struct http_peer peer;
};

struct loop {
	struct loops *loops;
	struct conns conns;
	struct hub hub;
	pthread_t thread;
	bool is_running;
	struct mailbox mailbox;
	int64_t accept_ms;     /* not before: there was no room for another client; 0: now */
	bool is_accepting;     /* epoll is asked for clients */
	bool is_short;         /* of descriptors: so it was said */
	struct watchdog watchdog;
	atomic_uint here, on_their_way; /* connections */
	atomic_bool is_drained; /* no connection is left, and none comes any more */
};

struct loops {
	struct http_settings settings;
	struct http_handler handler;
	struct address address;
	atomic_bool is_draining, is_closing;
	struct wait drained;   /* for a loop that is */
	struct pool replies;   /* on their way to a connection; of who opens them */
	unsigned count;
	struct loop *list[HTTP_LOOPS_MAX];
};

struct http {
	struct loops loops;
};

/*
 * Start the threads. loops has its settings, handler and address, which is closed by loops_drain or
 * loops_close; all else is zeroed. Call loops_close whatever comes of it.
 *
 * RC_FATAL  no memory, thread or descriptor for it
 */
enum rc loops_open(struct loops *loops, unsigned count, unsigned connections_max,
                   struct err *e) NODISCARD;
unsigned loop_load(const struct loop *loop); /* connections, here and on their way */
void loops_answer(struct loops *loops, struct reply *reply); /* taken */
bool loops_drain(struct loops *loops, int64_t wait_ms);
void loops_close(struct loops *loops);

#endif
