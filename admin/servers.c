#include "admin/servers.h"

#include "common/base/clock.h"
#include "common/base/stop.h"
#include "common/pipeline/binding.h"
#include "common/pipeline/schema.h"

#define ANSWER_MS 30000

enum rc servers_read(const struct settings *s, struct pipeline *pipeline, struct err *e)
{
	const struct pipeline_user user = {.program = "holdfast-admin", .group_id = s->group_id};

	return pipeline_read(pipeline, &s->common, &user, e);
}

enum rc servers_read_databases(const struct settings *s, struct pipeline *pipeline, struct err *e)
{
	const struct db_settings session = {
	    .connect_ms = PIPELINE_CONNECT_MS,
	    .answer_ms = ANSWER_MS,
	    .has_pinned_plans = true,
	};

	return pipeline_read_databases(pipeline, &s->common, &session, e);
}

enum rc servers_verify(const struct settings *s, struct pipeline *pipeline, unsigned what,
                       struct err *e)
{
	return pipeline_verify(pipeline, what, (int64_t)s->timeout_ms, e);
}

bool servers_may_retry(enum rc rc, int64_t until_ms, struct backoff *backoff)
{
	if (rc != RC_RETRY && rc != RC_REOPEN)
		return false;
	return clock_monotonic_ms() < until_ms && !stop_wait_ms(backoff_next_ms(backoff));
}

enum rc servers_open_database(const struct settings *s, const struct database *database,
                              struct db **db, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + (int64_t)s->timeout_ms;
	struct backoff backoff = {.first_ms = 100, .limit_ms = 2000};
	enum rc rc;

	do
		rc = db_open(db, &database->settings, e);
	while (servers_may_retry(rc, until_ms, &backoff));
	if (rc)
		database_blame(database, e);
	return rc;
}

/*
 * Is it the database of this topic, and of these partitions? Kafka is not asked: its cluster is
 * taken as read, and without a map its number of partitions.
 */
static enum rc verify_place(struct db *db, const struct pipeline *pipeline,
                            const struct database *database, struct err *e)
{
	struct binding own = {0};
	enum rc rc = binding_read(db, &own, e);

	if (!rc) {
		bool is_mapped = database->name[0] != '\0';
		int32_t count = is_mapped ? database_map_partitions(&pipeline->databases)
		                          : own.partition_count;
		struct partition_range all = {0, count - 1};

		rc = binding_verify(db, own.cluster_id, pipeline->topics.requests, count,
		                    is_mapped ? database->served : all, e);
	}
	binding_release(&own);
	return rc;
}

enum rc servers_open_shows(const struct settings *s, const struct pipeline *pipeline,
                           const struct database *database, struct db **db, struct err *e)
{
	enum rc rc = servers_open_database(s, database, db, e);

	if (rc)
		return rc;
	rc = schema_verify(*db, e);
	if (!rc)
		rc = verify_place(*db, pipeline, database, e);
	if (!rc)
		return RC_OK;
	database_blame(database, e);
	db_close(*db);
	*db = NULL;
	return rc;
}
