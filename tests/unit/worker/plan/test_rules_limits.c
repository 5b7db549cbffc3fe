/*
 * What a customer may have of a show: rows 9 and 10 of section 4.2 of docs/protocol.md, and a
 * confirm that takes again what its hold had lost by time. Reply, events and rows.
 */
#include "tests/unit/worker/plan/plan_help.h"

#define LAPSE (T0 + 10 * S) /* of a hold made at T0 */

#define OWN(type, id, rest) HEAD(type, id) ",'owner_key':'boss'," rest "}"
#define CHANGE(id, rest) OWN("change_show", id, rest)
#define FOR(id, who, customer, seats) RESERVE_ALSO(id, who, seats, ",'customer_id':'" customer "'")
#define HAS(seats, holds) "'customer':{'seats':" #seats ",'holds':" #holds "}"

static void comes_to(const struct model_decision *d, enum outcome outcome)
{
	if (d->decision.outcome != outcome)
		fail_msg("%s", d->reply.data);
}

static void is_over(const struct model_decision *d, const char *id, const char *type,
                    const char *has)
{
	refuses(d, id, type, 409, "CUSTOMER_LIMIT", has);
}

static void is_reserved(const struct model_decision *d, const char *id, const char *holds,
                        int64_t until_ms)
{
	answers(d, id, "reserve", 200, "RESERVED", join("%s,%s", holds, until(until_ms)));
}

/* Of 5 seats a customer may have 3, in 2 holds. */
static int open_limited(void **state)
{
	open_show(state);
	answers(ask(T0, CHANGE("03", "'max_customer_seats':3,'max_customer_holds':2")), U("03"),
	        "change_show", 200, "SHOW_CHANGED", "");
	tells(last(), event("show_changed", "'max_customer_seats':3,'max_customer_holds':2"));
	return 0;
}

/* ---- who needs a customer, and when ---- */

static void under_a_limit_a_request_must_name_its_customer(void **state)
{
	(void)state;
	refuses(ask(T0, RESERVE("10", "alice", "'A1'")), U("10"), "reserve", 400, "CUSTOMER_REQUIRED",
	        "");
	ask(T0, CHANGE("20", "'max_customer_seats':0"));
	refuses(ask(T0, RESERVE("11", "alice", "'A1'")), U("11"), "reserve", 400, "CUSTOMER_REQUIRED",
	        "");
	ask(T0, CHANGE("21", "'max_customer_holds':0,'max_customer_seats':1"));
	refuses(ask(T0, RESERVE("12", "alice", "'A1'")), U("12"), "reserve", 400, "CUSTOMER_REQUIRED",
	        "");
	ask(T0, CHANGE("22", "'max_customer_seats':0"));
	is_reserved(ask(T0, RESERVE("13", "alice", "'A1'")), U("13"), HOLDS("13", "'A1'"), LAPSE);
	assert_false(reservation(U("13"))->has_customer);
}

static void a_customer_is_kept_as_a_hash_whatever_the_limits(void **state)
{
	uint8_t hash[SHA256_BYTES];

	(void)state;
	ask(T0, CHANGE("20", "'max_customer_seats':0,'max_customer_holds':0"));
	is_reserved(ask(T0, FOR("10", "alice", "carol", "'A2','A1'")), U("10"),
	            HOLDS("10", "'A2','A1'"), LAPSE);
	tells(last(), event("reserved", join("%s,%s", HOLDS("10", "'A2','A1'"), until(LAPSE))));
	secret_hash_as("customer", text_of("s"), text_of("carol"), hash);
	assert_true(reservation(U("10"))->has_customer);
	assert_memory_equal(reservation(U("10"))->customer_hash, hash, SHA256_BYTES);
	assert_int_equal(reservation(U("10"))->places, 2);
	/* It counts from when there is a limit. */
	ask(T0, CHANGE("21", "'max_customer_seats':2"));
	is_over(ask(T0, FOR("11", "bob", "carol", "'A3'")), U("11"), "reserve", HAS(2, 1));
}

