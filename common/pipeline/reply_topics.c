#include "common/pipeline/reply_topics.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"

static bool is_listed(const struct reply_topics *topics, const char *name)
{
	for (size_t i = 0; i < topics->count; i++)
		if (!strcmp(topics->names[i], name))
			return true;
	return false;
}

enum rc reply_topics_read(struct reply_topics *topics, const char *list,
                          const struct topic_names *names, struct err *e)
{
	char *rest = NULL;

	if (!list || !*list)
		return RC_OK;
	topics->text = strdup(list);
	if (!topics->text)
		return err_out_of_memory(e);
	for (char *name = strtok_r(topics->text, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
		name += strspn(name, " ");
		if (!*name)
			continue;
		if (!strcmp(name, names->requests) || !strcmp(name, names->events) ||
		    !strcmp(name, names->dead_letters))
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "--reply-topics must not name the topic of requests, events or dead "
			               "letters: %s", name);
		if (!strcmp(name, names->replies) || is_listed(topics, name))
			continue;
		if (topics->count == REPLY_TOPICS_MAX)
			return err_set(e, RC_USAGE, FROM_SETTINGS, "--reply-topics must name at most %d topics",
			               REPLY_TOPICS_MAX);
		topics->names[topics->count++] = name;
	}
	return RC_OK;
}

void reply_topics_release(struct reply_topics *topics)
{
	free(topics->text);
	*topics = (struct reply_topics){0};
}

static enum rc keep_fit(struct reply_topics *topics, struct kafka_topics *client,
                        int32_t partition_count, struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < topics->count; i++) {
		int32_t count;

		if (kafka_topics_partitions(client, topics->names[i], &count, e)) {
			if (e->origin != FROM_RIGHTS)
				return e->rc;
			log_err(LOG_WARNING, "a topic of --reply-topics is not used", e);
			continue;
		}
		if (count == partition_count)
			topics->names[kept++] = topics->names[i];
		else
			log_warning("a topic of --reply-topics is missing or has another number of "
			            "partitions; it is not used", F_STR("topic", topics->names[i]),
			            F_INT("partitions", count));
	}
	topics->count = kept;
	return RC_OK;
}

enum rc reply_topics_keep_fit(struct reply_topics *topics, struct kafka_pool *pool,
                              int32_t partition_count, struct err *e)
{
	struct kafka_topics *client = NULL;
	enum rc rc;

	if (!topics->count)
		return RC_OK;
	rc = kafka_pool_take_topics(pool, &client, e);
	if (!rc)
		rc = keep_fit(topics, client, partition_count, e);
	kafka_pool_give_topics(pool, client, rc);
	return rc;
}
