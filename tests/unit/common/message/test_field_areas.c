/* Areas inside requests: places of them that are asked for, dropped or given back, and as set. */
#include "tests/unit/common/message/list_help.h"

#define COUNTS "must be 1 to 10 objects, each with an area_id of its own and a count from 1 to 50"
#define AREAS "must be 1 to 100 objects, each with an area_id of its own and a capacity from 0 to " \
	"1000000, every field in its form"

#define RESERVE_HEAD HEAD("reserve") ",\"session_id\":\"x\",\"areas\":"
#define CHANGE_HEAD HEAD("change_hold") ",\"session_id\":\"x\",\"reservation_id\":\"" ID "\""
#define ADD_HEAD CHANGE_HEAD ",\"areas\":"
#define DROP_HEAD CHANGE_HEAD ",\"drop_areas\":"
#define CANCEL_HEAD HEAD("cancel") ",\"owner_key\":\"k\",\"reservation_id\":\"" ID "\",\"areas\":"
#define SET_HEAD HEAD("set_areas") ",\"areas\":"

static void places_are_read_as_asked(void **state)
{
	struct request r = expect_readable(
	    DROP_HEAD "[{\"area_id\":\"Rang\",\"count\":50}],\"areas\":",
	    "[{\"count\":2.0,\"area_id\":\"Steh \xc3\xa4\",\"capacity\":null},"
	    "{\"area_id\":\"A\",\"count\":1}]");

	(void)state;
	assert_int_equal(r.area_count, 2);
	assert_text(r.areas[0].area_id, "Steh \xc3\xa4");
	assert_int_equal(r.areas[0].count, 2);
	assert_text(r.areas[1].area_id, "A");
	assert_int_equal(r.areas[1].count, 1);
	assert_int_equal(r.drop_area_count, 1);
	assert_text(r.drop_areas[0].area_id, "Rang");
	assert_int_equal(r.drop_areas[0].count, 50);
	assert_int_equal(r.set_area_count, 0);
	r = expect_readable(CANCEL_HEAD, "[{\"area_id\":\"A\",\"count\":3}]");
	assert_int_equal(r.areas[0].count, 3);
}

static void a_place_in_an_area_has_its_limits(void **state)
{
	static const struct {
		const char *element, *member;
	} bad[] = {
	    {"7", ""}, {"null", ""}, {"[]", ""}, {"\"B\"", ""}, {"{}", ".area_id"},
	    {"{\"count\":1}", ".area_id"}, {"{\"area_id\":null,\"count\":1}", ".area_id"},
	    {"{\"area_id\":\"\",\"count\":1}", ".area_id"},
	    {"{\"area_id\":\"" N64 "4\",\"count\":1}", ".area_id"},
	    {"{\"area_id\":\" B\",\"count\":1}", ".area_id"},
	    {"{\"area_id\":\"A\",\"count\":1}", ".area_id"}, /* twice */
	    {"{\"area_id\":\"B\"}", ".count"}, {"{\"area_id\":\"B\",\"count\":null}", ".count"},
	    {"{\"area_id\":\"B\",\"count\":0}", ".count"},
	    {"{\"area_id\":\"B\",\"count\":51}", ".count"},
	    {"{\"area_id\":\"B\",\"count\":-1}", ".count"},
	    {"{\"area_id\":\"B\",\"count\":1.5}", ".count"},
	    {"{\"area_id\":\"B\",\"count\":\"1\"}", ".count"},
	};
	static const struct {
		const char *head, *key;
	} fields[] = {
	    {RESERVE_HEAD, "areas"}, {ADD_HEAD, "areas"}, {CANCEL_HEAD, "areas"},
	    {DROP_HEAD, "drop_areas"},
	};
	char list[200], place[40];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		for (size_t k = 0; k < sizeof fields / sizeof fields[0]; k++) {
			snprintf(list, sizeof list, "[{\"area_id\":\"A\",\"count\":1},%s]", bad[i].element);
			snprintf(place, sizeof place, "%s[1]%s", fields[k].key, bad[i].member);
			expect_fault(fields[k].head, list, fields[k].key, COUNTS, place);
		}
	for (size_t k = 0; k < sizeof fields / sizeof fields[0]; k++) {
		expect_fault(fields[k].head, "null", fields[k].key, COUNTS, "");
		expect_fault(fields[k].head, "{\"area_id\":\"A\",\"count\":1}", fields[k].key, COUNTS, "");
		expect_readable(fields[k].head, "[{\"area_id\":\"" N64 "\",\"count\":50,\"count \":null},"
		                                "{\"area_id\":\"public\",\"count\":5e1}]");
	}
}

