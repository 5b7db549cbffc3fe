/*
 * First frames: one for all who come while nothing changes, and never one that is not right any more.
 * Beats: for all, whatever else goes on. And how often there is one where all have it late.
 */
#include "gateway/maps/shown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/http/frame_bytes.h"

#define EPOCH "9f3a11c20b7d4e55"

static struct maps maps;

#define LARGE_FIRST 10001 /* of so many digits as the last: seats come in the order of their bytes */
#define LARGE_COUNT 20000

static struct seat_map *make_map_of(unsigned first, unsigned count, int64_t version)
{
	struct seat_map *map = seat_map_begin(text_of("s"), text_of(EPOCH));

	assert_true(seat_map_set_show(map, &(struct map_show){.version = 40}));
	for (unsigned i = first; i < first + count; i++) {
		char id[20];

		snprintf(id, sizeof id, "A%u", i);
		assert_true(seat_map_add_seat(map, &(struct map_seat){.seat_id = text_of(id),
		                                                      .status = SEAT_AVAILABLE,
		                                                      .version = version}));
	}
	assert_true(seat_map_finish(map, version + 1));
	return map;
}

static struct seat_map *make_map(int64_t version)
{
	return make_map_of(1, 1, version);
}

static struct http *http; /* the door, at which nobody is */

static int open_door(void **state)
{
	const struct http_settings settings = {.option = "--listen", .listen = "127.0.0.1:0", .loops = 1,
	                                       .connections_max = 4};
	const struct http_handler handler = {.context = NULL};
	struct err e;

	(void)state;
	wait_open(&maps.lock);
	maps.settings.http = &http;
	assert_int_equal(http_open(&http, &settings, &handler, &e), RC_OK);
	return 0;
}

static int close_door(void **state)
{
	(void)state;
	http_close(http);
	wait_close(&maps.lock);
	return 0;
}

static int set_up(void **state)
{
	static struct shown shown;

	shown = (struct shown){.feed = 1, .map = make_map(41)};
	shown_begin_anew(&maps, &shown, true);
	*state = &shown;
	return 0;
}

static int set_up_large(void **state)
{
	struct shown *shown;

	(void)set_up(state);
	shown = *state;
	seat_map_release(shown->map);
	shown->map = make_map_of(LARGE_FIRST, LARGE_COUNT, 41);
	shown_begin_anew(&maps, shown, true);
	return 0;
}

static int tear_down(void **state)
{
	struct shown *shown = *state;

	made_release(&shown->snaps[0]);
	made_release(&shown->snaps[1]);
	made_release(&shown->layout);
	http_frame_release(shown->pass);
	seat_map_release(shown->map);
	return 0;
}

/* What somebody begins with who has that layout. Its own reference is given back. */
static const struct http_frame *first_frame(struct shown *shown, const char *layout)
{
	struct maps_want want = {.kind = MAPS_VIEW};
	struct http_frame *frame;

	strcpy(want.layout, layout);
	frame = shown_first_frame(&maps, shown, &want);
	assert_non_null(frame);
	assert_true(atomic_load(&frame->references) > 1); /* the show has it, too */
	http_frame_release(frame);
	return frame;
}

static bool says(const struct http_frame *frame, const char *part)
{
	char *json = strndup(frame->data + frame->json_begin, frame->json_end - frame->json_begin);
	bool is_there = strstr(json, part);

	free(json);
	return is_there;
}

static void all_who_come_before_a_change_share_one_frame(void **state)
{
	struct shown *shown = *state;
	const struct http_frame *frame = first_frame(shown, "");

	assert_true(says(frame, "\"ids\":[\"A1\"]"));
	assert_ptr_equal(first_frame(shown, ""), frame);
}

static void who_has_the_layout_is_not_sent_it_again(void **state)
{
	struct shown *shown = *state;
	const struct http_frame *whole = first_frame(shown, ""), *brief;

	brief = first_frame(shown, seat_map_layout(shown->map));
	assert_false(says(brief, "\"ids\""));
	assert_ptr_equal(first_frame(shown, seat_map_layout(shown->map)), brief);
	assert_ptr_equal(first_frame(shown, ""), whole);
}

