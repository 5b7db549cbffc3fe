/*
 * A hold that is changed in place and a sale of which a part is given back, as the audit decides
 * them: change_hold and cancel of sections 4.1 and 4.2 of docs/protocol.md. Areas: test_areas.c.
 */
#include "tests/unit/audit/fold/fold_help.h"

#define BOSS(type, id, more) HEAD(type, id) ",'owner_key':'boss'" more "}"
#define CHANGE(id, who, of, more) OF("change_hold", id, who, of, "," more)
#define ADD(seats) "'seat_ids':[" seats "]"
#define DROP(seats) "'drop_seat_ids':[" seats "]"
#define BEST(wish) "'best':{" wish "}"
#define FOR(id, who, customer, seats) RESERVE_ALSO(id, who, seats, ",'customer_id':'" customer "'")
#define CANCEL_PART(id, of, seats) \
	BOSS("cancel", id, ",'reservation_id':'" U(of) "','seat_ids':[" seats "]")
#define SEAT_OF(pos, rank) "{'seat_id':'A" pos "','row':'A','pos':" pos ",'rank':" rank "}"

/* Row A, holds of 10 up to 30 seconds, 4 seats each; offsets 0 and 1. */
static int open_row(void **state)
{
	open_nothing(state);
	ask(0, BOSS("create_show", "01", ",'hold_seconds':10,'max_hold_seconds':30,'max_seats':4"));
	ask(0, BOSS("add_seats", "02",
	            ",'seats':[" SEAT_OF("1", "30") "," SEAT_OF("2", "20") "," SEAT_OF("3", "10") ","
	                SEAT_OF("4", "10") "," SEAT_OF("5", "20") "," SEAT_OF("6", "30") "]"));
	assert_int_equal(fold.verdict.outcome, OUTCOME_SEATS_ADDED);
	return 0;
}

static void seats_come_in_behind_the_rest_and_leave_and_come_again(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "alice", "'A2','A1'"), TAKES("10", "A2,A1", "10000")},
	    {1000, CHANGE("11", "alice", "10", ADD("'A3'")),
	     "200 HOLD_CHANGED of 10: A2,A1,A3 until 10000; reserved part 10: A3 until 10000"},
	    {1000, CHANGE("12", "alice", "10", DROP("'A1','A2'")),
	     "200 HOLD_CHANGED of 10: A3 until 10000; released part 10: A2,A1"},
	    {1000, RESERVE("13", "bob", "'A2'"), TAKES("13", "A2", "11000")},
	    {2000, CHANGE("14", "alice", "10", ADD("'A1'") "," DROP("'A3'")),
	     "200 HOLD_CHANGED of 10: A1 until 10000; released part 10: A3; "
	     "reserved part 10: A1 until 10000"},
	    {2000, CHANGE("15", "alice", "10", ADD("'A3'")),
	     "200 HOLD_CHANGED of 10: A1,A3 until 10000; reserved part 10: A3 until 10000"},
	    /* The first answer again. */
	    {3000, CHANGE("12", "alice", "10", DROP("'A2','A1'")),
	     "200 HOLD_CHANGED of 10: A3 until 10000 again of 4 as of 1000"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A1"), "reserved by 10 at 6, version 6");
	assert_string_equal(seat("A3"), "reserved by 10 at 7, version 7");
	assert_string_equal(seat("A2"), "reserved by 13 at 5, version 5");
	assert_string_equal(left(U("10")), "A2 at 4");
	assert_string_equal(hold(U("10")), "held, 0 to 10000");
	assert_string_equal(ask(4000, CONFIRM("16", "alice", "10")),
	                    "200 CONFIRMED of 10: A1,A3; sold 10: A1,A3");
	assert_string_equal(left(U("10")), "A2 at 4");
}

