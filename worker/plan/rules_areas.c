/*
 * The rules about areas: set_areas, rows 7 and 13 of reserve, and what a confirm that takes places
 * again finds there (4.1 and 4.2 of docs/protocol.md).
 */
#include "common/base/fault.h"
#include "worker/plan/areas.h"
#include "worker/plan/changes.h"
#include "worker/plan/rules_list.h"

/* Room for as many as there may be; they become the reply's. NULL: out of memory. */
static struct unavailable_area *list_of(struct turn *turn, size_t count_max)
{
	struct unavailable_area *list = arena_take(turn->view->arena, count_max * sizeof *list);

	if (!list)
		turn->view->failed = true;
	turn->reply.unavailable_areas = list;
	turn->reply.unavailable_area_count = 0;
	return list;
}

static void add_to(struct turn *turn, struct unavailable_area *list, struct unavailable_area area)
{
	list[turn->reply.unavailable_area_count++] = area;
}

/* ---- set_areas ---- */

bool rule_below_taken(struct turn *turn)
{
	const struct request *request = turn->request;
	struct unavailable_area *list = list_of(turn, request->set_area_count);

	for (size_t i = 0; list && i < request->set_area_count; i++) {
		const struct area *given = &request->set_areas[i];
		const struct area_row *area = view_find_area(turn->show, given->area_id);
		int64_t taken = area ? (int64_t)area->row.held + area->row.sold : 0;

		if (given->capacity < taken + fault_has_bug(FAULT_BUG_CAPACITY_AS_TAKEN))
			add_to(turn, list, (struct unavailable_area){
			                       .area_id = given->area_id, .has_taken = true, .taken = taken});
	}
	return turn->reply.unavailable_area_count && turn_answer(turn, OUTCOME_BELOW_TAKEN);
}

bool rule_set_areas(struct turn *turn)
{
	change_areas(turn);
	return turn_answer(turn, OUTCOME_AREAS_SET);
}

/* ---- reserve, change_hold ---- */

bool rule_unknown_area(struct turn *turn)
{
	const struct request *request = turn->request;
	struct unavailable_area *list = NULL;

	for (size_t i = 0; i < request->area_count; i++) {
		if (view_find_area(turn->show, request->areas[i].area_id))
			continue;
		if (!list && !(list = list_of(turn, request->area_count)))
			return false;
		add_to(turn, list, (struct unavailable_area){.area_id = request->areas[i].area_id});
	}
	return list && turn_answer(turn, OUTCOME_UNKNOWN_AREA);
}

bool rule_area_full(struct turn *turn)
{
	const struct request *request = turn->request;
	struct unavailable_area *list = NULL;

	for (size_t i = 0; i < request->area_count; i++) {
		const struct area_count *asked = &request->areas[i];
		struct area_row *area = view_find_area(turn->show, asked->area_id);
		int64_t room = turn_is_open(turn, area->row.channel) ? area_room_now(turn, area) : 0;

		if (room + fault_has_bug(FAULT_BUG_AREA_ONE_OVER) >= asked->count)
			continue;
		if (!list && !(list = list_of(turn, request->area_count)))
			return false;
		add_to(turn, list, (struct unavailable_area){
		                       .area_id = area->area_id, .has_room = true, .room = room});
	}
	return list && turn_answer(turn, OUTCOME_AREA_FULL);
}

/* ---- confirm ---- */

bool rule_list_lost_areas(struct turn *turn)
{
	const struct reservation *r = turn->reservation;
	struct unavailable_area *list = NULL;

	for (size_t i = 0; i < r->area_count; i++) {
		const struct reserved_area *reserved = &r->areas[i];
		struct area_row *area = reserved->area;
		int64_t room = 0;

		if (area && turn_is_open(turn, area->row.channel))
			room = area_room_for(turn, area, r);
		if (room >= reserved->count)
			continue;
		if (!list && !(list = list_of(turn, r->area_count)))
			return false;
		add_to(turn, list, (struct unavailable_area){
		                       .area_id = reserved->area_id, .has_room = true, .room = room});
	}
	return list;
}
