/* Replies as bytes, and what a client reads of a reply. */
#include "common/message/reply.h"
#include "common/message/same.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/message/scan.h"

#define ID "01940000-0000-7000-8000-00000000abcd"
#define OTHER_ID "01940000-0000-7000-8000-00000000abce"
#define HEAD "{\"request_id\":\"" ID "\",\"type\":\"reserve\",\"show_id\":\"s\","
#define AT "\"decided_at\":\"2026-11-24T15:00:00.123Z\""
#define PLACE ",\"request\":{\"topic\":\"t\",\"partition\":3,\"offset\":57}}"
#define DECIDED_AT_MS INT64_C(1795532400123)

static const struct record_place place = {"t", 3, 57};
static struct arena arena;
static struct buf out;

static int release(void **state)
{
	(void)state;
	arena_release(&arena);
	buf_release(&out);
	return 0;
}

static struct uuid id_of(const char *text)
{
	struct uuid id;

	assert_true(uuid_decode(text_of(text), &id));
	return id;
}

/* A reply to a reserve as far as every outcome has it. */
static struct reply plain_reply(enum outcome o)
{
	return (struct reply){.outcome = o, .type = REQUEST_RESERVE, .has_request_id = true,
	                      .request_id = id_of(ID), .show_id = text_of("s"),
	                      .decided_at_ms = DECIDED_AT_MS};
}

static void assert_whole(const struct reply *r, int64_t duplicate_of, const char *expected)
{
	struct buf body = {0};
	const char *why;

	buf_clear(&out);
	reply_encode_body(&body, r);
	reply_encode_whole(&out, buf_text(&body), duplicate_of, &place);
	assert_string_equal(out.data, expected);
	assert_true(scan_is_strict_object(buf_text(&out), &why));
	buf_release(&body);
}

static void a_reserved_reply_has_its_seats_and_its_end(void **state)
{
	const struct text seats[] = {text_of("B2"), text_of("A1")};
	struct reply r = plain_reply(OUTCOME_RESERVED);

	(void)state;
	r.has_reservation_id = true;
	r.reservation_id = id_of(OTHER_ID);
	r.seat_ids = seats;
	r.seat_count = 2;
	r.has_reserved_until = true;
	r.reserved_until_ms = DECIDED_AT_MS + 600000;
	assert_whole(&r, NOT_A_DUPLICATE,
	             HEAD "\"status\":\"accepted\",\"code\":200,\"reason\":\"RESERVED\","
	             "\"message\":\"The seats are reserved.\",\"reservation_id\":\"" OTHER_ID "\","
	             "\"seat_ids\":[\"B2\",\"A1\"],\"reserved_until\":\"2026-11-24T15:10:00.123Z\"," AT
	             PLACE);
}

static void a_duplicate_names_the_first_even_at_offset_0(void **state)
{
	struct reply r = plain_reply(OUTCOME_NOTHING_HELD);

	(void)state;
	assert_whole(&r, 0,
	             HEAD "\"status\":\"accepted\",\"code\":200,\"reason\":\"NOTHING_HELD\","
	             "\"message\":\"The reservation holds nothing any more.\"," AT
	             ",\"duplicate_of\":0" PLACE);
	assert_whole(&r, INT64_MAX,
	             HEAD "\"status\":\"accepted\",\"code\":200,\"reason\":\"NOTHING_HELD\","
	             "\"message\":\"The reservation holds nothing any more.\"," AT
	             ",\"duplicate_of\":9223372036854775807" PLACE);
}

