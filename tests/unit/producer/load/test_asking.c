/* What a hold of a load is asked for, and how it is changed: nothing is dropped that is not in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "producer/load/asking.h"

static struct load_plan *plan;
static struct load_asking asking = {.run = 5, .has_customers = true};

static int set_up(void **state)
{
	const struct load_settings settings = {.show_prefix = "s", .shows = 1, .seats = 10,
	                                       .seats_min = 1, .seats_max = 1, .partition_count = 1,
	                                       .mix = {.reserve = 1}};
	struct err e;

	(void)state;
	if (load_plan_open(&plan, &settings, &e))
		return -1;
	asking.plan = plan;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	load_plan_close(plan);
	return 0;
}

static void expect(enum request_type type, struct load_hold *hold, const char *part)
{
	static const struct uuid id = {{1}};
	struct buf value = {0};
	struct arena arena = {0};
	struct request read;

	load_ask(&asking, type, &id, hold, 7, &value);
	request_decode(buf_text(&value), &arena, &read);
	if (read.fault != REQUEST_READABLE)
		fail_msg("%s: %s", read.fault_text, value.data);
	if (!strstr(value.data, part))
		fail_msg("no %s in %s", part, value.data);
	arena_release(&arena);
	buf_release(&value);
}

static void named_seats_go_round(void **state)
{
	struct load_hold hold = {.id = {{2}}, .wish = WISH_SEATS, .first_seat = 4, .seat_count = 2};

	(void)state;
	expect(REQUEST_RESERVE, &hold, "\"seat_ids\":[\"seat-5\",\"seat-6\"]");
	expect(REQUEST_RESERVE, &hold, "\"customer_id\":\"load-customer-7\"");
	expect(REQUEST_CHANGE_HOLD, &hold, "\"seat_ids\":[\"seat-7\"],\"drop_seat_ids\":[\"seat-5\"]");
	expect(REQUEST_CHANGE_HOLD, &hold, "\"seat_ids\":[\"seat-5\"],\"drop_seat_ids\":[\"seat-6\"]");
	expect(REQUEST_CHANGE_HOLD, &hold, "\"seat_ids\":[\"seat-6\"],\"drop_seat_ids\":[\"seat-7\"]");
	expect(REQUEST_CHANGE_HOLD, &hold, "\"seat_ids\":[\"seat-7\"],\"drop_seat_ids\":[\"seat-5\"]");
	expect(REQUEST_CONFIRM, &hold, "\"reservation_id\":\"02");
	assert_int_equal(hold.turns, 4);
}

static void places_come_and_go_and_one_always_stays(void **state)
{
	struct load_hold pair = {.id = {{2}}, .wish = WISH_AREA, .seat_count = 2},
	                 single = {.id = {{2}}, .wish = WISH_AREA, .seat_count = 1};
	static const char one[] = ":[{\"area_id\":\"floor\",\"count\":1}]";
	char comes[80], goes[80];

	(void)state;
	snprintf(comes, sizeof comes, "\"areas\"%s", one);
	snprintf(goes, sizeof goes, "\"drop_areas\"%s", one);
	expect(REQUEST_RESERVE, &pair, "\"areas\":[{\"area_id\":\"floor\",\"count\":2}]");
	expect(REQUEST_CHANGE_HOLD, &pair, goes);
	expect(REQUEST_CHANGE_HOLD, &pair, comes);
	expect(REQUEST_CHANGE_HOLD, &pair, goes);
	expect(REQUEST_CHANGE_HOLD, &single, comes);
	expect(REQUEST_CHANGE_HOLD, &single, goes);
}

static void beside_chosen_seats_one_more_comes_and_then_time(void **state)
{
	struct load_hold hold = {.id = {{2}}, .wish = WISH_BEST, .seat_count = 3};

	(void)state;
	expect(REQUEST_RESERVE, &hold, "\"best\":{\"count\":3}");
	expect(REQUEST_CHANGE_HOLD, &hold, "\"best\":{\"count\":1}");
	expect(REQUEST_CHANGE_HOLD, &hold, "\"hold_seconds\":600");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(named_seats_go_round),
	    cmocka_unit_test(places_come_and_go_and_one_always_stays),
	    cmocka_unit_test(beside_chosen_seats_one_more_comes_and_then_time),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
