/* What an organiser changes of a show: section 4.1 of docs/protocol.md, reply, events and rows. */
#include "tests/unit/worker/plan/plan_help.h"

#define LAPSE (T0 + 10 * S) /* of Alice's hold */

#define OWN(type, id, rest) HEAD(type, id) ",'owner_key':'boss'," rest "}"
#define CHANGE(id, rest) OWN("change_show", id, rest)
#define ADD(id, seats) OWN("add_seats", id, "'seats':[" seats "]")
#define PLACES(id, seats) OWN("change_seats", id, "'seats':[" seats "]")
#define CHANNELS(id, channels) OWN("set_channels", id, "'channels':[" channels "]")
#define BLOCK(id, channel, seats) \
	OWN("block_seats", id, "'channel':'" channel "','seat_ids':[" seats "]")
#define UNBLOCK(id, seats) OWN("unblock_seats", id, "'seat_ids':[" seats "]")
#define AT(seat, row, pos) "{'seat_id':'" seat "','row':'" row "','pos':" pos "}"
#define IN(seat, section, row, pos) \
	"{'seat_id':'" seat "','section':'" section "','row':'" row "','pos':" pos "}"
#define BARE(seat) "{'seat_id':'" seat "'}"

/* ---- rows ---- */

static const struct model_show *show(void)
{
	return &model->shows[0];
}

static const struct model_channel *channel(const char *name)
{
	return model_channel(model, text_of("s"), text_of(name));
}

/* row NULL: it has a place, but stands in no row. */
static void stands(const char *seat_id, const char *row, int32_t pos, int64_t version)
{
	const struct model_place *place = model_place(model, text_of("s"), text_of(seat_id));

	assert_non_null(place);
	assert_true(text_identical(place->place.row, text_of(row)));
	assert_int_equal(place->place.pos, pos);
	assert_int_equal(place->version, version);
}

static void has_no_place(const char *seat_id)
{
	assert_null(model_place(model, text_of("s"), text_of(seat_id)));
}

static void is_of_channel(const char *seat_id, const char *name, int64_t version)
{
	const struct seat_row *row = row_of_seat(seat_id);

	assert_true(text_identical(row->channel, text_of(name)));
	assert_int_equal(row->version, version);
}

/* ---- whose show it is ---- */

static void an_organiser_meets_the_show_then_its_owner_then_the_rest(void **state)
{
	static const struct {
		const char *type, *none, *stranger;
	} types[] = {
		{"change_show", HEAD("change_show", "21") ",'hold_seconds':99}",
		 HEAD("change_show", "22") ",'hold_seconds':99,'owner_key':'x'}"},
		{"add_seats", HEAD("add_seats", "21") ",'seats':[" BARE("A1") "]}",
		 HEAD("add_seats", "22") ",'seats':[" BARE("A1") "],'owner_key':'x'}"},
		{"change_seats", HEAD("change_seats", "21") ",'seats':[" BARE("Z1") "]}",
		 HEAD("change_seats", "22") ",'seats':[" BARE("Z1") "],'owner_key':'x'}"},
		{"set_channels",
		 HEAD("set_channels", "21") ",'channels':[{'channel':'a','channel_key':'k'},"
		                            "{'channel':'b','channel_key':'k'}]}",
		 HEAD("set_channels", "22") ",'channels':[{'channel':'a'}],'owner_key':'x'}"},
		{"block_seats", HEAD("block_seats", "21") ",'channel':'a','seat_ids':['Z1']}",
		 HEAD("block_seats", "22") ",'channel':'a','seat_ids':['Z1'],'owner_key':'x'}"},
		{"unblock_seats", HEAD("unblock_seats", "21") ",'seat_ids':['Z1']}",
		 HEAD("unblock_seats", "22") ",'seat_ids':['Z1'],'owner_key':'x'}"},
	};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		close_all(state);
		open_nothing(state);
		refuses(ask(T0, types[i].none), U("21"), types[i].type, 404, "UNKNOWN_SHOW", "");
		close_all(state);
		open_show(state);
		refuses(ask(T0, types[i].none), U("21"), types[i].type, 403, "WRONG_OWNER", "");
		refuses(ask(T0, types[i].stranger), U("22"), types[i].type, 403, "WRONG_OWNER", "");
	}
}

/* ---- create_show ---- */