static void an_area_has_what_is_given(void **state)
{
	struct request r = expect_readable(
	    SET_HEAD, "[{\"area_id\":\"A 1\",\"capacity\":1000000,\"channel\":\"box\",\"category\":\"I\"},"
	    "{\"area_id\":\"B\",\"capacity\":0,\"count\":null}]");

	(void)state;
	assert_int_equal(r.set_area_count, 2);
	assert_int_equal(r.area_count, 0);
	assert_text(r.set_areas[0].area_id, "A 1");
	assert_int_equal(r.set_areas[0].capacity, 1000000);
	assert_text(r.set_areas[0].channel, "box");
	assert_text(r.set_areas[0].category, "I");
	assert_text(r.set_areas[1].area_id, "B");
	assert_int_equal(r.set_areas[1].capacity, 0);
	assert_true(!r.set_areas[1].channel.data && !r.set_areas[1].category.data);
}

static void every_field_of_an_area_has_its_limits(void **state)
{
	static const struct {
		const char *element, *member;
	} bad[] = {
	    {"7", ""}, {"null", ""}, {"{}", ".area_id"}, {"{\"area_id\":\"\",\"capacity\":1}", ".area_id"},
	    {"{\"area_id\":7,\"capacity\":1}", ".area_id"},
	    {"{\"area_id\":\"A\",\"capacity\":1}", ".area_id"}, /* twice */
	    {"{\"area_id\":\"B\"}", ".capacity"}, {"{\"area_id\":\"B\",\"count\":1}", ".capacity"},
	    {"{\"area_id\":\"B\",\"capacity\":null}", ".capacity"},
	    {"{\"area_id\":\"B\",\"capacity\":-1}", ".capacity"},
	    {"{\"area_id\":\"B\",\"capacity\":1000001}", ".capacity"},
	    {"{\"area_id\":\"B\",\"capacity\":0.5}", ".capacity"},
	    {"{\"area_id\":\"B\",\"capacity\":\"1\"}", ".capacity"},
	    {"{\"area_id\":\"B\",\"capacity\":1,\"channel\":\"public\"}", ".channel"},
	    {"{\"area_id\":\"B\",\"capacity\":1,\"channel\":null}", ".channel"},
	    {"{\"area_id\":\"B\",\"capacity\":1,\"channel\":\"\"}", ".channel"},
	    {"{\"area_id\":\"B\",\"capacity\":1,\"channel\":\"" N64 "4\"}", ".channel"},
	    {"{\"area_id\":\"B\",\"capacity\":1,\"category\":null}", ".category"},
	    {"{\"area_id\":\"B\",\"capacity\":1,\"category\":\"\"}", ".category"},
	    {"{\"area_id\":\"B\",\"capacity\":1,\"category\":\"" N64 "4\"}", ".category"},
	};
	char list[200], place[40];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		snprintf(list, sizeof list, "[{\"area_id\":\"A\",\"capacity\":1},%s]", bad[i].element);
		snprintf(place, sizeof place, "areas[1]%s", bad[i].member);
		expect_fault(SET_HEAD, list, "areas", AREAS, place);
	}
	expect_fault(SET_HEAD, "null", "areas", AREAS, "");
	expect_fault(SET_HEAD, "{}", "areas", AREAS, "");
	expect_readable(SET_HEAD, "[{\"area_id\":\"" N64 "\",\"capacity\":-0,\"channel\":\"" N64
	                          "\",\"category\":\"" N64 "\"},{\"area_id\":\"A\",\"capacity\":1e6,"
	                          "\"channel\":\"Public\",\"category\":\"public\",\"Channel\":null}]");
}

static enum request_fault fault_of_many(const char *head, int count, const char *member)
{
	struct buf list = {0};
	struct request r;

	buf_add_string(&list, "[");
	for (int i = 0; i < count; i++)
		buf_print(&list, "%s{\"area_id\":\"%d\",\"%s\":1}", i ? "," : "", i, member);
	buf_add_string(&list, "]");
	r = decode_list(head, list.data);
	buf_release(&list);
	return r.fault;
}

static void lists_are_taken_at_their_most_and_not_one_more(void **state)
{
	static const struct {
		const char *head, *member;
		int most;
	} lists[] = {
	    {RESERVE_HEAD, "count", 10}, {ADD_HEAD, "count", 10}, {DROP_HEAD, "count", 10},
	    {CANCEL_HEAD, "count", 10},  {SET_HEAD, "capacity", 100},
	};

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		assert_int_equal(fault_of_many(lists[i].head, 0, lists[i].member), REQUEST_MALFORMED);
		assert_int_equal(fault_of_many(lists[i].head, 1, lists[i].member), REQUEST_READABLE);
		assert_int_equal(fault_of_many(lists[i].head, lists[i].most, lists[i].member),
		                 REQUEST_READABLE);
		assert_int_equal(fault_of_many(lists[i].head, lists[i].most + 1, lists[i].member),
		                 REQUEST_MALFORMED);
	}
}

static bool is_same_content(const char *head, const char *a, const char *b)
{
	struct request left = expect_readable(head, a), right = expect_readable(head, b);

	return memcmp(left.content, right.content, sizeof left.content) == 0;
}

