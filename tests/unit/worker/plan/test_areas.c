/*
 * Areas, which have places but no seats: 4.1 and 4.2 of docs/protocol.md. Rules by reply, events and
 * rows; room as holds lapse; batches that span lapses.
 */
#include "tests/unit/worker/plan/plan_help.h"

#define LAPSE (T0 + 10 * S) /* of a hold made at T0 */

#define OWN(type, id, rest) HEAD(type, id) ",'owner_key':'boss'," rest "}"
#define SET(id, areas) OWN("set_areas", id, "'areas':[" areas "]")
#define AREA(id, capacity) "{'area_id':'" id "','capacity':" #capacity "}"
#define AREA_OF(id, capacity, channel) \
	"{'area_id':'" id "','capacity':" #capacity ",'channel':'" channel "'}"
#define PLACES(id, count) "{'area_id':'" id "','count':" #count "}"
#define ROOM(id, room) "{'area_id':'" id "','room':" #room "}"
#define TAKE(id, who, areas) HEAD("reserve", id) ",'session_id':'" who "','areas':[" areas "]}"
#define TAKE_ALSO(id, who, areas, more) \
	HEAD("reserve", id) ",'session_id':'" who "','areas':[" areas "]," more "}"
#define CHANGE(id, who, of, what) OF("change_hold", id, who, of, "," what)
#define HAS(of, areas) "'reservation_id':'" U(of) "','areas':[" areas "]"
#define HAS_BOTH(of, seats, areas) HOLDS(of, seats) ",'areas':[" areas "]"

static void comes_to(const struct model_decision *d, enum outcome outcome)
{
	if (d->decision.outcome != outcome)
		fail_msg("%s", d->reply.data);
}

static const struct area_columns *area(const char *id)
{
	struct model_area *row = model_area(model, text_of("s"), text_of(id));

	assert_non_null(row);
	return &row->row;
}

static void counts(const char *id, int held, int sold, int64_t version)
{
	assert_int_equal(area(id)->held, held);
	assert_int_equal(area(id)->sold, sold);
	assert_int_equal(area(id)->version, version);
}

static void is_reserved(const struct model_decision *d, const char *id, const char *holds,
                        int64_t until_ms)
{
	answers(d, id, "reserve", 200, "RESERVED", join("%s,%s", holds, until(until_ms)));
}

static void is_full(const struct model_decision *d, const char *id, const char *areas)
{
	refuses(d, id, "reserve", 409, "AREA_FULL", join("'unavailable_areas':[%s]", areas));
}

static const char *lines(const char *first, const char *second)
{
	return join("%s\n%s", first, second);
}

static const char *expired(const char *what)
{
	return event("expired", what);
}

static const char *reserved(const char *what, int64_t until_ms)
{
	return event("reserved", join("%s,%s", what, until(until_ms)));
}

/* 5 places of the floor, 3 of the gallery, 4 of a box in channel vip, and 5 seats; offsets to 3. */
static int open_areas(void **state)
{
	open_show(state);
	answers(ask(T0, SET("03", AREA("floor", 5) "," AREA("gallery", 3) ","
	                          AREA_OF("box", 4, "vip"))),
	        U("03"), "set_areas", 200, "AREAS_SET", "");
	ask(T0, OWN("change_show", "04", "'max_seats':6"));
	comes_to(last(), OUTCOME_SHOW_CHANGED);
	return 0;
}

/* ---- set_areas ---- */

static void areas_are_made_as_given(void **state)
{
	const struct model_decision *d;

	(void)state;
	d = ask(T0, SET("20", AREA("Rang-Ä 1", 0) ",{'area_id':'pit','capacity':2e2,"
	                      "'category':'cheap','channel':'vip'}"));
	answers(d, U("20"), "set_areas", 200, "AREAS_SET", "");
	tells(d, event("areas_set", "'areas':[{'area_id':'Rang-Ä 1','capacity':0},{'area_id':'pit',"
	                            "'capacity':200,'channel':'vip','category':'cheap'}]"));
	assert_int_equal(area("pit")->capacity, 200);
	assert_string_equal(area("pit")->channel.data, "vip");
	assert_string_equal(area("pit")->category.data, "cheap");
	assert_null(area("Rang-Ä 1")->channel.data);
	counts("pit", 0, 0, 4);
}

