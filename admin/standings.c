#include "admin/standings.h"

#include <stdio.h>
#include <stdlib.h>

#include "admin/servers.h"
#include "admin/standings_pace.h"
#include "common/base/clock.h"
#include "common/kafka/reader.h"
#include "common/pipeline/binding.h"
#include "common/pipeline/schema.h"

static void keep_text(char *to, size_t bytes, struct text t)
{
	snprintf(to, bytes, "%.*s", (int)t.bytes, t.data ? t.data : "");
}

static int64_t number_or_none(const struct db_rows *rows, int row, int column)
{
	return db_is_null(rows, row, column) ? -1 : db_int8(rows, row, column);
}

static int64_t time_or_none(const struct db_rows *rows, int row, int column)
{
	return db_is_null(rows, row, column) ? -1 : db_time_ms(rows, row, column);
}

static void keep_gap(struct standing_gap *gap, const struct db_rows *rows, int row)
{
	gap->accepted_ms = time_or_none(rows, row, 9);
	gap->first = number_or_none(rows, row, 10);
	gap->decided = number_or_none(rows, row, 11);
	keep_text(gap->database_user, sizeof gap->database_user, db_text(rows, row, 12));
	keep_text(gap->os_user, sizeof gap->os_user, db_text(rows, row, 13));
	keep_text(gap->host, sizeof gap->host, db_text(rows, row, 14));
	keep_text(gap->reason, sizeof gap->reason, db_text(rows, row, 15));
}

static void keep_row(struct standing *p, const struct db_rows *rows, int row)
{
	p->decided = db_is_null(rows, row, 1) ? 0 : db_int8(rows, row, 1);
	p->epoch = db_is_null(rows, row, 2) ? 0 : db_int8(rows, row, 2);
	p->decided_until_ms = time_or_none(rows, row, 3);
	p->last_offset = number_or_none(rows, row, 4);
	p->halted_ms = time_or_none(rows, row, 5);
	p->halted_offset = number_or_none(rows, row, 6);
	keep_text(p->halted_sqlstate, sizeof p->halted_sqlstate, db_text(rows, row, 7));
	keep_text(p->halted_reason, sizeof p->halted_reason, db_text(rows, row, 8));
	keep_gap(&p->gap, rows, row);
}

static enum rc read_rows_of(struct standings *standings, const struct settings *s,
                            const struct pipeline *pipeline, const struct database *database,
                            struct err *e)
{
	struct db_call call = {.query = QUERY_ADMIN_READ_PROGRESS};
	struct db *db = NULL;
	enum rc rc = servers_open_database(s, database, &db, e);

	if (rc)
		return rc;
	rc = schema_verify(db, e);
	if (!rc)
		rc = binding_verify(db, pipeline->cluster_id, pipeline->topics.requests, standings->count,
		                    database->served, e);
	if (!rc)
		rc = binding_verify_group(db, pipeline->group_id, e);
	if (!rc)
		rc = db_run(db, &call, 1, e);
	for (int row = 0; !rc && row < call.rows.count; row++) {
		int32_t partition = db_int4(&call.rows, row, 0);

		if (partition >= database->served.first && partition <= database->served.last)
			keep_row(&standings->list[partition], &call.rows, row);
	}
	if (rc)
		database_blame(database, e);
	db_rows_release(&call.rows);
	db_close(db);
	return rc;
}

static enum rc read_rows(struct standings *standings, const struct settings *s,
                         struct pipeline *pipeline, struct err *e)
{
	struct database_map *databases = &pipeline->databases;
	enum rc rc = database_map_fit(databases, standings->count, e);

	for (size_t i = 0; !rc && i < databases->count; i++)
		rc = read_rows_of(standings, s, pipeline, &databases->list[i], e);
	return rc;
}

static enum rc read_owners(struct standings *standings, const struct pipeline *pipeline,
                           const struct kafka_topics *topics, int64_t until_ms, struct err *e)
{
	struct backoff backoff = {.first_ms = 50, .limit_ms = 500};
	enum rc rc;

	do
		rc = kafka_members_read(topics, pipeline->group_id, pipeline->topics.requests,
		                        standings->owners, standings->count, e);
	while (servers_may_retry(rc, until_ms, &backoff));
	return rc;
}