static void who_comes_after_a_change_begins_with_it(void **state)
{
	struct shown *shown = *state;

	assert_int_equal(first_frame(shown, "")->to, 41);
	seat_map_release(shown->map);
	shown->map = make_map(45);
	assert_int_equal(first_frame(shown, "")->to, 45);
	assert_int_equal(first_frame(shown, seat_map_layout(shown->map))->to, 45);
}

/* Each whole map says why it was given; who resumes costs none. */
static void whole_maps_are_counted_by_why(void **state)
{
	struct shown *shown = *state;
	struct maps_want want = {.kind = MAPS_VIEW, .has_since = true, .since = 40, .epoch = EPOCH};
	static const uint64_t none[SNAP_WHY_COUNT], one_each[SNAP_WHY_COUNT] = {1, 1, 1, 1};

	memset(maps.snaps, 0, sizeof maps.snaps);
	strcpy(want.layout, seat_map_layout(shown->map));
	http_frame_release(shown_first_frame(&maps, shown, &want));
	http_frame_release(shown_catch_up(&maps, shown, shown->generation, 40));
	assert_memory_equal(maps.snaps, none, sizeof none);
	(void)first_frame(shown, "");
	http_frame_release(shown_catch_up(&maps, shown, shown->generation, -1)); /* a resync */
	strcpy(want.epoch, "0000000000000000");
	http_frame_release(shown_first_frame(&maps, shown, &want));
	strcpy(want.epoch, EPOCH);
	want.layout[0] = want.layout[0] == '0' ? '1' : '0';
	http_frame_release(shown_first_frame(&maps, shown, &want));
	assert_memory_equal(maps.snaps, one_each, sizeof one_each);
	/* Beyond the end counts as nothing seen. */
	strcpy(want.layout, seat_map_layout(shown->map));
	want.since = 4000;
	http_frame_release(shown_first_frame(&maps, shown, &want));
	assert_int_equal(maps.snaps[SNAP_FIRST], 2);
}

/* Else it would pass by those who are told of the beginning. */
static void a_frame_is_of_the_generation_that_it_is_given_in(void **state)
{
	struct shown *shown = *state;

	assert_int_equal(first_frame(shown, "")->generation, 1);
	shown_begin_anew(&maps, shown, false);
	assert_int_equal(first_frame(shown, "")->generation, 2);
}

/* ---- beats ---- */

static void expect_beat(const struct shown *shown, int64_t o, const char *json)
{
	assert_non_null(shown->pass);
	assert_true(shown->pass->is_beat);
	assert_int_equal(shown->pass->to, o);
	assert_true(says(shown->pass, json));
}

static void where_nothing_is_due_a_beat_says_how_far_the_rows_are(void **state)
{
	struct shown *shown = *state;

	shown->viewers = 1;
	shown->sent_o = 40;
	shown_beat(&maps, shown, 1);
	expect_beat(shown, 41, "{\"t\":\"at\",\"o\":41}");
	assert_int_equal(shown->sent_o, 41);
}

/* Whoever is not asked says nothing, and is closed for that. */
static void while_seats_change_all_the_time_viewers_are_asked_all_the_same(void **state)
{
	struct shown *shown = *state;

	shown->viewers = 1;
	shown->sent_o = 40;
	shown->is_due = true;
	shown_beat(&maps, shown, 1);
	expect_beat(shown, 40, "{\"t\":\"at\",\"o\":40}");
	assert_int_equal(shown->sent_o, 40);
	assert_true(shown->is_due);
}

/* ---- less often ---- */

#define CHANGES_MAX 2000
static unsigned change_first = 1, change_count = 1, viewer_count = 1;

