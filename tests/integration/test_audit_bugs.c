/*
 * Workers that decide wrongly in one way each, which only builds with FAULTS=1 can: whatever they
 * answer and write, the audit finds it. And the worker's verification is no decoration.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/base/instant.h"
#include "common/base/partitioner.h"
#include "common/kafka/sender.h"
#include "tests/integration/ask.h"
#include "tests/integration/audit.h"
#include "tests/integration/own_database.h"

#define HOLDS 8 /* chances of a round to meet a hold in the millisecond in which it lapses */
#define ROUNDS_MAX 20
#define ASK_EVERY_US 40
#define RECORDS_MAX 60000 /* more than two tests ask in all rounds: 75 times a hold in its 3 ms */

static int set_up(void **state)
{
	setenv("HOLDFAST_PARTITIONS", "2", 1);
	return rig_make(state);
}

/* Programs of a failed test must not serve the next. */
static int after_each(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

/* A worker of the build that can do wrong; bug NULL: it does right. */
static long start(const char *bug)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char right[200], faulty[210];
	long worker;

	snprintf(right, sizeof right, "%s", build ? build : "build");
	snprintf(faulty, sizeof faulty, "%s-faults", right);
	setenv("HOLDFAST_BUILD", faulty, 1);
	if (bug)
		setenv("HOLDFAST_BUG", bug, 1);
	worker = rig_start("holdfast-worker", NULL);
	unsetenv("HOLDFAST_BUG");
	setenv("HOLDFAST_BUILD", right, 1);
	return worker;
}

static int32_t partition_of(const char *show)
{
	return partition_of_key(show, strlen(show), rig_partitions);
}

/* The audit names the request of that reply; `what` stands in that line. */
static void expect_found(const char *show, const char *offset, const char *what)
{
	struct audit audit;
	char line[200];
	const char *at;

	snprintf(line, sizeof line, "\nDIFFERENCE partition %d, offset %s: %s", (int)partition_of(show),
	         offset, what);
	audit_start(&audit, "--differences-max=10000", NULL);
	audit_await(&audit);
	at = strstr(audit.report, line + (strncmp(audit.report, line + 1, strlen(line) - 1) == 0));
	if (audit.exit_code != 6 || !at)
		fail_msg("exit code %d, expected%s\n%s", audit.exit_code, line, audit.report);
	audit_release(&audit);
}

/* ---- the verification ---- */

/*
 * A seat's row is rewritten, with the same columns, between the worker's look at it and its
 * UPDATE, which then finds no row that is as it was: only the row count tells.
 */
static const char *reserve_while_the_row_moves(const char *seat_id)
{
	struct db *db = own_open();
	char sql[160];

	snprintf(sql, sizeof sql, "BEGIN; UPDATE holdfast.show_seats SET version = version WHERE show_id = "
	         "'moves' AND seat_id = '%s'", seat_id);
	own_run(db, sql);
	ask_send_reserve("moves", rig_id(), seat_id, seat_id, 0);
	rig_await_sql("t", "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() "
	                   "AND wait_event_type = 'Lock'");
	own_run(db, "COMMIT");
	db_close(db);
	rig_await(1);
	rig_expect(rig_reply(0), 200, "RESERVED");
	return rig_reply(0);
}

static void an_update_that_changed_no_row_is_noticed_by_the_worker_and_else_by_the_audit(void **state)
{
	long worker = start(NULL);
	const char *reply;

	(void)state;
	rig_show("moves", 2);
	reserve_while_the_row_moves("A1");
	audit_is_clean(NULL);
	rig_sql("CREATE OR REPLACE FUNCTION holdfast.as_planned(what text, changed bigint, planned "
	        "integer) RETURNS bigint LANGUAGE sql AS 'SELECT changed'");
	reply = reserve_while_the_row_moves("A2");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_found("moves", rig_field(reply, "offset"),
	             "seat A2 of show moves: status: expected reserved, found available");
}

/* ---- bugs ---- */

static void a_worker_that_ignores_the_session_is_found(void **state)
{
	long worker = start("ignore_session");
	const char *id = rig_id(), *reply;

	(void)state;
	rig_show("session", 1);
	rig_expect(ask_reserve("session", id, "alice", "A1", 600), 200, "RESERVED");
	reply = ask_on_hold("session", "release", id, "bob");
	rig_expect(reply, 200, "RELEASED");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_found("session", rig_field(reply, "offset"), "reply: status: expected \"rejected\"");
}

