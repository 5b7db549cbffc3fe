/*
 * packed.h - the reply and the events as a decision's row keeps them: without what its other
 * columns say, and without JSON.
 *
 * decisions.reply
 *   format       1 byte, PACKED_FORMAT
 *   what is there 1 byte, PACKED_*, for what follows in this order:
 *   message      text, where it is not the outcome's own
 *   reservation  16 bytes, where it is not the request_id
 *   seat_ids     number, then that many texts
 *   until        difference: reserved_until - decided_at, milliseconds
 *   unavailable  number, then of each: text; 1 byte, UNAVAILABLE_HAS_*; where the offset is there a
 *                difference to the offset named before it (0)
 * decisions.events
 *   format       1 byte, PACKED_FORMAT; then the events, each:
 *   what it is   1 byte: enum event_kind and EVENT_HAS_*, for what follows in this order:
 *   reservation  16 bytes, and
 *   seat_ids     number, then that many texts; neither where they are the reply's
 *   until        difference: reserved_until - decided_at
 *   title        text
 *   policy       3 numbers, of a show_created: hold_seconds, max_hold_seconds, max_seats
 *
 * A number is LEB128: 7 bits a byte, the lowest first, the highest bit of a byte says that another
 * follows; no more bytes than it takes. A difference is a number, zigzag: 0, -1, 1, -2 ... as 0, 1,
 * 2, 3 ... A text is the number of its bytes, then these.
 *
 * Rows of schema version 3 and older keep JSON: the reply's body, the events' bodies by line. It
 * begins with a brace, which PACKED_FORMAT never is.
 */
#ifndef HOLDFAST_MESSAGE_PACKED_H
#define HOLDFAST_MESSAGE_PACKED_H

#include "common/base/arena.h"
#include "common/message/reply.h"

#define PACKED_FORMAT 1

/* What a packed reply has. */
enum {
	PACKED_HAS_MESSAGE = 1 << 0,
	PACKED_HAS_RESERVATION = 1 << 1, /* and it is not the request_id */
	PACKED_IS_RESERVATION = 1 << 2,  /* the request_id is the reservation */
	PACKED_HAS_SEATS = 1 << 3,
	PACKED_HAS_UNTIL = 1 << 4,
	PACKED_IS_REVIVED = 1 << 5,
	PACKED_HAS_UNAVAILABLE = 1 << 6,
	PACKED_KNOWN = (1 << 7) - 1,
};

/* What an unavailable seat has; its status stands in the bits above. */
enum {
	UNAVAILABLE_HAS_STATUS = 1 << 0,
	UNAVAILABLE_HAS_TAKEN_AT = 1 << 1,
	UNAVAILABLE_STATUS_SHIFT = 2,
};

/* What a packed event has; its kind stands in the bits below. */
enum {
	EVENT_KIND_MASK = (1 << 3) - 1,
	EVENT_HAS_REPLYS = 1 << 3, /* its reservation and seats are the reply's */
	EVENT_HAS_RESERVATION = 1 << 4,
	EVENT_HAS_SEATS = 1 << 5,
	EVENT_HAS_UNTIL = 1 << 6,
	EVENT_HAS_TITLE = 1 << 7,
};
/* All bits are taken: a ninth kind, or another thing to have, needs a new PACKED_FORMAT. */
_Static_assert(EVENT_KIND_COUNT <= EVENT_KIND_MASK + 1, "every kind of event has its bits");
_Static_assert(EVENT_HAS_REPLYS == EVENT_KIND_MASK + 1, "what an event has stands above its kind");
_Static_assert(EVENT_HAS_TITLE <= UINT8_MAX, "kind and what it has stand in one byte");

/* Append a reply as its row keeps it. */
void packed_add_reply(struct buf *b, const struct reply *r);

/*
 * Append one more event of the decision with that reply.
 *
 * ev  show_id and at as in the reply; reservation and seats count as the reply's where seat_ids is
 *     the very array
 */
void packed_add_event(struct buf *b, const struct event *ev, const struct reply *r);

/*
 * Append the reply's body as it was first answered.
 *
 * kept   decisions.reply of any version
 * r      given what the row's other columns say: outcome, type, ids, decided_at; left complete where
 *        the row is packed, for packed_expand_event
 * arena  takes what r points to then; seats are borrowed from `kept`
 *
 * false: it cannot be read, or out of memory (arena->failed)
 */
bool packed_expand_reply(struct buf *body, struct text kept, struct reply *r,
                         struct arena *arena) NODISCARD;

/* Can they be read? r is given and left as with packed_expand_reply. false also: arena->failed */
bool packed_is_readable(struct text reply, struct text events, struct reply *r,
                        struct arena *arena) NODISCARD;

/* Where one stands in decisions.events. */
struct packed_events {
	struct text left;
	bool is_json;
	bool failed; /* they cannot be read, or out of memory */
};

/* kept  decisions.events of any version; data NULL: there are none */
struct packed_events packed_open_events(struct text kept);

/*
 * Append the next event's body.
 *
 * r      as packed_expand_reply left it
 *
 * false: there is none, or events->failed
 */
bool packed_expand_event(struct buf *body, struct packed_events *events, const struct reply *r,
                         struct arena *arena) NODISCARD;

#endif
