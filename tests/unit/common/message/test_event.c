/* Events as bytes: each kind with all that it may have, and nothing else. */
#include "common/message/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/message/scan.h"

#define ID "01940000-0000-7000-8000-00000000abcd"
#define AT ",\"at\":\"2026-11-24T15:00:00.123Z\""
#define PLACE ",\"request\":{\"topic\":\"t\",\"partition\":3,\"offset\":57}}"
#define END AT PLACE
#define AT_MS INT64_C(1795532400123)

static const struct record_place place = {"t", 3, 57};
static struct buf out;

static int release(void **state)
{
	(void)state;
	buf_release(&out);
	return 0;
}

static void is_written_as(const struct event *ev, const char *expected)
{
	struct buf body = {0};
	const char *why;

	buf_clear(&out);
	event_encode_body(&body, ev);
	event_encode_whole(&out, buf_text(&body), &place);
	assert_string_equal(out.data, expected);
	assert_true(scan_is_strict_object(buf_text(&out), &why));
	buf_release(&body);
}

static struct event of_reservation(enum event_kind kind)
{
	static const struct text seats[] = {{"A1", 2}, {"A2", 2}};
	struct event ev = {.kind = kind, .show_id = text_of("s"), .seat_ids = seats, .seat_count = 2,
	                   .reserved_until_ms = AT_MS + 1000, .at_ms = AT_MS};

	assert_true(uuid_decode(text_of(ID), &ev.reservation_id));
	return ev;
}

static struct event of_organiser(enum event_kind kind)
{
	return (struct event){.kind = kind, .show_id = text_of("s"), .at_ms = AT_MS};
}

#define OF_SEATS "\"show_id\":\"s\",\"reservation_id\":\"" ID "\",\"seat_ids\":[\"A1\",\"A2\"]"

static void a_reservation_has_its_seats_and_while_held_its_end(void **state)
{
	struct event ev = of_reservation(EVENT_RESERVED);

	(void)state;
	is_written_as(&ev, "{\"event\":\"reserved\"," OF_SEATS
	                   ",\"reserved_until\":\"2026-11-24T15:00:01.123Z\"" END);
	ev.is_change = true;
	is_written_as(&ev, "{\"event\":\"reserved\"," OF_SEATS
	                   ",\"reserved_until\":\"2026-11-24T15:00:01.123Z\",\"change\":true" END);
	ev = of_reservation(EVENT_EXTENDED);
	is_written_as(&ev, "{\"event\":\"extended\"," OF_SEATS
	                   ",\"reserved_until\":\"2026-11-24T15:00:01.123Z\"" END);
	ev = of_reservation(EVENT_SOLD);
	is_written_as(&ev, "{\"event\":\"sold\"," OF_SEATS END);
	ev.is_retaken = true;
	is_written_as(&ev, "{\"event\":\"sold\"," OF_SEATS ",\"retaken\":true" END);
	ev = of_reservation(EVENT_CANCELLED);
	ev.seat_count = 0;
	is_written_as(&ev, "{\"event\":\"cancelled\",\"show_id\":\"s\",\"reservation_id\":\"" ID "\"" END);
}

static void places_in_areas_stand_behind_the_seats(void **state)
{
	const struct area_count areas[] = {{text_of("Steh \"1\""), 50}, {text_of("S"), 1}};
	struct event ev = of_reservation(EVENT_RESERVED);

	(void)state;
	ev.areas = areas;
	ev.area_count = 2;
#define AREAS "\"areas\":[{\"area_id\":\"Steh \\\"1\\\"\",\"count\":50}," \
	"{\"area_id\":\"S\",\"count\":1}]"
	is_written_as(&ev, "{\"event\":\"reserved\"," OF_SEATS "," AREAS
	                   ",\"reserved_until\":\"2026-11-24T15:00:01.123Z\"" END);
	ev.kind = EVENT_CANCELLED;
	ev.seat_count = 0;
	ev.is_change = true;
	is_written_as(&ev, "{\"event\":\"cancelled\",\"show_id\":\"s\",\"reservation_id\":\"" ID
	                   "\"," AREAS ",\"change\":true" END);
	ev.kind = EVENT_UNBLOCKED; /* which has none */
	is_written_as(&ev, "{\"event\":\"unblocked\",\"show_id\":\"s\"" END);
}

