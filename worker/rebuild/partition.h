/*
 * partition.h - decides one partition again, up to the group's committed offset, and answers nothing.
 *
 * A replayer is a lane without a queue: it fences as an owner does, takes the rows over, reads the
 * records from the topic and lets the lane's own code decide them.
 * Knows: one partition at a time. Doesn't know: the other ones, who is in the group.
 * Threads: a replayer belongs to one thread, but replayer_watch().
 * Limits: REPLAY_LOSSES_MAX. Every wait is ended by replayer_watch.
 */
#ifndef HOLDFAST_WORKER_REBUILD_PARTITION_H
#define HOLDFAST_WORKER_REBUILD_PARTITION_H

#include "common/kafka/topics.h"
#include "worker/lane/lane_inside.h"

#define REPLAY_LOSSES_MAX 5 /* losses of the rows in a row, with nothing decided in between */

/* How far a partition came. */
enum replay_state {
	REPLAY_UNFINISHED,
	REPLAY_REFUSED,    /* cannot go on safely; an operator decides */
	REPLAY_UNANSWERED, /* nothing was ever answered */
	REPLAY_COMPLETE,   /* the rows stood at the committed offset already */
	REPLAY_AHEAD,      /* ... or beyond it: the worker answers the rest */
	REPLAY_REBUILT,
};

struct replay {
	int32_t partition;
	enum replay_state state;
	int64_t from;          /* where the rows stood at first; -1: not known */
	int64_t next_offset;   /* and where they stand now; -1: not known */
	int64_t committed;     /* -1: none, or not known */
	uint64_t decided;      /* records */
	atomic_llong reached;  /* next_offset, for whoever looks on; up to `committed` */
	enum exit_code exit_code;
};

#define REPLAY_OF(p) ((struct replay){.partition = (p), .from = -1, .next_offset = -1, .committed = -1})

struct replayer {
	struct lane lane;
	struct batch batch;
	struct kafka_topics *topics;
	int64_t wait_ms;
	atomic_llong give_up_ms; /* monotonic: the latest time of the next step forward */
};

/*
 * wait_ms  longest time without a step forward
 * Close it with replayer_close whatever comes back.
 */
enum rc replayer_open(struct replayer *replayer, const struct lane_settings *settings,
                      int64_t wait_ms, struct err *e) NODISCARD;
void replayer_close(struct replayer *replayer);

/* Any thread: end its waits where a stop is asked for, or where wait_ms passed without a step. */
void replayer_watch(struct replayer *replayer);

/*
 * Decide the records from the partition's next_offset to the committed offset, and none beyond it.
 * May be repeated, and goes on where it was.
 *
 * replay  REPLAY_OF(partition); filled in whatever comes back
 *
 * RC_RETRY, RC_REOPEN  stopped, or a server was not there in time; what is decided stays
 * RC_FATAL  exit code 3: the topic does not hold what the rows or the group speak of, or another
 *           owner takes the rows again and again; the partition's state is REPLAY_REFUSED
 */
enum rc replay_partition(struct replayer *replayer, struct replay *replay,
                         struct err *e) NODISCARD;

#endif
