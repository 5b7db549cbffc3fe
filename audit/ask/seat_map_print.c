/* The map of a show, for people and as JSON: the printing half of seat_map.h. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "audit/ask/hall_drawing.h"
#include "audit/ask/seat_drawing.h"
#include "audit/ask/seat_map.h"
#include "common/base/instant.h"
#include "common/base/json.h"

#define HOLDERS_SHOWN_MAX 20
#define HOLDER_SEATS_SHOWN_MAX 8

/* What a seat is at t: held and lapsed ones are `reserved` alike, blocked ones are available. */
enum seat_state { STATE_AVAILABLE, STATE_BLOCKED, STATE_HELD, STATE_LAPSED, STATE_SOLD, STATE_COUNT };

static const struct {
	const char *name;
	char mark;
} states[STATE_COUNT] = {
    [STATE_AVAILABLE] = {"available", '.'},
    [STATE_BLOCKED] = {"blocked", '-'}, /* for sale by its channel alone */
    [STATE_HELD] = {"held", 'o'},
    [STATE_LAPSED] = {"lapsed", '?'},
    [STATE_SOLD] = {"sold", '#'},
};

static enum seat_state state_of(const struct seat_map *map, const struct seat *seat)
{
	if (seat->status == SEAT_SOLD)
		return STATE_SOLD;
	if (seat->status == SEAT_AVAILABLE)
		return seat->channel.data ? STATE_BLOCKED : STATE_AVAILABLE;
	return reservation_has_lapsed(seat->holder, map->t_ms) ? STATE_LAPSED : STATE_HELD;
}

static size_t seat_count_of(const struct show *show)
{
	return HASH_COUNT(show->seats);
}

static void count_seats(const struct seat_map *map, size_t counts[STATE_COUNT])
{
	for (int l = 0; l < STATE_COUNT; l++)
		counts[l] = 0;
	for (const struct seat *seat = map->show->seats; seat; seat = seat->hh.next)
		counts[state_of(map, seat)]++;
}

/* ---- for people ---- */

static void print_moment(const struct seat_map *map, struct buf *b)
{
	char time[INSTANT_TEXT_BYTES] = "";

	if (map->has_t)
		instant_print(map->t_ms, time);
	buf_print(b, "show %s", map->show_id.data);
	if (map->at.is_time)
		buf_print(b, " at %s", time);
	if (map->last == NO_OFFSET)
		buf_print(b, "%s before the first request of partition %d", map->at.is_time ? "," : "",
		          (int)map->partition);
	else
		buf_print(b, "%s after offset %" PRId64 " of partition %d", map->at.is_time ? "," : "",
		          map->last, (int)map->partition);
	if (!map->at.is_time && map->has_t)
		buf_print(b, ", %s", time);
	if (!map->at.is_time && map->last != map->at.offset)
		buf_print(b, " (at offset %" PRId64 " there is no request)", map->at.offset);
	buf_add_string(b, "\n");
}

/* What is as in most shows goes without saying: no window, not closed, singles allowed. */
static void print_policy(const struct policy *policy, struct buf *b)
{
	char time[INSTANT_TEXT_BYTES];

	buf_print(b, "hold_seconds %d, max_hold_seconds %d, max_seats %d", (int)policy->hold_seconds,
	          (int)policy->max_hold_seconds, (int)policy->max_seats);
	if (policy->on_sale.has_from) {
		instant_print(policy->on_sale.from_ms, time);
		buf_print(b, ", on_sale_from %s", time);
	}
	if (policy->on_sale.has_until) {
		instant_print(policy->on_sale.until_ms, time);
		buf_print(b, ", on_sale_until %s", time);
	}
	if (policy->closed)
		buf_add_string(b, ", closed");
	if (policy->singles != SINGLES_ALLOW)
		buf_print(b, ", singles %s", singles_name(policy->singles));
	buf_add_string(b, "\n");
}

/* Blocked ones are named where there are any: most shows have none. */
static bool is_named(enum seat_state state, const size_t counts[STATE_COUNT])
{
	return state != STATE_BLOCKED || counts[STATE_BLOCKED];
}

static void print_legend(const size_t counts[STATE_COUNT], struct buf *b)
{
	buf_add_string(b, "\n");
	for (int l = 0; l < STATE_COUNT; l++)
		if (is_named((enum seat_state)l, counts))
			buf_print(b, "%s%c %s", l ? "  " : "", states[l].mark, states[l].name);
	buf_add_string(b, "\n");
}

/* Seats to be drawn: by their places, and by their ids those that have no row. */
struct marks {
	struct hall_mark *placed;
	struct seat_mark *others;
	size_t placed_count, other_count;
};

static bool has_row(const struct seat *seat)
{
	return seat->place && seat->place->place.row.data;
}

static void mark_seats(const struct seat_map *map, bool by_places, struct marks *m)
{
	m->placed_count = m->other_count = 0;
	for (const struct seat *seat = map->show->seats; seat; seat = seat->hh.next) {
		char mark = states[state_of(map, seat)].mark;

		if (by_places && has_row(seat))
			m->placed[m->placed_count++] = (struct hall_mark){
			    .section = seat->place->place.section,
			    .row = seat->place->place.row,
			    .pos = seat->place->place.pos,
			    .mark = mark,
			};
		else
			m->others[m->other_count++] = seat_mark_of(seat->id, mark);
	}
	seat_drawing_sort(m->others, m->other_count);
}

