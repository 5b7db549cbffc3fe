/* Times, lengths and names as letters have them: at each limit and one past it. */
#include "audit/letter/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define T0 INT64_C(1795532400000) /* 2026-11-24T15:00:00.000Z */

static struct buf b;

static void is(const char *expected)
{
	assert_false(b.failed);
	assert_string_equal(b.data, expected);
	buf_clear(&b);
}

static void lengths_have_two_units_at_most(void **state)
{
	static const struct {
		int64_t ms;
		const char *words;
	} cases[] = {
	    {0, "0 milliseconds"},
	    {1, "1 millisecond"},
	    {999, "999 milliseconds"},
	    {1000, "1 second"},
	    {1001, "1.001 seconds"},
	    {59999, "59.999 seconds"},
	    {60000, "1 minute"},
	    {61999, "1 minute 1 second"},
	    {3599999, "59 minutes 59 seconds"},
	    {3600000, "1 hour"},
	    {3660000, "1 hour 1 minute"},
	    {86399999, "23 hours 59 minutes"},
	    {86400000, "1 day"},
	    {180000000, "2 days 2 hours"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		words_add_length(&b, cases[i].ms);
		is(cases[i].words);
	}
}

static void a_time_of_another_day_has_the_day(void **state)
{
	(void)state;
	words_add_day_and_time(&b, T0 + 7);
	is("24 November 2026 at 15:00:00.007 UTC");
	words_add_time(&b, T0 + 7, T0);
	is("15:00:00.007");
	words_add_time(&b, T0 + INT64_C(9) * 3600000 - 1, T0);
	is("23:59:59.999");
	words_add_time(&b, T0 + INT64_C(9) * 3600000, T0);
	is("25 November 2026, 00:00:00.000");
	words_add_time(&b, 0, T0);
	is("1 January 1970, 00:00:00.000");
}

static void names_are_listed_and_many_are_counted(void **state)
{
	static const struct text odd[] = {{"Row 1", 5}, {"a,b", 3}};
	struct text names[WORDS_NAMES_MAX + 1];

	(void)state;
	for (size_t i = 0; i <= WORDS_NAMES_MAX; i++)
		names[i] = (struct text){"ABCDEFGHIJKLMNOP" + i, 1};
	words_add_seats(&b, "Seat", names, 1, sizeof names[0]);
	is("Seat A");
	words_add_seats(&b, "seat", names, 3, sizeof names[0]);
	is("seats A, B and C");
	words_add_names(&b, names, WORDS_NAMES_MAX, sizeof names[0]);
	is("A, B, C, D, E, F, G, H, I, J, K and L");
	words_add_names(&b, names, WORDS_NAMES_MAX + 1, sizeof names[0]);
	is("A, B, C, D, E, F, G, H, I, J, K and 2 others");
	words_add_names(&b, odd, 2, sizeof odd[0]);
	is("Row 1 and \"a,b\"");
}

static void a_wish_is_said_with_its_alternatives(void **state)
{
	static const struct text categories[] = {{"gold", 4}, {"silver", 6}, {"B", 1}};
	static const struct text sections[] = {{"Parkett", 7}};
	struct wish wish = {.count = 1, .together = true};

	(void)state;
	words_add_wish(&b, &wish);
	is("the best seat");
	wish = (struct wish){.count = 4, .categories = categories, .category_count = 3,
	                     .sections = sections, .section_count = 1, .restricted = true};
	words_add_wish(&b, &wish);
	is("the best 4 seats (side by side or not) of the category gold, silver or B in the section "
	   "Parkett, with a restricted view or not");
	wish = (struct wish){.count = 2, .together = true, .accessible = 1};
	words_add_wish(&b, &wish);
	is("the best 2 seats side by side, 1 of them accessible by wheelchair");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lengths_have_two_units_at_most),
	    cmocka_unit_test(a_time_of_another_day_has_the_day),
	    cmocka_unit_test(names_are_listed_and_many_are_counted),
	    cmocka_unit_test(a_wish_is_said_with_its_alternatives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
