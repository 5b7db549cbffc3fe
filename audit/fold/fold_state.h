/*
 * fold_state.h - what a fold knows: the shows of its partition, and all about the last record.
 *
 * Filled by fold.c, and by rules.c for what each type of request comes to.
 */
#ifndef HOLDFAST_AUDIT_FOLD_FOLD_STATE_H
#define HOLDFAST_AUDIT_FOLD_FOLD_STATE_H

#include "audit/fold/reservations.h"
#include "common/base/arena.h"
#include "common/base/record.h"

/* Events of one record: a lapsed hold for each of its places and the session's own, and two more. */
#define CHANGES_MAX (RESERVE_SEATS_MAX + 3)

#define OTHER_CAPACITIES_MAX 10

/* Another policy for every show, for --what-if. 0: as the show has it. */
struct other_policy {
	int32_t hold_seconds, max_hold_seconds, max_seats;
	int32_t singles; /* OTHER_SINGLES of one of them */
	int32_t max_customer_seats, max_customer_holds; /* OTHER_LIMIT of one */
	/* Areas that have this capacity whatever they are given. Ids are borrowed. */
	struct area_capacity {
		struct text area_id;
		int32_t capacity;
	} capacities[OTHER_CAPACITIES_MAX];
	size_t capacity_count;
};

#define OTHER_SINGLES(singles) ((int32_t)(singles) + 1)
#define OTHER_LIMIT(limit) ((int32_t)(limit) + 1) /* 0 is one, too: none */

struct fold {
	int32_t partition, partition_count;
	struct other_policy policy;
	struct model model;
	int64_t t_ms;                      /* of the last record */
	bool has_foreign_clock;            /* the last record was not on LogAppendTime */
	int64_t records;

	/* Of the last record, until the next fold_decide. */
	struct verdict verdict;            /* its lists of them lie below */
	struct show *show;                 /* that it named; NULL: none */
	bool is_claim;                     /* the decision claims the request_id */
	struct change changes[CHANGES_MAX];
	size_t change_count;
	struct request request;            /* texts in `arena` */
	struct arena arena;
	struct refusal refusals[ADD_SEATS_MAX];
	struct area_refusal area_refusals[SET_AREAS_MAX];
	struct policy told;                /* of show_created and show_changed */
};

/* The policy that counts for a show: its own, but for what the fold is given another of. */
struct policy fold_policy(const struct fold *fold, const struct show *show);

#endif