static void seats_taken_say_what_took_them(void **state)
{
	const struct unavailable seats[] = {
	    {text_of("A1"), true, SEAT_RESERVED, true, 41},
	    {text_of("A2"), true, SEAT_SOLD, true, 0},
	    {text_of("A3"), true, SEAT_SOLD, false, 0},
	};
	struct reply r = plain_reply(OUTCOME_SEATS_TAKEN);

	(void)state;
	r.unavailable = seats;
	r.unavailable_count = 3;
	assert_whole(&r, NOT_A_DUPLICATE,
	             HEAD "\"status\":\"rejected\",\"code\":409,\"reason\":\"SEATS_TAKEN\","
	             "\"message\":\"One or more selected seats were just taken by another customer.\","
	             "\"unavailable\":["
	             "{\"seat_id\":\"A1\",\"status\":\"reserved\",\"taken_at_offset\":41},"
	             "{\"seat_id\":\"A2\",\"status\":\"sold\",\"taken_at_offset\":0},"
	             "{\"seat_id\":\"A3\",\"status\":\"sold\",\"taken_at_offset\":null}]," AT PLACE);
}

static void a_seat_that_is_free_and_not_open_is_listed_as_blocked(void **state)
{
	const struct unavailable seats[] = {
	    {text_of("A1"), true, SEAT_AVAILABLE, false, 0},
	    {text_of("Rang-\xc3\x84 1, links"), true, SEAT_SOLD, true, 7},
	};
	struct reply r = plain_reply(OUTCOME_SEATS_NOT_FOR_SALE);

	(void)state;
	r.unavailable = seats;
	r.unavailable_count = 1;
	assert_whole(&r, NOT_A_DUPLICATE,
	             HEAD "\"status\":\"rejected\",\"code\":409,\"reason\":\"SEATS_NOT_FOR_SALE\","
	             "\"message\":\"One or more selected seats are not for sale to everybody.\","
	             "\"unavailable\":[{\"seat_id\":\"A1\",\"status\":\"blocked\"}]," AT PLACE);
	r.outcome = OUTCOME_SEATS_BLOCKED;
	r.seat_ids = &seats[1].seat_id;
	r.seat_count = 1;
	r.unavailable = &seats[1];
	assert_whole(&r, NOT_A_DUPLICATE,
	             HEAD "\"status\":\"accepted\",\"code\":200,\"reason\":\"SEATS_BLOCKED\","
	             "\"message\":\"The seats have this channel now.\","
	             "\"seat_ids\":[\"Rang-\xc3\x84 1, links\"],"
	             "\"unavailable\":[{\"seat_id\":\"Rang-\xc3\x84 1, links\",\"status\":\"sold\","
	             "\"taken_at_offset\":7}]," AT PLACE);
}

static void what_best_found_is_told(void **state)
{
	struct reply r = plain_reply(OUTCOME_RESERVED);

	(void)state;
	r.pieces = 2;
	assert_whole(&r, NOT_A_DUPLICATE,
	             HEAD "\"status\":\"accepted\",\"code\":200,\"reason\":\"RESERVED\","
	             "\"message\":\"The seats are reserved.\",\"pieces\":2," AT PLACE);
	r = plain_reply(OUTCOME_NOT_ENOUGH_SEATS);
	r.has_free_seats = true;
	assert_whole(&r, NOT_A_DUPLICATE,
	             HEAD "\"status\":\"rejected\",\"code\":409,\"reason\":\"NOT_ENOUGH_SEATS\","
	             "\"message\":\"Fewer seats are free than were asked for.\",\"free_seats\":0," AT
	             PLACE);
}

