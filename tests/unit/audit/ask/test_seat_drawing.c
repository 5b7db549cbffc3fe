/* Rows and numbers found in seat ids, and seats drawn or listed by them. */
#include "audit/ask/seat_drawing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SEATS_MAX 300
#define COLUMNS 80

static struct seat_mark seats[SEATS_MAX];
static char ids[SEATS_MAX][80];
static size_t count;
static struct buf drawn;

static int start(void **state)
{
	(void)state;
	count = 0;
	buf_clear(&drawn);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_release(&drawn);
	return 0;
}

static void add(const char *id, char mark)
{
	assert_true(count < SEATS_MAX);
	snprintf(ids[count], sizeof ids[count], "%s", id);
	seats[count] = seat_mark_of(text_of(ids[count]), mark);
	count++;
}

/* "A1. A2h": each with its mark, in that order. */
static void add_all(const char *list)
{
	char id[80];
	int bytes;

	for (; sscanf(list, " %79s%n", id, &bytes) == 1; list += bytes) {
		char mark = id[strlen(id) - 1];

		id[strlen(id) - 1] = '\0';
		add(id, mark);
	}
	seat_drawing_sort(seats, count);
}

static void add_row(const char *row, int first, int last, char mark)
{
	for (int n = first; n <= last; n++) {
		char id[80];

		snprintf(id, sizeof id, "%s%d", row, n);
		add(id, mark);
	}
	seat_drawing_sort(seats, count);
}

static void is_drawn(const char *expected)
{
	assert_true(seat_drawing_add_rows(seats, count, COLUMNS, &drawn));
	assert_string_equal(drawn.data, expected);
}

static void is_not_drawn(size_t columns)
{
	assert_false(seat_drawing_add_rows(seats, count, columns, &drawn));
	assert_int_equal(drawn.bytes, 0);
}

static void is_listed(char mark, size_t columns, const char *expected)
{
	buf_clear(&drawn);
	buf_add(&drawn, "", 0);
	seat_drawing_add_list(seats, count, mark, columns, &drawn);
	assert_string_equal(drawn.data, expected);
}

