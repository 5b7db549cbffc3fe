/*
 * Best available and singles through whole requests, by the audit's own fold: the examples by which
 * the rules were agreed on. One row, A1 to A6, of ranks 30 20 10 10 20 30.
 */
#include "tests/unit/audit/fold/fold_help.h"

#define SEAT_OF(pos, rank, more) \
	"{'seat_id':'A" pos "','row':'A','pos':" pos ",'rank':" rank more "}"
#define BEST_ALSO(id, who, wish, more) \
	HEAD("reserve", id) ",'session_id':'" who "','best':{" wish "}" more "}"
#define BEST(id, who, wish) BEST_ALSO(id, who, wish, "")
/* What comes of one that ends no lapsed hold. */
#define GETS_UNTIL(id, seats, pieces, until) \
	"200 RESERVED of " id ": " seats " until " until " in " pieces "; reserved " id ": " seats \
	" until " until
#define GETS(id, seats, pieces) GETS_UNTIL(id, seats, pieces, "10000")
/* more: of the 2nd seat; x: of the first three, y: of the last three. Offsets 0 and 1. */
static void open_row(const char *policy, const char *more, const char *x, const char *y)
{
	fold_release(&fold);
	open_nothing(NULL);
	ask(0, join(HEAD("create_show", "01") ",'hold_seconds':10,'max_seats':6%s}", policy));
	assert_string_equal(
	    ask(0, join(HEAD("add_seats", "02") ",'seats':[" SEAT_OF("1", "30", "%s") "," SEAT_OF(
	                    "2", "20", "%s%s") "," SEAT_OF("3", "10", "%s") "," SEAT_OF("4", "10", "%s")
	                    "," SEAT_OF("5", "20", "%s") "," SEAT_OF("6", "30", "%s") "]}",
	                x, x, more, x, y, y, y)),
	    "200 SEATS_ADDED of: A1,A2,A3,A4,A5,A6; seats_added: A1,A2,A3,A4,A5,A6");
}

static int row_of_six(void **state)
{
	(void)state;
	open_row("", "", "", "");
	return 0;
}

static void two_get_the_middle_and_strand_nobody(void **state)
{
	static const struct step steps[] = {{0, BEST("10", "a", "'count':2"), GETS("10", "A3,A4", "1")}};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A3"), "reserved by 10 at 2, version 2");
}

static void one_gets_the_lower_pos_of_two_that_are_alike(void **state)
{
	static const struct step steps[] = {{0, BEST("10", "a", "'count':1"), GETS("10", "A3", "1")}};

	(void)state;
	TAKE(steps);
}

static void five_are_together_though_one_is_left(void **state)
{
	static const struct step steps[] = {
	    {0, BEST("10", "a", "'count':5"), GETS("10", "A1,A2,A3,A4,A5", "1")}};

	(void)state;
	TAKE(steps);
}

static void two_get_the_end_where_the_middle_is_held_and_the_middle_when_it_lapses(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "a", "'A3','A4'"), TAKES("10", "A3,A4", "10000")},
	    {9999, BEST("11", "b", "'count':2"), GETS_UNTIL("11", "A1,A2", "1", "19999")},
	    {9999, RELEASE("12", "b", "11"), "200 RELEASED of 11: A1,A2; released 11: A1,A2"},
	    {10000, BEST("13", "c", "'count':2"),
	     "200 RESERVED of 13: A3,A4 until 20000 in 1; expired 10: A3,A4; "
	     "reserved 13: A3,A4 until 20000"},
	};

	(void)state;
	TAKE(steps);
}

static void four_beside_a_sold_seat_are_not_together_or_come_in_pairs(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "a", "'A3'"), TAKES("10", "A3", "10000")},
	    {0, CONFIRM("11", "a", "10"), "200 CONFIRMED of 10: A3; sold 10: A3"},
	    {0, BEST("12", "b", "'count':4"), "409 NO_SEATS_TOGETHER of 5"},
	    {0, BEST("13", "b", "'count':6"), "409 NOT_ENOUGH_SEATS of 5"},
	    {0, BEST("14", "b", "'count':4,'together':false"), GETS("14", "A1,A2,A4,A5", "2")},
	};

	(void)state;
	TAKE(steps);
}

static void pieces_are_of_one_category(void **state)
{
	static const struct step steps[] = {
	    {0, BEST("10", "a", "'count':4,'together':false"), "409 NO_SEATS_TOGETHER of 6"},
	    {0, BEST("11", "a", "'count':2,'categories':['y']"), GETS("11", "A5,A6", "1")},
	};

	(void)state;
	open_row("", "", ",'category':'x'", ",'category':'y'");
	TAKE(steps);
}

static void an_accessible_seat_is_no_candidate_and_ends_the_run_unless_it_is_wished_for(void **state)
{
	static const struct step steps[] = {
	    {0, BEST("10", "a", "'count':2"), GETS("10", "A3,A4", "1")},
	    {0, RELEASE("11", "a", "10"), "200 RELEASED of 10: A3,A4; released 10: A3,A4"},
	    {0, BEST("12", "a", "'count':2,'accessible':1"), GETS("12", "A2,A3", "1")},
	};

	(void)state;
	open_row("", ",'flags':['accessible']", "", "");
	TAKE(steps);
}