static void places_in_areas_stand_behind_the_seats(void **state)
{
	const struct text seats[] = {text_of("A1")}, kept[] = {text_of("B1"), text_of("A2")};
	const struct area_count areas[] = {{text_of("S"), 2}, {text_of("\"T\""), 50}};
	struct reply r = plain_reply(OUTCOME_PARTLY_CANCELLED);

	(void)state;
	r.seat_ids = seats;
	r.seat_count = 1;
	r.areas = areas;
	r.area_count = 2;
	r.kept_seat_ids = kept;
	r.kept_seat_count = 2;
	r.kept_areas = areas;
	r.kept_area_count = 1;
#define PARTLY \
	HEAD "\"status\":\"accepted\",\"code\":200,\"reason\":\"PARTLY_CANCELLED\"," \
	     "\"message\":\"A part of the sale was cancelled; its places are available, the rest stays " \
	     "sold.\","
	assert_whole(&r, NOT_A_DUPLICATE,
	             PARTLY "\"seat_ids\":[\"A1\"],\"areas\":[{\"area_id\":\"S\",\"count\":2},"
	                    "{\"area_id\":\"\\\"T\\\"\",\"count\":50}],"
	                    "\"kept_seat_ids\":[\"B1\",\"A2\"],"
	                    "\"kept_areas\":[{\"area_id\":\"S\",\"count\":2}]," AT PLACE);
	r.seat_count = r.kept_area_count = r.kept_seat_count = 0;
	r.area_count = 1;
	assert_whole(&r, NOT_A_DUPLICATE,
	             PARTLY "\"areas\":[{\"area_id\":\"S\",\"count\":2}]," AT PLACE);
}

#define REFUSED(code, reason, message) \
	HEAD "\"status\":\"rejected\",\"code\":" code ",\"reason\":\"" reason "\",\"message\":\"" \
	     message "\","

static void areas_that_are_not_to_be_had_are_listed(void **state)
{
	struct unavailable_area areas[] = {
	    {.area_id = text_of("S"), .has_room = true, .room = 0},
	    {.area_id = text_of("T"), .has_room = true, .room = 3},
	};
	const struct unavailable seats[] = {{text_of("A1"), true, SEAT_SOLD, true, 0}};
	struct reply r = plain_reply(OUTCOME_AREA_FULL);

	(void)state;
	r.unavailable_areas = areas;
	r.unavailable_area_count = 2;
	assert_whole(&r, NOT_A_DUPLICATE,
	             REFUSED("409", "AREA_FULL", "One or more of the areas have less room than was asked "
	                                         "for.")
	             "\"unavailable_areas\":[{\"area_id\":\"S\",\"room\":0},"
	             "{\"area_id\":\"T\",\"room\":3}]," AT PLACE);
	r.outcome = OUTCOME_HOLD_EXPIRED;
	r.unavailable_area_count = 1;
	r.unavailable = seats;
	r.unavailable_count = 1;
	assert_whole(&r, NOT_A_DUPLICATE,
	             REFUSED("410", "HOLD_EXPIRED", "The hold has expired.")
	             "\"unavailable\":[{\"seat_id\":\"A1\",\"status\":\"sold\",\"taken_at_offset\":0}],"
	             "\"unavailable_areas\":[{\"area_id\":\"S\",\"room\":0}]," AT PLACE);
	areas[0] = (struct unavailable_area){.area_id = text_of("S"), .has_taken = true, .taken = 7};
	r.outcome = OUTCOME_BELOW_TAKEN;
	r.unavailable_count = 0;
	assert_whole(&r, NOT_A_DUPLICATE,
	             REFUSED("409", "BELOW_TAKEN", "An area would have fewer places than are held and sold "
	                                           "in it; none was set.")
	             "\"unavailable_areas\":[{\"area_id\":\"S\",\"taken\":7}]," AT PLACE);
	areas[0].has_taken = false;
	r.outcome = OUTCOME_UNKNOWN_AREA;
	assert_whole(&r, NOT_A_DUPLICATE,
	             REFUSED("404", "UNKNOWN_AREA", "One or more of the areas do not exist on this show.")
	             "\"unavailable_areas\":[{\"area_id\":\"S\"}]," AT PLACE);
}

static void single_seats_are_listed(void **state)
{
	const struct text singles[] = {text_of("A3"), text_of("B1")};
	struct reply r = plain_reply(OUTCOME_LEAVES_SINGLE);

	(void)state;
	r.singles = singles;
	r.single_count = 2;
	assert_whole(&r, NOT_A_DUPLICATE,
	             HEAD "\"status\":\"rejected\",\"code\":409,\"reason\":\"LEAVES_SINGLE\","
	             "\"message\":\"The selected seats would leave a single seat between others.\","
	             "\"singles\":[\"A3\",\"B1\"]," AT PLACE);
}

