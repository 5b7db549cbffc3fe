/*
 * lane.h - the loop that serves one partition.
 *
 * Knows: one assigned partition, its queue, one database session, one transactional producer.
 * Doesn't know: other lanes, rebalances.
 * Threads: everything runs on the lane's own thread except the functions below, which belong to
 * the main thread.
 */
#ifndef HOLDFAST_WORKER_LANE_LANE_H
#define HOLDFAST_WORKER_LANE_LANE_H

#include "common/pipeline/database_map.h"
#include "common/kafka/group.h"
#include "worker/lane/answer.h"
#include "worker/store/store.h"

#define LANE_ACQUIRE_MS 20000

/* Shared by all lanes, never changed after the start. */
struct lane_settings {
	struct kafka_settings kafka;
	struct database_map databases;
	struct answer_settings answer;
	size_t batch_max;
	size_t cached_seats; /* of a lane; 0: no cache */
};

enum lane_state {
	LANE_ACQUIRING,
	LANE_SERVING,
	LANE_HALTED,      /* cannot go on safely; an operator decides */
	LANE_WRONG_CLOCK, /* stopped behind a record that is not on LogAppendTime: exit code 3 */
	LANE_LOST,        /* another owner, or servers not there in time: the group must be joined again */
	LANE_STOPPED,
};

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
bool lane_is_caught_up(struct lane *lane); /* everything in the topic is answered */
/* Add a line where it cannot serve, or not at this moment; and tell metrics.h the log's end. */
void lane_look(struct lane *lane, struct buf *lines);

void lane_ask_to_stop(struct lane *lane);  /* after the present batch */
bool lane_has_ended(struct lane *lane, int64_t until_ms); /* waits for its thread until then */
void lane_stop(struct lane *lane);         /* waits for the thread, releases everything; takes NULL */

#endif
