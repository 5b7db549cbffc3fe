/*
 * fold.h - section 4 of docs/protocol.md once more: each record decided from the ones before it.
 *
 * Knows: the decision table. Doesn't know: the worker, which decides by code of its own; what was
 * really answered.
 * Threads: a fold belongs to one thread.
 */
#ifndef HOLDFAST_AUDIT_FOLD_FOLD_H
#define HOLDFAST_AUDIT_FOLD_FOLD_H

#include "audit/fold/model.h"
#include "common/base/arena.h"
#include "common/base/record.h"

/* Events of one record: a lapsed hold for each of its seats and the session's own, and its own. */
#define CHANGES_MAX (RESERVE_SEATS_MAX + 2)

/* Another policy for every show, for --what-if. 0: as the show has it. */
struct policy {
	int32_t hold_seconds, max_hold_seconds, max_seats;
};

struct fold {
	int32_t partition, partition_count;
	struct policy policy;
	struct model model;
	int64_t t_ms;                      /* of the last record */
	bool has_foreign_clock;            /* the last record was not on LogAppendTime */
	int64_t records;

	/* Of the last record, until the next fold_decide. */
	struct verdict verdict;            /* its refusals lie in `refusals` */
	struct show *show;                 /* that it named; NULL: none */
	bool is_claim;                     /* the decision claims the request_id */
	struct change changes[CHANGES_MAX];
	size_t change_count;
	struct request request;            /* texts in `arena` */
	struct arena arena;
	struct refusal refusals[ADD_SEATS_MAX];
};

/* Zeroed but partition and partition_count is a fold at the beginning. */
void fold_release(struct fold *fold);

/* Decide the next record of the partition. false: out of memory, the fold cannot be used on. */
bool fold_decide(struct fold *fold, const struct record *record);

/* t that the next record of the partition has. */
int64_t fold_time_of(const struct fold *fold, const struct record *record);

/*
 * Pass over the next record: it tells the time and nothing else. For records whose key is another
 * show's than the one looked at, as a show is changed by records of its own key alone.
 */
void fold_pass(struct fold *fold, const struct record *record);

#endif
