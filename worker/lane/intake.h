/*
 * intake.h - takes a partition's records from its queue, a batch at a time, and begins the next one
 * while the database works.
 *
 * Knows: the queue, batches. Doesn't know: what is decided.
 * Threads: everything but intake_wake belongs to the lane's thread.
 * Limits: batch_max records in a batch.
 */
#ifndef HOLDFAST_WORKER_LANE_INTAKE_H
#define HOLDFAST_WORKER_LANE_INTAKE_H

#include "common/kafka/group.h"
#include "common/kafka/queue.h"
#include "worker/plan/batch.h"

struct intake {
	struct kafka_queue *queue;
	size_t batch_max;
	struct record *taken;
	struct batch *ahead;  /* the next batch, begun while the database works */
	struct err ahead_err; /* rc RC_OK, or why no more can be taken */
	bool is_at_end;       /* nothing was behind what was taken last */
	bool has_heard;       /* a record or the end came; intake_has_heard */
};

/*
 * ahead  an empty batch with room for batch_max, borrowed; intake_take puts another in its place
 *
 * false: out of memory. Close it with intake_close whatever comes back.
 */
bool intake_open(struct intake *intake, struct kafka_group *group, int32_t partition,
                 size_t batch_max, struct batch *ahead) NODISCARD;
void intake_close(struct intake *intake);

/*
 * The next batch: what was taken ahead, and what has come since.
 *
 * batch    in: an empty one, which becomes the one ahead; out: the next, empty where nothing came
 * wait_ms  longest wait for a first record; a stop ends it (intake_wake)
 *
 * Return codes as of kafka_queue_take; with RC_RETRY there may be a batch,
 * with RC_FATAL FROM_PIPELINE there is none: what came before was given first.
 */
enum rc intake_take(struct intake *intake, struct batch **batch, int64_t wait_ms,
                    struct err *e) NODISCARD;

/*
 * A short step of work on the batch ahead: take what has come, or decode some of it.
 *
 * until_ms  t of the last record before it
 * true: there is more to do
 */
bool intake_look_ahead(struct intake *intake, int64_t until_ms);

/* All that the topic had is in batches that were taken. */
bool intake_is_at_end(const struct intake *intake);

/* Has fetching succeeded since the last call? A quiet partition says so once, at its end. */
bool intake_has_heard(struct intake *intake);
void intake_wake(struct intake *intake); /* ends a wait; any thread */

#endif
