/*
 * Holds that lapse: taken by the next customer, released by the expirer, confirmed late.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/integration/agree.h"
#include "tests/integration/ask.h"
#include "tests/integration/topics.h"

static long worker;

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", NULL);
	return 0;
}

static int tear_down(void **state)
{
	int code = rig_stop(worker, SIGTERM);

	if (code)
		fprintf(stderr, "worker ended with %d\n%s\n", code, rig_log());
	return rig_drop(state) || code;
}

static void await_status(const char *hold, const char *status)
{
	char sql[120];

	snprintf(sql, sizeof sql, "SELECT status FROM holdfast.seat_reservations WHERE reservation_id = "
	         "'%s'", hold);
	rig_await_sql(status, sql);
}

static const char *seats_of(const char *show)
{
	return rig_sql("SELECT string_agg(seat_id || '=' || status, ' ' ORDER BY seat_id) "
	               "FROM holdfast.show_seats WHERE show_id = '%s'", show);
}

static void without_the_expirer_the_next_customer_gets_a_lapsed_hold(void **state)
{
	(void)state;
	rig_show("n", 5);
	/* The older reservation was written later in the alphabet, so that order is not by chance. */
	rig_expect(ask_reserve("n", rig_id(), "s1", "A5,A4", 1), 200, "RESERVED");
	rig_expect(ask_reserve("n", rig_id(), "s2", "A1,A2", 1), 200, "RESERVED");
	rig_expect(ask_reserve("n", rig_id(), "s3", "A2,A4", 600), 409, "SEATS_TAKEN");
	ask_await_lapse("n", 0);
	rig_expect(ask_reserve("n", rig_id(), "s3", "A2,A4", 600), 200, "RESERVED");
	assert_string_equal(seats_of("n"), "A1=available A2=reserved A3=available A4=reserved "
	                                   "A5=available");
	assert_string_equal(topics_events("n"),
	                    "show_created seats_added A1,A2,A3,A4,A5 reserved A5,A4 reserved A1,A2 "
	                    "expired A5,A4 expired A1,A2 reserved A2,A4");
}

static void a_session_may_reserve_again_once_its_own_hold_has_lapsed(void **state)
{
	(void)state;
	rig_show("o", 3);
	rig_expect(ask_reserve("o", rig_id(), "s", "A1,A2", 1), 200, "RESERVED");
	rig_expect(ask_reserve("o", rig_id(), "s", "A3", 600), 409, "ALREADY_RESERVED");
	ask_await_lapse("o", 0);
	rig_expect(ask_reserve("o", rig_id(), "s", "A3", 600), 200, "RESERVED");
	assert_string_equal(seats_of("o"), "A1=available A2=available A3=reserved");
}

static void an_extended_hold_does_not_lapse_at_its_first_end(void **state)
{
	char hold[UUID_TEXT_CHARS + 1], sql[120];

	(void)state;
	strcpy(hold, rig_id());
	rig_show("x", 1);
	rig_expect(ask_reserve("x", hold, "s", "A1", 1), 200, "RESERVED");
	rig_expect(ask_extend("x", hold, "s", 60), 200, "EXTENDED");
	snprintf(sql, sizeof sql, "SELECT created_at + interval '1100 ms' < now() FROM "
	         "holdfast.seat_reservations WHERE show_id = 'x'");
	rig_await_sql("t", sql);
	rig_expect(ask_expire("x", hold), 409, "NOT_DUE");
	rig_expect(ask_reserve("x", rig_id(), "t", "A1", 60), 409, "SEATS_TAKEN");
}

static void a_lapsed_hold_that_nobody_took_is_confirmed(void **state)
{
	char hold[UUID_TEXT_CHARS + 1];

	(void)state;
	strcpy(hold, rig_id());
	rig_show("c", 2);
	rig_expect(ask_reserve("c", hold, "s", "A2", 1), 200, "RESERVED");
	ask_await_lapse("c", 0);
	rig_expect(ask_on_hold("c", "confirm", hold, "thief"), 403, "WRONG_SESSION");
	assert_non_null(strstr(ask_on_hold("c", "confirm", hold, "s"), "\"revived\":true"));
	assert_string_equal(seats_of("c"), "A1=available A2=sold");
	assert_string_equal(topics_events("c"), "show_created seats_added A1,A2 reserved A2 sold A2");
}

