/*
 * table.h - what a plot shows: columns of one length. Written as JSON by column or by row, and as
 * CSV.
 */
#ifndef HOLDFAST_AUDIT_REPORT_TABLE_H
#define HOLDFAST_AUDIT_REPORT_TABLE_H

#include <stdint.h>

#include "audit/report/list.h"
#include "common/base/json.h"
#include "common/base/text.h"

#define TABLE_COLUMNS_MAX 16
#define NO_NUMBER INT64_MIN /* null; an empty cell */

enum column_kind {
	COLUMN_NUMBER,
	COLUMN_TIME, /* ms of the epoch; in a column of JSON the difference to the row before */
	COLUMN_TEXT, /* data NULL: null */
	COLUMN_JSON, /* a value that is JSON already */
};

struct column {
	const char *name;      /* of JSON and CSV */
	enum column_kind kind;
};

/* A cell; which one counts says the kind of its column. */
union cell {
	int64_t number;
	struct text text;      /* borrowed */
};

/* TABLE_OF is an empty one. */
struct table {
	const char *name;      /* of the file, without its ending */
	const struct column *columns;
	size_t column_count;
	size_t json_from;      /* its first column in JSON: those before stand elsewhere there */
	union cell *cells;     /* row by row */
	size_t row_count;
	struct extent extent;
	bool failed;           /* out of memory */
};

#define TABLE_OF(name_, columns_, count_) \
	(struct table) {                      \
		.name = (name_), .columns = (columns_), .column_count = (count_) \
	}

/* A new last row, its numbers 0 and texts none; good until the next. NULL: out of memory, noted. */
union cell *table_add(struct table *t);
void table_release(struct table *t);
/* Leave the first `count` rows, if there are more. */
void table_cut(struct table *t, size_t count);

/* {"name":[..],..}: an array a column. base_ms: what the first time is the difference to */
void table_write_columns(const struct table *t, const char *key, int64_t base_ms, struct json *j);
/* [{"name":..,..},..] */
void table_write_rows(const struct table *t, const char *key, struct json *j);
/* Of two columns: the members "text":number of an object that is open. Texts need no escapes. */
void table_write_members(const struct table *t, struct json *j);
/* RFC 4180, with a header; times as instants. */
void table_write_csv(const struct table *t, struct buf *b);

#endif