static void a_show_is_made_with_the_policy_that_is_given(void **state)
{
	(void)state;
	ask(T0, HEAD("create_show", "01") ",'rules':1,'singles':'allow','max_seats':4,"
	                                  "'on_sale_from':'2001-09-09T01:46:41.000Z'}");
	tells(last(), event("show_created",
	                    "'rules':1,'hold_seconds':600,'max_hold_seconds':1800,'max_seats':4,"
	                    "'on_sale_from':'2001-09-09T01:46:41.000Z','singles':'allow'"));
	assert_int_equal(show()->rules, 1);
	assert_true(show()->policy.on_sale.has_from);
	assert_int_equal(show()->policy.on_sale.from_ms, T0 + S);
	assert_false(show()->policy.on_sale.has_until || show()->policy.closed);
	assert_int_equal(show()->version, 0);
}

/* ---- change_show ---- */

static void a_show_becomes_what_is_given_and_stays_the_rest(void **state)
{
	const struct model_decision *d =
	    ask(T0 + 7, CHANGE("20", "'title':'New','max_seats':5,'closed':true,'singles':'refuse',"
	                             "'on_sale_from':'1970-01-01T00:00:00.000Z',"
	                             "'on_sale_until':'9999-12-31T23:59:59.999Z'"));

	(void)state;
	answers(d, U("20"), "change_show", 200, "SHOW_CHANGED", "");
	tells(d, event("show_changed",
	               "'title':'New','max_seats':5,'on_sale_from':'1970-01-01T00:00:00.000Z',"
	               "'on_sale_until':'9999-12-31T23:59:59.999Z','closed':true,'singles':'refuse'"));
	assert_true(text_same(show()->policy.title, text_of("New")));
	assert_int_equal(show()->policy.max_seats, 5);
	assert_int_equal(show()->policy.hold_seconds, 10);
	assert_int_equal(show()->policy.max_hold_seconds, 30);
	assert_true(show()->policy.closed && show()->policy.singles == SINGLES_REFUSE);
	assert_int_equal(show()->version, 2);
	assert_int_equal(show()->created_offset, 0);
	assert_int_equal(show()->created_at_ms, T0);
}

static void what_a_show_is_already_is_no_change_of_it(void **state)
{
	(void)state;
	answers(ask(T0, CHANGE("20", "'max_seats':3,'closed':false,'singles':'allow'")), U("20"),
	        "change_show", 200, "SHOW_CHANGED", "");
	tells(last(), NULL);
	assert_int_equal(show()->version, 0);
	ask(T0, CHANGE("21", "'max_seats':3,'hold_seconds':11,'title':''"));
	tells(last(), event("show_changed", "'title':'','hold_seconds':11"));
	assert_int_equal(show()->version, 3);
	ask(T0, CHANGE("22", "'title':'','new_owner_key':'boss'"));
	answers(last(), U("22"), "change_show", 200, "SHOW_CHANGED", "");
	tells(last(), NULL);
	assert_int_equal(show()->version, 3);
}

static void holds_would_be_too_long_by_what_the_show_would_be(void **state)
{
	static const struct {
		const char *given;
		bool is_fine;
	} tried[] = {
		{"'hold_seconds':31", false},  {"'max_hold_seconds':9", false},
		{"'hold_seconds':40,'max_hold_seconds':39", false},
		{"'hold_seconds':30", true},   {"'max_hold_seconds':30", true},
		{"'hold_seconds':40,'max_hold_seconds':40", true},
	};

	for (size_t i = 0; i < sizeof tried / sizeof tried[0]; i++) {
		const char *json = join(HEAD("change_show", "20") ",'owner_key':'boss',%s}", tried[i].given);

		close_all(state);
		open_show(state);
		json = join(HEAD("change_show", "20") ",'owner_key':'boss',%s}", tried[i].given);
		if (tried[i].is_fine) {
			answers(ask(T0, json), U("20"), "change_show", 200, "SHOW_CHANGED", "");
			continue;
		}
		refuses(ask(T0, json), U("20"), "change_show", 400, "HOLD_TOO_LONG", "");
		assert_int_equal(show()->version, 0);
	}
}

static void a_key_changes_hands_and_nobody_is_told(void **state)
{
	(void)state;
	answers(ask(T0, CHANGE("20", "'new_owner_key':'heir'")), U("20"), "change_show", 200,
	        "SHOW_CHANGED", "");
	tells(last(), NULL);
	assert_int_equal(show()->version, 2);
	refuses(ask(T0, CHANGE("21", "'max_seats':5")), U("21"), "change_show", 403, "WRONG_OWNER", "");
	answers(ask(T0, HEAD("change_show", "22") ",'owner_key':'heir','max_seats':5}"), U("22"),
	        "change_show", 200, "SHOW_CHANGED", "");
}

