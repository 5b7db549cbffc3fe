/* Row 6 of section 4 of docs/protocol.md, type by type: reply, events and rows. */
#include "tests/unit/worker/plan/plan_help.h"

#define LAPSE (T0 + 10 * S) /* of Alice's hold: at that time it has lapsed */

static const char *taken(const char *seat_id, const char *status, int64_t offset)
{
	return join("{'seat_id':'%s','status':'%s','taken_at_offset':%lld}", seat_id, status,
	            (long long)offset);
}

static const char *held_event(const char *kind, const char *what, int64_t until_ms)
{
	return event(kind, join("%s,%s", what, until(until_ms)));
}

/* ---- create_show, add_seats ---- */

static void a_show_is_created_once_with_its_defaults(void **state)
{
	const struct model_decision *d = ask(T0, HEAD("create_show", "01") "}");

	(void)state;
	answers(d, U("01"), "create_show", 200, "SHOW_CREATED", "");
	tells(d, event("show_created",
	               "'rules':1,'hold_seconds':600,'max_hold_seconds':1800,'max_seats':10"));
	refuses(ask(T0, HEAD("create_show", "02") ",'title':'Other'}"), U("02"), "create_show", 409,
	        "SHOW_EXISTS", "");
	assert_int_equal(model->show_count, 1);
	assert_null(model->shows[0].policy.title.data);
	assert_int_equal(model->shows[0].policy.hold_seconds, 600);
	assert_int_equal(model->shows[0].policy.max_hold_seconds, 1800);
	assert_int_equal(model->shows[0].policy.max_seats, 10);
	assert_false(model->shows[0].has_owner);
	assert_int_equal(model->shows[0].created_at_ms, T0);
	assert_int_equal(model->shows[0].created_offset, 0);
}

static void a_title_is_told_and_an_owner_is_not(void **state)
{
	const struct model_decision *d =
	    ask(T0, HEAD("create_show", "01") ",'title':'','owner_key':'boss','hold_seconds':1,"
	                                      "'max_hold_seconds':1,'max_seats':50}");

	(void)state;
	tells(d, event("show_created",
	               "'rules':1,'title':'','hold_seconds':1,'max_hold_seconds':1,'max_seats':50"));
	assert_null(strstr(d->reply.data, "boss"));
	assert_true(model->shows[0].has_owner);
	assert_non_null(model->shows[0].policy.title.data);
}

static void without_a_show_every_type_says_so(void **state)
{
	(void)state;
	refuses(ask(T0, HEAD("add_seats", "01") ",'seat_ids':['A1']}"), U("01"), "add_seats", 404,
	        "UNKNOWN_SHOW", "");
	refuses(ask(T0, RESERVE("02", "alice", "'A1'")), U("02"), "reserve", 404, "UNKNOWN_SHOW", "");
	refuses(ask(T0, EXTEND("03", "alice", "10", "9")), U("03"), "extend", 404, "UNKNOWN_SHOW", "");
	refuses(ask(T0, CANCEL("04", "boss", "10")), U("04"), "cancel", 404, "UNKNOWN_SHOW", "");
	refuses(ask(T0, RELEASE("05", "alice", "10")), U("05"), "release", 404, "UNKNOWN_RESERVATION",
	        "");
	refuses(ask(T0, CONFIRM("06", "alice", "10")), U("06"), "confirm", 404, "UNKNOWN_RESERVATION",
	        "");
	refuses(ask(T0, EXPIRE("07", "10")), U("07"), "expire", 404, "UNKNOWN_RESERVATION", "");
}

static void seats_are_added_all_or_none(void **state)
{
	const struct model_decision *d =
	    ask(T0, HEAD("add_seats", "03") ",'owner_key':'boss','seat_ids':['B2','B1']}");

	(void)state;
	answers(d, U("03"), "add_seats", 200, "SEATS_ADDED", "'seat_ids':['B2','B1']");
	tells(d, event("seats_added", "'seat_ids':['B2','B1']"));
	is_available("B1", 2);
	is_available("B2", 2);
	refuses(ask(T0, HEAD("add_seats", "04") ",'owner_key':'boss','seat_ids':['B3','B2','A1']}"),
	        U("04"), "add_seats", 409, "SEAT_EXISTS",
	        "'unavailable':[{'seat_id':'B2'},{'seat_id':'A1'}]");
	assert_int_equal(model->seat_count, 7);
}

