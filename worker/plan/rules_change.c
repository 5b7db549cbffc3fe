/*
 * What comes of change_hold, and of a cancel of a part: 4.2 and 4.1 of docs/protocol.md.
 *
 * What is given back is sorted out first (turn->leaving), then what is named and not in the hold
 * yet (turn->seats). From then on the rules of reserve are asked.
 */
#include <string.h>

#include "common/base/fault.h"
#include "worker/plan/areas.h"
#include "worker/plan/changes.h"
#include "worker/plan/rules_list.h"

static void *take(const struct turn *turn, size_t bytes)
{
	void *taken = arena_take(turn->view->arena, bytes);

	if (!taken)
		turn->view->failed = true;
	return taken;
}

/* ---- what is given back ---- */

/* What a request gives back, as asked. */
struct asked {
	const struct text *seat_ids;
	size_t seat_count;
	const struct area_count *areas;
	size_t area_count;
};

static struct asked asked_back(const struct request *request)
{
	if (request->type == REQUEST_CANCEL)
		return (struct asked){request->seat_ids, request->seat_count, request->areas,
		                      request->area_count};
	return (struct asked){request->drop_seat_ids, request->drop_seat_count, request->drop_areas,
	                      request->drop_area_count};
}

static bool is_among(const struct text *names, size_t count, struct text name)
{
	for (size_t i = 0; i < count; i++)
		if (text_same(names[i], name))
			return true;
	return false;
}

/* The seats of turn->leaving; those that are not in the reservation are listed in the reply. */
static void sort_seats(struct turn *turn, const struct asked *asked)
{
	const struct reservation *r = turn->reservation;
	struct unavailable *missing = take(turn, asked->seat_count * sizeof *missing);
	struct part *part = &turn->leaving;

	part->seats = take(turn, asked->seat_count * sizeof(struct seat *));
	part->seat_ids = take(turn, asked->seat_count * sizeof(struct text));
	if (!missing || !part->seats || !part->seat_ids)
		return;
	turn->reply.unavailable = missing;
	for (size_t i = 0; i < asked->seat_count; i++)
		if (!is_among(r->seat_ids, r->seat_count, asked->seat_ids[i]))
			missing[turn->reply.unavailable_count++].seat_id = asked->seat_ids[i];
	for (size_t i = 0; i < r->seat_count && part->seat_count < asked->seat_count; i++)
		if (is_among(asked->seat_ids, asked->seat_count, r->seat_ids[i])) {
			part->seats[part->seat_count] = r->seats[i];
			part->seat_ids[part->seat_count++] = r->seat_ids[i];
		}
	part->places += (int32_t)part->seat_count;
}

/* Likewise of areas; one that has less in it than is given back is not in it. */
static void sort_areas(struct turn *turn, const struct asked *asked)
{
	const struct reservation *r = turn->reservation;
	struct unavailable_area *missing = take(turn, asked->area_count * sizeof *missing);
	struct part *part = &turn->leaving;

	part->areas = take(turn, asked->area_count * sizeof(struct area_count));
	if (!missing || !part->areas)
		return;
	turn->reply.unavailable_areas = missing;
	for (size_t i = 0; i < asked->area_count; i++)
		if (area_count_in(r, asked->areas[i].area_id) < asked->areas[i].count)
			missing[turn->reply.unavailable_area_count++].area_id = asked->areas[i].area_id;
	for (size_t i = 0; i < r->area_count; i++)
		for (size_t k = 0; k < asked->area_count && r->areas[i].count; k++)
			if (text_same(r->areas[i].area_id, asked->areas[k].area_id)) {
				part->areas[part->area_count++] = asked->areas[k];
				part->places += asked->areas[k].count;
			}
}

bool rule_not_in_reservation(struct turn *turn)
{
	struct asked asked = asked_back(turn->request);

	if (asked.seat_count)
		sort_seats(turn, &asked);
	if (asked.area_count && !turn->view->failed)
		sort_areas(turn, &asked);
	return (turn->reply.unavailable_count || turn->reply.unavailable_area_count) &&
	       turn_answer(turn, OUTCOME_NOT_IN_RESERVATION);
}

bool rule_cancel_part(struct turn *turn)
{
	struct reservation *r = turn->reservation;
	const struct part *part = &turn->leaving;
	const struct text *had_ids = r->seat_ids;
	size_t had = r->seat_count;

	if (!part->places || part->places == reservation_places(r))
		return false;
	change_cancel_part(turn, r);
	turn->reply.has_reservation_id = true;
	turn->reply.reservation_id = r->id;
	turn->reply.seat_ids = part->seat_ids;
	turn->reply.seat_count = part->seat_count;
	turn->reply.kept_seat_ids = fault_has_bug(FAULT_BUG_KEPT_WRONG) ? had_ids : r->seat_ids;
	turn->reply.kept_seat_count = fault_has_bug(FAULT_BUG_KEPT_WRONG) ? had : r->seat_count;
	turn->reply.areas = part->areas;
	turn->reply.area_count = part->area_count;
	turn->reply.kept_areas = turn_list_areas(turn, r, &turn->reply.kept_area_count);
	return turn_answer(turn, OUTCOME_PARTLY_CANCELLED);
}

/* ---- change_hold ---- */

static bool is_in(const struct reservation *r, const struct seat *seat)
{
	for (size_t i = 0; i < r->seat_count; i++)
		if (r->seats[i] == seat)
			return true;
	return false;
}

/* Of the seats named those are left that are not in the hold. */
static void leave_out_what_it_has(struct turn *turn)
{
	const struct reservation *r = turn->reservation;
	size_t count = turn->seat_count, left = 0;
	struct seat **seats;
	struct text *ids;

	while (left < count && !is_in(r, turn->seats[left]))
		left++;
	if (left == count)
		return;
	seats = take(turn, count * sizeof(struct seat *));
	ids = take(turn, count * sizeof *ids);
	if (!seats || !ids)
		return;
	left = 0;
	for (size_t i = 0; i < count; i++)
		if (!is_in(r, turn->seats[i])) {
			seats[left] = turn->seats[i];
			ids[left++] = turn->seat_ids[i];
		}
	turn->seats = seats;
	turn->seat_ids = ids;
	turn->seat_count = left;
}

static bool adds(const struct turn *turn)
{
	return turn_places(turn) > 0;
}

bool rule_nothing_left(struct turn *turn)
{
	leave_out_what_it_has(turn);
	return !adds(turn) && turn->leaving.places == reservation_places(turn->reservation) &&
	       turn_answer(turn, OUTCOME_NOTHING_LEFT);
}

/* By the channel that it was made with, as that is now. */
bool rule_change_not_on_sale(struct turn *turn)
{
	turn_take_channel(turn, turn->reservation);
	return adds(turn) && !fault_has_bug(FAULT_BUG_CHANGE_ANY_TIME) && rule_not_on_sale(turn);
}

bool rule_change_too_many(struct turn *turn)
{
	int64_t places = reservation_places(turn->reservation) - turn->leaving.places +
	                 (int64_t)turn_places(turn);

	return adds(turn) && places > turn->show->policy.max_seats &&
	       turn_answer(turn, OUTCOME_TOO_MANY_SEATS);
}

bool rule_change_hold(struct turn *turn)
{
	struct reservation *r = turn->reservation;

	change_hold(turn, r,
	            turn->request->hold_seconds ? turn_extended_until(turn) : r->reserved_until_ms);
	turn_add_reservation(turn, r);
	turn->reply.has_reserved_until = true;
	turn->reply.reserved_until_ms = r->reserved_until_ms;
	return turn_answer(turn, OUTCOME_HOLD_CHANGED);
}