static void what_it_has_already_is_no_change(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "alice", "'A1','A2'"), TAKES("10", "A1,A2", "10000")},
	    {0, CHANGE("11", "alice", "10", ADD("'A2'")), "200 HOLD_CHANGED of 10: A1,A2 until 10000"},
	    {0, CHANGE("12", "alice", "10", ADD("'A2','A3','A1'")),
	     "200 HOLD_CHANGED of 10: A1,A2,A3 until 10000; reserved part 10: A3 until 10000"},
	    /* Not even where nothing may be added. */
	    {0, BOSS("change_show", "13", ",'closed':true,'max_seats':1"),
	     "200 SHOW_CHANGED; show_changed"},
	    {0, CHANGE("14", "alice", "10", ADD("'A2'") "," DROP("'A1'")),
	     "200 HOLD_CHANGED of 10: A2,A3 until 10000; released part 10: A1"},
	    {0, CHANGE("15", "alice", "10", ADD("'A1'")), "409 NOT_ON_SALE"},
	    {0, BOSS("change_show", "16", ",'closed':false"), "200 SHOW_CHANGED; show_changed"},
	    {0, CHANGE("17", "alice", "10", ADD("'A1'") "," DROP("'A2','A3'")),
	     "200 HOLD_CHANGED of 10: A1 until 10000; released part 10: A2,A3; "
	     "reserved part 10: A1 until 10000"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A1"), "reserved by 10 at 9, version 9");
}

static void it_is_refused_in_the_order_of_the_table(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "alice", "'A1','A2'"), TAKES("10", "A1,A2", "10000")},
	    {0, RESERVE("11", "bob", "'A3'"), TAKES("11", "A3", "10000")},
	    {0, CHANGE("12", "alice", "19", ADD("'A4'")), "404 UNKNOWN_RESERVATION"},
	    {0, CHANGE("13", "bob", "10", DROP("'B9'")), "403 WRONG_SESSION"},
	    {0, CHANGE("14", "alice", "10", DROP("'A3','A1','B9'")), "404 NOT_IN_RESERVATION but A3, B9"},
	    {0, CHANGE("15", "alice", "10", DROP("'A2','A1'") ",'hold_seconds':99"), "409 NOTHING_LEFT"},
	    {0, BOSS("change_show", "16", ",'on_sale_until':'1970-01-01T00:00:00.000Z'"),
	     "200 SHOW_CHANGED; show_changed"},
	    {0, CHANGE("17", "alice", "10", DROP("'A1'") ",'hold_seconds':31"), "400 HOLD_TOO_LONG"},
	    {0, CHANGE("18", "alice", "10", ADD("'B9'") ",'hold_seconds':31"),
	     "409 NOT_ON_SALE to -1000000000000"},
	    {0, BOSS("change_show", "19", ",'on_sale_until':'9999-12-31T23:59:59.999Z'"),
	     "200 SHOW_CHANGED; show_changed"},
	    {0, CHANGE("20", "alice", "10", ADD("'B9','B8'") "," BEST("'count':1") ",'hold_seconds':31"),
	     "400 TOO_MANY_SEATS"},
	    {0, CHANGE("21", "alice", "10", ADD("'B9','B8'") ",'hold_seconds':31"), "400 HOLD_TOO_LONG"},
	    {0, CHANGE("22", "alice", "10", ADD("'B9','A3','B8'") "," DROP("'A1'")),
	     "404 UNKNOWN_SEAT but B9, B8"},
	    {0, CHANGE("23", "alice", "10", ADD("'A3','A4'")),
	     "409 SEATS_TAKEN but A3 reserved at 3"},
	    {0, CHANGE("24", "alice", "10", BEST("'count':2,'sections':['none']")),
	     "409 NOT_ENOUGH_SEATS of 0"},
	    {10000, CHANGE("25", "alice", "10", DROP("'A1'")), "410 HOLD_EXPIRED"},
	    {10000, EXPIRE("26", "10"), "200 EXPIRED of 10: A1,A2; expired 10: A1,A2"},
	    {10000, CHANGE("27", "alice", "10", DROP("'A1'")), "410 HOLD_EXPIRED"},
	    {10000, CONFIRM("28", "alice", "10"),
	     "200 CONFIRMED of 10: A1,A2 revived; sold 10: A1,A2"},
	    {10000, CHANGE("29", "alice", "10", DROP("'A9'")), "409 ALREADY_CONFIRMED"},
	    {10000, RELEASE("30", "bob", "11"), "200 RELEASED of 11: A3; released 11: A3"},
	    {10000, CHANGE("31", "bob", "11", DROP("'A3'")), "410 HOLD_RELEASED"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(ask_record((struct record){
	                        .partition = partition_of_key("x", 1, PARTITIONS),
	                        .timestamp_ms = T0,
	                        .is_append_time = true,
	                        .key = text_of("x"),
	                        .value = quoted("{'type':'change_hold','request_id':'" U("32") "',"
	                                        "'show_id':'x','session_id':'a','reservation_id':'" U("10")
	                                        "','seat_ids':['A1']}")}),
	                    partition_of_key("x", 1, PARTITIONS) == fold.partition
	                        ? "404 UNKNOWN_SHOW as of 10000"
	                        : "421 WRONG_PARTITION");
}

