/*
 * What an organiser sets and what a customer meets of it: every row of sections 4.1 and 4.2 of
 * docs/protocol.md about policies, places, channels and windows, by its published reply and event
 * and by what it leaves in the rows.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/agree.h"
#include "tests/integration/ask.h"
#include "tests/integration/rig.h"

#define EVENTS_MAX 400
#define MORE_BYTES 1000

static long worker;

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", "--log-level=debug", NULL);
	return 0;
}

static int tear_down(void **state)
{
	int code = rig_stop(worker, SIGTERM);

	if (code)
		fprintf(stderr, "worker ended with %d\n%s\n", code, rig_log());
	return rig_drop(state) || code;
}

/* ---- asking; ' stands for " ---- */

static const char *say(const char *show, const char *id, const char *type, const char *rest)
{
	char more[MORE_BYTES];
	size_t bytes = strlen(rest);

	assert_true(bytes + 2 < sizeof more);
	snprintf(more, sizeof more, "%s%s", bytes ? "," : "", rest);
	for (char *c = more; *c; c++)
		if (*c == '\'')
			*c = '"';
	return ask(show, id, type, more);
}

static void accepts(const char *show, const char *type, const char *rest, const char *reason)
{
	rig_expect(say(show, rig_id(), type, rest), 200, reason);
}

static const char *refuses(const char *show, const char *type, const char *rest, int code,
                           const char *reason)
{
	const char *reply = say(show, rig_id(), type, rest);

	rig_expect(reply, code, reason);
	return reply;
}

static const char *reserve(const char *show, const char *id, const char *session, const char *seats,
                           const char *rest)
{
	char more[MORE_BYTES];

	snprintf(more, sizeof more, "'session_id':'%s','seat_ids':[%s]%s%s", session, seats,
	         rest[0] ? "," : "", rest);
	return say(show, id, "reserve", more);
}

static void has(const char *reply, const char *part)
{
	char quoted[MORE_BYTES];

	snprintf(quoted, sizeof quoted, "%s", part);
	for (char *c = quoted; *c; c++)
		if (*c == '\'')
			*c = '"';
	if (!strstr(reply, quoted))
		print_error("%s\nis not in\n%s\n", quoted, reply);
	assert_non_null(strstr(reply, quoted));
}

/* ---- what was told ---- */

static size_t events_seen; /* of the show at hand */

/* The last event of the show says this, and there are as many as before and `more`. */
static void tells(const char *show, size_t more, const char *part)
{
	struct record *records = calloc(EVENTS_MAX, sizeof *records);
	size_t found, count = 0;
	char *last = NULL;

	assert_non_null(records);
	found = rig_read(rig_topics.events, records, EVENTS_MAX);
	for (size_t i = 0; i < found; i++) {
		if (!text_same(records[i].key, text_of(show)))
			continue;
		count++;
		free(last);
		last = strndup(records[i].value.data, records[i].value.bytes);
	}
	rig_give(records, found);
	free(records);
	assert_int_equal(count, events_seen + more);
	events_seen = count;
	if (part)
		has(last, part);
	free(last);
}

/* A show of an owner "k" with A1 to A4, and what is given besides. */
static void make(const char *show, const char *rest)
{
	char more[MORE_BYTES];

	snprintf(more, sizeof more, "'owner_key':'k'%s%s", rest[0] ? "," : "", rest);
	accepts(show, "create_show", more, "SHOW_CREATED");
	accepts(show, "add_seats", "'owner_key':'k','seat_ids':['A1','A2','A3','A4']", "SEATS_ADDED");
	events_seen = 2;
}

static const char *seats_of(const char *show)
{
	return rig_sql("SELECT string_agg(seat_id || '=' || status || coalesce(':' || channel, ''), ' ' "
	               "ORDER BY seat_id) FROM holdfast.show_seats WHERE show_id = '%s'", show);
}

static const char *places_of(const char *show)
{
	return rig_sql("SELECT string_agg(concat_ws('/', seat_id, section, seat_row, pos, category, "
	               "rank, flags, x, y), ' ' ORDER BY seat_id) FROM holdfast.seat_places "
	               "WHERE show_id = '%s'", show);
}

