/* The plan of a load: the same seed the same plan; seats, skew, mix, where shows fall. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/partitioner.h"
#include "producer/load/plan.h"

#define STEPS 20000

static struct load_plan *plan;

static struct load_settings settings_of(uint32_t shows, uint32_t seats)
{
	return (struct load_settings){
	    .show_prefix = "load",
	    .shows = shows,
	    .seats = seats,
	    .seats_min = 2,
	    .seats_max = 4,
	    .mix = {.reserve = 100},
	    .partition_count = 8,
	    .seed = 7,
	};
}

static struct load_plan *open_plan(const struct load_settings *settings)
{
	struct err e;

	load_plan_close(plan);
	plan = NULL;
	if (load_plan_open(&plan, settings, &e))
		fail_msg("%s", e.text);
	return plan;
}

static void refused(const struct load_settings *settings)
{
	struct load_plan *none = NULL;
	struct err e;

	assert_int_equal(load_plan_open(&none, settings, &e), RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
	assert_null(none);
}

static int tear_down(void **state)
{
	(void)state;
	load_plan_close(plan);
	plan = NULL;
	return 0;
}

static void the_same_seed_gives_the_same_plan_and_another_seed_another(void **state)
{
	struct load_settings settings = settings_of(5, 1000);
	struct load_step *first = calloc(STEPS, sizeof *first), step;
	size_t same = 0;

	(void)state;
	settings.duplicates_percent = 10;
	settings.skew = 1.1;
	settings.mix = (struct load_mix){.reserve = 90, .confirm = 5, .release = 5};
	open_plan(&settings);
	for (int i = 0; i < STEPS; i++)
		load_plan_next(plan, &first[i]);
	open_plan(&settings);
	for (int i = 0; i < STEPS; i++) {
		load_plan_next(plan, &step);
		assert_memory_equal(&step, &first[i], sizeof step);
	}
	settings.seed++;
	open_plan(&settings);
	for (int i = 0; i < STEPS; i++) {
		load_plan_next(plan, &step);
		same += step.first_seat == first[i].first_seat && step.show == first[i].show;
	}
	assert_true(same < STEPS / 2);
	free(first);
}

static void seats_lie_within_the_show_and_their_number_within_the_range(void **state)
{
	struct load_settings settings = settings_of(3, 5);
	size_t counts[5] = {0}, last_seats = 0;

	(void)state;
	open_plan(&settings);
	for (int i = 0; i < STEPS; i++) {
		struct load_step step;

		load_plan_next(plan, &step);
		assert_true(step.show < 3);
		assert_in_range(step.seat_count, 2, 4);
		assert_true(step.first_seat + step.seat_count <= 5);
		counts[step.seat_count]++;
		last_seats += step.first_seat + step.seat_count == 5;
	}
	for (int i = 2; i <= 4; i++)
		assert_in_range(counts[i], STEPS / 3 - STEPS / 20, STEPS / 3 + STEPS / 20);
	assert_true(last_seats > 0);
}

enum { SHOWS = 4, SEATS = 500 };

/* How many seats were not asked for when the first was asked for again. */
static uint32_t take_all_in_order(uint32_t seats_min, uint32_t seats_max)
{
	struct load_settings settings = settings_of(SHOWS, SEATS);
	unsigned char taken[SHOWS][SEATS] = {{0}};
	uint32_t free_seats = SHOWS * SEATS;

	settings.is_in_order = true;
	settings.seats_min = seats_min;
	settings.seats_max = seats_max;
	open_plan(&settings);
	for (;;) {
		struct load_step step;

		load_plan_next(plan, &step);
		if (taken[step.show][step.first_seat])
			break;
		for (uint32_t i = 0; i < step.seat_count; i++)
			assert_int_equal(taken[step.show][step.first_seat + i]++, 0);
		free_seats -= step.seat_count;
	}
	return free_seats;
}

