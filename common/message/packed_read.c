/* Reading the packed form, and writing the JSON that it stands for: packed.h. */
#include "common/message/packed.h"
#include "common/message/packed_bits.h"
#include "common/message/packed_bytes.h"
#include "common/message/packed_read_setting.h"

static void take_format(struct packed_bytes *from)
{
	if (packed_take_byte(from) != PACKED_FORMAT)
		from->failed = true;
}

/* ---- a reply ---- */

static const struct unavailable *take_unavailable(struct packed_bytes *from, size_t *count)
{
	struct unavailable *list = packed_take_list(from, sizeof *list, count);
	int64_t before = 0;

	for (size_t i = 0; i < *count && !from->failed; i++) {
		struct unavailable *u = &list[i];
		unsigned has;

		u->seat_id = packed_take_name(from);
		has = packed_take_byte(from);
		u->has_status = has & UNAVAILABLE_HAS_STATUS;
		u->has_taken_at = has & UNAVAILABLE_HAS_TAKEN_AT;
		u->status = (enum seat_status)(has >> UNAVAILABLE_STATUS_SHIFT);
		if (u->has_status ? u->status >= SEAT_STATUS_COUNT : has != 0)
			from->failed = true;
		if (u->has_taken_at)
			before = u->taken_at_offset = packed_take_difference(from, before);
	}
	if (*count == 0)
		from->failed = true;
	return list;
}

static const struct area_count *take_counts(struct packed_bytes *from, size_t *count)
{
	struct area_count *list = packed_take_list(from, sizeof *list, count);

	for (size_t i = 0; i < *count && !from->failed; i++) {
		list[i].area_id = packed_take_name(from);
		list[i].count = (int32_t)packed_take_number(from, INT32_MAX);
		if (list[i].count == 0)
			from->failed = true;
	}
	if (*count == 0)
		from->failed = true;
	return list;
}

static const struct unavailable_area *take_unavailable_areas(struct packed_bytes *from,
                                                             size_t *count)
{
	struct unavailable_area *list = packed_take_list(from, sizeof *list, count);

	for (size_t i = 0; i < *count && !from->failed; i++) {
		struct unavailable_area *u = &list[i];
		unsigned has;

		u->area_id = packed_take_name(from);
		has = packed_take_byte(from);
		if (has & ~(unsigned)UNAVAILABLE_AREA_KNOWN)
			from->failed = true;
		u->has_room = has & UNAVAILABLE_AREA_HAS_ROOM;
		u->has_taken = has & UNAVAILABLE_AREA_HAS_TAKEN;
		if (u->has_room)
			u->room = (int64_t)packed_take_number(from, INT64_MAX);
		if (u->has_taken)
			u->taken = (int64_t)packed_take_number(from, INT64_MAX);
	}
	if (*count == 0)
		from->failed = true;
	return list;
}

static void take_window(struct packed_bytes *from, struct reply *r, unsigned has)
{
	struct sale_window *on_sale;

	if (!(has & (PACKED_HAS_SALE_FROM | PACKED_HAS_SALE_UNTIL)))
		return;
	r->on_sale = on_sale = arena_take(from->arena, sizeof *on_sale);
	if (!on_sale) {
		from->failed = true;
		return;
	}
	on_sale->has_from = has & PACKED_HAS_SALE_FROM;
	on_sale->has_until = has & PACKED_HAS_SALE_UNTIL;
	if (on_sale->has_from)
		on_sale->from_ms = packed_take_time(from, r->decided_at_ms);
	if (on_sale->has_until)
		on_sale->until_ms = packed_take_time(from, r->decided_at_ms);
}

static void take_rest(struct packed_bytes *from, struct reply *r, unsigned has)
{
	if (has & PACKED_HAS_PIECES)
		r->pieces = (int32_t)packed_take_number(from, INT32_MAX);
	if (has & PACKED_HAS_MESSAGE)
		r->message = arena_copy(from->arena, packed_take_line(from, SIZE_MAX)).data;
	r->has_free_seats = has & PACKED_HAS_FREE_SEATS;
	if (has & PACKED_HAS_FREE_SEATS)
		r->free_seats = (size_t)packed_take_number(from, INT64_MAX);
	if (has & PACKED_HAS_SINGLES)
		r->singles = packed_take_names(from, 1, &r->single_count);
	take_window(from, r, has);
	if (has & PACKED_HAS_KEPT_SEATS)
		r->kept_seat_ids = packed_take_names(from, 1, &r->kept_seat_count);
	if (has & PACKED_HAS_KEPT_AREAS)
		r->kept_areas = take_counts(from, &r->kept_area_count);
	if (has & PACKED_HAS_UNAVAILABLE_AREAS)
		r->unavailable_areas = take_unavailable_areas(from, &r->unavailable_area_count);
	r->has_customer = has & PACKED_HAS_CUSTOMER;
	if (r->has_customer) {
		r->customer.seats = (int64_t)packed_take_number(from, INT64_MAX);
		r->customer.holds = (int64_t)packed_take_number(from, INT64_MAX);
	}
}

