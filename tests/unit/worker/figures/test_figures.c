/* What a worker counts where, how it is printed, and the line of the log. */
#include "worker/figures/figures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "worker/figures/gauges.h"

#define ENTRIES 8

static struct entry entries[ENTRIES];
static struct buf text;
static struct batch batch = {.entries = entries, .count = ENTRIES};

static int begin(void **state)
{
	(void)state;
	metrics_open("program=\"p\"", figures_rows, METRIC_COUNT);
	for (int i = 0; i < ENTRIES; i++)
		entries[i] = (struct entry){.decision = {.outcome = OUTCOME_RESERVED,
		                                         .type = REQUEST_RESERVE,
		                                         .duplicate_of = NOT_A_DUPLICATE}};
	return 0;
}

static int end(void **state)
{
	(void)state;
	metrics_close();
	gauges_close();
	buf_release(&text);
	return 0;
}

static void each_entry_of_the_part_counts_once_under_its_reply(void **state)
{
	uint64_t sum;

	(void)state;
	entries[0].decision.outcome = OUTCOME_NOT_DUE; /* not of the part */
	entries[3].decision.type = REQUEST_NONE;
	entries[3].decision.outcome = OUTCOME_INVALID_REQUEST;
	figures_decided(&batch, 1, 5, 1500);
	assert_int_equal(figures_decisions(REQUEST_RESERVE, OUTCOME_RESERVED), 4);
	assert_int_equal(figures_decisions(REQUEST_NONE, OUTCOME_INVALID_REQUEST), 1);
	assert_int_equal(figures_decisions(REQUEST_RESERVE, OUTCOME_NOT_DUE), 0);
	assert_int_equal(metrics_observed(METRIC_BATCH_SIZE, &sum), 1);
	assert_int_equal(sum, 5);
	assert_int_equal(metrics_observed(METRIC_DB_TRANSACTION_SECONDS, &sum), 1);
	assert_int_equal(sum, 1500);
}

static void a_conflict_is_a_reserve_refused_for_its_seats_and_a_repeat_is_none(void **state)
{
	(void)state;
	entries[0].decision.outcome = OUTCOME_SEATS_TAKEN;
	entries[1].decision.outcome = OUTCOME_SEATS_TAKEN;
	entries[1].decision.duplicate_of = 0;
	entries[2].decision.outcome = OUTCOME_HOLD_EXPIRED;
	entries[2].decision.type = REQUEST_CONFIRM;
	entries[3].decision.outcome = OUTCOME_ALREADY_RESERVED;
	figures_decided(&batch, 0, ENTRIES, 1);
	assert_int_equal(metrics_count(METRIC_CONFLICTS, 0), 1);
	assert_int_equal(figures_decisions(REQUEST_RESERVE, OUTCOME_SEATS_TAKEN), 2);
}

static void holds_that_lapsed_count_whoever_ended_them_their_lateness_where_an_expire_did(void **state)
{
	uint64_t sum;

	(void)state;
	entries[0].decision.holds_expired = 3; /* a reserve that takes the seats of three */
	entries[1].decision.type = REQUEST_EXPIRE;
	entries[1].decision.outcome = OUTCOME_EXPIRED;
	entries[1].decision.holds_expired = 1;
	entries[1].decision.late_ms = 250;
	entries[2].decision.type = REQUEST_EXPIRE;
	entries[2].decision.outcome = OUTCOME_NOTHING_HELD;
	figures_decided(&batch, 0, ENTRIES, 1);
	assert_int_equal(metrics_count(METRIC_EXPIRATIONS, 0), 4);
	assert_int_equal(metrics_observed(METRIC_EXPIRY_LATENESS_SECONDS, &sum), 1);
	assert_int_equal(sum, 250000);
}

static void answers_are_timed_from_the_append_and_replays_are_counted(void **state)
{
	uint64_t sum;

	(void)state;
	for (int i = 0; i < ENTRIES; i++)
		entries[i].record.timestamp_ms = clock_wall_ms() - 7000;
	entries[2].record.timestamp_ms += 3600000; /* a broker whose clock is ahead */
	figures_answered(&batch, 2, 3, 2);
	figures_published(900);
	assert_int_equal(metrics_observed(METRIC_DECISION_SECONDS, &sum), 3);
	assert_in_range(sum, 2 * 7000000, 2 * 3600000000);
	assert_int_equal(metrics_count(METRIC_REPLAYED_REPLIES, 0), 2);
	assert_int_equal(metrics_observed(METRIC_KAFKA_TRANSACTION_SECONDS, &sum), 1);
	assert_int_equal(sum, 900);
	assert_int_equal(figures_decisions(REQUEST_RESERVE, OUTCOME_RESERVED), 0);
}

