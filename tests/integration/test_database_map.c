/*
 * Two PostgreSQL servers that share eight partitions: each has the rows of its own, one that is lost
 * stops no partition of the other, and nothing runs with a map that is not what the databases were
 * made for. The upper half's server is of this program alone, and has two hosts in its URL.
 *
 * tests/run: long
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/partitioner.h"
#include "tests/integration/ask.h"
#include "tests/integration/audit.h"
#include "tests/integration/own_database.h"
#include "tests/integration/shell.h"

#define PAIR "HOLDFAST_RUN_DIR=\"$HOLDFAST_RUN_DIR/map\" tests/integration/pair "
#define HALF (RIG_PARTITIONS / 2)
#define UPPER "database of partitions 4-7"
#define LOWER_PARTITIONS "0,1,2,3"
#define UPPER_PARTITIONS "4,5,6,7"
#define EXPIRED "SELECT count(*) FROM holdfast.seat_reservations WHERE status = 'expired'"

static char upper_url[300];
static char shows[RIG_PARTITIONS][24]; /* one of each partition */
static long worker, expirer;

/* ---- two servers ---- */

static const char *upper_sql(const char *sql)
{
	return shell_run(PAIR "sql postgres \"%s\"", sql);
}

static void await_upper(const char *expected, const char *sql)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const char *found;

	while (strncmp(found = upper_sql(sql), expected, strlen(expected)) != 0) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("expected %s, got %s from %s\n%s", expected, found, sql, rig_log());
		clock_sleep_ms(50);
	}
}

static long start_worker(void)
{
	return rig_start("holdfast-worker", "--metrics-listen=127.0.0.1:0", "--database-timeout-ms=5000",
	                 "--kafka.session.timeout.ms=3000", "--kafka.heartbeat.interval.ms=500", NULL);
}

static int make(void **state)
{
	FILE *output = popen(PAIR "make", "r");

	if (!output || !fgets(upper_url, sizeof upper_url, output) || pclose(output)) {
		fprintf(stderr, "no second server\n");
		return -1;
	}
	upper_url[strcspn(upper_url, "\n")] = '\0';
	for (int found = 0, n = 0; found < RIG_PARTITIONS; n++) {
		char show[24];
		int bytes = snprintf(show, sizeof show, "half-%d", n);
		int32_t p = partition_of_key(show, (size_t)bytes, RIG_PARTITIONS);

		if (!shows[p][0]) {
			snprintf(shows[p], sizeof shows[p], "%s", show);
			found++;
		}
	}
	rig_upper_url = upper_url;
	if (rig_make(state))
		return -1;
	worker = start_worker();
	return 0;
}

static int drop(void **state)
{
	return rig_drop(state);
}

static int drop_servers(void **state)
{
	int code = rig_drop(state);

	(void)shell_run(PAIR "drop");
	return code;
}

/* ---- requests ---- */

static void reserve(int partition, const char *session, const char *seat, int hold_seconds)
{
	ask_send_reserve(shows[partition], rig_id(), session, seat, hold_seconds);
}

static void make_shows(void)
{
	for (int p = 0; p < RIG_PARTITIONS; p++)
		rig_show(shows[p], 8);
}

/* Until no more than so many requests are without a reply. */
static void await_waiting(size_t count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	size_t waiting;

	while ((waiting = rig_waiting()) > count)
		if (clock_monotonic_ms() > until_ms)
			fail_msg("%zu wait for a reply, expected %zu\n%s", waiting, count, rig_log());
	assert_int_equal(waiting, count);
}

static int count_lines(const char *message)
{
	int count = 0;

	for (const char *at = rig_log(); (at = strstr(at, message)); at++)
		count++;
	return count;
}

static void await_lines(const char *message, int count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (count_lines(message) < count) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("not %d times: %s\n%s", count, message, rig_log());
		clock_sleep_ms(50);
	}
}

/* What the program that was started as number n, from 0, with pages says of its readiness. */
static void await_reason(int n, const char *reason)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const char *at, *page;
	char address[60];

	await_lines("msg=metrics address=", n + 1);
	at = rig_log();
	for (int i = 0; i <= n; i++)
		at = strstr(at, "msg=metrics address=") + 1;
	assert_int_equal(sscanf(at, "sg=metrics address=%59s", address), 1);
	while (!strstr(page = shell_run("curl -s http://%s/readyz", address), reason)) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("expected %s, got %s\n%s", reason, page, rig_log());
		clock_sleep_ms(50);
	}
}

