#include "worker/lane/look_back.h"

#include <string.h>

#include "common/message/reply.h"
#include "common/base/clock.h"

#define WAIT_MS 5000 /* without anything coming */
#define FIRST_STEP 1000

/* Reading one partition from an offset to its end. */
struct window {
	bool is_ended;
	int64_t next;
};

static void on_ended(void *context, const char *topic, int32_t partition, int64_t next)
{
	struct window *window = context;

	(void)topic, (void)partition;
	window->is_ended = true;
	window->next = next;
}

static enum rc not_in_time(const char *topic, int32_t partition, struct err *e)
{
	return err_set(e, RC_RETRY, FROM_KAFKA, "%s/%d could not be read back in time", topic,
	               (int)partition);
}

/* Anything but a reply to a request of the partition is passed over. */
static enum rc count_reply(const struct look_back *look, struct text value, int64_t *largest,
                           struct err *e)
{
	struct arena arena = {0};
	struct reply_view view;
	enum rc rc = reply_decode(value, &arena, &view, e);

	if (!rc && view.partition == look->partition && view.offset > *largest &&
	    text_same(view.topic, text_of(look->pipeline->topics.requests)))
		*largest = view.offset;
	arena_release(&arena);
	return rc == RC_REJECT ? RC_OK : rc;
}

/* Stop reading. The error is that of rc, or where there is none, that of stopping. */
static enum rc stop(struct kafka_reader *reader, const char *topic, int32_t partition, enum rc rc,
                    struct err *e)
{
	struct err late;

	if (kafka_reader_stop(reader, topic, partition, &late) && !rc) {
		*e = late;
		rc = late.rc;
	}
	return rc;
}

/* The largest request offset among the replies from `start` to the end. */
static enum rc scan(struct look_back *look, const char *topic, int32_t from, int64_t start,
                    int64_t *largest, struct err *e)
{
	struct kafka_reader *reader = look->reader;
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	struct window window = {0};
	enum rc rc = kafka_reader_start(reader, topic, from, start, e);

	while (!rc && !window.is_ended) {
		size_t count = 0;

		if (!look->goes_on(look->context)) {
			rc = err_set(e, RC_RETRY, FROM_KAFKA, "asked to stop");
			break;
		}
		if (clock_monotonic_ms() > until_ms) {
			rc = not_in_time(topic, from, e);
			break;
		}
		rc = kafka_reader_take(reader, look->records, LOOK_BACK_TAKE, &count, 100, on_ended, &window,
		                       e);
		if (rc == RC_RETRY)
			rc = RC_OK;
		for (size_t i = 0; i < count; i++) {
			if (!rc)
				rc = count_reply(look, look->records[i].value, largest, e);
			record_give(&look->records[i]);
		}
		if (count)
			until_ms = clock_monotonic_ms() + WAIT_MS;
	}
	return stop(reader, topic, from, rc, e);
}

static enum rc look_in(struct look_back *look, const char *topic, int32_t from,
                       int64_t *largest, struct err *e)
{
	int64_t first, end, found = -1;
	enum rc rc = kafka_reader_bounds(look->reader, topic, from, &first, &end, e);

	for (int64_t step = FIRST_STEP; !rc && end > first && found < 0; step *= 10) {
		int64_t start = end - step > first ? end - step : first;

		rc = scan(look, topic, from, start, &found, e);
		if (start == first)
			break;
	}
	if (found > *largest)
		*largest = found;
	return rc;
}

/* The first record from `offset` on, released by the caller; `is_there` false: there is none. */
static enum rc first_from(struct kafka_reader *reader, const char *topic, int32_t partition,
                          int64_t offset, struct record *record, bool *is_there, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	struct window window = {0};
	size_t count = 0;
	enum rc rc = kafka_reader_start(reader, topic, partition, offset, e);

	while (!rc && !count && !window.is_ended) {
		if (clock_monotonic_ms() > until_ms) {
			rc = not_in_time(topic, partition, e);
			break;
		}
		rc = kafka_reader_take(reader, record, 1, &count, 100, on_ended, &window, e);
		if (rc == RC_RETRY)
			rc = RC_OK;
	}
	*is_there = count > 0;
	return stop(reader, topic, partition, rc, e);
}

/* The append time of the first record from `offset` on; INT64_MAX: there is none. */
static enum rc time_of_request(struct kafka_reader *reader, const char *topic, int32_t partition,
                               int64_t offset, int64_t *time_ms, struct err *e)
{
	struct record record;
	bool is_there;
	enum rc rc = first_from(reader, topic, partition, offset, &record, &is_there, e);

	*time_ms = INT64_MAX;
	if (is_there) {
		/* Its sender chose the time, so that it says nothing: 0, and all is read. */
		*time_ms = record.is_append_time ? record.timestamp_ms : 0;
		record_give(&record);
	}
	return rc;
}