static bool take_reply(struct text kept, struct reply *r, struct arena *arena)
{
	struct packed_bytes from = {.left = kept, .arena = arena};
	unsigned has;

	take_format(&from);
	has = (unsigned)packed_take_number(&from, UINT32_MAX);
	if (has & ~(unsigned)PACKED_KNOWN ||
	    (has & PACKED_IS_RESERVATION && (has & PACKED_HAS_RESERVATION || !r->has_request_id)))
		return false;
	r->has_reservation_id = has & (PACKED_HAS_RESERVATION | PACKED_IS_RESERVATION);
	if (has & PACKED_HAS_RESERVATION)
		r->reservation_id = packed_take_uuid(&from);
	else if (has & PACKED_IS_RESERVATION)
		r->reservation_id = r->request_id;
	if (has & PACKED_HAS_SEATS)
		r->seat_ids = packed_take_names(&from, 1, &r->seat_count);
	if (has & PACKED_HAS_AREAS)
		r->areas = take_counts(&from, &r->area_count);
	r->has_reserved_until = has & PACKED_HAS_UNTIL;
	if (has & PACKED_HAS_UNTIL)
		r->reserved_until_ms = packed_take_time(&from, r->decided_at_ms);
	if (has & PACKED_HAS_UNAVAILABLE)
		r->unavailable = take_unavailable(&from, &r->unavailable_count);
	r->is_revived = has & PACKED_IS_REVIVED;
	take_rest(&from, r, has);
	return !from.failed && !from.left.bytes && !arena->failed;
}

bool packed_expand_reply(struct buf *body, struct text kept, struct reply *r, struct arena *arena)
{
	if (!take_reply(kept, r, arena))
		return false;
	reply_encode_body(body, r);
	return true;
}

/* ---- an event ---- */

/* What is the reply's, or the event's own. */
static bool take_places(struct packed_bytes *from, struct event *ev, const struct reply *r,
                        unsigned has)
{
	bool has_reservation = event_has_reservation(ev->kind), has_until = event_has_until(ev->kind);

	if (has & EVENT_HAS_REPLYS) {
		ev->reservation_id = r->reservation_id;
		ev->seat_ids = r->seat_ids;
		ev->seat_count = r->seat_count;
		ev->areas = r->areas;
		ev->area_count = has_reservation ? r->area_count : 0;
		ev->reserved_until_ms = r->reserved_until_ms;
		return !(has & (EVENT_HAS_SEATS | EVENT_HAS_AREAS | EVENT_HAS_REPLYS_RESERVATION)) &&
		       (ev->seat_count || ev->area_count) && (!has_reservation || r->has_reservation_id) &&
		       (!has_until || r->has_reserved_until);
	}
	if (has & EVENT_HAS_REPLYS_RESERVATION)
		ev->reservation_id = r->reservation_id;
	else if (has_reservation)
		ev->reservation_id = packed_take_uuid(from);
	if (has & EVENT_HAS_SEATS)
		ev->seat_ids = packed_take_names(from, 1, &ev->seat_count);
	if (has & EVENT_HAS_AREAS)
		ev->areas = take_counts(from, &ev->area_count);
	if (has_until)
		ev->reserved_until_ms = packed_take_time(from, r->decided_at_ms);
	return !(has & EVENT_HAS_REPLYS_RESERVATION) || (has_reservation && r->has_reservation_id);
}

static bool take_event(struct packed_bytes *from, struct event *ev, const struct reply *r)
{
	unsigned has = (unsigned)packed_take_number(from, EVENT_KNOWN);

	*ev = (struct event){
	    .kind = (enum event_kind)(has & EVENT_KIND_MASK),
	    .is_change = has & EVENT_IS_CHANGE,
	    .is_retaken = has & EVENT_IS_RETAKEN,
	    .show_id = r->show_id,
	    .at_ms = r->decided_at_ms,
	};
	if (has & ~(unsigned)EVENT_KNOWN || ev->kind >= EVENT_KIND_COUNT)
		return false;
	if (has & EVENT_HAS_PLACES && ev->kind != EVENT_SEATS_ADDED && ev->kind != EVENT_SEATS_CHANGED)
		return false;
	if (has & EVENT_HAS_AREAS && !event_has_reservation(ev->kind))
		return false;
	if (!take_places(from, ev, r, has))
		return false;
	if (!event_has_reservation(ev->kind))
		packed_read_setting(from, ev, has);
	return !from->failed;
}

struct packed_events packed_open_events(struct text kept)
{
	struct packed_events events = {.left = kept};

	if (kept.data) {
		struct packed_bytes from = {.left = kept};

		take_format(&from);
		events.left = from.left;
		events.failed = from.failed || !from.left.bytes;
	}
	return events;
}

bool packed_expand_event(struct buf *body, struct packed_events *events, const struct reply *r,
                         struct arena *arena)
{
	struct packed_bytes from = {.left = events->left, .arena = arena};
	struct event ev;

	if (events->failed || !events->left.bytes)
		return false;
	if (!take_event(&from, &ev, r)) {
		events->failed = true;
		return false;
	}
	events->left = from.left;
	event_encode_body(body, &ev);
	return true;
}

bool packed_is_readable(struct text reply, struct text events, struct reply *r, struct arena *arena)
{
	struct packed_events left = packed_open_events(events);
	struct packed_bytes from = {.left = left.left, .arena = arena};
	bool is_fine = !left.failed && take_reply(reply, r, arena);

	while (is_fine && from.left.bytes) {
		struct event ev;

		is_fine = take_event(&from, &ev, r);
	}
	return is_fine;
}
