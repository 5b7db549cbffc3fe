/*
 * Areas through the whole pipeline: they are set, held, lapse, are sold and given back, beside seats
 * and by themselves; by reply, event and rows. And the room is exact, whatever the batches, the cache
 * and the worker.
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

static long start(const char *batch_max, const char *cached)
{
	return rig_start("holdfast-worker", batch_max, cached, "--log-level=debug",
	                 "--kafka.session.timeout.ms=3000", "--kafka.heartbeat.interval.ms=500", NULL);
}

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	worker = start("--batch-max=500", "--cached-seats=100000");
	return 0;
}

static int tear_down(void **state)
{
	rig_kill_all();
	return rig_drop(state);
}

/* An owner "k", A1 to A3, a floor for six and a bar for two. */
static void make(const char *show, const char *policy)
{
	char more[300];

	snprintf(more, sizeof more, "'owner_key':'k'%s%s", policy[0] ? "," : "", policy);
	say_expect(show, "create_show", more, "200 SHOW_CREATED");
	say_expect(show, "add_seats",
	           "'owner_key':'k','seats':[{'seat_id':'A1','row':'A','pos':1},{'seat_id':'A2','row':'A',"
	           "'pos':2},{'seat_id':'A3','row':'A','pos':3}]", "200 SEATS_ADDED A1 A2 A3");
	say_expect(show, "set_areas",
	           "'owner_key':'k','areas':[{'area_id':'floor','capacity':6},{'area_id':'bar',"
	           "'capacity':2}]",
	           "200 AREAS_SET");
	say_skip(show);
}

static void expect_areas(const char *show, const char *line)
{
	assert_string_equal(rig_sql("SELECT string_agg(area_id || ' ' || held || '+' || sold || '/' || "
	                            "capacity || coalesce(' ' || channel, '') || coalesce(' (' || "
	                            "category || "
	                            "')', ''), ', ' ORDER BY area_id) FROM holdfast.show_areas WHERE "
	                            "show_id = '%s'", show), line);
}

static void expect_statuses(const char *show, const char *line)
{
	assert_string_equal(rig_sql("SELECT string_agg(status || ' ' || places, ', ' ORDER BY "
	                            "request_offset) FROM holdfast.seat_reservations WHERE show_id = '%s'",
	                            show), line);
}

#define FLOOR(count) "'areas':[{'area_id':'floor','count':" count "}]"
#define SHORT ",'hold_seconds':1"

/* ---- what organisers set ---- */

static void areas_are_set_whole(void **state)
{
	(void)state;
	say_expect("s0", "set_areas", "'owner_key':'k','areas':[{'area_id':'floor','capacity':1}]",
	           "404 UNKNOWN_SHOW");
	make("s1", "");
	say_expect("s1", "set_areas", "'owner_key':'no','areas':[{'area_id':'floor','capacity':1}]",
	           "403 WRONG_OWNER");
	say_expect("s1", "set_areas",
	           "'owner_key':'k','areas':[{'area_id':'Stehpl\xc3\xa4tze','capacity':9,'channel':'club',"
	           "'category':'II'},{'area_id':'floor','capacity':5,'category':'I'}]", "200 AREAS_SET");
	say_told("s1", "areas_set Stehpl\xc3\xa4tze:9/club/II floor:5/I");
	expect_areas("s1", "Stehpl\xc3\xa4tze 0+0/9 club (II), bar 0+0/2, floor 0+0/5 (I)");
	/* What is left out is gone; what is set to what it was is told, and the row stays as it was. */
	say_expect("s1", "set_areas",
	           "'owner_key':'k','areas':[{'area_id':'bar','capacity':2},{'area_id':'floor',"
	           "'capacity':5}]",
	           "200 AREAS_SET");
	say_told("s1", "areas_set bar:2 floor:5");
	expect_areas("s1", "Stehpl\xc3\xa4tze 0+0/9 club (II), bar 0+0/2, floor 0+0/5");
	assert_string_equal(rig_sql("SELECT count(DISTINCT version) FROM holdfast.show_areas WHERE "
	                            "show_id = 's1'"), "3");
}

