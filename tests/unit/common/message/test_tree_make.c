/* The tree of a strict text: what each value is, whatever its form. */
#include "common/message/tree_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/message/scan.h"

#define FEW 4

static struct arena arena;
static cJSON few[FEW];

/* From memory that ends where the text does. */
static const cJSON *make(const char *json)
{
	size_t bytes = strlen(json);
	char *exact = malloc(bytes ? bytes : 1);
	struct tree_values values;
	const cJSON *tree;

	assert_non_null(exact);
	memcpy(exact, json, bytes);
	if (!scan_is_strict_object((struct text){exact, bytes}, NULL))
		fail_msg("not strict: %s", json);
	values = (struct tree_values){&arena, few, FEW}; /* some trees have more, some have not */
	tree = tree_make((struct text){exact, bytes}, &arena, &values);
	free(exact);
	assert_non_null(tree);
	return tree;
}

static int clear(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void strings_stand_without_quotes_and_escapes(void **state)
{
	static const struct { const char *json, *expected; } known[] = {
		{"{\"a\":\"\"}", ""},
		{"{\"a\":\"x\"}", "x"},
		{"{\"a\":\"1234567\"}", "1234567"},
		{"{\"a\":\"12345678\"}", "12345678"},
		{"{\"a\":\"123456789012345678\"}", "123456789012345678"},
		{"{\"a\":\"\xc3\xa9\xf0\x9f\x98\x80 \xc3\xa9\"}", "\xc3\xa9\xf0\x9f\x98\x80 \xc3\xa9"},
		{"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "\"\\/\b\f\n\r\t"},
		{"{\"a\":\"before\\\\\\\\behind\\\"\"}", "before\\\\behind\""},
		{"{\"a\":\"\\u0001\\u007F\\u0080\\u07fF\\u0800\\uFFFF\"}",
		 "\x01\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"},
		{"{\"a\":\"1\\uD800\\uDC00\\ud83d\\ude00\\uDBFF\\uDFFF2\"}",
		 "1\xf0\x90\x80\x80\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf" "2"},
		{"{\"a\":\"{}[],:\\\"1\"}", "{}[],:\"1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		const cJSON *value = make(known[i].json)->child;

		assert_true(cJSON_IsString(value));
		assert_string_equal(value->valuestring, known[i].expected);
		assert_string_equal(value->string, "a");
		assert_null(value->next);
	}
}

/* Wherever it is, and so in whatever part of the string that is looked at together. */
static void no_byte_of_a_long_string_is_lost_or_taken_for_an_end(void **state)
{
	enum { STRING_BYTES = 27, STRING_AT = 6 };
	static const char plain[] = "{\"a\":\"abcdefghijklmnopqrstuvwxyz~\",\"b\":\"!#[]\"}";

	(void)state;
	for (size_t at = 0; at < STRING_BYTES; at++) {
		for (int c = 0x20; c < 0x80; c++) {
			bool is_escaped = c == '"' || c == '\\';
			char json[sizeof plain + 1], expected[STRING_BYTES + 1];
			const cJSON *value;

			snprintf(json, sizeof json, "%.*s%s%c%s", (int)(STRING_AT + at), plain,
			         is_escaped ? "\\" : "", c, plain + STRING_AT + at + 1);
			snprintf(expected, sizeof expected, "%s", plain + STRING_AT);
			expected[at] = (char)c;
			value = make(json)->child;
			assert_string_equal(value->valuestring, expected);
			assert_string_equal(value->next->valuestring, "!#[]");
		}
		arena_clear(&arena);
	}
}

static void numbers_are_what_strtod_makes_of_them(void **state)
{
	static const char *const numbers[] = {
		"0", "-0", "7", "-7", "600", "2147483647", "2147483648", "-2147483648", "-2147483649",
		"9007199254740993", "36028797018963971", "999999999999999999", "-9999999999999999999",
		"18446744073709551616",
		"123456789012345678901234567890123456789012345678901234567890123",
		"0.5", "-1.25e10", "1E+2", "1e-2", "100000000000000.5", "0.1", "0e5", "1e999", "-1e999",
		"4.9e-324",
	};
	static const char *const behind[] = {"}", " }", ",\"b\":1}", "\n,\"b\":[2.5]}"};

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		double expected = strtod(numbers[i], NULL);

		for (size_t k = 0; k < sizeof behind / sizeof behind[0]; k++) {
			char json[128];
			const cJSON *value;

			snprintf(json, sizeof json, "{\"a\":%s%s", numbers[i], behind[k]);
			value = make(json)->child;
			assert_true(cJSON_IsNumber(value));
			assert_memory_equal(&value->valuedouble, &expected, sizeof expected);
			assert_int_equal(!value->next, k < 2);
		}
	}
}

static void integers_are_bounded_as_cjson_bounds_them(void **state)
{
	const cJSON *value = make("{\"a\":[1e300,-1e300,2147483648,-5]}")->child->child;

	(void)state;
	assert_int_equal(value->valueint, INT32_MAX);
	assert_int_equal(value->next->valueint, INT32_MIN);
	assert_int_equal(value->next->next->valueint, INT32_MAX);
	assert_int_equal(value->next->next->next->valueint, -5);
}

static void values_stand_in_their_order_and_in_what_holds_them(void **state)
{
	static const char compact[] =
	    "{\"a\":[],\"b\":{},\"c\":[1,[true,false,null],{\"d\":\"x\"}],\"\":{\"e\":[{}]},\"f\":\"\"}";
	static const char spaced[] =
	    " \t{\r\n\"a\" : [ ] , \"b\" : { } , \"c\":[ 1 , [ true , false , null ] , "
	    "{ \"d\" : \"x\" } ] , \"\" : { \"e\" : [ { } ] } , \"f\" : \"\" } \n";
	char *compact_again, *spaced_again;

	(void)state;
	compact_again = cJSON_PrintUnformatted(make(compact));
	spaced_again = cJSON_PrintUnformatted(make(spaced));
	assert_string_equal(compact_again, compact);
	assert_string_equal(spaced_again, compact);
	cJSON_free(compact_again);
	cJSON_free(spaced_again);
}

/* The values may go first. */
static void texts_and_values_live_apart(void **state)
{
	static const char json[] = "{\"name\":\"value\"}";
	struct arena more = {0};
	struct tree_values values = {.more = &more};
	const cJSON *tree = tree_make((struct text){json, sizeof json - 1}, &arena, &values);
	const char *key = tree->child->string, *value = tree->child->valuestring;

	(void)state;
	arena_release(&more);
	assert_string_equal(key, "name");
	assert_string_equal(value, "value");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(strings_stand_without_quotes_and_escapes, clear),
		cmocka_unit_test_teardown(no_byte_of_a_long_string_is_lost_or_taken_for_an_end, clear),
		cmocka_unit_test_teardown(numbers_are_what_strtod_makes_of_them, clear),
		cmocka_unit_test_teardown(integers_are_bounded_as_cjson_bounds_them, clear),
		cmocka_unit_test_teardown(values_stand_in_their_order_and_in_what_holds_them, clear),
		cmocka_unit_test_teardown(texts_and_values_live_apart, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
