/* What the fields of a request say together, where it takes several that are all optional. */
#include "tests/unit/common/message/request_help.h"

#define CHANGE(rest) HOLDING("change_hold", ",\"session_id\":\"x\"" rest)
#define CANCEL(rest) HOLDING("cancel", ",\"owner_key\":\"k\"" rest)

static void expect_fault(const char *json, const char *said)
{
	struct request r = decode(json);

	assert_string_equal(r.fault_text, said);
	assert_int_equal(r.fault, REQUEST_MALFORMED);
}

static void a_reserve_takes_seats_or_best_or_areas(void **state)
{
	(void)state;
	decode_readable(RESERVE("\"seat_ids\":[\"A\"]"));
	decode_readable(RESERVE("\"best\":{\"count\":1}"));
	decode_readable(RESERVE("\"areas\":[{\"area_id\":\"A\",\"count\":1}]"));
	expect_fault(RESERVE("\"hold_seconds\":1,\"drop_seat_ids\":[\"A\"]"),
	             "seat_ids must be given, or best, or areas");
}

static void a_changed_hold_takes_one_of_its_fields(void **state)
{
	static const char *const fields[] = {
	    "\"seat_ids\":[\"A\"]", "\"best\":{\"count\":1}", "\"areas\":[{\"area_id\":\"A\",\"count\":1}]",
	    "\"drop_seat_ids\":[\"A\"]", "\"drop_areas\":[{\"area_id\":\"A\",\"count\":1}]",
	    "\"hold_seconds\":1",
	};
	char json[256];

	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		snprintf(json, sizeof json, CHANGE(",%s"), fields[i]);
		decode_readable(json);
	}
	expect_fault(CHANGE(""), "seat_ids must be given, or another field that changes the hold");
	expect_fault(CHANGE(",\"channel_key\":\"k\",\"customer_id\":\"c\",\"seats\":null"),
	             "seat_ids must be given, or another field that changes the hold");
}

static void what_is_asked_for_is_not_dropped(void **state)
{
	(void)state;
	decode_readable(CHANGE(",\"seat_ids\":[\"A\",\"B\"],\"drop_seat_ids\":[\"a\",\"C\"],"
	                       "\"areas\":[{\"area_id\":\"A\",\"count\":1}],"
	                       "\"drop_areas\":[{\"area_id\":\"B\",\"count\":1}]"));
	expect_fault(CHANGE(",\"seat_ids\":[\"A\",\"B\"],\"drop_seat_ids\":[\"C\",\"B\",\"A\"]"),
	             "drop_seat_ids must be none of seat_ids; see drop_seat_ids[1]");
	expect_fault(CHANGE(",\"areas\":[{\"area_id\":\"A\",\"count\":1},{\"area_id\":\"B\",\"count\":1}],"
	                    "\"drop_areas\":[{\"area_id\":\"C\",\"count\":1},{\"area_id\":\"D\","
	                    "\"count\":1},{\"area_id\":\"A\",\"count\":2}]"),
	             "drop_areas must be none of areas; see drop_areas[2]");
	/* A seat and an area of one name are two things. */
	decode_readable(CHANGE(",\"seat_ids\":[\"A\"],\"drop_areas\":[{\"area_id\":\"A\",\"count\":1}]"));
	decode_readable(CHANGE(",\"drop_seat_ids\":[\"A\"],\"areas\":[{\"area_id\":\"A\",\"count\":1}]"));
	/* And other types know nothing of what is dropped. */
	decode_readable(RESERVE("\"seat_ids\":[\"A\"],\"drop_seat_ids\":[\"A\"]"));
}

static struct request drop(int seats)
{
	struct buf json = {0};
	struct request r;

	buf_add_string(&json, HEAD("change_hold") ",\"session_id\":\"x\",\"reservation_id\":\"" ID
	                                          "\",\"drop_seat_ids\":[");
	for (int i = 0; i < seats; i++)
		buf_print(&json, "%s\"%d\"", i ? "," : "", i);
	buf_add_string(&json, "]}");
	r = decode_bytes(json.data, json.bytes);
	buf_release(&json);
	return r;
}