static void no_area_gets_smaller_than_what_is_taken_of_it(void **state)
{
	const char *sale;

	(void)state;
	make("b1", "");
	sale = say_reserve("b1", "s", FLOOR("3"), "200 RESERVED floor:3");
	say_of("b1", sale, "s", "confirm", "", "200 CONFIRMED floor:3");
	(void)say_reserve("b1", "t", FLOOR("2") SHORT, "200 RESERVED floor:2");
	ask_await_lapse("b1", 2); /* lapsed places are places held */
	say_skip("b1");
	say_expect("b1", "set_areas",
	           "'owner_key':'k','areas':[{'area_id':'new','capacity':1},{'area_id':'floor',"
	           "'capacity':4},"
	           "{'area_id':'bar','capacity':0}]", "409 BELOW_TAKEN not floor:5");
	say_told("b1", "");
	expect_areas("b1", "bar 0+0/2, floor 2+3/6");
	say_expect("b1", "set_areas",
	           "'owner_key':'k','areas':[{'area_id':'new','capacity':1},{'area_id':'floor',"
	           "'capacity':5},"
	           "{'area_id':'bar','capacity':0}]", "200 AREAS_SET");
	expect_areas("b1", "bar 0+0/0, floor 2+3/5, new 0+0/1");
}

/* ---- what customers take ---- */

static void places_are_held_beside_seats_or_alone_all_or_nothing(void **state)
{
	const char *hold;

	(void)state;
	make("r1", "'max_seats':7");
	(void)say_reserve("r1", "s", "'seat_ids':['A1'],'areas':[{'area_id':'floor','count':7}]",
	                  "400 TOO_MANY_SEATS");
	(void)say_reserve("r1", "s", "'seat_ids':['A1'],'areas':[{'area_id':'pit','count':1},"
	                             "{'area_id':'floor','count':1},{'area_id':'moat','count':1}]",
	                  "404 UNKNOWN_AREA not pit moat");
	hold = say_reserve("r1", "s", "'seat_ids':['A2'],'best':{'count':1},'areas':[{'area_id':'floor',"
	                              "'count':2},{'area_id':'bar','count':1}]",
	                   "200 RESERVED A2 A1 floor:2 bar:1 pieces 1");
	say_told("r1", "reserved A2 A1 floor:2 bar:1");
	(void)say_reserve("r1", "s", FLOOR("1"), "409 ALREADY_RESERVED A2 A1 floor:2 bar:1");
	(void)say_reserve("r1", "t", "'areas':[{'area_id':'bar','count':2},{'area_id':'floor','count':5}]",
	                  "409 AREA_FULL not bar:1 floor:4");
	(void)say_reserve("r1", "t", "'best':{'count':2},'areas':[{'area_id':'bar','count':1}]",
	                  "409 NOT_ENOUGH_SEATS free 1");
	(void)say_reserve("r1", "t", "'seat_ids':['A1'],'areas':[{'area_id':'floor','count':5}]",
	                  "409 SEATS_TAKEN not A1/reserved");
	say_told("r1", "");
	expect_areas("r1", "bar 1+0/2, floor 2+0/6");
	say_of("r1", hold, "s", "extend", "'hold_seconds':900", "200 EXTENDED A2 A1 floor:2 bar:1");
	say_of("r1", hold, "s", "confirm", "", "200 CONFIRMED A2 A1 floor:2 bar:1");
	say_told("r1", "extended A2 A1 floor:2 bar:1 | sold A2 A1 floor:2 bar:1");
	expect_areas("r1", "bar 0+1/2, floor 0+2/6");
	say_cancel("r1", hold, "", "200 CANCELLED A2 A1 floor:2 bar:1");
	say_told("r1", "cancelled A2 A1 floor:2 bar:1");
	expect_areas("r1", "bar 0+0/2, floor 0+0/6");
	expect_statuses("r1", "cancelled 5");
}

