/*
 * change_hold, and a cancel of a part: sections 4.2 and 4.1 of docs/protocol.md. Every row of their
 * tables by reply, events and rows.
 */
#include "tests/unit/worker/plan/plan_help.h"

#define LAPSE (T0 + 10 * S) /* of a hold made at T0 */

#define OWN(type, id, rest) HEAD(type, id) ",'owner_key':'boss'," rest "}"
#define CHANGE(id, who, of, what) OF("change_hold", id, who, of, "," what)
#define ADD(id, who, of, seats) CHANGE(id, who, of, "'seat_ids':[" seats "]")
#define DROP(id, who, of, seats) CHANGE(id, who, of, "'drop_seat_ids':[" seats "]")
#define SWAP(id, who, of, out, in) \
	CHANGE(id, who, of, "'drop_seat_ids':[" out "],'seat_ids':[" in "]")

static void comes_to(const struct model_decision *d, enum outcome outcome)
{
	if (d->decision.outcome != outcome)
		fail_msg("%s", d->reply.data);
}

static void is_changed(const struct model_decision *d, const char *id, const char *holds,
                       int64_t until_ms)
{
	answers(d, id, "change_hold", 200, "HOLD_CHANGED", join("%s,%s", holds, until(until_ms)));
}

static void is_refused(const struct model_decision *d, const char *id, int code,
                       const char *reason, const char *rest)
{
	refuses(d, id, "change_hold", code, reason, rest);
}

/* A part of reservation 10 as an event. */
static const char *part(const char *kind, const char *seats, const char *rest)
{
	return event(kind, join("'reservation_id':'" U("10") "','seat_ids':[%s]%s%s,'change':true",
	                        seats, rest[0] ? "," : "", rest));
}

static const char *lines(const char *first, const char *second)
{
	return join("%s\n%s", first, second);
}

/* The offset at which it left, of one that is not in reservation 10. */
static void has_left(const char *seat_id, int64_t offset)
{
	const struct model_reserved_seat *row =
	    model_reserved_seat(reservation(U("10")), text_of(seat_id));

	assert_true(row && row->has_left);
	assert_int_equal(row->left_at, offset);
}

/* Alice holds A2 and A1 with reservation 10, asked at offset 2 and T0. */
static int open_held(void **state)
{
	open_show(state);
	alice_reserves();
	return 0;
}

/* ---- what it comes to ---- */

static void a_seat_is_added_behind_those_it_has(void **state)
{
	const struct model_decision *d = ask(T0 + S, ADD("20", "alice", "10", "'A5'"));

	(void)state;
	is_changed(d, U("20"), HOLDS("10", "'A2','A1','A5'"), LAPSE);
	tells(d, part("reserved", "'A5'", until(LAPSE)));
	is_taken("A5", U("10"), LAPSE, 3, 3);
	is_taken("A1", U("10"), LAPSE, 2, 2);
	is_reservation(U("10"), RESERVATION_HELD, LAPSE, NONE);
	assert_int_equal(reservation(U("10"))->places, 3);
	assert_int_equal(reservation(U("10"))->created_at_ms, T0);
	assert_int_equal(reservation(U("10"))->request_offset, 2);
}

static void a_seat_is_dropped_and_free_to_others(void **state)
{
	const struct model_decision *d = ask(T0 + S, DROP("20", "alice", "10", "'A2'"));

	(void)state;
	is_changed(d, U("20"), HOLDS("10", "'A1'"), LAPSE);
	tells(d, part("released", "'A2'", ""));
	is_available("A2", 3);
	has_left("A2", 3);
	assert_int_equal(reservation(U("10"))->places, 1);
	ask(T0 + S, RESERVE("11", "bob", "'A2'"));
	comes_to(last(), OUTCOME_RESERVED);
	is_taken("A2", U("11"), T0 + 11 * S, 4, 4);
}

static void seats_are_exchanged_in_one_request(void **state)
{
	const struct model_decision *d = ask(T0 + S, SWAP("20", "alice", "10", "'A1','A2'", "'A4','A3'"));

	(void)state;
	is_changed(d, U("20"), HOLDS("10", "'A4','A3'"), LAPSE);
	/* What leaves is told in the order in which the hold had it. */
	tells(d, lines(part("released", "'A2','A1'", ""), part("reserved", "'A4','A3'", until(LAPSE))));
	is_available("A1", 3);
	is_available("A2", 3);
	is_taken("A3", U("10"), LAPSE, 3, 3);
	assert_int_equal(reservation(U("10"))->seat_row_count, 4);
	answers(ask(T0 + S, CONFIRM("21", "alice", "10")), U("21"), "confirm", 200, "CONFIRMED",
	        HOLDS("10", "'A4','A3'"));
	is_taken("A4", U("10"), NONE, 3, 4);
	is_available("A1", 3);
}

