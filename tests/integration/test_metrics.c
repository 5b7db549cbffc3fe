/*
 * What operators see: the pages of --metrics-listen held against the topics and the rows, health
 * while servers are away, a partition is halted or a thread hangs, and what the service manager and
 * `holdfast-admin status` are told.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/partitioner.h"
#include "tests/integration/ask.h"
#include "tests/integration/manager.h"
#include "tests/integration/own_database.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

#define HANG_MS "1000"
#define SILENCE_MS 2400      /* from half of it on the manager would have been told more than once */

/* Who comes with the same id takes over without the wait for the other's session to end. */
#define SAME_MEMBER "--kafka.group.instance.id=one"

/* Where a program's pages are. */
struct pages {
	long pid;
	char address[60];
};

static char *server_url;
static struct pages worker;

/* ---- pages ---- */

static int count_started(void)
{
	int count = 0;

	for (const char *at = rig_log(); (at = strstr(at, "msg=metrics address=")); at++)
		count++;
	return count;
}

/* Start a program with pages and wait until they can be asked for. */
static struct pages start_at(const char *address, const char *program, const char *option,
                             const char *more)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	int before = count_started();
	struct pages p;
	const char *last = NULL;

	p.pid = rig_start(program, address, option, more, NULL);
	while (count_started() == before) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(10);
	}
	for (const char *at = rig_log(); (at = strstr(at, "msg=metrics address=")); at++)
		last = at;
	assert_int_equal(sscanf(last, "msg=metrics address=%59s", p.address), 1);
	return p;
}

static struct pages start(const char *program, const char *option, const char *more)
{
	return start_at("--metrics-listen=127.0.0.1:0", program, option, more);
}

/* A page's body; the status stands on a line of its own behind it. */
static const char *get_page(const struct pages *p, const char *path)
{
	return shell_run("curl -s -w '\\nstatus %%{http_code}' http://%s%s", p->address, path);
}

static void await_page(const struct pages *p, const char *path, const char *status,
                       const char *part)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const char *page;
	char line[40];

	snprintf(line, sizeof line, "\nstatus %s", status);
	while (!strstr(page = get_page(p, path), line) || !strstr(page, part)) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("expected %s and %s, got %s\n%s", status, part, page, rig_log());
		clock_sleep_ms(50);
	}
}

/* The value of a series; -1: it is not there. */
static double value(const char *metrics, const char *series)
{
	size_t bytes = strlen(series);

	for (const char *at = metrics; (at = strstr(at, series)); at++)
		if ((at == metrics || at[-1] == '\n') && at[bytes] == ' ')
			return strtod(at + bytes, NULL);
	return -1;
}

static void expect_series(const char *metrics, const char *series, double expected)
{
	if (value(metrics, series) != expected)
		fail_msg("%s is %g, expected %g", series, value(metrics, series), expected);
}

/* The metrics once a series has a value. */
static const char *await_series(const struct pages *p, const char *series, double expected)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const char *metrics;

	while (value(metrics = get_page(p, "/metrics"), series) != expected) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("%s is %g, expected %g\n%s", series, value(metrics, series), expected,
			         rig_log());
		clock_sleep_ms(50);
	}
	return metrics;
}

static int count_lines(const char *text, const char *beginning)
{
	int count = 0;

	for (const char *at = text; (at = strstr(at, beginning)); at++)
		count += at == text || at[-1] == '\n';
	return count;
}

static void await_partitions(const struct pages *p, int count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const char *metrics;

	while (count_lines(metrics = get_page(p, "/metrics"), "holdfast_partition_halted{") != count ||
	       count_lines(metrics, "holdfast_partition_offset{") != 3 * count) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("not %d partitions: %s", count, metrics);
		clock_sleep_ms(50);
	}
}

/* ---- what is counted ---- */

static void reserve(const char *id, const char *session, const char *seat, int seconds, int code,
                    const char *reason)
{
	rig_expect(ask_reserve("m", id, session, seat, seconds), code, reason);
}

