/* The strict scan of JSON, on texts inside and outside of its grammar. */
#include "common/message/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(literal) {literal, sizeof(literal) - 1}

static const struct text strict[] = {
	TEXT("{}"),
	TEXT(" \t\r\n{ \t\r\n} \t\r\n"),
	TEXT("{\"a\":1}"),
	TEXT("{ \"a\" : [ 1 , true , false , null , \"x\" , { } , [ ] ] }"),
	TEXT("{\"a\":0,\"b\":-0,\"c\":0.5,\"d\":-1.25e10,\"e\":1E+2,\"f\":1e-2,\"g\":1e999}"),
	TEXT("{\"a\":{\"b\":{\"c\":{}}}}"),
	TEXT("{\"a\":[[[]]]}"),
	TEXT("{\"\":\"\"}"),
	TEXT("{\"a\":1,\"a\":2}"), /* a key twice is seen elsewhere */
	TEXT("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\u00e9\\uFFFF\"}"),
	TEXT("{\"a\":\"\\ud83d\\ude00 \\uD800\\uDC00 \\uDBFF\\uDFFF\"}"),
	TEXT("{\"a\":\"\x7f\"}"),
	TEXT("{\"a\":\"\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf\"}"),
	TEXT("{\"a\":\"\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf\"}"),
	TEXT("{\"a\":123456789012345678901234567890123456789012345678901234567890123}"),
};

