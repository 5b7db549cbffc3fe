/*
 * holdfast-admin rebuild: a database made again from the request topic has the rows that the worker
 * had written, nothing is answered a second time, and the worker goes on from there.
 *
 * tests/run: long
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/kafka/reader.h"
#include "common/kafka/topics.h"
#include "tests/integration/ask.h"
#include "tests/integration/history.h"
#include "tests/integration/own_database.h"
#include "tests/integration/shell.h"

#define HALF 250

/* Every row of every table of the contract; owner_epoch counts owners and is left out. */
#define DUMP \
	"SELECT 'pipeline', t::text FROM holdfast.pipeline AS t;" \
	"SELECT 'show', t::text COLLATE \"C\" FROM holdfast.shows AS t ORDER BY 2;" \
	"SELECT 'seat', t::text COLLATE \"C\" FROM holdfast.show_seats AS t ORDER BY 2;" \
	"SELECT 'place', t::text COLLATE \"C\" FROM holdfast.seat_places AS t ORDER BY 2;" \
	"SELECT 'channel', t::text COLLATE \"C\" FROM holdfast.show_channels AS t ORDER BY 2;" \
	"SELECT 'area', t::text COLLATE \"C\" FROM holdfast.show_areas AS t ORDER BY 2;" \
	"SELECT 'its places', t::text COLLATE \"C\" FROM holdfast.reservation_areas AS t ORDER BY 2;" \
	"SELECT 'reservation', t::text COLLATE \"C\" FROM holdfast.seat_reservations AS t ORDER BY 2;" \
	"SELECT 'its seat', t::text COLLATE \"C\" FROM holdfast.reservation_seats AS t ORDER BY 2;" \
	"SELECT 'decision', t::text COLLATE \"C\" FROM holdfast.decisions AS t ORDER BY 2;" \
	"SELECT partition, next_offset, decided_until, last_offset, last_digest " \
	"FROM holdfast.partition_progress ORDER BY 1"

/* A copy of the tables in a schema of its own, and the way back. */
#define EACH_TABLE(run, schema) \
	run(schema, shows) run(schema, show_seats) run(schema, seat_reservations) \
	run(schema, reservation_seats) run(schema, show_channels) run(schema, show_areas) \
	run(schema, reservation_areas) run(schema, decisions) run(schema, partition_progress)
#define KEEP_TABLE(schema, table) "CREATE TABLE " #schema "." #table " AS TABLE holdfast." #table ";"
#define TAKE_TABLE(schema, table) \
	"DELETE FROM holdfast." #table "; INSERT INTO holdfast." #table " TABLE " #schema "." #table ";"
/* Another column of it is made of these. */
#define PLACE_COLUMNS "show_id, seat_id, section, seat_row, pos, category, rank, flags, x, y, version"
#define KEEP(schema) \
	"CREATE SCHEMA " #schema "; BEGIN ISOLATION LEVEL REPEATABLE READ;" \
	"CREATE TABLE " #schema ".seat_places AS SELECT " PLACE_COLUMNS " FROM holdfast.seat_places;" \
	EACH_TABLE(KEEP_TABLE, schema) "COMMIT"
#define TAKE_BACK(schema) \
	"BEGIN; DELETE FROM holdfast.seat_places; INSERT INTO holdfast.seat_places (" PLACE_COLUMNS ") " \
	"TABLE " #schema ".seat_places;" EACH_TABLE(TAKE_TABLE, schema) "COMMIT"

static char *rows; /* the dump of what the worker wrote */

/* ---- what stands where ---- */

static void keep_rows(void)
{
	free(rows);
	rows = strdup(rig_sql(DUMP));
}

static void expect_same_rows(void)
{
	const char *found = rig_sql(DUMP);
	size_t at = 0;

	while (rows[at] && rows[at] == found[at])
		at++;
	if (rows[at] || found[at]) {
		while (at && rows[at - 1] != '\n')
			at--;
		fail_msg("rows differ; the worker's: %.300s\nrebuilt: %.300s\n%s", rows + at, found + at,
		         rig_log());
	}
}

