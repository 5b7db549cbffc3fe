#include "common/kafka/group.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/kafka/membership.h"
#include "common/kafka/offsets.h"
#include "common/kafka/queue.h"
#include "common/kafka/ending.h"
#include "common/kafka/reason.h"
#include "common/base/log.h"
#include "common/base/watchdog.h"

struct kafka_group {
	rd_kafka_t *client;
	char *topic, *group_id;
	struct kafka_group_events events;
	bool is_closing;
	bool is_out_of_memory; /* an assignment could not be served */
	struct err trouble;    /* since the last change of assignment; RC_OK: none */
};

/* Why each: docs/architecture.md, "Settings of the Kafka clients". */
static const char *const defaults[][2] = {
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"isolation.level", "read_committed"},
    {"auto.offset.reset", "error"},
    {"partition.assignment.strategy", "range"},
    {"session.timeout.ms", "10000"},
    {"heartbeat.interval.ms", "3000"},
    {"max.poll.interval.ms", "60000"},
    {"fetch.wait.max.ms", "100"},
    {"check.crcs", "true"},
    {"allow.auto.create.topics", "false"},
    {"enable.partition.eof", "true"},
    {"queued.max.messages.kbytes", "4096"},
    {"fetch.message.max.bytes", "1048576"},
    {"socket.nagle.disable", "true"},
    {"fetch.queue.backoff.ms", "10"}, /* the last; since KAFKA_SINCE_QUEUE_BACKOFF */
};

static void assign(struct kafka_group *group, const rd_kafka_topic_partition_list_t *given)
{
	size_t count = (size_t)given->cnt;
	struct kafka_start *starts = calloc(count ? count : 1, sizeof *starts);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
	rd_kafka_resp_err_t failed;

	group->is_out_of_memory = group->is_out_of_memory || !starts;
	count = starts ? count : 0;
	for (size_t i = 0; i < count; i++)
		starts[i] = (struct kafka_start){given->elems[i].partition, KAFKA_NOT_STARTED};
	if (!group->is_closing && starts)
		group->events.assigned(group->events.context, starts, count);
	for (size_t i = 0; i < count; i++)
		if (starts[i].offset != KAFKA_NOT_STARTED)
			rd_kafka_topic_partition_list_add(list, group->topic, starts[i].partition)->offset =
			    starts[i].offset;
	failed = rd_kafka_assign(group->client, list);
	if (failed)
		log_warning("assignment not taken", F_STR("error", rd_kafka_err2str(failed)));
	rd_kafka_topic_partition_list_destroy(list);
	free(starts);
}

static void on_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t what,
                         rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
	struct kafka_group *group = opaque;

	group->trouble = (struct err){.rc = RC_OK};
	if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
		assign(group, partitions);
		return;
	}
	if (what != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
		log_warning("rebalance failed", F_STR("error", rd_kafka_err2str(what)));
	group->events.revoked(group->events.context);
	rd_kafka_assign(client, NULL);
}

static enum rc subscribe(struct kafka_group *group, struct err *e)
{
	rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t failed;

	rd_kafka_topic_partition_list_add(topics, group->topic, RD_KAFKA_PARTITION_UA);
	failed = rd_kafka_subscribe(group->client, topics);
	rd_kafka_topic_partition_list_destroy(topics);
	if (failed)
		return err_set(e, RC_FATAL, FROM_KAFKA, "cannot subscribe to %s: %s", group->topic,
		               rd_kafka_err2str(failed));
	return RC_OK;
}

/* NULL: e is filled. group NULL: a client that is only looked at. */
static rd_kafka_t *make_client(const struct kafka_settings *settings, const char *group_id,
                               struct kafka_group *group, struct err *e)
{
	size_t default_count = sizeof defaults / sizeof defaults[0] -
	                       (rd_kafka_version() < KAFKA_SINCE_QUEUE_BACKOFF);
	struct rd_kafka_conf_s *conf = kafka_conf_make(settings, defaults, default_count, e);
	char reason[256];

