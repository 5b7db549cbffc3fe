/* Buckets and percentiles, exact to one part in 64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "producer/load/histogram.h"

static struct histogram h;

static int set_up(void **state)
{
	(void)state;
	memset(&h, 0, sizeof h);
	return 0;
}

static void an_empty_one_has_no_values(void **state)
{
	(void)state;
	assert_int_equal(histogram_percentile(&h, 50), 0);
	assert_int_equal(histogram_percentile(&h, 100), 0);
	assert_true(histogram_mean(&h) == 0);
}

static void one_value_is_every_percentile(void **state)
{
	(void)state;
	histogram_add(&h, 123456);
	assert_int_equal(histogram_percentile(&h, 0), 123456);
	assert_int_equal(histogram_percentile(&h, 50), 123456);
	assert_int_equal(histogram_percentile(&h, 100), 123456);
}

static void values_below_128_are_exact(void **state)
{
	(void)state;
	for (uint64_t v = 0; v < 128; v++)
		histogram_add(&h, v);
	for (int i = 0; i < 128; i++) {
		assert_int_equal(histogram_bucket_max(i), i);
		assert_int_equal(h.counts[i], 1);
	}
	assert_int_equal(histogram_percentile(&h, 50), 63);
	assert_int_equal(histogram_percentile(&h, 99), 126);
}

/* Every value lies in the bucket whose bounds hold it, and these are a 64th apart at most. */
static void each_value_is_known_to_one_part_in_64(void **state)
{
	(void)state;
	for (uint64_t v = 1; v < HISTOGRAM_VALUE_MAX / 3; v = v * 3 + 1) {
		for (uint64_t near = v > 1 ? v - 1 : 0; near <= v + 1; near++) {
			uint64_t upper;

			memset(&h, 0, sizeof h);
			histogram_add(&h, near);
			histogram_add(&h, HISTOGRAM_VALUE_MAX); /* or the percentile is cut to the largest */
			upper = histogram_percentile(&h, 50);
			assert_true(upper >= near);
			assert_true(upper - near <= near / 64);
		}
	}
}

static void buckets_follow_each_other_without_a_gap(void **state)
{
	(void)state;
	for (int i = 1; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t first = histogram_bucket_max(i - 1) + 1;

		memset(&h, 0, sizeof h);
		histogram_add(&h, first);
		histogram_add(&h, histogram_bucket_max(i));
		assert_int_equal(h.counts[i], 2);
	}
	assert_int_equal(histogram_bucket_max(HISTOGRAM_BUCKETS - 1), HISTOGRAM_VALUE_MAX);
}

static void a_value_past_the_limit_counts_as_the_limit(void **state)
{
	(void)state;
	histogram_add(&h, HISTOGRAM_VALUE_MAX);
	histogram_add(&h, HISTOGRAM_VALUE_MAX + 1);
	histogram_add(&h, UINT64_MAX);
	assert_int_equal(h.counts[HISTOGRAM_BUCKETS - 1], 3);
	assert_int_equal(histogram_percentile(&h, 100), HISTOGRAM_VALUE_MAX);
}

static void percentiles_count_the_values_not_above(void **state)
{
	(void)state;
	for (int i = 0; i < 990; i++)
		histogram_add(&h, 10);
	for (int i = 0; i < 9; i++)
		histogram_add(&h, 100);
	histogram_add(&h, 5000);
	assert_int_equal(histogram_percentile(&h, 50), 10);
	assert_int_equal(histogram_percentile(&h, 99), 10);
	assert_int_equal(histogram_percentile(&h, 99.1), 100);
	assert_int_equal(histogram_percentile(&h, 99.9), 100);
	assert_int_equal(histogram_percentile(&h, 99.91), 5000);
	assert_int_equal(histogram_percentile(&h, 100), 5000);
	assert_true(histogram_mean(&h) > 15.79 && histogram_mean(&h) < 15.81);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(an_empty_one_has_no_values, set_up),
	    cmocka_unit_test_setup(one_value_is_every_percentile, set_up),
	    cmocka_unit_test_setup(values_below_128_are_exact, set_up),
	    cmocka_unit_test_setup(each_value_is_known_to_one_part_in_64, set_up),
	    cmocka_unit_test_setup(buckets_follow_each_other_without_a_gap, set_up),
	    cmocka_unit_test_setup(a_value_past_the_limit_counts_as_the_limit, set_up),
	    cmocka_unit_test_setup(percentiles_count_the_values_not_above, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