static void a_show_without_an_owner_gets_one(void **state)
{
	(void)state;
	ask(T0, HEAD("create_show", "01") "}");
	answers(ask(T0, HEAD("change_show", "02") ",'owner_key':'x','new_owner_key':'boss'}"), U("02"),
	        "change_show", 200, "SHOW_CHANGED", "");
	assert_true(show()->has_owner);
	assert_int_equal(show()->version, 1);
	refuses(ask(T0, HEAD("change_show", "03") ",'max_seats':5}"), U("03"), "change_show", 403,
	        "WRONG_OWNER", "");
	refuses(ask(T0, CANCEL("04", "boss", "10")), U("04"), "cancel", 404, "UNKNOWN_RESERVATION", "");
}

static void holds_that_are_there_keep_their_times(void **state)
{
	(void)state;
	alice_reserves();
	ask(T0, CHANGE("20", "'hold_seconds':5,'max_hold_seconds':15"));
	is_reservation(U("10"), RESERVATION_HELD, LAPSE, NONE);
	answers(ask(T0 + 1, EXTEND("21", "alice", "10", "15")), U("21"), "extend", 200, "EXTENDED",
	        join("%s,%s", HOLDS("10", "'A2','A1'"), until(T0 + 15 * S)));
}

/* ---- add_seats ---- */

static void seats_are_added_with_their_places(void **state)
{
	static const char full[] = "{'seat_id':'B2','section':'Rang','row':'1','pos':7,"
	                           "'category':'x','rank':5,'flags':['restricted','accessible'],"
	                           "'x':0,'y':1000000}";
	const struct model_place *place;

	(void)state;
	answers(ask(T0, join(HEAD("add_seats", "20") ",'owner_key':'boss','seats':[%s," BARE("B1")
	                     "],'seat_ids':['B3']}", full)),
	        U("20"), "add_seats", 200, "SEATS_ADDED", "'seat_ids':['B3','B2','B1']");
	tells(last(), event("seats_added", join("'seat_ids':['B3','B2','B1'],'seats':[%s," BARE("B1")
	                                        "]", full)));
	has_no_place("B3");
	stands("B1", NULL, 0, 2);
	stands("B2", "1", 7, 2);
	is_available("B2", 2);
	place = model_place(model, text_of("s"), text_of("B2"));
	assert_true(text_same(place->place.section, text_of("Rang")));
	assert_true(text_same(place->place.category, text_of("x")));
	assert_int_equal(place->place.rank, 5);
	assert_int_equal(place->place.flags,
	                 PLACE_FLAG_BIT(PLACE_ACCESSIBLE) | PLACE_FLAG_BIT(PLACE_RESTRICTED));
	assert_true(place->place.has_point && place->place.x == 0 && place->place.y == 1000000);
	assert_int_equal(model_place(model, text_of("s"), text_of("B1"))->place.rank, 1000000);
}

static void two_seats_are_not_added_at_one_place(void **state)
{
	(void)state;
	ask(T0, ADD("20", AT("B1", "r", "1") "," IN("B2", "sec", "r", "1") "," AT("B3", "q", "1")));
	/* With what is there, and with one another; C3 is alone, C6 and C7 are nowhere. */
	refuses(ask(T0, ADD("21", AT("C1", "r", "2") "," AT("C2", "r", "1") "," AT("C3", "r", "3") ","
	                    AT("C4", "r", "2") "," IN("C5", "sec", "r", "1") "," BARE("C6") ","
	                    BARE("C7"))),
	        U("21"), "add_seats", 409, "PLACE_TAKEN",
	        "'unavailable':[{'seat_id':'C1'},{'seat_id':'C2'},{'seat_id':'C4'},{'seat_id':'C5'}]");
	has_no_place("C3");
	/* A seat that is there already comes first. */
	refuses(ask(T0, ADD("22", AT("A1", "r", "1"))), U("22"), "add_seats", 409, "SEAT_EXISTS",
	        "'unavailable':[{'seat_id':'A1'}]");
	answers(ask(T0, ADD("23", IN("C2", "r", "r", "1") "," IN("C5", "sec", "q", "1") ","
	                    AT("C1", "r", "2") "," AT("C6", "r1", "1"))),
	        U("23"), "add_seats", 200, "SEATS_ADDED", "'seat_ids':['C2','C5','C1','C6']");
}

/* ---- change_seats ---- */

static int open_hall(void **state)
{
	open_show(state);
	ask(T0, ADD("03", AT("B1", "r", "1") "," AT("B2", "r", "2") "," AT("B3", "r", "3")));
	assert_int_equal(last()->decision.outcome, OUTCOME_SEATS_ADDED);
	return 0;
}

