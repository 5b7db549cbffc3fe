/*
 * reply_topics.h - the list of --reply-topics: what a request may name in kafka_replyTopic.
 */
#ifndef HOLDFAST_PIPELINE_REPLY_TOPICS_H
#define HOLDFAST_PIPELINE_REPLY_TOPICS_H

#include "common/kafka/pool.h"
#include "common/kafka/topics.h"

#define REPLY_TOPICS_MAX 12

struct reply_topics {
	char *text;                          /* what the names point into */
	const char *names[REPLY_TOPICS_MAX]; /* beside the default one */
	size_t count;
};

/*
 * Read a list of names with commas between them; the default topic, and a name that comes again,
 * are left out.
 *
 * list    may be NULL or empty
 * topics  zeroed; release with reply_topics_release whatever comes back
 *
 * RC_USAGE: it names the requests, events or dead letters, or too many
 */
enum rc reply_topics_read(struct reply_topics *topics, const char *list,
                          const struct topic_names *names, struct err *e) NODISCARD;
void reply_topics_release(struct reply_topics *topics);

/*
 * Drop, with a warning, those that are missing or have another number of partitions: there the
 * default topic answers.
 */
enum rc reply_topics_keep_fit(struct reply_topics *topics, struct kafka_pool *pool,
                              int32_t partition_count, struct err *e) NODISCARD;

#endif
