/* Each field of each type of request: required or not, at its limit and one past it. */
#include "common/message/fields.h"

#include "tests/unit/common/message/request_help.h"

static void every_type_is_read_with_just_its_required_fields(void **state)
{
	(void)state;
	decode_readable(HEAD("add_seats") ",\"seat_ids\":[\"A\"]}");
	decode_readable(HOLDING("release", ",\"session_id\":\"x\""));
	decode_readable(HOLDING("extend", ",\"session_id\":\"x\",\"hold_seconds\":1"));
	decode_readable(HOLDING("confirm", ",\"session_id\":\"x\""));
	decode_readable(HOLDING("cancel", ",\"owner_key\":\"x\""));
	decode_readable(HOLDING("expire", ""));
}

static void every_required_field_is_missed(void **state)
{
	(void)state;
	assert_malformed(HEAD("add_seats") "}", "seat_ids");
	assert_malformed(HEAD("reserve") ",\"seat_ids\":[\"A\"]}", "session_id");
	assert_malformed(RESERVE("\"a\":1"), "seat_ids");
	assert_malformed(HOLDING("release", ""), "session_id");
	assert_malformed(HEAD("release") ",\"session_id\":\"x\"}", "reservation_id");
	assert_malformed(HOLDING("extend", ",\"hold_seconds\":1"), "session_id");
	assert_malformed(HEAD("extend") ",\"session_id\":\"x\",\"hold_seconds\":1}", "reservation_id");
	assert_malformed(HOLDING("extend", ",\"session_id\":\"x\""), "hold_seconds");
	assert_malformed(HOLDING("confirm", ""), "session_id");
	assert_malformed(HEAD("confirm") ",\"session_id\":\"x\"}", "reservation_id");
	assert_malformed(HOLDING("cancel", ""), "owner_key");
	assert_malformed(HEAD("cancel") ",\"owner_key\":\"x\"}", "reservation_id");
	assert_malformed(HEAD("expire") "}", "reservation_id");
}

static void null_is_a_malformed_field_even_where_it_may_be_absent(void **state)
{
	(void)state;
	assert_malformed(RESERVE("\"seat_ids\":[\"A\"],\"hold_seconds\":null"), "hold_seconds");
	assert_malformed(CREATE(",\"title\":null"), "title");
	assert_malformed(CREATE(",\"owner_key\":null"), "owner_key");
	assert_malformed(CREATE(",\"hold_seconds\":null"), "hold_seconds");
	assert_malformed(CREATE(",\"max_hold_seconds\":null"), "max_hold_seconds");
	assert_malformed(CREATE(",\"max_seats\":null"), "max_seats");
	assert_malformed(HEAD("add_seats") ",\"owner_key\":null,\"seat_ids\":[\"A\"]}", "owner_key");
}

static void a_field_that_the_type_does_not_use_may_hold_anything(void **state)
{
	struct request r = decode_readable(
	    RESERVE("\"seat_ids\":[\"A\"],\"title\":7,\"owner_key\":null,\"max_seats\":\"\","
	            "\"reservation_id\":[{\"a\":1}],\"x\":1e999"));

	(void)state;
	assert_null(r.policy);
	assert_null(r.owner_key.data);
}

/* One id of so many characters in that field. */
static enum request_fault fault_of_id(const char *before, size_t characters, const char *after)
{
	char json[1024], id[256];

	memset(id, 'a', characters);
	id[characters] = '\0';
	snprintf(json, sizeof json, "%s%s%s", before, id, after);
	return decode(json).fault;
}