/* Ends of all that the worker writes to, markers included, and the group's offsets. */
static char *written(void)
{
	const char *const list[] = {rig_topics.replies, rig_topics.events, rig_topics.dead_letters};
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_topics *topics;
	struct kafka_reader *reader;
	struct buf text = {0};
	int64_t first, end;
	struct err e;

	assert_int_equal(kafka_topics_open(&topics, &kafka, &e), RC_OK);
	assert_int_equal(kafka_reader_open(&reader, &kafka, false, &e), RC_OK);
	for (int32_t p = 0; p < RIG_PARTITIONS; p++) {
		assert_int_equal(kafka_topics_committed(topics, rig_group, rig_topics.requests, p,
		                                        &end, &e), RC_OK);
		buf_print(&text, "%lld", (long long)end);
		for (int i = 0; i < 3; i++) {
			assert_int_equal(kafka_reader_bounds(reader, list[i], p, &first, &end, &e), RC_OK);
			buf_print(&text, " %lld", (long long)end);
		}
		buf_add_string(&text, "\n");
	}
	kafka_reader_close(reader);
	kafka_topics_close(topics);
	return text.data;
}

/* ---- what is done ---- */

static long start_worker(void)
{
	return rig_start("holdfast-worker", "--kafka.session.timeout.ms=6000",
	                 "--kafka.heartbeat.interval.ms=1000", NULL);
}

static int run_to_end(void)
{
	return rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), 0);
}

static void expect_audit(void)
{
	if (rig_stop(rig_start("holdfast-audit", NULL), 0))
		fail_msg("the audit found a difference\n%s", rig_log());
}

static int rebuild(const char *more)
{
	return rig_stop(rig_start("holdfast-admin", "rebuild", more, NULL), 0);
}

static void expect_rebuild(void)
{
	if (rebuild(NULL) != 0)
		fail_msg("not rebuilt\n%s", rig_log());
}

static void empty_database(void)
{
	rig_sql("DROP SCHEMA holdfast CASCADE");
	assert_int_equal(rig_stop(rig_start("holdfast-admin", "init", NULL), 0), 0);
}

static void send_reserves(int count)
{
	for (int i = 0; i < count; i++) {
		char session[20], seat[20];

		snprintf(session, sizeof session, "new-%d", i);
		snprintf(seat, sizeof seat, "A%d", i % 6 + 1);
		ask_send_reserve(history_show(i % HISTORY_SHOWS), rig_id(), session, seat, 0);
	}
}

/* The worker with fault points, until it dies there. */
static void run_until_killed(const char *fault, const char *flag, const char *more)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char faulty[200];
	long worker;

	snprintf(faulty, sizeof faulty, "%s-faults", build ? build : "build");
	setenv("HOLDFAST_BUILD", faulty, 1);
	setenv("HOLDFAST_FAULT", fault, 1);
	worker = rig_start("holdfast-worker", flag, more, NULL);
	setenv("HOLDFAST_BUILD", build ? build : "build", 1);
	unsetenv("HOLDFAST_FAULT");
	assert_int_equal(rig_stop(worker, 0), -SIGKILL);
}

/* ---- the history ---- */

static int set_up(void **state)
{
	long worker;

	if (rig_make(state))
		return -1;
	worker = start_worker();
	history_begin();
	history_go_on(HALF);
	rig_sql(KEEP(older));
	history_await_lapses();
	assert_int_equal(rig_stop(rig_start("holdfast-expirer", "--once", NULL), 0), 0);
	history_add_oddities();
	history_go_on(HALF);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	history_expect_variety();
	keep_rows();
	return 0;
}

static int tear_down(void **state)
{
	free(rows);
	return rig_drop(state);
}