static void a_seat_that_comes_again_is_last(void **state)
{
	(void)state;
	ask(T0, ADD("20", "alice", "10", "'A3'"));
	ask(T0, DROP("21", "alice", "10", "'A2'"));
	is_changed(ask(T0, ADD("22", "alice", "10", "'A2'")), U("22"), HOLDS("10", "'A1','A3','A2'"),
	           LAPSE);
	is_taken("A2", U("10"), LAPSE, 5, 5);
	assert_false(model_reserved_seat(reservation(U("10")), text_of("A2"))->has_left);
	assert_int_equal(reservation(U("10"))->seat_row_count, 3);
	is_changed(ask(T0, DROP("23", "alice", "10", "'A3'")), U("23"), HOLDS("10", "'A1','A2'"), LAPSE);
	answers(ask(T0, RELEASE("24", "alice", "10")), U("24"), "release", 200, "RELEASED",
	        HOLDS("10", "'A1','A2'"));
	has_left("A3", 6);
	assert_false(model_reserved_seat(reservation(U("10")), text_of("A1"))->has_left);
}

static void a_seat_that_it_has_is_no_conflict_and_no_change(void **state)
{
	const struct model_decision *d = ask(T0 + S, ADD("20", "alice", "10", "'A1','A2'"));

	(void)state;
	is_changed(d, U("20"), HOLDS("10", "'A2','A1'"), LAPSE);
	tells(d, NULL);
	is_taken("A1", U("10"), LAPSE, 2, 2);
	/* It counts once: of 3. */
	d = ask(T0 + S, ADD("21", "alice", "10", "'A5','A1'"));
	is_changed(d, U("21"), HOLDS("10", "'A2','A1','A5'"), LAPSE);
	tells(d, part("reserved", "'A5'", until(LAPSE)));
	/* And may stay when all others leave. */
	is_changed(ask(T0 + S, SWAP("22", "alice", "10", "'A5','A2'", "'A1'")), U("22"),
	           HOLDS("10", "'A1'"), LAPSE);
}

/* ---- its time ---- */

static void hold_seconds_is_as_extend_would_have_it(void **state)
{
	const struct model_decision *d = ask(T0 + 5 * S, CHANGE("20", "alice", "10", "'hold_seconds':10"));

	(void)state;
	is_changed(d, U("20"), HOLDS("10", "'A2','A1'"), T0 + 15 * S);
	tells(d, event("extended", join("%s,%s", HOLDS("10", "'A2','A1'"), until(T0 + 15 * S))));
	is_taken("A1", U("10"), T0 + 15 * S, 2, 3);
	is_reservation(U("10"), RESERVATION_HELD, T0 + 15 * S, NONE);
	/* Never earlier than it was, */
	d = ask(T0 + 5 * S, CHANGE("21", "alice", "10", "'hold_seconds':1"));
	is_changed(d, U("21"), HOLDS("10", "'A2','A1'"), T0 + 15 * S);
	tells(d, NULL);
	/* nor later than the longest hold from when it was made. */
	d = ask(T0 + 6 * S, CHANGE("22", "alice", "10", "'hold_seconds':30"));
	is_changed(d, U("22"), HOLDS("10", "'A2','A1'"), T0 + 30 * S);
}

static void what_is_added_has_the_time_of_the_hold(void **state)
{
	const struct model_decision *d;

	(void)state;
	d = ask(T0 + 5 * S, CHANGE("20", "alice", "10", "'seat_ids':['A4'],'hold_seconds':10"));
	is_changed(d, U("20"), HOLDS("10", "'A2','A1','A4'"), T0 + 15 * S);
	tells(d, part("reserved", "'A4'", until(T0 + 15 * S)));
	is_taken("A4", U("10"), T0 + 15 * S, 3, 3);
	is_taken("A1", U("10"), T0 + 15 * S, 2, 3);
	d = ask(T0 + 9 * S, CHANGE("21", "alice", "10", "'drop_seat_ids':['A2'],'hold_seconds':10"));
	is_changed(d, U("21"), HOLDS("10", "'A1','A4'"), T0 + 19 * S);
	tells(d, lines(part("released", "'A2'", ""),
	               event("extended", join("%s,%s", HOLDS("10", "'A1','A4'"), until(T0 + 19 * S)))));
	is_available("A2", 4);
	is_taken("A4", U("10"), T0 + 19 * S, 3, 4);
}

static void a_change_does_not_begin_the_longest_hold_anew(void **state)
{
	(void)state;
	ask(T0 + 9 * S, CHANGE("20", "alice", "10", "'seat_ids':['A4'],'hold_seconds':20"));
	is_changed(ask(T0 + 20 * S, SWAP("21", "alice", "10", "'A1','A2'", "'A5'")), U("21"),
	           HOLDS("10", "'A4','A5'"), T0 + 29 * S);
	is_changed(ask(T0 + 20 * S, CHANGE("22", "alice", "10", "'hold_seconds':30")), U("22"),
	           HOLDS("10", "'A4','A5'"), T0 + 30 * S);
}

/* ---- the rows of its table ---- */