static void the_log_gets_a_line_a_minute_and_only_where_there_is_something_to_say(void **state)
{
	struct figures figures = {0};
	struct figures_line line;
	struct err e;

	(void)state;
	assert_int_equal(gauges_open(1, &e), RC_OK);
	gauges_set_halted(0, false);
	gauges_set_offset(0, OFFSET_REPLIED, 40);
	gauges_set_offset(0, OFFSET_END, 47);
	assert_false(figures_take(&figures, 1000, true, &line));
	entries[0].decision.outcome = OUTCOME_SEATS_TAKEN;
	entries[1].decision.outcome = OUTCOME_CONFIRMED_BEFORE;
	entries[1].decision.type = REQUEST_RELEASE;
	figures_decided(&batch, 0, ENTRIES, 1);
	figures_decided(&batch, 2, 1, 1);
	assert_false(figures_take(&figures, 1000 + FIGURES_MS - 1, true, &line));
	assert_true(figures_take(&figures, 1000 + FIGURES_MS, true, &line));
	assert_int_equal(line.decisions, ENTRIES + 1);
	assert_int_equal(line.accepted, ENTRIES - 1);
	assert_int_equal(line.refused, 2);
	assert_int_equal(line.batches, 2);
	assert_string_equal(line.mean_batch, "4.5");
	assert_int_equal(line.lag, 7);
	/* A quiet minute, then one with something in it, which counts what is new. */
	gauges_set_offset(0, OFFSET_REPLIED, 47);
	assert_false(figures_take(&figures, 1000 + 2 * FIGURES_MS, true, &line));
	figures_decided(&batch, 2, 3, 1);
	assert_false(figures_take(&figures, 1000 + 3 * FIGURES_MS - 1, true, &line));
	assert_true(figures_take(&figures, 1000 + 3 * FIGURES_MS, true, &line));
	assert_int_equal(line.decisions, 3);
	assert_int_equal(line.batches, 1);
	assert_string_equal(line.mean_batch, "3.0");
	/* Nothing is decided, which says little unless it is told what is in the way. */
	assert_true(figures_take(&figures, 1000 + 4 * FIGURES_MS, false, &line));
	assert_int_equal(line.decisions, 0);
	gauges_set_offset(0, OFFSET_END, 48);
	assert_true(figures_take(&figures, 1000 + 5 * FIGURES_MS, true, &line));
	assert_int_equal(line.lag, 1);
}

/* ---- the page ---- */

static const char *print(void)
{
	buf_clear(&text);
	metrics_print(&text);
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

static void count(enum request_type type, enum outcome outcome, int times)
{
	entries[0].decision.type = type;
	entries[0].decision.outcome = outcome;
	for (int i = 0; i < times; i++)
		figures_decided(&batch, 0, 1, 0);
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
	count(REQUEST_CANCEL, OUTCOME_RESERVED, 3);
	expect_line("holdfast_decisions_total{type=\"cancel\",reason=\"RESERVED\"} 3");
}

static void one_reason_with_two_codes_is_one_series(void **state)
{
	(void)state;
	count(REQUEST_EXTEND, OUTCOME_CONFIRMED_BEFORE, 2);
	count(REQUEST_CONFIRM, OUTCOME_ALREADY_CONFIRMED, 5);
	expect_line("holdfast_decisions_total{type=\"extend\",reason=\"ALREADY_CONFIRMED\"} 2");
	expect_line("holdfast_decisions_total{type=\"confirm\",reason=\"ALREADY_CONFIRMED\"} 5");
	assert_int_equal(
	    count_lines("holdfast_decisions_total{type=\"extend\",reason=\"ALREADY_CONFIRMED\"}"), 1);
}

static void counters_of_the_lanes_have_their_labels(void **state)
{
	(void)state;
	metrics_add(METRIC_CONFLICTS, 0, 42);
	metrics_add(METRIC_FENCED, FENCED_BY_KAFKA, 7);
	metrics_add(METRIC_PRODUCER_REBUILDS, REBUILT_TRANSPORT_ERROR, 1);
	expect_line("holdfast_reservation_conflicts_total 42");
	expect_line("holdfast_fenced_total{by=\"kafka\"} 7");
	expect_line("holdfast_fenced_total{by=\"database\"} 0");
	expect_line("holdfast_producer_rebuilds_total{reason=\"transport_error\"} 1");
	expect_line("holdfast_producer_rebuilds_total{reason=\"not_committed\"} 0");
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The name and labels of a sample: all before its value. */
static void no_series_is_there_twice_and_none_has_a_foreign_label(void **state)
{
	static char *lines[2000];
	size_t line_count = 0;
	char *rest = NULL, *copy;
	struct err e;

	(void)state;
	for (unsigned type = 0; type < REQUEST_TYPE_COUNT; type++)
		for (unsigned o = 0; o < OUTCOME_COUNT; o++)
			count((enum request_type)type, (enum outcome)o, 1);
	assert_int_equal(gauges_open(8, &e), RC_OK);
	for (int32_t p = 0; p < 8; p++) {
		gauges_set_halted(p, false);
		for (int kind = 0; kind < OFFSET_KINDS; kind++)
			gauges_set_offset(p, (enum gauge_offset)kind, 1);
	}
	copy = strdup(print());
	for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (line[0] == '#')
			continue;
		*strrchr(line, ' ') = '\0';
		lines[line_count++] = line;
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
	qsort(lines, line_count, sizeof lines[0], compare_lines);
	assert_true(line_count > 300);
	for (size_t i = 1; i < line_count; i++)
		if (!strcmp(lines[i - 1], lines[i]))
			fail_msg("twice: %s", lines[i]);
	free(copy);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(each_entry_of_the_part_counts_once_under_its_reply),
	    CASE(a_conflict_is_a_reserve_refused_for_its_seats_and_a_repeat_is_none),
	    CASE(holds_that_lapsed_count_whoever_ended_them_their_lateness_where_an_expire_did),
	    CASE(answers_are_timed_from_the_append_and_replays_are_counted),
	    CASE(the_log_gets_a_line_a_minute_and_only_where_there_is_something_to_say),
	    CASE(pairs_that_can_be_are_there_from_the_start_and_no_others),
	    CASE(one_reason_with_two_codes_is_one_series),
	    CASE(counters_of_the_lanes_have_their_labels),
	    CASE(no_series_is_there_twice_and_none_has_a_foreign_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
