/*
 * Clocks that are wrong: of the worker and the expirer, which count for nothing; of the broker,
 * which gives the append times and may go back; of the broker against the database, by whose
 * clock the expirer looks for what is due.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/instant.h"
#include "tests/integration/ask.h"
#include "tests/integration/rig.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"
#include "tests/integration/traffic.h"
#include "tests/integration/wrong_clock.h"

#define S_MS INT64_C(1000)
#define MINUTE_MS (60 * S_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define REQUESTS 60
#define REPLY_LATE_MS_MAX (30 * MINUTE_MS) /* the worker's LATE_MS_MAX */

static struct wrong_clock worker_clock, expirer_clock, broker_clock;
static long worker, expirer;

static long start_worker(void)
{
	return rig_start("holdfast-worker", "--batch-max=20", "--kafka.session.timeout.ms=3000",
	                 "--kafka.heartbeat.interval.ms=500", NULL);
}

static void start(void)
{
	wrong_clock_use(&worker_clock);
	worker = start_worker();
	wrong_clock_use(&expirer_clock);
	expirer = rig_start("holdfast-expirer", "--interval-ms=50", NULL);
	wrong_clock_use(NULL);
}

static void stop(void)
{
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	assert_int_equal(rig_stop(expirer, SIGTERM), 0);
}

static void await_status(const char *hold, const char *status)
{
	char sql[120];

	snprintf(sql, sizeof sql, "SELECT status FROM holdfast.seat_reservations WHERE reservation_id = "
	         "'%s'", hold);
	rig_await_sql(status, sql);
}

static int64_t time_in(const char *reply, const char *name)
{
	int64_t ms = 0;

	if (instant_parse(rig_field(reply, name), &ms))
		fail_msg("no %s in %s", name, reply);
	return ms;
}

static int expires(const char *show, const char *reason)
{
	return atoi(rig_sql("SELECT count(*) FROM holdfast.decisions WHERE show_id = '%s' AND type = "
	                    "'expire' AND reason = '%s'", show, reason));
}

/* ---- what must hold in the end ---------------------------------------------------------------- */

struct appended {
	int32_t partition;
	int64_t offset, at_ms, t_ms;
};

/* The requests and their t, by the rule of the contract; the steps back of their append times. */
static size_t read_requests(struct appended *list, int *steps_back)
{
	struct record *records = calloc(TOPICS_RECORDS_MAX, sizeof *records);
	int64_t t_ms[RIG_PARTITIONS] = {0}, at_ms[RIG_PARTITIONS] = {0};
	size_t count = rig_read(rig_topics.requests, records, TOPICS_RECORDS_MAX);

	*steps_back = 0;
	for (size_t i = 0; i < count; i++) {
		const struct record *r = &records[i];

		assert_true(r->is_append_time);
		*steps_back += r->timestamp_ms < at_ms[r->partition] - MINUTE_MS;
		at_ms[r->partition] = r->timestamp_ms;
		if (r->timestamp_ms > t_ms[r->partition])
			t_ms[r->partition] = r->timestamp_ms;
		list[i] = (struct appended){r->partition, r->offset, r->timestamp_ms, t_ms[r->partition]};
	}
	rig_give(records, count);
	free(records);
	return count;
}

static const struct appended *find(const struct appended *list, size_t count, const char *reply)
{
	int partition = atoi(rig_field(reply, "partition"));
	long long offset = atoll(rig_field(reply, "offset"));

	for (size_t i = 0; i < count; i++)
		if (list[i].partition == partition && list[i].offset == offset)
			return &list[i];
	fail_msg("a reply to nothing: %s", reply);
	return NULL;
}

static void expect_time_of(const struct record *r, const struct appended *list, size_t count)
{
	char *reply = strndup(r->value.data, r->value.bytes);
	const struct appended *request = find(list, count, reply);
	const char *show = rig_field(reply, "show_id");
	bool is_duplicate = rig_field(reply, "duplicate_of")[0] != '\0';

	if (r->timestamp_ms < request->at_ms || r->timestamp_ms > request->at_ms + REPLY_LATE_MS_MAX)
		fail_msg("published at %lld, asked at %lld: %s", (long long)r->timestamp_ms,
		         (long long)request->at_ms, reply);
	if (!is_duplicate && time_in(reply, "decided_at") != request->t_ms)
		fail_msg("decided at another time than %lld: %s", (long long)request->t_ms, reply);
	/* traffic.c: a show's number tells how long its holds are */
	if (!is_duplicate && strstr(reply, "\"reason\":\"RESERVED\"") && !strncmp(show, "traffic-", 8))
		assert_int_equal(time_in(reply, "reserved_until") - request->t_ms,
		                 (1 + atoi(show + 8) % 3) * S_MS);
	free(reply);
}

