/*
 * What a worker makes of rights that are taken away and given back, and of a broker that goes:
 * it says so, with everything that it takes to help it, and goes on by itself.
 *
 * tests/run: own servers, tests/run: apart
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/partitioner.h"
#include "common/kafka/topics.h"
#include "tests/integration/ask.h"
#include "tests/integration/pages.h"
#include "tests/integration/rights.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

static struct pages worker;
static int tls_port, login_port, database_port;

/* How a program that is given so ends, and what it says. */
struct refused {
	const char *name, *program;
	const char *broker; /* NULL: by the port */
	int *port;          /* of 127.0.0.1; NULL: nobody listens there */
	const char *options, *said;
	int exit_code;
	long pid;
};

#define CHECK "holdfast-worker --check"
#define LOGIN "--kafka.security.protocol=sasl_plaintext --kafka.sasl.username=buyer "
#define TLS "--kafka.security.protocol=ssl --kafka.ssl.ca.location=$HOLDFAST_RUN_DIR/guarded/"
#define GIVEN_MS "3000"
#define TOOK_MS_MAX 6000 /* it is not a question's own time-out of 8 s that ends it */
#define REFUSED "Connection refused"

static struct refused refused[] = {
    {"other-ca", CHECK, NULL, &tls_port, TLS "other.pem", "SSL handshake failed", 2, 0},
    {"other-host", CHECK, NULL, &tls_port, TLS "ca.pem", "SSL handshake failed", 2, 0},
    {"plain-to-tls", CHECK, NULL, &tls_port, "", "connecting to a SSL listener?", 2, 0},
    {"plain-to-login", CHECK, NULL, &login_port, "", "might require SASL authentication", 2, 0},
    {"password", CHECK, NULL, &login_port,
     LOGIN "--kafka.sasl.mechanism=PLAIN --kafka.sasl.password=wrong",
     "Invalid username or password", 2, 0},
    {"mechanism", CHECK, NULL, &login_port,
     LOGIN "--kafka.sasl.mechanism=SCRAM-SHA-256 --kafka.sasl.password=right",
     "supported mechanisms: PLAIN", 2, 0},
    {"nobody", CHECK, NULL, NULL, "", REFUSED, 5, 0},
    {"unknown-host", CHECK, "nowhere.invalid:9092", NULL, "", "Failed to resolve", 5, 0},
    {"no-kafka", CHECK, NULL, &database_port, "", "what answers there is not Kafka", 2, 0},
    {"worker", "holdfast-worker", NULL, NULL, "--start-timeout-ms=" GIVEN_MS, REFUSED, 5, 0},
    {"rebuild", "holdfast-worker --rebuild", NULL, NULL, "--start-timeout-ms=" GIVEN_MS, REFUSED, 5,
     0},
    {"expirer", "holdfast-expirer", NULL, NULL, "--start-timeout-ms=" GIVEN_MS, REFUSED, 5, 0},
    {"audit", "holdfast-audit", NULL, NULL, "--start-timeout-ms=" GIVEN_MS, REFUSED, 5, 0},
    {"init", "holdfast-admin init", NULL, NULL, "--timeout-ms=" GIVEN_MS, REFUSED, 5, 0},
    {"status", "holdfast-admin status", NULL, NULL, "--timeout-ms=" GIVEN_MS, REFUSED, 5, 0},
    {"create", "holdfast-admin show create x --seats=/etc/hostname", NULL, NULL,
     "--timeout-ms=" GIVEN_MS, REFUSED, 5, 0},
    {"producer", "holdfast-producer --type=expire", NULL, NULL,
     "--show-id=x --reservation-id=00000000-0000-4000-8000-000000000000 --timeout-ms=" GIVEN_MS,
     REFUSED, 5, 0},
};
enum { REFUSED_COUNT = sizeof refused / sizeof refused[0] };

static void start_refused(struct refused *r)
{
	struct buf command = {0};
	char broker[60];

	snprintf(broker, sizeof broker, "127.0.0.1:%d", r->port ? *r->port : 1);
	buf_print(&command, "exec >\"$HOLDFAST_RUN_DIR/refused-%s\" 2>&1 </dev/null; "
	                    "from=$(date +%%s%%3N); "
	                    "\"${HOLDFAST_BUILD:-build}\"/%s --kafka-bootstrap-servers=%s %s; code=$?; "
	                    "echo took $(($(date +%%s%%3N) - from)); exit $code",
	          r->name, r->program, r->broker ? r->broker : broker, r->options);
	r->pid = rig_start("/bin/sh", "-c", command.data, NULL);
	buf_release(&command);
}

