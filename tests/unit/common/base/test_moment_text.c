/* Times as psql prints them, as RFC 3339 has them, and as people type them. */
#include "common/base/moment_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "common/base/clock.h"

#define NOON INT64_C(1795521600000) /* 2026-11-24T12:00:00Z */
#define HOUR INT64_C(3600000)

static void expect(const char *text, int64_t expected)
{
	int64_t ms;

	if (moment_text_read(text, &ms))
		fail_msg("%s is not taken", text);
	if (ms != expected)
		fail_msg("%s: %lld, expected %lld", text, (long long)ms, (long long)expected);
}

static void any_offset_is_taken_and_what_psql_prints(void **state)
{
	(void)state;
	expect("2026-11-24T12:00:00Z", NOON);
	expect("2026-11-24t12:00:00.123456z", NOON + 123);
	expect("2026-11-24T13:00:00+01:00", NOON);
	expect("2026-11-24T06:30:00-05:30", NOON);
	expect("2026-11-24 12:00:00+00", NOON);
	expect("2026-11-24 12:00:00.5+00", NOON + 500);
	expect("2026-11-24 12:00:00.052+00", NOON + 52);
	expect("2026-11-24 17:30:00+05:30", NOON);
	expect("2026-11-24 17:30:00+0530", NOON);
	expect("2026-11-25 01:00:00+13", NOON);
	expect("2026-11-24 12:00Z", NOON);
	expect("2026-11-24", NOON - 12 * HOUR);
}

static void without_a_zone_it_is_local_time(void **state)
{
	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	expect("2026-11-24 13:00", NOON);
	expect("2026-11-24T13:00:00.001", NOON + 1);
	expect("2026-06-24 14:00:00", NOON - (30 + 31 + 30 + 31 + 31) * 24 * HOUR);
	expect("2026-11-24", NOON - 12 * HOUR); /* a day is one of UTC, wherever one is */
	unsetenv("TZ");
	tzset();
}

static void now_is_the_present(void **state)
{
	int64_t before = clock_wall_ms(), ms;

	(void)state;
	assert_int_equal(moment_text_read("now", &ms), 0);
	assert_true(ms >= before && ms <= clock_wall_ms());
}

static void anything_else_is_refused(void **state)
{
	static const char *const wrong[] = {
	    "", "12", "Now", "2026-11", "2026-11-31", "2026-1-24", "0000-01-01", "2026-11-24 ",
	    "2026-11-24T", "2026-11-24T12", "2026-11-24T24:00", "2026-11-24T12:60", "2026-11-24T12:00:60Z",
	    "2026-11-24T12:00:00.Z", "2026-11-24T12:00:00+24", "2026-11-24T12:00:00+1",
	    "2026-11-24T12:00:00+01:",
	    "2026-11-24T12:00:00+01:60", "2026-11-24T12:00:00Zx", "2026-11-24T12:00:00 UTC", " 2026-11-24",
	    "2026-02-30 12:00", "2026-11-24T12:00:00+01:000",
	};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (!moment_text_read(wrong[i], &ms))
			fail_msg("\"%s\" is taken", wrong[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_offset_is_taken_and_what_psql_prints),
	    cmocka_unit_test(without_a_zone_it_is_local_time),
	    cmocka_unit_test(now_is_the_present),
	    cmocka_unit_test(anything_else_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
