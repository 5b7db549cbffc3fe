/* Reading the packed form, and writing the JSON that it stands for: packed.h. */
#include "common/message/packed.h"
#include "common/message/packed_bits.h"
#include "common/message/unpack.h"

static void take_format(struct unpacking *from)
{
	if (unpack_byte(from) != PACKED_FORMAT)
		from->failed = true;
}

/* ---- a reply ---- */

static const struct unavailable *take_unavailable(struct unpacking *from, size_t *count)
{
	struct unavailable *list = unpack_list(from, sizeof *list, count);
	int64_t before = 0;

	for (size_t i = 0; i < *count && !from->failed; i++) {
		struct unavailable *u = &list[i];
		unsigned has;

		u->seat_id = unpack_name(from);
		has = unpack_byte(from);
		u->has_status = has & UNAVAILABLE_HAS_STATUS;
		u->has_taken_at = has & UNAVAILABLE_HAS_TAKEN_AT;
		u->status = (enum seat_status)(has >> UNAVAILABLE_STATUS_SHIFT);
		if (u->has_status ? u->status >= SEAT_STATUS_COUNT : has != 0)
			from->failed = true;
		if (u->has_taken_at)
			before = u->taken_at_offset = unpack_difference(from, before);
	}
	if (*count == 0)
		from->failed = true;
	return list;
}

static void take_window(struct unpacking *from, struct reply *r, unsigned has)
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
		on_sale->from_ms = unpack_time(from, r->decided_at_ms);
	if (on_sale->has_until)
		on_sale->until_ms = unpack_time(from, r->decided_at_ms);
}

static void take_rest(struct unpacking *from, struct reply *r, unsigned has)
{
	if (has & PACKED_HAS_PIECES)
		r->pieces = (int32_t)unpack_number(from, INT32_MAX);
	if (has & PACKED_HAS_MESSAGE)
		r->message = arena_copy(from->arena, unpack_line(from, SIZE_MAX)).data;
	r->has_free_seats = has & PACKED_HAS_FREE_SEATS;
	if (has & PACKED_HAS_FREE_SEATS)
		r->free_seats = (size_t)unpack_number(from, INT64_MAX);
	if (has & PACKED_HAS_SINGLES)
		r->singles = unpack_names(from, 1, &r->single_count);
	take_window(from, r, has);
	r->has_customer = has & PACKED_HAS_CUSTOMER;
	if (r->has_customer) {
		r->customer.seats = (int64_t)unpack_number(from, INT64_MAX);
		r->customer.holds = (int64_t)unpack_number(from, INT64_MAX);
	}
}

