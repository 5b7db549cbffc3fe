/* A house as it is drawn: rows in the order people count, aisles, what does not fit. */
#include "common/program/house.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define WIDE 80

static void expect_drawing(struct house_seat *seats, size_t count, size_t columns,
                           const char *expected)
{
	struct buf found = {0};

	house_draw(seats, count, columns, &found);
	assert_string_equal(buf_text(&found).data, expected);
	buf_release(&found);
}

#define SEAT(section_, row_, pos_, mark_) \
	{.section = {section_, sizeof section_ - 1}, .row = {row_, sizeof row_ - 1}, .pos = pos_, \
	 .mark = mark_}

static void rows_stand_in_the_order_people_count_with_aisles(void **state)
{
	struct house_seat seats[] = {
	    SEAT("Parkett", "10", 3, '#'), SEAT("Parkett", "2", 5, 'o'), SEAT("Parkett", "2", 3, '.'),
	    SEAT("Parkett", "10", 4, '.'), SEAT("Parkett", "10", 6, '-'),
	    SEAT("Balkon", "\xc3\x84", 1, '.'),
	};

	(void)state;
	expect_drawing(seats, 6, WIDE,
	               "Balkon\n"
	               "  \xc3\x84  .\n"
	               "\n"
	               "Parkett\n"
	               "  2   . o\n"
	               "  10  #. -\n");
}

static void seats_without_a_section_have_no_heading(void **state)
{
	struct house_seat seats[] = {{.row = {"A", 1}, .pos = 1, .mark = '.'}, SEAT("B", "A", 1, '#')};

	(void)state;
	expect_drawing(seats, 2, WIDE, "  A  .\n\nB\n  A  #\n");
}

/* Two blanks, the name, two blanks, and the seats. */
static void a_row_that_is_too_wide_is_counted(void **state)
{
	struct house_seat seats[] = {SEAT("B", "A", 1, '.'), SEAT("B", "A", 2, '#'),
	                             SEAT("B", "A", 8, '.')};

	(void)state;
	expect_drawing(seats, 3, 13, "B\n  A  .#     .\n");
	expect_drawing(seats, 3, 12, "B\n  A  1# 2.\n");
	expect_drawing(seats, 0, 12, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_stand_in_the_order_people_count_with_aisles),
	    cmocka_unit_test(seats_without_a_section_have_no_heading),
	    cmocka_unit_test(a_row_that_is_too_wide_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