/* Refused, it has all that it had, and best does not get what it kept. */
static void a_refusal_drops_nothing(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "alice", "'A3','A4'"), TAKES("10", "A3,A4", "10000")},
	    {0, RESERVE("11", "bob", "'A6'"), TAKES("11", "A6", "10000")},
	    {0, CHANGE("12", "alice", "10", ADD("'A6'") "," DROP("'A3'")),
	     "409 SEATS_TAKEN but A6 reserved at 3"},
	    {0, CHANGE("13", "alice", "10", BEST("'count':4") "," DROP("'A3','A4'") ",'hold_seconds':20"),
	     "200 HOLD_CHANGED of 10: A2,A3,A4,A5 until 20000 in 1; released part 10: A3,A4; "
	     "reserved part 10: A2,A3,A4,A5 until 20000"},
	    {0, CHANGE("14", "alice", "10", BEST("'count':2") "," DROP("'A2','A3'")),
	     "200 HOLD_CHANGED of 10: A4,A5,A2,A3 until 20000 in 1; released part 10: A2,A3; "
	     "reserved part 10: A2,A3 until 20000"},
	    {0, BOSS("change_show", "15", ",'max_seats':6"), "200 SHOW_CHANGED; show_changed"},
	    {0, CHANGE("16", "alice", "10", BEST("'count':2") "," DROP("'A3'")),
	     "409 NO_SEATS_TOGETHER of 2"},
	    {0, RESERVE("17", "eve", "'A3'"), "409 SEATS_TAKEN but A3 reserved at 6"},
	    {0, HEAD("reserve", "18") ",'session_id':'eve','best':{'count':2}}",
	     "409 NOT_ENOUGH_SEATS of 1"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(left(U("10")), "");
	assert_string_equal(seat("A4"), "reserved by 10 at 5, version 5");
}

