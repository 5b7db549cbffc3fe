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
		    .has_status = r->winner || r->channel.data,
		    .status = r->winner ? r->status : SEAT_AVAILABLE,
		    .has_taken_at = r->winner != NULL,
		    .taken_at_offset = r->taken_at,
		};
	}
}

static void list_area_refusals(struct unavailable_area *list, const struct verdict *v)
{
	assert(v->area_refusal_count <= SET_AREAS_MAX);
	for (size_t i = 0; i < v->area_refusal_count; i++) {
		const struct area_refusal *r = &v->area_refusals[i];

		list[i] = (struct unavailable_area){
		    .area_id = r->area_id,
		    .has_room = r->has_room,
		    .room = r->room,
		    .has_taken = r->has_taken,
		    .taken = r->taken,
		};
	}
}

/* The refusals of LEAVES_SINGLE are seats that nobody asked for. */
static void list_singles(struct seat_ids *ids, const struct verdict *v)
{
	for (size_t i = 0; i < v->refusal_count; i++)
		ids->list[i] = v->refusals[i].seat_id;
	ids->count = v->refusal_count;
}

void body_write_reply(const struct verdict *v, struct buf *b)
{
	struct unavailable unavailable[ADD_SEATS_MAX];
	struct unavailable_area unavailable_areas[SET_AREAS_MAX];
	struct seat_ids ids, singles = {.count = 0}, kept = {.count = 0};
	bool is_single = v->outcome == OUTCOME_LEAVES_SINGLE;

	list_ids(&ids, v->seats, v->seat_count);
	if (is_single)
		list_singles(&singles, v);
	else
		list_refusals(unavailable, v);
	list_area_refusals(unavailable_areas, v);
	if (v->kept)
		list_ids(&kept, v->kept->seats, v->kept->seat_count);
	struct reply reply = {
	    .outcome = v->outcome,
	    .type = v->type,
	    .has_request_id = v->has_request_id,
	    .request_id = v->request_id,
	    .show_id = v->show_id,
	    .has_reservation_id = v->reservation != NULL,
	    .seat_ids = ids.list,
	    .seat_count = ids.count,
	    .areas = v->areas,
	    .area_count = v->area_count,
	    .kept_seat_ids = kept.list,
	    .kept_seat_count = kept.count,
	    .kept_areas = v->kept ? v->kept->areas : NULL,
	    .kept_area_count = v->kept ? v->kept->area_count : 0,
	    .has_reserved_until = v->has_until,
	    .reserved_until_ms = v->until_ms,
	    .is_revived = v->is_revived,
	    .unavailable = unavailable,
	    .unavailable_count = is_single ? 0 : v->refusal_count,
	    .unavailable_areas = unavailable_areas,
	    .unavailable_area_count = v->area_refusal_count,
	    .pieces = v->pieces,
	    .has_free_seats = v->has_free_seats,
	    .free_seats = v->free_seats,
	    .singles = singles.list,
	    .single_count = singles.count,
	    .on_sale = v->has_window ? &v->window : NULL,
	    .has_customer = v->has_customer,
	    .customer = v->customer,
	    .decided_at_ms = v->decided_ms,
	};

	if (v->reservation)
		reply.reservation_id = v->reservation->id;
	reply_encode_body(b, &reply);
}

void body_write_event(const struct verdict *v, const struct show *show, const struct change *c,
                         struct buf *b)
{
	struct seat_ids ids;

	list_ids(&ids, c->seats, c->seat_count);
	struct event event = {
	    .kind = c->kind,
	    .is_change = c->is_change,
	    .is_retaken = c->is_retaken,
	    .show_id = show->id,
	    .rules = show->rules,
	    .seat_ids = ids.list,
	    .seat_count = ids.count,
	    .areas = c->areas,
	    .area_count = c->area_count,
	    .reserved_until_ms = c->until_ms,
	    .at_ms = v->decided_ms,
	    .places = c->places,
	    .place_count = c->place_count,
	    .policy = c->policy,
	    .channels = c->channels,
	    .channel_count = c->channel_count,
	    .set_areas = c->set_areas,
	    .set_area_count = c->set_area_count,
	    .channel = c->channel,
	};

	if (c->reservation)
		event.reservation_id = c->reservation->id;
	event_encode_body(b, &event);
}
