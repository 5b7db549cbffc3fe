/*
 * What is given back of a sale (section 4.1 of docs/protocol.md), and reservations that one batch
 * changes many times: what becomes of their rows.
 */
#include "tests/unit/worker/plan/plan_help.h"

#define LAPSE (T0 + 10 * S) /* of a hold made at T0 */

#define OWN(type, id, rest) HEAD(type, id) ",'owner_key':'boss'," rest "}"
#define CHANGE(id, who, of, what) OF("change_hold", id, who, of, "," what)
#define ADD(id, who, of, seats) CHANGE(id, who, of, "'seat_ids':[" seats "]")
#define DROP(id, who, of, seats) CHANGE(id, who, of, "'drop_seat_ids':[" seats "]")
#define SWAP(id, who, of, out, in) \
	CHANGE(id, who, of, "'drop_seat_ids':[" out "],'seat_ids':[" in "]")
#define GIVE_BACK(id, of, seats) \
	OWN("cancel", id, "'reservation_id':'" U(of) "','seat_ids':[" seats "]")
#define KEPT(seats) "'kept_seat_ids':[" seats "]"

static void comes_to(const struct model_decision *d, enum outcome outcome)
{
	if (d->decision.outcome != outcome)
		fail_msg("%s", d->reply.data);
}

/* How a seat of a reservation stands: left at an offset, or NONE: in it. */
static void stands(const char *of, const char *seat_id, int64_t left_at)
{
	const struct model_reserved_seat *row =
	    model_reserved_seat(reservation(of), text_of(seat_id));

	assert_non_null(row);
	assert_int_equal(row->has_left, left_at != NONE);
	if (left_at != NONE)
		assert_int_equal(row->left_at, left_at);
}

/* Those in it, in order, with commas between. */
static void lists(const char *of, const char *seat_ids)
{
	const struct model_reservation *r = reservation(of);
	struct buf found = {0};

	for (size_t i = 0; i < r->seat_count; i++)
		buf_print(&found, "%s%s", i ? "," : "", r->seat_ids[i].data);
	assert_string_equal(buf_text(&found).data, seat_ids);
	assert_int_equal(r->places, r->seat_count);
	buf_release(&found);
}

/* ---- a part of a sale ---- */

/* Alice has bought A2, A1 and A5 with reservation 10. */
static int open_sold(void **state)
{
	open_show(state);
	ask(T0, RESERVE("10", "alice", "'A2','A1','A5'"));
	ask(T0, CONFIRM("11", "alice", "10"));
	comes_to(last(), OUTCOME_CONFIRMED);
	return 0;
}

static void a_part_is_given_back_and_the_rest_stays_sold(void **state)
{
	const struct model_decision *d = ask(T0 + S, GIVE_BACK("20", "10", "'A5','A2'"));

	(void)state;
	answers(d, U("20"), "cancel", 200, "PARTLY_CANCELLED",
	        join("%s,%s", HOLDS("10", "'A2','A5'"), KEPT("'A1'")));
	tells(d, event("cancelled", join("%s,'change':true", HOLDS("10", "'A2','A5'"))));
	is_available("A2", 4);
	is_available("A5", 4);
	is_taken("A1", U("10"), NONE, 2, 3);
	stands(U("10"), "A5", 4);
	lists(U("10"), "A1");
	/* It is the same sale as before. */
	is_reservation(U("10"), RESERVATION_CONFIRMED, LAPSE, T0);
	ask(T0 + S, RESERVE("12", "bob", "'A2'"));
	comes_to(last(), OUTCOME_RESERVED);
}

