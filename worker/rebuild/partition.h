/*
 * partition.h - decides one partition again, up to the group's committed offset, and answers
 * nothing.
 *
 * It becomes the partition's owner as a lane does, reads the records from the topic and lets the
 * lane's own code decide them.
 * Knows: one partition at a time. Doesn't know: the other ones, who is in the group.
 * Threads: a partition_rebuild belongs to one thread, but partition_rebuild_watch().
 * Limits: REBUILD_LOSSES_MAX. Every wait is ended by partition_rebuild_watch.
 */
#ifndef HOLDFAST_WORKER_REBUILD_PARTITION_H
#define HOLDFAST_WORKER_REBUILD_PARTITION_H

#include "common/kafka/topics.h"
#include "worker/lane/owner.h"
#include "worker/lane/state.h"

#define REBUILD_LOSSES_MAX 5 /* losses of the rows in a row, with nothing decided in between */

/* How far a partition came. */
enum partition_state {
	PARTITION_UNFINISHED,
	PARTITION_REFUSED,    /* cannot go on safely; an operator decides */
	PARTITION_UNANSWERED, /* nothing was ever answered */
	PARTITION_COMPLETE,   /* the rows stood at the committed offset already */
	PARTITION_AHEAD,      /* ... or beyond it: the worker answers the rest */
	PARTITION_REBUILT,
};

struct partition_result {
	int32_t partition;
	enum partition_state state;
	int64_t from;          /* where the rows stood at first; -1: not known */
	int64_t next_offset;   /* and where they stand now; -1: not known */
	int64_t committed;     /* -1: none, or not known */
	uint64_t decided;      /* records */
	atomic_llong reached;  /* next_offset, for whoever looks on; up to `committed` */
	struct err end;        /* why it could not be finished; RC_OK: nothing was in the way */
};

/* Of a partition that nobody began yet. */
#define PARTITION_RESULT_OF(p) \
	((struct partition_result){.partition = (p), .from = -1, .next_offset = -1, .committed = -1})

struct partition_rebuild {
	struct owner owner;
	struct state state;
	struct batch batch;
	struct record *taken;
	struct partition_result *result; /* of the partition in hand */
	struct kafka_topics *topics;
	int64_t wait_ms;
	atomic_llong give_up_ms; /* monotonic: the latest time of the next step forward */
};

/*
 * wait_ms  longest time without a step forward
 * Close it with partition_rebuild_close whatever comes back.
 */
enum rc partition_rebuild_open(struct partition_rebuild *rebuild,
                               const struct lane_settings *settings, int64_t wait_ms,
                               struct err *e) NODISCARD;
void partition_rebuild_close(struct partition_rebuild *rebuild);

/* Any thread: end its waits where a stop is asked for, or where wait_ms passed without a step. */
void partition_rebuild_watch(struct partition_rebuild *rebuild);

/*
 * Decide the records from the partition's next_offset to the committed offset, and none beyond it.
 * May be repeated, and goes on where it was.
 *
 * result  PARTITION_RESULT_OF(partition); filled in whatever comes back
 *
 * RC_RETRY, RC_REOPEN  stopped, or a server was not there in time; what is decided stays
 * RC_FATAL  FROM_PIPELINE: the topic does not hold what the rows or the group speak of, or another
 *           owner takes the rows again and again; the partition's state is PARTITION_REFUSED
 */
enum rc partition_rebuild_run(struct partition_rebuild *rebuild, struct partition_result *result,
                              struct err *e) NODISCARD;

#endif
