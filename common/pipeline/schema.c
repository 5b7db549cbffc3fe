#include "common/pipeline/schema.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Version N is the N-th file of sql/migrations, whose name begins with it. */
static const struct {
	const char *name, *text;
} migrations[] = {
#define MIGRATION(symbol, name, text) {name, text},
#include "migrations.inc"
#undef MIGRATION
};

#define SCHEMA_VERSION ((int32_t)(sizeof migrations / sizeof migrations[0]))

static const char *const ground =
    "CREATE TABLE holdfast.schema_migrations ("
    "version integer PRIMARY KEY, name text COLLATE \"C\" NOT NULL,"
    "applied_at timestamptz NOT NULL)";

/* One statement without arguments, for its row. */
static enum rc ask(struct db *db, enum query query, struct db_rows *rows, struct err *e)
{
	struct db_call call = {.query = query};
	enum rc rc = db_run(db, &call, 1, NULL, e);

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
		rc = version ? db_run(db, calls, 2, NULL, e) : db_run(db, calls + 1, 1, NULL, e);
	/* Lost, and the rollback with it: the server rolls back by itself. */
	if (rc != RC_OK && db_rollback(db, &ignored) != RC_OK)
		rc = rc == RC_RETRY ? (e->rc = RC_REOPEN) : rc;
	db_args_release(&args);
	return rc;
}

static enum rc migrate_locked(struct db *db, int *applied, struct err *e)
{
	bool has_schema = false;
	int32_t version;
	enum rc rc = read_version(db, &version, &has_schema, e);

	if (rc == RC_OK && version > SCHEMA_VERSION)
		return err_set(e, RC_FATAL, EXIT_MISMATCH,
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
	if (rc == RC_FATAL && strcmp(e->code, "42501") == 0)
		e->exit_code = EXIT_DATABASE_LOST;
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
		return err_set(e, RC_FATAL, EXIT_MISMATCH,
		               "the database has no schema holdfast: run `holdfast-admin init`");
	if (version < SCHEMA_VERSION)
		return err_set(e, RC_FATAL, EXIT_MISMATCH,
		               "the schema is of version %d, this program needs %d: run "
		               "`holdfast-admin init`", (int)version, (int)SCHEMA_VERSION);
	if (version > SCHEMA_VERSION)
		return err_set(e, RC_FATAL, EXIT_MISMATCH,
		               "the schema is of version %d, this program knows %d: it was brought there "
		               "by `holdfast-admin init` of a newer release, use that one", (int)version,
		               (int)SCHEMA_VERSION);
	return RC_OK;
}

static char *copy_text(struct text t, bool *is_fine)
{
	char *copy = t.data ? strndup(t.data, t.bytes) : NULL;

	*is_fine = *is_fine && (copy || !t.data);
	return copy;
}

enum rc pipeline_read(struct db *db, struct pipeline *pipeline, struct err *e)
{
	struct db_rows rows;
	bool is_fine = true;
	enum rc rc = ask(db, QUERY_PIPELINE_READ, &rows, e);

