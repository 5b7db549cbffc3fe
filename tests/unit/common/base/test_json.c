/* Values and documents written as JSON, byte by byte. */
#include "common/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Every byte below the blank, and what else is escaped anywhere. */
static const char odd[] = "\x01\b\t\n\f\r\x1f \"\\/\x7f\xc3\xa4";

static void texts_get_quotes_and_escapes(void **state)
{
	static const struct text texts[] = {{"a\0b", 3}, {"", 0}, {odd, sizeof odd - 1}};
	struct buf b = {0};

	(void)state;
	json_add_texts(&b, texts, 3);
	assert_string_equal(b.data, "[\"a\\u0000b\",\"\",\"\\u0001\\b\\t\\n\\f\\r\\u001f "
	                            "\\\"\\\\/\x7f\xc3\xa4\"]");
	buf_clear(&b);
	json_add_texts(&b, NULL, 0);
	assert_string_equal(b.data, "[]");
	buf_release(&b);
}

static void safe_texts_have_no_byte_that_a_terminal_obeys(void **state)
{
	struct buf b = {0};

	(void)state;
	json_add_safe_text(&b, (struct text){odd, sizeof odd - 1});
	assert_string_equal(b.data, "\"\\u0001\\u0008\\u0009\\u000a\\u000c\\u000d\\u001f "
	                            "\\\"\\\\/\\u007f\xc3\xa4\"");
	buf_clear(&b);
	json_add_safe_text(&b, (struct text){"\0", 1});
	assert_string_equal(b.data, "\"\\u0000\"");
	buf_release(&b);
}

static void integers_reach_to_both_ends(void **state)
{
	struct buf b = {0};

	(void)state;
	json_add_integer(&b, INT64_MIN);
	buf_add_string(&b, " ");
	json_add_integer(&b, 0);
	buf_add_string(&b, " ");
	json_add_integer(&b, INT64_MAX);
	assert_string_equal(b.data, "-9223372036854775808 0 9223372036854775807");
	buf_release(&b);
}

static void a_document_gets_its_commas(void **state)
{
	static const struct uuid id = {{0x12}};
	struct buf b = {0};
	struct json j = {.to = &b};

	(void)state;
	json_open_object(&j, NULL);
	json_open_object(&j, "empty");
	json_close_object(&j);
	json_open_array(&j, "values");
	json_write_integer(&j, NULL, -1);
	json_write_real(&j, NULL, 0.0625, 3);
	json_write_bool(&j, NULL, true);
	json_write_bool(&j, NULL, false);
	json_write_null(&j, NULL);
	json_write_string(&j, NULL, "a");
	json_write_string(&j, NULL, NULL);
	json_write_text(&j, NULL, (struct text){"bc", 1});
	json_write_made(&j, NULL, text_of("{}"));
	json_open_array(&j, NULL);
	json_close_array(&j);
	json_close_array(&j);
	json_write_uuid(&j, "id", &id);
	json_write_time(&j, "t", 1);
	json_close_object(&j);
	assert_string_equal(b.data, "{\"empty\":{},\"values\":[-1,0.062,true,false,null,\"a\",null,\"b\","
	                            "{},[]],\"id\":\"12000000-0000-0000-0000-000000000000\","
	                            "\"t\":\"1970-01-01T00:00:00.001Z\"}");
	buf_release(&b);
}

static void lines_end_behind_the_comma(void **state)
{
	struct buf b = {0};
	struct json j = {.to = &b};

	(void)state;
	json_open_array(&j, NULL);
	json_end_line(&j);
	json_write_integer(&j, NULL, 1);
	json_end_line(&j);
	json_open_object(&j, NULL);
	json_end_line(&j);
	json_write_integer(&j, "k", 2);
	json_close_object(&j);
	json_close_array(&j);
	assert_string_equal(b.data, "[\n1,\n{\n\"k\":2}]");
	buf_release(&b);
}

static void a_document_goes_on_behind_what_was_printed(void **state)
{
	struct buf b = {0};
	struct json j = {.to = &b};
	char *text;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	(void)state;
	json_open_array(&j, NULL);
	json_write_integer(&j, NULL, 1);
	json_print(&j, out);
	assert_int_equal(b.bytes, 0);
	json_write_integer(&j, NULL, 2);
	json_close_array(&j);
	json_print(&j, out);
	fclose(out);
	assert_string_equal(text, "[1,2]");
	free(text);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_get_quotes_and_escapes),
	    cmocka_unit_test(safe_texts_have_no_byte_that_a_terminal_obeys),
	    cmocka_unit_test(integers_reach_to_both_ends),
	    cmocka_unit_test(a_document_gets_its_commas),
	    cmocka_unit_test(lines_end_behind_the_comma),
	    cmocka_unit_test(a_document_goes_on_behind_what_was_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
