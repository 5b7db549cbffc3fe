/* Tables, CSV and JSON of the same rows. */
#include "common/program/listing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct listing_column columns[] = {{"name", false}, {"n", true}, {"note", false}};

struct rows {
	const char *cells[4][3];
};

static void cell(const void *context, size_t row, size_t column, struct buf *b)
{
	buf_add_string(b, ((const struct rows *)context)->cells[row][column]);
}

static void prints(enum listing_form form, const struct rows *rows, size_t row_count,
                   const char *expected)
{
	struct listing listing = {columns, 3, row_count, cell, rows};
	char *text;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	struct err e;

	assert_non_null(out);
	assert_int_equal(listing_print(&listing, form, out, &e), RC_OK);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static const struct rows plain = {{{"a", "1", "first"}, {"longer", "12345", ""}, {"", "", "x"}}};

static void columns_of_a_table_are_as_wide_as_need_be(void **state)
{
	(void)state;
	prints(LISTING_TABLE, &plain, 3,
	       "name        n  note\n"
	       "a           1  first\n"
	       "longer  12345\n"
	       "               x\n");
}

static void columns_are_as_wide_as_the_terminal_shows_them(void **state)
{
	/* An umlaut in two points, a wide script, one from right to left. */
	static const struct rows names = {{{"A\xcc\x88 1", "1", "x"}, {"席 12", "2", "y"},
	                                   {"مدرج 4", "3", "z"}}};

	(void)state;
	prints(LISTING_TABLE, &names, 3,
	       "name    n  note\n"
	       "A\xcc\x88 1     1  x\n"
	       "席 12   2  y\n"
	       "مدرج 4  3  z\n");
}

static void a_table_without_rows_has_no_heading(void **state)
{
	(void)state;
	prints(LISTING_TABLE, &plain, 0, "");
}

static void csv_has_a_header_row_and_ends_lines_with_cr_lf(void **state)
{
	(void)state;
	prints(LISTING_CSV, &plain, 3, "name,n,note\r\na,1,first\r\nlonger,12345,\r\n,,x\r\n");
	prints(LISTING_CSV, &plain, 0, "name,n,note\r\n");
}

static void csv_quotes_what_needs_it_and_nothing_else(void **state)
{
	static const struct rows rows = {
	    {{"a,b", "1", "say \"x\""}, {"two\nlines", "2", "one\rtwo"}, {"\"", "3", "it's; a b"}}};

	(void)state;
	prints(LISTING_CSV, &rows, 3,
	       "name,n,note\r\n"
	       "\"a,b\",1,\"say \"\"x\"\"\"\r\n"
	       "\"two\nlines\",2,\"one\rtwo\"\r\n"
	       "\"\"\"\",3,it's; a b\r\n");
}

static void json_is_an_array_and_an_empty_cell_is_null(void **state)
{
	(void)state;
	prints(LISTING_JSON, &plain, 3,
	       "[\n{\"name\":\"a\",\"n\":1,\"note\":\"first\"},\n"
	       "{\"name\":\"longer\",\"n\":12345,\"note\":null},\n"
	       "{\"name\":null,\"n\":null,\"note\":\"x\"}]");
	prints(LISTING_JSON, &plain, 0, "[]");
}

static void json_escapes_strings(void **state)
{
	static const struct rows rows = {{{"a\"b\\c\nd", "1", "x"}}};

	(void)state;
	prints(LISTING_JSON, &rows, 1, "[\n{\"name\":\"a\\\"b\\\\c\\nd\",\"n\":1,\"note\":\"x\"}]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(columns_of_a_table_are_as_wide_as_need_be),
	    cmocka_unit_test(columns_are_as_wide_as_the_terminal_shows_them),
	    cmocka_unit_test(a_table_without_rows_has_no_heading),
	    cmocka_unit_test(csv_has_a_header_row_and_ends_lines_with_cr_lf),
	    cmocka_unit_test(csv_quotes_what_needs_it_and_nothing_else),
	    cmocka_unit_test(json_is_an_array_and_an_empty_cell_is_null),
	    cmocka_unit_test(json_escapes_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