static void ask_about(const char *type, const char *reservation, const char *session, int code,
                      const char *reason)
{
	rig_expect(*session ? ask_on_hold("m", type, reservation, session)
	                    : ask_expire("m", reservation), code, reason);
}

/* Ask to end a hold until it has lapsed; the number of times that it had not. */
static int expire_when_due(const char *reservation)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	int early = 0;

	for (;; early++) {
		const char *reply = ask_expire("m", reservation);

		if (strstr(reply, "\"EXPIRED\""))
			return early;
		rig_expect(reply, 409, "NOT_DUE");
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(50);
	}
}

/* A bit of everything; each kind of answer a different number of times where that is cheap. */
static void send_a_bit_of_everything(void)
{
	const char *first = rig_id(), *late = rig_id(), *lapsed = rig_id(), *lost = rig_id();
	const struct text junk = {"{\"type\":", 8};

	rig_show("m", 6);
	reserve(first, "a", "A1", 600, 200, "RESERVED");
	reserve(first, "a", "A1", 600, 200, "RESERVED");       /* a repeat */
	reserve(first, "a", "A2", 600, 422, "IDEMPOTENCY_MISMATCH");
	reserve(lost, "b", "A1", 600, 409, "SEATS_TAKEN");
	reserve(lost, "b", "A1", 600, 409, "SEATS_TAKEN");     /* a repeat is no second conflict */
	reserve(rig_id(), "c", "A1", 600, 409, "SEATS_TAKEN");
	reserve(rig_id(), "a", "A3", 600, 409, "ALREADY_RESERVED");
	reserve(rig_id(), "d", "B1", 600, 404, "UNKNOWN_SEAT");
	reserve(lapsed, "e", "A4", 1, 200, "RESERVED");
	reserve(late, "f", "A5", 1, 200, "RESERVED");
	ask_about("confirm", first, "a", 200, "CONFIRMED");
	ask_about("confirm", first, "a", 200, "ALREADY_CONFIRMED");
	ask_about("release", first, "a", 409, "ALREADY_CONFIRMED");
	ask_about("release", rig_id(), "a", 404, "UNKNOWN_RESERVATION");
	rig_expect(rig_ask_raw(text_of("m"), junk, NULL, 0), 400, "INVALID_REQUEST");
	rig_expect(rig_ask("m", "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"m\"}",
	                   rig_id()), 400, "INVALID_REQUEST");
	expire_when_due(lapsed);
	ask_about("expire", lapsed, "", 200, "NOTHING_HELD");
	reserve(rig_id(), "g", "A5", 600, 200, "RESERVED"); /* ends the other lapsed hold on its way */
}

/* "type reason" of each reply, and what of them counts as well elsewhere. */
struct tally {
	struct { char name[80]; int count; } list[60];
	int kinds, replies, conflicts, expired_replies;
};

static void tally_reply(struct tally *tally, const struct record *reply)
{
	const char *type = rig_field(reply->value.data, "type");
	const char *reason = rig_field(reply->value.data, "reason");
	char name[80];
	int i = 0;

	snprintf(name, sizeof name, "{type=\"%s\",reason=\"%s\"}", strcmp(type, "null") ? type : "none",
	         reason);
	while (i < tally->kinds && strcmp(tally->list[i].name, name) != 0)
		i++;
	assert_true(i < 60);
	if (i == tally->kinds)
		snprintf(tally->list[tally->kinds++].name, sizeof name, "%s", name);
	tally->list[i].count++;
	tally->replies++;
	tally->conflicts +=
	    !strcmp(reason, "SEATS_TAKEN") && !*rig_field(reply->value.data, "duplicate_of");
	tally->expired_replies += !strcmp(reason, "EXPIRED");
}

static struct tally tally_replies(void)
{
	struct record *records = test_calloc(1000, sizeof *records);
	size_t count = rig_read(rig_topics.replies, records, 1000);
	struct tally tally = {0};

	for (size_t i = 0; i < count; i++)
		tally_reply(&tally, &records[i]);
	rig_give(records, count);
	test_free(records);
	return tally;
}

