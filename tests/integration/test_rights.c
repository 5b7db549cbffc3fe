/*
 * What a worker makes of rights that are taken away and given back, and of a broker that goes:
 * it says so, with everything that it takes to help it, and goes on by itself.
 *
 * tests/run: own servers
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/partitioner.h"
#include "tests/integration/ask.h"
#include "tests/integration/pages.h"
#include "tests/integration/rights.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

static struct pages worker;
static int tls_port, login_port;

static int set_up(void **state)
{
	rights_open_broker(&tls_port, &login_port);
	if (rig_make(state))
		return -1;
	worker = pages_start("holdfast-worker", NULL, NULL);
	pages_await_ready(&worker);
	return 0;
}

static int partition_of(const char *show_id)
{
	return (int)partition_of_key(show_id, strlen(show_id), RIG_PARTITIONS);
}

static void send_show(const char *show_id)
{
	rig_send(show_id, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\"}", rig_id(),
	         show_id);
}

/* Fetching fails and the client library says so once: partitions with and without requests. */
static void a_worker_that_may_not_read_is_not_ready_until_it_may(void **state)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	char part[100], end[100], replied[100];

	(void)state;
	rights_take(RIGHTS_TOPIC, rig_topics.requests, false, "Read");
	for (int i = 0; i < RIG_PARTITIONS; i++) {
		snprintf(part, sizeof part, "partition %d waits for Kafka: reading requests: ", i);
		pages_await(&worker, "/readyz", "503", part);
		snprintf(part, sizeof part, "msg=\"requests cannot be read\" partition=%d error=", i);
		pages_await_log(part);
	}
	/* The end of the log is known all the same. */
	send_show("deaf");
	snprintf(end, sizeof end, "holdfast_partition_offset{partition=\"%d\",kind=\"end\"}",
	         partition_of("deaf"));
	snprintf(replied, sizeof replied, "holdfast_partition_offset{partition=\"%d\",kind=\"replied\"}",
	         partition_of("deaf"));
	while (pages_value(&worker, end) < pages_value(&worker, replied) + 1) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(50);
	}
	rights_give(RIGHTS_TOPIC, rig_topics.requests, false, "Read");
	rig_await(1);
	pages_await_ready(&worker); /* partitions without requests, too */
	pages_await_log("msg=\"requests can be read again\"");
}

static void an_idle_worker_says_that_a_server_is_away_and_back(void **state)
{
	(void)state;
	(void)shell_run("compose/local/down --kill postgres 2>&1");
	pages_await_log("msg=\"the database does not answer\"");
	pages_await(&worker, "/readyz", "503", "database: ");
	(void)shell_run("compose/local/up postgres 2>&1");
	pages_await_log("msg=\"the database answers again\"");
	pages_await_ready(&worker);
	(void)shell_run("compose/local/down --kill kafka 2>&1");
	pages_await_log("msg=\"Kafka does not answer\"");
	pages_await(&worker, "/readyz", "503", "Kafka: ");
	(void)shell_run("tests/integration/guarded restart 2>&1");
	pages_await_log("msg=\"Kafka answers again\"");
	pages_await_ready(&worker);
}

/* The rights of answers: the topic is named, it is tried again, and goes on by itself. */
static void a_partition_that_may_not_answer_goes_on_when_it_may(void **state)
{
	char line[200];

	(void)state;
	rights_take(RIGHTS_TOPIC, rig_topics.replies, false, "Write");
	send_show("mute");
	snprintf(line, sizeof line, "partition %d halted: ", partition_of("mute"));
	pages_await(&worker, "/readyz", "503", line);
	snprintf(line, sizeof line, "User:ANONYMOUS has no right to Write topic %s", rig_topics.replies);
	assert_non_null(strstr(pages_get(&worker, "/readyz"), line));
	assert_non_null(strstr(pages_get(&worker, "/readyz"), "; tried again at 2"));
	rig_await_sql("1", "SELECT count(*) FROM holdfast.partition_halts WHERE reason LIKE '%no right to "
	                   "Write topic%; tried again at 2%'");
	assert_non_null(strstr(shell_run("${HOLDFAST_BUILD:-build}/holdfast-admin status --json 2>&1"),
	                       "; tried again at 2"));
	rights_give(RIGHTS_TOPIC, rig_topics.replies, false, "Write");
	rig_await(1);
	pages_await_ready(&worker);
	rig_await_sql("0", "SELECT count(*) FROM holdfast.partition_halts");
	pages_await_log("msg=\"partition goes on\"");
	/* Others were not disturbed: the group was joined once. */
	assert_null(strstr(rig_log(), "joining the group again"));
}

/* A reply topic that one asks for and another may not even see: the default topic answers. */
static void a_reply_topic_without_rights_is_left_out(void **state)
{
	char option[120], topic[100];

	(void)state;
	assert_int_equal(rig_stop(worker.pid, SIGTERM), 0);
	snprintf(topic, sizeof topic, "%s.closed", rig_topics.replies);
	snprintf(option, sizeof option, "--reply-topics=%s", topic);
	rights_take(RIGHTS_TOPIC, topic, false, "Describe");
	worker = pages_start("holdfast-worker", option, NULL);
	pages_await_ready(&worker);
	pages_await_log("msg=\"a topic of --reply-topics is not used\"");
	send_show("closed");
	rig_await(1);
	rights_give(RIGHTS_TOPIC, topic, false, "Describe");
}

