/*
 * By which window and channel a show is sold: rows 2, 3, 4 and 11 of section 4.2 of
 * docs/protocol.md, and what a confirm makes of a channel. Reply, events and rows.
 */
#include "tests/unit/worker/plan/plan_help.h"

#define LAPSE (T0 + 10 * S) /* of a hold made at T0 */

#define OWN(type, id, rest) HEAD(type, id) ",'owner_key':'boss'," rest "}"
#define CHANGE(id, rest) OWN("change_show", id, rest)
#define CHANNELS(id, channels) OWN("set_channels", id, "'channels':[" channels "]")
#define BLOCK(id, channel, seats) \
	OWN("block_seats", id, "'channel':'" channel "','seat_ids':[" seats "]")
#define UNBLOCK(id, seats) OWN("unblock_seats", id, "'seat_ids':[" seats "]")
#define BY(id, who, key, seats) RESERVE_ALSO(id, who, seats, ",'channel_key':'" key "'")
#define BLOCKED(seat) "{'seat_id':'" seat "','status':'blocked'}"
#define FROM "'on_sale_from':'2001-09-09T01:46:41.000Z'"  /* T0 + S */
#define UNTIL "'on_sale_until':'2001-09-09T01:46:42.000Z'" /* T0 + 2 S */

static void is_reserved(const struct model_decision *d, const char *id, const char *holds,
                        int64_t until_ms)
{
	answers(d, id, "reserve", 200, "RESERVED", join("%s,%s", holds, until(until_ms)));
}

static const char *made_with(const char *id)
{
	const struct text channel = reservation(id)->channel;

	return channel.data ? join("%.*s", TEXT_ARGS(channel)) : NULL;
}

/* ---- when ---- */

static void a_show_is_sold_from_its_first_millisecond_to_before_its_last(void **state)
{
	(void)state;
	ask(T0, CHANGE("20", FROM "," UNTIL));
	refuses(ask(T0 + S - 1, RESERVE("10", "alice", "'A1'")), U("10"), "reserve", 409, "NOT_ON_SALE",
	        FROM "," UNTIL);
	is_reserved(ask(T0 + S, RESERVE("11", "alice", "'A1'")), U("11"), HOLDS("11", "'A1'"),
	            T0 + 11 * S);
	is_reserved(ask(T0 + 2 * S - 1, RESERVE("12", "bob", "'A2'")), U("12"), HOLDS("12", "'A2'"),
	            T0 + 12 * S - 1);
	refuses(ask(T0 + 2 * S, RESERVE("13", "carol", "'A3'")), U("13"), "reserve", 409, "NOT_ON_SALE",
	        FROM "," UNTIL);
	/* What is held runs on, whatever the window. */
	ask(T0 + 3 * S, EXTEND("14", "alice", "11", "20"));
	assert_int_equal(last()->decision.outcome, OUTCOME_EXTENDED);
	ask(T0 + 3 * S, CONFIRM("15", "alice", "11"));
	assert_int_equal(last()->decision.outcome, OUTCOME_CONFIRMED);
	ask(T0 + 3 * S, RELEASE("16", "bob", "12"));
	assert_int_equal(last()->decision.outcome, OUTCOME_RELEASED);
}

static void a_window_is_told_as_far_as_it_is_set(void **state)
{
	(void)state;
	ask(T0, CHANGE("20", FROM));
	refuses(ask(T0, RESERVE("10", "alice", "'A1'")), U("10"), "reserve", 409, "NOT_ON_SALE", FROM);
	ask(T0 + S, RESERVE("11", "alice", "'A1'"));
	assert_int_equal(last()->decision.outcome, OUTCOME_RESERVED);
}

static void a_closed_show_tells_no_window(void **state)
{
	(void)state;
	ask(T0, CHANGE("20", FROM ",'closed':true"));
	ask(T0, CHANNELS("21", "{'channel':'a','channel_key':'key-a'}"));
	refuses(ask(T0, RESERVE("10", "alice", "'A1'")), U("10"), "reserve", 409, "NOT_ON_SALE", "");
	refuses(ask(T0, BY("11", "alice", "key-a", "'A1'")), U("11"), "reserve", 409, "NOT_ON_SALE", "");
	ask(T0, CHANGE("22", "'closed':false,'on_sale_from':'1970-01-01T00:00:00.000Z'"));
	ask(T0, RESERVE("12", "alice", "'A1'"));
	assert_int_equal(last()->decision.outcome, OUTCOME_RESERVED);
}

