/*
 * group.h - the worker's share of the request topic: one consumer in a group, and a queue
 * of its own for each partition it is assigned.
 *
 * Threads: open, poll, trouble, rejoin and close belong to the main thread; the callbacks run on
 * it, inside kafka_group_poll and kafka_group_close. kafka_group_committed and the queues may be
 * used by any one other thread each, kafka_group_end by any.
 */
#ifndef HOLDFAST_KAFKA_GROUP_H
#define HOLDFAST_KAFKA_GROUP_H

#include "common/base/err.h"
#include "common/kafka/commit.h"
#include "common/kafka/conf.h"
#include "common/base/record.h"

struct kafka_group;
struct kafka_queue;
struct kafka_membership; /* the group metadata as it was at an assignment */

struct kafka_start {
	int32_t partition;
	int64_t offset; /* set by `assigned`; KAFKA_NOT_STARTED: assigned, but not read */
};
#define KAFKA_NOT_STARTED (-1)

struct kafka_group_events {
	/* Fill in where each partition starts; may wait, far below max.poll.interval.ms. */
	void (*assigned)(void *context, struct kafka_start *starts, size_t count);
	/* Everything that was assigned is taken back: stop using it before returning. */
	void (*revoked)(void *context);
	void *context;
};

/* Make such a client and give it back, without joining. RC_USAGE: a property is wrong */
enum rc kafka_group_try(const struct kafka_settings *settings, const char *group_id,
                        struct err *e) NODISCARD;
enum rc kafka_group_open(struct kafka_group **group, const struct kafka_settings *settings,
                         const char *group_id, const char *topic,
                         const struct kafka_group_events *events, struct err *e) NODISCARD;
/* Wait up to wait_ms for a change of assignment. RC_FATAL: the client cannot go on. */
enum rc kafka_group_poll(struct kafka_group *group, int64_t wait_ms, struct err *e) NODISCARD;
/* What the group said last that went wrong, since its last assignment or revocation; NULL: nothing. */
const char *kafka_group_trouble(const struct kafka_group *group);
/* Leave the group and join it again. */
enum rc kafka_group_rejoin(struct kafka_group *group, struct err *e) NODISCARD;
void kafka_group_close(struct kafka_group *group); /* calls `revoked`, leaves; takes NULL */

/* The group's committed offset. Stable offsets only. RC_RETRY: not answered in time. */
enum rc kafka_group_committed(struct kafka_group *group, int32_t partition, int64_t wait_ms,
                              struct kafka_commit *commit, struct err *e) NODISCARD;

/* The partition's end as the last fetch told it; -1: nothing was fetched yet. Asks nobody. */
int64_t kafka_group_end(struct kafka_group *group, int32_t partition);
/*
 * Ask for the ends of partitions. Where one cannot be had the others are there all the same.
 *
 * ends  filled in; -1: not known
 *
 * RC_RETRY  FROM_KAFKA: of one or more there was no answer in time; e says which and why
 */
enum rc kafka_group_ask_ends(struct kafka_group *group, const int32_t *partitions, int64_t *ends,
                             size_t count, int64_t wait_ms, struct err *e) NODISCARD;

/* Does a broker answer within wait_ms? RC_RETRY: not in time. */
enum rc kafka_group_reach(struct kafka_group *group, int64_t wait_ms, struct err *e) NODISCARD;

/* Release with kafka_membership_release. NULL: out of memory or not a member. */
struct kafka_membership *kafka_group_membership(struct kafka_group *group);
void kafka_membership_release(struct kafka_membership *membership); /* takes NULL */

/* The partition's own queue, to be asked for before it is assigned; release with kafka_queue_close. */
struct kafka_queue *kafka_group_queue(struct kafka_group *group, int32_t partition);

#endif
