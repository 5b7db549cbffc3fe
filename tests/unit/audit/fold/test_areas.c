/*
 * Areas, which have places but no seats, as the audit decides them: sections 4.1 and 4.2 of
 * docs/protocol.md; and the order in which holds in them lapse.
 */
#include "tests/unit/audit/fold/fold_help.h"

#include <stdlib.h>

#include "audit/fold/lapses.h"

#define BOSS(type, id, more) HEAD(type, id) ",'owner_key':'boss'" more "}"
#define SET(id, areas) BOSS("set_areas", id, ",'areas':[" areas "]")
#define AREA(area_id, capacity) "{'area_id':'" area_id "','capacity':" capacity "}"
#define PLACES(area_id, count) "{'area_id':'" area_id "','count':" count "}"
#define IN(id, who, places, more) \
	HEAD("reserve", id) ",'session_id':'" who "','areas':[" places "]" more "}"
#define CHANGE(id, who, of, more) OF("change_hold", id, who, of, "," more)
#define ADD(places) "'areas':[" places "]"
#define DROP(places) "'drop_areas':[" places "]"
#define CANCEL_PART(id, of, more) BOSS("cancel", id, ",'reservation_id':'" U(of) "'," more)

/* Seats A1 to A6, areas G and H of 10 and 4 places; holds of 10 up to 30 seconds; offsets 0 to 2. */
static int open_areas(void **state)
{
	open_nothing(state);
	ask(0, BOSS("create_show", "01", ",'hold_seconds':10,'max_hold_seconds':30,'max_seats':8"));
	ask(0, BOSS("add_seats", "02", ",'seat_ids':['A1','A2','A3','A4','A5','A6']"));
	assert_string_equal(ask(0, SET("03", AREA("G", "10") "," AREA("H", "4"))),
	                    "200 AREAS_SET; areas_set");
	return 0;
}

