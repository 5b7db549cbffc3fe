/*
 * offsets.h - a consumer that never joins its group and asks what the group has committed. For
 * sources of common/kafka only.
 *
 * The admin request for a group's offsets is not used: in librdkafka 2.0.2 it crashes where the
 * group's coordinator is not there yet, as on a new cluster.
 * Threads: an asker belongs to one thread.
 */
#ifndef HOLDFAST_KAFKA_OFFSETS_H
#define HOLDFAST_KAFKA_OFFSETS_H

#include "common/kafka/commit.h"
#include "common/kafka/conf.h"

struct kafka_asker;
struct rd_kafka_topic_partition_s;
struct rd_kafka_topic_partition_list_s;

/* What an answered question for a committed offset says. */
struct kafka_commit kafka_commit_of(const struct rd_kafka_topic_partition_s *answer);
/* The offset on that partition as it is committed, with its mark. NULL: out of memory. */
struct rd_kafka_topic_partition_list_s *kafka_commit_list(const char *topic, int32_t partition,
                                                          const struct kafka_commit *commit);

enum rc kafka_asker_open(struct kafka_asker **asker, const struct kafka_settings *settings,
                         const char *group_id, struct err *e) NODISCARD;
void kafka_asker_close(struct kafka_asker *asker); /* takes NULL */
bool kafka_asker_is_of(const struct kafka_asker *asker, const char *group_id);

/*
 * The committed offset, stable offsets only.
 * RC_RETRY: not answered in time (also while a transaction that moves it is open)
 */
enum rc kafka_asker_committed(struct kafka_asker *asker, const char *topic, int32_t partition,
                              struct kafka_commit *commit, struct err *e) NODISCARD;

#endif
