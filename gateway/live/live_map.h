/*
 * live_map.h - what a seat map has of a show. Included by seat_map.c, fold.c, texts.c only.
 */
#ifndef HOLDFAST_GATEWAY_LIVE_LIVE_MAP_H
#define HOLDFAST_GATEWAY_LIVE_LIVE_MAP_H

#include "common/base/arena.h"
#include "gateway/live/map_rows.h"

/* What an event changes of a seat. */
struct seat_now {
	struct uuid holder;  /* of the reservation; all zero: none */
	uint8_t status;      /* enum seat_status */
	bool has_channel;
};

/* seen_at: the request that changed last what is seen of it, or a later one that changed its row */
struct live_seat {
	struct text id; /* first, as in live_area: seat_map_find_in */
	int64_t seen_at;
	struct seat_now now;
};

struct area_now {
	int64_t held, sold;
};

struct live_area {
	struct text id;
	int64_t seen_at;
	int32_t capacity;
	bool has_channel;
	struct area_now now;
};

/* As a seat or an area was before the events of a request. */
struct touched {
	size_t index;
	union {
		struct seat_now seat;
		struct area_now area;
	} before;
};

struct touched_list {
	struct touched *list;
	size_t count, room;
};

struct seat_map {
	struct arena arena; /* of texts */
	struct text show_id;
	char epoch[SEAT_MAP_EPOCH_CHARS + 1], layout[SEAT_MAP_LAYOUT_CHARS + 1];
	struct buf layout_json, layout_areas; /* the latter until it is finished */
	struct live_seat *seats; /* in the order of their ids' bytes */
	struct live_area *areas;
	size_t seat_count, seat_room, area_count, area_room;
	struct map_show show;
	int64_t o, seen_at, next_offset;
	struct touched_list touched_seats, touched_areas; /* memory that is kept */
};

/* What stands for a seat in a text. */
char seat_char(const struct seat_now *seat);
/* In a list of seats or areas, `bytes` each. false: it is not there, and index says nothing. */
bool seat_map_find_in(const void *list, size_t count, size_t bytes, struct text id, size_t *index);
/* NULL: no memory. Room for one more of `bytes` each. */
void *seat_map_grow(void *list, size_t count, size_t *room, size_t bytes);

#endif
