/*
 * psql.h - one psql of the test program's own, which stays: to start one takes longer than most
 * statements do.
 *
 * Each call has what a new session would have: nothing of the call before is left. Where the session
 * was ended meanwhile another one is opened first; a statement is sent once.
 */
#ifndef HOLDFAST_TESTS_PSQL_H
#define HOLDFAST_TESTS_PSQL_H

#include <stdbool.h>

/*
 * What psql -At prints for the statements, its errors included; release with free(3).
 *
 * url        the same each time, until psql_end
 * path       a file with the statements
 * is_failed  it ended at an error
 */
char *psql_ask(const char *url, const char *path, bool *is_failed);

/* Before the database goes; nothing where none runs. */
void psql_end(void);

#endif
