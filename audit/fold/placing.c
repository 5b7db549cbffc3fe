#include "audit/fold/placing.h"

#include <assert.h>
#include <stdlib.h>

#include "audit/fold/house.h"

/* NUL is in no name, so that nothing runs into the next. */
static struct text spot_of(struct arena *memory, const struct place *place)
{
	struct buf b = {0};
	struct text spot;

	buf_add_text(&b, place->section);
	buf_add(&b, "", 1);
	buf_add_text(&b, place->row);
	buf_add(&b, "", 1);
	buf_add_u16(&b, (uint16_t)place->pos);
	spot = b.failed ? (struct text){NULL, 0} : arena_copy(memory, buf_text(&b));
	buf_release(&b);
	return spot;
}

static int compare_spots(const void *a, const void *b)
{
	const struct placing *const *x = a, *const *y = b;

	return text_compare((*x)->spot, (*y)->spot);
}

/* Those of the list that stand at one spot lie beside one another when they are sorted. */
static void find_meetings_within(struct placing **sorted, size_t count)
{
	qsort(sorted, count, sizeof *sorted, compare_spots);
	for (size_t i = 1; i < count; i++)
		if (text_same(sorted[i - 1]->spot, sorted[i]->spot))
			sorted[i - 1]->meets = sorted[i]->meets = true;
}

static int compare_seats(const void *a, const void *b)
{
	const struct seat *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

/* Who stands there and stays; NULL: nobody. `moving`: seats of the list, sorted. */
static const struct seat *who_stays(const struct show *show, struct text spot,
                                    struct seat *const *moving, size_t count)
{
	const struct seat_place *there;

	HASH_FIND(hh, show->places, spot.data, spot.bytes, there);
	if (!there || bsearch(&there->seat, moving, count, sizeof *moving, compare_seats))
		return NULL;
	return there->seat;
}

bool placing_find_meetings(struct arena *memory, const struct show *show, struct placing *list,
                           size_t count)
{
	struct placing **with_row = calloc(count + 1, sizeof *with_row);
	struct seat **moving = calloc(count + 1, sizeof *moving);
	size_t row_count = 0, moving_count = 0;
	bool is_done = with_row && moving;

	for (size_t i = 0; is_done && i < count; i++) {
		if (list[i].seat)
			moving[moving_count++] = list[i].seat;
		if (!list[i].place->row.data)
			continue;
		list[i].spot = spot_of(memory, list[i].place);
		is_done = list[i].spot.data != NULL;
		with_row[row_count++] = &list[i];
	}
	if (is_done) {
		qsort(moving, moving_count, sizeof *moving, compare_seats);
		for (size_t i = 0; i < row_count; i++)
			with_row[i]->meets = who_stays(show, with_row[i]->spot, moving, moving_count) != NULL;
		find_meetings_within(with_row, row_count);
	}
	free(with_row);
	free(moving);
	return is_done;
}

static bool copy_text(struct arena *memory, struct text from, struct text *to)
{
	*to = from.data ? arena_copy(memory, from) : (struct text){NULL, 0};
	return !from.data || to->data;
}

static bool same_point(const struct place *a, const struct place *b)
{
	return a->has_point == b->has_point && (!a->has_point || (a->x == b->x && a->y == b->y));
}

static bool same_place(const struct place *a, const struct place *b)
{
	return text_identical(a->section, b->section) && text_identical(a->row, b->row) &&
	       text_identical(a->category, b->category) && a->pos == b->pos && a->rank == b->rank &&
	       a->flags == b->flags && same_point(a, b);
}

static bool set_place(struct arena *memory, struct seat_place *at, const struct placing *p,
                      int64_t offset)
{
	struct place before = at->place;

	at->place = *p->place;
	if (!at->place.rank)
		at->place.rank = PLACE_RANK_DEFAULT;
	at->spot = p->spot;
	if (!copy_text(memory, p->place->section, &at->place.section) ||
	    !copy_text(memory, p->place->row, &at->place.row) ||
	    !copy_text(memory, p->place->category, &at->place.category))
		return false;
	if (at->version == NO_OFFSET || !same_place(&at->place, &before))
		at->version = offset;
	return true;
}

bool placing_settle(struct arena *memory, struct show *show, struct placing *list, size_t count,
                    int64_t offset)
{
	house_close(show);
	/* All leave first, as they may change places. */
	for (size_t i = 0; i < count; i++) {
		struct seat *seat = list[i].seat;

		if (seat->place && seat->place->spot.data)
			HASH_DEL(show->places, seat->place);
	}
	for (size_t i = 0; i < count; i++) {
		struct seat *seat = list[i].seat;

		if (!seat->place) {
			seat->place = arena_take(memory, sizeof *seat->place);
			if (!seat->place)
				return false;
			seat->place->seat = seat;
			seat->place->version = NO_OFFSET;
		}
		if (!set_place(memory, seat->place, &list[i], offset))
			return false;
		if (!seat->place->spot.data)
			continue;
		assert(!list[i].meets);
		HASH_ADD_KEYPTR(hh, show->places, seat->place->spot.data, seat->place->spot.bytes,
		                seat->place);
		if (!seat->place->hh.tbl)
			return false;
	}
	return true;
}