static void only_the_owner_adds_seats(void **state)
{
	(void)state;
	refuses(ask(T0, HEAD("add_seats", "03") ",'seat_ids':['A1']}"), U("03"), "add_seats", 403,
	        "WRONG_OWNER", "");
	refuses(ask(T0, HEAD("add_seats", "04") ",'owner_key':'x','seat_ids':['B1']}"), U("04"),
	        "add_seats", 403, "WRONG_OWNER", "");
}

static void anyone_adds_seats_where_there_is_no_owner(void **state)
{
	(void)state;
	ask(T0, HEAD("create_show", "01") "}");
	answers(ask(T0, HEAD("add_seats", "02") ",'seat_ids':['A1']}"), U("02"), "add_seats", 200,
	        "SEATS_ADDED", "'seat_ids':['A1']");
	answers(ask(T0, HEAD("add_seats", "03") ",'owner_key':'x','seat_ids':['A2']}"), U("03"),
	        "add_seats", 200, "SEATS_ADDED", "'seat_ids':['A2']");
	answers(ask(T0, RESERVE("10", "alice", "'A1'")), U("10"), "reserve", 200, "RESERVED",
	        join("%s,%s", HOLDS("10", "'A1'"), until(T0 + 600 * S)));
	ask(T0, CONFIRM("11", "alice", "10"));
	ask(T0, CANCEL("12", "x", "10"));
	assert_int_equal(last()->decision.outcome, OUTCOME_WRONG_OWNER);
	assert_non_null(strstr(last()->reply.data, "The show was made without an owner_key, so nobody can "
	                                           "cancel its sales."));
}

/* ---- reserve ---- */

static void seats_are_reserved_together(void **state)
{
	(void)state;
	alice_reserves();
	tells(last(), held_event("reserved", HOLDS("10", "'A2','A1'"), LAPSE));
	assert_int_equal(last()->decision.seats_asked, 2);
	assert_null(strstr(last()->events.data, "alice"));
	is_taken("A1", U("10"), LAPSE, 2, 2);
	is_taken("A2", U("10"), LAPSE, 2, 2);
	is_available("A3", 1);
	is_reservation(U("10"), RESERVATION_HELD, LAPSE, NONE);
	assert_int_equal(reservation(U("10"))->created_at_ms, T0);
	assert_int_equal(reservation(U("10"))->request_offset, 2);
}

static void the_checks_of_a_reserve_come_in_their_order(void **state)
{
	(void)state;
	alice_reserves();
	refuses(ask(T0, RESERVE_ALSO("11", "alice", "'A1','Z1','Z2','Z3'", ",'hold_seconds':31")),
	        U("11"), "reserve", 400, "TOO_MANY_SEATS", "");
	refuses(ask(T0, RESERVE_ALSO("12", "alice", "'A1','Z1','Z2'", ",'hold_seconds':31")), U("12"),
	        "reserve", 400, "HOLD_TOO_LONG", "");
	refuses(ask(T0, RESERVE_ALSO("13", "alice", "'Z1','A1','Z2'", ",'hold_seconds':30")), U("13"),
	        "reserve", 404, "UNKNOWN_SEAT", "'unavailable':[{'seat_id':'Z1'},{'seat_id':'Z2'}]");
	refuses(ask(T0, RESERVE("14", "alice", "'A1'")), U("14"), "reserve", 409, "ALREADY_RESERVED",
	        join("%s,%s", HOLDS("10", "'A2','A1'"), until(LAPSE)));
	refuses(ask(T0, RESERVE("15", "bob", "'A3','A2','A1'")), U("15"), "reserve", 409, "SEATS_TAKEN",
	        join("'unavailable':[%s,%s]", taken("A2", "reserved", 2), taken("A1", "reserved", 2)));
	assert_int_equal(last()->decision.seats_asked, 3);
	assert_int_equal(last()->decision.seats_refused, 2);
	answers(ask(T0, RESERVE_ALSO("16", "bob", "'A3','A4','A5'", ",'hold_seconds':30")), U("16"),
	        "reserve", 200, "RESERVED",
	        join("%s,%s", HOLDS("16", "'A3','A4','A5'"), until(T0 + 30 * S)));
}

static void the_two_messages_that_customers_see_are_these(void **state)
{
	(void)state;
	assert_string_equal(outcome_message(OUTCOME_ALREADY_RESERVED), "Already have reservation");
	assert_string_equal(outcome_message(OUTCOME_SEATS_TAKEN),
	                    "One or more selected seats were just taken by another customer.");
}

