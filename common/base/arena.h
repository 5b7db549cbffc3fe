/*
 * arena.h - memory that goes all at once.
 *
 * Out of memory: arena_take() returns NULL, and the arena remembers it (`failed`), to be asked once
 * at the end.
 */
#ifndef HOLDFAST_BASE_ARENA_H
#define HOLDFAST_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/text.h"

/* Memory for one batch; everything goes with arena_clear or arena_release. Zeroed is empty. */
struct arena {
	struct arena_block *first;
	size_t used_bytes; /* of the first block */
	size_t total_bytes;
	bool failed;
};

void *arena_take(struct arena *a, size_t bytes);      /* zeroed, aligned for anything */
struct text arena_copy(struct arena *a, struct text t); /* NUL-terminated copy */
void arena_fail(struct arena *a);    /* for who takes memory elsewhere in its stead */

/* How full it was: whatever was taken since goes with arena_rewind, and nothing else. */
struct arena_mark {
	struct arena_block *first;
	size_t used_bytes;
};

struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);
void arena_clear(struct arena *a);   /* keeps one block for the next round */
void arena_release(struct arena *a);

#endif