static void what_a_customer_has_is_told(void **state)
{
	struct reply r = plain_reply(OUTCOME_CUSTOMER_LIMIT);

	(void)state;
	r.has_customer = true;
	r.customer = (struct customer_has){.seats = 1001, .holds = 0};
	assert_whole(&r, NOT_A_DUPLICATE,
	             HEAD "\"status\":\"rejected\",\"code\":409,\"reason\":\"CUSTOMER_LIMIT\","
	             "\"message\":\"The customer would have more of this show than one may have.\","
	             "\"customer\":{\"seats\":1001,\"holds\":0}," AT PLACE);
}

#define NOT_ON_SALE \
	HEAD "\"status\":\"rejected\",\"code\":409,\"reason\":\"NOT_ON_SALE\"," \
	     "\"message\":\"The show is not on sale.\","

static void a_sale_window_is_told_as_far_as_it_is_set(void **state)
{
	struct sale_window window = {.has_from = true, .from_ms = 0, .until_ms = 1};
	struct reply r = plain_reply(OUTCOME_NOT_ON_SALE);

	(void)state;
	assert_whole(&r, NOT_A_DUPLICATE, NOT_ON_SALE AT PLACE);
	r.on_sale = &window;
	assert_whole(&r, NOT_A_DUPLICATE,
	             NOT_ON_SALE "\"on_sale_from\":\"1970-01-01T00:00:00.000Z\"," AT PLACE);
	window.has_until = true;
	window.until_ms = INT64_C(253402300799999);
	assert_whole(&r, NOT_A_DUPLICATE,
	             NOT_ON_SALE "\"on_sale_from\":\"1970-01-01T00:00:00.000Z\","
	                         "\"on_sale_until\":\"9999-12-31T23:59:59.999Z\"," AT PLACE);
	window.has_from = false;
	assert_whole(&r, NOT_A_DUPLICATE,
	             NOT_ON_SALE "\"on_sale_until\":\"9999-12-31T23:59:59.999Z\"," AT PLACE);
}

static void unavailable_seats_are_shown_in_quotes(void **state)
{
	static const char json[] = "{\"unavailable\":[{\"seat_id\":\"A, 1\"},{\"seat_id\":\"a\\\"b\"},"
	                           "{\"seat_id\":\"\xc3\x84\"}]}";

	(void)state;
	assert_int_equal(reply_list_unavailable(text_of(json), 2, &out), 3);
	assert_string_equal(out.data, "\"A, 1\", \"a\\\"b\"");
	buf_clear(&out);
	assert_int_equal(reply_list_unavailable(text_of(json), 9, &out), 3);
	assert_string_equal(out.data, "\"A, 1\", \"a\\\"b\", \"\xc3\x84\"");
	buf_clear(&out);
	assert_int_equal(reply_list_unavailable(text_of("{}"), 9, &out), 0);
}

static void unavailable_areas_are_shown_behind_the_seats(void **state)
{
	static const char json[] = "{\"unavailable_areas\":[{\"area_id\":\"S\"},{\"area_id\":\"T\"}],"
	                           "\"unavailable\":[{\"seat_id\":\"A\"}]}";

	(void)state;
	assert_int_equal(reply_list_unavailable(text_of(json), 2, &out), 3);
	assert_string_equal(out.data, "\"A\", \"S\"");
	buf_clear(&out);
	assert_int_equal(reply_list_unavailable(text_of("{\"unavailable_areas\":[{\"area_id\":\"S\"}]}"),
	                                        9, &out), 1);
	assert_string_equal(out.data, "\"S\"");
}

