/*
 * lane_inside.h - what lane.c, acquire.c, decide.c and replay.c share of a lane. For those files
 * only.
 */
#ifndef HOLDFAST_WORKER_LANE_INSIDE_H
#define HOLDFAST_WORKER_LANE_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "common/backoff.h"
#include "worker/lane.h"

struct lane {
	const struct lane_settings *settings;
	struct kafka_group *group;
	const struct kafka_membership *membership;
	int32_t partition;
	pthread_t thread;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum lane_state state;       /* under the lock */
	int64_t start_offset;        /* under the lock */
	atomic_bool is_asked_to_stop;
	atomic_bool is_caught_up;

	/* The thread's own. */
	struct kafka_queue *queue;
	struct kafka_txn *txn;
	struct store *store;
	struct batch batch;
	struct record *taken;
	int64_t answered;            /* the committed offset */
};

/* What the loop does next. */
enum step {
	STEP_ON,    /* go on */
	STEP_AGAIN, /* lost: acquire again */
	STEP_HALT,
	STEP_STOP,  /* asked to stop while waiting for a server */
};

/* Sleep with jitter, shorter when asked to stop. */
void lane_pause(struct lane *lane, struct backoff *backoff);

/* acquire.c: fence, read where group and database stand, and check that it is safe to go on. */
enum step lane_acquire(struct lane *lane, int64_t until_ms);
/* Its first half. Fence: whatever a former owner left open in Kafka is ended when this returns. */
enum rc lane_open_producer(struct lane *lane, struct err *e) NODISCARD;
/* Its second: take the rows over. A partition that was never served begins at `first`. */
enum rc lane_open_store(struct lane *lane, int64_t first, struct err *e) NODISCARD;
/* A new producer in place of the present one, and the committed offset as it is then. */
enum step lane_renew_producer(struct lane *lane);

/* decide.c: make entries [first, first + count) durable, whatever it takes. */
enum step lane_decide(struct lane *lane, size_t first, size_t count);
/* Read the decisions of entries that the database holds already. */
enum step lane_recall(struct lane *lane, size_t first, size_t count);

#endif