/* ---- organisers ---- */

static void an_organiser_meets_the_show_and_then_its_owner(void **state)
{
	static const struct {
		const char *type, *rest;
	} types[] = {
		{"change_show", "'hold_seconds':9999"},  {"add_seats", "'seat_ids':['A1']"},
		{"change_seats", "'seats':[{'seat_id':'Z'}]"},
		{"set_channels", "'channels':[{'channel':'a'}]"},
		{"block_seats", "'channel':'a','seat_ids':['Z']"}, {"unblock_seats", "'seat_ids':['Z']"},
	};

	(void)state;
	make("o1", "");
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		refuses("o0", types[i].type, types[i].rest, 404, "UNKNOWN_SHOW");
		refuses("o1", types[i].type, types[i].rest, 403, "WRONG_OWNER");
	}
	tells("o1", 0, NULL);
}

static void a_show_is_made_and_changed(void **state)
{
	(void)state;
	make("c1", "'rules':1,'singles':'refuse','on_sale_from':'2001-02-03T04:05:06.789Z'");
	assert_string_equal(rig_sql("SELECT rules, title IS NULL, hold_seconds, max_hold_seconds, "
	                            "max_seats, extract(epoch FROM on_sale_from) * 1000, "
	                            "on_sale_until IS NULL, closed, singles FROM holdfast.shows "
	                            "WHERE show_id = 'c1'"),
	                    "1|t|600|1800|10|981173106789.000000|t|f|refuse");
	refuses("c1", "change_show", "'owner_key':'k','hold_seconds':1801", 400, "HOLD_TOO_LONG");
	accepts("c1", "change_show",
	        "'owner_key':'k','title':'Neu','hold_seconds':600,'max_seats':5,'closed':true,"
	        "'singles':'allow','on_sale_until':'2101-02-03T04:05:06.789Z'", "SHOW_CHANGED");
	tells("c1", 1, "{'event':'show_changed','show_id':'c1','title':'Neu','max_seats':5,"
	               "'on_sale_until':'2101-02-03T04:05:06.789Z','closed':true,'singles':'allow','at'");
	assert_string_equal(rig_sql("SELECT title, hold_seconds, max_seats, on_sale_until IS NULL, "
	                            "closed, singles FROM holdfast.shows WHERE show_id = 'c1'"),
	                    "Neu|600|5|f|t|allow");
	accepts("c1", "change_show", "'owner_key':'k','closed':true,'max_seats':5", "SHOW_CHANGED");
	tells("c1", 0, NULL);
	accepts("c1", "change_show", "'owner_key':'k','new_owner_key':'k2'", "SHOW_CHANGED");
	tells("c1", 0, NULL);
	refuses("c1", "change_show", "'owner_key':'k','max_seats':6", 403, "WRONG_OWNER");
	accepts("c1", "change_show", "'owner_key':'k2','max_seats':6", "SHOW_CHANGED");
	tells("c1", 1, "'show_changed','show_id':'c1','max_seats':6,'at'");
}

