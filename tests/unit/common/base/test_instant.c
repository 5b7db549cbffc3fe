/* Points in time as text, and back. */
#include "common/base/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	int64_t wall_ms;
	const char *text;
} pairs[] = {
	{0, "1970-01-01T00:00:00.000Z"},
	{-1, "1969-12-31T23:59:59.999Z"},
	{INT64_C(951782400000), "2000-02-29T00:00:00.000Z"},
	{INT64_C(951868799999), "2000-02-29T23:59:59.999Z"},
	{INT64_C(951868800000), "2000-03-01T00:00:00.000Z"},
	{INT64_C(1709164800000), "2024-02-29T00:00:00.000Z"},
	{INT64_C(4107542400000), "2100-03-01T00:00:00.000Z"}, /* no 29th of February */
	{INT64_C(4107542399999), "2100-02-28T23:59:59.999Z"},
	{INT64_C(1795532400123), "2026-11-24T15:00:00.123Z"},
	{INT64_C(-62167219200000), "0000-01-01T00:00:00.000Z"},
	{INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"},
};

static void times_print_and_read_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		char text[INSTANT_TEXT_BYTES];
		int64_t wall_ms = 1;

		instant_print(pairs[i].wall_ms, text);
		assert_string_equal(text, pairs[i].text);
		assert_int_equal(instant_parse(text, &wall_ms), 0);
		assert_true(wall_ms == pairs[i].wall_ms);
	}
}

static void a_fraction_has_up_to_three_digits(void **state)
{
	int64_t wall_ms;

	(void)state;
	assert_int_equal(instant_parse("1970-01-01T00:00:01Z", &wall_ms), 0);
	assert_true(wall_ms == 1000);
	assert_int_equal(instant_parse("1970-01-01T00:00:01.5Z", &wall_ms), 0);
	assert_true(wall_ms == 1500);
	assert_int_equal(instant_parse("1970-01-01T00:00:01.05Z", &wall_ms), 0);
	assert_true(wall_ms == 1050);
}

static void another_form_is_no_time(void **state)
{
	static const char *const texts[] = {
		"", "x", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01T00:00:00+00:00",
		"1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1234Z", "1970-01-01T00:00:00.000Zx",
		"1970-00-01T00:00:00Z", "1970-13-01T00:00:00Z", "1970-01-00T00:00:00Z",
		"1970-01-32T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z",
		"1970-01-01T00:00:60Z", "1970-01-01 00:00:00Z", "970-01-01T00:00:00Z",
		"1970-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2024-02-30T00:00:00Z",
		"2026-11-31T00:00:00Z", "2026-00-31T00:00:00Z",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		int64_t wall_ms;

		if (instant_parse(texts[i], &wall_ms) != -1)
			fail_msg("taken: %s", texts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_print_and_read_back),
		cmocka_unit_test(a_fraction_has_up_to_three_digits),
		cmocka_unit_test(another_form_is_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
