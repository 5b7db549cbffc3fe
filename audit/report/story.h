/*
 * story.h - what is kept of the requests of one show, one after another, for its report.
 *
 * Knows: verdicts and the model. Doesn't know: Kafka, what is made of it (figures.h).
 * Memory: some 100 bytes a request, and 4 for each seat that one names or moves. It borrows from the
 * fold, which is to live as long.
 *
 * Seats, areas and reservations stand here by their numbers in the fold's model.
 */
#ifndef HOLDFAST_AUDIT_REPORT_STORY_H
#define HOLDFAST_AUDIT_REPORT_STORY_H

#include "audit/fold/fold.h"
#include "audit/report/list.h"
#include "audit/report/wishes.h"

#define NOT_SEEN (-1)     /* the wait of a request whose reply was not seen */
#define NOBODYS (-1)      /* a change that is of no reservation */
#define CHANNEL_NONE (-1) /* no key was given, or none is known of a reservation */
#define CHANNEL_WRONG (-2) /* the key is no channel's */

/* Seats: `count` of story->seats from `at` on. */
struct seat_list {
	size_t at;
	uint32_t count;
};

struct story_request {
	int64_t offset, at_ms;    /* at_ms: t */
	int32_t wait_ms;          /* from its append time to the timestamp of its reply; NOT_SEEN */
	int16_t channel;          /* of asked ones, in story->channels; CHANNEL_NONE, CHANNEL_WRONG */
	uint8_t type, outcome;    /* enum request_type, enum outcome */
	bool is_unreadable;       /* row 1 of the decision table */
	bool is_repeated;         /* row 4 */
	bool is_asked;            /* reserve or change_hold, not repeated */
	bool is_ruled;            /* row 6: what it names is demand */
	/*
	 * Accepted: the seats that came in. Refused: those that it named and the show has; a confirm
	 * names those that it lost. The first taken_count of them were not to be had.
	 */
	struct seat_list seats;
	uint32_t taken_count;
	struct uuid request_id;   /* where it is readable */
};

/* What an event tells, and when. */
struct story_moment {
	int64_t offset, at_ms, reservation; /* reservation: or NOBODYS */
	char what;                /* held, extended, sold, released, lapsed, cancelled: h e s r l c;
	                             blocked, public again, added: b p + */
};

/* What became of seats and places. */
struct story_change {
	struct story_moment moment; /* first, so that a list is one of moments, too */
	int64_t until_ms;         /* of h and e; else 0 */
	struct seat_list seats;
	int32_t places;           /* of areas that go with them */
	bool is_retaken;          /* sold: the hold had ended */
};

/* The same of the places of one area. */
struct story_area_change {
	struct story_moment moment;
	uint32_t area;
	int32_t count;            /* what is held, sold or given back; of + the capacity from then on */
};

/* A show's policy, from a record on. */
struct story_policy {
	int64_t offset, at_ms;
	struct policy policy;
};

/* What was asked of an area. */
struct area_demand {
	int64_t requests;         /* reserve and change_hold that named it */
	int64_t wanted, refused, granted; /* places; wanted is both of the others */
};

struct story {
	struct text show_id;
	const struct show *show;  /* NULL: no readable request yet */
	int32_t partition;

	struct story_request *requests;
	struct extent request_extent;
	uint32_t *seats;
	struct extent seat_extent;
	struct story_change *changes;
	struct extent change_extent;
	struct story_area_change *area_changes;
	struct extent area_change_extent;
	struct story_policy *policies;
	struct extent policy_extent;
	struct text *channels;    /* that requests came by, in the order in which they were met */
	struct extent channel_extent;
	struct area_demand *areas; /* by number */
	struct extent area_extent;
	uint8_t (*limited)[SHA256_BYTES]; /* who was at his limit, once for each time */
	struct extent limited_extent;
	struct wishes wishes;
	UT_hash_handle hh;
};

/* NULL: out of memory. */
struct story *story_open(struct text show_id, int32_t partition);
void story_release(struct story *s); /* takes NULL */

/*
 * Keep what the fold's last record was about. Its key is the show's, and on the show's partition.
 *
 * replied_ms  the timestamp of its reply; below 0: it was not seen
 *
 * false: out of memory
 */
bool story_add(struct story *s, const struct fold *fold, const struct record *request,
               int64_t replied_ms) NODISCARD;

#endif
