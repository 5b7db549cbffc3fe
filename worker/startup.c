#include "worker/startup.h"

#include <stdlib.h>
#include <string.h>

#include "common/backoff.h"
#include "common/clock.h"
#include "common/kafka_topics.h"
#include "common/log.h"
#include "common/schema.h"
#include "common/stop.h"

enum rc startup_read_reply_topics(struct startup *startup, struct lane_settings *settings,
                                  const char *list, struct err *e)
{
	struct answer_settings *answer = &settings->answer;
	const struct topic_names *topics = &answer->topics;
	char *rest = NULL;

	if (!list || !*list)
		return RC_OK;
	startup->reply_topics = strdup(list);
	if (!startup->reply_topics)
		return err_out_of_memory(e);
	for (char *name = strtok_r(startup->reply_topics, ",", &rest); name;
	     name = strtok_r(NULL, ",", &rest)) {
		if (!strcmp(name, topics->requests) || !strcmp(name, topics->events) ||
		    !strcmp(name, topics->dead_letters))
			return err_set(e, RC_REJECT, EXIT_USAGE,
			               "--reply-topics must not name the topic of requests, events or dead "
			               "letters: %s", name);
		if (!strcmp(name, topics->replies))
			continue;
		if (answer->reply_topic_count == REPLY_TOPICS_MAX)
			return err_set(e, RC_REJECT, EXIT_USAGE, "--reply-topics must name at most %d topics",
			               REPLY_TOPICS_MAX);
		answer->reply_topics[answer->reply_topic_count++] = name;
	}
	return RC_OK;
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

/* A listed topic of another number of partitions cannot be followed: the default one answers. */
static enum rc drop_unfit_reply_topics(struct kafka_topics *topics, struct answer_settings *answer,
                                       struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < answer->reply_topic_count; i++) {
		int32_t count;

		if (kafka_topics_partitions(topics, answer->reply_topics[i], &count, e))
			return e->rc;
		if (count == answer->partition_count)
			answer->reply_topics[kept++] = answer->reply_topics[i];
		else
			log_warning("a topic of --reply-topics is missing or has another number of partitions; "
			            "it is not used", F_STR("topic", answer->reply_topics[i]),
			            F_INT("partitions", count));
	}
	answer->reply_topic_count = kept;
	return RC_OK;
}

static enum rc verify_topics(struct startup *startup, struct lane_settings *settings,
                             struct err *e)
{
	struct answer_settings *answer = &settings->answer;
	struct kafka_topics *topics = NULL;
	struct buf warnings = {0};
	enum rc rc = kafka_topics_open(&topics, &settings->kafka, e);

	free(startup->cluster_id);
	startup->cluster_id = NULL;
	if (!rc)
		rc = kafka_topics_cluster_id(topics, &startup->cluster_id, e);
	if (!rc)
		rc = kafka_topics_verify(topics, &answer->topics, &answer->partition_count, &warnings, e);
	if (!rc)
		rc = drop_unfit_reply_topics(topics, answer, e);
	log_lines(&warnings);
	buf_release(&warnings);
	kafka_topics_close(topics);
	answer->cluster_id = startup->cluster_id;
	return rc;
}

static enum rc verify_database(const struct lane_settings *settings, struct err *e)
{
	const struct answer_settings *answer = &settings->answer;
	struct db *db = NULL;
	enum rc rc = db_open(&db, &settings->database, e);

	if (!rc)
		rc = schema_verify(db, e);
	if (!rc)
		rc = pipeline_verify(db, answer->cluster_id, answer->topics.requests,
		                     answer->partition_count, e);
	if (!rc)
		rc = pipeline_claim_group(db, answer->group_id, e);
	db_close(db);
	return rc;
}

enum rc startup_verify(struct startup *startup, struct lane_settings *settings, int64_t wait_ms,
                       struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + wait_ms;
	struct backoff backoff = {.first_ms = 200, .limit_ms = 3000};

	for (;;) {
		enum rc rc = verify_topics(startup, settings, e);

		if (!rc)
			rc = verify_database(settings, e);
		if (rc != RC_RETRY && rc != RC_REOPEN)
			return rc;
		if (clock_monotonic_ms() >= until_ms)
			return rc;
		log_err(LOG_WARNING, "waiting for a server", e);
		if (stop_wait_ms(backoff_next_ms(&backoff)))
			return rc;
	}
}

void startup_release(struct startup *startup)
{
	free(startup->cluster_id);
	free(startup->reply_topics);
	*startup = (struct startup){0};
}
