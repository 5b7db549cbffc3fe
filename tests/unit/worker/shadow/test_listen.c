/*
 * What is heard of the replies and events of one partition of requests, against a mock cluster: in
 * which order, what is passed over, and that nothing is lost or heard twice where much is kept.
 */
#include "worker/shadow/listen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "common/base/clock.h"
#include "common/kafka/sender.h"

#define WAIT_MS 30000
#define FROM 3
#define MANY (LISTEN_KEPT_MAX * 3)

static rd_kafka_t *owner;
static rd_kafka_mock_cluster_t *cluster;
static struct pipeline pipeline;
static struct kafka_sender *sender;
static struct listen *listening;
static struct spot *replies;
static struct err e;

/* One that is of the request at that offset of that partition. */
static void publish(const char *topic, int32_t partition, int64_t offset)
{
	char value[120];

	snprintf(value, sizeof value,
	         "{\"request\":{\"topic\":\"requests\",\"partition\":%d,\"offset\":%lld}}",
	         (int)partition, (long long)offset);
	assert_int_equal(kafka_sender_send(sender, topic, 0, text_of("show"), text_of(value), NULL, 0,
	                                   NULL, &e), RC_OK);
}

static void publish_all(void)
{
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
}

static int set_up(void **state)
{
	static const struct message_route by_default = {TOPIC_REPLIES, 0, false};
	char reason[200];

	(void)state;
	owner = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof reason);
	cluster = owner ? rd_kafka_mock_cluster_new(owner, 1) : NULL;
	if (!cluster)
		return -1;
	rd_kafka_mock_topic_create(cluster, "replies", 1, 1);
	rd_kafka_mock_topic_create(cluster, "events", 1, 1);
	pipeline = (struct pipeline){
	    .kafka = {rd_kafka_mock_cluster_bootstraps(cluster), "test", NULL},
	    .topics = {"requests", "replies", "events", "letters"}, .partition_count = 1};
	if (kafka_sender_open(&sender, &pipeline.kafka, WAIT_MS, NULL, NULL, &e))
		return -1;
	publish("replies", 0, FROM); /* that was there before */
	publish_all();
	if (listen_open(&listening, &pipeline, 0, FROM, &e))
		return -1;
	publish("replies", 0, FROM + 1); /* in between, and is heard */
	publish_all();
	if (listen_start(listening, INT64_MAX, &e))
		return -1;
	return (int)listen_place(listening, &by_default, 0, &replies, &e);
}

static int tear_down(void **state)
{
	(void)state;
	listen_close(listening);
	kafka_sender_close(sender);
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(owner);
	return 0;
}

static void take(void)
{
	enum rc rc = listen_take(listening, 100, &e);

	assert_true(rc == RC_OK || rc == RC_RETRY);
}

static void await_ends(void)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;

	do {
		assert_true(clock_monotonic_ms() < until_ms);
		take();
	} while (!listen_has_ended(listening));
}

static enum spot_state look(struct spot *spot, int64_t offset)
{
	return spot_look(spot, offset, (struct text){NULL, 0});
}

/* An end may be that of before the last records, so these are waited for. */
static void await_look(struct spot *spot, int64_t offset, enum spot_state state)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;

	while (look(spot, offset) != state) {
		assert_true(clock_monotonic_ms() < until_ms);
		take();
	}
}

static void await_count(struct spot *spot, int64_t offset, int64_t count, bool is_all)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	bool is_found = !is_all;

	while ((int64_t)spot_count(spot, offset, &is_found) != count || is_found != is_all) {
		assert_true(clock_monotonic_ms() < until_ms);
		take();
	}
}

static void what_is_of_others_or_of_earlier_requests_is_passed_over(void **state)
{
	(void)state;
	publish("replies", 1, FROM + 3);
	publish("replies", 0, FROM - 1);
	publish("replies", 0, FROM + 4);
	publish_all();
	await_look(replies, FROM, SPOT_BEYOND); /* it was there before */
	await_ends();
	assert_true(listen_has_heard(listening));
	assert_int_equal(look(replies, FROM + 1), SPOT_HERE);
	assert_int_equal(look(replies, FROM + 2), SPOT_STRAY);
	assert_int_equal(spot_offset(replies), FROM + 1);
	spot_take(replies);
	await_look(replies, FROM + 3, SPOT_BEYOND);
	assert_int_equal(look(replies, FROM + 4), SPOT_HERE);
	spot_take(replies);
	assert_int_equal(look(replies, FROM + 5), SPOT_EMPTY);
	await_ends();
	assert_true(spot_has_ended(replies));
	assert_false(spot_is_cut_at(replies, FROM));
}

static void events_of_a_request_are_counted_up_to_the_next_ones(void **state)
{
	struct spot *events = listen_events(listening);
	bool is_all;

	(void)state;
	publish("events", 0, FROM);
	publish("events", 0, FROM);
	publish_all();
	await_count(events, FROM, 2, false); /* more may come */
	publish("events", 0, FROM + 2);
	publish_all();
	await_count(events, FROM, 2, true);
	assert_int_equal(spot_count(events, FROM + 1, &is_all), 0);
}

/* A place that is full is not read, and is read on where it was left. */
static void of_many_that_are_kept_none_is_lost_or_heard_twice(void **state)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS, next = FROM + 1;

	(void)state;
	for (int64_t i = 2; i <= MANY; i++)
		publish("replies", 0, FROM + i);
	publish_all();
	while (next <= FROM + MANY) {
		assert_true(clock_monotonic_ms() < until_ms);
		for (int i = 0; i < 6; i++)
			take();
		while (look(replies, next) == SPOT_HERE) {
			spot_take(replies);
			next++;
		}
		assert_int_equal(look(replies, next), SPOT_EMPTY);
	}
	await_ends();
	assert_int_equal(look(replies, next), SPOT_EMPTY);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(what_is_of_others_or_of_earlier_requests_is_passed_over),
	    CASE(events_of_a_request_are_counted_up_to_the_next_ones),
	    CASE(of_many_that_are_kept_none_is_lost_or_heard_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
