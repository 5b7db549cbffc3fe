/*
 * answered.h - up to where a partition is to be decided again: by its replies, and by the group's
 * offset only where a worker has set it.
 *
 * Threads: those of partition.h.
 */
#ifndef HOLDFAST_WORKER_REBUILD_ANSWERED_H
#define HOLDFAST_WORKER_REBUILD_ANSWERED_H

#include "worker/lane/look_back.h"
#include "worker/lane/owner.h"
#include "worker/lane/state.h"

/* Looking back; it ends where `state` is asked to stop. */
struct looking {
	struct owner *owner;
	struct state *state;
	void (*step)(void *context); /* told of each step forward */
	void *context;
	struct look_back back;
	uint64_t seen; /* how much was read by the last step */
	int64_t first; /* of the request log */
};

/* The four first fields are set. The reader is a read_committed one. */
void answered_look_from(struct looking *looking, struct kafka_reader *reader);

/*
 * A group that was idle for long is forgotten by the broker. The replies know: sets owner.answered,
 * or leaves it where there is none.
 */
enum rc answered_find(struct looking *looking, struct err *e) NODISCARD;

/*
 * With the rows taken over: set owner.answered by the replies beyond them.
 *
 * replied     these, as answered_refuse_gaps needs them; release with replied_release
 * first, end  of the request log
 */
enum rc answered_weigh(struct looking *looking, struct replied *replied, int64_t first, int64_t end,
                       struct err *e) NODISCARD;

/*
 * Each request that is decided again must have its reply: nobody would ever give one to what is
 * decided and lies below the committed offset. RC_FATAL: there are some that have none, and a worker
 * has set the offset, or a hand has set it behind the first of them.
 */
enum rc answered_refuse_gaps(struct looking *looking, struct err *e) NODISCARD;

#endif
