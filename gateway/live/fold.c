/*
 * The fold: a seat map moved on by the events of one request.
 *
 * It comes to what the rows are after the request, or to nothing: what was touched is noted as it
 * was, and put back where an event does not fit. That happens only behind a change by hand, whose
 * new epoch has the rows read again anyway.
 */
#include <stdlib.h>
#include <string.h>

#include "gateway/live/seat_map.h"
#include "gateway/live/live_map.h"

/* What an event of a kind does: to seats, and to places of areas. */
struct effect {
	bool is_folded;  /* false: what it changes cannot be told from the event; read the rows */
	bool frees;      /* seats, as far as they are the reservation's */
	bool takes;      /* seats, for the reservation; `status` */
	bool sets_channel, has_channel;
	bool moves_rows; /* rows of seats change where nothing is seen */
	uint8_t status;
	int held, sold;  /* -1, 0 or 1 times the count */
};

static const struct effect effects[EVENT_KIND_COUNT] = {
	[EVENT_CHANNELS_SET] = {.is_folded = true},
	[EVENT_BLOCKED] = {.is_folded = true, .sets_channel = true, .has_channel = true},
	[EVENT_UNBLOCKED] = {.is_folded = true, .sets_channel = true},
	[EVENT_RESERVED] = {.is_folded = true, .takes = true, .status = SEAT_RESERVED, .held = 1},
	[EVENT_EXTENDED] = {.is_folded = true, .moves_rows = true},
	[EVENT_SOLD] = {.is_folded = true, .takes = true, .status = SEAT_SOLD, .held = -1, .sold = 1},
	[EVENT_RELEASED] = {.is_folded = true, .frees = true, .held = -1},
	[EVENT_EXPIRED] = {.is_folded = true, .frees = true, .held = -1},
	[EVENT_CANCELLED] = {.is_folded = true, .frees = true, .sold = -1},
};

/* ---- noting ---- */

static struct touched *note(struct touched_list *touched, size_t index)
{
	struct touched *list = seat_map_grow(touched->list, touched->count, &touched->room,
	                                     sizeof *list);

	if (!list)
		return NULL;
	touched->list = list;
	list[touched->count].index = index;
	return &list[touched->count++];
}

static bool note_seats(struct seat_map *map, const struct map_event *ev)
{
	for (size_t i = 0; i < ev->seat_count; i++) {
		struct touched *noted;
		size_t index;

		if (!seat_map_find(map, ev->seat_ids[i], &index))
			return false;
		noted = note(&map->touched_seats, index);
		if (!noted)
			return false;
		noted->before.seat = map->seats[index].now;
	}
	return true;
}

static bool note_areas(struct seat_map *map, const struct map_event *ev)
{
	for (size_t i = 0; i < ev->area_count; i++) {
		struct touched *noted;
		size_t index;

		if (!seat_map_find_in(map->areas, map->area_count, sizeof *map->areas,
		                      ev->areas[i].area_id, &index))
			return false;
		noted = note(&map->touched_areas, index);
		if (!noted)
			return false;
		noted->before.area = map->areas[index].now;
	}
	return true;
}

/* false: an event is not understood, or names what is not there, or no memory. */
static bool note_all(struct seat_map *map, const struct map_event *events, size_t count)
{
	map->touched_seats.count = 0;
	map->touched_areas.count = 0;
	for (size_t i = 0; i < count; i++)
		if (!events[i].is_known || !effects[events[i].kind].is_folded ||
		    !note_seats(map, &events[i]) || !note_areas(map, &events[i]))
			return false;
	return true;
}

/* ---- applying ---- */