static void seats_are_dropped_at_their_most_and_not_one_more(void **state)
{
	static const char *const bad[] = {"null", "\"A\"", "{}", "[7]", "[\"A \"]", "[\"A\",\"A\"]"};
	struct request r = drop(RESERVE_SEATS_MAX);
	char json[256];

	(void)state;
	assert_int_equal(r.fault, REQUEST_READABLE);
	assert_int_equal(r.drop_seat_count, RESERVE_SEATS_MAX);
	assert_text(r.drop_seat_ids[RESERVE_SEATS_MAX - 1], "49");
	assert_int_equal(r.seat_count, 0);
	assert_int_equal(drop(0).fault, REQUEST_MALFORMED);
	assert_int_equal(drop(RESERVE_SEATS_MAX + 1).fault, REQUEST_MALFORMED);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		snprintf(json, sizeof json, CHANGE(",\"hold_seconds\":1,\"drop_seat_ids\":%s"), bad[i]);
		assert_malformed(json, "drop_seat_ids");
	}
}

static void a_changed_hold_has_what_is_given(void **state)
{
	struct request r = decode_readable(CHANGE(
	    ",\"seat_ids\":[\"A\"],\"best\":{\"count\":3},\"hold_seconds\":86400,\"customer_id\":null"));

	(void)state;
	assert_int_equal(r.seat_count, 1);
	assert_int_equal(r.best->count, 3);
	assert_int_equal(r.hold_seconds, 86400);
	assert_text(r.session_id, "x");
	assert_null(r.customer_id.data);
	assert_malformed(CHANGE(",\"hold_seconds\":86401"), "hold_seconds");
	assert_malformed(CHANGE(",\"hold_seconds\":null"), "hold_seconds");
	assert_malformed(CHANGE(",\"best\":{\"count\":51}"), "best");
	assert_malformed(CHANGE(",\"best\":null"), "best");
	assert_malformed(CHANGE(",\"seat_ids\":[]"), "seat_ids");
	assert_malformed(HEAD("change_hold") ",\"session_id\":\"x\",\"hold_seconds\":1}",
	                 "reservation_id");
	assert_malformed(HOLDING("change_hold", ",\"hold_seconds\":1"), "session_id");
}

static void a_refund_may_be_of_a_part(void **state)
{
	struct request r = decode_readable(CANCEL(",\"seat_ids\":[\"B\",\"A\"]"));

	(void)state;
	assert_int_equal(r.seat_count, 2);
	assert_int_equal(decode_readable(CANCEL("")).seat_count, 0);
	assert_malformed(CANCEL(",\"seat_ids\":[]"), "seat_ids");
	assert_malformed(CANCEL(",\"seat_ids\":null"), "seat_ids");
	assert_malformed(CANCEL(",\"areas\":null"), "areas");
	decode_readable(CANCEL(",\"drop_seat_ids\":null,\"best\":null"));
}

static bool is_same_content(const char *a, const char *b)
{
	struct request left = decode_readable(a), right = decode_readable(b);

	return memcmp(left.content, right.content, sizeof left.content) == 0;
}

static void what_is_dropped_and_given_back_is_content(void **state)
{
	(void)state;
	assert_true(is_same_content(CHANGE(",\"drop_seat_ids\":[\"A\",\"B\"],\"seat_ids\":[\"C\",\"D\"]"),
	                            CHANGE(",\"seat_ids\":[\"D\",\"C\"],\"drop_seat_ids\":[\"B\",\"A\"]")));
	assert_true(is_same_content(CANCEL(",\"seat_ids\":[\"A\",\"B\"]"),
	                            CANCEL(",\"seat_ids\":[\"B\",\"A\"],\"hold_seconds\":1")));
	assert_false(is_same_content(CHANGE(",\"drop_seat_ids\":[\"A\"]"),
	                             CHANGE(",\"seat_ids\":[\"A\"]")));
	assert_false(is_same_content(CHANGE(",\"drop_seat_ids\":[\"A\"]"),
	                             CHANGE(",\"drop_seat_ids\":[\"B\"]")));
	assert_false(is_same_content(CHANGE(",\"seat_ids\":[\"A\"],\"drop_seat_ids\":[\"B\"]"),
	                             CHANGE(",\"seat_ids\":[\"B\"],\"drop_seat_ids\":[\"A\"]")));
	assert_false(is_same_content(CHANGE(",\"seat_ids\":[\"A\"]"),
	                             CHANGE(",\"seat_ids\":[\"A\"],\"hold_seconds\":600")));
	assert_false(is_same_content(CANCEL(""), CANCEL(",\"seat_ids\":[\"A\"]")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_reserve_takes_seats_or_best_or_areas),
		TEST(a_changed_hold_takes_one_of_its_fields),
		TEST(what_is_asked_for_is_not_dropped),
		TEST(seats_are_dropped_at_their_most_and_not_one_more),
		TEST(a_changed_hold_has_what_is_given),
		TEST(a_refund_may_be_of_a_part),
		TEST(what_is_dropped_and_given_back_is_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
