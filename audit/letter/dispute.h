/*
 * dispute.h - one request as the log has it: what it asked for, what stood before it, what it was
 * answered, what came of it.
 *
 * Collected by disputes.h. All of it borrows from the fold, which is to live as long.
 * Keeps no secret: of the request what is one is dropped as soon as it was read.
 */
#ifndef HOLDFAST_AUDIT_LETTER_DISPUTE_H
#define HOLDFAST_AUDIT_LETTER_DISPUTE_H

#include "audit/fold/fold.h"

/* A record, and its t. */
struct point {
	int64_t offset; /* NO_OFFSET: there is none */
	int64_t t_ms;
};

/* How a seat stood when the request came. */
enum stood {
	STOOD_FREE,
	STOOD_LAPSED,  /* free, as the hold on it had run out */
	STOOD_TAKEN,   /* held or sold */
	STOOD_BLOCKED, /* free, and for sale by a channel that the request had no key of */
	STOOD_OWN,     /* in the hold that the request changes */
	STOOD_SINGLE,  /* nobody asked for it: it would have been left alone */
	STOOD_LISTED,  /* the reply lists it, and the outcome says why */
};

struct stood_seat {
	const struct seat *seat;           /* NULL: the show has none of that name */
	struct text id;
	enum stood how;
	enum seat_status status;           /* STOOD_TAKEN: reserved or sold */
	const struct reservation *holder;  /* STOOD_TAKEN, STOOD_LAPSED */
	struct point taken;                /* STOOD_TAKEN: since then */
	int64_t until_ms;                  /* STOOD_LAPSED: when it ran out */
	struct text channel;               /* STOOD_BLOCKED; "public" is one, too */

	/* STOOD_TAKEN: what its holder did with it since, and who had it next. */
	struct point sold, gone;
	enum event_kind gone_by;           /* released, expired or cancelled */
	const struct reservation *next_holder; /* NULL: nobody so far */
	struct point next;
};

struct stood_area {
	struct text id;
	int32_t wanted;                    /* of set_areas the capacity */
	bool is_refused, is_known, is_blocked;
	struct text channel;               /* is_blocked: whose it is; data NULL: public */
	int64_t room, capacity, sold, held; /* is_known; held: in live holds */
	/* Who had places of it last before the request, and how many; NULL: nobody had any. */
	const struct reservation *last;
	int32_t last_count;
	struct point last_at;
};

/* What a later record did with the reservation, or asked of it in vain. */
struct later {
	struct point at;
	enum request_type type;
	struct uuid request_id;            /* where the type is a customer's or an organiser's */
	enum outcome outcome;
	bool has_changed;                  /* else nothing changed, and the rest is empty */
	enum event_kind kind;
	bool is_part, is_retaken;
	int64_t until_ms;                  /* reserved, extended */
	const struct text *seat_ids;
	size_t seat_count;
	const struct area_count *areas;
	size_t area_count;
	struct later *next;
};

/* The same id once more. */
struct repeat {
	struct point at;
	bool is_other;                     /* with other content: 422 */
	struct repeat *next;
};

struct dispute {
	struct arena arena;
	int32_t partition;
	int64_t offset, appended_ms;       /* -1: the record has no append time */
	int64_t records_before;            /* of the partition, that can be seen */
	struct request request;            /* its secrets are gone; texts in `arena` */
	struct verdict verdict;            /* without what it lists as not to be had */
	const struct show *show;           /* NULL: none was named */
	bool has_show;                     /* it was created when the request came */
	struct policy policy;              /* where it was */
	struct text channel;               /* by which the request came; data NULL: none */

	/* The reservation that it made or is about, as it was behind it; NULL: none. */
	const struct reservation *about;
	enum reservation_status about_status;
	int64_t about_until_ms, about_ended_ms;
	struct seat *const *about_seats;
	size_t about_seat_count;
	const struct area_count *about_areas;
	size_t about_area_count;
	bool is_retaken;                   /* confirmed after it had expired */

	struct stood_seat *seats;          /* named, given or listed; in that order */
	size_t seat_count;
	struct stood_area *areas;
	size_t area_count;
	struct buf reply;                  /* the value that its reply must have */
	const char *reply_topic;           /* of --reply-topics, where it was asked for; NULL: none */
	int32_t reply_partition;

	struct later *later, **later_end;
	size_t later_count;                /* of all, kept or not */
	struct repeat *repeats, **repeats_end;
	size_t repeat_count;               /* likewise */
	struct dispute *next;              /* a later record of the same id that was decided anew */
};

#endif