/* Every decision was made at its t, whatever any clock said; the audit finds nothing. */
static int expect_all_right(void)
{
	struct appended *requests = calloc(TOPICS_RECORDS_MAX, sizeof *requests);
	struct record *replies = calloc(TOPICS_RECORDS_MAX, sizeof *replies);
	int steps_back;
	/* Replies first: the expirer may be asking for more. */
	size_t reply_count = rig_read(rig_topics.replies, replies, TOPICS_RECORDS_MAX);
	size_t count = read_requests(requests, &steps_back);

	for (size_t i = 0; i < reply_count; i++)
		expect_time_of(&replies[i], requests, count);
	rig_give(replies, reply_count);
	free(replies);
	free(requests);
	if (rig_stop(rig_start("holdfast-audit", NULL), 0) != 0)
		fail_msg("the audit found something:\n%s", rig_log());
	return steps_back;
}

/* ---- the clocks of our own programs ----------------------------------------------------------- */

/* Did it have that clock? Its last log line tells. */
static void expect_clock(const char *program, int64_t offset_ms)
{
	const char *log = rig_log(), *last = NULL, *line = log;
	char name[40], time[INSTANT_TEXT_BYTES];
	int64_t ms = 0;

	snprintf(name, sizeof name, " program=%s ", program);
	for (const char *at = log; (at = strstr(at, name)); at++)
		last = at;
	assert_non_null(last);
	for (const char *at = line; (at = strstr(at, "ts=")) && at < last; at++)
		line = at;
	snprintf(time, sizeof time, "%s", line + strlen("ts="));
	assert_int_equal(instant_parse(time, &ms), 0);
	assert_true(llabs(ms - offset_ms - clock_wall_ms()) < 10 * MINUTE_MS);
}

static void be_off(const char *show, int64_t worker_ms, int64_t expirer_ms)
{
	char live[UUID_TEXT_CHARS + 1], brief[UUID_TEXT_CHARS + 1];
	const char *reply;

	wrong_clock_set(&worker_clock, worker_ms);
	wrong_clock_set(&expirer_clock, expirer_ms);
	start();
	rig_show(show, 2);
	reply = ask_reserve(show, strcpy(live, rig_id()), "s1", "A1", 600);
	rig_expect(reply, 200, "RESERVED");
	assert_int_equal(time_in(reply, "reserved_until") - time_in(reply, "decided_at"), 600 * S_MS);
	rig_expect(ask_reserve(show, strcpy(brief, rig_id()), "s2", "A2", 1), 200, "RESERVED");
	await_status(brief, "expired");
	await_status(live, "held");
	assert_int_equal(expires(show, "EXPIRED"), 1);
	assert_int_equal(expires(show, "NOT_DUE"), 0);
	traffic_send(REQUESTS);
	rig_await(REQUESTS);
	stop();
	expect_clock("holdfast-worker", worker_ms);
	expect_clock("holdfast-expirer", expirer_ms);
	expect_all_right();
}

static void clocks_that_are_hours_off_change_no_decision(void **state)
{
	(void)state;
	be_off("ahead", 2 * HOUR_MS, -2 * HOUR_MS);
	be_off("behind", -2 * HOUR_MS, 2 * HOUR_MS);
}

static void clocks_that_jump_change_no_decision(void **state)
{
	static const struct { int64_t worker_ms, expirer_ms; } jumps[] = {
	    {0, 0},
	    {HOUR_MS, -HOUR_MS},
	    {HOUR_MS - 300, 2 * HOUR_MS}, /* set back, but not by more than a pause */
	    {30 * HOUR_MS, 30},
	    {30 * HOUR_MS - 500, -30 * HOUR_MS},
	};

	(void)state;
	wrong_clock_set(&worker_clock, -HOUR_MS);
	wrong_clock_set(&expirer_clock, HOUR_MS);
	start();
	for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
		traffic_send(REQUESTS);
		wrong_clock_set(&worker_clock, jumps[i].worker_ms);
		wrong_clock_set(&expirer_clock, jumps[i].expirer_ms);
		traffic_send(REQUESTS);
		rig_await(2 * REQUESTS);
	}
	expect_all_right();
}

