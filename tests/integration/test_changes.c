/*
 * A hold is changed in place, and a part of a sale is given back: change_hold and cancel of section
 * 4 of docs/protocol.md, each row by its published reply and event and by what it leaves in the rows.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/agree.h"
#include "tests/integration/ask.h"
#include "tests/integration/audit.h"
#include "tests/integration/rig.h"
#include "tests/integration/say.h"

static long worker;

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", "--log-level=debug", NULL);
	return 0;
}

static int tear_down(void **state)
{
	int code = rig_stop(worker, SIGTERM);

	if (code)
		fprintf(stderr, "worker ended with %d\n%s\n", code, rig_log());
	return rig_drop(state) || code;
}

/* A1 to A6, one row with ranks 30 20 10 10 20 30, and a floor for four. */
static void make(const char *show, const char *policy)
{
	char more[300];

	snprintf(more, sizeof more, "'owner_key':'k'%s%s", policy[0] ? "," : "", policy);
	say_expect(show, "create_show", more, "200 SHOW_CREATED");
	say_expect(show, "add_seats",
	           "'owner_key':'k','seats':[{'seat_id':'A1','row':'A','pos':1,'rank':30},"
	           "{'seat_id':'A2','row':'A','pos':2,'rank':20},{'seat_id':'A3','row':'A','pos':3,"
	           "'rank':10},"
	           "{'seat_id':'A4','row':'A','pos':4,'rank':10},{'seat_id':'A5','row':'A','pos':5,"
	           "'rank':20},"
	           "{'seat_id':'A6','row':'A','pos':6,'rank':30}]", "200 SEATS_ADDED A1 A2 A3 A4 A5 A6");
	say_expect(show, "set_areas",
	           "'owner_key':'k','areas':[{'area_id':'floor','capacity':4},{'area_id':'bar',"
	           "'capacity':2}]",
	           "200 AREAS_SET");
	say_skip(show);
}

static void change(const char *show, const char *hold, const char *rest, const char *line)
{
	say_of(show, hold, "s", "change_hold", rest, line);
}

/* What is in each reservation of the show and what left it, in the order of their rows. */
static void expect_rows(const char *show, const char *line)
{
	const char *found = rig_sql(
	    "SELECT string_agg(concat_ws(' ', status, places, (SELECT string_agg(seat_id || CASE WHEN "
	    "left_at IS NULL THEN '' ELSE '-' END, ' ' ORDER BY place) FROM holdfast.reservation_seats s "
	    "WHERE s.show_id = r.show_id AND s.reservation_id = r.reservation_id), (SELECT string_agg("
	    "area_id || ':' || count, ' ' ORDER BY place) FROM holdfast.reservation_areas a WHERE "
	    "a.show_id = r.show_id AND a.reservation_id = r.reservation_id)), ' | ' ORDER BY "
	    "request_offset) "
	    "FROM holdfast.seat_reservations r WHERE show_id = '%s'", show);

	assert_string_equal(found, line);
}

static void expect_areas(const char *show, const char *line)
{
	assert_string_equal(rig_sql("SELECT string_agg(area_id || ' ' || held || '+' || sold || '/' || "
	                            "capacity, ', ' ORDER BY area_id) FROM holdfast.show_areas WHERE "
	                            "show_id = '%s'", show), line);
}

/* ---- which hold ---- */

