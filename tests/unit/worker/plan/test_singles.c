/* No single seat left: section 4.4 of docs/protocol.md, by examples and in every row of few. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/worker/plan/naive_hall.h"

static struct naive_hall hall;

static int row_of_six(void **state)
{
	(void)state;
	hall = (struct naive_hall){.count = 0};
	for (int i = 0; i < 6; i++)
		naive_add(&hall, (struct place){.row = text_of("A"), .pos = i + 1});
	return 0;
}

/* What the seats named, each a digit, leave alone: "1", "1 4", or "" for nothing. */
static const char *left_by(const char *named)
{
	static char text[256];
	uint32_t numbers[LAYOUT_NAMED_MAX], left[LAYOUT_SINGLES_MAX];
	struct layout *layout;
	size_t count = strlen(named), found;
	int at = 0;

	naive_find_neighbours(&hall);
	layout = naive_layout(&hall);
	assert_non_null(layout);
	for (size_t i = 0; i < count; i++)
		numbers[i] = (uint32_t)(named[i] - '1');
	found = layout_singles(layout, numbers, count, left);
	text[0] = '\0';
	for (size_t i = 0; i < found; i++)
		at += snprintf(text + at, sizeof text - (size_t)at, "%s%u", i ? " " : "", left[i] + 1);
	layout_close(layout);
	return text;
}

static void the_second_seat_leaves_the_first_alone(void **state)
{
	(void)state;
	assert_string_equal(left_by("2"), "1");
}

static void one_that_is_left_of_all_could_not_be_helped(void **state)
{
	(void)state;
	assert_string_equal(left_by("12345"), "");
}

static void the_only_seat_of_its_category_may_be_had(void **state)
{
	(void)state;
	hall.seats[1].place.category = text_of("y");
	assert_string_equal(left_by("2"), "");
	hall.seats[5].place.category = text_of("y");
	assert_string_equal(left_by("2"), "1");
	assert_string_equal(left_by("62"), ""); /* no other of it is left */
	assert_string_equal(left_by("24"), "1 3");
}

static void a_seat_between_two_that_are_named_is_left_alone(void **state)
{
	(void)state;
	assert_string_equal(left_by("31"), "2");
	assert_string_equal(left_by("5632"), "1 4");
}

static void what_is_blocked_or_flagged_ends_a_run_and_is_nobodys_neighbour(void **state)
{
	(void)state;
	hall.seats[3].channel = "house";
	assert_string_equal(left_by("12"), ""); /* L - k = 1 */
	assert_string_equal(left_by("4"), "");
	assert_string_equal(left_by("2"), "1 3");
	hall.seats[3].channel = NULL;
	hall.seats[3].place.flags = PLACE_FLAG_BIT(PLACE_COMPANION);
	assert_string_equal(left_by("2"), "1 3");
	hall.seats[3].place.flags = PLACE_FLAG_BIT(PLACE_RESTRICTED);
	assert_string_equal(left_by("2"), "1");
}

static void singles_are_listed_by_section_row_and_pos(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		hall.seats[i].place.row = text_of("B");
	naive_add(&hall, (struct place){.section = text_of("a"), .row = text_of("A"), .pos = 1});
	naive_add(&hall, (struct place){.section = text_of("a"), .row = text_of("A"), .pos = 2});
	naive_add(&hall, (struct place){.section = text_of("a"), .row = text_of("A"), .pos = 3});
	assert_string_equal(left_by("825"), "4 6 1 3 7 9");
}

static void a_seat_without_a_row_leaves_nobody_alone(void **state)
{
	(void)state;
	naive_add(&hall, (struct place){.category = text_of("y")});
	assert_string_equal(left_by("7"), "");
	assert_string_equal(left_by("72"), "1");
}

