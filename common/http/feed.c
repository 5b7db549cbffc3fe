#define HASH_NONFATAL_OOM 1
#include "common/http/feed.h"

#include <stdlib.h>

#include <utlist.h>

#define LIST_FIRST 4

struct feed *feed_find(struct feed *feeds, uint32_t number)
{
	struct feed *feed;

	HASH_FIND(hh, feeds, &number, sizeof number, feed);
	return feed;
}

struct feed *feed_make(struct feed **feeds, uint32_t number)
{
	struct feed *feed = feed_find(*feeds, number);

	if (feed)
		return feed;
	feed = calloc(1, sizeof *feed);
	if (feed) {
		feed->number = number;
		HASH_ADD(hh, *feeds, number, sizeof feed->number, feed);
	}
	if (!feed || !feed->hh.tbl) {
		text_say_memory_ran_out();
		free(feed);
		return NULL;
	}
	return feed;
}

void feed_release_if_empty(struct feed **feeds, struct feed *feed)
{
	struct ask *ask;

	if (feed->count || feed->frames)
		return;
	HASH_DEL(*feeds, feed);
	while ((ask = feed->asks) != NULL) {
		LL_DELETE(feed->asks, ask);
		free(ask);
	}
	free(feed->list);
	free(feed);
}

bool feed_add(struct feed *feed, struct viewer *v)
{
	if (feed->count == feed->capacity) {
		uint32_t capacity = feed->capacity ? feed->capacity * 2 : LIST_FIRST;
		struct viewer **list = realloc(feed->list, capacity * sizeof *list);

		if (!list) {
			text_say_memory_ran_out();
			return false;
		}
		feed->list = list;
		feed->capacity = capacity;
	}
	v->feed = feed;
	v->index = feed->count;
	feed->list[feed->count++] = v;
	return true;
}

void feed_remove(struct feed *feed, struct viewer *v)
{
	struct viewer *last = feed->list[--feed->count];

	feed->list[v->index] = last;
	last->index = v->index;
	if (feed->left > feed->count)
		feed->left = feed->count;
}

static struct ask *find_ask(struct feed *feed, uint32_t generation, int64_t position)
{
	struct ask *ask;

	LL_FOREACH(feed->asks, ask)
		if (ask->generation == generation && ask->position == position)
			return ask;
	return NULL;
}

bool feed_ask(struct feed *feed, uint32_t generation, int64_t position)
{
	struct ask *ask;

	if (find_ask(feed, generation, position))
		return false;
	ask = malloc(sizeof *ask);
	if (!ask) {
		text_say_memory_ran_out();
		return false;
	}
	*ask = (struct ask){.generation = generation, .position = position};
	LL_PREPEND(feed->asks, ask);
	return true;
}

void feed_end_ask(struct feed *feed, uint32_t generation, int64_t position)
{
	struct ask *ask = find_ask(feed, generation, position);

	if (!ask)
		return;
	LL_DELETE(feed->asks, ask);
	free(ask);
}
