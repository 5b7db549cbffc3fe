/*
 * Workers that decide wrongly of areas in one way each (builds with FAULTS=1): the audit finds each.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/partitioner.h"
#include "tests/integration/ask.h"
#include "tests/integration/audit.h"

static int set_up(void **state)
{
	setenv("HOLDFAST_PARTITIONS", "2", 1);
	return rig_make(state);
}

static int after_each(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

static const char *the_show;

/* A worker that has the bug; the show is named after it. */
static long start(const char *bug)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char right[200], faulty[210];
	long worker;

	snprintf(right, sizeof right, "%s", build ? build : "build");
	snprintf(faulty, sizeof faulty, "%s-faults", right);
	setenv("HOLDFAST_BUILD", faulty, 1);
	setenv("HOLDFAST_BUG", bug, 1);
	worker = rig_start("holdfast-worker", NULL);
	unsetenv("HOLDFAST_BUG");
	setenv("HOLDFAST_BUILD", right, 1);
	the_show = bug;
	return worker;
}

static const char *ask_as(const char *id, const char *type, const char *more, const char *reason)
{
	const char *reply =
	    rig_ask(the_show, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\",%s}", type, id,
	            the_show, more);

	rig_expect(reply, strcmp(reason, "AREA_FULL") && strcmp(reason, "BELOW_TAKEN") ? 200 : 409,
	           reason);
	return reply;
}

/* 3 places on the floor, 2 in the gallery. */
static void make_areas(void)
{
	ask_as(rig_id(), "create_show", "\"max_seats\":5", "SHOW_CREATED");
	ask_as(rig_id(), "set_areas",
	       "\"areas\":[{\"area_id\":\"floor\",\"capacity\":3},"
	       "{\"area_id\":\"gallery\",\"capacity\":2}]",
	       "AREAS_SET");
}

static const char *take_as(const char *id, const char *who, const char *area, int count,
                           int seconds, const char *reason)
{
	char more[200];

	snprintf(more, sizeof more,
	         "\"session_id\":\"%s\",\"areas\":[{\"area_id\":\"%s\",\"count\":%d}],"
	         "\"hold_seconds\":%d",
	         who, area, count, seconds);
	return ask_as(id, "reserve", more, reason);
}

static const char *take(const char *who, int count, int seconds, const char *reason)
{
	return take_as(rig_id(), who, "floor", count, seconds, reason);
}

static const char *on_hold(const char *type, const char *id, const char *who, const char *more,
                           const char *reason)
{
	char all[300];

	snprintf(all, sizeof all, "\"session_id\":\"%s\",\"reservation_id\":\"%s\"%s", who, id, more);
	return ask_as(rig_id(), type, all, reason);
}

static void await_lapses(void)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT max(reserved_until) < now() - interval '20 ms' FROM "
	         "holdfast.seat_reservations WHERE show_id = '%s'", the_show);
	rig_await_sql("t", sql);
}

/* The audit names the request of that reply; `what` stands in that line. */
static void expect_found(long worker, const char *reply, const char *what)
{
	int32_t partition = partition_of_key(the_show, strlen(the_show), rig_partitions);
	struct audit audit;
	char line[300];

	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	snprintf(line, sizeof line, "DIFFERENCE partition %d, offset %s: %s", (int)partition,
	         rig_field(reply, "offset"), what);
	audit_start(&audit, "--differences-max=10000", NULL);
	audit_await(&audit);
	if (audit.exit_code != 6 || !strstr(audit.report, line))
		fail_msg("exit code %d, expected %s\n%s", audit.exit_code, line, audit.report);
	audit_release(&audit);
}

static void a_worker_that_gives_a_place_too_many_is_found(void **state)
{
	long worker = start("area_one_over");

	(void)state;
	make_areas();
	expect_found(worker, take("alice", 4, 600, "RESERVED"), "reply: status: expected \"rejected\"");
}

static void a_worker_that_finds_no_room_where_holds_lapsed_is_found(void **state)
{
	long worker = start("lapsed_no_room");

	(void)state;
	make_areas();
	take("alice", 3, 1, "RESERVED");
	await_lapses();
	expect_found(worker, take("bob", 1, 600, "AREA_FULL"), "reply: status: expected \"accepted\"");
}

static void a_worker_that_ends_more_holds_than_are_in_the_way_is_found(void **state)
{
	long worker = start("end_one_more");

	(void)state;
	make_areas();
	take("alice", 1, 1, "RESERVED");
	take("bob", 1, 1, "RESERVED");
	await_lapses();
	expect_found(worker, take("carol", 2, 600, "RESERVED"),
	             "event 1: event: expected \"reserved\", found \"expired\"");
}

static void a_worker_that_counts_what_is_given_back_twice_is_found(void **state)
{
	long worker = start("places_back_twice");
	const char *id = rig_id();

	(void)state;
	make_areas();
	take_as(id, "alice", "floor", 1, 600, "RESERVED");
	take("bob", 1, 600, "RESERVED");
	expect_found(worker, on_hold("release", id, "alice", "", "RELEASED"),
	             "area floor of show places_back_twice: held: expected 1, found 0");
}

static void a_worker_that_refuses_a_capacity_that_is_taken_is_found(void **state)
{
	long worker = start("capacity_as_taken");

	(void)state;
	make_areas();
	take("alice", 2, 600, "RESERVED");
	expect_found(worker, ask_as(rig_id(), "set_areas",
	                            "\"areas\":[{\"area_id\":\"floor\",\"capacity\":2}]", "BELOW_TAKEN"),
	             "reply: status: expected \"accepted\"");
}

static void a_worker_that_leaves_an_area_where_it_stood_is_found(void **state)
{
	long worker = start("area_keeps_place");
	const char *id = rig_id();

	(void)state;
	make_areas();
	take_as(id, "alice", "floor", 1, 600, "RESERVED");
	on_hold("change_hold", id, "alice", ",\"areas\":[{\"area_id\":\"gallery\",\"count\":1}],"
	        "\"drop_areas\":[{\"area_id\":\"floor\",\"count\":1}]", "HOLD_CHANGED");
	expect_found(worker, on_hold("change_hold", id, "alice",
	                             ",\"areas\":[{\"area_id\":\"floor\",\"count\":2}]", "HOLD_CHANGED"),
	             "reply: areas[0].area_id: expected \"gallery\", found \"floor\"");
}

#define TEST(name) cmocka_unit_test_teardown(name, after_each)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_worker_that_gives_a_place_too_many_is_found),
	    TEST(a_worker_that_finds_no_room_where_holds_lapsed_is_found),
	    TEST(a_worker_that_ends_more_holds_than_are_in_the_way_is_found),
	    TEST(a_worker_that_counts_what_is_given_back_twice_is_found),
	    TEST(a_worker_that_refuses_a_capacity_that_is_taken_is_found),
	    TEST(a_worker_that_leaves_an_area_where_it_stood_is_found),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
