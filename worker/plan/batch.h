/*
 * batch.h - requests taken together, and what was decided of them.
 *
 * Knows: records, decoded requests, decisions. Doesn't know: Kafka, the database.
 */
#ifndef HOLDFAST_WORKER_PLAN_BATCH_H
#define HOLDFAST_WORKER_PLAN_BATCH_H

#include "common/message/reply.h"
#include "common/message/request.h"
#include "common/base/record.h"
#include "common/base/text.h"

#define BATCH_MAX 10000
#define BATCH_PLACES_MAX 20000 /* that the records of one transaction name, ask for or drop */

/* What one record came to. Texts live in the batch's plan arena. */
struct decision {
	enum outcome outcome;
	int64_t decided_at_ms;   /* as in the reply: of a duplicate the first one's */
	int64_t duplicate_of;    /* NOT_A_DUPLICATE: none */
	bool is_claim;           /* the request id is claimed by it */
	enum request_type type;  /* as in the reply */
	bool has_request_id;
	struct uuid request_id;
	struct text show_id;     /* data NULL: null */
	struct text reply;       /* as common/message/packed.h says */
	struct text events;      /* likewise; data NULL: none */
	size_t seats_asked;      /* for the log lines of a reserve */
	size_t seats_refused;
	size_t holds_expired;    /* that it ended because they had lapsed */
	int64_t late_ms;         /* EXPIRED: since the hold's reserved_until */
};

struct subject;

/* A record on its way through the lane. */
struct entry {
	struct record record;
	struct request request;
	struct subject *about;   /* plan_want's; only plan_batch looks at it */
	int64_t t_ms;            /* time of the decision */
	struct decision decision;
};

struct batch {
	struct entry *entries;
	size_t count;
	size_t decoded;          /* the first so many entries are decoded, and their t_ms set */
	int64_t before_ms;       /* t of the record before the batch, from which those were counted */
	struct arena requests;   /* what the decoded requests point to */
	struct arena plan;       /* what the decisions point to */
	bool has_wrong_clock;    /* a record is not on LogAppendTime: stop behind this batch */
	bool is_decided;         /* every entry has its decision, committed in the database */
};

/*
 * Decode the requests and set the times of the decisions. What was decoded before is left as it is;
 * if it was with another before_ms, its times are set anew.
 *
 * before_ms  t of the record before the batch on the partition; 0 for the first
 * false: out of memory
 */
bool batch_decode(struct batch *batch, int64_t before_ms) NODISCARD;
/* The same, but stop when `max` more entries are decoded. */
bool batch_decode_some(struct batch *batch, int64_t before_ms, size_t max) NODISCARD;

/*
 * How many of the decoded entries [first, first + count) may be decided in one transaction; at
 * least the first. It ends
 *
 * - before a customer's, a cancelling or the pipeline's record of a show that a record before it
 *   sets up: who chooses and takes seats finds the show as its organiser left it. Records that set
 *   shows up go together, and may follow those of customers;
 * - before the record with which more than BATCH_PLACES_MAX seats and places of areas are named.
 *
 * What is decided does not depend on where it ends.
 */
size_t batch_together(const struct batch *batch, size_t first, size_t count);

/* What the row's other columns say of the reply: what packed_expand_reply is given. */
struct reply decision_head(const struct decision *d);

/* Give back the records and forget everything; memory is kept. */
void batch_clear(struct batch *batch);
void batch_release(struct batch *batch);

#endif
