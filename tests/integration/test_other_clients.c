/*
 * Clients that are not ours: Kafka's console tools, kcat, reply topics of a service's own, headers
 * byte for byte, aborted transactions.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/partitioner.h"
#include "common/kafka/sender.h"
#include "common/kafka/txn.h"
#include "tests/integration/agree.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

#define SHOWS 40

static long worker;
static char own_topic[100], narrow_topic[100];

static void make_topic(char *name, size_t bytes, const char *what, int partitions)
{
	snprintf(name, bytes, "%s.%s", rig_topics.replies, what);
	(void)shell_kafka_tool("org.apache.kafka.tools.TopicCommand --bootstrap-server "
	                      "\"$KAFKA_BOOTSTRAP_SERVERS\" --create --topic %s --partitions %d 2>&1", name,
	                       partitions);
}

static void start_worker(void)
{
	char option[250];

	snprintf(option, sizeof option, "--reply-topics=%s,%s", own_topic, narrow_topic);
	worker = rig_start("holdfast-worker", option, "--metrics-listen=127.0.0.1:0", NULL);
}

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	make_topic(own_topic, sizeof own_topic, "own", RIG_PARTITIONS);
	make_topic(narrow_topic, sizeof narrow_topic, "narrow", RIG_PARTITIONS / 2);
	start_worker();
	return 0;
}

static int tear_down(void **state)
{
	int code = rig_stop(worker, SIGTERM);

	if (code)
		fprintf(stderr, "worker ended with %d\n%s\n", code, rig_log());
	return rig_drop(state) || code;
}

/* Pipe create_show requests of the shows <name>-0 ... into a command, as lines "key<TAB>value". */
static void publish_shows(const char *name, const char *command)
{
	(void)shell_run("i=0; while [ $i -lt %d ]; do printf '%s-%%d\\t{\"type\":\"create_show\","
	                "\"request_id\":\"%%s\",\"show_id\":\"%s-%%d\"}\\n' $i $(cat "
	                "/proc/sys/kernel/random/uuid) $i; i=$((i+1)); done | %s 2>&1", SHOWS, name, name,
	                command);
}

/* How many of these shows' requests got that code, once all are decided. */
static int count_code(const char *name, int code)
{
	char sql[200], expected[10];

	snprintf(expected, sizeof expected, "%d", SHOWS);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM holdfast.decisions WHERE show_id LIKE '%s-%%'",
	         name);
	rig_await_sql(expected, sql);
	return atoi(rig_sql("%s AND code = %d", sql, code));
}

static void the_console_producer_partitions_as_we_do(void **state)
{
	char command[400];

	(void)state;
	snprintf(command, sizeof command, "compose/local/kafka-tool "
	         "org.apache.kafka.tools.ConsoleProducer --bootstrap-server \"$KAFKA_BOOTSTRAP_SERVERS\" "
	         "--topic %s --reader-property parse.key=true", rig_topics.requests);
	publish_shows("console", command);
	assert_int_equal(count_code("console", 200), SHOWS);
}

static void the_console_consumer_reads_each_reply_and_event_once(void **state)
{
	const char *const topics[] = {rig_topics.replies, rig_topics.events};

	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *text = shell_kafka_tool(
		    "org.apache.kafka.tools.consumer.ConsoleConsumer --bootstrap-server "
		    "\"$KAFKA_BOOTSTRAP_SERVERS\" --topic %s --from-beginning --max-messages %d "
		    "--timeout-ms 30000 --isolation-level read_committed --formatter-property print.key=true "
		    "--formatter-property print.headers=true 2>/dev/null", topics[i], SHOWS);

		/* As many as there are shows, so that one that came twice leaves another out. */
		for (int show = 0; show < SHOWS; show++) {
			char key[40];

			snprintf(key, sizeof key, "\tconsole-%d\t{", show);
			if (!strstr(text, key))
				fail_msg("%s is missing in %s", key, text);
		}
		assert_non_null(strstr(text, i ? "ce_type:holdfast.event.show_created"
		                               : "ce_type:holdfast.reply.show_created"));
		assert_non_null(strstr(text, "content-type:application/json"));
	}
}

static void kcat_must_be_told_to_partition_as_java(void **state)
{
	char command[300];
	int wrong;

	(void)state;
	snprintf(command, sizeof command, "kcat -q -b \"$KAFKA_BOOTSTRAP_SERVERS\" -t %s -P -K '\t' "
	         "-X partitioner=murmur2_random", rig_topics.requests);
	publish_shows("told", command);
	assert_int_equal(count_code("told", 200), SHOWS);
	snprintf(command, sizeof command, "kcat -q -b \"$KAFKA_BOOTSTRAP_SERVERS\" -t %s -P -K '\t'",
	         rig_topics.requests);
	publish_shows("untold", command);
	wrong = count_code("untold", 421);
	assert_true(wrong > SHOWS / 2);
	assert_int_equal(count_code("untold", 200), SHOWS - wrong);
	assert_string_equal(rig_sql("SELECT count(*) = %d FROM holdfast.shows WHERE show_id LIKE "
	                            "'untold-%%'", SHOWS - wrong), "t");
}

