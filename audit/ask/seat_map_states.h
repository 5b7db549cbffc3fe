/*
 * seat_map_states.h - what seats are at the moment of a map, and the places of areas.
 */
#ifndef HOLDFAST_AUDIT_ASK_SEAT_MAP_STATES_H
#define HOLDFAST_AUDIT_ASK_SEAT_MAP_STATES_H

#include "audit/ask/seat_map.h"
#include "common/message/seat_state.h"

enum seat_state seat_state_of(const struct seat_map *map, const struct seat *seat);
void seat_states_count(const struct seat_map *map, size_t counts[STATE_COUNT]);
/* The places of an area; none is blocked. */
void seat_states_count_places(const struct seat_map *map, const struct show_area *area,
                              int64_t counts[STATE_COUNT]);

#endif