static void an_id_is_a_row_and_a_number(void **state)
{
	static const struct {
		const char *id, *row;
		int64_t number;
	} known[] = {
	    {"A1", "A", 1},
	    {"A20", "A", 20},
	    {"row-12-seat-7", "row-12-seat-", 7},
	    {"101-14", "101-", 14},
	    {"seat-7", "seat-", 7},
	    {"7", "", 7},
	    {"B007", "B", 7},
	    {"A0", "A", 0},
	    {"A999999999", "A", 999999999},
	    {"A1000000000", "A1000000000", NO_NUMBER},
	    {"A0000000001", "A0000000001", NO_NUMBER},
	    {"12C", "12C", NO_NUMBER},
	    {"box", "box", NO_NUMBER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		struct seat_mark m = seat_mark_of(text_of(known[i].id), '.');

		assert_true(text_same(m.row, text_of(known[i].row)));
		assert_int_equal(m.number, known[i].number);
	}
}

static void rows_and_numbers_are_in_natural_order(void **state)
{
	static const char *const order[] = {
	    "1",      "2",      "10",     "-1",     "1-1",      "2-1",      "2-10",   "10-1",  "A1",
	    "A2",     "A10",    "A-1",    "A01-1",  "A1-1",     "A2-1",     "Z1",     "AA1",   "ZZ9",
	    "AAA1",   "AAAA1",  "BOX1",   "a1",     "aa1",      "b1",       "box",    "row-2-3",
	    "row-2-20", "row-10-1", "row-A1", "row-Z1", "row-AA1",
	};
	size_t total = sizeof order / sizeof order[0];

	(void)state;
	for (size_t turn = 0; turn < total; turn++) {
		count = 0;
		for (size_t i = 0; i < total; i++) /* 17 and the total have no common factor */
			add(order[(i * 17 + turn) % total], '.');
		seat_drawing_sort(seats, count);
		for (size_t i = 0; i < total; i++)
			assert_string_equal(seats[i].id.data, order[i]);
	}
}

static void each_row_is_a_line_and_each_seat_its_mark(void **state)
{
	(void)state;
	add_all("B2# A2h A1. B1. A3l");
	is_drawn("   1\n"
	         "A  .hl\n"
	         "B  .#\n");
}

static void seats_stand_below_each_other_and_gaps_are_blank(void **state)
{
	(void)state;
	add_row("A", 1, 12, '.');
	add_row("B", 5, 7, 'h');
	add_row("B", 10, 10, '#');
	add_row("row-10-", 11, 12, '.');
	add_row("row-9-", 9, 12, '.');
	is_drawn("         1        10\n"
	         "A        ............\n"
	         "B            hhh  #\n"
	         "row-9-           ....\n"
	         "row-10-            ..\n");
}

static void numbers_that_start_late_start_the_line(void **state)
{
	(void)state;
	add_row("S", 95, 112, '.');
	is_drawn("   95   100       110\n"
	         "S  ..................\n");
}

static void a_number_that_would_touch_the_one_before_is_left_out(void **state)
{
	(void)state;
	add_row("S", 1006, 1021, '.');
	is_drawn("   1006          1020\n"
	         "S  ................\n");
}

static void ids_of_numbers_alone_are_one_row(void **state)
{
	(void)state;
	add_all("3. 1h 2#");
	is_drawn("  1\n"
	         "  h#.\n");
}

static void a_line_may_be_as_wide_as_the_terminal(void **state)
{
	(void)state;
	add_row("A", 1, 77, '.');
	assert_true(seat_drawing_add_rows(seats, count, COLUMNS, &drawn));
	buf_clear(&drawn);
	is_not_drawn(COLUMNS - 1);
	add_row("A", 78, 78, '.');
	is_not_drawn(COLUMNS);
}

static void numbers_far_apart_are_not_drawn(void **state)
{
	(void)state;
	add_all("A1. A2. A999999999.");
	is_not_drawn(COLUMNS);
}

static void nothing_is_not_drawn(void **state)
{
	(void)state;
	is_not_drawn(COLUMNS);
	is_listed('.', COLUMNS, "");
}

static void ids_without_a_number_are_not_drawn(void **state)
{
	(void)state;
	add_all("A1. A2. box.");
	is_not_drawn(COLUMNS);
}

static void two_seats_in_one_place_are_not_drawn(void **state)
{
	(void)state;
	add_all("A1. A01. A2.");
	is_not_drawn(COLUMNS);
}

static void mostly_rows_of_one_seat_are_not_drawn(void **state)
{
	(void)state;
	add_all("x9. A1. A2. B1. B2.");
	assert_true(seat_drawing_add_rows(seats, count, COLUMNS, &drawn)); /* 1 of 3 */
	buf_clear(&drawn);
	add_all("y9.");
	assert_true(seat_drawing_add_rows(seats, count, COLUMNS, &drawn)); /* 2 of 4 */
	buf_clear(&drawn);
	add_all("z9.");
	is_not_drawn(COLUMNS); /* 3 of 5 */
}

static void one_seat_alone_is_a_row(void **state)
{
	(void)state;
	add_all("A7#");
	is_drawn("   7\n"
	         "A  #\n");
}

static void a_list_has_the_seats_of_one_mark_in_order(void **state)
{
	(void)state;
	add_all("12C. 2A. 10B. 2Bh");
	is_listed('.', COLUMNS, "  2A, 10B, 12C\n");
	is_listed('h', COLUMNS, "  2B\n");
	is_listed('#', COLUMNS, "");
}

static void three_neighbours_are_listed_by_the_first_and_the_last(void **state)
{
	(void)state;
	add_all("A8. A9. A10. B1. B2. C1. C2h C3. C4. C6. D07. D08. D09. D10.");
	is_listed('.', COLUMNS, "  A8..A10, B1, B2, C1, C3, C4, C6, D07..D10\n");
}

static void what_nobody_would_count_on_is_no_range(void **state)
{
	(void)state;
	add_all("A8. A9. A010. A11.");
	is_listed('.', COLUMNS, "  A8, A9, A010, A11\n");
}

static void a_list_is_broken_between_seats(void **state)
{
	(void)state;
	add_all("aa. bb. cc. dd. ee.");
	is_listed('.', 12, "  aa, bb,\n  cc, dd,\n  ee\n");
	is_listed('.', 13, "  aa, bb, cc,\n  dd, ee\n");
	is_listed('.', 1, "  aa,\n  bb,\n  cc,\n  dd,\n  ee\n");
}

#define test(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    test(an_id_is_a_row_and_a_number),
	    test(rows_and_numbers_are_in_natural_order),
	    test(each_row_is_a_line_and_each_seat_its_mark),
	    test(seats_stand_below_each_other_and_gaps_are_blank),
	    test(numbers_that_start_late_start_the_line),
	    test(a_number_that_would_touch_the_one_before_is_left_out),
	    test(ids_of_numbers_alone_are_one_row),
	    test(a_line_may_be_as_wide_as_the_terminal),
	    test(numbers_far_apart_are_not_drawn),
	    test(nothing_is_not_drawn),
	    test(ids_without_a_number_are_not_drawn),
	    test(two_seats_in_one_place_are_not_drawn),
	    test(mostly_rows_of_one_seat_are_not_drawn),
	    test(one_seat_alone_is_a_row),
	    test(a_list_has_the_seats_of_one_mark_in_order),
	    test(three_neighbours_are_listed_by_the_first_and_the_last),
	    test(what_nobody_would_count_on_is_no_range),
	    test(a_list_is_broken_between_seats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
