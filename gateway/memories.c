#include "gateway/memories.h"

#include <stdlib.h>

#define KEPT_BYTES_MAX 4096 /* of an arena, of a text */
#ifdef __SANITIZE_ADDRESS__
#define KEPT_MAX 0u
#else
#define KEPT_MAX 512u
#endif

void memories_open(struct memories *memories)
{
	*memories = (struct memories){.first = NULL};
	pthread_mutex_init(&memories->lock, NULL);
}

static void release(struct memory *memory)
{
	buf_release(&memory->text);
	arena_release(&memory->arena);
	free(memory);
}

void memories_close(struct memories *memories)
{
	while (memories->first) {
		struct memory *memory = memories->first;

		memories->first = memory->next;
		release(memory);
	}
	pthread_mutex_destroy(&memories->lock);
}

struct memory *memories_take(struct memories *memories, size_t bytes)
{
	struct memory *memory;

	pthread_mutex_lock(&memories->lock);
	memory = memories->first;
	if (memory) {
		memories->first = memory->next;
		memories->count--;
	}
	pthread_mutex_unlock(&memories->lock);
	if (memory)
		return memory;
	memory = malloc(bytes);
	if (memory)
		*memory = (struct memory){.next = NULL};
	else
		text_say_memory_ran_out();
	return memory;
}

void memories_give(struct memories *memories, struct memory *memory)
{
	bool is_kept = false;

	arena_clear(&memory->arena);
	buf_clear(&memory->text);
	if (memory->arena.total_bytes <= KEPT_BYTES_MAX &&
	    memory->text.capacity_bytes <= KEPT_BYTES_MAX) {
		pthread_mutex_lock(&memories->lock);
		is_kept = memories->count + 1 <= KEPT_MAX; /* which may be 0 */
		if (is_kept) {
			memory->next = memories->first;
			memories->first = memory;
			memories->count++;
		}
		pthread_mutex_unlock(&memories->lock);
	}
	if (!is_kept)
		release(memory);
}
