/* What came of a request: of its reservation, and of the seats that others had. */
#include "audit/letter/collect.h"

static bool has_seat(const struct change *change, const struct seat *seat)
{
	for (size_t i = 0; i < change->seat_count; i++)
		if (change->seats[i] == seat)
			return true;
	return false;
}

/* ---- of its reservation ---- */

static struct later *add(struct dispute *one, const struct fold *fold, int64_t offset)
{
	struct later *later = arena_take(&one->arena, sizeof *later);

	if (!later)
		return NULL;
	later->at = (struct point){offset, fold->t_ms};
	later->type = fold->verdict.type;
	later->request_id = fold->verdict.request_id;
	later->outcome = fold->verdict.outcome;
	*one->later_end = later;
	one->later_end = &later->next;
	return later;
}

static bool add_change(struct dispute *one, const struct fold *fold, const struct change *change,
                       int64_t offset)
{
	struct later *later;
	struct text *ids;
	struct area_count *areas;

	if (one->later_count++ >= DISPUTE_LATER_MAX)
		return true;
	later = add(one, fold, offset);
	ids = arena_take(&one->arena, (change->seat_count + 1) * sizeof *ids);
	areas = arena_take(&one->arena, (change->area_count + 1) * sizeof *areas);
	if (!later || !ids || !areas)
		return false;
	for (size_t i = 0; i < change->seat_count; i++)
		ids[i] = change->seats[i]->id;
	for (size_t i = 0; i < change->area_count; i++)
		areas[i] = (struct area_count){
		    arena_copy(&one->arena, change->areas[i].area_id), change->areas[i].count};
	later->has_changed = true;
	later->kind = change->kind;
	later->is_part = change->is_change;
	later->is_retaken = change->is_retaken;
	later->until_ms = change->until_ms;
	later->seat_ids = ids;
	later->seat_count = change->seat_count;
	later->areas = areas;
	later->area_count = change->area_count;
	return !one->arena.failed;
}

/* Was it asked of the reservation, by somebody and not by the expirer, which asks again and again? */
static bool is_asked_of(const struct reservation *r, const struct fold *fold)
{
	const struct request *q = &fold->request;

	if (fold->verdict.duplicate_of != NOT_A_DUPLICATE || q->fault != REQUEST_READABLE ||
	    q->type == REQUEST_EXPIRE)
		return false;
	return fold->verdict.reservation == r ||
	       (request_fields_of(q->type) & FIELD_BIT(RESERVATION_ID) &&
	        uuid_same(&q->reservation_id, &r->id));
}

static bool follow_reservation(struct dispute *one, const struct fold *fold, int64_t offset)
{
	bool has_changed = false;

	for (size_t c = 0; c < fold->change_count; c++) {
		if (fold->changes[c].reservation != one->about)
			continue;
		has_changed = true;
		if (!add_change(one, fold, &fold->changes[c], offset))
			return false;
	}
	if (has_changed || !is_asked_of(one->about, fold))
		return true;
	return one->later_count++ >= DISPUTE_LATER_MAX || add(one, fold, offset);
}

/* ---- of seats that others had ---- */

static bool is_end(enum event_kind kind)
{
	return kind == EVENT_RELEASED || kind == EVENT_EXPIRED || kind == EVENT_CANCELLED;
}

static void follow_seat(struct stood_seat *stood, const struct change *change, struct point at)
{
	bool is_holders = change->reservation && change->reservation == stood->holder;
	bool is_taking = change->kind == EVENT_RESERVED || change->kind == EVENT_SOLD;

	if (!has_seat(change, stood->seat))
		return;
	if (stood->gone.offset == NO_OFFSET) {
		if (is_holders && change->kind == EVENT_SOLD) {
			stood->sold = at;
		} else if (is_holders && is_end(change->kind)) {
			stood->gone = at;
			stood->gone_by = change->kind;
		}
	} else if (!stood->next_holder && is_taking) {
		stood->next_holder = change->reservation;
		stood->next = at;
	}
}

bool later_collect(struct dispute *one, const struct fold *fold, int64_t offset)
{
	if (one->about && !follow_reservation(one, fold, offset))
		return false;
	for (size_t c = 0; c < fold->change_count; c++)
		for (size_t i = 0; i < one->seat_count; i++)
			if (one->seats[i].how == STOOD_TAKEN)
				follow_seat(&one->seats[i], &fold->changes[c],
				            (struct point){offset, fold->t_ms});
	return true;
}