static void a_place_becomes_what_is_given_and_nothing_else(void **state)
{
	(void)state;
	ask(T0, PLACES("20", "{'seat_id':'B1','category':'x','row':'r','pos':9,'flags':['companion'],"
	                     "'x':1,'y':2}"));
	answers(last(), U("20"), "change_seats", 200, "SEATS_CHANGED", "'seat_ids':['B1']");
	tells(last(), event("seats_changed", "'seats':[{'seat_id':'B1','row':'r','pos':9,"
	                                     "'category':'x','flags':['companion'],'x':1,'y':2}]"));
	stands("B1", "r", 9, 3);
	ask(T0, PLACES("21", "{'seat_id':'B1','rank':3}"));
	stands("B1", NULL, 0, 4);
	assert_null(model_place(model, text_of("s"), text_of("B1"))->place.category.data);
	assert_int_equal(model_place(model, text_of("s"), text_of("B1"))->place.flags, 0);
	assert_false(model_place(model, text_of("s"), text_of("B1"))->place.has_point);
	assert_int_equal(model_place(model, text_of("s"), text_of("B1"))->place.rank, 3);
	is_available("B1", 2); /* the seat itself is as it was */
}

static void the_same_place_again_is_told_and_changes_no_row(void **state)
{
	static const char seats[] = AT("B1", "r", "1") "," AT("B2", "r", "5") "," BARE("A1");

	(void)state;
	ask(T0, PLACES("20", AT("B1", "r", "1") "," AT("B2", "r", "5") "," BARE("A1")));
	answers(last(), U("20"), "change_seats", 200, "SEATS_CHANGED", "'seat_ids':['B1','B2','A1']");
	tells(last(), event("seats_changed", join("'seats':[%s]", seats)));
	stands("B1", "r", 1, 2);
	stands("B2", "r", 5, 3);
	stands("A1", NULL, 0, 3);
	has_no_place("A2");
	/* The default written out is the same place, and so is an empty list. */
	ask(T0, PLACES("21", "{'seat_id':'B1','row':'r','pos':1,'rank':1000000,'flags':[]}"));
	stands("B1", "r", 1, 2);
}

static void seats_change_their_places_with_one_another(void **state)
{
	(void)state;
	answers(ask(T0, PLACES("20", AT("B1", "r", "2") "," AT("B2", "r", "1"))), U("20"),
	        "change_seats", 200, "SEATS_CHANGED", "'seat_ids':['B1','B2']");
	stands("B1", "r", 2, 3);
	stands("B2", "r", 1, 3);
	/* All three in a circle, and one moves to where another leaves. */
	answers(ask(T0, PLACES("21", AT("B1", "r", "1") "," AT("B2", "r", "3") "," AT("B3", "r", "2"))),
	        U("21"), "change_seats", 200, "SEATS_CHANGED", "'seat_ids':['B1','B2','B3']");
	answers(ask(T0, PLACES("22", AT("A1", "r", "1") "," BARE("B1"))), U("22"), "change_seats", 200,
	        "SEATS_CHANGED", "'seat_ids':['A1','B1']");
	stands("A1", "r", 1, 5);
	stands("B1", NULL, 0, 5);
}

static void a_place_is_taken_by_who_is_there_in_the_end(void **state)
{
	(void)state;
	refuses(ask(T0, PLACES("20", AT("B1", "r", "2") "," AT("A1", "r", "7"))), U("20"),
	        "change_seats", 409, "PLACE_TAKEN", "'unavailable':[{'seat_id':'B1'}]");
	/* B2 stays where it is, A2 and A3 want one place. */
	refuses(ask(T0, PLACES("21", AT("A1", "r", "2") "," AT("B2", "r", "2") "," AT("A2", "r", "8")
	                       "," AT("A3", "r", "8") "," AT("B3", "r", "9"))),
	        U("21"), "change_seats", 409, "PLACE_TAKEN",
	        "'unavailable':[{'seat_id':'A1'},{'seat_id':'B2'},{'seat_id':'A2'},{'seat_id':'A3'}]");
	stands("B3", "r", 3, 2);
	refuses(ask(T0, PLACES("22", AT("B1", "r", "2") "," BARE("Z2") "," BARE("Z1"))), U("22"),
	        "change_seats", 404, "UNKNOWN_SEAT", "'unavailable':[{'seat_id':'Z2'},{'seat_id':'Z1'}]");
}

static void a_place_changes_at_any_status(void **state)
{
	(void)state;
	alice_reserves();
	ask(T0, CONFIRM("11", "alice", "10"));
	ask(T0, RESERVE("12", "bob", "'A3'"));
	answers(ask(T0, PLACES("20", AT("A1", "q", "1") "," AT("A3", "q", "2"))), U("20"),
	        "change_seats", 200, "SEATS_CHANGED", "'seat_ids':['A1','A3']");
	is_taken("A1", U("10"), NONE, 3, 4);
	is_taken("A3", U("12"), T0 + 10 * S, 5, 5);
	stands("A1", "q", 1, 6);
}