static void a_change_needs_its_show_its_hold_and_its_session(void **state)
{
	(void)state;
	is_refused(ask(T0, DROP("20", "alice", "19", "'A1'")), U("20"), 404, "UNKNOWN_RESERVATION", "");
	is_refused(ask(T0, DROP("21", "bob", "10", "'A5'")), U("21"), 403, "WRONG_SESSION", "");
	ask(T0, CONFIRM("11", "alice", "10"));
	is_refused(ask(T0, DROP("22", "alice", "10", "'A5'")), U("22"), 409, "ALREADY_CONFIRMED", "");
	is_refused(ask(LAPSE, DROP("23", "alice", "10", "'A5'")), U("23"), 409, "ALREADY_CONFIRMED", "");
	ask(T0, CANCEL("12", "boss", "10"));
	is_refused(ask(T0, DROP("24", "alice", "10", "'A5'")), U("24"), 410, "HOLD_RELEASED", "");
}

static void without_a_show_there_is_nothing_to_change(void **state)
{
	(void)state;
	is_refused(ask(T0, DROP("20", "alice", "10", "'A1'")), U("20"), 404, "UNKNOWN_SHOW", "");
}

static void a_hold_that_ended_is_not_changed(void **state)
{
	(void)state;
	comes_to(ask(LAPSE - 1, ADD("20", "alice", "10", "'A3'")), OUTCOME_HOLD_CHANGED);
	is_refused(ask(LAPSE, DROP("21", "alice", "10", "'Z9'")), U("21"), 410, "HOLD_EXPIRED", "");
	ask(LAPSE, EXPIRE("30", "10"));
	comes_to(last(), OUTCOME_EXPIRED);
	is_refused(ask(LAPSE, DROP("22", "alice", "10", "'A1'")), U("22"), 410, "HOLD_EXPIRED", "");
	ask(LAPSE, RESERVE("11", "alice", "'A1'"));
	ask(LAPSE, RELEASE("31", "alice", "11"));
	is_refused(ask(LAPSE, DROP("23", "alice", "11", "'A1'")), U("23"), 410, "HOLD_RELEASED", "");
}

static void a_hold_that_a_hand_took_a_seat_of_counts_as_expired(void **state)
{
	(void)state;
	change_by_hand("A1", SEAT_AVAILABLE);
	is_refused(ask(T0, DROP("20", "alice", "10", "'A1'")), U("20"), 410, "HOLD_EXPIRED", "");
}

static void only_what_is_in_it_is_dropped(void **state)
{
	(void)state;
	is_refused(ask(T0, SWAP("20", "alice", "10", "'A5','A1','Z9'", "'A3','A4','A6'")), U("20"), 404,
	           "NOT_IN_RESERVATION", "'unavailable':[{'seat_id':'A5'},{'seat_id':'Z9'}]");
	ask(T0, DROP("21", "alice", "10", "'A2'"));
	is_refused(ask(T0, DROP("22", "alice", "10", "'A2'")), U("22"), 404, "NOT_IN_RESERVATION",
	           "'unavailable':[{'seat_id':'A2'}]");
}

static void something_must_be_left_in_it(void **state)
{
	(void)state;
	is_refused(ask(T0, CHANGE("20", "alice", "10", "'drop_seat_ids':['A1','A2'],'hold_seconds':99")),
	           U("20"), 409, "NOTHING_LEFT", "");
	/* A seat that is not there is something that would be in it. */
	is_refused(ask(T0, SWAP("21", "alice", "10", "'A1','A2'", "'Z9'")), U("21"), 404, "UNKNOWN_SEAT",
	           "'unavailable':[{'seat_id':'Z9'}]");
}

static void what_is_added_must_be_on_sale(void **state)
{
	(void)state;
	ask(T0, OWN("change_show", "30", "'on_sale_until':'" "2001-09-09T01:46:41.000Z" "'"));
	is_refused(ask(T0 + S, ADD("20", "alice", "10", "'A3','A4','A5'")), U("20"), 409, "NOT_ON_SALE",
	           "'on_sale_until':'2001-09-09T01:46:41.000Z'");
	comes_to(ask(T0 + S, ADD("21", "alice", "10", "'A1'")), OUTCOME_HOLD_CHANGED);
	comes_to(ask(T0 + S, DROP("22", "alice", "10", "'A1'")), OUTCOME_HOLD_CHANGED);
	comes_to(ask(T0 + S, CHANGE("23", "alice", "10", "'hold_seconds':11")), OUTCOME_HOLD_CHANGED);
	ask(T0 + S, OWN("change_show", "31", "'closed':true"));
	is_refused(ask(T0 + S, ADD("24", "alice", "10", "'A3'")), U("24"), 409, "NOT_ON_SALE", "");
}

