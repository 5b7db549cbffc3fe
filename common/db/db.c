#include "common/db/db.h"

#include <assert.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/db/connect.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/watchdog.h"

#define WARNING_BYTES 200
#define SQLSTATE_NO_TRANSACTION "25P01" /* a COMMIT of nothing warns, too */

struct db {
	PGconn *conn;
	int64_t answer_ms;
	bool is_lost; /* every call answers RC_REOPEN from here on */
	bool is_prepared[QUERY_COUNT];
	bool (*meanwhile)(void *context); /* beside the next statements; NULL: nothing */
	void *meanwhile_context;
	char warning[WARNING_BYTES]; /* the last one of the server's, of the call in hand; "": none */
	int argument_counts[QUERY_COUNT]; /* as prepared, and their types */
	Oid argument_types[QUERY_COUNT][DB_ARGS_MAX];
};

/* What else would give a session that is ours the statements of another one, or take ours away? */
#define POOLER \
	"; a pooler gives each transaction to another session of the server: have the URL name the " \
	"server itself, or a pool in session mode"

static enum rc lose(struct db *db, struct err *e, const char *what)
{
	db->is_lost = true;
	return err_set(e, RC_REOPEN, FROM_DATABASE, "%s: %s", what, PQerrorMessage(db->conn));
}

static void take_notice(void *context, const PGresult *result)
{
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	struct db *db = context;

	log_debug("notice of the database", F_STR("sqlstate", state), F_STR("text", text));
	if (severity && !strcmp(severity, "WARNING") &&
	    !(state && !strcmp(state, SQLSTATE_NO_TRANSACTION)))
		snprintf(db->warning, sizeof db->warning, "%s", text ? text : "");
}

/*
 * Everything was run. Where that ended a transaction, and the server warned meanwhile, it says that
 * it did not wait for its standby: what is visible here may not be there.
 */
static enum rc end_well(struct db *db, const char *what, struct err *e)
{
	if (!db->warning[0] || PQtransactionStatus(db->conn) != PQTRANS_IDLE)
		return RC_OK;
	db->is_lost = true;
	return err_set(e, RC_REOPEN, FROM_DATABASE, "%s: done with a warning: %s", what,
	               db->warning);
}

/* An error result; borrowed. The primary message only: DETAIL shows rows. */
static enum rc fail(struct db *db, const PGresult *result, const char *what, struct err *e)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	enum rc rc = PQstatus(db->conn) == CONNECTION_BAD ? RC_REOPEN : db_class_of(state);

	if (rc == RC_REOPEN)
		db->is_lost = true;
	return err_set_code(e, rc, rc == RC_REOPEN ? FROM_DATABASE : db_origin_of(state), state,
	                    "%s: %s%s", what, text && text[0] ? text : PQresultErrorMessage(result),
	                    rc == RC_USAGE ? POOLER : "");
}

/* The next result, NULL between two; writes what is left to be written meanwhile. */
static enum rc next_result(struct db *db, int64_t deadline_ms, PGresult **result, struct err *e)
{
	int unsent = PQflush(db->conn);

	*result = NULL;
	while (PQisBusy(db->conn)) {
		if (unsent < 0)
			return lose(db, e, "cannot send to the database");
		if (!db_wait_socket(db->conn, unsent ? POLLIN | POLLOUT : POLLIN, deadline_ms)) {
			db->is_lost = true;
			return err_set(e, RC_REOPEN, FROM_DATABASE,
			               "no answer of the database within %lld ms (%s)",
			               (long long)db->answer_ms, strerror(errno));
		}
		/* Gone: a last word of the server may still be among what was read. */
		if (!PQconsumeInput(db->conn) && PQisBusy(db->conn))
			return lose(db, e, "the database is gone");
		unsent = PQflush(db->conn);
	}
	*result = PQgetResult(db->conn);
	return RC_OK;
}

enum rc db_open(struct db **db, const struct db_settings *settings, struct err *e)
{
	struct db *opened = calloc(1, sizeof *opened);
	struct buf script = {0};
	enum rc rc;

