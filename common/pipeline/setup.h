/*
 * setup.h - what a program verifies before it works: that the topics are as they must be, that the
 * schema is there, and that databases, cluster and topic belong together.
 */
#ifndef HOLDFAST_PIPELINE_SETUP_H
#define HOLDFAST_PIPELINE_SETUP_H

#include "common/pipeline/database_map.h"
#include "common/kafka/topics.h"

#define SETUP_MISSING_MS 5000

struct setup {
	char *cluster_id;
	int32_t partition_count;
};

/*
 * Verify; the map is fitted to the number of partitions, and every database is looked at. Waits for
 * the servers up to wait_ms, or until a stop is asked for. Settings of topics that differ but do no
 * harm are logged.
 *
 * setup     zeroed; release with setup_release whatever comes back
 *
 * RC_FATAL  exit code 3: mismatch
 * RC_RETRY, RC_REOPEN  exit code 4 or 5: a server was not there in time
 * RC_REJECT exit code 2: a server is not named, a partition has no database, a setting is wrong
 */
enum rc setup_verify(struct setup *setup, const struct kafka_settings *kafka,
                     struct database_map *databases, const struct topic_names *topics,
                     int64_t wait_ms, struct err *e) NODISCARD;
/*
 * The same for a program that does not want to wait for all of several databases: those that do not
 * answer within SETUP_MISSING_MS, while others do, are left is_unverified.
 */
enum rc setup_verify_some(struct setup *setup, const struct kafka_settings *kafka,
                          struct database_map *databases, const struct topic_names *topics,
                          int64_t wait_ms, struct err *e) NODISCARD;
/* One database, once it is there. Codes as above; the error says which. */
enum rc setup_verify_database(const char *cluster_id, int32_t partition_count,
                              const char *requests_topic, const struct database *database,
                              struct err *e) NODISCARD;
/* The topics alone, for a program that needs no database. Codes as above. */
enum rc setup_verify_topics(struct setup *setup, const struct kafka_settings *kafka,
                            const struct topic_names *topics, int64_t wait_ms,
                            struct err *e) NODISCARD;
void setup_release(struct setup *setup);

#endif