static void with_a_key_the_window_of_its_channel_decides(void **state)
{
	(void)state;
	ask(T0, CHANGE("20", FROM));
	ask(T0, CHANNELS("21", "{'channel':'early','channel_key':'e','opens':['public']},"
	                       "{'channel':'late','channel_key':'l','opens':['public'],"
	                       "'on_sale_from':'2001-09-09T01:46:43.000Z'},"
	                       "{'channel':'over','channel_key':'o',"
	                       "'on_sale_until':'2001-09-09T01:46:40.000Z'}"));
	is_reserved(ask(T0, BY("10", "alice", "e", "'A1'")), U("10"), HOLDS("10", "'A1'"), LAPSE);
	assert_string_equal(made_with(U("10")), "early");
	refuses(ask(T0 + 2 * S, BY("11", "bob", "l", "'A2'")), U("11"), "reserve", 409, "NOT_ON_SALE",
	        "'on_sale_from':'2001-09-09T01:46:43.000Z'");
	refuses(ask(T0 + 2 * S, BY("12", "bob", "o", "'A2'")), U("12"), "reserve", 409, "NOT_ON_SALE",
	        "'on_sale_until':'2001-09-09T01:46:40.000Z'");
}

/* ---- the order of the rows ---- */

static void the_first_row_that_applies_decides(void **state)
{
	(void)state;
	ask(T0, CHANNELS("20", "{'channel':'a','channel_key':'key-a'}"));
	ask(T0, BLOCK("21", "a", "'A5'"));
	alice_reserves();
	ask(T0, CHANGE("22", FROM));
	refuses(ask(T0, RESERVE_ALSO("30", "alice", "'Z1','A2','A5','A4'",
	                             ",'channel_key':'key-b','hold_seconds':31")),
	        U("30"), "reserve", 403, "WRONG_CHANNEL", "");
	refuses(ask(T0, RESERVE_ALSO("31", "alice", "'Z1','A2','A5','A4'", ",'hold_seconds':31")),
	        U("31"), "reserve", 409, "NOT_ON_SALE", FROM);
	refuses(ask(T0 + S, RESERVE_ALSO("32", "alice", "'Z1','A2','A5','A4'", ",'hold_seconds':31")),
	        U("32"), "reserve", 400, "TOO_MANY_SEATS", "");
	refuses(ask(T0 + S, RESERVE_ALSO("33", "alice", "'Z1','A2','A5'", ",'hold_seconds':31")),
	        U("33"), "reserve", 400, "HOLD_TOO_LONG", "");
	refuses(ask(T0 + S, RESERVE("34", "alice", "'Z1','A2','A5'")), U("34"), "reserve", 404,
	        "UNKNOWN_SEAT", "'unavailable':[{'seat_id':'Z1'}]");
	refuses(ask(T0 + S, RESERVE("35", "alice", "'A2','A5'")), U("35"), "reserve", 409,
	        "ALREADY_RESERVED", join("%s,%s", HOLDS("10", "'A2','A1'"), until(LAPSE)));
	refuses(ask(T0 + S, RESERVE("36", "bob", "'A5','A2'")), U("36"), "reserve", 409, "SEATS_TAKEN",
	        "'unavailable':[" BLOCKED("A5") ",{'seat_id':'A2','status':'reserved',"
	        "'taken_at_offset':4}]");
	refuses(ask(T0 + S, RESERVE("37", "bob", "'A3','A5'")), U("37"), "reserve", 409,
	        "SEATS_NOT_FOR_SALE", "'unavailable':[" BLOCKED("A5") "]");
	is_reserved(ask(T0 + S, RESERVE("38", "bob", "'A3','A4'")), U("38"), HOLDS("38", "'A3','A4'"),
	            T0 + 11 * S);
	assert_null(made_with(U("38")));
}

