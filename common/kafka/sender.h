/*
 * sender.h - publishes records, idempotent and acks=all, and tells where each landed.
 *
 * Threads: a sender belongs to one thread; `delivered` is called on it, inside kafka_sender_poll.
 * Behind kafka_sender_know others may send to that topic, one at a time.
 */
#ifndef HOLDFAST_KAFKA_SENDER_H
#define HOLDFAST_KAFKA_SENDER_H

#include "common/base/err.h"
#include "common/kafka/conf.h"
#include "common/base/record.h"

struct kafka_sender;

struct kafka_delivery {
	void *token;       /* as given to kafka_sender_send */
	bool is_delivered; /* false: `why` says what went wrong; the record may or may not be there, */
	bool is_unsent;    /* but where this is said: it is surely not there, and never will be */
	int32_t partition;
	int64_t offset;    /* negative: the broker has the record, but does not say where any more */
	struct text value; /* as sent; borrowed for the call */
	const struct err *why; /* NULL: delivered; RC_FATAL FROM_RIGHTS, RC_RETRY else; for the call */
};

typedef void kafka_delivered(void *context, const struct kafka_delivery *delivery);

enum rc kafka_sender_open(struct kafka_sender **sender, const struct kafka_settings *settings,
                          int64_t timeout_ms, kafka_delivered *delivered, void *context,
                          struct err *e) NODISCARD;
void kafka_sender_close(struct kafka_sender *sender); /* drops what is unsent; takes NULL */

/*
 * Queue a record; key and value are copied. Partition by the key as Java does (murmur2), or
 * `partition` where it is not KAFKA_BY_KEY.
 *
 * RC_RETRY  the queue is full: poll, then the same call again
 */
#define KAFKA_BY_KEY (-1)
enum rc kafka_sender_send(struct kafka_sender *sender, const char *topic, int32_t partition,
                          struct text key, struct text value, const struct record_header *headers,
                          size_t header_count, void *token, struct err *e) NODISCARD;
/* Learn where the topic's partitions are, waiting for brokers a while; sending does so, too. */
enum rc kafka_sender_know(struct kafka_sender *sender, const char *topic, struct err *e) NODISCARD;
void kafka_sender_poll(struct kafka_sender *sender, int64_t wait_ms); /* calls `delivered` */
/* Does a broker answer within wait_ms? RC_RETRY: not in time. */
enum rc kafka_sender_reach(struct kafka_sender *sender, int64_t wait_ms, struct err *e) NODISCARD;
/* It will send nothing any more, whatever it is given: only another one helps. */
bool kafka_sender_is_broken(const struct kafka_sender *sender);
size_t kafka_sender_waiting(const struct kafka_sender *sender);       /* not delivered yet */

#endif