static void a_change_meets_the_hold_first(void **state)
{
	const char *other, *hold;

	(void)state;
	make("h1", "");
	hold = say_reserve("h1", "s", "'seat_ids':['A1','A2']", "200 RESERVED A1 A2");
	say_skip("h1");
	change("h0", hold, "'drop_seat_ids':['Z']", "404 UNKNOWN_SHOW");
	change("h1", rig_id(), "'drop_seat_ids':['Z']", "404 UNKNOWN_RESERVATION");
	say_of("h1", hold, "t", "change_hold", "'drop_seat_ids':['Z']", "403 WRONG_SESSION");
	say_of("h1", hold, "s", "confirm", "", "200 CONFIRMED A1 A2");
	change("h1", hold, "'drop_seat_ids':['Z']", "409 ALREADY_CONFIRMED");
	say_cancel("h1", hold, "", "200 CANCELLED A1 A2");
	change("h1", hold, "'drop_seat_ids':['Z']", "410 HOLD_RELEASED");
	other = say_reserve("h1", "s", "'seat_ids':['A1']", "200 RESERVED A1");
	say_of("h1", other, "s", "release", "", "200 RELEASED A1");
	change("h1", other, "'drop_seat_ids':['Z']", "410 HOLD_RELEASED");
	hold = say_reserve("h1", "s", "'seat_ids':['A1'],'hold_seconds':1", "200 RESERVED A1");
	ask_await_lapse("h1", 2);
	change("h1", hold, "'drop_seat_ids':['Z']", "410 HOLD_EXPIRED");
	rig_expect(ask_expire("h1", hold), 200, "EXPIRED");
	change("h1", hold, "'hold_seconds':2", "410 HOLD_EXPIRED");
	say_told("h1", "sold A1 A2 | cancelled A1 A2 | reserved A1 | released A1 | reserved A1 | "
	         "expired A1");
}

/* ---- the rows, one behind the other ---- */

#define ALL_WRONG "'seat_ids':['A2','A6','Z'],'areas':[{'area_id':'floor','count':4},"

static void what_is_wrong_is_said_in_its_order(void **state)
{
	const char *hold;

	(void)state;
	make("o1", "'max_seats':9,'singles':'refuse','max_customer_seats':7");
	(void)say_reserve("o1", "t", "'seat_ids':['A6'],'areas':[{'area_id':'floor','count':1}],"
	                             "'customer_id':'dora'", "200 RESERVED A6 floor:1");
	hold = say_reserve("o1", "s", "'seat_ids':['A1','A2'],'areas':[{'area_id':'bar','count':1}],"
	                              "'customer_id':'carl'", "200 RESERVED A1 A2 bar:1");
	say_skip("o1");
	say_expect("o1", "change_show", "'owner_key':'k','closed':true", "200 SHOW_CHANGED");
	change("o1", hold, "'hold_seconds':1801,'drop_seat_ids':['A3','A1','Z'],'drop_areas':"
	                   "[{'area_id':'floor','count':1},{'area_id':'bar','count':2}]," ALL_WRONG
	                   "{'area_id':'pit','count':4}]", "400 INVALID_REQUEST");
	change("o1", hold, "'hold_seconds':1801,'drop_seat_ids':['A3','A1'],'drop_areas':"
	                   "[{'area_id':'bar','count':2}]," ALL_WRONG "{'area_id':'pit','count':4}]",
	       "404 NOT_IN_RESERVATION not A3 bar");
	change("o1", hold, "'hold_seconds':1801,'drop_seat_ids':['A2','A1'],'drop_areas':"
	                   "[{'area_id':'bar','count':1}]", "409 NOTHING_LEFT");
	change("o1", hold, "'hold_seconds':1801,'drop_seat_ids':['A1']," ALL_WRONG
	                   "{'area_id':'pit','count':4}]", "409 NOT_ON_SALE");
	say_expect("o1", "change_show", "'owner_key':'k','closed':false", "200 SHOW_CHANGED");
	change("o1", hold, "'hold_seconds':1801,'drop_seat_ids':['A1']," ALL_WRONG
	                   "{'area_id':'pit','count':4}]", "400 TOO_MANY_SEATS");
	change("o1", hold, "'hold_seconds':1801,'drop_seat_ids':['A1']," ALL_WRONG
	                   "{'area_id':'pit','count':1}]", "400 HOLD_TOO_LONG");
	change("o1", hold, "'drop_seat_ids':['A1']," ALL_WRONG "{'area_id':'pit','count':1}]",
	       "404 UNKNOWN_SEAT not Z");
	change("o1", hold, "'drop_seat_ids':['A1'],'seat_ids':['A6','A2'],'areas':[{'area_id':'floor',"
	                   "'count':4},{'area_id':'pit','count':1}]", "404 UNKNOWN_AREA not pit");
	change("o1", hold, "'drop_seat_ids':['A1'],'seat_ids':['A6','A2','A4'],'areas':[{'area_id':'floor',"
	                   "'count':4}],'best':{'count':1}", "409 CUSTOMER_LIMIT customer 3/1");
	change("o1", hold, "'drop_seat_ids':['A1'],'seat_ids':['A6','A2'],'areas':[{'area_id':'floor',"
	                   "'count':4}]", "409 SEATS_TAKEN not A6/reserved");
	/* What is dropped is ordinary again: A5 alone would be left of A1 to A5. */
	change("o1", hold, "'drop_seat_ids':['A1','A2'],'seat_ids':['A4'],'areas':[{'area_id':'floor',"
	                   "'count':4}]", "409 LEAVES_SINGLE singles A5");
	change("o1", hold, "'drop_seat_ids':['A1'],'areas':[{'area_id':'floor','count':4}],"
	                   "'best':{'count':1}", "409 AREA_FULL not floor:3");
	change("o1", hold, "'drop_seat_ids':['A1'],'areas':[{'area_id':'floor','count':1}],"
	                   "'best':{'count':4}", "409 NO_SEATS_TOGETHER free 4");
	say_told("o1", "show_changed | show_changed");
	expect_rows("o1", "held 2 A6 floor:1 | held 3 A1 A2 bar:1");
	expect_areas("o1", "bar 1+0/2, floor 1+0/4");
}