static void places_are_seats_and_those_wished_for(void **state)
{
	(void)state;
	refuses(ask(T0, RESERVE_ALSO("30", "bob", "'A1','A2'", ",'best':{'count':2}")), U("30"),
	        "reserve", 400, "TOO_MANY_SEATS", "");
	refuses(ask(T0, RESERVE_ALSO("31", "bob", "'A1','Z1'", ",'best':{'count':1}")), U("31"),
	        "reserve", 404, "UNKNOWN_SEAT", "'unavailable':[{'seat_id':'Z1'}]");
}

/* ---- what is open ---- */

/* A1 is public, A2 of a, A3 of b, A4 of dead, which has no key, A5 of one that was never set. */
static int open_channels(void **state)
{
	open_show(state);
	ask(T0, CHANNELS("03", "{'channel':'a','channel_key':'key-a'},"
	                       "{'channel':'b','channel_key':'key-b','opens':['public']},"
	                       "{'channel':'box','channel_key':'key-box','opens':['a','dead','ghost']},"
	                       "{'channel':'dead','opens':['a','public']}"));
	ask(T0, BLOCK("04", "a", "'A2'"));
	ask(T0, BLOCK("05", "b", "'A3'"));
	ask(T0, BLOCK("06", "dead", "'A4'"));
	ask(T0, BLOCK("07", "ghost", "'A5'"));
	return 0;
}

static void a_key_opens_its_channel_and_what_that_opens(void **state)
{
	static const struct {
		const char *key;
		bool is_open[5];
	} tried[] = {
		{NULL, {true, false, false, false, false}},
		{"key-a", {false, true, false, false, false}},
		{"key-b", {true, false, true, false, false}},
		{"key-box", {false, true, false, true, true}},
	};

	for (size_t i = 0; i < sizeof tried / sizeof tried[0]; i++) {
		for (int seat = 1; seat <= 5; seat++) {
			const char *key, *seats;

			close_all(state);
			open_channels(state);
			key = tried[i].key ? join(",'channel_key':'%s'", tried[i].key) : "";
			seats = join("'A%d'", seat);
			ask(T0, join(HEAD("reserve", "10") ",'session_id':'bob','seat_ids':[%s]%s}", seats, key));
			if (tried[i].is_open[seat - 1])
				is_reserved(last(), U("10"),
				            join("'reservation_id':'" U("10") "','seat_ids':[%s]", seats), LAPSE);
			else
				refuses(last(), U("10"), "reserve", 409, "SEATS_NOT_FOR_SALE",
				        join("'unavailable':[{'seat_id':%s,'status':'blocked'}]", seats));
		}
	}
}

static void a_key_that_no_channel_has_is_refused(void **state)
{
	(void)state;
	refuses(ask(T0, BY("10", "bob", "key-x", "'A1'")), U("10"), "reserve", 403, "WRONG_CHANNEL", "");
	/* It counts as it is now. */
	ask(T0, CHANNELS("20", "{'channel':'a'}"));
	refuses(ask(T0, BY("11", "bob", "key-a", "'A2'")), U("11"), "reserve", 403, "WRONG_CHANNEL", "");
	ask(T0, CHANNELS("21", "{'channel':'a','channel_key':'new'}"));
	is_reserved(ask(T0, BY("12", "bob", "new", "'A2'")), U("12"), HOLDS("12", "'A2'"), LAPSE);
}

static void a_blocked_seat_keeps_its_channel_through_hold_and_sale(void **state)
{
	(void)state;
	is_reserved(ask(T0, BY("10", "bob", "key-a", "'A2'")), U("10"), HOLDS("10", "'A2'"), LAPSE);
	tells(last(), event("reserved", join("%s,%s", HOLDS("10", "'A2'"), until(LAPSE))));
	assert_null(strstr(last()->events.data, "key-a"));
	assert_string_equal(made_with(U("10")), "a");
	ask(T0, CONFIRM("11", "bob", "10"));
	assert_int_equal(last()->decision.outcome, OUTCOME_CONFIRMED);
	ask(T0, CANCEL("12", "boss", "10"));
	refuses(ask(T0, RESERVE("13", "carol", "'A2'")), U("13"), "reserve", 409, "SEATS_NOT_FOR_SALE",
	        "'unavailable':[" BLOCKED("A2") "]");
}

