#include "common/pipeline/schema.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/db/schema_version.h"
#include "common/db/sqlstate.h"

/* Version N is the N-th file of sql/migrations, whose name begins with it. */
static const struct {
	const char *name, *text;
} migrations[] = {
#define MIGRATION(symbol, name, text) {name, text},
#include "migrations.inc"
#undef MIGRATION
};

_Static_assert(sizeof migrations / sizeof migrations[0] == SCHEMA_VERSION,
               "the version is that of the last migration");

static const char *const ground =
    "CREATE TABLE holdfast.schema_migrations ("
    "version integer PRIMARY KEY, name text COLLATE \"C\" NOT NULL,"
    "applied_at timestamptz NOT NULL)";

/* One statement without arguments, for its row. */
static enum rc ask(struct db *db, enum query query, struct db_rows *rows, struct err *e)
{
	struct db_call call = {.query = query};
	enum rc rc = db_run(db, &call, 1, e);

	*rows = call.rows;
	return rc;
}

/* Version 0: the table of versions is there and empty; -1: it is not there. */
static enum rc read_version(struct db *db, int32_t *version, bool *has_schema, struct err *e)
{
	struct db_rows rows;
	bool is_there;
	enum rc rc = ask(db, QUERY_SCHEMA_FIND, &rows, e);

	*version = -1;
	if (rc != RC_OK)
		return rc;
	is_there = db_bool(&rows, 0, 0);
	*has_schema = db_bool(&rows, 0, 1);
	db_rows_release(&rows);
	if (!is_there)
		return RC_OK;
	rc = ask(db, QUERY_SCHEMA_READ_VERSION, &rows, e);
	if (rc != RC_OK)
		return rc;
	*version = db_int4(&rows, 0, 0);
	db_rows_release(&rows);
	return RC_OK;
}

/* Text of several statements, and its version (0: none), in one transaction. */
static enum rc apply(struct db *db, const char *text, int32_t version, struct err *e)
{
	struct db_args args = {0};
	struct db_call calls[] = {{.query = QUERY_SCHEMA_INSERT_MIGRATION, .args = &args},
	                          {.query = QUERY_COMMIT}};
	struct err ignored;
	enum rc rc = db_run_script(db, "BEGIN", e);

	if (rc == RC_OK)
		rc = db_run_script(db, text, e);
	if (version) {
		db_arg_int4(&args, version);
		db_arg_text(&args, text_of(migrations[version - 1].name));
	}
	if (rc == RC_OK)
		rc = version ? db_run(db, calls, 2, e) : db_run(db, calls + 1, 1, e);
	/* Lost, and the rollback with it: the server rolls back by itself. */
	if (rc != RC_OK && db_rollback(db, &ignored) != RC_OK)
		rc = rc == RC_RETRY ? (e->rc = RC_REOPEN) : rc;
	db_args_release(&args);
	return rc;
}

/* The server's words, and what to do about them. */
static enum rc say_who_may(struct err *e)
{
	const struct err why = *e;

	return err_set_code(e, why.rc, why.origin, why.code,
	                    "%.300s; run `holdfast-admin init` as the role that owns schema holdfast, or "
	                    "that has CREATE on the database", why.text);
}

static enum rc migrate_locked(struct db *db, int *applied, struct err *e)
{
	bool has_schema = false;
	int32_t version;
	enum rc rc = read_version(db, &version, &has_schema, e);

	if (rc == RC_OK && version > SCHEMA_VERSION)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the schema is of version %d, newer than this program's %d", (int)version,
		               (int)SCHEMA_VERSION);
	/* IF NOT EXISTS would ask for CREATE on the database though the schema is there. */
	if (rc == RC_OK && version < 0 && !has_schema)
		rc = apply(db, "CREATE SCHEMA holdfast", 0, e);
	if (rc == RC_OK && version < 0) {
		rc = apply(db, ground, 0, e);
		version = 0;
	}
	for (; rc == RC_OK && version < SCHEMA_VERSION; version++) {
		assert(atoi(migrations[version].name) == version + 1);
		rc = apply(db, migrations[version].text, version + 1, e);
		*applied += rc == RC_OK;
	}
	if (rc == RC_FATAL && strcmp(e->code, SQLSTATE_NO_RIGHT) == 0)
		return say_who_may(e);
	return rc;
}

enum rc schema_migrate(struct db *db, int *applied, struct err *e)
{
	struct db_rows rows;
	struct err later;
	enum rc rc = ask(db, QUERY_SCHEMA_TAKE_LOCK, &rows, e), given;

	*applied = 0;
	if (rc != RC_OK)
		return rc;
	db_rows_release(&rows);
	rc = migrate_locked(db, applied, e);
	/* With a lost session the lock is given too. */
	given = ask(db, QUERY_SCHEMA_GIVE_LOCK, &rows, rc == RC_OK ? e : &later);
	db_rows_release(&rows);
	return rc == RC_OK ? given : rc;
}

enum rc schema_verify(struct db *db, struct err *e)
{
	bool has_schema;
	int32_t version;
	enum rc rc = read_version(db, &version, &has_schema, e);

	if (rc != RC_OK)
		return rc;
	if (version <= 0)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the database has no schema holdfast: run `holdfast-admin init`");
	if (version < SCHEMA_VERSION)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the schema is of version %d, this program needs %d: run "
		               "`holdfast-admin init`", (int)version, (int)SCHEMA_VERSION);
	if (version > SCHEMA_VERSION)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the schema is of version %d, this program knows %d: it was brought there "
		               "by `holdfast-admin init` of a newer release, use that one", (int)version,
		               (int)SCHEMA_VERSION);
	return RC_OK;
}

enum rc schema_find(struct db *db, bool *is_there, struct err *e)
{
	bool has_schema;
	int32_t version;
	enum rc rc = read_version(db, &version, &has_schema, e);

	*is_there = !rc && version > 0;
	return rc;
}

enum rc schema_make_shadow(struct db *db, struct err *e)
{
	struct db_call calls[] = {{.query = QUERY_BEGIN}, {.query = QUERY_SHADOW_CREATE_PROGRESS},
	                          {.query = QUERY_SHADOW_CREATE_DIFFERENCES}, {.query = QUERY_COMMIT}};
	struct err ignored;

	if (db_run(db, calls, 4, e) == RC_OK) {
		for (int i = 0; i < 4; i++)
			db_rows_release(&calls[i].rows);
		return RC_OK;
	}
	if (e->rc != RC_REOPEN && db_rollback(db, &ignored))
		e->rc = RC_REOPEN; /* lost, and the server rolls back by itself */
	return e->rc;
}

enum rc schema_draw_epoch(struct db *db, struct err *e)
{
	struct db_rows rows;
	enum rc rc = ask(db, QUERY_SCHEMA_DRAW_EPOCH, &rows, e);

	if (!rc)
		db_rows_release(&rows);
	return rc;
}
