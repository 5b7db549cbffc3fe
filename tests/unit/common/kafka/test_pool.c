/*
 * What a program uses again, against a mock cluster: who gets which client, and what a reader that
 * was given back still has of its former use.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "common/base/clock.h"
#include "common/kafka/ending.h"
#include "common/kafka/pool.h"
#include "common/kafka/sender.h"

#define WAIT_MS 30000
#define RECORDS 20
#define ENDINGS 4

static rd_kafka_t *owner;
static rd_kafka_mock_cluster_t *cluster;
static struct kafka_settings settings;
static struct kafka_pool *pool;
static struct err e;

static void publish(int32_t partition, const char *value)
{
	struct kafka_sender *sender;

	assert_int_equal(kafka_sender_open(&sender, &settings, WAIT_MS, NULL, NULL, &e), RC_OK);
	for (int i = 0; i < RECORDS; i++)
		assert_int_equal(kafka_sender_send(sender, "topic", partition, text_of("key"),
		                                   text_of(value), NULL, 0, NULL, &e), RC_OK);
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	kafka_sender_close(sender);
}

static int open_all(void **state)
{
	char reason[200];

	(void)state;
	owner = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof reason);
	cluster = owner ? rd_kafka_mock_cluster_new(owner, 1) : NULL;
	if (!cluster)
		return -1;
	rd_kafka_mock_topic_create(cluster, "topic", 2, 1);
	settings = (struct kafka_settings){rd_kafka_mock_cluster_bootstraps(cluster), "test", NULL};
	return (int)kafka_pool_open(&pool, &settings, &e);
}

static int close_all(void **state)
{
	(void)state;
	kafka_pool_close(pool);
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(owner);
	return 0;
}

static struct kafka_reader *take(bool is_committed)
{
	struct kafka_reader *reader;

	assert_int_equal(kafka_pool_take_reader(pool, is_committed, &reader, &e), RC_OK);
	return reader;
}

static const struct kafka_reader *lend(bool is_committed)
{
	const struct kafka_reader *reader;

	assert_int_equal(kafka_pool_lend_reader(pool, is_committed, &reader, &e), RC_OK);
	return reader;
}

static void what_is_given_back_is_used_again(void **state)
{
	struct kafka_reader *first = take(true), *second = take(true), *other = take(false);
	struct kafka_topics *topics, *again;

	(void)state;
	assert_ptr_not_equal(first, second);
	assert_ptr_not_equal(first, other);
	kafka_pool_give_reader(pool, first, RC_OK);
	assert_ptr_equal(take(true), first);
	assert_ptr_not_equal(take(false), other);
	assert_int_equal(kafka_pool_take_topics(pool, &topics, &e), RC_OK);
	kafka_pool_give_topics(pool, topics, RC_OK);
	assert_int_equal(kafka_pool_take_topics(pool, &again, &e), RC_OK);
	assert_ptr_equal(again, topics);
	kafka_pool_give_reader(pool, NULL, RC_OK);
	kafka_pool_give_topics(pool, NULL, RC_OK);
}

static void what_is_lent_is_lent_to_many_and_taken_by_none(void **state)
{
	const struct kafka_reader *lent = lend(true);
	struct kafka_reader *taken = take(true);

	(void)state;
	assert_ptr_equal(lend(true), lent);
	assert_ptr_not_equal(lend(false), lent);
	assert_ptr_not_equal(taken, lent);
	kafka_pool_give_reader(pool, taken, RC_OK);
	assert_ptr_equal(lend(true), lent);
	for (int i = 0; i < 3; i++)
		kafka_pool_return_reader(pool, lent, RC_OK);
	/* Both are free now. */
	(void)take(true);
	(void)take(true);
	assert_ptr_not_equal(lend(true), lent);
}