static void an_area_of_a_channel_has_no_room_for_others(void **state)
{
	(void)state;
	make("k1", "");
	say_expect("k1", "set_areas", "'owner_key':'k','areas':[{'area_id':'floor','capacity':6,"
	                              "'channel':'club'}]", "200 AREAS_SET");
	say_expect("k1", "set_channels", "'owner_key':'k','channels':[{'channel':'club',"
	           "'channel_key':'key'}]",
	           "200 CHANNELS_SET");
	(void)say_reserve("k1", "s", "'areas':[{'area_id':'floor','count':1},{'area_id':'bar','count':2}]",
	                  "409 AREA_FULL not floor:0");
	(void)say_reserve("k1", "s", "'channel_key':'key','areas':[{'area_id':'floor','count':1},"
	                             "{'area_id':'bar','count':1}]", "409 AREA_FULL not bar:0");
	(void)say_reserve("k1", "s", "'channel_key':'key'," FLOOR("6"), "200 RESERVED floor:6");
}

static void a_customer_has_no_more_places_than_the_limit(void **state)
{
	const char *hold;

	(void)state;
	make("u1", "'max_customer_seats':3");
	hold = say_reserve("u1", "s", "'seat_ids':['A1'],'customer_id':'carl'," FLOOR("2"),
	                   "200 RESERVED A1 floor:2");
	(void)say_reserve("u1", "t", "'customer_id':'carl'," FLOOR("1"), "409 CUSTOMER_LIMIT customer 3/1");
	say_of("u1", hold, "s", "change_hold", "'drop_seat_ids':['A1']," FLOOR("2"),
	       "409 CUSTOMER_LIMIT customer 3/1");
	say_of("u1", hold, "s", "change_hold", "'drop_seat_ids':['A1']," FLOOR("1"),
	       "200 HOLD_CHANGED floor:3");
}

/* ---- lapses ---- */

static void lapsed_holds_end_as_far_as_their_places_are_needed(void **state)
{
	const char *last;

	(void)state;
	make("l1", "");
	/* The second one lapses first. */
	(void)say_reserve("l1", "a", FLOOR("2") ",'hold_seconds':2", "200 RESERVED floor:2");
	(void)say_reserve("l1", "b", "'seat_ids':['A3']," FLOOR("1") SHORT, "200 RESERVED A3 floor:1");
	last = say_reserve("l1", "c", FLOOR("1") ",'hold_seconds':2", "200 RESERVED floor:1");
	ask_await_lapse("l1", 2);
	say_skip("l1");
	(void)say_reserve("l1", "d", FLOOR("2"), "200 RESERVED floor:2"); /* there is room without */
	say_told("l1", "reserved floor:2");
	(void)say_reserve("l1", "e", FLOOR("5"), "409 AREA_FULL not floor:4");
	say_told("l1", "");
	(void)say_reserve("l1", "e", FLOOR("1"), "200 RESERVED floor:1");
	say_told("l1", "expired A3 floor:1 | reserved floor:1");
	expect_statuses("l1", "held 2, expired 2, held 1, held 2, held 1");
	/* By their time, then by the order they came in. */
	(void)say_reserve("l1", "f", FLOOR("1"), "200 RESERVED floor:1");
	say_told("l1", "expired floor:2 | reserved floor:1");
	expect_areas("l1", "bar 0+0/2, floor 5+0/6");
	say_of("l1", last, "c", "confirm", "", "200 CONFIRMED floor:1 revived"); /* lapsed, not expired */
	say_told("l1", "sold floor:1");
	(void)say_reserve("l1", "g", FLOOR("2"), "409 AREA_FULL not floor:1");
	expect_areas("l1", "bar 0+0/2, floor 4+1/6");
}

