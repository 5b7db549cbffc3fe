#include "gateway/live/seat_map.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/base/json.h"
#include "gateway/live/live_map.h"

void *seat_map_grow(void *list, size_t count, size_t *room, size_t bytes)
{
	size_t wanted = *room ? *room * 2 : 64;
	void *grown;

	if (count < *room)
		return list;
	grown = realloc(list, wanted * bytes);
	if (grown)
		*room = wanted;
	else
		text_say_memory_ran_out();
	return grown;
}

struct seat_map *seat_map_begin(struct text show_id, struct text epoch)
{
	struct seat_map *map = calloc(1, sizeof *map);

	if (!map) {
		text_say_memory_ran_out();
		return NULL;
	}
	map->show_id = arena_copy(&map->arena, show_id);
	if (epoch.bytes == SEAT_MAP_EPOCH_CHARS)
		memcpy(map->epoch, epoch.data, epoch.bytes);
	return map;
}

void seat_map_release(struct seat_map *map)
{
	if (!map)
		return;
	free(map->seats);
	free(map->areas);
	free(map->touched_seats.list);
	free(map->touched_areas.list);
	buf_release(&map->layout_json);
	buf_release(&map->layout_areas);
	arena_release(&map->arena);
	free(map);
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Its part of the layout: what is given of the place, its rank always, flags in their order. */
static void lay_out_seat(struct buf *layout, const struct map_seat *seat)
{
	struct place place = {.pos = 0};

	if (seat->place)
		place = *seat->place;
	place.has_flags = place.flags != 0;
	place.flag_count = 0;
	for (int f = 0; f < PLACE_FLAG_COUNT; f++)
		if (place.flags & PLACE_FLAG_BIT(f))
			place.flag_list[place.flag_count++] = (uint8_t)f;
	buf_add_string(layout, layout->bytes ? "," : "{\"seats\":[");
	place_encode(layout, seat->seat_id, &place);
}

bool seat_map_add_seat(struct seat_map *map, const struct map_seat *seat)
{
	struct live_seat *seats = seat_map_grow(map->seats, map->seat_count, &map->seat_room,
	                                        sizeof *seats);
	struct live_seat *added;

	if (!seats)
		return false;
	map->seats = seats;
	added = &seats[map->seat_count];
	if (map->seat_count && text_compare(added[-1].id, seat->seat_id) >= 0)
		return false;
	*added = (struct live_seat){
	    .id = arena_copy(&map->arena, seat->seat_id),
	    .seen_at = seat->version,
	    .now = {.status = (uint8_t)seat->status, .has_channel = seat->has_channel},
	};
	if (seat->has_holder)
		added->now.holder = seat->reserved_by;
	map->seat_count++;
	map->o = later(map->o, seat->version);
	lay_out_seat(&map->layout_json, seat);
	return !map->arena.failed;
}

bool seat_map_add_area(struct seat_map *map, const struct map_area *area)
{
	struct live_area *areas = seat_map_grow(map->areas, map->area_count, &map->area_room,
	                                        sizeof *areas);
	struct buf *layout = &map->layout_areas;
	struct live_area *added;

	if (!areas)
		return false;
	map->areas = areas;
	added = &areas[map->area_count];
	if (map->area_count && text_compare(added[-1].id, area->area_id) >= 0)
		return false;
	*added = (struct live_area){
	    .id = arena_copy(&map->arena, area->area_id),
	    .seen_at = area->version,
	    .capacity = area->capacity,
	    .has_channel = area->has_channel,
	    .now = {.held = area->held, .sold = area->sold},
	};
	map->area_count++;
	map->o = later(map->o, area->version);
	buf_add_string(layout, layout->bytes ? ",{\"area_id\":" : "{\"area_id\":");
	json_add_text(layout, area->area_id);
	if (area->category.data) {
		buf_add_string(layout, ",\"category\":");
		json_add_text(layout, area->category);
	}
	buf_add_string(layout, "}");
	return !map->arena.failed;
}

bool seat_map_set_show(struct seat_map *map, const struct map_show *show)
{
	map->show = *show;
	if (show->policy.title.data)
		map->show.policy.title = arena_copy(&map->arena, show->policy.title);
	map->o = later(map->o, show->version);
	return !map->arena.failed;
}

/* It is kept for as long as the map, and has grown by doubling. */
static void trim(struct buf *b)
{
	char *trimmed = realloc(b->data, b->bytes + 1);

	if (!trimmed)
		return;
	b->data = trimmed;
	b->capacity_bytes = b->bytes + 1;
}

bool seat_map_finish(struct seat_map *map, int64_t next_offset)
{
	struct buf *layout = &map->layout_json;
	struct text bytes;
	uint8_t digest[SHA256_BYTES];

	buf_add_string(layout, layout->bytes ? "],\"areas\":[" : "{\"seats\":[],\"areas\":[");
	buf_add_text(layout, buf_text(&map->layout_areas));
	buf_add_string(layout, "]}");
	if (layout->failed || map->layout_areas.failed || map->arena.failed)
		return false;
	buf_release(&map->layout_areas);
	trim(layout);
	bytes = buf_text(layout);
	sha256(digest, &bytes, 1);
	for (size_t i = 0; i < sizeof digest; i++) {
		static const char digits[] = "0123456789abcdef";

		map->layout[2 * i] = digits[digest[i] >> 4];
		map->layout[2 * i + 1] = digits[digest[i] & 15];
	}
	map->seen_at = map->o;
	map->next_offset = next_offset;
	return true;
}

/* ---- asked ---- */

struct text seat_map_show_id(const struct seat_map *map)
{
	return map->show_id;
}

const char *seat_map_epoch(const struct seat_map *map)
{
	return map->epoch;
}

const char *seat_map_layout(const struct seat_map *map)
{
	return map->layout;
}

struct text seat_map_layout_json(const struct seat_map *map)
{
	return buf_text(&map->layout_json);
}

int64_t seat_map_o(const struct seat_map *map)
{
	return map->o;
}

int64_t seat_map_next_offset(const struct seat_map *map)
{
	return map->next_offset;
}

size_t seat_map_seat_count(const struct seat_map *map)
{
	return map->seat_count;
}

size_t seat_map_area_count(const struct seat_map *map)
{
	return map->area_count;
}

size_t seat_map_bytes(const struct seat_map *map)
{
	return sizeof *map + map->arena.total_bytes + map->layout_json.capacity_bytes +
	       map->seat_room * sizeof *map->seats + map->area_room * sizeof *map->areas +
	       (map->touched_seats.room + map->touched_areas.room) * sizeof(struct touched);
}

bool seat_map_find_in(const void *list, size_t count, size_t bytes, struct text id, size_t *index)
{
	size_t first = 0, end = count;

	while (first < end) {
		size_t middle = first + (end - first) / 2;
		const struct text *at = (const void *)((const char *)list + middle * bytes);
		int order = text_compare(*at, id);

		*index = middle;
		if (!order)
			return true;
		if (order < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return false;
}

bool seat_map_find(const struct seat_map *map, struct text seat_id, size_t *index)
{
	return seat_map_find_in(map->seats, map->seat_count, sizeof *map->seats, seat_id, index);
}