static void reserved_until_moves_as_extend_would_have_it(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "alice", "'A1','A2'"), TAKES("10", "A1,A2", "10000")},
	    {1000, CHANGE("11", "alice", "10", "'hold_seconds':5"),
	     "200 HOLD_CHANGED of 10: A1,A2 until 10000"},
	    {1000, CHANGE("12", "alice", "10", "'hold_seconds':10"),
	     "200 HOLD_CHANGED of 10: A1,A2 until 11000; extended 10: A1,A2 until 11000"},
	    {2000, CHANGE("13", "alice", "10", DROP("'A1'") ",'hold_seconds':10"),
	     "200 HOLD_CHANGED of 10: A2 until 12000; released part 10: A1; extended 10: A2 until 12000"},
	    {3000, CHANGE("14", "alice", "10", ADD("'A3'") ",'hold_seconds':10"),
	     "200 HOLD_CHANGED of 10: A2,A3 until 13000; reserved part 10: A3 until 13000"},
	    {12000, CHANGE("15", "alice", "10", ADD("'A4'") ",'hold_seconds':30"),
	     "200 HOLD_CHANGED of 10: A2,A3,A4 until 30000; reserved part 10: A4 until 30000"},
	    /* A change does not begin the hold anew. */
	    {29999, EXTEND("16", "alice", "10", "30"), "200 EXTENDED of 10: A2,A3,A4 until 30000"},
	    {30000, CHANGE("17", "alice", "10", DROP("'A4'")), "410 HOLD_EXPIRED"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A2"), "reserved by 10 at 2, version 7");
	assert_string_equal(seat("A4"), "reserved by 10 at 7, version 7");
}

static void lapsed_holds_in_the_way_end_first(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "alice", "'A1','A2'"), TAKES("10", "A1,A2", "10000")},
	    {0, RESERVE("11", "bob", "'A5'"), TAKES("11", "A5", "10000")},
	    {5000, RESERVE("12", "eve", "'A3'"), TAKES("12", "A3", "15000")},
	    {10000, CHANGE("13", "eve", "12", ADD("'A5','A1'") "," DROP("'A3'")),
	     "200 HOLD_CHANGED of 12: A5,A1 until 15000; expired 10: A1,A2; expired 11: A5; "
	     "released part 12: A3; reserved part 12: A5,A1 until 15000"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A2"), "available, version 5");
}

static void a_customer_may_not_get_beyond_his_limit_by_changes(void **state)
{
	static const struct step steps[] = {
	    {0, FOR("10", "alice", "carol", "'A1'"), TAKES("10", "A1", "10000")},
	    {0, FOR("11", "bob", "carol", "'A2'"), TAKES("11", "A2", "10000")},
	    {0, RESERVE("12", "eve", "'A6'"), TAKES("12", "A6", "10000")},
	    {0, BOSS("change_show", "13", ",'max_customer_seats':2,'max_customer_holds':1"),
	     "200 SHOW_CHANGED; show_changed"},
	    {0, CHANGE("14", "alice", "10", ADD("'A3'")), "409 CUSTOMER_LIMIT has 2 in 2"},
	    {0, CHANGE("15", "alice", "10", ADD("'A3'") "," DROP("'A1'")),
	     "200 HOLD_CHANGED of 10: A3 until 10000; released part 10: A1; "
	     "reserved part 10: A3 until 10000"},
	    {0, CONFIRM("16", "bob", "11"), "200 CONFIRMED of 11: A2; sold 11: A2"},
	    {0, CHANGE("17", "alice", "10", ADD("'A4'")), "409 CUSTOMER_LIMIT has 2 in 1"},
	    /* Without a customer it counts for itself. */
	    {0, CHANGE("18", "eve", "12", ADD("'A5'")),
	     "200 HOLD_CHANGED of 12: A6,A5 until 10000; reserved part 12: A5 until 10000"},
	    {0, CHANGE("19", "eve", "12", ADD("'A4'")), "409 CUSTOMER_LIMIT has 2 in 1"},
	    /* What is dropped alone is always less. */
	    {0, BOSS("change_show", "20", ",'max_customer_seats':1"), "200 SHOW_CHANGED; show_changed"},
	    {0, CHANGE("21", "eve", "12", ADD("'A4'") "," DROP("'A5'")), "409 CUSTOMER_LIMIT has 2 in 1"},
	    {0, CHANGE("22", "eve", "12", DROP("'A5'")),
	     "200 HOLD_CHANGED of 12: A6 until 10000; released part 12: A5"},
	    {0, CANCEL("23", "boss", "11"), "200 CANCELLED of 11: A2; cancelled 11: A2"},
	    {0, CHANGE("24", "alice", "10", ADD("'A4'")), "409 CUSTOMER_LIMIT has 1 in 1"},
	};

	(void)state;
	TAKE(steps);
}

