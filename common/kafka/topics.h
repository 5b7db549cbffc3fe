/*
 * topics.h - the four topics: what they must be, what they are, making them.
 *
 * Section 2 of docs/protocol.md; the settings stand in one table, in topics.c.
 * Threads: a client belongs to one thread.
 */
#ifndef HOLDFAST_KAFKA_TOPICS_H
#define HOLDFAST_KAFKA_TOPICS_H

#include "common/base/err.h"
#include "common/kafka/commit.h"
#include "common/kafka/conf.h"
#include "common/base/text.h"

struct topic_names {
	const char *requests, *replies, *events, *dead_letters;
};

/* Partitions that the four have; of what is made by init all three are the same. */
struct kafka_counts {
	int32_t requests, least, most;
};

struct kafka_topics; /* an admin client */

enum rc kafka_topics_open(struct kafka_topics **topics, const struct kafka_settings *settings,
                          struct err *e) NODISCARD;
void kafka_topics_close(struct kafka_topics *topics);
/* From here on wait so long for one answer about topics, within bounds: 3 s to 8 s, the default. */
void kafka_topics_limit(struct kafka_topics *topics, int64_t wait_ms);

/* The cluster's id; returned, free(3). RC_RETRY: not reachable in time. */
enum rc kafka_topics_cluster_id(struct kafka_topics *topics, char **cluster_id,
                                struct err *e) NODISCARD;

/* Number of partitions; 0: there is no such topic. */
enum rc kafka_topics_partitions(struct kafka_topics *topics, const char *topic, int32_t *count,
                                struct err *e) NODISCARD;

/*
 * Make those of the four that are missing; existing ones are left as they are, and where there are
 * some the others get as many partitions.
 *
 * RC_RETRY  brokers not reachable in time
 * RC_USAGE: the brokers refuse topics like that
 */
enum rc kafka_topics_create(struct kafka_topics *topics, const struct topic_names *names,
                            int32_t partition_count, int32_t replication_factor, int *created,
                            struct err *e) NODISCARD;

/*
 * Hold the topics against the table.
 *
 * counts    of the four; whether they may differ, the caller judges
 * warnings  a line for each setting that differs and is not fatal, or could not be read
 *
 * RC_OK     may be used; warnings may be there
 * RC_RETRY  brokers not reachable in time
 * RC_USAGE: a topic is named twice
 * RC_FATAL  FROM_PIPELINE: a topic is missing, or one of the conditions of kafka/conditions.h
 */
enum rc kafka_topics_verify(struct kafka_topics *topics, const struct topic_names *names,
                            struct kafka_counts *counts, struct buf *warnings,
                            struct err *e) NODISCARD;

/*
 * A group's committed offset, stable offsets required. -1: none.
 * RC_RETRY: not answered in time (also while a transaction that moves it is open).
 */
enum rc kafka_topics_committed(struct kafka_topics *topics, const char *group_id, const char *topic,
                               int32_t partition, int64_t *offset, struct err *e) NODISCARD;
/* The same, and who has set it. */
enum rc kafka_topics_commit(struct kafka_topics *topics, const char *group_id, const char *topic,
                            int32_t partition, struct kafka_commit *commit,
                            struct err *e) NODISCARD;

/* For kafka/members.c: the client, and the queue that it answers to. */
struct rd_kafka_s;
struct rd_kafka_queue_s;
struct rd_kafka_s *kafka_topics_client(const struct kafka_topics *topics,
                                       struct rd_kafka_queue_s **queue);

#endif