static void in_order_no_seat_is_asked_for_twice_until_all_are_taken(void **state)
{
	(void)state;
	assert_int_equal(take_all_in_order(5, 5), 0);
	/* What remains is too little for one request at the end of each show. */
	assert_true(take_all_in_order(2, 4) < SHOWS * 4);
}

static void a_skew_prefers_the_first_shows_and_seats(void **state)
{
	struct load_settings settings = settings_of(100, 1000);
	size_t first_show = 0, last_show = 0, front_seats = 0;

	(void)state;
	settings.skew = 1;
	open_plan(&settings);
	for (int i = 0; i < STEPS; i++) {
		struct load_step step;

		load_plan_next(plan, &step);
		first_show += step.show == 0;
		last_show += step.show == 99;
		front_seats += step.first_seat < 10;
	}
	/* 1 of 5.19 (the hundredth harmonic number), a hundredth of that, and 2.93 of 7.49. */
	assert_in_range(first_show, STEPS * 18 / 100, STEPS * 21 / 100);
	assert_in_range(last_show, STEPS / 1000, STEPS / 330);
	assert_in_range(front_seats, STEPS * 37 / 100, STEPS * 42 / 100);
}

static void without_skew_all_shows_and_seats_are_alike(void **state)
{
	struct load_settings settings = settings_of(10, 1000);
	size_t shows[10] = {0}, front_seats = 0;

	(void)state;
	open_plan(&settings);
	for (int i = 0; i < STEPS; i++) {
		struct load_step step;

		load_plan_next(plan, &step);
		shows[step.show]++;
		front_seats += step.first_seat < 100;
	}
	for (int i = 0; i < 10; i++)
		assert_in_range(shows[i], STEPS / 12, STEPS / 8);
	assert_in_range(front_seats, STEPS / 12, STEPS / 8);
}

static void types_come_as_the_mix_weighs_them(void **state)
{
	struct load_settings settings = settings_of(1, 100);
	size_t types[REQUEST_TYPE_COUNT] = {0};

	(void)state;
	settings.mix = (struct load_mix){.reserve = 90, .confirm = 7, .release = 3};
	open_plan(&settings);
	for (int i = 0; i < STEPS; i++) {
		struct load_step step;

		load_plan_next(plan, &step);
		types[step.type]++;
	}
	assert_in_range(types[REQUEST_RESERVE], STEPS * 88 / 100, STEPS * 92 / 100);
	assert_in_range(types[REQUEST_CONFIRM], STEPS * 6 / 100, STEPS * 8 / 100);
	assert_in_range(types[REQUEST_RELEASE], STEPS * 2 / 100, STEPS * 4 / 100);
}

/* The runner keeps the last LOAD_RECENT requests that were no repetitions, and no others. */
static void a_repetition_is_of_a_request_that_is_still_kept(void **state)
{
	struct load_settings settings = settings_of(1, 100);
	uint32_t made = 0, again = 0, deepest = 0;

	(void)state;
	settings.duplicates_percent = 30;
	open_plan(&settings);
	for (int i = 0; i < STEPS; i++) {
		struct load_step step;

		load_plan_next(plan, &step);
		if (!step.is_again) {
			made++;
			continue;
		}
		again++;
		assert_in_range(step.back, 1, made < LOAD_RECENT ? made : LOAD_RECENT);
		deepest = step.back > deepest ? step.back : deepest;
	}
	assert_in_range(again, STEPS * 28 / 100, STEPS * 32 / 100);
	assert_int_equal(deepest, LOAD_RECENT);
}

static int32_t partition_of(uint32_t show)
{
	const char *id = load_plan_show_id(plan, show);

	return partition_of_key(id, strlen(id), 8);
}

