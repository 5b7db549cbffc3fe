/* Row 6 of section 4 of docs/protocol.md by the audit's own fold, type by type, at every boundary. */
#include "tests/unit/audit/fold/fold_help.h"

/* Alice holds A2 and A1 with reservation 10, asked at offset 2 and T0; until 10000. */
#define ALICE {0, RESERVE("10", "alice", "'A2','A1'"), \
	TAKES("10", "A2,A1", "10000")}

/* ---- create_show, add_seats ---- */

static void a_show_is_created_once(void **state)
{
	static const struct step steps[] = {
	    {0, HEAD("create_show", "01") ",'title':''}", "200 SHOW_CREATED; show_created"},
	    {5, HEAD("create_show", "02") ",'title':'Other','max_seats':1}", "409 SHOW_EXISTS"},
	};
	const struct show *show;

	(void)state;
	TAKE(steps);
	show = model_find_show(&fold.model, text_of("s"));
	assert_true(show->policy.title.data && show->policy.title.bytes == 0);
	assert_int_equal(show->policy.hold_seconds, 600);
	assert_int_equal(show->policy.max_hold_seconds, 1800);
	assert_int_equal(show->policy.max_seats, 10);
	assert_false(show->has_owner);
	assert_int_equal(show->created_ms, T0);
	assert_int_equal(show->created_offset, 0);
}

static void without_a_show_every_type_says_so(void **state)
{
	static const struct step steps[] = {
	    {0, HEAD("add_seats", "01") ",'seat_ids':['A1']}", "404 UNKNOWN_SHOW"},
	    {0, RESERVE("02", "alice", "'A1'"), "404 UNKNOWN_SHOW"},
	    {0, EXTEND("03", "alice", "10", "9"), "404 UNKNOWN_SHOW"},
	    {0, CANCEL("04", "boss", "10"), "404 UNKNOWN_SHOW"},
	    {0, RELEASE("05", "alice", "10"), "404 UNKNOWN_RESERVATION"},
	    {0, CONFIRM("06", "alice", "10"), "404 UNKNOWN_RESERVATION"},
	    {0, EXPIRE("07", "10"), "404 UNKNOWN_RESERVATION"},
	};

	(void)state;
	TAKE(steps);
}

