/*
 * Whoever asks for a map or its layout: that it is compressed for him alone who takes that, and once.
 */
#include "gateway/maps/shown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SEATS 300 /* enough that it is worth it */

static struct maps maps;
static struct shown shown;
static unsigned told;
static const char *gzip; /* of the last one told */

static int set_up(void **state)
{
	struct seat_map *map = seat_map_begin(text_of("s"), text_of("9f3a11c20b7d4e55"));
	char id[8];

	(void)state;
	assert_true(seat_map_set_show(map, &(struct map_show){.version = 40}));
	for (int i = 0; i < SEATS; i++) {
		snprintf(id, sizeof id, "A%03d", i);
		assert_true(seat_map_add_seat(map, &(struct map_seat){.seat_id = text_of(id),
		                                                      .status = SEAT_AVAILABLE,
		                                                      .version = 41}));
	}
	assert_true(seat_map_finish(map, 42));
	shown = (struct shown){.feed = 1, .map = map};
	shown_begin_anew(&maps, &shown, true);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	made_release(&shown.snaps[0]);
	made_release(&shown.snaps[1]);
	made_release(&shown.layout);
	seat_map_release(shown.map);
	return 0;
}

static bool on_done(struct maps_want *want, enum maps_found found, const struct maps_seen *seen)
{
	(void)want;
	assert_int_equal(found, MAPS_FOUND);
	assert_non_null(seen->json.data);
	gzip = seen->gzip.data;
	told++;
	return false;
}

static void ask(enum maps_wanted kind, bool takes_gzip)
{
	struct maps_want want = {.kind = kind, .takes_gzip = takes_gzip, .done = on_done};
	unsigned before = told;

	if (kind == MAPS_LAYOUT)
		strcpy(want.layout, seat_map_layout(shown.map));
	shown.wants = &want;
	shown_serve(&maps, &shown, 1);
	assert_int_equal(told, before + 1);
}

static void a_map_is_compressed_once_and_for_those_alone_who_take_it(void **state)
{
	const char *first;

	(void)state;
	ask(MAPS_SNAP, false);
	assert_null(gzip);
	assert_false(shown.snaps[1].is_gzipped);
	ask(MAPS_SNAP, true);
	assert_non_null(gzip);
	first = gzip;
	ask(MAPS_SNAP, false);
	assert_null(gzip);
	ask(MAPS_SNAP, true);
	assert_ptr_equal(gzip, first);
}

static void so_is_a_layout(void **state)
{
	(void)state;
	ask(MAPS_LAYOUT, false);
	assert_null(gzip);
	assert_false(shown.layout.is_gzipped);
	ask(MAPS_LAYOUT, true);
	assert_non_null(gzip);
}

static bool on_view(struct maps_want *want, enum maps_found found, const struct maps_seen *seen)
{
	(void)want;
	assert_int_equal(found, MAPS_FOUND);
	assert_int_equal(seen->o, 41);
	assert_non_null(seen->first);
	told++;
	return false;
}

/* He comes from a gateway that has another layout already, and is ahead. */
static void who_is_ahead_waits_also_with_another_layout(void **state)
{
	struct maps_want want = {.kind = MAPS_VIEW, .done = on_view, .has_since = true, .since = 42,
	                         .layout = "another"};
	unsigned before = told;

	(void)state;
	strcpy(want.epoch, seat_map_epoch(shown.map));
	shown.wants = &want;
	shown_serve(&maps, &shown, 1);
	assert_int_equal(told, before);
	assert_ptr_equal(shown.wants, &want);
	want.since = 41;
	shown_serve(&maps, &shown, 1);
	assert_int_equal(told, before + 1);
	assert_null(shown.wants);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_map_is_compressed_once_and_for_those_alone_who_take_it,
		                                set_up, tear_down),
		cmocka_unit_test_setup_teardown(so_is_a_layout, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_is_ahead_waits_also_with_another_layout, set_up,
		                                tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