static void an_area_becomes_what_is_given(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 3)));
	ask(T0, SET("20", AREA_OF("floor", 3, "vip") "," AREA_OF("box", 4, "vip")));
	comes_to(last(), OUTCOME_AREAS_SET);
	assert_string_equal(area("floor")->channel.data, "vip");
	counts("floor", 3, 0, 5);
	counts("box", 0, 0, 2); /* nothing differs */
	tells(last(), event("areas_set", "'areas':[" AREA_OF("floor", 3, "vip") ","
	                    AREA_OF("box", 4, "vip") "]"));
	ask(T0, SET("21", AREA("floor", 9)));
	assert_null(area("floor")->channel.data);
	counts("floor", 3, 0, 6);
	ask(T0, SET("22", AREA("floor", 9)));
	comes_to(last(), OUTCOME_AREAS_SET);
	tells(last(), event("areas_set", "'areas':[" AREA("floor", 9) "]"));
	counts("floor", 3, 0, 6);
}

static void a_capacity_below_what_is_taken_sets_none(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 3)));
	ask(T0, TAKE("11", "bob", PLACES("gallery", 2)));
	ask(T0, CONFIRM("12", "bob", "11"));
	ask(T0, TAKE("13", "eve", PLACES("gallery", 1)));
	refuses(ask(LAPSE + S, SET("20", AREA("gallery", 2) "," AREA("pit", 9) "," AREA("floor", 2))),
	        U("20"), "set_areas", 409, "BELOW_TAKEN",
	        "'unavailable_areas':[{'area_id':'gallery','taken':3},{'area_id':'floor','taken':3}]");
	assert_null(model_area(model, text_of("s"), text_of("pit")));
	assert_int_equal(area("floor")->capacity, 5);
	ask(LAPSE + S, SET("21", AREA("gallery", 3) "," AREA("floor", 3)));
	comes_to(last(), OUTCOME_AREAS_SET);
}

static void only_its_owner_sets_areas(void **state)
{
	(void)state;
	refuses(ask(T0, HEAD("set_areas", "20") ",'owner_key':'thief','areas':[" AREA("floor", 9) "]}"),
	        U("20"), "set_areas", 403, "WRONG_OWNER", "");
	assert_int_equal(area("floor")->capacity, 5);
}

static void an_area_of_a_show_that_is_not_there_is_not_made(void **state)
{
	(void)state;
	refuses(ask(T0, SET("20", AREA("floor", 9))), U("20"), "set_areas", 404, "UNKNOWN_SHOW", "");
	assert_int_equal(model->area_count, 0);
}

/* ---- reserve ---- */

static void places_of_areas_are_reserved_without_seats(void **state)
{
	const struct model_decision *d =
	    ask(T0, TAKE("10", "alice", PLACES("gallery", 2) "," PLACES("floor", 3)));
	const char *has = HAS("10", PLACES("gallery", 2) "," PLACES("floor", 3));

	(void)state;
	is_reserved(d, U("10"), has, LAPSE);
	tells(d, reserved(has, LAPSE));
	counts("floor", 3, 0, 4);
	counts("gallery", 2, 0, 4);
	counts("box", 0, 0, 2);
	is_reservation(U("10"), RESERVATION_HELD, LAPSE, NONE);
	assert_int_equal(reservation(U("10"))->places, 5);
}

static void places_come_beside_named_and_chosen_seats(void **state)
{
	const char *has = HAS_BOTH("10", "'A3','B1'", PLACES("floor", 2));

	(void)state;
	ask(T0, OWN("add_seats", "20", "'seats':[{'seat_id':'B1','row':'B','pos':1}]"));
	ask(T0, TAKE_ALSO("10", "alice", PLACES("floor", 2), "'seat_ids':['A3'],'best':{'count':1}"));
	answers(last(), U("10"), "reserve", 200, "RESERVED",
	        join("%s,%s,'pieces':1", has, until(LAPSE)));
	tells(last(), reserved(has, LAPSE));
	assert_int_equal(reservation(U("10"))->places, 4);
}

