/* Section 4.1 of docs/protocol.md, and what it means for reserve and confirm, by the audit's fold. */
#include "audit/fold/body.h"
#include "audit/fold/channels.h"
#include "tests/unit/audit/fold/fold_help.h"

#define BOSS(type, id, more) HEAD(type, id) ",'owner_key':'boss'" more "}"
#define PLACE(seat, row, pos) "{'seat_id':'" seat "','row':'" row "','pos':" pos "}"

static const struct show *the_show(void)
{
	return model_find_show(&fold.model, text_of("s"));
}

static const char *place(const char *seat_id)
{
	const struct seat *s = show_find_seat(the_show(), text_of(seat_id));
	const struct place *p;

	if (!s->place)
		return "none";
	p = &s->place->place;
	return join("%.*s %d rank %d, version %d", TEXT_ARGS(p->row.data ? p->row : text_of("-")),
	            (int)p->pos, (int)p->rank, (int)s->place->version);
}

static const char *channel(const char *name)
{
	const struct show_channel *c = show_find_channel(the_show(), text_of(name));
	const char *opens = "";

	if (!c)
		return "none";
	for (size_t i = 0; i < c->opens_count; i++)
		opens = join("%s %.*s", opens, TEXT_ARGS(c->opens[i]));
	return join("%s%s opens%s, version %d", c->has_key ? "key" : "no key",
	            c->is_exempt ? " exempt" : "", opens, (int)c->version);
}

static const char *event(size_t i)
{
	struct buf b = {0};
	const char *body;

	body_write_event(&fold.verdict, fold.show, &fold.changes[i], &b);
	body = join("%.*s", (int)b.bytes, b.data);
	buf_release(&b);
	return body;
}

static void every_type_asks_for_show_and_owner_first(void **state)
{
	static const char *const types[] = {
	    "'type':'change_show','closed':true",
	    "'type':'change_seats','seats':[{'seat_id':'A1'}]",
	    "'type':'set_channels','channels':[{'channel':'c'}]",
	    "'type':'block_seats','seat_ids':['A1'],'channel':'c'",
	    "'type':'unblock_seats','seat_ids':['A1']",
	};

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		const char *json = join("{%s,'request_id':'" U("1%zu") "','show_id':'s'", types[i], i);

		assert_string_equal(ask(0, join("%s}", json)), "403 WRONG_OWNER");
		fold_release(&fold);
		open_nothing(NULL);
		assert_string_equal(ask(0, join("%s}", json)), "404 UNKNOWN_SHOW");
		fold_release(&fold);
		open_show(NULL);
	}
}