static void seats_are_added_and_moved(void **state)
{
	(void)state;
	make("p1", "");
	accepts("p1", "add_seats",
	        "'owner_key':'k','seats':[{'seat_id':'B1','section':'Rang','row':'1','pos':1,"
	        "'category':'x','rank':7,'flags':['restricted','companion'],'x':3,'y':0},"
	        "{'seat_id':'B2','row':'1','pos':1},{'seat_id':'B3'}]", "SEATS_ADDED");
	tells("p1", 1, "'seat_ids':['B1','B2','B3'],'seats':[{'seat_id':'B1','section':'Rang','row':'1',"
	               "'pos':1,'category':'x','rank':7,'flags':['restricted','companion'],'x':3,'y':0},"
	               "{'seat_id':'B2','row':'1','pos':1},{'seat_id':'B3'}]");
	assert_string_equal(places_of("p1"), "B1/Rang/1/1/x/7/{companion,restricted}/3/0 "
	                                     "B2/1/1/1000000/{} B3/1000000/{}");
	has(refuses("p1", "add_seats", "'owner_key':'k','seats':[{'seat_id':'C1','row':'1','pos':1},"
	                               "{'seat_id':'C2','row':'9','pos':9},{'seat_id':'C3'},"
	                               "{'seat_id':'C4','row':'9','pos':9}]", 409, "PLACE_TAKEN"),
	    "'unavailable':[{'seat_id':'C1'},{'seat_id':'C2'},{'seat_id':'C4'}]");
	has(refuses("p1", "add_seats", "'owner_key':'k','seats':[{'seat_id':'A1','row':'1','pos':1}]",
	            409, "SEAT_EXISTS"), "'unavailable':[{'seat_id':'A1'}]");
	has(refuses("p1", "change_seats", "'owner_key':'k','seats':[{'seat_id':'Z1'},"
	                                  "{'seat_id':'B3','row':'1','pos':1}]", 404, "UNKNOWN_SEAT"),
	    "'unavailable':[{'seat_id':'Z1'}]");
	has(refuses("p1", "change_seats", "'owner_key':'k','seats':[{'seat_id':'B3','row':'1','pos':1},"
	                                  "{'seat_id':'B1'}]", 409, "PLACE_TAKEN"),
	    "'unavailable':[{'seat_id':'B3'}]");
	tells("p1", 0, NULL);
	rig_expect(reserve("p1", rig_id(), "s", "'B2'", ""), 200, "RESERVED");
	events_seen++;
	/* B1 and B2 change places, B2 being held, and A1 gets one. */
	accepts("p1", "change_seats",
	        "'owner_key':'k','seats':[{'seat_id':'B1','row':'1','pos':1},{'seat_id':'B2',"
	        "'section':'Rang','row':'1','pos':1},{'seat_id':'A1','category':'y'},{'seat_id':'B3'}]",
	        "SEATS_CHANGED");
	tells("p1", 1, "{'event':'seats_changed','show_id':'p1','seats':[{'seat_id':'B1','row':'1',"
	               "'pos':1},{'seat_id':'B2','section':'Rang','row':'1','pos':1},{'seat_id':'A1',"
	               "'category':'y'},{'seat_id':'B3'}],'at'");
	assert_string_equal(places_of("p1"), "A1/y/1000000/{} B1/1/1/1000000/{} "
	                                     "B2/Rang/1/1/1000000/{} B3/1000000/{}");
	assert_string_equal(rig_sql("SELECT count(DISTINCT version) FROM holdfast.seat_places WHERE "
	                            "show_id = 'p1'"), "2");
}

static void channels_are_set_whole(void **state)
{
	(void)state;
	make("h1", "");
	accepts("h1", "set_channels",
	        "'owner_key':'k','channels':[{'channel':'Presse','channel_key':'k1','exempt':true,"
	        "'opens':['public','b'],'on_sale_from':'2001-01-01T00:00:00.000Z'},{'channel':'b'}]",
	        "CHANNELS_SET");
	tells("h1", 1, "{'event':'channels_set','show_id':'h1','channels':[{'channel':'Presse',"
	               "'on_sale_from':'2001-01-01T00:00:00.000Z','opens':['public','b'],'exempt':true},"
	               "{'channel':'b'}],'at'");
	assert_string_equal(rig_sql("SELECT string_agg(concat_ws('/', channel, key_hash IS NULL, "
	                            "on_sale_from IS NULL, on_sale_until IS NULL, opens, exempt), ' ' "
	                            "ORDER BY channel) FROM holdfast.show_channels WHERE show_id = 'h1'"),
	                    "Presse/f/f/t/{b,public}/t b/t/t/t/{}/f");
	assert_string_equal(rig_sql("SELECT key_hash = sha256(convert_to('h1', 'UTF8') || '\\x00' || "
	                            "convert_to('channel', 'UTF8') || '\\x00' || convert_to('k1', 'UTF8')) "
	                            "FROM holdfast.show_channels WHERE show_id = 'h1' AND "
	                            "channel = 'Presse'"), "t");
	refuses("h1", "set_channels", "'owner_key':'k','channels':[{'channel':'b','channel_key':'k1'}]",
	        409, "KEY_TAKEN");
	refuses("h1", "set_channels", "'owner_key':'k','channels':[{'channel':'c','channel_key':'k2'},"
	                              "{'channel':'d','channel_key':'k2'}]", 409, "KEY_TAKEN");
	tells("h1", 0, NULL);
	accepts("h1", "set_channels", "'owner_key':'k','channels':[{'channel':'b','channel_key':'k1'},"
	                              "{'channel':'Presse'}]", "CHANNELS_SET");
	assert_string_equal(rig_sql("SELECT string_agg(concat_ws('/', channel, key_hash IS NULL, "
	                            "on_sale_from IS NULL, on_sale_until IS NULL, opens, exempt), ' ' "
	                            "ORDER BY channel) FROM holdfast.show_channels WHERE show_id = 'h1'"),
	                    "Presse/t/t/t/{}/f b/f/t/t/{}/f");
}

