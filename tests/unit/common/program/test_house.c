/* A house as it is drawn: rows in the order people count, aisles, what is wider than a line. */
#include "common/program/house.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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
static void rows_of_a_section_that_is_too_wide_are_broken_behind_one_pos(void **state)
{
	struct house_seat seats[] = {
	    SEAT("B", "A", 1, '.'), SEAT("B", "A", 2, '#'), SEAT("B", "A", 14, 'o'),
	    SEAT("B", "10", 7, '-'), SEAT("B", "10", 9, '?'), SEAT("B", "11", 8, '#'),
	};

	(void)state;
	expect_drawing(seats, 6, 20, "B\n"
	                             "  10        - ?\n"
	                             "  11         #\n"
	                             "  A   .#           o\n");
	expect_drawing(seats, 6, 19, "B\n"
	                             "  10        -\n"
	                             "       ?\n"
	                             "  11  \n"
	                             "      #\n"
	                             "  A   .#\n"
	                             "            o\n");
	expect_drawing(seats, 6, 1, "B\n"
	                            "  10        -\n"
	                            "       ?\n"
	                            "  11  \n"
	                             "      #\n"
	                            "  A   .#\n"
	                            "            o\n");
	expect_drawing(seats, 0, 12, "");
}

static void every_place_of_a_long_row_is_drawn(void **state)
{
	struct house_seat seats[133];
	char expected[200];

	(void)state;
	for (int32_t i = 0; i < 133; i++)
		seats[i] = (struct house_seat){.row = text_of("1"), .pos = i + 1, .mark = i ? '.' : 'o'};
	snprintf(expected, sizeof expected, "  1  o%066d\n     %066d\n", 0, 0);
	for (char *c = expected; *c; c++)
		*c = *c == '0' ? '.' : *c;
	expect_drawing(seats, 133, 100, expected);
}

/* Rows 40 places apart: what would be lines of nothing is one empty line. */
static void an_aisle_as_wide_as_a_line_is_an_empty_line(void **state)
{
	struct house_seat seats[] = {SEAT("B", "A", 1, '.'), SEAT("B", "A", 40, '#')};

	(void)state;
	expect_drawing(seats, 2, 15, "B\n  A  .\n\n              #\n");
}

static void sections_stand_by_their_rank_and_then_as_people_count(void **state)
{
	struct house_seat seats[] = {SEAT("10", "A", 1, '.'), SEAT("2", "A", 1, '-'),
	                             SEAT("Z", "A", 1, '#')};

	(void)state;
	seats[0].section_rank = seats[1].section_rank = 7;
	expect_drawing(seats, 3, WIDE, "Z\n  A  #\n\n2\n  A  -\n\n10\n  A  .\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_stand_in_the_order_people_count_with_aisles),
	    cmocka_unit_test(seats_without_a_section_have_no_heading),
	    cmocka_unit_test(rows_of_a_section_that_is_too_wide_are_broken_behind_one_pos),
	    cmocka_unit_test(every_place_of_a_long_row_is_drawn),
	    cmocka_unit_test(an_aisle_as_wide_as_a_line_is_an_empty_line),
	    cmocka_unit_test(sections_stand_by_their_rank_and_then_as_people_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
