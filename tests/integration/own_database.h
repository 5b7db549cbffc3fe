/*
 * own_database.h - a database of one test program's own, beside the one that DATABASE_URL names.
 */
#ifndef HOLDFAST_TESTS_OWN_DATABASE_H
#define HOLDFAST_TESTS_OWN_DATABASE_H

#include "common/db/db.h"

#define OWN_WAIT_MS 20000

extern struct buf own_url;

/* Set-up and tear-down of a cmocka group; the role needs CREATEDB. */
int own_make(void **state);
int own_drop(void **state);
/* Set-up of one test: nothing is in the database. */
int own_clear(void **state);

enum rc own_open_at(struct db **db, const char *url, int64_t answer_ms, struct err *e) NODISCARD;

/* These fail the test where they cannot do it. */
struct db *own_open(void);
void own_run(struct db *db, const char *sql);
void own_migrate(struct db *db);

#endif
