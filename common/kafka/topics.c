#include "common/kafka/topics.h"

#include <assert.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/kafka/conditions.h"
#include "common/kafka/ending.h"
#include "common/kafka/offsets.h"
#include "common/kafka/reason.h"
#include "common/base/log.h"
#include "common/base/watchdog.h"

#define WAIT_MS 8000
#define WAIT_MS_MIN 3000
#define REASON_BYTES 256
#define METADATA_PAUSE_MS 50

struct kafka_topics {
	struct kafka_settings settings;
	rd_kafka_t *client;
	rd_kafka_queue_t *queue;
	struct kafka_asker *asker; /* NULL: none yet */
	int wait_ms;               /* longest, of one answer */
};

static enum rc list_names(const struct topic_names *names, const char *list[TOPIC_COUNT],
                          struct err *e)
{
	list[REQUESTS] = names->requests;
	list[REPLIES] = names->replies;
	list[EVENTS] = names->events;
	list[DEAD_LETTERS] = names->dead_letters;
	for (int i = 1; i < TOPIC_COUNT; i++)
		for (int j = 0; j < i; j++)
			if (!strcmp(list[i], list[j]))
				return err_set(e, RC_USAGE, FROM_SETTINGS,
				               "requests, replies, events and dead letters must be four topics: "
				               "%s is named twice", list[i]);
	return RC_OK;
}

enum rc kafka_topics_open(struct kafka_topics **out, const struct kafka_settings *settings,
                          struct err *e)
{
	static const char *const defaults[][2] = {
	    {"allow.auto.create.topics", "false"},
	    {"socket.timeout.ms", "8000"},
	};
	struct kafka_topics *topics = calloc(1, sizeof *topics);
	struct rd_kafka_conf_s *conf;

	if (!topics)
		return err_out_of_memory(e);
	topics->settings = *settings;
	topics->wait_ms = WAIT_MS;
	conf = kafka_conf_make(settings, defaults, sizeof defaults / sizeof defaults[0], e);
	if (!conf) {
		free(topics);
		return e->rc;
	}
	topics->client = kafka_open_producer(conf, "Kafka client", e);
	if (!topics->client) {
		free(topics);
		return e->rc;
	}
	topics->queue = rd_kafka_queue_new(topics->client);
	*out = topics;
	return RC_OK;
}

static void end_topics(void *client)
{
	struct kafka_topics *topics = client;

	rd_kafka_queue_destroy(topics->queue);
	rd_kafka_destroy(topics->client);
	free(topics);
}

void kafka_topics_close(struct kafka_topics *topics)
{
	if (!topics)
		return;
	kafka_asker_close(topics->asker);
	kafka_end(end_topics, topics);
}

void kafka_topics_limit(struct kafka_topics *topics, int64_t wait_ms)
{
	topics->wait_ms = (int)(wait_ms < WAIT_MS_MIN ? WAIT_MS_MIN
	                        : wait_ms > WAIT_MS   ? WAIT_MS
	                                              : wait_ms);
}

struct rd_kafka_s *kafka_topics_client(const struct kafka_topics *topics,
                                       struct rd_kafka_queue_s **queue)
{
	*queue = topics->queue;
	return topics->client;
}

enum rc kafka_topics_cluster_id(struct kafka_topics *topics, char **cluster_id, struct err *e)
{
	char *id;

	watchdog_beat();
	id = rd_kafka_clusterid(topics->client, topics->wait_ms);
	if (!id)
		return kafka_fail(e, RC_RETRY,
		                  KAFKA_FAILURE(.client = topics->client,
		                                          .code = RD_KAFKA_RESP_ERR__TIMED_OUT),
		                  "no broker answers at %.80s", topics->settings.bootstrap_servers);
	*cluster_id = strdup(id);
	rd_kafka_mem_free(topics->client, id);
	return *cluster_id ? RC_OK : err_out_of_memory(e);
}

/* Partitions: 0 where there is no such topic. */
static enum rc measure(struct kafka_topics *topics, const char *topic,
                       struct kafka_measure *measured, struct err *e)
{
	rd_kafka_topic_t *handle = rd_kafka_topic_new(topics->client, topic, NULL);
	const struct rd_kafka_metadata *metadata = NULL;
	rd_kafka_resp_err_t failed;

