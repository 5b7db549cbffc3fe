#include "expirer/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
/* A table that cannot grow is a full one, not the end of the program. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "common/base/partitioner.h"
#include "common/message/request.h"

/* All bytes of it are compared: zeroed before it is filled. */
struct name {
	char show_id[SHOW_ID_BYTES_MAX];
	struct uuid reservation_id;
};

struct announced {
	struct name name;
	int64_t reserved_until_us;
	int64_t next_ms, wait_ms;
	uint64_t round; /* the last that asked for it */
	int32_t partition;
	bool is_sending;
	UT_hash_handle hh;
};

struct memory {
	struct announced *table;
	uint64_t round;
	int32_t partition_count;
	size_t share;
	size_t counts[]; /* by partition */
};

struct memory *memory_open(size_t max, int32_t partition_count)
{
	struct memory *memory;

	assert(partition_count > 0);
	memory = calloc(1, sizeof *memory + (size_t)partition_count * sizeof memory->counts[0]);
	if (!memory)
		return NULL;
	memory->partition_count = partition_count;
	memory->share = max / (size_t)partition_count;
	if (memory->share == 0)
		memory->share = 1;
	if (memory->share > MEMORY_SHARE_MAX)
		memory->share = MEMORY_SHARE_MAX;
	return memory;
}

static void forget(struct memory *memory, struct announced *a)
{
	memory->counts[a->partition]--;
	HASH_DELETE(hh, memory->table, a);
	free(a);
}

void memory_close(struct memory *memory)
{
	struct announced *a, *next;

	if (!memory)
		return;
	HASH_ITER(hh, memory->table, a, next)
		forget(memory, a);
	free(memory);
}

void memory_begin(struct memory *memory)
{
	memory->round++;
}

/* NULL: there is no room. */
static struct announced *remember(struct memory *memory, const struct name *name,
                                  const struct hold *hold)
{
	int32_t partition = partition_of_key(hold->show_id.data, hold->show_id.bytes,
	                                       memory->partition_count);
	struct announced *a;

	if (memory->counts[partition] >= memory->share)
		return NULL;
	a = calloc(1, sizeof *a);
	if (!a)
		return NULL;
	a->name = *name;
	a->partition = partition;
	a->reserved_until_us = hold->reserved_until_us;
	HASH_ADD(hh, memory->table, name, sizeof a->name, a);
	if (!a->hh.tbl) {
		free(a);
		return NULL;
	}
	memory->counts[partition]++;
	return a;
}

enum memory_answer memory_ask(struct memory *memory, const struct hold *hold, int64_t now_ms,
                              struct announced **announced)
{
	struct announced *a = NULL;
	struct name name;

	assert(hold->show_id.bytes <= SHOW_ID_BYTES_MAX);
	memset(&name, 0, sizeof name);
	memcpy(name.show_id, hold->show_id.data, hold->show_id.bytes);
	name.reservation_id = hold->reservation_id;
	HASH_FIND(hh, memory->table, &name, sizeof name, a);
	if (!a)
		a = remember(memory, &name, hold);
	if (!a)
		return MEMORY_FULL;
	a->round = memory->round;
	if (a->is_sending)
		return MEMORY_WAIT;
	if (a->reserved_until_us != hold->reserved_until_us) {
		a->reserved_until_us = hold->reserved_until_us;
		a->next_ms = a->wait_ms = 0;
	}
	if (a->wait_ms && now_ms < a->next_ms)
		return MEMORY_WAIT;
	a->wait_ms = a->wait_ms ? a->wait_ms * 2 : MEMORY_FIRST_WAIT_MS;
	if (a->wait_ms > MEMORY_LONGEST_WAIT_MS)
		a->wait_ms = MEMORY_LONGEST_WAIT_MS;
	a->next_ms = now_ms + a->wait_ms;
	a->is_sending = true;
	*announced = a;
	return MEMORY_ANNOUNCE;
}

void memory_delivered(struct announced *announced, bool is_delivered)
{
	announced->is_sending = false;
	if (!is_delivered)
		announced->next_ms = announced->wait_ms = 0;
}

void memory_sweep(struct memory *memory, int64_t until_us)
{
	struct announced *a, *next;

	HASH_ITER(hh, memory->table, a, next) {
		if (a->round != memory->round && !a->is_sending && a->reserved_until_us < until_us)
			forget(memory, a);
	}
}

size_t memory_count(const struct memory *memory)
{
	return HASH_COUNT(memory->table);
}
