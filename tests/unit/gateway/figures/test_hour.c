/* The last hour: what falls out of it is gone, and the slowest are the slowest. */
#include "gateway/figures/hour.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define BEGIN 1000000000LL
#define HOUR_MS ((int64_t)HOUR_SLICES * HOUR_SLICE_MS)

static uint64_t sum(const struct hour *hour, bool is_conflicts)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < HOUR_SLICES; i++)
		sum += is_conflicts ? hour->slices[i].conflicts : hour->slices[i].decisions;
	return sum;
}

static void decisions_are_kept_for_an_hour(void **state)
{
	static struct hour hour;

	(void)state;
	for (int64_t i = 0; i < HOUR_SLICES; i++)
		hour_decided(i % 2, BEGIN + i * HOUR_SLICE_MS);
	hour_read(&hour, BEGIN + HOUR_MS - HOUR_SLICE_MS);
	assert_int_equal(sum(&hour, false), HOUR_SLICES);
	assert_int_equal(sum(&hour, true), HOUR_SLICES / 2);
	assert_int_equal(hour.slices[0].conflicts, 0);
	assert_int_equal(hour.slices[1].conflicts, 1);
	hour_read(&hour, BEGIN + HOUR_MS); /* the first one is over */
	assert_int_equal(sum(&hour, false), HOUR_SLICES - 1);
	assert_int_equal(hour.slices[0].conflicts, 1);
	hour_read(&hour, BEGIN + 5 * HOUR_MS);
	assert_int_equal(sum(&hour, false), 0);
}

static void answer(int64_t took_us, int64_t now_ms)
{
	const struct hour_slow slow = {.took_us = took_us, .status = 200};

	hour_answered(&slow, now_ms);
}

static void the_slowest_come_first(void **state)
{
	static const int64_t more[] = {5, 900, 3, 700, 800, 1, 600, 2, 500, 400, 300, 200, 100};
	static struct hour hour;

	(void)state;
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
		answer(more[i], BEGIN);
	hour_read(&hour, BEGIN);
	assert_int_equal(hour.slow_count, HOUR_SLOWEST);
	for (size_t i = 0; i < 9; i++)
		assert_int_equal(hour.slowest[i].took_us, 900 - (int64_t)i * 100);
	assert_int_equal(hour.slowest[9].took_us, 5);
	answer(4, BEGIN + HOUR_MS);
	hour_read(&hour, BEGIN + HOUR_MS);
	assert_int_equal(hour.slow_count, 1);
	assert_int_equal(hour.slowest[0].took_us, 4);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decisions_are_kept_for_an_hour),
	    cmocka_unit_test(the_slowest_come_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
