/*
 * reach.h - do the servers answer? Asked now and then from the main loop, in sessions of its own,
 * so that a worker that has nothing to decide knows it too.
 *
 * Threads: the main one.
 * Limits: a look takes REACH_DATABASE_MS twice and REACH_KAFKA_MS twice at the longest. It asks one
 * database; several take turns, each once in REACH_EVERY_MS. Where they are so many that a look
 * would follow the last sooner than after REACH_PAUSE_MS, each is asked less often.
 */
#ifndef HOLDFAST_WORKER_REACH_H
#define HOLDFAST_WORKER_REACH_H

#include "common/pipeline/database_map.h"
#include "common/kafka/group.h"
#include "worker/lane/lane.h"

#define REACH_EVERY_MS 2000
#define REACH_PAUSE_MS 250
#define REACH_DATABASE_MS 1000
#define REACH_KAFKA_MS 300
#define REACH_QUIET_MS 3000
#define REACH_KAFKA_SILENT_MS 6000 /* a broker that was slow once is not gone */

struct reach {
	const struct database_map *databases; /* borrowed */
	struct reached *list;                 /* of each database; reach.c */
	size_t turn;                          /* the one that is asked next */
	int64_t next_ms, kafka_ms;
	bool is_kafka_away; /* and it was said */
};

/* RC_FATAL: out of memory */
enum rc reach_open(struct reach *reach, const struct database_map *databases,
                   struct err *e) NODISCARD;
void reach_close(struct reach *reach);

/*
 * Where it is time for a look: ask the servers, and of Kafka the ends of partitions that had no
 * requests for REACH_QUIET_MS; tell lanes, health.h and, where it changes, the log what came of it.
 */
void reach_look(struct reach *reach, struct kafka_group *group, struct lane *const *lanes,
                size_t count);

#endif