static const unsigned char raw_id[16] = {0xde, 0, 0xad, '\n', 0xff, 0x80, '"', 0xc3,
                                         0x28, 0, 0,    0x7f, 1,    2,    3,   0};

/* Ask for a show with these headers; the offset. */
static int64_t ask_with(const char *show, const struct record_header *headers, size_t count)
{
	char value[200];

	snprintf(value, sizeof value, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\"}",
	         rig_id(), show);
	return topics_send(KAFKA_BY_KEY, text_of(show), text_of(value), headers, count);
}

static int32_t partition_of(const char *show)
{
	return partition_of_key(show, strlen(show), RIG_PARTITIONS);
}

static void headers_come_back_byte_for_byte(void **state)
{
	char longest[1025];
	const struct record_header headers[] = {
	    {text_of("kafka_correlationId"), {"not this one", 12}},
	    {text_of("kafka_correlationId"), {(const char *)raw_id, sizeof raw_id}},
	    {text_of("traceparent"), {longest, 1024}},
	    {text_of("tracestate"), {longest, 1025}},
	    {text_of("other"), {"x", 1}},
	};
	struct record reply;

	(void)state;
	memset(longest, '\xf0', sizeof longest);
	reply = topics_reply(rig_topics.replies, partition_of("bytes"), ask_with("bytes", headers, 5));
	assert_true(text_same(record_header_last(&reply, "kafka_correlationId")->value, headers[1].value));
	assert_true(text_same(record_header_last(&reply, "traceparent")->value, headers[2].value));
	assert_null(record_header_last(&reply, "tracestate"));
	assert_null(record_header_last(&reply, "other"));
	rig_give(&reply, 1);
}

/* Where the reply to a request with such a kafka_replyTopic (and kafka_replyPartition) must be. */
static void expect_route(const char *show, const char *wanted, const struct text *partition,
                         const char *topic, int32_t on)
{
	struct record_header headers[] = {{text_of("kafka_replyTopic"), text_of(wanted)},
	                                  {text_of("kafka_correlationId"), {(const char *)raw_id, 16}},
	                                  {text_of("kafka_replyPartition"), {NULL, 0}}};
	struct record reply;

	if (partition)
		headers[2].value = *partition;
	reply = topics_reply(topic, partition_of(show), ask_with(show, headers, partition ? 3 : 2));
	rig_expect(reply.value.data, 200, "SHOW_CREATED");
	assert_int_equal(reply.partition, on);
	assert_true(text_same(record_header_last(&reply, "kafka_correlationId")->value, headers[1].value));
	rig_give(&reply, 1);
}

/* Where the worker has its metrics. */
static const char *page(void)
{
	static char address[60];
	const char *at = strstr(rig_log(), "msg=metrics address=");

	assert_non_null(at);
	assert_int_equal(sscanf(at, "msg=metrics address=%59s", address), 1);
	return address;
}

/* How often a worker told of a topic that is not on its list. */
static int count_warnings(void)
{
	int count = 0;

	for (const char *at = rig_log(); (at = strstr(at, "is not on --reply-topics")); at++)
		count++;
	return count;
}

static void a_reply_goes_to_the_topic_that_the_request_names(void **state)
{
	static const char third[4] = {0, 0, 0, 3}, beyond[4] = {0, 0, 0, RIG_PARTITIONS};
	static const char negative[4] = {'\xff', '\xff', '\xff', '\xff'};
	const struct text to_third = {third, 4}, to_beyond = {beyond, 4}, to_negative = {negative, 4};
	const struct text too_short = {third, 3};

	(void)state;
	expect_route("route-1", own_topic, NULL, own_topic, partition_of("route-1"));
	expect_route("route-2", own_topic, &to_third, own_topic, 3);
	expect_route("route-3", own_topic, &to_beyond, own_topic, partition_of("route-3"));
	expect_route("route-4", own_topic, &to_negative, own_topic, partition_of("route-4"));
	expect_route("route-5", own_topic, &too_short, own_topic, partition_of("route-5"));
	assert_int_equal(count_warnings(), 0);
	/* Not on the list, or not as wide: the default topic, and there the record's partition. */
	expect_route("route-6", "not.on.the.list", &to_third, rig_topics.replies, partition_of("route-6"));
	expect_route("route-7", rig_topics.events, NULL, rig_topics.replies, partition_of("route-7"));
	expect_route("route-8", narrow_topic, &to_third, rig_topics.replies, partition_of("route-8"));
	expect_route("route-9", rig_topics.replies, NULL, rig_topics.replies, partition_of("route-9"));
	/* Each is counted, and they are told of once. */
	assert_int_equal(count_warnings(), 1);
	assert_string_equal(shell_run("curl -s http://%s/metrics | grep ^holdfast_unlisted_reply", page()),
	                    "holdfast_unlisted_reply_topics_total 3\n");
}