static int after_each(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

/* ---- tests ---- */

static void an_empty_database_is_filled_with_the_rows_that_the_worker_wrote(void **state)
{
	char *before = written(), *after;

	(void)state;
	empty_database();
	expect_rebuild();
	expect_same_rows();
	expect_rebuild(); /* again: nothing is left to do */
	expect_same_rows();
	after = written();
	assert_string_equal(before, after);
	free(before);
	free(after);
	expect_audit();
}

static void the_worker_goes_on_from_there_and_answers_once(void **state)
{
	long worker = start_worker();

	(void)state;
	send_reserves(60);
	rig_await(60);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_audit();
	keep_rows();
}

static void a_rebuild_that_was_killed_goes_on_where_it_was(void **state)
{
	(void)state;
	empty_database();
	for (int i = 0; i < 2; i++) {
		/* The partitions begin side by side: more than one batch each, or nothing may be committed. */
		run_until_killed("progress-updated:kill:12", "--rebuild", "--batch-max=20");
		assert_string_equal(rig_sql("SELECT count(*) BETWEEN 20 AND 500 FROM holdfast.decisions"), "t");
	}
	expect_rebuild();
	expect_same_rows();
}

static void what_nobody_answered_yet_is_left_to_the_worker(void **state)
{
	(void)state;
	send_reserves(60);
	empty_database();
	expect_rebuild();
	expect_same_rows();
	assert_int_equal(run_to_end(), 0);
	rig_await(60);
	expect_audit();
	keep_rows();
}

/* What becomes of it: below, when the group has forgotten the killed one. */
static void what_is_decided_and_not_answered_is_left_alone(void **state)
{
	char *answered = strdup(rows);
	const char *text;

	(void)state;
	rig_send("ahead", "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"ahead\"}",
	         rig_id());
	run_until_killed("committed:kill:1", "--until-caught-up", "--kafka.session.timeout.ms=6000");
	keep_rows();
	text = shell_run("\"${HOLDFAST_BUILD:-build}/holdfast-admin\" rebuild --json 2>/dev/null");
	assert_non_null(strstr(text, "\"decided\":0,\"state\":\"ahead\"}"));
	assert_null(strstr(text, "rebuilt"));
	expect_same_rows();
	rig_sql(KEEP(ahead));
	free(rows);
	rows = answered;
}

static void and_the_worker_answers_it(void **state)
{
	(void)state;
	rig_sql(TAKE_BACK(ahead));
	assert_int_equal(run_to_end(), 0);
	rig_await(1);
	expect_audit();
	keep_rows();
}

static void an_older_state_is_brought_up_to_the_last_answer(void **state)
{
	(void)state;
	rig_sql(TAKE_BACK(older));
	assert_int_equal(run_to_end(), 3); /* the worker alone does not go on */
	expect_rebuild();
	expect_same_rows();
	assert_int_equal(run_to_end(), 0);
}

/* It is fenced, takes the rows over and halts, as the answers are ahead; or finds the rows whole. */
static void a_running_worker_does_no_harm(void **state)
{
	long worker = start_worker();

	(void)state;
	rig_expect(rig_ask("running", "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":"
	                              "\"running\"}", rig_id()), 200, "SHOW_CREATED");
	rig_sql(TAKE_BACK(older));
	send_reserves(60);
	setenv("HOLDFAST_BATCH_MAX", "2", 1);
	expect_rebuild();
	unsetenv("HOLDFAST_BATCH_MAX");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	assert_int_equal(run_to_end(), 0);
	rig_await(60);
	expect_audit();
	keep_rows();
}

/* Into another database: the workers are fenced, find theirs as it was, and go on. */
static void a_drill_leaves_the_database_of_the_workers_alone(void **state)
{
	long worker = start_worker();
	char *url = own_url.data;
	struct buf drill = {0};
	size_t before;

	(void)state;
	rig_expect(rig_ask("before", "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":"
	                             "\"before\"}", rig_id()), 200, "SHOW_CREATED");
	keep_rows();
	rig_sql("CREATE DATABASE holdfast_drill_%ld", (long)getpid());
	buf_add(&drill, url, (size_t)(strrchr(url, '/') + 1 - url));
	buf_print(&drill, "holdfast_drill_%ld", (long)getpid());
	setenv("DATABASE_URL", drill.data, 1);
	own_url.data = drill.data;
	assert_int_equal(rig_stop(rig_start("holdfast-admin", "init", NULL), 0), 0);
	expect_rebuild();
	expect_same_rows();
	own_url.data = url;
	setenv("DATABASE_URL", url, 1);
	buf_release(&drill);
	rig_sql("DROP DATABASE holdfast_drill_%ld", (long)getpid());
	before = strlen(rig_log());
	send_reserves(60);
	rig_await(60);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	assert_non_null(strstr(rig_log() + before, "partition lost while still assigned"));
	expect_audit();
	keep_rows();
}

/* Run until it says that on stderr, then let it go on. */
static long start_until(const char *program, const char *command, const char *flag,
                        const char *said)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	size_t before = strlen(rig_log());
	long pid = rig_start(program, command, flag, NULL);

	while (!strstr(rig_log() + before, said)) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(10);
	}
	return pid;
}

