/*
 * memories.h - the memory of requests that are over, for the next ones: one thread begins a request,
 * another ends it, which is what malloc is slow at.
 *
 * Threads: any, but for memories_open and memories_close.
 * A build with AddressSanitizer keeps none, so that it sees who uses one that is over.
 */
#ifndef HOLDFAST_GATEWAY_MEMORIES_H
#define HOLDFAST_GATEWAY_MEMORIES_H

#include <pthread.h>

#include "common/base/arena.h"
#include "common/base/text.h"

/* The first member of what is larger, which is of one size. */
struct memory {
	struct memory *next;
	struct arena arena;
	struct buf text; /* for what is written, one thing at a time */
};

struct memories {
	pthread_mutex_t lock; /* of what follows */
	struct memory *first;
	unsigned count;
};

void memories_open(struct memories *memories);
void memories_close(struct memories *memories); /* frees those that it keeps */
/* Of `bytes`, of which all behind its memory is still as it was left. NULL: no memory */
struct memory *memories_take(struct memories *memories, size_t bytes);
void memories_give(struct memories *memories, struct memory *memory);

#endif
