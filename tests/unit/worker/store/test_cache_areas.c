/* What a cache keeps of areas and of holds with places in them, and of holds that are changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "worker/store/cache.h"

#define SEATS 400
#define UNTIL_MS INT64_C(500) /* of the batches */

static struct arena arena;
static struct cache *cache;
static const struct uuid hold_id = {{1}};

/* A view whose show is filled in by the cache, or else said to be there. */
static struct show *open_view(struct view *view)
{
	struct show *show;

	view_open(view, &arena);
	view->until_ms = UNTIL_MS;
	show = view_show(view, text_of("s"));
	cache_fill(cache, view, UNTIL_MS);
	if (show->known == WANTED) {
		view->wanted_shows = NULL;
		show->exists = true;
		view_learn_show(view, show);
	}
	return show;
}

/* The first area of a show that is there, with a hold of 2 places in it and a seat; as read. */
static void learn_area(struct view *view, int64_t hold_until_ms)
{
	struct show *show = open_view(view);
	struct area_row *area = view_new_area(view, show, text_of("floor"));
	struct reservation *r = view_reservation(view, show, &hold_id);
	struct text *ids = arena_take(&arena, sizeof *ids);

	area->row = (struct area_columns){.capacity = 9, .held = 2, .category = text_of("standing"),
	                                  .version = 7};
	view_learn_area(area);
	view->wanted_reservations = NULL;
	r->exists = true;
	r->places = 3;
	r->next_place = 1;
	r->reserved_until_ms = hold_until_ms;
	r->areas = arena_take(&arena, sizeof *r->areas);
	r->areas[0] = (struct reserved_area){.area_id = text_of("floor"), .count = 2, .place = 4};
	r->area_count = 1;
	ids[0] = text_of("A1");
	view_learn_reservation(view, r, ids, 1);
	view->wanted_seats = NULL;
	cache_learn(cache, view);
}

static struct area_row *find_area(struct view *view)
{
	struct area_row *area;

	(void)open_view(view);
	area = view_find_area(view->shows, text_of("floor"));
	assert_true(area && area->existed);
	return area;
}

static void areas_are_kept_with_their_show_and_what_becomes_of_them(void **state)
{
	struct area_row *area;
	struct view view;

	(void)state;
	learn_area(&view, 1000);
	view_close(&view);
	area = find_area(&view);
	assert_int_equal(area->row.capacity, 9);
	assert_int_equal(area->seen.held, 2);
	assert_int_equal(area->row.version, 7);
	assert_true(text_identical(area->row.category, text_of("standing")) && !area->row.channel.data);
	view_touch_area(&view, area);
	area->row = (struct area_columns){.capacity = 5, .sold = 2, .channel = text_of("box"),
	                                  .version = 8};
	cache_learn(cache, &view);
	view_close(&view);
	area = find_area(&view);
	assert_int_equal(area->row.capacity + area->row.held + area->row.sold, 7);
	assert_true(text_identical(area->row.channel, text_of("box")) && !area->row.category.data);
	assert_null(view_find_area(view.shows, text_of("balcony")));
	(void)view_new_area(&view, view.shows, text_of("balcony"));
	view_touch_area(&view, view_find_area(view.shows, text_of("balcony")));
	cache_learn(cache, &view);
	view_close(&view);
	(void)find_area(&view);
	assert_non_null(view_find_area(view.shows, text_of("balcony")));
	view_close(&view);
	cache_drop(cache);
	assert_int_equal(cache_bytes(cache), 0);
}

static void a_hold_that_was_changed_is_copied_anew(void **state)
{
	struct moved_seat moved = {.place = 1};
	struct reservation *r;
	struct view view;

	(void)state;
	learn_area(&view, 1000);
	view_close(&view);
	for (int i = 0; i < 2; i++) {
		(void)find_area(&view);
		r = view_reservation(&view, view.shows, &hold_id);
		cache_fill(cache, &view, 0);
		assert_true(r->known == KNOWN && r->exists && r->areas[0].area && r->areas[0].existed);
		assert_int_equal(r->areas[0].seen_count, i ? 1 : 2);
		assert_int_equal(r->areas[0].place, 4);
		assert_int_equal(r->next_place, i ? 2 : 1);
		assert_int_equal(r->places, 3);
		assert_int_equal(r->seat_count, 1 + i);
		assert_true(text_same(r->seat_ids[i], text_of(i ? "A9" : "A1")));
		if (i == 0) {
			r->seat_ids = (struct text[]){text_of("A1"), text_of("A9")};
			r->seat_count = 2;
			r->areas[0].count = 1;
			r->next_place = 2;
			r->moved = &moved;
			view_touch_reservation(&view, r);
			cache_learn(cache, &view);
		}
		view_close(&view);
	}
	cache_drop(cache);
	assert_int_equal(cache_bytes(cache), 0);
}

/* What is known of the area's holds after a batch that has asked, or not. */
static void from_when_on_holds_lapse_in_an_area_is_a_bound(void **state)
{
	struct area_row *area;
	struct view view;

	(void)state;
	learn_area(&view, 1000);
	view_close(&view);
	area = find_area(&view);
	assert_int_equal(area->lapses_from_ms, INT64_MIN);
	view_want_lapsing(&view, area, 3);
	assert_ptr_equal(view.wanted_lapsing, area);
	view.wanted_lapsing = NULL;
	area->lapses_behind_ms = 1000;
	view_learn_lapsing(&view, area, NULL, 0, true);
	cache_learn(cache, &view);
	view_close(&view);
	area = find_area(&view);
	assert_int_equal(area->lapses_from_ms, 1000);
	view.until_ms = 999;
	view_want_lapsing(&view, area, 3);
	assert_null(view.wanted_lapsing);
	view_touch_area(&view, area); /* a batch takes places until 600 */
	area->taken_until_ms = 600;
	cache_learn(cache, &view);
	view_close(&view);
	area = find_area(&view);
	assert_int_equal(area->lapses_from_ms, 600);
	view.until_ms = 1000;
	view_want_lapsing(&view, area, 1);
	view.wanted_lapsing = NULL;
	view_learn_lapsing(&view, area, &hold_id, 1, false); /* there may be more */
	cache_learn(cache, &view);
	view_close(&view);
	assert_int_equal(find_area(&view)->lapses_from_ms, 600);
	view_close(&view);
}

static size_t no_bytes(const void *built)
{
	(void)built;
	return 0;
}

static void close_nothing(void *built)
{
	(void)built;
}

/* Behind a batch that read the show whole, which put it into the cache before it was learned. */
static void a_show_that_was_read_whole_has_its_areas(void **state)
{
	static int layout;
	struct show *show;
	struct view view;

	(void)state;
	show = open_view(&view);
	view_learn_area(view_new_area(&view, show, text_of("floor")));
	assert_true(cache_begin_whole(cache, show));
	cache_end_held(cache, true);
	cache_end_whole(cache, show, &(struct whole){&layout, no_bytes, close_nothing});
	cache_learn(cache, &view);
	view_close(&view);
	(void)find_area(&view);
	view_close(&view);
}

static int open_cache(void **state)
{
	(void)state;
	cache = cache_open(SEATS);
	return cache && cache_begin(cache, 0) ? 0 : -1;
}

static int close_cache(void **state)
{
	(void)state;
	cache_close(cache);
	arena_release(&arena);
	return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_cache, close_cache)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(areas_are_kept_with_their_show_and_what_becomes_of_them),
	    CASE(a_hold_that_was_changed_is_copied_anew),
	    CASE(from_when_on_holds_lapse_in_an_area_is_a_bound),
	    CASE(a_show_that_was_read_whole_has_its_areas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
