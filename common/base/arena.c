#include "common/base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* The first block is small, as most of who has one alone takes little; each later one as all before. */
#define BLOCK_BYTES_MIN 4096u
#define BLOCK_BYTES_MAX 65536u

struct arena_block {
	struct arena_block *next;
	size_t capacity_bytes;
	alignas(max_align_t) char data[];
};

static size_t capacity_for(const struct arena *a, size_t bytes)
{
	size_t capacity = a->total_bytes < BLOCK_BYTES_MIN   ? BLOCK_BYTES_MIN
	                  : a->total_bytes > BLOCK_BYTES_MAX ? BLOCK_BYTES_MAX
	                                                     : a->total_bytes;

	return bytes > capacity ? bytes : capacity;
}

void *arena_take(struct arena *a, size_t bytes)
{
	size_t rounded = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	struct arena_block *block = a->first;
	void *taken;

	if (!block || block->capacity_bytes - a->used_bytes < rounded) {
		size_t capacity = capacity_for(a, rounded);

		block = malloc(sizeof *block + capacity);
		if (!block) {
			arena_fail(a);
			return NULL;
		}
		block->next = a->first;
		block->capacity_bytes = capacity;
		a->first = block;
		a->used_bytes = 0;
		a->total_bytes += capacity;
	}
	taken = block->data + a->used_bytes;
	a->used_bytes += rounded;
	memset(taken, 0, rounded);
	return taken;
}

struct text arena_copy(struct arena *a, struct text t)
{
	char *copy = arena_take(a, t.bytes + 1);

	if (!copy)
		return (struct text){NULL, 0};
	if (t.bytes)
		memcpy(copy, t.data, t.bytes);
	return (struct text){copy, t.bytes};
}

void arena_fail(struct arena *a)
{
	a->failed = true;
	text_say_memory_ran_out();
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){a->first, a->used_bytes};
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
	while (a->first != mark.first) {
		struct arena_block *next = a->first->next;

		a->total_bytes -= a->first->capacity_bytes;
		free(a->first);
		a->first = next;
	}
	a->used_bytes = mark.used_bytes;
}

void arena_clear(struct arena *a)
{
	struct arena_block *block = a->first;

	if (!block)
		return;
	if (block->capacity_bytes > BLOCK_BYTES_MAX) {
		arena_release(a);
		return;
	}
	while (block->next) {
		struct arena_block *next = block->next->next;

		free(block->next);
		block->next = next;
	}
	a->used_bytes = 0;
	a->total_bytes = block->capacity_bytes;
	a->failed = false;
}

void arena_release(struct arena *a)
{
	while (a->first) {
		struct arena_block *next = a->first->next;

		free(a->first);
		a->first = next;
	}
	*a = (struct arena){0};
}