static bool take_reply(struct text kept, struct reply *r, struct arena *arena)
{
	struct unpacking from = {.left = kept, .arena = arena};
	unsigned has;

	take_format(&from);
	has = (unsigned)unpack_number(&from, UINT32_MAX);
	if (has & ~(unsigned)PACKED_KNOWN ||
	    (has & PACKED_IS_RESERVATION && (has & PACKED_HAS_RESERVATION || !r->has_request_id)))
		return false;
	r->has_reservation_id = has & (PACKED_HAS_RESERVATION | PACKED_IS_RESERVATION);
	if (has & PACKED_HAS_RESERVATION)
		r->reservation_id = unpack_uuid(&from);
	else if (has & PACKED_IS_RESERVATION)
		r->reservation_id = r->request_id;
	if (has & PACKED_HAS_SEATS)
		r->seat_ids = unpack_names(&from, 1, &r->seat_count);
	r->has_reserved_until = has & PACKED_HAS_UNTIL;
	if (has & PACKED_HAS_UNTIL)
		r->reserved_until_ms = unpack_time(&from, r->decided_at_ms);
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

static const struct policy *take_policy(struct unpacking *from, int64_t at_ms)
{
	struct policy *p = arena_take(from->arena, sizeof *p);

	if (!p) {
		from->failed = true;
		return NULL;
	}
	p->given = (unsigned)unpack_number(from, POLICY_KNOWN);
	if (p->given & POLICY_TITLE)
		p->title = unpack_line(from, TITLE_BYTES_MAX);
	if (p->given & POLICY_HOLD_SECONDS)
		p->hold_seconds = (int32_t)unpack_number(from, INT32_MAX);
	if (p->given & POLICY_MAX_HOLD_SECONDS)
		p->max_hold_seconds = (int32_t)unpack_number(from, INT32_MAX);
	if (p->given & POLICY_MAX_SEATS)
		p->max_seats = (int32_t)unpack_number(from, INT32_MAX);
	if (p->given & POLICY_ON_SALE_FROM)
		p->on_sale.from_ms = unpack_time(from, at_ms);
	if (p->given & POLICY_ON_SALE_UNTIL)
		p->on_sale.until_ms = unpack_time(from, at_ms);
	if (p->given & POLICY_CLOSED)
		p->closed = unpack_number(from, true);
	if (p->given & POLICY_SINGLES)
		p->singles = (enum singles)unpack_number(from, SINGLES_REFUSE);
	if (p->given & POLICY_MAX_CUSTOMER_SEATS)
		p->max_customer_seats = (int32_t)unpack_number(from, CUSTOMER_SEATS_MAX);
	if (p->given & POLICY_MAX_CUSTOMER_HOLDS)
		p->max_customer_holds = (int32_t)unpack_number(from, CUSTOMER_HOLDS_MAX);
	return p;
}

static void take_flags(struct unpacking *from, struct place *p)
{
	unsigned byte = unpack_byte(from);

	p->flag_count = byte & PLACE_FLAG_MASK;
	for (unsigned i = 0; i < p->flag_count; i++) {
		unsigned flag = byte >> (i + 1) * PLACE_FLAGS_SHIFT & PLACE_FLAG_MASK;

		if (flag >= PLACE_FLAG_COUNT || p->flags & PLACE_FLAG_BIT(flag)) {
			from->failed = true;
			return;
		}
		p->flag_list[i] = (uint8_t)flag;
		p->flags |= (uint8_t)PLACE_FLAG_BIT(flag);
	}
	if (byte >> (p->flag_count + 1) * PLACE_FLAGS_SHIFT)
		from->failed = true;
}

/* before: NULL for the first one */
static void take_place(struct unpacking *from, struct place *p, const struct place *before)
{
	static const struct place none;
	unsigned has = unpack_byte(from);

	if (has & ~(unsigned)PLACE_KNOWN || (has & PLACE_HAS_SAME && (has & PLACE_NAMES || !before)))
		from->failed = true;
	before = before ? before : &none;
	if (has & PLACE_HAS_SAME) {
		p->section = before->section;
		p->row = before->row;
		p->category = before->category;
	}
	if (has & PLACE_HAS_SECTION)
		p->section = unpack_name(from);
	if (has & PLACE_HAS_ROW)
		p->row = unpack_name(from);
	if (p->row.data)
		p->pos = unpack_integer(from, before->pos, 1, POS_MAX);
	if (has & PLACE_HAS_CATEGORY)
		p->category = unpack_name(from);
	if (has & PLACE_HAS_RANK)
		p->rank = unpack_integer(from, before->rank, 1, PLACE_RANK_DEFAULT);
	p->has_flags = has & PLACE_HAS_FLAGS;
	if (has & PLACE_HAS_FLAGS)
		take_flags(from, p);
	p->has_point = has & PLACE_HAS_POINT;
	if (has & PLACE_HAS_POINT) {
		p->x = unpack_integer(from, before->x, 0, COORDINATE_MAX);
		p->y = unpack_integer(from, before->y, 0, COORDINATE_MAX);
	}
}

static void take_places(struct unpacking *from, struct event *ev)
{
	struct place *places = unpack_list(from, sizeof *places, &ev->place_count);

	for (size_t i = 0; i < ev->place_count && !from->failed; i++)
		take_place(from, &places[i], i ? &places[i - 1] : NULL);
	ev->places = places;
	if (ev->place_count == 0 || ev->place_count > ev->seat_count)
		from->failed = true;
}

static void take_channel(struct unpacking *from, struct channel *c, int64_t at_ms)
{
	unsigned has;

	c->name = unpack_name(from);
	has = unpack_byte(from);
	c->on_sale.has_from = has & CHANNEL_HAS_FROM;
	c->on_sale.has_until = has & CHANNEL_HAS_UNTIL;
	c->has_opens = has & CHANNEL_HAS_OPENS;
	c->has_exempt = has & CHANNEL_HAS_EXEMPT;
	c->is_exempt = has & CHANNEL_IS_EXEMPT;
	if (has & ~(unsigned)CHANNEL_KNOWN || (c->is_exempt && !c->has_exempt))
		from->failed = true;
	if (c->on_sale.has_from)
		c->on_sale.from_ms = unpack_time(from, at_ms);
	if (c->on_sale.has_until)
		c->on_sale.until_ms = unpack_time(from, at_ms);
	if (c->has_opens)
		c->opens = unpack_names(from, 0, &c->opens_count);
}

static void take_channels(struct unpacking *from, struct event *ev)
{
	struct channel *channels = unpack_list(from, sizeof *channels, &ev->channel_count);

	for (size_t i = 0; i < ev->channel_count && !from->failed; i++)
		take_channel(from, &channels[i], ev->at_ms);
	ev->channels = channels;
}

static void take_setting(struct unpacking *from, struct event *ev, unsigned has)
{
	if (ev->kind == EVENT_SHOW_CREATED)
		ev->rules = (int32_t)unpack_number(from, INT32_MAX);
	if (ev->kind == EVENT_SHOW_CREATED || ev->kind == EVENT_SHOW_CHANGED)
		ev->policy = take_policy(from, ev->at_ms);
	else if (ev->kind == EVENT_CHANNELS_SET)
		take_channels(from, ev);
	else if (ev->kind == EVENT_BLOCKED)
		ev->channel = unpack_name(from);
	else if (has & EVENT_HAS_PLACES)
		take_places(from, ev);
}

/* What is the reply's, or the event's own. */
static bool take_seats(struct unpacking *from, struct event *ev, const struct reply *r,
                       unsigned has)
{
	bool has_reservation = event_has_reservation(ev->kind), has_until = event_has_until(ev->kind);

	if (has & EVENT_HAS_REPLYS) {
		ev->reservation_id = r->reservation_id;
		ev->seat_ids = r->seat_ids;
		ev->seat_count = r->seat_count;
		ev->reserved_until_ms = r->reserved_until_ms;
		return !(has & (EVENT_HAS_SEATS | EVENT_HAS_REPLYS_RESERVATION)) && r->seat_count &&
		       (!has_reservation || r->has_reservation_id) &&
		       (!has_until || r->has_reserved_until);
	}
	if (has & EVENT_HAS_REPLYS_RESERVATION)
		ev->reservation_id = r->reservation_id;
	else if (has_reservation)
		ev->reservation_id = unpack_uuid(from);
	if (has & EVENT_HAS_SEATS)
		ev->seat_ids = unpack_names(from, 1, &ev->seat_count);
	if (has_until)
		ev->reserved_until_ms = unpack_time(from, r->decided_at_ms);
	return !(has & EVENT_HAS_REPLYS_RESERVATION) || (has_reservation && r->has_reservation_id);
}

static bool take_event(struct unpacking *from, struct event *ev, const struct reply *r)
{
	unsigned has = (unsigned)unpack_number(from, EVENT_KNOWN);

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
	if (!take_seats(from, ev, r, has))
		return false;
	if (!event_has_reservation(ev->kind))
		take_setting(from, ev, has);
	return !from->failed;
}

struct packed_events packed_open_events(struct text kept)
{
	struct packed_events events = {.left = kept};

	if (kept.data) {
		struct unpacking from = {.left = kept};

		take_format(&from);
		events.left = from.left;
		events.failed = from.failed || !from.left.bytes;
	}
	return events;
}

bool packed_expand_event(struct buf *body, struct packed_events *events, const struct reply *r,
                         struct arena *arena)
{
	struct unpacking from = {.left = events->left, .arena = arena};
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
	struct unpacking from = {.left = left.left, .arena = arena};
	bool is_fine = !left.failed && take_reply(reply, r, arena);

	while (is_fine && from.left.bytes) {
		struct event ev;

		is_fine = take_event(&from, &ev, r);
	}
	return is_fine;
}