static void a_worker_that_forgets_lapsed_holds_is_found(void **state)
{
	long worker = start("forget_lapsed");
	const char *reply;

	(void)state;
	rig_show("lapsed", 2);
	rig_expect(ask_reserve("lapsed", rig_id(), "alice", "A1,A2", 1), 200, "RESERVED");
	rig_await_sql("t", "SELECT reserved_until < now() - interval '20 ms' FROM "
	                   "holdfast.seat_reservations WHERE show_id = 'lapsed'");
	reply = ask_reserve("lapsed", rig_id(), "bob", "A1", 600);
	rig_expect(reply, 200, "RESERVED");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_found("lapsed", rig_field(reply, "offset"),
	             "event 0: event: expected \"expired\", found \"reserved\"");
}

static void a_worker_that_names_a_wrong_first_request_is_found(void **state)
{
	long worker = start("wrong_duplicate");
	const char *id = rig_id(), *reply;

	(void)state;
	rig_show("again", 1);
	rig_expect(ask_reserve("again", id, "alice", "A1", 600), 200, "RESERVED");
	reply = ask_reserve("again", id, "alice", "A1", 600);
	rig_expect(reply, 200, "RESERVED");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_found("again", rig_field(reply, "offset"), "reply: duplicate_of: expected");
}

static const char *ask_for(const char *show, const char *type, const char *more)
{
	return rig_ask(show, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\",%s}", type,
	               rig_id(), show, more);
}

/* One row, A1 to A6, of ranks 30 20 10 10 20 30. */
static void make_row(const char *show)
{
	rig_expect(ask_for(show, "create_show", "\"max_seats\":5"), 200, "SHOW_CREATED");
	rig_expect(ask_for(show, "add_seats",
	                   "\"seats\":[{\"seat_id\":\"A1\",\"row\":\"A\",\"pos\":1,\"rank\":30},"
	                   "{\"seat_id\":\"A2\",\"row\":\"A\",\"pos\":2,\"rank\":20},"
	                   "{\"seat_id\":\"A3\",\"row\":\"A\",\"pos\":3,\"rank\":10},"
	                   "{\"seat_id\":\"A4\",\"row\":\"A\",\"pos\":4,\"rank\":10},"
	                   "{\"seat_id\":\"A5\",\"row\":\"A\",\"pos\":5,\"rank\":20},"
	                   "{\"seat_id\":\"A6\",\"row\":\"A\",\"pos\":6,\"rank\":30}]"),
	           200, "SEATS_ADDED");
}

static void a_worker_that_breaks_a_tie_the_other_way_is_found(void **state)
{
	long worker = start("tie_otherwise");
	const char *reply;

	(void)state;
	make_row("tie");
	reply = ask_for("tie", "reserve", "\"session_id\":\"alice\",\"best\":{\"count\":1}");
	rig_expect(reply, 200, "RESERVED");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_found("tie", rig_field(reply, "offset"),
	             "reply: seat_ids[0]: expected \"A3\", found \"A4\"");
}

/* The session is lost before a COMMIT, and the batch planned once more. */
static void a_worker_whose_layout_is_that_of_a_refused_batch_is_found(void **state)
{
	const char *reply;
	long worker;

	(void)state;
	setenv("HOLDFAST_FAULT", "before-commit:error:4", 1);
	worker = start("stale_layout");
	unsetenv("HOLDFAST_FAULT");
	make_row("stale");
	reply = ask_for("stale", "reserve", "\"session_id\":\"alice\",\"best\":{\"count\":1}");
	rig_expect(reply, 200, "RESERVED"); /* so that the show is known */
	reply = ask_for("stale", "reserve", "\"session_id\":\"bob\",\"best\":{\"count\":1}");
	rig_expect(reply, 200, "RESERVED");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_found("stale", rig_field(reply, "offset"), "reply: seat_ids[0]: expected \"A4\"");
}

static void a_worker_that_sells_what_is_blocked_is_found(void **state)
{
	long worker = start("sell_blocked");
	const char *reply;

	(void)state;
	rig_show("blocked", 2);
	rig_expect(ask_for("blocked", "block_seats", "\"channel\":\"house\",\"seat_ids\":[\"A1\"]"), 200,
	           "SEATS_BLOCKED");
	reply = ask_reserve("blocked", rig_id(), "alice", "A1", 600);
	rig_expect(reply, 200, "RESERVED");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_found("blocked", rig_field(reply, "offset"), "reply: status: expected \"rejected\"");
}

