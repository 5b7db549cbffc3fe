/*
 * What is changed of a reservation that stays: change_hold, and a cancel of a part.
 *
 * A seat that came in or left is noted in the reservation's `moved`, as its row is to be.
 */
#include <string.h>

#include "common/base/fault.h"
#include "worker/plan/areas.h"
#include "worker/plan/changes.h"

static void *take(const struct turn *turn, size_t bytes)
{
	void *taken = arena_take(turn->view->arena, bytes);

	if (!taken)
		turn->view->failed = true;
	return taken;
}

/* ---- what moved ---- */

/* Find, or note one that has not moved so far. NULL: out of memory. */
static struct moved_seat *note(struct turn *turn, struct reservation *r, struct seat *seat,
                               bool was_in)
{
	struct moved_seat *moved = seat->moved;

	while (moved && moved->reservation != r)
		moved = moved->next_of_seat;
	if (moved || !(moved = take(turn, sizeof *moved)))
		return moved;
	moved->seat_id = seat->seat_id;
	moved->seat = seat;
	moved->reservation = r;
	moved->was_in = was_in && r->existed;
	moved->place = -1;
	moved->next = r->moved;
	r->moved = moved;
	moved->next_of_seat = seat->moved;
	seat->moved = moved;
	return moved;
}

static void note_left(struct turn *turn, struct reservation *r, struct seat *seat)
{
	struct moved_seat *moved = note(turn, r, seat, true);

	if (!moved)
		return;
	moved->is_in = false;
	moved->left_at = turn->offset;
}

static void note_came(struct turn *turn, struct reservation *r, struct seat *seat)
{
	struct moved_seat *moved = note(turn, r, seat, false);

	if (!moved)
		return;
	moved->is_in = true;
	moved->left_at = 0;
	moved->place = r->next_place++;
}

/* Of one that is new, before its first change: where each seat came in. */
static void note_first(struct turn *turn, struct reservation *r)
{
	if (r->existed || r->moved)
		return;
	for (size_t i = 0; i < r->seat_count; i++) {
		struct moved_seat *moved = note(turn, r, r->seats[i], true);

		if (!moved)
			return;
		moved->is_in = true;
		moved->place = (int32_t)i;
	}
}

/* ---- what is in it ---- */

static bool is_among(struct seat *const *seats, size_t count, const struct seat *seat)
{
	for (size_t i = 0; i < count; i++)
		if (seats[i] == seat)
			return true;
	return false;
}

/*
 * Its lists without what leaves, and behind it what comes in. They are made anew: the old ones may
 * be a request's. false: out of memory.
 */
static bool list_anew(struct turn *turn, struct reservation *r, struct seat *const *coming,
                      size_t coming_count)
{
	const struct part *leaving = &turn->leaving;
	size_t most = r->seat_count + coming_count, count = 0;
	struct seat **seats = take(turn, most * sizeof(struct seat *));
	struct text *ids = take(turn, most * sizeof *ids);

	bool is_in_front = fault_has_bug(FAULT_BUG_ADDED_IN_FRONT);

	if (!seats || !ids)
		return false;
	for (size_t i = 0; i < coming_count && is_in_front; i++)
		seats[count++] = coming[i];
	for (size_t i = 0; i < r->seat_count; i++)
		if (!is_among(leaving->seats, leaving->seat_count, r->seats[i]))
			seats[count++] = r->seats[i];
	for (size_t i = 0; i < coming_count && !is_in_front; i++)
		seats[count++] = coming[i];
	for (size_t i = 0; i < count; i++)
		ids[i] = seats[i]->seat_id;
	r->seats = seats;
	r->seat_ids = ids;
	r->seat_count = count;
	return true;
}

/* Seats, and places of areas; the reservation's list of seats is made anew behind it. */
static void let_leave(struct turn *turn, struct reservation *r)
{
	const struct part *leaving = &turn->leaving;

	for (size_t i = 0; i < leaving->seat_count && !turn->view->failed; i++) {
		if (seat_is_held_by(leaving->seats[i], r) && !fault_has_bug(FAULT_BUG_KEEP_DROPPED))
			change_free_seat(turn, leaving->seats[i]);
		note_left(turn, r, leaving->seats[i]);
	}
	if (leaving->area_count)
		areas_drop(turn, r, leaving->areas, leaving->area_count);
}

