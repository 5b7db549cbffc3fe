/*
 * holdfast-admin prune: what is old enough and answered goes from the lowest offset upwards, all
 * else stays; the audit takes every state that it leaves, and duplicates are answered as before.
 *
 * The history is ten weeks long: its broker has a clock of its own (wrong_clock.h).
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/instant.h"
#include "common/base/partitioner.h"
#include "common/kafka/group.h"
#include "common/kafka/txn.h"
#include "tests/integration/ask.h"
#include "tests/integration/audit.h"
#include "tests/integration/shell.h"
#include "tests/integration/traffic.h"
#include "tests/integration/wrong_clock.h"

#define DAY_MS INT64_C(86400000)
#define CLAIM_MS INT64_C(2592000000)
#define REQUESTS 150

static struct wrong_clock broker_clock;
static char broker_run[200];
static char *other_broker;
/* Two shows on partitions of their own: on that of `idle` the last request is 45 days old. */
static char busy[20], idle[20];
/* Reserves: granted and refused 70 days ago, refused 45 days ago. */
static char granted[UUID_TEXT_CHARS + 1], refused[UUID_TEXT_CHARS + 1], later[UUID_TEXT_CHARS + 1];

/* ---- the history ---- */

static long start_worker(void)
{
	return rig_start("holdfast-worker", NULL);
}

/* Nobody else may be connected whose waits count by that clock. */
static void let_days_pass_until(int64_t days_ago)
{
	wrong_clock_set(&broker_clock, -days_ago * DAY_MS);
}

static void refuse_some(const char *show, int count)
{
	for (int i = 0; i < count; i++)
		rig_expect(ask_reserve(show, rig_id(), "unlucky", "A1", 0), 409, "SEATS_TAKEN");
}

static void live_through_ten_weeks(void)
{
	long worker = start_worker();

	strcpy(granted, rig_id()), strcpy(refused, rig_id()), strcpy(later, rig_id());
	rig_show(busy, 3);
	rig_show(idle, 1);
	rig_expect(ask_reserve(busy, granted, "alice", "A1", 0), 200, "RESERVED");
	rig_expect(ask_reserve(busy, refused, "bob", "A1", 0), 409, "SEATS_TAKEN");
	rig_expect(ask_reserve(idle, rig_id(), "carol", "A1", 0), 200, "RESERVED");
	refuse_some(busy, 9);
	traffic_open(31);
	traffic_send(REQUESTS);
	rig_await(REQUESTS);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	let_days_pass_until(45);
	worker = start_worker();
	/* Decided 45 days ago, and of the time of the first one all the same. */
	rig_expect(ask_reserve(busy, granted, "alice", "A1", 0), 200, "RESERVED");
	rig_expect(ask_reserve(busy, rig_id(), "dave", "A1", 0), 200, "RESERVED");
	rig_expect(ask_reserve(busy, later, "erin", "A1", 0), 409, "SEATS_TAKEN");
	rig_expect(ask_reserve(idle, rig_id(), "frank", "A1", 0), 200, "RESERVED");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	let_days_pass_until(20);
	worker = start_worker();
	rig_expect(ask_reserve(busy, rig_id(), "gina", "A2", 0), 200, "RESERVED");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	(void)rig_sql("CREATE TABLE public.kept AS TABLE holdfast.decisions");
}

/* Traffic's shows may all stand on the partitions of these two only. */
static void name_shows(void)
{
	for (int i = 0; !busy[0] || !idle[0]; i++) {
		char name[20];
		int bytes = snprintf(name, sizeof name, "show-%d", i);

		strcpy(partition_of_key(name, (size_t)bytes, 2) == 0 ? busy : idle, name);
	}
}

#define BROKER "env -u HOLDFAST_KAFKA_PROXY_PORT -u HOLDFAST_KAFKA_PORT " \
               "-u HOLDFAST_KAFKA_CONTROLLER_PORT HOLDFAST_RUN_DIR=%s "

static int set_up(void **state)
{
	const char *folder = getenv("HOLDFAST_RUN_DIR");

	other_broker = strdup(getenv("KAFKA_BOOTSTRAP_SERVERS"));
	snprintf(broker_run, sizeof broker_run, "%s/prune", folder ? folder : "/tmp/holdfast");
	wrong_clock_open(&broker_clock, "broker");
	let_days_pass_until(70);
	(void)shell_run(BROKER "compose/local/down --kill --purge 2>&1", broker_run);
	wrong_clock_use(&broker_clock);
	(void)shell_run(BROKER "compose/local/up kafka 2>&1", broker_run);
	wrong_clock_use(NULL);
	setenv("KAFKA_BOOTSTRAP_SERVERS",
	       shell_run("unset KAFKA_BOOTSTRAP_SERVERS; . %s/env && printf %%s "
	                 "\"$KAFKA_BOOTSTRAP_SERVERS\"", broker_run), 1);
	setenv("HOLDFAST_PARTITIONS", "2", 1);
	if (rig_make(state))
		return -1;
	name_shows();
	live_through_ten_weeks();
	return 0;
}