/*
 * One that may be seen and not written to: the first request that names it halts its partition for
 * a moment, and then the default topic answers, that one and those behind it.
 */
static void a_reply_topic_that_may_not_be_written_to_is_left_out(void **state)
{
	char option[120], topic[100];
	struct record_header header = {text_of("kafka_replyTopic"), {NULL, 0}};
	struct buf value = {0};

	(void)state;
	assert_int_equal(rig_stop(worker.pid, SIGTERM), 0);
	snprintf(topic, sizeof topic, "%s.mute", rig_topics.replies);
	(void)shell_kafka_tool("org.apache.kafka.tools.TopicCommand --bootstrap-server "
	                       "\"$KAFKA_BOOTSTRAP_SERVERS\" --create --topic %s --partitions %d 2>&1",
	                       topic, RIG_PARTITIONS);
	rights_take(RIGHTS_TOPIC, topic, false, "Write");
	snprintf(option, sizeof option, "--reply-topics=%s", topic);
	worker = pages_start("holdfast-worker", option, NULL);
	pages_await_ready(&worker);
	header.value = text_of(topic);
	for (int i = 0; i < 2; i++) {
		struct record reply;

		buf_clear(&value);
		buf_print(&value, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"muted\"}",
		          rig_id());
		reply = topics_reply(rig_topics.replies, partition_of("muted"),
		                     topics_send(partition_of("muted"), text_of("muted"), buf_text(&value),
		                                 &header, 1));
		assert_int_equal(reply.partition, partition_of("muted"));
		rig_give(&reply, 1);
	}
	buf_release(&value);
	pages_await_ready(&worker);
	pages_await_log("may not be written to; the default topic answers");
	assert_non_null(strstr(rig_log(), topic));
	assert_non_null(strstr(shell_run("${HOLDFAST_BUILD:-build}/holdfast-audit --reply-topics=%s 2>&1",
	                                 topic), "no differences"));
	rights_give(RIGHTS_TOPIC, topic, false, "Write");
}

/* The fence: it has no place in the assignment, from which it would go on. */
static void a_partition_that_may_not_be_fenced_is_acquired_when_it_may(void **state)
{
	char id[400], line[500];

	(void)state;
	assert_int_equal(rig_stop(worker.pid, SIGTERM), 0);
	snprintf(id, sizeof id, "%s.%s.%d", rig_group, rig_topics.requests, partition_of("fenced"));
	rights_take(RIGHTS_TRANSACTIONAL_ID, id, false, "Write");
	worker = pages_start("holdfast-worker", NULL, NULL);
	snprintf(line, sizeof line, "User:ANONYMOUS has no right to Write transactional id %s", id);
	pages_await(&worker, "/readyz", "503", line);
	rights_give(RIGHTS_TRANSACTIONAL_ID, id, false, "Write");
	send_show("fenced");
	rig_await(1);
	pages_await_ready(&worker);
}

/* How a program that is given so ends, and what it says. */
struct refused {
	const char *name;
	int port;
	const char *options, *said;
	int exit_code;
};

static long start_refused(const struct refused *r)
{
	struct buf command = {0};
	long pid;

	buf_print(&command, "exec \"${HOLDFAST_BUILD:-build}/holdfast-worker\" --check "
	                    "--kafka-bootstrap-servers=127.0.0.1:%d %s "
	                    ">\"$HOLDFAST_RUN_DIR/refused-%s\" 2>&1", r->port, r->options, r->name);
	pid = rig_start("/bin/sh", "-c", command.data, NULL);
	buf_release(&command);
	return pid;
}

