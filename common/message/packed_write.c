/* Writing the packed form: packed.h. */
#include <string.h>

#include "common/message/packed.h"
#include "common/message/packed_bits.h"

static void add_byte(struct buf *b, unsigned byte)
{
	buf_add(b, &(uint8_t){(uint8_t)byte}, 1);
}

static void add_number(struct buf *b, uint64_t number)
{
	uint8_t bytes[10];
	size_t count = 0;

	do {
		bytes[count++] = (uint8_t)((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
		number >>= 7;
	} while (number);
	buf_add(b, bytes, count);
}

static void add_difference(struct buf *b, int64_t to, int64_t from)
{
	uint64_t difference = (uint64_t)to - (uint64_t)from;
	uint64_t sign = difference >> 63 ? UINT64_MAX : 0;

	add_number(b, difference << 1 ^ sign);
}

static void add_text(struct buf *b, struct text t)
{
	add_number(b, t.bytes);
	buf_add_text(b, t);
}

static void add_names(struct buf *b, const struct text *names, size_t count)
{
	add_number(b, count);
	for (size_t i = 0; i < count; i++)
		add_text(b, names[i]);
}

static void add_counts(struct buf *b, const struct area_count *counts, size_t count)
{
	add_number(b, count);
	for (size_t i = 0; i < count; i++) {
		add_text(b, counts[i].area_id);
		add_number(b, (uint32_t)counts[i].count);
	}
}

/* ---- a reply ---- */

static void add_unavailable(struct buf *b, const struct reply *r)
{
	int64_t before = 0;

	add_number(b, r->unavailable_count);
	for (size_t i = 0; i < r->unavailable_count; i++) {
		const struct unavailable *u = &r->unavailable[i];
		bool has_taken_at = u->has_status && u->has_taken_at;

		add_text(b, u->seat_id);
		add_byte(b, (u->has_status ? UNAVAILABLE_HAS_STATUS |
		                                 (unsigned)u->status << UNAVAILABLE_STATUS_SHIFT
		                           : 0) |
		                (has_taken_at ? UNAVAILABLE_HAS_TAKEN_AT : 0));
		if (!has_taken_at)
			continue;
		add_difference(b, u->taken_at_offset, before);
		before = u->taken_at_offset;
	}
}

static void add_unavailable_areas(struct buf *b, const struct reply *r)
{
	add_number(b, r->unavailable_area_count);
	for (size_t i = 0; i < r->unavailable_area_count; i++) {
		const struct unavailable_area *u = &r->unavailable_areas[i];

		add_text(b, u->area_id);
		add_byte(b, (u->has_room ? UNAVAILABLE_AREA_HAS_ROOM : 0u) |
		                (u->has_taken ? UNAVAILABLE_AREA_HAS_TAKEN : 0u));
		if (u->has_room)
			add_number(b, (uint64_t)u->room);
		if (u->has_taken)
			add_number(b, (uint64_t)u->taken);
	}
}

static bool request_is_the_reservation(const struct reply *r)
{
	return r->has_request_id && uuid_same(&r->request_id, &r->reservation_id);
}

static unsigned what_it_has(const struct reply *r)
{
	unsigned has = 0;

	if (r->has_reservation_id)
		has |= request_is_the_reservation(r) ? PACKED_IS_RESERVATION : PACKED_HAS_RESERVATION;
	has |= r->seat_count > 0 ? PACKED_HAS_SEATS : 0;
	has |= r->area_count > 0 ? PACKED_HAS_AREAS : 0;
	has |= r->has_reserved_until ? PACKED_HAS_UNTIL : 0;
	has |= r->unavailable_count > 0 ? PACKED_HAS_UNAVAILABLE : 0;
	has |= r->pieces ? PACKED_HAS_PIECES : 0;
	if (r->message && strcmp(r->message, outcome_message(r->outcome)) != 0)
		has |= PACKED_HAS_MESSAGE;
	has |= r->is_revived ? PACKED_IS_REVIVED : 0;
	has |= r->has_free_seats ? PACKED_HAS_FREE_SEATS : 0;
	has |= r->single_count > 0 ? PACKED_HAS_SINGLES : 0;
	has |= r->on_sale && r->on_sale->has_from ? PACKED_HAS_SALE_FROM : 0;
	has |= r->on_sale && r->on_sale->has_until ? PACKED_HAS_SALE_UNTIL : 0;
	has |= r->kept_seat_count > 0 ? PACKED_HAS_KEPT_SEATS : 0;
	has |= r->kept_area_count > 0 ? PACKED_HAS_KEPT_AREAS : 0;
	has |= r->unavailable_area_count > 0 ? PACKED_HAS_UNAVAILABLE_AREAS : 0;
	has |= r->has_customer ? PACKED_HAS_CUSTOMER : 0;
	return has;
}

/* What few replies have. */
static void add_rest(struct buf *b, const struct reply *r, unsigned has)
{
	if (has & PACKED_HAS_PIECES)
		add_number(b, (uint32_t)r->pieces);
	if (has & PACKED_HAS_MESSAGE)
		add_text(b, text_of(r->message));
	if (has & PACKED_HAS_FREE_SEATS)
		add_number(b, r->free_seats);
	if (has & PACKED_HAS_SINGLES)
		add_names(b, r->singles, r->single_count);
	if (has & PACKED_HAS_SALE_FROM)
		add_difference(b, r->on_sale->from_ms, r->decided_at_ms);
	if (has & PACKED_HAS_SALE_UNTIL)
		add_difference(b, r->on_sale->until_ms, r->decided_at_ms);
	if (has & PACKED_HAS_KEPT_SEATS)
		add_names(b, r->kept_seat_ids, r->kept_seat_count);
	if (has & PACKED_HAS_KEPT_AREAS)
		add_counts(b, r->kept_areas, r->kept_area_count);
	if (has & PACKED_HAS_UNAVAILABLE_AREAS)
		add_unavailable_areas(b, r);
	if (has & PACKED_HAS_CUSTOMER) {
		add_number(b, (uint64_t)r->customer.seats);
		add_number(b, (uint64_t)r->customer.holds);
	}
}

void packed_add_reply(struct buf *b, const struct reply *r)
{
	unsigned has = what_it_has(r);

	add_byte(b, PACKED_FORMAT);
	add_number(b, has);
	if (has & PACKED_HAS_RESERVATION)
		buf_add(b, r->reservation_id.bytes, sizeof r->reservation_id.bytes);
	if (has & PACKED_HAS_SEATS)
		add_names(b, r->seat_ids, r->seat_count);
	if (has & PACKED_HAS_AREAS)
		add_counts(b, r->areas, r->area_count);
	if (has & PACKED_HAS_UNTIL)
		add_difference(b, r->reserved_until_ms, r->decided_at_ms);
	if (has & PACKED_HAS_UNAVAILABLE)
		add_unavailable(b, r);
	if (has >= PACKED_HAS_PIECES)
		add_rest(b, r, has);
}

/* ---- an event ---- */

static void add_policy(struct buf *b, const struct policy *p, int64_t at_ms)
{
	add_number(b, p->given);
	if (p->given & POLICY_TITLE)
		add_text(b, p->title);
	if (p->given & POLICY_HOLD_SECONDS)
		add_number(b, (uint32_t)p->hold_seconds);
	if (p->given & POLICY_MAX_HOLD_SECONDS)
		add_number(b, (uint32_t)p->max_hold_seconds);
	if (p->given & POLICY_MAX_SEATS)
		add_number(b, (uint32_t)p->max_seats);
	if (p->given & POLICY_ON_SALE_FROM)
		add_difference(b, p->on_sale.from_ms, at_ms);
	if (p->given & POLICY_ON_SALE_UNTIL)
		add_difference(b, p->on_sale.until_ms, at_ms);
	if (p->given & POLICY_CLOSED)
		add_byte(b, p->closed);
	if (p->given & POLICY_SINGLES)
		add_byte(b, p->singles);
	if (p->given & POLICY_MAX_CUSTOMER_SEATS)
		add_number(b, (uint32_t)p->max_customer_seats);
	if (p->given & POLICY_MAX_CUSTOMER_HOLDS)
		add_number(b, (uint32_t)p->max_customer_holds);
}

static bool names_are_same(const struct place *a, const struct place *b)
{
	return text_identical(a->section, b->section) && text_identical(a->row, b->row) &&
	       text_identical(a->category, b->category);
}

static void add_flags(struct buf *b, const struct place *p)
{
	unsigned byte = p->flag_count;

	for (int i = 0; i < p->flag_count; i++)
		byte |= (unsigned)p->flag_list[i] << (i + 1) * PLACE_FLAGS_SHIFT;
	add_byte(b, byte);
}

/* before: all zero for the first one */
static void add_place(struct buf *b, const struct place *p, const struct place *before)
{
	unsigned has = 0;

	if (before->section.data || before->row.data || before->category.data)
		has |= names_are_same(p, before) ? PLACE_HAS_SAME : 0;
	if (!has) {
		has |= p->section.data ? PLACE_HAS_SECTION : 0;
		has |= p->row.data ? PLACE_HAS_ROW : 0;
		has |= p->category.data ? PLACE_HAS_CATEGORY : 0;
	}
	has |= p->rank ? PLACE_HAS_RANK : 0;
	has |= p->has_flags ? PLACE_HAS_FLAGS : 0;
	has |= p->has_point ? PLACE_HAS_POINT : 0;
	add_byte(b, has);
	if (has & PLACE_HAS_SECTION)
		add_text(b, p->section);
	if (has & PLACE_HAS_ROW)
		add_text(b, p->row);
	if (p->row.data)
		add_difference(b, p->pos, before->pos);
	if (has & PLACE_HAS_CATEGORY)
		add_text(b, p->category);
	if (has & PLACE_HAS_RANK)
		add_difference(b, p->rank, before->rank);
	if (has & PLACE_HAS_FLAGS)
		add_flags(b, p);
	if (has & PLACE_HAS_POINT) {
		add_difference(b, p->x, before->x);
		add_difference(b, p->y, before->y);
	}
}

static void add_places(struct buf *b, const struct event *ev)
{
	const struct place none = {0};

	add_number(b, ev->place_count);
	for (size_t i = 0; i < ev->place_count; i++)
		add_place(b, &ev->places[i], i ? &ev->places[i - 1] : &none);
}

static void add_channel(struct buf *b, const struct channel *c, int64_t at_ms)
{
	add_text(b, c->name);
	add_byte(b, (c->on_sale.has_from ? CHANNEL_HAS_FROM : 0u) |
	                (c->on_sale.has_until ? CHANNEL_HAS_UNTIL : 0u) |
	                (c->has_opens ? CHANNEL_HAS_OPENS : 0u) |
	                (c->has_exempt ? CHANNEL_HAS_EXEMPT : 0u) |
	                (c->has_exempt && c->is_exempt ? CHANNEL_IS_EXEMPT : 0u));
	if (c->on_sale.has_from)
		add_difference(b, c->on_sale.from_ms, at_ms);
	if (c->on_sale.has_until)
		add_difference(b, c->on_sale.until_ms, at_ms);
	if (c->has_opens)
		add_names(b, c->opens, c->opens_count);
}

static void add_channels(struct buf *b, const struct event *ev)
{
	add_number(b, ev->channel_count);
	for (size_t i = 0; i < ev->channel_count; i++)
		add_channel(b, &ev->channels[i], ev->at_ms);
}

static void add_areas(struct buf *b, const struct event *ev)
{
	add_number(b, ev->set_area_count);
	for (size_t i = 0; i < ev->set_area_count; i++) {
		const struct area *area = &ev->set_areas[i];

		add_text(b, area->area_id);
		add_number(b, (uint32_t)area->capacity);
		add_byte(b, (area->channel.data ? AREA_HAS_CHANNEL : 0u) |
		                (area->category.data ? AREA_HAS_CATEGORY : 0u));
		if (area->channel.data)
			add_text(b, area->channel);
		if (area->category.data)
			add_text(b, area->category);
	}
}

/* What an event of an organiser's has besides seats. */
static void add_setting(struct buf *b, const struct event *ev)
{
	if (ev->kind == EVENT_SHOW_CREATED)
		add_number(b, (uint32_t)ev->rules);
	if (ev->kind == EVENT_SHOW_CREATED || ev->kind == EVENT_SHOW_CHANGED)
		add_policy(b, ev->policy, ev->at_ms);
	else if (ev->kind == EVENT_CHANNELS_SET)
		add_channels(b, ev);
	else if (ev->kind == EVENT_AREAS_SET)
		add_areas(b, ev);
	else if (ev->kind == EVENT_BLOCKED)
		add_text(b, ev->channel);
	else if (ev->place_count > 0)
		add_places(b, ev);
}

static bool has_replys_reservation(const struct event *ev, const struct reply *r)
{
	return event_has_reservation(ev->kind) && r->has_reservation_id &&
	       uuid_same(&ev->reservation_id, &r->reservation_id);
}

/* The areas of an event; only one of a reservation has any. */
static size_t area_count_of(const struct event *ev)
{
	return event_has_reservation(ev->kind) ? ev->area_count : 0;
}

static bool has_replys(const struct event *ev, const struct reply *r)
{
	size_t area_count = area_count_of(ev);

	return ev->seat_count + area_count > 0 && ev->seat_count == r->seat_count &&
	       (!ev->seat_count || ev->seat_ids == r->seat_ids) &&
	       (!event_has_reservation(ev->kind) || area_count == r->area_count) &&
	       (!area_count || ev->areas == r->areas) &&
	       (!event_has_reservation(ev->kind) || has_replys_reservation(ev, r)) &&
	       (!event_has_until(ev->kind) ||
	        (r->has_reserved_until && ev->reserved_until_ms == r->reserved_until_ms));
}

void packed_add_event(struct buf *b, const struct event *ev, const struct reply *r)
{
	unsigned has = 0;

	if (has_replys(ev, r)) {
		has |= EVENT_HAS_REPLYS;
	} else {
		has |= ev->seat_count > 0 ? EVENT_HAS_SEATS : 0;
		has |= area_count_of(ev) > 0 ? EVENT_HAS_AREAS : 0;
		has |= has_replys_reservation(ev, r) ? EVENT_HAS_REPLYS_RESERVATION : 0;
	}
	has |= ev->is_change ? EVENT_IS_CHANGE : 0;
	has |= ev->is_retaken ? EVENT_IS_RETAKEN : 0;
	has |= ev->place_count > 0 ? EVENT_HAS_PLACES : 0;
	if (b->bytes == 0)
		add_byte(b, PACKED_FORMAT);
	add_number(b, (unsigned)ev->kind | has);
	if (event_has_reservation(ev->kind) && !(has & (EVENT_HAS_REPLYS | EVENT_HAS_REPLYS_RESERVATION)))
		buf_add(b, ev->reservation_id.bytes, sizeof ev->reservation_id.bytes);
	if (has & EVENT_HAS_SEATS)
		add_names(b, ev->seat_ids, ev->seat_count);
	if (has & EVENT_HAS_AREAS)
		add_counts(b, ev->areas, ev->area_count);
	if (event_has_until(ev->kind) && !(has & EVENT_HAS_REPLYS))
		add_difference(b, ev->reserved_until_ms, ev->at_ms);
	if (!event_has_reservation(ev->kind))
		add_setting(b, ev);
}
