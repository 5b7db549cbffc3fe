/*
 * memory.h - which holds were announced, and when each may be announced again.
 *
 * Bounded: where it is full nothing new is announced until some are ended. Time is passed in.
 */
#ifndef HOLDFAST_EXPIRER_MEMORY_H
#define HOLDFAST_EXPIRER_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ids.h"

#define MEMORY_FIRST_WAIT_MS 5000
#define MEMORY_LONGEST_WAIT_MS 300000

struct memory;

enum memory_answer {
	MEMORY_ANNOUNCE, /* and it is remembered from now on */
	MEMORY_WAIT,     /* announced before, and not long enough ago */
	MEMORY_FULL,
};

struct memory *memory_open(size_t max); /* NULL: out of memory */
void memory_close(struct memory *memory);

/* A look at every due hold begins; those not seen until memory_sweep are forgotten by it. */
void memory_begin(struct memory *memory);
enum memory_answer memory_ask(struct memory *memory, const struct uuid *reservation_id,
                              int64_t now_ms);
/* The announcement was not delivered: the next look may announce it at once. */
void memory_undo(struct memory *memory, const struct uuid *reservation_id);
void memory_sweep(struct memory *memory);
size_t memory_count(const struct memory *memory);

#endif
