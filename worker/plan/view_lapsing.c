/* The part of view.h about areas and the holds that lapse there: the functions of view_areas.h. */
#define HASH_NONFATAL_OOM 1
#include "worker/plan/view_areas.h"

#include "worker/plan/view.h"

#undef uthash_nonfatal_oom
#define uthash_nonfatal_oom(element) (view->failed = true)

static void *take(struct view *view, size_t bytes)
{
	void *taken = arena_take(view->arena, bytes);

	if (!taken)
		view->failed = true;
	return taken;
}

/* ---- areas ---- */

struct area_row *view_find_area(const struct show *show, struct text area_id)
{
	struct area_row *area = NULL;

	HASH_FIND(hh, show->areas, area_id.data, area_id.bytes, area);
	return area;
}

struct area_row *view_new_area(struct view *view, struct show *show, struct text area_id)
{
	struct area_row *area = take(view, sizeof *area);

	if (!area)
		return NULL;
	area->area_id = arena_copy(view->arena, area_id);
	if (!area->area_id.data) {
		view->failed = true;
		return NULL;
	}
	area->show = show;
	area->lapses_from_ms = INT64_MIN;
	area->taken_until_ms = INT64_MAX;
	HASH_ADD_KEYPTR(hh, show->areas, area->area_id.data, area->area_id.bytes, area);
	return view->failed ? NULL : area;
}

void view_learn_area(struct area_row *area)
{
	area->existed = true;
	area->seen = area->row;
}

void view_touch_area(struct view *view, struct area_row *area)
{
	if (area->is_changed)
		return;
	area->is_changed = true;
	area->next_changed = view->changed_areas;
	view->changed_areas = area;
}

/* ---- what lapses in them ---- */

static void list_area(struct view *view, struct area_row *area)
{
	area->is_wanted = true;
	area->next_wanted = view->wanted_lapsing;
	view->wanted_lapsing = area;
}

void view_want_lapsing(struct view *view, struct area_row *area, size_t rows)
{
	if (rows <= area->rows_wanted)
		return;
	area->rows_wanted = rows;
	if (area->lapses_from_ms > view->until_ms)
		area->rows_known = AREA_ROWS_ALL;
	if (rows > area->rows_known && !area->is_wanted)
		list_area(view, area);
}

void view_learn_lapsing(struct view *view, struct area_row *area, const struct uuid *ids,
                        size_t count, bool is_all)
{
	area->is_wanted = false;
	area->rows_known = is_all ? AREA_ROWS_ALL : count;
	area->lapsing = take(view, (count + 1) * sizeof(struct reservation *));
	if (!area->lapsing)
		return;
	area->lapsing_count = count;
	for (size_t i = 0; i < count; i++)
		area->lapsing[i] = view_reservation(view, area->show, &ids[i]);
	if (area->rows_wanted > area->rows_known)
		list_area(view, area);
}

int64_t view_lapses_from(const struct view *view, const struct area_row *area)
{
	int64_t from_ms = area->lapses_from_ms;

	if (area->rows_known == AREA_ROWS_ALL && from_ms <= view->until_ms) {
		from_ms = view->until_ms + 1;
		if (from_ms < area->lapses_behind_ms)
			from_ms = area->lapses_behind_ms;
		for (size_t i = 0; i < area->lapsing_count; i++) {
			const struct reservation *r = area->lapsing[i];

			if (r->status == RESERVATION_HELD && r->reserved_until_ms < from_ms)
				from_ms = r->reserved_until_ms;
		}
	}
	return from_ms < area->taken_until_ms ? from_ms : area->taken_until_ms;
}

/* ---- places that the batch may take ---- */

static void want_places_of(struct view *view, struct area_row *area, int64_t places)
{
	const struct area_columns *row = &area->row;

	area->places_wanted += places;
	if (area->places_wanted > (int64_t)row->capacity - row->held - row->sold)
		view_want_lapsing(view, area, (size_t)area->places_wanted);
}

void view_want_places(struct view *view, struct show *show, struct text area_id, int64_t places)
{
	struct area_want *want = NULL;

	if (show->known == KNOWN) {
		struct area_row *area = view_find_area(show, area_id);

		if (area)
			want_places_of(view, area, places);
		return;
	}
	HASH_FIND(hh, show->area_wants, area_id.data, area_id.bytes, want);
	if (!want) {
		want = take(view, sizeof *want);
		if (!want)
			return;
		want->area_id = area_id;
		HASH_ADD_KEYPTR(hh, show->area_wants, want->area_id.data, want->area_id.bytes, want);
	}
	want->places += places;
}

void view_learn_area_wants(struct view *view, struct show *show)
{
	for (const struct area_want *want = show->area_wants; want; want = want->hh.next)
		view_want_places(view, show, want->area_id, want->places);
}

/* One whose places the area does not count (a change by hand) has them no more. */
static bool may_take_again(const struct reservation *r, const struct reserved_area *reserved)
{
	if (r->status == RESERVATION_EXPIRED)
		return true;
	return r->status == RESERVATION_HELD && (r->reserved_until_ms <= r->confirm_ms ||
	                                         reserved->area->row.held < reserved->count);
}

void view_learn_reserved_areas(struct view *view, struct reservation *r)
{
	for (size_t i = 0; i < r->area_count; i++) {
		struct reserved_area *reserved = &r->areas[i];

		reserved->area = view_find_area(r->show, reserved->area_id);
		reserved->existed = true;
		reserved->seen_count = reserved->count;
		reserved->seen_place = reserved->place;
		/* Of a lapsed hold, too: what it keeps is no room for others. */
		if (reserved->area && reserved->count && r->confirm_ms && may_take_again(r, reserved))
			want_places_of(view, reserved->area, reserved->count);
	}
}