static void what_is_only_dropped_may_be_dropped_at_any_time(void **state)
{
	const char *hold;

	(void)state;
	make("d1", "");
	hold = say_reserve("d1", "s", "'seat_ids':['A3','A1','A2'],'areas':[{'area_id':'floor','count':3}]",
	                   "200 RESERVED A3 A1 A2 floor:3");
	say_expect("d1", "change_show", "'owner_key':'k','closed':true,'max_seats':1", "200 SHOW_CHANGED");
	say_skip("d1");
	change("d1", hold, "'drop_seat_ids':['A2','A3'],'drop_areas':[{'area_id':'floor','count':1}]",
	       "200 HOLD_CHANGED A1 floor:2");
	say_told("d1", "released* A3 A2 floor:1");
	expect_rows("d1", "held 3 A3- A1 A2- floor:2");
	expect_areas("d1", "bar 0+0/2, floor 2+0/4");
	change("d1", hold, "'drop_seat_ids':['A2']", "404 NOT_IN_RESERVATION not A2");
	change("d1", hold, "'drop_areas':[{'area_id':'floor','count':2}]", "200 HOLD_CHANGED A1");
	say_told("d1", "released* floor:2");
	expect_rows("d1", "held 1 A3- A1 A2- floor:0");
	say_of("d1", hold, "s", "confirm", "", "200 CONFIRMED A1");
	say_told("d1", "sold A1");
	assert_string_equal(rig_sql("SELECT string_agg(seat_id || status, ' ' ORDER BY seat_id) FROM "
	                            "holdfast.show_seats WHERE show_id = 'd1' AND seat_id < 'A4'"),
	                    "A1sold A2available A3available");
}

/* ---- what comes in ---- */

