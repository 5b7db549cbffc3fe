#include "common/kafka/offsets.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/kafka/ending.h"
#include "common/kafka/reason.h"

#define WAIT_MS 3000
#define STEP_MS 500

struct kafka_asker {
	rd_kafka_t *client;
	char *group_id;
};

static const char *const defaults[][2] = {
    {"allow.auto.create.topics", "false"},
    {"enable.auto.commit", "false"},
    {"isolation.level", "read_committed"}, /* stable offsets only */
};

static enum rc open_client(struct kafka_asker *asker, const struct kafka_settings *settings,
                           struct err *e)
{
	struct rd_kafka_conf_s *conf =
	    kafka_conf_make(settings, defaults, sizeof defaults / sizeof defaults[0], e);
	char reason[256];

	if (!conf)
		return e->rc;
	if (rd_kafka_conf_set(conf, "group.id", asker->group_id, reason, sizeof reason)) {
		rd_kafka_conf_destroy(conf);
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--group-id: %s", reason);
	}
	asker->client = kafka_open_consumer(conf, "Kafka consumer", e);
	return asker->client ? RC_OK : e->rc;
}

enum rc kafka_asker_open(struct kafka_asker **out, const struct kafka_settings *settings,
                         const char *group_id, struct err *e)
{
	struct kafka_asker *asker = calloc(1, sizeof *asker);

	if (!asker || !(asker->group_id = strdup(group_id))) {
		free(asker);
		return err_out_of_memory(e);
	}
	if (open_client(asker, settings, e)) {
		kafka_asker_close(asker);
		return e->rc;
	}
	*out = asker;
	return RC_OK;
}

static void end_asker(void *client)
{
	struct kafka_asker *asker = client;

	if (asker->client) {
		rd_kafka_consumer_close(asker->client);
		rd_kafka_destroy(asker->client);
	}
	free(asker->group_id);
	free(asker);
}

void kafka_asker_close(struct kafka_asker *asker)
{
	if (asker)
		kafka_end(end_asker, asker);
}

bool kafka_asker_is_of(const struct kafka_asker *asker, const char *group_id)
{
	return !strcmp(asker->group_id, group_id);
}

rd_kafka_topic_partition_list_t *kafka_commit_list(const char *topic, int32_t partition,
                                                   const struct kafka_commit *commit)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_t *one = rd_kafka_topic_partition_list_add(list, topic, partition);

	one->offset = commit->offset;
	if (!commit->is_marked)
		return list;
	one->metadata = strdup(KAFKA_COMMIT_MARK); /* the list's from now on */
	if (!one->metadata) {
		rd_kafka_topic_partition_list_destroy(list);
		return NULL;
	}
	one->metadata_size = sizeof KAFKA_COMMIT_MARK - 1;
	return list;
}

struct kafka_commit kafka_commit_of(const rd_kafka_topic_partition_t *answer)
{
	static const size_t mark_bytes = sizeof KAFKA_COMMIT_MARK - 1;

	if (answer->offset < 0)
		return (struct kafka_commit){.offset = -1};
	return (struct kafka_commit){
	    .offset = answer->offset,
	    .is_marked = answer->metadata_size == mark_bytes &&
	                 !memcmp(answer->metadata, KAFKA_COMMIT_MARK, mark_bytes),
	};
}

static bool is_refused(const struct kafka_asker *asker)
{
	rd_kafka_message_t *message;
	bool is_refused = false;

	while ((message = rd_kafka_consumer_poll(asker->client, 0))) {
		is_refused |= message->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
		rd_kafka_message_destroy(message);
	}
	return is_refused;
}

enum rc kafka_asker_committed(struct kafka_asker *asker, const char *topic, int32_t partition,
                              struct kafka_commit *commit, struct err *e)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_t *one = rd_kafka_topic_partition_list_add(list, topic, partition);
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	rd_kafka_resp_err_t failed;

	/* Without a right to the group it waits for a coordinator, and only the queue says why. */
	do {
		failed = rd_kafka_committed(asker->client, list, STEP_MS);
		if (!failed)
			failed = one->err;
		if (failed == RD_KAFKA_RESP_ERR__TIMED_OUT && is_refused(asker))
			failed = RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
	} while (failed == RD_KAFKA_RESP_ERR__TIMED_OUT && clock_monotonic_ms() < until_ms);
	*commit = failed ? (struct kafka_commit){.offset = -1} : kafka_commit_of(one);
	rd_kafka_topic_partition_list_destroy(list);
	if (failed)
		return kafka_fail(e, RC_RETRY, KAFKA_FAILURE(asker->client, failed, NULL,
		                                                       "Describe", "group", asker->group_id),
		                  "committed offset of partition %d", (int)partition);
	return RC_OK;
}
