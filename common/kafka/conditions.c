#include "common/kafka/conditions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/watchdog.h"
#include "common/kafka/txn.h"

#define ANSWER_WAIT_MS 20000

/*
 * What each topic must be set to; NULL: of no concern. Section 2 of docs/protocol.md, and with the
 * next table "Conditions of the servers" in docs/operations.md.
 */
static const struct setting {
	const char *name;
	const char *value[TOPIC_COUNT];
	bool is_fatal; /* exit code 3 where it is another; else a warning */
	const char *why;
} settings[] = {
    {"message.timestamp.type", {"LogAppendTime", NULL, NULL, NULL}, true,
     "holds are timed by the brokers' clock"},
    {"max.message.bytes", {"1048588", "1048588", "1048588", "1048588"}, false,
     "a client's default is batches of a megabyte, and one that is larger is lost whole"},
    {"cleanup.policy", {"delete", "delete", "delete", "delete"}, false,
     "compaction drops records that a rebuild, an audit and a takeover read"},
    {"retention.ms", {"-1", "-1", "-1", "2592000000"}, false,
     "what is gone cannot be decided, audited or rebuilt"},
    {"retention.bytes", {"-1", "-1", "-1", NULL}, false,
     "what is gone cannot be decided, audited or rebuilt"},
    {"unclean.leader.election.enable", {"false", "false", "false", NULL}, false,
     "a leader that was behind loses what was answered"},
};

#define SETTING_COUNT (sizeof settings / sizeof settings[0])

/* Of the brokers, where they let it be read: no transaction begins where these are not as said. */
static const struct broker_setting {
	const char *name;
	bool is_replicas; /* at most as many as there are brokers; else at least KAFKA_TXN_TIMEOUT_MS */
} broker_settings[] = {
    {"transaction.max.timeout.ms", false},
    {"transaction.state.log.min.isr", true},
};

#define BROKER_SETTING_COUNT (sizeof broker_settings / sizeof broker_settings[0])

rd_kafka_event_t *kafka_await_event(rd_kafka_queue_t *queue, const char *what, struct err *e)
{
	rd_kafka_event_t *event;

	watchdog_beat();
	event = rd_kafka_queue_poll(queue, ANSWER_WAIT_MS);
	if (!event) {
		(void)err_set(e, RC_RETRY, FROM_KAFKA, "%s: no answer in time", what);
		return NULL;
	}
	if (rd_kafka_event_error(event)) {
		(void)err_set(e, RC_RETRY, FROM_KAFKA, "%s: %s", what,
		              rd_kafka_event_error_string(event));
		rd_kafka_event_destroy(event);
		return NULL;
	}
	return event;
}

/* One replica may fail without stopping writers, and none that was acknowledged is lost. */
static void print_in_sync(char text[12], int32_t replicas)
{
	snprintf(text, 12, "%d", replicas > 2 ? (int)replicas - 1 : 1);
}

void kafka_conditions_ask_for(rd_kafka_NewTopic_t *wanted, enum topic topic, int32_t replicas)
{
	char in_sync[12];

	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (settings[i].value[topic])
			rd_kafka_NewTopic_set_config(wanted, settings[i].name, settings[i].value[topic]);
	if (topic == DEAD_LETTERS)
		return;
	print_in_sync(in_sync, replicas);
	rd_kafka_NewTopic_set_config(wanted, "min.insync.replicas", in_sync);
}

static const char *value_of(const rd_kafka_ConfigResource_t *resource, const char *name)
{
	size_t count = 0;
	const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(rd_kafka_ConfigEntry_name(entries[i]), name))
			return rd_kafka_ConfigEntry_value(entries[i]);
	return NULL;
}

static void warn(const char *topic, const char *setting, const char *found, const char *expected,
                 const char *why, struct buf *warnings)
{
	if (!found)
		buf_print(warnings, "topic %s: %s could not be read, expected %s\n", topic, setting,
		          expected);
	else if (strcmp(expected, found) != 0)
		buf_print(warnings, "topic %s has %s=%s, expected %s: %s; set it: kafka-configs "
		          "--bootstrap-server HOST:PORT --alter --topic %s --add-config %s=%s\n", topic,
		          setting, found, expected, why, topic, setting, expected);
}

/* Every topic is written with acks=all: where more replicas are asked for than there are, never. */
static enum rc compare_in_sync(const rd_kafka_ConfigResource_t *resource, enum topic topic,
                               int32_t replicas, struct buf *warnings, struct err *e)
{
	const char *setting = "min.insync.replicas", *found = value_of(resource, setting);
	const char *name = rd_kafka_ConfigResource_name(resource);
	char expected[12];

	if (found && replicas > 0 && atoi(found) > replicas)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "topic %s has %s=%s and %d replicas, so nobody can write to it: set it to %d "
		               "by kafka-configs, or add replicas", name, setting, found, (int)replicas,
		               replicas > 2 ? (int)replicas - 1 : 1);
	print_in_sync(expected, replicas);
	if (topic != DEAD_LETTERS)
		warn(name, setting, found, expected, "fewer may lose what was answered, more stop writers",
		     warnings);
	return RC_OK;
}