#define TRIGGER(when, body) \
	"CREATE FUNCTION older.meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " body \
	" RETURN NULL; END $$; CREATE TRIGGER meddle AFTER " when " EXECUTE FUNCTION older.meddle()"
#define RAISE_EPOCH \
	"UPDATE holdfast.partition_progress SET owner_epoch = owner_epoch + 1 WHERE partition = " \
	"NEW.partition;"

static void owners_that_appear_meanwhile_are_overtaken_within_bounds(void **state)
{
	size_t before;

	(void)state;
	/* One behind each batch. */
	empty_database();
	rig_sql(TRIGGER("INSERT ON holdfast.decisions FOR EACH ROW", RAISE_EPOCH));
	before = strlen(rig_log());
	setenv("HOLDFAST_BATCH_MAX", "50", 1);
	expect_rebuild();
	unsetenv("HOLDFAST_BATCH_MAX");
	assert_non_null(strstr(rig_log() + before, "another owner took the rows over"));
	expect_same_rows();
	/* One before every batch: nothing can be done. */
	empty_database();
	rig_sql("DROP FUNCTION older.meddle");
	rig_sql(TRIGGER("INSERT OR UPDATE OF owner_epoch ON holdfast.partition_progress FOR EACH ROW "
	                "WHEN (pg_trigger_depth() = 0)", RAISE_EPOCH));
	before = strlen(rig_log());
	assert_int_equal(rebuild(NULL), 3);
	assert_non_null(strstr(rig_log() + before, "again and again: stop the workers"));
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.decisions"), "0");
	rig_sql("DROP FUNCTION older.meddle CASCADE");
	expect_rebuild();
	expect_same_rows();
}

static void a_database_that_cannot_go_on_is_waited_for_within_bounds(void **state)
{
	long pid;

	(void)state;
	empty_database();
	rig_sql(TRIGGER("INSERT ON holdfast.decisions", "RAISE 'later' USING ERRCODE = '40001';"));
	/* So long that a busy machine gets to the database. */
	assert_int_equal(rebuild("--timeout-ms=5000"), 4);
	/* And no longer than somebody wants. */
	pid = start_until("holdfast-admin", "rebuild", NULL, "database asks to try again");
	assert_int_equal(rig_stop(pid, SIGTERM), 1);
	rig_sql("DROP FUNCTION older.meddle CASCADE");
	expect_rebuild();
	expect_same_rows();
}

/* A partition in which something was decided in the older state, and more since. */
static int partition_that_goes_on(void)
{
	return atoi(rig_sql("SELECT o.partition FROM older.partition_progress AS o JOIN "
	                    "holdfast.partition_progress AS p ON p.partition = o.partition AND "
	                    "p.next_offset > o.next_offset WHERE o.last_offset IS NOT NULL "
	                    "ORDER BY 1 LIMIT 1"));
}