static int count_expired_events(void)
{
	struct record *records = test_calloc(1000, sizeof *records);
	size_t count = rig_read(rig_topics.events, records, 1000);
	int expired = 0;

	for (size_t i = 0; i < count; i++)
		expired += strstr(records[i].value.data, "\"event\":\"expired\"") != NULL;
	rig_give(records, count);
	test_free(records);
	return expired;
}

/* Each series of decisions has just as many as there are replies of its kind: none more, none less. */
static void expect_decisions(const char *metrics, const struct tally *tally)
{
	double all = 0;

	for (int i = 0; i < tally->kinds; i++) {
		char series[120];

		snprintf(series, sizeof series, "holdfast_decisions_total%s", tally->list[i].name);
		expect_series(metrics, series, tally->list[i].count);
	}
	for (const char *at = metrics; (at = strstr(at, "\nholdfast_decisions_total{")); at++)
		all += strtod(strchr(at, '}') + 1, NULL);
	assert_true(all == tally->replies);
}

static void expect_offsets(const struct pages *p)
{
	for (int i = 0; i < RIG_PARTITIONS; i++) {
		double next = strtod(rig_sql("SELECT next_offset FROM holdfast.partition_progress WHERE "
		                             "partition = %d", i), NULL);
		static const char *const kinds[] = {"decided", "replied", "end"};

		for (int kind = 0; kind < 3; kind++) {
			char series[100];

			snprintf(series, sizeof series, "holdfast_partition_offset{partition=\"%d\",kind=\"%s\"}",
			         i, kinds[kind]);
			(void)await_series(p, series, next);
		}
	}
}

static void every_reply_is_counted_once_under_its_type_and_reason(void **state)
{
	struct record wrong;
	struct tally tally;
	const char *metrics;
	double batches;

	(void)state;
	await_page(&worker, "/readyz", "200", "# ready\n");
	send_a_bit_of_everything();
	wrong = topics_reply(rig_topics.replies, topics_other_partition("m"),
	                     topics_send(topics_other_partition("m"), text_of("m"),
	                             text_of("{\"type\":\"create_show\",\"show_id\":\"m\",\"request_id\":"
	                                     "\"6fa459ea-ee8a-3ca4-894e-db77e160355e\"}"), NULL, 0));
	rig_give(&wrong, 1);
	tally = tally_replies();
	assert_true(tally.replies >= 22 && tally.kinds >= 16);
	metrics = await_series(&worker, "holdfast_decision_seconds_count", tally.replies);
	expect_decisions(metrics, &tally);
	expect_series(metrics, "holdfast_reservation_conflicts_total", tally.conflicts);
	assert_int_equal(tally.conflicts, 2);
	expect_series(metrics, "holdfast_expirations_total", count_expired_events());
	assert_int_equal(count_expired_events(), 2);
	expect_series(metrics, "holdfast_expiry_lateness_seconds_count", tally.expired_replies);
	expect_series(metrics, "holdfast_batch_size_sum", tally.replies);
	batches = value(metrics, "holdfast_batch_size_count");
	assert_true(batches > 0 && batches <= tally.replies);
	expect_series(metrics, "holdfast_db_transaction_seconds_count", batches);
	expect_series(metrics, "holdfast_kafka_transaction_seconds_count", batches);
	expect_series(metrics, "holdfast_partial_rollbacks_total", 0);
	expect_series(metrics, "holdfast_replayed_replies_total", 0);
	expect_series(metrics, "holdfast_fenced_total{by=\"kafka\"}", 0);
	expect_series(metrics, "holdfast_fenced_total{by=\"database\"}", 0);
	expect_offsets(&worker);
}

