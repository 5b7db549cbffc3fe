/*
 * answer.h - publishes what was decided: replies, events and dead letters of a batch, with the
 * consumer's offset, in one Kafka transaction.
 *
 * Sections 5 to 7 of docs/protocol.md.
 * Threads: the publisher's, or the lane's while the publisher is parked: that of the producer.
 */
#ifndef HOLDFAST_WORKER_LANE_ANSWER_H
#define HOLDFAST_WORKER_LANE_ANSWER_H

#include "common/kafka/txn.h"
#include "common/pipeline/pipeline.h"
#include "worker/lane/replied.h"
#include "worker/plan/batch.h"

/* The topics that a lane's producer writes to, in the order that answer_parts counts them. */
#define ANSWER_TOPICS_MAX (3 + REPLY_TOPICS_MAX)
size_t answer_topics(const struct pipeline *pipeline, const char *list[ANSWER_TOPICS_MAX]);

/* What of a batch is published: from entry `first` to its end, all decided. */
struct answer_part {
	const struct batch *batch;
	size_t first;
};

/*
 * What of the past is in doubt, because the group's offset was set by hand: whoever answers it looks
 * whether it has its reply.
 */
struct answer_doubt {
	struct replied replied; /* these have one */
	int64_t below;          /* end of the doubt; 0: there is none */
};

/*
 * Answer all parts, in order, in one transaction, and commit the offset behind the last record.
 *
 * doubt  NULL, or: what has its reply is passed over; the offset is marked only where the doubt ends
 *
 * Return codes as of kafka_txn_begin.
 */
enum rc answer_parts(const struct pipeline *pipeline, struct kafka_txn *txn,
                     const struct kafka_membership *membership, const struct answer_part *parts,
                     size_t count, int32_t partition, const struct answer_doubt *doubt,
                     struct err *e) NODISCARD;

#endif