	*pipeline = (struct pipeline){0};
	if (rc != RC_OK)
		return rc;
	if (rows.count == 0) {
		db_rows_release(&rows);
		return err_set(e, RC_FATAL, EXIT_MISMATCH,
		               "the database belongs to no Kafka cluster yet: run `holdfast-admin init`");
	}
	pipeline->cluster_id = copy_text(db_text(&rows, 0, 0), &is_fine);
	pipeline->requests_topic = copy_text(db_text(&rows, 0, 1), &is_fine);
	pipeline->partition_count = db_int4(&rows, 0, 2);
	pipeline->group_id = copy_text(db_text(&rows, 0, 3), &is_fine);
	pipeline->served = (struct partition_range){0, pipeline->partition_count - 1};
	if (!db_is_null(&rows, 0, 4))
		pipeline->served = (struct partition_range){db_int4(&rows, 0, 4), db_int4(&rows, 0, 5)};
	db_rows_release(&rows);
	if (is_fine)
		return RC_OK;
	pipeline_release(pipeline);
	return err_out_of_memory(e);
}

void pipeline_release(struct pipeline *pipeline)
{
	free(pipeline->cluster_id);
	free(pipeline->requests_topic);
	free(pipeline->group_id);
	*pipeline = (struct pipeline){0};
}

enum rc pipeline_verify(struct db *db, const char *cluster_id, const char *requests_topic,
                        int32_t partition_count, struct partition_range served, struct err *e)
{
	struct pipeline own;
	enum rc rc = pipeline_read(db, &own, e);

	if (rc != RC_OK)
		return rc;
	if (strcmp(own.cluster_id, cluster_id) != 0)
		rc = err_set(e, RC_FATAL, EXIT_MISMATCH,
		             "the database belongs to Kafka cluster \"%.60s\", this one is \"%.60s\"",
		             own.cluster_id, cluster_id);
	else if (strcmp(own.requests_topic, requests_topic) != 0)
		rc = err_set(e, RC_FATAL, EXIT_MISMATCH,
		             "the database belongs to requests topic \"%.150s\", not to \"%.150s\"",
		             own.requests_topic, requests_topic);
	else if (own.partition_count != partition_count)
		rc = err_set(e, RC_FATAL, EXIT_MISMATCH,
		             "the database was made for %d partitions of topic \"%.249s\", it has %d now",
		             (int)own.partition_count, requests_topic, (int)partition_count);
	else if (own.served.first != served.first || own.served.last != served.last)
		rc = err_set(e, RC_FATAL, EXIT_MISMATCH,
		             "the database was made for partitions %d-%d of %d, the settings have it serve "
		             "%d-%d", (int)own.served.first, (int)own.served.last, (int)partition_count,
		             (int)served.first, (int)served.last);
	pipeline_release(&own);
	return rc;
}

enum rc pipeline_claim(struct db *db, const char *cluster_id, const char *requests_topic,
                       int32_t partition_count, struct partition_range served, struct err *e)
{
	bool is_all = served.first == 0 && served.last == partition_count - 1;
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_PIPELINE_INSERT, .args = &args};
	enum rc rc;

	db_arg_text(&args, text_of(cluster_id));
	db_arg_text(&args, text_of(requests_topic));
	db_arg_int4(&args, partition_count);
	for (int i = 0; i < 2; i++) {
		if (is_all)
			db_arg_null(&args, DB_INT4);
		else
			db_arg_int4(&args, i ? served.last : served.first);
	}
	rc = db_run(db, &call, 1, NULL, e);
	db_rows_release(&call.rows);
	db_args_release(&args);
	return rc == RC_OK
	           ? pipeline_verify(db, cluster_id, requests_topic, partition_count, served, e)
	           : rc;
}

enum rc pipeline_claim_group(struct db *db, const char *group_id, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_PIPELINE_CLAIM_GROUP, .args = &args};
	struct pipeline own;
	enum rc rc;

	db_arg_text(&args, text_of(group_id));
	rc = db_run(db, &call, 1, NULL, e);
	db_rows_release(&call.rows);
	db_args_release(&args);
	if (rc != RC_OK || (rc = pipeline_read(db, &own, e)) != RC_OK)
		return rc;
	if (!own.group_id || strcmp(own.group_id, group_id) != 0)
		rc = err_set(e, RC_FATAL, EXIT_MISMATCH,
		             "the database is served by group \"%.150s\", not by \"%.150s\": another "
		             "group's offsets would not fit its rows",
		             own.group_id ? own.group_id : "", group_id);
	pipeline_release(&own);
	return rc;
}

enum rc pipeline_verify_group(struct db *db, const char *group_id, struct err *e)
{
	struct pipeline own;
	enum rc rc = pipeline_read(db, &own, e);

	if (!rc && own.group_id && strcmp(own.group_id, group_id) != 0)
		rc = err_set(e, RC_FATAL, EXIT_MISMATCH,
		             "the database belongs to group \"%.150s\", not to \"%.150s\"",
		             own.group_id, group_id);
	pipeline_release(&own);
	return rc;
}
