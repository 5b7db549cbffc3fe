#include "common/kafka/queue.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/watchdog.h"
#include "common/kafka/message.h"
#include "common/kafka/reason.h"

#define TAKE_AT_ONCE 1000u
#define WAKE_PAUSE_MS 50 /* between two requests that only wake the client */
#define FULL_RECORDS_MIN 30 /* fewer never fill a queue, unless they are larger than requests may be */

struct kafka_queue {
	rd_kafka_t *client;
	const char *topic; /* the group's */
	int32_t partition;
	rd_kafka_queue_t *queue;
	size_t length;   /* after the last take */
	size_t longest;  /* since the client was woken last */
	int64_t woken_ms;
	bool is_at_end;  /* the client found nothing behind what was taken last */
	rd_kafka_message_t *messages[TAKE_AT_ONCE];
};

struct kafka_queue *kafka_queue_open(struct rd_kafka_s *client, const char *topic,
                                     int32_t partition)
{
	struct kafka_queue *queue = calloc(1, sizeof *queue);

	if (!queue)
		return NULL;
	queue->client = client;
	queue->topic = topic;
	queue->partition = partition;
	queue->queue = rd_kafka_queue_get_partition(client, topic, partition);
	if (!queue->queue) {
		free(queue);
		return NULL;
	}
	rd_kafka_queue_forward(queue->queue, NULL);
	return queue;
}

void kafka_queue_close(struct kafka_queue *queue)
{
	if (!queue)
		return;
	rd_kafka_queue_destroy(queue->queue);
	free(queue);
}

void kafka_queue_wake(struct kafka_queue *queue)
{
	rd_kafka_queue_yield(queue->queue);
}

static enum rc sort_out(const rd_kafka_t *client, rd_kafka_message_t *message,
                        struct record *record, bool *is_record, bool *is_ended, struct err *e)
{
	enum rc rc = RC_OK;

	*is_record = !message->err;
	if (!message->err) {
		*is_ended = false;
		return kafka_record_fill(record, message, e);
	}
	switch (message->err) {
	case RD_KAFKA_RESP_ERR__PARTITION_EOF:
		*is_ended = true;
		break;
	case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
	case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
	case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
	case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
		rc = err_set(e, RC_FATAL, FROM_PIPELINE,
		             "the log does not hold the position any more (truncated or recreated?): %s",
		             rd_kafka_message_errstr(message));
		break;
	case RD_KAFKA_RESP_ERR__BAD_MSG: /* the library goes on behind it */
	case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
		rc = err_set(e, RC_FATAL, FROM_PIPELINE,
		             "requests from offset %lld on are damaged and cannot be read: %s",
		             (long long)message->offset, rd_kafka_message_errstr(message));
		break;
	default: /* goes on by itself */
		(void)kafka_fail(e, RC_RETRY,
		                 KAFKA_FAILURE(client, message->err,
		                                         rd_kafka_message_errstr(message), "Read", "topic",
		                                         rd_kafka_topic_name(message->rkt)),
		                 "reading requests");
		rc = e->rc = RC_RETRY; /* a right that is given back is seen with the next fetch */
	}
	rd_kafka_message_destroy(message);
	return rc;
}

/*
 * A client that stopped fetching, as queued.max.messages.kbytes were waiting, looks at its queue
 * once a second (librdkafka 2.0.2: its broker threads sleep for up to rd_kafka_max_block_ms), by
 * when a lane has long emptied it. A request to the partition's leader wakes that thread; the
 * answer does not matter and is not waited for. Since 2.2 there is fetch.queue.backoff.ms instead.
 */
static void wake_fetcher(struct kafka_queue *queue)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

	rd_kafka_topic_partition_list_add(list, queue->topic, queue->partition)->offset =
	    RD_KAFKA_OFFSET_END;
	(void)rd_kafka_offsets_for_times(queue->client, list, 1);
	rd_kafka_topic_partition_list_destroy(list);
}

/* After a take of `count`: does it look as if fetching had stopped, though there may be more? */
static void keep_filled(struct kafka_queue *queue, size_t count)
{
	size_t before = queue->length, length = rd_kafka_queue_length(queue->queue);
	bool has_come = length + count > before;
	int64_t now_ms;

	queue->length = length;
	if (length + count > queue->longest)
		queue->longest = length + count;
	if (has_come || queue->is_at_end || queue->longest < FULL_RECORDS_MIN ||
	    length >= queue->longest / 2)
		return;
	now_ms = clock_monotonic_ms();
	if (now_ms - queue->woken_ms < WAKE_PAUSE_MS)
		return;
	queue->woken_ms = now_ms;
	queue->longest = length;
	wake_fetcher(queue);
}

enum rc kafka_queue_take(struct kafka_queue *queue, struct record *records, size_t max,
                         size_t *count, int64_t wait_ms, bool *is_ended, struct err *e)
{
	enum rc rc = RC_OK;

	*count = 0;
	*is_ended = false;
	watchdog_beat();
	/* Asked for n the library waits for n or the whole time-out: ask for one, then the rest. */
	for (bool is_first = true; *count < max; is_first = false) {
		size_t wanted = is_first ? 1 : max - *count;
		ssize_t got;

		wanted = wanted < TAKE_AT_ONCE ? wanted : TAKE_AT_ONCE;
		got = rd_kafka_consume_batch_queue(queue->queue, is_first ? (int)wait_ms : 0,
		                                   queue->messages, wanted);
		if (got <= 0)
			break;
		for (ssize_t i = 0; i < got; i++) {
			struct err failed;
			bool is_record;
			enum rc one;

			if (rc_is_final(rc)) { /* what comes behind it is not the next that there is */
				rd_kafka_message_destroy(queue->messages[i]);
				continue;
			}
			one = sort_out(queue->client, queue->messages[i], &records[*count], &is_record, is_ended,
			               &failed);
			if (one > rc) {
				rc = one;
				*e = failed;
			}
			*count += is_record;
		}
		if (rc || (size_t)got < wanted)
			break;
	}
	queue->is_at_end = *is_ended || (queue->is_at_end && !*count);
	/* From 2.3 on such a request times out with its caller, which would cost the connection. */
	if (!rc && rd_kafka_version() < KAFKA_SINCE_QUEUE_BACKOFF)
		keep_filled(queue, *count);
	return rc;
}
