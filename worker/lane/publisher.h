/*
 * publisher.h - publishes a lane's decided batches on a thread of its own, while the database works
 * on the next one.
 *
 * In the order given, one Kafka transaction for all that wait. After the first failure it stands
 * still and touches neither producer nor batches until it is told to go on: what became of a
 * transaction is for the lane to find out.
 *
 * Knows: batches that are committed in the database. Doesn't know: the database, how to fence.
 * Threads: the functions belong to the lane's thread. The producer and the batches that were given
 * are the publisher's until publisher_park.
 * Limits: PUBLISHER_BATCHES, two of them with the lane.
 */
#ifndef HOLDFAST_WORKER_LANE_PUBLISHER_H
#define HOLDFAST_WORKER_LANE_PUBLISHER_H

#include "worker/lane/answer.h"

#define PUBLISHER_BATCHES 5

struct publisher;

/* Stands still until publisher_go_on. NULL: out of memory or threads. */
struct publisher *publisher_start(const struct pipeline *pipeline,
                                const struct kafka_membership *membership, int32_t partition,
                                size_t batch_max);
void publisher_stop(struct publisher *p); /* waits for a transaction under way; takes NULL */

/* An empty batch, to begin with; PUBLISHER_LENT of them. */
#define PUBLISHER_LENT 2
struct batch *publisher_take_batch(struct publisher *p);
/* Lend it the producer. answered: the committed offset as it is now. */
void publisher_go_on(struct publisher *p, struct kafka_txn *txn, int64_t answered);

/*
 * Hand over a batch that is committed in the database, whole, and get an empty one in its place;
 * waits while too many are not answered.
 *
 * false: it stands still after a failure, and *batch is as it was
 */
bool publisher_give(struct publisher *p, struct batch **batch);

/* All that was given is answered. */
bool publisher_is_done(struct publisher *p);
bool publisher_has_failed(struct publisher *p);

/* How it came to stand still. */
struct publisher_end {
	enum rc rc;          /* RC_OK: all is answered; else as of kafka_txn_begin, with `why` */
	bool is_tainted;     /* answered, but by a producer that is not to be trusted any more */
	struct err why;
	int64_t answered;    /* the committed offset that is known */
};

/* Wait until all that was given is answered, or a failure. From here on it stands still. */
struct publisher_end publisher_park(struct publisher *p);
/* Parked: the oldest batch whose answers are not known to be committed; NULL: none. */
struct batch *publisher_unanswered(struct publisher *p);
void publisher_settle(struct publisher *p); /* that one is answered: it is emptied */

#endif
