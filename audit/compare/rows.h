/*
 * rows.h - holds the rows of one database against the fold, all in one snapshot.
 *
 * Knows: the statements audit_*. Doesn't know: Kafka.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_ROWS_H
#define HOLDFAST_AUDIT_COMPARE_ROWS_H

#include "audit/fold/fold.h"
#include "audit/compare/progress.h"
#include "audit/compare/report.h"
#include "common/pipeline/database_map.h"

struct rows;

/*
 * Open a session, a snapshot in it, and read where each partition stands.
 *
 * rows  returned, release with rows_close also where it failed
 *
 * RC_FATAL  exit code 3: the database's workers are of another group
 */
enum rc rows_open(struct rows **rows, const struct database *database, const char *group_id,
                  int32_t partition_count, struct report *report, struct err *e) NODISCARD;
void rows_close(struct rows *rows); /* takes NULL */
struct progress *rows_progress(struct rows *rows, int32_t partition);

/*
 * Where each of the database's partitions stands by now, outside of the snapshot: written to `list`,
 * which goes by partition.
 */
enum rc rows_progress_now(const struct database *database, struct progress *list,
                          struct err *e) NODISCARD;

/* Compare the row in decisions of the record that the fold decided last. */
enum rc rows_compare_decision(struct rows *rows, const struct fold *fold,
                              const struct record *request, struct err *e) NODISCARD;
/* Behind the last record below D; last_offset -1: there was none. */
enum rc rows_finish_partition(struct rows *rows, const struct fold *fold, int64_t last_offset,
                              const uint8_t last_digest[SHA256_BYTES], struct err *e) NODISCARD;

/* All other tables; `folds` has one for each partition, also of those that are served elsewhere. */
enum rc rows_compare_tables(struct rows *rows, struct fold *folds, struct err *e) NODISCARD;

#endif