static void what_is_dropped_is_free_to_the_same_request(void **state)
{
	const char *hold;

	(void)state;
	make("f1", "");
	hold = say_reserve("f1", "s", "'seat_ids':['A4','A3'],'areas':[{'area_id':'floor','count':1},"
	                              "{'area_id':'bar','count':1}]", "200 RESERVED A4 A3 floor:1 bar:1");
	say_skip("f1");
	/* A4 is the best again: it comes in anew, behind A3. */
	change("f1", hold, "'drop_seat_ids':['A4'],'best':{'count':1}",
	       "200 HOLD_CHANGED A3 A4 floor:1 bar:1 pieces 1");
	say_told("f1", "released* A4 | reserved* A4");
	assert_string_equal(rig_sql("SELECT a.taken_at > b.taken_at AND a.version = a.taken_at FROM "
	                            "holdfast.show_seats a JOIN holdfast.show_seats b USING (show_id) "
	                            "WHERE "
	                            "show_id = 'f1' AND a.seat_id = 'A4' AND b.seat_id = 'A3'"), "t");
	expect_rows("f1", "held 4 A3 A4 floor:1 bar:1");
	change("f1", hold, "'drop_areas':[{'area_id':'floor','count':1}],'seat_ids':['A3','A6','A1']",
	       "200 HOLD_CHANGED A3 A4 A6 A1 bar:1");
	say_told("f1", "released* floor:1 | reserved* A6 A1");
	change("f1", hold, "'areas':[{'area_id':'floor','count':2},{'area_id':'bar','count':1}]",
	       "200 HOLD_CHANGED A3 A4 A6 A1 bar:2 floor:2");
	say_told("f1", "reserved* bar:1 floor:2");
	expect_rows("f1", "held 8 A3 A4 A6 A1 bar:2 floor:2");
	expect_areas("f1", "bar 2+0/2, floor 2+0/4");
	say_of("f1", hold, "s", "release", "", "200 RELEASED A3 A4 A6 A1 bar:2 floor:2");
	say_told("f1", "released A3 A4 A6 A1 bar:2 floor:2");
	expect_areas("f1", "bar 0+0/2, floor 0+0/4");
}

static void what_it_has_already_is_no_conflict_and_no_change(void **state)
{
	const char *hold, *reply;

	(void)state;
	make("n1", "'max_seats':2");
	hold = say_reserve("n1", "s", "'seat_ids':['A1','A2']", "200 RESERVED A1 A2");
	say_skip("n1");
	change("n1", hold, "'seat_ids':['A2','A1']", "200 HOLD_CHANGED A1 A2");
	say_told("n1", "");
	reply = say("n1", rig_id(), "reserve", "'session_id':'t','seat_ids':['A1','A3']");
	say_line(reply, "409 SEATS_TAKEN not A1/reserved");
	change("n1", hold, "'seat_ids':['A2','A3']", "400 TOO_MANY_SEATS");
	change("n1", hold, "'seat_ids':['A2','A3'],'drop_seat_ids':['A1']", "200 HOLD_CHANGED A2 A3");
	say_told("n1", "released* A1 | reserved* A3");
	expect_rows("n1", "held 2 A1- A2 A3");
	assert_string_equal(rig_sql("SELECT count(DISTINCT version), count(DISTINCT taken_at) FROM "
	                            "holdfast.show_seats WHERE show_id = 'n1' AND status = 'reserved'"),
	                    "2|2");
}

static void a_change_may_last_longer_but_not_for_ever(void **state)
{
	const char *hold, *reply;
	char more[200], until[32];

	(void)state;
	make("t1", "'hold_seconds':60,'max_hold_seconds':100");
	hold = say_reserve("t1", "s", "'seat_ids':['A1']", "200 RESERVED A1");
	say_skip("t1");
	change("t1", hold, "'hold_seconds':30", "200 HOLD_CHANGED A1"); /* never shorter */
	say_told("t1", "");
	snprintf(more, sizeof more, "'session_id':'s','reservation_id':'%s','hold_seconds':90,"
	         "'seat_ids':['A2']", hold);
	reply = say("t1", rig_id(), "change_hold", more);
	say_line(reply, "200 HOLD_CHANGED A1 A2");
	snprintf(until, sizeof until, "%s", rig_field(reply, "reserved_until"));
	say_told("t1", "reserved* A2");
	assert_string_equal(rig_sql("SELECT count(*) FILTER (WHERE reserved_until = '%s'), "
	                            "count(DISTINCT version), count(DISTINCT taken_at) FROM "
	                            "holdfast.show_seats WHERE show_id = 't1' AND status = "
	                            "'reserved'", until),
	                    "2|1|2");
	change("t1", hold, "'hold_seconds':100,'drop_seat_ids':['A1']", "200 HOLD_CHANGED A2");
	say_told("t1", "released* A1 | extended A2");
	assert_string_equal(rig_sql("SELECT reserved_until = created_at + interval '100 s' FROM "
	                            "holdfast.seat_reservations WHERE show_id = 't1'"), "t");
	change("t1", hold, "'hold_seconds':100", "200 HOLD_CHANGED A2");
	say_told("t1", "");
}