/* First those of the seats and of the session itself, all by their order; then area by area. */
static void holds_end_in_the_order_of_the_contract(void **state)
{
	(void)state;
	make("o1", "'max_seats':8");
	(void)say_reserve("o1", "bar", "'areas':[{'area_id':'bar','count':2}]" SHORT, "200 RESERVED bar:2");
	(void)say_reserve("o1", "own", FLOOR("1") SHORT, "200 RESERVED floor:1");
	(void)say_reserve("o1", "floor", FLOOR("2") SHORT, "200 RESERVED floor:2");
	(void)say_reserve("o1", "seat", "'seat_ids':['A2','A1']" SHORT, "200 RESERVED A2 A1");
	(void)say_reserve("o1", "floor-2", FLOOR("3") SHORT, "200 RESERVED floor:3");
	ask_await_lapse("o1", 2);
	say_skip("o1");
	(void)say_reserve("o1", "own", "'seat_ids':['A1'],'areas':[{'area_id':'floor','count':2},"
	                               "{'area_id':'bar','count':1}]", "200 RESERVED A1 floor:2 bar:1");
	say_told("o1", "expired floor:1 | expired A2 A1 | expired floor:2 | expired bar:2 | "
	               "reserved A1 floor:2 bar:1");
	expect_statuses("o1", "expired 2, expired 1, expired 2, expired 2, held 3, held 4");
	expect_areas("o1", "bar 1+0/2, floor 5+0/6");
}

static void an_expired_hold_is_confirmed_where_there_is_room(void **state)
{
	const char *late, *other;

	(void)state;
	make("c1", "");
	late = say_reserve("c1", "s", "'seat_ids':['A1'],'areas':[{'area_id':'floor','count':4},"
	                              "{'area_id':'bar','count':1}]" SHORT, "200 RESERVED A1 floor:4 "
	                              "bar:1");
	ask_await_lapse("c1", 2);
	rig_expect(ask_expire("c1", late), 200, "EXPIRED");
	expect_areas("c1", "bar 0+0/2, floor 0+0/6");
	other = say_reserve("c1", "t", "'seat_ids':['A1'],'areas':[{'area_id':'floor','count':3}]",
	                    "200 RESERVED A1 floor:3");
	say_of("c1", late, "s", "confirm", "", "410 HOLD_EXPIRED not A1/reserved floor:3");
	say_of("c1", other, "t", "change_hold", "'drop_seat_ids':['A1']", "200 HOLD_CHANGED floor:3");
	say_of("c1", late, "s", "confirm", "", "410 HOLD_EXPIRED not floor:3");
	say_expect("c1", "set_areas", "'owner_key':'k','areas':[{'area_id':'floor','capacity':7},"
	                              "{'area_id':'bar','capacity':2,'channel':'club'}]", "200 AREAS_SET");
	say_of("c1", late, "s", "confirm", "", "410 HOLD_EXPIRED not bar:0");
	say_expect("c1", "set_areas", "'owner_key':'k','areas':[{'area_id':'bar','capacity':2}]",
	           "200 AREAS_SET");
	say_skip("c1");
	say_of("c1", late, "s", "confirm", "", "200 CONFIRMED A1 floor:4 bar:1 revived");
	say_told("c1", "sold A1 floor:4 bar:1 retaken");
	expect_areas("c1", "bar 0+1/2, floor 3+4/7");
}

static void a_late_confirm_ends_no_more_holds_than_it_needs(void **state)
{
	const char *late;

	(void)state;
	make("e1", "");
	late = say_reserve("e1", "s", FLOOR("3") SHORT, "200 RESERVED floor:3");
	ask_await_lapse("e1", 2);
	rig_expect(ask_expire("e1", late), 200, "EXPIRED");
	(void)say_reserve("e1", "t", FLOOR("4") SHORT, "200 RESERVED floor:4");
	(void)say_reserve("e1", "u", FLOOR("1") SHORT, "200 RESERVED floor:1");
	ask_await_lapse("e1", 2);
	say_skip("e1");
	say_of("e1", late, "s", "confirm", "", "200 CONFIRMED floor:3 revived");
	say_told("e1", "expired floor:4 | sold floor:3 retaken");
	expect_areas("e1", "bar 0+0/2, floor 1+3/6");
}

/* ---- whoever decides ---- */