static int tear_down(void **state)
{
	int code = rig_drop(state);

	(void)shell_run(BROKER "compose/local/down --kill --purge 2>&1", broker_run);
	wrong_clock_close(&broker_clock);
	setenv("KAFKA_BOOTSTRAP_SERVERS", other_broker, 1);
	free(other_broker);
	return code;
}

static int begin_whole(void **state)
{
	(void)state;
	(void)rig_sql("INSERT INTO holdfast.decisions TABLE public.kept ON CONFLICT DO NOTHING");
	return 0;
}

static int after_each(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

/* ---- asking ---- */

/* What it prints when it exits with that code; on stderr where that is not 0. */
static const char *prune(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *prune(int code, const char *format, ...)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char arguments[400];
	va_list args;

	va_start(args, format);
	vsnprintf(arguments, sizeof arguments, format, args);
	va_end(args);
	return shell_run("%s/holdfast-admin prune --pause-ms=0 %s %s; test $? = %d",
	                 build ? build : "build", arguments, code ? "2>&1 >/dev/null" : "", code);
}

static void says(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("expected %s in\n%s", part, text);
}

static int number(const char *sql)
{
	return atoi(rig_sql("%s", sql));
}

#define COUNT "SELECT count(*) FROM holdfast.decisions"
static int64_t time_of(const char *sql)
{
	return atoll(rig_sql("SELECT (extract(epoch FROM (%s)) * 1000)::int8", sql));
}

static const char *before(int64_t ms)
{
	static char option[60];
	char text[INSTANT_TEXT_BYTES];

	instant_print(ms, text);
	snprintf(option, sizeof option, "--before=%s", text);
	return option;
}

static void expect_lowest(int partition, int offset)
{
	assert_int_equal(atoi(rig_sql("SELECT min(\"offset\") FROM holdfast.decisions WHERE partition = "
	                              "%d", partition)), offset);
}

/* What is never pruned. */
static const char *others(void)
{
	return rig_sql("SELECT md5(string_agg(t, '')) FROM (SELECT s::text AS t FROM "
	               "holdfast.show_seats AS s UNION ALL SELECT r::text FROM "
	               "holdfast.seat_reservations AS r UNION ALL SELECT m::text FROM "
	               "holdfast.reservation_seats AS m UNION ALL SELECT p::text FROM "
	               "holdfast.partition_progress AS p ORDER BY 1) AS rows");
}

static void audit_says(const char *part)
{
	struct audit audit;

	audit_start(&audit, NULL);
	audit_await(&audit);
	if (audit.exit_code || !strstr(audit.report, part))
		fail_msg("exit code %d, expected %s in\n%s", audit.exit_code, part, audit.report);
	audit_release(&audit);
}

static int first_kept(void)
{
	return number("SELECT max(\"offset\") + 1 FROM public.kept WHERE partition = 0 AND duplicate_of "
	              "IS NULL AND decided_at < now() - interval '50 days'");
}

static int rows_below(int offset)
{
	return atoi(rig_sql("SELECT count(*) FROM public.kept WHERE partition = 0 AND \"offset\" < %d",
	                    offset));
}

static int rows_in(const char *printed, int partition)
{
	return atoi(rig_sql("SELECT '%s'::jsonb->'partitions'->%d->'rows'", printed, partition));
}

/* ---- tests ---- */

static void what_is_older_than_thirty_days_of_the_partition_goes_and_nothing_else(void **state)
{
	const char *was = others(), *printed;
	int first = first_kept(), old = rows_below(first), decisions = number(COUNT);
	char note[100];

	(void)state;
	/* The retry of `granted` stands right there, with the old time. */
	assert_string_equal(rig_sql("SELECT decided_at < now() - interval '60 days' FROM public.kept "
	                            "WHERE partition = 0 AND \"offset\" >= %d AND request_id = '%s'",
	                            first, granted), "t");
	says(prune(0, "--keep-days=30 --dry-run --step=7"), "  to delete  state\n");
	printed = prune(0, "--keep-days=30 --dry-run --step=7 --json");
	assert_int_equal(rows_in(printed, 0), old);
	assert_int_equal(number(COUNT), decisions);
	printed = prune(0, "--keep-days=30 --step=7 --json");
	assert_int_equal(rows_in(printed, 0), old);
	assert_int_equal(rows_in(printed, 1), 0);
	assert_int_equal(number(COUNT), decisions - old);
	expect_lowest(0, first);
	expect_lowest(1, number("SELECT min(\"offset\") FROM public.kept WHERE partition = 1"));
	/* Nothing behind it is missing. */
	assert_string_equal(rig_sql("SELECT count(*) FROM public.kept AS k WHERE \"offset\" >= %d AND NOT "
	                            "EXISTS (SELECT FROM holdfast.decisions AS d WHERE d.partition = "
	                            "k.partition AND d.\"offset\" = k.\"offset\")", first), "0");
	assert_string_equal(others(), was);
	snprintf(note, sizeof note, "partition 0: old decisions were pruned; compared from offset %d on\n",
	         first);
	audit_says(note);
	audit_is_clean(NULL);
	/* Once more there is nothing to do. */
	says(prune(0, "--keep-days=30 --json"), "\"rows\":0,\"state\":\"done\"},");
}

static void a_row_of_the_very_time_stays_and_one_a_millisecond_older_goes(void **state)
{
	int64_t ms = time_of("SELECT decided_at FROM public.kept WHERE partition = 0 AND duplicate_of IS "
	                     "NULL ORDER BY \"offset\" OFFSET 20 LIMIT 1");
	char sql[200];

	(void)state;
	/* The other partition, which would not allow it, is left out. */
	(void)rig_sql("CREATE TABLE public.progress AS TABLE holdfast.partition_progress; UPDATE "
	              "holdfast.partition_progress SET decided_until = NULL WHERE partition = 1");
	for (int past = 0; past < 2; past++) {
		(void)prune(0, "%s --step=3", before(ms + past));
		snprintf(sql, sizeof sql, "SELECT min(\"offset\") FROM public.kept WHERE partition = 0 AND "
		         "duplicate_of IS NULL AND (extract(epoch FROM decided_at) * 1000)::int8 >= %lld",
		         (long long)ms + past);
		/* Duplicates right below it may stay, too. */
		assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.decisions WHERE partition = 0 AND "
		                            "\"offset\" < (%s) AND duplicate_of IS NULL", sql), "0");
		assert_string_equal(rig_sql("SELECT count(*) = (SELECT count(*) FROM public.kept WHERE "
		                            "partition = 0 AND \"offset\" >= (%s)) FROM holdfast.decisions "
		                            "WHERE partition = 0 AND \"offset\" >= (%s)", sql, sql), "t");
	}
	(void)rig_sql("UPDATE holdfast.partition_progress AS p SET decided_until = k.decided_until FROM "
	              "public.progress AS k WHERE k.partition = p.partition");
	audit_is_clean(NULL);
}

