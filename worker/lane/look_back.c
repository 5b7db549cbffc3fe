#include "worker/lane/look_back.h"

#include <string.h>

#include "common/message/reply.h"
#include "common/base/clock.h"

#define WAIT_MS 5000 /* without anything coming */
#define FIRST_STEP 1000
#define VISIBLE_WAIT_MS 15000 /* longer than a transaction is left open */
#define PAUSE_MS 10

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

/* Of the requests whose reply was read: the one of the first reply, and the largest. */
struct found {
	int64_t first, largest; /* request offsets; -1: none */
};

#define NOTHING_FOUND ((struct found){-1, -1})

/* Anything but a reply to a request of the partition is passed over. */
static enum rc count_reply(const struct look_back *look, struct text value, struct found *found,
                           struct err *e)
{
	struct arena arena = {0};
	struct reply_view view;
	enum rc rc = reply_decode(value, &arena, &view, e);

	if (!rc && view.partition == look->partition &&
	    text_same(view.topic, text_of(look->pipeline->topics.requests))) {
		if (found->first < 0)
			found->first = view.offset;
		if (view.offset > found->largest)
			found->largest = view.offset;
		if (look->replied && !replied_note(look->replied, view.offset))
			rc = err_out_of_memory(e);
	}
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

/* What to do with each record that is read. */
typedef enum rc use_record(const struct look_back *look, const struct record *record, void *context,
                    struct err *e);

static enum rc use_reply(const struct look_back *look, const struct record *record, void *context,
                         struct err *e)
{
	return count_reply(look, record->value, context, e);
}

/* Read the partition from `start` to its end, or up to `until`. */
static enum rc scan(struct look_back *look, const char *topic, int32_t from, int64_t start,
                    int64_t until, use_record *use, void *context, struct err *e)
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
			window.is_ended |= look->records[i].offset >= until;
			if (!rc && look->records[i].offset < until)
				rc = use(look, &look->records[i], context, e);
			record_give(&look->records[i]);
		}
		if (count)
			until_ms = clock_monotonic_ms() + WAIT_MS;
		look->read += count;
	}
	return stop(reader, topic, from, rc, e);
}

/*
 * On a listed topic owners of other partitions write, too, and one that has a transaction open there
 * hides whatever lies behind it. Wait until all is seen that is there now.
 */
static enum rc await_visible(struct look_back *look, const char *topic, int32_t from, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + VISIBLE_WAIT_MS, first, stable, end;
	const struct kafka_reader *all = NULL;
	enum rc rc = kafka_pool_lend_reader(look->pipeline->pool, false, &all, e);

	if (!rc)
		rc = kafka_reader_bounds(all, topic, from, &first, &end, e);
	kafka_pool_return_reader(look->pipeline->pool, all, rc);
	while (!rc) {
		rc = kafka_reader_bounds(look->reader, topic, from, &first, &stable, e);
		if (rc || stable >= end)
			break;
		if (!look->goes_on(look->context))
			return err_set(e, RC_RETRY, FROM_KAFKA, "asked to stop");
		if (clock_monotonic_ms() >= until_ms)
			return err_set(e, RC_RETRY, FROM_KAFKA, "a transaction is open on %s/%d from offset "
			               "%lld on, and hides the replies behind it", topic, (int)from,
			               (long long)stable);
		clock_sleep_ms(PAUSE_MS);
	}
	return rc;
}

/* A way to look into one partition of replies. */
typedef enum rc look_into(struct look_back *look, const char *topic, int32_t from, int64_t since_ms,
                          int64_t *largest, struct err *e);

/* Into all of them. On a listed topic the request may have chosen any partition. */
static enum rc look_everywhere(struct look_back *look, look_into *into, int64_t since_ms,
                               int64_t *largest, struct err *e)
{
	const struct pipeline *pipeline = look->pipeline;
	enum rc rc = into(look, pipeline->topics.replies, look->partition, since_ms, largest, e);

	for (size_t i = 0; i < pipeline->reply_topics.count; i++)
		for (int32_t from = 0; !rc && from < pipeline->partition_count; from++) {
			rc = await_visible(look, pipeline->reply_topics.names[i], from, e);
			if (!rc)
				rc = into(look, pipeline->reply_topics.names[i], from, since_ms, largest, e);
		}
	return rc;
}