/* The list of the contract, to the letter. */
static void every_metric_of_the_protocol_is_there_and_no_other(void **state)
{
	static const char *const names[] = {
	    "holdfast_decisions_total", "holdfast_reservation_conflicts_total",
	    "holdfast_partial_rollbacks_total", "holdfast_decision_seconds", "holdfast_batch_size",
	    "holdfast_db_transaction_seconds", "holdfast_kafka_transaction_seconds",
	    "holdfast_producer_rebuilds_total", "holdfast_replayed_replies_total",
	    "holdfast_fenced_total", "holdfast_unlisted_reply_topics_total",
	    "holdfast_partition_offset", "holdfast_partition_waiting",
	    "holdfast_partition_wait_seconds", "holdfast_partition_halted", "holdfast_surplus_partitions",
	    "holdfast_expirations_total", "holdfast_expiry_lateness_seconds", "holdfast_build_info",
	};
	const char *metrics = get_page(&worker, "/metrics");

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char line[100];

		snprintf(line, sizeof line, "# TYPE %s ", names[i]);
		if (count_lines(metrics, line) != 1)
			fail_msg("%s is missing", names[i]);
		snprintf(line, sizeof line, "%s", names[i]);
		assert_true(count_lines(metrics, line) > 0);
	}
	assert_int_equal(count_lines(metrics, "# TYPE "), sizeof names / sizeof names[0]);
	assert_null(strstr(metrics, "A1")); /* nothing of shows, seats, requests */
	assert_null(strstr(metrics, "=\"m\""));
	assert_string_equal(shell_run("curl -s http://%s/metrics | compose/local/promtool check metrics "
	                              "2>&1", worker.address), "");
}

/* Another session changes a seat between the read of the plan and its conditional UPDATE. */
static void rows_that_change_under_a_batch_are_counted_as_a_rollback(void **state)
{
	const char *metrics;

	(void)state;
	(void)shell_run("(psql '%s' -Xqc \"BEGIN; UPDATE holdfast.show_seats SET status = 'sold' "
	                "WHERE show_id = 'm' AND seat_id = 'A6'; SELECT pg_sleep(1); COMMIT\" "
	                ">/dev/null 2>&1 &)", own_url.data);
	rig_await_sql("1", "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
	                   "wait_event = 'PgSleep'");
	reserve(rig_id(), "h", "A6", 600, 409, "SEATS_TAKEN");
	metrics = await_series(&worker, "holdfast_partial_rollbacks_total", 1);
	expect_series(metrics, "holdfast_reservation_conflicts_total", 3);
}

static void admit(const char *limit)
{
	(void)shell_run("psql '%s' -Xqc 'ALTER DATABASE %s CONNECTION LIMIT %s' 2>&1", server_url,
	                strrchr(own_url.data, '/') + 1, limit);
}

static void without_the_database_it_is_alive_and_not_ready_and_says_why(void **state)
{
	(void)state;
	admit("0");
	(void)shell_run("psql '%s' -Xqc \"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
	                "datname = '%s'\" 2>&1", server_url, strrchr(own_url.data, '/') + 1);
	await_page(&worker, "/readyz", "503", "database: ");
	rig_send("m", "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"m\"}", rig_id());
	await_page(&worker, "/readyz", "503", " waits for the database\n");
	await_page(&worker, "/livez", "200", "# alive\n");
	admit("-1");
	rig_await(1);
	await_page(&worker, "/readyz", "200", "# ready\n");
}

static void a_partition_that_is_revoked_loses_its_gauges(void **state)
{
	struct pages other = start("holdfast-worker", NULL, NULL);

	(void)state;
	await_partitions(&worker, RIG_PARTITIONS / 2);
	await_partitions(&other, RIG_PARTITIONS / 2);
	await_page(&worker, "/readyz", "200", "# ready\n");
	assert_int_equal(rig_stop(other.pid, SIGTERM), 0);
	await_partitions(&worker, RIG_PARTITIONS);
}

static int partition_of(const char *show_id)
{
	return (int)partition_of_key(show_id, strlen(show_id), RIG_PARTITIONS);
}

