/*
 * proxy.h - a TCP proxy on 127.0.0.1 that a test can cut, reset, stall, delay or slow down.
 *
 * Threads: one of its own per proxy; the functions may be called from any other.
 * What it cannot do fails the test.
 */
#ifndef HOLDFAST_TESTS_PROXY_H
#define HOLDFAST_TESTS_PROXY_H

#include <stdint.h>

struct proxy;

enum proxy_mode {
	PROXY_PASS,    /* forward at once */
	PROXY_CUT,     /* end every connection, and each new one as soon as it comes */
	PROXY_RESET,   /* the same with RST in place of FIN */
	PROXY_STALL,   /* a black hole: connections stay and are taken, nothing is forwarded */
	PROXY_DELAY,   /* forward everything `ms` later */
	PROXY_TRICKLE, /* one byte every `ms`, each way of each connection */
	PROXY_MODES,
};

extern const char *const proxy_mode_names[PROXY_MODES];

/* port 0: any free one. Forwards to 127.0.0.1:target_port. */
struct proxy *proxy_open(int port, int target_port);
void proxy_close(struct proxy *proxy); /* takes NULL */
int proxy_port(const struct proxy *proxy);

/* For everything from now on; what was held back is forwarded by PROXY_PASS. */
void proxy_set(struct proxy *proxy, enum proxy_mode mode, int64_t ms);
/* Connections taken so far. */
unsigned proxy_count(const struct proxy *proxy);

#endif
