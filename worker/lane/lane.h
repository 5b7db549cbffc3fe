/*
 * lane.h - a thread that acquires one partition and then serves it: put together from an owner, a
 * state, an intake and a publisher.
 *
 * Knows: one assigned partition. Doesn't know: other lanes, rebalances.
 * Threads: everything runs on the lane's own thread except the functions below, which belong to
 * the main thread.
 */
#ifndef HOLDFAST_WORKER_LANE_LANE_H
#define HOLDFAST_WORKER_LANE_LANE_H

#include "common/kafka/group.h"
#include "worker/lane/settings.h"
#include "worker/lane/state.h"

struct lane;

/*
 * Start the lane's thread, which acquires the partition and then serves it until lane_stop.
 *
 * membership  borrowed until lane_stop returned
 * NULL: out of memory or threads
 */
struct lane *lane_start(const struct lane_settings *settings, struct kafka_group *group,
                        const struct kafka_membership *membership, int32_t partition);

/* Wait until it is not LANE_ACQUIRING any more, until_ms (monotonic) at the longest. */
enum lane_state lane_wait(struct lane *lane, int64_t until_ms, int64_t *start_offset);

enum lane_state lane_state_of(struct lane *lane);
void lane_why(struct lane *lane, struct err *why); /* why it is LANE_UNFIT */
bool lane_is_caught_up(struct lane *lane); /* everything in the topic is answered */
int32_t lane_partition(const struct lane *lane);
bool lane_is_deaf(struct lane *lane);       /* its requests cannot be read */
void lane_could_hear(struct lane *lane);    /* another reader of the partition has just read it */
int64_t lane_heard_ms(struct lane *lane);   /* when requests or their end came last (monotonic) */
void lane_set_end(struct lane *lane, int64_t end); /* of the log, where it was asked for */
/* Add a line where it cannot serve, or not at this moment; and tell metrics.h the log's end. */
void lane_look(struct lane *lane, struct buf *lines);

void lane_ask_to_stop(struct lane *lane);  /* after the present batch */
bool lane_has_ended(struct lane *lane, int64_t until_ms); /* waits for its thread until then */
void lane_stop(struct lane *lane);         /* waits for the thread, releases everything; takes NULL */

#endif