static void shows_fall_where_they_are_placed(void **state)
{
	struct load_settings settings = settings_of(40, 100);
	size_t elsewhere = 0;

	(void)state;
	open_plan(&settings);
	assert_string_equal(load_plan_show_id(plan, 0), "load-1");
	assert_string_equal(load_plan_show_id(plan, 39), "load-40");
	for (uint32_t i = 0; i < 40; i++)
		elsewhere += partition_of(i) != partition_of(0);
	assert_true(elsewhere > 20);

	settings.placement = PLACE_ON_ONE;
	open_plan(&settings);
	assert_string_equal(load_plan_show_id(plan, 0), "load-1");
	for (uint32_t i = 1; i < 40; i++) {
		assert_int_equal(partition_of(i), partition_of(0));
		assert_string_not_equal(load_plan_show_id(plan, i), load_plan_show_id(plan, i - 1));
	}

	settings.placement = PLACE_EVENLY;
	open_plan(&settings);
	for (uint32_t i = 0; i < 40; i++)
		assert_int_equal(partition_of(i), i % 8);
}

static void a_show_id_that_cannot_be_is_refused(void **state)
{
	static const char longest[] = "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllll12";
	struct load_settings settings = settings_of(9, 100);

	(void)state;
	settings.show_prefix = longest;
	open_plan(&settings);
	assert_int_equal(strlen(load_plan_show_id(plan, 8)), SHOW_ID_BYTES_MAX);
	settings.shows = 10;
	refused(&settings);
	settings = settings_of(1, 100);
	settings.show_prefix = "no blanks";
	refused(&settings);
}

static void a_request_for_more_seats_than_a_show_has_is_refused(void **state)
{
	struct load_settings settings = settings_of(1, 4);

	(void)state;
	open_plan(&settings);
	settings.seats = 3;
	refused(&settings);
}

static void seats_stand_in_rows_and_the_middle_of_the_first_row_is_best(void **state)
{
	struct load_place_texts texts, others;
	struct place last = load_place(499, 50, &texts), next = load_place(500, 50, &others);

	(void)state;
	assert_string_equal(last.section.data, "section-1");
	assert_string_equal(last.row.data, "10");
	assert_int_equal(last.pos, 50);
	assert_string_equal(next.section.data, "section-2");
	assert_string_equal(next.row.data, "1");
	assert_int_equal(next.pos, 1);
	assert_int_equal(load_place(24, 50, &texts).rank, 2);
	assert_int_equal(load_place(25, 50, &texts).rank, 2);
	assert_int_equal(load_place(10, 21, &texts).rank, 1);
	assert_true(load_place(24, 50, &texts).rank < load_place(0, 50, &others).rank);
	assert_true(load_place(24, 50, &texts).rank < load_place(74, 50, &others).rank);
	assert_int_equal(load_place(LOAD_SEATS_MAX - 1, 1, &texts).rank, PLACE_RANK_DEFAULT);
}

static void ranges_are_a_number_or_two(void **state)
{
	uint32_t min, max;

	(void)state;
	assert_true(load_read_range("3", &min, &max));
	assert_int_equal(min, 3);
	assert_int_equal(max, 3);
	assert_true(load_read_range("1-50", &min, &max));
	assert_int_equal(min, 1);
	assert_int_equal(max, 50);
	assert_false(load_read_range("0-2", &min, &max));
	assert_false(load_read_range("1-51", &min, &max));
	assert_false(load_read_range("4-2", &min, &max));
	assert_false(load_read_range("2-", &min, &max));
	assert_false(load_read_range("-2", &min, &max));
	assert_false(load_read_range("2x", &min, &max));
	assert_false(load_read_range("", &min, &max));
}

static void a_skew_is_a_word_or_a_number(void **state)
{
	double skew;

	(void)state;
	assert_true(load_read_skew("uniform", &skew) && skew == 0);
	assert_true(load_read_skew("0", &skew) && skew == 0);
	assert_true(load_read_skew("1.5", &skew) && skew == 1.5);
	assert_true(load_read_skew("5", &skew));
	assert_false(load_read_skew("5.01", &skew));
	assert_false(load_read_skew("-1", &skew));
	assert_false(load_read_skew("1x", &skew));
	assert_false(load_read_skew("nan", &skew));
	assert_false(load_read_skew("", &skew));
}