static void unknown_seats_are_listed_without_a_status(void **state)
{
	const struct unavailable seats[] = {{.seat_id = text_of("Z1")}, {.seat_id = text_of("Z2")}};
	struct reply r = plain_reply(OUTCOME_UNKNOWN_SEAT);

	(void)state;
	r.unavailable = seats;
	r.unavailable_count = 2;
	assert_whole(&r, NOT_A_DUPLICATE,
	             HEAD "\"status\":\"rejected\",\"code\":404,\"reason\":\"UNKNOWN_SEAT\","
	             "\"message\":\"One or more of the seats do not exist on this show.\","
	             "\"unavailable\":[{\"seat_id\":\"Z1\"},{\"seat_id\":\"Z2\"}]," AT PLACE);
}

static void revived_is_there_only_as_true(void **state)
{
	struct reply r = plain_reply(OUTCOME_CONFIRMED);

	(void)state;
	r.type = REQUEST_CONFIRM;
	r.is_revived = true;
	assert_whole(&r, NOT_A_DUPLICATE,
	             "{\"request_id\":\"" ID "\",\"type\":\"confirm\",\"show_id\":\"s\","
	             "\"status\":\"accepted\",\"code\":200,\"reason\":\"CONFIRMED\","
	             "\"message\":\"The seats are sold.\",\"revived\":true," AT PLACE);
}

static void an_undecodable_request_gets_three_nulls_and_a_message_of_its_own(void **state)
{
	struct reply r = {.outcome = OUTCOME_INVALID_REQUEST, .decided_at_ms = 0,
	                  .message = "a \"b\" \\ \x01\x1f\b\f\n\r\t\x7f \xc3\xa9"};

	(void)state;
	assert_whole(&r, NOT_A_DUPLICATE,
	             "{\"request_id\":null,\"type\":null,\"show_id\":null,\"status\":\"rejected\","
	             "\"code\":400,\"reason\":\"INVALID_REQUEST\",\"message\":\"a \\\"b\\\" \\\\ "
	             "\\u0001\\u001f\\b\\f\\n\\r\\t\x7f \xc3\xa9\","
	             "\"decided_at\":\"1970-01-01T00:00:00.000Z\"" PLACE);
}

static void a_reply_is_read_as_it_was_written(void **state)
{
	struct reply r = plain_reply(OUTCOME_ALREADY_RESERVED);
	struct buf body = {0};
	struct reply_view v;
	struct err e;

	(void)state;
	r.has_reservation_id = true;
	r.reservation_id = id_of(OTHER_ID);
	reply_encode_body(&body, &r);
	reply_encode_whole(&out, buf_text(&body), 12, &place);
	assert_int_equal(reply_decode(buf_text(&out), &arena, &v, &e), RC_OK);
	memset(out.data, 'x', out.bytes); /* nothing may be borrowed from the message */
	assert_true(v.has_request_id && uuid_same(&v.request_id, &r.request_id));
	assert_true(text_same(v.show_id, text_of("s")));
	assert_true(text_same(v.reason, text_of("ALREADY_RESERVED")));
	assert_int_equal(v.code, 409);
	assert_int_equal(v.partition, 3);
	assert_int_equal(v.offset, 57);
	assert_int_equal(v.duplicate_of, 12);
	assert_true(v.decided_at_ms == DECIDED_AT_MS);
	assert_true(v.has_reservation_id && uuid_same(&v.reservation_id, &r.reservation_id));
	buf_release(&body);
}

static void a_reply_of_nulls_is_read(void **state)
{
	const char *json = "{\"request_id\":null,\"show_id\":null,\"code\":400,"
	                   "\"reason\":\"INVALID_REQUEST\"," AT PLACE;
	struct reply_view v;
	struct err e;

	(void)state;
	assert_int_equal(reply_decode(text_of(json), &arena, &v, &e), RC_OK);
	assert_false(v.has_request_id);
	assert_false(v.has_reservation_id);
	assert_null(v.show_id.data);
	assert_int_equal(v.duplicate_of, NOT_A_DUPLICATE);
}