static void what_has_lapsed_ends_before_a_change_takes_it(void **state)
{
	const char *hold;

	(void)state;
	make("l1", "");
	(void)say_reserve("l1", "a", "'seat_ids':['A5','A6'],'hold_seconds':1", "200 RESERVED A5 A6");
	(void)say_reserve("l1", "b", "'areas':[{'area_id':'floor','count':2}],'hold_seconds':1",
	                  "200 RESERVED floor:2");
	(void)say_reserve("l1", "c", "'areas':[{'area_id':'floor','count':1}],'hold_seconds':1",
	                  "200 RESERVED floor:1");
	hold = say_reserve("l1", "s", "'seat_ids':['A1']", "200 RESERVED A1");
	ask_await_lapse("l1", 2);
	say_skip("l1");
	/* One place is free; of the two who had places there only the first need go. */
	change("l1", hold, "'areas':[{'area_id':'floor','count':3}],'seat_ids':['A6'],"
	                   "'drop_seat_ids':['A1']", "200 HOLD_CHANGED A6 floor:3");
	say_told("l1", "expired A5 A6 | expired floor:2 | released* A1 | reserved* A6 floor:3");
	expect_rows("l1", "expired 2 A5 A6 | expired 2 floor:2 | held 1 floor:1 | held 4 A1- A6 floor:3");
	expect_areas("l1", "bar 0+0/2, floor 4+0/4");
}

static void a_change_goes_by_the_channel_of_the_hold(void **state)
{
	const char *hold;

	(void)state;
	make("c1", "'max_customer_seats':2,'singles':'refuse'");
	say_expect("c1", "set_channels", "'owner_key':'k','channels':[{'channel':'box','channel_key':'key',"
	                                 "'opens':['public'],'exempt':true}]", "200 CHANNELS_SET");
	say_expect("c1", "block_seats", "'owner_key':'k','channel':'box','seat_ids':['A1']",
	           "200 SEATS_BLOCKED A1");
	hold = say_reserve("c1", "s", "'seat_ids':['A2'],'channel_key':'key'", "200 RESERVED A2");
	change("c1", hold, "'seat_ids':['A1','A4']", "200 HOLD_CHANGED A2 A1 A4"); /* exempt */
	say_expect("c1", "set_channels", "'owner_key':'k','channels':[{'channel':'box','channel_key':'key',"
	                                 "'on_sale_until':'2001-01-01T00:00:00.000Z'}]", "200 "
	                                 "CHANNELS_SET");
	change("c1", hold, "'seat_ids':['A3']", "409 NOT_ON_SALE");
	say_expect("c1", "set_channels", "'owner_key':'k','channels':[{'channel':'box'}]",
	           "200 CHANNELS_SET");
	change("c1", hold, "'seat_ids':['A3'],'drop_seat_ids':['A2','A1']",
	       "409 SEATS_NOT_FOR_SALE not A3/blocked"); /* a channel without a key opens nothing */
	/* For itself alone, as nobody said whose it is. */
	change("c1", hold, "'seat_ids':['A3']", "409 CUSTOMER_LIMIT customer 3/1");
}

/* ---- parts of a sale ---- */

