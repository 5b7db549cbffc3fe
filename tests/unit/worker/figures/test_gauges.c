/* The offsets of partitions, from assignment to revocation. */
#include "worker/figures/gauges.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct buf text;

static int end(void **state)
{
	(void)state;
	gauges_close();
	buf_release(&text);
	return 0;
}

static const char *print(void)
{
	buf_clear(&text);
	gauges_print_offsets(&text, "offset");
	gauges_print_halted(&text, "halted");
	return buf_text(&text).data;
}

static size_t count_lines(const char *beginning)
{
	size_t count = 0;

	for (const char *at = print(); (at = strstr(at, beginning)); at++)
		count += at == text.data || at[-1] == '\n';
	return count;
}

static void expect_line(const char *line)
{
	const char *found = strstr(print(), line);

	if (!found || (found != text.data && found[-1] != '\n') || found[strlen(line)] != '\n')
		fail_msg("no line %s in\n%s", line, print());
}

static void a_partition_has_gauges_from_its_assignment_to_its_revocation(void **state)
{
	struct err e;

	(void)state;
	gauges_set_offset(0, OFFSET_END, 5); /* before it is known how many there are: nothing */
	assert_int_equal(gauges_open(3, &e), RC_OK);
	assert_int_equal(count_lines("offset{"), 0);
	gauges_set_halted(1, false);
	gauges_set_offset(1, OFFSET_DECIDED, 12);
	gauges_set_offset(1, OFFSET_REPLIED, 10);
	gauges_set_halted(2, true);
	gauges_set_offset(2, OFFSET_END, 7);
	gauges_set_offset(0, OFFSET_END, 7); /* nobody's */
	gauges_set_offset(3, OFFSET_END, 7); /* there is none such */
	gauges_set_offset(-1, OFFSET_END, 7);
	expect_line("offset{partition=\"1\",kind=\"decided\"} 12");
	expect_line("offset{partition=\"1\",kind=\"replied\"} 10");
	expect_line("offset{partition=\"2\",kind=\"end\"} 7");
	expect_line("halted{partition=\"1\"} 0");
	expect_line("halted{partition=\"2\"} 1");
	assert_int_equal(count_lines("offset{"), 3);
	assert_int_equal(count_lines("halted{"), 2);
	gauges_forget(1);
	gauges_set_offset(1, OFFSET_END, 9);
	assert_int_equal(count_lines("offset{partition=\"1\""), 0);
	assert_int_equal(count_lines("halted{partition=\"1\""), 0);
	assert_int_equal(count_lines("offset{partition=\"2\""), 1);
	gauges_set_halted(1, false); /* assigned again: nothing of before */
	assert_int_equal(count_lines("offset{partition=\"1\",kind=\"decided\"}"), 0);
}

static void the_lag_is_what_is_not_answered_of_partitions_with_gauges(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(gauges_lag(), 0);
	assert_int_equal(gauges_open(4, &e), RC_OK);
	for (int32_t p = 0; p < 3; p++) {
		gauges_set_halted(p, false);
		gauges_set_offset(p, OFFSET_REPLIED, 10);
	}
	gauges_set_offset(0, OFFSET_END, 15);
	gauges_set_offset(1, OFFSET_END, 10);
	gauges_set_offset(3, OFFSET_REPLIED, 0);
	gauges_set_offset(3, OFFSET_END, 100);
	assert_int_equal(gauges_lag(), 5);
}

/* What metrics say of the wait of a request that is appended now. */
static const char *print_wait(void)
{
	buf_clear(&text);
	gauges_print_waiting(&text, "waiting");
	gauges_print_wait(&text, "wait");
	return text.data ? text.data : "";
}

static void the_wait_is_told_by_the_pace_where_that_is_known(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(gauges_open(2, &e), RC_OK);
	gauges_look(1, 1000, false); /* nobody's */
	gauges_set_halted(1, false);
	gauges_look(1, 1000, false); /* no offsets yet */
	assert_string_equal(print_wait(), "");
	gauges_set_offset(1, OFFSET_DECIDED, 100);
	gauges_set_offset(1, OFFSET_END, 900);
	gauges_look(1, 1000, false);
	assert_string_equal(print_wait(), "waiting{partition=\"1\"} 800\n");
	gauges_set_offset(1, OFFSET_DECIDED, 300);
	gauges_look(1, 1250, false);
	assert_string_equal(print_wait(), "waiting{partition=\"1\"} 600\n"
	                                  "wait{partition=\"1\"} 0.751\n");
	gauges_look(1, 1500, true); /* what is left are markers */
	assert_string_equal(print_wait(), "waiting{partition=\"1\"} 0\nwait{partition=\"1\"} 0.000\n");
	gauges_set_offset(1, OFFSET_END, 1000);
	gauges_set_halted(1, true);
	gauges_look(1, 1750, false);
	assert_string_equal(print_wait(), "waiting{partition=\"1\"} 700\n");
	gauges_forget(1);
	assert_string_equal(print_wait(), "");
}

static void a_partition_beyond_those_of_the_database_is_a_surplus_one(void **state)
{
	struct buf printed = {0};
	struct err e;

	(void)state;
	assert_int_equal(gauges_open(4, &e), RC_OK);
	gauges_print_surplus(&printed, "surplus");
	gauges_see_partition(3);
	gauges_print_surplus(&printed, "surplus");
	gauges_see_partition(5);
	gauges_see_partition(4);
	gauges_print_surplus(&printed, "surplus");
	assert_string_equal(printed.data, "surplus 0\nsurplus 0\nsurplus 2\n");
	buf_release(&printed);
}

#define CASE(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_partition_has_gauges_from_its_assignment_to_its_revocation),
	    CASE(the_wait_is_told_by_the_pace_where_that_is_known),
	    CASE(a_partition_beyond_those_of_the_database_is_a_surplus_one),
	    CASE(the_lag_is_what_is_not_answered_of_partitions_with_gauges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