static void a_hold_that_is_there_is_told_with_its_areas(void **state)
{
	const char *has = HAS_BOTH("10", "'A2'", PLACES("gallery", 1));

	(void)state;
	ask(T0, TAKE_ALSO("10", "alice", PLACES("gallery", 1), "'seat_ids':['A2']"));
	refuses(ask(T0 + S, TAKE("11", "alice", PLACES("floor", 1))), U("11"), "reserve", 409,
	        "ALREADY_RESERVED", join("%s,%s", has, until(LAPSE)));
	ask(T0 + S, EXTEND("12", "alice", "10", "20"));
	answers(last(), U("12"), "extend", 200, "EXTENDED", join("%s,%s", has, until(T0 + 21 * S)));
	tells(last(), event("extended", join("%s,%s", has, until(T0 + 21 * S))));
	counts("gallery", 1, 0, 4); /* nothing of the area's own has changed */
}

static void an_unknown_area_is_listed_behind_unknown_seats(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 1)));
	refuses(ask(T0, TAKE("20", "alice", PLACES("pit", 1) "," PLACES("floor", 9) "," PLACES("x", 5))),
	        U("20"), "reserve", 400, "TOO_MANY_SEATS", "");
	refuses(ask(T0, TAKE_ALSO("21", "alice", PLACES("pit", 1), "'seat_ids':['Z1']")), U("21"),
	        "reserve", 404, "UNKNOWN_SEAT", "'unavailable':[{'seat_id':'Z1'}]");
	refuses(ask(T0, TAKE("22", "alice", PLACES("pit", 1) "," PLACES("floor", 1) "," PLACES("x", 1))),
	        U("22"), "reserve", 404, "UNKNOWN_AREA",
	        "'unavailable_areas':[{'area_id':'pit'},{'area_id':'x'}]");
}

static void what_is_asked_of_areas_counts_to_the_limits(void **state)
{
	(void)state;
	refuses(ask(T0, TAKE_ALSO("10", "alice", PLACES("floor", 3) "," PLACES("gallery", 2),
	                          "'seat_ids':['A1','A2']")),
	        U("10"), "reserve", 400, "TOO_MANY_SEATS", "");
	ask(T0, OWN("change_show", "20", "'max_customer_seats':4"));
	ask(T0, TAKE_ALSO("11", "alice", PLACES("floor", 2), "'customer_id':'carol'"));
	comes_to(last(), OUTCOME_RESERVED);
	refuses(ask(T0, TAKE_ALSO("12", "bob", PLACES("pit", 3), "'customer_id':'carol'")), U("12"),
	        "reserve", 404, "UNKNOWN_AREA", "'unavailable_areas':[{'area_id':'pit'}]");
	refuses(ask(T0, TAKE_ALSO("13", "bob", PLACES("gallery", 3), "'customer_id':'carol'")), U("13"),
	        "reserve", 409, "CUSTOMER_LIMIT", "'customer':{'seats':2,'holds':1}");
}

static void a_full_area_is_listed_with_its_room(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 3)));
	ask(T0, TAKE("11", "bob", PLACES("gallery", 2)));
	ask(T0, CONFIRM("12", "bob", "11"));
	is_full(ask(T0, TAKE("20", "eve", PLACES("gallery", 2) "," PLACES("floor", 2))), U("20"),
	        ROOM("gallery", 1));
	is_full(ask(T0, TAKE("21", "eve", PLACES("floor", 3) "," PLACES("gallery", 2))), U("21"),
	        ROOM("floor", 2) "," ROOM("gallery", 1));
	/* Behind taken seats, before those of a wish. */
	refuses(ask(T0, TAKE_ALSO("22", "eve", PLACES("floor", 3), "'seat_ids':['A1','A2']")), U("22"),
	        "reserve", 409, "AREA_FULL", "'unavailable_areas':[" ROOM("floor", 2) "]");
	is_full(ask(T0, TAKE_ALSO("23", "eve", PLACES("floor", 3), "'best':{'count':1}")), U("23"),
	        ROOM("floor", 2));
	counts("floor", 3, 0, 4);
	ask(T0, TAKE("24", "eve", PLACES("floor", 2) "," PLACES("gallery", 1)));
	comes_to(last(), OUTCOME_RESERVED);
	is_full(ask(T0, TAKE("25", "ann", PLACES("floor", 1))), U("25"), ROOM("floor", 0));
}

