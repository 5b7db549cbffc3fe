#include "common/kafka/reader.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>

#include "common/kafka/ending.h"
#include "common/kafka/message.h"
#include "common/kafka/reason.h"
#include "common/base/log.h"
#include "common/base/watchdog.h"

#define TAKE_AT_ONCE 1000u
#define ASK_WAIT_MS 8000

/* A topic that was started; the library wants the same object for all its partitions. */
struct reader_topic {
	rd_kafka_topic_t *topic;
	struct reader_topic *next;
};

/* A partition that is read. */
struct reading {
	rd_kafka_topic_t *topic;
	int32_t partition;
	struct reading *next;
};

struct kafka_reader {
	rd_kafka_t *client;
	rd_kafka_queue_t *queue;
	struct reader_topic *topics;
	struct reading *readings;
	rd_kafka_message_t *messages[TAKE_AT_ONCE];
};

static const char *const defaults[][2] = {
    {"enable.partition.eof", "true"},       {"auto.offset.reset", "error"},
    {"check.crcs", "true"},                 {"queued.max.messages.kbytes", "32768"},
    {"allow.auto.create.topics", "false"},  {"socket.nagle.disable", "true"},
};

/* fetch_wait_ms: how long a broker waits for records at an end before it says that there are none */
static enum rc open_reader(struct kafka_reader **out, const struct kafka_settings *settings,
                           bool is_committed, const char *fetch_wait_ms, struct err *e)
{
	enum { COUNT = sizeof defaults / sizeof defaults[0] };
	struct kafka_reader *reader = calloc(1, sizeof *reader);
	const char *with_wait[COUNT + 1][2];
	struct rd_kafka_conf_s *conf;
	char reason[256];

	if (!reader)
		return err_out_of_memory(e);
	memcpy(with_wait, defaults, sizeof defaults);
	with_wait[COUNT][0] = "fetch.wait.max.ms";
	with_wait[COUNT][1] = fetch_wait_ms;
	conf = kafka_conf_make(settings, with_wait, COUNT + 1, e);
	if (!conf) {
		free(reader);
		return e->rc;
	}
	rd_kafka_conf_set(conf, "isolation.level", is_committed ? "read_committed" : "read_uncommitted",
	                  reason, sizeof reason);
	reader->client = kafka_open_consumer(conf, "Kafka reader", e);
	if (!reader->client) {
		free(reader);
		return e->rc;
	}
	reader->queue = rd_kafka_queue_new(reader->client);
	*out = reader;
	return RC_OK;
}

enum rc kafka_reader_open(struct kafka_reader **reader, const struct kafka_settings *settings,
                          bool is_committed, struct err *e)
{
	return open_reader(reader, settings, is_committed, "100", e);
}

enum rc kafka_reader_open_brief(struct kafka_reader **reader, const struct kafka_settings *settings,
                                bool is_committed, struct err *e)
{
	return open_reader(reader, settings, is_committed, "10", e);
}

static void end_reader(void *client)
{
	struct kafka_reader *reader = client;

	rd_kafka_queue_destroy(reader->queue);
	while (reader->readings) {
		struct reading *next = reader->readings->next;

		free(reader->readings);
		reader->readings = next;
	}
	while (reader->topics) {
		struct reader_topic *next = reader->topics->next;

		rd_kafka_topic_destroy(reader->topics->topic);
		free(reader->topics);
		reader->topics = next;
	}
	rd_kafka_destroy(reader->client);
	free(reader);
}

void kafka_reader_close(struct kafka_reader *reader)
{
	if (reader)
		kafka_end(end_reader, reader);
}

static bool is_missing(rd_kafka_resp_err_t failed)
{
	return failed == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
	       failed == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
	       failed == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

/*
 * Of `count` partitions from the first one on, with one question to each broker.
 *
 * timestamp_ms  or one of the library's names of the first offset and the end
 * missing       what it is that there is no such partition: RC_RETRY or RC_FATAL
 */
static enum rc ask_offsets(const struct kafka_reader *reader, const char *topic, int32_t first,
                           int32_t count, int64_t timestamp_ms, const char *what, int wait_ms,
                           enum rc missing, int64_t *offsets, struct err *e)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
	int32_t failing = first;
	rd_kafka_resp_err_t failed;

	watchdog_beat();
	for (int32_t i = 0; i < count; i++)
		rd_kafka_topic_partition_list_add(list, topic, first + i)->offset = timestamp_ms;
	failed = rd_kafka_offsets_for_times(reader->client, list, wait_ms);
	for (int i = 0; i < list->cnt; i++) {
		const rd_kafka_topic_partition_t *asked = &list->elems[i];

		offsets[asked->partition - first] = asked->offset >= 0 ? asked->offset : -1;
		if (!failed && asked->err) {
			failed = asked->err;
			failing = asked->partition;
		}
	}
	rd_kafka_topic_partition_list_destroy(list);
	if (!failed)
		return RC_OK;
	if (missing == RC_FATAL && is_missing(failed))
		return err_set(e, missing, FROM_PIPELINE, "%s of %s/%d: %s", what, topic, (int)failing,
		               rd_kafka_err2str(failed));
	return kafka_fail(e, RC_RETRY, KAFKA_FAILURE(reader->client, failed, NULL, "Describe",
	                                                       "topic", topic),
	                  "%s of %s/%d", what, topic, (int)failing);
}

