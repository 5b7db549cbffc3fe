#include "admin/admin.h"
#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/pipeline/binding.h"
#include "common/pipeline/schema.h"
#include "common/pipeline/setup.h"
#include "common/base/stop.h"

#define CONNECT_MS 5000
#define ANSWER_MS 30000
#define SPREAD_MS 10000 /* until all brokers know of new topics */

bool admin_may_retry(enum rc rc, int64_t until_ms, struct backoff *backoff)
{
	if (rc != RC_RETRY && rc != RC_REOPEN)
		return false;
	return clock_monotonic_ms() < until_ms && !stop_wait_ms(backoff_next_ms(backoff));
}

enum rc admin_read_map(const struct settings *s, struct database_map *map, struct err *e)
{
	const struct db_settings session = {
	    .program = "holdfast-admin",
	    .connect_ms = CONNECT_MS,
	    .answer_ms = ANSWER_MS,
	    .has_pinned_plans = true,
	};

	return database_map_read(map, s->database_map, s->database_url, &session, e);
}

enum rc admin_open_database(const struct settings *s, const struct database *database,
                            struct db **db, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + (int64_t)s->timeout_ms;
	struct backoff backoff = {.first_ms = 100, .limit_ms = 2000};
	enum rc rc;

	do
		rc = db_open(db, &database->settings, e);
	while (admin_may_retry(rc, until_ms, &backoff));
	if (rc)
		database_blame(database, e);
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

/* Brokers that do not answer yet are waited for. */
static enum rc create_topics(const struct settings *s, int *created, struct err *e)
{
	const struct topic_names names = admin_topics(s);
	int64_t until_ms = clock_monotonic_ms() + (int64_t)s->timeout_ms;
	struct backoff backoff = {.first_ms = 100, .limit_ms = 2000};
	struct kafka_topics *topics = NULL;
	enum rc rc = admin_open_topics(s, &topics, e);

	if (!rc)
		do
			rc = kafka_topics_create(topics, &names, (int32_t)s->partitions,
			                         (int32_t)s->replication_factor, created, e);
		while (admin_may_retry(rc, until_ms, &backoff));
	kafka_topics_close(topics);
	return rc;
}

/* A broker may learn of topics that another one made a little later. */
static enum rc verify_topics(const struct settings *s, struct setup *setup, bool are_new,
                             struct err *e)
{
	const struct kafka_settings kafka = admin_kafka(s);
	const struct topic_names names = admin_topics(s);
	int64_t until_ms = clock_monotonic_ms() + (are_new ? SPREAD_MS : 0);
	struct backoff backoff = {.first_ms = 50, .limit_ms = 500};
	enum rc rc;

	do
		rc = setup_verify_topics(setup, &kafka, &names, (int64_t)s->timeout_ms, e);
	while (rc == RC_FATAL && clock_monotonic_ms() < until_ms &&
	       !stop_wait_ms(backoff_next_ms(&backoff)));
	return rc;
}

static enum rc migrate(const struct settings *s, const struct database *database, int *migrations,
                       struct err *e)
{
	struct db *db = NULL;
	int applied = 0;
	enum rc rc = admin_open_database(s, database, &db, e);

	if (rc)
		return rc;
	rc = schema_migrate(db, &applied, e);
	if (rc)
		database_blame(database, e);
	*migrations += applied;
	db_close(db);
	return rc;
}

/* Bind a database to the cluster, the topic and its partitions. */
static enum rc claim(const struct settings *s, const struct database *database,
                     const struct setup *setup, struct err *e)
{
	struct db *db = NULL;
	enum rc rc = admin_open_database(s, database, &db, e);

	if (rc)
		return rc;
	rc = binding_claim(db, setup->cluster_id, s->requests_topic, setup->partition_count,
	                    database->served, e);
	if (rc)
		database_blame(database, e);
	db_close(db);
	return rc;
}

static enum rc init(const struct settings *s, struct database_map *map, struct setup *setup,
                    struct err *e)
{
	int migrations = 0, created = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < map->count; i++)
		rc = migrate(s, &map->list[i], &migrations, e);
	if (!rc)
		rc = create_topics(s, &created, e);
	if (!rc)
		rc = verify_topics(s, setup, created > 0, e);
	if (!rc)
		rc = database_map_fit(map, setup->partition_count, e);
	for (size_t i = 0; !rc && i < map->count; i++)
		rc = claim(s, &map->list[i], setup, e);
	if (!rc)
		log_info("schema and topics are there", F_INT("migrations_applied", migrations),
		         F_INT("topics_created", created));
	return rc;
}

enum rc admin_init(const struct settings *s, struct err *e)
{
	struct database_map map = {0};
	struct setup setup = {0};
	enum rc rc = admin_read_map(s, &map, e);

	if (!rc)
		rc = init(s, &map, &setup, e);
	setup_release(&setup);
	database_map_release(&map);
	return rc;
}

enum rc admin_check(const struct settings *s, struct err *e)
{
	const struct kafka_settings kafka = admin_kafka(s);
	const struct topic_names names = admin_topics(s);
	struct database_map map = {0};
	struct setup setup = {0};
	enum rc rc = admin_read_map(s, &map, e);

	if (!rc)
		rc = setup_verify(&setup, &kafka, &map, &names, (int64_t)s->timeout_ms, e);
	if (!rc)
		log_info("topics and schema are as they must be");
	setup_release(&setup);
	database_map_release(&map);
	return rc;
}
