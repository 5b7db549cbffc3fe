/*
 * The seats of a layout: added one by one, then each with a status, a channel and a time.
 *
 * Whether one is free follows from these in one place, settle(); what is made of the free ones
 * (best_picks.h) hears of it in one place, layout_put_free().
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "worker/plan/best_picks.h"
#include "worker/plan/layout_build.h"

#define ROOM_FIRST 256u

void *layout_take(struct layout *layout, size_t count, size_t bytes_each)
{
	size_t bytes = (count ? count : 1) * bytes_each;
	void *taken = calloc(1, bytes);

	if (taken)
		layout->bytes += bytes;
	else
		text_say_memory_ran_out();
	return taken;
}

struct layout *layout_open(void)
{
	struct layout *layout = calloc(1, sizeof *layout);

	if (!layout) {
		text_say_memory_ran_out();
		return NULL;
	}
	layout->bytes = sizeof *layout;
	layout->now_ms = INT64_MIN;
	return layout;
}

void layout_close(struct layout *layout)
{
	if (!layout)
		return;
	picks_close(layout);
	channels_close(layout);
	void *const all[] = {layout->added, layout->seat_ids, layout->until_ms, layout->slots,
	                     layout->channels, layout->heap_at, layout->state, layout->heap,
	                     layout->numbers, layout->leaf_of, layout->rank_before, layout->is_free,
	                     layout->is_plain, layout->is_accessible, layout->leaves, layout->groups,
	                     layout->section_groups, layout->category_first, layout->of_category,
	                     layout->sections.ends, layout->sections.bytes, layout->categories.ends,
	                     layout->categories.bytes, layout->section_asked,
	                     layout->log};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		free(all[i]);
	free(layout);
}

size_t layout_bytes(const struct layout *layout)
{
	return layout->bytes;
}

size_t layout_seats(const struct layout *layout)
{
	return layout->seat_count;
}

const char *layout_seat_id(const struct layout *layout, uint32_t number)
{
	return layout->seat_ids[number];
}

static bool make_room(struct layout *layout)
{
	uint32_t room = layout->seat_room ? layout->seat_room * 2 : ROOM_FIRST;
	struct added *grown = realloc(layout->added, room * sizeof *grown);

	if (!grown) {
		text_say_memory_ran_out();
		return false;
	}
	layout->bytes += (room - layout->seat_room) * sizeof *grown;
	layout->added = grown;
	layout->seat_room = room;
	return true;
}

bool layout_add(struct layout *layout, const struct layout_seat *seat)
{
	uint32_t channel = layout_add_channel(layout, seat->channel);

	if (channel == CHANNEL_NONE || layout->seat_count == LAYOUT_SEATS_MAX ||
	    (layout->seat_count == layout->seat_room && !make_room(layout)))
		return false;
	layout->added[layout->seat_count++] = (struct added){
	    .seat_id = seat->seat_id,
	    .place = seat->place,
	    .until_ms = seat->until_ms,
	    .channel = channel,
	    .status = (uint8_t)seat->status,
	};
	return true;
}

void layout_put_free(struct layout *layout, uint32_t number, bool is_free)
{
	uint32_t slot = layout->slots[number];

	if (slot == SLOT_NONE || bit_at(layout->is_free, slot) == is_free)
		return;
	bit_put(layout->is_free, slot, is_free);
	picks_count(layout, slot, is_free);
	tables_mark(layout, slot);
}

/* By its status, at layout->now_ms. */
static void settle(struct layout *layout, uint32_t number)
{
	enum seat_status status = status_of(layout, number);
	bool is_held = status == SEAT_RESERVED && layout->until_ms[number] > layout->now_ms;

	if (is_held)
		lapses_put(layout, number);
	else
		lapses_drop(layout, number);
	layout_put_free(layout, number, !is_held && status != SEAT_SOLD);
}

void layout_advance(struct layout *layout, int64_t t_ms)
{
	bool is_back = t_ms < layout->now_ms;

	layout->now_ms = t_ms;
	while (layout->heap_count && layout->until_ms[layout->heap[0]] <= t_ms)
		settle(layout, layout->heap[0]);
	for (uint32_t i = 0; is_back && i < layout->seat_count; i++)
		settle(layout, i);
}

void layout_set_status(struct layout *layout, uint32_t number, enum seat_status status,
                       int64_t until_ms)
{
	lapses_drop(layout, number); /* it is in the heap by the time that it had */
	layout->state[number] =
	    (uint8_t)((unsigned)status | flags_of(layout, number) << STATE_FLAGS_SHIFT);
	layout->until_ms[number] = until_ms;
	settle(layout, number);
}

bool layout_set_channel(struct layout *layout, uint32_t number, struct text channel)
{
	uint32_t id = layout_add_channel(layout, channel);
	uint32_t slot = layout->slots[number];
	bool is_free;

	if (id == CHANNEL_NONE)
		return false;
	if (slot == SLOT_NONE || id == layout->channels[number]) {
		layout->channels[number] = id;
		return true;
	}
	is_free = bit_at(layout->is_free, slot);
	layout_put_free(layout, number, false); /* so that it is counted where it was, and where it is */
	layout->channels[number] = id;
	bit_put(layout->is_plain, slot, is_plain_seat(layout, number));
	picks_put_channel(layout, number);
	layout_put_free(layout, number, is_free);
	return true;
}