static void the_result_is_held_to_the_most_seats_of_the_show(void **state)
{
	(void)state;
	is_refused(ask(T0, CHANGE("20", "alice", "10", "'seat_ids':['Z9','A4'],'hold_seconds':99")),
	           U("20"), 400, "TOO_MANY_SEATS", "");
	is_changed(ask(T0, SWAP("21", "alice", "10", "'A2'", "'A3','A4'")), U("21"),
	           HOLDS("10", "'A1','A3','A4'"), LAPSE);
	/* Where nothing is added it does not matter. */
	ask(T0, OWN("change_show", "30", "'max_seats':1"));
	is_changed(ask(T0, DROP("22", "alice", "10", "'A1'")), U("22"), HOLDS("10", "'A3','A4'"), LAPSE);
	is_refused(ask(T0, SWAP("23", "alice", "10", "'A3'", "'A1'")), U("23"), 400, "TOO_MANY_SEATS",
	           "");
}

static void hold_seconds_has_the_shows_limit(void **state)
{
	(void)state;
	is_refused(ask(T0, CHANGE("20", "alice", "10", "'seat_ids':['Z9'],'hold_seconds':31")), U("20"),
	           400, "HOLD_TOO_LONG", "");
	is_refused(ask(T0, CHANGE("21", "alice", "10", "'drop_seat_ids':['A1'],'hold_seconds':31")),
	           U("21"), 400, "HOLD_TOO_LONG", "");
	comes_to(ask(T0, CHANGE("22", "alice", "10", "'hold_seconds':30")), OUTCOME_HOLD_CHANGED);
}

static void what_another_has_is_not_taken(void **state)
{
	(void)state;
	ask(T0, RESERVE("11", "bob", "'A3'"));
	ask(T0, OWN("block_seats", "30", "'channel':'house','seat_ids':['A4','A3']"));
	is_refused(ask(T0, SWAP("20", "alice", "10", "'A1','A2'", "'A4','A3','A5'")), U("20"), 409,
	           "SEATS_TAKEN",
	           "'unavailable':[{'seat_id':'A4','status':'blocked'},"
	           "{'seat_id':'A3','status':'reserved','taken_at_offset':3}]");
	assert_int_equal(last()->decision.seats_asked, 3);
	assert_int_equal(last()->decision.seats_refused, 2);
	is_refused(ask(T0, ADD("21", "alice", "10", "'A1','A4'")), U("21"), 409, "SEATS_NOT_FOR_SALE",
	           "'unavailable':[{'seat_id':'A4','status':'blocked'}]");
	is_taken("A1", U("10"), LAPSE, 2, 2);
}

static void a_lapsed_hold_on_what_is_added_ends_first(void **state)
{
	const struct model_decision *d;

	(void)state;
	ask(T0, CHANGE("20", "alice", "10", "'hold_seconds':20"));
	ask(T0, RESERVE("11", "bob", "'A5','A3'"));
	d = ask(LAPSE, CHANGE("21", "alice", "10", "'drop_seat_ids':['A1'],'seat_ids':['A3']"));
	is_changed(d, U("21"), HOLDS("10", "'A2','A3'"), T0 + 20 * S);
	tells(d, lines(event("expired", HOLDS("11", "'A5','A3'")),
	               lines(part("released", "'A1'", ""),
	                     part("reserved", "'A3'", until(T0 + 20 * S)))));
	assert_int_equal(d->decision.holds_expired, 1);
	is_reservation(U("11"), RESERVATION_EXPIRED, LAPSE, LAPSE);
	is_available("A5", 5);
	is_taken("A3", U("10"), T0 + 20 * S, 5, 5);
}

/* ---- the limits of a customer ---- */

#define FOR(id, who, customer, seats) RESERVE_ALSO(id, who, seats, ",'customer_id':'" customer "'")
#define LIMIT(id, seats) OWN("change_show", id, "'max_customer_seats':" seats)
#define HAS(seats, holds) "'customer':{'seats':" #seats ",'holds':" #holds "}"

static void the_result_counts_with_all_that_the_customer_has(void **state)
{
	(void)state;
	ask(T0, OWN("change_show", "30", "'max_customer_seats':3,'max_customer_holds':2"));
	ask(T0, FOR("11", "bob", "carol", "'A3'"));
	ask(T0, FOR("12", "eve", "carol", "'A4'"));
	comes_to(ask(T0, CONFIRM("31", "eve", "12")), OUTCOME_CONFIRMED);
	/* max_customer_holds does not apply: it is no hold more. */
	ask(T0, OWN("change_show", "32", "'max_customer_holds':1"));
	comes_to(ask(T0, ADD("20", "bob", "11", "'A5'")), OUTCOME_HOLD_CHANGED);
	ask(T0, RELEASE("33", "alice", "10"));
	is_refused(ask(T0, ADD("21", "bob", "11", "'A1'")), U("21"), 409, "CUSTOMER_LIMIT", HAS(3, 1));
	/* What is dropped counts no more, */
	comes_to(ask(T0, SWAP("22", "bob", "11", "'A5'", "'A1'")), OUTCOME_HOLD_CHANGED);
	/* and where nothing is added the limit is not asked. */
	ask(T0, LIMIT("34", "1"));
	is_refused(ask(T0, SWAP("23", "bob", "11", "'A1'", "'A5'")), U("23"), 409, "CUSTOMER_LIMIT",
	           HAS(3, 1));
	comes_to(ask(T0, DROP("24", "bob", "11", "'A1'")), OUTCOME_HOLD_CHANGED);
	comes_to(ask(T0, CHANGE("25", "bob", "11", "'hold_seconds':20")), OUTCOME_HOLD_CHANGED);
}