/* Set back as a restored backup would be. */
static void a_halted_partition_is_seen_everywhere_until_it_is_acquired_again(void **state)
{
	int64_t until_ms = clock_monotonic_ms() + 2 * RIG_WAIT_MS;
	int partition = partition_of("m");
	char series[80], part[80];
	const char *status;

	(void)state;
	assert_int_equal(rig_stop(worker.pid, SIGTERM), 0);
	(void)rig_sql("UPDATE holdfast.partition_progress SET next_offset = next_offset - 1 WHERE "
	              "partition = %d", partition);
	worker = start("holdfast-worker", NULL, NULL);
	snprintf(series, sizeof series, "holdfast_partition_halted{partition=\"%d\"}", partition);
	(void)await_series(&worker, series, 1);
	snprintf(part, sizeof part, "partition %d halted: the database lost commits", partition);
	await_page(&worker, "/readyz", "503", part);
	while (count_lines(get_page(&worker, "/readyz"), "partition ") > 1) { /* the others are acquired */
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(50);
	}
	assert_non_null(strstr(get_page(&worker, "/readyz"), part));
	await_page(&worker, "/livez", "200", "# alive\n");
	rig_await_sql("1", "SELECT count(*) FROM holdfast.partition_halts WHERE sqlstate IS NULL AND "
	                   "\"offset\" IS NULL AND at > now() - interval '1 minute'");
	status = shell_run("${HOLDFAST_BUILD:-build}/holdfast-admin status 2>&1");
	assert_non_null(strstr(status, "           halted since 2"));
	assert_non_null(strstr(status, ": the database lost commits: answered below "));
	assert_int_equal(count_lines(status, "           halted"), 1);
	assert_non_null(strstr(status, "holdfast-worker-")); /* its owner */
	/* What is not of this database is not told as if it were. */
	assert_int_equal(rig_stop(rig_start("holdfast-admin", "status", "--group-id=other", NULL), 0), 3);
	assert_non_null(strstr(rig_log(), "not to \\\"other\\\""));
	status = shell_run("${HOLDFAST_BUILD:-build}/holdfast-admin show status any "
	                   "--requests-topic=other 2>&1; echo code $?");
	assert_non_null(strstr(status, "code 3\n"));
	status = shell_run("${HOLDFAST_BUILD:-build}/holdfast-admin status --json 2>&1");
	snprintf(part, sizeof part, "{\"partition\":%d,", partition);
	assert_non_null(strstr(strstr(status, part), "\"halted\":{\"at\":\"2"));
	assert_int_equal(rig_stop(worker.pid, SIGTERM), 0);
	(void)rig_sql("UPDATE holdfast.partition_progress SET next_offset = next_offset + 1 WHERE "
	              "partition = %d", partition);
	worker = start("holdfast-worker", NULL, NULL);
	await_page(&worker, "/readyz", "200", "# ready\n");
	(void)await_series(&worker, series, 0);
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.partition_halts"), "0");
	assert_null(strstr(shell_run("${HOLDFAST_BUILD:-build}/holdfast-admin status --json 2>&1"),
	                   "\"halted\":{"));
}

static void the_service_manager_is_told_of_both_programs(void **state)
{
	struct pages expirer;

	(void)state;
	manager_open();
	expirer = start("holdfast-expirer", NULL, NULL);
	(void)manager_await("READY=1\nSTATUS=leader");
	(void)manager_await("WATCHDOG=1");
	await_page(&expirer, "/readyz", "200", "# ready\n");
	await_page(&expirer, "/livez", "200", "# alive\n");
	assert_int_equal(count_lines(get_page(&expirer, "/metrics"), "holdfast_"), 1);
	manager_stop(expirer.pid);
	assert_int_equal(rig_stop(worker.pid, SIGTERM), 0);
	worker = start("holdfast-worker", NULL, NULL);
	(void)manager_await("READY=1\nSTATUS=8 partitions assigned");
	(void)manager_await("WATCHDOG=1");
	manager_stop(worker.pid);
	manager_close();
}

/* From the page that says "... gives no sign of life for 1234 ms". */
static int64_t silence_ms(const struct pages *p)
{
	const char *at = strstr(get_page(p, "/livez"), "no sign of life for ");

	return at ? strtoll(at + strlen("no sign of life for "), NULL, 10) : 0;
}

