/*
 * rows_inside.h - what rows.c and tables.c share. For those files only.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_ROWS_INSIDE_H
#define HOLDFAST_AUDIT_COMPARE_ROWS_INSIDE_H

#include "audit/compare/rows.h"
#include "common/base/arena.h"

struct rows {
	const struct database *database;
	struct db *db;
	struct report *report;
	int32_t partition_count;  /* of the topic */
	struct progress *progress; /* by partition; of others than the database's nothing is known */

	/* The page of decisions that is being gone through. */
	int32_t partition;        /* -1: none yet */
	int64_t read_until;       /* offset of the last row read */
	bool is_ended;
	bool has_begun;
	struct db_rows page;
	int row;
	struct db_args args;
	struct buf body;          /* of a reply or an event as it must be, */
	struct buf found;         /* and as the row has it */
	struct reply reply;       /* what the row has; it and its events point into: */
	struct arena expanded;
};

/* One statement, with rows->args, which are cleared. */
enum rc rows_read(struct rows *rows, enum query query, struct db_rows *page,
                  struct err *e) NODISCARD;

/* Two texts of a column, reported where they differ; data NULL is null. */
struct column {
	struct rows *rows;
	int32_t partition;
	int64_t offset;
	char row[220];            /* "seat A1 of show x" */
};

void column_text(const struct column *c, const char *name, struct text expected, struct text found);
void column_integer(const struct column *c, const char *name, bool is_expected, int64_t expected,
                    const struct db_rows *page, int row, int column); /* int4 or int8 */
void column_time(const struct column *c, const char *name, bool is_expected, int64_t expected_ms,
                 const struct db_rows *page, int row, int column);
void column_uuid(const struct column *c, const char *name, const struct uuid *expected,
                 const struct db_rows *page, int row, int column);
void column_bytes(const struct column *c, const char *name, struct text expected,
                  struct text found); /* shown as hexadecimal */

#endif