#define REQUESTS 240
#define CAPACITY 150

struct config {
	const char *show, *batch_max, *cached, *then_batch_max, *then_cached; /* NULL: no takeover */
};

/* What a request must be answered with, by the places that are taken in its order. */
struct expected {
	const char *reason;
	int room; /* where it is AREA_FULL */
};

struct sale {
	const char *show;
	char ids[REQUESTS][UUID_TEXT_CHARS + 1];
	int counts[REQUESTS]; /* in the hold of that request; 0: there is none */
	struct expected expected[REQUESTS];
	int room;
};

static void take(struct sale *sale, int of, int i, int count, const char *reason)
{
	sale->expected[i] = (struct expected){count <= sale->room ? reason : "AREA_FULL", sale->room};
	if (count > sale->room)
		return;
	sale->room -= count;
	sale->counts[of] += count;
}

static void send_about(const struct sale *sale, const char *type, int of, const char *more)
{
	rig_send(sale->show, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                     "\"reservation_id\":\"%s\",\"session_id\":\"s%d\"%s}", type, rig_id(),
	         sale->show, sale->ids[of], of, more);
}

/* Two places more, one less, or the end of the hold that was asked for some requests before. */
static void send_change(struct sale *sale, int i)
{
	int of = i - 3;

	if (i % 12 == 11) {
		send_about(sale, "release", of, "");
		sale->expected[i].reason = sale->counts[of] ? "RELEASED" : "UNKNOWN_RESERVATION";
		sale->room += sale->counts[of];
		sale->counts[of] = 0;
	} else if (i % 12 == 3) {
		send_about(sale, "change_hold", of, ",\"drop_areas\":[{\"area_id\":\"hall\",\"count\":1}]");
		sale->expected[i].reason = !sale->counts[of]       ? "UNKNOWN_RESERVATION"
		                           : sale->counts[of] == 1 ? "NOTHING_LEFT"
		                                                   : "HOLD_CHANGED";
		if (sale->counts[of] > 1) {
			sale->counts[of]--;
			sale->room++;
		}
	} else {
		send_about(sale, "change_hold", of, ",\"areas\":[{\"area_id\":\"hall\",\"count\":2}]");
		if (sale->counts[of])
			take(sale, of, i, 2, "HOLD_CHANGED");
		else
			sale->expected[i].reason = "UNKNOWN_RESERVATION";
	}
}

static void send_one(struct sale *sale, int i)
{
	if (i % 4 == 3) {
		send_change(sale, i);
		return;
	}
	snprintf(sale->ids[i], sizeof sale->ids[i], "%s", rig_id());
	rig_send(sale->show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                     "\"session_id\":\"s%d\",\"areas\":[{\"area_id\":\"hall\",\"count\":%d}]}",
	         sale->ids[i], sale->show, i, 1 + i % 3);
	take(sale, i, i, 1 + i % 3, "RESERVED");
}

static void check(const struct sale *sale)
{
	char room[30];

	for (int i = 0; i < REQUESTS; i++) {
		const char *reply = rig_reply((size_t)i);

		snprintf(room, sizeof room, "\"room\":%d}", sale->expected[i].room);
		if (strcmp(rig_field(reply, "reason"), sale->expected[i].reason) != 0 ||
		    (!strcmp(sale->expected[i].reason, "AREA_FULL") && !strstr(reply, room)))
			fail_msg("%s, request %d: expected %s, room %d, found\n%s", sale->show, i,
			         sale->expected[i].reason, sale->expected[i].room, reply);
	}
}

/* So many holds of one place that the hall is full, and all have lapsed. */
static void fill_with_lapsed(const char *show)
{
	for (int i = 0; i < CAPACITY; i++)
		rig_send(show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\",\"session_id\":"
		               "\"lapsed-%d\",\"areas\":[{\"area_id\":\"hall\",\"count\":1}],"
		               "\"hold_seconds\":1}",
		         rig_id(), show, i);
	rig_await(CAPACITY);
	ask_await_lapse(show, 2);
}