	if (!conf)
		return NULL;
	if (rd_kafka_conf_set(conf, "group.id", group_id, reason, sizeof reason)) {
		err_set(e, RC_USAGE, FROM_SETTINGS, "--group-id: %s", reason);
		rd_kafka_conf_destroy(conf);
		return NULL;
	}
	if (fault_breaks(FAULT_RULE_READ_COMMITTED))
		rd_kafka_conf_set(conf, "isolation.level", "read_uncommitted", reason, sizeof reason);
	rd_kafka_conf_set_opaque(conf, group);
	rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
	return kafka_open_consumer(conf, "Kafka consumer", e);
}

static void end_client(void *client)
{
	rd_kafka_destroy(client);
}

enum rc kafka_group_try(const struct kafka_settings *settings, const char *group_id, struct err *e)
{
	rd_kafka_t *client = make_client(settings, group_id, NULL, e);

	if (!client)
		return e->rc;
	kafka_end(end_client, client);
	return RC_OK;
}

enum rc kafka_group_open(struct kafka_group **out, const struct kafka_settings *settings,
                         const char *group_id, const char *topic,
                         const struct kafka_group_events *events, struct err *e)
{
	struct kafka_group *group = calloc(1, sizeof *group);

	if (!group)
		return err_out_of_memory(e);
	group->topic = strdup(topic);
	group->group_id = strdup(group_id);
	if (!group->topic || !group->group_id) {
		kafka_group_close(group);
		return err_out_of_memory(e);
	}
	group->events = *events;
	group->client = make_client(settings, group_id, group, e);
	if (!group->client)
		goto out;
	rd_kafka_poll_set_consumer(group->client);
	if (subscribe(group, e))
		goto out;
	*out = group;
	return RC_OK;
out:
	kafka_group_close(group);
	return e->rc;
}

/* What the library says of the group: it tries again by itself, and says it once. */
static void note_trouble(struct kafka_group *group, const rd_kafka_message_t *message)
{
	bool is_of_topic = message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;

	(void)kafka_fail(&group->trouble, RC_RETRY,
	                 KAFKA_FAILURE(group->client, message->err, rd_kafka_message_errstr(message),
	                               is_of_topic ? "Describe" : "Read",
	                               is_of_topic ? "topic" : "group",
	                               is_of_topic ? group->topic : group->group_id),
	                 "the group");
	log_warning("consumer", F_STR("error", group->trouble.text));
}

enum rc kafka_group_poll(struct kafka_group *group, int64_t wait_ms, struct err *e)
{
	rd_kafka_message_t *message;
	rd_kafka_resp_err_t failed;
	char why[256];

	watchdog_beat();
	message = rd_kafka_consumer_poll(group->client, (int)wait_ms);
	if (group->is_out_of_memory) {
		if (message)
			rd_kafka_message_destroy(message);
		return err_out_of_memory(e);
	}
	if (!message)
		return RC_OK;
	/* Records come through the partitions' own queues; here are only errors of the group. */
	failed = message->err;
	if (failed && failed != RD_KAFKA_RESP_ERR__PARTITION_EOF)
		note_trouble(group, message);
	rd_kafka_message_destroy(message);
	failed = rd_kafka_fatal_error(group->client, why, sizeof why);
	if (failed)
		return err_set(e, RC_FATAL, FROM_KAFKA, "consumer: %s", why);
	return RC_OK;
}

const char *kafka_group_trouble(const struct kafka_group *group)
{
	return group->trouble.rc ? group->trouble.text : NULL;
}

enum rc kafka_group_rejoin(struct kafka_group *group, struct err *e)
{
	rd_kafka_unsubscribe(group->client);
	/* The revocation is served by polling; only then a new subscription joins afresh. */
	for (int i = 0; i < 50; i++) {
		rd_kafka_topic_partition_list_t *left = NULL;
		int count = 0;

		if (kafka_group_poll(group, 100, e))
			return e->rc;
		if (!rd_kafka_assignment(group->client, &left) && left) {
			count = left->cnt;
			rd_kafka_topic_partition_list_destroy(left);
		}
		if (count == 0)
			break;
	}
	return subscribe(group, e);
}