static void why_no_broker_answers_is_said_and_settings_are_no_loss(void **state)
{
#define LOGIN "--kafka.security.protocol=sasl_plaintext --kafka.sasl.username=buyer "
#define TLS "--kafka.security.protocol=ssl --kafka.ssl.ca.location=$HOLDFAST_RUN_DIR/guarded/"
	const struct refused cases[] = {
	    {"other-ca", tls_port, TLS "other.pem", "SSL handshake failed", 2},
	    {"other-host", tls_port, TLS "ca.pem", "SSL handshake failed", 2}, /* localhost */
	    {"plain-to-tls", tls_port, "", "connecting to a SSL listener?", 2},
	    {"plain-to-login", login_port, "", "might require SASL authentication", 2},
	    {"password", login_port, LOGIN "--kafka.sasl.mechanism=PLAIN --kafka.sasl.password=wrong",
	     "Invalid username or password", 2},
	    {"mechanism", login_port,
	     LOGIN "--kafka.sasl.mechanism=SCRAM-SHA-256 --kafka.sasl.password=right",
	     "supported mechanisms: PLAIN", 2},
	    {"nobody", 1, "", "Connection refused", 5},
	};
	enum { COUNT = sizeof cases / sizeof cases[0] };
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	long pids[COUNT];

	(void)state;
	/* All at once, as each waits for long. */
	for (int i = 0; i < COUNT; i++)
		pids[i] = start_refused(&cases[i]);
	for (int i = 0; i < COUNT; i++) {
		int code = rig_stop(pids[i], 0);
		const char *log = shell_run("cat \"$HOLDFAST_RUN_DIR/refused-%s\"", cases[i].name);
		const char *end = strstr(log, "cannot start");

		if (code == cases[i].exit_code && end && strstr(end, cases[i].said) &&
		    strstr(log, "level=warning program=holdfast-worker msg=\"a broker does not answer\""))
			continue;
		if (clock_monotonic_ms() > until_ms)
			fail_msg("%s: %d, expected %d and %s\n%s", cases[i].options, code,
			         cases[i].exit_code, cases[i].said, log);
		pids[i] = start_refused(&cases[i]); /* a busy machine: it did not come to that in time */
		i--;
	}
}

/* What a command says without a right, with its exit code on a line of its own. */
static void expect_named(const char *command, const char *operation, const char *kind,
                         const char *name, int exit_code)
{
	int64_t from_ms = clock_monotonic_ms();
	const char *said = shell_run("%s 2>&1; echo code $?", command);
	char expected[400], code[20];

	snprintf(expected, sizeof expected, "User:ANONYMOUS has no right to %s %s %s", operation, kind,
	         name);
	snprintf(code, sizeof code, "code %d\n", exit_code);
	if (!strstr(said, expected) || !strstr(said, code))
		fail_msg("expected %s and %s, got %s", expected, code, said);
	assert_true(clock_monotonic_ms() - from_ms < 25000); /* not the time-out of 30 s */
}

static void a_missing_right_is_named_at_once(void **state)
{
	const char *publish = "echo '{\"type\":\"x\",\"show_id\":\"y\"}' | "
	                      "${HOLDFAST_BUILD:-build}/holdfast-producer --timeout-ms=30000";
	const char *create = "echo A1 | ${HOLDFAST_BUILD:-build}/holdfast-admin show create denied "
	                     "--seats=-";
	const char *load = "${HOLDFAST_BUILD:-build}/holdfast-producer --load --requests=5 --create";
	/* More lines come, and none is worth waiting for. */
	const char *endless = "while echo '{\"type\":\"x\",\"show_id\":\"y\"}'; do sleep 0.1; done "
	                      "2>/dev/null | ${HOLDFAST_BUILD:-build}/holdfast-producer --wait";

	(void)state;
	rights_take(RIGHTS_GROUP, rig_group, false, "Describe");
	expect_named("${HOLDFAST_BUILD:-build}/holdfast-audit", "Describe", "group", rig_group, 3);
	rights_give(RIGHTS_GROUP, rig_group, false, "Describe");
	rights_take(RIGHTS_TOPIC, rig_topics.requests, false, "Write");
	expect_named(publish, "Write", "topic", rig_topics.requests, 3);
	expect_named(create, "Write", "topic", rig_topics.requests, 3);
	expect_named(load, "Write", "topic", rig_topics.requests, 3);
	expect_named(endless, "Write", "topic", rig_topics.requests, 3);
	rights_give(RIGHTS_TOPIC, rig_topics.requests, false, "Write");
	/* Where no topic may be written to, the library speaks of the cluster. */
	rights_take(RIGHTS_TOPIC, "*", false, "Write");
	expect_named(publish, "Write", "topic", rig_topics.requests, 3);
	expect_named(create, "Write", "topic", rig_topics.requests, 3);
	expect_named(load, "Write", "topic", rig_topics.requests, 3);
	expect_named(endless, "Write", "topic", rig_topics.requests, 3);
	rights_give(RIGHTS_TOPIC, "*", false, "Write");
	rights_take(RIGHTS_TOPIC, rig_topics.events, false, "Describe");
	expect_named("${HOLDFAST_BUILD:-build}/holdfast-worker --check", "Describe", "topic",
	             rig_topics.events, 3);
	rights_give(RIGHTS_TOPIC, rig_topics.events, false, "Describe");
}

static int tear_down(void **state)
{
	return rig_drop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_worker_that_may_not_read_is_not_ready_until_it_may),
	    cmocka_unit_test(a_partition_that_may_not_answer_goes_on_when_it_may),
	    cmocka_unit_test(a_reply_topic_without_rights_is_left_out),
	    cmocka_unit_test(a_reply_topic_that_may_not_be_written_to_is_left_out),
	    cmocka_unit_test(a_partition_that_may_not_be_fenced_is_acquired_when_it_may),
	    cmocka_unit_test(a_missing_right_is_named_at_once),
	    cmocka_unit_test(why_no_broker_answers_is_said_and_settings_are_no_loss),
	    cmocka_unit_test(an_idle_worker_says_that_a_server_is_away_and_back),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
