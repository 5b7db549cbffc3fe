/* Writing the packed form: packed.h. */
#include <string.h>

#include "common/message/packed.h"

_Static_assert(PACKED_KNOWN <= UINT8_MAX, "what a reply has stands in one byte");
_Static_assert(PACKED_FORMAT != '{', "a row of older versions begins with a brace");
_Static_assert((UNAVAILABLE_HAS_STATUS | UNAVAILABLE_HAS_TAKEN_AT) < 1 << UNAVAILABLE_STATUS_SHIFT,
               "the status stands above what a seat has");
_Static_assert(SEAT_STATUS_COUNT << UNAVAILABLE_STATUS_SHIFT <= UINT8_MAX + 1,
               "every status of a seat has its bits");

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

static void add_seats(struct buf *b, const struct text *seat_ids, size_t count)
{
	add_number(b, count);
	for (size_t i = 0; i < count; i++)
		add_text(b, seat_ids[i]);
}

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

static bool request_is_the_reservation(const struct reply *r)
{
	return r->has_request_id && uuid_same(&r->request_id, &r->reservation_id);
}

void packed_add_reply(struct buf *b, const struct reply *r)
{
	bool has_message = r->message && strcmp(r->message, outcome_message(r->outcome)) != 0;
	unsigned has = 0;

	if (has_message)
		has |= PACKED_HAS_MESSAGE;
	if (r->has_reservation_id)
		has |= request_is_the_reservation(r) ? PACKED_IS_RESERVATION : PACKED_HAS_RESERVATION;
	if (r->seat_count > 0)
		has |= PACKED_HAS_SEATS;
	if (r->has_reserved_until)
		has |= PACKED_HAS_UNTIL;
	if (r->is_revived)
		has |= PACKED_IS_REVIVED;
	if (r->unavailable_count > 0)
		has |= PACKED_HAS_UNAVAILABLE;
	add_byte(b, PACKED_FORMAT);
	add_byte(b, has);
	if (has & PACKED_HAS_MESSAGE)
		add_text(b, text_of(r->message));
	if (has & PACKED_HAS_RESERVATION)
		buf_add(b, r->reservation_id.bytes, sizeof r->reservation_id.bytes);
	if (has & PACKED_HAS_SEATS)
		add_seats(b, r->seat_ids, r->seat_count);
	if (has & PACKED_HAS_UNTIL)
		add_difference(b, r->reserved_until_ms, r->decided_at_ms);
	if (has & PACKED_HAS_UNAVAILABLE)
		add_unavailable(b, r);
}

static bool has_the_replys(const struct event *ev, const struct reply *r)
{
	return ev->seat_count > 0 && ev->seat_count == r->seat_count && ev->seat_ids == r->seat_ids &&
	       ev->has_reservation_id == r->has_reservation_id &&
	       (!ev->has_reservation_id || uuid_same(&ev->reservation_id, &r->reservation_id));
}

void packed_add_event(struct buf *b, const struct event *ev, const struct reply *r)
{
	unsigned has = 0;

	if (has_the_replys(ev, r)) {
		has |= EVENT_HAS_REPLYS;
	} else {
		has |= ev->has_reservation_id ? EVENT_HAS_RESERVATION : 0;
		has |= ev->seat_count > 0 ? EVENT_HAS_SEATS : 0;
	}
	if (ev->has_reserved_until)
		has |= EVENT_HAS_UNTIL;
	if (ev->kind == EVENT_SHOW_CREATED && ev->title.data)
		has |= EVENT_HAS_TITLE;
	if (b->bytes == 0)
		add_byte(b, PACKED_FORMAT);
	add_byte(b, (unsigned)ev->kind | has);
	if (has & EVENT_HAS_RESERVATION)
		buf_add(b, ev->reservation_id.bytes, sizeof ev->reservation_id.bytes);
	if (has & EVENT_HAS_SEATS)
		add_seats(b, ev->seat_ids, ev->seat_count);
	if (has & EVENT_HAS_UNTIL)
		add_difference(b, ev->reserved_until_ms, ev->at_ms);
	if (has & EVENT_HAS_TITLE)
		add_text(b, ev->title);
	if (ev->kind == EVENT_SHOW_CREATED) {
		add_number(b, (uint32_t)ev->hold_seconds);
		add_number(b, (uint32_t)ev->max_hold_seconds);
		add_number(b, (uint32_t)ev->max_seats);
	}
}