static void the_first_row_that_applies_decides(void **state)
{
	(void)state;
	ask(T0, OWN("block_seats", "20", "'channel':'a','seat_ids':['A5']"));
	ask(T0, FOR("10", "alice", "carol", "'A2','A1'"));
	refuses(ask(T0, RESERVE("30", "bob", "'Z1','A2'")), U("30"), "reserve", 404, "UNKNOWN_SEAT",
	        "'unavailable':[{'seat_id':'Z1'}]");
	refuses(ask(T0, RESERVE("31", "alice", "'A2','A5'")), U("31"), "reserve", 409,
	        "ALREADY_RESERVED", join("%s,%s", HOLDS("10", "'A2','A1'"), until(LAPSE)));
	refuses(ask(T0, RESERVE("32", "bob", "'A2','A5'")), U("32"), "reserve", 400,
	        "CUSTOMER_REQUIRED", "");
	is_over(ask(T0, FOR("33", "bob", "carol", "'A2','A5'")), U("33"), "reserve", HAS(2, 1));
	refuses(ask(T0, FOR("34", "bob", "dave", "'A2'")), U("34"), "reserve", 409, "SEATS_TAKEN",
	        "'unavailable':[{'seat_id':'A2','status':'reserved','taken_at_offset':4}]");
	refuses(ask(T0, FOR("35", "bob", "dave", "'A5'")), U("35"), "reserve", 409,
	        "SEATS_NOT_FOR_SALE", "'unavailable':[{'seat_id':'A5','status':'blocked'}]");
}

/* ---- what counts ---- */

static void seats_are_counted_to_the_limit_and_not_beyond(void **state)
{
	(void)state;
	ask(T0, FOR("10", "alice", "carol", "'A1','A2'"));
	is_over(ask(T0, FOR("11", "bob", "carol", "'A3','A4'")), U("11"), "reserve", HAS(2, 1));
	ask(T0, FOR("12", "bob", "carol", "'A3'"));
	comes_to(last(), OUTCOME_RESERVED);
	is_over(ask(T0, FOR("13", "eve", "carol", "'A4'")), U("13"), "reserve", HAS(3, 2));
	/* Another's are not hers. */
	ask(T0, FOR("14", "eve", "dave", "'A4','A5'"));
	comes_to(last(), OUTCOME_RESERVED);
}

static void live_holds_are_counted_and_what_is_sold_is_none(void **state)
{
	(void)state;
	ask(T0, FOR("10", "alice", "carol", "'A1'"));
	ask(T0, FOR("11", "bob", "carol", "'A2'"));
	is_over(ask(T0, FOR("12", "eve", "carol", "'A3'")), U("12"), "reserve", HAS(2, 2));
	ask(T0, CONFIRM("13", "alice", "10"));
	comes_to(last(), OUTCOME_CONFIRMED);
	ask(T0, FOR("14", "eve", "carol", "'A3'"));
	comes_to(last(), OUTCOME_RESERVED);
	is_over(ask(T0, FOR("15", "ann", "carol", "'A4'")), U("15"), "reserve", HAS(3, 2));
}

static void what_a_wish_chooses_counts_as_what_is_named(void **state)
{
	(void)state;
	ask(T0, OWN("add_seats", "20", "'seats':[{'seat_id':'B1','row':'B','pos':1},"
	            "{'seat_id':'B2','row':'B','pos':2}]"));
	ask(T0, FOR("10", "alice", "carol", "'A1','A2'"));
	is_over(ask(T0, HEAD("reserve", "11") ",'session_id':'bob','best':{'count':2},"
	                                      "'customer_id':'carol'}"),
	        U("11"), "reserve", HAS(2, 1));
	ask(T0, HEAD("reserve", "12") ",'session_id':'bob','best':{'count':1},'customer_id':'carol'}");
	comes_to(last(), OUTCOME_RESERVED);
}

static void a_lapsed_hold_counts_no_more_from_its_millisecond_on(void **state)
{
	(void)state;
	ask(T0, FOR("10", "alice", "carol", "'A1','A2','A3'"));
	is_over(ask(LAPSE - 1, FOR("11", "bob", "carol", "'A4'")), U("11"), "reserve", HAS(3, 1));
	ask(LAPSE, FOR("12", "bob", "carol", "'A4','A5'"));
	comes_to(last(), OUTCOME_RESERVED);
	is_reservation(U("10"), RESERVATION_HELD, LAPSE, NONE); /* nobody ended it */
	is_over(ask(LAPSE, FOR("13", "eve", "carol", "'A1','A2'")), U("13"), "reserve", HAS(2, 1));
}

static void what_was_given_back_counts_no_more(void **state)
{
	(void)state;
	ask(T0, FOR("10", "alice", "carol", "'A1','A2','A3'"));
	ask(T0, RELEASE("11", "alice", "10"));
	ask(T0, FOR("12", "alice", "carol", "'A1','A2','A3'"));
	comes_to(last(), OUTCOME_RESERVED);
	ask(T0, CONFIRM("13", "alice", "12"));
	is_over(ask(T0, FOR("14", "bob", "carol", "'A4'")), U("14"), "reserve", HAS(3, 0));
	ask(T0, CANCEL("15", "boss", "12"));
	comes_to(last(), OUTCOME_CANCELLED);
	ask(T0, FOR("16", "bob", "carol", "'A4'"));
	comes_to(last(), OUTCOME_RESERVED);
}

