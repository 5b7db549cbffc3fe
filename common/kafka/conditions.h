/*
 * conditions.h - what everything rests on that brokers and topics may be without: a table of the
 * topics' settings, by which they are made, too, and one of the brokers'.
 *
 * For sources of common/kafka only. Conditions of the database: common/pipeline/conditions.h.
 */
#ifndef HOLDFAST_KAFKA_CONDITIONS_H
#define HOLDFAST_KAFKA_CONDITIONS_H

#include <librdkafka/rdkafka.h>

#include "common/base/err.h"
#include "common/base/text.h"

enum topic { REQUESTS, REPLIES, EVENTS, DEAD_LETTERS, TOPIC_COUNT };

/* A topic as the brokers describe it. */
struct kafka_measure {
	int32_t partitions;
	int32_t replicas;           /* of the first partition */
	int32_t brokers, broker_id; /* how many there are, and any of them */
};

/* Settings of a topic that is to be made with that many replicas. */
void kafka_conditions_ask_for(rd_kafka_NewTopic_t *wanted, enum topic topic, int32_t replicas);

/*
 * Hold topics and brokers against the tables.
 *
 * list, measured  names and measures of the four, in the order of enum topic
 * warnings        a line for each setting that differs and is not fatal, or could not be read
 *
 * RC_RETRY  brokers not reachable in time
 * RC_FATAL  FROM_PIPELINE: one is as it must not be; the error says what to do
 */
enum rc kafka_conditions_verify(rd_kafka_t *client, rd_kafka_queue_t *queue,
                                const char *const list[TOPIC_COUNT],
                                const struct kafka_measure measured[TOPIC_COUNT],
                                struct buf *warnings, struct err *e) NODISCARD;

/* Wait for the one answer to what was asked; what: names it in the error. NULL with e filled. */
rd_kafka_event_t *kafka_await_event(rd_kafka_queue_t *queue, const char *what, struct err *e);

#endif