static const struct text refused[] = {
	{NULL, 0},
	TEXT(""),
	TEXT("   "),
	/* not one object */
	TEXT("[]"), TEXT("1"), TEXT("\"a\""), TEXT("null"), TEXT("{}{}"), TEXT("{} x"), TEXT("{},"),
	TEXT("{}\0"), TEXT("{\"a\":1}\0"), TEXT("x{}"), TEXT("\xef\xbb\xbf{}"), TEXT("{}\xef\xbb\xbf"),
	/* white space of cJSON's own */
	TEXT("\x0b{}"), TEXT("{\x0b}"), TEXT("{}\x0b"), TEXT("{\"a\"\x01:1}"), TEXT("{\"a\":\0141}"),
	TEXT("{\"a\":\302\2401}"),
	/* brackets and commas */
	TEXT("{"), TEXT("}"), TEXT("{\"a\":1"), TEXT("{\"a\":[1}"), TEXT("{\"a\":[1}]"),
	TEXT("{\"a\":1]"), TEXT("{,}"), TEXT("{\"a\":1,}"), TEXT("{\"a\":[1,]}"), TEXT("{\"a\":[,1]}"),
	TEXT("{\"a\":[1 2]}"), TEXT("{\"a\":1 \"b\":2}"), TEXT("{\"a\" 1}"), TEXT("{\"a\":}"),
	TEXT("{\"a\"}"), TEXT("{a:1}"), TEXT("{'a':1}"), TEXT("{1:1}"), TEXT("{\"a\"::1}"),
	TEXT("{\"a\":1/**/}"),
	/* words */
	TEXT("{\"a\":True}"), TEXT("{\"a\":tru}"), TEXT("{\"a\":truex}"), TEXT("{\"a\":nul"),
	TEXT("{\"a\":NaN}"), TEXT("{\"a\":Infinity}"), TEXT("{\"a\":-Infinity}"),
	TEXT("{\"a\":undefined}"),
	/* numbers */
	TEXT("{\"a\":0600}"), TEXT("{\"a\":00}"), TEXT("{\"a\":-01}"), TEXT("{\"a\":1.}"),
	TEXT("{\"a\":.5}"), TEXT("{\"a\":+1}"), TEXT("{\"a\":-}"), TEXT("{\"a\":1e}"),
	TEXT("{\"a\":1e+}"), TEXT("{\"a\":1.e5}"), TEXT("{\"a\":0x10}"), TEXT("{\"a\":1_0}"),
	TEXT("{\"a\":--1}"), TEXT("{\"a\":1.2.3}"), TEXT("{\"a\":1e5e5}"), TEXT("{\"a\":1"),
	TEXT("{\"a\":1234567890123456789012345678901234567890123456789012345678901234}"),
	TEXT("{\"a\":-123456789012345678901234567890123456789012345678901234567890123}"),
	/* depth */
	TEXT("{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}"), TEXT("{\"a\":[[[[]]]]}"),
	/* escapes */
	TEXT("{\"a\":\"x\\u0000y\"}"), TEXT("{\"\\u0000\":1}"), TEXT("{\"a\":\"\\x\"}"),
	TEXT("{\"a\":\"\\U0041\"}"), TEXT("{\"a\":\"\\u12\"}"), TEXT("{\"a\":\"\\u12G4\"}"),
	TEXT("{\"a\":\"\\u\"}"), TEXT("{\"a\":\"\\\"}"), TEXT("{\"a\":\"\\"), TEXT("{\"a\":\"\\\0\"}"),
	/* surrogates */
	TEXT("{\"a\":\"\\ud800\"}"), TEXT("{\"a\":\"\\udbffx\"}"), TEXT("{\"a\":\"\\udc00\"}"),
	TEXT("{\"a\":\"\\udfff\"}"), TEXT("{\"a\":\"\\ud800\\ud800\"}"),
	TEXT("{\"a\":\"\\ud800\\u0041\"}"), TEXT("{\"a\":\"\\ud800\\n\"}"),
	TEXT("{\"a\":\"\\ude00\\ud83d\"}"), TEXT("{\"\\ud800\":1}"),
	/* strings */
	TEXT("{\"a\":\"x\ny\"}"), TEXT("{\"a\":\"\t\"}"), TEXT("{\"a\":\"\x1f\"}"),
	TEXT("{\"a\":\"\0\"}"), TEXT("{\"a\x01\":1}"), TEXT("{\"a\":\"x}"), TEXT("{\"a"),
	/* UTF-8: alone, cut off, overlong, surrogates, too high */
	TEXT("{\"a\":\"\x80\"}"), TEXT("{\"a\":\"\xbf\"}"), TEXT("{\"a\":\"\xff\"}"),
	TEXT("{\"a\":\"\xfe\"}"), TEXT("{\"a\":\"\xc3\"}"), TEXT("{\"a\":\"\xe2\x82\"}"),
	TEXT("{\"a\":\"\xf0\x9f\x98\"}"), TEXT("{\"a\":\"\xc3"), TEXT("{\"a\":\"\xe2\x28\xa1\"}"),
	TEXT("{\"a\":\"\xe2\x82\x28\"}"), TEXT("{\"a\":\"\xf0\x9f\x98\x28\"}"),
	TEXT("{\"a\":\"\xc0\x80\"}"), TEXT("{\"a\":\"\xc1\xbf\"}"), TEXT("{\"a\":\"\xe0\x80\x80\"}"),
	TEXT("{\"a\":\"\xe0\x9f\xbf\"}"), TEXT("{\"a\":\"\xf0\x80\x80\x80\"}"),
	TEXT("{\"a\":\"\xf0\x8f\xbf\xbf\"}"), TEXT("{\"a\":\"\xed\xa0\x80\"}"),
	TEXT("{\"a\":\"\xed\xbf\xbf\"}"), TEXT("{\"a\":\"\xf4\x90\x80\x80\"}"),
	TEXT("{\"a\":\"\xf5\x80\x80\x80\"}"), TEXT("{\"a\":\"\xf8\x88\x80\x80\x80\"}"),
	TEXT("{\"\xc0\x80\":1}"),
};

static void everything_that_the_grammar_has_is_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof strict / sizeof strict[0]; i++) {
		const char *why = "untouched";

		if (!scan_is_strict_object(strict[i], &why))
			fail_msg("refused: %s (%s)", strict[i].data, why);
		assert_null(why);
	}
}

static void whatever_is_outside_the_grammar_or_the_limits_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		const char *why = NULL;

		if (scan_is_strict_object(refused[i], &why))
			fail_msg("taken: %zu: %s", i, refused[i].data);
		assert_non_null(why);
	}
}

