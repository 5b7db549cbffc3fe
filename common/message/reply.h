/*
 * reply.h - the reply message: writing it, reading what a client needs of it.
 *
 * Section 5 of docs/protocol.md. A message is written in two parts: a body, which is the
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

/* A seat that is listed as not to be had. */
struct unavailable {
	struct text seat_id;
	bool has_status;            /* false: the seat_id only, as in UNKNOWN_SEAT */
	enum seat_status status;    /* SEAT_AVAILABLE: free and not open, `blocked`, with nothing behind */
	bool has_taken_at;          /* false with has_status: null */
	int64_t taken_at_offset;
};

/* An area that is listed as not to be had. */
struct unavailable_area {
	struct text area_id;
	bool has_room;   /* AREA_FULL, and HOLD_EXPIRED of a confirm */
	int64_t room;
	bool has_taken;  /* BELOW_TAKEN */
	int64_t taken;   /* held and sold */
};

/* What a customer has of a show, before the request. */
struct customer_has {
	int64_t seats; /* places in live holds and confirmed reservations */
	int64_t holds; /* live ones */
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
	const struct area_count *areas;
	size_t area_count;          /* 0: absent */
	const struct text *kept_seat_ids; /* of PARTLY_CANCELLED, and so the next */
	size_t kept_seat_count;     /* 0: absent */
	const struct area_count *kept_areas;
	size_t kept_area_count;     /* 0: absent */
	bool has_reserved_until;
	int64_t reserved_until_ms;
	bool is_revived;
	const struct unavailable *unavailable;
	size_t unavailable_count;   /* 0: absent */
	const struct unavailable_area *unavailable_areas;
	size_t unavailable_area_count; /* 0: absent */
	int32_t pieces;             /* 0: absent */
	bool has_free_seats;
	size_t free_seats;
	const struct text *singles;
	size_t single_count;        /* 0: absent */
	const struct sale_window *on_sale; /* of NOT_ON_SALE; NULL: the show is closed */
	bool has_customer;          /* of CUSTOMER_LIMIT: what the customer has */
	struct customer_has customer;
	int64_t decided_at_ms;
};

/* Append a body: the object without its closing brace. */
void reply_encode_body(struct buf *b, const struct reply *r);

#define NOT_A_DUPLICATE (-1)

/* Append a whole message made of a body. duplicate_of: an offset or NOT_A_DUPLICATE. */
void reply_encode_whole(struct buf *b, struct text body, int64_t duplicate_of,
                        const struct record_place *place);

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
 * Append the first seats of a reply's `unavailable`, then areas of its `unavailable_areas`, at most
 * `shown_max` together, each in quotes as JSON has it, since a name may have commas, with commas
 * between. Returns how many there are.
 */
size_t reply_list_unavailable(struct text json, size_t shown_max, struct buf *list);

#endif
