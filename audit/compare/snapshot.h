/*
 * snapshot.h - a session of one database, all of whose statements see the same moment.
 *
 * Knows: where each partition stood then. Doesn't know: Kafka, the fold.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_SNAPSHOT_H
#define HOLDFAST_AUDIT_COMPARE_SNAPSHOT_H

#include "audit/compare/progress.h"
#include "audit/compare/report.h"
#include "common/db/db.h"
#include "common/pipeline/database_map.h"

struct snapshot {
	const struct database *database;
	int32_t partition_count;   /* of the topic */
	struct progress *progress; /* by partition; of others than the database's nothing is known */
	struct db *db;
	struct db_args args;       /* of the next snapshot_read */
};

/*
 * Open a session, a snapshot in it, and read where each partition stands. Rows of partitions that
 * the database does not serve are reported.
 *
 * snapshot  release with snapshot_close also where it failed
 *
 * RC_FATAL  FROM_PIPELINE: the database's workers are of another group
 */
enum rc snapshot_open(struct snapshot *snapshot, const struct database *database,
                      const char *group_id, int32_t partition_count, struct report *report,
                      struct err *e) NODISCARD;
void snapshot_close(struct snapshot *snapshot); /* takes a zeroed one */
bool snapshot_serves(const struct snapshot *snapshot, int32_t partition);

/* One statement, with `args`, which are cleared. */
enum rc snapshot_read(struct snapshot *snapshot, enum query query, struct db_rows *page,
                      struct err *e) NODISCARD;

#endif