static void an_area_that_is_not_open_has_no_room(void **state)
{
	(void)state;
	is_full(ask(T0, TAKE("10", "alice", PLACES("box", 1))), U("10"), ROOM("box", 0));
	ask(T0, OWN("set_channels", "20", "'channels':[{'channel':'vip','channel_key':'k'}]"));
	is_full(ask(T0, TAKE_ALSO("11", "alice", PLACES("box", 2) "," PLACES("floor", 1),
	                          "'channel_key':'k'")),
	        U("11"), ROOM("floor", 0));
	is_reserved(ask(T0, TAKE_ALSO("12", "alice", PLACES("box", 2), "'channel_key':'k'")), U("12"),
	            HAS("12", PLACES("box", 2)), LAPSE);
	is_full(ask(T0, TAKE_ALSO("13", "bob", PLACES("box", 3), "'channel_key':'k'")), U("13"),
	        ROOM("box", 2));
	ask(T0, OWN("set_channels", "21",
	            "'channels':[{'channel':'vip','channel_key':'k','opens':['public']}]"));
	ask(T0, TAKE_ALSO("14", "bob", PLACES("box", 2) "," PLACES("floor", 1), "'channel_key':'k'"));
	comes_to(last(), OUTCOME_RESERVED);
}

/* ---- lapsed holds ---- */

static void a_lapsed_hold_ends_for_its_places_from_its_millisecond_on(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 3)));
	is_full(ask(LAPSE - 1, TAKE("11", "bob", PLACES("floor", 4))), U("11"), ROOM("floor", 2));
	is_full(ask(LAPSE, TAKE("12", "bob", PLACES("floor", 6))), U("12"), ROOM("floor", 5));
	ask(LAPSE, TAKE("13", "bob", PLACES("floor", 5)));
	is_reserved(last(), U("13"), HAS("13", PLACES("floor", 5)), LAPSE + 10 * S);
	tells(last(), lines(expired(HAS("10", PLACES("floor", 3))),
	                    reserved(HAS("13", PLACES("floor", 5)), LAPSE + 10 * S)));
	is_reservation(U("10"), RESERVATION_EXPIRED, LAPSE, LAPSE);
	assert_int_equal(last()->decision.holds_expired, 1);
	counts("floor", 5, 0, last()->offset);
}

static void where_enough_is_free_nothing_ends(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 3)));
	ask(LAPSE, TAKE("11", "bob", PLACES("floor", 2)));
	tells(last(), reserved(HAS("11", PLACES("floor", 2)), LAPSE + 10 * S));
	is_reservation(U("10"), RESERVATION_HELD, LAPSE, NONE);
	counts("floor", 5, 0, last()->offset);
	assert_int_equal(model->lapsing_read, 0);
}

static void a_bound_that_a_cache_keeps_spares_the_question(void **state)
{
	(void)state;
	model->keeps_bounds = true;
	ask(T0, SET("20", AREA("pit", 5)));
	ask(T0, TAKE("10", "alice", PLACES("pit", 3)));
	is_full(ask(T0, TAKE("11", "bob", PLACES("pit", 3))), U("11"), ROOM("pit", 2));
	is_full(ask(LAPSE - 1, TAKE("12", "bob", PLACES("pit", 3))), U("12"), ROOM("pit", 2));
	assert_int_equal(model->lapsing_read, 0);
	ask(LAPSE, TAKE("13", "bob", PLACES("pit", 3)));
	comes_to(last(), OUTCOME_RESERVED);
	assert_int_equal(model->lapsing_read, 1);
	is_full(ask(LAPSE + S, TAKE("14", "eve", PLACES("pit", 3))), U("14"), ROOM("pit", 2));
	assert_int_equal(model->lapsing_read, 2);
	is_full(ask(LAPSE + S, TAKE("15", "eve", PLACES("pit", 3))), U("15"), ROOM("pit", 2));
	assert_int_equal(model->lapsing_read, 2);
}