static void a_sold_seat_is_taken_for_good(void **state)
{
	(void)state;
	alice_reserves();
	ask(T0, CONFIRM("11", "alice", "10"));
	refuses(ask(T0 + 99 * S, RESERVE("12", "bob", "'A1'")), U("12"), "reserve", 409, "SEATS_TAKEN",
	        join("'unavailable':[%s]", taken("A1", "sold", 2)));
	/* and the buyer is free to reserve more */
	answers(ask(T0 + 99 * S, RESERVE("13", "alice", "'A3'")), U("13"), "reserve", 200, "RESERVED",
	        join("%s,%s", HOLDS("13", "'A3'"), until(T0 + 109 * S)));
}

static void a_hold_is_live_until_one_millisecond_before_its_end(void **state)
{
	(void)state;
	alice_reserves();
	refuses(ask(LAPSE - 1, RESERVE("11", "bob", "'A1'")), U("11"), "reserve", 409, "SEATS_TAKEN",
	        join("'unavailable':[%s]", taken("A1", "reserved", 2)));
	refuses(ask(LAPSE - 1, RESERVE("12", "alice", "'A3'")), U("12"), "reserve", 409,
	        "ALREADY_RESERVED", join("%s,%s", HOLDS("10", "'A2','A1'"), until(LAPSE)));
	answers(ask(LAPSE, RESERVE("13", "bob", "'A1'")), U("13"), "reserve", 200, "RESERVED",
	        join("%s,%s", HOLDS("13", "'A1'"), until(LAPSE + 10 * S)));
}

static void a_lapsed_hold_gives_all_its_seats_to_the_next_request(void **state)
{
	const char *expired;

	(void)state;
	alice_reserves();
	ask(LAPSE, RESERVE("11", "bob", "'A1'"));
	expired = event("expired", HOLDS("10", "'A2','A1'"));
	tells(last(), join("%s\n%s", expired,
	                   held_event("reserved", HOLDS("11", "'A1'"), LAPSE + 10 * S)));
	is_taken("A1", U("11"), LAPSE + 10 * S, 3, 3);
	is_available("A2", 3);
	is_reservation(U("10"), RESERVATION_EXPIRED, LAPSE, LAPSE);
}

static void lapsed_holds_end_in_the_order_of_their_reservations(void **state)
{
	const char *ends;

	(void)state;
	answers(ask(T0, RESERVE("33", "carol", "'A3','A4'")), U("33"), "reserve", 200, "RESERVED",
	        join("%s,%s", HOLDS("33", "'A3','A4'"), until(LAPSE)));
	ask(T0, RESERVE("22", "bob", "'A5'"));
	ask(T0, RESERVE("11", "alice", "'A1'")); /* her own: ends though its seat is not asked for */
	ask(T0, RESERVE_ALSO("44", "dave", "'A2'", ",'hold_seconds':11"));
	ask(LAPSE, RESERVE("55", "alice", "'A5','A3'"));
	ends = join("%s\n%s\n%s", event("expired", HOLDS("33", "'A3','A4'")),
	            event("expired", HOLDS("22", "'A5'")), event("expired", HOLDS("11", "'A1'")));
	tells(last(), join("%s\n%s", ends,
	                   held_event("reserved", HOLDS("55", "'A5','A3'"), LAPSE + 10 * S)));
	is_available("A1", 6);
	is_available("A4", 6);
	is_taken("A2", U("44"), T0 + 11 * S, 5, 5);
	is_taken("A3", U("55"), LAPSE + 10 * S, 6, 6);
	is_taken("A5", U("55"), LAPSE + 10 * S, 6, 6);
}

static void a_refused_reserve_ends_no_lapsed_hold(void **state)
{
	(void)state;
	alice_reserves();
	ask(T0, RESERVE_ALSO("11", "bob", "'A3'", ",'hold_seconds':20"));
	refuses(ask(LAPSE, RESERVE("12", "alice", "'A1','A3'")), U("12"), "reserve", 409, "SEATS_TAKEN",
	        join("'unavailable':[%s]", taken("A3", "reserved", 3)));
	is_reservation(U("10"), RESERVATION_HELD, LAPSE, NONE);
	is_taken("A1", U("10"), LAPSE, 2, 2);
}

static void ones_own_lapsed_seats_are_taken_anew(void **state)
{
	(void)state;
	alice_reserves();
	ask(LAPSE, RESERVE("11", "alice", "'A1','A2'"));
	tells(last(), join("%s\n%s", event("expired", HOLDS("10", "'A2','A1'")),
	                   held_event("reserved", HOLDS("11", "'A1','A2'"), LAPSE + 10 * S)));
	is_taken("A1", U("11"), LAPSE + 10 * S, 3, 3);
}

