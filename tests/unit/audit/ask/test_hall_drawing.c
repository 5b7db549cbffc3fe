/* Seats drawn by their places. */
#include "audit/ask/hall_drawing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MARKS_MAX 400

static struct hall_mark marks[MARKS_MAX];
static size_t mark_count;
static struct buf drawn;

static int start(void **state)
{
	(void)state;
	mark_count = 0;
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_release(&drawn);
	return 0;
}

/* A mark a seat from the first pos on, a blank where there is none. section: NULL, none */
static void add_row(const char *section, const char *row, int32_t first, const char *seats)
{
	for (size_t i = 0; seats[i]; i++)
		if (seats[i] != ' ')
			marks[mark_count++] = (struct hall_mark){
			    .section = text_of(section),
			    .row = text_of(row),
			    .pos = first + (int32_t)i,
			    .mark = seats[i],
			};
}

static void draws(size_t columns, const char *expected)
{
	buf_clear(&drawn);
	buf_add_string(&drawn, "|");
	assert_true(hall_drawing_add(marks, mark_count, columns, &drawn));
	assert_string_equal(drawn.data + 1, expected);
}

static void rows_stand_under_one_another_by_pos(void **state)
{
	(void)state;
	add_row(NULL, "10", 3, "h#");
	add_row(NULL, "2", 1, "....#.....x.");
	draws(100, "    1        10\n"
	           "2   ....#.....x.\n"
	           "10    h#\n");
}

static void an_aisle_is_one_column_however_many_positions_it_takes(void **state)
{
	(void)state;
	add_row(NULL, "A", 1, "...");
	add_row(NULL, "A", 101, "##");
	add_row(NULL, "B", 2, "..");
	add_row(NULL, "B", 102, ".");
	draws(100, "   1   101\n"
	           "A  ... ##\n"
	           "B   ..  .\n");
}

static void a_gap_of_one_row_is_as_wide_as_it_is_in_the_others(void **state)
{
	(void)state;
	add_row(NULL, "A", 1, ".....");
	add_row(NULL, "B", 1, ".   .");
	draws(100, "   1\n"
	           "A  .....\n"
	           "B  .   .\n");
}

static void sections_have_headings_and_widths_of_their_own(void **state)
{
	(void)state;
	add_row("Parkett", "1", 1, "..");
	add_row("Rang-\xc3\x84", "\xe8\x88\x9e\xe5\x8f\xb0", 5, "#"); /* two signs, four columns */
	add_row("Rang-\xc3\x84", "Lo\xc3\xa9", 5, "h");
	add_row(NULL, "X", 1, ".");
	draws(100, "no section\n"
	           "   1\n"
	           "X  .\n"
	           "\n"
	           "Parkett\n"
	           "   1\n"
	           "1  ..\n"
	           "\n"
	           "Rang-\xc3\x84\n"
	           "      5\n"
	           "\xe8\x88\x9e\xe5\x8f\xb0  #\n"
	           "Lo\xc3\xa9   h\n");
}

static void the_only_section_has_its_heading_and_none_has_none(void **state)
{
	(void)state;
	add_row("S", "A", 1, ".");
	draws(100, "S\n   1\nA  .\n");
	mark_count = 0;
	add_row(NULL, "A", 1, ".");
	draws(100, "   1\nA  .\n");
}

static void a_line_may_take_all_the_columns(void **state)
{
	(void)state;
	add_row("S", "A", 1, "..");
	add_row("T", "A", 1, "..........");
	draws(13, "S\n   1\nA  ..\n\nT\n   1\nA  ..........\n");
}

static void nothing_is_appended_where_a_line_is_too_long(void **state)
{
	(void)state;
	add_row("S", "A", 1, "..");
	add_row("T", "A", 1, "..........");
	buf_clear(&drawn);
	buf_add_string(&drawn, "before");
	assert_false(hall_drawing_add(marks, mark_count, 12, &drawn));
	assert_string_equal(drawn.data, "before");
	assert_false(drawn.failed);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
	const struct CMUnitTest tests[] = {
	    TEST(rows_stand_under_one_another_by_pos),
	    TEST(an_aisle_is_one_column_however_many_positions_it_takes),
	    TEST(a_gap_of_one_row_is_as_wide_as_it_is_in_the_others),
	    TEST(sections_have_headings_and_widths_of_their_own),
	    TEST(the_only_section_has_its_heading_and_none_has_none),
	    TEST(a_line_may_take_all_the_columns),
	    TEST(nothing_is_appended_where_a_line_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
