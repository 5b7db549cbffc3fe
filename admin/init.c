#include <stdlib.h>

#include "admin/admin.h"
#include "common/backoff.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/schema.h"
#include "common/stop.h"

#define CONNECT_MS 5000
#define ANSWER_MS 30000

bool admin_may_retry(enum rc rc, int64_t until_ms, struct backoff *backoff)
{
	if (rc != RC_RETRY && rc != RC_REOPEN)
		return false;
	return clock_monotonic_ms() < until_ms && !stop_wait_ms(backoff_next_ms(backoff));
}

enum rc admin_open_database(const struct settings *s, struct db **db, struct err *e)
{
	const struct db_settings settings = {
	    .url = s->database_url,
	    .program = "holdfast-admin",
	    .connect_ms = CONNECT_MS,
	    .answer_ms = ANSWER_MS,
	};
	int64_t until_ms = clock_monotonic_ms() + (int64_t)s->timeout_ms;
	struct backoff backoff = {.first_ms = 100, .limit_ms = 2000};
	enum rc rc;

	if (!s->database_url)
		return err_set(e, RC_REJECT, EXIT_USAGE, "no database: set DATABASE_URL or --database-url");
	do
		rc = db_open(db, &settings, e);
	while (admin_may_retry(rc, until_ms, &backoff));
	return rc;
}

enum rc admin_open_topics(const struct settings *s, struct kafka_topics **topics, struct err *e)
{
	const struct kafka_settings kafka = admin_kafka(s);

	if (!s->kafka_bootstrap_servers)
		return err_set(e, RC_REJECT, EXIT_USAGE,
		               "no brokers: set KAFKA_BOOTSTRAP_SERVERS or --kafka-bootstrap-servers");
	return kafka_topics_open(topics, &kafka, e);
}

static enum rc read_cluster_id(const struct settings *s, struct kafka_topics *topics,
                               char **cluster_id, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + (int64_t)s->timeout_ms;
	struct backoff backoff = {.first_ms = 100, .limit_ms = 2000};
	enum rc rc;

	do
		rc = kafka_topics_cluster_id(topics, cluster_id, e);
	while (admin_may_retry(rc, until_ms, &backoff));
	return rc;
}

static enum rc verify(const struct settings *s, struct kafka_topics *topics, struct db *db,
                      const char *cluster_id, bool is_claiming, struct err *e)
{
	const struct topic_names names = admin_topics(s);
	struct buf warnings = {0};
	int32_t partition_count;
	enum rc rc = kafka_topics_verify(topics, &names, &partition_count, &warnings, e);

	admin_log_lines(&warnings);
	buf_release(&warnings);
	if (rc)
		return rc;
	if (is_claiming)
		return pipeline_claim(db, cluster_id, s->requests_topic, partition_count, e);
	return pipeline_verify(db, cluster_id, s->requests_topic, partition_count, e);
}

enum rc admin_verify_topics(const struct settings *s, struct err *e)
{
	const struct topic_names names = admin_topics(s);
	struct kafka_topics *topics = NULL;
	struct buf warnings = {0};
	char *cluster_id = NULL;
	int32_t partition_count;
	enum rc rc = admin_open_topics(s, &topics, e);

	if (!rc)
		rc = read_cluster_id(s, topics, &cluster_id, e);
	if (!rc)
		rc = kafka_topics_verify(topics, &names, &partition_count, &warnings, e);
	admin_log_lines(&warnings);
	buf_release(&warnings);
	free(cluster_id);
	kafka_topics_close(topics);
	return rc;
}

enum rc admin_init(const struct settings *s, struct err *e)
{
	const struct topic_names names = admin_topics(s);
	struct kafka_topics *topics = NULL;
	struct db *db = NULL;
	char *cluster_id = NULL;
	int migrations = 0, created = 0;
	enum rc rc = admin_open_topics(s, &topics, e);

	if (!rc)
		rc = admin_open_database(s, &db, e);
	if (!rc)
		rc = read_cluster_id(s, topics, &cluster_id, e);
	if (!rc)
		rc = schema_migrate(db, &migrations, e);
	if (!rc)
		rc = kafka_topics_create(topics, &names, (int32_t)s->partitions,
		                         (int32_t)s->replication_factor, &created, e);
	if (!rc)
		rc = verify(s, topics, db, cluster_id, true, e);
	if (!rc)
		log_info("schema and topics are there", F_INT("migrations_applied", migrations),
		         F_INT("topics_created", created));
	free(cluster_id);
	db_close(db);
	kafka_topics_close(topics);
	return rc;
}

enum rc admin_check(const struct settings *s, struct err *e)
{
	struct kafka_topics *topics = NULL;
	struct db *db = NULL;
	char *cluster_id = NULL;
	enum rc rc = admin_open_topics(s, &topics, e);

	if (!rc)
		rc = admin_open_database(s, &db, e);
	if (!rc)
		rc = read_cluster_id(s, topics, &cluster_id, e);
	if (!rc)
		rc = schema_verify(db, e);
	if (!rc)
		rc = verify(s, topics, db, cluster_id, false, e);
	if (!rc)
		log_info("topics and schema are as they must be");
	free(cluster_id);
	db_close(db);
	kafka_topics_close(topics);
	return rc;
}