static void every_id_is_taken_at_its_longest_and_not_one_longer(void **state)
{
	static const struct {
		const char *before, *after;
		size_t max;
		enum request_fault fault;
	} ids[] = {
	    {"{\"type\":\"expire\",\"request_id\":\"" ID "\",\"reservation_id\":\"" ID "\",\"show_id\":\"",
	     "\"}", SHOW_ID_BYTES_MAX, REQUEST_UNREADABLE},
	    {HEAD("reserve") ",\"session_id\":\"x\",\"seat_ids\":[\"b\",\"", "\"]}", SEAT_ID_BYTES_MAX,
	     REQUEST_MALFORMED},
	    {HEAD("reserve") ",\"seat_ids\":[\"b\"],\"session_id\":\"", "\"}", SECRET_BYTES_MAX,
	     REQUEST_MALFORMED},
	    {HEAD("create_show") ",\"owner_key\":\"", "\"}", SECRET_BYTES_MAX, REQUEST_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		assert_int_equal(fault_of_id(ids[i].before, 0, ids[i].after), ids[i].fault);
		assert_int_equal(fault_of_id(ids[i].before, 1, ids[i].after), REQUEST_READABLE);
		assert_int_equal(fault_of_id(ids[i].before, ids[i].max, ids[i].after), REQUEST_READABLE);
		assert_int_equal(fault_of_id(ids[i].before, ids[i].max + 1, ids[i].after), ids[i].fault);
	}
}

static struct request decode_seats(const char *head, int seats)
{
	struct buf json = {0};
	struct request r;

	buf_print(&json, "%s,\"seat_ids\":[", head);
	for (int i = 0; i < seats; i++)
		buf_print(&json, "%s\"%d\"", i ? "," : "", i);
	buf_add_string(&json, "]}");
	r = decode_bytes(json.data, json.bytes);
	buf_release(&json);
	return r;
}

static void seats_are_taken_at_their_most_and_not_one_more(void **state)
{
	const char *reserve = HEAD("reserve") ",\"session_id\":\"x\"";
	const char *add_seats = HEAD("add_seats");
	struct request r;

	(void)state;
	assert_int_equal(decode_seats(reserve, 0).fault, REQUEST_MALFORMED);
	assert_int_equal(decode_seats(reserve, RESERVE_SEATS_MAX).fault, REQUEST_READABLE);
	assert_int_equal(decode_seats(reserve, RESERVE_SEATS_MAX + 1).fault, REQUEST_MALFORMED);
	assert_int_equal(decode_seats(add_seats, 0).fault, REQUEST_MALFORMED);
	r = decode_seats(add_seats, ADD_SEATS_MAX);
	assert_int_equal(r.fault, REQUEST_READABLE);
	assert_int_equal(r.seat_count, ADD_SEATS_MAX);
	assert_text(r.seat_ids[ADD_SEATS_MAX - 1], "999");
	assert_int_equal(decode_seats(add_seats, ADD_SEATS_MAX + 1).fault, REQUEST_MALFORMED);
}

static void seats_are_distinct_strings_in_an_array(void **state)
{
	static const char *const bad[] = {"null", "\"A\"", "{}", "{\"a\":\"A\"}", "[]", "[1]", "[null]",
	                                  "[[\"A\"]]", "[\"A\",\"B\",\"A\"]", "[\"A\",\"\\u0041\"]",
	                                  "[\"A\",\"\"]", "[\"A \"]"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char json[256];

		snprintf(json, sizeof json, HEAD("reserve") ",\"session_id\":\"x\",\"seat_ids\":%s}", bad[i]);
		assert_malformed(json, "seat_ids");
	}
	decode_readable(RESERVE("\"seat_ids\":[\"A\",\"a\",\"AA\"]"));
}

static void a_malformed_list_says_which_element(void **state)
{
	static const struct {
		const char *list, *said;
	} bad[] = {
	    {"[\" A\"]", "; see seat_ids[0]"},
	    {"[\"A\",\"B\",7]", "; see seat_ids[2]"},
	    {"[\"A\",\"B\",\"C\",\"B\",\"A\"]", "; see seat_ids[3]"},
	    {"[\"A\",\"B\",\"C\",\"D\",\"E\",\"F\",\"G\",\"B\",\"A\"]", "; see seat_ids[7]"},
	    {"[\"B\",\"A\",\"B\"]", "; see seat_ids[2]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char json[256];
		struct request r;

		snprintf(json, sizeof json, HEAD("reserve") ",\"session_id\":\"x\",\"seat_ids\":%s}",
		         bad[i].list);
		assert_malformed(json, "seat_ids");
		r = decode(json);
		if (!strstr(r.fault_text, bad[i].said))
			fail_msg("expected %s, found %s", bad[i].said, r.fault_text);
	}
	/* A list that is too long or none has no element to blame. */
	assert_null(strstr(decode(HEAD("reserve") ",\"session_id\":\"x\",\"seat_ids\":[]}").fault_text,
	                   "see"));
}

static void integers_are_taken_within_their_bounds_however_written(void **state)
{
	static const char *const good[] = {"1", "86400", "600.0", "6e2", "0.6E+3", "60000e-2", "1.0"};
	static const char *const bad[] = {"0", "-0", "-1", "86401", "86400.5", "0.999", "1.5", "1e999",
	                                  "-1e999", "4294967297", "1e-400", "18446744073709551617",
	                                  "\"600\"", "true", "null", "[600]", "{}"};
	char json[256];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		snprintf(json, sizeof json, HOLDING("extend", ",\"session_id\":\"x\",\"hold_seconds\":%s"),
		         good[i]);
		assert_true(decode_readable(json).hold_seconds >= 1);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		snprintf(json, sizeof json, HOLDING("extend", ",\"session_id\":\"x\",\"hold_seconds\":%s"),
		         bad[i]);
		assert_malformed(json, "hold_seconds");
	}
	assert_int_equal(
	    decode_readable(HOLDING("extend", ",\"session_id\":\"x\",\"hold_seconds\":6e2")).hold_seconds,
	    600);
}

static void a_title_has_at_most_200_code_points(void **state)
{
	static const char *const points[] = {"a", "\xc3\xa9", "\xf0\x9f\x98\x80", "\\ud83d\\ude00"};

	(void)state;
	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
		struct buf json = {0};

		buf_add_string(&json, HEAD("create_show") ",\"title\":\"");
		for (int n = 0; n < TITLE_POINTS_MAX; n++)
			buf_add_string(&json, points[i]);
		buf_add_string(&json, "\"}");
		assert_int_equal(decode(json.data).fault, REQUEST_READABLE);
		json.bytes -= 2;
		buf_add_string(&json, "a\"}");
		assert_malformed(json.data, "title");
		buf_release(&json);
	}
}