static void a_worker_that_gives_a_customer_one_too_many_is_found(void **state)
{
	long worker = start("one_over_the_limit");
	const char *reply;

	(void)state;
	rig_expect(ask_for("limit", "create_show", "\"max_customer_seats\":1"), 200, "SHOW_CREATED");
	rig_expect(ask_for("limit", "add_seats", "\"seat_ids\":[\"A1\",\"A2\"]"), 200, "SEATS_ADDED");
	reply = ask_for("limit", "reserve", "\"session_id\":\"alice\",\"customer_id\":\"carol\","
	                                    "\"seat_ids\":[\"A1\"]");
	rig_expect(reply, 200, "RESERVED");
	reply = ask_for("limit", "reserve", "\"session_id\":\"bob\",\"customer_id\":\"carol\","
	                                    "\"seat_ids\":[\"A2\"]");
	rig_expect(reply, 200, "RESERVED");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_found("limit", rig_field(reply, "offset"), "reply: status: expected \"rejected\"");
}

/* ---- the very millisecond ---- */

struct hold {
	char id[UUID_TEXT_CHARS + 1];
	int64_t until_ms;
};

/* Whose records are sent at once. */
static struct kafka_sender *open_sender(void)
{
	char name[] = "linger.ms", zero[] = "0", *names[] = {name}, *values[] = {zero};
	const struct pairs properties = {names, values, 1};
	struct kafka_settings kafka = rig_kafka();
	struct kafka_sender *sender;
	struct err e;

	kafka.properties = &properties;
	assert_int_equal(kafka_sender_open(&sender, &kafka, RIG_WAIT_MS, NULL, NULL, &e), RC_OK);
	return sender;
}

static void close_sender(struct kafka_sender *sender)
{
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	kafka_sender_close(sender);
}

/* Ask that it be ended, over and over, from just before it lapses to just behind. */
static void expire_around(struct kafka_sender *sender, const char *show, const struct hold *hold)
{
	const struct timespec pause = {0, ASK_EVERY_US * 1000};
	char value[1000];
	struct err e;

	while (clock_wall_ms() < hold->until_ms - 1)
		clock_sleep_ms(1);
	while (clock_wall_ms() <= hold->until_ms + 1) {
		snprintf(value, sizeof value, "{\"type\":\"expire\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		         "\"reservation_id\":\"%s\"}", hold->id, show, hold->id);
		assert_int_equal(kafka_sender_send(sender, rig_topics.requests, KAFKA_BY_KEY, text_of(show),
		                                   text_of(value), NULL, 0, NULL, &e), RC_OK);
		kafka_sender_poll(sender, 0);
		nanosleep(&pause, NULL);
	}
}

static void try_to_meet_the_millisecond(const char *show, struct hold holds[HOLDS])
{
	struct kafka_sender *sender = open_sender();

	rig_show(show, HOLDS);
	for (int i = 0; i < HOLDS; i++) {
		char session[8], seat[10];
		const char *reply;

		snprintf(holds[i].id, sizeof holds[i].id, "%s", rig_id());
		snprintf(session, sizeof session, "s%d", i);
		snprintf(seat, sizeof seat, "A%d", i + 1);
		reply = ask_reserve(show, holds[i].id, session, seat, 1);
		rig_expect(reply, 200, "RESERVED");
		assert_int_equal(instant_parse(rig_field(reply, "reserved_until"), &holds[i].until_ms), 0);
	}
	for (int i = 0; i < HOLDS; i++)
		expire_around(sender, show, &holds[i]);
	close_sender(sender);
}

/* Offset of a request to end a hold that was appended when its time had just come; -1: none was. */
static int64_t find_met(const struct hold holds[HOLDS])
{
	struct record *records = test_calloc(RECORDS_MAX, sizeof *records);
	size_t count = rig_read(rig_topics.requests, records, RECORDS_MAX);
	int64_t offset = -1;

	for (int h = 0; h < HOLDS && offset < 0; h++)
		for (size_t i = 0; i < count && offset < 0; i++)
			if (records[i].timestamp_ms == holds[h].until_ms &&
			    strstr(records[i].value.data, holds[h].id))
				offset = records[i].offset;
	rig_give(records, count);
	test_free(records);
	return offset;
}

/* The offset of such a request, and the show's name. */
static int64_t meet_the_millisecond(char show[20])
{
	static int number;
	struct hold holds[HOLDS];
	int64_t offset = -1;

	for (int round = 0; offset < 0 && round < ROUNDS_MAX; round++) {
		snprintf(show, 20, "late-%d", number++);
		try_to_meet_the_millisecond(show, holds);
		offset = find_met(holds);
	}
	assert_true(offset >= 0);
	return offset;
}

