#include "common/pipeline/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/partitioner.h"
#include "common/base/stop.h"
#include "common/kafka/sender.h"
#include "common/pipeline/binding.h"
#include "common/pipeline/schema.h"

enum rc pipeline_read(struct pipeline *p, const struct common_options *common,
                      const struct pipeline_user *user, struct err *e)
{
	*p = (struct pipeline){
	    .kafka = {common->kafka_bootstrap_servers, user->program, &common->kafka},
	    .topics = {common->requests_topic, common->replies_topic, common->events_topic,
	               common->dead_letter_topic},
	    .group_id = user->group_id,
	    .rights = user->rights,
	};
	if (kafka_conf_refuse_owned(&common->kafka, e) || kafka_pool_open(&p->pool, &p->kafka, e))
		return e->rc;
	if (user->session && pipeline_read_databases(p, common, user->session, e))
		return e->rc;
	return reply_topics_read(&p->reply_topics, user->reply_topics, &p->topics, e);
}

#define LEARN_MS 2000 /* longest wait for a database whose answer is of use and not needed */

enum rc pipeline_read_databases(struct pipeline *p, const struct common_options *common,
                                const struct db_settings *session, struct err *e)
{
	struct db_settings named = *session;

	named.program = p->kafka.client_id;
	if (database_map_read(&p->databases, common->database_map, common->database_url, &named, e))
		return e->rc;
	p->is_unverified = calloc(p->databases.count, sizeof p->is_unverified[0]);
	return p->is_unverified ? RC_OK : err_out_of_memory(e);
}

void pipeline_release(struct pipeline *p)
{
	reply_topics_release(&p->reply_topics);
	database_map_release(&p->databases);
	free(p->is_unverified);
	free(p->cluster_id);
	kafka_pool_close(p->pool);
	*p = (struct pipeline){0};
}

enum rc pipeline_take_topics(const struct pipeline *p, struct kafka_topics **topics, struct err *e)
{
	if (!p->kafka.bootstrap_servers)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "no brokers: set KAFKA_BOOTSTRAP_SERVERS or --kafka-bootstrap-servers");
	return kafka_pool_take_topics(p->pool, topics, e);
}