/*
 * librdkafka waits until times of the wall clock. Set back by an hour, what it was waiting for is
 * an hour away: the worker may fall silent, and its partitions go to another.
 */
static void a_worker_whose_clock_is_set_back_an_hour_can_be_replaced(void **state)
{
	long other;

	(void)state;
	traffic_send(REQUESTS);
	wrong_clock_set(&worker_clock, 29 * HOUR_MS);
	other = start_worker();
	for (int i = 0; i < 3; i++) {
		traffic_send(REQUESTS);
		rig_await(i ? REQUESTS : 2 * REQUESTS);
	}
	assert_int_equal(rig_stop(worker, SIGKILL), -SIGKILL);
	traffic_send(REQUESTS);
	rig_await(REQUESTS);
	worker = other;
	stop();
	expect_all_right();
}

static int make_programs(void **state)
{
	if (rig_make(state))
		return -1;
	wrong_clock_open(&worker_clock, "worker");
	wrong_clock_open(&expirer_clock, "expirer");
	start();
	traffic_open(21);
	stop();
	return 0;
}

static int drop(void **state)
{
	int code = rig_drop(state);

	wrong_clock_close(&worker_clock);
	wrong_clock_close(&expirer_clock);
	return code;
}

/* ---- the broker's clock ----------------------------------------------------------------------- */

/*
 * First steps back, then leaps: a broker counts its own waits by that clock, so that one set back
 * after a leap may stand still itself. What waits for its answer across two steps must still not be
 * an hour ahead (docs/operations.md).
 */
#define STEP_BACK_MS (25 * MINUTE_MS)

static void send_across(int64_t offset_ms)
{
	traffic_send(REQUESTS);
	wrong_clock_set(&broker_clock, offset_ms);
	traffic_send(REQUESTS);
	rig_await(2 * REQUESTS);
}

static size_t requests(void)
{
	struct record *records = calloc(TOPICS_RECORDS_MAX, sizeof *records);
	size_t count = rig_read(rig_topics.requests, records, TOPICS_RECORDS_MAX);

	rig_give(records, count);
	free(records);
	return count;
}

static void a_broker_that_is_set_back_again_and_again_changes_no_decision(void **state)
{
	size_t before;

	(void)state;
	traffic_open(22);
	for (int i = 1; i <= 3; i++)
		send_across(-i * STEP_BACK_MS);
	/* What waits meanwhile, with nobody to answer it, must not seem to come from the future. */
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	before = requests();
	traffic_send(REQUESTS);
	while (requests() < before + REQUESTS)
		assert_true(rig_waiting() > 0); /* until all are appended */
	wrong_clock_set(&broker_clock, -5 * STEP_BACK_MS);
	worker = start_worker();
	rig_await(REQUESTS);
	assert_true(expect_all_right() >= 4);
}

/* t stays, and so do the holds, until the broker is where it was; however due by the database. */
static void while_the_broker_is_behind_time_stands_still_and_no_hold_ends(void **state)
{
	char brief[UUID_TEXT_CHARS + 1];
	const char *before, *reply;
	int64_t t_ms;

	(void)state;
	rig_show("back", 3);
	before = ask_reserve("back", rig_id(), "s1", "A1", 600);
	rig_expect(before, 200, "RESERVED");
	t_ms = time_in(before, "decided_at");
	wrong_clock_set(&broker_clock, -6 * STEP_BACK_MS);
	reply = ask_reserve("back", strcpy(brief, rig_id()), "s2", "A2", 1);
	rig_expect(reply, 200, "RESERVED");
	assert_int_equal(time_in(reply, "decided_at"), t_ms);
	assert_int_equal(time_in(reply, "reserved_until"), t_ms + S_MS);
	/* By the database's clock it is due; by t it is not. */
	rig_await_sql("t", "SELECT count(*) > 0 FROM holdfast.decisions WHERE show_id = 'back' AND "
	                   "reason = 'NOT_DUE'");
	reply = ask_reserve("back", rig_id(), "s3", "A2", 1);
	rig_expect(reply, 409, "SEATS_TAKEN");
	assert_int_equal(time_in(reply, "decided_at"), t_ms);
	await_status(brief, "held");
	assert_int_equal(expires("back", "EXPIRED"), 0);
	wrong_clock_set(&broker_clock, 0);
	await_status(brief, "expired"); /* announced again, with back-off */
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.seat_reservations WHERE status = "
	                            "'expired' AND ended_at < reserved_until"), "0");
	expect_all_right();
}