/* ---- every move of three seats over three places of a row ---- */

#define MOVERS 3
#define NOWHERE 0 /* a place of no row; 1 to 3: pos */
#define SPOTS 4
#define NOT_NAMED SPOTS

/* spot[i] of B<i + 1>; "" where none is named. */
static const char *moves(const int spot[MOVERS], const char *id)
{
	const char *seats = "";

	for (int i = 0; i < MOVERS; i++) {
		const char *row = spot[i] == NOWHERE ? "" : join(",'row':'r','pos':%d", spot[i]);

		if (spot[i] != NOT_NAMED)
			seats = join("%s%s{'seat_id':'B%d'%s}", seats, seats[0] ? "," : "", i + 1, row);
	}
	if (!seats[0])
		return "";
	return join("{'type':'change_seats','request_id':'%s','show_id':'s','owner_key':'boss',"
	            "'seats':[%s]}", id, seats);
}

/* Those named that would stand where another stands in the end; "" where none would. */
static const char *crowded(const int before[MOVERS], const int asked[MOVERS])
{
	const char *list = "";
	int after[MOVERS];

	for (int i = 0; i < MOVERS; i++)
		after[i] = asked[i] == NOT_NAMED ? before[i] : asked[i];
	for (int i = 0; i < MOVERS; i++) {
		bool is_crowded = false;

		for (int k = 0; k < MOVERS; k++)
			is_crowded |= k != i && after[i] != NOWHERE && after[i] == after[k];
		if (is_crowded && asked[i] != NOT_NAMED)
			list = join("%s%s{'seat_id':'B%d'}", list, list[0] ? "," : "", i + 1);
	}
	return list;
}

static void unpack(int number, int base, int spot[MOVERS])
{
	for (int i = 0; i < MOVERS; i++, number /= base)
		spot[i] = number % base;
}

static void try_move(const int before[MOVERS], const int asked[MOVERS], int number)
{
	const char *id = join("00000000-0000-4000-8000-00000001%04d", number);
	const char *json = moves(asked, id), *list = crowded(before, asked);
	const struct model_decision *d;

	if (!json[0])
		return;
	d = ask(T0, json);
	assert_int_equal(d->decision.outcome, list[0] ? OUTCOME_PLACE_TAKEN : OUTCOME_SEATS_CHANGED);
	if (list[0])
		refuses(d, id, "change_seats", 409, "PLACE_TAKEN", join("'unavailable':[%s]", list));
	for (int i = 0; i < MOVERS; i++) {
		int spot = list[0] || asked[i] == NOT_NAMED ? before[i] : asked[i];

		stands(join("B%d", i + 1), spot == NOWHERE ? NULL : "r", spot,
		       model_place(model, text_of("s"), text_of(join("B%d", i + 1)))->version);
	}
}

static void every_move_is_judged_by_where_all_stand_in_the_end(void **state)
{
	static const int nobody[MOVERS] = {NOT_NAMED, NOT_NAMED, NOT_NAMED};
	static const int away[MOVERS] = {NOWHERE, NOWHERE, NOWHERE};
	int before[MOVERS], asked[MOVERS], tried = 0;

	for (int from = 0; from < SPOTS * SPOTS * SPOTS; from++) {
		unpack(from, SPOTS, before);
		if (crowded(nobody, before)[0])
			continue;
		close_all(state);
		open_hall(state);
		for (int to = 0; to < (SPOTS + 1) * (SPOTS + 1) * (SPOTS + 1); to++, tried++) {
			ask(T0, moves(away, join("00000000-0000-4000-8000-00000002%04d", to)));
			ask(T0, moves(before, join("00000000-0000-4000-8000-00000003%04d", to)));
			unpack(to, SPOTS + 1, asked);
			try_move(before, asked, to);
		}
	}
	assert_int_equal(tried, 34 * 125);
}

/* ---- several of one batch ---- */

static void decide_together(const char *const *requests, size_t count)
{
	struct record records[8];

	assert_true(count <= 8);
	for (size_t i = 0; i < count; i++)
		records[i] = record_of(T0, requests[i]);
	model_decide(model, records, count);
}

static const struct model_decision *nth_last(size_t back)
{
	return &model->decisions[model->decision_count - back];
}

