/*
 * Seat maps of several gateways against the rows, over random requests that the worker's planner
 * decides: made of rows at random points, moved on by events that come late, twice and behind; and
 * viewers who leave with one gateway and come back to another. After each request each map shows
 * what the rows were after it.
 */
#include "tests/unit/random_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/live/seat_map.h"
#include "tests/unit/audit/fold/planner.h"
#include "tests/unit/gateway/live/viewer.h"

#define SEEDS 100
#define GATEWAYS 3
#define EPOCH "0123456789abcdef"

/* What was decided, in order: its events, and each show as it was seen then. */
struct step {
	char show_id[16];
	int64_t offset;
	struct text events; /* by line; the planner's */
	struct viewer seen[STREAM_SHOWS];
	bool is_there[STREAM_SHOWS];
};

/* next: of the steps that came to its events */
struct gateway {
	size_t next;
	struct seat_map *maps[STREAM_SHOWS];
};

/* The world of a seed. */
static uint64_t seed;
static struct stream *stream;
static struct planner *planner;
static struct step steps[STREAM_RECORDS];
static size_t step_count;
static struct gateway gateways[GATEWAYS];
static struct arena arena;

/* What was met; else the test says little. */
static size_t seen, unseen, old, reloads, catch_ups, wholes, snaps, kinds[EVENT_KIND_COUNT];

