/*
 * What is sent of a seat map: `snap`, `d` and `at` of section 13 of docs/protocol.md.
 */
#include "common/base/json.h"
#include "gateway/live/seat_map.h"
#include "gateway/live/live_map.h"

char seat_char(const struct seat_now *seat)
{
	switch (seat->status) {
	case SEAT_RESERVED:
		return 'r';
	case SEAT_SOLD:
		return 's';
	default:
		return seat->has_channel ? 'b' : '.';
	}
}

/* The string of all seats, without its quotes. */
static void add_string(const struct seat_map *map, struct buf *b)
{
	char chars[512];

	for (size_t i = 0, n; i < map->seat_count; i += n) {
		for (n = 0; n < sizeof chars && i + n < map->seat_count; n++)
			chars[n] = seat_char(&map->seats[i + n].now);
		buf_add(b, chars, n);
	}
}

static void add_area(struct buf *b, const struct live_area *area)
{
	buf_add_string(b, "[");
	json_add_text(b, area->id);
	buf_add_string(b, ",");
	json_add_integer(b, area->capacity - area->now.held - area->now.sold);
	buf_add_string(b, ",");
	json_add_integer(b, area->capacity);
	buf_add_string(b, area->has_channel ? ",\"b\"]" : "]");
}

static void write_show(const struct seat_map *map, struct json *j)
{
	const struct policy *policy = &map->show.policy;

	json_open_object(j, "show");
	if (policy->title.data)
		json_write_text(j, "title", policy->title);
	if (policy->on_sale.has_from)
		json_write_time(j, "on_sale_from", policy->on_sale.from_ms);
	if (policy->on_sale.has_until)
		json_write_time(j, "on_sale_until", policy->on_sale.until_ms);
	json_write_bool(j, "closed", policy->closed);
	json_write_integer(j, "max_seats", policy->max_seats);
	json_write_integer(j, "hold_seconds", policy->hold_seconds);
	json_write_integer(j, "max_hold_seconds", policy->max_hold_seconds);
	json_close_object(j);
}

static void write_ids(const struct seat_map *map, struct json *j)
{
	json_open_array(j, "ids");
	for (size_t i = 0; i < map->seat_count; i++)
		json_write_text(j, NULL, map->seats[i].id);
	json_close_array(j);
}

void seat_map_write_snap(const struct seat_map *map, struct buf *b, bool with_ids)
{
	struct json j = {.to = b};

	json_open_object(&j, NULL);
	json_write_string(&j, "t", "snap");
	json_write_string(&j, "epoch", map->epoch);
	json_write_integer(&j, "o", map->o);
	json_write_string(&j, "layout", map->layout);
	buf_add_string(b, ",\"s\":\"");
	add_string(map, b);
	buf_add_string(b, "\",\"areas\":[");
	for (size_t i = 0; i < map->area_count; i++) {
		buf_add_string(b, i ? "," : "");
		add_area(b, &map->areas[i]);
	}
	buf_add_string(b, "]");
	write_show(map, &j);
	if (with_ids)
		write_ids(map, &j);
	json_close_object(&j);
}

/* Seat by seat, or all of them where that is shorter. */
static void add_seats(const struct seat_map *map, struct buf *b, int64_t since)
{
	size_t before = b->bytes, start = 0;

	for (size_t i = 0; i < map->seat_count; i++) {
		const char end[] = {',', '"', seat_char(&map->seats[i].now), '"', ']'};

		if (map->seats[i].seen_at <= since)
			continue;
		buf_add_string(b, start ? ",[" : ",\"c\":[[");
		start = start ? start : b->bytes - 1;
		json_add_integer(b, (int64_t)i);
		buf_add(b, end, sizeof end);
		if (b->bytes - start > map->seat_count && !b->failed) {
			b->bytes = before;
			buf_add_string(b, ",\"s\":\"");
			add_string(map, b);
			buf_add_string(b, "\"");
			return;
		}
	}
	buf_add_string(b, start ? "]" : "");
}

static void add_areas(const struct seat_map *map, struct buf *b, int64_t since)
{
	bool is_first = true;

	for (size_t i = 0; i < map->area_count; i++) {
		if (map->areas[i].seen_at <= since)
			continue;
		buf_add_string(b, is_first ? ",\"a\":[" : ",");
		add_area(b, &map->areas[i]);
		is_first = false;
	}
	buf_add_string(b, is_first ? "" : "]");
}

static struct json open(int64_t o, struct buf *b, const char *type)
{
	struct json j = {.to = b};

	json_open_object(&j, NULL);
	json_write_string(&j, "t", type);
	json_write_integer(&j, "o", o);
	return j;
}

void seat_map_write_delta(const struct seat_map *map, struct buf *b, int64_t since)
{
	struct json j = open(map->o, b, "d");

	add_seats(map, b, since);
	add_areas(map, b, since);
	if (map->show.version > since)
		write_show(map, &j);
	json_close_object(&j);
}

void seat_map_write_at(int64_t o, struct buf *b)
{
	struct json j = open(o, b, "at");

	json_close_object(&j);
}

bool seat_map_has_changed(const struct seat_map *map, int64_t since)
{
	return map->seen_at > since;
}
