#include "worker/plan/areas.h"

#include <assert.h>
#include <string.h>

#include "common/base/fault.h"

/* ---- holds whose time comes, the first at the head of a heap ---- */

struct lapse {
	int64_t until_ms, offset;
	struct reservation *r;
};

/*
 * What is on the heap may have changed since: it counts where the hold is still held until then,
 * has places there, and is not among the lapsed ones.
 */
struct area_lapses {
	struct lapse *heap;
	size_t heap_count, heap_max;
	/* Holds that have lapsed, in order; those that have ended since are passed over. */
	struct reservation **lapsed;
	size_t lapsed_first, lapsed_count, lapsed_max;
	int64_t places; /* of those of them that are held */
};

static bool is_before(const struct lapse *a, const struct lapse *b)
{
	return a->until_ms < b->until_ms || (a->until_ms == b->until_ms && a->offset < b->offset);
}

/* Room for one more. false: out of memory. */
static bool grow(struct turn *turn, void **items, size_t count, size_t *max, size_t item_bytes)
{
	size_t more = *max ? 2 * *max : 16;
	void *grown;

	if (count < *max)
		return true;
	grown = arena_take(turn->view->arena, more * item_bytes);
	if (!grown) {
		turn->view->failed = true;
		return false;
	}
	if (count)
		memcpy(grown, *items, count * item_bytes);
	*items = grown;
	*max = more;
	return true;
}

static void put_on_heap(struct turn *turn, struct area_lapses *lapses, struct reservation *r)
{
	const struct lapse put = {r->reserved_until_ms, r->request_offset, r};
	void *heap = lapses->heap;
	size_t at = lapses->heap_count;

	if (!grow(turn, &heap, at, &lapses->heap_max, sizeof put))
		return;
	lapses->heap = heap;
	lapses->heap_count++;
	for (; at > 0 && is_before(&put, &lapses->heap[(at - 1) / 2]); at = (at - 1) / 2)
		lapses->heap[at] = lapses->heap[(at - 1) / 2];
	lapses->heap[at] = put;
}

static struct lapse take_from_heap(struct area_lapses *lapses)
{
	struct lapse *heap = lapses->heap, first = heap[0];
	const struct lapse last = heap[--lapses->heap_count];
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= lapses->heap_count)
			break;
		if (child + 1 < lapses->heap_count && is_before(&heap[child + 1], &heap[child]))
			child++;
		if (!is_before(&heap[child], &last))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = last;
	return first;
}

/* NULL: to this batch it does not matter what has lapsed there. */
static struct area_lapses *lapses_of(struct turn *turn, struct area_row *area)
{
	if (!area->rows_wanted || area->lapses)
		return area->lapses;
	area->lapses = arena_take(turn->view->arena, sizeof *area->lapses);
	if (!area->lapses) {
		turn->view->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < area->lapsing_count; i++)
		put_on_heap(turn, area->lapses, area->lapsing[i]);
	return area->lapses;
}

static struct reserved_area *find_place(const struct reservation *r, const struct area_row *area)
{
	for (size_t i = 0; i < r->area_count; i++)
		if (r->areas[i].area == area)
			return &r->areas[i];
	return NULL;
}

/* Those whose time has come by t are among the lapsed ones. */
static void advance(struct turn *turn, struct area_row *area, struct area_lapses *lapses)
{
	while (lapses->heap_count && lapses->heap[0].until_ms <= turn->t_ms) {
		const struct lapse next = take_from_heap(lapses);
		struct reserved_area *reserved = find_place(next.r, area);
		void *lapsed = lapses->lapsed;

		if (!next.r->exists || next.r->status != RESERVATION_HELD || !reserved ||
		    !reserved->count || reserved->is_lapsed ||
		    next.r->reserved_until_ms != next.until_ms)
			continue;
		if (!grow(turn, &lapsed, lapses->lapsed_count, &lapses->lapsed_max, sizeof next.r))
			return;
		lapses->lapsed = lapsed;
		lapses->lapsed[lapses->lapsed_count++] = next.r;
		reserved->is_lapsed = true;
		lapses->places += reserved->count;
	}
}

/* The hold will be held until another time, or has places there now. */
static void expect(struct turn *turn, struct area_row *area, struct reservation *r)
{
	struct area_lapses *lapses = lapses_of(turn, area);

	if (r->reserved_until_ms < area->taken_until_ms)
		area->taken_until_ms = r->reserved_until_ms;
	if (lapses)
		put_on_heap(turn, lapses, r);
}

/* ---- looking ---- */

static int64_t free_places(const struct area_row *area)
{
	return (int64_t)area->row.capacity - area->row.held - area->row.sold;
}

int64_t area_room_now(struct turn *turn, struct area_row *area)
{
	struct area_lapses *lapses = lapses_of(turn, area);
	int64_t lapsed;

	if (!lapses || fault_has_bug(FAULT_BUG_LAPSED_NO_ROOM))
		return free_places(area);
	advance(turn, area, lapses);
	/* More than is held at all: by a change by hand. */
	lapsed = lapses->places < area->row.held ? lapses->places : area->row.held;
	return free_places(area) + lapsed;
}

/* What the area's row counts of it as held, by its own row. */
static int32_t held_in(const struct reservation *r, const struct reserved_area *reserved)
{
	if (r->status != RESERVATION_HELD)
		return 0;
	return reserved->count < reserved->area->row.held ? reserved->count
	                                                  : reserved->area->row.held;
}