static void tell_part(struct turn *turn, enum event_kind kind, const struct reservation *r,
                      const struct text *seat_ids, size_t seat_count,
                      const struct area_count *areas, size_t area_count)
{
	struct event event = change_event(turn, kind, r);

	if (fault_has_bug(FAULT_BUG_CHANGE_TELLS_ALL)) {
		turn_tell(turn, &event);
		return;
	}
	event.is_change = true;
	event.seat_ids = seat_ids;
	event.seat_count = seat_count;
	event.areas = areas;
	event.area_count = area_count;
	turn_tell(turn, &event);
}

static void tell_leaving(struct turn *turn, enum event_kind kind, const struct reservation *r)
{
	const struct part *leaving = &turn->leaving;

	tell_part(turn, kind, r, leaving->seat_ids, leaving->seat_count, leaving->areas,
	          leaving->area_count);
}

/* Its areas in the reservation's order, in whatever they were asked for. */
static void tell_coming(struct turn *turn, const struct reservation *r)
{
	const struct request *request = turn->request;
	struct area_count *areas = NULL;
	size_t count = 0;

	if (request->area_count && !(areas = take(turn, request->area_count * sizeof *areas)))
		return;
	for (size_t i = 0; i < r->area_count; i++)
		for (size_t k = 0; k < request->area_count; k++)
			if (text_same(r->areas[i].area_id, request->areas[k].area_id))
				areas[count++] = request->areas[k];
	tell_part(turn, EVENT_RESERVED, r, turn->seat_ids, turn->seat_count, areas, count);
}

/* ---- the changes ---- */

/* What was in it before: the first seats and all places of areas. */
static void stay_longer(struct turn *turn, struct reservation *r, size_t kept)
{
	for (size_t i = 0; i < kept; i++) {
		struct seat_row row = r->seats[i]->row;

		row.reserved_until_ms = r->reserved_until_ms;
		change_seat(turn, r->seats[i], row);
	}
	if (r->area_count)
		areas_extend(turn, r);
}

static void let_come(struct turn *turn, struct reservation *r)
{
	for (size_t i = 0; i < turn->seat_count && !turn->view->failed; i++) {
		change_take_seat(turn, turn->seats[i], r);
		if (fault_has_bug(FAULT_BUG_ADDED_AT_FIRST))
			turn->seats[i]->row.taken_at_offset = r->request_offset;
		note_came(turn, r, turn->seats[i]);
	}
	if (turn->request->area_count)
		areas_take(turn, r, turn->request->areas, turn->request->area_count);
}

void change_hold(struct turn *turn, struct reservation *r, int64_t reserved_until_ms)
{
	const struct request *request = turn->request;
	bool is_added = turn->seat_count || request->area_count;
	bool is_later = reserved_until_ms > r->reserved_until_ms;

	if (!is_added && !is_later && !turn->leaving.places)
		return;
	if (turn->seat_count && !change_end_lapsed(turn, turn->seats, turn->seat_count, NULL, r))
		return;
	change_end_lapsed_of_areas(turn, request->areas, request->area_count);
	view_touch_reservation(turn->view, r);
	note_first(turn, r);
	if (turn->leaving.places) {
		let_leave(turn, r);
		tell_leaving(turn, EVENT_RELEASED, r);
	}
	if (!list_anew(turn, r, turn->seats, turn->seat_count))
		return;
	r->reserved_until_ms = reserved_until_ms;
	if (is_later)
		stay_longer(turn, r, r->seat_count - turn->seat_count);
	let_come(turn, r);
	r->places = reservation_places(r);
	if (is_added) {
		tell_coming(turn, r);
	} else if (is_later) {
		const struct event extended = change_event(turn, EVENT_EXTENDED, r);

		turn_tell(turn, &extended);
	}
}

void change_cancel_part(struct turn *turn, struct reservation *r)
{
	struct customer *customer = view_find_customer(r->show, r->customer_hash);
	int32_t before = r->places;

	view_touch_reservation(turn->view, r);
	note_first(turn, r);
	let_leave(turn, r);
	if (!list_anew(turn, r, NULL, 0))
		return;
	r->places = fault_has_bug(FAULT_BUG_PART_STILL_COUNTS) ? before : reservation_places(r);
	if (r->has_customer && customer && customer->known == KNOWN)
		customer->sold -= before - r->places;
	for (size_t i = 0; i < r->seat_count && fault_has_bug(FAULT_BUG_PART_FREES_ALL); i++)
		change_free_seat(turn, r->seats[i]);
	tell_leaving(turn, EVENT_CANCELLED, r);
}
