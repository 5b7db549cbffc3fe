/*
 * The client against a mock cluster, for what a real one does rarely.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "common/pipeline/client.h"
#include "common/base/clock.h"
#include "common/kafka/sender.h"

#define WAIT_MS 30000
#define PRODUCE 0 /* number of the request in Kafka's protocol */
#define ID "0b0e7a3c-9d4f-4c1c-8a4e-3f1f5a6b7c8d"

static rd_kafka_t *owner;
static rd_kafka_mock_cluster_t *cluster;
static struct pipeline pipeline;
static struct client *client;
static int replied, timed_out;

static void on_answer(void *context, const struct client_answer *answer)
{
	(void)context;
	replied += answer->how == CLIENT_REPLIED && answer->view.code == 200;
	timed_out += answer->how == CLIENT_TIMED_OUT;
}

static int open_at(int64_t timeout_ms)
{
	char reason[200];
	struct err e;

	owner = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof reason);
	cluster = owner ? rd_kafka_mock_cluster_new(owner, 2) : NULL;
	if (!cluster)
		return -1;
	rd_kafka_mock_topic_create(cluster, "requests", 1, 1);
	rd_kafka_mock_topic_create(cluster, "replies", 1, 1);
	rd_kafka_mock_partition_set_leader(cluster, "requests", 0, 1);
	rd_kafka_mock_partition_set_leader(cluster, "replies", 0, 2);
	pipeline = (struct pipeline){
	    .kafka = {rd_kafka_mock_cluster_bootstraps(cluster), "test", NULL},
	    .topics = {.requests = "requests", .replies = "replies"},
	};
	replied = timed_out = 0;
	if (kafka_pool_open(&pipeline.pool, &pipeline.kafka, &e))
		return -1;
	return (int)client_open(&client,
	                        &(struct client_settings){.pipeline = &pipeline, .is_awaiting = true,
	                                                  .timeout_ms = timeout_ms,
	                                                  .answered = on_answer}, &e);
}

static int open_patient(void **state)
{
	(void)state;
	return open_at(WAIT_MS);
}

static int open_hasty(void **state)
{
	(void)state;
	return open_at(500);
}

static int close_all(void **state)
{
	(void)state;
	client_close(client);
	kafka_pool_close(pipeline.pool);
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(owner);
	return 0;
}

/* The broker says that it has the record already, and no longer where. */
static void send_and_lose_the_place(const char *value)
{
	struct err e;

	rd_kafka_mock_broker_push_request_error_rtts(cluster, 1, PRODUCE, 1,
	                                             RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER, 0);
	assert_int_equal(client_send(client, text_of("show"), text_of(value), NULL, 0, NULL, &e), RC_OK);
}

static void publish_reply(const char *value)
{
	struct kafka_sender *sender;
	struct err e;

	assert_int_equal(kafka_sender_open(&sender, &pipeline.kafka, WAIT_MS, NULL, NULL, &e), RC_OK);
	assert_int_equal(kafka_sender_send(sender, "replies", 0, text_of("show"), text_of(value), NULL, 0,
	                                   NULL, &e), RC_OK);
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	kafka_sender_close(sender);
}

static void poll_until_answered(void)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	struct err e;

	while (client_waiting(client) && clock_monotonic_ms() < until_ms)
		assert_int_equal(client_poll(client, 100, &e), RC_OK);
	assert_int_equal(client_waiting(client), 0);
}

#define REPLY \
	"{\"request_id\":\"%s\",\"type\":\"expire\",\"show_id\":\"show\",\"status\":\"accepted\"," \
	"\"code\":200,\"reason\":\"NOTHING_HELD\",\"message\":\"m\"," \
	"\"decided_at\":\"2026-11-24T15:00:00.123Z\"," \
	"\"request\":{\"topic\":\"requests\",\"partition\":0,\"offset\":%d}}"

static void a_request_without_a_place_gets_the_reply_with_its_id(void **state)
{
	char reply[500];

	(void)state;
	send_and_lose_the_place("{\"type\":\"expire\",\"request_id\":\"" ID "\",\"show_id\":\"show\"}");
	snprintf(reply, sizeof reply, REPLY, "11111111-9d4f-4c1c-8a4e-3f1f5a6b7c8d", 6);
	publish_reply(reply);
	snprintf(reply, sizeof reply, REPLY, ID, 7);
	publish_reply(reply);
	poll_until_answered();
	assert_int_equal(replied, 1);
}

static void a_request_without_place_and_id_runs_out_of_time(void **state)
{
	(void)state;
	send_and_lose_the_place("{\"type\":\"expire\"}");
	poll_until_answered();
	assert_int_equal(timed_out, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_request_without_a_place_gets_the_reply_with_its_id,
	                                    open_patient, close_all),
	    cmocka_unit_test_setup_teardown(a_request_without_place_and_id_runs_out_of_time, open_hasty,
	                                    close_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