static void the_first_are_reserves_and_wishes_come_as_they_weigh(void **state)
{
	struct load_settings settings = settings_of(1, 100);
	size_t wishes[3] = {0}, changes = 0, customers[5] = {0};

	(void)state;
	settings.mix = (struct load_mix){.reserve = 20, .best = 30, .area = 40, .change = 10};
	settings.holds = STEPS / 2;
	settings.customers = 5;
	open_plan(&settings);
	for (int i = 0; i < STEPS; i++) {
		struct load_step step;

		load_plan_next(plan, &step);
		assert_true(step.first_seat + step.seat_count + 1 <= 100);
		assert_true(step.type == REQUEST_RESERVE || i >= STEPS / 2);
		wishes[step.wish]++;
		changes += step.type == REQUEST_CHANGE_HOLD;
		customers[step.customer]++;
	}
	assert_in_range(changes, STEPS * 4 / 100, STEPS * 6 / 100);
	assert_in_range(wishes[WISH_BEST], STEPS * 28 / 100, STEPS * 32 / 100);
	assert_in_range(wishes[WISH_AREA], STEPS * 38 / 100, STEPS * 42 / 100);
	for (int i = 0; i < 5; i++)
		assert_true(customers[i] > 0);
}

static void a_mix_names_types_and_weights(void **state)
{
	struct load_mix mix;

	(void)state;
	assert_true(load_read_mix("reserve:90,confirm:5,release:5", &mix));
	assert_int_equal(mix.reserve, 90);
	assert_int_equal(mix.confirm, 5);
	assert_int_equal(mix.release, 5);
	assert_true(load_read_mix("release:1,reserve:2", &mix));
	assert_int_equal(mix.confirm, 0);
	assert_true(load_read_mix("confirm:5", &mix));
	assert_int_equal(load_mix_reserves(&mix), 0);
	assert_true(load_read_mix("reserve:1,best:2,area:3,change:4,confirm:5,release:6", &mix));
	assert_int_equal(load_mix_reserves(&mix), 6);
	assert_int_equal(mix.change, 4);
	assert_false(load_read_mix("cancel:5,reserve:1", &mix));
	assert_false(load_read_mix("reserve", &mix));
	assert_false(load_read_mix("reserve:", &mix));
	assert_false(load_read_mix("reserve:1,", &mix));
	assert_false(load_read_mix("reserve:1;confirm:1", &mix));
	assert_false(load_read_mix("reserve:1000001", &mix));
	assert_false(load_read_mix("", &mix));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(the_same_seed_gives_the_same_plan_and_another_seed_another,
	                              tear_down),
	    cmocka_unit_test_teardown(seats_lie_within_the_show_and_their_number_within_the_range,
	                              tear_down),
	    cmocka_unit_test_teardown(in_order_no_seat_is_asked_for_twice_until_all_are_taken,
	                              tear_down),
	    cmocka_unit_test_teardown(a_skew_prefers_the_first_shows_and_seats, tear_down),
	    cmocka_unit_test_teardown(without_skew_all_shows_and_seats_are_alike, tear_down),
	    cmocka_unit_test_teardown(types_come_as_the_mix_weighs_them, tear_down),
	    cmocka_unit_test_teardown(the_first_are_reserves_and_wishes_come_as_they_weigh, tear_down),
	    cmocka_unit_test_teardown(a_repetition_is_of_a_request_that_is_still_kept, tear_down),
	    cmocka_unit_test_teardown(shows_fall_where_they_are_placed, tear_down),
	    cmocka_unit_test_teardown(a_show_id_that_cannot_be_is_refused, tear_down),
	    cmocka_unit_test_teardown(a_request_for_more_seats_than_a_show_has_is_refused, tear_down),
	    cmocka_unit_test(seats_stand_in_rows_and_the_middle_of_the_first_row_is_best),
	    cmocka_unit_test(ranges_are_a_number_or_two),
	    cmocka_unit_test(a_skew_is_a_word_or_a_number),
	    cmocka_unit_test(a_mix_names_types_and_weights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
