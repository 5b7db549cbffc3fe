#include "worker/figures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/service/metrics.h"

#define ENTRIES 8

static struct entry entries[ENTRIES];
static struct batch batch = {.entries = entries, .count = ENTRIES};

static int begin(void **state)
{
	(void)state;
	metrics_open("holdfast-worker", true);
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
	return 0;
}

static uint64_t decisions(enum request_type type, enum outcome outcome)
{
	return metrics_count(METRIC_DECISIONS, METRIC_DECISION_CELL(type, outcome));
}

static void each_entry_of_the_part_counts_once_under_its_reply(void **state)
{
	uint64_t sum;

	(void)state;
	entries[0].decision.outcome = OUTCOME_NOT_DUE; /* not of the part */
	entries[3].decision.type = REQUEST_NONE;
	entries[3].decision.outcome = OUTCOME_INVALID_REQUEST;
	figures_decided(&batch, 1, 5, 1500);
	assert_int_equal(decisions(REQUEST_RESERVE, OUTCOME_RESERVED), 4);
	assert_int_equal(decisions(REQUEST_NONE, OUTCOME_INVALID_REQUEST), 1);
	assert_int_equal(decisions(REQUEST_RESERVE, OUTCOME_NOT_DUE), 0);
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
	assert_int_equal(decisions(REQUEST_RESERVE, OUTCOME_SEATS_TAKEN), 2);
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
	assert_int_equal(decisions(REQUEST_RESERVE, OUTCOME_RESERVED), 0);
}

static void the_log_gets_a_line_a_minute_and_only_where_something_was_decided(void **state)
{
	struct figures figures = {0};
	struct figures_line line;
	struct err e;

	(void)state;
	assert_int_equal(metrics_open_partitions(1, &e), RC_OK);
	metrics_set_halted(0, false);
	metrics_set_offset(0, OFFSET_REPLIED, 40);
	metrics_set_offset(0, OFFSET_END, 47);
	assert_false(figures_take(&figures, 1000, &line));
	entries[0].decision.outcome = OUTCOME_SEATS_TAKEN;
	entries[1].decision.outcome = OUTCOME_CONFIRMED_BEFORE;
	entries[1].decision.type = REQUEST_RELEASE;
	figures_decided(&batch, 0, ENTRIES, 1);
	figures_decided(&batch, 2, 1, 1);
	assert_false(figures_take(&figures, 1000 + FIGURES_MS - 1, &line));
	assert_true(figures_take(&figures, 1000 + FIGURES_MS, &line));
	assert_int_equal(line.decisions, ENTRIES + 1);
	assert_int_equal(line.accepted, ENTRIES - 1);
	assert_int_equal(line.refused, 2);
	assert_int_equal(line.batches, 2);
	assert_string_equal(line.mean_batch, "4.5");
	assert_int_equal(line.lag, 7);
	/* A quiet minute, then one with something in it, which counts what is new. */
	assert_false(figures_take(&figures, 1000 + 2 * FIGURES_MS, &line));
	figures_decided(&batch, 2, 3, 1);
	assert_false(figures_take(&figures, 1000 + 3 * FIGURES_MS - 1, &line));
	assert_true(figures_take(&figures, 1000 + 3 * FIGURES_MS, &line));
	assert_int_equal(line.decisions, 3);
	assert_int_equal(line.batches, 1);
	assert_string_equal(line.mean_batch, "3.0");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(each_entry_of_the_part_counts_once_under_its_reply),
	    CASE(a_conflict_is_a_reserve_refused_for_its_seats_and_a_repeat_is_none),
	    CASE(holds_that_lapsed_count_whoever_ended_them_their_lateness_where_an_expire_did),
	    CASE(answers_are_timed_from_the_append_and_replays_are_counted),
	    CASE(the_log_gets_a_line_a_minute_and_only_where_something_was_decided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
