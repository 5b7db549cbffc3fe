/*
 * event.h - the event message: writing it.
 *
 * Section 6 of docs/protocol.md. As a reply it has a body and a tail: reply.h.
 */
#ifndef HOLDFAST_MESSAGE_EVENT_H
#define HOLDFAST_MESSAGE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/ids.h"
#include "common/base/text.h"
#include "common/message/area.h"
#include "common/message/channel.h"
#include "common/message/place.h"
#include "common/message/policy.h"
#include "common/message/tail.h"

/* Their numbers stand in the rows of decisions (packed.h): none changes, new ones come last. */
enum event_kind {
	EVENT_SHOW_CREATED,
	EVENT_SHOW_CHANGED,
	EVENT_SEATS_ADDED,
	EVENT_SEATS_CHANGED,
	EVENT_CHANNELS_SET,
	EVENT_BLOCKED,
	EVENT_UNBLOCKED,
	EVENT_RESERVED,
	EVENT_EXTENDED,
	EVENT_SOLD,
	EVENT_RELEASED,
	EVENT_EXPIRED,
	EVENT_CANCELLED,
	EVENT_AREAS_SET,
	EVENT_KIND_COUNT,
};
const char *event_kind_name(enum event_kind kind); /* "show_created" ... */
bool event_kind_of(struct text name, enum event_kind *kind); /* false: no such */
bool event_has_reservation(enum event_kind kind);
bool event_has_until(enum event_kind kind); /* reserved, extended */

/* What an event of this kind does not have is left zero, and is not looked at. All is borrowed. */
struct event {
	enum event_kind kind;
	bool is_change;             /* what is listed is a part of the reservation, not all of it */
	bool is_retaken;            /* sold: the hold had expired */
	int32_t rules;              /* show_created */
	struct text show_id;
	struct uuid reservation_id; /* where event_has_reservation */
	int64_t reserved_until_ms;  /* where event_has_until */
	int64_t at_ms;
	/* Of seats_changed not written but as part of `seats`. */
	const struct text *seat_ids;
	size_t seat_count;          /* 0: absent */
	const struct area_count *areas; /* where event_has_reservation */
	size_t area_count;          /* 0: absent */
	/* seats_added, seats_changed: as given, of the last place_count of the seat_ids. */
	const struct place *places;
	size_t place_count;         /* 0: absent */
	/* show_created: the policy as it is, show_changed: what differs; `given` says what of it. */
	const struct policy *policy;
	/* channels_set: as given; their keys are not looked at. */
	const struct channel *channels;
	size_t channel_count;
	const struct area *set_areas; /* areas_set: as given */
	size_t set_area_count;
	struct text channel;        /* blocked */
};

/* Append a body: the object without its closing brace. */
void event_encode_body(struct buf *b, const struct event *ev);
/* Append a whole message made of a body. */
void event_encode_whole(struct buf *b, struct text body, const struct record_place *place);

#endif