static void areas_are_content_as_a_set(void **state)
{
	static const struct {
		const char *head, *a, *b;
		bool is_same;
	} pairs[] = {
	    {ADD_HEAD, "[{\"area_id\":\"A\",\"count\":1},{\"area_id\":\"B\",\"count\":2}]",
	     "[{\"count\":2e0,\"area_id\":\"\\u0042\",\"x\":1},{\"count\":1.0,\"area_id\":\"A\"}]", true},
	    {DROP_HEAD, "[{\"area_id\":\"A\",\"count\":1},{\"area_id\":\"B\",\"count\":2}]",
	     "[{\"area_id\":\"B\",\"count\":2},{\"area_id\":\"A\",\"count\":1}]", true},
	    {SET_HEAD, "[{\"area_id\":\"A\",\"capacity\":0,\"channel\":\"a\"},"
	               "{\"area_id\":\"B\",\"capacity\":2}]",
	     "[{\"capacity\":2,\"area_id\":\"B\",\"count\":1},"
	     "{\"channel\":\"a\",\"capacity\":0e1,\"area_id\":\"A\"}]", true},
	    {ADD_HEAD, "[{\"area_id\":\"A\",\"count\":1},{\"area_id\":\"B\",\"count\":2}]",
	     "[{\"area_id\":\"A\",\"count\":2},{\"area_id\":\"B\",\"count\":1}]", false},
	    {RESERVE_HEAD, "[{\"area_id\":\"A\",\"count\":1}]", "[{\"area_id\":\"a\",\"count\":1}]", false},
	    {CANCEL_HEAD, "[{\"area_id\":\"A\",\"count\":1}]",
	     "[{\"area_id\":\"A\",\"count\":1},{\"area_id\":\"B\",\"count\":1}]", false},
	    {CHANGE_HEAD ",\"hold_seconds\":1,", "\"areas\":[{\"area_id\":\"A\",\"count\":1}]",
	     "\"drop_areas\":[{\"area_id\":\"A\",\"count\":1}]", false},
	    {SET_HEAD, "[{\"area_id\":\"A\",\"capacity\":0}]", "[{\"area_id\":\"A\",\"capacity\":1}]",
	     false},
	    {SET_HEAD, "[{\"area_id\":\"A\",\"capacity\":0}]",
	     "[{\"area_id\":\"A\",\"capacity\":0,\"channel\":\"a\"}]", false},
	    {SET_HEAD, "[{\"area_id\":\"A\",\"capacity\":0,\"category\":\"a\"}]",
	     "[{\"area_id\":\"A\",\"capacity\":0,\"channel\":\"a\"}]", false},
	    {SET_HEAD, "[{\"area_id\":\"A\",\"capacity\":0,\"channel\":\"a\"},"
	               "{\"area_id\":\"B\",\"capacity\":0}]",
	     "[{\"area_id\":\"A\",\"capacity\":0},"
	     "{\"area_id\":\"B\",\"capacity\":0,\"channel\":\"a\"}]", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (is_same_content(pairs[i].head, pairs[i].a, pairs[i].b) != pairs[i].is_same)
			fail_msg("%s: %s and %s", pairs[i].is_same ? "differ" : "equal", pairs[i].a, pairs[i].b);
}

static void areas_are_written_as_they_were_read(void **state)
{
	static const char *const requests[] = {
	    HEAD("set_areas") ",\"owner_key\":\"k\",\"areas\":[{\"area_id\":\"B \\\"\",\"capacity\":0},"
	                      "{\"area_id\":\"A\",\"capacity\":1000000,\"channel\":\"c\","
	                      "\"category\":\"I\"}]}",
	    RESERVE_HEAD "[{\"area_id\":\"B\",\"count\":50},{\"area_id\":\"A\",\"count\":1}]}",
	    HEAD("change_hold") ",\"session_id\":\"x\",\"seat_ids\":[\"B\"],"
	                        "\"areas\":[{\"area_id\":\"A\",\"count\":1}],\"best\":{\"count\":2},"
	                        "\"drop_seat_ids\":[\"D\",\"C\"],"
	                        "\"drop_areas\":[{\"area_id\":\"B\",\"count\":2}],"
	                        "\"reservation_id\":\"" ID "\",\"hold_seconds\":5}",
	    HEAD("cancel") ",\"owner_key\":\"k\",\"seat_ids\":[\"B\",\"A\"],"
	                   "\"areas\":[{\"area_id\":\"A\",\"count\":1}],\"reservation_id\":\"" ID "\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
		struct request r = decode_readable(requests[i]);
		struct buf b = {0};

		request_encode(&b, &r);
		assert_string_equal(b.data, requests[i]);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(places_are_read_as_asked),
		TEST(a_place_in_an_area_has_its_limits),
		TEST(an_area_has_what_is_given),
		TEST(every_field_of_an_area_has_its_limits),
		TEST(lists_are_taken_at_their_most_and_not_one_more),
		TEST(areas_are_content_as_a_set),
		TEST(areas_are_written_as_they_were_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