/* Wherever in a string it is, and so in whatever part of it that is looked at together. */
static void no_byte_of_a_long_string_is_overlooked(void **state)
{
	enum { STRING_BYTES = 27, STRING_AT = 6 };
	char json[] = "{\"a\":\"abcdefghijklmnopqrstuvwxyz~\"}";

	(void)state;
	for (size_t at = STRING_AT; at < STRING_AT + STRING_BYTES; at++) {
		char before = json[at];

		for (int c = 0; c < 256; c++) {
			bool is_plain = c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
			/* An escape is one only with what comes behind it. */
			bool is_escape = c == '\\' && strchr("bfnrt", json[at + 1]);

			json[at] = (char)c;
			if (scan_is_strict_object((struct text){json, sizeof json - 1}, NULL) !=
			    (is_plain || is_escape))
				fail_msg("byte %d at %zu", c, at);
		}
		json[at] = before;
	}
}

static void what_other_serializers_write_is_called_by_its_name(void **state)
{
	static const struct {
		struct text json;
		const char *why;
	} known[] = {
	    {TEXT("\xef\xbb\xbf{}"), "a byte-order mark"},
	    {TEXT("\xff\xfe{\0}\0"), "UTF-16"},
	    {TEXT("\xfe\xff\0{\0}"), "UTF-16"},
	    {TEXT("{\0\"\0a\0"), "UTF-16"},
	    {TEXT("\0{\0\"\0a"), "UTF-16"},
	    {TEXT("\0\0\0\0\x07{}"), "a magic byte 0 before the object, as serializers for a schema"},
	    {TEXT("\"{\\\"type\\\":\\\"reserve\\\"}\""), "encoded as JSON twice"},
	    {TEXT("\"text\""), "something else"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		const char *why = NULL;

		assert_false(scan_is_strict_object(known[i].json, &why));
		if (!strstr(why, known[i].why))
			fail_msg("%zu: expected %s, found %s", i, known[i].why, why);
	}
}

static void every_cut_of_an_object_is_refused(void **state)
{
	const struct text whole = TEXT("{\"a\":[-1.5e+3,\"\\ud83d\\ude00\xf0\x9f\x98\x80\",null]}");
	const char *why;

	(void)state;
	assert_true(scan_is_strict_object(whole, &why));
	for (size_t bytes = 0; bytes < whole.bytes; bytes++)
		assert_false(scan_is_strict_object((struct text){whole.data, bytes}, &why));
}

static void a_thousand_levels_are_refused_without_harm(void **state)
{
	char deep[2001];
	const char *why;

	(void)state;
	memset(deep, '[', sizeof deep);
	memcpy(deep, "{\"a\":", 5);
	assert_false(scan_is_strict_object((struct text){deep, sizeof deep}, &why));
	assert_string_equal(why, "nesting that is too deep");
}

static void a_number_may_have_63_characters_and_not_64(void **state)
{
	char json[128];
	const char *why;

	(void)state;
	for (int digits = SCAN_NUMBER_CHARS_MAX; digits <= SCAN_NUMBER_CHARS_MAX + 1; digits++) {
		int bytes = snprintf(json, sizeof json, "{\"a\":0.%0*d}", digits - 2, 1);

		assert_int_equal(scan_is_strict_object((struct text){json, (size_t)bytes}, &why),
		                 digits <= SCAN_NUMBER_CHARS_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_that_the_grammar_has_is_taken),
		cmocka_unit_test(whatever_is_outside_the_grammar_or_the_limits_is_refused),
		cmocka_unit_test(no_byte_of_a_long_string_is_overlooked),
		cmocka_unit_test(what_other_serializers_write_is_called_by_its_name),
		cmocka_unit_test(every_cut_of_an_object_is_refused),
		cmocka_unit_test(a_thousand_levels_are_refused_without_harm),
		cmocka_unit_test(a_number_may_have_63_characters_and_not_64),
	};

	return cmocka_run_group_tests_name("msg_scan", tests, NULL, NULL);
}