/* ---- tests ---- */

static void each_database_has_the_rows_of_its_own_partitions(void **state)
{
	static const char *const sql[] = {
	    "SELECT string_agg(partition::text, ',' ORDER BY partition) FROM holdfast.partition_progress",
	    "SELECT string_agg(DISTINCT partition::text, ',') FROM holdfast.decisions",
	};

	(void)state;
	make_shows();
	for (int p = 0; p < RIG_PARTITIONS; p++) {
		reserve(p, "one", "A1", 600);
		reserve(p, "two", "A1", 600);
	}
	rig_await(2 * RIG_PARTITIONS);
	for (int i = 0; i < 2; i++) {
		assert_string_equal(rig_sql("%s", sql[i]), LOWER_PARTITIONS);
		await_upper(UPPER_PARTITIONS "\n", sql[i]);
	}
	for (int p = 0; p < RIG_PARTITIONS; p++) {
		char count[260];

		snprintf(count, sizeof count, "SELECT count(*) FROM holdfast.show_seats WHERE show_id = '%s'",
		         shows[p]);
		assert_string_equal(rig_sql("%s", count), p < HALF ? "8" : "0");
		await_upper(p < HALF ? "0\n" : "8\n", count);
	}
	audit_is_clean(NULL);
}

static void status_speaks_of_every_database(void **state)
{
	const char *build = getenv("HOLDFAST_BUILD");
	const char *status;

	(void)state;
	build = build ? build : "build";
	status = shell_run("%s/holdfast-admin status --json 2>&1", build);
	for (int p = 0; p < RIG_PARTITIONS; p++) {
		char part[60];

		snprintf(part, sizeof part, "\"partition\":%d,\"next_offset\":0", p);
		assert_null(strstr(status, part));
		assert_non_null(strstr(shell_run("%s/holdfast-admin show status %s 2>&1", build, shows[p]),
		                       "available         7\n"));
	}
}

static void holds_lapse_in_every_database(void **state)
{
	(void)state;
	expirer = rig_start("holdfast-expirer", "--interval-ms=50", "--metrics-listen=127.0.0.1:0", NULL);
	for (int p = 0; p < RIG_PARTITIONS; p++)
		reserve(p, "three", "A2", 1);
	rig_await(RIG_PARTITIONS);
	rig_await_sql("4", EXPIRED);
	await_upper("4\n", EXPIRED);
}

/* One more request a show; those of the upper half wait. */
static void ask_all(const char *session, const char *seat, int hold_seconds, size_t waiting)
{
	for (int p = 0; p < RIG_PARTITIONS; p++)
		reserve(p, session, seat, hold_seconds);
	await_waiting(waiting);
}

static void a_database_that_is_lost_stops_its_own_partitions_alone(void **state)
{
	int rejoins = count_lines("joining the group again");
	int assignments = count_lines("msg=assigned partitions=4");
	long second;

	(void)state;
	(void)shell_run(PAIR "stop b fast && " PAIR "stop a fast");
	ask_all("four", "A3", 1, HALF);
	await_reason(0, UPPER ": ");
	await_reason(0, "partition 4 waits for the database\n");
	await_reason(1, UPPER ": ");
	rig_await_sql("8", EXPIRED);
	/* A rebalance: every lane is acquired anew. */
	second = start_worker();
	await_lines("msg=\"starting without a database\"", 1);
	await_lines("msg=assigned partitions=4", assignments + 2);
	ask_all("five", "A4", 600, 2 * HALF);
	/* And none is left that knew the database. */
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	await_lines("msg=assigned partitions=8", 2);
	ask_all("six", "A5", 600, 3 * HALF);
	worker = second;
	assert_int_equal(count_lines("joining the group again"), rejoins);
	(void)shell_run(PAIR "start a && " PAIR "start b");
	rig_await(3 * RIG_PARTITIONS);
	await_upper("8\n", EXPIRED);
	audit_is_clean(NULL);
}

static void an_expirer_starts_without_a_database_too(void **state)
{
	(void)state;
	assert_int_equal(rig_stop(expirer, SIGTERM), 0);
	(void)shell_run(PAIR "stop b fast && " PAIR "stop a fast");
	expirer = rig_start("holdfast-expirer", "--interval-ms=50", NULL);
	ask_all("seven", "A6", 1, HALF);
	rig_await_sql("12", EXPIRED);
	(void)shell_run(PAIR "start a && " PAIR "start b");
	rig_await(RIG_PARTITIONS);
	await_upper("12\n", EXPIRED);
	assert_int_equal(rig_stop(expirer, SIGTERM), 0);
}

