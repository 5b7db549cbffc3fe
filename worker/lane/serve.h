/*
 * serve.h - decides a lane's batches and has them answered, acquiring the partition again as often
 * as it takes, within bounds.
 *
 * A batch goes to the publisher as soon as it is decided. After any failure the lane's own thread
 * answers what is open, the oldest first; only then the publisher goes on.
 * Knows: owner, state, intake and publisher of its lane. Doesn't know: when to stop.
 * Threads: the lane's.
 */
#ifndef HOLDFAST_WORKER_LANE_SERVE_H
#define HOLDFAST_WORKER_LANE_SERVE_H

#include "worker/lane/intake.h"
#include "worker/lane/owner.h"
#include "worker/lane/publisher.h"
#include "worker/lane/state.h"

struct serving {
	struct owner *owner; /* these borrowed from the lane */
	struct state *state;
	struct intake *intake;
	struct publisher *publisher;

	struct batch *batch;  /* the one in hand; the publisher's next */
	bool is_answering;    /* the publisher has producer and batches, and is not parked */
	bool has_wrong_clock; /* a record was not on LogAppendTime */
};

/* The partition is acquired: lend the publisher the producer. */
void serve_start(struct serving *serving);

/*
 * Decide the batch in hand and have it answered. An empty one is in hand at NEXT_ON.
 *
 * NEXT_ON     given to the publisher; with has_wrong_clock all is answered
 * NEXT_AGAIN  lost too often
 */
enum next serve_batch(struct serving *serving);

/* Nothing is in hand: see to a failure of the publisher. */
enum next serve_tend(struct serving *serving);

/* At the end: wait for the answers under way. What fails now is left to the next owner. */
/*
 * After a halt whose cause may have passed: acquire the partition again, once, and answer and decide
 * what is open.
 */
enum next serve_again(struct serving *s);

void serve_settle(struct serving *serving);

#endif