static void one_batch_sees_the_places_of_its_own(void **state)
{
	static const char *const requests[] = {
		PLACES("20", BARE("B1")),                       /* leaves r 1 */
		ADD("21", AT("C1", "r", "1")),                  /* which is free now */
		PLACES("22", AT("B2", "r", "1")),               /* and taken again */
		PLACES("23", AT("C1", "r", "2") "," AT("B2", "r", "1")),
		PLACES("24", AT("C1", "r", "4")),
		ADD("25", AT("C2", "r", "1") "," AT("C3", "r", "4")),
	};

	(void)state;
	decide_together(requests, 6);
	assert_int_equal(nth_last(6)->decision.outcome, OUTCOME_SEATS_CHANGED);
	assert_int_equal(nth_last(5)->decision.outcome, OUTCOME_SEATS_ADDED);
	assert_int_equal(nth_last(4)->decision.outcome, OUTCOME_PLACE_TAKEN);
	assert_int_equal(nth_last(3)->decision.outcome, OUTCOME_SEATS_CHANGED);
	assert_int_equal(nth_last(2)->decision.outcome, OUTCOME_SEATS_CHANGED);
	refuses(nth_last(1), U("25"), "add_seats", 409, "PLACE_TAKEN",
	        "'unavailable':[{'seat_id':'C2'},{'seat_id':'C3'}]");
	stands("C1", "r", 4, 7);
	stands("B2", "r", 1, 6);
}

/* Who left a place clears it, unless another came to it before. */
static void one_batch_sees_who_came_before_another_left(void **state)
{
	static const char *const requests[] = {
		PLACES("20", AT("B1", "r", "2") "," AT("B2", "r", "1")),
		ADD("21", AT("C1", "r", "2") "," AT("C2", "r", "1") "," AT("C3", "r", "4")),
	};

	(void)state;
	decide_together(requests, 2);
	refuses(nth_last(1), U("21"), "add_seats", 409, "PLACE_TAKEN",
	        "'unavailable':[{'seat_id':'C1'},{'seat_id':'C2'}]");
}

static void one_batch_sees_the_policy_and_the_owner_of_its_own(void **state)
{
	static const char *const requests[] = {
		HEAD("create_show", "01") ",'hold_seconds':10}",
		HEAD("change_show", "02") ",'new_owner_key':'boss','max_hold_seconds':20}",
		HEAD("add_seats", "03") ",'seat_ids':['A1']}",
		CHANGE("04", "'hold_seconds':21"),
		CHANNELS("05", "{'channel':'a','channel_key':'k'}"),
		CHANNELS("06", "{'channel':'b','channel_key':'k'}"),
		CHANNELS("07", "{'channel':'b','channel_key':'k'},{'channel':'a'}"),
	};

	(void)state;
	decide_together(requests, 7);
	assert_int_equal(nth_last(5)->decision.outcome, OUTCOME_WRONG_OWNER);
	assert_int_equal(nth_last(4)->decision.outcome, OUTCOME_HOLD_TOO_LONG);
	assert_int_equal(nth_last(3)->decision.outcome, OUTCOME_CHANNELS_SET);
	assert_int_equal(nth_last(2)->decision.outcome, OUTCOME_KEY_TAKEN);
	assert_int_equal(nth_last(1)->decision.outcome, OUTCOME_CHANNELS_SET);
	assert_int_equal(show()->version, 1);
	assert_int_equal(channel("a")->row.version, 6);
	assert_false(channel("a")->row.has_key);
	assert_int_equal(channel("b")->row.version, 6);
}

/* ---- set_channels ---- */

static void a_channel_becomes_what_is_given_all_of_it(void **state)
{
	static const char told[] = "{'channel':'a','on_sale_from':'2001-09-09T01:46:41.000Z',"
	                           "'on_sale_until':'2001-09-09T01:46:42.000Z',"
	                           "'opens':['public','Gäste','a'],'exempt':true}";
	static const char zero = '\0';
	const struct text hashed[] = {text_of("s"), {&zero, 1}, text_of("channel"), {&zero, 1},
	                              text_of("key-a")};
	const struct channel_row *row;
	uint8_t hash[SHA256_BYTES];

	(void)state;
	answers(ask(T0, CHANNELS("20", "{'channel':'a','channel_key':'key-a',"
	                               "'on_sale_from':'2001-09-09T01:46:41.000Z',"
	                               "'on_sale_until':'2001-09-09T01:46:42.000Z',"
	                               "'opens':['public','Gäste','a'],'exempt':true},"
	                               "{'channel':'b'}")),
	        U("20"), "set_channels", 200, "CHANNELS_SET", "");
	tells(last(), event("channels_set", join("'channels':[%s,{'channel':'b'}]", told)));
	row = &channel("a")->row;
	sha256(hash, hashed, 5);
	assert_true(row->has_key);
	assert_memory_equal(row->key_hash, hash, SHA256_BYTES);
	assert_int_equal(row->opens_count, 3);
	assert_true(text_same(row->opens[0], text_of("Gäste")));
	assert_true(text_same(row->opens[2], text_of("public")));
	assert_true(row->is_exempt && row->on_sale.has_from && row->on_sale.has_until);
	assert_int_equal(row->version, 2);
	assert_false(channel("b")->row.has_key);
	/* The same again, in another order: told, and no change. */
	ask(T0, CHANNELS("21", "{'channel':'b','opens':[],'exempt':false},"
	                       "{'channel':'a','channel_key':'key-a','exempt':true,"
	                       "'on_sale_from':'2001-09-09T01:46:41.000Z','opens':['a','Gäste','public'],"
	                       "'on_sale_until':'2001-09-09T01:46:42.000Z'}"));
	assert_non_null(strstr(last()->events.data, "\"channel\":\"b\",\"opens\":[],\"exempt\":false"));
	assert_int_equal(channel("a")->row.version, 2);
	assert_int_equal(channel("b")->row.version, 2);
	ask(T0, CHANNELS("22", "{'channel':'a'}"));
	assert_int_equal(channel("a")->row.version, 4);
	ask(T0, CHANNELS("23", "{'channel':'b','exempt':true}"));
	assert_true(channel("b")->row.is_exempt);
	assert_int_equal(channel("b")->row.version, 5);
	row = &channel("a")->row;
	assert_false(row->has_key || row->is_exempt || row->on_sale.has_from || row->on_sale.has_until);
	assert_int_equal(row->opens_count, 0);
	assert_int_equal(row->version, 4);
	assert_int_equal(show()->version, 0);
}

