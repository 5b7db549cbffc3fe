/*
 * sending.h - records on their way to the brokers: given as those before them arrive, dropped where
 * they cannot; and whose time is over.
 *
 * It has a thread of its own, on which `over` is called. Flights and their lock are shared with who
 * asks and with who reads replies.
 * Threads: sending_put any, under that lock; the rest belongs to one.
 */
#ifndef HOLDFAST_GATEWAY_TOPICS_SENDING_H
#define HOLDFAST_GATEWAY_TOPICS_SENDING_H

#include "common/base/wait.h"
#include "common/kafka/conf.h"
#include "gateway/topics/flights.h"
#include "gateway/topics/outbox.h"

struct sending;

struct sending_settings {
	const struct kafka_settings *kafka; /* borrowed, as all of this */
	const char *topic;
	int32_t partition_count;
	int64_t timeout_ms;              /* of a request */
	struct flights *flights;
	struct wait *lock;               /* of the flights */
	/* No more under way, or not awaited; is_unsent: surely not published. No lock is held. */
	void (*over)(void *context, const struct flight *flight, bool is_unsent);
	void *context;
};

enum rc sending_open(struct sending **sending, const struct sending_settings *settings,
                     struct err *e) NODISCARD;
enum rc sending_start(struct sending *sending, struct err *e) NODISCARD; /* the thread */
/* Give it or put it behind those that wait, a copy; under the lock. false: neither, and e says why */
bool sending_put(struct sending *sending, const struct outbox_record *record, struct err *e);
/* Ends the thread, says of what still waits that it is over, and releases all. Takes NULL */
void sending_close(struct sending *sending);
const char *sending_trouble(struct sending *sending); /* a literal; NULL: none */

#endif
