/* Where a batch has to be cut before it is decided. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "worker/plan/batch.h"

#define ENTRIES 64

static struct entry entries[ENTRIES];
static struct batch batch = {.entries = entries};

static int clear(void **state)
{
	(void)state;
	batch.count = 0;
	return 0;
}

static struct request *add(enum request_type type, const char *show_id, size_t seat_count)
{
	struct entry *entry = &entries[batch.count++];

	assert_true(batch.count <= ENTRIES);
	*entry = (struct entry){.request = {.type = type, .show_id = text_of(show_id),
	                                    .seat_count = seat_count}};
	return &entry->request;
}

static size_t together(size_t first)
{
	return batch_together(&batch, first, batch.count - first);
}

static void customers_of_any_show_go_together(void **state)
{
	(void)state;
	add(REQUEST_RESERVE, "s", 2);
	add(REQUEST_CONFIRM, "s", 0);
	add(REQUEST_RESERVE, "t", 2);
	add(REQUEST_EXPIRE, "s", 0);
	add(REQUEST_CANCEL, "t", 0);
	assert_int_equal(together(0), 5);
	assert_int_equal(together(3), 2);
	assert_int_equal(batch_together(&batch, 0, 2), 2);
}

static void what_sets_a_show_up_may_follow_its_customers_and_its_like(void **state)
{
	(void)state;
	add(REQUEST_RESERVE, "s", 2);
	add(REQUEST_CREATE_SHOW, "s", 0);
	add(REQUEST_SET_AREAS, "s", 0);
	add(REQUEST_ADD_SEATS, "s", 1000);
	add(REQUEST_RESERVE, "t", 1);
	assert_int_equal(together(0), 5);
}

static void a_show_that_is_set_up_is_sold_in_the_next_batch(void **state)
{
	static const enum request_type sales[] = {REQUEST_RESERVE, REQUEST_RELEASE, REQUEST_EXTEND,
	                                          REQUEST_CONFIRM, REQUEST_CANCEL,  REQUEST_EXPIRE,
	                                          REQUEST_CHANGE_HOLD};

	for (size_t i = 0; i < sizeof sales / sizeof sales[0]; i++) {
		clear(state);
		add(REQUEST_RESERVE, "s", 1);
		add(REQUEST_ADD_SEATS, "s", 1);
		add(REQUEST_RESERVE, "t", 1);
		add(sales[i], "s", 1);
		add(REQUEST_RESERVE, "s", 1);
		assert_int_equal(together(0), 3);
		assert_int_equal(together(3), 2);
	}
}

static void what_is_refused_unread_sets_nothing_up(void **state)
{
	(void)state;
	add(REQUEST_ADD_SEATS, "s", 1)->fault = REQUEST_MALFORMED;
	add(REQUEST_RESERVE, "s", 1);
	add(REQUEST_ADD_SEATS, "t", 1);
	add(REQUEST_RESERVE, "t", 1)->fault = REQUEST_MALFORMED;
	assert_int_equal(together(0), 4);
}

/* Names that meet in the filter are told apart. */
static void many_shows_that_are_set_up_hide_no_other(void **state)
{
	static char names[20000][8];
	size_t shows = sizeof names / sizeof names[0];
	struct batch many = {.entries = calloc(shows + 1, sizeof many.entries[0]), .count = shows + 1};

	(void)state;
	assert_non_null(many.entries);
	for (size_t i = 0; i < shows; i++) {
		struct request *request = &many.entries[i].request;

		snprintf(names[i], sizeof names[i], "s%zu", i);
		request->type = REQUEST_CREATE_SHOW;
		request->show_id = text_of(names[i]);
	}
	many.entries[shows].request = (struct request){.type = REQUEST_RESERVE, .show_id = text_of("t")};
	assert_int_equal(batch_together(&many, 0, shows + 1), shows + 1);
	for (size_t i = 0; i < shows; i += 999) {
		many.entries[shows].request.show_id = text_of(names[i]);
		assert_int_equal(batch_together(&many, 0, shows + 1), shows);
		assert_int_equal(batch_together(&many, i + 1, shows - i), shows - i);
	}
	free(many.entries);
}

/* BATCH_PLACES_MAX seats in twenty records, of which `wished` are asked of best available. */
static void name_as_many_seats_as_go_together(struct wish *wish, size_t wished)
{
	*wish = (struct wish){.count = (int32_t)wished};
	for (size_t i = 0; i < 20; i++)
		add(REQUEST_ADD_SEATS, "s", 1000);
	entries[7].request.seat_count -= wished;
	if (wished)
		entries[7].request.best = wish;
}

static void twenty_thousand_seats_go_together(void **state)
{
	struct wish wish;

	for (size_t wished = 0; wished <= 50; wished += 50) {
		clear(state);
		name_as_many_seats_as_go_together(&wish, wished);
		add(REQUEST_CREATE_SHOW, "s", 0);
		assert_int_equal(BATCH_PLACES_MAX, 20000);
		assert_int_equal(together(0), 21);
	}
}

static void the_record_that_names_the_next_one_waits(void **state)
{
	struct wish wish;

	for (size_t wished = 0; wished <= 50; wished += 50) {
		clear(state);
		name_as_many_seats_as_go_together(&wish, wished);
		add(REQUEST_CREATE_SHOW, "s", 0);
		add(REQUEST_ADD_SEATS, "s", 1);
		add(REQUEST_CREATE_SHOW, "s", 0);
		assert_int_equal(together(0), 21);
		assert_int_equal(together(21), 2);
		entries[7].request.seat_count++;
		assert_int_equal(together(0), 19);
	}
}

static void places_of_areas_and_dropped_seats_count_as_named(void **state)
{
	const struct area_count areas[] = {{text_of("floor"), 30}, {text_of("box"), 15}};
	struct wish wish;

	(void)state;
	name_as_many_seats_as_go_together(&wish, 0);
	entries[7].request.seat_count -= 50;
	entries[7].request.drop_seat_count = 5;
	entries[7].request.areas = areas;
	entries[7].request.area_count = 2;
	add(REQUEST_ADD_SEATS, "s", 0);
	add(REQUEST_ADD_SEATS, "s", 1);
	assert_int_equal(together(0), 21);
	entries[7].request.drop_seat_count = 4;
	assert_int_equal(together(0), 22);
}

static void a_record_goes_alone_rather_than_never(void **state)
{
	(void)state;
	add(REQUEST_ADD_SEATS, "s", BATCH_PLACES_MAX + 1);
	add(REQUEST_ADD_SEATS, "s", 1);
	assert_int_equal(together(0), 1);
	assert_int_equal(together(1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(customers_of_any_show_go_together, clear),
	    cmocka_unit_test_setup(what_sets_a_show_up_may_follow_its_customers_and_its_like, clear),
	    cmocka_unit_test_setup(a_show_that_is_set_up_is_sold_in_the_next_batch, clear),
	    cmocka_unit_test_setup(what_is_refused_unread_sets_nothing_up, clear),
	    cmocka_unit_test_setup(many_shows_that_are_set_up_hide_no_other, clear),
	    cmocka_unit_test_setup(twenty_thousand_seats_go_together, clear),
	    cmocka_unit_test_setup(the_record_that_names_the_next_one_waits, clear),
	    cmocka_unit_test_setup(places_of_areas_and_dropped_seats_count_as_named, clear),
	    cmocka_unit_test_setup(a_record_goes_alone_rather_than_never, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