static void seats_are_blocked_and_unblocked(void **state)
{
	(void)state;
	make("b1", "");
	rig_expect(reserve("b1", rig_id(), "s", "'A2'", ""), 200, "RESERVED");
	events_seen++;
	has(refuses("b1", "block_seats", "'owner_key':'k','channel':'x','seat_ids':['A1','Z']", 404,
	            "UNKNOWN_SEAT"), "'unavailable':[{'seat_id':'Z'}]");
	has(say("b1", rig_id(), "block_seats", "'owner_key':'k','channel':'x','seat_ids':['A2','A1']"),
	    "'reason':'SEATS_BLOCKED'");
	tells("b1", 1, "{'event':'blocked','show_id':'b1','channel':'x','seat_ids':['A2','A1'],'at'");
	assert_string_equal(seats_of("b1"), "A1=available:x A2=reserved:x A3=available A4=available");
	has(say("b1", rig_id(), "block_seats", "'owner_key':'k','channel':'x','seat_ids':['A3','A2']"),
	    "'seat_ids':['A3','A2'],'unavailable':[{'seat_id':'A2','status':'reserved',"
	    "'taken_at_offset':");
	tells("b1", 1, "'channel':'x','seat_ids':['A3'],'at'");
	accepts("b1", "unblock_seats", "'owner_key':'k','seat_ids':['A4','A2']", "SEATS_UNBLOCKED");
	tells("b1", 1, "{'event':'unblocked','show_id':'b1','seat_ids':['A2'],'at'");
	accepts("b1", "unblock_seats", "'owner_key':'k','seat_ids':['A4','A2']", "SEATS_UNBLOCKED");
	tells("b1", 0, NULL);
	assert_string_equal(seats_of("b1"), "A1=available:x A2=reserved A3=available:x A4=available");
}

/* ---- customers ---- */

