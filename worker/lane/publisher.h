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
 * are the answerer's until answerer_park.
 * Limits: ANSWERER_BATCHES, two of them with the lane.
 */
#ifndef HOLDFAST_WORKER_LANE_PUBLISHER_H
#define HOLDFAST_WORKER_LANE_PUBLISHER_H

#include "worker/lane/answer.h"

#define ANSWERER_BATCHES 5

struct answerer;

/* Stands still until answerer_go_on. NULL: out of memory or threads. */
struct answerer *answerer_start(const struct answer_settings *settings,
                                const struct kafka_membership *membership, int32_t partition,
                                size_t batch_max);
void answerer_stop(struct answerer *a); /* waits for a transaction under way; takes NULL */

/* An empty batch, to begin with; ANSWERER_LENT of them. */
#define ANSWERER_LENT 2
struct batch *answerer_take_batch(struct answerer *a);
/* Lend it the producer. answered: the committed offset as it is now. */
void answerer_go_on(struct answerer *a, struct kafka_txn *txn, int64_t answered);

/*
 * Hand over a batch that is committed in the database, whole, and get an empty one in its place;
 * waits while too many are not answered.
 *
 * false: it stands still after a failure, and *batch is as it was
 */
bool answerer_give(struct answerer *a, struct batch **batch);

/* All that was given is answered. */
bool answerer_is_done(struct answerer *a);
bool answerer_has_failed(struct answerer *a);

/* How it came to stand still. */
struct answerer_end {
	enum rc rc;          /* RC_OK: all is answered; else as of kafka_txn_begin, with `why` */
	bool is_tainted;     /* answered, but by a producer that is not to be trusted any more */
	struct err why;
	int64_t answered;    /* the committed offset that is known */
};

/* Wait until all that was given is answered, or a failure. From here on it stands still. */
struct answerer_end answerer_park(struct answerer *a);
/* Parked: the oldest batch whose answers are not known to be committed; NULL: none. */
struct batch *answerer_unanswered(struct answerer *a);
void answerer_settle(struct answerer *a); /* that one is answered: it is emptied */

#endif
