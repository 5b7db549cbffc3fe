/* The clock and its pauses. */
#include "common/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void sleeping_takes_its_time(void **state)
{
	int64_t began_ms = clock_monotonic_ms();

	(void)state;
	clock_sleep_ms(20);
	assert_true(clock_monotonic_ms() - began_ms >= 19);
	began_ms = clock_monotonic_ms();
	clock_sleep_ms(-60000);
	assert_true(clock_monotonic_ms() - began_ms < 30000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sleeping_takes_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