static void leave(struct kafka_group *group)
{
	struct err e;

	group->is_closing = true;
	if (fault_at(FAULT_CLOSING, &e)) { /* nobody in the group hears of it */
		group->events.revoked(group->events.context);
		rd_kafka_destroy_flags(group->client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
		return;
	}
	rd_kafka_consumer_close(group->client);
	kafka_end(end_client, group->client);
}

void kafka_group_close(struct kafka_group *group)
{
	if (!group)
		return;
	if (group->client)
		leave(group);
	free(group->topic);
	free(group->group_id);
	free(group);
}

enum rc kafka_group_committed(struct kafka_group *group, int32_t partition, int64_t wait_ms,
                              struct kafka_commit *commit, struct err *e)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_t *one =
	    rd_kafka_topic_partition_list_add(list, group->topic, partition);
	rd_kafka_resp_err_t failed;

	watchdog_beat();
	failed = rd_kafka_committed(group->client, list, (int)wait_ms);
	if (!failed)
		failed = one->err;
	if (!failed)
		*commit = kafka_commit_of(one);
	rd_kafka_topic_partition_list_destroy(list);
	if (failed)
		return kafka_fail(e, RC_RETRY, KAFKA_FAILURE(group->client, failed, NULL,
		                                                       "Describe", "group", group->group_id),
		                  "committed offset of partition %d", (int)partition);
	return RC_OK;
}

int64_t kafka_group_end(struct kafka_group *group, int32_t partition)
{
	int64_t first, end;

	if (rd_kafka_get_watermark_offsets(group->client, group->topic, partition, &first, &end) ||
	    end < 0)
		return -1;
	return end;
}

enum rc kafka_group_ask_ends(struct kafka_group *group, const int32_t *partitions, int64_t *ends,
                             size_t count, int64_t wait_ms, struct err *e)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
	rd_kafka_resp_err_t failed;
	enum rc rc = RC_OK;

	watchdog_beat();
	for (size_t i = 0; i < count; i++)
		rd_kafka_topic_partition_list_add(list, group->topic, partitions[i])->offset =
		    RD_KAFKA_OFFSET_END;
	failed = rd_kafka_offsets_for_times(group->client, list, (int)wait_ms);
	for (size_t i = 0; i < count; i++) {
		const rd_kafka_topic_partition_t *one =
		    rd_kafka_topic_partition_list_find(list, group->topic, partitions[i]);
		rd_kafka_resp_err_t why = failed ? failed : one->err;

		ends[i] = why ? -1 : one->offset;
		if (why && !rc)
			rc = kafka_fail(e, RC_RETRY, KAFKA_FAILURE(group->client, why, NULL, "Describe",
			                                                     "topic", group->topic),
			                "end of %s/%d", group->topic, (int)partitions[i]);
	}
	rd_kafka_topic_partition_list_destroy(list);
	return rc;
}

enum rc kafka_group_reach(struct kafka_group *group, int64_t wait_ms, struct err *e)
{
	watchdog_beat();
	return kafka_reach(group->client, wait_ms, e);
}

struct kafka_membership *kafka_group_membership(struct kafka_group *group)
{
	struct kafka_membership *membership = calloc(1, sizeof *membership);

	if (!membership)
		return NULL;
	membership->metadata = fault_breaks(FAULT_RULE_GROUP_METADATA)
	                           ? rd_kafka_consumer_group_metadata_new(group->group_id)
	                           : rd_kafka_consumer_group_metadata(group->client);
	if (!membership->metadata) {
		free(membership);
		return NULL;
	}
	return membership;
}

void kafka_membership_release(struct kafka_membership *membership)
{
	if (!membership)
		return;
	rd_kafka_consumer_group_metadata_destroy(membership->metadata);
	free(membership);
}

struct kafka_queue *kafka_group_queue(struct kafka_group *group, int32_t partition)
{
	return kafka_queue_open(group->client, group->topic, partition);
}