static void what_was_given_back_is_gone(void **state)
{
	(void)state;
	ask(T0, GIVE_BACK("20", "10", "'A2'"));
	refuses(ask(T0, GIVE_BACK("21", "10", "'A2','A1'")), U("21"), "cancel", 404,
	        "NOT_IN_RESERVATION", "'unavailable':[{'seat_id':'A2'}]");
	refuses(ask(T0, GIVE_BACK("22", "10", "'Z9','A3'")), U("22"), "cancel", 404,
	        "NOT_IN_RESERVATION", "'unavailable':[{'seat_id':'Z9'},{'seat_id':'A3'}]");
	/* Confirmed once more it is what is left. */
	answers(ask(T0, CONFIRM("23", "alice", "10")), U("23"), "confirm", 200, "ALREADY_CONFIRMED",
	        HOLDS("10", "'A1','A5'"));
	answers(ask(T0, CANCEL("24", "boss", "10")), U("24"), "cancel", 200, "CANCELLED",
	        HOLDS("10", "'A1','A5'"));
	tells(last(), event("cancelled", HOLDS("10", "'A1','A5'")));
	stands(U("10"), "A2", 4);
	stands(U("10"), "A1", NONE); /* it ended with it */
	lists(U("10"), "A1,A5");
}

static void all_of_it_is_a_whole_cancel(void **state)
{
	const struct model_decision *d = ask(T0 + S, GIVE_BACK("20", "10", "'A1','A5','A2'"));

	(void)state;
	answers(d, U("20"), "cancel", 200, "CANCELLED", HOLDS("10", "'A2','A1','A5'"));
	tells(d, event("cancelled", HOLDS("10", "'A2','A1','A5'")));
	is_reservation(U("10"), RESERVATION_CANCELLED, LAPSE, T0 + S);
	refuses(ask(T0, GIVE_BACK("21", "10", "'Z9'")), U("21"), "cancel", 409, "NOT_CONFIRMED", "");
}

static void the_last_that_is_left_goes_as_a_whole(void **state)
{
	(void)state;
	ask(T0, GIVE_BACK("20", "10", "'A2','A1'"));
	answers(ask(T0, GIVE_BACK("21", "10", "'A5'")), U("21"), "cancel", 200, "CANCELLED",
	        HOLDS("10", "'A5'"));
}

static void the_rows_before_it_decide_first(void **state)
{
	(void)state;
	refuses(ask(T0, HEAD("cancel", "20") ",'owner_key':'other','reservation_id':'" U("19")
	                                     "','seat_ids':['Z9']}"),
	        U("20"), "cancel", 403, "WRONG_OWNER", "");
	refuses(ask(T0, GIVE_BACK("21", "19", "'Z9'")), U("21"), "cancel", 404, "UNKNOWN_RESERVATION",
	        "");
	ask(T0, RESERVE("12", "bob", "'A3'"));
	refuses(ask(T0, GIVE_BACK("22", "12", "'Z9'")), U("22"), "cancel", 409, "NOT_CONFIRMED", "");
}

static void a_customer_has_less_when_a_part_is_given_back(void **state)
{
	(void)state;
	ask(T0, OWN("change_show", "30", "'max_customer_seats':3"));
	ask(T0, RELEASE("31", "alice", "10"));
	ask(T0, CANCEL("32", "boss", "10"));
	ask(T0, RESERVE_ALSO("12", "alice", "'A1','A2','A3'", ",'customer_id':'carol'"));
	ask(T0, CONFIRM("33", "alice", "12"));
	ask(T0, GIVE_BACK("34", "12", "'A3','A1'"));
	comes_to(last(), OUTCOME_PARTLY_CANCELLED);
	refuses(ask(T0, RESERVE_ALSO("13", "bob", "'A3','A1','A4'", ",'customer_id':'carol'")), U("13"),
	        "reserve", 409, "CUSTOMER_LIMIT", "'customer':{'seats':1,'holds':0}");
	ask(T0, RESERVE_ALSO("14", "bob", "'A3','A1'", ",'customer_id':'carol'"));
	comes_to(last(), OUTCOME_RESERVED);
}

static void a_seat_that_a_hand_freed_is_given_back_all_the_same(void **state)
{
	(void)state;
	change_by_hand("A1", SEAT_AVAILABLE);
	ask(T0, RESERVE("12", "bob", "'A1'"));
	answers(ask(T0, GIVE_BACK("20", "10", "'A1','A2'")), U("20"), "cancel", 200, "PARTLY_CANCELLED",
	        join("%s,%s", HOLDS("10", "'A2','A1'"), KEPT("'A5'")));
	is_taken("A1", U("12"), LAPSE, 4, 4);
	is_available("A2", 5);
}

