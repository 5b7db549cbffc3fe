/* The timing wheel against a plain list of deadlines. */
#include "common/http/wheel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT 200

static void a_deadline_comes_once_never_early_and_hardly_late(void **state)
{
	static const int64_t ahead_ms[] = {0, 1, 31, 32, 33, 1000, 10000, 32767, 32768, 40000, 100000};
	static struct wheel w;

	(void)state;
	for (size_t i = 0; i < sizeof ahead_ms / sizeof ahead_ms[0]; i++)
		for (int64_t begin_ms = 1000000; begin_ms < 1000100; begin_ms += 7) {
			struct wheel_entry e = {0};
			int64_t at_ms = begin_ms + ahead_ms[i], now_ms = begin_ms;

			wheel_open(&w, begin_ms);
			assert_int_equal(wheel_wait_ms(&w, now_ms), -1);
			wheel_set(&w, &e, at_ms);
			while (!wheel_take(&w, now_ms)) {
				int64_t wait_ms = wheel_wait_ms(&w, now_ms);

				assert_true(wait_ms > 0 && now_ms + wait_ms <= at_ms + WHEEL_TICK_MS);
				now_ms += wait_ms;
			}
			assert_true(now_ms >= at_ms && now_ms <= at_ms + WHEEL_TICK_MS);
			assert_null(wheel_take(&w, now_ms + 1000000));
			assert_int_equal(wheel_wait_ms(&w, now_ms + 1000000), -1);
		}
}

static void many_that_are_set_and_taken_back_come_as_a_list_says(void **state)
{
	static struct wheel w;
	struct wheel_entry entries[COUNT] = {{0}};
	int64_t at_ms[COUNT] = {0}; /* 0: not set */
	int64_t now_ms = 5000;
	size_t came = 0;

	(void)state;
	srand(1);
	wheel_open(&w, now_ms);
	for (int round = 0; round < 50000; round++) {
		size_t i = (size_t)rand() % COUNT;
		struct wheel_entry *e;

		if (rand() % 3) {
			at_ms[i] = now_ms + rand() % (rand() % 20 ? 3000 : 90000);
			wheel_set(&w, &entries[i], at_ms[i]);
		} else {
			at_ms[i] = 0;
			wheel_cancel(&entries[i]);
		}
		now_ms += rand() % 100 ? rand() % 20 : rand() % 50000;
		while ((e = wheel_take(&w, now_ms)) != NULL) {
			i = (size_t)(e - entries);
			assert_true(at_ms[i] && at_ms[i] <= now_ms);
			at_ms[i] = 0;
			came++;
		}
		for (i = 0; i < COUNT; i++)
			assert_true(!at_ms[i] || at_ms[i] > now_ms - 2 * WHEEL_TICK_MS);
	}
	assert_true(came > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_deadline_comes_once_never_early_and_hardly_late),
	    cmocka_unit_test(many_that_are_set_and_taken_back_come_as_a_list_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
