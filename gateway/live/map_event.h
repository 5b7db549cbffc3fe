/*
 * map_event.h - an event as a seat map reads it: what happened to which seats and places.
 *
 * Section 6 of docs/protocol.md.
 */
#ifndef HOLDFAST_GATEWAY_LIVE_MAP_EVENT_H
#define HOLDFAST_GATEWAY_LIVE_MAP_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/ids.h"
#include "common/base/text.h"
#include "common/message/area.h"
#include "common/message/event.h"

/* Texts live in the arena. What the kind does not have is zero. */
struct map_event {
	bool is_known;              /* false: of a kind that a later version writes; kind says nothing */
	enum event_kind kind;
	bool is_retaken;            /* sold: the hold had expired */
	struct uuid reservation_id; /* where event_has_reservation(kind) */
	const struct text *seat_ids;
	size_t seat_count;
	const struct area_count *areas; /* not of areas_set */
	size_t area_count;
	struct text show_id;
	int64_t at_ms;              /* when it was decided */
	int32_t partition;          /* the request whose event it is */
	int64_t offset;
};

/* false: it is no event, or out of memory (arena->failed). */
bool map_event_read(struct text json, struct arena *arena, struct map_event *ev);

#endif