/* It was not there when the worker started, and then it is made for others: nothing is written. */
static void a_database_that_comes_later_is_verified_then(void **state)
{
	int halted = count_lines("msg=\"partition halted\" partition=4 ");

	(void)state;
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	(void)upper_sql("UPDATE holdfast.pipeline SET first_partition = 5");
	(void)shell_run(PAIR "stop b fast && " PAIR "stop a fast");
	worker = start_worker();
	ask_all("eight", "A7", 600, HALF);
	(void)shell_run(PAIR "start a && " PAIR "start b");
	await_lines("msg=\"partition halted\" partition=4 ", halted + 1);
	await_lines("the database was made for partitions 5-7 of 8, the settings have it serve 4-7", HALF);
	assert_int_equal(rig_waiting(), HALF);
	await_upper("0\n", "SELECT count(*) FROM holdfast.partition_halts");
	(void)upper_sql("UPDATE holdfast.pipeline SET first_partition = 4");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	worker = start_worker();
	rig_await(RIG_PARTITIONS);
	audit_is_clean(NULL);
}

static void rows_that_belong_to_the_other_database_are_differences(void **state)
{
	char sql[300];
	struct audit audit;

	(void)state;
	snprintf(sql, sizeof sql,
	         "INSERT INTO holdfast.shows VALUES ('%s', NULL, 600, 1800, 10, NULL, now(), 0); "
	         "INSERT INTO holdfast.partition_progress VALUES (1, 0, 1)", shows[0]);
	(void)upper_sql(sql);
	audit_start(&audit, NULL);
	audit_await(&audit);
	assert_int_equal(audit.exit_code, 6);
	snprintf(sql, sizeof sql, "show %s: expected nothing, found a row, in the " UPPER "\n", shows[0]);
	assert_int_equal(audit_count(&audit, sql), 1);
	assert_int_equal(audit_count(&audit, "progress: there is no such partition in this database"), 1);
	assert_int_equal(audit_count(&audit, "\n2 differences\n"), 1);
	audit_release(&audit);
	snprintf(sql, sizeof sql, "DELETE FROM holdfast.shows WHERE show_id = '%s'; "
	         "DELETE FROM holdfast.partition_progress WHERE partition = 1", shows[0]);
	(void)upper_sql(sql);
	audit_is_clean(NULL);
}

/* ---- maps that are wrong ---- */

static void expect_refused(const char *map, int exit_code, const char *why)
{
	static const char *const programs[] = {"holdfast-worker", "holdfast-expirer", "holdfast-audit",
	                                       "holdfast-admin"};
	char *own = strdup(getenv("HOLDFAST_DATABASE_MAP"));

	setenv("HOLDFAST_DATABASE_MAP", map, 1);
	for (int i = 0; i < 4; i++) {
		int before = count_lines(why);
		int code = rig_stop(rig_start(programs[i], "--check", NULL), 0);

		if (code != exit_code || count_lines(why) == before)
			fail_msg("%s with %s ended with %d, expected %d and: %s\n%s", programs[i], map, code,
			         exit_code, why, rig_log());
	}
	setenv("HOLDFAST_DATABASE_MAP", own, 1);
	free(own);
}

static void nothing_runs_where_the_map_is_not_what_the_databases_were_made_for(void **state)
{
	char map[900];

	(void)state;
	expect_refused(rig_map(upper_url, own_url.data), 3,
	               "database of partitions 0-3: the database was made for partitions 4-7 of 8, the "
	               "settings have it serve 0-3");
	snprintf(map, sizeof map, "0-4=%s,5-7=%s", own_url.data, upper_url);
	expect_refused(map, 3, "made for partitions 0-3 of 8, the settings have it serve 0-4");
	/* One for all is no map, and says so to a database that has a part. */
	setenv("DATABASE_URL", own_url.data, 1);
	expect_refused("", 3, "made for partitions 0-3 of 8, the settings have it serve 0-7");
	expect_refused(rig_map(own_url.data, upper_url), 2, "one of them, not both");
	unsetenv("DATABASE_URL");
	expect_refused("", 2, "no database: set DATABASE_URL, --database-url or --database-map");
}

