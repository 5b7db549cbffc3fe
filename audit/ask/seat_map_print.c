/* The map of a show, for people. As JSON: seat_map_json.c. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "audit/ask/hall_drawing.h"
#include "audit/ask/seat_drawing.h"
#include "audit/ask/seat_map.h"
#include "audit/ask/seat_map_states.h"
#include "common/base/instant.h"

#define HOLDERS_SHOWN_MAX 20
#define HOLDER_SEATS_SHOWN_MAX 8

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
	if (policy->max_customer_seats)
		buf_print(b, ", max_customer_seats %d", (int)policy->max_customer_seats);
	if (policy->max_customer_holds)
		buf_print(b, ", max_customer_holds %d", (int)policy->max_customer_holds);
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
			buf_print(b, "%s%c %s", l ? "  " : "", seat_state_mark((enum seat_state)l),
			          seat_state_name((enum seat_state)l));
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
		char mark = seat_state_mark(seat_state_of(map, seat));

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
		if (!has_mark(m, seat_state_mark((enum seat_state)l)))
			continue;
		buf_print(b, "%s:\n", seat_state_name((enum seat_state)l));
		seat_drawing_add_list(m->others, m->other_count, seat_state_mark((enum seat_state)l), columns,
		                      b);
	}
	return false;
}

static void print_seats(const struct seat_map *map, const size_t counts[STATE_COUNT],
                        size_t columns, struct buf *b)
{
	size_t count = HASH_COUNT(map->show->seats);
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
			buf_print(b, "%s %zu %s", l ? "," : ":", counts[l], seat_state_name((enum seat_state)l));
	buf_add_string(b, "\n");
}

static void print_areas(const struct seat_map *map, struct buf *b)
{
	for (const struct show_area *area = map->show->areas; area; area = area->hh.next) {
		int64_t counts[STATE_COUNT];

		seat_states_count_places(map, area, counts);
		buf_print(b, "area %.*s, %d places", TEXT_ARGS(area->id), (int)area->capacity);
		for (int l = 0; l < STATE_COUNT; l++)
			if (l != STATE_BLOCKED)
				buf_print(b, "%s %" PRId64 " %s", l ? "," : ":", counts[l],
				          seat_state_name((enum seat_state)l));
		if (area->channel.data)
			buf_print(b, "; channel %.*s", TEXT_ARGS(area->channel));
		buf_add_string(b, "\n");
	}
}

static enum seat_state state_of_holder(const struct seat_map *map, const struct reservation *r)
{
	if (r->status == RESERVATION_CONFIRMED)
		return STATE_SOLD;
	return reservation_has_lapsed(r, map->t_ms) ? STATE_LAPSED : STATE_HELD;
}

/* Of places in areas alone nobody keeps by which record they were taken: the reserve's, then. */
static void print_holder(const struct seat_map *map, const struct reservation *r, struct buf *b)
{
	char id[UUID_TEXT_CHARS + 1], time[INSTANT_TEXT_BYTES];

	uuid_encode(&r->id, id);
	instant_print(r->until_ms, time);
	buf_print(b, "%-6s  %s  taken at offset %" PRId64, seat_state_name(state_of_holder(map, r)), id,
	          r->seat_count ? r->seats[0]->taken_at : r->offset);
	if (r->status == RESERVATION_HELD)
		buf_print(b, ", until %s", time);
	for (size_t i = 0; i < r->seat_count && i < HOLDER_SEATS_SHOWN_MAX; i++)
		buf_print(b, "%s%s", i ? "," : "  ", r->seats[i]->id.data);
	if (r->seat_count > HOLDER_SEATS_SHOWN_MAX)
		buf_print(b, " and %zu more", r->seat_count - HOLDER_SEATS_SHOWN_MAX);
	for (size_t i = 0; i < r->area_count; i++)
		buf_print(b, "  %d of %.*s", (int)r->areas[i].count, TEXT_ARGS(r->areas[i].area_id));
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
		seat_states_count(map, counts);
		if (map->show->seats)
			print_seats(map, counts, columns, b);
		print_totals(counts, HASH_COUNT(map->show->seats), b);
		print_areas(map, b);
		print_holders(map, b);
	} else {
		buf_add_string(b, "the show did not exist then\n");
	}
	for (size_t i = 0; i < map->note_count; i++)
		buf_print(b, "note: %s\n", map->notes[i]);
}