static void a_reserve_meets_channel_and_window_first(void **state)
{
	const char *reply, *held = rig_id();

	(void)state;
	make("r1", "'max_seats':3");
	accepts("r1", "set_channels",
	        "'owner_key':'k','channels':[{'channel':'a','channel_key':'key-a'},{'channel':'late',"
	        "'channel_key':'key-l','on_sale_from':'2101-01-01T00:00:00.000Z'}]", "CHANNELS_SET");
	accepts("r1", "block_seats", "'owner_key':'k','channel':'a','seat_ids':['A4']", "SEATS_BLOCKED");
	rig_expect(reserve("r1", held, "s", "'A1'", ""), 200, "RESERVED");
	events_seen += 3;
	accepts("r1", "change_show", "'owner_key':'k','on_sale_until':'2001-01-01T00:00:00.000Z'",
	        "SHOW_CHANGED");
	tells("r1", 1, "'on_sale_until'");
	rig_expect(reserve("r1", rig_id(), "s", "'A1','A2','Z','A4'", "'channel_key':'no'"), 403,
	           "WRONG_CHANNEL");
	reply = reserve("r1", rig_id(), "s", "'A1','A2','Z','A4'", "");
	rig_expect(reply, 409, "NOT_ON_SALE");
	assert_string_equal(rig_field(reply, "on_sale_until"), "2001-01-01T00:00:00.000Z");
	assert_null(strstr(reply, "on_sale_from"));
	reply = reserve("r1", rig_id(), "s", "'A1'", "'channel_key':'key-l'");
	rig_expect(reply, 409, "NOT_ON_SALE");
	assert_string_equal(rig_field(reply, "on_sale_from"), "2101-01-01T00:00:00.000Z");
	accepts("r1", "change_show", "'owner_key':'k','closed':true", "SHOW_CHANGED");
	reply = reserve("r1", rig_id(), "s", "'A1'", "'channel_key':'key-a'");
	rig_expect(reply, 409, "NOT_ON_SALE");
	assert_null(strstr(reply, "on_sale"));
	accepts("r1", "change_show",
	        "'owner_key':'k','closed':false,'on_sale_until':'9999-12-31T23:59:59.999Z'",
	        "SHOW_CHANGED");
	tells("r1", 2, NULL);
	rig_expect(reserve("r1", rig_id(), "s", "'A1','A2','Z','A4'", "'hold_seconds':1801"), 400,
	           "TOO_MANY_SEATS");
	rig_expect(reserve("r1", rig_id(), "s", "'A1','Z','A4'", "'hold_seconds':1801"), 400,
	           "HOLD_TOO_LONG");
	has(reserve("r1", rig_id(), "s", "'A1','Z','A4'", ""), "'UNKNOWN_SEAT'");
	reply = reserve("r1", rig_id(), "s", "'A1','A4'", "");
	rig_expect(reply, 409, "ALREADY_RESERVED");
	assert_string_equal(rig_field(reply, "reservation_id"), held);
	has(reply, "'seat_ids':['A1']");
	reply = reserve("r1", rig_id(), "t", "'A4','A1'", "");
	rig_expect(reply, 409, "SEATS_TAKEN");
	has(reply, "'unavailable':[{'seat_id':'A4','status':'blocked'},{'seat_id':'A1',"
	           "'status':'reserved','taken_at_offset':");
	reply = reserve("r1", rig_id(), "t", "'A3','A4'", "");
	rig_expect(reply, 409, "SEATS_NOT_FOR_SALE");
	has(reply, "'unavailable':[{'seat_id':'A4','status':'blocked'}]");
	tells("r1", 0, NULL);
}

static void a_key_opens_what_its_channel_opens(void **state)
{
	const char *by_key = rig_id(), *reply;

	(void)state;
	make("k1", "");
	accepts("k1", "set_channels",
	        "'owner_key':'k','channels':[{'channel':'a','channel_key':'key-a'},{'channel':'box',"
	        "'channel_key':'key-box','opens':['a','public']},{'channel':'dead'}]", "CHANNELS_SET");
	accepts("k1", "block_seats", "'owner_key':'k','channel':'a','seat_ids':['A1','A2']",
	        "SEATS_BLOCKED");
	accepts("k1", "block_seats", "'owner_key':'k','channel':'dead','seat_ids':['A3']",
	        "SEATS_BLOCKED");
	rig_expect(reserve("k1", rig_id(), "s", "'A4'", "'channel_key':'key-a'"), 409,
	           "SEATS_NOT_FOR_SALE");
	rig_expect(reserve("k1", by_key, "s", "'A1'", "'channel_key':'key-a'"), 200, "RESERVED");
	reply = reserve("k1", rig_id(), "t", "'A2','A3'", "'channel_key':'key-box'");
	rig_expect(reply, 409, "SEATS_NOT_FOR_SALE");
	has(reply, "'unavailable':[{'seat_id':'A3','status':'blocked'}]");
	rig_expect(reserve("k1", rig_id(), "t", "'A2','A4'", "'channel_key':'key-box'"), 200, "RESERVED");
	assert_string_equal(rig_sql("SELECT string_agg(channel, ' ' ORDER BY channel) FROM "
	                            "holdfast.seat_reservations WHERE show_id = 'k1'"), "a box");
	rig_expect(ask_on_hold("k1", "confirm", by_key, "s"), 200, "CONFIRMED");
	rig_expect(ask_cancel("k1", by_key, "k"), 200, "CANCELLED");
	assert_string_equal(seats_of("k1"), "A1=available:a A2=reserved:a A3=available:dead A4=reserved");
}