static enum rc compare(const rd_kafka_ConfigResource_t *resource, enum topic topic,
                       int32_t replicas, struct buf *warnings, struct err *e)
{
	const char *name = rd_kafka_ConfigResource_name(resource);

	if (rd_kafka_ConfigResource_error(resource)) {
		buf_print(warnings, "settings of topic %s could not be read: %s\n", name,
		          rd_kafka_err2str(rd_kafka_ConfigResource_error(resource)));
		return RC_OK;
	}
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		const struct setting *setting = &settings[i];
		const char *expected = setting->value[topic];
		const char *found = value_of(resource, setting->name);

		if (!expected)
			continue;
		if (setting->is_fatal && found && strcmp(expected, found) != 0)
			return err_set(e, RC_FATAL, FROM_PIPELINE,
			               "topic %s has %s=%s, it must be %s: %s; set it by kafka-configs", name,
			               setting->name, found, expected, setting->why);
		warn(name, setting->name, found, expected, setting->why, warnings);
	}
	return compare_in_sync(resource, topic, replicas, warnings, e);
}

static enum rc verify_topics(rd_kafka_t *client, rd_kafka_queue_t *queue,
                             const char *const list[TOPIC_COUNT],
                             const struct kafka_measure measured[TOPIC_COUNT],
                             struct buf *warnings, struct err *e)
{
	rd_kafka_ConfigResource_t *asked[TOPIC_COUNT];
	const rd_kafka_ConfigResource_t **found;
	rd_kafka_event_t *event;
	size_t count = 0;
	enum rc rc = RC_OK;

	for (int i = 0; i < TOPIC_COUNT; i++)
		asked[i] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, list[i]);
	rd_kafka_DescribeConfigs(client, asked, TOPIC_COUNT, NULL, queue);
	for (int i = 0; i < TOPIC_COUNT; i++)
		rd_kafka_ConfigResource_destroy(asked[i]);
	event = kafka_await_event(queue, "settings of topics", e);
	if (!event)
		return e->rc;
	found = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event),
	                                                  &count);
	for (size_t i = 0; i < count && !rc; i++)
		for (int topic = 0; topic < TOPIC_COUNT && !rc; topic++)
			if (!strcmp(rd_kafka_ConfigResource_name(found[i]), list[topic]))
				rc = compare(found[i], (enum topic)topic, measured[topic].replicas, warnings, e);
	rd_kafka_event_destroy(event);
	return rc;
}

static enum rc judge_broker(const rd_kafka_ConfigResource_t *resource, int32_t brokers,
                            struct buf *warnings, struct err *e)
{
	for (size_t i = 0; i < BROKER_SETTING_COUNT; i++) {
		const char *name = broker_settings[i].name, *found = value_of(resource, name);
		long long value = found ? atoll(found) : 0;

		if (!found)
			continue;
		if (!broker_settings[i].is_replicas && value < atoll(KAFKA_TXN_TIMEOUT_MS))
			return err_set(e, RC_FATAL, FROM_PIPELINE,
			               "the brokers have %s=%s, so no worker can begin a transaction: set it to "
			               "%s or more on each", name, found, KAFKA_TXN_TIMEOUT_MS);
		if (broker_settings[i].is_replicas && value > brokers)
			buf_print(warnings, "the brokers have %s=%s, and %d of them are there: workers wait for "
			          "the others; start these, or set it lower\n", name, found, (int)brokers);
	}
	return RC_OK;
}

/* A client that may not ask the brokers for it is told nothing: its first transaction tells. */
static enum rc verify_brokers(rd_kafka_t *client, rd_kafka_queue_t *queue,
                              const struct kafka_measure *measured, struct buf *warnings,
                              struct err *e)
{
	rd_kafka_ConfigResource_t *asked;
	const rd_kafka_ConfigResource_t **found;
	rd_kafka_event_t *event;
	struct err unread;
	char id[12];
	size_t count = 0;
	enum rc rc = RC_OK;

	snprintf(id, sizeof id, "%d", (int)measured->broker_id);
	asked = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, id);
	rd_kafka_DescribeConfigs(client, &asked, 1, NULL, queue);
	rd_kafka_ConfigResource_destroy(asked);
	event = kafka_await_event(queue, "settings of brokers", &unread);
	if (!event) {
		log_err(LOG_DEBUG, "not known", &unread);
		return RC_OK;
	}
	found = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event),
	                                                  &count);
	if (count == 1 && !rd_kafka_ConfigResource_error(found[0]))
		rc = judge_broker(found[0], measured->brokers, warnings, e);
	rd_kafka_event_destroy(event);
	return rc;
}

enum rc kafka_conditions_verify(rd_kafka_t *client, rd_kafka_queue_t *queue,
                                const char *const list[TOPIC_COUNT],
                                const struct kafka_measure measured[TOPIC_COUNT],
                                struct buf *warnings, struct err *e)
{
	enum rc rc = verify_topics(client, queue, list, measured, warnings, e);

	return rc ? rc : verify_brokers(client, queue, &measured[REQUESTS], warnings, e);
}
