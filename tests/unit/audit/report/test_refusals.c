/*
 * Of a seat the first refusals and the last ones are told, the others counted; and fewer where the
 * report would become too large. From records folded here.
 */
#include "audit/report/refusals.h"

#include "tests/unit/audit/report/story_help.h"

#define QUOTA (REFUSALS_FIRST + REFUSALS_LAST)

static struct outline outline;
static struct refusals refusals;

static void reserve(int64_t t_ms, const char *seats)
{
	char more[100];

	snprintf(more, sizeof more, ",\"session_id\":\"s%d\",\"seat_ids\":[%s]", (int)next_offset, seats);
	ask(t_ms, "reserve", more);
}

static int begin(void **state)
{
	(void)state;
	story_begin();
	reserve(0, "\"A\",\"B\"");
	return 0;
}

static int end(void **state)
{
	(void)state;
	refusals_release(&refusals);
	outline_release(&outline);
	story_end();
	return 0;
}

static void make(size_t bytes_max)
{
	assert_true(outline_make(&outline, story));
	assert_true(refusals_make(&refusals, &outline, bytes_max));
}

static void as_many_as_the_quota_are_all_told(void **state)
{
	(void)state;
	for (int i = 0; i < QUOTA; i++)
		reserve(i, "\"A\"");
	make(REFUSALS_BYTES_MAX);
	assert_int_equal(refusals.told_count, QUOTA);
	assert_int_equal(refusals.untold_extent.count, 0);
	assert_int_equal(refusals.ids.bytes, QUOTA * 32);
}

static void one_more_is_counted_in_its_second(void **state)
{
	(void)state;
	for (int i = 0; i < QUOTA + 3; i++)
		reserve(10 * i, "\"A\"");
	make(REFUSALS_BYTES_MAX);
	assert_int_equal(refusals.told_count, QUOTA);
	/* The 201st, at 2.000 s, and two more. */
	assert_int_equal(refusals.untold_extent.count, 1);
	assert_int_equal(refusals.untold[0].seat, 0);
	assert_int_equal(refusals.untold[0].count, 3);
	assert_int_equal(refusals.untold[0].second, T0 / 1000 + 2);
}

static void it_is_told_of_the_seats_whose_quota_it_is_in(void **state)
{
	/* offset and time behind the first request, number and seats: A and C; B alone. */
	static const unsigned char data[] = {3, 5, 2, 0, 4, 1, 7, 1, 1};

	(void)state;
	reserve(5, "\"C\",\"A\"");
	reserve(12, "\"B\"");
	make(REFUSALS_BYTES_MAX);
	assert_int_equal(refusals.told_count, 2);
	assert_int_equal(refusals.data.bytes, sizeof data);
	assert_memory_equal(refusals.data.data, data, sizeof data);
	assert_int_equal(refusals.outcome_count, 1);
	assert_int_equal(refusals.outcomes[0], OUTCOME_SEATS_TAKEN);
}

static void what_is_not_of_a_seat_is_no_refusal_of_one(void **state)
{
	(void)state;
	reserve(1, "\"none\"");
	reserve(2, "\"C\"");
	make(REFUSALS_BYTES_MAX);
	assert_int_equal(refusals.told_count, 0);
}

static void too_many_bytes_reduce_the_quota_until_they_fit(void **state)
{
	size_t whole, counted = 0;

	(void)state;
	for (int i = 0; i < 2 * QUOTA; i++)
		reserve(i, "\"A\"");
	make(REFUSALS_BYTES_MAX);
	whole = refusals.data.bytes * 4 / 3 + refusals.ids.bytes;
	assert_int_equal(refusals.first, REFUSALS_FIRST);
	refusals_release(&refusals);
	outline_release(&outline);
	make(whole); /* exactly as many */
	assert_int_equal(refusals.first, REFUSALS_FIRST);
	refusals_release(&refusals);
	outline_release(&outline);
	make(whole - 1);
	assert_int_equal(refusals.first, REFUSALS_FIRST * 3 / 4);
	assert_int_equal(refusals.last, REFUSALS_LAST * 3 / 4);
	assert_int_equal(refusals.told_count, refusals.first + refusals.last);
	for (size_t i = 0; i < refusals.untold_extent.count; i++)
		counted += refusals.untold[i].count;
	assert_int_equal(refusals.told_count + counted, 2 * QUOTA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(as_many_as_the_quota_are_all_told, begin, end),
	    cmocka_unit_test_setup_teardown(one_more_is_counted_in_its_second, begin, end),
	    cmocka_unit_test_setup_teardown(it_is_told_of_the_seats_whose_quota_it_is_in, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_not_of_a_seat_is_no_refusal_of_one, begin, end),
	    cmocka_unit_test_setup_teardown(too_many_bytes_reduce_the_quota_until_they_fit, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
