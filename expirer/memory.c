#include "expirer/memory.h"

#include <stdlib.h>
#include <uthash.h>

struct announced {
	struct uuid id;
	int64_t next_ms, wait_ms;
	uint64_t look; /* the look that saw it last */
	UT_hash_handle hh;
};

struct memory {
	struct announced *table;
	size_t max;
	uint64_t look;
};

struct memory *memory_open(size_t max)
{
	struct memory *memory = calloc(1, sizeof *memory);

	if (memory)
		memory->max = max;
	return memory;
}

void memory_close(struct memory *memory)
{
	if (!memory)
		return;
	memory_begin(memory);
	memory_sweep(memory);
	free(memory);
}

void memory_begin(struct memory *memory)
{
	memory->look++;
}

enum memory_answer memory_ask(struct memory *memory, const struct uuid *reservation_id,
                              int64_t now_ms)
{
	struct announced *a = NULL;

	HASH_FIND(hh, memory->table, reservation_id, sizeof *reservation_id, a);
	if (!a) {
		if (HASH_COUNT(memory->table) >= memory->max || !(a = calloc(1, sizeof *a)))
			return MEMORY_FULL;
		a->id = *reservation_id;
		HASH_ADD(hh, memory->table, id, sizeof a->id, a);
	}
	a->look = memory->look;
	if (now_ms < a->next_ms)
		return MEMORY_WAIT;
	a->wait_ms = a->wait_ms ? a->wait_ms * 2 : MEMORY_FIRST_WAIT_MS;
	if (a->wait_ms > MEMORY_LONGEST_WAIT_MS)
		a->wait_ms = MEMORY_LONGEST_WAIT_MS;
	a->next_ms = now_ms + a->wait_ms;
	return MEMORY_ANNOUNCE;
}

void memory_undo(struct memory *memory, const struct uuid *reservation_id)
{
	struct announced *a = NULL;

	HASH_FIND(hh, memory->table, reservation_id, sizeof *reservation_id, a);
	if (a) {
		a->next_ms = 0;
		a->wait_ms = 0;
	}
}

void memory_sweep(struct memory *memory)
{
	struct announced *a, *next;

	HASH_ITER(hh, memory->table, a, next) {
		if (a->look == memory->look)
			continue;
		HASH_DELETE(hh, memory->table, a);
		free(a);
	}
}

size_t memory_count(const struct memory *memory)
{
	return HASH_COUNT(memory->table);
}
