/*
 * session.h - what db.c needs to know that is not libpq: classes of SQLSTATE, session settings.
 */
#ifndef HOLDFAST_DB_SESSION_H
#define HOLDFAST_DB_SESSION_H

#include "common/db/db.h"

#define SQLSTATE_CHARS 5
#define IDLE_IN_TRANSACTION_MS 10000

/* What the caller does next after a SQLSTATE; NULL or "": the server said nothing. */
enum rc db_class_of(const char *state);

/* The SQLSTATE in a verbose message of a failed connection, of the last host tried; "": none. */
void db_find_state(const char *message, char state[SQLSTATE_CHARS + 1]);

/* The SETs of a new session. */
void db_session_script(const struct db_settings *settings, struct buf *sql);

#endif