static void a_lower_limit_takes_nothing_away_and_0_lifts_it(void **state)
{
	(void)state;
	ask(T0, FOR("10", "alice", "carol", "'A1','A2','A3'"));
	ask(T0, CHANGE("20", "'max_customer_seats':1,'max_customer_holds':1"));
	ask(T0, CONFIRM("11", "alice", "10"));
	comes_to(last(), OUTCOME_CONFIRMED); /* in time it is no new taking */
	is_over(ask(T0, FOR("12", "bob", "carol", "'A4'")), U("12"), "reserve", HAS(3, 0));
	ask(T0, CHANGE("21", "'max_customer_seats':0"));
	ask(T0, FOR("13", "bob", "carol", "'A4'"));
	comes_to(last(), OUTCOME_RESERVED);
	is_over(ask(T0, FOR("14", "eve", "carol", "'A5'")), U("14"), "reserve", HAS(4, 1));
}

static void a_held_row_whose_seats_a_hand_took_away_counts_no_more(void **state)
{
	(void)state;
	ask(T0, FOR("10", "alice", "carol", "'A1','A2','A3'"));
	change_by_hand("A1", SEAT_AVAILABLE);
	ask(T0, FOR("11", "bob", "carol", "'A4'"));
	comes_to(last(), OUTCOME_RESERVED);
}

/* ---- exempt channels ---- */

static int open_channels(void **state)
{
	open_limited(state);
	ask(T0, OWN("set_channels", "04", "'channels':[{'channel':'box','channel_key':'key-box',"
	            "'opens':['public'],'exempt':true},{'channel':'web','channel_key':'key-web',"
	            "'opens':['public']}]"));
	comes_to(last(), OUTCOME_CHANNELS_SET);
	return 0;
}

#define BY(id, who, key, seats) RESERVE_ALSO(id, who, seats, ",'channel_key':'" key "'")
#define BY_FOR(id, who, key, customer, seats) \
	RESERVE_ALSO(id, who, seats, ",'channel_key':'" key "','customer_id':'" customer "'")

static void an_exempt_channel_needs_no_customer_and_knows_no_limit(void **state)
{
	(void)state;
	refuses(ask(T0, BY("10", "alice", "key-web", "'A1'")), U("10"), "reserve", 400,
	        "CUSTOMER_REQUIRED", "");
	ask(T0, BY("11", "alice", "key-box", "'A1'"));
	comes_to(last(), OUTCOME_RESERVED);
	ask(T0, BY_FOR("12", "bob", "key-box", "carol", "'A2','A3'"));
	ask(T0, BY_FOR("13", "eve", "key-box", "carol", "'A4','A5'"));
	comes_to(last(), OUTCOME_RESERVED);
	/* What she has of it counts where a limit is asked. */
	is_over(ask(T0, BY_FOR("14", "ann", "key-web", "carol", "'A1'")), U("14"), "reserve",
	        HAS(4, 2));
}

/* ---- a confirm when the time is up ---- */

static void a_late_confirm_is_a_new_taking(void **state)
{
	(void)state;
	ask(T0, FOR("10", "alice", "carol", "'A1','A2'"));
	ask(LAPSE, FOR("11", "bob", "carol", "'A3','A4'"));
	comes_to(last(), OUTCOME_RESERVED);
	is_over(ask(LAPSE, CONFIRM("12", "alice", "10")), U("12"), "confirm", HAS(2, 1));
	is_reservation(U("10"), RESERVATION_HELD, LAPSE, NONE);
	/* Asked again under another id, when she gave the others back. */
	ask(LAPSE, RELEASE("13", "bob", "11"));
	answers(ask(LAPSE, CONFIRM("14", "alice", "10")), U("14"), "confirm", 200, "CONFIRMED",
	        join("%s,'revived':true", HOLDS("10", "'A1','A2'")));
	is_over(ask(LAPSE, FOR("15", "bob", "carol", "'A3','A4'")), U("15"), "reserve", HAS(2, 0));
}

