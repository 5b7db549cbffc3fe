#include "tests/unit/pq.h"

#include <ctype.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STEPS_MAX 64
#define QUEUE_MAX 64
#define VERSION 150000
#define SYNC "sync"

struct pg_result {
	ExecStatusType status;
	const struct pq_step *step; /* NULL: an answer that no script gave */
	char tag[40];
};

/* What was sent and is not answered whole yet. */
struct sent {
	const char *what; /* SYNC, or as in a step */
	const struct pq_step *step; /* NULL: answered well */
};

struct pg_conn {
	int ours, theirs; /* ends of a socket: it is readable when something came, or it was closed */
	ConnStatusType status;
	const struct pq_step *connect;
	struct sent queue[QUEUE_MAX];
	int first, count;
	bool is_pipeline, has_failed; /* since the last sync */
	bool is_between;              /* the NULL behind a result is due */
	bool is_in_transaction;
	const char *message;
	PQnoticeReceiver receive;
	void *receive_context;
};

static struct pq_step script[STEPS_MAX];
static size_t script_count, played;
static int open_sessions, open_results;

void pq_play(const struct pq_step *steps, size_t count)
{
	assert_true(count <= STEPS_MAX);
	memcpy(script, steps, count * sizeof *steps);
	script_count = count;
	played = 0;
}

void pq_is_over(void)
{
	if (played < script_count)
		fail_msg("\"%s\" was not sent", script[played].what);
	assert_int_equal(open_sessions, 0);
	assert_int_equal(open_results, 0);
}

struct pq_value pq_null(void)
{
	return (struct pq_value){.bytes = -1};
}

static struct pq_value big_endian(uint64_t v, int bytes)
{
	struct pq_value value = {.bytes = bytes};

	for (int i = 0; i < bytes; i++)
		value.data[i] = (char)(v >> 8 * (bytes - 1 - i));
	return value;
}

struct pq_value pq_int4(int32_t v)
{
	return big_endian((uint32_t)v, 4);
}

struct pq_value pq_int8(int64_t v)
{
	return big_endian((uint64_t)v, 8);
}

/* The next step, which must be that; NULL: is_optional, and it is another. */
static const struct pq_step *play(const char *what, bool is_optional)
{
	const struct pq_step *step = played < script_count ? &script[played] : NULL;

	if (step && !strcmp(step->what, what)) {
		played++;
		return step;
	}
	if (!is_optional)
		fail_msg("\"%s\" was sent, expected \"%s\"", what, step ? step->what : "nothing");
	return NULL;
}

/* ---- sessions ---- */

PGconn *PQconnectStartParams(const char *const *keywords, const char *const *values, int expand)
{
	PGconn *conn = calloc(1, sizeof *conn);
	int pair[2];

	(void)keywords, (void)values, (void)expand;
	assert_non_null(conn);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	conn->ours = pair[0];
	conn->theirs = pair[1];
	conn->status = CONNECTION_STARTED;
	conn->connect = play("connect", false);
	conn->message = "";
	open_sessions++;
	return conn;
}

PostgresPollingStatusType PQconnectPoll(PGconn *conn)
{
	const struct pq_step *step = conn->connect;

	if (step->how == PQ_SILENT)
		return PGRES_POLLING_READING;
	conn->status = step->how == PQ_DONE ? CONNECTION_OK : CONNECTION_BAD;
	conn->message = step->text ? step->text : "";
	return step->how == PQ_DONE ? PGRES_POLLING_OK : PGRES_POLLING_FAILED;
}

void PQfinish(PGconn *conn)
{
	if (!conn)
		return;
	close(conn->ours);
	close(conn->theirs);
	free(conn);
	open_sessions--;
}

ConnStatusType PQstatus(const PGconn *conn)
{
	return conn->status;
}

int PQsocket(const PGconn *conn)
{
	return conn->ours;
}

char *PQerrorMessage(const PGconn *conn)
{
	return (char *)(uintptr_t)conn->message;
}

int PQserverVersion(const PGconn *conn)
{
	return conn->connect->version ? conn->connect->version : VERSION;
}

int PQconnectionNeedsPassword(const PGconn *conn)
{
	(void)conn;
	return 0;
}

