#include "common/kafka/sender.h"

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/kafka/ending.h"
#include "common/kafka/message.h"
#include "common/kafka/reason.h"

struct kafka_sender {
	rd_kafka_t *client;
	kafka_delivered *delivered;
	void *context;
	atomic_size_t waiting;
	rd_kafka_topic_t *topic; /* the last one sent to; NULL: none yet */
};

#define METADATA_WAIT_MS 5000

/* batch.size: also fits topics that somebody made with a smaller max.message.bytes. */
static const char *const defaults[][2] = {
    {"enable.idempotence", "true"},
    {"acks", "all"},
    {"partitioner", "murmur2_random"},
    {"linger.ms", "5"},
    {"batch.size", "100000"},
    {"message.max.bytes", "1048576"},
    {"compression.type", "lz4"},
    {"socket.nagle.disable", "true"},
    {"queue.buffering.max.messages", "200000"},
};

/*
 * A producer that may not write to any topic gets no id, which is told as if it were a right to the
 * cluster, and of the records only that they were dropped.
 */
static void explain(rd_kafka_t *client, const rd_kafka_message_t *message, struct err *why)
{
	char text[256] = "";
	rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(client, text, sizeof text);
	struct kafka_failure failure = {client, message->err, NULL, "Write", "topic",
	                                rd_kafka_topic_name(message->rkt)};

	if (!message->err)
		return;
	if (fatal) {
		failure.code = fatal;
		failure.text = text;
	}
	(void)kafka_fail(why, RC_RETRY, &failure, "publishing");
}

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
	struct kafka_sender *sender = opaque;
	struct err why = {.text = ""};
	const struct kafka_delivery delivery = {
	    .token = message->_private,
	    .is_delivered = !message->err,
	    .is_unsent = rd_kafka_message_status(message) == RD_KAFKA_MSG_STATUS_NOT_PERSISTED,
	    .partition = message->partition,
	    .offset = message->offset,
	    .value = {message->payload, message->len},
	    .why = message->err ? &why : NULL,
	};

	explain(client, message, &why);
	sender->waiting--;
	if (sender->delivered)
		sender->delivered(sender->context, &delivery);
}

enum rc kafka_sender_open(struct kafka_sender **out, const struct kafka_settings *settings,
                          int64_t timeout_ms, kafka_delivered *delivered, void *context,
                          struct err *e)
{
	enum { COUNT = sizeof defaults / sizeof defaults[0] };
	struct kafka_sender *sender = calloc(1, sizeof *sender);
	const char *with_timeout[COUNT + 1][2];
	struct rd_kafka_conf_s *conf;
	char timeout[24];

	if (!sender)
		return err_out_of_memory(e);
	sender->delivered = delivered;
	sender->context = context;
	snprintf(timeout, sizeof timeout, "%lld", (long long)timeout_ms);
	memcpy(with_timeout, defaults, sizeof defaults);
	with_timeout[COUNT][0] = "message.timeout.ms";
	with_timeout[COUNT][1] = timeout;
	conf = kafka_conf_make(settings, with_timeout, COUNT + 1, e);
	if (!conf) {
		free(sender);
		return e->rc;
	}
	rd_kafka_conf_set_opaque(conf, sender);
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	sender->client = kafka_open_producer(conf, "Kafka producer", e);
	if (!sender->client) {
		free(sender);
		return e->rc;
	}
	*out = sender;
	return RC_OK;
}

static void end_sender(void *client)
{
	struct kafka_sender *sender = client;

	if (sender->topic)
		rd_kafka_topic_destroy(sender->topic);
	rd_kafka_destroy(sender->client);
	free(sender);
}

void kafka_sender_close(struct kafka_sender *sender)
{
	if (!sender)
		return;
	sender->delivered = NULL;
	rd_kafka_purge(sender->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
	kafka_end(end_sender, sender);
}

/* Without a topic's leaders known beforehand its first record waits for a second. */
enum rc kafka_sender_know(struct kafka_sender *sender, const char *topic, struct err *e)
{
	const struct rd_kafka_metadata *metadata = NULL;

	if (sender->topic && !strcmp(rd_kafka_topic_name(sender->topic), topic))
		return RC_OK;
	if (sender->topic)
		rd_kafka_topic_destroy(sender->topic);
	sender->topic = rd_kafka_topic_new(sender->client, topic, NULL);
	if (!sender->topic)
		return err_set(e, RC_FATAL, FROM_KAFKA, "topic %s: %s", topic,
		               rd_kafka_err2str(rd_kafka_last_error()));
	/* Where it fails the record waits in the queue instead. */
	if (!rd_kafka_metadata(sender->client, 0, sender->topic, &metadata, METADATA_WAIT_MS))
		rd_kafka_metadata_destroy(metadata);
	return RC_OK;
}

enum rc kafka_sender_send(struct kafka_sender *sender, const char *topic, int32_t partition,
                          struct text key, struct text value, const struct record_header *headers,
                          size_t header_count, void *token, struct err *e)
{
	rd_kafka_headers_t *copy;
	rd_kafka_resp_err_t code;
	rd_kafka_error_t *failed;

	if (kafka_sender_know(sender, topic, e))
		return e->rc;
	copy = kafka_headers_make(headers, header_count);
	if (!copy)
		return err_out_of_memory(e);
	{
		const rd_kafka_vu_t arguments[] = {
		    {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = sender->topic},
		    {.vtype = RD_KAFKA_VTYPE_PARTITION,
		     .u.i32 = partition == KAFKA_BY_KEY ? RD_KAFKA_PARTITION_UA : partition},
		    {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
		    {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {(void *)(uintptr_t)key.data, key.bytes}},
		    {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)(uintptr_t)value.data, value.bytes}},
		    {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = copy},
		    {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = token},
		};

		failed = rd_kafka_produceva(sender->client, arguments,
		                            sizeof arguments / sizeof arguments[0]);
	}
	if (!failed) {
		sender->waiting++;
		return RC_OK;
	}
	code = rd_kafka_error_code(failed);
	(void)kafka_fail(e, code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? RC_RETRY : RC_FATAL,
	                 KAFKA_FAILURE(sender->client, code, rd_kafka_error_string(failed),
	                                         "Write", "topic", topic),
	                 "publishing to %s", topic);
	rd_kafka_error_destroy(failed);
	rd_kafka_headers_destroy(copy);
	return e->rc;
}

void kafka_sender_poll(struct kafka_sender *sender, int64_t wait_ms)
{
	rd_kafka_poll(sender->client, (int)wait_ms);
}

bool kafka_sender_is_broken(const struct kafka_sender *sender)
{
	char text[8];

	return rd_kafka_fatal_error(sender->client, text, sizeof text) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

size_t kafka_sender_waiting(const struct kafka_sender *sender)
{
	return sender->waiting;
}

enum rc kafka_sender_reach(struct kafka_sender *sender, int64_t wait_ms, struct err *e)
{
	return kafka_reach(sender->client, wait_ms, e);
}