/* In the order that keeps committed <= next_offset <= end while the workers go on. */
static enum rc read_all(struct standings *standings, const struct settings *s,
                        struct pipeline *pipeline, struct kafka_topics *topics,
                        const struct kafka_reader *reader, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + (int64_t)s->timeout_ms;
	const char *topic = pipeline->topics.requests;
	enum rc rc = RC_OK;

	for (int32_t i = 0; !rc && i < standings->count; i++) {
		struct backoff backoff = {.first_ms = 5, .limit_ms = 200};
		struct standing *p = &standings->list[i];

		p->decided_until_ms = p->last_offset = p->halted_ms = p->halted_offset = -1;
		p->gap.accepted_ms = -1;
		/* A worker's transaction under way keeps its offset from being told. */
		do
			rc = kafka_topics_committed(topics, pipeline->group_id, topic, i, &p->answered, e);
		while (servers_may_retry(rc, until_ms, &backoff));
	}
	if (!rc)
		rc = read_rows(standings, s, pipeline, e);
	for (int32_t i = 0; !rc && i < standings->count; i++)
		rc = kafka_reader_bounds(reader, topic, i, &standings->list[i].first,
		                         &standings->list[i].end, e);
	return rc;
}

/* How they stand, and, where something waits, how long it will. */
static enum rc read_waits(struct standings *standings, const struct settings *s,
                          struct pipeline *pipeline, struct kafka_topics *topics,
                          const struct kafka_reader *reader, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + (int64_t)s->timeout_ms;
	bool has_looked = false;
	enum rc rc = read_owners(standings, pipeline, topics, until_ms, e);

	if (!rc)
		rc = read_all(standings, s, pipeline, topics, reader, e);
	if (!rc)
		rc = standings_look(standings, s, pipeline, &has_looked, e);
	if (!rc && has_looked)
		rc = read_all(standings, s, pipeline, topics, reader, e);
	if (!rc && s->at && !standings_ask(standings, s->at))
		rc = err_set(e, RC_USAGE, FROM_SETTINGS,
		             "--at must be PARTITION-OFFSET of a request, got \"%s\"", s->at);
	if (!rc)
		standings_reckon(standings);
	return rc;
}

/* What lies where nobody looks. */
static enum rc read_surplus(struct standings *standings, const struct pipeline *pipeline,
                            const struct kafka_reader *reader, struct err *e)
{
	enum rc rc = RC_OK;

	standings->surplus = pipeline_surplus(pipeline) > 0 ? pipeline_surplus(pipeline) : 0;
	for (int32_t i = 0; !rc && i < standings->surplus; i++) {
		int64_t first, end;

		rc = kafka_reader_bounds(reader, pipeline->topics.requests, standings->count + i, &first,
		                         &end, e);
		if (!rc)
			standings->surplus_records += end - first;
	}
	return rc;
}

enum rc standings_read(struct standings *standings, const struct settings *s, struct err *e)
{
	struct kafka_topics *topics = NULL;
	const struct kafka_reader *reader = NULL;
	struct pipeline pipeline = {0};
	enum rc rc = servers_read(s, &pipeline, e);

	if (!rc)
		rc = servers_read_databases(s, &pipeline, e);
	if (!rc)
		rc = servers_verify(s, &pipeline, PIPELINE_DATABASES, e);
	if (!rc)
		rc = pipeline_take_topics(&pipeline, &topics, e);
	if (!rc)
		rc = kafka_pool_lend_reader(pipeline.pool, true, &reader, e);
	if (!rc) {
		standings->count = pipeline.partition_count;
		standings->list = calloc((size_t)standings->count, sizeof standings->list[0]);
		standings->owners = calloc((size_t)standings->count, sizeof standings->owners[0]);
		if (!standings->list || !standings->owners)
			rc = err_out_of_memory(e);
	}
	if (!rc)
		rc = read_waits(standings, s, &pipeline, topics, reader, e);
	if (!rc)
		rc = read_surplus(standings, &pipeline, reader, e);
	kafka_pool_return_reader(pipeline.pool, reader, rc);
	kafka_pool_give_topics(pipeline.pool, topics, rc);
	pipeline_release(&pipeline);
	return rc;
}

void standings_release(struct standings *standings)
{
	kafka_owners_release(standings->owners, standings->count);
	free(standings->list);
	*standings = (struct standings){0};
}