static void a_part_is_given_back_once(void **state)
{
	const char *sale;

	(void)state;
	make("p1", "");
	sale = say_reserve("p1", "s", "'seat_ids':['A4','A1','A2'],'areas':[{'area_id':'floor','count':3},"
	                              "{'area_id':'bar','count':1}]", "200 RESERVED A4 A1 A2 floor:3 "
	                              "bar:1");
	say_cancel("p1", sale, "'seat_ids':['A1']", "409 NOT_CONFIRMED");
	say_of("p1", sale, "s", "confirm", "", "200 CONFIRMED A4 A1 A2 floor:3 bar:1");
	say_skip("p1");
	say_cancel("p1", sale, "'seat_ids':['A2','A3'],'areas':[{'area_id':'bar','count':2},"
	                       "{'area_id':'pit','count':1}]", "404 NOT_IN_RESERVATION not A3 bar pit");
	say_told("p1", "");
	say_cancel("p1", sale, "'seat_ids':['A2','A4'],'areas':[{'area_id':'bar','count':1},"
	                       "{'area_id':'floor','count':1}]",
	           "200 PARTLY_CANCELLED A4 A2 floor:1 bar:1 kept A1 floor:2");
	say_told("p1", "cancelled* A4 A2 floor:1 bar:1");
	expect_rows("p1", "confirmed 3 A4- A1 A2- floor:2 bar:0");
	expect_areas("p1", "bar 0+0/2, floor 0+2/4");
	say_cancel("p1", sale, "'seat_ids':['A2']", "404 NOT_IN_RESERVATION not A2");
	say_of("p1", sale, "s", "confirm", "", "200 ALREADY_CONFIRMED A1 floor:2");
	(void)say_reserve("p1", "t", "'seat_ids':['A2'],'areas':[{'area_id':'floor','count':2}]",
	                  "200 RESERVED A2 floor:2");
	say_skip("p1");
	say_cancel("p1", sale, "'areas':[{'area_id':'floor','count':2}],'seat_ids':['A1']",
	           "200 CANCELLED A1 floor:2");
	say_told("p1", "cancelled A1 floor:2");
	expect_rows("p1", "cancelled 3 A4- A1 A2- floor:2 bar:0 | held 3 A2 floor:2");
	expect_areas("p1", "bar 0+0/2, floor 2+0/4");
	say_cancel("p1", sale, "'seat_ids':['A1']", "409 NOT_CONFIRMED");
}

static void what_a_customer_gave_back_counts_no_more(void **state)
{
	const char *sale;

	(void)state;
	make("u1", "'max_customer_seats':3");
	sale = say_reserve("u1", "s", "'seat_ids':['A1','A2'],'areas':[{'area_id':'floor','count':1}],"
	                              "'customer_id':'carl'", "200 RESERVED A1 A2 floor:1");
	say_of("u1", sale, "s", "confirm", "", "200 CONFIRMED A1 A2 floor:1");
	(void)say_reserve("u1", "t", "'seat_ids':['A4'],'customer_id':'carl'",
	                  "409 CUSTOMER_LIMIT customer 3/0");
	say_cancel("u1", sale, "'areas':[{'area_id':'floor','count':1}]",
	           "200 PARTLY_CANCELLED floor:1 kept A1 A2");
	(void)say_reserve("u1", "t", "'seat_ids':['A4'],'customer_id':'carl'", "200 RESERVED A4");
}

/* ----------------------------------------------------------------------------------------------- */

/* Nothing of the above was decided on rows that the worker did not know. */
static void no_batch_was_rolled_back(void **state)
{
	(void)state;
	assert_null(strstr(rig_log(), "rolled back"));
}

static void all_that_was_written_agrees(void **state)
{
	(void)state;
	agree_all(NULL, NULL);
	audit_is_clean(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_change_meets_the_hold_first),
	    cmocka_unit_test(what_is_wrong_is_said_in_its_order),
	    cmocka_unit_test(what_is_only_dropped_may_be_dropped_at_any_time),
	    cmocka_unit_test(what_is_dropped_is_free_to_the_same_request),
	    cmocka_unit_test(what_it_has_already_is_no_conflict_and_no_change),
	    cmocka_unit_test(a_change_may_last_longer_but_not_for_ever),
	    cmocka_unit_test(what_has_lapsed_ends_before_a_change_takes_it),
	    cmocka_unit_test(a_change_goes_by_the_channel_of_the_hold),
	    cmocka_unit_test(a_part_is_given_back_once),
	    cmocka_unit_test(what_a_customer_gave_back_counts_no_more),
	    cmocka_unit_test(no_batch_was_rolled_back),
	    cmocka_unit_test(all_that_was_written_agrees),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
