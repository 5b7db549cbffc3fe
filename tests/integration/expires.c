#include "tests/integration/expires.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/partitioner.h"
#include "common/kafka/reader.h"
#include "common/message/request.h"
#include "tests/integration/rig.h"

#define EARLY_MS 100 /* a hold is asked about, then its id is made: what a gap may be short of */

struct expire *expires;
size_t expires_count;
static struct kafka_reader *reader;

void expires_open(void)
{
	const struct kafka_settings kafka = rig_kafka();
	struct err e;

	expires_count = 0;
	expires = calloc(EXPIRES_MAX, sizeof expires[0]);
	assert_non_null(expires);
	assert_int_equal(kafka_reader_open(&reader, &kafka, true, &e), RC_OK);
	for (int32_t i = 0; i < RIG_PARTITIONS; i++) {
		int64_t first, end;

		assert_int_equal(kafka_reader_bounds(reader, rig_topics.requests, i, &first, &end, &e),
		                 RC_OK);
		assert_int_equal(kafka_reader_start(reader, rig_topics.requests, i, end, &e), RC_OK);
	}
}

void expires_close(void)
{
	kafka_reader_close(reader);
	reader = NULL;
	free(expires);
	expires = NULL;
}

static void look_at(const struct record *r)
{
	struct arena arena = {0};
	struct request request;

	request_decode(r->value, &arena, &request);
	assert_int_equal(request.fault, REQUEST_READABLE);
	assert_int_equal(request.type, REQUEST_EXPIRE);
	assert_true(text_same(request.show_id, r->key));
	assert_int_equal(partition_of_key(r->key.data, r->key.bytes, RIG_PARTITIONS), r->partition);
	assert_int_equal(request.request_id.bytes[6] >> 4, 7);
	assert_true(expires_count < EXPIRES_MAX);
	expires[expires_count++] = (struct expire){request.reservation_id, request.request_id,
	                                          r->timestamp_ms};
	arena_release(&arena);
}

void expires_collect(size_t count, int64_t wait_ms)
{
	int64_t until_ms = clock_monotonic_ms() + wait_ms;

	while (expires_count < count && clock_monotonic_ms() < until_ms) {
		struct record records[500];
		size_t got = 0;
		struct err e;

		(void)!kafka_reader_take(reader, records, 500, &got, 50, NULL, NULL, &e);
		for (size_t i = 0; i < got; i++) {
			look_at(&records[i]);
			record_give(&records[i]);
		}
	}
}

static int compare_seen(const void *a, const void *b)
{
	const struct expire *x = a, *y = b;
	int order = memcmp(&x->reservation_id, &y->reservation_id, sizeof x->reservation_id);

	/* an id begins with the time */
	return order ? order : memcmp(&x->request_id, &y->request_id, sizeof x->request_id);
}

/* When it was announced. A request may wait long for its append: for a client's first connection. */
static int64_t made_ms(const struct expire *x)
{
	int64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | x->request_id.bytes[i];
	return ms;
}

size_t expires_distinct(void)
{
	size_t distinct = expires_count > 0;

	qsort(expires, expires_count, sizeof expires[0], compare_seen);
	for (size_t i = 1; i < expires_count; i++) {
		if (!uuid_same(&expires[i - 1].reservation_id, &expires[i].reservation_id)) {
			distinct++;
			continue;
		}
		assert_false(uuid_same(&expires[i - 1].request_id, &expires[i].request_id));
		assert_true(made_ms(&expires[i]) - made_ms(&expires[i - 1]) >=
		            EXPIRES_FIRST_WAIT_MS - EARLY_MS);
	}
	return distinct;
}