static void no_two_channels_have_one_key_in_the_end(void **state)
{
	(void)state;
	ask(T0, CHANNELS("20", "{'channel':'a','channel_key':'k1'},{'channel':'b','channel_key':'k2'}"));
	refuses(ask(T0, CHANNELS("21", "{'channel':'c','channel_key':'k1'}")), U("21"), "set_channels",
	        409, "KEY_TAKEN", "");
	refuses(ask(T0, CHANNELS("22", "{'channel':'c','channel_key':'k3'},"
	                               "{'channel':'d','channel_key':'k3'}")),
	        U("22"), "set_channels", 409, "KEY_TAKEN", "");
	assert_null(channel("c"));
	/* They change keys; one gives its up; any number has none. */
	answers(ask(T0, CHANNELS("23", "{'channel':'a','channel_key':'k2'},"
	                               "{'channel':'b','channel_key':'k1'}")),
	        U("23"), "set_channels", 200, "CHANNELS_SET", "");
	answers(ask(T0, CHANNELS("24", "{'channel':'a'},{'channel':'c','channel_key':'k2'},"
	                               "{'channel':'d'}")),
	        U("24"), "set_channels", 200, "CHANNELS_SET", "");
	assert_int_equal(channel("b")->row.version, 5);
}

/* ---- block_seats, unblock_seats ---- */

static void seats_are_blocked_and_those_not_free_are_listed(void **state)
{
	(void)state;
	alice_reserves();
	ask(T0, RESERVE("11", "bob", "'A3'"));
	ask(T0, CONFIRM("12", "bob", "11"));
	answers(ask(T0 + 1, BLOCK("20", "Häuser", "'A4','A3','A2'")), U("20"), "block_seats", 200,
	        "SEATS_BLOCKED",
	        "'seat_ids':['A4','A3','A2'],"
	        "'unavailable':[{'seat_id':'A3','status':'sold','taken_at_offset':3},"
	        "{'seat_id':'A2','status':'reserved','taken_at_offset':2}]");
	tells(last(), event("blocked", "'channel':'Häuser','seat_ids':['A4','A3','A2']"));
	is_of_channel("A4", "Häuser", 5);
	is_of_channel("A3", "Häuser", 5);
	is_taken("A3", U("11"), NONE, 3, 5);
	is_taken("A2", U("10"), LAPSE, 2, 5);
	is_of_channel("A1", NULL, 2);
	/* The hold goes on, and what it gives back is blocked. */
	answers(ask(T0 + 2, RELEASE("21", "alice", "10")), U("21"), "release", 200, "RELEASED",
	        HOLDS("10", "'A2','A1'"));
	is_of_channel("A2", "Häuser", 6);
}

static void a_seat_of_a_lapsed_hold_is_free_to_be_blocked(void **state)
{
	(void)state;
	alice_reserves();
	answers(ask(LAPSE, BLOCK("20", "a", "'A1'")), U("20"), "block_seats", 200, "SEATS_BLOCKED",
	        "'seat_ids':['A1']");
	is_taken("A1", U("10"), LAPSE, 2, 3);
	is_reservation(U("10"), RESERVATION_HELD, LAPSE, NONE);
}