/* A seat that a lapsed hold has is free, so that it is blocked and not reserved. */
static void a_lapsed_hold_on_a_blocked_seat_shows_it_blocked(void **state)
{
	(void)state;
	ask(T0, BY("10", "bob", "key-a", "'A2'"));
	refuses(ask(LAPSE, RESERVE("11", "carol", "'A2'")), U("11"), "reserve", 409,
	        "SEATS_NOT_FOR_SALE", "'unavailable':[" BLOCKED("A2") "]");
	is_reservation(U("10"), RESERVATION_HELD, LAPSE, NONE);
	is_reserved(ask(LAPSE, BY("12", "carol", "key-a", "'A2'")), U("12"), HOLDS("12", "'A2'"),
	            LAPSE + 10 * S);
	is_reservation(U("10"), RESERVATION_EXPIRED, LAPSE, LAPSE);
}

/* ---- confirm ---- */

static void what_is_held_is_sold_though_it_was_blocked_since(void **state)
{
	(void)state;
	ask(T0, RESERVE("10", "alice", "'A1'"));
	ask(T0, BLOCK("20", "a", "'A1'"));
	answers(ask(LAPSE, CONFIRM("11", "alice", "10")), U("11"), "confirm", 200, "CONFIRMED",
	        HOLDS("10", "'A1'") ",'revived':true");
	tells(last(), event("sold", HOLDS("10", "'A1'")));
}

static void an_expired_hold_gets_no_seat_that_is_not_open_to_it(void **state)
{
	(void)state;
	ask(T0, UNBLOCK("20", "'A4','A5'"));
	ask(T0, RESERVE("10", "alice", "'A1','A4','A5'"));
	ask(LAPSE, EXPIRE("11", "10"));
	ask(LAPSE, BLOCK("21", "a", "'A4'"));
	ask(LAPSE, RESERVE("12", "bob", "'A5'"));
	refuses(ask(LAPSE, CONFIRM("13", "alice", "10")), U("13"), "confirm", 410, "HOLD_EXPIRED",
	        "'unavailable':[" BLOCKED("A4") ",{'seat_id':'A5','status':'reserved',"
	        "'taken_at_offset':11}]");
	ask(LAPSE, UNBLOCK("22", "'A4'"));
	answers(ask(LAPSE + 10 * S, CONFIRM("14", "alice", "10")), U("14"), "confirm", 200, "CONFIRMED",
	        HOLDS("10", "'A1','A4','A5'") ",'revived':true");
	tells(last(), join("%s\n%s", event("expired", HOLDS("12", "'A5'")),
	                   event("sold", HOLDS("10", "'A1','A4','A5'") ",'retaken':true")));
}

/* By the channel it was made with, as that is set when it is confirmed, and by no key. */
static void an_expired_hold_takes_what_its_channel_opens_now(void **state)
{
	static const char lost[] = "'unavailable':[" BLOCKED("A2") "]";

	(void)state;
	ask(T0, BY("10", "bob", "key-box", "'A2','A4'"));
	ask(LAPSE, EXPIRE("11", "10"));
	ask(LAPSE, CHANNELS("20", "{'channel':'box','channel_key':'other','opens':['dead']}"));
	refuses(ask(LAPSE, CONFIRM("12", "bob", "10")), U("12"), "confirm", 410, "HOLD_EXPIRED", lost);
	/* Without a key it opens nothing, not even its own. */
	ask(LAPSE, BLOCK("21", "box", "'A4'"));
	ask(LAPSE, CHANNELS("22", "{'channel':'box','opens':['a']}"));
	refuses(ask(LAPSE, CONFIRM("13", "bob", "10")), U("13"), "confirm", 410, "HOLD_EXPIRED",
	        "'unavailable':[" BLOCKED("A2") "," BLOCKED("A4") "]");
	/* And its window counts for new requests only. */
	ask(LAPSE, CHANNELS("23", "{'channel':'box','channel_key':'k','opens':['a']," UNTIL "}"));
	answers(ask(LAPSE, CONFIRM("14", "bob", "10")), U("14"), "confirm", 200, "CONFIRMED",
	        HOLDS("10", "'A2','A4'") ",'revived':true");
	is_taken("A2", U("10"), NONE, last()->offset, last()->offset);
}