static void a_later_time_than_a_partition_allows_is_refused_and_named(void **state)
{
	int64_t latest_ms = time_of("SELECT min(decided_until) FROM holdfast.partition_progress") -
	                    CLAIM_MS;
	int decisions = number(COUNT);
	char latest[INSTANT_TEXT_BYTES];
	const char *printed = prune(2, "%s", before(latest_ms + 1));

	(void)state;
	instant_print(latest_ms, latest);
	says(printed, "--before must be ");
	says(printed, latest);
	says(printed, "partition=1 latest=");
	assert_null(strstr(printed, "partition=0 latest="));
	says(prune(2, "--before=2999-01-01"), "partition=0 latest=");
	assert_int_equal(number(COUNT), decisions);
	(void)prune(0, "%s", before(latest_ms));
	/* Idle for long, that partition has nothing that old. */
	assert_int_equal(number(COUNT), decisions);
}

static void what_is_asked_for_wrongly_is_refused(void **state)
{
	static const char *const wrong[] = {
	    "", "--keep-days=29", "--before=2026-02-30", "--before=yesterday", "--before=2026-01-01T00",
	    "--before=2026-01-01 --keep-days=30", "--keep-days=30 --step=0", "--keep-days=30 --step=10001",
	    "--keep-days=36501", "--keep-days=30 more",
	};
	int decisions = number(COUNT);

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		(void)prune(2, "%s", wrong[i]);
	says(prune(3, "--keep-days=30 --group-id=others"), "the database belongs to group ");
	assert_int_equal(number(COUNT), decisions);
}