/* A hold of one second that has lapsed by the broker's clock. */
static void lapse(const char *show, const char *id, const char *seats, const char *rest)
{
	char sql[200], more[200];

	snprintf(more, sizeof more, "'hold_seconds':1%s%s", rest[0] ? "," : "", rest);
	rig_expect(reserve(show, id, "s", seats, more), 200, "RESERVED");
	snprintf(sql, sizeof sql, "SELECT reserved_until < now() - interval '100 ms' FROM "
	         "holdfast.seat_reservations WHERE reservation_id = '%s'", id);
	rig_await_sql("t", sql);
}

static void an_expired_hold_is_confirmed_where_its_seats_are_open(void **state)
{
	const char *lapsed = rig_id(), *expired = rig_id(), *reply;

	(void)state;
	make("e1", "");
	lapse("e1", lapsed, "'A1'", "");
	accepts("e1", "block_seats", "'owner_key':'k','channel':'x','seat_ids':['A1']", "SEATS_BLOCKED");
	rig_expect(ask_on_hold("e1", "confirm", lapsed, "s"), 200, "CONFIRMED"); /* not expired yet */
	accepts("e1", "set_channels", "'owner_key':'k','channels':[{'channel':'a','channel_key':'key'}]",
	        "CHANNELS_SET");
	accepts("e1", "block_seats", "'owner_key':'k','channel':'a','seat_ids':['A2','A3']",
	        "SEATS_BLOCKED");
	lapse("e1", expired, "'A2','A3'", "'channel_key':'key'");
	rig_expect(ask_expire("e1", expired), 200, "EXPIRED");
	accepts("e1", "block_seats", "'owner_key':'k','channel':'x','seat_ids':['A3']", "SEATS_BLOCKED");
	reply = ask_on_hold("e1", "confirm", expired, "s");
	rig_expect(reply, 410, "HOLD_EXPIRED");
	has(reply, "'unavailable':[{'seat_id':'A3','status':'blocked'}]");
	accepts("e1", "set_channels", "'owner_key':'k','channels':[{'channel':'a','channel_key':'new',"
	                              "'opens':['x']}]", "CHANNELS_SET");
	events_seen += 9;
	reply = ask_on_hold("e1", "confirm", expired, "s");
	rig_expect(reply, 200, "CONFIRMED");
	has(reply, "'revived':true");
	tells("e1", 1, "'seat_ids':['A2','A3'],'retaken':true,'at'");
	assert_string_equal(seats_of("e1"), "A1=sold:x A2=sold:a A3=sold:x A4=available");
}

/* ---- customers ---- */

static const char *held_and_sold(const char *show)
{
	return rig_sql("SELECT string_agg(concat_ws('/', status, places, customer_hash = sha256(convert_to("
	               "show_id, 'UTF8') || '\\x00' || 'customer' || '\\x00' || 'carol')), ' ' "
	               "ORDER BY request_offset) FROM holdfast.seat_reservations WHERE show_id = '%s'",
	               show);
}