static void areas_are_written_as_given(void **state)
{
	const struct area areas[] = {
	    {text_of("S"), 1000000, text_of("Kasse"), text_of("I")},
	    {.area_id = text_of("\xc3\x84"), .category = text_of("II")},
	};
	struct event ev = of_organiser(EVENT_AREAS_SET);

	(void)state;
	ev.set_areas = areas;
	ev.set_area_count = 2;
	is_written_as(&ev, "{\"event\":\"areas_set\",\"show_id\":\"s\",\"areas\":[{\"area_id\":\"S\","
	                   "\"capacity\":1000000,\"channel\":\"Kasse\",\"category\":\"I\"},"
	                   "{\"area_id\":\"\xc3\x84\",\"capacity\":0,\"category\":\"II\"}]" END);
}

#define CREATED "{\"event\":\"show_created\",\"show_id\":\"s\",\"rules\":1"
#define NUMBERS ",\"hold_seconds\":600,\"max_hold_seconds\":1800,\"max_seats\":10"

static void a_show_has_what_is_said_of_it(void **state)
{
	struct policy policy = {
	    .given = POLICY_HOLD_SECONDS | POLICY_MAX_HOLD_SECONDS | POLICY_MAX_SEATS,
	    .hold_seconds = 600, .max_hold_seconds = 1800, .max_seats = 10,
	    .on_sale = {.from_ms = 0, .until_ms = INT64_C(253402300799999)},
	};
	struct event ev = of_organiser(EVENT_SHOW_CREATED);

	(void)state;
	ev.rules = 1;
	ev.policy = &policy;
	is_written_as(&ev, CREATED NUMBERS END);
	policy.given |= POLICY_TITLE;
	policy.title = text_of("\"Hamlet\"");
	is_written_as(&ev, CREATED ",\"title\":\"\\\"Hamlet\\\"\"" NUMBERS END);
	policy.title = text_of("");
	is_written_as(&ev, CREATED ",\"title\":\"\"" NUMBERS END);
	policy.given = POLICY_KNOWN & ~(unsigned)POLICY_TITLE;
	is_written_as(&ev, CREATED NUMBERS ",\"on_sale_from\":\"1970-01-01T00:00:00.000Z\","
	                   "\"on_sale_until\":\"9999-12-31T23:59:59.999Z\",\"closed\":false,"
	                   "\"singles\":\"allow\",\"max_customer_seats\":0,"
	                   "\"max_customer_holds\":0" END);
	ev.kind = EVENT_SHOW_CHANGED;
	policy.given = POLICY_CLOSED | POLICY_SINGLES;
	policy.closed = true;
	policy.singles = SINGLES_REFUSE;
	is_written_as(&ev, "{\"event\":\"show_changed\",\"show_id\":\"s\",\"closed\":true,"
	                   "\"singles\":\"refuse\"" END);
	policy.given = POLICY_MAX_CUSTOMER_SEATS | POLICY_MAX_CUSTOMER_HOLDS;
	policy.max_customer_seats = 1000;
	policy.max_customer_holds = 50;
	is_written_as(&ev, "{\"event\":\"show_changed\",\"show_id\":\"s\",\"max_customer_seats\":1000,"
	                   "\"max_customer_holds\":50" END);
}

static void places_are_written_as_given(void **state)
{
	const struct text seats[] = {text_of("A1"), text_of("\xc3\x84 2"), text_of("A3")};
	const struct place places[] = {
	    {.section = text_of("Parkett"), .row = text_of("1"), .category = text_of("I"), .pos = 3,
	     .rank = PLACE_RANK_DEFAULT, .flag_list = {PLACE_RESTRICTED, PLACE_ACCESSIBLE},
	     .flag_count = 2, .has_flags = true, .has_point = true, .x = 0, .y = 1000000},
	    {.has_flags = true},
	};
	struct event ev = of_organiser(EVENT_SEATS_ADDED);

	(void)state;
	ev.seat_ids = seats;
	ev.seat_count = 3;
	is_written_as(&ev, "{\"event\":\"seats_added\",\"show_id\":\"s\","
	                   "\"seat_ids\":[\"A1\",\"\xc3\x84 2\",\"A3\"]" END);
	ev.places = places;
	ev.place_count = 2;
#define SEATS \
	",\"seats\":[{\"seat_id\":\"\xc3\x84 2\",\"section\":\"Parkett\",\"row\":\"1\",\"pos\":3," \
	"\"category\":\"I\",\"rank\":1000000,\"flags\":[\"restricted\",\"accessible\"],\"x\":0," \
	"\"y\":1000000},{\"seat_id\":\"A3\",\"flags\":[]}]"
	is_written_as(&ev, "{\"event\":\"seats_added\",\"show_id\":\"s\","
	                   "\"seat_ids\":[\"A1\",\"\xc3\x84 2\",\"A3\"]" SEATS END);
	ev.kind = EVENT_SEATS_CHANGED;
	ev.seat_ids = &seats[1];
	ev.seat_count = 2;
	is_written_as(&ev, "{\"event\":\"seats_changed\",\"show_id\":\"s\"" SEATS END);
}

