/*
 * rows.h - what a statement returned: cells, in PostgreSQL's binary form.
 */
#ifndef HOLDFAST_DB_ROWS_H
#define HOLDFAST_DB_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/ids.h"
#include "common/base/text.h"

/* Rows, in binary; borrowed texts live until db_rows_release. */
struct db_rows {
	void *result; /* NULL: none */
	int count;    /* rows */
	int64_t changed; /* rows that the statement inserted, updated or deleted */
};

bool db_is_null(const struct db_rows *r, int row, int column);
bool db_bool(const struct db_rows *r, int row, int column);
int32_t db_int4(const struct db_rows *r, int row, int column);
int64_t db_int8(const struct db_rows *r, int row, int column);
int64_t db_integer(const struct db_rows *r, int row, int column); /* of either width */
struct text db_text(const struct db_rows *r, int row, int column); /* or bytea; NULL: data NULL */
struct uuid db_uuid(const struct db_rows *r, int row, int column);
int64_t db_time_ms(const struct db_rows *r, int row, int column);
/* As the column has it; INT64_MAX is infinity, INT64_MIN -infinity. */
int64_t db_time_us(const struct db_rows *r, int row, int column);
struct text *db_text_array(const struct db_rows *r, int row, int column, struct arena *arena,
                           size_t *count); /* copied to the arena; no nulls in it */
void db_rows_release(struct db_rows *r);

#endif
