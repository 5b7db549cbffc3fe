/*
 * decisions.h - holds the table of decisions against the fold, row by row as the fold goes on.
 *
 * Knows: one snapshot, a page of its rows. Doesn't know: the other tables (tables.h), Kafka.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_DECISIONS_H
#define HOLDFAST_AUDIT_COMPARE_DECISIONS_H

#include "audit/compare/snapshot.h"
#include "audit/fold/fold.h"
#include "common/base/arena.h"

struct decisions {
	struct snapshot *snapshot;
	struct report *report;

	/* The page that is being gone through. */
	int32_t partition;        /* -1: none yet */
	int64_t read_until;       /* offset of the last row read */
	bool is_ended;
	bool has_begun;           /* a row was met: what lacks one from here on was not pruned */
	struct db_rows page;
	int row;

	struct buf body;          /* of a reply or an event as it must be, */
	struct buf found;         /* and as the row has it */
	struct reply reply;       /* what the row has; it and its events point into: */
	struct arena expanded;
};

/* snapshot, report: borrowed */
void decisions_open(struct decisions *decisions, struct snapshot *snapshot, struct report *report);
void decisions_close(struct decisions *decisions); /* takes a zeroed one */

/* Compare the row of the record that the fold decided last. Partitions come one after another. */
enum rc decisions_compare(struct decisions *decisions, const struct fold *fold,
                          const struct record *request, struct err *e) NODISCARD;
/* Behind the last record below D: what rows there still are belong to none. */
enum rc decisions_finish(struct decisions *decisions, int32_t partition,
                         struct err *e) NODISCARD;

#endif