enum rc kafka_reader_offset_at(const struct kafka_reader *reader, const char *topic, int32_t partition,
                               int64_t timestamp_ms, int64_t *offset, struct err *e)
{
	return ask_offsets(reader, topic, partition, 1, timestamp_ms, "offsets by time", ASK_WAIT_MS,
	                   RC_RETRY, offset, e);
}

enum rc kafka_reader_end(const struct kafka_reader *reader, const char *topic, int32_t partition,
                         int64_t wait_ms, int64_t *end, struct err *e)
{
	return kafka_reader_ends(reader, topic, partition, 1, wait_ms, end, e);
}

enum rc kafka_reader_ends(const struct kafka_reader *reader, const char *topic, int32_t first,
                          int32_t count, int64_t wait_ms, int64_t *ends, struct err *e)
{
	return ask_offsets(reader, topic, first, count, RD_KAFKA_OFFSET_END, "end", (int)wait_ms,
	                   RC_RETRY, ends, e);
}

/* Not by the library's one question for both: librdkafka 2.0 asks on behind its time-out. */
enum rc kafka_reader_bounds(const struct kafka_reader *reader, const char *topic, int32_t partition,
                            int64_t *first, int64_t *end, struct err *e)
{
	if (ask_offsets(reader, topic, partition, 1, RD_KAFKA_OFFSET_BEGINNING, "bounds", ASK_WAIT_MS,
	                RC_FATAL, first, e))
		return e->rc;
	return ask_offsets(reader, topic, partition, 1, RD_KAFKA_OFFSET_END, "bounds", ASK_WAIT_MS,
	                   RC_FATAL, end, e);
}

static rd_kafka_topic_t *find_topic(struct kafka_reader *reader, const char *name)
{
	struct reader_topic *t = reader->topics;

	while (t && strcmp(rd_kafka_topic_name(t->topic), name) != 0)
		t = t->next;
	if (t)
		return t->topic;
	t = calloc(1, sizeof *t);
	if (!t || !(t->topic = rd_kafka_topic_new(reader->client, name, NULL))) {
		free(t);
		return NULL;
	}
	t->next = reader->topics;
	reader->topics = t;
	return t->topic;
}

_Static_assert(KAFKA_READER_END == RD_KAFKA_OFFSET_END, "as the library has it");

enum rc kafka_reader_start(struct kafka_reader *reader, const char *topic, int32_t partition,
                           int64_t offset, struct err *e)
{
	struct reading *reading = calloc(1, sizeof *reading);
	rd_kafka_topic_t *found = reading ? find_topic(reader, topic) : NULL;

	if (!found) {
		free(reading);
		return err_out_of_memory(e);
	}
	if (rd_kafka_consume_start_queue(found, partition, offset, reader->queue)) {
		free(reading);
		return err_set(e, RC_FATAL, FROM_KAFKA, "reading %s/%d: %s", topic, (int)partition,
		               rd_kafka_err2str(rd_kafka_last_error()));
	}
	*reading = (struct reading){found, partition, reader->readings};
	reader->readings = reading;
	return RC_OK;
}

static enum rc stop(rd_kafka_topic_t *topic, int32_t partition, struct err *e)
{
	if (rd_kafka_consume_stop(topic, partition))
		return err_set(e, RC_FATAL, FROM_KAFKA, "end of reading %s/%d: %s",
		               rd_kafka_topic_name(topic), (int)partition,
		               rd_kafka_err2str(rd_kafka_last_error()));
	return RC_OK;
}

enum rc kafka_reader_stop(struct kafka_reader *reader, const char *topic, int32_t partition,
                          struct err *e)
{
	rd_kafka_topic_t *found = find_topic(reader, topic);

	if (!found)
		return err_out_of_memory(e);
	for (struct reading **at = &reader->readings, *reading; (reading = *at); at = &reading->next)
		if (reading->topic == found && reading->partition == partition) {
			*at = reading->next;
			free(reading);
			break;
		}
	return stop(found, partition, e);
}

