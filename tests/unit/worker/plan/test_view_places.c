/* What a view knows of places, slots and channels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "worker/plan/view.h"

static struct arena arena;
static struct view view;
static struct show *show;

static int open_view(void **state)
{
	(void)state;
	view_open(&view, &arena);
	show = view_show(&view, text_of("opera"));
	view.wanted_shows = NULL;
	show->exists = true;
	view_learn_show(&view, show);
	return 0;
}

static int close_view(void **state)
{
	(void)state;
	view_close(&view);
	arena_release(&arena);
	return 0;
}

static struct place at(const char *section, const char *row, int32_t pos)
{
	return (struct place){
	    .section = section ? text_of(section) : (struct text){NULL, 0},
	    .row = text_of(row),
	    .pos = pos,
	};
}

static void a_slot_is_found_by_section_row_and_pos(void **state)
{
	const struct place places[] = {at("a", "bc", 1), at("ab", "c", 1), at(NULL, "abc", 1),
	                               at("a", "bc", 2), at("abc", "a", 1), at(NULL, "a", 1)};
	struct slot *slots[6];

	(void)state;
	for (int i = 0; i < 6; i++) {
		assert_null(view_find_slot(show, &places[i]));
		slots[i] = view_slot(&view, show, &places[i]);
		for (int other = 0; other < i; other++)
			assert_ptr_not_equal(slots[i], slots[other]);
	}
	for (int i = 0; i < 6; i++) {
		assert_ptr_equal(view_slot(&view, show, &places[i]), slots[i]);
		assert_ptr_equal(view_find_slot(show, &places[i]), slots[i]);
		assert_int_equal(slots[i]->section.data != NULL, places[i].section.data != NULL);
		assert_true(text_same(slots[i]->row, places[i].row));
		assert_int_equal(slots[i]->pos, places[i].pos);
	}
}

static void what_is_not_known_is_wanted_once(void **state)
{
	const struct place place = at("Parkett", "3", 12);
	struct seat *seat = view_seat(&view, show, text_of("A1"));
	struct slot *slot;
	struct place_row *row;

	(void)state;
	view.wanted_seats = NULL;
	assert_true(view_is_complete(&view));
	row = view_place(&view, seat);
	assert_ptr_equal(view_place(&view, seat), row);
	assert_ptr_equal(view.wanted_places, row);
	assert_null(row->next_wanted);
	assert_false(view_is_complete(&view));
	view.wanted_places = NULL;
	slot = view_slot(&view, show, &place);
	assert_ptr_equal(view_slot(&view, show, &place), slot);
	assert_ptr_equal(view.wanted_slots, slot);
	assert_null(slot->next_wanted);
	assert_false(view_is_complete(&view));
	view_learn_slot(slot, seat);
	assert_true(slot->is_known && slot->seat == seat);
}

static void what_was_read_of_a_place_stays_when_it_changes(void **state)
{
	struct seat *seat = view_seat(&view, show, text_of("A1"));
	struct place_row *row = view_place(&view, seat);

	(void)state;
	row->exists = true;
	row->place = at("Parkett", "3", 12);
	row->version = 7;
	view_learn_place(row);
	view_touch_place(&view, row);
	view_touch_place(&view, row);
	row->place.pos = 13;
	row->version = 9;
	assert_true(row->existed && row->is_changed);
	assert_int_equal(row->seen.pos, 12);
	assert_int_equal(row->seen_version, 7);
	assert_ptr_equal(view.changed_places, row);
	assert_null(row->next_changed);
}

static void a_place_of_a_new_seat_needs_no_look(void **state)
{
	struct seat *seat = view_seat(&view, show, text_of("A1"));
	struct place_row *row = view_new_place(&view, seat);

	(void)state;
	assert_true(row->is_known && !row->exists && !row->existed);
	assert_null(view.wanted_places);
	assert_ptr_equal(view_place(&view, seat), row);
}

static void a_show_is_listed_once_whatever_changes_of_it(void **state)
{
	struct channel_row *house = view_new_channel(&view, show, text_of("house"));
	struct channel_row *press;

	(void)state;
	house->version = 4;
	view_learn_channel(house);
	press = view_new_channel(&view, show, text_of("press"));
	assert_ptr_equal(view_find_channel(show, text_of("house")), house);
	assert_null(view_find_channel(show, text_of("hous")));
	view_touch_channel(&view, show, house);
	view_touch_channel(&view, show, house);
	assert_false(show->is_changed);
	house->version = 5;
	view_touch_channel(&view, show, press);
	show->policy.max_seats = 4;
	view_touch_show(&view, show);
	show->policy.max_seats = 5;
	show->version = 8;
	view_touch_show(&view, show);
	assert_ptr_equal(view.changed_shows, show);
	assert_null(show->next_changed);
	assert_true(show->is_changed && house->is_changed && press->is_changed);
	assert_int_equal(show->seen->policy.max_seats, 4);
	assert_int_equal(show->seen->version, 0);
	assert_int_equal(house->seen->version, 4);
	assert_null(press->seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_slot_is_found_by_section_row_and_pos, open_view,
	                                    close_view),
	    cmocka_unit_test_setup_teardown(what_is_not_known_is_wanted_once, open_view, close_view),
	    cmocka_unit_test_setup_teardown(what_was_read_of_a_place_stays_when_it_changes, open_view,
	                                    close_view),
	    cmocka_unit_test_setup_teardown(a_place_of_a_new_seat_needs_no_look, open_view, close_view),
	    cmocka_unit_test_setup_teardown(a_show_is_listed_once_whatever_changes_of_it, open_view,
	                                    close_view),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
