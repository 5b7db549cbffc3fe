#include "audit/requests.h"

#include <inttypes.h>

#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/kafka/reader.h"
#include "common/base/stop.h"

#define TAKE_MAX 512
#define WAIT_MS 500
#define SILENCE_MAX 60 /* waits in a row that brought nothing */
#define COMMITTED_WAIT_MS 20000

struct reading {
	struct kafka_reader *reader;
	const char *topic;
	int32_t partition;
	int64_t from, until;
	bool is_ended;
	request_seen *seen;
	void *context;
};

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	struct reading *r = context;

	(void)topic, (void)partition, (void)next;
	r->is_ended = true;
}

/* Hand over what was taken, up to the bound; all of it is given back. */
static enum rc pass_on(struct reading *r, struct record *records, size_t count, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < count; i++) {
		if (records[i].offset >= r->until)
			r->is_ended = true;
		if (!rc && records[i].offset < r->until)
			rc = r->seen(r->context, &records[i], e);
		if (records[i].offset + 1 >= r->until)
			r->is_ended = true;
		record_give(&records[i]);
	}
	return rc;
}

static enum rc read_all(struct reading *r, struct err *e)
{
	struct record taken[TAKE_MAX];
	int silent = 0;

	while (!r->is_ended) {
		size_t count;
		enum rc rc = kafka_reader_take(r->reader, taken, TAKE_MAX, &count, WAIT_MS, on_end, r, e);

		if (pass_on(r, taken, count, e))
			return e->rc;
		if (rc && rc != RC_RETRY) /* that goes on by itself; silence is counted */
			return rc;
		if (stop_is_asked())
			return err_set(e, RC_RETRY, FROM_PROGRAM, "stopped before the end of the requests");
		silent = count ? 0 : silent + 1;
		if (silent == SILENCE_MAX)
			return err_set(e, RC_RETRY, FROM_KAFKA, "nothing came of %s/%d for %d s", r->topic,
			               (int)r->partition, SILENCE_MAX * WAIT_MS / 1000);
	}
	return RC_OK;
}

static enum rc open_and_read(struct reading *r, struct kafka_pool *pool, struct err *e)
{
	int64_t end;

	if (kafka_pool_take_reader(pool, true, &r->reader, e) ||
	    kafka_reader_bounds(r->reader, r->topic, r->partition, &r->from, &end, e))
		return e->rc;
	if (r->from == end || r->until <= r->from)
		return RC_OK;
	if (kafka_reader_start(r->reader, r->topic, r->partition, r->from, e))
		return e->rc;
	return read_all(r, e);
}

enum rc requests_read(const struct audit_settings *settings, int32_t partition, int64_t until,
                      request_seen *seen, void *context, int64_t *from, struct err *e)
{
	struct reading r = {
	    .topic = settings->pipeline->topics.requests,
	    .partition = partition,
	    .until = until,
	    .seen = seen,
	    .context = context,
	};
	enum rc rc = open_and_read(&r, settings->pipeline->pool, e);

	kafka_pool_give_reader(settings->pipeline->pool, r.reader, rc);
	*from = r.from;
	return rc;
}

enum rc requests_kept_from(const struct audit_settings *settings, int32_t partition, int64_t *from,
                           struct err *e)
{
	const struct kafka_reader *reader = NULL;
	enum rc rc = kafka_pool_lend_reader(settings->pipeline->pool, true, &reader, e);
	int64_t end;

	if (!rc)
		rc = kafka_reader_bounds(reader, settings->pipeline->topics.requests, partition, from, &end, e);
	kafka_pool_return_reader(settings->pipeline->pool, reader, rc);
	return rc;
}

enum rc requests_are_gone(const struct audit_settings *settings, int32_t partition, int64_t from,
                          struct err *e)
{
	return err_set(e, RC_FATAL, FROM_PIPELINE,
	               "%s/%d is kept from offset %" PRId64 " on only; what was made by the requests "
	               "before it cannot be decided again", settings->pipeline->topics.requests,
	               (int)partition, from);
}

enum rc requests_committed(const struct audit_settings *settings, int64_t *list, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + COMMITTED_WAIT_MS;
	struct kafka_topics *topics = NULL;
	enum rc rc = kafka_pool_take_topics(settings->pipeline->pool, &topics, e);

	for (int32_t p = 0; !rc && p < settings->pipeline->partition_count; p++) {
		struct backoff backoff = {.first_ms = 2, .limit_ms = 50};

		do
			rc = kafka_topics_committed(topics, settings->pipeline->group_id,
			                            settings->pipeline->topics.requests, p, &list[p], e);
		while (rc == RC_RETRY && clock_monotonic_ms() < until_ms &&
		       !stop_wait_ms(backoff_next_ms(&backoff)));
	}
	kafka_pool_give_topics(settings->pipeline->pool, topics, rc);
	return rc;
}

static enum rc read_end(const struct audit_settings *settings, int32_t partition, bool is_committed,
                        int64_t *end, struct err *e)
{
	const struct kafka_reader *reader = NULL;
	enum rc rc = kafka_pool_lend_reader(settings->pipeline->pool, is_committed, &reader, e);
	int64_t first;

	if (!rc)
		rc = kafka_reader_bounds(reader, settings->pipeline->topics.requests, partition, &first, end,
		                         e);
	kafka_pool_return_reader(settings->pipeline->pool, reader, rc);
	return rc;
}

enum rc requests_end(const struct audit_settings *settings, int32_t partition, int64_t *visible,
                     int64_t *end, struct err *e)
{
	/* In this order what is written in between does not look like an open transaction. */
	if (read_end(settings, partition, false, end, e) ||
	    read_end(settings, partition, true, visible, e))
		return e->rc;
	if (*end < *visible)
		*end = *visible;
	return RC_OK;
}

enum rc requests_ends(const struct audit_settings *settings, int64_t *list, struct err *e)
{
	const struct kafka_reader *reader = NULL;
	enum rc rc = kafka_pool_lend_reader(settings->pipeline->pool, true, &reader, e);

	for (int32_t p = 0; !rc && p < settings->pipeline->partition_count; p++) {
		int64_t first;

		rc = kafka_reader_bounds(reader, settings->pipeline->topics.requests, p, &first, &list[p], e);
	}
	kafka_pool_return_reader(settings->pipeline->pool, reader, rc);
	return rc;
}