static void in_time_a_confirm_asks_for_no_limit(void **state)
{
	(void)state;
	ask(T0, FOR("10", "alice", "carol", "'A1','A2'"));
	ask(T0, FOR("11", "bob", "carol", "'A3'"));
	ask(T0, CHANGE("20", "'max_customer_seats':1"));
	ask(LAPSE - 1, CONFIRM("12", "alice", "10"));
	comes_to(last(), OUTCOME_CONFIRMED);
	is_over(ask(LAPSE, CONFIRM("13", "bob", "11")), U("13"), "confirm", HAS(2, 0));
}

static void an_expired_hold_is_lost_before_it_is_too_much(void **state)
{
	(void)state;
	ask(T0, FOR("10", "alice", "carol", "'A1','A2'"));
	ask(LAPSE, EXPIRE("11", "10"));
	comes_to(last(), OUTCOME_EXPIRED);
	ask(LAPSE, FOR("12", "bob", "carol", "'A2','A3'"));
	refuses(ask(LAPSE, CONFIRM("13", "alice", "10")), U("13"), "confirm", 410, "HOLD_EXPIRED",
	        "'unavailable':[{'seat_id':'A2','status':'reserved','taken_at_offset':5}]");
	ask(LAPSE, RELEASE("14", "bob", "12"));
	ask(LAPSE, FOR("15", "bob", "carol", "'A3','A4'"));
	is_over(ask(LAPSE, CONFIRM("16", "alice", "10")), U("16"), "confirm", HAS(2, 1));
	is_available("A1", 4);
	ask(LAPSE, CONFIRM("17", "bob", "15"));
	is_over(ask(LAPSE, CONFIRM("18", "alice", "10")), U("18"), "confirm", HAS(2, 0));
	ask(LAPSE, CANCEL("19", "boss", "15"));
	ask(LAPSE, CONFIRM("20", "alice", "10"));
	comes_to(last(), OUTCOME_CONFIRMED);
	is_taken("A1", U("10"), NONE, last()->offset, last()->offset);
}

static void of_holds_a_late_confirm_makes_none(void **state)
{
	(void)state;
	ask(T0, CHANGE("20", "'max_customer_holds':1,'max_customer_seats':0"));
	ask(T0, FOR("10", "alice", "carol", "'A1','A2'"));
	ask(LAPSE, FOR("11", "bob", "carol", "'A3','A4'"));
	ask(LAPSE, CONFIRM("12", "alice", "10"));
	comes_to(last(), OUTCOME_CONFIRMED);
}

static void late_too_who_bought_by_an_exempt_channel_is_free_of_it(void **state)
{
	(void)state;
	ask(T0, BY_FOR("10", "alice", "key-box", "carol", "'A1','A2'"));
	ask(T0, BY_FOR("11", "bob", "key-web", "carol", "'A3'"));
	ask(T0, CHANGE("20", "'max_customer_seats':1"));
	ask(LAPSE, BY_FOR("12", "eve", "key-web", "carol", "'A4'"));
	comes_to(last(), OUTCOME_RESERVED);
	is_over(ask(LAPSE, CONFIRM("13", "bob", "11")), U("13"), "confirm", HAS(1, 1));
	ask(LAPSE, CONFIRM("14", "alice", "10"));
	comes_to(last(), OUTCOME_CONFIRMED);
	/* Of the channel as it then is set. */
	ask(LAPSE, OWN("set_channels", "21", "'channels':[{'channel':'web','exempt':true}]"));
	ask(LAPSE, CONFIRM("15", "bob", "11"));
	comes_to(last(), OUTCOME_CONFIRMED);
}

static void a_reservation_of_no_customer_is_confirmed_late_as_ever(void **state)
{
	(void)state;
	ask(T0, BY("10", "alice", "key-box", "'A1','A2'"));
	ask(T0, OWN("set_channels", "20", "'channels':[{'channel':'box','exempt':false}]"));
	ask(T0, CHANGE("21", "'max_customer_seats':1"));
	ask(LAPSE, CONFIRM("11", "alice", "10"));
	comes_to(last(), OUTCOME_CONFIRMED);
}

/* ---- asked again ---- */

static void a_duplicate_repeats_what_she_had_then(void **state)
{
	(void)state;
	ask(T0, FOR("10", "alice", "carol", "'A1','A2','A3'"));
	is_over(ask(T0, FOR("11", "bob", "carol", "'A4'")), U("11"), "reserve", HAS(3, 1));
	ask(T0, RELEASE("12", "alice", "10"));
	ask(T0, FOR("11", "bob", "carol", "'A4'"));
	replies(last(), U("11"), "reserve", 409, "CUSTOMER_LIMIT", HAS(3, 1));
	assert_int_equal(last()->decision.duplicate_of, 4);
	ask(T0, FOR("11", "bob", "dave", "'A4'"));
	comes_to(last(), OUTCOME_IDEMPOTENCY_MISMATCH);
}

