#include "tests/integration/own_database.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "common/pipeline/schema.h"

struct buf own_url;
static char own_name[64];

enum rc own_open_at(struct db **db, const char *url, int64_t answer_ms, struct err *e)
{
	const struct db_settings settings = {.url = url, .program = "test_db", .connect_ms = OWN_WAIT_MS,
	                                     .answer_ms = answer_ms, .has_pinned_plans = true};

	return db_open(db, &settings, e);
}

struct db *own_open(void)
{
	struct err e;
	struct db *db;

	assert_int_equal(own_open_at(&db, own_url.data, OWN_WAIT_MS, &e), RC_OK);
	return db;
}

void own_run(struct db *db, const char *sql)
{
	struct err e;

	if (db_run_script(db, sql, &e) != RC_OK)
		fail_msg("%s: %s", sql, e.text);
}

void own_migrate(struct db *db)
{
	struct err e;
	int applied;

	assert_int_equal(schema_migrate(db, &applied, &e), RC_OK);
}

/* A database of this run's own, beside the one that DATABASE_URL names. */
int own_make(void **state)
{
	const char *url = getenv("DATABASE_URL");
	const char *name = url ? strrchr(url, '/') : NULL;
	struct buf sql = {0};
	struct db *db;
	struct err e;
	enum rc rc;

	(void)state;
	if (!name) {
		fprintf(stderr, "DATABASE_URL must be a URL of a server for tests\n");
		return -1;
	}
	snprintf(own_name, sizeof own_name, "holdfast_test_db_%ld", (long)getpid());
	buf_add(&own_url, url, (size_t)(name + 1 - url));
	buf_add_string(&own_url, own_name);
	buf_add_string(&own_url, strchr(name, '?') ? strchr(name, '?') : "");
	if (own_open_at(&db, url, OWN_WAIT_MS, &e) != RC_OK) {
		fprintf(stderr, "%s\n", e.text);
		return -1;
	}
	buf_print(&sql, "CREATE DATABASE %s", own_name);
	rc = db_run_script(db, sql.data, &e);
	buf_release(&sql);
	db_close(db);
	return rc == RC_OK ? 0 : -1;
}

int own_drop(void **state)
{
	struct buf sql = {0};
	struct db *db;
	struct err e;
	enum rc rc;

	(void)state;
	if (own_open_at(&db, getenv("DATABASE_URL"), OWN_WAIT_MS, &e) != RC_OK)
		return -1;
	buf_print(&sql, "DROP DATABASE %s WITH (FORCE)", own_name);
	rc = db_run_script(db, sql.data, &e);
	buf_release(&sql);
	buf_release(&own_url);
	db_close(db);
	return rc == RC_OK ? 0 : -1;
}

/* Each test begins with a database that holds nothing. */
int own_clear(void **state)
{
	struct db *db = own_open();

	(void)state;
	own_run(db, "DROP SCHEMA IF EXISTS holdfast CASCADE; DROP SCHEMA IF EXISTS t CASCADE");
	db_close(db);
	return 0;
}