static void log_lines(struct buf *warnings)
{
	char *rest = NULL;

	if (!warnings->bytes)
		return;
	for (char *line = strtok_r(warnings->data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		log_warning(line);
}

static enum rc verify_topics(struct pipeline *p, int64_t wait_ms, struct err *e)
{
	struct kafka_topics *topics = NULL;
	struct buf warnings = {0};
	enum rc rc = pipeline_take_topics(p, &topics, e);

	free(p->cluster_id);
	p->cluster_id = NULL;
	if (!rc)
		kafka_topics_limit(topics, wait_ms);
	if (!rc)
		rc = kafka_topics_cluster_id(topics, &p->cluster_id, e);
	if (!rc)
		rc = kafka_topics_verify(topics, &p->topics, &p->present, &warnings, e);
	p->partition_count = p->present.least;
	if (!rc)
		log_lines(&warnings);
	buf_release(&warnings);
	kafka_pool_give_topics(p->pool, topics, rc);
	return rc;
}

static enum rc verify_binding(const struct pipeline *p, const struct database *database,
                              unsigned what, struct err *e)
{
	struct db *db = NULL;
	enum rc rc = db_open(&db, &database->settings, e);

	if (!rc)
		rc = conditions_verify_settings(db, e);
	if (!rc)
		rc = conditions_verify_rights(db, p->rights, e);
	if (!rc)
		rc = schema_verify(db, e);
	if (!rc)
		rc = (what & PIPELINE_SHADOW ? binding_verify_shadow : binding_verify)(
		    db, p->cluster_id, p->topics.requests, p->partition_count, database->served, e);
	db_close(db);
	if (rc)
		database_blame(database, e);
	return rc;
}

static enum rc verify_group(const struct pipeline *p, const struct database *database,
                            unsigned what, struct err *e)
{
	struct db *db = NULL;
	enum rc rc = db_open(&db, &database->settings, e);

	if (!rc)
		rc = (what & PIPELINE_CLAIM_GROUP ? binding_claim_group
		                                  : binding_verify_group)(db, p->group_id, e);
	db_close(db);
	if (rc)
		database_blame(database, e);
	return rc;
}

/* A server was not there: it may be a little later. */
static bool is_worth_waiting(enum rc rc)
{
	return rc == RC_RETRY || rc == RC_REOPEN;
}

/*
 * Whether a database was made for fewer partitions than there are: then these are N.
 *
 * answered  how many databases said what they were made for
 */
static bool has_learned(struct pipeline *p, size_t *answered)
{
	int32_t before = p->partition_count;

	for (size_t i = 0; p->partition_count == before && i < p->databases.count; i++) {
		struct binding own = {0};
		struct db *db = NULL;
		struct err ignored;
		enum rc rc = db_open(&db, &p->databases.list[i].settings, &ignored);

		if (!rc)
			rc = schema_verify(db, &ignored);
		if (!rc)
			rc = binding_read(db, &own, &ignored);
		*answered += rc == RC_OK;
		if (!rc && own.partition_count < before && !strcmp(own.cluster_id, p->cluster_id) &&
		    !strcmp(own.requests_topic, p->topics.requests))
			p->partition_count = own.partition_count;
		binding_release(&own);
		db_close(db);
	}
	return p->partition_count != before;
}

/* Look at each; of those that are not there e says the first. */
static enum rc verify_each(struct pipeline *p, unsigned what, size_t *verified, struct err *e)
{
	enum rc first = RC_OK;

	if (database_map_fit(&p->databases, p->partition_count, e))
		return e->rc;
	for (size_t i = 0; i < p->databases.count; i++) {
		struct err own;
		enum rc rc = verify_binding(p, &p->databases.list[i], what, &own);

		p->is_unverified[i] = rc != RC_OK;
		*verified += rc == RC_OK;
		if (rc && (!first || !is_worth_waiting(rc))) {
			*e = own;
			first = rc;
		}
		if (rc && !is_worth_waiting(rc))
			return rc;
	}
	return first;
}

static enum rc verify_bindings(struct pipeline *p, unsigned what, size_t *verified,
                               struct err *e)
{
	enum rc rc = verify_each(p, what, verified, e);
	size_t answered = 0;

	if (!rc_is_final(rc) || !has_learned(p, &answered))
		return rc;
	*verified = 0;
	return verify_each(p, what, verified, e);
}

static enum rc verify_databases(struct pipeline *p, unsigned what, int64_t from_ms, struct err *e)
{
	size_t verified = 0;
	enum rc rc = verify_bindings(p, what, &verified, e);

	if (is_worth_waiting(rc) && verified && what & PIPELINE_SOME_DATABASES &&
	    clock_monotonic_ms() - from_ms >= PIPELINE_MISSING_MS) {
		log_err(LOG_WARNING, "starting without a database", e);
		rc = RC_OK;
	}
	return rc;
}

static enum rc verify_groups(const struct pipeline *p, unsigned what, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < p->databases.count; i++)
		if (!p->is_unverified[i])
			rc = verify_group(p, &p->databases.list[i], what, e);
	return rc;
}

static void warn_of_surplus(const struct pipeline *p)
{
	if (pipeline_surplus(p) > 0)
		log_warning("partitions were added to the topic of requests after the database was made for "
		            "it; nothing on them is decided or answered, and nothing else is harmed",
		            F_INT("made_for", p->partition_count), F_INT("there_are", p->present.requests));
}

void pipeline_learn(struct pipeline *p, const struct common_options *common)
{
	const struct db_settings session = {.connect_ms = LEARN_MS, .answer_ms = LEARN_MS};
	size_t answered = 0;
	struct err e;

	if (!common->database_map && !common->database_url)
		return;
	if (pipeline_read_databases(p, common, &session, &e))
		log_err(LOG_WARNING, "the number of partitions is taken from the topics", &e);
	else if (has_learned(p, &answered))
		warn_of_surplus(p);
	else if (!answered)
		log_info("no database says for how many partitions it was made; their number is taken from "
		         "the topics", F_INT("partitions", p->partition_count));
}

int32_t pipeline_surplus(const struct pipeline *p)
{
	return p->present.requests - p->partition_count;
}

int32_t pipeline_place(const struct pipeline *p, struct text key)
{
	if (pipeline_surplus(p) <= 0)
		return KAFKA_BY_KEY;
	return key.bytes ? partition_of_key(key.data, key.bytes, p->partition_count) : 0;
}

static enum rc verify_once(struct pipeline *p, unsigned what, int64_t from_ms, int64_t wait_ms,
                           struct err *e)
{
	enum rc rc = verify_topics(p, wait_ms, e);

	if (!rc && what & PIPELINE_EVEN && p->present.least != p->present.most)
		rc = err_set(e, RC_FATAL, FROM_PIPELINE,
		             "the four topics have %d to %d partitions: they must have the same number",
		             (int)p->present.least, (int)p->present.most);
	if (!rc && what & (PIPELINE_DATABASES | PIPELINE_SOME_DATABASES))
		rc = verify_databases(p, what, from_ms, e);
	if (!rc)
		rc = reply_topics_keep_fit(&p->reply_topics, p->pool, p->partition_count, e);
	if (!rc && what & (PIPELINE_GROUP | PIPELINE_CLAIM_GROUP))
		rc = verify_groups(p, what, e);
	if (!rc)
		warn_of_surplus(p);
	return rc;
}

enum rc pipeline_verify(struct pipeline *p, unsigned what, int64_t wait_ms, struct err *e)
{
	int64_t from_ms = clock_monotonic_ms();
	struct backoff backoff = {.first_ms = 200, .limit_ms = 3000};

	if (what & PIPELINE_SOME_DATABASES && p->kafka.bootstrap_servers)
		log_info("waiting for the servers", F_STR("brokers", p->kafka.bootstrap_servers),
		         F_INT("databases", p->databases.count), F_INT("at_most_ms", wait_ms));
	for (;;) {
		enum rc rc = verify_once(p, what, from_ms, wait_ms, e);

		if (!is_worth_waiting(rc) || clock_monotonic_ms() - from_ms >= wait_ms)
			return rc;
		log_err(LOG_WARNING, "waiting for a server", e);
		if (stop_wait_ms(backoff_next_ms(&backoff)))
			return rc;
	}
}

bool pipeline_has_verified(const struct pipeline *p, const struct database *database)
{
	return !p->is_unverified[database - p->databases.list];
}

enum rc pipeline_verify_database(const struct pipeline *p, const struct database *database,
                                 unsigned what, struct err *e)
{
	enum rc rc = verify_binding(p, database, what, e);

	if (!rc && what & (PIPELINE_GROUP | PIPELINE_CLAIM_GROUP))
		rc = verify_group(p, database, what, e);
	return rc;
}
