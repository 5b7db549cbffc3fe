/* What a customer may have of a show, as the audit decides it: rows 9 and 10 of section 4.2 of
 * docs/protocol.md, and a confirm behind reserved_until. */
#include "tests/unit/audit/fold/fold_help.h"

#define BOSS(type, id, more) HEAD(type, id) ",'owner_key':'boss'" more "}"
#define FOR(id, who, customer, seats) RESERVE_ALSO(id, who, seats, ",'customer_id':'" customer "'")
#define BY_BOX(id, who, seats) RESERVE_ALSO(id, who, seats, ",'channel_key':'key-box'")

/* Of 6 seats a customer may have 3, in 2 holds; offset 2. */
static int open_limited(void **state)
{
	open_show(state);
	assert_string_equal(ask(0, BOSS("change_show", "03", ",'max_customer_seats':3,"
	                                                     "'max_customer_holds':2")),
	                    "200 SHOW_CHANGED; show_changed");
	assert_int_equal(fold.told.given, POLICY_MAX_CUSTOMER_SEATS | POLICY_MAX_CUSTOMER_HOLDS);
	return 0;
}

static void a_customer_has_so_many_seats_and_holds_and_no_more(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "alice", "'A1'"), "400 CUSTOMER_REQUIRED"},
	    {0, FOR("11", "alice", "carol", "'A1','A2'"), TAKES("11", "A1,A2", "10000")},
	    {0, FOR("12", "bob", "carol", "'A3','A4'"), "409 CUSTOMER_LIMIT has 2 in 1"},
	    {0, FOR("13", "bob", "carol", "'A3'"), TAKES("13", "A3", "10000")},
	    {0, FOR("14", "eve", "carol", "'A4'"), "409 CUSTOMER_LIMIT has 3 in 2"},
	    {0, FOR("15", "eve", "dave", "'A4'"), TAKES("15", "A4", "10000")},
	    {0, FOR("14", "eve", "carol", "'A4'"), "409 CUSTOMER_LIMIT has 3 in 2 again of 7"},
	    {0, CONFIRM("16", "bob", "13"), "200 CONFIRMED of 13: A3; sold 13: A3"},
	    {0, FOR("17", "eve", "carol", "'A5'"), "409 ALREADY_RESERVED of 15: A4 until 10000"},
	    {0, FOR("18", "ann", "carol", "'A5'"), "409 CUSTOMER_LIMIT has 3 in 1"},
	    {0, BOSS("change_show", "19", ",'max_customer_seats':0"), "200 SHOW_CHANGED; show_changed"},
	    {0, FOR("20", "ann", "carol", "'A5'"), TAKES("20", "A5", "10000")},
	    {0, FOR("21", "ben", "carol", "'A6'"), "409 CUSTOMER_LIMIT has 4 in 2"},
	    {0, BOSS("change_show", "22", ",'max_customer_holds':0"), "200 SHOW_CHANGED; show_changed"},
	    {0, RESERVE("23", "ben", "'A6'"), TAKES("23", "A6", "10000")},
	};

	(void)state;
	TAKE(steps);
}

static void what_lapsed_or_was_given_back_counts_no_more(void **state)
{
	static const struct step steps[] = {
	    {0, FOR("10", "alice", "carol", "'A1','A2','A3'"), TAKES("10", "A1,A2,A3", "10000")},
	    {9999, FOR("11", "bob", "carol", "'A4'"), "409 CUSTOMER_LIMIT has 3 in 1"},
	    {10000, FOR("12", "bob", "carol", "'A4','A5'"), TAKES("12", "A4,A5", "20000")},
	    {10000, RELEASE("13", "bob", "12"), "200 RELEASED of 12: A4,A5; released 12: A4,A5"},
	    {10000, FOR("14", "bob", "carol", "'A4','A5','A6'"), TAKES("14", "A4,A5,A6", "20000")},
	    {10000, CONFIRM("15", "bob", "14"), "200 CONFIRMED of 14: A4,A5,A6; sold 14: A4,A5,A6"},
	    {10000, CONFIRM("16", "alice", "10"), "409 CUSTOMER_LIMIT has 3 in 0"},
	    {10000, CANCEL("17", "boss", "14"), "200 CANCELLED of 14: A4,A5,A6; cancelled 14: A4,A5,A6"},
	    {10000, CONFIRM("18", "alice", "10"),
	     "200 CONFIRMED of 10: A1,A2,A3 revived; sold 10: A1,A2,A3"},
	    {10000, FOR("19", "bob", "carol", "'A4'"), "409 CUSTOMER_LIMIT has 3 in 0"},
	};

	(void)state;
	TAKE(steps);
}

static void an_expired_hold_is_lost_before_it_is_too_much(void **state)
{
	static const struct step steps[] = {
	    {0, FOR("10", "alice", "carol", "'A1','A2'"), TAKES("10", "A1,A2", "10000")},
	    {10000, EXPIRE("11", "10"), "200 EXPIRED of 10: A1,A2; expired 10: A1,A2"},
	    {10000, FOR("12", "bob", "carol", "'A2','A3'"), TAKES("12", "A2,A3", "20000")},
	    {10000, CONFIRM("13", "alice", "10"), "410 HOLD_EXPIRED but A2 reserved at 5"},
	    {20000, FOR("14", "ben", "carol", "'A5','A6'"), TAKES("14", "A5,A6", "30000")},
	    /* The lapsed hold of 12 stays where the confirm is refused. */
	    {20000, CONFIRM("15", "alice", "10"), "409 CUSTOMER_LIMIT has 2 in 1"},
	    {30000, CONFIRM("16", "alice", "10"),
	     "200 CONFIRMED of 10: A1,A2 revived; expired 12: A2,A3; sold 10: A1,A2"},
	};

	(void)state;
	TAKE(steps);
	assert_true(fold.changes[1].is_retaken);
}

static void exempt_channels_are_free_of_it(void **state)
{
	static const struct step steps[] = {
	    {0, BOSS("set_channels", "04", ",'channels':[{'channel':'box','channel_key':'key-box',"
	                                   "'opens':['public'],'exempt':true}]"),
	     "200 CHANNELS_SET; channels_set"},
	    {0, BY_BOX("10", "alice", "'A1'"), TAKES("10", "A1", "10000")},
	    {0, RESERVE_ALSO("11", "bob", "'A2','A3'", ",'channel_key':'key-box','customer_id':'carol'"),
	     TAKES("11", "A2,A3", "10000")},
	    {0, FOR("12", "eve", "carol", "'A4','A5'"), "409 CUSTOMER_LIMIT has 2 in 1"},
	    {0, BOSS("change_show", "13", ",'max_customer_seats':1"), "200 SHOW_CHANGED; show_changed"},
	    {10000, FOR("14", "eve", "carol", "'A4'"), TAKES("14", "A4", "20000")},
	    {10000, CONFIRM("15", "bob", "11"), "200 CONFIRMED of 11: A2,A3 revived; sold 11: A2,A3"},
	    {10000, CONFIRM("16", "alice", "10"), "200 CONFIRMED of 10: A1 revived; sold 10: A1"},
	};

	(void)state;
	TAKE(steps);
}

#define LIMITED(test) cmocka_unit_test_setup_teardown(test, open_limited, close_fold)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    LIMITED(a_customer_has_so_many_seats_and_holds_and_no_more),
	    LIMITED(what_lapsed_or_was_given_back_counts_no_more),
	    LIMITED(an_expired_hold_is_lost_before_it_is_too_much),
	    LIMITED(exempt_channels_are_free_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
