#include "common/pipeline/setup.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/pipeline/binding.h"
#include "common/pipeline/schema.h"
#include "common/base/stop.h"

static void log_lines(struct buf *warnings)
{
	char *rest = NULL;

	if (!warnings->bytes)
		return;
	for (char *line = strtok_r(warnings->data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		log_warning(line);
}

static enum rc verify_topics(struct setup *setup, const struct kafka_settings *kafka,
                             const struct topic_names *names, struct err *e)
{
	struct kafka_topics *topics = NULL;
	struct buf warnings = {0};
	enum rc rc = kafka_topics_open(&topics, kafka, e);

	setup_release(setup);
	if (!rc)
		rc = kafka_topics_cluster_id(topics, &setup->cluster_id, e);
	if (!rc)
		rc = kafka_topics_verify(topics, names, &setup->partition_count, &warnings, e);
	if (!rc)
		log_lines(&warnings);
	buf_release(&warnings);
	kafka_topics_close(topics);
	return rc;
}

enum rc setup_verify_database(const char *cluster_id, int32_t partition_count,
                              const char *requests_topic, const struct database *database,
                              struct err *e)
{
	struct db *db = NULL;
	enum rc rc = db_open(&db, &database->settings, e);

	if (!rc)
		rc = schema_verify(db, e);
	if (!rc)
		rc = binding_verify(db, cluster_id, requests_topic, partition_count, database->served, e);
	db_close(db);
	if (rc)
		database_blame(database, e);
	return rc;
}

/* Look at each; of those that are not there e says the first. */
static enum rc verify_databases(const struct setup *setup, struct database_map *databases,
                                const struct topic_names *names, size_t *verified, struct err *e)
{
	enum rc first = RC_OK;

	*verified = 0;
	if (database_map_fit(databases, setup->partition_count, e))
		return e->rc;
	for (size_t i = 0; i < databases->count; i++) {
		struct database *database = &databases->list[i];
		struct err own;
		enum rc rc = setup_verify_database(setup->cluster_id, setup->partition_count,
		                                   names->requests, database, &own);

		database->is_unverified = rc != RC_OK;
		*verified += rc == RC_OK;
		if (rc && !first) {
			*e = own;
			first = rc;
		}
		if (rc && rc != RC_RETRY && rc != RC_REOPEN) {
			*e = own;
			return rc;
		}
	}
	return first;
}

/* databases NULL: the topics alone. some_ms: after that time some databases are enough. */
static enum rc verify(struct setup *setup, const struct kafka_settings *kafka,
                      struct database_map *databases, const struct topic_names *topics,
                      int64_t wait_ms, int64_t some_ms, struct err *e)
{
	int64_t from_ms = clock_monotonic_ms();
	struct backoff backoff = {.first_ms = 200, .limit_ms = 3000};

	if (!kafka->bootstrap_servers)
		return err_set(e, RC_REJECT, EXIT_USAGE,
		               "no brokers: set KAFKA_BOOTSTRAP_SERVERS or --kafka-bootstrap-servers");
	for (;;) {
		size_t verified = 0;
		enum rc rc = verify_topics(setup, kafka, topics, e);

		if (!rc && databases)
			rc = verify_databases(setup, databases, topics, &verified, e);
		if (rc != RC_RETRY && rc != RC_REOPEN)
			return rc;
		if (verified && clock_monotonic_ms() - from_ms >= some_ms) {
			log_err(LOG_WARNING, "starting without a database", e);
			return RC_OK;
		}
		if (clock_monotonic_ms() - from_ms >= wait_ms)
			return rc;
		log_err(LOG_WARNING, "waiting for a server", e);
		if (stop_wait_ms(backoff_next_ms(&backoff)))
			return rc;
	}
}

enum rc setup_verify(struct setup *setup, const struct kafka_settings *kafka,
                     struct database_map *databases, const struct topic_names *topics,
                     int64_t wait_ms, struct err *e)
{
	return verify(setup, kafka, databases, topics, wait_ms, INT64_MAX, e);
}

enum rc setup_verify_some(struct setup *setup, const struct kafka_settings *kafka,
                          struct database_map *databases, const struct topic_names *topics,
                          int64_t wait_ms, struct err *e)
{
	return verify(setup, kafka, databases, topics, wait_ms, SETUP_MISSING_MS, e);
}

enum rc setup_verify_topics(struct setup *setup, const struct kafka_settings *kafka,
                            const struct topic_names *topics, int64_t wait_ms, struct err *e)
{
	return verify(setup, kafka, NULL, topics, wait_ms, INT64_MAX, e);
}

void setup_release(struct setup *setup)
{
	free(setup->cluster_id);
	*setup = (struct setup){0};
}