static void an_area_sells_so_many_places_and_no_more(void **state)
{
	static const struct step steps[] = {
	    {0, IN("10", "alice", PLACES("H", "3"), ""), TAKES("10", "H:3", "10000")},
	    {0, IN("11", "bob", PLACES("G", "1") "," PLACES("H", "2"), ""),
	     "409 AREA_FULL but H room 1"},
	    {0, IN("12", "bob", PLACES("G", "8") "," PLACES("X", "2"), ""), "400 TOO_MANY_SEATS"},
	    {0, IN("13", "bob", PLACES("X", "2") "," PLACES("G", "1") "," PLACES("Y", "1"), ""),
	     "404 UNKNOWN_AREA but X, Y"},
	    {0, IN("14", "bob", PLACES("H", "1") "," PLACES("G", "2"), ",'seat_ids':['A2','A1']"),
	     TAKES("14", "A2,A1,H:1,G:2", "10000")},
	    {0, IN("15", "eve", PLACES("H", "1"), ""), "409 AREA_FULL but H room 0"},
	    {0, IN("16", "bob", PLACES("H", "1"), ""),
	     "409 ALREADY_RESERVED of 14: A2,A1,H:1,G:2 until 10000"},
	    {1000, CONFIRM("17", "bob", "14"),
	     "200 CONFIRMED of 14: A2,A1,H:1,G:2; sold 14: A2,A1,H:1,G:2"},
	    {1000, RELEASE("18", "alice", "10"), "200 RELEASED of 10: H:3; released 10: H:3"},
	    {1000, CANCEL("19", "boss", "14"),
	     "200 CANCELLED of 14: A2,A1,H:1,G:2; cancelled 14: A2,A1,H:1,G:2"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(area("H"), "held 0 sold 0 of 4, room 4, version 12");
	assert_string_equal(area("G"), "held 0 sold 0 of 10, room 10, version 12");
	/* Of a refused one nothing was taken. */
	assert_string_equal(ask(1000, IN("20", "eve", PLACES("G", "8"), "")),
	                    TAKES("20", "G:8", "11000"));
	assert_string_equal(area("G"), "held 8 sold 0 of 10, room 2, version 13");
}

static void seats_are_judged_before_areas_and_areas_before_best(void **state)
{
	static const struct step steps[] = {
	    {0, IN("10", "alice", PLACES("H", "4"), ",'seat_ids':['A1']"),
	     TAKES("10", "A1,H:4", "10000")},
	    {0, IN("11", "bob", PLACES("X", "1"), ",'seat_ids':['B1']"), "404 UNKNOWN_SEAT but B1"},
	    {0, IN("12", "alice", PLACES("X", "1"), ""), "404 UNKNOWN_AREA but X"},
	    {0, IN("13", "bob", PLACES("H", "1"), ",'seat_ids':['A1']"),
	     "409 SEATS_TAKEN but A1 reserved at 3"},
	    {0, IN("14", "bob", PLACES("H", "1"), ",'best':{'count':1}"), "409 AREA_FULL but H room 0"},
	    {0, IN("15", "bob", PLACES("G", "1"), ",'best':{'count':1}"), "409 NOT_ENOUGH_SEATS of 0"},
	    {0, IN("16", "bob", PLACES("G", "1"), ",'best':{'count':8}"), "400 TOO_MANY_SEATS"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(area("G"), "held 0 sold 0 of 10, room 10, version 2");
}

/* Only as many as must, the one that lapsed first first. */
static void lapsed_holds_end_where_their_places_are_needed(void **state)
{
	static const struct step steps[] = {
	    {0, IN("10", "a", PLACES("G", "2"), ",'hold_seconds':12"), TAKES("10", "G:2", "12000")},
	    {0, IN("11", "b", PLACES("G", "1"), ""), TAKES("11", "G:1", "10000")},
	    {0, IN("12", "c", PLACES("G", "3") "," PLACES("H", "2"), ""), TAKES("12", "G:3,H:2", "10000")},
	    {0, IN("13", "d", PLACES("G", "1") "," PLACES("H", "2"), ",'hold_seconds':20"),
	     TAKES("13", "G:1,H:2", "20000")},
	    {9999, IN("14", "e", PLACES("G", "4"), ""), "409 AREA_FULL but G room 3"},
	    /* There is room without. */
	    {10000, IN("15", "e", PLACES("G", "2"), ""), TAKES("15", "G:2", "20000")},
	    {12000, IN("16", "f", PLACES("G", "2"), ""),
	     "200 RESERVED of 16: G:2 until 22000; expired 11: G:1; reserved 16: G:2 until 22000"},
	    {12000, IN("17", "g", PLACES("G", "6"), ""), "409 AREA_FULL but G room 5"},
	    {12000, IN("18", "g", PLACES("G", "4"), ""),
	     "200 RESERVED of 18: G:4 until 22000; expired 12: G:3,H:2; expired 10: G:2; "
	     "reserved 18: G:4 until 22000"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(area("H"), "held 2 sold 0 of 4, room 2, version 11");
	assert_string_equal(area("G"), "held 9 sold 0 of 10, room 1, version 11");
}

/* Of two that lapse in one millisecond the one whose reserve came first; an extended one is later. */
static void they_end_by_reserved_until_and_then_by_offset(void **state)
{
	static const struct step steps[] = {
	    {0, IN("10", "a", PLACES("H", "1"), ""), TAKES("10", "H:1", "10000")},
	    {0, IN("11", "b", PLACES("H", "1"), ""), TAKES("11", "H:1", "10000")},
	    {0, IN("12", "c", PLACES("H", "1"), ""), TAKES("12", "H:1", "10000")},
	    {1000, EXTEND("13", "a", "10", "10"),
	     "200 EXTENDED of 10: H:1 until 11000; extended 10: H:1 until 11000"},
	    {11000, IN("14", "d", PLACES("H", "2"), ""),
	     "200 RESERVED of 14: H:2 until 21000; expired 11: H:1; reserved 14: H:2 until 21000"},
	    {11000, IN("15", "e", PLACES("H", "2"), ""),
	     "200 RESERVED of 15: H:2 until 21000; expired 12: H:1; expired 10: H:1; "
	     "reserved 15: H:2 until 21000"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(area("H"), "held 4 sold 0 of 4, room 0, version 8");
}

/* Those of seats and the session's own by their offsets; what they free is not ended for again. */
static void holds_on_seats_end_before_those_in_areas(void **state)
{
	static const struct step steps[] = {
	    {0, IN("10", "a", PLACES("H", "1"), ""), TAKES("10", "H:1", "10000")},
	    {0, IN("11", "b", PLACES("H", "2"), ",'seat_ids':['A1']"), TAKES("11", "A1,H:2", "10000")},
	    {0, IN("12", "c", PLACES("H", "1"), ",'seat_ids':['A2']"), TAKES("12", "A2,H:1", "10000")},
	    {10000, IN("13", "c", PLACES("H", "4"), ",'seat_ids':['A1']"),
	     "200 RESERVED of 13: A1,H:4 until 20000; expired 11: A1,H:2; expired 12: A2,H:1; "
	     "expired 10: H:1; reserved 13: A1,H:4 until 20000"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(area("H"), "held 4 sold 0 of 4, room 0, version 6");
}

static void an_expired_hold_takes_its_places_again_where_there_is_room(void **state)
{
	static const struct step steps[] = {
	    {0, IN("10", "a", PLACES("G", "2") "," PLACES("H", "3"), ",'seat_ids':['A1']"),
	     TAKES("10", "A1,G:2,H:3", "10000")},
	    {10000, EXPIRE("11", "10"), "200 EXPIRED of 10: A1,G:2,H:3; expired 10: A1,G:2,H:3"},
	    {10000, IN("12", "b", PLACES("H", "2"), ",'seat_ids':['A1']"),
	     TAKES("12", "A1,H:2", "20000")},
	    {10000, CONFIRM("13", "a", "10"), "410 HOLD_EXPIRED but A1 reserved at 5, H room 2"},
	    {10000, BOSS("set_channels", "14", ",'channels':[{'channel':'box'}]"),
	     "200 CHANNELS_SET; channels_set"},
	    {10000, SET("15", "{'area_id':'G','capacity':10,'channel':'box'}"),
	     "200 AREAS_SET; areas_set"},
	    {20000, CONFIRM("16", "a", "10"), "410 HOLD_EXPIRED but G blocked room 0"},
	    {20000, SET("17", AREA("G", "10")), "200 AREAS_SET; areas_set"},
	    {20000, IN("18", "c", PLACES("H", "1"), ",'hold_seconds':1"), TAKES("18", "H:1", "21000")},
	    {21000, CONFIRM("19", "a", "10"),
	     "200 CONFIRMED of 10: A1,G:2,H:3 revived; expired 12: A1,H:2; sold 10: A1,G:2,H:3"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(area("H"), "held 1 sold 3 of 4, room 1, version 12");
}

static void a_lapsed_hold_that_is_confirmed_needs_no_room(void **state)
{
	static const struct step steps[] = {
	    {0, IN("10", "a", PLACES("H", "4"), ""), TAKES("10", "H:4", "10000")},
	    {10000, CONFIRM("11", "a", "10"), "200 CONFIRMED of 10: H:4 revived; sold 10: H:4"},
	    {10000, IN("12", "b", PLACES("H", "1"), ""), "409 AREA_FULL but H room 0"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(area("H"), "held 0 sold 4 of 4, room 0, version 4");
}

static void an_area_cannot_be_made_smaller_than_what_is_taken(void **state)
{
	static const struct step steps[] = {
	    {0, SET("04", AREA("G", "10") "," AREA("K", "0")), "200 AREAS_SET; areas_set"},
	    {0, IN("10", "a", PLACES("G", "2") "," PLACES("H", "1"), ""), TAKES("10", "G:2,H:1", "10000")},
	    {0, IN("11", "b", PLACES("G", "3"), ""), TAKES("11", "G:3", "10000")},
	    {0, CONFIRM("12", "b", "11"), "200 CONFIRMED of 11: G:3; sold 11: G:3"},
	    /* Lapsed ones included. */
	    {10000, SET("13", AREA("H", "0") "," AREA("K", "7") "," AREA("G", "4")),
	     "409 BELOW_TAKEN but H taken 1, G taken 5"},
	    {10000, SET("14", AREA("G", "5")), "200 AREAS_SET; areas_set"},
	    {10000, IN("15", "c", PLACES("G", "1"), ""),
	     "200 RESERVED of 15: G:1 until 20000; expired 10: G:2,H:1; reserved 15: G:1 until 20000"},
	    {10000, SET("16", AREA("G", "4") "," AREA("K", "0")), "200 AREAS_SET; areas_set"},
	    {10000, IN("17", "d", PLACES("K", "1"), ""), "409 AREA_FULL but K room 0"},
	    {10000, HEAD("set_areas", "18") ",'areas':[" AREA("G", "4") "]}", "403 WRONG_OWNER"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(area("K"), "held 0 sold 0 of 0, room 0, version 3");
	assert_string_equal(area("G"), "held 1 sold 3 of 4, room 0, version 10");
	assert_string_equal(area("X"), "none");
}

static void an_area_of_a_channel_is_open_to_its_key(void **state)
{
	static const struct step steps[] = {
	    {0, BOSS("set_channels", "04", ",'channels':[{'channel':'box','channel_key':'key-box'}]"),
	     "200 CHANNELS_SET; channels_set"},
	    {0, SET("05", "{'area_id':'H','capacity':4,'channel':'box','category':'low'}"),
	     "200 AREAS_SET; areas_set"},
	    {0, SET("06", "{'area_id':'H','capacity':4,'channel':'box','category':'low'}"),
	     "200 AREAS_SET; areas_set"},
	    {0, IN("10", "a", PLACES("H", "1"), ""), "409 AREA_FULL but H blocked room 0"},
	    {0, IN("11", "a", PLACES("H", "1") "," PLACES("G", "1"), ",'channel_key':'key-box'"),
	     "409 AREA_FULL but G blocked room 0"},
	    {0, IN("12", "a", PLACES("H", "2"), ",'channel_key':'key-box'"), TAKES("12", "H:2", "10000")},
	    {0, CHANGE("13", "a", "12", ADD(PLACES("H", "2"))),
	     "200 HOLD_CHANGED of 12: H:4 until 10000; reserved part 12: H:2 until 10000"},
	    {0, CHANGE("14", "a", "12", ADD(PLACES("G", "1"))), "409 AREA_FULL but G blocked room 0"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(area("H"), "held 4 sold 0 of 4, room 0, version 9");
}

static void a_version_is_that_of_the_last_change(void **state)
{
	(void)state;
	ask(0, SET("04", "{'area_id':'H','capacity':4,'channel':'box','category':'low'}"));
	assert_string_equal(area("H"), "held 0 sold 0 of 4, room 4, version 3");
	ask(0, SET("05", "{'area_id':'H','capacity':4,'channel':'box','category':'low'}"));
	assert_string_equal(area("H"), "held 0 sold 0 of 4, room 4, version 3");
	ask(0, SET("06", "{'area_id':'H','capacity':4,'channel':'box'}"));
	assert_string_equal(area("H"), "held 0 sold 0 of 4, room 4, version 5");
	ask(0, SET("07", AREA("H", "4")));
	assert_string_equal(area("H"), "held 0 sold 0 of 4, room 4, version 6");
	/* Counts that moved and came back have changed; a time that moved is not the area's. */
	ask(0, IN("10", "a", PLACES("H", "4"), ""));
	ask(10000, IN("11", "b", PLACES("H", "4"), ""));
	assert_string_equal(area("H"), "held 4 sold 0 of 4, room 0, version 8");
	ask(11000, EXTEND("12", "b", "11", "10"));
	assert_int_equal(fold.verdict.outcome, OUTCOME_EXTENDED);
	assert_string_equal(area("H"), "held 4 sold 0 of 4, room 0, version 8");
}

static void a_hold_gets_and_loses_places(void **state)
{
	static const struct step steps[] = {
	    {0, IN("10", "a", PLACES("G", "2") "," PLACES("H", "1"), ",'seat_ids':['A1']"),
	     TAKES("10", "A1,G:2,H:1", "10000")},
	    {0, CHANGE("11", "a", "10", ADD(PLACES("H", "1") "," PLACES("G", "1"))),
	     "200 HOLD_CHANGED of 10: A1,G:3,H:2 until 10000; reserved part 10: G:1,H:1 until 10000"},
	    {0, CHANGE("12", "a", "10", DROP(PLACES("H", "1") "," PLACES("G", "3"))),
	     "200 HOLD_CHANGED of 10: A1,H:1 until 10000; released part 10: G:3,H:1"},
	    /* All of it left; what comes again is last. */
	    {0, CHANGE("13", "a", "10", ADD(PLACES("G", "4"))),
	     "200 HOLD_CHANGED of 10: A1,H:1,G:4 until 10000; reserved part 10: G:4 until 10000"},
	    {0, CHANGE("14", "a", "10", DROP(PLACES("H", "2") "," PLACES("G", "4") "," PLACES("X", "1"))),
	     "404 NOT_IN_RESERVATION but H, X"},
	    {0, CHANGE("15", "a", "10",
	               DROP(PLACES("H", "1") "," PLACES("G", "4")) ",'drop_seat_ids':['A1']"),
	     "409 NOTHING_LEFT"},
	    {0, CHANGE("16", "a", "10", ADD(PLACES("H", "3"))),
	     "400 TOO_MANY_SEATS"},
	    {0, IN("17", "b", PLACES("H", "2"), ""), TAKES("17", "H:2", "10000")},
	    {0, CHANGE("18", "a", "10", ADD(PLACES("H", "2")) "," DROP(PLACES("G", "4"))),
	     "409 AREA_FULL but H room 1"},
	    {0, CHANGE("19", "a", "10",
	               ADD(PLACES("H", "1")) "," DROP(PLACES("G", "4"))
	                   ",'hold_seconds':20,'drop_seat_ids':['A1']"),
	     "200 HOLD_CHANGED of 10: H:2 until 20000; released part 10: A1,G:4; "
	     "reserved part 10: H:1 until 20000"},
	    {10000, CHANGE("20", "a", "10", ADD(PLACES("H", "1"))),
	     "200 HOLD_CHANGED of 10: H:3 until 20000; expired 17: H:2; "
	     "reserved part 10: H:1 until 20000"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(area("G"), "held 0 sold 0 of 10, room 10, version 12");
	assert_string_equal(area("H"), "held 3 sold 0 of 4, room 1, version 13");
	assert_string_equal(left(U("10")), "A1 at 12");
}

static void places_of_a_sale_are_given_back(void **state)
{
	static const struct step steps[] = {
	    {0, IN("10", "a", PLACES("H", "2") "," PLACES("G", "3"), ",'seat_ids':['A1','A2']"),
	     TAKES("10", "A1,A2,H:2,G:3", "10000")},
	    {0, CONFIRM("11", "a", "10"), "200 CONFIRMED of 10: A1,A2,H:2,G:3; sold 10: A1,A2,H:2,G:3"},
	    {0, CANCEL_PART("12", "10", "'areas':[" PLACES("H", "3") "," PLACES("K", "1") "]"),
	     "404 NOT_IN_RESERVATION but H, K"},
	    {0, CANCEL_PART("13", "10", "'areas':[" PLACES("G", "1") "," PLACES("H", "2") "]"),
	     "200 PARTLY_CANCELLED of 10: H:2,G:1 keeps A1,A2,G:2; cancelled part 10: H:2,G:1"},
	    {0, CANCEL_PART("14", "10", "'areas':[" PLACES("G", "2") "],'seat_ids':['A2']"),
	     "200 PARTLY_CANCELLED of 10: A2,G:2 keeps A1; cancelled part 10: A2,G:2"},
	    {0, CANCEL_PART("15", "10", "'seat_ids':['A1']"),
	     "200 CANCELLED of 10: A1; cancelled 10: A1"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(area("G"), "held 0 sold 0 of 10, room 10, version 7");
	assert_string_equal(area("H"), "held 0 sold 0 of 4, room 4, version 6");
}

static void places_of_areas_count_for_a_customer(void **state)
{
	static const struct step steps[] = {
	    {0, BOSS("change_show", "04", ",'max_customer_seats':4"), "200 SHOW_CHANGED; show_changed"},
	    {0, IN("10", "a", PLACES("G", "2"), ",'customer_id':'carol','seat_ids':['A1']"),
	     TAKES("10", "A1,G:2", "10000")},
	    {0, IN("11", "b", PLACES("G", "2"), ",'customer_id':'carol'"), "409 CUSTOMER_LIMIT has 3 in 1"},
	    {0, CHANGE("12", "a", "10", ADD(PLACES("H", "2"))), "409 CUSTOMER_LIMIT has 3 in 1"},
	    {0, CHANGE("13", "a", "10", ADD(PLACES("H", "2")) "," DROP(PLACES("G", "1"))),
	     "200 HOLD_CHANGED of 10: A1,G:1,H:2 until 10000; released part 10: G:1; "
	     "reserved part 10: H:2 until 10000"},
	    {10000, IN("14", "b", PLACES("G", "1"), ",'customer_id':'carol'"), TAKES("14", "G:1", "20000")},
	    {10000, CONFIRM("15", "a", "10"), "409 CUSTOMER_LIMIT has 1 in 1"},
	    {10000, RELEASE("16", "b", "14"), "200 RELEASED of 14: G:1; released 14: G:1"},
	    {10000, CONFIRM("17", "a", "10"),
	     "200 CONFIRMED of 10: A1,G:1,H:2 revived; sold 10: A1,G:1,H:2"},
	    {10000, CANCEL_PART("18", "10", "'areas':[" PLACES("H", "2") "]"),
	     "200 PARTLY_CANCELLED of 10: H:2 keeps A1,G:1; cancelled part 10: H:2"},
	    {10000, IN("19", "b", PLACES("G", "3"), ",'customer_id':'carol'"),
	     "409 CUSTOMER_LIMIT has 2 in 0"},
	    {10000, IN("20", "b", PLACES("G", "2"), ",'customer_id':'carol'"),
	     TAKES("20", "G:2", "20000")},
	};

	(void)state;
	TAKE(steps);
}

/* ---- the order of lapses against a list ---- */

#define SHARES 300
#define STEPS 20000

static uint64_t dice;

static uint32_t below(uint32_t bound)
{
	dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(dice >> 33) % bound;
}

static bool is_first(const struct share *a, const struct share *b)
{
	if (a->reservation->until_ms != b->reservation->until_ms)
		return a->reservation->until_ms < b->reservation->until_ms;
	return a->reservation->offset < b->reservation->offset;
}

static void the_order_of_lapses_is_that_of_a_list(void **state)
{
	static struct reservation holds[SHARES];
	static struct share shares[SHARES];
	static bool is_in[SHARES];
	struct share *root = NULL;

	(void)state;
	dice = 1;
	for (int step = 0; step < STEPS; step++) {
		uint32_t n = below(SHARES);
		const struct share *first = NULL;
		int64_t sum = 0, lapsed = 0, t_ms = below(100);

		if (is_in[n]) {
			lapses_remove(&root, &shares[n]);
		} else {
			holds[n].offset = n;
			holds[n].until_ms = below(100);
			shares[n].reservation = &holds[n];
			shares[n].count = (int32_t)below(50) + 1;
			lapses_add(&root, &shares[n]);
		}
		is_in[n] = !is_in[n];
		for (size_t i = 0; i < SHARES; i++) {
			if (!is_in[i])
				continue;
			sum += shares[i].count;
			lapsed += holds[i].until_ms <= t_ms ? shares[i].count : 0;
			if (!first || is_first(&shares[i], first))
				first = &shares[i];
		}
		assert_int_equal(lapses_sum(root), sum);
		assert_int_equal(lapses_sum_at(root, t_ms), lapsed);
		assert_ptr_equal(lapses_first(root), first);
	}
}

static size_t depth_of(const struct share *root)
{
	size_t sooner = root ? depth_of(root->sooner) : 0, later = root ? depth_of(root->later) : 0;

	return root ? 1 + (sooner > later ? sooner : later) : 0;
}

/* They mostly come in the order in which they lapse, which must not make a list of the tree. */
static void a_hundred_thousand_holds_make_no_deep_tree(void **state)
{
	enum { COUNT = 100000 };
	struct reservation *holds = calloc(COUNT, sizeof *holds);
	struct share *shares = calloc(COUNT, sizeof *shares), *root = NULL;

	(void)state;
	assert_non_null(holds);
	assert_non_null(shares);
	for (int i = 0; i < COUNT; i++) {
		holds[i].offset = holds[i].until_ms = i;
		shares[i].reservation = &holds[i];
		shares[i].count = 1;
		lapses_add(&root, &shares[i]);
	}
	assert_int_equal(lapses_sum_at(root, COUNT / 2), COUNT / 2 + 1);
	assert_true(depth_of(root) < 64);
	free(shares);
	free(holds);
}

#define IN_AREAS(test) cmocka_unit_test_setup_teardown(test, open_areas, close_fold)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_AREAS(an_area_sells_so_many_places_and_no_more),
	    IN_AREAS(seats_are_judged_before_areas_and_areas_before_best),
	    IN_AREAS(lapsed_holds_end_where_their_places_are_needed),
	    IN_AREAS(they_end_by_reserved_until_and_then_by_offset),
	    IN_AREAS(holds_on_seats_end_before_those_in_areas),
	    IN_AREAS(an_expired_hold_takes_its_places_again_where_there_is_room),
	    IN_AREAS(a_lapsed_hold_that_is_confirmed_needs_no_room),
	    IN_AREAS(an_area_cannot_be_made_smaller_than_what_is_taken),
	    IN_AREAS(an_area_of_a_channel_is_open_to_its_key),
	    IN_AREAS(a_version_is_that_of_the_last_change),
	    IN_AREAS(a_hold_gets_and_loses_places),
	    IN_AREAS(places_of_a_sale_are_given_back),
	    IN_AREAS(places_of_areas_count_for_a_customer),
	    cmocka_unit_test(the_order_of_lapses_is_that_of_a_list),
	    cmocka_unit_test(a_hundred_thousand_holds_make_no_deep_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
