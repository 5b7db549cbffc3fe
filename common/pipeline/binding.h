/*
 * binding.h - what a database is bound to: one cluster, one requests topic, one group of workers,
 * and all partitions or its part of them. One row, that of table holdfast.pipeline.
 *
 * Knows: that row. Doesn't know: the schema's version (schema.h), Kafka.
 * Threads: those of the session.
 * Rights: claiming needs INSERT and UPDATE on the table; all else reads.
 */
#ifndef HOLDFAST_PIPELINE_BINDING_H
#define HOLDFAST_PIPELINE_BINDING_H

#include "common/pipeline/database_map.h"

/*
 * In place of a group: a scratch database of `holdfast-worker --shadow`, which serves nobody. So every
 * program of an installation refuses it, those of older releases, too.
 */
#define BINDING_SHADOW "(shadow)"

struct binding {
	char *cluster_id; /* the strings are the struct's own */
	char *requests_topic;
	int32_t partition_count;
	char *group_id; /* NULL: no worker yet */
	struct partition_range served; /* all, or its part of them */
};

/*
 * Read the row.
 *
 * binding  returned, release with binding_release; zeroed but with RC_OK
 *
 * RC_FATAL FROM_PIPELINE: there is none
 */
enum rc binding_read(struct db *db, struct binding *binding, struct err *e) NODISCARD;
void binding_release(struct binding *binding); /* takes a zeroed one */

/*
 * Before anything is made: is the database that of this cluster and topic, or of none yet?
 *
 * partition_count  how many partitions it was made for; 0: it is of none yet
 *
 * RC_FATAL FROM_PIPELINE: it is that of another
 */
enum rc binding_compare(struct db *db, const char *cluster_id, const char *requests_topic,
                        int32_t *partition_count, struct err *e) NODISCARD;

/*
 * Make the database that of this cluster, topic, partition count and of these partitions, or find
 * that it is.
 *
 * RC_FATAL FROM_PIPELINE: it is that of another
 */
enum rc binding_claim(struct db *db, const char *cluster_id, const char *requests_topic,
                      int32_t partition_count, struct partition_range served,
                      struct err *e) NODISCARD;

/* The same, but it becomes a scratch database; RC_FATAL also where it serves an installation. */
enum rc binding_claim_shadow(struct db *db, const char *cluster_id, const char *requests_topic,
                             int32_t partition_count, struct partition_range served,
                             struct err *e) NODISCARD;

/* As binding_claim, but only looks: RC_FATAL where nothing is claimed, too. */
enum rc binding_verify(struct db *db, const char *cluster_id, const char *requests_topic,
                       int32_t partition_count, struct partition_range served,
                       struct err *e) NODISCARD;

enum rc binding_verify_shadow(struct db *db, const char *cluster_id, const char *requests_topic,
                              int32_t partition_count, struct partition_range served,
                              struct err *e) NODISCARD;

/* RC_FATAL FROM_PIPELINE: it is bound, and not as a scratch database. */
enum rc binding_refuse_served(struct db *db, struct err *e) NODISCARD;
bool binding_is_shadow(const struct binding *binding);

/*
 * Make this the consumer group of the database's workers, or find that it is.
 *
 * RC_FATAL FROM_PIPELINE: another group's workers served this database before, or nothing is claimed
 * RC_USAGE: the group is called as no group may be, BINDING_SHADOW
 */
enum rc binding_claim_group(struct db *db, const char *group_id, struct err *e) NODISCARD;
/* The same, but only looks: RC_OK where no worker was there yet. */
enum rc binding_verify_group(struct db *db, const char *group_id, struct err *e) NODISCARD;

#endif
