/*
 * queue.h - the records of one partition that a group is assigned, as they are fetched.
 *
 * Threads: a queue belongs to one thread, but for kafka_queue_wake.
 */
#ifndef HOLDFAST_KAFKA_QUEUE_H
#define HOLDFAST_KAFKA_QUEUE_H

#include "common/base/err.h"
#include "common/base/record.h"

#define KAFKA_SINCE_QUEUE_BACKOFF 0x02020000 /* the first librdkafka with fetch.queue.backoff.ms */

struct kafka_queue;
struct rd_kafka_s;

/* For group.c, which hands it out: kafka_group_queue. topic: borrowed. NULL: out of memory. */
struct kafka_queue *kafka_queue_open(struct rd_kafka_s *client, const char *topic,
                                     int32_t partition);
void kafka_queue_close(struct kafka_queue *queue); /* takes NULL */

/*
 * Wait up to wait_ms for one record, then take whatever else is there, up to max.
 *
 * is_ended  true where the end of the partition was reached behind the records taken
 *
 * RC_RETRY  FROM_KAFKA: fetching failed; the library goes on trying and says nothing more
 *           until it succeeds, and not even then where there is neither record nor a new end
 * RC_FATAL  FROM_PIPELINE: the position is outside of the log, or records are damaged; what comes
 *           before that may have been taken
 */
enum rc kafka_queue_take(struct kafka_queue *queue, struct record *records, size_t max,
                         size_t *count, int64_t wait_ms, bool *is_ended, struct err *e) NODISCARD;
/* From any thread: the wait under way, or else the next one, ends at once. */
void kafka_queue_wake(struct kafka_queue *queue);

#endif