static void without_the_grant_it_says_so(void **state)
{
	int decisions = number(COUNT);
	const char *printed;

	(void)state;
	(void)rig_sql("REVOKE DELETE ON holdfast.decisions FROM CURRENT_USER");
	(void)prune(0, "--keep-days=30 --dry-run");
	printed = prune(3, "--keep-days=30");
	(void)rig_sql("GRANT DELETE ON holdfast.decisions TO CURRENT_USER");
	says(printed, "permission denied for table decisions");
	assert_int_equal(number(COUNT), decisions);
}

static void without_a_committed_offset_nothing_is_pruned(void **state)
{
	int decisions = number(COUNT);
	const char *printed;

	(void)state;
	(void)rig_sql("UPDATE holdfast.pipeline SET group_id = 'nobody'");
	printed = prune(0, "--keep-days=30 --group-id=nobody");
	(void)rig_sql("UPDATE holdfast.pipeline SET group_id = '%s'", rig_group);
	says(printed, "left as it is: the group has no committed offset\n");
	assert_int_equal(number(COUNT), decisions);
}

/* As anybody may. */
static void set_by_hand(int offset)
{
	shell_offsets("--topic %s:0 --reset-offsets --to-offset %d --execute", rig_topics.requests, offset);
}

static void on_assigned(void *context, struct kafka_start *starts, size_t count)
{
	(void)context, (void)starts, (void)count;
}

static void on_revoked(void *context)
{
	(void)context;
}

/* As a worker does. */
static void set_committed(int offset)
{
	const struct kafka_group_events events = {.assigned = on_assigned, .revoked = on_revoked};
	const struct kafka_commit commit = {offset, true};
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_membership *membership;
	struct kafka_group *group;
	struct kafka_txn *txn;
	struct err e;

	assert_int_equal(kafka_group_open(&group, &kafka, rig_group, rig_topics.requests, &events, &e),
	                 RC_OK);
	membership = kafka_group_membership(group);
	assert_int_equal(kafka_txn_open(&txn, &kafka, "by-worker", &rig_topics.replies, 1, RIG_WAIT_MS,
	                                &e), RC_OK);
	assert_int_equal(kafka_txn_begin(txn, &e), RC_OK);
	assert_int_equal(kafka_txn_commit(txn, membership, rig_topics.requests, 0, &commit, &e), RC_OK);
	kafka_txn_close(txn);
	kafka_membership_release(membership);
	kafka_group_close(group);
}

static void an_offset_that_no_worker_has_set_lets_nothing_be_pruned(void **state)
{
	int next = number("SELECT next_offset FROM holdfast.partition_progress WHERE partition = 0");
	int decisions = number(COUNT " WHERE partition = 0");
	const char *printed;

	(void)state;
	set_by_hand(next);
	printed = prune(0, "--keep-days=30");
	says(printed, "left as it is: no worker has set the group's offset\n");
	says(printed, "  done\n"); /* the other partition */
	assert_int_equal(number(COUNT " WHERE partition = 0"), decisions);
	assert_int_equal(rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), 0), 0);
	assert_null(strstr(prune(0, "--keep-days=30"), "left as it is"));
	assert_true(number(COUNT " WHERE partition = 0") < decisions);
}

/* As it would be, had nobody answered for a month. */
static void what_is_not_answered_stays(void **state)
{
	int next = number("SELECT next_offset FROM holdfast.partition_progress WHERE partition = 0");
	int first = number("SELECT \"offset\" FROM public.kept WHERE partition = 0 AND duplicate_of IS "
	                   "NULL ORDER BY 1 OFFSET 5 LIMIT 1");

	(void)state;
	set_committed(first);
	(void)prune(0, "--keep-days=30");
	expect_lowest(0, first);
	set_committed(first + 1);
	(void)prune(0, "--keep-days=30");
	assert_true(number("SELECT min(\"offset\") FROM holdfast.decisions WHERE partition = 0") > first);
	set_committed(next);
}

static void a_row_whose_time_was_changed_by_hand_stays_and_all_behind_it(void **state)
{
	int first = number("SELECT \"offset\" FROM public.kept WHERE partition = 0 AND duplicate_of IS "
	                   "NULL ORDER BY 1 OFFSET 9 LIMIT 1");

	(void)state;
	(void)rig_sql("UPDATE holdfast.decisions SET decided_at = decided_at + interval '40 days' WHERE "
	              "partition = 0 AND \"offset\" = %d", first);
	assert_int_equal(rows_in(prune(0, "--keep-days=30 --dry-run --step=4 --json"), 0),
	                 rows_below(first));
	for (int i = 0; i < 2; i++)
		(void)prune(0, "--keep-days=30 --step=4");
	expect_lowest(0, first);
	(void)rig_sql("DELETE FROM holdfast.decisions WHERE partition = 0 AND \"offset\" = %d", first);
}