static void a_hold_made_without_a_key_is_not_helped_by_one(void **state)
{
	(void)state;
	ask(T0, RESERVE("10", "bob", "'A1'"));
	ask(LAPSE, EXPIRE("11", "10"));
	ask(LAPSE, BLOCK("20", "a", "'A1'"));
	refuses(ask(LAPSE, CONFIRM("12", "bob", "10")), U("12"), "confirm", 410, "HOLD_EXPIRED",
	        "'unavailable':[" BLOCKED("A1") "]");
}

/* Nothing opens by mistake where somebody deleted the row by hand. */
static void a_channel_that_is_gone_opens_nothing(void **state)
{
	(void)state;
	ask(T0, BY("10", "bob", "key-b", "'A1'"));
	ask(LAPSE, EXPIRE("11", "10"));
	reservation(U("10"))->channel = text_of("gone");
	refuses(ask(LAPSE, CONFIRM("12", "bob", "10")), U("12"), "confirm", 410, "HOLD_EXPIRED",
	        "'unavailable':[" BLOCKED("A1") "]");
}

/* ---- several of one batch ---- */

static void one_batch_sees_what_was_blocked_before(void **state)
{
	struct record records[] = {
		record_of(T0, RESERVE("10", "alice", "'A1'")),
		record_of(T0, BLOCK("20", "a", "'A1'")),
		record_of(T0, CHANNELS("21", "{'channel':'a','channel_key':'k'}")),
		record_of(T0, RESERVE("11", "bob", "'A1'")),
		record_of(T0, RELEASE("12", "alice", "10")),
		record_of(T0, RESERVE("13", "bob", "'A1'")),
		record_of(T0, BY("14", "bob", "k", "'A1'")),
	};
	static const enum outcome came[] = {OUTCOME_RESERVED,    OUTCOME_SEATS_BLOCKED,
	                                    OUTCOME_CHANNELS_SET, OUTCOME_SEATS_TAKEN,
	                                    OUTCOME_RELEASED,    OUTCOME_SEATS_NOT_FOR_SALE,
	                                    OUTCOME_RESERVED};
	size_t before = model->decision_count;

	(void)state;
	model_decide(model, records, 7);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(model->decisions[before + i].decision.outcome, came[i]);
}

#define ON_A_SHOW(test) cmocka_unit_test_setup_teardown(test, open_show, close_all)
#define WITH_CHANNELS(test) cmocka_unit_test_setup_teardown(test, open_channels, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_A_SHOW(a_show_is_sold_from_its_first_millisecond_to_before_its_last),
	    ON_A_SHOW(a_window_is_told_as_far_as_it_is_set),
	    ON_A_SHOW(a_closed_show_tells_no_window),
	    ON_A_SHOW(with_a_key_the_window_of_its_channel_decides),
	    ON_A_SHOW(the_first_row_that_applies_decides),
	    ON_A_SHOW(places_are_seats_and_those_wished_for),
	    WITH_CHANNELS(a_key_opens_its_channel_and_what_that_opens),
	    WITH_CHANNELS(a_key_that_no_channel_has_is_refused),
	    WITH_CHANNELS(a_blocked_seat_keeps_its_channel_through_hold_and_sale),
	    WITH_CHANNELS(a_lapsed_hold_on_a_blocked_seat_shows_it_blocked),
	    WITH_CHANNELS(what_is_held_is_sold_though_it_was_blocked_since),
	    WITH_CHANNELS(an_expired_hold_gets_no_seat_that_is_not_open_to_it),
	    WITH_CHANNELS(an_expired_hold_takes_what_its_channel_opens_now),
	    WITH_CHANNELS(a_hold_made_without_a_key_is_not_helped_by_one),
	    WITH_CHANNELS(a_channel_that_is_gone_opens_nothing),
	    ON_A_SHOW(one_batch_sees_what_was_blocked_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