static void what_is_named_comes_first_and_is_not_chosen(void **state)
{
	static const struct step steps[] = {
	    {0, BEST_ALSO("10", "a", "'count':2", ",'seat_ids':['A4','A1']"),
	     GETS("10", "A4,A1,A2,A3", "1")},
	    {0, BEST_ALSO("11", "b", "'count':6", ",'seat_ids':['A5']"), "400 TOO_MANY_SEATS"},
	    {0, BEST_ALSO("12", "b", "'count':2", ",'seat_ids':['A5']"), "409 NOT_ENOUGH_SEATS of 1"},
	    /* The second time from what was remembered, and again when it is no longer so. */
	    {0, BEST("13", "b", "'count':3"), "409 NOT_ENOUGH_SEATS of 2"},
	    {0, BEST("14", "b", "'count':3"), "409 NOT_ENOUGH_SEATS of 2"},
	    {9999, BEST("15", "b", "'count':3"), "409 NOT_ENOUGH_SEATS of 2"},
	    {10000, BEST("16", "b", "'count':3"),
	     "200 RESERVED of 16: A1,A2,A3 until 20000 in 1; expired 10: A4,A1,A2,A3; "
	     "reserved 16: A1,A2,A3 until 20000"},
	};

	(void)state;
	TAKE(steps);
}

static void blocked_seats_go_to_who_has_the_key(void **state)
{
	static const struct step steps[] = {
	    {0, HEAD("set_channels", "03") ",'channels':[{'channel':'house','channel_key':'k'},"
	     "{'channel':'box','channel_key':'l','opens':['house','public']}]}",
	     "200 CHANNELS_SET; channels_set"},
	    {0, HEAD("block_seats", "04") ",'channel':'house','seat_ids':['A3','A4']}",
	     "200 SEATS_BLOCKED of: A3,A4; blocked: A3,A4"},
	    {0, BEST("10", "a", "'count':3"), "409 NO_SEATS_TOGETHER of 4"},
	    {0, BEST_ALSO("11", "a", "'count':3", ",'channel_key':'k'"), "409 NOT_ENOUGH_SEATS of 2"},
	    {0, BEST_ALSO("12", "a", "'count':3", ",'channel_key':'l'"), GETS("12", "A1,A2,A3", "1")},
	    {0, HEAD("set_channels", "05") ",'channels':[{'channel':'house','channel_key':'k',"
	     "'opens':['public']}]}", "200 CHANNELS_SET; channels_set"},
	    {0, BEST_ALSO("13", "b", "'count':2", ",'channel_key':'k'"), GETS("13", "A5,A6", "1")},
	};

	(void)state;
	TAKE(steps);
}

/* ---- singles ---- */

static void a_single_is_refused_unless_it_cannot_be_helped(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "a", "'A2'"), "409 LEAVES_SINGLE but A1"},
	    {0, RESERVE("11", "a", "'A5','A2'"), "409 LEAVES_SINGLE but A1, A6"},
	    {0, RESERVE("12", "a", "'A1','A2','A3','A4','A5'"), TAKES("12", "A1,A2,A3,A4,A5", "10000")},
	};

	(void)state;
	open_row(",'singles':'refuse'", "", "", "");
	TAKE(steps);
}

static void the_only_seats_of_a_category_may_leave_singles(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "a", "'A2'"), TAKES("10", "A2", "10000")},
	};

	(void)state;
	open_row(",'singles':'refuse'", ",'category':'y'", "", "");
	TAKE(steps);
}

static void singles_are_for_named_seats_where_the_show_says_so_and_not_for_the_exempt(void **state)
{
	static const struct step steps[] = {
	    {0, HEAD("set_channels", "03") ",'channels':[{'channel':'box','channel_key':'k','exempt':true,"
	     "'opens':['public']},{'channel':'shop','channel_key':'l','opens':['public']}]}",
	     "200 CHANNELS_SET; channels_set"},
	    {0, RESERVE("10", "a", "'A2'"), TAKES("10", "A2", "10000")}, /* it allows them */
	    {0, RELEASE("11", "a", "10"), "200 RELEASED of 10: A2; released 10: A2"},
	    {0, HEAD("change_show", "12") ",'singles':'refuse'}", "200 SHOW_CHANGED; show_changed"},
	    {0, RESERVE("13", "a", "'A2'"), "409 LEAVES_SINGLE but A1"},
	    {0, RESERVE_ALSO("14", "a", "'A2'", ",'channel_key':'l'"), "409 LEAVES_SINGLE but A1"},
	    {0, RESERVE_ALSO("15", "a", "'A2'", ",'channel_key':'k'"), TAKES("15", "A2", "10000")},
	    {0, BEST("16", "b", "'count':3"), GETS("16", "A3,A4,A5", "1")}, /* A6 is left */
	};

	(void)state;
	TAKE(steps);
}

#define IN_A_ROW(test) cmocka_unit_test_setup_teardown(test, row_of_six, close_fold)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_A_ROW(two_get_the_middle_and_strand_nobody),
	    IN_A_ROW(one_gets_the_lower_pos_of_two_that_are_alike),
	    IN_A_ROW(five_are_together_though_one_is_left),
	    IN_A_ROW(two_get_the_end_where_the_middle_is_held_and_the_middle_when_it_lapses),
	    IN_A_ROW(four_beside_a_sold_seat_are_not_together_or_come_in_pairs),
	    IN_A_ROW(pieces_are_of_one_category),
	    IN_A_ROW(an_accessible_seat_is_no_candidate_and_ends_the_run_unless_it_is_wished_for),
	    IN_A_ROW(what_is_named_comes_first_and_is_not_chosen),
	    IN_A_ROW(blocked_seats_go_to_who_has_the_key),
	    IN_A_ROW(a_single_is_refused_unless_it_cannot_be_helped),
	    IN_A_ROW(the_only_seats_of_a_category_may_leave_singles),
	    IN_A_ROW(singles_are_for_named_seats_where_the_show_says_so_and_not_for_the_exempt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