static void change_show_replaces_what_is_given_and_tells_what_differs(void **state)
{
	static const struct step steps[] = {
	    {0, BOSS("change_show", "11", ",'hold_seconds':31"), "400 HOLD_TOO_LONG"},
	    {0, BOSS("change_show", "12", ",'max_hold_seconds':9"), "400 HOLD_TOO_LONG"},
	    {0, BOSS("change_show", "13", ",'hold_seconds':10,'singles':'allow','closed':false"),
	     "200 SHOW_CHANGED"},
	    {0, BOSS("change_show", "14", ",'hold_seconds':31,'max_hold_seconds':31,'max_seats':3"),
	     "200 SHOW_CHANGED; show_changed"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(event(0), "{\"event\":\"show_changed\",\"show_id\":\"s\",\"hold_seconds\":31,"
	                              "\"max_hold_seconds\":31,\"at\":\"2001-09-09T01:46:40.000Z\"");
	assert_int_equal(the_show()->version, 5);
	assert_string_equal(ask(0, BOSS("change_show", "15", ",'new_owner_key':'boss'")),
	                    "200 SHOW_CHANGED");
	assert_int_equal(the_show()->version, 5);
	assert_string_equal(ask(0, BOSS("change_show", "16", ",'new_owner_key':'chef'")),
	                    "200 SHOW_CHANGED");
	assert_int_equal(the_show()->version, 7);
	assert_string_equal(ask(0, BOSS("change_show", "17", ",'closed':true")), "403 WRONG_OWNER");
}

static void a_window_is_open_from_its_first_millisecond_to_before_its_last(void **state)
{
	static const struct step steps[] = {
	    {0, BOSS("change_show", "11", ",'on_sale_from':'2001-09-09T01:46:40.100Z',"
	                                  "'on_sale_until':'2001-09-09T01:46:40.200Z'"),
	     "200 SHOW_CHANGED; show_changed"},
	    {99, RESERVE("12", "a", "'Z'"), "409 NOT_ON_SALE from 100 to 200"},
	    {100, RESERVE("13", "a", "'Z'"), "404 UNKNOWN_SEAT but Z"},
	    {199, RESERVE("14", "a", "'Z'"), "404 UNKNOWN_SEAT but Z"},
	    {200, RESERVE("15", "a", "'Z'"), "409 NOT_ON_SALE from 100 to 200"},
	    {200, BOSS("set_channels", "16", ",'channels':[{'channel':'c','channel_key':'k',"
	               "'on_sale_from':'2001-09-09T01:46:40.201Z','opens':['public']}]"),
	     "200 CHANNELS_SET; channels_set"},
	    {200, RESERVE_ALSO("17", "a", "'A1'", ",'channel_key':'k'"), "409 NOT_ON_SALE from 201"},
	    {200, RESERVE_ALSO("18", "a", "'A1'", ",'channel_key':'x'"), "403 WRONG_CHANNEL"},
	    {201, RESERVE_ALSO("19", "a", "'A1'", ",'channel_key':'k'"), TAKES("19", "A1", "10201")},
	    {201, BOSS("change_show", "20", ",'closed':true"), "200 SHOW_CHANGED; show_changed"},
	    {201, RESERVE_ALSO("21", "b", "'A2'", ",'channel_key':'k'"), "409 NOT_ON_SALE"},
	    {201, CONFIRM("22", "a", "19"), "200 CONFIRMED of 19: A1; sold 19: A1"},
	};

	(void)state;
	TAKE(steps);
}

static void two_seats_at_one_place_are_refused_and_two_may_change_theirs(void **state)
{
	static const struct step steps[] = {
	    {0, BOSS("add_seats", "11", ",'seats':[" PLACE("B1", "B", "1") "," PLACE("B2", "B", "2") ","
	             PLACE("B3", "B", "2") "]"), "409 PLACE_TAKEN but B2, B3"},
	    {0, BOSS("add_seats", "12", ",'seat_ids':['B9'],'seats':[" PLACE("B1", "B", "1") ","
	             PLACE("B2", "B", "2") "]"),
	     "200 SEATS_ADDED of: B9,B1,B2; seats_added: B9,B1,B2"},
	    {0, BOSS("add_seats", "13", ",'seats':[" PLACE("C1", "B", "3") "," PLACE("C2", "B", "2") "]"),
	     "409 PLACE_TAKEN but C2"},
	    {0, BOSS("change_seats", "14", ",'seats':[" PLACE("B1", "B", "2") "]"),
	     "409 PLACE_TAKEN but B1"},
	    {0, BOSS("change_seats", "15", ",'seats':[" PLACE("B1", "B", "2") "," PLACE("B2", "B", "1")
	             "]"), "200 SEATS_CHANGED of: B1,B2; seats_changed: B1,B2"},
	    {0, BOSS("change_seats", "16", ",'seats':[" PLACE("B1", "B", "2") "," PLACE("B9", "B", "3")
	             "]"), "200 SEATS_CHANGED of: B1,B9; seats_changed: B1,B9"},
	    {0, BOSS("change_seats", "17", ",'seats':[{'seat_id':'B2'},{'seat_id':'A1'}]"),
	     "200 SEATS_CHANGED of: B2,A1; seats_changed: B2,A1"},
	    {0, BOSS("change_seats", "18", ",'seats':[" PLACE("B9", "B", "1") "," PLACE("X", "B", "7")
	             "]"), "404 UNKNOWN_SEAT but X"},
	    {0, BOSS("change_seats", "19", ",'seats':[" PLACE("B9", "B", "1") "]"),
	     "200 SEATS_CHANGED of: B9; seats_changed: B9"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(place("B1"), "B 2 rank 1000000, version 6"); /* not by 16 once more */
	assert_string_equal(place("B2"), "- 0 rank 1000000, version 8");
	assert_string_equal(place("B9"), "B 1 rank 1000000, version 10");
	assert_string_equal(place("A1"), "- 0 rank 1000000, version 8");
	assert_string_equal(place("A2"), "none");
	assert_string_equal(seat("B2"), "available, version 3");
	assert_string_equal(event(0), "{\"event\":\"seats_changed\",\"show_id\":\"s\",\"seats\":[{"
	                              "\"seat_id\":\"B9\",\"row\":\"B\",\"pos\":1}],\"at\":"
	                              "\"2001-09-09T01:46:40.000Z\"");
}

static void channels_are_set_whole_and_have_keys_of_their_own(void **state)
{
	static const struct step steps[] = {
	    {0, BOSS("set_channels", "11", ",'channels':[{'channel':'a','channel_key':'k'},"
	             "{'channel':'b','channel_key':'k'}]"), "409 KEY_TAKEN"},
	    {0, BOSS("set_channels", "12", ",'channels':[{'channel':'a','channel_key':'k','exempt':true,"
	             "'opens':['z','b']},{'channel':'b'}]"), "200 CHANNELS_SET; channels_set"},
	    {0, BOSS("set_channels", "13", ",'channels':[{'channel':'b','channel_key':'k'}]"),
	     "409 KEY_TAKEN"},
	    {0, BOSS("set_channels", "14", ",'channels':[{'channel':'a','channel_key':'k','exempt':true,"
	             "'opens':['b','z']}]"), "200 CHANNELS_SET; channels_set"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(channel("a"), "key exempt opens b z, version 3");
	assert_string_equal(channel("b"), "no key opens, version 3");
	assert_string_equal(event(0), "{\"event\":\"channels_set\",\"show_id\":\"s\",\"channels\":[{"
	                              "\"channel\":\"a\",\"opens\":[\"b\",\"z\"],\"exempt\":true}],\"at\":"
	                              "\"2001-09-09T01:46:40.000Z\"");
	/* They change keys; a is set whole, so that it opens nothing more. */
	assert_string_equal(ask(0, BOSS("set_channels", "15", ",'channels':[{'channel':'b','channel_key':"
	                                "'k'},{'channel':'a'}]")), "200 CHANNELS_SET; channels_set");
	assert_string_equal(channel("a"), "no key opens, version 6");
	assert_string_equal(channel("b"), "key opens, version 6");
}

#define HOUSE \
	{0, BOSS("set_channels", "03", ",'channels':[{'channel':'house','channel_key':'k'},{'channel':" \
	         "'box','channel_key':'l','opens':['house','public']}]"), "200 CHANNELS_SET; channels_set"}

static void blocked_seats_are_listed_where_they_are_taken_and_told_where_they_changed(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "a", "'A2'"), TAKES("10", "A2", "10000")},
	    {0, BOSS("block_seats", "11", ",'channel':'house','seat_ids':['A1','X']"),
	     "404 UNKNOWN_SEAT but X"},
	    {0, BOSS("block_seats", "12", ",'channel':'house','seat_ids':['A2','A1']"),
	     "200 SEATS_BLOCKED of: A2,A1 but A2 reserved at 2; blocked: A2,A1"},
	    {0, BOSS("block_seats", "13", ",'channel':'house','seat_ids':['A2','A3']"),
	     "200 SEATS_BLOCKED of: A2,A3 but A2 reserved at 2; blocked: A3"},
	    {0, BOSS("block_seats", "14", ",'channel':'house','seat_ids':['A3']"),
	     "200 SEATS_BLOCKED of: A3"},
	    {10000, BOSS("block_seats", "15", ",'channel':'kill','seat_ids':['A2']"),
	     "200 SEATS_BLOCKED of: A2; blocked: A2"}, /* its hold has lapsed */
	    {10000, BOSS("unblock_seats", "16", ",'seat_ids':['A4','A2','A3']"),
	     "200 SEATS_UNBLOCKED of: A4,A2,A3; unblocked: A2,A3"},
	};

	(void)state;
	TAKE(steps);
	assert_string_equal(seat("A1"), "available, version 4");
	assert_string_equal(seat("A2"), "reserved by 10 at 2, version 8");
	assert_string_equal(seat("A4"), "available, version 1");
}

static void a_seat_of_a_channel_goes_to_nobody_without_its_key(void **state)
{
	static const struct step steps[] = {
	    HOUSE,
	    {0, BOSS("block_seats", "04", ",'channel':'house','seat_ids':['A1','A2']"),
	     "200 SEATS_BLOCKED of: A1,A2; blocked: A1,A2"},
	    {0, RESERVE("10", "a", "'A3','A1'"), "409 SEATS_NOT_FOR_SALE but A1 blocked"},
	    {0, RESERVE_ALSO("11", "a", "'A3','A1'", ",'channel_key':'k'"),
	     "409 SEATS_NOT_FOR_SALE but A3 blocked"},
	    {0, RESERVE_ALSO("12", "a", "'A3','A1'", ",'channel_key':'l'"), TAKES("12", "A3,A1", "10000")},
	    {1, RESERVE("13", "b", "'A2','A1','A4'"), "409 SEATS_TAKEN but A2 blocked, A1 reserved at 6"},
	    {10000, RESERVE("14", "b", "'A1','A3'"), "409 SEATS_NOT_FOR_SALE but A1 blocked"},
	    {10000, RESERVE_ALSO("15", "b", "'A1'", ",'channel_key':'k'"),
	     "200 RESERVED of 15: A1 until 20000; expired 12: A3,A1; reserved 15: A1 until 20000"},
	};

	(void)state;
	TAKE(steps);
}

static void an_expired_hold_comes_back_by_its_channel_as_it_then_is(void **state)
{
	static const struct step steps[] = {
	    HOUSE,
	    {0, RESERVE_ALSO("10", "a", "'A1'", ",'channel_key':'l'"), TAKES("10", "A1", "10000")},
	    {0, RESERVE("20", "b", "'A2'"), TAKES("20", "A2", "10000")},
	    {10000, EXPIRE("11", "10"), "200 EXPIRED of 10: A1; expired 10: A1"},
	    {10000, EXPIRE("21", "20"), "200 EXPIRED of 20: A2; expired 20: A2"},
	    {10000, BOSS("block_seats", "12", ",'channel':'house','seat_ids':['A1','A2']"),
	     "200 SEATS_BLOCKED of: A1,A2; blocked: A1,A2"},
	    {10000, CONFIRM("22", "b", "20"), "410 HOLD_EXPIRED but A2 blocked"},
	    {10000, BOSS("set_channels", "13", ",'channels':[{'channel':'box','opens':['house']}]"),
	     "200 CHANNELS_SET; channels_set"},
	    {10000, CONFIRM("14", "a", "10"), "410 HOLD_EXPIRED but A1 blocked"}, /* it has no key */
	    {10000, BOSS("set_channels", "15", ",'channels':[{'channel':'box','channel_key':'new',"
	                 "'opens':['house']}]"), "200 CHANNELS_SET; channels_set"},
	    {10000, CONFIRM("16", "a", "10"), "200 CONFIRMED of 10: A1 revived; sold 10: A1"},
	};

	(void)state;
	TAKE(steps);
	assert_true(fold.changes[0].is_retaken);
	assert_string_equal(seat("A1"), "sold by 10 at 12, version 12");
}

static void a_lapsed_hold_is_sold_though_its_seat_was_blocked(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "a", "'A1'"), TAKES("10", "A1", "10000")},
	    {1, BOSS("block_seats", "11", ",'channel':'house','seat_ids':['A1']"),
	     "200 SEATS_BLOCKED of: A1 but A1 reserved at 2; blocked: A1"},
	    {10000, CONFIRM("12", "a", "10"), "200 CONFIRMED of 10: A1 revived; sold 10: A1"},
	};

	(void)state;
	TAKE(steps);
	assert_false(fold.changes[0].is_retaken);
}

#define IN_SHOW(test) cmocka_unit_test_setup_teardown(test, open_show, close_fold)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_SHOW(every_type_asks_for_show_and_owner_first),
	    IN_SHOW(change_show_replaces_what_is_given_and_tells_what_differs),
	    IN_SHOW(a_window_is_open_from_its_first_millisecond_to_before_its_last),
	    IN_SHOW(two_seats_at_one_place_are_refused_and_two_may_change_theirs),
	    IN_SHOW(channels_are_set_whole_and_have_keys_of_their_own),
	    IN_SHOW(blocked_seats_are_listed_where_they_are_taken_and_told_where_they_changed),
	    IN_SHOW(a_seat_of_a_channel_goes_to_nobody_without_its_key),
	    IN_SHOW(an_expired_hold_comes_back_by_its_channel_as_it_then_is),
	    IN_SHOW(a_lapsed_hold_is_sold_though_its_seat_was_blocked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
