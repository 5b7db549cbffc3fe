/*
 * packed_bits.h - what stands in the numbers and bytes by which packed.h says what is there.
 *
 * Included by common/message and tests only. Up to the seventh bit a number is one byte: what most
 * replies and events have stands there.
 */
#ifndef HOLDFAST_MESSAGE_PACKED_BITS_H
#define HOLDFAST_MESSAGE_PACKED_BITS_H

#include "common/message/event.h"
#include "common/message/policy.h"
#include "common/message/status.h"

/* What a packed reply has. Bits from 17 on are free. */
enum {
	PACKED_HAS_RESERVATION = 1 << 0, /* and it is not the request_id */
	PACKED_IS_RESERVATION = 1 << 1,  /* the request_id is the reservation */
	PACKED_HAS_SEATS = 1 << 2,
	PACKED_HAS_UNTIL = 1 << 3,
	PACKED_HAS_UNAVAILABLE = 1 << 4,
	PACKED_IS_REVIVED = 1 << 5,
	PACKED_HAS_AREAS = 1 << 6,
	PACKED_HAS_PIECES = 1 << 7,
	PACKED_HAS_MESSAGE = 1 << 8,
	PACKED_HAS_FREE_SEATS = 1 << 9,
	PACKED_HAS_SINGLES = 1 << 10,
	PACKED_HAS_SALE_FROM = 1 << 11,
	PACKED_HAS_SALE_UNTIL = 1 << 12,
	PACKED_HAS_KEPT_SEATS = 1 << 13,
	PACKED_HAS_KEPT_AREAS = 1 << 14,
	PACKED_HAS_UNAVAILABLE_AREAS = 1 << 15,
	PACKED_HAS_CUSTOMER = 1 << 16,
	PACKED_KNOWN = (1 << 17) - 1,
};

/* What an unavailable seat has; its status stands in the bits above. */
enum {
	UNAVAILABLE_HAS_STATUS = 1 << 0,
	UNAVAILABLE_HAS_TAKEN_AT = 1 << 1,
	UNAVAILABLE_STATUS_SHIFT = 2,
};
_Static_assert(SEAT_STATUS_COUNT << UNAVAILABLE_STATUS_SHIFT <= UINT8_MAX + 1,
               "every status of a seat has its bits");

/* What an unavailable area has. */
enum {
	UNAVAILABLE_AREA_HAS_ROOM = 1 << 0,
	UNAVAILABLE_AREA_HAS_TAKEN = 1 << 1,
	UNAVAILABLE_AREA_KNOWN = (1 << 2) - 1,
};

/* What a packed event has; its kind stands in the bits below. Those from 11 on are free. */
enum {
	EVENT_KIND_MASK = (1 << 4) - 1,
	EVENT_HAS_REPLYS = 1 << 4, /* reservation, seats, areas, until are the reply's, where it has one */
	EVENT_HAS_SEATS = 1 << 5,
	EVENT_HAS_AREAS = 1 << 6,
	EVENT_HAS_REPLYS_RESERVATION = 1 << 7,
	EVENT_IS_CHANGE = 1 << 8,
	EVENT_IS_RETAKEN = 1 << 9,
	EVENT_HAS_PLACES = 1 << 10,
	EVENT_KNOWN = (1 << 11) - 1,
};
_Static_assert(EVENT_KIND_COUNT <= EVENT_KIND_MASK + 1, "every kind of event has its bits");
_Static_assert(EVENT_HAS_REPLYS == EVENT_KIND_MASK + 1, "what an event has stands above its kind");

/* What a packed place has. */
enum {
	PLACE_HAS_SECTION = 1 << 0,
	PLACE_HAS_ROW = 1 << 1, /* and pos */
	PLACE_HAS_CATEGORY = 1 << 2,
	PLACE_HAS_RANK = 1 << 3,
	PLACE_HAS_FLAGS = 1 << 4,
	PLACE_HAS_POINT = 1 << 5,
	PLACE_HAS_SAME = 1 << 6, /* section, row and category of the place before it */
	PLACE_KNOWN = (1 << 7) - 1,
	PLACE_NAMES = PLACE_HAS_SECTION | PLACE_HAS_ROW | PLACE_HAS_CATEGORY,
};
#define PLACE_FLAGS_SHIFT 2 /* how many there are stands below them */
#define PLACE_FLAG_MASK 3u
_Static_assert(PLACE_FLAG_COUNT <= PLACE_FLAG_MASK, "flags and their number have two bits each");

/* What a packed channel has. */
enum {
	CHANNEL_HAS_FROM = 1 << 0,
	CHANNEL_HAS_UNTIL = 1 << 1,
	CHANNEL_HAS_OPENS = 1 << 2,
	CHANNEL_HAS_EXEMPT = 1 << 3,
	CHANNEL_IS_EXEMPT = 1 << 4,
	CHANNEL_KNOWN = (1 << 5) - 1,
};

/* What a packed area has. */
enum {
	AREA_HAS_CHANNEL = 1 << 0,
	AREA_HAS_CATEGORY = 1 << 1,
	AREA_KNOWN = (1 << 2) - 1,
};

#endif