static enum rc look_in_since(struct look_back *look, const char *topic, int32_t from,
                             int64_t since_ms, int64_t *largest, struct err *e)
{
	int64_t start;
	enum rc rc = kafka_reader_offset_at(look->reader, topic, from, since_ms, &start, e);

	if (!rc && start >= 0)
		rc = scan(look, topic, from, start, largest, e);
	return rc;
}

enum rc look_back_for_reply_since(struct look_back *look, int64_t next_offset,
                                  int64_t *request_offset, struct err *e)
{
	const struct pipeline *pipeline = look->pipeline;
	int64_t since_ms;
	enum rc rc = time_of_request(look->reader, pipeline->topics.requests, look->partition,
	                             next_offset, &since_ms, e);

	*request_offset = -1;
	if (rc || since_ms == INT64_MAX)
		return rc;
	rc = look_in_since(look, pipeline->topics.replies, look->partition, since_ms, request_offset, e);
	for (size_t i = 0; i < pipeline->reply_topics.count; i++)
		for (int32_t from = 0; !rc && from < pipeline->partition_count; from++)
			rc = look_in_since(look, pipeline->reply_topics.names[i], from, since_ms,
			                   request_offset, e);
	return rc;
}

enum rc look_back_for_reply(struct look_back *look, int64_t *request_offset, struct err *e)
{
	const struct pipeline *pipeline = look->pipeline;
	enum rc rc;

	*request_offset = -1;
	rc = look_in(look, pipeline->topics.replies, look->partition, request_offset, e);
	/* On a listed topic the request may have chosen any partition. */
	for (size_t i = 0; i < pipeline->reply_topics.count; i++)
		for (int32_t from = 0; !rc && from < pipeline->partition_count; from++)
			rc = look_in(look, pipeline->reply_topics.names[i], from, request_offset, e);
	return rc;
}

enum rc look_back_at_record(struct kafka_reader *reader, const char *topic, int32_t partition,
                            int64_t offset, const uint8_t digest[SHA256_BYTES], struct err *e)
{
	struct record record;
	bool is_there, is_same = false;
	enum rc rc = first_from(reader, topic, partition, offset, &record, &is_there, e);

	if (is_there) {
		uint8_t found[SHA256_BYTES];

		record_digest(&record, found);
		is_same = record.offset == offset && !memcmp(found, digest, SHA256_BYTES);
		record_give(&record);
	}
	if (!rc && !is_same)
		rc = err_set(e, RC_FATAL, FROM_PIPELINE,
		             "the last decided record, offset %lld, is gone or another: the topic was "
		             "truncated or recreated",
		             (long long)offset);
	return rc;
}

#define HANGING_WAIT_MS 5000
#define HANGING_PAUSE_MS 20

/* The end of what is committed, and of all there is. */
static enum rc read_ends(struct kafka_reader *committed, struct kafka_reader *all, const char *topic,
                         int32_t partition, int64_t *stable, int64_t *end, struct err *e)
{
	int64_t first;

	/* In this order, so that what is written in between never looks as if it hung. */
	if (kafka_reader_bounds(all, topic, partition, &first, end, e))
		return e->rc;
	return kafka_reader_bounds(committed, topic, partition, &first, stable, e);
}

static enum rc await_stable(struct kafka_reader *committed, struct kafka_reader *all,
                            const char *topic, int32_t partition, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + HANGING_WAIT_MS, stable, end;

	for (;;) {
		if (read_ends(committed, all, topic, partition, &stable, &end, e))
			return e->rc;
		if (stable >= end)
			return RC_OK;
		if (clock_monotonic_ms() >= until_ms)
			return err_set(e, RC_FATAL, FROM_PIPELINE,
			               "a transaction hangs on %s/%d from offset %lld on: abort it with "
			               "kafka-transactions.sh, then start the worker again", topic,
			               (int)partition, (long long)stable);
		clock_sleep_ms(HANGING_PAUSE_MS);
	}
}

enum rc look_back_for_hanging(const struct pipeline *pipeline, int32_t partition, struct err *e)
{
	const struct topic_names *topics = &pipeline->topics;
	const char *const names[] = {topics->replies, topics->events, topics->dead_letters};
	struct kafka_reader *committed = NULL, *all = NULL;
	enum rc rc = kafka_reader_open(&committed, &pipeline->kafka, true, e);

	if (!rc)
		rc = kafka_reader_open(&all, &pipeline->kafka, false, e);
	for (size_t i = 0; !rc && i < sizeof names / sizeof names[0]; i++)
		rc = await_stable(committed, all, names[i], partition, e);
	kafka_reader_close(committed);
	kafka_reader_close(all);
	return rc;
}