/* ---- release ---- */

static void a_release_frees_the_seats_live_or_lapsed(void **state)
{
	(void)state;
	alice_reserves();
	refuses(ask(T0, RELEASE("11", "bob", "10")), U("11"), "release", 403, "WRONG_SESSION", "");
	refuses(ask(T0, RELEASE("12", "alice", "11")), U("12"), "release", 404, "UNKNOWN_RESERVATION",
	        "");
	answers(ask(T0 + 1, RELEASE("13", "alice", "10")), U("13"), "release", 200, "RELEASED",
	        HOLDS("10", "'A2','A1'"));
	tells(last(), event("released", HOLDS("10", "'A2','A1'")));
	is_available("A1", 5);
	is_available("A2", 5);
	is_reservation(U("10"), RESERVATION_RELEASED, LAPSE, T0 + 1);
	refuses(ask(T0 + 2, RELEASE("14", "alice", "10")), U("14"), "release", 200, "NOTHING_HELD", "");
	ask(T0 + 2, RESERVE("20", "alice", "'A1'"));
	answers(ask(T0 + 99 * S, RELEASE("21", "alice", "20")), U("21"), "release", 200, "RELEASED",
	        HOLDS("20", "'A1'"));
}

static void what_has_ended_otherwise_is_not_released(void **state)
{
	(void)state;
	alice_reserves();
	ask(T0, RESERVE("11", "bob", "'A3'"));
	ask(T0, CONFIRM("12", "bob", "11"));
	refuses(ask(T0, RELEASE("13", "bob", "11")), U("13"), "release", 409, "ALREADY_CONFIRMED", "");
	ask(T0, CANCEL("14", "boss", "11"));
	refuses(ask(T0, RELEASE("15", "bob", "11")), U("15"), "release", 200, "NOTHING_HELD", "");
	ask(LAPSE, EXPIRE("16", "10"));
	refuses(ask(LAPSE, RELEASE("17", "alice", "10")), U("17"), "release", 200, "NOTHING_HELD", "");
}

/* ---- extend ---- */

static void extends(int64_t t_ms, const char *id, const char *seconds, int64_t expected_ms)
{
	int64_t before_ms = reservation(U("10"))->reserved_until_ms;
	const struct model_decision *d =
	    ask(t_ms, join("{'type':'extend','request_id':'%s','show_id':'s','session_id':'alice',"
	                   "'reservation_id':'" U("10") "','hold_seconds':%s}", id, seconds));

	answers(d, id, "extend", 200, "EXTENDED",
	        join("%s,%s", HOLDS("10", "'A2','A1'"), until(expected_ms)));
	is_reservation(U("10"), RESERVATION_HELD, expected_ms, NONE);
	if (expected_ms == before_ms) {
		tells(d, NULL);
		assert_int_not_equal(row_of_seat("A1")->version, d->offset);
	} else {
		tells(d, held_event("extended", HOLDS("10", "'A2','A1'"), expected_ms));
		is_taken("A1", U("10"), expected_ms, 2, d->offset);
		is_taken("A2", U("10"), expected_ms, 2, d->offset);
	}
}

static void a_hold_grows_up_to_its_limit_and_never_shrinks(void **state)
{
	(void)state;
	alice_reserves();
	extends(T0 + S, U("11"), "1", T0 + 10 * S);       /* no shortening */
	extends(T0 + S, U("12"), "9", T0 + 10 * S);       /* exactly as it was */
	extends(T0 + S + 1, U("13"), "9", T0 + 10 * S + 1);
	extends(T0 + S + 1, U("14"), "28", T0 + 29 * S + 1);
	extends(T0 + 2 * S, U("15"), "28", T0 + 30 * S);  /* the limit itself */
	extends(T0 + 3 * S, U("16"), "30", T0 + 30 * S);  /* one past it changes nothing */
	extends(T0 + 30 * S - 1, U("17"), "30", T0 + 30 * S);
	refuses(ask(T0 + 30 * S, EXTEND("18", "alice", "10", "30")), U("18"), "extend", 410,
	        "HOLD_EXPIRED", "");
}

static void an_extend_past_the_limit_stops_at_it(void **state)
{
	(void)state;
	alice_reserves();
	extends(T0 + 1, U("11"), "30", T0 + 30 * S);
}