/* ---- one batch ---- */

static void in_one_batch_each_request_counts_what_came_before_it(void **state)
{
	struct record records[7];

	(void)state;
	records[0] = record_of(T0, FOR("10", "alice", "carol", "'A1','A2'"));
	records[1] = record_of(T0, FOR("11", "bob", "carol", "'A3','A4'"));
	records[2] = record_of(T0, CONFIRM("12", "alice", "10"));
	records[3] = record_of(T0, FOR("13", "bob", "carol", "'A3'"));
	records[4] = record_of(T0, CANCEL("14", "boss", "10"));
	records[5] = record_of(T0, FOR("16", "eve", "carol", "'A4','A5'"));
	records[6] = record_of(T0 + 11 * S, CONFIRM("15", "bob", "13"));
	model_decide(model, records, 7);
	comes_to(last() - 6, OUTCOME_RESERVED);
	comes_to(last() - 5, OUTCOME_CUSTOMER_LIMIT);
	comes_to(last() - 4, OUTCOME_CONFIRMED);
	comes_to(last() - 3, OUTCOME_RESERVED);
	comes_to(last() - 2, OUTCOME_CANCELLED);
	comes_to(last() - 1, OUTCOME_RESERVED);
	comes_to(last(), OUTCOME_CONFIRMED);
}

/* ---- what is read ---- */

static void without_a_limit_no_customer_is_looked_up(void **state)
{
	(void)state;
	ask(T0, FOR("10", "alice", "carol", "'A1'"));
	ask(LAPSE, CONFIRM("11", "alice", "10"));
	comes_to(last(), OUTCOME_CONFIRMED);
	assert_int_equal(model->customers_read, 0);
	ask(LAPSE, CHANGE("20", "'max_customer_holds':1"));
	ask(LAPSE, RESERVE("12", "bob", "'A2'"));
	ask(LAPSE, FOR("13", "bob", "carol", "'A2'"));
	assert_int_equal(model->customers_read, 1);
	ask(LAPSE, CONFIRM("14", "bob", "13")); /* in time, and of holds there is no limit then */
	ask(T0 + 60 * S, FOR("15", "bob", "dave", "'A3'"));
	assert_int_equal(model->customers_read, 2);
	ask(T0 + 80 * S, CONFIRM("16", "bob", "15"));
	assert_int_equal(model->customers_read, 2);
}

#define OF_A_SHOW(test) cmocka_unit_test_setup_teardown(test, open_show, close_all)
#define LIMITED(test) cmocka_unit_test_setup_teardown(test, open_limited, close_all)
#define BY_CHANNEL(test) cmocka_unit_test_setup_teardown(test, open_channels, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    LIMITED(under_a_limit_a_request_must_name_its_customer),
	    LIMITED(a_customer_is_kept_as_a_hash_whatever_the_limits),
	    LIMITED(the_first_row_that_applies_decides),
	    LIMITED(seats_are_counted_to_the_limit_and_not_beyond),
	    LIMITED(live_holds_are_counted_and_what_is_sold_is_none),
	    LIMITED(what_a_wish_chooses_counts_as_what_is_named),
	    LIMITED(a_lapsed_hold_counts_no_more_from_its_millisecond_on),
	    LIMITED(what_was_given_back_counts_no_more),
	    LIMITED(a_lower_limit_takes_nothing_away_and_0_lifts_it),
	    LIMITED(a_held_row_whose_seats_a_hand_took_away_counts_no_more),
	    BY_CHANNEL(an_exempt_channel_needs_no_customer_and_knows_no_limit),
	    LIMITED(a_late_confirm_is_a_new_taking),
	    LIMITED(in_time_a_confirm_asks_for_no_limit),
	    LIMITED(an_expired_hold_is_lost_before_it_is_too_much),
	    LIMITED(of_holds_a_late_confirm_makes_none),
	    BY_CHANNEL(late_too_who_bought_by_an_exempt_channel_is_free_of_it),
	    BY_CHANNEL(a_reservation_of_no_customer_is_confirmed_late_as_ever),
	    LIMITED(a_duplicate_repeats_what_she_had_then),
	    LIMITED(in_one_batch_each_request_counts_what_came_before_it),
	    OF_A_SHOW(without_a_limit_no_customer_is_looked_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