/* Expired, taken by another, who let it lapse as well: the first may still have it. */
static void an_expired_hold_is_confirmed_over_another_lapsed_one(void **state)
{
	char first[UUID_TEXT_CHARS + 1], second[UUID_TEXT_CHARS + 1];
	const char *reply;

	(void)state;
	strcpy(first, rig_id());
	strcpy(second, rig_id());
	rig_show("d", 3);
	rig_expect(ask_reserve("d", first, "s1", "A1,A2", 1), 200, "RESERVED");
	ask_await_lapse("d", 0);
	rig_expect(ask_reserve("d", second, "s2", "A2,A3", 1), 200, "RESERVED");
	reply = ask_on_hold("d", "confirm", first, "s1");
	rig_expect(reply, 410, "HOLD_EXPIRED");
	ask_await_lapse("d", 0);
	reply = ask_on_hold("d", "confirm", first, "s1");
	rig_expect(reply, 200, "CONFIRMED");
	assert_non_null(strstr(reply, "\"revived\":true"));
	assert_string_equal(seats_of("d"), "A1=sold A2=sold A3=available");
	assert_string_equal(rig_sql("SELECT bool_and(taken_at = version AND reserved_by = '%s') FROM "
	                            "holdfast.show_seats WHERE show_id = 'd' AND status = 'sold'", first),
	                    "t");
	assert_string_equal(topics_events("d"),
	                    "show_created seats_added A1,A2,A3 reserved A1,A2 expired A1,A2 "
	                    "reserved A2,A3 expired A2,A3 sold A1,A2");
}

static void the_expirer_releases_what_lapses_and_nothing_else(void **state)
{
	char lapsing[UUID_TEXT_CHARS + 1], live[UUID_TEXT_CHARS + 1];
	long expirer;

	(void)state;
	strcpy(lapsing, rig_id());
	strcpy(live, rig_id());
	rig_show("e", 2);
	rig_expect(ask_reserve("e", live, "s1", "A1", 600), 200, "RESERVED");
	rig_expect(ask_reserve("e", lapsing, "s2", "A2", 1), 200, "RESERVED");
	expirer = rig_start("holdfast-expirer", "--interval-ms=50", NULL);
	await_status(lapsing, "expired");
	await_status(live, "held");
	assert_string_equal(seats_of("e"), "A1=reserved A2=available");
	/* Never early, and once is enough. */
	assert_string_equal(rig_sql("SELECT string_agg(reason, ' ') FROM holdfast.decisions WHERE "
	                            "show_id = 'e' AND type = 'expire'"), "EXPIRED");
	assert_int_equal(rig_stop(expirer, SIGTERM), 0);
}

static void a_second_expirer_takes_over_from_a_killed_one(void **state)
{
	char hold[UUID_TEXT_CHARS + 1];
	long first, second;

	(void)state;
	strcpy(hold, rig_id());
	rig_show("k", 2);
	first = rig_start("holdfast-expirer", NULL);
	rig_expect(ask_reserve("k", hold, "s1", "A1", 1), 200, "RESERVED");
	await_status(hold, "expired");
	second = rig_start("holdfast-expirer", NULL);
	rig_expect(ask_reserve("k", strcpy(hold, rig_id()), "s1", "A1", 1), 200, "RESERVED");
	assert_int_equal(rig_stop(first, SIGKILL), -SIGKILL);
	await_status(hold, "expired");
	assert_int_equal(rig_stop(second, SIGTERM), 0);
}

static void what_lapsed_while_the_worker_was_away_is_released_when_it_is_back(void **state)
{
	char hold[UUID_TEXT_CHARS + 1];
	long expirer;

	(void)state;
	strcpy(hold, rig_id());
	rig_show("w", 1);
	rig_expect(ask_reserve("w", hold, "s1", "A1", 1), 200, "RESERVED");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	ask_await_lapse("w", 0);
	expirer = rig_start("holdfast-expirer", "--once", NULL);
	assert_int_equal(rig_stop(expirer, 0), 0);
	await_status(hold, "held"); /* it only announces */
	worker = rig_start("holdfast-worker", NULL);
	await_status(hold, "expired");
}

static void all_that_was_written_agrees(void **state)
{
	(void)state;
	agree_all(NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_the_expirer_the_next_customer_gets_a_lapsed_hold),
	    cmocka_unit_test(a_session_may_reserve_again_once_its_own_hold_has_lapsed),
	    cmocka_unit_test(an_extended_hold_does_not_lapse_at_its_first_end),
	    cmocka_unit_test(a_lapsed_hold_that_nobody_took_is_confirmed),
	    cmocka_unit_test(an_expired_hold_is_confirmed_over_another_lapsed_one),
	    cmocka_unit_test(the_expirer_releases_what_lapses_and_nothing_else),
	    cmocka_unit_test(a_second_expirer_takes_over_from_a_killed_one),
	    cmocka_unit_test(what_lapsed_while_the_worker_was_away_is_released_when_it_is_back),
	    cmocka_unit_test(all_that_was_written_agrees),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
