/*
 * Where a partition begins and ends, against a mock cluster: how long brokers may be silent, and
 * what is said where it may not be known.
 */
#include "common/kafka/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "common/base/clock.h"
#include "common/kafka/sender.h"

#define WAIT_MS 30000
#define SILENT_MS 20000 /* of a broker */
#define MUCH_LATER_MS (SILENT_MS / 2)
#define LIST_OFFSETS 2  /* of Kafka's protocol */

static rd_kafka_t *owner;
static rd_kafka_mock_cluster_t *cluster;
static struct kafka_settings settings;
static struct kafka_reader *reader;
static int64_t first, end;
static struct err e;

static int open_cluster(void **state)
{
	char reason[200];

	(void)state;
	owner = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof reason);
	cluster = owner ? rd_kafka_mock_cluster_new(owner, 1) : NULL;
	if (!cluster)
		return -1;
	rd_kafka_mock_topic_create(cluster, "topic", 1, 1);
	settings = (struct kafka_settings){rd_kafka_mock_cluster_bootstraps(cluster), "test", NULL};
	return (int)kafka_reader_open(&reader, &settings, true, &e);
}

static int close_cluster(void **state)
{
	(void)state;
	kafka_reader_close(reader);
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(owner);
	return 0;
}

static void a_partition_has_a_first_offset_and_an_end(void **state)
{
	struct kafka_sender *sender;

	(void)state;
	assert_int_equal(kafka_reader_bounds(reader, "topic", 0, &first, &end, &e), RC_OK);
	assert_int_equal(first, 0);
	assert_int_equal(end, 0);
	assert_int_equal(kafka_sender_open(&sender, &settings, WAIT_MS, NULL, NULL, &e), RC_OK);
	assert_int_equal(kafka_sender_send(sender, "topic", 0, text_of("key"), text_of("value"), NULL, 0,
	                                   NULL, &e), RC_OK);
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	kafka_sender_close(sender);
	assert_int_equal(kafka_reader_bounds(reader, "topic", 0, &first, &end, &e), RC_OK);
	assert_int_equal(first, 0);
	assert_int_equal(end, 1);
}

static void a_partition_that_is_not_there_is_no_matter_of_waiting(void **state)
{
	(void)state;
	assert_int_equal(kafka_reader_bounds(reader, "topic", 1, &first, &end, &e), RC_FATAL);
	assert_int_equal(e.origin, FROM_PIPELINE);
	assert_non_null(strstr(e.text, "bounds of topic/1"));
}

static void a_right_that_is_missing_is_named_at_once(void **state)
{
	int64_t began_ms = clock_monotonic_ms();

	(void)state;
	rd_kafka_mock_push_request_errors(cluster, LIST_OFFSETS, 1,
	                                  RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
	assert_int_equal(kafka_reader_bounds(reader, "topic", 0, &first, &end, &e), RC_FATAL);
	assert_int_equal(e.origin, FROM_RIGHTS);
	assert_non_null(strstr(e.text, "bounds of topic/0"));
	assert_non_null(strstr(e.text, "has no right to Describe topic topic"));
	assert_true(clock_monotonic_ms() - began_ms < MUCH_LATER_MS);
}

/* It is known, and says nothing: the library alone waits on. */
static void a_broker_that_does_not_answer_is_not_waited_for_without_end(void **state)
{
	int64_t began_ms;

	(void)state;
	assert_int_equal(kafka_reader_bounds(reader, "topic", 0, &first, &end, &e), RC_OK);
	began_ms = clock_monotonic_ms();
	assert_int_equal(rd_kafka_mock_broker_push_request_error_rtts(
	                     cluster, 1, LIST_OFFSETS, 4, RD_KAFKA_RESP_ERR_NO_ERROR, SILENT_MS,
	                     RD_KAFKA_RESP_ERR_NO_ERROR, SILENT_MS, RD_KAFKA_RESP_ERR_NO_ERROR,
	                     SILENT_MS, RD_KAFKA_RESP_ERR_NO_ERROR, SILENT_MS), RD_KAFKA_RESP_ERR_NO_ERROR);
	assert_int_equal(kafka_reader_bounds(reader, "topic", 0, &first, &end, &e), RC_RETRY);
	assert_int_equal(e.origin, FROM_KAFKA);
	assert_true(clock_monotonic_ms() - began_ms < MUCH_LATER_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_partition_has_a_first_offset_and_an_end),
	    cmocka_unit_test(a_partition_that_is_not_there_is_no_matter_of_waiting),
	    cmocka_unit_test(a_right_that_is_missing_is_named_at_once),
	    cmocka_unit_test(a_broker_that_does_not_answer_is_not_waited_for_without_end),
	};

	return cmocka_run_group_tests(tests, open_cluster, close_cluster);
}
