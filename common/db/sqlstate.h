/*
 * sqlstate.h - what the server's errors ask of the caller. No libpq here.
 */
#ifndef HOLDFAST_DB_SQLSTATE_H
#define HOLDFAST_DB_SQLSTATE_H

#include "common/base/err.h"

#define SQLSTATE_COUNT_DIFFERS "HF001" /* holdfast.as_planned: another number of rows */
#define SQLSTATE_STATEMENT_EXISTS "42P05"
#define SQLSTATE_STATEMENT_GONE "26000"
#define SQLSTATE_NO_RIGHT "42501"
#define SQLSTATE_CHARS 5

/* What the caller does next after a SQLSTATE; NULL or "": the server said nothing. */
enum rc db_class_of(const char *state);

/* Where the cause of one is to be looked for that a statement failed with. */
enum origin db_origin_of(const char *state);

/* The SQLSTATE in a verbose message of a failed connection, of the last host tried; "": none. */
void db_find_state(const char *message, char state[SQLSTATE_CHARS + 1]);

#endif