static void an_extended_hold_is_live_in_the_same_batch(void **state)
{
	struct record records[] = {
	    record_of(T0, RESERVE("10", "alice", "'A1'")),
	    record_of(T0, EXTEND("11", "alice", "10", "20")),
	    record_of(LAPSE, RESERVE("12", "bob", "'A1'")),
	    record_of(LAPSE + 10 * S, RESERVE("13", "bob", "'A1'")),
	};

	(void)state;
	model_decide(model, records, 4);
	assert_int_equal(model->decisions[4].decision.outcome, OUTCOME_SEATS_TAKEN);
	assert_int_equal(model->decisions[5].decision.outcome, OUTCOME_RESERVED);
	is_taken("A1", U("13"), LAPSE + 20 * S, 5, 5);
}

static void the_checks_of_an_extend_come_in_their_order(void **state)
{
	(void)state;
	alice_reserves();
	refuses(ask(T0, EXTEND("11", "bob", "99", "31")), U("11"), "extend", 400, "HOLD_TOO_LONG", "");
	refuses(ask(T0, EXTEND("12", "bob", "99", "30")), U("12"), "extend", 404, "UNKNOWN_RESERVATION",
	        "");
	refuses(ask(T0, EXTEND("13", "bob", "10", "30")), U("13"), "extend", 403, "WRONG_SESSION", "");
	refuses(ask(LAPSE, EXTEND("14", "alice", "10", "30")), U("14"), "extend", 410, "HOLD_EXPIRED",
	        "");
	ask(LAPSE, EXPIRE("15", "10"));
	refuses(ask(LAPSE, EXTEND("16", "alice", "10", "30")), U("16"), "extend", 410, "HOLD_EXPIRED",
	        "");
	ask(LAPSE, RESERVE("20", "alice", "'A1'"));
	ask(LAPSE, RELEASE("21", "alice", "20"));
	refuses(ask(LAPSE, EXTEND("22", "alice", "20", "30")), U("22"), "extend", 410, "HOLD_RELEASED",
	        "");
	ask(LAPSE, RESERVE("30", "alice", "'A1'"));
	ask(LAPSE, CONFIRM("31", "alice", "30"));
	refuses(ask(LAPSE + 99 * S, EXTEND("32", "alice", "30", "30")), U("32"), "extend", 409,
	        "ALREADY_CONFIRMED", "");
	ask(LAPSE, CANCEL("33", "boss", "30"));
	refuses(ask(LAPSE, EXTEND("34", "alice", "30", "30")), U("34"), "extend", 410, "HOLD_RELEASED",
	        "");
}

/* ---- confirm ---- */

static void a_live_hold_is_sold(void **state)
{
	(void)state;
	alice_reserves();
	refuses(ask(T0, CONFIRM("11", "bob", "10")), U("11"), "confirm", 403, "WRONG_SESSION", "");
	answers(ask(LAPSE - 1, CONFIRM("12", "alice", "10")), U("12"), "confirm", 200, "CONFIRMED",
	        HOLDS("10", "'A2','A1'"));
	tells(last(), event("sold", HOLDS("10", "'A2','A1'")));
	is_taken("A1", U("10"), NONE, 2, 4);
	is_taken("A2", U("10"), NONE, 2, 4);
	is_reservation(U("10"), RESERVATION_CONFIRMED, LAPSE, LAPSE - 1);
	refuses(ask(LAPSE, CONFIRM("13", "alice", "10")), U("13"), "confirm", 200, "ALREADY_CONFIRMED",
	        HOLDS("10", "'A2','A1'"));
	refuses(ask(LAPSE, CONFIRM("14", "bob", "10")), U("14"), "confirm", 403, "WRONG_SESSION", "");
}

static void a_lapsed_hold_is_sold_as_revived_and_taken_when_it_was(void **state)
{
	(void)state;
	alice_reserves();
	answers(ask(LAPSE, CONFIRM("11", "alice", "10")), U("11"), "confirm", 200, "CONFIRMED",
	        HOLDS("10", "'A2','A1'") ",'revived':true");
	tells(last(), event("sold", HOLDS("10", "'A2','A1'")));
	is_taken("A1", U("10"), NONE, 2, 3);
	is_reservation(U("10"), RESERVATION_CONFIRMED, LAPSE, LAPSE);
}