int PQsetnonblocking(PGconn *conn, int is_nonblocking)
{
	(void)conn, (void)is_nonblocking;
	return 0;
}

PGVerbosity PQsetErrorVerbosity(PGconn *conn, PGVerbosity verbosity)
{
	(void)conn, (void)verbosity;
	return PQERRORS_DEFAULT;
}

PQnoticeReceiver PQsetNoticeReceiver(PGconn *conn, PQnoticeReceiver receive, void *context)
{
	conn->receive = receive;
	conn->receive_context = context;
	return NULL;
}

PGTransactionStatusType PQtransactionStatus(const PGconn *conn)
{
	return conn->status == CONNECTION_BAD ? PQTRANS_UNKNOWN
	       : conn->is_in_transaction      ? PQTRANS_INTRANS
	                                      : PQTRANS_IDLE;
}

/* A list of keywords without one: the URL names one host at the most. */
PQconninfoOption *PQconninfoParse(const char *url, char **message)
{
	(void)url, (void)message;
	return calloc(1, sizeof(PQconninfoOption));
}

void PQconninfoFree(PQconninfoOption *options)
{
	free(options);
}

/* ---- sending ---- */

static int send_one(PGconn *conn, const char *what, const struct pq_step *step)
{
	assert_true(conn->first + conn->count < QUEUE_MAX);
	conn->queue[conn->first + conn->count++] = (struct sent){what, step};
	return 1;
}

int PQenterPipelineMode(PGconn *conn)
{
	if (conn->status != CONNECTION_OK)
		return 0;
	conn->is_pipeline = true;
	return 1;
}

int PQexitPipelineMode(PGconn *conn)
{
	conn->is_pipeline = false;
	return conn->count == 0;
}

int PQsendPrepare(PGconn *conn, const char *name, const char *text, int count, const Oid *types)
{
	char what[100];

	(void)text, (void)count, (void)types;
	snprintf(what, sizeof what, "prepare %s", name);
	return conn->status == CONNECTION_OK && send_one(conn, "prepare", play(what, true));
}

int PQsendQueryPrepared(PGconn *conn, const char *name, int count, const char *const *values,
                        const int *lengths, const int *formats, int format)
{
	(void)count, (void)values, (void)lengths, (void)formats, (void)format;
	return conn->status == CONNECTION_OK && send_one(conn, name, play(name, false));
}

int PQsendQuery(PGconn *conn, const char *text)
{
	(void)text;
	return conn->status == CONNECTION_OK && send_one(conn, "script", play("script", true));
}

int PQpipelineSync(PGconn *conn)
{
	return conn->status == CONNECTION_OK && send_one(conn, SYNC, NULL);
}

int PQflush(PGconn *conn)
{
	return conn->status == CONNECTION_OK ? 0 : -1;
}

/* ---- answers ---- */

static enum pq_how how_of(const struct sent *sent)
{
	return sent->step ? sent->step->how : PQ_DONE;
}

int PQisBusy(PGconn *conn)
{
	const struct sent *sent = &conn->queue[conn->first];

	if (conn->is_between || !conn->count)
		return 0;
	if (how_of(sent) == PQ_CLOSES && write(conn->theirs, "", 1) != 1)
		fail_msg("the scripted socket is full");
	return how_of(sent) == PQ_CLOSES || how_of(sent) == PQ_SILENT;
}

int PQconsumeInput(PGconn *conn)
{
	if (!conn->count || how_of(&conn->queue[conn->first]) != PQ_CLOSES)
		return 1;
	conn->status = CONNECTION_BAD;
	conn->message = "server closed the connection unexpectedly";
	return 0;
}

static PGresult *make_result(ExecStatusType status, const struct sent *sent)
{
	PGresult *result = calloc(1, sizeof *result);

	assert_non_null(result);
	result->status = status;
	result->step = sent ? sent->step : NULL;
	if (result->step && result->step->tag)
		snprintf(result->tag, sizeof result->tag, "%s", result->step->tag);
	else if (sent)
		for (size_t i = 0; sent->what[i] && i + 1 < sizeof result->tag; i++)
			result->tag[i] = (char)toupper((unsigned char)sent->what[i]);
	open_results++;
	return result;
}

