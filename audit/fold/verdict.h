/*
 * verdict.h - what must have been answered to one request, and what must have come of it.
 */
#ifndef HOLDFAST_AUDIT_FOLD_VERDICT_H
#define HOLDFAST_AUDIT_FOLD_VERDICT_H

#include "common/message/event.h"
#include "common/message/reply.h"

struct reservation;
struct seat;

/* A seat that a reply lists as not to be had. */
struct refusal {
	struct text seat_id;
	struct text channel;               /* blocked: free, but for sale by this channel alone */
	enum seat_status status;           /* where it has a winner */
	int64_t taken_at, taken_ms;        /* as in the seat */
	const struct reservation *winner;  /* who held it then; NULL: nobody */
};

/* An area that a reply lists as not to be had. */
struct area_refusal {
	struct text area_id;
	int32_t wanted;                    /* places that were asked for; of BELOW_TAKEN the capacity */
	bool is_blocked;                   /* not open to the request: it has no room for it */
	bool has_room, has_taken;
	int64_t room, taken;
};

/* What stays of a reservation. */
struct kept {
	struct seat *const *seats;
	size_t seat_count;
	const struct area_count *areas;
	size_t area_count;
};

/* Texts, seats and reservations are borrowed from the model, refusals are as fold.h says. */
struct verdict {
	enum outcome outcome;
	enum request_type type;            /* REQUEST_NONE: null in the reply */
	bool has_request_id;
	struct uuid request_id;
	struct text show_id;               /* data NULL: null in the reply */
	const struct reservation *reservation; /* the reply's reservation_id; NULL: none */
	struct seat *const *seats;         /* the reply's seat_ids */
	size_t seat_count;
	const struct area_count *areas;
	size_t area_count;
	const struct kept *kept;           /* of PARTLY_CANCELLED; NULL: others */
	bool has_until;
	int64_t until_ms;
	bool is_revived;
	int32_t pieces;                    /* of best; 0: not asked for */
	bool has_free_seats;
	size_t free_seats;
	bool has_window;                   /* NOT_ON_SALE by this one: the show is not closed */
	struct sale_window window;
	bool has_customer;                 /* CUSTOMER_LIMIT: what the customer has */
	struct customer_has customer;
	struct refusal *refusals;          /* of LEAVES_SINGLE its singles */
	size_t refusal_count;
	struct area_refusal *area_refusals;
	size_t area_refusal_count;
	int64_t decided_ms;
	int64_t duplicate_of;              /* NOT_A_DUPLICATE */
	const char *dead_letter;           /* why the record is one; NULL: it is none */
};

/* A change, which is an event. What came of the request is borrowed from it and its fold. */
struct change {
	enum event_kind kind;
	bool is_change;  /* what is listed is a part of the reservation */
	bool is_retaken; /* sold: the hold had expired */
	const struct reservation *reservation; /* NULL: none */
	struct seat *const *seats;
	size_t seat_count;
	const struct area_count *areas;    /* of the reservation */
	size_t area_count;
	int64_t until_ms;                  /* reserved, extended */
	const struct policy *policy;       /* show_created, show_changed: what is told of it */
	const struct place *places;        /* seats_added, seats_changed: as given, of the last seats */
	size_t place_count;
	const struct channel *channels;    /* channels_set: as given */
	size_t channel_count;
	const struct area *set_areas;      /* areas_set: as given */
	size_t set_area_count;
	struct text channel;               /* blocked */
};

#endif