static void an_expired_hold_takes_its_free_seats_again(void **state)
{
	(void)state;
	alice_reserves();
	ask(LAPSE, EXPIRE("11", "10"));
	answers(ask(LAPSE + 5, CONFIRM("12", "alice", "10")), U("12"), "confirm", 200, "CONFIRMED",
	        HOLDS("10", "'A2','A1'") ",'revived':true");
	tells(last(), event("sold", HOLDS("10", "'A2','A1'") ",'retaken':true"));
	is_taken("A1", U("10"), NONE, 4, 4);
	is_taken("A2", U("10"), NONE, 4, 4);
	is_reservation(U("10"), RESERVATION_CONFIRMED, LAPSE, LAPSE + 5);
}

static void an_expired_hold_ends_the_lapsed_ones_in_its_way_and_no_others(void **state)
{
	int64_t t_ms = LAPSE + 10 * S;

	(void)state;
	alice_reserves();
	ask(LAPSE, EXPIRE("11", "10"));
	ask(LAPSE, RESERVE("30", "bob", "'A1','A3'"));   /* offset 4 */
	ask(LAPSE, RESERVE("20", "carol", "'A2'"));      /* offset 5 */
	ask(LAPSE, RESERVE("40", "alice", "'A4'"));      /* her own, not in its way: stays */
	answers(ask(t_ms, CONFIRM("12", "alice", "10")), U("12"), "confirm", 200, "CONFIRMED",
	        HOLDS("10", "'A2','A1'") ",'revived':true");
	tells(last(), join("%s\n%s\n%s", event("expired", HOLDS("30", "'A1','A3'")),
	                   event("expired", HOLDS("20", "'A2'")),
	                   event("sold", HOLDS("10", "'A2','A1'") ",'retaken':true")));
	is_taken("A1", U("10"), NONE, 7, 7);
	is_available("A3", 7);
	is_reservation(U("30"), RESERVATION_EXPIRED, t_ms, t_ms);
	is_reservation(U("40"), RESERVATION_HELD, t_ms, NONE);
	is_taken("A4", U("40"), t_ms, 6, 6);
}

static void an_expired_hold_that_lost_a_seat_is_told_which(void **state)
{
	(void)state;
	alice_reserves();
	ask(LAPSE, RESERVE("20", "bob", "'A1'")); /* ends it */
	refuses(ask(LAPSE + 10 * S - 1, CONFIRM("11", "alice", "10")), U("11"), "confirm", 410,
	        "HOLD_EXPIRED", join("'unavailable':[%s]", taken("A1", "reserved", 3)));
	ask(LAPSE + 10 * S - 1, CONFIRM("21", "bob", "20"));
	ask(LAPSE + 10 * S - 1, RESERVE("22", "bob", "'A2'"));
	refuses(ask(LAPSE + 10 * S, CONFIRM("12", "alice", "10")), U("12"), "confirm", 410,
	        "HOLD_EXPIRED", join("'unavailable':[%s,%s]", taken("A2", "reserved", 6),
	                             taken("A1", "sold", 3)));
	is_reservation(U("10"), RESERVATION_EXPIRED, LAPSE, LAPSE);
}

static void released_and_cancelled_ones_are_not_confirmed(void **state)
{
	(void)state;
	refuses(ask(T0, CONFIRM("09", "alice", "10")), U("09"), "confirm", 404, "UNKNOWN_RESERVATION",
	        "");
	alice_reserves();
	ask(T0, RELEASE("11", "alice", "10"));
	refuses(ask(T0, CONFIRM("12", "alice", "10")), U("12"), "confirm", 410, "HOLD_RELEASED", "");
	ask(T0, RESERVE("20", "alice", "'A1'"));
	ask(T0, CONFIRM("21", "alice", "20"));
	ask(T0, CANCEL("22", "boss", "20"));
	refuses(ask(T0, CONFIRM("23", "alice", "20")), U("23"), "confirm", 410, "HOLD_RELEASED", "");
}

/* ---- cancel ---- */

static void the_owner_cancels_a_sale(void **state)
{
	(void)state;
	alice_reserves();
	refuses(ask(T0, CANCEL("11", "alice", "99")), U("11"), "cancel", 403, "WRONG_OWNER", "");
	refuses(ask(T0, CANCEL("12", "boss", "99")), U("12"), "cancel", 404, "UNKNOWN_RESERVATION", "");
	refuses(ask(T0, CANCEL("13", "boss", "10")), U("13"), "cancel", 409, "NOT_CONFIRMED", "");
	ask(T0, CONFIRM("14", "alice", "10"));
	answers(ask(T0 + 7, CANCEL("15", "boss", "10")), U("15"), "cancel", 200, "CANCELLED",
	        HOLDS("10", "'A2','A1'"));
	tells(last(), event("cancelled", HOLDS("10", "'A2','A1'")));
	is_available("A1", 7);
	is_available("A2", 7);
	is_reservation(U("10"), RESERVATION_CANCELLED, LAPSE, T0 + 7);
	refuses(ask(T0 + 7, CANCEL("16", "boss", "10")), U("16"), "cancel", 409, "NOT_CONFIRMED", "");
}

