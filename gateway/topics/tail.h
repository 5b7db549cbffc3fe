/*
 * tail.h - reads a topic from its end on, in no group, on a thread of its own.
 *
 * Several gateways may read the same topic: each sees all, and nobody commits anything.
 * A topic that cannot be read any more is opened anew at its end; what came meanwhile is not seen.
 * It may rest while nobody wants what it reads, which costs a client of the brokers nothing then.
 */
#ifndef HOLDFAST_GATEWAY_TOPICS_TAIL_H
#define HOLDFAST_GATEWAY_TOPICS_TAIL_H

#include "common/base/err.h"
#include "common/base/record.h"
#include "common/kafka/conf.h"

#define TAIL_OPEN_MS 10000

struct tail;

struct tail_settings {
	const struct kafka_settings *kafka; /* borrowed, as all of this */
	const char *topic;
	const char *what;                   /* of the log: "replies" */
	int32_t partition_count;
	int32_t only;                       /* the one partition to read; -1: all */
	int64_t open_ms;                    /* for brokers to say where all of them end; 0: TAIL_OPEN_MS */
	/* All on the thread, with this context. */
	void *context;
	void (*read)(void *context, const struct record *record);
	/* NULL, or told that all that there was of a partition before the offset `next` has been read. */
	void (*reached_end)(void *context, int32_t partition, int64_t next);
	/* NULL, or told that records may have been missed: from now on it is read again, from its end. */
	void (*missed)(void *context);
};

/*
 * Returns when each partition is read from where it ended then.
 *
 * RC_RETRY: brokers did not say within open_ms where that is
 */
enum rc tail_open(struct tail **tail, const struct tail_settings *settings,
                  struct err *e) NODISCARD;
void tail_close(struct tail *tail); /* takes NULL */

/* Read no more, until it is woken. Threads: any, and the next. */
void tail_rest(struct tail *tail);
/* true: it is read, and never was not; false: it is read again soon, which `missed` tells. */
bool tail_wake(struct tail *tail);

/* Why records are not seen just now, a literal; NULL: they are. Threads: any. */
const char *tail_trouble(struct tail *tail);

#endif