static ExecStatusType answer(PGconn *conn, const struct sent *sent)
{
	enum pq_how how = how_of(sent);

	if (conn->has_failed) {
		if (how != PQ_NOT_RUN && sent->step)
			fail_msg("\"%s\" stands behind a failure, and is not run", sent->what);
		return PGRES_PIPELINE_ABORTED;
	}
	assert_int_not_equal(how, PQ_NOT_RUN);
	conn->has_failed = conn->is_pipeline && (how == PQ_FAILS || how == PQ_DIES);
	if (how == PQ_DIES)
		conn->status = CONNECTION_BAD;
	if (!strcmp(sent->what, "begin"))
		conn->is_in_transaction = true;
	if (how == PQ_DONE && (!strcmp(sent->what, "commit") || !strcmp(sent->what, "rollback")))
		conn->is_in_transaction = false;
	return how == PQ_ROW || how == PQ_NO_ROW    ? PGRES_TUPLES_OK
	       : how == PQ_FAILS || how == PQ_DIES ? PGRES_FATAL_ERROR
	                                           : PGRES_COMMAND_OK;
}

static void give_notice(PGconn *conn, const struct sent *sent)
{
	PGresult *notice = make_result(PGRES_NONFATAL_ERROR, sent);

	conn->receive(conn->receive_context, notice);
	PQclear(notice);
}

PGresult *PQgetResult(PGconn *conn)
{
	const struct sent *sent = &conn->queue[conn->first];
	ExecStatusType status;

	if (conn->is_between || !conn->count) {
		conn->is_between = false;
		return NULL;
	}
	conn->first++;
	conn->count--;
	if (!strcmp(sent->what, SYNC)) {
		conn->has_failed = false;
		conn->first = 0;
		return make_result(PGRES_PIPELINE_SYNC, NULL);
	}
	conn->is_between = true;
	status = answer(conn, sent);
	if (sent->step && sent->step->text && status == PGRES_COMMAND_OK)
		give_notice(conn, sent);
	return make_result(status, sent);
}

/* ---- results ---- */

void PQclear(PGresult *result)
{
	if (result)
		open_results--;
	free(result);
}

ExecStatusType PQresultStatus(const PGresult *result)
{
	return result ? result->status : PGRES_FATAL_ERROR;
}

char *PQresultErrorField(const PGresult *result, int field)
{
	const struct pq_step *step = result->step;

	return !step                             ? NULL
	       : field == PG_DIAG_SQLSTATE        ? (char *)(uintptr_t)step->state
	       : field == PG_DIAG_SEVERITY_NONLOCALIZED
	           ? (char *)(uintptr_t)(step->how <= PQ_NO_ROW ? "WARNING" : "ERROR")
	       : field == PG_DIAG_MESSAGE_PRIMARY ? (char *)(uintptr_t)step->text
	                                          : NULL;
}

char *PQresultErrorMessage(const PGresult *result)
{
	return result->step && result->step->text ? (char *)(uintptr_t)result->step->text
	                                          : (char *)(uintptr_t)"";
}

char *PQcmdStatus(PGresult *result)
{
	return result->tag;
}

/* The last number of "UPDATE 1" or "INSERT 0 1"; "" where it has none. */
char *PQcmdTuples(PGresult *result)
{
	char *number = strrchr(result->tag, ' ');

	return number ? number + 1 : result->tag + strlen(result->tag);
}

int PQntuples(const PGresult *result)
{
	return result->step && result->step->how == PQ_ROW;
}

int PQnfields(const PGresult *result)
{
	return result->step ? result->step->columns : 0;
}

static const struct pq_value *value_of(const PGresult *result, int row, int column)
{
	assert_true(row < PQntuples(result) && column < PQnfields(result));
	return &result->step->row[column];
}

int PQgetisnull(const PGresult *result, int row, int column)
{
	return value_of(result, row, column)->bytes < 0;
}

int PQgetlength(const PGresult *result, int row, int column)
{
	const struct pq_value *value = value_of(result, row, column);

	return value->bytes < 0 ? 0 : value->bytes;
}

char *PQgetvalue(const PGresult *result, int row, int column)
{
	return (char *)(uintptr_t)value_of(result, row, column)->data;
}
