/*
 * prunable.h - which decisions of each partition may go, and what came of it.
 *
 * Knows: the rule. Doesn't know: the servers.
 */
#ifndef HOLDFAST_ADMIN_PRUNABLE_H
#define HOLDFAST_ADMIN_PRUNABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/base/text.h"
#include "common/message/request.h"

#define PRUNE_DAY_MS INT64_C(86400000)
#define PRUNE_DAYS_MIN ((unsigned)(CLAIM_MS / PRUNE_DAY_MS)) /* no claim that counts may go */

/* How old is old: of the two one is given. */
struct prune_age {
	bool has_before;
	int64_t before_ms;
	uint64_t keep_days; /* of the partition's own time */
};

enum prune_state {
	PRUNE_UNDECIDED,  /* nothing was decided */
	PRUNE_UNANSWERED, /* the group has no committed offset: what is answered is not known */
	PRUNE_UNMARKED,   /* nor where no worker has set it */
	PRUNE_UNFINISHED,
	PRUNE_DONE,
};

/* One partition. */
struct prunable {
	enum prune_state state;
	int64_t decided_until_ms; /* its time; -1: nothing was decided */
	int64_t answered;         /* the group's committed offset; -1: none */
	bool is_marked;           /* a worker has set that offset */
	int64_t before_ms;        /* what was decided before it may go; where UNFINISHED or DONE */
	int64_t first, end;       /* offsets of the rows that may go: from first, below end */
	int64_t kept_from;        /* the rows below that offset are gone, or counted */
	uint64_t rows;            /* deleted, or counted */
};

/*
 * Read the options: a day or a time, or else days.
 *
 * RC_USAGE: neither, both, not of the form, or too few days
 */
enum rc prune_age_read(struct prune_age *age, const char *before, uint64_t keep_days,
                       struct err *e) NODISCARD;

/*
 * Set state and before_ms of each partition by its time and its committed offset.
 *
 * RC_USAGE: on some partition a claim of what was decided before that time may count
 *            yet; each is logged with the latest time that it allows
 */
enum rc prune_age_apply(const struct prune_age *age, struct prunable *list, int32_t count,
                        struct err *e) NODISCARD;

void prunable_print(const struct prunable *list, int32_t count, bool is_dry_run, bool is_json,
                    struct buf *to);

#endif