static void a_part_is_given_back_once_however_often_it_is_asked(void **state)
{
	(void)state;
	ask(T0, GIVE_BACK("20", "10", "'A2'"));
	ask(T0, RESERVE("12", "bob", "'A2'"));
	ask(T0, GIVE_BACK("20", "10", "'A2'"));
	replies(last(), U("20"), "cancel", 200, "PARTLY_CANCELLED",
	        join("%s,%s", HOLDS("10", "'A2'"), KEPT("'A1','A5'")));
	is_taken("A2", U("12"), LAPSE, 5, 5);
	ask(T0, CANCEL("20", "boss", "10"));
	comes_to(last(), OUTCOME_IDEMPOTENCY_MISMATCH);
}

/* ---- many changes in one batch ---- */

#define RECORDS_MAX 12

static struct record records[RECORDS_MAX];
static size_t record_count;

static void then(int64_t t_ms, const char *json)
{
	assert_true(record_count < RECORDS_MAX);
	records[record_count++] = record_of(t_ms, json);
}

/* Decide them together; the first of their decisions. */
static const struct model_decision *decide_together(void)
{
	size_t count = record_count;

	model_decide(model, records, count);
	record_count = 0;
	return last() - (count - 1);
}

static void a_hold_is_made_changed_sold_and_partly_given_back_in_one_batch(void **state)
{
	const struct model_decision *d;

	(void)state;
	then(T0, RESERVE("10", "alice", "'A1','A2'"));         /* 2 */
	then(T0, SWAP("11", "alice", "10", "'A1'", "'A3'"));   /* A2 A3 */
	then(T0, ADD("12", "alice", "10", "'A1'"));            /* A2 A3 A1 */
	then(T0, SWAP("13", "alice", "10", "'A2'", "'A5'"));   /* A3 A1 A5 */
	then(T0, DROP("14", "alice", "10", "'A2'"));           /* 6: it is not in it */
	then(T0, CONFIRM("15", "alice", "10"));                /* 7 */
	then(T0, GIVE_BACK("16", "10", "'A3'"));               /* 8: A1 A5 */
	then(T0, RESERVE("17", "bob", "'A3','A2'"));
	then(T0, SWAP("18", "bob", "17", "'A3'", "'A4'"));     /* 10: A2 A4 */
	then(T0, ADD("13", "alice", "10", "'A4'"));            /* another with the same id */
	d = decide_together();
	comes_to(d + 4, OUTCOME_NOT_IN_RESERVATION);
	replies(d + 6, U("16"), "cancel", 200, "PARTLY_CANCELLED",
	        join("%s,%s", HOLDS("10", "'A3'"), KEPT("'A1','A5'")));
	comes_to(d + 9, OUTCOME_IDEMPOTENCY_MISMATCH);
	lists(U("10"), "A1,A5");
	stands(U("10"), "A1", NONE);
	stands(U("10"), "A2", 5);
	stands(U("10"), "A3", 8);
	is_taken("A1", U("10"), NONE, 4, 7);
	is_taken("A5", U("10"), NONE, 5, 7);
	lists(U("17"), "A2,A4");
	stands(U("17"), "A3", 10);
	is_available("A3", 10);
}

static void a_seat_leaves_and_comes_back_within_a_batch(void **state)
{
	const struct model_decision *d;

	(void)state;
	alice_reserves(); /* A2 A1, at 2 */
	then(T0, DROP("20", "alice", "10", "'A2'"));
	then(T0, RESERVE("11", "bob", "'A2'"));
	then(T0, RELEASE("21", "bob", "11"));
	then(T0, ADD("22", "alice", "10", "'A2'"));            /* 6 */
	then(T0, ADD("23", "alice", "10", "'A3'"));
	then(T0, DROP("24", "alice", "10", "'A3'"));           /* 8: came and left */
	then(T0, DROP("20", "alice", "10", "'A2'"));           /* asked before */
	d = decide_together();
	replies(d + 3, U("22"), "change_hold", 200, "HOLD_CHANGED",
	        join("%s,%s", HOLDS("10", "'A1','A2'"), until(LAPSE)));
	assert_int_equal(d[6].decision.duplicate_of, 3);
	lists(U("10"), "A1,A2");
	stands(U("10"), "A2", NONE);
	stands(U("10"), "A3", 8);
	is_taken("A2", U("10"), LAPSE, 6, 6);
	lists(U("11"), "A2");
	/* The next batch reads them in that order. */
	then(T0, DROP("25", "alice", "10", "'A1'"));
	then(T0, ADD("26", "alice", "10", "'A3','A1'"));
	d = decide_together();
	replies(d + 1, U("26"), "change_hold", 200, "HOLD_CHANGED",
	        join("%s,%s", HOLDS("10", "'A2','A3','A1'"), until(LAPSE)));
	stands(U("10"), "A3", NONE);
}

