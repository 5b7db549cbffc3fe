/*
 * seat_map.h - one show as people see it: its layout, what each seat is, how full each area is.
 *
 * Made of rows, then moved on by events; both come to the same. Texts are those of docs/map.md.
 * Doesn't know: sessions, customers, where rows and events come from.
 * Threads: whoever has it, one at a time.
 *
 * `o` is the greatest version of the show's rows (of show_seats, show_areas, shows): the request
 * that changed one of them last. `since` is the o that a viewer has.
 */
#ifndef HOLDFAST_GATEWAY_LIVE_SEAT_MAP_H
#define HOLDFAST_GATEWAY_LIVE_SEAT_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"
#include "gateway/live/map_event.h"
#include "gateway/live/map_rows.h"

struct seat_map;

/* ---- made of rows ---- */

/*
 * What is added is copied. Returned, release with seat_map_release. NULL: no memory, as is false
 * below.
 */
struct seat_map *seat_map_begin(struct text show_id, struct text epoch);
/* In the order of their ids' bytes; false, too: not in that order. */
bool seat_map_add_seat(struct seat_map *map, const struct map_seat *seat);
bool seat_map_add_area(struct seat_map *map, const struct map_area *area);
bool seat_map_set_show(struct seat_map *map, const struct map_show *show);
/* Makes the layout. next_offset: of the partition, of the same snapshot as the rows */
bool seat_map_finish(struct seat_map *map, int64_t next_offset);
void seat_map_release(struct seat_map *map); /* takes NULL */

/* ---- asked; behind seat_map_finish ---- */

struct text seat_map_show_id(const struct seat_map *map);
const char *seat_map_epoch(const struct seat_map *map);
const char *seat_map_layout(const struct seat_map *map);          /* the hash */
struct text seat_map_layout_json(const struct seat_map *map);     /* borrowed */
int64_t seat_map_o(const struct seat_map *map);
int64_t seat_map_next_offset(const struct seat_map *map); /* events of earlier requests are in it */
size_t seat_map_seat_count(const struct seat_map *map);
size_t seat_map_area_count(const struct seat_map *map);
size_t seat_map_bytes(const struct seat_map *map);        /* of memory */
/* false: there is no such seat. index: in the layout */
bool seat_map_find(const struct seat_map *map, struct text seat_id, size_t *index);

/* ---- moved on ---- */

enum seat_map_fold {
	MAP_OLD,    /* in it already; nothing is done */
	MAP_UNSEEN, /* nobody sees a change; o may have moved */
	MAP_SEEN,
	MAP_RELOAD, /* the rows have to be read again; nothing is done, and later events must wait */
};

/* events: all those of one request, in order, of this show and one partition; count > 0 */
enum seat_map_fold seat_map_fold(struct seat_map *map, const struct map_event *events, size_t count);

/* ---- shown; each appends one line of JSON ---- */

void seat_map_write_snap(const struct seat_map *map, struct buf *b, bool with_ids);
/* All that may look otherwise than at `since`. */
void seat_map_write_delta(const struct seat_map *map, struct buf *b, int64_t since);
void seat_map_write_at(int64_t o, struct buf *b); /* o: the map's, or one before it */
/* Has anything that is seen changed behind it? */
bool seat_map_has_changed(const struct seat_map *map, int64_t since);

#endif