static bool has_mark(const struct marks *m, char mark)
{
	for (size_t i = 0; i < m->other_count; i++)
		if (m->others[i].mark == mark)
			return true;
	return false;
}

/* Drawn in rows, else listed by status. */
static bool print_others(const struct marks *m, size_t columns, struct buf *b)
{
	if (m->other_count == 0 || seat_drawing_add_rows(m->others, m->other_count, columns, b))
		return true;
	for (int l = 0; l < STATE_COUNT; l++) {
		if (!has_mark(m, states[l].mark))
			continue;
		buf_print(b, "%s:\n", states[l].name);
		seat_drawing_add_list(m->others, m->other_count, states[l].mark, columns, b);
	}
	return false;
}

static void print_seats(const struct seat_map *map, const size_t counts[STATE_COUNT],
                        size_t columns, struct buf *b)
{
	size_t count = seat_count_of(map->show);
	struct marks m = {
	    .placed = calloc(count + 1, sizeof *m.placed),
	    .others = calloc(count + 1, sizeof *m.others),
	};
	bool is_drawn;

	b->failed |= !m.placed || !m.others;
	buf_add_string(b, "\n");
	if (m.placed && m.others) {
		mark_seats(map, true, &m);
		is_drawn = m.placed_count && hall_drawing_add(m.placed, m.placed_count, columns, b);
		if (!is_drawn)
			mark_seats(map, false, &m);
		else if (m.other_count)
			buf_add_string(b, "\n");
		is_drawn |= print_others(&m, columns, b) && m.other_count;
		if (is_drawn)
			print_legend(counts, b);
	}
	free(m.placed);
	free(m.others);
}

static void print_totals(const size_t counts[STATE_COUNT], size_t count, struct buf *b)
{
	buf_print(b, "%zu seats", count);
	for (int l = 0; l < STATE_COUNT; l++)
		if (is_named((enum seat_state)l, counts))
			buf_print(b, "%s %zu %s", l ? "," : ":", counts[l], states[l].name);
	buf_add_string(b, "\n");
}

static void print_holder(const struct seat_map *map, const struct reservation *r, struct buf *b)
{
	char id[UUID_TEXT_CHARS + 1], time[INSTANT_TEXT_BYTES];

	uuid_encode(&r->id, id);
	instant_print(r->until_ms, time);
	buf_print(b, "%-6s  %s  taken at offset %" PRId64, states[state_of(map, r->seats[0])].name, id,
	          r->seats[0]->taken_at);
	if (r->status == RESERVATION_HELD)
		buf_print(b, ", until %s", time);
	for (size_t i = 0; i < r->seat_count && i < HOLDER_SEATS_SHOWN_MAX; i++)
		buf_print(b, "%s%s", i ? "," : "  ", r->seats[i]->id.data);
	if (r->seat_count > HOLDER_SEATS_SHOWN_MAX)
		buf_print(b, " and %zu more", r->seat_count - HOLDER_SEATS_SHOWN_MAX);
	buf_add_string(b, "\n");
}

/* Holds before sales, each in the order of their reserves. */
static void print_holders(const struct seat_map *map, struct buf *b)
{
	static const enum reservation_status order[] = {RESERVATION_HELD, RESERVATION_CONFIRMED};
	size_t count = 0;

	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
		for (const struct reservation *r = map->show->reservations; r; r = r->hh.next) {
			if (r->status != order[i] || count++ >= HOLDERS_SHOWN_MAX)
				continue;
			if (count == 1)
				buf_add_string(b, "\n");
			print_holder(map, r, b);
		}
	if (count > HOLDERS_SHOWN_MAX)
		buf_print(b, "and %zu more reservations; --json has them all\n", count - HOLDERS_SHOWN_MAX);
}

void seat_map_print(const struct seat_map *map, size_t columns, struct buf *b)
{
	size_t counts[STATE_COUNT];

	print_moment(map, b);
	if (map->show) {
		print_policy(&map->show->policy, b);
		count_seats(map, counts);
		if (map->show->seats)
			print_seats(map, counts, columns, b);
		print_totals(counts, seat_count_of(map->show), b);
		print_holders(map, b);
	} else {
		buf_add_string(b, "the show did not exist then\n");
	}
	for (size_t i = 0; i < map->note_count; i++)
		buf_print(b, "note: %s\n", map->notes[i]);
}

/* ---- for machines ---- */

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
	if (state_of(map, seat) == STATE_LAPSED)
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
	json_close_object(j);
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
	count_seats(map, counts);
	json_open_object(j, "totals");
	json_write_integer(j, "seats", (int64_t)seat_count_of(show));
	for (int l = 0; l < STATE_COUNT; l++)
		json_write_integer(j, states[l].name, (int64_t)counts[l]);
	json_close_object(j);
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