static int set_up(void **state)
{
	rights_open_broker(&tls_port, &login_port);
	if (rig_make(state))
		return -1;
	database_port = atoi(strrchr(getenv("DATABASE_URL"), ':') + 1);
	/* All at once, and looked at later, as each waits for long. */
	for (int i = 0; i < REFUSED_COUNT; i++)
		start_refused(&refused[i]);
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

/* Not at each moment: a try that is under way has no halt. */
static void await_status(const char *part)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (!strstr(shell_run("${HOLDFAST_BUILD:-build}/holdfast-admin status --json 2>&1"), part))
		assert_true(clock_monotonic_ms() < until_ms);
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
	await_status("; tried again at 2");
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

static void make_topic(const char *name)
{
	const struct kafka_settings kafka = rig_kafka();
	struct topic_names names = rig_topics;
	struct kafka_topics *topics;
	int created;
	struct err e;

	names.replies = name;
	assert_int_equal(kafka_topics_open(&topics, &kafka, &e), RC_OK);
	assert_int_equal(kafka_topics_create(topics, &names, RIG_PARTITIONS, 1, &created, &e), RC_OK);
	assert_int_equal(created, 1);
	kafka_topics_close(topics);
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
	make_topic(topic);
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

/* The group: none is assigned, and the page says why until one is. */
static void a_worker_that_may_not_join_its_group_says_why(void **state)
{
	char line[300];

	(void)state;
	assert_int_equal(rig_stop(worker.pid, SIGTERM), 0);
	rights_take(RIGHTS_GROUP, rig_group, false, "Read");
	worker = pages_start("holdfast-worker", NULL, NULL);
	snprintf(line, sizeof line, "no partitions are assigned yet; the group: User:ANONYMOUS has no "
	         "right to Read group %s", rig_group);
	pages_await(&worker, "/readyz", "503", line);
	rights_give(RIGHTS_GROUP, rig_group, false, "Read");
	pages_await_ready(&worker);
}

/* It names the address and why, at the start as a warning and at the end, and ends in time. */
static bool is_refused(const struct refused *r, int code, const char *log)
{
	char began[120];
	const char *end = strstr(log, "cannot start"), *took = strstr(log, "took ");

	snprintf(began, sizeof began, "level=warning program=%.*s msg=\"a broker does not answer\" broker=",
	         (int)strcspn(r->program, " "), r->program);
	end = end ? end : strstr(log, "msg=\"not done\"");
	return code == r->exit_code && strstr(log, began) && end && took &&
	       strstr(end, "no broker answers at ") && strstr(end, r->said) &&
	       (!strstr(r->options, GIVEN_MS) || atoi(took + 5) < TOOK_MS_MAX);
}

static void why_no_broker_answers_is_said_and_settings_are_no_loss(void **state)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	(void)state;
	for (int i = 0; i < REFUSED_COUNT; i++) {
		struct refused *r = &refused[i];
		int code = rig_stop(r->pid, 0);
		const char *log = shell_run("cat \"$HOLDFAST_RUN_DIR/refused-%s\"", r->name);

		if (is_refused(r, code, log))
			continue;
		if (clock_monotonic_ms() > until_ms)
			fail_msg("%s: %d, expected %d and %s\n%s", r->name, code, r->exit_code, r->said, log);
		start_refused(r); /* a busy machine: it did not come to that in time */
		i--;
	}
}

/* One that serves says at once that it waits, for what and for how long. */
static void a_program_that_serves_says_that_it_waits(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *log = shell_run("cat \"$HOLDFAST_RUN_DIR/refused-%s\"", i ? "worker" : "expirer");

		assert_non_null(strstr(log, "msg=\"waiting for the servers\" brokers=127.0.0.1:1 databases=1 "
		                            "at_most_ms=" GIVEN_MS));
	}
}

#define TIMEOUT_MS "300000"

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
	assert_true(clock_monotonic_ms() - from_ms < 100000); /* not the time-out of TIMEOUT_MS */
}

static void a_missing_right_is_named_at_once(void **state)
{
	const char *publish = "echo '{\"type\":\"x\",\"show_id\":\"y\"}' | "
	                      "${HOLDFAST_BUILD:-build}/holdfast-producer";
	const char *create = "echo A1 | ${HOLDFAST_BUILD:-build}/holdfast-admin show create denied "
	                     "--seats=-";
	const char *load = "${HOLDFAST_BUILD:-build}/holdfast-producer --load --requests=5 --create";
	/* More lines come, and none is worth waiting for. */
	const char *endless = "while echo '{\"type\":\"x\",\"show_id\":\"y\"}'; do sleep 0.1; done "
	                      "2>/dev/null | ${HOLDFAST_BUILD:-build}/holdfast-producer --wait";

	(void)state;
	setenv("HOLDFAST_TIMEOUT_MS", TIMEOUT_MS, 1);
	setenv("HOLDFAST_START_TIMEOUT_MS", TIMEOUT_MS, 1);
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
	unsetenv("HOLDFAST_TIMEOUT_MS");
	unsetenv("HOLDFAST_START_TIMEOUT_MS");
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
	    cmocka_unit_test(a_worker_that_may_not_join_its_group_says_why),
	    cmocka_unit_test(why_no_broker_answers_is_said_and_settings_are_no_loss),
	    cmocka_unit_test(a_program_that_serves_says_that_it_waits),
	    cmocka_unit_test(an_idle_worker_says_that_a_server_is_away_and_back),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