static void channels_are_written_as_given_without_their_keys(void **state)
{
	const struct text opens[] = {text_of("public"), text_of("a\"b")};
	const struct channel channels[] = {
	    {.name = text_of("Kasse"), .key = text_of("secret"),
	     .on_sale = {.has_from = true, .has_until = true, .from_ms = 0, .until_ms = AT_MS},
	     .opens = opens, .opens_count = 2, .has_opens = true, .has_exempt = true, .is_exempt = true},
	    {.name = text_of("kill"), .has_opens = true, .has_exempt = true},
	    {.name = text_of("bare")},
	};
	struct event ev = of_organiser(EVENT_CHANNELS_SET);

	(void)state;
	ev.channels = channels;
	ev.channel_count = 3;
	is_written_as(&ev, "{\"event\":\"channels_set\",\"show_id\":\"s\",\"channels\":["
	                   "{\"channel\":\"Kasse\",\"on_sale_from\":\"1970-01-01T00:00:00.000Z\","
	                   "\"on_sale_until\":\"2026-11-24T15:00:00.123Z\","
	                   "\"opens\":[\"public\",\"a\\\"b\"],\"exempt\":true},"
	                   "{\"channel\":\"kill\",\"opens\":[],\"exempt\":false},"
	                   "{\"channel\":\"bare\"}]" END);
}

static void blocked_seats_have_their_channel(void **state)
{
	const struct text seats[] = {text_of("A1")};
	struct event ev = of_organiser(EVENT_BLOCKED);

	(void)state;
	ev.seat_ids = seats;
	ev.seat_count = 1;
	ev.channel = text_of("Kasse");
	is_written_as(&ev, "{\"event\":\"blocked\",\"show_id\":\"s\",\"channel\":\"Kasse\","
	                   "\"seat_ids\":[\"A1\"]" END);
	ev.kind = EVENT_UNBLOCKED;
	is_written_as(&ev, "{\"event\":\"unblocked\",\"show_id\":\"s\",\"seat_ids\":[\"A1\"]" END);
}

static void only_kinds_of_a_reservation_have_one(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
		assert_int_equal(event_has_reservation((enum event_kind)kind),
		                 kind != EVENT_AREAS_SET && kind >= EVENT_RESERVED);
}

static void every_event_has_its_name(void **state)
{
	static const char *const names[] = {
	    "show_created", "show_changed", "seats_added", "seats_changed", "channels_set",
	    "blocked",      "unblocked",    "reserved",    "extended",      "sold",
	    "released",     "expired",      "cancelled",    "areas_set",
	};

	(void)state;
	assert_int_equal(sizeof names / sizeof names[0], EVENT_KIND_COUNT);
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
		assert_string_equal(event_kind_name((enum event_kind)kind), names[kind]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, release)
		TEST(a_reservation_has_its_seats_and_while_held_its_end),
		TEST(places_in_areas_stand_behind_the_seats),
		TEST(areas_are_written_as_given),
		TEST(only_kinds_of_a_reservation_have_one),
		TEST(a_show_has_what_is_said_of_it),
		TEST(places_are_written_as_given),
		TEST(channels_are_written_as_given_without_their_keys),
		TEST(blocked_seats_have_their_channel),
		TEST(every_event_has_its_name),
	};

	return cmocka_run_group_tests_name("msg_event", tests, NULL, NULL);
}
