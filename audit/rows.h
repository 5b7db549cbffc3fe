/*
 * rows.h - holds the rows of the database against the fold, all in one snapshot.
 *
 * Knows: the statements audit_*. Doesn't know: Kafka.
 */
#ifndef HOLDFAST_AUDIT_ROWS_H
#define HOLDFAST_AUDIT_ROWS_H

#include "audit/fold.h"
#include "audit/report.h"
#include "common/db.h"

struct rows;

/* The row of partition_progress. */
struct standing {
	bool is_there;
	int64_t next_offset;      /* 0 where there is no row */
	bool has_decided;         /* the columns below are not null */
	int64_t decided_until_ms;
	int64_t last_offset;
	bool has_digest;
	uint8_t last_digest[SHA256_BYTES];
};

/*
 * Open a session, a snapshot in it, and read where each partition stands.
 *
 * rows  returned, release with rows_close also where it failed
 */
enum rc rows_open(struct rows **rows, const struct db_settings *settings, int32_t partition_count,
                  struct report *report, struct err *e) NODISCARD;
void rows_close(struct rows *rows); /* takes NULL */
const struct standing *rows_standing(const struct rows *rows, int32_t partition);

/* Where each partition stands by now, outside of the snapshot: `list` has partition_count. */
enum rc rows_standing_now(const struct db_settings *settings, int32_t partition_count,
                          struct standing *list, struct err *e) NODISCARD;

/* Compare the row in decisions of the record that the fold decided last. */
enum rc rows_compare_decision(struct rows *rows, const struct fold *fold,
                              const struct record *request, struct err *e) NODISCARD;
/* Behind the last record below next_offset; `last` NULL: there was none. */
enum rc rows_finish_partition(struct rows *rows, const struct fold *fold, int64_t last_offset,
                              const uint8_t last_digest[SHA256_BYTES], struct err *e) NODISCARD;

/* All other tables; `folds` has one for each partition. */
enum rc rows_compare_tables(struct rows *rows, struct fold *folds, struct err *e) NODISCARD;

#endif
