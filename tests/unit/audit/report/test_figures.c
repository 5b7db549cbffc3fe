/*
 * What a figure is where histories are rarely so: holds that are over and not ended, sessions that let
 * lapse, the opening, waits, stretches of a queue.
 */
#include "audit/report/figures.h"

#include "tests/unit/audit/report/story_help.h"

static struct figures figures;

static int begin(void **state)
{
	(void)state;
	story_begin();
	figures = (struct figures){.opening_ms = 0};
	return 0;
}

static int end(void **state)
{
	(void)state;
	figures_release(&figures);
	story_end();
	return 0;
}

static void hold(int64_t t_ms, const char *session, const char *seats, int seconds)
{
	char more[200];

	snprintf(more, sizeof more, ",\"session_id\":\"%s\",\"seat_ids\":[%s],\"hold_seconds\":%d", session,
	         seats, seconds);
	ask(t_ms, "reserve", more);
}

static const union cell *row_of(const struct table *t, size_t row)
{
	assert_true(row < t->row_count);
	return t->cells + row * t->column_count;
}

static void a_hold_that_is_over_has_lapsed_though_nobody_ended_it(void **state)
{
	(void)state;
	hold(0, "a", "\"A\",\"B\"", 5);
	hold(4999, "b", "\"C\"", 60);
	assert_true(figures_make(&figures, story));
	assert_int_equal(figures.totals.holds_held, 2);
	assert_int_equal(figures.totals.holds_lapsed, 0);
	assert_int_equal(figures.totals.seats_held, 3);
	figures_release(&figures);
	hold(5000, "b", "\"C\"", 60); /* refused: its own */
	assert_true(figures_make(&figures, story));
	assert_int_equal(figures.totals.holds_held, 1);
	assert_int_equal(figures.totals.holds_lapsed, 1);
	assert_int_equal(figures.totals.seats_held, 1);
	assert_int_equal(figures.totals.lapses, 0); /* nobody has ended it */
}

static void who_lets_lapse_is_told_from_two_holds_on_by_a_number(void **state)
{
	(void)state;
	hold(0, "b", "\"C\"", 1);
	hold(0, "a", "\"A\",\"B\"", 5);
	hold(5000, "a", "\"B\"", 2); /* ends the first one */
	hold(6999, "b", "\"A\"", 60);
	assert_true(figures_make(&figures, story));
	assert_int_equal(figures.holders.holders.row_count, 0);
	figures_release(&figures);
	hold(7000, "b", "\"A\"", 60); /* now the second is over */
	assert_true(figures_make(&figures, story));
	assert_int_equal(figures.holders.holders.row_count, 1);
	assert_int_equal(row_of(&figures.holders.holders, 0)[0].number, 1); /* b came first */
	assert_int_equal(row_of(&figures.holders.holders, 0)[1].number, 2);
	assert_int_equal(row_of(&figures.holders.holders, 0)[2].number, 2);
	assert_int_equal(row_of(&figures.holders.holders, 0)[3].number, 0);
	assert_int_equal(row_of(&figures.holders.holders, 0)[4].number, 3);
	assert_int_equal(row_of(&figures.holders.holders, 0)[5].number, 2 * 5 + 2);
}

static void it_opened_in_the_minute_in_which_most_was_asked_for(void **state)
{
	(void)state;
	assert_int_equal(timeline_opening(story), T0); /* nothing was */
	hold(61000, "a", "\"A\"", 1);
	hold(125000, "a", "\"A\"", 1);
	hold(126000, "b", "\"B\"", 1);
	hold(190000, "b", "\"B\"", 1);
	assert_int_equal(timeline_opening(story), T0 + 120000);
}

static void it_opened_at_on_sale_from_where_that_was_asked_for(void **state)
{
	(void)state;
	hold(1000, "a", "\"A\"", 1);
	ask(1500, "change_show", ",\"on_sale_from\":\"2026-11-24T15:00:02.000Z\"");
	assert_int_equal(timeline_opening(story), T0);
	hold(1999, "b", "\"B\"", 1);
	assert_int_equal(timeline_opening(story), T0);
	hold(2000, "b", "\"B\"", 1);
	assert_int_equal(timeline_opening(story), T0 + 2000);
	/* Before the show was there. */
	ask(2500, "change_show", ",\"on_sale_from\":\"1970-01-01T00:00:00.000Z\"");
	assert_int_equal(timeline_opening(story), T0);
}

static void set_wait(size_t request, int64_t at_ms, int32_t wait_ms)
{
	story->requests[request].at_ms = T0 + at_ms;
	story->requests[request].wait_ms = wait_ms;
}

static void waits_are_those_of_replies_that_were_seen(void **state)
{
	(void)state;
	assert_true(figures_make(&figures, story));
	assert_int_equal(figures.totals.waits.count, 0);
	assert_true(figures.totals.waits.p50_ms == NO_NUMBER);
	figures_release(&figures);
	for (int i = 0; i < 99; i++)
		hold(0, "a", "\"A\"", 1);
	for (size_t i = 0; i < 100; i++)
		set_wait(i, 0, (int32_t)(100 - i));
	assert_true(figures_make(&figures, story));
	assert_int_equal(figures.totals.waits.count, 100);
	assert_int_equal(figures.totals.waits.p50_ms, 50);
	assert_int_equal(figures.totals.waits.p99_ms, 99);
	assert_int_equal(figures.totals.waits.max_ms, 100);
}

static void a_queue_is_of_waits_above_a_second_that_follow_each_other(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		hold(0, "a", "\"A\"", 1);
	set_wait(0, 0, 1000); /* no longer than that */
	set_wait(1, 100, 1001);
	set_wait(2, 600, NOT_SEEN);
	set_wait(3, 1100, 3000);
	set_wait(4, 1200, 5);
	set_wait(5, 2101, 1500);
	assert_true(figures_make(&figures, story));
	assert_int_equal(figures.queue.row_count, 2);
	assert_int_equal(row_of(&figures.queue, 0)[0].number, T0 + 100);
	assert_int_equal(row_of(&figures.queue, 0)[1].number, T0 + 1100);
	assert_int_equal(row_of(&figures.queue, 0)[2].number, 2);
	assert_int_equal(row_of(&figures.queue, 0)[3].number, 3000);
	assert_int_equal(row_of(&figures.queue, 1)[0].number, T0 + 2101);
	assert_int_equal(figures.totals.waits.over_1s, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(a_hold_that_is_over_has_lapsed_though_nobody_ended_it),
	    TEST(who_lets_lapse_is_told_from_two_holds_on_by_a_number),
	    TEST(it_opened_in_the_minute_in_which_most_was_asked_for),
	    TEST(it_opened_at_on_sale_from_where_that_was_asked_for),
	    TEST(waits_are_those_of_replies_that_were_seen),
	    TEST(a_queue_is_of_waits_above_a_second_that_follow_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