/* ---- expire ---- */

static void only_a_lapsed_hold_expires(void **state)
{
	(void)state;
	alice_reserves();
	refuses(ask(T0, EXPIRE("11", "99")), U("11"), "expire", 404, "UNKNOWN_RESERVATION", "");
	refuses(ask(LAPSE - 1, EXPIRE("11", "10")), U("11"), "expire", 409, "NOT_DUE", "");
	answers(ask(LAPSE, EXPIRE("11", "10")), U("11"), "expire", 200, "EXPIRED",
	        HOLDS("10", "'A2','A1'"));
	tells(last(), event("expired", HOLDS("10", "'A2','A1'")));
	is_available("A1", 5);
	is_available("A2", 5);
	is_reservation(U("10"), RESERVATION_EXPIRED, LAPSE, LAPSE);
	refuses(ask(LAPSE, EXPIRE("11", "10")), U("11"), "expire", 200, "NOTHING_HELD", "");
	ask(LAPSE, CONFIRM("12", "alice", "10"));
	refuses(ask(LAPSE, EXPIRE("11", "10")), U("11"), "expire", 200, "NOTHING_HELD", "");
}

/* ---- rows changed by hand ---- */

static void a_hold_whose_seats_do_not_all_carry_it_counts_as_expired(void **state)
{
	(void)state;
	alice_reserves();
	change_by_hand("A1", SEAT_AVAILABLE);
	refuses(ask(T0, EXTEND("11", "alice", "10", "20")), U("11"), "extend", 410, "HOLD_EXPIRED", "");
	refuses(ask(T0, RELEASE("12", "alice", "10")), U("12"), "release", 200, "NOTHING_HELD", "");
	refuses(ask(LAPSE, EXPIRE("13", "10")), U("13"), "expire", 200, "NOTHING_HELD", "");
	refuses(ask(LAPSE, CANCEL("14", "boss", "10")), U("14"), "cancel", 409, "NOT_CONFIRMED", "");
}

static void such_a_hold_does_not_keep_its_session_from_another(void **state)
{
	(void)state;
	alice_reserves();
	change_by_hand("A1", SEAT_AVAILABLE);
	answers(ask(T0, RESERVE("11", "alice", "'A3'")), U("11"), "reserve", 200, "RESERVED",
	        join("%s,%s", HOLDS("11", "'A3'"), until(LAPSE)));
	is_reservation(U("10"), RESERVATION_EXPIRED, LAPSE, T0);
	model_check_seats(model); /* whole again */
}

static void such_a_hold_is_confirmed_by_taking_its_seats_again(void **state)
{
	(void)state;
	alice_reserves();
	change_by_hand("A1", SEAT_AVAILABLE);
	change_by_hand("A2", SEAT_AVAILABLE);
	answers(ask(T0 + 1, CONFIRM("11", "alice", "10")), U("11"), "confirm", 200, "CONFIRMED",
	        HOLDS("10", "'A2','A1'"));
	is_taken("A1", U("10"), NONE, 3, 3);
	is_taken("A2", U("10"), NONE, 3, 3);
	model_check_seats(model);
}

static void such_a_hold_does_not_end_itself_when_it_is_confirmed(void **state)
{
	(void)state;
	alice_reserves();
	change_by_hand("A1", SEAT_AVAILABLE);
	answers(ask(LAPSE, CONFIRM("11", "alice", "10")), U("11"), "confirm", 200, "CONFIRMED",
	        HOLDS("10", "'A2','A1'") ",'revived':true");
	tells(last(), event("sold", HOLDS("10", "'A2','A1'") ",'retaken':true"));
	is_taken("A1", U("10"), NONE, 3, 3);
	is_taken("A2", U("10"), NONE, 3, 3);
	is_reservation(U("10"), RESERVATION_CONFIRMED, LAPSE, LAPSE);
}