static void what_is_no_reply_is_rejected(void **state)
{
	static const char *const not_replies[] = {
	    "", "[]", "{}", "{\"a\":1}x",
	    "{\"show_id\":null,\"code\":400,\"reason\":\"R\"," AT PLACE,
	    "{\"request_id\":\"x\",\"show_id\":null,\"code\":400,\"reason\":\"R\"," AT PLACE,
	    "{\"request_id\":null,\"code\":400,\"reason\":\"R\"," AT PLACE,
	    "{\"request_id\":null,\"show_id\":7,\"code\":400,\"reason\":\"R\"," AT PLACE,
	    "{\"request_id\":null,\"show_id\":null,\"reason\":\"R\"," AT PLACE,
	    "{\"request_id\":null,\"show_id\":null,\"code\":\"400\",\"reason\":\"R\"," AT PLACE,
	    "{\"request_id\":null,\"show_id\":null,\"code\":400," AT PLACE,
	    "{\"request_id\":null,\"show_id\":null,\"code\":400,\"reason\":\"R\"" PLACE,
	    "{\"request_id\":null,\"show_id\":null,\"code\":400,\"reason\":\"R\"," AT "}",
	    "{\"request_id\":null,\"show_id\":null,\"code\":400,\"reason\":\"R\"," AT
	    ",\"request\":{\"partition\":-1,\"offset\":0}}",
	    "{\"request_id\":null,\"show_id\":null,\"code\":400,\"reason\":\"R\"," AT
	    ",\"request\":{\"partition\":0,\"offset\":\"0\"}}",
	    "{\"request_id\":null,\"show_id\":null,\"code\":400,\"reason\":\"R\"," AT
	    ",\"duplicate_of\":null" PLACE,
	    "{\"request_id\":null,\"show_id\":null,\"code\":400,\"reason\":\"R\"," AT
	    ",\"reservation_id\":null" PLACE,
	    "{\"request_id\":null,\"show_id\":null,\"code\":400,\"reason\":\"R\","
	    "\"decided_at\":\"-111-11-24T15:00:00.123Z\"" PLACE,
	    "{\"request_id\":null,\"show_id\":null,\"code\":400,\"reason\":\"R\","
	    "\"decided_at\":\"2026-11-24 15:00:00.123Z\"" PLACE,
	};
	struct reply_view v;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof not_replies / sizeof not_replies[0]; i++)
		if (reply_decode(text_of(not_replies[i]), &arena, &v, &e) != RC_REJECT)
			fail_msg("taken: %s", not_replies[i]);
}

static void messages_are_the_same_whatever_the_order_of_keys(void **state)
{
	(void)state;
	assert_true(message_is_same(text_of("{\"a\":1,\"b\":[{\"c\":null,\"d\":true}]}"),
	                            text_of(" {\"b\":[{\"d\":true,\"c\":null}],\"\\u0061\":1.0}"), &out));
	assert_true(message_is_same(text_of("{}"), text_of("{ }"), &out));
	assert_int_equal(out.bytes, 0);
}

