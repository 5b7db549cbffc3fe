/*
 * session.h - what a session is opened with, and what the server's errors ask for. No libpq here.
 */
#ifndef HOLDFAST_DB_SESSION_H
#define HOLDFAST_DB_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/base/text.h"

struct db_settings {
	const char *url;           /* libpq URL or keywords */
	const char *program;       /* application_name where the URL gives none */
	int64_t connect_ms;        /* longest wait for a session */
	int64_t answer_ms;         /* longest wait for an answer; statement_timeout is a little less */
	int64_t idle_session_ms;   /* idle_session_timeout of the server; 0: none */
	bool has_pinned_plans;     /* key look-ups only: no sequential scan, hash or merge join */
};

#define SQLSTATE_COUNT_DIFFERS "HF001" /* holdfast.must_change: another number of rows */
#define SQLSTATE_CHARS 5
#define IDLE_IN_TRANSACTION_MS 10000

/* What the caller does next after a SQLSTATE; NULL or "": the server said nothing. */
enum rc db_class_of(const char *state);

/* The SQLSTATE in a verbose message of a failed connection, of the last host tried; "": none. */
void db_find_state(const char *message, char state[SQLSTATE_CHARS + 1]);

/* The SETs of a new session. */
void db_session_script(const struct db_settings *settings, struct buf *sql);

#endif
