#include "worker/startup.h"

#include <stdlib.h>
#include <string.h>

#include "common/kafka_topics.h"
#include "common/log.h"
#include "common/schema.h"

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

static enum rc verify_reply_topics(struct lane_settings *settings, struct err *e)
{
	struct kafka_topics *topics = NULL;
	enum rc rc = kafka_topics_open(&topics, &settings->kafka, e);

	if (!rc)
		rc = drop_unfit_reply_topics(topics, &settings->answer, e);
	kafka_topics_close(topics);
	return rc;
}

/* Only looks: --check must not make this group the database's. */
static enum rc verify_group(struct db *db, const char *group_id, struct err *e)
{
	struct pipeline pipeline = {0};
	enum rc rc = pipeline_read(db, &pipeline, e);

	if (!rc && pipeline.group_id && strcmp(pipeline.group_id, group_id) != 0)
		rc = err_set(e, RC_FATAL, EXIT_MISMATCH, "the database belongs to group \"%s\", not to \"%s\"",
		             pipeline.group_id, group_id);
	pipeline_release(&pipeline);
	return rc;
}

static enum rc settle_group(const struct lane_settings *settings, bool is_claiming, struct err *e)
{
	const char *group_id = settings->answer.group_id;
	struct db *db = NULL;
	enum rc rc = db_open(&db, &settings->database, e);

	if (!rc)
		rc = is_claiming ? pipeline_claim_group(db, group_id, e) : verify_group(db, group_id, e);
	db_close(db);
	return rc;
}

enum rc startup_verify(struct startup *startup, struct lane_settings *settings, int64_t wait_ms,
                       bool is_claiming, struct err *e)
{
	struct answer_settings *answer = &settings->answer;

	if (setup_verify(&startup->setup, &settings->kafka, &settings->database, &answer->topics,
	                 wait_ms, e))
		return e->rc;
	answer->cluster_id = startup->setup.cluster_id;
	answer->partition_count = startup->setup.partition_count;
	if (answer->reply_topic_count && verify_reply_topics(settings, e))
		return e->rc;
	return settle_group(settings, is_claiming, e);
}

void startup_release(struct startup *startup)
{
	setup_release(&startup->setup);
	free(startup->reply_topics);
	*startup = (struct startup){0};
}
