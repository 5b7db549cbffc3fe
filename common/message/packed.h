/*
 * packed.h - the reply and the events as a decision's row keeps them: without what its other
 * columns say, and without JSON.
 *
 * decisions.reply
 *   format       1 byte, PACKED_FORMAT
 *   what is there a number, PACKED_*, for what follows in this order:
 *   reservation  16 bytes, where it is not the request_id
 *   seat_ids     names
 *   areas        counts
 *   until        difference: reserved_until - decided_at, milliseconds
 *   unavailable  number, then of each: name; 1 byte, UNAVAILABLE_HAS_*; where the offset is there a
 *                difference to the offset named before it (0)
 *   pieces       number
 *   message      text, where it is not the outcome's own
 *   free_seats   number
 *   singles      names
 *   on sale      differences: from - decided_at, until - decided_at
 *   kept_seat_ids, kept_areas  names, counts
 *   unavailable_areas  number, then of each: name; 1 byte, UNAVAILABLE_AREA_HAS_*; numbers: room,
 *                taken
 *   customer     numbers: seats, holds
 * decisions.events
 *   format       1 byte, PACKED_FORMAT; then the events, each:
 *   what it is   a number: enum event_kind and EVENT_HAS_*, for what follows in this order:
 *   reservation  16 bytes, of a kind that has one and where it is not the reply's
 *   seat_ids     names
 *   areas        counts, of a kind that has a reservation
 *   until        difference: reserved_until - decided_at, of a kind that has one and likewise
 *   rules        number, of show_created
 *   policy       number: `given`; then what is given of title (text), the three numbers, on_sale_from
 *                and on_sale_until (differences to decided_at), closed and singles (a byte each),
 *                and the two limits of a customer (numbers); of show_created and show_changed
 *   places       number, then of each: 1 byte, PLACE_HAS_*, for section, row, pos, category, rank,
 *                flags, x and y. The first three names are texts, the numbers differences to that
 *                of the place before it; of flags 1 byte: how many, from bit 2 on each with 2 bits
 *   channels     number, then of each: name; 1 byte, CHANNEL_HAS_*; differences of on_sale_from and
 *                on_sale_until to decided_at; number and names of opens; of channels_set
 *   channel      name, of blocked
 *   areas        number, then of each: name; number: capacity; 1 byte, AREA_HAS_*; names of channel
 *                and category; of areas_set
 *
 * A number is LEB128: 7 bits a byte, the lowest first, the highest bit of a byte says that another
 * follows; no more bytes than it takes. A difference is a number, zigzag: 0, -1, 1, -2 ... as 0, 1,
 * 2, 3 ... A text is the number of its bytes, then these. Names are the number of them, then each a
 * text; counts likewise, each a name and a number of places.
 */
#ifndef HOLDFAST_MESSAGE_PACKED_H
#define HOLDFAST_MESSAGE_PACKED_H

#include "common/base/arena.h"
#include "common/message/event.h"
#include "common/message/reply.h"

#define PACKED_FORMAT 2

/* Append a reply as its row keeps it. */
void packed_add_reply(struct buf *b, const struct reply *r);

/*
 * Append one more event of the decision with that reply.
 *
 * ev  show_id and at as in the reply; reservation, seats, areas and until count as the reply's where
 *     seat_ids and areas are the very arrays, or empty as there, and the others are the same
 */
void packed_add_event(struct buf *b, const struct event *ev, const struct reply *r);

/*
 * Append the reply's body as it was first answered.
 *
 * kept   decisions.reply
 * r      given what the row's other columns say: outcome, type, ids, decided_at; left complete, for
 *        packed_expand_event
 * arena  takes what r points to then; names are borrowed from `kept`
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
	bool failed; /* they cannot be read, or out of memory */
};

/* kept  decisions.events; data NULL: there are none */
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