static void another_last_record_is_refused_and_the_other_partitions_are_rebuilt(void **state)
{
	int partition = partition_that_goes_on();
	size_t before = strlen(rig_log());

	(void)state;
	rig_sql(TAKE_BACK(older));
	rig_sql("UPDATE holdfast.partition_progress SET last_digest = sha256('x') WHERE partition = %d",
	        partition);
	assert_int_equal(rebuild(NULL), 3);
	assert_non_null(strstr(rig_log() + before, "is gone or another"));
	assert_non_null(strstr(rig_log() + before, "refused; the log says why"));
	assert_string_equal(rig_sql("SELECT p.next_offset - o.next_offset FROM holdfast.partition_progress "
	                            "AS p JOIN older.partition_progress AS o USING (partition) WHERE "
	                            "partition = %d", partition), "0");
	rig_sql("UPDATE holdfast.partition_progress AS p SET last_digest = o.last_digest FROM "
	        "older.partition_progress AS o WHERE o.partition = p.partition AND p.partition = %d",
	        partition);
	expect_rebuild();
	expect_same_rows();
}

static void rows_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	/* Decided twice: the rows are newer than the progress. */
	rig_sql("CREATE TABLE older.late AS TABLE holdfast.partition_progress; "
	        "DELETE FROM holdfast.partition_progress; "
	        "INSERT INTO holdfast.partition_progress TABLE older.partition_progress");
	assert_int_equal(rebuild(NULL), 3);
	rig_sql("DELETE FROM holdfast.partition_progress; "
	        "INSERT INTO holdfast.partition_progress TABLE older.late");
	expect_same_rows();
}

/* What the broker does to a group that was away for seven days. */
static void a_group_whose_offsets_are_forgotten_is_found_by_its_replies(void **state)
{
	(void)state;
	shell_offsets("--topic %s --delete-offsets", rig_topics.requests);
	empty_database();
	expect_rebuild();
	/* Where nothing was ever answered there is no row, until the worker makes one. */
	assert_int_equal(run_to_end(), 0);
	expect_same_rows();
	expect_audit();
}

static const char *copy_of_admin =
    "set -e; d=$(mktemp -d); trap 'rm -rf \"$d\"' EXIT; mkdir \"$d/bin\" \"$d/path\"; "
    "cp \"${HOLDFAST_BUILD:-build}/holdfast-admin\" \"$d/bin\"; "
    "printf '%s\\n' '#!/bin/sh' 'for a; do echo \"[$a]\"; done' "
    "'echo \"url $HOLDFAST_DATABASE_URL\"' 'echo \"kafka $HOLDFAST_KAFKA_PROPERTIES\"' "
    ">\"$d/path/holdfast-worker\"; chmod +x \"$d/path/holdfast-worker\"; ";

static const char *with_copy(const char *command)
{
	static char text[2000];

	snprintf(text, sizeof text, "%s %s", copy_of_admin, command);
	return shell_run("%s", text);
}

static void admin_passes_its_settings_on_and_no_secret_for_all_to_see(void **state)
{
	char expected[2000];

	(void)state;
	setenv("HOLDFAST_KAFKA_PROPERTIES", "debug=eos,ssl.key.password=hush", 1);
	snprintf(expected, sizeof expected,
	         "[--rebuild]\n[--kafka-bootstrap-servers=%s]\n[--requests-topic=%s]\n"
	         "[--replies-topic=%s]\n[--events-topic=%s]\n[--dead-letter-topic=%s]\n"
	         "[--log-format=json]\n[--log-level=error]\n[--check=false]\n[--health=]\n[--group-id=g]\n"
	         "[--reply-topics=a,b]\n[--json=true]\n[--start-timeout-ms=1234]\n[--kafka.debug=eos]\n"
	         "[--kafka.x.y=1,2]\nurl %s\n"
	         "kafka ssl.key.password=hush,sasl.password=p=w\n",
	         getenv("KAFKA_BOOTSTRAP_SERVERS"), rig_topics.requests, rig_topics.replies,
	         rig_topics.events, rig_topics.dead_letters, getenv("DATABASE_URL"));
	assert_string_equal(
	    with_copy("PATH=\"$d/path:$PATH\" \"$d/bin/holdfast-admin\" --group-id=g --reply-topics=a,b "
	              "--log-format=json --log-level=error --timeout-ms=1234 --kafka.x.y=1,2 "
	              "--kafka.sasl.password=p=w rebuild --json 2>&1"), expected);
	unsetenv("HOLDFAST_KAFKA_PROPERTIES");
	/* The one beside it comes first. */
	assert_non_null(strstr(
	    with_copy("cp \"$d/path/holdfast-worker\" \"$d/bin\"; PATH=/nowhere "
	              "\"$d/bin/holdfast-admin\" rebuild"), "[--rebuild]\n"));
	assert_non_null(strstr(
	    with_copy("set +e; PATH=/nowhere \"$d/bin/holdfast-admin\" rebuild 2>&1; echo \"exit $?\""),
	    "exit 2\n"));
	assert_non_null(strstr(
	    with_copy("set +e; \"$d/bin/holdfast-admin\" --kafka.sasl.password=p,w rebuild 2>&1; "
	              "echo \"exit $?\""), "exit 2\n"));
}

