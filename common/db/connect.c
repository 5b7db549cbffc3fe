#include "common/db/connect.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/db/hosts.h"
#include "common/db/sqlstate.h"

#define SERVER_VERSION_MIN 150000

bool db_wait_socket(PGconn *conn, short events, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd p = {.fd = PQsocket(conn), .events = events};
		int64_t left_ms = deadline_ms - clock_monotonic_ms();
		int ready;

		if (left_ms <= 0) {
			errno = ETIMEDOUT;
			return false;
		}
		ready = poll(&p, 1, left_ms > 1000000 ? 1000000 : (int)left_ms);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
	}
}

static void take_notice(void *unused, const PGresult *result)
{
	(void)unused;
	log_debug("notice of the database",
	          F_STR("sqlstate", PQresultErrorField(result, PG_DIAG_SQLSTATE)),
	          F_STR("text", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)));
}

/* What libpq says, without a SQLSTATE, of what no pause mends. */
static const struct {
	const char *text;
	enum rc rc;
} final_words[] = {
    {"root certificate file \"", RC_USAGE}, /* "... does not exist", or cannot be read */
    {"certificate file \"", RC_USAGE},
    {"private key file", RC_USAGE},
    {"definition of service \"", RC_USAGE}, /* "... not found" */
    {"service file \"", RC_USAGE},
    {"invalid port number", RC_USAGE},
    {"invalid integer value", RC_USAGE},
    {" value: \"", RC_USAGE}, /* invalid sslmode value: "x" */
    {"certificate verify failed", RC_FATAL},
    {"does not match host name", RC_FATAL},
    {"server does not support SSL", RC_FATAL},
};

static enum rc class_of_words(const char *message)
{
	for (size_t i = 0; i < sizeof final_words / sizeof final_words[0]; i++)
		if (strstr(message, final_words[i].text))
			return final_words[i].rc;
	return RC_REOPEN;
}

static enum rc refuse(PGconn *conn, struct err *e)
{
	const char *message = PQerrorMessage(conn);
	const char *place = strstr(message, "\nLOCATION:"); /* a line of the server's source */
	char state[SQLSTATE_CHARS + 1];
	enum rc rc;

	db_find_state(message, state);
	rc = db_class_of(state);
	rc = rc == RC_RETRY ? RC_REOPEN : rc == RC_REJECT ? RC_FATAL : rc; /* 53300: full, for now */
	if (PQconnectionNeedsPassword(conn))
		rc = RC_FATAL;
	else if (!state[0])
		rc = class_of_words(message);
	return err_set_code(e, rc, rc == RC_USAGE ? FROM_SETTINGS : FROM_DATABASE, state, "%.*s",
	                    place ? (int)(place - message) : (int)strlen(message), message);
}

static enum rc start(PGconn **conn, const struct db_settings *s, const struct db_hosts *hosts,
                     int n, struct err *e)
{
	char answer_ms[24], connect_s[24];
	struct db_host host;
	/* What stands before dbname is weaker than what the URL in it gives, what stands behind is not. */
	const char *const names[] = {
		"fallback_application_name", "target_session_attrs", "client_encoding", "keepalives",
		"keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
		"connect_timeout", "dbname", "host", "hostaddr", "port", NULL};
	const char *const values[] = {s->program, "read-write", "UTF8", "1", "5", "2", "3", answer_ms,
	                              connect_s, s->url, host.name, host.address,
	                              host.port, NULL};

	db_host_pick(hosts, n, &host);
	snprintf(answer_ms, sizeof answer_ms, "%lld", (long long)s->answer_ms);
	snprintf(connect_s, sizeof connect_s, "%lld", (long long)(s->connect_ms + 999) / 1000);
	PQfinish(*conn);
	*conn = PQconnectStartParams(names, values, 1);
	if (!*conn)
		return err_out_of_memory(e);
	PQsetErrorVerbosity(*conn, PQERRORS_VERBOSE);
	PQsetNoticeReceiver(*conn, take_notice, NULL);
	return RC_OK;
}

/* One host, or all of them where there is one; wait_ms at the longest. */
static enum rc connect_host(PGconn **conn, const struct db_settings *s,
                            const struct db_hosts *hosts, int n, int64_t wait_ms, struct err *e)
{
	int64_t deadline_ms = clock_monotonic_ms() + wait_ms;
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;
	enum rc rc = start(conn, s, hosts, n, e);

	if (rc != RC_OK)
		return rc;
	while (PQstatus(*conn) != CONNECTION_BAD && status != PGRES_POLLING_OK &&
	       status != PGRES_POLLING_FAILED) {
		if (!db_wait_socket(*conn, status == PGRES_POLLING_READING ? POLLIN : POLLOUT,
		                    deadline_ms))
			return err_set(e, RC_REOPEN, FROM_DATABASE,
			               "no session of the database within %lld ms (%s)",
			               (long long)wait_ms, strerror(errno));
		status = PQconnectPoll(*conn);
	}
	if (PQstatus(*conn) != CONNECTION_OK)
		return refuse(*conn, e);
	if (PQserverVersion(*conn) < SERVER_VERSION_MIN)
		return err_set(e, RC_FATAL, FROM_PIPELINE, "PostgreSQL %d is too old: 15 is needed",
		               PQserverVersion(*conn) / 10000);
	if (PQsetnonblocking(*conn, 1))
		return err_set(e, RC_REOPEN, FROM_DATABASE, "cannot go on without blocking: %s",
		               PQerrorMessage(*conn));
	return RC_OK;
}

/* The hosts share the time. The first one that takes writes, or has a final word, ends it. */
enum rc db_connect(PGconn **conn, const struct db_settings *s, struct err *e)
{
	struct db_hosts hosts = {0};
	enum rc rc = db_hosts_read(&hosts, s->url, e);
	int count = hosts.count;

	*conn = NULL;
	if (rc == RC_OK)
		rc = connect_host(conn, s, &hosts, 0, s->connect_ms / count, e);
	for (int n = 1; rc == RC_REOPEN && n < count; n++)
		rc = connect_host(conn, s, &hosts, n, s->connect_ms / count, e);
	db_hosts_release(&hosts);
	return rc;
}