/* A row that goes over several words of bits, with an end in each. */
static void a_long_row_is_one_run(void **state)
{
	static const uint32_t named[] = {250, 1};
	uint32_t left[LAYOUT_SINGLES_MAX], meant[LAYOUT_SINGLES_MAX];

	(void)state;
	for (int last = 251; last < 400; last++) {
		struct layout *layout;
		size_t count;

		hall.count = 0;
		for (int i = 0; i <= last; i++)
			naive_add(&hall, (struct place){.row = text_of("A"),
			                                .pos = i + 1,
			                                .category = text_of(i == 250 ? "x" : i == 1 ? "y" : "z")});
		if (last % 2) /* no longer the only one of its category */
			hall.seats[last].place.category = text_of("y");
		naive_find_neighbours(&hall);
		layout = naive_layout(&hall);
		assert_non_null(layout);
		count = layout_singles(layout, named, 2, left);
		assert_int_equal(count, naive_singles(&hall, named, 2, meant));
		assert_int_equal(count, last % 2 ? 1 + (last == 251) : 0);
		layout_close(layout);
	}
}

/* Each seat taken, free in one of two categories, or a wheelchair place. */
static void make_row(int length, unsigned row, unsigned kinds)
{
	hall.count = 0;
	for (int i = 0; i < length; i++, row /= kinds) {
		unsigned kind = row % kinds;
		struct naive_seat *seat = naive_add(&hall, (struct place){.row = text_of("A"), .pos = i + 1});

		seat->status = kind == 0 ? SEAT_SOLD : SEAT_AVAILABLE;
		seat->place.category = text_of(kind == 2 ? "x" : NULL);
		seat->place.flags = kind == 3 ? PLACE_FLAG_BIT(PLACE_ACCESSIBLE) : 0;
	}
	naive_find_neighbours(&hall);
}

/* Each choice of its free seats. */
static void same_for_all_choices(void)
{
	uint32_t numbers[8], left[LAYOUT_SINGLES_MAX], meant[LAYOUT_SINGLES_MAX];
	struct layout *layout = naive_layout(&hall);

	assert_non_null(layout);
	for (unsigned choice = 1; choice < 1u << hall.count; choice++) {
		size_t count = 0, found;
		bool are_free = true;

		for (unsigned i = 0; i < (unsigned)hall.count; i++)
			if (choice >> i & 1) {
				numbers[count++] = i;
				are_free = are_free && hall.seats[i].status == SEAT_AVAILABLE;
			}
		if (!are_free)
			continue;
		found = layout_singles(layout, numbers, count, left);
		if (found != naive_singles(&hall, numbers, count, meant) ||
		    memcmp(left, meant, found * sizeof *left) != 0)
			fail_msg("choice %u of %d: other than the rule says", choice, hall.count);
	}
	layout_close(layout);
}

static void in_every_row_of_six_of_any_kind_the_rule_is_kept(void **state)
{
	(void)state;
	for (unsigned row = 0; row < 4096; row++) {
		make_row(6, row, 4);
		same_for_all_choices();
	}
}

static void in_every_row_of_eight_the_rule_is_kept(void **state)
{
	(void)state;
	for (unsigned row = 0; row < 256; row++) {
		make_row(8, row, 2);
		same_for_all_choices();
	}
}

#define IN_A_ROW(test) cmocka_unit_test_setup(test, row_of_six)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_A_ROW(the_second_seat_leaves_the_first_alone),
	    IN_A_ROW(one_that_is_left_of_all_could_not_be_helped),
	    IN_A_ROW(the_only_seat_of_its_category_may_be_had),
	    IN_A_ROW(a_seat_between_two_that_are_named_is_left_alone),
	    IN_A_ROW(what_is_blocked_or_flagged_ends_a_run_and_is_nobodys_neighbour),
	    IN_A_ROW(singles_are_listed_by_section_row_and_pos),
	    IN_A_ROW(a_seat_without_a_row_leaves_nobody_alone),
	    cmocka_unit_test(a_long_row_is_one_run),
	    cmocka_unit_test(in_every_row_of_six_of_any_kind_the_rule_is_kept),
	    cmocka_unit_test(in_every_row_of_eight_the_rule_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