static void a_seat_deleted_by_hand_is_not_sold(void **state)
{
	(void)state;
	alice_reserves();
	change_by_hand("A2", SEAT_AVAILABLE);
	model_delete_seat(model, text_of("s"), text_of("A1"));
	assert_int_equal(ask(LAPSE, CONFIRM("11", "alice", "10"))->decision.outcome,
	                 OUTCOME_HOLD_EXPIRED);
	assert_non_null(strstr(last()->reply.data,
	                       "\"unavailable\":[{\"seat_id\":\"A1\","));
	tells(last(), NULL);
	is_reservation(U("10"), RESERVATION_HELD, LAPSE, NONE);
}

static void a_seat_sold_by_hand_has_no_offset(void **state)
{
	(void)state;
	change_by_hand("A1", SEAT_SOLD);
	refuses(ask(T0, RESERVE("11", "bob", "'A1'")), U("11"), "reserve", 409, "SEATS_TAKEN",
	        "'unavailable':[{'seat_id':'A1','status':'sold','taken_at_offset':null}]");
}

static void an_expired_hold_does_not_get_a_seat_sold_by_hand(void **state)
{
	(void)state;
	alice_reserves();
	change_by_hand("A1", SEAT_SOLD);
	refuses(ask(T0, CONFIRM("11", "alice", "10")), U("11"), "confirm", 410, "HOLD_EXPIRED",
	        "'unavailable':[{'seat_id':'A1','status':'sold','taken_at_offset':null}]");
}

#define ON_A_SHOW(test) cmocka_unit_test_setup_teardown(test, open_show, close_all)
#define ON_NOTHING(test) cmocka_unit_test_setup_teardown(test, open_nothing, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_NOTHING(a_show_is_created_once_with_its_defaults),
	    ON_NOTHING(a_title_is_told_and_an_owner_is_not),
	    ON_NOTHING(without_a_show_every_type_says_so),
	    ON_A_SHOW(seats_are_added_all_or_none),
	    ON_A_SHOW(only_the_owner_adds_seats),
	    ON_NOTHING(anyone_adds_seats_where_there_is_no_owner),
	    ON_A_SHOW(seats_are_reserved_together),
	    ON_A_SHOW(the_checks_of_a_reserve_come_in_their_order),
	    ON_A_SHOW(the_two_messages_that_customers_see_are_these),
	    ON_A_SHOW(a_sold_seat_is_taken_for_good),
	    ON_A_SHOW(a_hold_is_live_until_one_millisecond_before_its_end),
	    ON_A_SHOW(a_lapsed_hold_gives_all_its_seats_to_the_next_request),
	    ON_A_SHOW(lapsed_holds_end_in_the_order_of_their_reservations),
	    ON_A_SHOW(a_refused_reserve_ends_no_lapsed_hold),
	    ON_A_SHOW(ones_own_lapsed_seats_are_taken_anew),
	    ON_A_SHOW(a_release_frees_the_seats_live_or_lapsed),
	    ON_A_SHOW(what_has_ended_otherwise_is_not_released),
	    ON_A_SHOW(a_hold_grows_up_to_its_limit_and_never_shrinks),
	    ON_A_SHOW(an_extend_past_the_limit_stops_at_it),
	    ON_A_SHOW(an_extended_hold_is_live_in_the_same_batch),
	    ON_A_SHOW(the_checks_of_an_extend_come_in_their_order),
	    ON_A_SHOW(a_live_hold_is_sold),
	    ON_A_SHOW(a_lapsed_hold_is_sold_as_revived_and_taken_when_it_was),
	    ON_A_SHOW(an_expired_hold_takes_its_free_seats_again),
	    ON_A_SHOW(an_expired_hold_ends_the_lapsed_ones_in_its_way_and_no_others),
	    ON_A_SHOW(an_expired_hold_that_lost_a_seat_is_told_which),
	    ON_A_SHOW(released_and_cancelled_ones_are_not_confirmed),
	    ON_A_SHOW(the_owner_cancels_a_sale),
	    ON_A_SHOW(only_a_lapsed_hold_expires),
	    ON_A_SHOW(a_hold_whose_seats_do_not_all_carry_it_counts_as_expired),
	    ON_A_SHOW(such_a_hold_does_not_keep_its_session_from_another),
	    ON_A_SHOW(such_a_hold_is_confirmed_by_taking_its_seats_again),
	    ON_A_SHOW(such_a_hold_does_not_end_itself_when_it_is_confirmed),
	    ON_A_SHOW(a_seat_deleted_by_hand_is_not_sold),
	    ON_A_SHOW(a_seat_sold_by_hand_has_no_offset),
	    ON_A_SHOW(an_expired_hold_does_not_get_a_seat_sold_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