static void of_no_customer_a_hold_counts_for_itself_alone(void **state)
{
	(void)state;
	ask(T0, OWN("change_show", "30", "'max_customer_seats':2,'max_customer_holds':1"));
	is_refused(ask(T0, ADD("20", "alice", "10", "'A3'")), U("20"), 409, "CUSTOMER_LIMIT", HAS(2, 1));
	is_changed(ask(T0, SWAP("21", "alice", "10", "'A2'", "'A3'")), U("21"), HOLDS("10", "'A1','A3'"),
	           LAPSE);
	/* Unknown seats come before it, taken ones behind. */
	ask(T0, FOR("11", "bob", "carol", "'A5'"));
	is_refused(ask(T0, ADD("22", "alice", "10", "'Z9'")), U("22"), 404, "UNKNOWN_SEAT",
	           "'unavailable':[{'seat_id':'Z9'}]");
	is_refused(ask(T0, ADD("23", "alice", "10", "'A5'")), U("23"), 409, "CUSTOMER_LIMIT", HAS(2, 1));
}

/* ---- the channel of the hold ---- */

#define CHANNELS(id, more) \
	OWN("set_channels", id, "'channels':[{'channel':'box','opens':['public']" more "}]")

/* Alice holds A1 by channel box, which is exempt. A3 and A4 are its seats. */
static int open_channel(void **state)
{
	open_show(state);
	ask(T0, CHANNELS("03", ",'channel_key':'key-box','exempt':true"));
	ask(T0, OWN("block_seats", "04", "'channel':'box','seat_ids':['A3','A4']"));
	ask(T0, RESERVE_ALSO("10", "alice", "'A1'", ",'channel_key':'key-box'"));
	comes_to(last(), OUTCOME_RESERVED);
	return 0;
}

static void what_is_open_and_exempt_goes_by_the_holds_channel(void **state)
{
	(void)state;
	ask(T0, LIMIT("30", "1"));
	is_changed(ask(T0, ADD("20", "alice", "10", "'A3','A2'")), U("20"),
	           HOLDS("10", "'A1','A3','A2'"), LAPSE);
	ask(T0, CHANNELS("31", ",'channel_key':'key-box'"));
	is_refused(ask(T0, SWAP("21", "alice", "10", "'A1'", "'A4'")), U("21"), 409, "CUSTOMER_LIMIT",
	           HAS(3, 1));
	ask(T0, LIMIT("32", "0"));
	ask(T0, OWN("set_channels", "33", "'channels':[{'channel':'box','channel_key':'key-box'}]"));
	is_refused(ask(T0, SWAP("22", "alice", "10", "'A1'", "'A5'")), U("22"), 409,
	           "SEATS_NOT_FOR_SALE", "'unavailable':[{'seat_id':'A5','status':'blocked'}]");
	/* Without a key it opens nothing, its own seats neither. */
	ask(T0, CHANNELS("34", ""));
	is_refused(ask(T0, SWAP("23", "alice", "10", "'A1'", "'A4','A5'")), U("23"), 400,
	           "TOO_MANY_SEATS", "");
	is_refused(ask(T0, SWAP("24", "alice", "10", "'A1'", "'A4'")), U("24"), 409,
	           "SEATS_NOT_FOR_SALE", "'unavailable':[{'seat_id':'A4','status':'blocked'}]");
	/* What it has it keeps. */
	is_changed(ask(T0, DROP("25", "alice", "10", "'A1'")), U("25"), HOLDS("10", "'A3','A2'"), LAPSE);
}

static void what_is_added_is_sold_in_the_window_of_the_channel(void **state)
{
	(void)state;
	ask(T0, OWN("change_show", "30", "'on_sale_until':'1970-01-01T00:00:00.001Z'"));
	comes_to(ask(T0, ADD("20", "alice", "10", "'A2'")), OUTCOME_HOLD_CHANGED);
	ask(T0, CHANNELS("31", ",'on_sale_from':'2001-09-09T01:46:41.000Z'")); /* its key is gone */
	is_refused(ask(T0, ADD("21", "alice", "10", "'A3'")), U("21"), 409, "NOT_ON_SALE",
	           "'on_sale_from':'2001-09-09T01:46:41.000Z'");
	is_refused(ask(T0 + S, ADD("22", "alice", "10", "'A3'")), U("22"), 409, "SEATS_NOT_FOR_SALE",
	           "'unavailable':[{'seat_id':'A3','status':'blocked'}]");
}

/* ---- rows of seats: singles, and best ---- */

