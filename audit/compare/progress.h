/*
 * progress.h - the rows of partition_progress: how far the rows are, and whether that can be.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_PROGRESS_H
#define HOLDFAST_AUDIT_COMPARE_PROGRESS_H

#include "audit/compare/report.h"
#include "common/db/db.h"
#include "common/base/digest.h"
#include "common/pipeline/database_map.h"

/* The row of one partition. */
struct progress {
	bool is_there;
	int64_t next_offset;        /* 0 where there is no row */
	bool has_decided_until, has_last_offset, has_last_digest; /* they are not null */
	int64_t decided_until_us;
	int64_t last_offset;
	uint8_t last_digest[SHA256_BYTES];
	bool is_wrong;              /* it was said that next_offset is */
	bool is_left_out;           /* its requests are gone: no row of its shows is looked at */
};

/*
 * Read every row of one database.
 *
 * list    by partition; only those that the database serves are written
 * report  gets rows of other partitions; NULL: nobody is told
 */
enum rc progress_read(struct db *db, struct partition_range served, struct progress *list,
                      struct report *report, struct err *e) NODISCARD;

/* The same in a session of its own, so as it is by now. */
enum rc progress_read_now(const struct database *database, struct progress *list,
                          struct err *e) NODISCARD;

/*
 * D: the offset that the other rows are compared at. It is next_offset, unless that cannot be right
 * beside the group's committed offset. Then that is reported, and the likeliest other one is taken,
 * or every row behind it would be a difference.
 *
 * committed  -1: none
 */
int64_t progress_bound(struct progress *row, int64_t committed, struct report *report,
                       int32_t partition);

/* Compare with what was decided last below D. last_offset -1: nothing was. */
void progress_compare(const struct progress *row, struct report *report, int32_t partition,
                      int64_t t_ms, int64_t last_offset, const uint8_t last_digest[SHA256_BYTES]);

#endif
