/*
 * Several at once: racing customers, restarted and rival workers, a worker killed between its two
 * commits, the expirer, clients of another make.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/rig.h"

#define SHOWS 200
#define STREAM 3000

static void send_reserve(const char *show, const char *session, const char *seats)
{
	rig_send(show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	               "\"session_id\":\"%s\",\"seat_ids\":[%s]}", rig_id(), show, session, seats);
}

static size_t count_code(size_t first, size_t count, const char *code)
{
	size_t found = 0;

	for (size_t i = first; i < first + count; i++)
		found += strcmp(rig_field(rig_reply(i), "code"), code) == 0;
	return found;
}

static void two_customers_get_one_200_and_one_409(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);

	(void)state;
	rig_show("test-show-123", 1);
	rig_expect(rig_ask("test-show-123", "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":"
	                   "\"test-show-123\",\"seat_ids\":[\"seat-1\",\"seat-2\"]}", rig_id()),
	           200, "SEATS_ADDED");
	send_reserve("test-show-123", "alice", "\"seat-1\",\"seat-2\"");
	send_reserve("test-show-123", "bob", "\"seat-1\",\"seat-2\"");
	rig_await(2);
	assert_int_equal(count_code(0, 2, "200"), 1);
	assert_int_equal(count_code(0, 2, "409"), 1);
	assert_string_equal(rig_sql("SELECT count(DISTINCT reserved_by), count(*) FROM "
	                            "holdfast.show_seats WHERE show_id = 'test-show-123' AND "
	                            "status = 'reserved'"), "1|2");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

/* Two publishers that know nothing of each other: this one and a holdfast-producer. */
static void two_hundred_shows_are_each_won_once(void **state)
{
	long worker = rig_start("holdfast-worker", NULL), rival;
	const char *path = "/tmp/holdfast-test-rival.jsonl";
	FILE *lines;
	char show[20], script[300];

	(void)state;
	for (int i = 0; i < SHOWS; i++) {
		snprintf(show, sizeof show, "race-%d", i);
		rig_send(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\"}", rig_id(),
		         show);
		rig_send(show, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		               "\"seat_ids\":[\"1\",\"2\"]}", rig_id(), show);
	}
	rig_await(2 * SHOWS);
	lines = fopen(path, "w");
	assert_non_null(lines);
	for (int i = 0; i < SHOWS; i++)
		fprintf(lines, "{\"type\":\"reserve\",\"show_id\":\"race-%d\",\"session_id\":\"rival\","
		               "\"seat_ids\":[\"1\",\"2\"]}\n", i);
	fclose(lines);
	snprintf(script, sizeof script, "%s/holdfast-producer --wait <%s >/dev/null; exit 0",
	         getenv("HOLDFAST_BUILD") ? getenv("HOLDFAST_BUILD") : "build", path);
	rival = rig_start("/bin/sh", "-c", script, NULL);
	for (int i = 0; i < SHOWS; i++) {
		snprintf(show, sizeof show, "race-%d", i);
		send_reserve(show, "us", "\"2\",\"1\"");
	}
	rig_await(SHOWS);
	rig_stop(rival, 0);
	remove(path);
	assert_string_equal(
	    rig_sql("SELECT count(*) FILTER (WHERE code = 200), count(*) FILTER (WHERE code = 409) FROM "
	            "holdfast.decisions WHERE type = 'reserve' AND show_id LIKE 'race-%%'"), "200|200");
	assert_string_equal(
	    rig_sql("SELECT count(*) FROM (SELECT show_id FROM holdfast.show_seats WHERE show_id LIKE "
	            "'race-%%' AND status = 'reserved' GROUP BY show_id HAVING count(DISTINCT "
	            "reserved_by) = 1 AND count(*) = 2) AS won"), "200");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

static void a_burst_of_one_session_holds_once(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);
	char seat[10];

	(void)state;
	rig_show("burst", 100);
	for (int i = 1; i <= 100; i++) {
		snprintf(seat, sizeof seat, "\"A%d\"", i);
		send_reserve("burst", "attacker", seat);
	}
	rig_await(100);
	assert_int_equal(count_code(0, 100, "200"), 1);
	assert_int_equal(count_code(0, 100, "409"), 99);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

/* Every record of the partition has one row, one reply, and the rows agree with each other. */
static void expect_one_answer_each(void)
{
	struct record *records = test_calloc(60000, sizeof *records);
	size_t replies, requests;

	rig_await_sql("t", "SELECT bool_and(next_offset = (SELECT count(*) FROM holdfast.decisions d "
	                   "WHERE d.partition = p.partition)) FROM holdfast.partition_progress p");
	requests = rig_read(rig_topics.requests, records, 60000);
	rig_give(records, requests);
	replies = rig_read(rig_topics.replies, records, 60000);
	rig_give(records, replies);
	assert_int_equal(replies, requests);
	assert_int_equal(atoi(rig_sql("SELECT count(*) FROM holdfast.decisions")), requests);
	test_free(records);
}

static void send_stream(const char *show)
{
	char session[30], seats[40];

	for (int i = 0; i < STREAM; i++) {
		snprintf(session, sizeof session, "stream-%d", i);
		snprintf(seats, sizeof seats, "\"A%d\",\"A%d\"", i % 199 + 1, i % 199 + 2);
		send_reserve(show, session, seats);
	}
}

static void a_killed_worker_leaves_one_answer_each(void **state)
{
	long worker = rig_start("holdfast-worker", "--batch-max=20", NULL);

	(void)state;
	rig_show("killed", 200);
	for (int round = 0; round < 4; round++) {
		int decided = atoi(rig_sql("SELECT count(*) FROM holdfast.decisions"));
		char sql[120];

		send_stream("killed");
		/* In the middle of the stream, whatever it is doing. */
		snprintf(sql, sizeof sql, "SELECT count(*) > %d FROM holdfast.decisions",
		         decided + 40 + 100 * round);
		rig_await_sql("t", sql);
		assert_int_equal(rig_stop(worker, SIGKILL), -SIGKILL);
		worker = rig_start("holdfast-worker", "--batch-max=20", NULL);
		rig_await(STREAM);
	}
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_one_answer_each();
}

/* The first batch of all, killed at each place between taking it and having answered it. */
static void a_worker_killed_at_its_first_batch_answers_it_later(void **state)
{
	static const char *const places[] = {"planned", "decided", "produced", "answered"};
	const char *build = getenv("HOLDFAST_BUILD");
	char show[20], fault[40], faulty[200];

	(void)state;
	snprintf(faulty, sizeof faulty, "%s-faults", build ? build : "build");
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		long worker;

		snprintf(show, sizeof show, "first-%zu", i);
		snprintf(fault, sizeof fault, "%s:1", places[i]);
		rig_send(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\"}",
		         rig_id(), show);
		rig_send(show, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		               "\"seat_ids\":[\"A1\"]}", rig_id(), show);
		setenv("HOLDFAST_BUILD", faulty, 1);
		setenv("HOLDFAST_FAULT", fault, 1);
		worker = rig_start("holdfast-worker", NULL);
		setenv("HOLDFAST_BUILD", build ? build : "build", 1);
		unsetenv("HOLDFAST_FAULT");
		assert_int_equal(rig_stop(worker, 0), -SIGKILL);
		worker = rig_start("holdfast-worker", "--until-caught-up", NULL);
		assert_int_equal(rig_stop(worker, 0), 0);
		rig_await(2);
		assert_int_equal(count_code(0, 2, "200"), 2);
		expect_one_answer_each();
	}
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.decisions"), "8");
}