/* Row R has seats 1 to 6; alice holds R3 and R4. */
static int open_house(void **state)
{
	open_show(state);
	ask(T0, OWN("add_seats", "03",
	            "'seats':[{'seat_id':'R1','row':'R','pos':1},{'seat_id':'R2','row':'R','pos':2},"
	            "{'seat_id':'R3','row':'R','pos':3},{'seat_id':'R4','row':'R','pos':4},"
	            "{'seat_id':'R5','row':'R','pos':5},{'seat_id':'R6','row':'R','pos':6}]"));
	comes_to(last(), OUTCOME_SEATS_ADDED);
	ask(T0, OWN("change_show", "04", "'singles':'refuse','max_seats':6"));
	ask(T0, RESERVE("10", "alice", "'R3','R4'"));
	comes_to(last(), OUTCOME_RESERVED);
	return 0;
}

static void what_is_dropped_is_ordinary_again(void **state)
{
	(void)state;
	/* With R4 free the run is R4 to R6, and either end may be taken. */
	is_refused(ask(T0, SWAP("20", "alice", "10", "'R4'", "'R5'")), U("20"), 409, "LEAVES_SINGLE",
	           "'singles':['R4','R6']");
	is_changed(ask(T0, SWAP("21", "alice", "10", "'R4'", "'R6'")), U("21"), HOLDS("10", "'R3','R6'"),
	           LAPSE);
	is_changed(ask(T0, ADD("22", "alice", "10", "'R5','R4','R6'")), U("22"),
	           HOLDS("10", "'R3','R6','R5','R4'"), LAPSE);
	/* A drop may leave one. */
	is_changed(ask(T0, DROP("23", "alice", "10", "'R4'")), U("23"), HOLDS("10", "'R3','R6','R5'"),
	           LAPSE);
}

static void a_refusal_leaves_the_rows_as_they_were(void **state)
{
	(void)state;
	is_refused(ask(T0, SWAP("20", "alice", "10", "'R4'", "'R5'")), U("20"), 409, "LEAVES_SINGLE",
	           "'singles':['R4','R6']");
	is_refused(ask(T0, CHANGE("21", "alice", "10", "'drop_seat_ids':['R4'],'best':{'count':4}")),
	           U("21"), 409, "NO_SEATS_TOGETHER", "'free_seats':5");
	/* R4 is still hers. */
	ask(T0, HEAD("reserve", "11") ",'session_id':'bob','best':{'count':3}}");
	replies(last(), U("11"), "reserve", 409, "NO_SEATS_TOGETHER", "'free_seats':4");
}

#define BEST(id, who, of, rest) CHANGE(id, who, of, "'best':{" rest "}")

static void best_comes_in_behind_what_is_named(void **state)
{
	const struct model_decision *d;

	(void)state;
	d = ask(T0, CHANGE("20", "alice", "10", "'seat_ids':['A1','R3'],'best':{'count':2}"));
	answers(d, U("20"), "change_hold", 200, "HOLD_CHANGED",
	        join("%s,%s,'pieces':1", HOLDS("10", "'R3','R4','A1','R1','R2'"), until(LAPSE)));
	tells(d, part("reserved", "'A1','R1','R2'", until(LAPSE)));
	is_refused(ask(T0, BEST("21", "alice", "10", "'count':2")), U("21"), 400, "TOO_MANY_SEATS", "");
	is_refused(ask(T0, BEST("22", "alice", "10", "'count':1,'sections':['Q']")), U("22"), 409,
	           "NOT_ENOUGH_SEATS", "'free_seats':0");
}

static void what_is_dropped_is_free_to_best(void **state)
{
	const struct model_decision *d;

	(void)state;
	d = ask(T0, CHANGE("20", "alice", "10", "'drop_seat_ids':['R3','R4'],'best':{'count':6}"));
	answers(d, U("20"), "change_hold", 200, "HOLD_CHANGED",
	        join("%s,%s,'pieces':1", HOLDS("10", "'R1','R2','R3','R4','R5','R6'"), until(LAPSE)));
	/* It left and came in anew. */
	tells(d, lines(part("released", "'R3','R4'", ""),
	               part("reserved", "'R1','R2','R3','R4','R5','R6'", until(LAPSE))));
	is_taken("R3", U("10"), LAPSE, d->offset, d->offset);
	assert_int_equal(reservation(U("10"))->seat_row_count, 6);
	is_changed(ask(T0, DROP("21", "alice", "10", "'R6'")), U("21"),
	           HOLDS("10", "'R1','R2','R3','R4','R5'"), LAPSE);
}

