/*
 * The channels that a layout's seats have or had: each name has an id from 1 on, in the order in
 * which they came; channel_order has them by name.
 */
#include <stdlib.h>
#include <string.h>

#include "worker/plan/layout_build.h"

#define CHANNELS_FIRST 8u

/* Where the name stands in channel_order, or would. */
static uint32_t place_of(const struct layout *layout, struct text name)
{
	uint32_t low = 0, high = layout->channel_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (text_compare(layout->channel_names[layout->channel_order[middle]], name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool stands_at(const struct layout *layout, uint32_t place, struct text name)
{
	return place < layout->channel_count &&
	       text_same(layout->channel_names[layout->channel_order[place]], name);
}

uint32_t layout_find_channel(const struct layout *layout, struct text name)
{
	uint32_t place;

	if (!name.data)
		return 0;
	place = place_of(layout, name);
	return stands_at(layout, place, name) ? layout->channel_order[place] + 1 : CHANNEL_NONE;
}

static bool make_room(struct layout *layout)
{
	uint32_t room = layout->channel_room ? layout->channel_room * 2 : CHANNELS_FIRST;
	struct text *names = realloc(layout->channel_names, room * sizeof *names);
	uint32_t *order;

	if (names)
		layout->channel_names = names;
	order = names ? realloc(layout->channel_order, room * sizeof *order) : NULL;
	if (!order) {
		text_say_memory_ran_out();
		return false;
	}
	layout->channel_order = order;
	layout->bytes += (room - layout->channel_room) * (sizeof *names + sizeof *order);
	layout->channel_room = room;
	return true;
}

uint32_t layout_add_channel(struct layout *layout, struct text name)
{
	uint32_t place, id = layout_find_channel(layout, name);
	char *copy;

	if (id != CHANNEL_NONE)
		return id;
	if (layout->channel_count == layout->channel_room && !make_room(layout))
		return CHANNEL_NONE;
	copy = layout_take(layout, name.bytes, 1);
	if (!copy)
		return CHANNEL_NONE;
	memcpy(copy, name.data, name.bytes);
	place = place_of(layout, name);
	memmove(layout->channel_order + place + 1, layout->channel_order + place,
	        (layout->channel_count - place) * sizeof *layout->channel_order);
	layout->channel_order[place] = layout->channel_count;
	layout->channel_names[layout->channel_count++] = (struct text){copy, name.bytes};
	return layout->channel_count;
}

void channels_close(struct layout *layout)
{
	for (uint32_t i = 0; i < layout->channel_count; i++)
		free((char *)layout->channel_names[i].data);
	free(layout->channel_names);
	free(layout->channel_order);
}