static void seats_are_added_all_or_none_by_the_owner(void **state)
{
	static const struct step steps[] = {
	    {0, HEAD("add_seats", "11") ",'seat_ids':['B1']}", "403 WRONG_OWNER"},
	    {0, HEAD("add_seats", "12") ",'owner_key':'bos','seat_ids':['A1']}", "403 WRONG_OWNER"},
	    {0, HEAD("add_seats", "13") ",'owner_key':'boss','seat_ids':['B1','A6','A1']}",
	     "409 SEAT_EXISTS but A6, A1"},
	    {0, HEAD("add_seats", "14") ",'owner_key':'boss','seat_ids':['B1']}",
	     "200 SEATS_ADDED of: B1; seats_added: B1"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A6"), "available, version 1");
	assert_string_equal(seat("B1"), "available, version 5");
}

static void without_an_owner_key_anyone_adds_seats_and_nobody_cancels(void **state)
{
	static const struct step steps[] = {
	    {0, HEAD("create_show", "01") "}", "200 SHOW_CREATED; show_created"},
	    {0, HEAD("add_seats", "02") ",'owner_key':'any','seat_ids':['A1']}",
	     "200 SEATS_ADDED of: A1; seats_added: A1"},
	    {0, CANCEL("03", "any", "10"), "403 WRONG_OWNER"},
	};

	(void)state;
	TAKE(steps);
}

/* ---- reserve ---- */

static void a_reserve_is_refused_in_the_order_of_the_table(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    /* Everything is wrong with the first; each next one has one wrong less. */
	    {1, RESERVE_ALSO("11", "alice", "'A1','Z1','Z2','A3'", ",'hold_seconds':31"),
	     "400 TOO_MANY_SEATS"},
	    {1, RESERVE_ALSO("12", "alice", "'A1','Z1','Z2'", ",'hold_seconds':31"), "400 HOLD_TOO_LONG"},
	    {1, RESERVE_ALSO("13", "alice", "'Z2','A1','Z1'", ",'hold_seconds':30"),
	     "404 UNKNOWN_SEAT but Z2, Z1"},
	    {1, RESERVE("14", "alice", "'A1'"), "409 ALREADY_RESERVED of 10: A2,A1 until 10000"},
	    {1, RESERVE("15", "bob", "'A3','A1','A2'"),
	     "409 SEATS_TAKEN but A1 reserved at 2, A2 reserved at 2"},
	    {1, RESERVE_ALSO("16", "bob", "'A3','A4','A5'", ",'hold_seconds':30"),
	     TAKES("16", "A3,A4,A5", "30001")},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A3"), "reserved by 16 at 8, version 8");
	assert_string_equal(seat("A6"), "available, version 1");
}

static void a_hold_lapses_at_its_reserved_until_and_not_a_millisecond_before(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    {9999, RESERVE("11", "bob", "'A1'"), "409 SEATS_TAKEN but A1 reserved at 2"},
	    {9999, RESERVE("12", "alice", "'A3'"), "409 ALREADY_RESERVED of 10: A2,A1 until 10000"},
	    {9999, EXPIRE("13", "10"), "409 NOT_DUE"},
	    {10000, RESERVE("14", "bob", "'A1'"),
	     "200 RESERVED of 14: A1 until 20000; expired 10: A2,A1; reserved 14: A1 until 20000"},
	};

	(void)state;
	TAKE(steps);
	/* It ends whole. */
	assert_string_equal(seat("A2"), "available, version 6");
	assert_string_equal(seat("A1"), "reserved by 14 at 6, version 6");
	assert_string_equal(hold(U("10")), "expired, 0 to 10000, ended 10000");
	assert_string_equal(hold(U("14")), "held, 10000 to 20000");
}

static void a_session_loses_its_own_lapsed_hold_with_its_next_reserve(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    {10000, RESERVE("11", "alice", "'A6'"),
	     "200 RESERVED of 11: A6 until 20000; expired 10: A2,A1; reserved 11: A6 until 20000"},
	    {10001, RESERVE("12", "alice", "'A1'"), "409 ALREADY_RESERVED of 11: A6 until 20000"},
	    {20000, RESERVE("13", "alice", "'A6'"), /* its own seats again: once, not twice */
	     "200 RESERVED of 13: A6 until 30000; expired 11: A6; reserved 13: A6 until 30000"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A2"), "available, version 3");
}

static void a_refused_reserve_ends_no_lapsed_hold(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    {1, RESERVE_ALSO("11", "bob", "'A3'", ",'hold_seconds':30"),
	     TAKES("11", "A3", "30001")},
	    {10000, RESERVE("12", "carol", "'A1','A3'"), "409 SEATS_TAKEN but A3 reserved at 3"},
	    {10000, RESERVE("13", "alice", "'A3'"), "409 SEATS_TAKEN but A3 reserved at 3"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(hold(U("10")), "held, 0 to 10000");
}

static void lapsed_holds_end_in_the_order_of_their_offsets(void **state)
{
	/* Offsets 2 to 5; asked for from the last to the first, and the session's own lies between. */
	static const struct step steps[] = {
	    {0, RESERVE("40", "alice", "'A1'"), TAKES("40", "A1", "10000")},
	    {0, RESERVE("30", "bob", "'A2'"), TAKES("30", "A2", "10000")},
	    {0, RESERVE("20", "carol", "'A3','A4'"),
	     TAKES("20", "A3,A4", "10000")},
	    {0, RESERVE("10", "dave", "'A5'"), TAKES("10", "A5", "10000")},
	    {10000, RESERVE("50", "bob", "'A5','A4','A1'"),
	     "200 RESERVED of 50: A5,A4,A1 until 20000; expired 40: A1; expired 30: A2; expired 20: A3,A4; "
	     "expired 10: A5; reserved 50: A5,A4,A1 until 20000"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A2"), "available, version 6");
	assert_string_equal(seat("A3"), "available, version 6");
	assert_string_equal(seat("A4"), "reserved by 50 at 6, version 6");
}

static void a_sold_seat_is_never_free_again_by_time(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    {1, CONFIRM("11", "alice", "10"), "200 CONFIRMED of 10: A2,A1; sold 10: A2,A1"},
	    {100 * DAY, RESERVE("12", "bob", "'A1'"), "409 SEATS_TAKEN but A1 sold at 2"},
	    {100 * DAY, RESERVE("13", "alice", "'A3'"), /* a sale is no hold */
	     TAKES("13", "A3", "8640010000")},
	};

	(void)state;
	TAKE(steps);
}

/* ---- release ---- */

static void release_by_the_table(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    {1, RELEASE("11", "alice", "99"), "404 UNKNOWN_RESERVATION"},
	    {1, RELEASE("12", "bob", "10"), "403 WRONG_SESSION"},
	    {1, RELEASE("13", "alice", "10"), "200 RELEASED of 10: A2,A1; released 10: A2,A1"},
	    {1, RELEASE("14", "bob", "10"), "403 WRONG_SESSION"},
	    {1, RELEASE("15", "alice", "10"), "200 NOTHING_HELD"},
	    {2, RESERVE("20", "alice", "'A1'"), TAKES("20", "A1", "10002")},
	    {10002, RELEASE("21", "alice", "20"), "200 RELEASED of 20: A1; released 20: A1"}, /* lapsed */
	    {10003, RESERVE("30", "alice", "'A1'"), TAKES("30", "A1", "20003")},
	    {20003, EXPIRE("31", "30"), "200 EXPIRED of 30: A1; expired 30: A1"},
	    {20003, RELEASE("32", "alice", "30"), "200 NOTHING_HELD"},
	    {20004, RESERVE("40", "alice", "'A1'"), TAKES("40", "A1", "30004")},
	    {20004, CONFIRM("41", "alice", "40"), "200 CONFIRMED of 40: A1; sold 40: A1"},
	    {20004, RELEASE("42", "alice", "40"), "409 ALREADY_CONFIRMED"},
	    {20004, CANCEL("43", "boss", "40"), "200 CANCELLED of 40: A1; cancelled 40: A1"},
	    {20004, RELEASE("44", "alice", "40"), "200 NOTHING_HELD"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(hold(U("10")), "released, 0 to 10000, ended 1");
	assert_string_equal(hold(U("40")), "cancelled, 20004 to 30004, ended 20004");
	assert_string_equal(seat("A2"), "available, version 5");
	assert_string_equal(seat("A1"), "available, version 16");
}

/* ---- extend ---- */

static void extend_by_the_table(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    {1, EXTEND("11", "bob", "99", "31"), "400 HOLD_TOO_LONG"},
	    {1, EXTEND("12", "bob", "99", "30"), "404 UNKNOWN_RESERVATION"},
	    {1, EXTEND("13", "bob", "10", "30"), "403 WRONG_SESSION"},
	    {9999, EXTEND("14", "alice", "10", "5"), "200 EXTENDED of 10: A2,A1 until 14999; "
	                                             "extended 10: A2,A1 until 14999"},
	    {14999, EXTEND("15", "alice", "10", "30"), "410 HOLD_EXPIRED"}, /* lapsed */
	    {14999, EXPIRE("16", "10"), "200 EXPIRED of 10: A2,A1; expired 10: A2,A1"},
	    {14999, EXTEND("17", "alice", "10", "30"), "410 HOLD_EXPIRED"},
	    {15000, RESERVE("20", "alice", "'A1'"), TAKES("20", "A1", "25000")},
	    {15000, RELEASE("21", "alice", "20"), "200 RELEASED of 20: A1; released 20: A1"},
	    {15000, EXTEND("22", "alice", "20", "30"), "410 HOLD_RELEASED"},
	    {15001, RESERVE("30", "alice", "'A1'"), TAKES("30", "A1", "25001")},
	    {15001, CONFIRM("31", "alice", "30"), "200 CONFIRMED of 30: A1; sold 30: A1"},
	    {15001, EXTEND("32", "alice", "30", "30"), "409 ALREADY_CONFIRMED"},
	    {15001, CANCEL("33", "boss", "30"), "200 CANCELLED of 30: A1; cancelled 30: A1"},
	    {15001, EXTEND("34", "alice", "30", "30"), "410 HOLD_RELEASED"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(hold(U("10")), "expired, 0 to 14999, ended 14999");
}

static void an_extension_is_clamped_and_never_shortens(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    {1, EXTEND("11", "alice", "10", "9"), "200 EXTENDED of 10: A2,A1 until 10000"}, /* no event */
	    {0, EXTEND("12", "alice", "10", "10"), /* one more than it was: t is 1, not 0 */
	     "200 EXTENDED of 10: A2,A1 until 10001; extended 10: A2,A1 until 10001"},
	    {1, EXTEND("13", "alice", "10", "10"), "200 EXTENDED of 10: A2,A1 until 10001"},
	    {2, EXTEND("14", "alice", "10", "30"), /* at most 30 s from when it was reserved */
	     "200 EXTENDED of 10: A2,A1 until 30000; extended 10: A2,A1 until 30000"},
	    {29999, EXTEND("15", "alice", "10", "30"), "200 EXTENDED of 10: A2,A1 until 30000"},
	    {30000, EXTEND("16", "alice", "10", "30"), "410 HOLD_EXPIRED"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A1"), "reserved by 10 at 2, version 6");
	assert_string_equal(seat("A2"), "reserved by 10 at 2, version 6");
}

/* ---- confirm ---- */

static void confirm_by_the_table(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    {1, CONFIRM("11", "alice", "99"), "404 UNKNOWN_RESERVATION"},
	    {1, CONFIRM("12", "bob", "10"), "403 WRONG_SESSION"},
	    {9999, CONFIRM("13", "alice", "10"), "200 CONFIRMED of 10: A2,A1; sold 10: A2,A1"},
	    {9999, CONFIRM("14", "alice", "10"), "200 ALREADY_CONFIRMED of 10: A2,A1"},
	    {9999, CANCEL("15", "boss", "10"), "200 CANCELLED of 10: A2,A1; cancelled 10: A2,A1"},
	    {9999, CONFIRM("16", "alice", "10"), "410 HOLD_RELEASED"},
	    {9999, RESERVE("20", "alice", "'A1'"), TAKES("20", "A1", "19999")},
	    {9999, RELEASE("21", "alice", "20"), "200 RELEASED of 20: A1; released 20: A1"},
	    {9999, CONFIRM("22", "alice", "20"), "410 HOLD_RELEASED"},
	};

	(void)state;
	TAKE(steps);
}

static void a_lapsed_hold_is_confirmed_as_revived_from_its_reserved_until_on(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    {10000, CONFIRM("11", "alice", "10"), "200 CONFIRMED of 10: A2,A1 revived; sold 10: A2,A1"},
	};

	(void)state;
	TAKE(steps);
	/* It had not expired, so the seats are still those of its reserve. */
	assert_string_equal(seat("A1"), "sold by 10 at 2, version 3");
	assert_string_equal(hold(U("10")), "confirmed, 0 to 10000, ended 10000");
}

static void an_expired_hold_is_sold_where_its_seats_are_free(void **state)
{
	/* The session's own newer hold, lapsed and on other seats, is none of its business. */
	static const struct step steps[] = {
	    ALICE,
	    {10000, EXPIRE("11", "10"), "200 EXPIRED of 10: A2,A1; expired 10: A2,A1"},
	    {10000, RESERVE("30", "bob", "'A1','A3'"),
	     TAKES("30", "A1,A3", "20000")},
	    {10000, RESERVE("20", "carol", "'A2'"), TAKES("20", "A2", "20000")},
	    {10000, RESERVE("40", "alice", "'A6'"), TAKES("40", "A6", "20000")},
	    {19999, CONFIRM("12", "alice", "10"),
	     "410 HOLD_EXPIRED but A2 reserved at 5, A1 reserved at 4"},
	    {20000, CONFIRM("13", "alice", "10"),
	     "200 CONFIRMED of 10: A2,A1 revived; expired 30: A1,A3; expired 20: A2; sold 10: A2,A1"},
	};

	(void)state;
	TAKE(steps);
	/* Taken again by this confirm. */
	assert_string_equal(seat("A1"), "sold by 10 at 8, version 8");
	assert_string_equal(seat("A3"), "available, version 8");
	assert_string_equal(seat("A6"), "reserved by 40 at 6, version 6");
	assert_string_equal(hold(U("40")), "held, 10000 to 20000");
	assert_string_equal(hold(U("10")), "confirmed, 0 to 10000, ended 20000");
}

static void an_expired_hold_of_which_a_seat_is_sold_is_not(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    {10000, RESERVE("20", "bob", "'A1'"), "200 RESERVED of 20: A1 until 20000; expired 10: A2,A1; "
	                                          "reserved 20: A1 until 20000"},
	    {10000, CONFIRM("21", "bob", "20"), "200 CONFIRMED of 20: A1; sold 20: A1"},
	    {90000, CONFIRM("22", "alice", "10"), "410 HOLD_EXPIRED but A1 sold at 3"},
	};

	(void)state;
	TAKE(steps);
}

/* ---- cancel, expire ---- */

static void cancel_by_the_table(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    {1, CANCEL("11", "bos", "99"), "403 WRONG_OWNER"},
	    {1, CANCEL("12", "boss", "99"), "404 UNKNOWN_RESERVATION"},
	    {1, CANCEL("13", "boss", "10"), "409 NOT_CONFIRMED"},
	    {1, CONFIRM("14", "alice", "10"), "200 CONFIRMED of 10: A2,A1; sold 10: A2,A1"},
	    {2, CANCEL("15", "boss", "10"), "200 CANCELLED of 10: A2,A1; cancelled 10: A2,A1"},
	    {2, CANCEL("16", "boss", "10"), "409 NOT_CONFIRMED"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A1"), "available, version 7");
	assert_string_equal(hold(U("10")), "cancelled, 0 to 10000, ended 2");
}

static void expire_by_the_table_and_every_time_anew(void **state)
{
	static const struct step steps[] = {
	    ALICE,
	    {9999, EXPIRE("11", "99"), "404 UNKNOWN_RESERVATION"},
	    {9999, EXPIRE("11", "10"), "409 NOT_DUE"},
	    {10000, EXPIRE("11", "10"), "200 EXPIRED of 10: A2,A1; expired 10: A2,A1"},
	    {10000, EXPIRE("11", "10"), "200 NOTHING_HELD"},
	    /* It claimed nothing: the id is to be had. */
	    {10000, RESERVE("11", "bob", "'A1'"), TAKES("11", "A1", "20000")},
	    {10000, EXPIRE("11", "11"), "409 NOT_DUE"},
	    {10000, CONFIRM("12", "bob", "11"), "200 CONFIRMED of 11: A1; sold 11: A1"},
	    {20000, EXPIRE("11", "11"), "200 NOTHING_HELD"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A2"), "available, version 5");
}

#define FROM_NOTHING(name) cmocka_unit_test_setup_teardown(name, open_nothing, close_fold)
#define WITH_SHOW(name) cmocka_unit_test_setup_teardown(name, open_show, close_fold)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FROM_NOTHING(a_show_is_created_once),
	    FROM_NOTHING(without_a_show_every_type_says_so),
	    WITH_SHOW(seats_are_added_all_or_none_by_the_owner),
	    FROM_NOTHING(without_an_owner_key_anyone_adds_seats_and_nobody_cancels),
	    WITH_SHOW(a_reserve_is_refused_in_the_order_of_the_table),
	    WITH_SHOW(a_hold_lapses_at_its_reserved_until_and_not_a_millisecond_before),
	    WITH_SHOW(a_session_loses_its_own_lapsed_hold_with_its_next_reserve),
	    WITH_SHOW(a_refused_reserve_ends_no_lapsed_hold),
	    WITH_SHOW(lapsed_holds_end_in_the_order_of_their_offsets),
	    WITH_SHOW(a_sold_seat_is_never_free_again_by_time),
	    WITH_SHOW(release_by_the_table),
	    WITH_SHOW(extend_by_the_table),
	    WITH_SHOW(an_extension_is_clamped_and_never_shortens),
	    WITH_SHOW(confirm_by_the_table),
	    WITH_SHOW(a_lapsed_hold_is_confirmed_as_revived_from_its_reserved_until_on),
	    WITH_SHOW(an_expired_hold_is_sold_where_its_seats_are_free),
	    WITH_SHOW(an_expired_hold_of_which_a_seat_is_sold_is_not),
	    WITH_SHOW(cancel_by_the_table),
	    WITH_SHOW(expire_by_the_table_and_every_time_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