/* Does its row change? */
static bool apply_to_seat(struct seat_now *seat, const struct effect *effect,
                          const struct map_event *ev)
{
	static const struct uuid nobody;

	if (effect->takes) {
		seat->status = effect->status;
		seat->holder = ev->reservation_id;
	} else if (effect->frees) {
		/* After a change by hand an event may list a seat that another has by now. */
		if (!uuid_same(&seat->holder, &ev->reservation_id))
			return false;
		seat->status = SEAT_AVAILABLE;
		seat->holder = nobody;
	} else if (effect->sets_channel) {
		seat->has_channel = effect->has_channel;
	} else {
		return effect->moves_rows;
	}
	return true;
}

/* Likewise. What has expired was given back before it is sold again. */
static bool apply_to_area(struct area_now *area, const struct effect *effect,
                          const struct map_event *ev, int64_t count)
{
	if (!ev->is_retaken)
		area->held += effect->held * count;
	area->sold += effect->sold * count;
	return effect->held || effect->sold;
}

/* In the order in which they were noted. Did any row change? */
static bool apply_all(struct seat_map *map, const struct map_event *events, size_t count)
{
	const struct touched *seat = map->touched_seats.list, *area = map->touched_areas.list;
	bool has_changed = false;

	for (size_t i = 0; i < count; i++) {
		const struct map_event *ev = &events[i];
		const struct effect *effect = &effects[ev->kind];

		for (size_t k = 0; k < ev->seat_count; k++)
			has_changed |= apply_to_seat(&map->seats[(seat++)->index].now, effect, ev);
		for (size_t k = 0; k < ev->area_count; k++)
			has_changed |= apply_to_area(&map->areas[(area++)->index].now, effect, ev,
			                             ev->areas[k].count);
	}
	return has_changed;
}

static bool areas_are_possible(const struct seat_map *map)
{
	for (size_t i = 0; i < map->touched_areas.count; i++) {
		const struct live_area *area = &map->areas[map->touched_areas.list[i].index];

		if (area->now.held < 0 || area->now.sold < 0 ||
		    area->now.held + area->now.sold > area->capacity)
			return false;
	}
	return true;
}

static void put_back(struct seat_map *map)
{
	for (size_t i = 0; i < map->touched_seats.count; i++) {
		const struct touched *noted = &map->touched_seats.list[i];

		map->seats[noted->index].now = noted->before.seat;
	}
	for (size_t i = 0; i < map->touched_areas.count; i++) {
		const struct touched *noted = &map->touched_areas.list[i];

		map->areas[noted->index].now = noted->before.area;
	}
}

/* Is anything seen otherwise than before? */
static bool see(struct seat_map *map, int64_t offset)
{
	bool is_seen = false;

	for (size_t i = 0; i < map->touched_seats.count; i++) {
		const struct touched *noted = &map->touched_seats.list[i];
		struct live_seat *seat = &map->seats[noted->index];

		if (seat_char(&seat->now) == seat_char(&noted->before.seat))
			continue;
		seat->seen_at = offset;
		is_seen = true;
	}
	for (size_t i = 0; i < map->touched_areas.count; i++) {
		const struct area_now *before = &map->touched_areas.list[i].before.area;
		struct live_area *area = &map->areas[map->touched_areas.list[i].index];

		if (area->now.held + area->now.sold == before->held + before->sold)
			continue;
		area->seen_at = offset;
		is_seen = true;
	}
	return is_seen;
}

enum seat_map_fold seat_map_fold(struct seat_map *map, const struct map_event *events, size_t count)
{
	const int64_t offset = events[0].offset;
	bool has_changed, is_seen;

	if (offset < map->next_offset)
		return MAP_OLD;
	if (!note_all(map, events, count))
		return MAP_RELOAD;
	has_changed = apply_all(map, events, count);
	if (!areas_are_possible(map)) {
		put_back(map);
		return MAP_RELOAD;
	}
	is_seen = see(map, offset);
	map->next_offset = offset + 1;
	if (has_changed)
		map->o = offset;
	if (is_seen)
		map->seen_at = offset;
	return is_seen ? MAP_SEEN : MAP_UNSEEN;
}