static void a_customer_has_no_more_than_the_limit(void **state)
{
	const char *first = rig_id(), *second = rig_id(), *reply;

	(void)state;
	make("u1", "'max_customer_seats':2,'max_customer_holds':1");
	tells("u1", 0, NULL);
	assert_string_equal(rig_sql("SELECT max_customer_seats, max_customer_holds FROM holdfast.shows "
	                            "WHERE show_id = 'u1'"), "2|1");
	reply = reserve("u1", rig_id(), "s", "'A1'", "");
	rig_expect(reply, 400, "CUSTOMER_REQUIRED");
	tells("u1", 0, NULL);
	rig_expect(reserve("u1", first, "s", "'A1'", "'customer_id':'carol'"), 200, "RESERVED");
	tells("u1", 1, "'event':'reserved','show_id':'u1'");
	reply = reserve("u1", rig_id(), "t", "'A2'", "'customer_id':'carol'");
	rig_expect(reply, 409, "CUSTOMER_LIMIT");
	has(reply, "'customer':{'seats':1,'holds':1}");
	rig_expect(ask_on_hold("u1", "confirm", first, "s"), 200, "CONFIRMED");
	tells("u1", 1, "'event':'sold','show_id':'u1'");
	reply = reserve("u1", rig_id(), "t", "'A2','A3'", "'customer_id':'carol'");
	rig_expect(reply, 409, "CUSTOMER_LIMIT");
	has(reply, "'customer':{'seats':1,'holds':0}");
	rig_expect(reserve("u1", second, "t", "'A2'", "'customer_id':'carol'"), 200, "RESERVED");
	assert_string_equal(held_and_sold("u1"), "confirmed/1/t held/1/t");
	accepts("u1", "change_show", "'owner_key':'k','max_customer_seats':0,'max_customer_holds':1",
	        "SHOW_CHANGED");
	tells("u1", 2, "{'event':'show_changed','show_id':'u1','max_customer_seats':0,'at'");
	rig_expect(ask_on_hold("u1", "confirm", second, "t"), 200, "CONFIRMED");
	rig_expect(ask_cancel("u1", second, "k"), 200, "CANCELLED");
	rig_expect(reserve("u1", rig_id(), "t", "'A3','A4'", "'customer_id':'carol'"), 200, "RESERVED");
	assert_string_equal(held_and_sold("u1"), "confirmed/1/t cancelled/1/t held/2/t");
	events_seen += 3;
	tells("u1", 0, "'seat_ids':['A3','A4']");
	assert_null(strstr(rig_log(), "carol"));
}

static void who_confirms_late_meets_the_limit_again(void **state)
{
	const char *late = rig_id(), *other = rig_id(), *reply;

	(void)state;
	make("u2", "'max_customer_seats':2");
	lapse("u2", late, "'A1','A2'", "'customer_id':'carol'");
	rig_expect(reserve("u2", other, "t", "'A3'", "'customer_id':'carol'"), 200, "RESERVED");
	reply = ask_on_hold("u2", "confirm", late, "s");
	rig_expect(reply, 409, "CUSTOMER_LIMIT");
	has(reply, "'customer':{'seats':1,'holds':1}");
	tells("u2", 2, "'seat_ids':['A3']");
	rig_expect(ask_on_hold("u2", "release", other, "t"), 200, "RELEASED");
	rig_expect(ask_expire("u2", late), 200, "EXPIRED");
	reply = ask_on_hold("u2", "confirm", late, "s");
	rig_expect(reply, 200, "CONFIRMED");
	has(reply, "'revived':true");
	tells("u2", 3, "'seat_ids':['A1','A2'],'retaken':true,'at'");
	assert_string_equal(held_and_sold("u2"), "confirmed/2/t released/1/t");
}

/* Nothing of the above was decided on rows that the worker did not know. */
static void no_batch_was_rolled_back(void **state)
{
	(void)state;
	assert_null(strstr(rig_log(), "rolled back"));
}

static void all_that_was_written_agrees(void **state)
{
	(void)state;
	agree_all(NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_organiser_meets_the_show_and_then_its_owner),
	    cmocka_unit_test(a_show_is_made_and_changed),
	    cmocka_unit_test(seats_are_added_and_moved),
	    cmocka_unit_test(channels_are_set_whole),
	    cmocka_unit_test(seats_are_blocked_and_unblocked),
	    cmocka_unit_test(a_reserve_meets_channel_and_window_first),
	    cmocka_unit_test(a_key_opens_what_its_channel_opens),
	    cmocka_unit_test(an_expired_hold_is_confirmed_where_its_seats_are_open),
	    cmocka_unit_test(a_customer_has_no_more_than_the_limit),
	    cmocka_unit_test(who_confirms_late_meets_the_limit_again),
	    cmocka_unit_test(no_batch_was_rolled_back),
	    cmocka_unit_test(all_that_was_written_agrees),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