/* Holds lapse by t alone: all at once where it leaps, and without the expirer, which is late. */
static void a_broker_ahead_of_the_database_only_makes_the_expirer_late(void **state)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const char *reply;

	(void)state;
	rig_show("leap", 1);
	rig_expect(ask_reserve("leap", rig_id(), "s1", "A1", 600), 200, "RESERVED");
	rig_expect(ask_reserve("leap", rig_id(), "s2", "A1", 600), 409, "SEATS_TAKEN");
	send_across(HOUR_MS);
	send_across(6 * HOUR_MS);
	rig_expect(ask_reserve("leap", rig_id(), "s2", "A1", 1), 200, "RESERVED");
	do {
		assert_true(clock_monotonic_ms() < until_ms);
		reply = ask_reserve("leap", rig_id(), "s3", "A1", 600);
	} while (strstr(reply, "SEATS_TAKEN"));
	rig_expect(reply, 200, "RESERVED");
	assert_string_equal(topics_events("leap"), "show_created seats_added A1 reserved A1 expired A1 "
	                                           "reserved A1 expired A1 reserved A1");
	assert_int_equal(expires("leap", "EXPIRED") + expires("leap", "NOT_DUE"), 0);
	stop();
	expect_all_right();
}

#define BROKER "env -u HOLDFAST_KAFKA_PROXY_PORT -u HOLDFAST_KAFKA_PORT " \
               "-u HOLDFAST_KAFKA_CONTROLLER_PORT HOLDFAST_UP_TIMEOUT_S=200 HOLDFAST_RUN_DIR=%s "

static char broker_run[200];
static char *other_broker;

static int make_broker(void **state)
{
	const char *folder = getenv("HOLDFAST_RUN_DIR");

	other_broker = strdup(getenv("KAFKA_BOOTSTRAP_SERVERS"));
	snprintf(broker_run, sizeof broker_run, "%s/clocks", folder ? folder : "/tmp/holdfast");
	wrong_clock_open(&broker_clock, "broker");
	wrong_clock_open(&worker_clock, "worker");
	wrong_clock_open(&expirer_clock, "expirer");
	(void)shell_run(BROKER "compose/local/down --kill --purge 2>&1", broker_run);
	wrong_clock_use(&broker_clock);
	(void)shell_run(BROKER "compose/local/up kafka 2>&1", broker_run);
	wrong_clock_use(NULL);
	setenv("KAFKA_BOOTSTRAP_SERVERS",
	       shell_run("unset KAFKA_BOOTSTRAP_SERVERS; . %s/env && printf %%s "
	                 "\"$KAFKA_BOOTSTRAP_SERVERS\"", broker_run), 1);
	if (rig_make(state))
		return -1;
	start();
	return 0;
}

static int drop_broker(void **state)
{
	int code = drop(state);

	(void)shell_run(BROKER "compose/local/down --kill --purge 2>&1", broker_run);
	wrong_clock_close(&broker_clock);
	setenv("KAFKA_BOOTSTRAP_SERVERS", other_broker, 1);
	free(other_broker);
	return code;
}

int main(void)
{
	const struct CMUnitTest programs[] = {
	    cmocka_unit_test(clocks_that_are_hours_off_change_no_decision),
	    cmocka_unit_test(clocks_that_jump_change_no_decision),
	    cmocka_unit_test(a_worker_whose_clock_is_set_back_an_hour_can_be_replaced),
	};
	const struct CMUnitTest broker[] = {
	    cmocka_unit_test(a_broker_that_is_set_back_again_and_again_changes_no_decision),
	    cmocka_unit_test(while_the_broker_is_behind_time_stands_still_and_no_hold_ends),
	    cmocka_unit_test(a_broker_ahead_of_the_database_only_makes_the_expirer_late),
	};

	return cmocka_run_group_tests(programs, make_programs, drop) +
	       cmocka_run_group_tests(broker, make_broker, drop_broker);
}