/* docs/replies.md: whatever show it is, the reply comes to the one who asked. */
static void five_instances_each_have_a_partition_of_replies(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		const char own[4] = {0, 0, 0, (char)i};
		const struct text to_own = {own, 4};
		char show[20];

		for (int wish = 0; wish < 3; wish++) {
			snprintf(show, sizeof show, "five-%d-%d", i, wish);
			expect_route(show, own_topic, &to_own, own_topic, i);
		}
	}
}

static void the_list_may_not_name_requests_events_or_dead_letters(void **state)
{
	const char *const names[] = {rig_topics.requests, rig_topics.events, rig_topics.dead_letters};
	char option[250];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		snprintf(option, sizeof option, "--reply-topics=%s,%s", own_topic, names[i]);
		assert_int_equal(rig_stop(rig_start("holdfast-worker", option, NULL), 0), 2);
	}
}

/* The end of a partition of the requests, aborted and open ones included. */
static int64_t end_of(int32_t partition)
{
	int64_t first, end;

	rig_bounds(rig_topics.requests, partition, false, &first, &end);
	return end;
}

static void await_end_above(int32_t partition, int64_t end)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (end_of(partition) <= end)
		assert_true(clock_monotonic_ms() < until_ms);
}

static void a_request_of_an_aborted_transaction_is_never_seen(void **state)
{
	const struct kafka_settings kafka = rig_kafka();
	const char *const topics[] = {rig_topics.requests};
	const char *show = "aborted";
	struct kafka_txn *txn;
	char value[200], sql[200];
	int32_t partition = partition_of(show);
	int64_t end = end_of(partition);
	struct err e;

	(void)state;
	snprintf(value, sizeof value, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	         "\"max_seats\":1}", rig_id(), show);
	assert_int_equal(kafka_txn_open(&txn, &kafka, rig_topics.requests, topics, 1, RIG_WAIT_MS, &e),
	                 RC_OK);
	assert_int_equal(kafka_txn_begin(txn, &e), RC_OK);
	/* Large enough that some of it reaches the broker before it is aborted. */
	for (int i = 0; i < 2000; i++)
		assert_int_equal(kafka_txn_send(txn, 0, partition, text_of(show), text_of(value), NULL, 0, &e),
		                 RC_OK);
	await_end_above(partition, end);
	kafka_txn_close(txn);
	/* The next of that id ends what was left open. */
	assert_int_equal(kafka_txn_open(&txn, &kafka, rig_topics.requests, topics, 1, RIG_WAIT_MS, &e),
	                 RC_OK);
	kafka_txn_close(txn);
	rig_expect(rig_ask(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                         "\"max_seats\":2}", rig_id(), show), 200, "SHOW_CREATED");
	snprintf(sql, sizeof sql, "SELECT count(*) || ' ' || min(max_seats) FROM holdfast.decisions JOIN "
	         "holdfast.shows USING (show_id) WHERE show_id = '%s'", show);
	assert_string_equal(rig_sql("%s", sql), "1 2");
}

/* By hand, or by a coordinator that lost what it knew. The replies stand, on whatever topic. */
static void a_group_that_was_set_back_answers_nothing_again(void **state)
{
	(void)state;
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	shell_offsets("--topic %s --reset-offsets --to-earliest --execute", rig_topics.requests);
	start_worker();
	rig_show("set-back", 1);
	assert_non_null(strstr(rig_log(), "there are replies beyond the committed offset"));
}

static void all_that_was_written_agrees(void **state)
{
	const char *const more[] = {own_topic, NULL};

	(void)state;
	agree_all(more, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_console_producer_partitions_as_we_do),
	    cmocka_unit_test(the_console_consumer_reads_each_reply_and_event_once),
	    cmocka_unit_test(kcat_must_be_told_to_partition_as_java),
	    cmocka_unit_test(headers_come_back_byte_for_byte),
	    cmocka_unit_test(a_reply_goes_to_the_topic_that_the_request_names),
	    cmocka_unit_test(five_instances_each_have_a_partition_of_replies),
	    cmocka_unit_test(the_list_may_not_name_requests_events_or_dead_letters),
	    cmocka_unit_test(a_request_of_an_aborted_transaction_is_never_seen),
	    cmocka_unit_test(a_group_that_was_set_back_answers_nothing_again),
	    cmocka_unit_test(all_that_was_written_agrees),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