static enum rc look_in(struct look_back *look, const char *topic, int32_t from, int64_t since_ms,
                       int64_t *largest, struct err *e)
{
	struct found found = NOTHING_FOUND;
	int64_t first, end;
	enum rc rc = kafka_reader_bounds(look->reader, topic, from, &first, &end, e);

	(void)since_ms;
	for (int64_t step = FIRST_STEP; !rc && end > first && found.largest < 0; step *= 10) {
		int64_t start = end - step > first ? end - step : first;

		rc = scan(look, topic, from, start, INT64_MAX, use_reply, &found, e);
		if (start == first)
			break;
	}
	look->is_cut |= found.largest < 0 && first > 0;
	if (found.largest > *largest)
		*largest = found.largest;
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

/* Where replies are noted: are those before `start` gone, so that some of them may be missed? */
static enum rc note_cut(struct look_back *look, const char *topic, int32_t from, int64_t start,
                        const struct found *found, struct err *e)
{
	bool is_own = topic == look->pipeline->topics.replies;
	int64_t whole_from = found->first < 0 && is_own ? INT64_MAX : found->first, first, end;

	if (!look->replied || whole_from <= look->whole_from)
		return RC_OK;
	if (kafka_reader_bounds(look->reader, topic, from, &first, &end, e))
		return e->rc;
	if (first > 0 && (start < 0 ? end : start) <= first)
		look->whole_from = whole_from;
	return RC_OK;
}

static enum rc look_in_since(struct look_back *look, const char *topic, int32_t from,
                             int64_t since_ms, int64_t *largest, struct err *e)
{
	struct found found = NOTHING_FOUND;
	int64_t start;
	enum rc rc = kafka_reader_offset_at(look->reader, topic, from, since_ms, &start, e);

	if (!rc && start >= 0)
		rc = scan(look, topic, from, start, INT64_MAX, use_reply, &found, e);
	if (!rc)
		rc = note_cut(look, topic, from, start, &found, e);
	if (found.largest > *largest)
		*largest = found.largest;
	return rc;
}

enum rc look_back_for_reply_since(struct look_back *look, int64_t next_offset,
                                  int64_t *request_offset, struct err *e)
{
	int64_t since_ms;
	enum rc rc = time_of_request(look->reader, look->pipeline->topics.requests, look->partition,
	                             next_offset, &since_ms, e);

	*request_offset = -1;
	if (rc || since_ms == INT64_MAX)
		return rc;
	return look_everywhere(look, look_in_since, since_ms, request_offset, e);
}

enum rc look_back_for_reply(struct look_back *look, int64_t *request_offset, struct err *e)
{
	*request_offset = -1;
	look->is_cut = false;
	return look_everywhere(look, look_in, 0, request_offset, e);
}

static enum rc use_request(const struct look_back *look, const struct record *record, void *context,
                           struct err *e)
{
	struct look_back_gaps *gaps = context;

	(void)e;
	if (replied_has(look->replied, record->offset))
		return RC_OK;
	gaps->last = record->offset;
	if (!gaps->count++)
		gaps->first = record->offset;
	return RC_OK;
}

enum rc look_back_for_gaps(struct look_back *look, int64_t from, int64_t until,
                           struct look_back_gaps *gaps, struct err *e)
{
	*gaps = (struct look_back_gaps){0, -1, -1};
	if (from >= until)
		return RC_OK;
	return scan(look, look->pipeline->topics.requests, look->partition, from, until, use_request,
	            gaps, e);
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
static enum rc read_ends(const struct kafka_reader *committed, const struct kafka_reader *all,
                         const char *topic, int32_t partition, int64_t *stable, int64_t *end,
                         struct err *e)
{
	int64_t first;

	/* In this order, so that what is written in between never looks as if it hung. */
	if (kafka_reader_bounds(all, topic, partition, &first, end, e))
		return e->rc;
	return kafka_reader_bounds(committed, topic, partition, &first, stable, e);
}

static enum rc await_stable(const struct kafka_reader *committed, const struct kafka_reader *all,
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
	const struct kafka_reader *committed = NULL, *all = NULL;
	enum rc rc = kafka_pool_lend_reader(pipeline->pool, true, &committed, e);

	if (!rc)
		rc = kafka_pool_lend_reader(pipeline->pool, false, &all, e);
	for (size_t i = 0; !rc && i < sizeof names / sizeof names[0]; i++)
		rc = await_stable(committed, all, names[i], partition, e);
	kafka_pool_return_reader(pipeline->pool, committed, rc);
	kafka_pool_return_reader(pipeline->pool, all, rc);
	return rc;
}