static void nothing_runs_where_a_partition_has_no_database_or_two(void **state)
{
	char map[900];

	(void)state;
	snprintf(map, sizeof map, "0-3=%s,5-7=%s", own_url.data, upper_url);
	expect_refused(map, 2, "of partitions 0-7 these have no database: 4");
	snprintf(map, sizeof map, "0-3=%s,4-6=%s", own_url.data, upper_url);
	expect_refused(map, 2, "of partitions 0-7 these have no database: 7");
	snprintf(map, sizeof map, "0-3=%s,4-8=%s", own_url.data, upper_url);
	expect_refused(map, 2, "entry 4-8 is beyond the topic's partitions, 0-7");
	snprintf(map, sizeof map, "0-4=%s,4-7=%s", own_url.data, upper_url);
	expect_refused(map, 2, "0-4 and 4-7 overlap");
}

/* ---- one database becomes two ---- */

static int make_whole(void **state)
{
	rig_upper_url = NULL;
	if (rig_make(state))
		return -1;
	worker = start_worker();
	return 0;
}

static void expect(const char *program, const char *word, int exit_code)
{
	int code = rig_stop(rig_start(program, word, NULL), 0);

	if (code != exit_code)
		fail_msg("%s %s ended with %d, expected %d\n%s", program, word ? word : "", code, exit_code,
		         rig_log());
}

static void a_rebuild_fills_two_new_databases_from_the_topic(void **state)
{
	char lower[300], upper[300];
	char *slash;

	(void)state;
	make_shows();
	(void)rig_sql("CREATE DATABASE %s_half", strrchr(own_url.data, '/') + 1);
	(void)upper_sql("CREATE DATABASE half");
	snprintf(lower, sizeof lower, "%s_half", own_url.data);
	snprintf(upper, sizeof upper, "%s", upper_url);
	slash = strrchr(upper, '/');
	snprintf(slash, sizeof upper - (size_t)(slash - upper), "/half%s",
	         strchr(strrchr(upper_url, '/'), '?'));
	unsetenv("DATABASE_URL");
	/* The old database serves all partitions: it cannot become that of a part. */
	setenv("HOLDFAST_DATABASE_MAP", rig_map(own_url.data, upper), 1);
	expect("holdfast-admin", "init", 3);
	setenv("HOLDFAST_DATABASE_MAP", rig_map(lower, upper), 1);
	expect("holdfast-admin", "init", 0);
	/* Most of it while the worker goes on in the old one, the rest when it has stopped. */
	expect("holdfast-admin", "rebuild", 0);
	for (int p = 0; p < RIG_PARTITIONS; p++)
		reserve(p, "one", "A1", 600);
	rig_await(RIG_PARTITIONS);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect("holdfast-audit", NULL, 6);
	expect("holdfast-admin", "rebuild", 0);
	expect("holdfast-audit", NULL, 0);
	worker = start_worker();
	for (int p = 0; p < RIG_PARTITIONS; p++)
		reserve(p, "one", "A2", 600);
	rig_await(RIG_PARTITIONS);
	for (size_t p = 0; p < RIG_PARTITIONS; p++)
		rig_expect(rig_reply(p), 409, "ALREADY_RESERVED");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect("holdfast-audit", NULL, 0);
	(void)rig_sql("DROP DATABASE %s_half WITH (FORCE)", strrchr(own_url.data, '/') + 1);
	unsetenv("HOLDFAST_DATABASE_MAP");
	setenv("DATABASE_URL", own_url.data, 1);
}

int main(void)
{
	const struct CMUnitTest split[] = {
		cmocka_unit_test(each_database_has_the_rows_of_its_own_partitions),
		cmocka_unit_test(status_speaks_of_every_database),
		cmocka_unit_test(holds_lapse_in_every_database),
		cmocka_unit_test(a_database_that_is_lost_stops_its_own_partitions_alone),
		cmocka_unit_test(an_expirer_starts_without_a_database_too),
		cmocka_unit_test(a_database_that_comes_later_is_verified_then),
		cmocka_unit_test(rows_that_belong_to_the_other_database_are_differences),
		cmocka_unit_test(nothing_runs_where_the_map_is_not_what_the_databases_were_made_for),
		cmocka_unit_test(nothing_runs_where_a_partition_has_no_database_or_two),
	};
	const struct CMUnitTest whole[] = {
		cmocka_unit_test(a_rebuild_fills_two_new_databases_from_the_topic),
	};
	int failed = cmocka_run_group_tests_name("split", split, make, drop);

	return failed + cmocka_run_group_tests_name("whole", whole, make_whole, drop_servers);
}