static void best_goes_by_the_holds_channel(void **state)
{
	(void)state;
	ask(T0, OWN("set_channels", "30", "'channels':[{'channel':'box','channel_key':'k'}]"));
	ask(T0, OWN("block_seats", "31", "'channel':'box','seat_ids':['R1','R2','R5']"));
	ask(T0, RESERVE_ALSO("11", "bob", "'R1'", ",'channel_key':'k'"));
	comes_to(last(), OUTCOME_RESERVED);
	is_refused(ask(T0, BEST("20", "bob", "11", "'count':3")), U("20"), 409, "NOT_ENOUGH_SEATS",
	           "'free_seats':2");
	ask(T0, BEST("21", "bob", "11", "'count':1"));
	answers(last(), U("21"), "change_hold", 200, "HOLD_CHANGED",
	        join("%s,%s,'pieces':1", HOLDS("11", "'R1','R2'"), until(LAPSE)));
	ask(T0, OWN("set_channels", "32", "'channels':[{'channel':'box','opens':['public']}]"));
	is_refused(ask(T0, BEST("22", "bob", "11", "'count':1")), U("22"), 409, "NOT_ENOUGH_SEATS",
	           "'free_seats':0");
}

static void a_lapsed_hold_on_a_chosen_seat_ends_first(void **state)
{
	const struct model_decision *d;

	(void)state;
	ask(T0, CHANGE("20", "alice", "10", "'hold_seconds':20"));
	ask(T0, RESERVE("11", "bob", "'A1','R6','R5'"));
	comes_to(last(), OUTCOME_RESERVED);
	d = ask(LAPSE, CHANGE("21", "alice", "10", "'drop_seat_ids':['R3'],'best':{'count':2}"));
	answers(d, U("21"), "change_hold", 200, "HOLD_CHANGED",
	        join("%s,%s,'pieces':1", HOLDS("10", "'R4','R5','R6'"), until(T0 + 20 * S)));
	tells(d, lines(event("expired", HOLDS("11", "'A1','R6','R5'")),
	               lines(part("released", "'R3'", ""),
	                     part("reserved", "'R5','R6'", until(T0 + 20 * S)))));
}

/* ---- beside areas: test_areas.c has what is about them alone ---- */

#define FLOOR(count) "areas':[{'area_id':'floor','count':" #count "}]"
#define PLACES(count) "'" FLOOR(count)

/* Of a show of up to 9 places a reservation, with 4 places on its floor. */
static int open_floor(void **state)
{
	open_held(state);
	ask(T0, OWN("change_show", "03", "'max_seats':9"));
	ask(T0, OWN("set_areas", "04", "'areas':[{'area_id':'floor','capacity':4}]"));
	comes_to(last(), OUTCOME_AREAS_SET);
	return 0;
}

static void of_seats_and_areas_the_first_row_that_applies_decides(void **state)
{
	(void)state;
	ask(T0, RESERVE("11", "bob", "'A3'"));
	ask(T0, LIMIT("30", "2"));
	is_refused(ask(T0, CHANGE("20", "alice", "10", "'seat_ids':['Z9'],'areas':[{'area_id':'attic',"
	                                               "'count':1}]")),
	           U("20"), 404, "UNKNOWN_SEAT", "'unavailable':[{'seat_id':'Z9'}]");
	is_refused(ask(T0, CHANGE("21", "alice", "10", "'seat_ids':['A3'],'areas':[{'area_id':'attic',"
	                                               "'count':1}]")),
	           U("21"), 404, "UNKNOWN_AREA", "'unavailable_areas':[{'area_id':'attic'}]");
	is_refused(ask(T0, CHANGE("22", "alice", "10", "'seat_ids':['A3']," PLACES(5))), U("22"), 409,
	           "CUSTOMER_LIMIT", HAS(2, 1));
	ask(T0, LIMIT("31", "0"));
	is_refused(ask(T0, CHANGE("23", "alice", "10", "'seat_ids':['A3']," PLACES(5))), U("23"), 409,
	           "SEATS_TAKEN",
	           "'unavailable':[{'seat_id':'A3','status':'reserved','taken_at_offset':5}]");
	is_refused(ask(T0, CHANGE("24", "alice", "10", "'best':{'count':1}," PLACES(5))), U("24"), 409,
	           "AREA_FULL", "'unavailable_areas':[{'area_id':'floor','room':4}]");
	is_refused(ask(T0, CHANGE("25", "alice", "10", "'best':{'count':1}," PLACES(4))), U("25"), 409,
	           "NOT_ENOUGH_SEATS", "'free_seats':0");
	is_refused(ask(T0, CHANGE("26", "alice", "10", "'best':{'count':4}," PLACES(4))), U("26"), 400,
	           "TOO_MANY_SEATS", "");
}

