/*
 * db.h - the one door to PostgreSQL: a session, prepared statements, one round trip a call.
 *
 * Knows: libpq, the statements of sql/queries. Doesn't know: what they mean.
 * Threads: a session belongs to one thread.
 * Every wait is bounded: the answer to a call must come within the session's answer_ms.
 */
#ifndef HOLDFAST_DB_DB_H
#define HOLDFAST_DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/ids.h"
#include "common/base/text.h"

/* A statement: QUERY_<FILE NAME IN CAPITALS> for each sql/queries/<file name>.sql. */
enum query {
#define QUERY(symbol) QUERY_##symbol,
#include "query_names.inc"
#undef QUERY
	QUERY_COUNT,
};

const char *query_name(enum query q);
const char *query_text(enum query q);

#define SQLSTATE_COUNT_DIFFERS "HF001" /* holdfast.must_change: another number of rows */

struct db_settings {
	const char *url;           /* libpq URL or keywords */
	const char *program;       /* application_name where the URL gives none */
	int64_t connect_ms;        /* longest wait for a session */
	int64_t answer_ms;         /* longest wait for an answer; statement_timeout is a little less */
	int64_t idle_session_ms;   /* idle_session_timeout of the server; 0: none */
	bool has_pinned_plans;     /* key look-ups only: no sequential scan, hash or merge join */
};

struct db;

/*
 * Open a session, on a server that takes writes, schema search path empty but pg_catalog. The
 * look-up of a host's name is the system's, and its own time limit counts on top.
 *
 * db  returned, release with db_close
 *
 * RC_REOPEN the server is not there, not ready, or read-only: try again
 * RC_FATAL  exit code 2: the URL cannot be read; 3: a server older than PostgreSQL 15;
 *           4: refused for good (password, no such database)
 */
enum rc db_open(struct db **db, const struct db_settings *settings, struct err *e) NODISCARD;
void db_close(struct db *db); /* takes NULL */

/* Arguments of one statement, in binary. Zeroed is none. */
#define DB_ARGS_MAX 24

struct db_args {
	int count;
	struct { uint32_t type; int length; bool is_null; size_t at; } list[DB_ARGS_MAX];
	struct buf bytes;
};

void db_arg_null(struct db_args *a, uint32_t type);
void db_arg_bool(struct db_args *a, bool v);
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

/* One statement of a round trip, and how many go in one. */
#define DB_CALLS_MAX 256

struct db_call {
	enum query query;
	struct db_args *args; /* borrowed; NULL: none */
	struct db_rows rows;  /* returned, release with db_rows_release */
};

/*
 * Send the statements in one pipeline, in order, and read all answers. BEGIN and COMMIT are
 * statements too (QUERY_BEGIN, QUERY_COMMIT, QUERY_ROLLBACK). After a failed one those behind it
 * are not run. `failed` (may be NULL) gets the index of the first that failed.
 *
 * RC_OK     every statement was run
 * RC_RETRY  rolled back or not begun: deadlock, serialization, lock or statement time-out, class 53
 * RC_REJECT classes 22, 23 and SQLSTATE_COUNT_DIFFERS: what was asked for does not fit the rows
 * RC_REOPEN the session is gone; if COMMIT was among the statements its outcome is unknown
 * RC_FATAL  anything else: our bug, or a schema that is not ours
 * An open transaction is left for the caller to roll back, except with RC_REOPEN. Unless RC_OK no
 * call has rows, and none need be released. A statement gets arguments of the same types each time.
 */
enum rc db_run(struct db *db, struct db_call *calls, int count, int *failed,
               struct err *e) NODISCARD;

/*
 * What to do while the next db_run waits for its answers: `step` does a little and says whether
 * there is more. Not called where the statements cannot be sent. NULL: nothing.
 */
void db_meanwhile(struct db *db, bool (*step)(void *context), void *context);

/* Roll back whatever is open; for after an error. */
enum rc db_rollback(struct db *db, struct err *e) NODISCARD;

/* Text that may hold several statements and returns nothing: migrations. */
enum rc db_run_script(struct db *db, const char *sql, struct err *e) NODISCARD;

#endif
