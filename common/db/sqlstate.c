#include "common/db/sqlstate.h"

#include <string.h>

/* What the caller does next; the first row whose letters begin the SQLSTATE. None: RC_FATAL. */
static const struct {
	const char *state;
	enum rc rc;
} state_classes[] = {
	{"40001", RC_RETRY},  /* serialization failure */
	{"40P01", RC_RETRY},  /* deadlock */
	{"55P03", RC_RETRY},  /* lock time-out */
	{"57014", RC_RETRY},  /* statement time-out, or cancelled */
	{"53", RC_RETRY},     /* out of resources */
	{"08", RC_REOPEN},    /* connection */
	{"57P01", RC_REOPEN}, /* shut down, or terminated */
	{"57P02", RC_REOPEN}, /* crash of a neighbour */
	{"57P03", RC_REOPEN}, /* cannot connect now */
	{"57P04", RC_REOPEN}, /* database dropped: opening anew tells */
	{"57P05", RC_REOPEN}, /* idle session time-out */
	{"25006", RC_REOPEN}, /* read-only: no longer the primary */
	{"25P03", RC_REOPEN}, /* idle in transaction for too long */
	{SQLSTATE_STATEMENT_EXISTS, RC_USAGE}, /* somebody else's statement in our session: a pooler */
	{SQLSTATE_STATEMENT_GONE, RC_USAGE},   /* or our statement in somebody else's */
	{"22", RC_REJECT},    /* data */
	{"23", RC_REJECT},    /* constraint */
	{SQLSTATE_COUNT_DIFFERS, RC_REJECT},
};

enum rc db_class_of(const char *state)
{
	if (!state || !state[0])
		return RC_REOPEN; /* the server said nothing: libpq speaks of the connection */
	for (size_t i = 0; i < sizeof state_classes / sizeof state_classes[0]; i++)
		if (strncmp(state, state_classes[i].state, strlen(state_classes[i].state)) == 0)
			return state_classes[i].rc;
	return RC_FATAL;
}

enum origin db_origin_of(const char *state)
{
	enum rc rc = db_class_of(state);

	if (rc == RC_RETRY || rc == RC_REOPEN)
		return FROM_DATABASE;
	if (rc == RC_USAGE)
		return FROM_SETTINGS;
	return strcmp(state, SQLSTATE_NO_RIGHT) == 0 ? FROM_PIPELINE : FROM_PROGRAM;
}

/* In verbose messages a SQLSTATE stands as ":  28P01: "; the last one, of the last host tried. */
void db_find_state(const char *message, char state[SQLSTATE_CHARS + 1])
{
	state[0] = '\0';
	for (const char *at = message; (at = strstr(at, ":  ")); at++) {
		const char *letters = at + 3;

		if (strspn(letters, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == SQLSTATE_CHARS &&
		    letters[SQLSTATE_CHARS] == ':') {
			memcpy(state, letters, SQLSTATE_CHARS);
			state[SQLSTATE_CHARS] = '\0';
		}
	}
}