/* So many seats are reserved and released in turn. */
static void change(struct shown *shown)
{
	static char ids[CHANGES_MAX][8];
	static struct text seats[CHANGES_MAX];
	int64_t o = seat_map_o(shown->map) + 1;
	const struct map_event event = {.is_known = true, .kind = o % 2 ? EVENT_RELEASED : EVENT_RESERVED,
	                                .seat_ids = seats, .seat_count = change_count, .offset = o};

	for (unsigned i = 0; i < change_count; i++) {
		snprintf(ids[i], sizeof ids[i], "A%u", change_first + i);
		seats[i] = text_of(ids[i]);
	}
	assert_int_equal(seat_map_fold(shown->map, &event, 1), MAP_SEEN);
	shown_changed(&maps, shown, 1);
}

/* As if all had the last one then. */
static void pass_at(struct shown *shown, int64_t ms)
{
	int64_t until_ms = clock_monotonic_ms() + 10000;

	while (!http_frame_is_passed(shown->pass) && clock_monotonic_ms() < until_ms)
		clock_sleep_ms(1);
	assert_true(http_frame_is_passed(shown->pass));
	atomic_store(&shown->pass->passed_ms, ms);
}

/* The first one goes at 1000. When does the next one? */
static int64_t next_frame_ms(struct shown *shown, int64_t passed_ms)
{
	int64_t now_ms = 1000;

	shown->viewers = viewer_count;
	http_frame_release(shown->pass);
	shown->pass = NULL;
	shown->frame_at_ms = 0;
	change(shown);
	shown_send(&maps, shown, now_ms);
	assert_non_null(shown->pass);
	pass_at(shown, passed_ms);
	change(shown);
	while (shown->sent_ms == 1000 && now_ms < 9999)
		shown_send(&maps, shown, ++now_ms);
	return now_ms;
}

static void what_all_have_soon_is_followed_after_a_tenth_of_a_second(void **state)
{
	assert_int_equal(next_frame_ms(*state, 1000), 1100);
	assert_int_equal(next_frame_ms(*state, 1025), 1100);
}

static void what_all_have_late_is_followed_later(void **state)
{
	assert_int_equal(next_frame_ms(*state, 1026), 1104);
	assert_int_equal(next_frame_ms(*state, 1050), 1200);
}

static void however_late_all_have_it_no_more_than_twice_as_late(void **state)
{
	assert_int_equal(next_frame_ms(*state, 1051), 1200);
	assert_int_equal(next_frame_ms(*state, 9000), 1200);
}

static void a_frame_that_costs_more_is_followed_later(void **state)
{
	change_first = LARGE_FIRST;
	viewer_count = 5000;
	assert_int_equal(next_frame_ms(*state, 1000), 1334);
	change_count = CHANGES_MAX; /* the whole string, 20 KB */
	assert_int_equal(next_frame_ms(*state, 1000), 1800);
	viewer_count = 4000;
	assert_in_range(next_frame_ms(*state, 1000), 1675, 1690);
	viewer_count = 10000;
	assert_int_equal(next_frame_ms(*state, 1000), 1800);
	viewer_count = 100;
	assert_int_equal(next_frame_ms(*state, 1000), 1100);
	change_first = change_count = viewer_count = 1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole_maps_are_counted_by_why, set_up, tear_down),
		cmocka_unit_test_setup_teardown(all_who_come_before_a_change_share_one_frame, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(who_has_the_layout_is_not_sent_it_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_comes_after_a_change_begins_with_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_frame_is_of_the_generation_that_it_is_given_in, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(where_nothing_is_due_a_beat_says_how_far_the_rows_are, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(
		    while_seats_change_all_the_time_viewers_are_asked_all_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_all_have_soon_is_followed_after_a_tenth_of_a_second,
		                                set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_all_have_late_is_followed_later, set_up, tear_down),
		cmocka_unit_test_setup_teardown(however_late_all_have_it_no_more_than_twice_as_late, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(a_frame_that_costs_more_is_followed_later, set_up_large,
		                                tear_down),
	};

	return cmocka_run_group_tests(tests, open_door, close_door);
}