int64_t area_room_for(struct turn *turn, struct area_row *area, const struct reservation *r)
{
	int64_t room = area_room_now(turn, area);
	const struct reserved_area *reserved = find_place(r, area);

	return reserved && !reserved->is_lapsed ? room + held_in(r, reserved) : room;
}

struct reserved_area *area_find_in(const struct reservation *r, struct text area_id)
{
	for (size_t i = 0; i < r->area_count; i++)
		if (text_same(r->areas[i].area_id, area_id))
			return &r->areas[i];
	return NULL;
}

int32_t area_count_in(const struct reservation *r, struct text area_id)
{
	const struct reserved_area *reserved = area_find_in(r, area_id);

	return reserved ? reserved->count : 0;
}

struct reservation *area_next_lapsed(struct turn *turn, struct area_row *area, int32_t count)
{
	struct area_lapses *lapses;

	if (free_places(area) >= (int64_t)count + fault_has_bug(FAULT_BUG_END_ONE_MORE))
		return NULL;
	lapses = lapses_of(turn, area);
	if (!lapses)
		return NULL;
	advance(turn, area, lapses);
	while (lapses->lapsed_first < lapses->lapsed_count) {
		struct reservation *r = lapses->lapsed[lapses->lapsed_first];
		const struct reserved_area *reserved = find_place(r, area);

		if (reserved && reserved->is_lapsed)
			return r;
		lapses->lapsed_first++;
	}
	return NULL;
}

/* ---- changing ---- */

static struct area_columns *touch(struct turn *turn, struct area_row *area)
{
	view_touch_area(turn->view, area);
	area->row.version = turn->offset;
	return &area->row;
}

static int32_t less(int32_t from, int32_t count)
{
	return from > count ? from - count : 0; /* below 0: by a change by hand */
}

/* Its area counts so much less of it, as far as it is held or confirmed. */
static void give(struct turn *turn, const struct reservation *r, struct reserved_area *reserved,
                 int32_t count)
{
	struct area_columns *row;

	if (!reserved->area || !count)
		return;
	if (reserved->is_lapsed)
		reserved->area->lapses->places -= count;
	if (fault_has_bug(FAULT_BUG_PLACES_BACK_TWICE))
		count *= 2;
	row = touch(turn, reserved->area);
	if (r->status == RESERVATION_CONFIRMED)
		row->sold = less(row->sold, count);
	else
		row->held = less(row->held, count);
}

/* Its row of the area, last of all where it has none there now. NULL: out of memory. */
static struct reserved_area *come_in(struct turn *turn, struct reservation *r,
                                     struct area_row *area)
{
	struct reserved_area *found = find_place(r, area), *areas, made = {0};
	size_t kept = 0;

	if (found && (found->count || fault_has_bug(FAULT_BUG_AREA_KEEPS_PLACE)))
		return found;
	areas = arena_take(turn->view->arena, (r->area_count + 1) * sizeof *areas);
	if (!areas) {
		turn->view->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < r->area_count; i++)
		if (&r->areas[i] != found)
			areas[kept++] = r->areas[i];
	if (found)
		made = *found;
	made.area_id = area->area_id;
	made.area = area;
	made.place = r->area_count ? r->areas[r->area_count - 1].place + 1 : 0;
	areas[kept] = made;
	r->areas = areas;
	r->area_count = kept + 1;
	return &areas[kept];
}

void areas_take(struct turn *turn, struct reservation *r, const struct area_count *areas,
                size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct area_row *area = view_find_area(turn->show, areas[i].area_id);
		struct reserved_area *reserved = come_in(turn, r, area);
		struct area_columns *row;

		if (!reserved)
			return;
		assert(r->status == RESERVATION_HELD);
		assert(free_places(area) >= areas[i].count || fault_has_bug(FAULT_BUG_AREA_ONE_OVER));
		row = touch(turn, area);
		/* No more than fits: else the database would refuse it, and the audit have nothing to find. */
		row->held += free_places(area) < areas[i].count ? (int32_t)free_places(area)
		                                                : areas[i].count;
		reserved->count += areas[i].count;
		r->places += areas[i].count;
		expect(turn, area, r);
	}
}

void areas_drop(struct turn *turn, struct reservation *r, const struct area_count *areas,
                size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct reserved_area *reserved = area_find_in(r, areas[i].area_id);

		assert(reserved && reserved->count >= areas[i].count);
		give(turn, r, reserved, areas[i].count);
		reserved->count -= areas[i].count;
		r->places -= areas[i].count;
	}
}

void areas_give_back(struct turn *turn, const struct reservation *r)
{
	if (r->status != RESERVATION_HELD && r->status != RESERVATION_CONFIRMED)
		return;
	for (size_t i = 0; i < r->area_count; i++) {
		give(turn, r, &r->areas[i], r->areas[i].count);
		r->areas[i].is_lapsed = false;
	}
}

void areas_sell(struct turn *turn, const struct reservation *r)
{
	for (size_t i = 0; i < r->area_count; i++) {
		const struct reserved_area *reserved = &r->areas[i];

		if (!reserved->count)
			continue;
		assert(free_places(reserved->area) >= reserved->count);
		touch(turn, reserved->area)->sold += reserved->count;
	}
}

void areas_extend(struct turn *turn, struct reservation *r)
{
	for (size_t i = 0; i < r->area_count; i++)
		if (r->areas[i].count)
			expect(turn, r->areas[i].area, r);
}