/* Whole holds end, and as few as can be from the first to lapse on. */
static void lapsed_holds_end_in_their_order_as_far_as_needed(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "a", PLACES("floor", 1)));
	ask(T0, TAKE("11", "b", PLACES("floor", 1) "," PLACES("gallery", 1)));
	ask(T0, TAKE("12", "c", PLACES("floor", 1)));
	ask(T0, TAKE_ALSO("13", "d", PLACES("floor", 2), "'hold_seconds':5"));
	ask(T0 + S, EXTEND("14", "a", "10", "15"));
	/* By reserved_until 13, 11 and 12, then 10. */
	ask(LAPSE, TAKE("20", "eve", PLACES("floor", 3)));
	tells(last(), lines(expired(HAS("13", PLACES("floor", 2))),
	                    lines(expired(HAS("11", PLACES("floor", 1) "," PLACES("gallery", 1))),
	                          reserved(HAS("20", PLACES("floor", 3)), LAPSE + 10 * S))));
	counts("gallery", 0, 0, last()->offset);
	counts("floor", 5, 0, last()->offset);
	is_full(ask(LAPSE, TAKE("21", "ann", PLACES("floor", 2))), U("21"), ROOM("floor", 1));
	ask(LAPSE + 6 * S, TAKE("22", "ann", PLACES("floor", 2)));
	tells(last(), lines(expired(HAS("12", PLACES("floor", 1))),
	                    lines(expired(HAS("10", PLACES("floor", 1))),
	                          reserved(HAS("22", PLACES("floor", 2)), LAPSE + 16 * S))));
}

/* Those of the seats and the own one by offset, then for each area in the order asked. */
static void holds_end_for_seats_first_then_for_areas(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "a", PLACES("gallery", 3)));
	ask(T0, TAKE("11", "b", PLACES("floor", 3)));
	ask(T0, TAKE("12", "eve", PLACES("floor", 1)));
	ask(T0, TAKE_ALSO("13", "c", PLACES("floor", 1), "'seat_ids':['A1']"));
	ask(LAPSE, TAKE_ALSO("20", "eve", PLACES("floor", 3) "," PLACES("gallery", 1),
	                     "'seat_ids':['A1']"));
	tells(last(),
	      join("%s\n%s\n%s\n%s\n%s", expired(HAS("12", PLACES("floor", 1))),
	           expired(HAS_BOTH("13", "'A1'", PLACES("floor", 1))),
	           expired(HAS("11", PLACES("floor", 3))), expired(HAS("10", PLACES("gallery", 3))),
	           reserved(HAS_BOTH("20", "'A1'", PLACES("floor", 3) "," PLACES("gallery", 1)),
	                    LAPSE + 10 * S)));
}

/* ---- giving back ---- */

static void places_are_given_back_once(void **state)
{
	const char *has = HAS("10", PLACES("floor", 2));

	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 2)));
	ask(T0, RELEASE("11", "alice", "10"));
	answers(last(), U("11"), "release", 200, "RELEASED", has);
	tells(last(), event("released", has));
	counts("floor", 0, 0, 5);
	ask(T0, RELEASE("12", "alice", "10"));
	comes_to(last(), OUTCOME_NOTHING_HELD);
	ask(T0, TAKE("13", "bob", PLACES("floor", 2)));
	ask(LAPSE, EXPIRE("14", "13"));
	answers(last(), U("14"), "expire", 200, "EXPIRED", HAS("13", PLACES("floor", 2)));
	tells(last(), expired(HAS("13", PLACES("floor", 2))));
	counts("floor", 0, 0, last()->offset);
	ask(LAPSE, EXPIRE("15", "13"));
	comes_to(last(), OUTCOME_NOTHING_HELD);
	counts("floor", 0, 0, last()->offset - 1);
	assert_int_equal(reservation(U("13"))->places, 2); /* as they were */
}

