#include "audit/report/outline.h"

#include <stdlib.h>

static int compare_ids(const void *left, const void *right)
{
	const struct seat *a = *(const struct seat *const *)left;
	const struct seat *b = *(const struct seat *const *)right;

	return text_compare(a->id, b->id);
}

bool outline_make(struct outline *o, const struct story *s)
{
	const struct story_request *last = &s->requests[s->request_extent.count - 1];
	const struct seat *seat = s->show->seats;

	*o = (struct outline){
	    .story = s,
	    .first_ms = s->requests[0].at_ms,
	    .last_ms = last->at_ms,
	    .first_offset = s->requests[0].offset,
	    .last_offset = last->offset,
	    .seat_count = HASH_COUNT(s->show->seats),
	};
	o->seats = calloc(o->seat_count + 1, sizeof *o->seats);
	o->seat_at = calloc(o->seat_count + 1, sizeof *o->seat_at);
	if (!o->seats || !o->seat_at)
		return false;
	for (size_t i = 0; seat; seat = seat->hh.next)
		o->seats[i++] = seat;
	qsort(o->seats, o->seat_count, sizeof *o->seats, compare_ids);
	for (size_t i = 0; i < o->seat_count; i++)
		o->seat_at[o->seats[i]->number] = (uint32_t)i;
	return true;
}

void outline_release(struct outline *o)
{
	free(o->seats);
	free(o->seat_at);
}

bool outline_is_live(const struct outline *o, const struct reservation *r)
{
	return r->status == RESERVATION_HELD && r->until_ms > o->last_ms;
}

bool outline_has_lapsed(const struct outline *o, const struct reservation *r)
{
	return r->status == RESERVATION_EXPIRED ||
	       (r->status == RESERVATION_HELD && r->until_ms <= o->last_ms);
}