static void a_title_has_no_control_character(void **state)
{
	(void)state;
	assert_malformed(CREATE(",\"title\":\"\\u0001\""), "title");
	assert_malformed(CREATE(",\"title\":\"a\\nb\""), "title");
	assert_malformed(CREATE(",\"title\":\"\\u001f\""), "title");
	assert_malformed(CREATE(",\"title\":\"\x7f\""), "title");
	assert_malformed(CREATE(",\"title\":7"), "title");
	assert_text(decode_readable(CREATE(",\"title\":\" ~\\u0080\\\"\"")).policy->title, " ~\xc2\x80\"");
}

static bool is_same_content(const char *a, const char *b)
{
	struct request left = decode_readable(a), right = decode_readable(b);

	return memcmp(left.content, right.content, sizeof left.content) == 0;
}

static void equal_content_is_equal_however_it_is_written(void **state)
{
	(void)state;
	assert_true(is_same_content(
	    RESERVE("\"seat_ids\":[\"A\",\"B\"],\"hold_seconds\":600"),
	    " {\"hold_seconds\" : 6e2, \"x\":null, \"seat_ids\":[\"B\",\"\\u0041\"], \"session_id\":\"x\","
	    "\"show_id\":\"s\",\"request_id\":\"" ID_UPPER "\",\"type\":\"reserve\"} "));
	assert_true(is_same_content(HOLDING("confirm", ",\"session_id\":\"x\""),
	                            HEAD("confirm") ",\"reservation_id\":\"" ID_UPPER
	                                            "\",\"session_id\":\"x\",\"hold_seconds\":0}"));
	assert_true(is_same_content(CREATE(",\"title\":\"\xc3\xa9\""), CREATE(",\"title\":\"\\u00e9\"")));
}