/* Alice's hold, then bob's, then hers once more lose and get A3 by time alone. */
static void what_a_changed_hold_has_lapses_within_the_batch(void **state)
{
	const struct model_decision *d;

	(void)state;
	alice_reserves();
	then(T0, ADD("20", "alice", "10", "'A3'"));
	then(T0 + S, RESERVE("11", "bob", "'A4'"));
	then(LAPSE, ADD("21", "bob", "11", "'A3'")); /* 5 */
	then(LAPSE, ADD("22", "alice", "10", "'A5'"));
	then(LAPSE + S, RESERVE("12", "alice", "'A4','A3'"));
	d = decide_together();
	tells(d + 2, join("%s\n%s",
	                  join("{'event':'expired','show_id':'s',%s,'at':'%s'",
	                       HOLDS("10", "'A2','A1','A3'"), at(LAPSE)),
	                  join("{'event':'reserved','show_id':'s',%s,%s,'change':true,'at':'%s'",
	                       HOLDS("11", "'A3'"), until(T0 + 11 * S), at(LAPSE))));
	comes_to(d + 3, OUTCOME_HOLD_EXPIRED);
	comes_to(d + 4, OUTCOME_RESERVED);
	assert_int_equal(d[4].decision.holds_expired, 1);
	lists(U("11"), "A4,A3");
	is_reservation(U("11"), RESERVATION_EXPIRED, T0 + 11 * S, LAPSE + S);
	is_taken("A3", U("12"), LAPSE + 11 * S, 7, 7);
}

static void a_hold_that_expired_is_sold_as_it_was_last_changed(void **state)
{
	(void)state;
	alice_reserves();
	ask(T0, SWAP("20", "alice", "10", "'A1'", "'A4'"));
	ask(LAPSE, EXPIRE("21", "10"));
	tells(last(), event("expired", HOLDS("10", "'A2','A4'")));
	ask(LAPSE, RESERVE("11", "bob", "'A1'"));
	answers(ask(LAPSE, CONFIRM("22", "alice", "10")), U("22"), "confirm", 200, "CONFIRMED",
	        join("%s,'revived':true", HOLDS("10", "'A2','A4'")));
	is_taken("A4", U("10"), NONE, 6, 6);
	is_taken("A1", U("11"), LAPSE + 10 * S, 5, 5);
}

#define OF_A_SHOW(test) cmocka_unit_test_setup_teardown(test, open_show, close_all)
#define OF_A_SALE(test) cmocka_unit_test_setup_teardown(test, open_sold, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    OF_A_SALE(a_part_is_given_back_and_the_rest_stays_sold),
	    OF_A_SALE(what_was_given_back_is_gone),
	    OF_A_SALE(all_of_it_is_a_whole_cancel),
	    OF_A_SALE(the_last_that_is_left_goes_as_a_whole),
	    OF_A_SALE(the_rows_before_it_decide_first),
	    OF_A_SALE(a_customer_has_less_when_a_part_is_given_back),
	    OF_A_SALE(a_seat_that_a_hand_freed_is_given_back_all_the_same),
	    OF_A_SALE(a_part_is_given_back_once_however_often_it_is_asked),
	    OF_A_SHOW(a_hold_is_made_changed_sold_and_partly_given_back_in_one_batch),
	    OF_A_SHOW(a_seat_leaves_and_comes_back_within_a_batch),
	    OF_A_SHOW(what_a_changed_hold_has_lapses_within_the_batch),
	    OF_A_SHOW(a_hold_that_expired_is_sold_as_it_was_last_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