	*measured = (struct kafka_measure){0};
	watchdog_beat();
	if (!handle)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "%s is no topic name", topic);
	failed = rd_kafka_metadata(topics->client, 0, handle, &metadata, topics->wait_ms);
	rd_kafka_topic_destroy(handle);
	if (!failed && metadata->topic_cnt == 1 && !metadata->topics[0].err) {
		int32_t count = metadata->topics[0].partition_cnt;

		measured->partitions = count;
		measured->replicas = count ? metadata->topics[0].partitions[0].replica_cnt : 0;
		measured->brokers = metadata->broker_cnt;
		measured->broker_id = metadata->broker_cnt ? metadata->brokers[0].id : -1;
	} else if (!failed && metadata->topic_cnt == 1) {
		failed = metadata->topics[0].err;
	}
	if (metadata)
		rd_kafka_metadata_destroy(metadata);
	if (!failed || failed == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
	    failed == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
		return RC_OK;
	if (failed == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "%s is no topic name", topic);
	return kafka_fail(e, RC_RETRY, KAFKA_FAILURE(topics->client, failed, NULL, "Describe",
	                                                       "topic", topic),
	                  "metadata of %s", topic);
}

enum rc kafka_topics_partitions(struct kafka_topics *topics, const char *topic, int32_t *count,
                                struct err *e)
{
	struct kafka_measure measured;
	enum rc rc = measure(topics, topic, &measured, e);

	*count = measured.partitions;
	return rc;
}

static rd_kafka_NewTopic_t *describe_new(enum topic topic, const char *name,
                                         int32_t partition_count, int32_t replication_factor)
{
	char reason[REASON_BYTES];
	rd_kafka_NewTopic_t *wanted = rd_kafka_NewTopic_new(name, partition_count, replication_factor,
	                                                    reason, sizeof reason);

	if (wanted)
		kafka_conditions_ask_for(wanted, topic, replication_factor);
	return wanted;
}

/* A topic that was not made: nothing is wrong with Kafka where it says that it cannot be like that. */
static enum rc refuse(rd_kafka_t *client, const rd_kafka_topic_result_t *result, struct err *e)
{
	const char *name = rd_kafka_topic_result_name(result);
	enum rc rc = RC_FATAL;
	enum origin origin = FROM_KAFKA;

	switch (rd_kafka_topic_result_error(result)) {
	case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
	case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
	case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
	case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
	case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
		rc = RC_USAGE;
		origin = FROM_SETTINGS;
		break;
	case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
	case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
		rc = RC_RETRY;
		break;
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
		return kafka_fail(e, rc, KAFKA_FAILURE(client, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
		                                       NULL, "Create", "topic", name), "creating topic %s",
		                  name);
	default:
		break;
	}
	return err_set(e, rc, origin, "creating topic %s: %s", name,
	               rd_kafka_topic_result_error_string(result));
}

static enum rc create(struct kafka_topics *topics, rd_kafka_NewTopic_t **wanted, size_t count,
                      struct err *e)
{
	rd_kafka_AdminOptions_t *options =
	    rd_kafka_AdminOptions_new(topics->client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
	const rd_kafka_topic_result_t **results;
	rd_kafka_event_t *event;
	char reason[REASON_BYTES];
	enum rc rc = RC_OK;
	size_t result_count = 0;

	/* Without it the answer comes before the topics can be used. */
	rd_kafka_AdminOptions_set_operation_timeout(options, WAIT_MS, reason, sizeof reason);
	rd_kafka_CreateTopics(topics->client, wanted, count, options, topics->queue);
	rd_kafka_AdminOptions_destroy(options);
	event = kafka_await_event(topics->queue, "creating topics", e);
	if (!event)
		return e->rc;
	results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event),
	                                              &result_count);
	for (size_t i = 0; i < result_count; i++) {
		rd_kafka_resp_err_t failed = rd_kafka_topic_result_error(results[i]);

		if (failed && failed != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
			rc = refuse(topics->client, results[i], e);
	}
	rd_kafka_event_destroy(event);
	return rc;
}