static void what_is_sold_is_given_back_by_a_refund(void **state)
{
	const char *has = HAS("10", PLACES("floor", 2) "," PLACES("gallery", 1));

	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 2) "," PLACES("gallery", 1)));
	ask(T0, CONFIRM("11", "alice", "10"));
	answers(last(), U("11"), "confirm", 200, "CONFIRMED", has);
	tells(last(), event("sold", has));
	counts("floor", 0, 2, 5);
	ask(T0, CONFIRM("12", "alice", "10"));
	answers(last(), U("12"), "confirm", 200, "ALREADY_CONFIRMED", has);
	ask(T0, HEAD("cancel", "13") ",'owner_key':'boss','reservation_id':'" U("10") "',"
	        "'areas':[" PLACES("floor", 1) "]}");
	answers(last(), U("13"), "cancel", 200, "PARTLY_CANCELLED",
	        HAS("10", PLACES("floor", 1)) ",'kept_areas':[" PLACES("floor", 1) ","
	        PLACES("gallery", 1) "]");
	tells(last(), event("cancelled", HAS("10", PLACES("floor", 1)) ",'change':true"));
	counts("floor", 0, 1, 7);
	counts("gallery", 0, 1, 5);
	ask(T0, CANCEL("14", "boss", "10"));
	answers(last(), U("14"), "cancel", 200, "CANCELLED",
	        HAS("10", PLACES("floor", 1) "," PLACES("gallery", 1)));
	counts("floor", 0, 0, 8);
	counts("gallery", 0, 0, 8);
}

/* ---- confirm ---- */

static void a_lapsed_hold_is_sold_what_it_has(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 5)));
	ask(LAPSE, CONFIRM("11", "alice", "10"));
	answers(last(), U("11"), "confirm", 200, "CONFIRMED",
	        HAS("10", PLACES("floor", 5)) ",'revived':true");
	counts("floor", 0, 5, last()->offset);
	is_full(ask(LAPSE, TAKE("12", "bob", PLACES("floor", 1))), U("12"), ROOM("floor", 0));
}

/* Two lapsed holds of two places: of three that are taken again one is free, so one hold ends. */
static void an_expired_hold_takes_its_places_again(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 3)));
	ask(LAPSE, EXPIRE("11", "10"));
	ask(LAPSE, TAKE("12", "bob", PLACES("floor", 2)));
	ask(LAPSE, TAKE("13", "eve", PLACES("floor", 2)));
	ask(LAPSE + S, CONFIRM("14", "alice", "10"));
	answers(last(), U("14"), "confirm", 410, "HOLD_EXPIRED",
	        "'unavailable_areas':[" ROOM("floor", 1) "]");
	ask(LAPSE + 10 * S, CONFIRM("15", "alice", "10"));
	answers(last(), U("15"), "confirm", 200, "CONFIRMED",
	        HAS("10", PLACES("floor", 3)) ",'revived':true");
	tells(last(), lines(expired(HAS("12", PLACES("floor", 2))),
	                    event("sold", HAS("10", PLACES("floor", 3)) ",'retaken':true")));
	counts("floor", 2, 3, last()->offset);
}

static void what_an_expired_hold_lost_is_listed(void **state)
{
	(void)state;
	ask(T0, TAKE_ALSO("10", "alice", PLACES("gallery", 1) "," PLACES("floor", 3),
	                  "'seat_ids':['A1','A2']"));
	ask(LAPSE, EXPIRE("11", "10"));
	ask(LAPSE, TAKE_ALSO("12", "bob", PLACES("floor", 3), "'seat_ids':['A2']"));
	refuses(ask(LAPSE, CONFIRM("13", "alice", "10")), U("13"), "confirm", 410, "HOLD_EXPIRED",
	        join("'unavailable':[{'seat_id':'A2','status':'reserved','taken_at_offset':%lld}],"
	             "'unavailable_areas':[" ROOM("floor", 2) "]",
	             (long long)last()->offset));
	ask(LAPSE, RELEASE("14", "bob", "12"));
	ask(LAPSE, SET("15", AREA_OF("gallery", 3, "vip")));
	refuses(ask(LAPSE, CONFIRM("16", "alice", "10")), U("16"), "confirm", 410, "HOLD_EXPIRED",
	        "'unavailable_areas':[" ROOM("gallery", 0) "]");
}

