/* How a lane stands, and who waits for it. No lane runs. */
#include "worker/lane/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/base/clock.h"

#define LONG_MS 30000
#define SHORT_MS 20

static struct state a_state;

static int begin(void **state)
{
	(void)state;
	state_open(&a_state);
	return 0;
}

static int end(void **state)
{
	(void)state;
	state_close(&a_state);
	return 0;
}

static void expect_description(const char *line)
{
	struct buf lines = {0};

	state_describe(&a_state, 3, &lines);
	assert_string_equal(buf_text(&lines).bytes ? buf_text(&lines).data : "", line);
	buf_release(&lines);
}

static void *serve_then_halt(void *unused)
{
	const struct err why = {.text = "rows are gone"};

	state_set(&a_state, LANE_SERVING, 17);
	(void)state_halt(&a_state, 18, &why);
	state_explain_halt(&a_state, why.text, 0);
	state_set(&a_state, LANE_HALTED, 18);
	return unused;
}

static void who_waits_sees_the_state_and_where_it_starts(void **state)
{
	int64_t start_offset = -1;
	pthread_t thread;

	(void)state;
	assert_int_equal(state_wait(&a_state, clock_monotonic_ms() + SHORT_MS, &start_offset),
	                 LANE_ACQUIRING);
	assert_false(state_has_ended(&a_state, clock_monotonic_ms() + SHORT_MS));
	assert_int_equal(pthread_create(&thread, NULL, serve_then_halt, NULL), 0);
	assert_true(state_has_ended(&a_state, clock_monotonic_ms() + LONG_MS));
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(state_wait(&a_state, 0, &start_offset), LANE_HALTED);
	assert_int_equal(start_offset, 18);
	assert_int_equal(a_state.halt.offset, 18);
	expect_description("partition 3 halted: rows are gone\n");
}

static void only_a_lane_that_acquires_leaves_the_assignment(void **state)
{
	int64_t start_offset;

	(void)state;
	expect_description("partition 3 is not acquired yet\n");
	state_leaves_assignment(&a_state, NEEDS_DATABASE, 5);
	assert_int_equal(state_wait(&a_state, 0, &start_offset), LANE_SERVING);
	assert_int_equal(start_offset, 5);
	expect_description("partition 3 waits for the database\n");
	state_leaves_assignment(&a_state, NEEDS_KAFKA, 6);
	assert_int_equal(state_wait(&a_state, 0, &start_offset), LANE_SERVING);
	assert_int_equal(start_offset, 5);
	expect_description("partition 3 waits for Kafka\n");
	state_goes_on(&a_state);
	expect_description("");
}

static void a_stop_ends_a_pause(void **state)
{
	struct backoff backoff = {.first_ms = LONG_MS, .limit_ms = LONG_MS};
	int64_t from_ms = clock_monotonic_ms();

	(void)state;
	state_ask_to_stop(&a_state);
	assert_true(state_is_asked_to_stop(&a_state));
	state_pause(&a_state, &backoff, NEEDS_PARTITION);
	assert_true(clock_monotonic_ms() - from_ms < LONG_MS / 2);
}

static void a_halt_that_is_tried_again_says_when_and_is_no_end(void **state)
{
	(void)state;
	state_set(&a_state, LANE_SERVING, 17);
	state_explain_halt(&a_state, "no right", 1764446400000);
	state_set(&a_state, LANE_HALTED, 17);
	expect_description("partition 3 halted: no right; tried again at 2025-11-29T20:00:00.000Z\n");
	assert_false(state_has_ended(&a_state, clock_monotonic_ms() + SHORT_MS));
	state_explain_halt(&a_state, "no right", 0);
	expect_description("partition 3 halted: no right\n");
	assert_true(state_has_ended(&a_state, clock_monotonic_ms() + SHORT_MS));
}

static void who_cannot_read_requests_says_so_until_they_could_be_read(void **state)
{
	const struct err why = {.text = "reading requests: no right"};
	int64_t said_ms, before_ms = state_heard_ms(&a_state);

	(void)state;
	state_set(&a_state, LANE_SERVING, 17);
	state_is_deaf(&a_state, NULL);
	expect_description("");
	state_is_deaf(&a_state, &why);
	expect_description("partition 3 waits for Kafka: reading requests: no right\n");
	said_ms = a_state.deaf_said_ms;
	assert_true(said_ms > 0);
	/* Nothing new is heard of it: it stays, and after a while is said again. */
	state_is_deaf(&a_state, NULL);
	assert_true(state_cannot_hear(&a_state) && a_state.deaf_said_ms == said_ms);
	a_state.deaf_said_ms = said_ms - STATE_DEAF_SAY_MS;
	state_is_deaf(&a_state, NULL);
	assert_true(a_state.deaf_said_ms >= said_ms);
	clock_sleep_ms(2);
	state_hears(&a_state);
	assert_false(state_cannot_hear(&a_state));
	assert_true(state_heard_ms(&a_state) > before_ms);
	expect_description("");
	/* Likewise where another reader of the partition succeeded. */
	state_is_deaf(&a_state, &why);
	state_could_hear(&a_state);
	expect_description("");
	state_is_deaf(&a_state, NULL);
	assert_int_equal(a_state.deaf_said_ms, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(who_waits_sees_the_state_and_where_it_starts, begin, end),
	    cmocka_unit_test_setup_teardown(only_a_lane_that_acquires_leaves_the_assignment, begin, end),
	    cmocka_unit_test_setup_teardown(a_stop_ends_a_pause, begin, end),
	    cmocka_unit_test_setup_teardown(a_halt_that_is_tried_again_says_when_and_is_no_end, begin,
	                                    end),
	    cmocka_unit_test_setup_teardown(who_cannot_read_requests_says_so_until_they_could_be_read,
	                                    begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