/* The answer to a creation may come before the brokers' metadata tell of the topic. */
static enum rc await_topic(struct kafka_topics *topics, const char *name, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	int32_t partitions;

	for (;;) {
		if (kafka_topics_partitions(topics, name, &partitions, e))
			return e->rc;
		if (partitions > 0)
			return RC_OK;
		if (clock_monotonic_ms() >= until_ms)
			return err_set(e, RC_RETRY, FROM_KAFKA, "topic %s was made but is not there yet",
			               name);
		clock_sleep_ms(METADATA_PAUSE_MS);
	}
}

/* Number of partitions of each, 0: it is missing; *most is the largest, of those that are there. */
static enum rc count_partitions(struct kafka_topics *topics, const char *const *list,
                                int32_t counts[TOPIC_COUNT], int32_t *most, struct err *e)
{
	*most = 0;
	for (int topic = 0; topic < TOPIC_COUNT; topic++) {
		if (kafka_topics_partitions(topics, list[topic], &counts[topic], e))
			return e->rc;
		*most = counts[topic] > *most ? counts[topic] : *most;
	}
	return RC_OK;
}

enum rc kafka_topics_create(struct kafka_topics *topics, const struct topic_names *names,
                            int32_t partition_count, int32_t replication_factor, int *created,
                            struct err *e)
{
	const char *list[TOPIC_COUNT];
	rd_kafka_NewTopic_t *wanted[TOPIC_COUNT];
	int32_t counts[TOPIC_COUNT], most = 0;
	size_t count = 0;
	enum rc rc = list_names(names, list, e);

	*created = 0;
	if (!rc)
		rc = count_partitions(topics, list, counts, &most, e);
	if (!rc && most && most != partition_count) {
		log_warning("there are topics already; they set the number of partitions",
		            F_INT("partitions", most));
		partition_count = most;
	}
	for (int topic = 0; topic < TOPIC_COUNT && !rc; topic++) {
		if (counts[topic] > 0)
			continue;
		wanted[count] = describe_new((enum topic)topic, list[topic], partition_count,
		                             replication_factor);
		if (!wanted[count])
			rc = err_set(e, RC_USAGE, FROM_SETTINGS, "topic %s cannot be made like that",
			             list[topic]);
		else
			count++;
	}
	if (!rc && count)
		rc = create(topics, wanted, count, e);
	for (int topic = 0; topic < TOPIC_COUNT && !rc; topic++)
		rc = await_topic(topics, list[topic], e);
	if (!rc)
		*created = (int)count;
	for (size_t i = 0; i < count; i++)
		rd_kafka_NewTopic_destroy(wanted[i]);
	return rc;
}

enum rc kafka_topics_verify(struct kafka_topics *topics, const struct topic_names *names,
                            struct kafka_counts *counts, struct buf *warnings, struct err *e)
{
	const char *list[TOPIC_COUNT];
	struct kafka_measure measured[TOPIC_COUNT];

	*counts = (struct kafka_counts){.least = INT32_MAX};
	if (list_names(names, list, e))
		return e->rc;
	for (int topic = 0; topic < TOPIC_COUNT; topic++) {
		int32_t count;

		if (measure(topics, list[topic], &measured[topic], e))
			return e->rc;
		count = measured[topic].partitions;
		if (count == 0)
			return err_set(e, RC_FATAL, FROM_PIPELINE,
			               "there is no topic %s; run holdfast-admin init", list[topic]);
		if (topic == REQUESTS)
			counts->requests = count;
		counts->least = count < counts->least ? count : counts->least;
		counts->most = count > counts->most ? count : counts->most;
	}
	return kafka_conditions_verify(topics->client, topics->queue, list, measured, warnings, e);
}

enum rc kafka_topics_commit(struct kafka_topics *topics, const char *group_id, const char *topic,
                            int32_t partition, struct kafka_commit *commit, struct err *e)
{
	if (!topics->asker && kafka_asker_open(&topics->asker, &topics->settings, group_id, e))
		return e->rc;
	assert(kafka_asker_is_of(topics->asker, group_id));
	return kafka_asker_committed(topics->asker, topic, partition, commit, e);
}

enum rc kafka_topics_committed(struct kafka_topics *topics, const char *group_id, const char *topic,
                               int32_t partition, int64_t *offset, struct err *e)
{
	struct kafka_commit commit = {.offset = -1};
	enum rc rc = kafka_topics_commit(topics, group_id, topic, partition, &commit, e);

	*offset = commit.offset;
	return rc;
}
