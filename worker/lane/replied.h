/*
 * replied.h - which offsets of a partition have their reply.
 *
 * Pure. A bit an offset, so that a million of them take 125 kB.
 */
#ifndef HOLDFAST_WORKER_LANE_REPLIED_H
#define HOLDFAST_WORKER_LANE_REPLIED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All 0: knows of none. */
struct replied {
	int64_t from, until; /* what lies outside is not noted */
	int64_t end;         /* 1 + the largest one noted; `from`: there is none */
	uint8_t *bits;
	size_t bytes;
};

/* Forget all, and note from now on what lies from `from` on below `until`. */
void replied_begin(struct replied *replied, int64_t from, int64_t until);
void replied_release(struct replied *replied);

/* false: out of memory. */
bool replied_note(struct replied *replied, int64_t offset);
bool replied_has(const struct replied *replied, int64_t offset);

#endif