/* ---- change_hold ---- */

static void places_are_added_to_those_it_has(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 1)));
	ask(T0, TAKE("11", "bob", PLACES("gallery", 2)));
	ask(LAPSE - S, CHANGE("12", "alice", "10",
	                      "'areas':[" PLACES("floor", 2) "," PLACES("gallery", 1) "]"));
	answers(last(), U("12"), "change_hold", 200, "HOLD_CHANGED",
	        join("%s,%s", HAS("10", PLACES("floor", 3) "," PLACES("gallery", 1)), until(LAPSE)));
	tells(last(), event("reserved", join("%s,%s,'change':true",
	                                     HAS("10", PLACES("floor", 2) "," PLACES("gallery", 1)),
	                                     until(LAPSE))));
	counts("floor", 3, 0, last()->offset);
	refuses(ask(LAPSE - S, CHANGE("13", "alice", "10", "'areas':[" PLACES("gallery", 1) "]")),
	        U("13"), "change_hold", 409, "AREA_FULL",
	        "'unavailable_areas':[" ROOM("gallery", 0) "]");
}

static void an_area_that_comes_again_comes_in_last(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 1) "," PLACES("gallery", 2)));
	ask(T0, CHANGE("11", "alice", "10", "'drop_areas':[" PLACES("floor", 1) "]"));
	answers(last(), U("11"), "change_hold", 200, "HOLD_CHANGED",
	        join("%s,%s", HAS("10", PLACES("gallery", 2)), until(LAPSE)));
	tells(last(), event("released", HAS("10", PLACES("floor", 1)) ",'change':true"));
	assert_int_equal(reservation(U("10"))->area_count, 2);
	assert_int_equal(reservation(U("10"))->places, 2);
	ask(T0, CHANGE("12", "alice", "10", "'areas':[" PLACES("floor", 3) "]"));
	answers(last(), U("12"), "change_hold", 200, "HOLD_CHANGED",
	        join("%s,%s", HAS("10", PLACES("gallery", 2) "," PLACES("floor", 3)), until(LAPSE)));
	assert_int_equal(reservation(U("10"))->area_count, 2);
	refuses(ask(T0, CHANGE("13", "alice", "10", "'drop_areas':[" PLACES("floor", 4) "]")), U("13"),
	        "change_hold", 404, "NOT_IN_RESERVATION", "'unavailable_areas':[{'area_id':'floor'}]");
}

/* ---- rows that were changed by hand ---- */

static struct area_columns *by_hand(const char *id)
{
	is_changed_by_hand = true;
	return &model_area(model, text_of("s"), text_of(id))->row;
}

static void a_hold_that_its_area_does_not_count_has_expired(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 2)));
	by_hand("floor")->held = 1;
	ask(T0, EXTEND("11", "alice", "10", "20"));
	comes_to(last(), OUTCOME_HOLD_EXPIRED);
	ask(T0, TAKE("12", "bob", PLACES("floor", 4)));
	ask(T0, CONFIRM("13", "bob", "12"));
	comes_to(last(), OUTCOME_CONFIRMED);
	/* The fifth is its own still. */
	refuses(ask(T0, CONFIRM("14", "alice", "10")), U("14"), "confirm", 410, "HOLD_EXPIRED",
	        "'unavailable_areas':[" ROOM("floor", 1) "]");
	ask(T0, CANCEL("15", "boss", "12"));
	ask(T0, CONFIRM("16", "alice", "10"));
	comes_to(last(), OUTCOME_CONFIRMED);
	counts("floor", 0, 2, last()->offset);
}

static void lapsed_holds_give_no_more_room_than_their_area_counts(void **state)
{
	(void)state;
	ask(T0, TAKE("10", "alice", PLACES("floor", 3)));
	by_hand("floor")->held = 2;
	is_full(ask(LAPSE, TAKE("11", "bob", PLACES("floor", 6))), U("11"), ROOM("floor", 5));
	ask(LAPSE, TAKE("12", "bob", PLACES("floor", 5)));
	comes_to(last(), OUTCOME_RESERVED);
	counts("floor", 5, 0, last()->offset);
}

