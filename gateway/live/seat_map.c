#include "gateway/live/seat_map.h"

#include <stdlib.h>

struct seat_map {
	char none[1];
};

struct seat_map *seat_map_begin(struct text show_id, struct text epoch)
{
	(void)show_id;
	(void)epoch;
	return NULL;
}

bool seat_map_add_seat(struct seat_map *map, const struct map_seat *seat)
{
	(void)map;
	(void)seat;
	return false;
}

bool seat_map_add_area(struct seat_map *map, const struct map_area *area)
{
	(void)map;
	(void)area;
	return false;
}

bool seat_map_set_show(struct seat_map *map, const struct map_show *show)
{
	(void)map;
	(void)show;
	return false;
}

bool seat_map_finish(struct seat_map *map, int64_t next_offset)
{
	(void)map;
	(void)next_offset;
	return false;
}

void seat_map_release(struct seat_map *map)
{
	free(map);
}

struct text seat_map_show_id(const struct seat_map *map)
{
	(void)map;
	return (struct text){NULL, 0};
}

const char *seat_map_epoch(const struct seat_map *map)
{
	(void)map;
	return "";
}

const char *seat_map_layout(const struct seat_map *map)
{
	(void)map;
	return "";
}

struct text seat_map_layout_json(const struct seat_map *map)
{
	(void)map;
	return (struct text){NULL, 0};
}

int64_t seat_map_o(const struct seat_map *map)
{
	(void)map;
	return 0;
}

int64_t seat_map_next_offset(const struct seat_map *map)
{
	(void)map;
	return 0;
}

size_t seat_map_seat_count(const struct seat_map *map)
{
	(void)map;
	return 0;
}

size_t seat_map_area_count(const struct seat_map *map)
{
	(void)map;
	return 0;
}

size_t seat_map_bytes(const struct seat_map *map)
{
	(void)map;
	return 0;
}

bool seat_map_find(const struct seat_map *map, struct text seat_id, size_t *index)
{
	(void)map;
	(void)seat_id;
	(void)index;
	return false;
}

enum seat_map_fold seat_map_fold(struct seat_map *map, const struct map_event *events, size_t count)
{
	(void)map;
	(void)events;
	(void)count;
	return MAP_RELOAD;
}

void seat_map_write_snap(const struct seat_map *map, struct buf *b, bool with_ids)
{
	(void)map;
	(void)b;
	(void)with_ids;
}

void seat_map_write_delta(const struct seat_map *map, struct buf *b, int64_t since)
{
	(void)map;
	(void)b;
	(void)since;
}

void seat_map_write_at(const struct seat_map *map, struct buf *b)
{
	(void)map;
	(void)b;
}

bool seat_map_has_changed(const struct seat_map *map, int64_t since)
{
	(void)map;
	(void)since;
	return false;
}
