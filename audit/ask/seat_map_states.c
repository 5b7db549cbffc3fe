#include "audit/ask/seat_map_states.h"

#include "audit/fold/areas.h"
#include "audit/fold/lapses.h"

enum seat_state seat_state_of(const struct seat_map *map, const struct seat *seat)
{
	if (seat->status == SEAT_SOLD)
		return STATE_SOLD;
	if (seat->status == SEAT_AVAILABLE)
		return seat->channel.data ? STATE_BLOCKED : STATE_AVAILABLE;
	return reservation_has_lapsed(seat->holder, map->t_ms) ? STATE_LAPSED : STATE_HELD;
}

void seat_states_count(const struct seat_map *map, size_t counts[STATE_COUNT])
{
	for (int l = 0; l < STATE_COUNT; l++)
		counts[l] = 0;
	for (const struct seat *seat = map->show->seats; seat; seat = seat->hh.next)
		counts[seat_state_of(map, seat)]++;
}

void seat_states_count_places(const struct seat_map *map, const struct show_area *area,
                              int64_t counts[STATE_COUNT])
{
	counts[STATE_BLOCKED] = 0;
	counts[STATE_LAPSED] = lapses_sum_at(area->held, map->t_ms);
	counts[STATE_HELD] = show_area_held(area) - counts[STATE_LAPSED];
	counts[STATE_SOLD] = area->sold;
	counts[STATE_AVAILABLE] = area->capacity - show_area_taken(area);
}