/* Its own lapsed hold is none that ends, and its places are its own. */
static void a_hold_that_lost_a_seat_by_hand_takes_all_again(void **state)
{
	(void)state;
	ask(T0, TAKE_ALSO("10", "alice", PLACES("floor", 3), "'seat_ids':['A1']"));
	ask(T0, TAKE("11", "bob", PLACES("floor", 2)));
	change_by_hand("A1", SEAT_AVAILABLE);
	ask(LAPSE - 1, CONFIRM("12", "alice", "10"));
	answers(last(), U("12"), "confirm", 200, "CONFIRMED",
	        HAS_BOTH("10", "'A1'", PLACES("floor", 3)));
	tells(last(), event("sold", HAS_BOTH("10", "'A1'", PLACES("floor", 3)) ",'retaken':true"));
	counts("floor", 2, 3, last()->offset);
	ask(LAPSE, TAKE_ALSO("13", "eve", PLACES("floor", 2), "'seat_ids':['A2']"));
	change_by_hand("A2", SEAT_AVAILABLE);
	ask(LAPSE + 10 * S, CONFIRM("14", "eve", "13"));
	comes_to(last(), OUTCOME_CONFIRMED);
	counts("floor", 0, 5, last()->offset);
}

static void an_area_that_is_gone_has_no_room(void **state)
{
	(void)state;
	ask(T0, TAKE_ALSO("10", "alice", PLACES("gallery", 2), "'seat_ids':['A1']"));
	by_hand("gallery");
	*model_area(model, text_of("s"), text_of("gallery")) = model->areas[--model->area_count];
	refuses(ask(T0, CONFIRM("11", "alice", "10")), U("11"), "confirm", 410, "HOLD_EXPIRED",
	        "'unavailable_areas':[" ROOM("gallery", 0) "]");
	ask(T0, TAKE("12", "bob", PLACES("gallery", 1)));
	comes_to(last(), OUTCOME_UNKNOWN_AREA);
	ask(LAPSE, RESERVE("13", "bob", "'A1'"));
	comes_to(last(), OUTCOME_RESERVED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_areas, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(areas_are_made_as_given),
	    TEST(an_area_becomes_what_is_given),
	    TEST(a_capacity_below_what_is_taken_sets_none),
	    TEST(only_its_owner_sets_areas),
	    cmocka_unit_test_setup_teardown(an_area_of_a_show_that_is_not_there_is_not_made,
	                                    open_nothing, close_all),
	    TEST(places_of_areas_are_reserved_without_seats),
	    TEST(places_come_beside_named_and_chosen_seats),
	    TEST(a_hold_that_is_there_is_told_with_its_areas),
	    TEST(an_unknown_area_is_listed_behind_unknown_seats),
	    TEST(what_is_asked_of_areas_counts_to_the_limits),
	    TEST(a_full_area_is_listed_with_its_room),
	    TEST(an_area_that_is_not_open_has_no_room),
	    TEST(a_lapsed_hold_ends_for_its_places_from_its_millisecond_on),
	    TEST(where_enough_is_free_nothing_ends),
	    TEST(a_bound_that_a_cache_keeps_spares_the_question),
	    TEST(lapsed_holds_end_in_their_order_as_far_as_needed),
	    TEST(holds_end_for_seats_first_then_for_areas),
	    TEST(places_are_given_back_once),
	    TEST(what_is_sold_is_given_back_by_a_refund),
	    TEST(a_lapsed_hold_is_sold_what_it_has),
	    TEST(an_expired_hold_takes_its_places_again),
	    TEST(what_an_expired_hold_lost_is_listed),
	    TEST(places_are_added_to_those_it_has),
	    TEST(an_area_that_comes_again_comes_in_last),
	    TEST(a_hold_that_its_area_does_not_count_has_expired),
	    TEST(lapsed_holds_give_no_more_room_than_their_area_counts),
	    TEST(a_hold_that_lost_a_seat_by_hand_takes_all_again),
	    TEST(an_area_that_is_gone_has_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
