/*
 * owner.h - the hold on a partition: the fence in Kafka, the rows in the database, and how far the
 * partition is answered.
 *
 * A lane has one, and so has a rebuild, which is in no group and answers nothing.
 * Knows: one partition. Doesn't know: threads, who waits for what.
 * Threads: an owner belongs to the thread of its lane or rebuild. Its producer is the publisher's
 * between publisher_go_on and publisher_park.
 */
#ifndef HOLDFAST_WORKER_LANE_OWNER_H
#define HOLDFAST_WORKER_LANE_OWNER_H

#include "common/base/backoff.h"
#include "common/kafka/group.h"
#include "common/kafka/txn.h"
#include "worker/lane/answer.h"
#include "worker/lane/settings.h"
#include "worker/store/store.h"

#define PRODUCER_WAIT_MS 8000      /* longest wait for the fence */
#define TRANSACTIONAL_ID_BYTES 600 /* group, topic, what comes behind them */

struct owner {
	const struct lane_settings *settings;
	int32_t partition;
	/* A lane's place in the group, for acquire.c and serve.c alone. */
	struct kafka_group *group;
	const struct kafka_membership *membership;

	struct kafka_txn *txn;
	struct store *store;
	int64_t answered; /* up to where it is answered, as far as it is known; -1: not known */
	int64_t kept_from; /* the log's first offset, as of the last look */
	struct kafka_commit committed; /* the group's offset as it was read last */
	struct answer_doubt doubt;
	struct backoff lost; /* between two losses of the session in a row; zeroed: there was none */
};

/*
 * A new producer in place of the present one. It fences: whatever a former owner left open in Kafka
 * is ended when this returns.
 *
 * RC_RETRY   a server was not there in time
 * RC_FENCED  by another owner, meanwhile
 * RC_USAGE   a setting is wrong
 * RC_FATAL   something hangs in a topic (look_back_for_hanging)
 */
enum rc owner_open_producer(struct owner *owner, struct err *e) NODISCARD;

/*
 * A new session in place of the present one, and the rows are taken over: a former owner's next
 * transaction changes nothing.
 *
 * first  offset at which a partition begins that was never served
 *
 * Return codes as of pipeline_verify_database, store_open and store_take_over.
 */
enum rc owner_open_store(struct owner *owner, int64_t first, struct err *e) NODISCARD;

/*
 * Where reading begins: where it is answered up to, but not before the log. If that is further on,
 * and nobody has accepted it, the partition halts anyway.
 */
int64_t owner_start(const struct owner *owner);

void owner_release(struct owner *owner); /* producer and session; may be opened again */

#endif