static void two_workers_share_and_one_leaves(void **state)
{
	long first = rig_start("holdfast-worker", NULL), second;
	char show[20];

	(void)state;
	rig_show("shared-0", 1);
	second = rig_start("holdfast-worker", NULL);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 500; i++) {
			snprintf(show, sizeof show, "shared-%d", round * 500 + i + 1);
			rig_send(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\"}",
			         rig_id(), show);
		}
		if (round == 0)
			rig_await(500);
	}
	assert_int_equal(rig_stop(first, SIGTERM), 0);
	rig_await(500);
	assert_int_equal(rig_stop(second, SIGTERM), 0);
	expect_one_answer_each();
}

static void the_expirer_has_a_lapsed_hold_released(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);
	long expirer = rig_start("holdfast-expirer", NULL);

	(void)state;
	rig_show("expiry", 1);
	rig_expect(rig_ask("expiry", "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"expiry\","
	                   "\"session_id\":\"s\",\"seat_ids\":[\"A1\"],\"hold_seconds\":1}", rig_id()),
	           200, "RESERVED");
	rig_await_sql("expired", "SELECT status FROM holdfast.seat_reservations WHERE show_id = 'expiry'");
	assert_string_equal(rig_sql("SELECT status FROM holdfast.show_seats WHERE show_id = 'expiry'"),
	                    "available");
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.decisions WHERE show_id = 'expiry' "
	                            "AND type = 'expire' AND reason = 'NOT_DUE'"), "0");
	assert_int_equal(rig_stop(expirer, SIGTERM), 0);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

static void another_partitioner_earns_421(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);
	char command[600];

	(void)state;
	for (int i = 0; i < 2; i++) {
		snprintf(command, sizeof command,
		         "i=0; while [ $i -lt 40 ]; do echo \"kcat%d-$i\t{\\\"type\\\":\\\"create_show\\\","
		         "\\\"request_id\\\":\\\"$(cat /proc/sys/kernel/random/uuid)\\\",\\\"show_id\\\":"
		         "\\\"kcat%d-$i\\\"}\"; i=$((i+1)); done | kcat -q -b '%s' -t '%s' -P -K '\t' %s", i, i,
		         getenv("KAFKA_BOOTSTRAP_SERVERS"), rig_topics.requests,
		         i ? "-X partitioner=murmur2_random" : "");
		assert_int_equal(system(command), 0);
	}
	rig_await_sql("80", "SELECT count(*) FROM holdfast.decisions WHERE show_id LIKE 'kcat%'");
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.decisions WHERE show_id LIKE "
	                            "'kcat1-%%' AND code <> 200"), "0");
	assert_true(atoi(rig_sql("SELECT count(*) FROM holdfast.decisions WHERE show_id LIKE 'kcat0-%%' "
	                         "AND code = 421")) > 20);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

