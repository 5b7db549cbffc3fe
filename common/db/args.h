/*
 * args.h - arguments of a statement, in PostgreSQL's binary form.
 *
 * Memory that runs out is remembered (`bytes.failed`), and told by db_run.
 */
#ifndef HOLDFAST_DB_ARGS_H
#define HOLDFAST_DB_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/ids.h"
#include "common/base/text.h"

#define DB_EPOCH_MS INT64_C(946684800000) /* the year 2000, from which PostgreSQL counts */

/* Arguments of one statement, in binary. Zeroed is none. */
#define DB_ARGS_MAX 28

struct db_args {
	int count;
	struct { uint32_t type; int length; bool is_null; size_t at; } list[DB_ARGS_MAX];
	struct buf bytes;
};

void db_arg_null(struct db_args *a, uint32_t type);
void db_arg_int4(struct db_args *a, int32_t v);
void db_arg_int8(struct db_args *a, int64_t v);
void db_arg_text(struct db_args *a, struct text v);   /* data NULL: null; copied */
void db_arg_bytea(struct db_args *a, struct text v);
void db_arg_uuid(struct db_args *a, const struct uuid *v);
void db_arg_time(struct db_args *a, int64_t ms);      /* timestamptz */

/* An array argument, element by element. Open with the element's type, close adds it. */
#define DB_BOOL 16u
#define DB_BYTEA 17u
#define DB_INT8 20u
#define DB_INT4 23u
#define DB_TEXT 25u
#define DB_TIME 1184u /* timestamptz */
#define DB_UUID 2950u

struct db_array {
	uint32_t type;
	uint32_t count;
	bool has_null;
	struct buf bytes;
};

void db_array_null(struct db_array *a);
void db_array_bool(struct db_array *a, bool v);
void db_array_int4(struct db_array *a, int32_t v);
void db_array_int8(struct db_array *a, int64_t v);
void db_array_text(struct db_array *a, struct text v); /* data NULL: null */
void db_array_bytea(struct db_array *a, struct text v);
void db_array_uuid(struct db_array *a, const struct uuid *v);
void db_array_time(struct db_array *a, int64_t ms);
void db_arg_array(struct db_args *a, struct db_array *v); /* copies; v is emptied, memory kept */
void db_array_release(struct db_array *a);
void db_args_clear(struct db_args *a);
void db_args_release(struct db_args *a);

#endif
