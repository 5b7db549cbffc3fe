/* The map of a show as JSON. For people: seat_map_print.c. */
#include <inttypes.h>

#include "audit/ask/seat_map.h"
#include "audit/ask/seat_map_states.h"
#include "common/base/json.h"

static void write_place(const struct place *place, struct json *j)
{
	if (place->section.data)
		json_write_text(j, "section", place->section);
	if (place->row.data) {
		json_write_text(j, "row", place->row);
		json_write_integer(j, "pos", place->pos);
	}
	if (place->category.data)
		json_write_text(j, "category", place->category);
	if (!place->flags)
		return;
	json_open_array(j, "flags");
	for (int f = 0; f < PLACE_FLAG_COUNT; f++)
		if (place->flags & PLACE_FLAG_BIT(f))
			json_write_string(j, NULL, place_flag_name((enum place_flag)f));
	json_close_array(j);
}

static void write_seat(const struct seat_map *map, const struct seat *seat, struct json *j)
{
	json_open_object(j, NULL);
	json_write_text(j, "seat_id", seat->id);
	json_write_string(j, "status", seat_status_name(seat->status));
	if (seat_state_of(map, seat) == STATE_LAPSED)
		json_write_bool(j, "is_lapsed", true);
	if (seat->holder) {
		json_write_uuid(j, "reservation_id", &seat->holder->id);
		if (seat->status == SEAT_RESERVED)
			json_write_time(j, "reserved_until", seat->holder->until_ms);
		json_write_integer(j, "taken_at_offset", seat->taken_at);
	}
	if (seat->channel.data)
		json_write_text(j, "channel", seat->channel);
	if (seat->place)
		write_place(&seat->place->place, j);
	json_write_integer(j, "version", seat->version);
	json_close_object(j);
}

static void write_policy(const struct policy *policy, struct json *j)
{
	json_open_object(j, "policy");
	json_write_integer(j, "hold_seconds", policy->hold_seconds);
	json_write_integer(j, "max_hold_seconds", policy->max_hold_seconds);
	json_write_integer(j, "max_seats", policy->max_seats);
	if (policy->on_sale.has_from)
		json_write_time(j, "on_sale_from", policy->on_sale.from_ms);
	if (policy->on_sale.has_until)
		json_write_time(j, "on_sale_until", policy->on_sale.until_ms);
	if (policy->closed)
		json_write_bool(j, "closed", true);
	if (policy->singles != SINGLES_ALLOW)
		json_write_string(j, "singles", singles_name(policy->singles));
	if (policy->max_customer_seats)
		json_write_integer(j, "max_customer_seats", policy->max_customer_seats);
	if (policy->max_customer_holds)
		json_write_integer(j, "max_customer_holds", policy->max_customer_holds);
	json_close_object(j);
}

static void write_area(const struct seat_map *map, const struct show_area *area, struct json *j)
{
	int64_t counts[STATE_COUNT];

	seat_states_count_places(map, area, counts);
	json_open_object(j, NULL);
	json_write_text(j, "area_id", area->id);
	json_write_integer(j, "capacity", area->capacity);
	for (int l = 0; l < STATE_COUNT; l++)
		if (l != STATE_BLOCKED)
			json_write_integer(j, seat_state_name((enum seat_state)l), counts[l]);
	if (area->channel.data)
		json_write_text(j, "channel", area->channel);
	if (area->category.data)
		json_write_text(j, "category", area->category);
	json_write_integer(j, "version", area->version);
	json_close_object(j);
}

static void write_areas(const struct seat_map *map, struct json *j)
{
	if (!map->show->areas)
		return;
	json_open_array(j, "areas");
	for (const struct show_area *area = map->show->areas; area; area = area->hh.next)
		write_area(map, area, j);
	json_close_array(j);
}

static void write_show(const struct seat_map *map, struct json *j)
{
	const struct show *show = map->show;
	size_t counts[STATE_COUNT];

	write_policy(&show->policy, j);
	json_open_array(j, "seats");
	for (const struct seat *seat = show->seats; seat; seat = seat->hh.next)
		write_seat(map, seat, j);
	json_close_array(j);
	seat_states_count(map, counts);
	json_open_object(j, "totals");
	json_write_integer(j, "seats", (int64_t)HASH_COUNT(show->seats));
	for (int l = 0; l < STATE_COUNT; l++)
		json_write_integer(j, seat_state_name((enum seat_state)l), (int64_t)counts[l]);
	json_close_object(j);
	write_areas(map, j);
}

void seat_map_print_json(const struct seat_map *map, struct buf *b)
{
	struct json j = {.to = b};

	json_open_object(&j, NULL);
	json_write_text(&j, "show_id", map->show_id);
	json_write_bool(&j, "exists", map->show != NULL);
	json_open_object(&j, "at");
	json_write_integer(&j, "partition", map->partition);
	if (map->last != NO_OFFSET)
		json_write_integer(&j, "offset", map->last);
	if (map->has_t)
		json_write_time(&j, "t", map->t_ms);
	json_close_object(&j);
	if (map->show)
		write_show(map, &j);
	if (map->note_count) {
		json_open_array(&j, "notes");
		for (size_t i = 0; i < map->note_count; i++)
			json_write_string(&j, NULL, map->notes[i]);
		json_close_array(&j);
	}
	json_close_object(&j);
	buf_add_string(b, "\n");
}
