/*
 * reply.h - the reply and event messages: writing them, reading what a client needs of them.
 *
 * Sections 5 and 6 of docs/protocol.md. A message is written in two parts: a body, which is the
 * same for a duplicate and for a repeated answer, and a tail, which names the record.
 */
#ifndef HOLDFAST_MESSAGE_REPLY_H
#define HOLDFAST_MESSAGE_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/ids.h"
#include "common/base/text.h"
#include "common/message/outcome.h"
#include "common/message/request.h"
#include "common/message/status.h"
#include "common/message/tail.h"

/* A refused seat. */
struct unavailable {
	struct text seat_id;
	bool has_status;            /* false: SEAT_EXISTS, UNKNOWN_SEAT list the seat_id only */
	enum seat_status status;
	bool has_taken_at;          /* false with has_status: null */
	int64_t taken_at_offset;
};

/* Texts are borrowed. What a reply of this outcome does not have is left zero. */
struct reply {
	enum outcome outcome;
	const char *message;        /* NULL: the outcome's own */
	enum request_type type;     /* REQUEST_NONE: null */
	bool has_request_id;
	struct uuid request_id;
	struct text show_id;        /* data NULL: null */
	bool has_reservation_id;
	struct uuid reservation_id;
	const struct text *seat_ids;
	size_t seat_count;          /* 0: absent */
	bool has_reserved_until;
	int64_t reserved_until_ms;
	bool is_revived;
	const struct unavailable *unavailable;
	size_t unavailable_count;   /* 0: absent */
	int64_t decided_at_ms;
};

enum event_kind {
	EVENT_SHOW_CREATED,
	EVENT_SEATS_ADDED,
	EVENT_RESERVED,
	EVENT_EXTENDED,
	EVENT_SOLD,
	EVENT_RELEASED,
	EVENT_EXPIRED,
	EVENT_CANCELLED,
	EVENT_KIND_COUNT,
};
const char *event_kind_name(enum event_kind kind); /* "show_created" ... */

struct event {
	enum event_kind kind;
	struct text show_id;
	bool has_reservation_id;
	struct uuid reservation_id;
	const struct text *seat_ids;
	size_t seat_count;
	bool has_reserved_until;
	int64_t reserved_until_ms;
	int64_t at_ms;
	struct text title;          /* show_created; data NULL: absent */
	int32_t hold_seconds, max_hold_seconds, max_seats; /* show_created */
};

/* Append a body: the object without its closing brace. */
void reply_encode_body(struct buf *b, const struct reply *r);
void event_encode_body(struct buf *b, const struct event *ev);

#define NOT_A_DUPLICATE (-1)

/* Append a whole message made of a body. duplicate_of: an offset or NOT_A_DUPLICATE. */
void reply_encode_whole(struct buf *b, struct text body, int64_t duplicate_of,
                        const struct record_place *place);
void event_encode_whole(struct buf *b, struct text body, const struct record_place *place);

/* What a client needs of a reply, texts borrowed from the arena. */
struct reply_view {
	bool has_request_id;
	struct uuid request_id;
	struct text show_id;
	struct text reason;
	int code;
	struct text topic;          /* of the request, and where it stands there */
	int32_t partition;
	int64_t offset;
	int64_t duplicate_of;       /* NOT_A_DUPLICATE: none */
	int64_t decided_at_ms;
	bool has_reservation_id;
	struct uuid reservation_id;
};

/* RC_REJECT: not a reply. */
enum rc reply_decode(struct text json, struct arena *arena, struct reply_view *v,
                     struct err *e) NODISCARD;
bool reply_is_accepted(const struct reply_view *v);

/*
 * Append the first seats of a reply's `unavailable`, at most `shown_max`, with commas between.
 * Returns how many there are.
 */
size_t reply_list_unavailable(struct text json, size_t shown_max, struct buf *list);

#endif
