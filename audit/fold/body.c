#include "audit/fold/body.h"

#include <assert.h>

/* The ids of seats as the messages want them; the longest list is an add_seats. */
struct seat_ids {
	struct text list[ADD_SEATS_MAX];
	size_t count;
};

static void list_ids(struct seat_ids *ids, struct seat *const *seats, size_t count)
{
	assert(count <= ADD_SEATS_MAX);
	for (size_t i = 0; i < count; i++)
		ids->list[i] = seats[i]->id;
	ids->count = count;
}

static void list_refusals(struct unavailable *list, const struct verdict *v)
{
	assert(v->refusal_count <= ADD_SEATS_MAX);
	for (size_t i = 0; i < v->refusal_count; i++) {
		const struct refusal *r = &v->refusals[i];

		list[i] = (struct unavailable){
		    .seat_id = r->seat_id,
		    .has_status = r->winner != NULL,
		    .status = r->status,
		    .has_taken_at = r->winner != NULL,
		    .taken_at_offset = r->taken_at,
		};
	}
}

void body_write_reply(const struct verdict *v, struct buf *b)
{
	struct unavailable unavailable[ADD_SEATS_MAX];
	struct seat_ids ids;

	list_ids(&ids, v->seats, v->seat_count);
	list_refusals(unavailable, v);
	struct reply reply = {
	    .outcome = v->outcome,
	    .type = v->type,
	    .has_request_id = v->has_request_id,
	    .request_id = v->request_id,
	    .show_id = v->show_id,
	    .has_reservation_id = v->reservation != NULL,
	    .seat_ids = ids.list,
	    .seat_count = ids.count,
	    .has_reserved_until = v->has_until,
	    .reserved_until_ms = v->until_ms,
	    .is_revived = v->is_revived,
	    .unavailable = unavailable,
	    .unavailable_count = v->refusal_count,
	    .decided_at_ms = v->decided_ms,
	};

	if (v->reservation)
		reply.reservation_id = v->reservation->id;
	reply_encode_body(b, &reply);
}

void body_write_event(const struct verdict *v, const struct show *show, const struct change *c,
                         struct buf *b)
{
	const struct policy policy = {
	    .given = POLICY_HOLD_SECONDS | POLICY_MAX_HOLD_SECONDS | POLICY_MAX_SEATS |
	             (show->title.data ? POLICY_TITLE : 0u),
	    .title = show->title,
	    .hold_seconds = show->hold_seconds,
	    .max_hold_seconds = show->max_hold_seconds,
	    .max_seats = show->max_seats,
	};
	struct seat_ids ids;

	list_ids(&ids, c->seats, c->seat_count);
	struct event event = {
	    .kind = c->kind,
	    .is_retaken = c->is_retaken,
	    .show_id = show->id,
	    .rules = RULES_KNOWN,
	    .seat_ids = ids.list,
	    .seat_count = ids.count,
	    .reserved_until_ms = c->until_ms,
	    .at_ms = v->decided_ms,
	    .policy = &policy,
	};

	if (c->reservation)
		event.reservation_id = c->reservation->id;
	event_encode_body(b, &event);
}
