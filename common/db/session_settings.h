/*
 * session_settings.h - how a session of the database is opened, and what is SET in it.
 */
#ifndef HOLDFAST_DB_SESSION_SETTINGS_H
#define HOLDFAST_DB_SESSION_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/text.h"

struct db_settings {
	const char *url;           /* libpq URL or keywords */
	const char *program;       /* application_name where the URL gives none */
	int64_t connect_ms;        /* longest wait for a session */
	int64_t answer_ms;         /* longest wait for an answer; statement_timeout is a little less */
	int64_t idle_session_ms;   /* idle_session_timeout of the server; 0: none */
	bool has_pinned_plans;     /* key look-ups only: no sequential scan, hash or merge join */
};

/* Append the SETs of a new session. */
void db_session_script(const struct db_settings *settings, struct buf *sql);

#endif