	*db = NULL;
	if (!opened)
		return err_out_of_memory(e);
	opened->answer_ms = settings->answer_ms;
	watchdog_beat();
	db_session_script(settings, &script);
	rc = script.failed ? err_out_of_memory(e) : db_connect(&opened->conn, settings, e);
	if (rc == RC_OK)
		rc = db_run_script(opened, script.data, e);
	buf_release(&script);
	if (rc == RC_OK)
		PQsetNoticeReceiver(opened->conn, take_notice, opened);
	*db = rc == RC_OK ? opened : NULL;
	if (rc != RC_OK)
		db_close(opened);
	return rc == RC_RETRY ? (e->rc = RC_REOPEN) : rc;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	PQfinish(db->conn);
	free(db);
}

/* Queue one statement, prepared first where this session has not seen it; `is_new` tells. */
static enum rc send_call(struct db *db, const struct db_call *call, bool *is_new, struct err *e)
{
	static const struct db_args none;
	const struct db_args *args = call->args ? call->args : &none;
	const char *values[DB_ARGS_MAX];
	int lengths[DB_ARGS_MAX], formats[DB_ARGS_MAX];
	enum query q = call->query;
	Oid types[DB_ARGS_MAX];

	for (int i = 0; i < args->count; i++) {
		values[i] = args->list[i].is_null ? NULL : args->bytes.data + args->list[i].at;
		lengths[i] = args->list[i].length;
		types[i] = args->list[i].type;
		formats[i] = 1;
	}
	*is_new = !db->is_prepared[q];
	if (*is_new) {
		/* The types that are sent, so that the server never reads one as another. */
		if (!PQsendPrepare(db->conn, query_name(q), query_text(q), args->count, types))
			return lose(db, e, query_name(q));
		db->is_prepared[q] = true;
		db->argument_counts[q] = args->count;
		memcpy(db->argument_types[q], types, (size_t)args->count * sizeof types[0]);
	} else if (db->argument_counts[q] != args->count ||
	           memcmp(db->argument_types[q], types, (size_t)args->count * sizeof types[0])) {
		db->is_lost = true; /* half of a pipeline is sent */
		return err_set(e, RC_FATAL, FROM_PROGRAM, "%s: other arguments than at its first use",
		               query_name(q));
	}
	if (!PQsendQueryPrepared(db->conn, query_name(q), args->count, values, lengths, formats, 1))
		return lose(db, e, query_name(q));
	return RC_OK;
}

static enum rc send_all(struct db *db, const struct db_call *calls, int count, bool *is_new,
                        struct err *e)
{
	if (db->is_lost || !PQenterPipelineMode(db->conn))
		return lose(db, e, "cannot send to the database");
	for (int i = 0; i < count; i++) {
		enum rc rc = send_call(db, &calls[i], &is_new[i], e);

		if (rc != RC_OK)
			return rc;
	}
	return PQpipelineSync(db->conn) ? RC_OK : lose(db, e, "cannot send to the database");
}

/* Keep what a statement returned. */
static enum rc take_result(struct db *db, enum query q, PGresult *result, struct db_rows *rows,
                           struct err *e)
{
	ExecStatusType status = PQresultStatus(result);
	enum rc rc = RC_OK;

	if (status == PGRES_PIPELINE_ABORTED)
		rc = RC_RETRY; /* not run, as one before it failed; that one's error is the one told */
	else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		rc = fail(db, result, query_name(q), e);
	else if (rows && q == QUERY_COMMIT && strcmp(PQcmdStatus(result), "COMMIT") != 0)
		/* The server answers a COMMIT of a failed transaction with a friendly ROLLBACK. */
		rc = err_set(e, RC_FATAL, FROM_PROGRAM, "commit: the transaction had failed before");
	if (rc == RC_OK && rows) {
		rows->changed = strtoll(PQcmdTuples(result), NULL, 10);
		rows->count = PQntuples(result);
		rows->result = status == PGRES_TUPLES_OK ? result : NULL;
		result = rows->result ? NULL : result;
	}
	PQclear(result);
	return rc;
}

/* Read the answer to one command of the pipeline; rows NULL: to a prepare. */
static enum rc collect(struct db *db, enum query q, int64_t deadline_ms, struct db_rows *rows,
                       struct err *e)
{
	enum rc rc = RC_OK, first;
	PGresult *result;

	do {
		first = rc;
		rc = next_result(db, deadline_ms, &result, e);
		if (rc != RC_OK)
			return rc;
		rc = result ? take_result(db, q, result, rows, e) : first;
	} while (result && !db->is_lost);
	return rc;
}