static void it_goes_by_the_channel_of_the_hold(void **state)
{
	static const struct step steps[] = {
	    {0, BOSS("set_channels", "03",
	             ",'channels':[{'channel':'box','channel_key':'key-box','opens':['public'],"
	             "'exempt':true}]"),
	     "200 CHANNELS_SET; channels_set"},
	    {0, BOSS("block_seats", "04", ",'seat_ids':['A3'],'channel':'box'"),
	     "200 SEATS_BLOCKED of: A3; blocked: A3"},
	    {0, BOSS("change_show", "05", ",'max_customer_seats':2,'singles':'refuse',"
	                                  "'on_sale_until':'2001-09-09T01:46:45.000Z'"),
	     "200 SHOW_CHANGED; show_changed"},
	    {0, RESERVE_ALSO("10", "alice", "'A1'", ",'channel_key':'key-box'"),
	     TAKES("10", "A1", "10000")},
	    {0, FOR("11", "bob", "dave", "'A6','A5'"), TAKES("11", "A6,A5", "10000")},
	    {5000, CHANGE("12", "bob", "11", ADD("'A4'")), "409 NOT_ON_SALE to 5000"},
	    {5000, CHANGE("13", "alice", "10", ADD("'A3','A4'")),
	     "200 HOLD_CHANGED of 10: A1,A3,A4 until 10000; reserved part 10: A3,A4 until 10000"},
	    {5000, BOSS("change_show", "14", ",'on_sale_until':'9999-12-31T23:59:59.999Z'"),
	     "200 SHOW_CHANGED; show_changed"},
	    {5000, CHANGE("15", "alice", "10", DROP("'A3'")),
	     "200 HOLD_CHANGED of 10: A1,A4 until 10000; released part 10: A3"},
	    {5000, CHANGE("16", "bob", "11", ADD("'A3'") "," DROP("'A5'")),
	     "409 SEATS_NOT_FOR_SALE but A3 blocked"},
	    /* Its channel lost its key, so that it opens nothing; exempt it still is. */
	    {5000, BOSS("set_channels", "17", ",'channels':[{'channel':'box','exempt':true}]"),
	     "200 CHANNELS_SET; channels_set"},
	    {5000, CHANGE("18", "alice", "10", ADD("'A3','A2'")),
	     "409 SEATS_NOT_FOR_SALE but A3 blocked, A2 blocked"},
	};

	(void)state;
	TAKE(steps);
}

/* What is dropped is ordinary again, and what is left alone by dropping it is nobody's fault. */
static void singles_are_judged_with_what_is_dropped_free(void **state)
{
	static const struct step steps[] = {
	    {0, BOSS("change_show", "03", ",'singles':'refuse'"), "200 SHOW_CHANGED; show_changed"},
	    {0, RESERVE("10", "alice", "'A1','A2'"), TAKES("10", "A1,A2", "10000")},
	    {0, CHANGE("11", "alice", "10", ADD("'A4'")), "409 LEAVES_SINGLE but A3"},
	    /* A2 and A3 stay two. */
	    {0, CHANGE("12", "alice", "10", ADD("'A4'") "," DROP("'A2'")),
	     "200 HOLD_CHANGED of 10: A1,A4 until 10000; released part 10: A2; "
	     "reserved part 10: A4 until 10000"},
	    {0, CHANGE("13", "alice", "10", ADD("'A2','A3'")),
	     "200 HOLD_CHANGED of 10: A1,A4,A2,A3 until 10000; reserved part 10: A2,A3 until 10000"},
	    {0, CHANGE("14", "alice", "10", DROP("'A3'")),
	     "200 HOLD_CHANGED of 10: A1,A4,A2 until 10000; released part 10: A3"},
	};

	(void)state;
	TAKE(steps);
}

