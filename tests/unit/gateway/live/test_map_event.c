/*
 * Reading events: what a worker writes, what a later version may write, and what is none.
 */
#include "gateway/live/map_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ID "00000000-0000-4000-8000-000000000001"
#define TAIL \
	"\"at\":\"2026-11-24T15:00:00.123Z\"," \
	"\"request\":{\"topic\":\"q\",\"partition\":3,\"offset\":57}}"

static struct arena arena;
static struct map_event ev;

static bool is_read(const char *json)
{
	return map_event_read(text_of(json), &arena, &ev);
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void what_a_worker_writes_is_read(void **state)
{
	const struct text seats[] = {text_of("A \"1\""), text_of("Rang-Ä 1")};
	const struct area_count areas[] = {{text_of("floor"), 50}, {text_of("box"), 1}};
	const struct record_place place = {"q", 3, ((int64_t)1 << 53) - 1};
	struct event written = {
	    .show_id = text_of("s/1"), .at_ms = 1764000000123, .is_retaken = true, .is_change = true,
	    .seat_ids = seats, .seat_count = 2, .areas = areas, .area_count = 2};
	char json[1000];

	(void)state;
	assert_true(uuid_decode(text_of(ID), &written.reservation_id));
	for (int k = EVENT_RESERVED; k <= EVENT_CANCELLED; k++) {
		struct buf b = {0};

		written.kind = (enum event_kind)k;
		event_encode_body(&b, &written);
		event_encode_whole(&b, text_of(""), &place);
		snprintf(json, sizeof json, "%s", b.data);
		buf_release(&b);
		assert_true(is_read(json));
		memset(json, 'x', sizeof json); /* nothing is borrowed from it */
		assert_true(ev.is_known && ev.is_retaken);
		assert_int_equal(ev.kind, k);
		assert_true(uuid_same(&ev.reservation_id, &written.reservation_id));
		assert_int_equal(ev.at_ms, written.at_ms);
		assert_int_equal(ev.partition, 3);
		assert_int_equal(ev.offset, place.offset);
		assert_true(text_same(ev.show_id, written.show_id));
		assert_int_equal(ev.seat_count, 2);
		assert_true(text_same(ev.seat_ids[0], seats[0]) && text_same(ev.seat_ids[1], seats[1]));
		assert_int_equal(ev.area_count, 2);
		assert_true(text_same(ev.areas[0].area_id, areas[0].area_id) && ev.areas[0].count == 50);
		assert_true(text_same(ev.areas[1].area_id, areas[1].area_id) && ev.areas[1].count == 1);
	}
}

static void an_event_without_a_reservation_needs_none(void **state)
{
	(void)state;
	assert_true(is_read("{\"event\":\"blocked\",\"show_id\":\"s\",\"channel\":\"C\","
	                    "\"seat_ids\":[\"A1\"]," TAIL));
	assert_int_equal(ev.kind, EVENT_BLOCKED);
	assert_int_equal(ev.seat_count, 1);
	/* Areas as given have no count. */
	assert_true(is_read("{\"event\":\"areas_set\",\"show_id\":\"s\","
	                    "\"areas\":[{\"area_id\":\"floor\",\"capacity\":5}]," TAIL));
	assert_int_equal(ev.kind, EVENT_AREAS_SET);
	assert_int_equal(ev.area_count, 0);
}

static void an_event_of_a_later_version_is_known_by_its_request(void **state)
{
	(void)state;
	assert_true(is_read("{\"event\":\"moved\",\"show_id\":\"s\",\"seat_ids\":7," TAIL));
	assert_false(ev.is_known);
	assert_true(text_same(ev.show_id, text_of("s")));
	assert_int_equal(ev.offset, 57);
}

static void what_is_no_event_is_refused(void **state)
{
	static const char *const refused[] = {
	    "", "null", "[]", "{}", "{\"event\":\"sold\"",
	    "{\"show_id\":\"s\"," TAIL,
	    "{\"event\":1,\"show_id\":\"s\"," TAIL,
	    "{\"event\":\"blocked\"," TAIL,
	    "{\"event\":\"blocked\",\"show_id\":null," TAIL,
	    "{\"event\":\"blocked\",\"show_id\":\"s\",\"seat_ids\":[1]," TAIL,
	    "{\"event\":\"sold\",\"show_id\":\"s\"," TAIL,
	    "{\"event\":\"sold\",\"show_id\":\"s\",\"reservation_id\":\"" ID "x\"," TAIL,
	    "{\"event\":\"sold\",\"show_id\":\"s\",\"reservation_id\":\"" ID "\",\"areas\":[1]," TAIL,
	    "{\"event\":\"sold\",\"show_id\":\"s\",\"reservation_id\":\"" ID "\","
	    "\"areas\":[{\"area_id\":\"a\"}]," TAIL,
	    "{\"event\":\"sold\",\"show_id\":\"s\",\"reservation_id\":\"" ID "\","
	    "\"areas\":[{\"area_id\":\"a\",\"count\":-1}]," TAIL,
	    "{\"event\":\"sold\",\"show_id\":\"s\",\"reservation_id\":\"" ID "\","
	    "\"areas\":[{\"area_id\":\"a\",\"count\":2147483648}]," TAIL,
	    "{\"event\":\"blocked\",\"event\":\"blocked\",\"show_id\":\"s\"," TAIL,
	    "{\"event\":\"blocked\",\"show_id\":\"s\",\"at\":\"2026-11-24\",\"request\":"
	    "{\"topic\":\"q\",\"partition\":3,\"offset\":57}}",
	    "{\"event\":\"blocked\",\"show_id\":\"s\",\"at\":\"2026-11-24T15:00:00.123Z\"}",
	    "{\"event\":\"blocked\",\"show_id\":\"s\",\"at\":\"2026-11-24T15:00:00.123Z\",\"request\":"
	    "{\"partition\":3,\"offset\":-1}}",
	    "{\"event\":\"blocked\",\"show_id\":\"s\",\"at\":\"2026-11-24T15:00:00.123Z\",\"request\":"
	    "{\"partition\":-3,\"offset\":1}}",
	    "{\"event\":\"blocked\",\"show_id\":\"s\",\"at\":\"2026-11-24T15:00:00.123Z\",\"request\":"
	    "{\"partition\":3}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (is_read(refused[i]))
			fail_msg("read: %s", refused[i]);
	assert_false(arena.failed);
}

#define TEST(f) cmocka_unit_test_teardown(f, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_a_worker_writes_is_read),
	    TEST(an_event_without_a_reservation_needs_none),
	    TEST(an_event_of_a_later_version_is_known_by_its_request),
	    TEST(what_is_no_event_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
