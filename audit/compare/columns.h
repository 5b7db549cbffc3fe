/*
 * columns.h - two values of one column, as folded and as the database has it, reported where they
 * differ.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_COLUMNS_H
#define HOLDFAST_AUDIT_COMPARE_COLUMNS_H

#include "audit/compare/report.h"
#include "common/base/ids.h"
#include "common/db/db.h"

/* Of which row, and what a difference is said of. */
struct column {
	struct report *report;
	int32_t partition;
	int64_t offset;  /* of the request that made the row so, or NO_OFFSET */
	char row[220];   /* "seat A1 of show x" */
};

/* Report what differs under the name of the column; data NULL is null. */
void column_differs(const struct column *c, const char *name, struct text expected,
                    struct text found);

/* Compare. */
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
