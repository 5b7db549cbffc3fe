/*
 * replies.h - reads a topic of replies from its end, in no group, on a thread of its own.
 *
 * Several gateways may read the same topic: each sees all, and nobody commits anything.
 * A topic that cannot be read any more is opened anew at its end; what came meanwhile is not seen.
 */
#ifndef HOLDFAST_GATEWAY_TOPICS_REPLIES_H
#define HOLDFAST_GATEWAY_TOPICS_REPLIES_H

#include "common/base/err.h"
#include "common/base/record.h"
#include "common/kafka/conf.h"

struct replies;

struct replies_settings {
	const struct kafka_settings *kafka; /* borrowed, as all of this */
	const char *topic;
	int32_t partition_count;
	int32_t only;                       /* the one partition to read; -1: all */
	void (*read)(void *context, const struct record *reply); /* on the thread */
	void *context;
};

/* Returns when each partition is read from where it ended then. RC_RETRY: brokers did not answer. */
enum rc replies_open(struct replies **replies, const struct replies_settings *settings,
                     struct err *e) NODISCARD;
void replies_close(struct replies *replies); /* takes NULL */

/* Why replies are not seen just now, a literal; NULL: they are. Threads: any. */
const char *replies_trouble(struct replies *replies);

#endif