/* Not that it is another one is looked for, as its place in memory may be the same. */
static void what_failed_is_not_used_again(void **state)
{
	const struct kafka_reader *lent = lend(true);

	(void)state;
	assert_ptr_equal(lend(true), lent);
	kafka_pool_return_reader(pool, lent, RC_RETRY);
	/* One has it still, so a new one cannot stand in its place. */
	assert_ptr_not_equal(lend(true), lent);
	kafka_pool_return_reader(pool, lent, RC_OK);
}

struct seen {
	int count[2]; /* records with the value "0", and with "1" */
	bool is_ended[2];
};

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	struct seen *seen = context;

	(void)topic, (void)next;
	seen->is_ended[partition] = true;
}

/* Read the partition from its beginning on, to the end or the first records only. */
static struct seen read_of(struct kafka_reader *reader, int32_t partition, bool is_to_the_end)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	struct seen seen = {0};

	assert_int_equal(kafka_reader_start(reader, "topic", partition, 0, &e), RC_OK);
	while (is_to_the_end ? !seen.is_ended[partition] : !seen.count[0] && !seen.count[1]) {
		struct record records[RECORDS];
		size_t count;

		assert_true(clock_monotonic_ms() < until_ms);
		(void)!kafka_reader_take(reader, records, is_to_the_end ? RECORDS : 1, &count, 100, on_end,
		                         &seen, &e);
		for (size_t i = 0; i < count; i++) {
			seen.count[records[i].value.data[0] == '1']++;
			record_give(&records[i]);
		}
	}
	return seen;
}

static void a_reader_that_rested_has_nothing_of_before(void **state)
{
	struct kafka_reader *reader = take(true);
	struct seen seen;

	(void)state;
	publish(0, "0");
	publish(1, "1");
	/* The rest of partition 0 waits in its queue. */
	seen = read_of(reader, 0, false);
	assert_int_equal(seen.count[0], 1);
	kafka_pool_give_reader(pool, reader, RC_OK);
	assert_ptr_equal(take(true), reader);
	seen = read_of(reader, 1, true);
	assert_int_equal(seen.count[0], 0);
	assert_int_equal(seen.count[1], RECORDS);
	assert_false(seen.is_ended[0]);
	kafka_pool_give_reader(pool, reader, RC_OK);
	/* A partition that it read before, once more from its beginning. */
	assert_ptr_equal(take(true), reader);
	seen = read_of(reader, 0, true);
	assert_int_equal(seen.count[0], RECORDS);
	assert_int_equal(seen.count[1], 0);
}

static void what_nobody_uses_is_ended_in_time(void **state)
{
	const struct kafka_reader *used = lend(true);
	struct kafka_reader *idle = take(false);

	(void)state;
	kafka_pool_give_reader(pool, idle, RC_OK);
	kafka_pool_tend(pool, clock_monotonic_ms() + KAFKA_POOL_IDLE_MS - 1000);
	assert_int_equal(kafka_pool_count(pool), 2);
	kafka_pool_tend(pool, clock_monotonic_ms() + KAFKA_POOL_IDLE_MS);
	assert_int_equal(kafka_pool_count(pool), 1);
	assert_ptr_equal(lend(true), used);
}

static pthread_barrier_t met;

static void meet(void *client)
{
	(void)client;
	pthread_barrier_wait(&met);
}

/* One after another they would wait for ever. */
static void clients_end_side_by_side(void **state)
{
	(void)state;
	pthread_barrier_init(&met, NULL, ENDINGS + 1);
	for (int i = 0; i < ENDINGS; i++)
		kafka_end(meet, NULL);
	meet(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(what_is_given_back_is_used_again, open_all, close_all),
	    cmocka_unit_test_setup_teardown(what_is_lent_is_lent_to_many_and_taken_by_none, open_all,
	                                    close_all),
	    cmocka_unit_test_setup_teardown(what_failed_is_not_used_again, open_all, close_all),
	    cmocka_unit_test_setup_teardown(a_reader_that_rested_has_nothing_of_before, open_all,
	                                    close_all),
	    cmocka_unit_test_setup_teardown(what_nobody_uses_is_ended_in_time, open_all, close_all),
	    cmocka_unit_test(clients_end_side_by_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