/* The replies tell up to where to decide; an offset set by hand does not. */
static void a_committed_offset_that_was_set_by_hand_does_not_count(void **state)
{
	int partition = partition_that_goes_on();
	size_t before;

	(void)state;
	history_abort(partition);
	shell_offsets("--topic %s:%d --reset-offsets --to-latest --execute", rig_topics.requests,
	              partition);
	before = strlen(rig_log());
	expect_rebuild();
	assert_non_null(strstr(rig_log() + before, "the committed offset is not that of the last reply"));
	expect_same_rows();
	empty_database();
	expect_rebuild();
	expect_same_rows();
}

/* Nothing fits any more from here on. */
static void a_topic_that_is_not_kept_from_its_first_record_is_refused(void **state)
{
	char path[] = "/tmp/holdfast-truncate-XXXXXX";
	int partition = partition_that_goes_on();
	size_t before;

	(void)state;
	assert_true(mkstemp(path) >= 0);
	(void)shell_run("echo '{\"version\":1,\"partitions\":[{\"topic\":\"%s\",\"partition\":%d,"
	                "\"offset\":1}]}' >%s", rig_topics.requests, partition, path);
	(void)shell_kafka_tool("org.apache.kafka.tools.DeleteRecordsCommand --bootstrap-server "
	                       "\"$KAFKA_BOOTSTRAP_SERVERS\" --offset-json-file %s 2>&1", path);
	remove(path);
	empty_database();
	before = strlen(rig_log());
	assert_int_equal(rebuild(NULL), 3);
	assert_non_null(strstr(rig_log() + before, "the requests are kept from offset 1 on only"));
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.decisions WHERE partition = %d",
	                            partition), "0");
}

#define TEST(name) cmocka_unit_test_teardown(name, after_each)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_empty_database_is_filled_with_the_rows_that_the_worker_wrote),
	    TEST(the_worker_goes_on_from_there_and_answers_once),
	    TEST(what_nobody_answered_yet_is_left_to_the_worker),
	    TEST(what_is_decided_and_not_answered_is_left_alone),
	    TEST(a_rebuild_that_was_killed_goes_on_where_it_was),
	    TEST(owners_that_appear_meanwhile_are_overtaken_within_bounds),
	    TEST(a_database_that_cannot_go_on_is_waited_for_within_bounds),
	    TEST(another_last_record_is_refused_and_the_other_partitions_are_rebuilt),
	    TEST(rows_that_do_not_fit_are_refused),
	    TEST(admin_passes_its_settings_on_and_no_secret_for_all_to_see),
	    TEST(and_the_worker_answers_it),
	    TEST(an_older_state_is_brought_up_to_the_last_answer),
	    TEST(a_running_worker_does_no_harm),
	    TEST(a_drill_leaves_the_database_of_the_workers_alone),
	    TEST(a_group_whose_offsets_are_forgotten_is_found_by_its_replies),
	    TEST(a_committed_offset_that_was_set_by_hand_does_not_count),
	    TEST(a_topic_that_is_not_kept_from_its_first_record_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
