/*
 * schema.h - the schema's version, and the one pipeline that a database belongs to.
 *
 * Knows: sql/migrations, the tables schema_migrations and pipeline. Doesn't know: Kafka.
 * Threads: those of the session.
 * Rights: schema_migrate needs CREATE on the database the first time and afterwards to own the
 * schema; claiming needs INSERT and UPDATE on pipeline; all else reads. Nothing needs a superuser.
 */
#ifndef HOLDFAST_PIPELINE_SCHEMA_H
#define HOLDFAST_PIPELINE_SCHEMA_H

#include <stdint.h>

#include "common/db/db.h"
#include "common/base/err.h"

/*
 * Bring the schema to this program's version: each missing migration in a transaction of its own,
 * all under one lock, so that several may try at once.
 *
 * applied  how many were missing
 *
 * RC_OK     the schema is of this program's version
 * RC_RETRY  another one migrates and takes long; what is applied stays, the call may be repeated
 * RC_REOPEN session gone; the call may be repeated
 * RC_FATAL  exit code 3: the schema is newer than the program; 4: no right to create it;
 *           1: a migration failed and was rolled back
 */
enum rc schema_migrate(struct db *db, int *applied, struct err *e) NODISCARD;

/*
 * Check the schema's version.
 *
 * RC_FATAL exit code 3: none there, or another version
 */
enum rc schema_verify(struct db *db, struct err *e) NODISCARD;

/* Partitions first to last. */
struct partition_range {
	int32_t first, last;
};

/* The row of holdfast.pipeline; strings are the row's own. */
struct pipeline {
	char *cluster_id;
	char *requests_topic;
	int32_t partition_count;
	char *group_id; /* NULL: no worker yet */
	struct partition_range served; /* all, or its part of them */
};

/*
 * Read the row.
 *
 * pipeline  returned, release with pipeline_release; zeroed but with RC_OK
 *
 * RC_FATAL exit code 3: there is none
 */
enum rc pipeline_read(struct db *db, struct pipeline *pipeline, struct err *e) NODISCARD;
void pipeline_release(struct pipeline *pipeline); /* takes a zeroed one */

/*
 * Make the database that of this cluster, topic, partition count and of these partitions, or find
 * that it is.
 *
 * RC_FATAL exit code 3: it is that of another
 */
enum rc pipeline_claim(struct db *db, const char *cluster_id, const char *requests_topic,
                       int32_t partition_count, struct partition_range served,
                       struct err *e) NODISCARD;

/* As pipeline_claim, but only looks: RC_FATAL with exit code 3 where nothing is claimed, too. */
enum rc pipeline_verify(struct db *db, const char *cluster_id, const char *requests_topic,
                        int32_t partition_count, struct partition_range served,
                       struct err *e) NODISCARD;

/*
 * Make this the consumer group of the database's workers, or find that it is.
 *
 * RC_FATAL exit code 3: another group's workers served this database before, or nothing is claimed
 */
enum rc pipeline_claim_group(struct db *db, const char *group_id, struct err *e) NODISCARD;
/* The same, but only looks: RC_OK where no worker was there yet. */
enum rc pipeline_verify_group(struct db *db, const char *group_id, struct err *e) NODISCARD;

#endif
