/*
 * reach.h - do both servers answer? Asked now and then from the main loop, in a session of its own,
 * so that a worker that has nothing to decide knows it too.
 *
 * Threads: the main one.
 * Limits: a look takes REACH_DATABASE_MS twice and REACH_KAFKA_MS at the longest.
 */
#ifndef HOLDFAST_WORKER_REACH_H
#define HOLDFAST_WORKER_REACH_H

#include "common/db.h"
#include "common/kafka_group.h"

#define REACH_EVERY_MS 2000
#define REACH_DATABASE_MS 1000
#define REACH_KAFKA_MS 300
#define REACH_KAFKA_SILENT_MS 6000 /* a broker that was slow once is not gone */

struct reach {
	struct db_settings database;
	struct db *db; /* NULL: no session */
	int64_t next_ms, kafka_ms;
};

void reach_open(struct reach *reach, const struct db_settings *database);
void reach_close(struct reach *reach);

/* Where it is time again: ask both, and tell health.h. */
void reach_look(struct reach *reach, struct kafka_group *group);

#endif