static void the_first_difference_is_named_with_both_sides(void **state)
{
	static const struct {
		const char *expected, *found, *where;
	} pairs[] = {
	    {"{\"a\":1}", "{\"a\":2}", "a: expected 1, found 2"},
	    {"{\"a\":1}", "{\"a\":\"1\"}", "a: expected 1, found \"1\""},
	    {"{\"a\":\"x\"}", "{\"a\":\"X\"}", "a: expected \"x\", found \"X\""},
	    {"{\"a\":true}", "{\"a\":false}", "a: expected true, found false"},
	    {"{\"a\":null}", "{}", "a: expected null, found nothing"},
	    {"{}", "{\"a\":false}", "a: expected nothing, found false"},
	    {"{\"a\":1}", "{\"A\":1}", "a: expected 1, found nothing"},
	    {"{\"a\":[1,2]}", "{\"a\":[2,1]}", "a[0]: expected 1, found 2"},
	    {"{\"a\":[1,2]}", "{\"a\":[1]}", "a[1]: expected 2, found nothing"},
	    {"{\"a\":[1]}", "{\"a\":[1,{}]}", "a[1]: expected nothing, found {}"},
	    {"{\"a\":[]}", "{\"a\":{}}", "a: expected [], found {}"},
	    {"{\"p\":{\"q\":1},\"u\":[{\"s\":1},{\"s\":\"sold\"}]}",
	     "{\"p\":{\"q\":1},\"u\":[{\"s\":1},{\"s\":\"reserved\"}]}",
	     "u[1].s: expected \"sold\", found \"reserved\""},
	    {"{\"request\":{\"offset\":5}}", "{\"request\":{\"offset\":6}}",
	     "request.offset: expected 5, found 6"},
	    {"x", "{}", "the whole: expected something else where an object must be, found a JSON object"},
	    {"{}", "{\"a\":1,\"a\":1}",
	     "the whole: expected a JSON object, found a key twice in one object"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		buf_clear(&out);
		assert_false(message_is_same(text_of(pairs[i].expected), text_of(pairs[i].found), &out));
		assert_string_equal(out.data, pairs[i].where);
	}
}

#define OF_REQUEST(rest) "{\"request\":{" rest "}}"

static void a_message_names_its_request(void **state)
{
	static const char *const none[] = {
	    "", "{}", "[]", "{\"request\":1}", OF_REQUEST("\"partition\":1"),
	    OF_REQUEST("\"partition\":-1,\"offset\":2"), OF_REQUEST("\"partition\":1,\"offset\":-1"),
	    OF_REQUEST("\"partition\":2147483648,\"offset\":2"),
	    OF_REQUEST("\"partition\":1,\"offset\":2.5"),
	    "{\"request\":{\"partition\":1,\"offset\":2}",
	};
	static const char whole[] = OF_REQUEST("\"topic\":\"r\",\"partition\":2147483647,\"offset\":2");
	struct message_place found = {0};

	(void)state;
	assert_true(message_find_place(text_of(whole), "r", &found));
	assert_true(found.is_of_topic);
	assert_int_equal(found.partition, INT32_MAX);
	assert_int_equal(found.offset, 2);
	assert_true(message_find_place(text_of(whole), "R", &found));
	assert_false(found.is_of_topic);
	assert_true(message_find_place(text_of(OF_REQUEST("\"partition\":0,\"offset\":0")), "r", &found));
	assert_false(found.is_of_topic);
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		assert_false(message_find_place(text_of(none[i]), "r", &found));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, release)
		TEST(a_reserved_reply_has_its_seats_and_its_end),
		TEST(a_duplicate_names_the_first_even_at_offset_0),
		TEST(seats_taken_say_what_took_them),
		TEST(a_seat_that_is_free_and_not_open_is_listed_as_blocked),
		TEST(what_best_found_is_told),
		TEST(places_in_areas_stand_behind_the_seats),
		TEST(areas_that_are_not_to_be_had_are_listed),
		TEST(single_seats_are_listed),
		TEST(what_a_customer_has_is_told),
		TEST(a_sale_window_is_told_as_far_as_it_is_set),
		TEST(unavailable_seats_are_shown_in_quotes),
		TEST(unavailable_areas_are_shown_behind_the_seats),
		TEST(unknown_seats_are_listed_without_a_status),
		TEST(revived_is_there_only_as_true),
		TEST(an_undecodable_request_gets_three_nulls_and_a_message_of_its_own),
		TEST(a_reply_is_read_as_it_was_written),
		TEST(a_reply_of_nulls_is_read),
		TEST(what_is_no_reply_is_rejected),
		TEST(messages_are_the_same_whatever_the_order_of_keys),
		TEST(the_first_difference_is_named_with_both_sides),
		TEST(a_message_names_its_request),
	};

	return cmocka_run_group_tests_name("msg_reply", tests, NULL, NULL);
}