static void a_hold_may_change_from_seats_to_places(void **state)
{
	const struct model_decision *d;

	(void)state;
	d = ask(T0, CHANGE("20", "alice", "10", "'drop_seat_ids':['A2','A1']," PLACES(3)));
	is_changed(d, U("20"), "'reservation_id':'" U("10") "'," PLACES(3), LAPSE);
	tells(d, lines(part("released", "'A2','A1'", ""),
	               event("reserved", join("'reservation_id':'" U("10") "'," PLACES(3)
	                                      ",%s,'change':true", until(LAPSE)))));
	assert_int_equal(reservation(U("10"))->places, 3);
	is_refused(ask(T0, CHANGE("21", "alice", "10", "'drop_seat_ids':['A1'],'drop_areas':"
	                                               "[{'area_id':'attic','count':1},"
	                                               "{'area_id':'floor','count':4}]")),
	           U("21"), 404, "NOT_IN_RESERVATION",
	           "'unavailable':[{'seat_id':'A1'}],"
	           "'unavailable_areas':[{'area_id':'attic'},{'area_id':'floor'}]");
	is_refused(ask(T0, CHANGE("22", "alice", "10", "'drop_" FLOOR(3))), U("22"), 409,
	           "NOTHING_LEFT", "");
	d = ask(T0, CHANGE("23", "alice", "10", "'drop_" FLOOR(2) ",'seat_ids':['A5']"));
	is_changed(d, U("23"), HOLDS("10", "'A5'") "," PLACES(1), LAPSE);
	answers(ask(T0, CONFIRM("24", "alice", "10")), U("24"), "confirm", 200, "CONFIRMED",
	        HOLDS("10", "'A5'") "," PLACES(1));
}

/* ---- asked again ---- */

static void a_duplicate_changes_nothing(void **state)
{
	(void)state;
	ask(T0, SWAP("20", "alice", "10", "'A2'", "'A5'"));
	ask(T0, SWAP("21", "alice", "10", "'A5'", "'A2'"));
	ask(T0 + S, SWAP("20", "alice", "10", "'A2'", "'A5'"));
	replies(last(), U("20"), "change_hold", 200, "HOLD_CHANGED",
	        join("%s,%s", HOLDS("10", "'A1','A5'"), until(LAPSE)));
	assert_int_equal(last()->decision.duplicate_of, 3);
	tells(last(), NULL);
	is_available("A5", 4);
	ask(T0 + S, SWAP("20", "alice", "10", "'A2'", "'A4'"));
	comes_to(last(), OUTCOME_IDEMPOTENCY_MISMATCH);
}

#define OF_A_HOLD(test) cmocka_unit_test_setup_teardown(test, open_held, close_all)
#define BY_A_CHANNEL(test) cmocka_unit_test_setup_teardown(test, open_channel, close_all)
#define IN_A_HOUSE(test) cmocka_unit_test_setup_teardown(test, open_house, close_all)
#define BESIDE_A_FLOOR(test) cmocka_unit_test_setup_teardown(test, open_floor, close_all)
#define OF_NOTHING(test) cmocka_unit_test_setup_teardown(test, open_nothing, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    OF_A_HOLD(a_seat_is_added_behind_those_it_has),
	    OF_A_HOLD(a_seat_is_dropped_and_free_to_others),
	    OF_A_HOLD(seats_are_exchanged_in_one_request),
	    OF_A_HOLD(a_seat_that_comes_again_is_last),
	    OF_A_HOLD(a_seat_that_it_has_is_no_conflict_and_no_change),
	    OF_A_HOLD(hold_seconds_is_as_extend_would_have_it),
	    OF_A_HOLD(what_is_added_has_the_time_of_the_hold),
	    OF_A_HOLD(a_change_does_not_begin_the_longest_hold_anew),
	    OF_A_HOLD(a_change_needs_its_show_its_hold_and_its_session),
	    OF_NOTHING(without_a_show_there_is_nothing_to_change),
	    OF_A_HOLD(a_hold_that_ended_is_not_changed),
	    OF_A_HOLD(a_hold_that_a_hand_took_a_seat_of_counts_as_expired),
	    OF_A_HOLD(only_what_is_in_it_is_dropped),
	    OF_A_HOLD(something_must_be_left_in_it),
	    OF_A_HOLD(what_is_added_must_be_on_sale),
	    OF_A_HOLD(the_result_is_held_to_the_most_seats_of_the_show),
	    OF_A_HOLD(hold_seconds_has_the_shows_limit),
	    OF_A_HOLD(what_another_has_is_not_taken),
	    OF_A_HOLD(a_lapsed_hold_on_what_is_added_ends_first),
	    OF_A_HOLD(the_result_counts_with_all_that_the_customer_has),
	    OF_A_HOLD(of_no_customer_a_hold_counts_for_itself_alone),
	    BY_A_CHANNEL(what_is_open_and_exempt_goes_by_the_holds_channel),
	    BY_A_CHANNEL(what_is_added_is_sold_in_the_window_of_the_channel),
	    IN_A_HOUSE(what_is_dropped_is_ordinary_again),
	    IN_A_HOUSE(a_refusal_leaves_the_rows_as_they_were),
	    IN_A_HOUSE(best_comes_in_behind_what_is_named),
	    IN_A_HOUSE(what_is_dropped_is_free_to_best),
	    IN_A_HOUSE(best_goes_by_the_holds_channel),
	    IN_A_HOUSE(a_lapsed_hold_on_a_chosen_seat_ends_first),
	    BESIDE_A_FLOOR(of_seats_and_areas_the_first_row_that_applies_decides),
	    BESIDE_A_FLOOR(a_hold_may_change_from_seats_to_places),
	    OF_A_HOLD(a_duplicate_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
