/*
 * Whatever stops, is paused, is lost or set back in the middle: every request has one answer, or
 * the worker refuses to go on.
 *
 * tests/run: own servers
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/kafka/sender.h"
#include "common/kafka/txn.h"
#include "tests/integration/agree.h"
#include "tests/integration/ask.h"
#include "tests/integration/selling.h"
#include "tests/integration/shell.h"

#define STREAM 1000
#define STOP_MS 20000 /* machines are busy */
#define RUN_SECONDS_MAX "60"

static int set_up(void **state)
{
	rig_reply_wait_ms = INT64_C(3) * RIG_WAIT_MS; /* a restart of the broker is in it */
	return rig_make(state);
}

/* Programs of a failed test must not serve the next. */
static int after_each(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

static long start(void)
{
	/* How long a killed worker's partitions wait for the next. */
	return rig_start("holdfast-worker", "--batch-max=25", "--kafka.session.timeout.ms=3000",
	                 "--kafka.heartbeat.interval.ms=500", NULL);
}

static unsigned below(void *none, unsigned limit)
{
	static unsigned random = 1;

	(void)none;
	random = random * 1103515245u + 12345u;
	return (random >> 16) % limit;
}

static const struct selling selling = {below, NULL, "A", 100, "owner", false};

static char last_id[8][UUID_TEXT_CHARS + 1]; /* a reserve of each show, */
static struct buf last_request[8];            /* what it asked for, */
static int last_number[8];                    /* and by which session */

/* The best seats, places of an area, or two seats beside each other. */
static void add_wish(struct buf *b, int number)
{
	if (number % 4 == 0) {
		selling_add_best(b, &selling);
	} else if (number % 8 == 6) {
		selling_add_areas(b, &selling);
	} else {
		buf_add_string(b, ",\"seat_ids\":[");
		selling_add_name(b, &selling, (unsigned)number % 99 + 1);
		buf_add_string(b, ",");
		selling_add_name(b, &selling, (unsigned)number % 99);
		buf_add_string(b, "]");
	}
	selling_add_key(b, &selling);
	selling_add_customer(b, &selling);
}

/* Of the show's last hold, by its session. */
static const char *add_follower(struct buf *b, int show)
{
	static const char *const types[] = {"change_hold", "confirm", "change_hold", "cancel"};
	const char *type = types[below(NULL, 4)];

	buf_print(b, ",\"session_id\":\"s%d\",\"reservation_id\":\"%s\",\"owner_key\":\"owner\"",
	          last_number[show], last_id[show]);
	if (!strcmp(type, "change_hold"))
		selling_add_change(b, &selling, last_request[show].data);
	else if (!strcmp(type, "cancel"))
		selling_add_part(b, &selling, last_request[show].data);
	return type;
}

/* One of eight sets something of its show, another is about a hold; the others reserve. */
static void send_one(int show, int number)
{
	const char *type = "reserve", *id = rig_id();
	struct buf more = {0};
	char name[20];

	snprintf(name, sizeof name, "stream-%d", show);
	if (number % 8 == 3) {
		type = selling_type(&selling);
		selling_add_fields(&more, &selling, type);
	} else if (number % 8 == 5 && last_id[show][0]) {
		type = add_follower(&more, show);
	} else {
		snprintf(last_id[show], sizeof last_id[show], "%s", id);
		last_number[show] = number;
		buf_print(&more, ",\"session_id\":\"s%d\"", number);
		add_wish(&more, number);
		buf_clear(&last_request[show]);
		buf_add_text(&last_request[show], buf_text(&more));
	}
	rig_send(name, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\"%s}", type, id, name,
	         more.data);
	buf_release(&more);
}

/* Start a stream over the shows stream-0 to stream-7; await it with rig_await(STREAM). */
static void send_stream(void)
{
	static int number;

	for (int i = 0; i < STREAM; i++, number++)
		send_one(i * 7 / 3 % 8, number);
}

static void make_shows(void)
{
	struct buf hall = {0};

	selling_add_hall(&hall, &selling);
	for (int i = 0; i < 8; i++) {
		char show[20];

		snprintf(show, sizeof show, "stream-%d", i);
		rig_ask(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		              "\"owner_key\":\"owner\"}", rig_id(), show);
		rig_expect(rig_ask(show, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		                         "\"owner_key\":\"owner\"%s}", rig_id(), show, hall.data),
		           200, "SEATS_ADDED");
		rig_expect(rig_ask(show, "{\"type\":\"set_areas\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		                         "\"owner_key\":\"owner\",\"areas\":[{\"area_id\":\"floor\","
		                         "\"capacity\":40}]}", rig_id(), show), 200, "AREAS_SET");
	}
	buf_release(&hall);
}

static int decisions(void)
{
	return atoi(rig_sql("SELECT count(*) FROM holdfast.decisions"));
}

static void await_decisions(int count)
{
	char sql[120];

	snprintf(sql, sizeof sql, "SELECT count(*) >= %d FROM holdfast.decisions", count);
	rig_await_sql("t", sql);
}

/* Send a stream, and come back when that many of it are decided and others perhaps not. */
static void send_stream_until(int decided)
{
	int before = decisions();

	send_stream();
	await_decisions(before + decided);
}

static void a_worker_told_to_stop_finishes_its_batch_and_the_next_goes_on(void **state)
{
	long worker = start();

	(void)state;
	make_shows();
	for (int round = 0; round < 3; round++) {
		int before = decisions();
		int64_t from_ms;

		send_stream();
		await_decisions(before + 1 + 150 * round);
		from_ms = clock_monotonic_ms();
		assert_int_equal(rig_stop(worker, SIGTERM), 0);
		assert_in_range(clock_monotonic_ms() - from_ms, 0, STOP_MS);
		worker = start();
		rig_await(STREAM);
	}
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	agree_all(NULL, NULL);
}

/* A cold start, so that a stop comes while the partitions are taken over. */
static void a_worker_told_to_stop_while_it_starts_exits_0(void **state)
{
	(void)state;
	for (int wait_ms = 0; wait_ms <= 600; wait_ms += 60) {
		long worker = start();

		clock_sleep_ms(wait_ms); /* the point of the test is to hit every phase */
		assert_int_equal(rig_stop(worker, SIGTERM), 0);
	}
}

static void a_worker_killed_anywhere_leaves_one_answer_each(void **state)
{
	long worker = start();

	(void)state;
	srand(7);
	for (int round = 0; round < 3; round++) {
		int before = decisions();

		send_stream();
		await_decisions(before + 1 + 200 * round);
		clock_sleep_ms(rand() % 40); /* anywhere within a batch */
		assert_int_equal(rig_stop(worker, SIGKILL), -SIGKILL);
		worker = start();
		rig_await(STREAM);
	}
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	agree_all(NULL, NULL);
}

/* It sleeps past its membership, another takes its partitions, then it wakes in its old belief. */
static void a_worker_that_was_paused_answers_nothing_a_second_time(void **state)
{
	long paused = start(), other;

	(void)state;
	send_stream_until(50);
	assert_int_equal(kill((pid_t)paused, SIGSTOP), 0);
	other = start();
	rig_await(STREAM);
	send_stream();
	assert_int_equal(kill((pid_t)paused, SIGCONT), 0);
	rig_await(STREAM);
	assert_int_equal(rig_stop(paused, SIGTERM), 0);
	assert_int_equal(rig_stop(other, SIGTERM), 0);
	agree_all(NULL, NULL);
}

static void a_second_worker_joins_and_the_first_is_killed(void **state)
{
	long first = start(), second;

	(void)state;
	send_stream_until(50);
	second = start();
	rig_await(STREAM);
	send_stream_until(50);
	assert_int_equal(rig_stop(first, SIGKILL), -SIGKILL);
	rig_await(STREAM);
	assert_int_equal(rig_stop(second, SIGTERM), 0);
	agree_all(NULL, NULL);
}

static void the_database_may_be_killed_in_the_middle(void **state)
{
	long worker = start();

	(void)state;
	if (!getenv("HOLDFAST_RUN_DIR"))
		skip();
	send_stream_until(50);
	(void)shell_run("compose/local/down --kill postgres 2>&1 && compose/local/up postgres 2>&1");
	rig_await(STREAM);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	agree_all(NULL, NULL);
}

/*
 * A lone broker that goes down while markers of a transaction are on their way may forget them for
 * ever: the worker is paused meanwhile. How it then halts is a test of its own, below; brokers that
 * have each other are stopped and killed in test_cluster.
 */
static void the_broker_may_be_restarted_in_the_middle(void **state)
{
	long worker = start();

	(void)state;
	if (!getenv("HOLDFAST_RUN_DIR"))
		skip();
	send_stream_until(50);
	assert_int_equal(kill((pid_t)worker, SIGSTOP), 0);
	shell_restart_kafka();
	assert_int_equal(kill((pid_t)worker, SIGCONT), 0);
	rig_await(STREAM);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	agree_all(NULL, NULL);
}

/* What the broker does to a group that was away for seven days. */
static void a_group_whose_offsets_are_forgotten_answers_nothing_again(void **state)
{
	long worker;

	(void)state;
	shell_offsets("--topic %s --delete-offsets", rig_topics.requests);
	worker = start();
	send_stream();
	rig_await(STREAM);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	agree_all(NULL, NULL);
}

/* Run to the end of the topic, or RUN_SECONDS_MAX: the exit code. */
static int run_to_end(const char *more)
{
	return rig_stop(rig_start("/bin/sh", "-c", "exec timeout -s KILL " RUN_SECONDS_MAX
	                          " \"${HOLDFAST_BUILD:-build}/holdfast-worker\" --until-caught-up \"$@\"",
	                          "sh", more, NULL), 0);
}

/* A reply on each partition of the topic, to a request that another pipeline has. */
static void send_foreign_replies(const char *topic)
{
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_sender *sender;
	struct err e;

	assert_int_equal(kafka_sender_open(&sender, &kafka, RIG_WAIT_MS, NULL, NULL, &e), RC_OK);
	for (int32_t p = 0; p < rig_partitions; p++) {
		char value[600];

		snprintf(value, sizeof value,
		         "{\"request_id\":\"%s\",\"type\":\"reserve\",\"show_id\":\"x\","
		         "\"status\":\"rejected\",\"code\":404,\"reason\":\"UNKNOWN_SHOW\","
		         "\"message\":\"m\",\"decided_at\":\"2026-11-24T15:00:00.123Z\","
		         "\"request\":{\"topic\":\"others\",\"partition\":%d,"
		         "\"offset\":1000000}}", rig_id(), (int)p);
		assert_int_equal(kafka_sender_send(sender, topic, p, text_of("x"), text_of(value), NULL, 0,
		                                   NULL, &e), RC_OK);
	}
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	kafka_sender_close(sender);
}

/* Two pipelines may have a reply topic in common. */
static void replies_to_requests_of_another_topic_do_not_count(void **state)
{
	char topic[100], option[130];

	(void)state;
	snprintf(topic, sizeof topic, "%s.shared", rig_topics.replies);
	snprintf(option, sizeof option, "--reply-topics=%s", topic);
	(void)shell_kafka_tool("org.apache.kafka.tools.TopicCommand --bootstrap-server "
	                       "\"$KAFKA_BOOTSTRAP_SERVERS\" --create --topic %s --partitions %d 2>&1",
	                       topic, (int)rig_partitions);
	send_foreign_replies(topic);
	shell_offsets("--topic %s --delete-offsets", rig_topics.requests);
	assert_int_equal(run_to_end(option), 0);
	agree_all(NULL, NULL);
}

static void a_change_by_hand_is_seen_by_a_worker_that_runs(void **state)
{
	long worker = start();
	const char *reply;

	(void)state;
	rig_show("hand", 3);
	rig_expect(ask_reserve("hand", rig_id(), "a", "A1", 0), 200,
	           "RESERVED"); /* its view of the show is in memory by now */
	rig_sql("UPDATE holdfast.show_seats SET status = 'sold' WHERE show_id = 'hand' AND seat_id = "
	        "'A3'");
	reply = ask_reserve("hand", rig_id(), "b", "A2,A3", 0);
	rig_expect(reply, 409, "SEATS_TAKEN");
	assert_non_null(strstr(reply, "[{\"seat_id\":\"A3\",\"status\":\"sold\","
	                              "\"taken_at_offset\":null}]"));
	/* And a seat that was freed by hand. */
	rig_sql("UPDATE holdfast.show_seats SET status = 'available', reserved_until = NULL, reserved_by = "
	        "NULL, taken_at = NULL WHERE show_id = 'hand' AND seat_id = 'A1'");
	rig_expect(ask_reserve("hand", rig_id(), "c", "A1", 0), 200, "RESERVED");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	agree_all(NULL, "hand");
}

/* A request topic as ours is, but not the one that the database belongs to. */
static void make_rival_topic(char *option, size_t bytes)
{
	const struct kafka_settings kafka = rig_kafka();
	struct topic_names names = rig_topics;
	struct kafka_topics *topics;
	char name[100];
	struct err e;
	int32_t partitions;
	int created;

	snprintf(name, sizeof name, "%s.rival", rig_topics.requests);
	names.requests = name;
	assert_int_equal(kafka_topics_open(&topics, &kafka, &e), RC_OK);
	/* There is one broker. */
	assert_int_equal(kafka_topics_create(topics, &names, 1, 2, &created, &e), RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
	/* All four have as many partitions. */
	assert_int_equal(kafka_topics_create(topics, &names, 1, 1, &created, &e), RC_OK);
	assert_int_equal(created, 1);
	assert_int_equal(kafka_topics_partitions(topics, name, &partitions, &e), RC_OK);
	assert_int_equal(partitions, RIG_PARTITIONS);
	kafka_topics_close(topics);
	snprintf(option, bytes, "--requests-topic=%s", name);
}

static void another_group_or_topic_or_database_is_refused(void **state)
{
	char option[200];

	(void)state;
	assert_int_equal(run_to_end(NULL), 0);
	assert_int_equal(run_to_end("--group-id=someone-else"), 3);
	make_rival_topic(option, sizeof option);
	assert_int_equal(run_to_end(option), 3);
	assert_int_equal(run_to_end("--requests-topic=there.is.none"), 3);
	assert_int_equal(run_to_end("--check"), 0);
	rig_sql("UPDATE holdfast.pipeline SET cluster_id = cluster_id || 'x'");
	assert_int_equal(run_to_end(NULL), 3);
	assert_int_equal(rig_stop(rig_start("holdfast-expirer", "--once", NULL), 0), 3);
	rig_sql("UPDATE holdfast.pipeline SET cluster_id = rtrim(cluster_id, 'x')");
	rig_sql("UPDATE holdfast.pipeline SET partition_count = 9");
	assert_int_equal(run_to_end(NULL), 3);
	rig_sql("UPDATE holdfast.pipeline SET partition_count = 8");
	assert_int_equal(run_to_end(NULL), 0);
}

static void set_timestamps(const char *type)
{
	(void)shell_kafka_tool("kafka.admin.ConfigCommand --bootstrap-server \"$KAFKA_BOOTSTRAP_SERVERS\" "
	                       "--alter --topic %s --add-config message.timestamp.type=%s 2>&1",
	                       rig_topics.requests, type);
}

#define DECIDED_OF_CLOCK \
	"SELECT d::text FROM holdfast.decisions AS d WHERE show_id = 'clock' ORDER BY \"offset\""

static void a_topic_on_create_time_is_refused(void **state)
{
	long worker = start();
	char *decided;

	(void)state;
	rig_show("clock", 1);
	set_timestamps("CreateTime");
	/* The batch with such a record is finished, at the time of the record before; then it stops. */
	rig_expect(ask_reserve("clock", rig_id(), "a", "A1", 0), 200, "RESERVED");
	assert_int_equal(rig_stop(worker, 0), 3);
	assert_string_equal(rig_sql("SELECT count(DISTINCT decided_at) FROM holdfast.decisions WHERE "
	                            "show_id = 'clock' AND type <> 'create_show'"), "1");
	assert_int_equal(run_to_end(NULL), 3);
	set_timestamps("LogAppendTime");
	assert_int_equal(run_to_end(NULL), 0);
	/* Such records have the same time when they are decided again. */
	decided = strdup(rig_sql(DECIDED_OF_CLOCK));
	rig_sql("DROP SCHEMA holdfast CASCADE");
	assert_int_equal(rig_stop(rig_start("holdfast-admin", "init", NULL), 0), 0);
	assert_int_equal(rig_stop(rig_start("holdfast-admin", "rebuild", NULL), 0), 0);
	assert_string_equal(rig_sql(DECIDED_OF_CLOCK), decided);
	free(decided);
}

/* Set the rows of partition_progress back as a restored backup would, expect a halt, and undo it. */
static void expect_halt(const char *change)
{
	rig_sql("CREATE TABLE public.kept AS SELECT * FROM holdfast.partition_progress");
	rig_sql("%s", change);
	assert_int_equal(run_to_end(NULL), 3);
	rig_sql("DELETE FROM holdfast.partition_progress; INSERT INTO holdfast.partition_progress SELECT * "
	        "FROM public.kept; DROP TABLE public.kept");
}

static void a_database_of_an_older_state_halts_and_decides_nothing(void **state)
{
	int before = decisions();

	(void)state;
	expect_halt("UPDATE holdfast.partition_progress SET next_offset = next_offset - 1 WHERE "
	            "partition = (SELECT max(partition) FROM holdfast.partition_progress WHERE next_offset "
	            "> 9)");
	expect_halt("DELETE FROM holdfast.partition_progress WHERE partition = (SELECT min(partition) FROM "
	            "holdfast.partition_progress WHERE next_offset > 9)");
	/* Another record stands where the last one stood. */
	expect_halt("UPDATE holdfast.partition_progress SET last_digest = sha256('x') WHERE partition = "
	            "(SELECT max(partition) FROM holdfast.partition_progress WHERE next_offset > 9)");
	assert_int_equal(decisions(), before);
	assert_int_equal(run_to_end(NULL), 0);
}

static int64_t end_of_events(int32_t partition)
{
	int64_t first, end;

	rig_bounds(rig_topics.events, partition, false, &first, &end);
	return end;
}

/*
 * A transaction left open where only the partition's owner writes. One that hangs there for ever
 * looks the same; what is answered behind it would be ended with it.
 */
static void a_partition_on_whose_topics_a_transaction_hangs_halts(void **state)
{
	char *name = (char[]){"transaction.timeout.ms"}, *value = (char[]){"120000"};
	const struct pairs longer = {&name, &value, 1};
	struct kafka_settings kafka = rig_kafka();
	const char *const topics[] = {rig_topics.events};
	int64_t before = end_of_events(1), until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	struct kafka_txn *txn;
	struct err e;

	(void)state;
	kafka.properties = &longer;
	assert_int_equal(kafka_txn_open(&txn, &kafka, "hanging", topics, 1, RIG_WAIT_MS, &e), RC_OK);
	assert_int_equal(kafka_txn_begin(txn, &e), RC_OK);
	assert_int_equal(kafka_txn_send(txn, 0, 1, text_of("x"), text_of("{}"), NULL, 0, &e), RC_OK);
	while (end_of_events(1) == before && clock_monotonic_ms() < until_ms)
		clock_sleep_ms(20);
	assert_int_equal(run_to_end(NULL), 3);
	assert_non_null(strstr(rig_log(), "a transaction hangs on"));
	kafka_txn_close(txn);
	/* The next of that id aborts it. */
	assert_int_equal(kafka_txn_open(&txn, &kafka, "hanging", topics, 1, RIG_WAIT_MS, &e), RC_OK);
	kafka_txn_close(txn);
	assert_int_equal(run_to_end(NULL), 0);
	agree_all(NULL, NULL);
}

/* Last: nothing can be compared with the topic afterwards. */
static void a_truncated_topic_halts(void **state)
{
	char path[] = "/tmp/holdfast-truncate-XXXXXX", partition[12];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	snprintf(partition, sizeof partition, "%s",
	         rig_sql("SELECT partition FROM holdfast.partition_progress ORDER BY next_offset DESC "
	                 "LIMIT 1"));
	(void)shell_run("echo '{\"version\":1,\"partitions\":[{\"topic\":\"%s\",\"partition\":%s,"
	                "\"offset\":-1}]}' >%s", rig_topics.requests, partition, path);
	(void)shell_kafka_tool("org.apache.kafka.tools.DeleteRecordsCommand --bootstrap-server "
	                       "\"$KAFKA_BOOTSTRAP_SERVERS\" --offset-json-file %s 2>&1", path);
	remove(path);
	assert_int_equal(run_to_end(NULL), 3);
}

#define TEST(name) cmocka_unit_test_teardown(name, after_each)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_worker_told_to_stop_finishes_its_batch_and_the_next_goes_on),
	    TEST(a_worker_told_to_stop_while_it_starts_exits_0),
	    TEST(a_worker_killed_anywhere_leaves_one_answer_each),
	    TEST(a_worker_that_was_paused_answers_nothing_a_second_time),
	    TEST(a_second_worker_joins_and_the_first_is_killed),
	    TEST(the_database_may_be_killed_in_the_middle),
	    TEST(the_broker_may_be_restarted_in_the_middle),
	    TEST(a_group_whose_offsets_are_forgotten_answers_nothing_again),
	    TEST(replies_to_requests_of_another_topic_do_not_count),
	    TEST(a_partition_on_whose_topics_a_transaction_hangs_halts),
	    TEST(a_change_by_hand_is_seen_by_a_worker_that_runs),
	    TEST(another_group_or_topic_or_database_is_refused),
	    TEST(a_topic_on_create_time_is_refused),
	    TEST(a_database_of_an_older_state_halts_and_decides_nothing),
	    TEST(a_truncated_topic_halts),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
