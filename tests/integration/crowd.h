/*
 * crowd.h - many customers at once, each of whom asks one of two gateways, and asks again, the other
 * one where that broke the connection, until he is answered.
 *
 * Over kept connections, on a thread of its own, which knows nothing of rig.h. 200 and 409 are
 * answers; after 429, 503 and 504 the same is asked again; any other status is a fault.
 */
#ifndef HOLDFAST_TESTS_CROWD_H
#define HOLDFAST_TESTS_CROWD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define CROWD_GATEWAYS 2

/* One request, and what came of it. */
struct crowd_wish {
	char *request;    /* all of it, head and body; borrowed */
	bool is_repeated; /* the other gateway is asked, too, once it is answered */
	int status;       /* of the first answer; 0: none yet */
	char *body;       /* its body; release with free(3) */
	int status_again; /* of the second one, where it is repeated */
	char *body_again;
};

struct crowd_settings {
	struct crowd_wish *wishes; /* borrowed, written until the end */
	size_t count;
	size_t connections;
	const atomic_int *ports;      /* of the gateways, on 127.0.0.1; borrowed */
	const atomic_size_t *allowed; /* how many of the wishes may be begun; borrowed */
};

struct crowd;

/* NULL: no memory, or no thread. */
struct crowd *crowd_start(const struct crowd_settings *settings);
/* How many have all their answers. Threads: any. */
size_t crowd_answered(const struct crowd *crowd);
/* What is at fault: it has given up. NULL: nothing yet. Threads: any. */
const char *crowd_fault(const struct crowd *crowd);

struct crowd_end {
	size_t broken; /* requests whose connection ended without an answer */
	size_t later;  /* answers that said: again */
};
/* Wait for it and release it; only where all have answers, or there is a fault. */
struct crowd_end crowd_end(struct crowd *crowd);

#endif