static void other_content_differs(void **state)
{
	static const struct {
		const char *a, *b;
	} pairs[] = {
	    {RESERVE("\"seat_ids\":[\"A\"]"), RESERVE("\"seat_ids\":[\"B\"]")},
	    {RESERVE("\"seat_ids\":[\"A\"]"), RESERVE("\"seat_ids\":[\"A\",\"B\"]")},
	    {RESERVE("\"seat_ids\":[\"A\",\"BC\"]"), RESERVE("\"seat_ids\":[\"AB\",\"C\"]")},
	    {RESERVE("\"seat_ids\":[\"A\"]"), RESERVE("\"seat_ids\":[\"A\"],\"hold_seconds\":600")},
	    {RESERVE("\"seat_ids\":[\"A\"],\"hold_seconds\":1"),
	     RESERVE("\"seat_ids\":[\"A\"],\"hold_seconds\":2")},
	    {HOLDING("release", ",\"session_id\":\"x\""), HOLDING("confirm", ",\"session_id\":\"x\"")},
	    {HOLDING("release", ",\"session_id\":\"x\""), HOLDING("release", ",\"session_id\":\"X\"")},
	    {HEAD("expire") ",\"reservation_id\":\"" ID "\"}",
	     HEAD("expire") ",\"reservation_id\":\"" OTHER_ID "\"}"},
	    {CREATE(""), CREATE(",\"hold_seconds\":600")},
	    {CREATE(""), CREATE(",\"max_hold_seconds\":1800")},
	    {CREATE(""), CREATE(",\"max_seats\":10")},
	    {CREATE(""), CREATE(",\"title\":\"\"")},
	    {CREATE(",\"title\":\"a\""), CREATE(",\"owner_key\":\"a\"")},
	    {CREATE(",\"hold_seconds\":1000"), CREATE(",\"max_hold_seconds\":1000")},
	    {HEAD("add_seats") ",\"seat_ids\":[\"A\"]}",
	     HEAD("add_seats") ",\"seat_ids\":[\"A\"],\"owner_key\":\"k\"}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (is_same_content(pairs[i].a, pairs[i].b))
			fail_msg("equal: %s and %s", pairs[i].a, pairs[i].b);
}

static void an_id_has_only_characters_of_its_form(void **state)
{
	static const char form[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/-";

	(void)state;
	for (int c = 0; c < 256; c++) {
		char one = (char)c;

		assert_int_equal(id_is_well_formed((struct text){&one, 1}, 1),
		                 memchr(form, c, sizeof form - 1) != NULL);
	}
	assert_false(id_is_well_formed(text_of(""), 1));
	assert_false(id_is_well_formed(text_of(NULL), 1));
	assert_true(id_is_well_formed(text_of("ab"), 2));
	assert_false(id_is_well_formed(text_of("abc"), 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_type_is_read_with_just_its_required_fields),
		TEST(every_required_field_is_missed),
		TEST(null_is_a_malformed_field_even_where_it_may_be_absent),
		TEST(a_field_that_the_type_does_not_use_may_hold_anything),
		TEST(every_id_is_taken_at_its_longest_and_not_one_longer),
		TEST(seats_are_taken_at_their_most_and_not_one_more),
		TEST(seats_are_distinct_strings_in_an_array),
		TEST(a_malformed_list_says_which_element),
		TEST(integers_are_taken_within_their_bounds_however_written),
		TEST(a_title_has_at_most_200_code_points),
		TEST(a_title_has_no_control_character),
		TEST(equal_content_is_equal_however_it_is_written),
		TEST(other_content_differs),
		TEST(an_id_has_only_characters_of_its_form),
	};

	return cmocka_run_group_tests_name("msg_fields", tests, NULL, NULL);
}
