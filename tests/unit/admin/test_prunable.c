/* Which decisions may go, and how that is printed. Nothing is deleted here. */
#include "admin/prunable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DAY PRUNE_DAY_MS
#define NOW INT64_C(1795537941072) /* 2026-11-24T16:32:21.072Z */

static struct err e;

static void an_age_is_a_day_a_time_or_a_number_of_days(void **state)
{
	struct prune_age age;

	(void)state;
	assert_int_equal(prune_age_read(&age, "1970-01-02", 0, &e), RC_OK);
	assert_true(age.has_before);
	assert_int_equal(age.before_ms, DAY);
	assert_int_equal(prune_age_read(&age, "1970-01-02T00:00:01.5Z", 0, &e), RC_OK);
	assert_int_equal(age.before_ms, DAY + 1500);
	assert_int_equal(prune_age_read(&age, "2026-11-24T16:32:21.072Z", 0, &e), RC_OK);
	assert_int_equal(age.before_ms, NOW);
	assert_int_equal(prune_age_read(&age, "2026-11-24 17:32:21.072+01", 0, &e), RC_OK);
	assert_int_equal(age.before_ms, NOW);
	assert_int_equal(prune_age_read(&age, NULL, 30, &e), RC_OK);
	assert_false(age.has_before);
	assert_int_equal(age.keep_days, 30);
}

static void any_other_age_is_refused(void **state)
{
	static const struct {
		const char *before;
		uint64_t keep_days;
	} wrong[] = {
	    {NULL, 0}, {"", 0}, {NULL, 29}, {"2026-11-24", 30}, {"2026-11-31", 0}, {"2026-11-2", 0},
	    {"24-11-2026", 0}, {"2026-11-24T13Z", 0}, {"2026-11-24Z", 0},
	    {"2026/11/24", 0}, {"1795537941", 0}, {"          ", 0},
	};
	struct prune_age age;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_int_equal(prune_age_read(&age, wrong[i].before, wrong[i].keep_days, &e), RC_USAGE);
		assert_int_equal(e.origin, FROM_SETTINGS);
	}
}

static void days_count_back_from_each_partitions_own_time(void **state)
{
	const struct prune_age age = {.keep_days = 31};
	struct prunable list[] = {
	    {.decided_until_ms = NOW, .answered = 5, .is_marked = true},
	    {.decided_until_ms = NOW - 100 * DAY, .answered = 0, .is_marked = true},
	    {.decided_until_ms = -1, .answered = 7, .is_marked = true},
	    {.decided_until_ms = NOW, .answered = -1},
	    {.decided_until_ms = NOW, .answered = 5},
	};

	(void)state;
	assert_int_equal(prune_age_apply(&age, list, 5, &e), RC_OK);
	assert_int_equal(list[0].state, PRUNE_UNFINISHED);
	assert_int_equal(list[0].before_ms, NOW - 31 * DAY);
	assert_int_equal(list[1].state, PRUNE_UNFINISHED);
	assert_int_equal(list[1].before_ms, NOW - 131 * DAY);
	assert_int_equal(list[2].state, PRUNE_UNDECIDED);
	assert_int_equal(list[3].state, PRUNE_UNANSWERED);
	assert_int_equal(list[4].state, PRUNE_UNMARKED);
}

static void a_time_is_taken_up_to_thirty_days_before_the_partitions_own(void **state)
{
	struct prune_age age = {.has_before = true, .before_ms = NOW - 30 * DAY};
	struct prunable list[] = {
	    {.decided_until_ms = NOW + 1, .answered = 5, .is_marked = true},
	    {.decided_until_ms = NOW, .answered = 5, .is_marked = true},
	    {.decided_until_ms = NOW - 1, .answered = -1}, /* left as it is, so it allows anything */
	    {.decided_until_ms = -1, .answered = -1},
	};

	(void)state;
	assert_int_equal(prune_age_apply(&age, list, 4, &e), RC_OK);
	assert_int_equal(list[0].before_ms, NOW - 30 * DAY);
	age.before_ms++;
	assert_int_equal(prune_age_apply(&age, list, 4, &e), RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
	assert_non_null(strstr(e.text, "--before must be 2026-10-25T16:32:21.072Z or earlier"));
}

static void what_was_done_is_printed_by_partition(void **state)
{
	static const struct prunable list[] = {
	    {.state = PRUNE_DONE, .answered = 812, .before_ms = NOW, .rows = 700},
	    {.state = PRUNE_UNFINISHED, .answered = 9, .before_ms = NOW, .rows = 1},
	    {.state = PRUNE_UNANSWERED, .answered = -1},
	    {.state = PRUNE_UNDECIDED, .answered = 0},
	    {.state = PRUNE_UNMARKED, .answered = 7},
	};
	struct buf text = {0};

	(void)state;
	prunable_print(list, 5, false, false, &text);
	assert_string_equal(
	    text.data,
	    "partition  before                      committed      deleted  state\n"
	    "        0  2026-11-24T16:32:21.072Z          812          700  done\n"
	    "        1  2026-11-24T16:32:21.072Z            9            1  not finished\n"
	    "        2  -                                  -1            0  left as it is: the group has "
	    "no committed offset\n"
	    "        3  -                                   0            0  nothing was decided yet\n"
	    "        4  -                                   7            0  left as it is: no worker has "
	    "set the group's offset\n");
	buf_clear(&text);
	prunable_print(list, 3, true, true, &text);
	assert_string_equal(
	    text.data,
	    "{\"is_dry_run\":true,\"partitions\":["
	    "{\"partition\":0,\"before\":\"2026-11-24T16:32:21.072Z\",\"committed\":812,\"rows\":700,"
	    "\"state\":\"done\"},"
	    "{\"partition\":1,\"before\":\"2026-11-24T16:32:21.072Z\",\"committed\":9,\"rows\":1,"
	    "\"state\":\"unfinished\"},"
	    "{\"partition\":2,\"before\":null,\"committed\":-1,\"rows\":0,\"state\":\"unanswered\"}]}\n");
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_age_is_a_day_a_time_or_a_number_of_days),
	    cmocka_unit_test(any_other_age_is_refused),
	    cmocka_unit_test(days_count_back_from_each_partitions_own_time),
	    cmocka_unit_test(a_time_is_taken_up_to_thirty_days_before_the_partitions_own),
	    cmocka_unit_test(what_was_done_is_printed_by_partition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
