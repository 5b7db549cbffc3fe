/* Names: what people may call a seat, as bytes and inside of a request. */
#include "common/message/name.h"

#include "tests/unit/common/message/request_help.h"

#define SIXTY "0123456789012345678901234567890123456789" "01234567890123456789"

static const char *const good[] = {
    "A", "Parkett Reihe 3 Platz 12", "Rang-\xc3\x84 1", "\xd9\x85\xd8\xaf\xd8\xb1\xd8\xac 4",
    "a  b", "\"\\/,;'{}[]", "~", "\xc2\xa0", "\xc2\xa0" "A\xc2\xa0", /* U+00A0 is no space here */
    "\xe2\x80\xa8", "\xef\xbb\xbf" "A", "\xef\xbf\xbf", "\xf0\x9f\x8e\xad", "\xf4\x8f\xbf\xbf",
    "A\xcc\x88", SIXTY "1234", SIXTY "12\xc3\x84", SIXTY "\xf0\x9f\x8e\xad",
};

/* In a request these are malformed where they are UTF-8, and undecodable else. */
static const struct {
	const char *name;
	bool is_utf8;
} bad[] = {
    {"", true}, {" ", true}, {" A", true}, {"A ", true}, {"\x7f", true}, {"A\x7f", true},
    {"\xc2\x80", true}, {"A\xc2\x85" "B", true}, {"\xc2\x9f", true},
    {SIXTY "12345", true}, {SIXTY "123\xc3\x84", true}, {SIXTY "1\xf0\x9f\x8e\xad", true},
    {"\x80", false}, {"A\xc3", false}, {"\xc0\xaf", false}, {"\xe0\x80\xaf", false},
    {"\xed\xa0\x80", false}, {"\xed\xbf\xbf", false}, {"\xf4\x90\x80\x80", false},
    {"\xff", false}, {"\xc3\x84\xc3", false},
};

static struct request reserve(const char *name)
{
	struct buf json = {0};
	struct request r;

	buf_add_string(&json, HEAD("reserve") ",\"session_id\":\"x\",\"seat_ids\":[\"");
	for (const char *c = name; *c; c++) {
		if (*c == '"' || *c == '\\')
			buf_add_string(&json, "\\");
		buf_add(&json, c, 1);
	}
	buf_add_string(&json, "\"]}");
	r = decode_bytes(json.data, json.bytes);
	buf_release(&json);
	return r;
}

static void any_text_of_people_is_a_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct request r = reserve(good[i]);

		if (!name_is_well_formed(text_of(good[i])) || r.fault != REQUEST_READABLE)
			fail_msg("name %zu: %s", i, r.fault_text);
		assert_text(r.seat_ids[0], good[i]);
	}
}

static void what_is_none_is_refused(void **state)
{
	(void)state;
	assert_false(name_is_well_formed(text_of(NULL)));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		enum request_fault expected = bad[i].is_utf8 ? REQUEST_MALFORMED : REQUEST_UNREADABLE;

		if (name_is_well_formed(text_of(bad[i].name)) || reserve(bad[i].name).fault != expected)
			fail_msg("name %zu", i);
	}
}

static void a_byte_0_is_no_part_of_a_name(void **state)
{
	(void)state;
	assert_false(name_is_well_formed((struct text){"A\0B", 3}));
}

static void escapes_hide_no_control_character_and_no_space(void **state)
{
	static const char *const escaped[] = {"\\u0001", "\\n", "A\\u001f", "\\u007f", "\\u0080",
	                                      "\\u0085", "\\u009F", "\\u0020", "\\u0020A", "A\\u0020"};

	(void)state;
	for (size_t i = 0; i < sizeof escaped / sizeof escaped[0]; i++) {
		char json[256];

		snprintf(json, sizeof json, RESERVE("\"seat_ids\":[\"%s\"]"), escaped[i]);
		assert_malformed(json, "seat_ids");
	}
	assert_text(decode_readable(RESERVE("\"seat_ids\":[\"\\u00a0\"]")).seat_ids[0], "\xc2\xa0");
	assert_text(decode_readable(RESERVE("\"seat_ids\":[\"\\ud83c\\udfad\"]")).seat_ids[0],
	            "\xf0\x9f\x8e\xad");
}

/* Composed and decomposed are two names: bytes count, and nothing is normalised. */
static void names_are_told_apart_by_their_bytes(void **state)
{
	struct request r = decode_readable(RESERVE("\"seat_ids\":[\"\\u00c4\",\"A\\u0308\",\"\\u00e4\"]"));

	(void)state;
	assert_int_equal(r.seat_count, 3);
	assert_malformed(RESERVE("\"seat_ids\":[\"\\u00c4\",\"\xc3\x84\"]"), "seat_ids");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(any_text_of_people_is_a_name),
		TEST(what_is_none_is_refused),
		TEST(a_byte_0_is_no_part_of_a_name),
		TEST(escapes_hide_no_control_character_and_no_space),
		TEST(names_are_told_apart_by_their_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
