/*
 * lane_inside.h - what lane.c, acquire.c, serve.c, decide.c, halt.c and replay.c share of a lane.
 * For those files only.
 */
#ifndef HOLDFAST_WORKER_LANE_LANE_INSIDE_H
#define HOLDFAST_WORKER_LANE_LANE_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "common/base/backoff.h"
#include "common/base/watchdog.h"
#include "worker/lane/publisher.h"
#include "worker/lane/lane.h"

/* What a lane that serves cannot go on without just now. */
enum lane_need { NEEDS_NOTHING, NEEDS_DATABASE, NEEDS_KAFKA, NEEDS_PARTITION };

struct lane {
	const struct lane_settings *settings;
	struct kafka_group *group;   /* NULL: a rebuild's, which serves nobody */
	const struct kafka_membership *membership;
	int32_t partition;
	pthread_t thread;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum lane_state state;       /* under the lock */
	int64_t start_offset;        /* under the lock */
	char halt_text[ERR_TEXT_BYTES]; /* why; under the lock */
	atomic_bool is_asked_to_stop;
	atomic_bool is_caught_up;
	atomic_int needs;            /* an enum lane_need */

	/* The thread's own. */
	struct watchdog watchdog;
	struct kafka_queue *queue;
	struct answerer *answerer;   /* NULL: a rebuild's */
	struct kafka_txn *txn;       /* the answerer's until it is parked */
	struct store *store;
	struct batch *batch;         /* the one in hand; one of the answerer's */
	struct batch *ahead;         /* the next, begun while the database works; another one */
	struct err ahead_err;        /* rc RC_OK, or why no more can be taken */
	bool is_at_end;              /* nothing was behind what was taken last */
	struct record *taken;
	int64_t answered;            /* the committed offset when the answerer was last parked */
	bool is_answering;           /* the answerer has producer and batches, and is not parked */
	bool has_wrong_clock;        /* a record was not on LogAppendTime */
};

/* What the loop does next. */
enum step {
	STEP_ON,    /* go on */
	STEP_AGAIN, /* lost: acquire again */
	STEP_HALT,
	STEP_STOP,  /* asked to stop while waiting for a server */
};

/* Sleep with jitter before the next try, shorter when asked to stop. */
void lane_pause(struct lane *lane, struct backoff *backoff, enum lane_need need);
/* What lane_acquire and the loop say when they go on. */
void lane_goes_on(struct lane *lane);

/*
 * While it is acquired: the committed offset is known, and what is missing, the database or what is
 * to be read back, may take long. The assignment, and with it every other partition, goes on
 * without waiting for it.
 */
void lane_leaves_assignment(struct lane *lane, enum lane_need need);

/*
 * halt.c: say why the partition stands still, in the log, to health and metrics, and as well as
 * can be in the database. STEP_HALT.
 *
 * offset  of the record that is to blame; -1: none
 */
enum step lane_halt(struct lane *lane, int64_t offset, const struct err *why);

/* acquire.c: fence, read where group and database stand, and check that it is safe to go on. */
enum step lane_acquire(struct lane *lane, int64_t until_ms);
/* Its first half. Fence: whatever a former owner left open in Kafka is ended when this returns. */
enum rc lane_open_producer(struct lane *lane, struct err *e) NODISCARD;
/* Its second: take the rows over. A partition that was never served begins at `first`. */
enum rc lane_open_store(struct lane *lane, int64_t first, struct err *e) NODISCARD;
/* A new producer in place of the present one, and the committed offset as it is then. */
enum step lane_renew_producer(struct lane *lane);

/* While the database works on the batch in hand: take the next and decode it, step by step. */
bool lane_look_ahead(void *lane);

/* decide.c: make entries [first, first + count) durable, whatever it takes. */
enum step lane_decide(struct lane *lane, struct batch *batch, size_t first, size_t count);
/* Read the decisions of entries that the database holds already. */
enum step lane_recall(struct lane *lane, struct batch *batch, size_t first, size_t count);

/*
 * serve.c: decide the batch in hand and have it answered, acquiring the partition again as often as
 * it takes, within bounds. With a record that is not on LogAppendTime all is answered at STEP_ON.
 */
enum step lane_serve(struct lane *lane);
/* Lend the answerer the producer, when the partition is acquired. */
void lane_start_answering(struct lane *lane);
/* Nothing is in hand: see to a failure of the answerer. */
enum step lane_tend(struct lane *lane);
/* At the end: wait for the answers under way. What fails now is left to the next owner. */
void lane_settle(struct lane *lane);

#endif