static void only_seats_whose_channel_changes_are_told(void **state)
{
	(void)state;
	ask(T0, BLOCK("20", "a", "'A2'"));
	answers(ask(T0, BLOCK("21", "a", "'A3','A2'")), U("21"), "block_seats", 200, "SEATS_BLOCKED",
	        "'seat_ids':['A3','A2']");
	tells(last(), event("blocked", "'channel':'a','seat_ids':['A3']"));
	is_of_channel("A2", "a", 2);
	ask(T0, BLOCK("22", "a", "'A3','A2'"));
	tells(last(), NULL);
	ask(T0, BLOCK("23", "b", "'A3'"));
	tells(last(), event("blocked", "'channel':'b','seat_ids':['A3']"));
	answers(ask(T0, UNBLOCK("24", "'A1','A2','A3'")), U("24"), "unblock_seats", 200,
	        "SEATS_UNBLOCKED", "'seat_ids':['A1','A2','A3']");
	tells(last(), event("unblocked", "'seat_ids':['A2','A3']"));
	is_available("A1", 1);
	is_of_channel("A2", NULL, 6);
	answers(ask(T0, UNBLOCK("25", "'A1'")), U("25"), "unblock_seats", 200, "SEATS_UNBLOCKED",
	        "'seat_ids':['A1']");
	tells(last(), NULL);
}

static void unblocking_lists_nothing_and_works_at_any_status(void **state)
{
	(void)state;
	alice_reserves();
	ask(T0, BLOCK("20", "a", "'A1','A2'"));
	answers(ask(T0, UNBLOCK("21", "'A1'")), U("21"), "unblock_seats", 200, "SEATS_UNBLOCKED",
	        "'seat_ids':['A1']");
	is_taken("A1", U("10"), LAPSE, 2, 4);
	is_of_channel("A1", NULL, 4);
}

static void seats_that_are_not_there_are_neither_blocked_nor_unblocked(void **state)
{
	(void)state;
	refuses(ask(T0, BLOCK("20", "a", "'Z2','A1','Z1'")), U("20"), "block_seats", 404, "UNKNOWN_SEAT",
	        "'unavailable':[{'seat_id':'Z2'},{'seat_id':'Z1'}]");
	refuses(ask(T0, UNBLOCK("21", "'A1','Z1'")), U("21"), "unblock_seats", 404, "UNKNOWN_SEAT",
	        "'unavailable':[{'seat_id':'Z1'}]");
}

#define ON_A_SHOW(test) cmocka_unit_test_setup_teardown(test, open_show, close_all)
#define IN_A_HALL(test) cmocka_unit_test_setup_teardown(test, open_hall, close_all)
#define ON_NOTHING(test) cmocka_unit_test_setup_teardown(test, open_nothing, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_NOTHING(an_organiser_meets_the_show_then_its_owner_then_the_rest),
	    ON_NOTHING(a_show_is_made_with_the_policy_that_is_given),
	    ON_A_SHOW(a_show_becomes_what_is_given_and_stays_the_rest),
	    ON_A_SHOW(what_a_show_is_already_is_no_change_of_it),
	    ON_A_SHOW(holds_would_be_too_long_by_what_the_show_would_be),
	    ON_A_SHOW(a_key_changes_hands_and_nobody_is_told),
	    ON_NOTHING(a_show_without_an_owner_gets_one),
	    ON_A_SHOW(holds_that_are_there_keep_their_times),
	    ON_A_SHOW(seats_are_added_with_their_places),
	    ON_A_SHOW(two_seats_are_not_added_at_one_place),
	    IN_A_HALL(a_place_becomes_what_is_given_and_nothing_else),
	    IN_A_HALL(the_same_place_again_is_told_and_changes_no_row),
	    IN_A_HALL(seats_change_their_places_with_one_another),
	    IN_A_HALL(a_place_is_taken_by_who_is_there_in_the_end),
	    IN_A_HALL(a_place_changes_at_any_status),
	    IN_A_HALL(every_move_is_judged_by_where_all_stand_in_the_end),
	    IN_A_HALL(one_batch_sees_the_places_of_its_own),
	    IN_A_HALL(one_batch_sees_who_came_before_another_left),
	    ON_NOTHING(one_batch_sees_the_policy_and_the_owner_of_its_own),
	    ON_A_SHOW(a_channel_becomes_what_is_given_all_of_it),
	    ON_A_SHOW(no_two_channels_have_one_key_in_the_end),
	    ON_A_SHOW(seats_are_blocked_and_those_not_free_are_listed),
	    ON_A_SHOW(a_seat_of_a_lapsed_hold_is_free_to_be_blocked),
	    ON_A_SHOW(only_seats_whose_channel_changes_are_told),
	    ON_A_SHOW(unblocking_lists_nothing_and_works_at_any_status),
	    ON_A_SHOW(seats_that_are_not_there_are_neither_blocked_nor_unblocked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