static void a_part_of_a_sale_is_given_back_once(void **state)
{
	static const struct step steps[] = {
	    {0, FOR("10", "alice", "carol", "'A3','A1','A2'"), TAKES("10", "A3,A1,A2", "10000")},
	    {0, CANCEL_PART("11", "10", "'A1'"), "409 NOT_CONFIRMED"},
	    {0, CONFIRM("12", "alice", "10"), "200 CONFIRMED of 10: A3,A1,A2; sold 10: A3,A1,A2"},
	    {0, BOSS("change_show", "13", ",'max_customer_seats':3"), "200 SHOW_CHANGED; show_changed"},
	    {0, CANCEL_PART("14", "10", "'A2','A9','A3','A4'"), "404 NOT_IN_RESERVATION but A9, A4"},
	    {0, FOR("15", "bob", "carol", "'A4'"), "409 CUSTOMER_LIMIT has 3 in 0"},
	    {1000, CANCEL_PART("16", "10", "'A2','A3'"),
	     "200 PARTLY_CANCELLED of 10: A3,A2 keeps A1; cancelled part 10: A3,A2"},
	    {1000, CANCEL_PART("17", "10", "'A3'"), "404 NOT_IN_RESERVATION but A3"},
	    {1000, FOR("18", "bob", "carol", "'A4','A3'"), TAKES("18", "A4,A3", "11000")},
	    {1000, CONFIRM("19", "alice", "10"), "200 ALREADY_CONFIRMED of 10: A1"},
	    {2000, CANCEL_PART("20", "10", "'A1'"), "200 CANCELLED of 10: A1; cancelled 10: A1"},
	    {2000, CANCEL_PART("16", "10", "'A3','A2'"),
	     "200 PARTLY_CANCELLED of 10: A3,A2 keeps A1 again of 8 as of 1000"},
	    {2000, CANCEL_PART("21", "10", "'A1'"), "409 NOT_CONFIRMED"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A2"), "available, version 8");
	assert_string_equal(seat("A1"), "available, version 12");
	assert_string_equal(left(U("10")), "A2 at 8,A3 at 8");
	assert_string_equal(hold(U("10")), "cancelled, 0 to 10000, ended 2000");
}

static void a_part_given_back_changes_no_status(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "alice", "'A1','A2'"), TAKES("10", "A1,A2", "10000")},
	    {1000, CONFIRM("11", "alice", "10"), "200 CONFIRMED of 10: A1,A2; sold 10: A1,A2"},
	    {2000, CANCEL_PART("12", "10", "'A2'"),
	     "200 PARTLY_CANCELLED of 10: A2 keeps A1; cancelled part 10: A2"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(hold(U("10")), "confirmed, 0 to 10000, ended 1000");
	assert_string_equal(seat("A1"), "sold by 10 at 2, version 3");
}

#define IN_A_ROW(test) cmocka_unit_test_setup_teardown(test, open_row, close_fold)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_A_ROW(seats_come_in_behind_the_rest_and_leave_and_come_again),
	    IN_A_ROW(what_it_has_already_is_no_change),
	    IN_A_ROW(it_is_refused_in_the_order_of_the_table),
	    IN_A_ROW(a_refusal_drops_nothing),
	    IN_A_ROW(reserved_until_moves_as_extend_would_have_it),
	    IN_A_ROW(lapsed_holds_in_the_way_end_first),
	    IN_A_ROW(a_customer_may_not_get_beyond_his_limit_by_changes),
	    IN_A_ROW(it_goes_by_the_channel_of_the_hold),
	    IN_A_ROW(singles_are_judged_with_what_is_dropped_free),
	    IN_A_ROW(a_part_of_a_sale_is_given_back_once),
	    IN_A_ROW(a_part_given_back_changes_no_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
