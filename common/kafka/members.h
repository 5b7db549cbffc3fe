/*
 * members.h - which member of a consumer group has which partition, for people to see.
 *
 * What it tells is of a moment ago, and nothing may be decided by it.
 */
#ifndef HOLDFAST_KAFKA_MEMBERS_H
#define HOLDFAST_KAFKA_MEMBERS_H

#include "common/base/err.h"
#include "common/kafka/topics.h"

/* Texts are the struct's own; member_id NULL: nobody has the partition. */
struct kafka_owner {
	char *member_id, *client_id, *host;
};

/*
 * Who has partitions 0 to count - 1 of the topic.
 *
 * owners  zeroed array of count, from calloc; release with kafka_owners_release whatever comes back
 * RC_RETRY  not answered in time
 * RC_FATAL  refused
 */
enum rc kafka_members_read(const struct kafka_topics *topics, const char *group_id,
                           const char *topic, struct kafka_owner *owners, int32_t count,
                           struct err *e) NODISCARD;
void kafka_owners_release(struct kafka_owner *owners, int32_t count);

#endif
