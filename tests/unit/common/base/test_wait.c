/* Waiting for a change, and its end by time. */
#include "common/base/wait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"

#define LONG_MS 30000

static struct wait a_wait;
static int turn; /* whose it is, under the lock */

/* Wait for the turn, and pass it on. */
static void take_turn(int mine)
{
	int64_t until_ms = clock_monotonic_ms() + LONG_MS;

	wait_lock(&a_wait);
	while (turn != mine)
		assert_true(wait_until(&a_wait, until_ms));
	turn++;
	wait_wake(&a_wait);
	wait_unlock(&a_wait);
}

static void *take_odd_turns(void *unused)
{
	for (int i = 1; i < 200; i += 2)
		take_turn(i);
	return unused;
}

static void a_change_wakes_who_waits_for_it(void **state)
{
	pthread_t other;

	(void)state;
	wait_open(&a_wait);
	turn = 0;
	assert_int_equal(pthread_create(&other, NULL, take_odd_turns, NULL), 0);
	for (int i = 0; i < 200; i += 2)
		take_turn(i);
	assert_int_equal(pthread_join(other, NULL), 0);
	assert_int_equal(turn, 200);
	wait_close(&a_wait);
}

static void a_wait_ends_at_its_time(void **state)
{
	int64_t until_ms = clock_monotonic_ms() + 20;

	(void)state;
	wait_open(&a_wait);
	wait_lock(&a_wait);
	while (wait_until(&a_wait, until_ms))
		;
	assert_true(clock_monotonic_ms() >= until_ms);
	assert_false(wait_until(&a_wait, until_ms - 1000));
	wait_unlock(&a_wait);
	wait_close(&a_wait);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_wakes_who_waits_for_it),
		cmocka_unit_test(a_wait_ends_at_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