enum rc kafka_reader_rest(struct kafka_reader *reader, struct err *e)
{
	enum rc rc = RC_OK;

	if (!reader->readings)
		return RC_OK;
	while (reader->readings) {
		struct reading *reading = reader->readings;

		reader->readings = reading->next;
		if (!rc)
			rc = stop(reading->topic, reading->partition, e);
		free(reading);
	}
	/* What was read before stands in this one. */
	rd_kafka_queue_destroy(reader->queue);
	reader->queue = rd_kafka_queue_new(reader->client);
	return rc;
}

/* A message that is no record: the end of a partition, or an error. */
static enum rc take_notice(const rd_kafka_t *client, const rd_kafka_message_t *message,
                           kafka_ended *ended, void *context, struct err *e)
{
	const char *topic = message->rkt ? rd_kafka_topic_name(message->rkt) : "?";

	switch (message->err) {
	case RD_KAFKA_RESP_ERR__PARTITION_EOF:
		if (ended)
			ended(context, topic, message->partition, message->offset);
		return RC_OK;
	case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
	case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
	case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
	case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
		return err_set(e, RC_FATAL, FROM_PIPELINE, "reading %s/%d: %s", topic,
		               (int)message->partition, rd_kafka_message_errstr(message));
	case RD_KAFKA_RESP_ERR__BAD_MSG: /* the library goes on behind it */
	case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "%s/%d: records from offset %lld on are damaged and cannot be read: %s", topic,
		               (int)message->partition, (long long)message->offset,
		               rd_kafka_message_errstr(message));
	default:
		return kafka_fail(e, RC_RETRY,
		                  KAFKA_FAILURE(client, message->err,
		                                          rd_kafka_message_errstr(message), "Read", "topic",
		                                          topic),
		                  "reading %s", topic);
	}
}

/* Where records go. */
struct taking {
	struct record *records; /* NULL: each is shown instead */
	kafka_each *each;
	kafka_ended *ended;
	void *context;
	size_t count;
};

static enum rc take_record(rd_kafka_message_t *message, struct taking *taking, struct err *e)
{
	struct record one;
	enum rc rc;

	if (taking->records)
		return kafka_record_fill(&taking->records[taking->count++], message, e);
	rc = kafka_record_fill(&one, message, e);
	taking->count++;
	if (!rc)
		taking->each(taking->context, &one);
	record_give(&one);
	return rc;
}

static enum rc sort_out(const rd_kafka_t *client, rd_kafka_message_t *message,
                        struct taking *taking, struct err *e)
{
	enum rc rc;

	if (!message->err)
		return take_record(message, taking, e);
	rc = take_notice(client, message, taking->ended, taking->context, e);
	rd_kafka_message_destroy(message);
	return rc;
}

static enum rc take(struct kafka_reader *reader, size_t max, int64_t wait_ms,
                    struct taking *taking, struct err *e)
{
	enum rc rc = RC_OK;

	watchdog_beat();
	for (bool is_first = true; taking->count < max && rc == RC_OK; is_first = false) {
		size_t wanted = is_first ? 1 : max - taking->count;
		ssize_t got;

		wanted = wanted < TAKE_AT_ONCE ? wanted : TAKE_AT_ONCE;
		got = rd_kafka_consume_batch_queue(reader->queue, is_first ? (int)wait_ms : 0,
		                                   reader->messages, wanted);
		if (got <= 0)
			break;
		for (ssize_t i = 0; i < got; i++) {
			struct err failed;
			enum rc one = sort_out(reader->client, reader->messages[i], taking, &failed);

			if (one > rc) {
				rc = one;
				*e = failed;
			}
		}
		if ((size_t)got < wanted)
			break;
	}
	return rc;
}

enum rc kafka_reader_take(struct kafka_reader *reader, struct record *records, size_t max,
                          size_t *count, int64_t wait_ms, kafka_ended *ended, void *context,
                          struct err *e)
{
	struct taking taking = {.records = records, .ended = ended, .context = context};
	enum rc rc = take(reader, max, wait_ms, &taking, e);

	*count = taking.count;
	return rc;
}

int64_t kafka_reader_seen_end(const struct kafka_reader *r, const char *topic, int32_t partition)
{
	int64_t low, high = -1;

	(void)rd_kafka_get_watermark_offsets(r->client, topic, partition, &low, &high);
	return high < 0 ? -1 : high;
}

enum rc kafka_reader_show(struct kafka_reader *reader, size_t max, int64_t wait_ms,
                          kafka_each *each, kafka_ended *ended, void *context, struct err *e)
{
	struct taking taking = {.each = each, .ended = ended, .context = context};

	return take(reader, max, wait_ms, &taking, e);
}
