/* Paces and waits, from looks made here. */
#include "common/base/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct pace pace;
static int64_t now_ms, next, end;

static int begin(void **state)
{
	(void)state;
	pace = (struct pace){0};
	now_ms = 1000000;
	next = end = 0;
	return 0;
}

/* Time in steps: so many come, and so many at most are done. */
static void go_on(int steps, int64_t step_ms, int64_t come, int64_t done)
{
	for (int i = 0; i < steps; i++) {
		pace_look(&pace, now_ms, next, end);
		now_ms += step_ms;
		end += come;
		next = end - next > done ? next + done : end;
	}
	pace_look(&pace, now_ms, next, end);
}

static void expect_pace(double per_second)
{
	double found = pace_per_ms(&pace, now_ms) * 1000;

	if (found < per_second * 0.98 || found > per_second * 1.02)
		fail_msg("%g a second, expected %g", found, per_second);
}

static void nothing_is_known_before_two_looks(void **state)
{
	(void)state;
	assert_true(pace_per_ms(&pace, now_ms) <= 0);
	pace_look(&pace, now_ms, 0, 1000);
	assert_true(pace_per_ms(&pace, now_ms) <= 0);
	assert_int_equal(pace_wait_ms(0, now_ms, 0, 999, now_ms), -1);
}

/* The bursts of an on-sale: what was idle before is not in the pace. */
static void only_the_time_in_which_something_waited_counts(void **state)
{
	(void)state;
	go_on(40, 500, 1, 1000); /* a quiet hour: two a second come, and are done at once */
	end += 20000;
	go_on(4, 500, 0, 1000);
	expect_pace(2000);
	go_on(4, 500, 0, 1000);
	expect_pace(2000);
}

static void a_quiet_queue_is_no_slower_than_what_it_did(void **state)
{
	(void)state;
	go_on(20, 500, 50, 1000);
	expect_pace(100);
	now_ms += 20000;
	assert_true(pace_per_ms(&pace, now_ms) <= 0); /* and old looks say nothing */
}

static void the_latest_counts_most_and_what_is_older_than_the_window_not_at_all(void **state)
{
	double half;

	(void)state;
	end = 1000000;
	go_on(20, 500, 0, 1000);
	expect_pace(2000);
	go_on(10, 500, 0, 500);
	half = pace_per_ms(&pace, now_ms) * 1000;
	assert_true(half < 1500 && half > 1000); /* half of the time, more than half of the weight */
	go_on(11, 500, 0, 500);
	expect_pace(1000);
}

/* Who stands still is not given the pace of before for ever, nor that of none at once. */
static void a_stall_makes_the_pace_lower_and_then_unknown(void **state)
{
	double before, after;

	(void)state;
	end = 100000;
	go_on(10, 500, 0, 1000);
	before = pace_per_ms(&pace, now_ms);
	go_on(4, 500, 0, 0);
	after = pace_per_ms(&pace, now_ms);
	assert_true(after < before && after > before / 4);
	go_on(20, 500, 0, 0);
	assert_true(pace_per_ms(&pace, now_ms) <= 0);
}

/* One pause in a quiet time is not all that is known. */
static void a_short_pause_leaves_what_was_done_before(void **state)
{
	(void)state;
	go_on(10, 500, 50, 1000);
	end += 50;
	go_on(1, 500, 0, 0);
	assert_true(pace_per_ms(&pace, now_ms) * 1000 > 50);
}

static void looks_may_come_at_any_rate(void **state)
{
	(void)state;
	end = 1000000;
	go_on(3000, 10, 0, 20);
	expect_pace(2000);
	go_on(40, 1500, 0, 3000);
	expect_pace(2000);
}

static void what_is_known_of_the_end_later_makes_a_time_busy(void **state)
{
	(void)state;
	pace_look(&pace, 0, 0, 0);
	pace_see_end(&pace, 5000);
	pace_look(&pace, 500, 1000, 1100);
	pace_look(&pace, 1500, 1100, 1100); /* not busy to its end */
	now_ms = 1500;
	expect_pace(2000);
}

/* Offsets that go back are another topic or database: nothing of before counts. */
static void what_goes_back_begins_anew(void **state)
{
	(void)state;
	end = 100000;
	go_on(10, 500, 0, 1000);
	pace_look(&pace, now_ms + 500, 0, 1000);
	assert_int_equal(pace.count, 1);
}

static void a_wait_counts_from_the_look(void **state)
{
	(void)state;
	assert_int_equal(pace_wait_ms(2, 5000, 100, 299, 5000), 100);
	assert_int_equal(pace_wait_ms(2, 5000, 100, 299, 5040), 60);
	assert_int_equal(pace_wait_ms(2, 5000, 100, 299, 6000), 0); /* it should be by now */
	assert_int_equal(pace_wait_ms(2, 5000, 100, 99, 5000), 0);  /* it is */
	assert_int_equal(pace_wait_ms(0, 5000, 100, 99, 5000), 0);
	assert_int_equal(pace_wait_ms(0, 5000, 100, 100, 5000), -1);
}

#define TEST(f) cmocka_unit_test_setup(f, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(nothing_is_known_before_two_looks),
	    TEST(only_the_time_in_which_something_waited_counts),
	    TEST(a_quiet_queue_is_no_slower_than_what_it_did),
	    TEST(the_latest_counts_most_and_what_is_older_than_the_window_not_at_all),
	    TEST(a_stall_makes_the_pace_lower_and_then_unknown),
	    TEST(a_short_pause_leaves_what_was_done_before),
	    TEST(looks_may_come_at_any_rate),
	    TEST(what_is_known_of_the_end_later_makes_a_time_busy),
	    TEST(what_goes_back_begins_anew),
	    TEST(a_wait_counts_from_the_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
