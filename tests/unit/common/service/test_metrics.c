/* The registry of metrics and its page, with a table made here. */
#include "common/service/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PLAIN, TIMED, SIZED, BY_COLOUR, OWN, COUNT };

static const struct metrics_bounds time_bounds = {1000000, {1000, 2500, 30000000, 60000000}};
static const struct metrics_bounds size_bounds = {1, {1, 10000}};
static const char *const colours[] = {"red", "green"};

static void print_own(struct buf *text, const char *name)
{
	buf_print(text, "%s{a=\"b\"} 5\n", name);
}

static const struct metrics_samples plain = {0}, timed = {.bounds = &time_bounds},
                                    sized = {.bounds = &size_bounds},
                                    by_colour = {.label = "colour", .values = colours,
                                                 .cell_count = 2},
                                    own = {.print = print_own};

static const struct metrics_row rows[COUNT] = {
    [PLAIN] = {METRICS_COUNTER, "t_plain_total", "Plain.", &plain},
    [TIMED] = {METRICS_HISTOGRAM, "t_seconds", "Timed.", &timed},
    [SIZED] = {METRICS_HISTOGRAM, "t_size", "Sized.", &sized},
    [BY_COLOUR] = {METRICS_COUNTER, "t_colours_total", "By colour.", &by_colour},
    [OWN] = {METRICS_GAUGE, "t_own", "Own.", &own},
};

static struct buf text;

static int begin(void **state)
{
	(void)state;
	metrics_open("program=\"t\",version=\"1\"", rows, COUNT);
	return 0;
}

static int end(void **state)
{
	(void)state;
	metrics_close();
	buf_release(&text);
	return 0;
}

static const char *print(void)
{
	buf_clear(&text);
	metrics_print(&text);
	return buf_text(&text).data;
}

static void expect_line(const char *line)
{
	const char *found = strstr(print(), line);

	if (!found || (found != text.data && found[-1] != '\n') || found[strlen(line)] != '\n')
		fail_msg("no line %s in\n%s", line, print());
}

static void the_page_has_what_every_program_has_and_then_the_rows_in_their_order(void **state)
{
	(void)state;
	metrics_open("program=\"t\"", rows, 1);
	assert_string_equal(print(), "# HELP holdfast_build_info What runs: always 1.\n"
	                             "# TYPE holdfast_build_info gauge\n"
	                             "holdfast_build_info{program=\"t\"} 1\n"
	                             "# HELP t_plain_total Plain.\n"
	                             "# TYPE t_plain_total counter\n"
	                             "t_plain_total 0\n");
	metrics_open("program=\"t\"", NULL, 0);
	assert_string_equal(print(), "# HELP holdfast_build_info What runs: always 1.\n"
	                             "# TYPE holdfast_build_info gauge\n"
	                             "holdfast_build_info{program=\"t\"} 1\n");
}

static void counters_with_and_without_labels_count(void **state)
{
	(void)state;
	metrics_add(PLAIN, 0, 1);
	metrics_add(PLAIN, 0, 41);
	metrics_add(BY_COLOUR, 1, 7);
	assert_int_equal(metrics_count(PLAIN, 0), 42);
	expect_line("t_plain_total 42");
	expect_line("t_colours_total{colour=\"red\"} 0");
	expect_line("t_colours_total{colour=\"green\"} 7");
	expect_line("t_own{a=\"b\"} 5");
	expect_line("# TYPE t_own gauge");
	expect_line("# TYPE t_size histogram");
}

static void what_is_not_open_counts_nothing_and_what_was_closed_begins_at_nothing(void **state)
{
	uint64_t sum = 1;

	(void)state;
	metrics_add(PLAIN, 0, 1);
	metrics_observe(SIZED, 3);
	metrics_close();
	metrics_add(PLAIN, 0, 1);
	metrics_observe(SIZED, 3);
	assert_int_equal(metrics_count(PLAIN, 0), 0);
	assert_int_equal(metrics_observed(SIZED, &sum), 0);
	assert_int_equal(sum, 0);
	metrics_open("", rows, COUNT);
	assert_int_equal(metrics_count(PLAIN, 0), 0);
	assert_int_equal(metrics_observed(SIZED, NULL), 0);
}

static void a_bucket_takes_its_bound_and_the_next_what_is_above(void **state)
{
	uint64_t sum;

	(void)state;
	metrics_observe(TIMED, 0);
	metrics_observe(TIMED, -5); /* a clock that is behind */
	metrics_observe(TIMED, 1000);
	metrics_observe(TIMED, 1001);
	metrics_observe(TIMED, 2500);
	metrics_observe(TIMED, 60000000);
	metrics_observe(TIMED, 60000001);
	expect_line("t_seconds_bucket{le=\"0.001\"} 3");
	expect_line("t_seconds_bucket{le=\"0.0025\"} 5");
	expect_line("t_seconds_bucket{le=\"30\"} 5");
	expect_line("t_seconds_bucket{le=\"60\"} 6");
	expect_line("t_seconds_bucket{le=\"+Inf\"} 7");
	expect_line("t_seconds_count 7");
	expect_line("t_seconds_sum 120.004502");
	assert_int_equal(metrics_observed(TIMED, &sum), 7);
	assert_int_equal(sum, 120004502);
}

static void sizes_are_whole_numbers(void **state)
{
	(void)state;
	metrics_observe(SIZED, 1);
	metrics_observe(SIZED, 10000);
	metrics_observe(SIZED, 10001);
	expect_line("t_size_bucket{le=\"1\"} 1");
	expect_line("t_size_bucket{le=\"10000\"} 2");
	expect_line("t_size_bucket{le=\"+Inf\"} 3");
	expect_line("t_size_sum 20002");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(the_page_has_what_every_program_has_and_then_the_rows_in_their_order),
	    CASE(counters_with_and_without_labels_count),
	    CASE(what_is_not_open_counts_nothing_and_what_was_closed_begins_at_nothing),
	    CASE(a_bucket_takes_its_bound_and_the_next_what_is_above),
	    CASE(sizes_are_whole_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