static void stopped_or_killed_between_two_steps_it_is_no_difference_and_goes_on(void **state)
{
	int first = first_kept(), old = rows_below(first), all = number(COUNT);
	char sql[100];
	long admin;

	(void)state;
	admin = rig_start("holdfast-admin", "prune", "--keep-days=30", "--step=5", "--pause-ms=60000",
	                  NULL);
	snprintf(sql, sizeof sql, "SELECT count(*) < %d FROM holdfast.decisions", all);
	rig_await_sql("t", sql);
	assert_int_equal(rig_stop(admin, SIGTERM), 0);
	says(rig_log(), "stopped; repeat the command to go on");
	says(rig_log(), "            5  not finished\n");
	assert_int_equal(number(COUNT), all - 5);
	audit_is_clean(NULL);
	admin = rig_start("holdfast-admin", "prune", "--keep-days=30", "--step=1", "--pause-ms=20", NULL);
	snprintf(sql, sizeof sql, "SELECT count(*) < %d FROM holdfast.decisions", all - 8);
	rig_await_sql("t", sql);
	(void)rig_stop(admin, SIGKILL);
	assert_true(number(COUNT) > all - old);
	audit_is_clean(NULL);
	(void)prune(0, "--keep-days=30");
	assert_int_equal(number(COUNT), all - old);
	expect_lowest(0, first);
	audit_is_clean(NULL);
}

/* Two at once and a worker with load: nobody notices. Partition 1 comes to be pruned, too. */
static void beside_a_worker_under_load_all_is_answered_and_pruned(void **state)
{
	long worker = start_worker(), admins[2];
	int first = first_kept(), codes[2] = {-1, -1}, running = 2;

	(void)state;
	traffic_send(REQUESTS);
	rig_await(REQUESTS);
	for (int i = 0; i < 2; i++)
		admins[i] = rig_start("holdfast-admin", "prune", "--keep-days=30", "--step=1", "--pause-ms=1",
		                      NULL);
	while (running) {
		traffic_send(REQUESTS);
		rig_await(REQUESTS);
		for (int i = 0; i < 2; i++)
			running -= codes[i] < 0 && rig_has_ended(admins[i], &codes[i]);
	}
	assert_int_equal(codes[0], 0);
	assert_int_equal(codes[1], 0);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_lowest(0, first);
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.decisions WHERE duplicate_of IS NULL "
	                            "AND decided_at < now() - interval '60 days'"), "0");
	audit_is_clean(NULL);
}

static void after_it_duplicates_are_answered_as_they_would_have_been(void **state)
{
	long worker = start_worker();
	const char *reply;

	(void)state;
	(void)prune(0, "--keep-days=30");
	reply = ask_reserve(busy, later, "erin", "A1", 0);
	rig_expect(reply, 409, "SEATS_TAKEN");
	assert_true(rig_field(reply, "duplicate_of")[0] != '\0');
	/* 50 days old: the claim is over, and so is what was said; a reservation's id stays used up. */
	reply = ask_reserve(busy, refused, "bob", "A3", 0);
	rig_expect(reply, 200, "RESERVED");
	assert_string_equal(rig_field(reply, "duplicate_of"), "");
	rig_expect(ask_reserve(busy, granted, "alice", "A1", 0), 422, "IDEMPOTENCY_MISMATCH");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	audit_is_clean(NULL);
}

static void every_json_report_is_json(void **state)
{
	(void)state;
	audit_check_json();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_whole, after_each)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_is_older_than_thirty_days_of_the_partition_goes_and_nothing_else),
	    TEST(a_row_of_the_very_time_stays_and_one_a_millisecond_older_goes),
	    TEST(a_later_time_than_a_partition_allows_is_refused_and_named),
	    TEST(what_is_asked_for_wrongly_is_refused),
	    TEST(without_the_grant_it_says_so),
	    TEST(without_a_committed_offset_nothing_is_pruned),
	    TEST(an_offset_that_no_worker_has_set_lets_nothing_be_pruned),
	    TEST(what_is_not_answered_stays),
	    TEST(a_row_whose_time_was_changed_by_hand_stays_and_all_behind_it),
	    TEST(stopped_or_killed_between_two_steps_it_is_no_difference_and_goes_on),
	    TEST(beside_a_worker_under_load_all_is_answered_and_pruned),
	    TEST(after_it_duplicates_are_answered_as_they_would_have_been),
	    TEST(every_json_report_is_json),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
