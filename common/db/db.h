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

#include "common/base/err.h"
#include "common/db/args.h"
#include "common/db/rows.h"
#include "common/db/session_settings.h"
#include "common/db/sqlstate.h"

/* A statement: QUERY_<FILE NAME IN CAPITALS> for each sql/queries/<file name>.sql. */
enum query {
#define QUERY(symbol) QUERY_##symbol,
#include "query_names.inc"
#undef QUERY
	QUERY_COUNT,
};

const char *query_name(enum query q);
const char *query_text(enum query q);

struct db;

/*
 * Open a session, on a server that takes writes, schema search path empty but pg_catalog. The
 * look-up of a host's name is the system's, and its own time limit counts on top.
 *
 * db  returned, release with db_close
 *
 * RC_REOPEN the server is not there, not ready, or read-only: try again
 * RC_USAGE  the URL cannot be read, or names a file that is not there
 * RC_FATAL  FROM_PIPELINE: a server older than PostgreSQL 15; FROM_DATABASE: refused for good
 *           (password, no such database, no right to connect, TLS)
 */
enum rc db_open(struct db **db, const struct db_settings *settings, struct err *e) NODISCARD;
void db_close(struct db *db); /* takes NULL */

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
 * are not run.
 *
 * RC_OK     every statement was run
 * RC_RETRY  rolled back or not begun: deadlock, serialization, lock or statement time-out, class 53
 * RC_REJECT classes 22, 23 and SQLSTATE_COUNT_DIFFERS: what was asked for does not fit the rows
 * RC_REOPEN the session is gone; if COMMIT was among the statements its outcome is unknown. So it
 *           is, too, where the server warns at the end of a transaction: then it is visible there,
 *           but the server did not wait until its standby has it
 * RC_USAGE  FROM_SETTINGS: the URL names a pooler that shares sessions out
 * RC_FATAL  FROM_PIPELINE: the role has not the right; FROM_PROGRAM, anything else: our bug, or a
 *           schema that is not ours
 * An open transaction is left for the caller to roll back, except with RC_REOPEN. Unless RC_OK no
 * call has rows, and none need be released. A statement gets arguments of the same types each time.
 */
enum rc db_run(struct db *db, struct db_call *calls, int count, struct err *e) NODISCARD;

/*
 * What to do while the next db_run waits for its answers: `meanwhile` does a little and says whether
 * there is more. Not called where the statements cannot be sent. NULL: nothing.
 */
void db_meanwhile(struct db *db, bool (*meanwhile)(void *context), void *context);

/* Roll back whatever is open; for after an error. */
enum rc db_rollback(struct db *db, struct err *e) NODISCARD;

/* Text that may hold several statements and returns nothing: migrations. */
enum rc db_run_script(struct db *db, const char *sql, struct err *e) NODISCARD;

#endif
