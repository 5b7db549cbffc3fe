#include "gateway/api/crowd.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "common/base/text.h"

#define PLACES_FIRST 64

/* A key with somebody inside, by place. */
struct group {
	UT_hash_handle hh;
	uint8_t key[CROWD_KEY_BYTES];
	uint32_t place, count;
};

struct crowd {
	uint32_t max;
	struct group *by_key;
	struct group **places; /* of place 1 on; NULL: free */
	uint32_t place_count, free_hint;
};

struct crowd *crowd_open(uint32_t max)
{
	struct crowd *crowd = calloc(1, sizeof *crowd);

	if (crowd)
		crowd->max = max;
	return crowd;
}

void crowd_close(struct crowd *crowd)
{
	if (!crowd)
		return;
	for (uint32_t i = 0; i < crowd->place_count; i++) {
		if (crowd->places[i])
			HASH_DELETE(hh, crowd->by_key, crowd->places[i]);
		free(crowd->places[i]);
	}
	free(crowd->places);
	free(crowd);
}

static bool find_place(struct crowd *crowd, uint32_t *place)
{
	uint32_t count = crowd->place_count ? crowd->place_count * 2 : PLACES_FIRST;
	struct group **grown;

	for (; crowd->free_hint < crowd->place_count; crowd->free_hint++)
		if (!crowd->places[crowd->free_hint]) {
			*place = ++crowd->free_hint;
			return true;
		}
	grown = realloc(crowd->places, count * sizeof *grown);
	if (!grown) {
		text_say_memory_ran_out();
		return false;
	}
	memset(grown + crowd->place_count, 0, (count - crowd->place_count) * sizeof *grown);
	crowd->places = grown;
	crowd->free_hint = crowd->place_count;
	crowd->place_count = count;
	*place = ++crowd->free_hint;
	return true;
}

static struct group *add(struct crowd *crowd, const uint8_t key[CROWD_KEY_BYTES])
{
	struct group *group = calloc(1, sizeof *group);

	if (!group || !find_place(crowd, &group->place)) {
		free(group);
		return NULL;
	}
	memcpy(group->key, key, CROWD_KEY_BYTES);
	crowd->places[group->place - 1] = group;
	HASH_ADD(hh, crowd->by_key, key, CROWD_KEY_BYTES, group);
	return group;
}

uint32_t crowd_enter(struct crowd *crowd, const uint8_t key[CROWD_KEY_BYTES])
{
	struct group *group;

	HASH_FIND(hh, crowd->by_key, key, CROWD_KEY_BYTES, group);
	if (!group)
		group = add(crowd, key);
	if (!group || (crowd->max && group->count >= crowd->max))
		return 0;
	group->count++;
	return group->place;
}

void crowd_leave(struct crowd *crowd, uint32_t place)
{
	struct group *group = crowd->places[place - 1];

	if (--group->count)
		return;
	HASH_DELETE(hh, crowd->by_key, group);
	crowd->places[place - 1] = NULL;
	if (place - 1 < crowd->free_hint)
		crowd->free_hint = place - 1;
	free(group);
}