/* Kafka's own console clients, from its jars. */
static void kafkas_own_clients_are_served(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);
	const char *brokers = getenv("KAFKA_BOOTSTRAP_SERVERS"), *id = rig_id();
	char command[900];

	(void)state;
	snprintf(command, sizeof command,
	         "echo 'java|{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"java\"}' | "
	         "compose/local/kafka-tool org.apache.kafka.tools.ConsoleProducer --bootstrap-server %s "
	         "--topic %s --reader-property parse.key=true --reader-property 'key.separator=|' "
	         ">/dev/null 2>&1", id, brokers, rig_topics.requests);
	assert_int_equal(system(command), 0);
	rig_await_sql("200", "SELECT code FROM holdfast.decisions WHERE show_id = 'java'");
	snprintf(command, sizeof command,
	         "compose/local/kafka-tool org.apache.kafka.tools.consumer.ConsoleConsumer "
	         "--bootstrap-server %s --topic %s --from-beginning --timeout-ms 8000 "
	         "--isolation-level read_committed 2>/dev/null | grep -c '%s.*SHOW_CREATED' >/dev/null",
	         brokers, rig_topics.replies, id);
	assert_int_equal(system(command), 0);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

static void a_topic_on_create_time_is_refused(void **state)
{
	char command[400], flag[200];

	(void)state;
	snprintf(command, sizeof command,
	         "compose/local/kafka-tool org.apache.kafka.tools.TopicCommand --bootstrap-server %s "
	         "--create --topic %s.createtime --partitions 8 >/dev/null 2>&1",
	         getenv("KAFKA_BOOTSTRAP_SERVERS"), rig_topics.requests);
	assert_int_equal(system(command), 0);
	snprintf(flag, sizeof flag, "--requests-topic=%s.createtime", rig_topics.requests);
	assert_int_equal(rig_stop(rig_start("holdfast-worker", flag, NULL), 0), 3);
	assert_non_null(strstr(rig_log(), "message.timestamp.type=CreateTime"));
	assert_int_equal(rig_stop(rig_start("holdfast-producer", "--check", flag, NULL), 0), 3);
}

static void a_stop_is_served_in_the_middle_of_a_stream(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);

	(void)state;
	rig_show("stop", 200);
	send_stream("stop");
	rig_await_sql("t", "SELECT count(*) > 20 FROM holdfast.decisions WHERE show_id = 'stop'");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	worker = rig_start("holdfast-worker", "--until-caught-up", NULL);
	assert_int_equal(rig_stop(worker, 0), 0);
	rig_await(STREAM);
	expect_one_answer_each();
}

static void another_group_or_an_older_database_is_refused(void **state)
{
	long worker;

	(void)state;
	assert_int_equal(rig_stop(rig_start("holdfast-worker", "--group-id=other", NULL), 0), 3);
	assert_int_equal(rig_stop(rig_start("holdfast-worker", "--batch-max=0", NULL), 0), 2);
	assert_int_equal(rig_stop(rig_start("holdfast-worker", "--reply-topics=x,seat.events",
	                                    "--events-topic=seat.events", NULL), 0), 2);
	rig_sql("UPDATE holdfast.partition_progress SET next_offset = next_offset - 1 WHERE partition = "
	        "(SELECT max(partition) FROM holdfast.partition_progress WHERE next_offset > 1)");
	worker = rig_start("holdfast-worker", "--until-caught-up", NULL);
	assert_int_equal(rig_stop(worker, 0), 3);
	assert_non_null(strstr(rig_log(), "the database lost commits"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    /* First: the very first commits of a pipeline. */
	    cmocka_unit_test(a_worker_killed_at_its_first_batch_answers_it_later),
	    cmocka_unit_test(two_customers_get_one_200_and_one_409),
	    cmocka_unit_test(two_hundred_shows_are_each_won_once),
	    cmocka_unit_test(a_burst_of_one_session_holds_once),
	    cmocka_unit_test(a_killed_worker_leaves_one_answer_each),
	    cmocka_unit_test(two_workers_share_and_one_leaves),
	    cmocka_unit_test(the_expirer_has_a_lapsed_hold_released),
	    cmocka_unit_test(another_partitioner_earns_421),
	    cmocka_unit_test(kafkas_own_clients_are_served),
	    cmocka_unit_test(a_topic_on_create_time_is_refused),
	    cmocka_unit_test(a_stop_is_served_in_the_middle_of_a_stream),
	    cmocka_unit_test(another_group_or_an_older_database_is_refused),
	};

	return cmocka_run_group_tests(tests, rig_make, rig_drop);
}