static enum rc collect_all(struct db *db, struct db_call *calls, int count, const bool *is_new,
                           struct err *e)
{
	int64_t deadline_ms = clock_monotonic_ms() + db->answer_ms;
	enum rc first = RC_OK;
	PGresult *sync = NULL;
	struct err later; /* of those behind the first that failed: nobody is told */

	for (int i = 0; i < count && !db->is_lost; i++) {
		struct err *told = first == RC_OK ? e : &later;
		enum rc rc = RC_OK;

		if (is_new[i]) {
			rc = collect(db, calls[i].query, deadline_ms, NULL, told);
			db->is_prepared[calls[i].query] = rc == RC_OK;
			told = first == RC_OK && rc == RC_OK ? e : &later;
		}
		if (!db->is_lost) {
			enum rc run = collect(db, calls[i].query, deadline_ms, &calls[i].rows, told);

			rc = rc == RC_OK ? run : rc;
		}
		first = first == RC_OK ? rc : first;
	}
	if (db->is_lost)
		return first == RC_REOPEN ? first : lose(db, e, "the database is gone");
	if (next_result(db, deadline_ms, &sync, first == RC_OK ? e : &later) != RC_OK)
		return first == RC_OK ? RC_REOPEN : lose(db, e, "the database is gone");
	if (PQresultStatus(sync) != PGRES_PIPELINE_SYNC || !PQexitPipelineMode(db->conn))
		first = lose(db, e, "the database answered out of order");
	PQclear(sync);
	return first;
}

void db_meanwhile(struct db *db, bool (*meanwhile)(void *context), void *context)
{
	db->meanwhile = meanwhile;
	db->meanwhile_context = context;
}

/* What was sent is on its way, and more of it goes after each call. */
static void do_meanwhile(struct db *db, bool is_sent)
{
	bool (*meanwhile)(void *context) = db->meanwhile;

	db->meanwhile = NULL;
	while (is_sent && meanwhile && PQflush(db->conn) >= 0 && meanwhile(db->meanwhile_context))
		watchdog_beat();
}

enum rc db_run(struct db *db, struct db_call *calls, int count, struct err *e)
{
	bool is_new[DB_CALLS_MAX] = {false};
	enum rc rc = RC_OK;

	assert(count > 0 && count <= DB_CALLS_MAX);
	watchdog_beat();
	db->warning[0] = '\0';
	for (int i = 0; i < count; i++) {
		calls[i].rows = (struct db_rows){0};
		if (calls[i].args && calls[i].args->bytes.failed)
			rc = err_out_of_memory(e);
	}
	if (rc == RC_OK)
		rc = send_all(db, calls, count, is_new, e);
	do_meanwhile(db, rc == RC_OK);
	if (rc == RC_OK && calls[count - 1].query == QUERY_COMMIT) {
		rc = fault_at(FAULT_COMMIT_SENT, e);
		db->is_lost = rc != RC_OK;
	}
	if (rc == RC_OK)
		rc = collect_all(db, calls, count, is_new, e);
	if (rc == RC_OK && calls[count - 1].query != QUERY_ROLLBACK)
		rc = end_well(db, query_name(calls[count - 1].query), e);
	if (rc == RC_OK)
		return RC_OK;
	for (int i = 0; i < count; i++)
		db_rows_release(&calls[i].rows);
	return rc;
}

enum rc db_rollback(struct db *db, struct err *e)
{
	struct db_call call = {.query = QUERY_ROLLBACK};

	if (!db->is_lost && PQtransactionStatus(db->conn) == PQTRANS_IDLE)
		return RC_OK;
	return db_run(db, &call, 1, e);
}

enum rc db_run_script(struct db *db, const char *sql, struct err *e)
{
	int64_t deadline_ms = clock_monotonic_ms() + db->answer_ms;
	enum rc first = RC_OK;
	PGresult *result;
	struct err later;

	watchdog_beat();
	if (db->is_lost || !PQsendQuery(db->conn, sql))
		return lose(db, e, "cannot send to the database");
	do {
		enum rc rc = next_result(db, deadline_ms, &result, first == RC_OK ? e : &later);
		ExecStatusType status = PQresultStatus(result);

		if (rc != RC_OK)
			return first == RC_OK ? rc : lose(db, e, "the database is gone");
		if (result && first == RC_OK && status != PGRES_COMMAND_OK &&
		    status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
			first = fail(db, result, "script", e);
		PQclear(result);
	} while (result && !db->is_lost);
	return first;
}
