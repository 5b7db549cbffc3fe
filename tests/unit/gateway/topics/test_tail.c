/*
 * A topic from its end on, against a mock cluster: what is read, and how long brokers may be silent.
 */
#include "gateway/topics/tail.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "common/base/clock.h"
#include "common/base/wait.h"
#include "common/kafka/sender.h"

#define PARTITIONS 2
#define WAIT_MS 30000
#define SILENT_MS 20000 /* of a broker */
#define OPEN_MS 300
#define MUCH_LATER_MS (SILENT_MS / 4)
#define LIST_OFFSETS 2  /* of Kafka's protocol */

static rd_kafka_t *owner;
static rd_kafka_mock_cluster_t *cluster;
static struct kafka_settings settings;
static struct wait lock;
static int seen[10]; /* records by their value, a digit */
static int64_t read_to[PARTITIONS], ended_at[PARTITIONS]; /* the offset behind what was read; an end */
static bool is_early;
static unsigned missed;
static struct kafka_sender *publisher;
static struct err e;

static int open_cluster(void **state)
{
	char reason[200];

	(void)state;
	wait_open(&lock);
	owner = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof reason);
	cluster = owner ? rd_kafka_mock_cluster_new(owner, 1) : NULL;
	if (!cluster)
		return -1;
	rd_kafka_mock_topic_create(cluster, "topic", PARTITIONS, 1);
	settings = (struct kafka_settings){rd_kafka_mock_cluster_bootstraps(cluster), "test", NULL};
	return 0;
}

static int close_cluster(void **state)
{
	(void)state;
	kafka_sender_close(publisher);
	publisher = NULL;
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(owner);
	wait_close(&lock);
	return 0;
}

static void publish(int32_t partition, const char *value)
{
	if (!publisher)
		assert_int_equal(kafka_sender_open(&publisher, &settings, WAIT_MS, NULL, NULL, &e), RC_OK);
	assert_int_equal(kafka_sender_send(publisher, "topic", partition, text_of("key"),
	                                   text_of(value), NULL, 0, NULL, &e), RC_OK);
	while (kafka_sender_waiting(publisher))
		kafka_sender_poll(publisher, 100);
}

static void on_record(void *context, const struct record *record)
{
	(void)context;
	if (record->value.data[0] == '9') /* the last that a broker says */
		rd_kafka_mock_broker_set_down(cluster, 1);
	wait_lock(&lock);
	seen[record->value.data[0] - '0']++;
	read_to[record->partition] = record->offset + 1;
	wait_wake(&lock);
	wait_unlock(&lock);
}

/* No end is told before what stands before it was read. */
static void on_end(void *context, int32_t partition, int64_t next)
{
	(void)context;
	wait_lock(&lock);
	is_early = is_early || (read_to[partition] && read_to[partition] != next);
	ended_at[partition] = next;
	wait_wake(&lock);
	wait_unlock(&lock);
}

static void await(char value)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	bool is_in_time = true;

	wait_lock(&lock);
	while (!seen[value - '0'] && is_in_time)
		is_in_time = wait_until(&lock, until_ms);
	assert_int_equal(seen[value - '0'], 1);
	wait_unlock(&lock);
}

static void await_end(int32_t partition, int64_t next)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	bool is_in_time = true;

	wait_lock(&lock);
	while (ended_at[partition] != next && is_in_time)
		is_in_time = wait_until(&lock, until_ms);
	assert_int_equal(ended_at[partition], next);
	assert_false(is_early);
	wait_unlock(&lock);
}

static const struct tail_settings tail_of_topic = {
    .kafka = &settings,
    .topic = "topic",
    .what = "a topic",
    .partition_count = PARTITIONS,
    .only = -1,
    .read = on_record,
    .reached_end = on_end,
};

static void only_what_comes_later_is_read(void **state)
{
	struct tail *tail;

	(void)state;
	publish(0, "0");
	publish(1, "1");
	assert_int_equal(tail_open(&tail, &tail_of_topic, &e), RC_OK);
	publish(0, "2");
	publish(1, "3");
	await('2');
	await('3');
	await_end(0, 2);
	await_end(1, 2);
	assert_int_equal(seen[0] + seen[1], 0);
	assert_null(tail_trouble(tail));
	tail_close(tail);
}

/* What a broker says with the last record is enough: it is not waited for to say more. */
static void an_end_is_told_with_the_last_record(void **state)
{
	struct tail *tail;

	(void)state;
	memset(read_to, 0, sizeof read_to);
	memset(ended_at, 0, sizeof ended_at);
	assert_int_equal(tail_open(&tail, &tail_of_topic, &e), RC_OK);
	publish(1, "9");
	await_end(1, 1);
	tail_close(tail);
}

/* What comes from here on is read. */
static void on_missed(void *context)
{
	(void)context;
	publish(0, "7");
	wait_lock(&lock);
	missed++;
	wait_unlock(&lock);
}

static void a_topic_that_rests_is_read_from_its_end_once_it_is_woken(void **state)
{
	struct tail_settings told = tail_of_topic;
	struct tail *tail;

	(void)state;
	told.missed = on_missed;
	memset(seen, 0, sizeof seen);
	assert_int_equal(tail_open(&tail, &told, &e), RC_OK);
	/* Woken before it rests it goes on. */
	tail_rest(tail);
	assert_true(tail_wake(tail));
	publish(0, "4");
	await('4');
	assert_int_equal(missed, 0);
	do {
		tail_rest(tail);
		clock_sleep_ms(200);
		seen[5] = 0;
		publish(0, "5");
	} while (tail_wake(tail));
	await('7');
	publish(1, "8");
	await('8');
	assert_int_equal(missed, 1);
	assert_int_equal(seen[5], 0);
	assert_null(tail_trouble(tail));
	tail_rest(tail);
	tail_close(tail);
}

/* It is known, and says nothing: the library alone waits on. */
static void a_broker_that_does_not_answer_is_not_waited_for_without_end(void **state)
{
	struct tail_settings brief = tail_of_topic;
	int64_t began_ms = clock_monotonic_ms();
	struct tail *tail;

	(void)state;
	brief.open_ms = OPEN_MS;
	assert_int_equal(rd_kafka_mock_broker_push_request_error_rtts(
	                     cluster, 1, LIST_OFFSETS, 4, RD_KAFKA_RESP_ERR_NO_ERROR, SILENT_MS,
	                     RD_KAFKA_RESP_ERR_NO_ERROR, SILENT_MS, RD_KAFKA_RESP_ERR_NO_ERROR,
	                     SILENT_MS, RD_KAFKA_RESP_ERR_NO_ERROR, SILENT_MS), RD_KAFKA_RESP_ERR_NO_ERROR);
	assert_int_equal(tail_open(&tail, &brief, &e), RC_RETRY);
	assert_null(tail);
	assert_true(clock_monotonic_ms() - began_ms < MUCH_LATER_MS);
	assert_non_null(strstr(e.text, "topic"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_what_comes_later_is_read, open_cluster, close_cluster),
		cmocka_unit_test_setup_teardown(an_end_is_told_with_the_last_record, open_cluster,
		                                close_cluster),
		cmocka_unit_test_setup_teardown(
		    a_topic_that_rests_is_read_from_its_end_once_it_is_woken, open_cluster, close_cluster),
		cmocka_unit_test_setup_teardown(
		    a_broker_that_does_not_answer_is_not_waited_for_without_end, open_cluster, close_cluster),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