/* As many lapsed ones are gone as places were needed at most, and none behind one that is there. */
static void expect_the_first_to_have_ended(const struct sale *sale)
{
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.seat_reservations x JOIN "
	                            "holdfast.seat_reservations h USING (show_id) WHERE show_id = '%s' AND "
	                            "x.status = 'expired' AND h.status = 'held' AND h.reserved_until = "
	                            "h.created_at + interval '1 s' AND (x.reserved_until, "
	                            "x.request_offset) > "
	                            "(h.reserved_until, h.request_offset)", sale->show), "0");
	assert_string_equal(rig_sql("SELECT held + sold <= capacity, held - (SELECT count(*) FROM "
	                            "holdfast.seat_reservations r WHERE r.show_id = a.show_id AND status = "
	                            "'held' AND reserved_until = created_at + interval '1 s') FROM "
	                            "holdfast.show_areas a WHERE show_id = '%s'", sale->show),
	                    rig_sql("SELECT true, %d", CAPACITY - sale->room));
}

static void sell(const struct config *config)
{
	struct sale sale = {.show = config->show, .room = CAPACITY};

	worker = start(config->batch_max, config->cached);
	say_expect(sale.show, "create_show", "'max_seats':9", "200 SHOW_CREATED");
	say_expect(sale.show, "set_areas", "'areas':[{'area_id':'hall','capacity':150}]", "200 AREAS_SET");
	fill_with_lapsed(sale.show);
	for (int i = 0; i < REQUESTS / 2; i++)
		send_one(&sale, i);
	if (config->then_batch_max) {
		rig_await_sql("t", "SELECT count(*) > 0 FROM holdfast.decisions WHERE type = 'change_hold'");
		(void)rig_stop(worker, SIGKILL);
		worker = start(config->then_batch_max, config->then_cached);
	}
	for (int i = REQUESTS / 2; i < REQUESTS; i++)
		send_one(&sale, i);
	rig_await(REQUESTS);
	check(&sale);
	assert_true(sale.room == 0 || sale.room == 1); /* or the above says little */
	expect_the_first_to_have_ended(&sale);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

static void the_room_is_exact_whoever_decides(void **state)
{
	static const struct config configs[] = {
	    {"one-by-one", "--batch-max=1", "--cached-seats=0", NULL, NULL},
	    {"by-sevens", "--batch-max=7", "--cached-seats=100000", NULL, NULL},
	    {"at-once", "--batch-max=2000", "--cached-seats=100000", NULL, NULL},
	    {"uncached", "--batch-max=2000", "--cached-seats=0", NULL, NULL},
	    {"taken-over", "--batch-max=7", "--cached-seats=100000", "--batch-max=2000",
	     "--cached-seats=0"},
	    {"taken-back", "--batch-max=2000", "--cached-seats=0", "--batch-max=7",
	     "--cached-seats=100000"},
	};

	(void)state;
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	for (size_t i = 0; i < sizeof configs / sizeof configs[0]; i++)
		sell(&configs[i]);
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
	    cmocka_unit_test(areas_are_set_whole),
	    cmocka_unit_test(no_area_gets_smaller_than_what_is_taken_of_it),
	    cmocka_unit_test(places_are_held_beside_seats_or_alone_all_or_nothing),
	    cmocka_unit_test(an_area_of_a_channel_has_no_room_for_others),
	    cmocka_unit_test(a_customer_has_no_more_places_than_the_limit),
	    cmocka_unit_test(lapsed_holds_end_as_far_as_their_places_are_needed),
	    cmocka_unit_test(holds_end_in_the_order_of_the_contract),
	    cmocka_unit_test(an_expired_hold_is_confirmed_where_there_is_room),
	    cmocka_unit_test(a_late_confirm_ends_no_more_holds_than_it_needs),
	    cmocka_unit_test(no_batch_was_rolled_back),
	    cmocka_unit_test(the_room_is_exact_whoever_decides),
	    cmocka_unit_test(all_that_was_written_agrees),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