static void await_all_decided(const char *show)
{
	char sql[200];
	struct record *records = test_calloc(RECORDS_MAX, sizeof *records);
	size_t count = rig_read(rig_topics.requests, records, RECORDS_MAX);
	int64_t end = 0;

	for (size_t i = 0; i < count; i++)
		if (records[i].partition == partition_of(show) && records[i].offset >= end)
			end = records[i].offset + 1;
	rig_give(records, count);
	test_free(records);
	snprintf(sql, sizeof sql, "SELECT next_offset = %lld FROM holdfast.partition_progress WHERE "
	         "partition = %d", (long long)end, (int)partition_of(show));
	rig_await_sql("t", sql);
}

static void a_hold_ends_in_the_millisecond_in_which_it_lapses(void **state)
{
	long worker = start(NULL);
	char show[20];

	(void)state;
	meet_the_millisecond(show);
	await_all_decided(show);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	audit_is_clean(NULL);
}

static void a_worker_that_is_late_by_a_millisecond_is_found(void **state)
{
	long worker = start("late_by_one_ms");
	char show[20], offset[24];

	(void)state;
	snprintf(offset, sizeof offset, "%lld", (long long)meet_the_millisecond(show));
	await_all_decided(show);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_found(show, offset, "reply: status: expected \"accepted\", found \"rejected\"");
}

/* ---- a sale that opens ---- */

/* For a seat that the show does not have, which is said once it is on sale. */
static void reserve_around(struct kafka_sender *sender, const char *show, int64_t from_ms)
{
	const struct timespec pause = {0, ASK_EVERY_US * 1000};
	char value[300];
	struct err e;

	while (clock_wall_ms() < from_ms - 1)
		clock_sleep_ms(1);
	while (clock_wall_ms() <= from_ms + 1) {
		snprintf(value, sizeof value, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		         "\"session_id\":\"x\",\"seat_ids\":[\"Z\"]}", rig_id(), show);
		assert_int_equal(kafka_sender_send(sender, rig_topics.requests, KAFKA_BY_KEY, text_of(show),
		                                   text_of(value), NULL, 0, NULL, &e), RC_OK);
		kafka_sender_poll(sender, 0);
		nanosleep(&pause, NULL);
	}
}

/* Offset of a reserve of the show that was appended in that millisecond; -1: none was. */
static int64_t find_reserve(const char *show, int64_t t_ms)
{
	struct record *records = test_calloc(RECORDS_MAX, sizeof *records);
	size_t count = rig_read(rig_topics.requests, records, RECORDS_MAX);
	int64_t offset = -1;

	for (size_t i = 0; i < count && offset < 0; i++)
		if (records[i].timestamp_ms == t_ms && text_same(records[i].key, text_of(show)))
			offset = records[i].offset;
	rig_give(records, count);
	test_free(records);
	return offset;
}

static void a_worker_that_opens_a_sale_a_millisecond_late_is_found(void **state)
{
	long worker = start("window_late");
	struct kafka_sender *sender = open_sender();
	char show[20], change[80], offset[24];
	int64_t found = -1;

	(void)state;
	for (int round = 0; found < 0 && round < ROUNDS_MAX; round++) {
		int64_t from_ms = clock_wall_ms() + 1000;
		char from[INSTANT_TEXT_BYTES];

		snprintf(show, sizeof show, "opens-%d", round);
		instant_print(from_ms, from);
		rig_show(show, 1);
		snprintf(change, sizeof change, "\"on_sale_from\":\"%s\"", from);
		rig_expect(ask_for(show, "change_show", change), 200, "SHOW_CHANGED");
		reserve_around(sender, show, from_ms);
		found = find_reserve(show, from_ms);
	}
	close_sender(sender);
	assert_true(found >= 0);
	snprintf(offset, sizeof offset, "%lld", (long long)found);
	await_all_decided(show);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_found(show, offset, "reply: code: expected 404, found 409");
}

#define TEST(name) cmocka_unit_test_teardown(name, after_each)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_hold_ends_in_the_millisecond_in_which_it_lapses), /* all is right until then */
	    TEST(an_update_that_changed_no_row_is_noticed_by_the_worker_and_else_by_the_audit),
	    TEST(a_worker_that_is_late_by_a_millisecond_is_found),
	    TEST(a_worker_that_ignores_the_session_is_found),
	    TEST(a_worker_that_forgets_lapsed_holds_is_found),
	    TEST(a_worker_that_names_a_wrong_first_request_is_found),
	    TEST(a_worker_that_breaks_a_tie_the_other_way_is_found),
	    TEST(a_worker_whose_layout_is_that_of_a_refused_batch_is_found),
	    TEST(a_worker_that_sells_what_is_blocked_is_found),
	    TEST(a_worker_that_opens_a_sale_a_millisecond_late_is_found),
	    TEST(a_worker_that_gives_a_customer_one_too_many_is_found),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