#define SAME(condition) \
	do { \
		if (!(condition)) \
			fail_msg("seed %llu, offset %lld: not %s", (unsigned long long)seed, \
			         (long long)steps[step_count - 1].offset, #condition); \
	} while (0)

/* ---- maps made of rows ---- */

static int compare_seats(const void *a, const void *b)
{
	return text_compare(((const struct map_seat *)a)->seat_id,
	                    ((const struct map_seat *)b)->seat_id);
}

static int compare_areas(const void *a, const void *b)
{
	return text_compare(((const struct map_area *)a)->area_id,
	                    ((const struct map_area *)b)->area_id);
}

static const struct place *place_of(struct text show_id, struct text seat_id)
{
	struct planned_place place;

	for (size_t i = 0; planner_place(planner, i, &place); i++)
		if (text_same(place.show_id, show_id) && text_same(place.seat_id, seat_id))
			return place.place;
	return NULL;
}

static void add_seats(struct seat_map *map, struct text show_id)
{
	struct map_seat list[64];
	struct planned_seat row;
	size_t count = 0;

	for (size_t i = 0; planner_seat(planner, i, &row); i++) {
		if (!text_same(row.show_id, show_id))
			continue;
		assert_true(count < sizeof list / sizeof list[0]);
		list[count++] = (struct map_seat){
		    .seat_id = row.seat_id,
		    .status = row.status,
		    .has_channel = row.channel.data != NULL,
		    .has_holder = row.has_holder,
		    .reserved_by = row.holder,
		    .version = row.version,
		    .place = place_of(show_id, row.seat_id),
		};
	}
	qsort(list, count, sizeof list[0], compare_seats);
	for (size_t i = 0; i < count; i++)
		assert_true(seat_map_add_seat(map, &list[i]));
}

static void add_areas(struct seat_map *map, struct text show_id)
{
	struct map_area list[VIEWER_AREAS_MAX];
	struct planned_area row;
	size_t count = 0;

	for (size_t i = 0; planner_area(planner, i, &row); i++) {
		if (!text_same(row.show_id, show_id))
			continue;
		assert_true(count < VIEWER_AREAS_MAX);
		list[count++] = (struct map_area){
		    .area_id = row.area_id,
		    .category = row.category,
		    .capacity = row.capacity,
		    .held = row.held,
		    .sold = row.sold,
		    .has_channel = row.channel.data != NULL,
		    .version = row.version,
		};
	}
	qsort(list, count, sizeof list[0], compare_areas);
	for (size_t i = 0; i < count; i++)
		assert_true(seat_map_add_area(map, &list[i]));
}

/* Of the rows as they are now; NULL: there is no such show. */
static struct seat_map *load(const char *name)
{
	struct text show_id = text_of(name);
	struct planned_show row;
	struct seat_map *map;

	for (size_t i = 0; planner_show(planner, i, &row); i++) {
		if (!text_same(row.show_id, show_id))
			continue;
		map = seat_map_begin(show_id, text_of(EPOCH));
		assert_non_null(map);
		add_seats(map, show_id);
		add_areas(map, show_id);
		assert_true(seat_map_set_show(map, &(struct map_show){*row.policy, row.version}));
		assert_true(seat_map_finish(map, steps[step_count - 1].offset + 1));
		return map;
	}
	return NULL;
}

/* ---- what is seen of a map ---- */

static void take_snap(struct viewer *v, const struct seat_map *map)
{
	struct buf text = {0};

	seat_map_write_snap(map, &text, false);
	assert_false(text.failed);
	viewer_take(v, buf_text(&text));
	buf_release(&text);
}

static void take_delta(struct viewer *v, const struct seat_map *map)
{
	struct buf text = {0};

	seat_map_write_delta(map, &text, v->o);
	assert_false(text.failed);
	viewer_take(v, buf_text(&text));
	buf_release(&text);
}

/* The last step whose offset is below: what a map shows that waits for the events from there on. */
static size_t step_before(int64_t next_offset)
{
	size_t i = step_count;

	while (i > 0 && steps[i - 1].offset >= next_offset)
		i--;
	assert_true(i > 0);
	return i - 1;
}

static void check_map(size_t show, const struct seat_map *map)
{
	size_t at = step_before(seat_map_next_offset(map));
	struct viewer found = {.o = 0};

	take_snap(&found, map);
	SAME(steps[at].is_there[show]);
	SAME(viewer_same(&found, &steps[at].seen[show]));
	viewer_release(&found);
}

/* Whoever saw the show at any step before sees all of it again after one text. */
static void check_catch_up(size_t show, const struct seat_map *map)
{
	const struct step *from = &steps[stream_below(stream, (unsigned)step_count)];
	struct viewer now = {.o = 0}, back = {.o = 0};

	take_snap(&now, map);
	if (!from->is_there[show] || from->seen[show].o > now.o)
		return viewer_release(&now);
	viewer_copy(&back, &from->seen[show]);
	if (strcmp(back.layout, seat_map_layout(map))) {
		snaps++;
	} else {
		if (!seat_map_has_changed(map, back.o))
			SAME(viewer_sees_same(&back, &now));
		take_delta(&back, map);
		SAME(viewer_same(&back, &now));
		catch_ups++;
		wholes += back.is_whole_told;
	}
	viewer_release(&back);
	viewer_release(&now);
}

/* ---- events ---- */

static size_t read_events(const struct step *step, struct map_event *events, size_t max)
{
	const struct record_place place = {"requests", STREAM_PARTITION, step->offset};
	const char *at = step->events.data, *end = at + step->events.bytes;
	size_t count = 0;

	while (step->events.data && at < end) {
		const char *line_end = memchr(at, '\n', (size_t)(end - at));
		struct buf json = {0};

		line_end = line_end ? line_end : end;
		event_encode_whole(&json, (struct text){at, (size_t)(line_end - at)}, &place);
		assert_true(count < max);
		if (!map_event_read(buf_text(&json), &arena, &events[count]))
			fail_msg("not read: %s", json.data);
		SAME(events[count].is_known && events[count].offset == step->offset);
		SAME(text_same(events[count].show_id, text_of(step->show_id)));
		kinds[events[count++].kind]++;
		buf_release(&json);
		at = line_end + 1;
	}
	return count;
}

/* SEEN exactly where something is seen, and then a text that says so, and what did not change not. */
static void check_fold(const struct viewer *before, const struct seat_map *map,
                       enum seat_map_fold came)
{
	struct viewer after = {.o = 0}, told = {.o = 0};

	take_snap(&after, map);
	SAME((came == MAP_SEEN) == !viewer_sees_same(before, &after));
	viewer_copy(&told, before);
	take_delta(&told, map);
	SAME(viewer_same(&told, &after));
	SAME(told.is_whole_told || (came == MAP_SEEN) == (told.seats_told + told.areas_told > 0));
	SAME((came == MAP_SEEN) == seat_map_has_changed(map, before->o));
	viewer_release(&after);
	viewer_release(&told);
}

static void fold_step(struct gateway *g, size_t show, const struct step *step)
{
	struct seat_map *map = g->maps[show];
	struct map_event events[64];
	size_t count = read_events(step, events, 64);
	bool is_old = step->offset < seat_map_next_offset(map);
	struct viewer before = {.o = 0};
	enum seat_map_fold came;

	if (!count)
		return;
	take_snap(&before, map);
	came = seat_map_fold(map, events, count);
	SAME(is_old == (came == MAP_OLD));
	if (came == MAP_SEEN || came == MAP_UNSEEN)
		check_fold(&before, map, came);
	if (came == MAP_RELOAD) {
		check_map(show, map); /* nothing is done */
		seat_map_release(map);
		g->maps[show] = map = load(step->show_id);
	}
	seen += came == MAP_SEEN;
	unseen += came == MAP_UNSEEN;
	old += came == MAP_OLD;
	reloads += came == MAP_RELOAD;
	check_map(show, map);
	viewer_release(&before);
}

static size_t show_of(const char *name)
{
	size_t show = 0;

	while (show < STREAM_SHOWS && strcmp(stream->shows[show], name))
		show++;
	return show;
}

static void read_on(struct gateway *g, const struct step *step)
{
	size_t show = show_of(step->show_id);

	if (show < STREAM_SHOWS && g->maps[show])
		fold_step(g, show, step);
	arena_clear(&arena);
}

/* ---- the world ---- */

static void look_at_rows(struct step *step)
{
	for (size_t show = 0; show < STREAM_SHOWS; show++) {
		struct seat_map *map = load(stream->shows[show]);

		step->is_there[show] = map;
		if (map)
			take_snap(&step->seen[show], map);
		seat_map_release(map);
	}
}

static void decide(const struct sent *sent)
{
	struct step *step = &steps[step_count];
	struct record record = sent->record;
	struct planned planned;

	/* Of half of the streams one behind the other, where being off by one is seen. */
	record.offset = seed % 2 ? sent->record.offset : (int64_t)step_count;
	planner_decide(planner, &record, 1, &planned);
	*step = (struct step){.offset = record.offset, .events = planned.events};
	step_count++;
	snprintf(step->show_id, sizeof step->show_id, "%s", sent->key);
	look_at_rows(step);
}

static void go_on(struct gateway *g)
{
	size_t show = stream_below(stream, STREAM_SHOWS);

	if (stream_below(stream, 8) == 0) { /* people come to the show, or all have left it */
		seat_map_release(g->maps[show]);
		g->maps[show] = stream_below(stream, 3) ? load(stream->shows[show]) : NULL;
	}
	if (g->next > 0 && stream_below(stream, 4) == 0) /* twice */
		read_on(g, &steps[stream_below(stream, (unsigned)g->next)]);
	while (g->next < step_count && stream_below(stream, 3))
		read_on(g, &steps[g->next++]);
	if (g->maps[show])
		check_catch_up(show, g->maps[show]);
}

static void live_through(void)
{
	step_count = 0;
	for (size_t i = 0; i < stream->count; i++) {
		decide(&stream->sent[i]);
		for (size_t k = 0; k < GATEWAYS; k++)
			go_on(&gateways[k]);
	}
	for (size_t k = 0; k < GATEWAYS; k++)
		while (gateways[k].next < step_count)
			read_on(&gateways[k], &steps[gateways[k].next++]);
	for (size_t k = 0; k < GATEWAYS; k++)
		for (size_t show = 0; show < STREAM_SHOWS; show++)
			if (gateways[k].maps[show]) { /* all is read: what is seen equals the rows */
				struct viewer v = {.o = 0};

				take_snap(&v, gateways[k].maps[show]);
				SAME(viewer_same(&v, &steps[step_count - 1].seen[show]));
				viewer_release(&v);
			}
}

static void clear(void)
{
	for (size_t i = 0; i < step_count; i++)
		for (size_t show = 0; show < STREAM_SHOWS; show++)
			viewer_release(&steps[i].seen[show]);
	for (size_t k = 0; k < GATEWAYS; k++) {
		for (size_t show = 0; show < STREAM_SHOWS; show++)
			seat_map_release(gateways[k].maps[show]);
		gateways[k] = (struct gateway){.next = 0};
	}
}

static void maps_show_what_the_rows_are_however_events_come(void **state)
{
	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		stream = stream_make(seed);
		planner = planner_open(STREAM_PARTITION, STREAM_PARTITIONS, stream->count);
		live_through();
		clear();
		planner_close(planner);
		free(stream);
	}
	arena_release(&arena);
}

/* Runs behind it. */
static void the_random_streams_meet_everything(void **state)
{
	(void)state;
	print_message("seen %zu, unseen %zu, old %zu, reloads %zu, catch-ups %zu (%zu whole), snaps "
	              "%zu\n", seen, unseen, old, reloads, catch_ups, wholes, snaps);
	for (int k = 0; k < EVENT_KIND_COUNT; k++)
		if (!kinds[k])
			fail_msg("never met: %s", event_kind_name((enum event_kind)k));
	assert_true(seen > 1000 && unseen > 100 && old > 1000 && reloads > 100);
	assert_true(catch_ups > 1000 && catch_ups > wholes && wholes > 100 && snaps > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(maps_show_what_the_rows_are_however_events_come),
	    cmocka_unit_test(the_random_streams_meet_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
