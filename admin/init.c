/*
 * Makes schema and topics, and binds the databases to them; and --check, which makes nothing.
 */
#include <stdio.h>

#include "admin/admin.h"
#include "admin/scratch.h"
#include "admin/servers.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/stop.h"
#include "common/pipeline/binding.h"
#include "common/pipeline/rights.h"
#include "common/pipeline/schema.h"

#define SPREAD_MS 10000 /* until all brokers know of new topics */

/* A database that is another pipeline's is told before a topic is made; else *count is its N. */
static enum rc compare(const struct settings *s, const struct database *database,
                       const struct pipeline *pipeline, int32_t *count, struct err *e)
{
	struct db *db = NULL;
	int32_t bound = 0;
	enum rc rc = servers_open_database(s, database, &db, e);

	if (rc)
		return rc;
	rc = binding_compare(db, pipeline->cluster_id, pipeline->topics.requests, &bound, e);
	if (rc)
		database_blame(database, e);
	else if (bound)
		*count = bound;
	db_close(db);
	return rc;
}

/* Brokers that do not answer yet are waited for. */
static enum rc create_topics(const struct settings *s, struct pipeline *pipeline, int *created,
                             int32_t *bound, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + (int64_t)s->timeout_ms;
	struct backoff backoff = {.first_ms = 100, .limit_ms = 2000};
	struct kafka_topics *topics = NULL;
	enum rc rc = pipeline_take_topics(pipeline, &topics, e);

	if (!rc)
		kafka_topics_limit(topics, (int64_t)s->timeout_ms);
	if (!rc)
		do
			rc = kafka_topics_cluster_id(topics, &pipeline->cluster_id, e);
		while (servers_may_retry(rc, until_ms, &backoff));
	for (size_t i = 0; !rc && i < pipeline->databases.count; i++)
		rc = compare(s, &pipeline->databases.list[i], pipeline, bound, e);
	if (!rc)
		do
			rc = kafka_topics_create(topics, &pipeline->topics,
			                         *bound ? *bound : (int32_t)s->partitions,
			                         (int32_t)s->replication_factor, created, e);
		while (servers_may_retry(rc, until_ms, &backoff));
	kafka_pool_give_topics(pipeline->pool, topics, rc);
	return rc;
}

/* A broker may learn of topics that another one made a little later. */
static enum rc verify_topics(const struct settings *s, struct pipeline *pipeline, bool are_new,
                             int32_t bound, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + (are_new ? SPREAD_MS : 0);
	struct backoff backoff = {.first_ms = 50, .limit_ms = 500};
	enum rc rc;

	do
		rc = servers_verify(s, pipeline, bound ? PIPELINE_TOPICS : PIPELINE_EVEN, e);
	while (rc == RC_FATAL && clock_monotonic_ms() < until_ms &&
	       !stop_wait_ms(backoff_next_ms(&backoff)));
	/* Partitions that were added since. Too few are told by the claim. */
	if (bound && bound < pipeline->partition_count)
		pipeline->partition_count = bound;
	return rc;
}

static enum rc migrate(const struct settings *s, const struct database *database, int *migrations,
                       struct err *e)
{
	struct db *db = NULL;
	int applied = 0;
	enum rc rc = servers_open_database(s, database, &db, e);

	if (rc)
		return rc;
	rc = conditions_verify_settings(db, e);
	if (!rc)
		rc = schema_migrate(db, &applied, e);
	if (!rc)
		rc = schema_draw_epoch(db, e);
	if (rc)
		database_blame(database, e);
	*migrations += applied;
	db_close(db);
	return rc;
}

/* Bind a database to the cluster, the topic and its partitions. */
static enum rc claim(const struct settings *s, const struct database *database,
                     const struct pipeline *pipeline, struct err *e)
{
	struct db *db = NULL;
	enum rc rc = servers_open_database(s, database, &db, e);

	if (rc)
		return rc;
	rc = binding_claim(db, pipeline->cluster_id, pipeline->topics.requests,
	                   pipeline->partition_count, database->served, e);
	if (rc)
		database_blame(database, e);
	db_close(db);
	return rc;
}

static enum rc init(const struct settings *s, struct pipeline *pipeline, struct err *e)
{
	struct database_map *map = &pipeline->databases;
	int migrations = 0, created = 0;
	int32_t bound = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < map->count; i++)
		rc = migrate(s, &map->list[i], &migrations, e);
	if (!rc)
		rc = create_topics(s, pipeline, &created, &bound, e);
	if (!rc)
		rc = verify_topics(s, pipeline, created > 0, bound, e);
	if (!rc)
		rc = database_map_fit(map, pipeline->partition_count, e);
	for (size_t i = 0; !rc && i < map->count; i++)
		rc = claim(s, &map->list[i], pipeline, e);
	if (!rc)
		log_info("schema and topics are there", F_INT("migrations_applied", migrations),
		         F_INT("topics_created", created));
	return rc;
}

/* What --print-acls and --print-grants ask for; no server is asked. */
static enum rc print_rights(const struct settings *s, struct err *e)
{
	struct reply_topics reply_topics = {0};
	struct acl_names names = {
	    .topics = {s->common.requests_topic, s->common.replies_topic, s->common.events_topic,
	               s->common.dead_letter_topic},
	    .reply_topics = &reply_topics,
	    .group_id = s->group_id,
	    .is_shadow = s->shadow,
	};
	struct buf text = {0};
	enum rc rc = reply_topics_read(&reply_topics, s->reply_topics, &names.topics, e);

	if (s->print_grants)
		grants_print(s->shadow, &text);
	if (s->print_grants && s->print_acls)
		buf_add_string(&text, "\n");
	if (s->print_acls)
		acls_print(&names, &text);
	if (!rc && text.failed)
		rc = err_out_of_memory(e);
	if (!rc)
		fputs(buf_text(&text).data, stdout);
	buf_release(&text);
	reply_topics_release(&reply_topics);
	return rc;
}

enum rc admin_init(const struct settings *s, const struct named *named, struct err *e)
{
	struct pipeline pipeline = {0};
	enum rc rc;

	(void)named;
	if (s->print_acls || s->print_grants)
		return print_rights(s, e);
	rc = servers_read(s, &pipeline, e);
	if (!rc)
		rc = servers_read_databases(s, &pipeline, e);
	if (!rc)
		rc = s->shadow ? scratch_init(s, &pipeline, e) : init(s, &pipeline, e);
	pipeline_release(&pipeline);
	return rc;
}

enum rc admin_check(const struct settings *s, struct err *e)
{
	struct pipeline pipeline = {0};
	enum rc rc = servers_read(s, &pipeline, e);

	if (!rc)
		rc = servers_read_databases(s, &pipeline, e);
	if (!rc)
		rc = servers_verify(s, &pipeline, PIPELINE_DATABASES | (s->shadow ? PIPELINE_SHADOW : 0), e);
	if (!rc)
		log_info("topics and schema are as they must be");
	pipeline_release(&pipeline);
	return rc;
}