static void a_lane_that_hangs_is_told_of_and_its_successor_replays_what_it_left(void **state)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const char *build = getenv("HOLDFAST_BUILD"), *metrics;
	char faulty[200], part[80];

	(void)state;
	manager_open();
	snprintf(faulty, sizeof faulty, "%s-faults", build ? build : "build");
	setenv("HOLDFAST_BUILD", faulty, 1);
	setenv("HOLDFAST_FAULT", "committed:delay=600000:1", 1);
	worker = start("holdfast-worker", SAME_MEMBER, "--hang-after-ms=" HANG_MS);
	setenv("HOLDFAST_BUILD", build ? build : "build", 1);
	unsetenv("HOLDFAST_FAULT");
	rig_send("m", "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"m\"}", rig_id());
	snprintf(part, sizeof part, "the lane of partition %d gives no sign of life for ",
	         partition_of("m"));
	await_page(&worker, "/livez", "503", part);
	await_page(&worker, "/readyz", "503", part);
	while (!strstr(rig_log(), "msg=\"a thread hangs\"") || silence_ms(&worker) < SILENCE_MS / 2) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(50);
	}
	manager_forget();
	while (silence_ms(&worker) < SILENCE_MS) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(50);
	}
	assert_int_equal(kill((pid_t)worker.pid, SIGTERM), 0);
	assert_int_equal(manager_await("STOPPING=1\nSTATUS=stopping"), 0); /* not that it is alive */
	manager_close();
	assert_int_equal(rig_stop(worker.pid, SIGKILL), -SIGKILL);
	worker = start("holdfast-worker", SAME_MEMBER, NULL);
	rig_await(1);
	metrics = await_series(&worker, "holdfast_replayed_replies_total", 1);
	expect_series(metrics, "holdfast_decision_seconds_count", 1);
	expect_series(metrics, "holdfast_batch_size_count", 0);
	assert_int_equal(rig_stop(worker.pid, SIGTERM), 0);
}

static void an_address_that_is_none_or_taken_is_refused_at_once(void **state)
{
	char option[100];

	(void)state;
	assert_int_equal(rig_stop(rig_start("holdfast-worker", "--metrics-listen=here", NULL), 0), 2);
	worker = start_at("--metrics-listen=localhost:0", "holdfast-expirer", NULL, NULL);
	assert_memory_equal(worker.address, "127.0.0.1:", 10);
	snprintf(option, sizeof option, "--metrics-listen=%s", worker.address);
	assert_int_equal(rig_stop(rig_start("holdfast-worker", option, NULL), 0), 2);
	assert_int_equal(rig_stop(worker.pid, SIGTERM), 0);
}

static int set_up(void **state)
{
	server_url = strdup(getenv("DATABASE_URL") ? getenv("DATABASE_URL") : "");
	if (rig_make(state))
		return -1;
	worker = start("holdfast-worker", NULL, NULL);
	return 0;
}

static int tear_down(void **state)
{
	free(server_url);
	return rig_drop(state);
}

int main(void)
{
	/* In this order: what a worker has counted goes with it. */
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_reply_is_counted_once_under_its_type_and_reason),
	    cmocka_unit_test(every_metric_of_the_protocol_is_there_and_no_other),
	    cmocka_unit_test(rows_that_change_under_a_batch_are_counted_as_a_rollback),
	    cmocka_unit_test(without_the_database_it_is_alive_and_not_ready_and_says_why),
	    cmocka_unit_test(a_partition_that_is_revoked_loses_its_gauges),
	    cmocka_unit_test(a_halted_partition_is_seen_everywhere_until_it_is_acquired_again),
	    cmocka_unit_test(the_service_manager_is_told_of_both_programs),
	    cmocka_unit_test(a_lane_that_hangs_is_told_of_and_its_successor_replays_what_it_left),
	    cmocka_unit_test(an_address_that_is_none_or_taken_is_refused_at_once),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
