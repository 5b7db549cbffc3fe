/*
 * seat_state.h - what seats are at the moment of a map, and the places of areas.
 */
#ifndef HOLDFAST_AUDIT_ASK_SEAT_STATE_H
#define HOLDFAST_AUDIT_ASK_SEAT_STATE_H

#include "audit/ask/seat_map.h"

/* Held and lapsed ones are `reserved` alike; blocked ones are available, to their channel alone. */
enum seat_state { STATE_AVAILABLE, STATE_BLOCKED, STATE_HELD, STATE_LAPSED, STATE_SOLD, STATE_COUNT };

const char *seat_state_name(enum seat_state state); /* "available" ... */
char seat_state_mark(enum seat_state state);        /* in a drawing */

enum seat_state seat_state_of(const struct seat_map *map, const struct seat *seat);
void seat_states_count(const struct seat_map *map, size_t counts[STATE_COUNT]);
/* The places of an area; none is blocked. */
void seat_states_count_places(const struct seat_map *map, const struct show_area *area,
                              int64_t counts[STATE_COUNT]);

#endif
