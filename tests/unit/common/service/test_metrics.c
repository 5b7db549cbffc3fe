#include "common/service/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct buf text;

static int begin(void **state)
{
	(void)state;
	metrics_open("holdfast-worker", true);
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

static bool has_line(const char *line)
{
	const char *found = strstr(print(), line);

	return found && (found == text.data || found[-1] == '\n') && found[strlen(line)] == '\n';
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
	if (!has_line(line))
		fail_msg("no line %s in\n%s", line, print());
}

static void pairs_that_can_be_are_there_from_the_start_and_no_others(void **state)
{
	(void)state;
	expect_line("holdfast_decisions_total{type=\"reserve\",reason=\"SEATS_TAKEN\"} 0");
	expect_line("holdfast_decisions_total{type=\"none\",reason=\"INVALID_REQUEST\"} 0");
	expect_line("holdfast_decisions_total{type=\"expire\",reason=\"NOT_DUE\"} 0");
	assert_int_equal(count_lines("holdfast_decisions_total{type=\"cancel\",reason=\"RESERVED\"}"), 0);
	assert_int_equal(count_lines("holdfast_decisions_total{type=\"expire\",reason=\"IDEMP"), 0);
	/* One that nobody thought of is counted all the same. */
	metrics_add(METRIC_DECISIONS, METRIC_DECISION_CELL(REQUEST_CANCEL, OUTCOME_RESERVED), 3);
	expect_line("holdfast_decisions_total{type=\"cancel\",reason=\"RESERVED\"} 3");
}

static void one_reason_with_two_codes_is_one_series(void **state)
{
	(void)state;
	metrics_add(METRIC_DECISIONS, METRIC_DECISION_CELL(REQUEST_EXTEND, OUTCOME_CONFIRMED_BEFORE), 2);
	metrics_add(METRIC_DECISIONS, METRIC_DECISION_CELL(REQUEST_CONFIRM, OUTCOME_ALREADY_CONFIRMED),
	            5);
	expect_line("holdfast_decisions_total{type=\"extend\",reason=\"ALREADY_CONFIRMED\"} 2");
	expect_line("holdfast_decisions_total{type=\"confirm\",reason=\"ALREADY_CONFIRMED\"} 5");
	assert_int_equal(
	    count_lines("holdfast_decisions_total{type=\"extend\",reason=\"ALREADY_CONFIRMED\"}"), 1);
}

static void counters_with_and_without_labels_count(void **state)
{
	(void)state;
	metrics_add(METRIC_CONFLICTS, 0, 1);
	metrics_add(METRIC_CONFLICTS, 0, 41);
	metrics_add(METRIC_FENCED, FENCED_BY_KAFKA, 7);
	metrics_add(METRIC_PRODUCER_REBUILDS, REBUILT_TRANSPORT_ERROR, 1);
	assert_int_equal(metrics_count(METRIC_CONFLICTS, 0), 42);
	expect_line("holdfast_reservation_conflicts_total 42");
	expect_line("holdfast_fenced_total{by=\"kafka\"} 7");
	expect_line("holdfast_fenced_total{by=\"database\"} 0");
	expect_line("holdfast_producer_rebuilds_total{reason=\"transport_error\"} 1");
	expect_line("holdfast_producer_rebuilds_total{reason=\"not_committed\"} 0");
}

static void a_bucket_takes_its_bound_and_the_next_what_is_above(void **state)
{
	uint64_t sum;

	(void)state;
	metrics_observe(METRIC_DECISION_SECONDS, 0);
	metrics_observe(METRIC_DECISION_SECONDS, -5); /* a clock that is behind */
	metrics_observe(METRIC_DECISION_SECONDS, 1000);
	metrics_observe(METRIC_DECISION_SECONDS, 1001);
	metrics_observe(METRIC_DECISION_SECONDS, 2500);
	metrics_observe(METRIC_DECISION_SECONDS, 60000000);
	metrics_observe(METRIC_DECISION_SECONDS, 60000001);
	expect_line("holdfast_decision_seconds_bucket{le=\"0.001\"} 3");
	expect_line("holdfast_decision_seconds_bucket{le=\"0.0025\"} 5");
	expect_line("holdfast_decision_seconds_bucket{le=\"30\"} 5");
	expect_line("holdfast_decision_seconds_bucket{le=\"60\"} 6");
	expect_line("holdfast_decision_seconds_bucket{le=\"+Inf\"} 7");
	expect_line("holdfast_decision_seconds_count 7");
	expect_line("holdfast_decision_seconds_sum 120.004502");
	assert_int_equal(metrics_observed(METRIC_DECISION_SECONDS, &sum), 7);
	assert_int_equal(sum, 120004502);
}

static void sizes_are_whole_numbers(void **state)
{
	(void)state;
	metrics_observe(METRIC_BATCH_SIZE, 1);
	metrics_observe(METRIC_BATCH_SIZE, 10000);
	metrics_observe(METRIC_BATCH_SIZE, 10001);
	expect_line("holdfast_batch_size_bucket{le=\"1\"} 1");
	expect_line("holdfast_batch_size_bucket{le=\"10000\"} 2");
	expect_line("holdfast_batch_size_bucket{le=\"+Inf\"} 3");
	expect_line("holdfast_batch_size_sum 20002");
}

static void a_partition_has_gauges_from_its_assignment_to_its_revocation(void **state)
{
	struct err e;

	(void)state;
	metrics_set_offset(0, OFFSET_END, 5); /* before it is known how many there are: nothing */
	assert_int_equal(metrics_open_partitions(3, &e), RC_OK);
	assert_int_equal(count_lines("holdfast_partition_offset{"), 0);
	metrics_set_halted(1, false);
	metrics_set_offset(1, OFFSET_DECIDED, 12);
	metrics_set_offset(1, OFFSET_REPLIED, 10);
	metrics_set_halted(2, true);
	metrics_set_offset(2, OFFSET_END, 7);
	metrics_set_offset(0, OFFSET_END, 7);          /* nobody's */
	metrics_set_offset(3, OFFSET_END, 7);          /* there is none such */
	metrics_set_offset(-1, OFFSET_END, 7);
	expect_line("holdfast_partition_offset{partition=\"1\",kind=\"decided\"} 12");
	expect_line("holdfast_partition_offset{partition=\"1\",kind=\"replied\"} 10");
	expect_line("holdfast_partition_offset{partition=\"2\",kind=\"end\"} 7");
	expect_line("holdfast_partition_halted{partition=\"1\"} 0");
	expect_line("holdfast_partition_halted{partition=\"2\"} 1");
	assert_int_equal(count_lines("holdfast_partition_offset{"), 3);
	assert_int_equal(count_lines("holdfast_partition_halted{"), 2);
	metrics_forget_partition(1);
	metrics_set_offset(1, OFFSET_END, 9);
	assert_int_equal(count_lines("holdfast_partition_offset{partition=\"1\""), 0);
	assert_int_equal(count_lines("holdfast_partition_halted{partition=\"1\""), 0);
	assert_int_equal(count_lines("holdfast_partition_offset{partition=\"2\""), 1);
	metrics_set_halted(1, false); /* assigned again: nothing of before */
	assert_int_equal(count_lines("holdfast_partition_offset{partition=\"1\",kind=\"decided\"}"), 0);
}

static void the_lag_is_what_is_not_answered_of_partitions_with_gauges(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(metrics_lag(), 0);
	assert_int_equal(metrics_open_partitions(4, &e), RC_OK);
	for (int32_t p = 0; p < 3; p++) {
		metrics_set_halted(p, false);
		metrics_set_offset(p, OFFSET_REPLIED, 10);
	}
	metrics_set_offset(0, OFFSET_END, 15);
	metrics_set_offset(1, OFFSET_END, 10);
	metrics_set_offset(3, OFFSET_REPLIED, 0);
	metrics_set_offset(3, OFFSET_END, 100);
	assert_int_equal(metrics_lag(), 5);
}

static void a_program_without_lanes_says_what_runs_and_no_more(void **state)
{
	(void)state;
	metrics_open("holdfast-expirer", false);
	assert_int_equal(count_lines("holdfast_"), 1);
	assert_int_equal(count_lines("# TYPE "), 1);
	assert_int_equal(
	    count_lines("holdfast_build_info{program=\"holdfast-expirer\",version=\"" HOLDFAST_VERSION
	                "\",librdkafka=\""), 1);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The name and labels of a sample: all before its value. */
static void no_series_is_there_twice_and_none_has_a_foreign_label(void **state)
{
	static char *lines[2000];
	size_t count = 0;
	char *rest = NULL, *copy;
	struct err e;

	(void)state;
	for (unsigned type = 0; type < REQUEST_TYPE_COUNT; type++)
		for (unsigned o = 0; o < OUTCOME_COUNT; o++)
			metrics_add(METRIC_DECISIONS, METRIC_DECISION_CELL(type, o), 1);
	assert_int_equal(metrics_open_partitions(8, &e), RC_OK);
	for (int32_t p = 0; p < 8; p++) {
		metrics_set_halted(p, false);
		for (int kind = 0; kind < OFFSET_KINDS; kind++)
			metrics_set_offset(p, (enum metric_offset)kind, 1);
	}
	copy = strdup(print());
	for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (line[0] == '#')
			continue;
		*strrchr(line, ' ') = '\0';
		lines[count++] = line;
		for (char *label = strchr(line, '{'); label; label = strchr(label + 1, ',')) {
			static const char *const known[] = {"type", "reason", "by", "partition", "kind", "le",
			                                    "program", "version", "librdkafka"};
			bool is_known = false;

			for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
				is_known |= !strncmp(label + 1, known[k], strlen(known[k])) &&
				            label[1 + strlen(known[k])] == '=';
			if (!is_known)
				fail_msg("%s", line);
		}
	}
	qsort(lines, count, sizeof lines[0], compare_lines);
	assert_true(count > 300);
	for (size_t i = 1; i < count; i++)
		if (!strcmp(lines[i - 1], lines[i]))
			fail_msg("twice: %s", lines[i]);
	free(copy);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(pairs_that_can_be_are_there_from_the_start_and_no_others),
	    CASE(one_reason_with_two_codes_is_one_series),
	    CASE(counters_with_and_without_labels_count),
	    CASE(a_bucket_takes_its_bound_and_the_next_what_is_above),
	    CASE(sizes_are_whole_numbers),
	    CASE(a_partition_has_gauges_from_its_assignment_to_its_revocation),
	    CASE(the_lag_is_what_is_not_answered_of_partitions_with_gauges),
	    CASE(a_program_without_lanes_says_what_runs_and_no_more),
	    CASE(no_series_is_there_twice_and_none_has_a_foreign_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
