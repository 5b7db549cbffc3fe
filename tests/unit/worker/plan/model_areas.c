/* The model's areas, and the places of reservations in them: rows, source, what applies a plan. */
#include "tests/unit/worker/plan/model_rows.h"

static struct text keep(struct model *m, struct text t)
{
	return t.data ? arena_copy(&m->arena, t) : t;
}

struct model_area *model_area(struct model *m, struct text show_id, struct text area_id)
{
	size_t row = model_find(m, MODEL_AREA, show_id, area_id);

	return row == SIZE_MAX ? NULL : &m->areas[row];
}

static int32_t count_in(const struct model_reservation *row, struct text area_id)
{
	for (size_t i = 0; i < row->area_count; i++)
		if (text_same(row->areas[i].area_id, area_id))
			return row->areas[i].count;
	return 0;
}

static bool same_columns(const struct area_columns *a, const struct area_columns *b)
{
	return a->capacity == b->capacity && a->held == b->held && a->sold == b->sold &&
	       a->version == b->version && text_identical(a->channel, b->channel) &&
	       text_identical(a->category, b->category);
}

/* ---- the source ---- */

void model_fill_areas(struct model *m, struct view *view, struct show *show)
{
	for (size_t i = 0; i < m->area_count; i++) {
		const struct model_area *row = &m->areas[i];
		struct area_row *area;

		if (!text_same(row->show_id, show->show_id) ||
		    !(area = view_new_area(view, show, row->area_id)))
			continue;
		area->row = row->row;
		if (m->keeps_bounds)
			area->lapses_from_ms = row->lapses_from_ms;
		view_learn_area(area);
	}
}

void model_fill_reserved_areas(struct view *view, struct reservation *r,
                               const struct model_reservation *row)
{
	struct reserved_area *areas;

	if (!row->area_count)
		return;
	areas = arena_take(view->arena, row->area_count * sizeof *areas);
	if (!areas) {
		view->failed = true;
		return;
	}
	for (size_t i = 0; i < row->area_count; i++) {
		areas[i].area_id = row->areas[i].area_id;
		areas[i].count = row->areas[i].count;
		areas[i].place = row->areas[i].place;
	}
	r->areas = areas;
	r->area_count = row->area_count;
}

static int by_lapse(const void *a, const void *b)
{
	const struct model_reservation *const *x = a, *const *y = b;

	if ((*x)->reserved_until_ms != (*y)->reserved_until_ms)
		return (*x)->reserved_until_ms < (*y)->reserved_until_ms ? -1 : 1;
	return ((*x)->request_offset > (*y)->request_offset) -
	       ((*x)->request_offset < (*y)->request_offset);
}

void model_fill_lapsing(struct model *m, struct view *view, struct area_row *area)
{
	const struct model_reservation **rows =
	    calloc(m->reservation_count + 1, sizeof(struct model_reservation *));
	struct uuid *ids = calloc(m->reservation_count + 1, sizeof *ids);
	size_t count = 0, wanted = area->rows_wanted;

	assert_true(rows && ids);
	MODEL_CHECK(m, wanted > 0 && area->is_wanted);
	for (size_t i = 0; i < m->reservation_count; i++) {
		const struct model_reservation *row = &m->reservations[i];

		if (row->status == RESERVATION_HELD && row->reserved_until_ms <= m->until_ms &&
		    text_same(row->show_id, area->show->show_id) && count_in(row, area->area_id))
			rows[count++] = row;
	}
	qsort(rows, count, sizeof rows[0], by_lapse);
	for (size_t i = 0; i < count; i++)
		ids[i] = rows[i]->id;
	view_learn_lapsing(view, area, ids, count < wanted ? count : wanted, count < wanted);
	m->lapsing_read++;
	free(rows);
	free(ids);
}

/* ---- what a plan changed ---- */

static void write_area(struct model *m, const struct area_row *area)
{
	struct model_area *row = model_area(m, area->show->show_id, area->area_id);
	const struct area_columns *is = &area->row;

	MODEL_CHECK(m, area->existed == (row != NULL));
	MODEL_CHECK(m, is->held >= 0 && is->sold >= 0 && is->held + is->sold <= is->capacity);
	if (row) {
		MODEL_CHECK(m, same_columns(&row->row, &area->seen)); /* the guard */
	} else {
		MODEL_CHECK(m, m->area_count < m->settings_max);
		model_index(m, MODEL_AREA, area->show->show_id, area->area_id, m->area_count);
		row = &m->areas[m->area_count++];
		row->show_id = keep(m, area->show->show_id);
		row->area_id = keep(m, area->area_id);
	}
	row->row = *is;
	row->row.channel = keep(m, is->channel);
	row->row.category = keep(m, is->category);
}

/* Of all that the view has, changed or not. */
static void keep_bounds(struct model *m, const struct view *view)
{
	for (const struct show *show = view->shows; show; show = show->hh.next)
		for (const struct area_row *a = show->areas; a; a = a->hh.next)
			model_area(m, show->show_id, a->area_id)->lapses_from_ms = view_lapses_from(view, a);
}

void model_write_areas(struct model *m, const struct view *view)
{
	for (const struct area_row *a = view->changed_areas; a; a = a->next_changed) {
		MODEL_CHECK(m, a->is_changed);
		write_area(m, a);
	}
	keep_bounds(m, view);
}

void model_write_reserved_areas(struct model *m, struct model_reservation *row,
                                const struct reservation *r)
{
	struct model_reserved_area *areas = arena_take(&m->arena, (r->area_count + 1) * sizeof *areas);
	size_t existed = 0;

	assert_non_null(areas);
	for (size_t i = 0; i < r->area_count; i++) {
		const struct reserved_area *is = &r->areas[i];
		const struct model_reserved_area *was = NULL;

		for (size_t k = 0; k < row->area_count; k++)
			if (text_same(row->areas[k].area_id, is->area_id))
				was = &row->areas[k];
		MODEL_CHECK(m, is->existed == (was != NULL));
		MODEL_CHECK(m, !was || (was->count == is->seen_count && was->place == is->seen_place));
		MODEL_CHECK(m, is->count >= 0 && (i == 0 || is->place > r->areas[i - 1].place));
		existed += is->existed;
		areas[i] = (struct model_reserved_area){keep(m, is->area_id), is->count, is->place};
	}
	MODEL_CHECK(m, existed == row->area_count);
	row->areas = areas;
	row->area_count = r->area_count;
}

/* ---- what must hold ---- */

void model_check_areas_unchanged(struct model *m, const struct show *show)
{
	size_t rows = 0;

	for (size_t i = 0; i < m->area_count; i++)
		rows += text_same(m->areas[i].show_id, show->show_id);
	for (const struct area_row *a = show->areas; a; a = a->hh.next) {
		const struct model_area *row = model_area(m, show->show_id, a->area_id);

		MODEL_CHECK(m, a->is_changed || (row && same_columns(&row->row, &a->row)));
		rows -= row != NULL;
	}
	MODEL_CHECK(m, rows == 0);
	for (const struct reservation *r = show->reservations; r; r = r->hh.next)
		for (size_t i = 0; i < r->area_count && !r->is_changed; i++)
			MODEL_CHECK(m, r->areas[i].count == r->areas[i].seen_count &&
			                   r->areas[i].place == r->areas[i].seen_place);
}

void model_check_areas_as_read(struct model *m, const struct show *show)
{
	model_check_areas_unchanged(m, show);
	for (const struct reservation *r = show->reservations; r; r = r->hh.next) {
		const struct model_reservation *row = model_reservation(m, show->show_id, &r->id);

		MODEL_CHECK(m, r->area_count == (row ? row->area_count : 0));
		for (size_t i = 0; i < r->area_count; i++)
			MODEL_CHECK(m, text_same(r->areas[i].area_id, row->areas[i].area_id) &&
			                   r->areas[i].count == row->areas[i].count &&
			                   r->areas[i].place == row->areas[i].place);
	}
}

/* What reservations say of an area. */
struct area_sum {
	int64_t held, sold, lapses_from_ms;
};

static void add_to_sums(struct model *m, const struct model_reservation *r, struct area_sum *sums)
{
	for (size_t k = 0; k < r->area_count; k++) {
		struct model_area *area = model_area(m, r->show_id, r->areas[k].area_id);
		struct area_sum *sum;

		MODEL_CHECK(m, area != NULL);
		sum = &sums[area - m->areas];
		if (r->status == RESERVATION_HELD && r->areas[k].count &&
		    r->reserved_until_ms < sum->lapses_from_ms)
			sum->lapses_from_ms = r->reserved_until_ms;
		sum->held += r->status == RESERVATION_HELD ? r->areas[k].count : 0;
		sum->sold += r->status == RESERVATION_CONFIRMED ? r->areas[k].count : 0;
	}
}

static void check_sums(struct model *m)
{
	struct area_sum *sums = calloc(m->area_count + 1, sizeof *sums);

	assert_non_null(sums);
	for (size_t i = 0; i < m->area_count; i++)
		sums[i].lapses_from_ms = INT64_MAX;
	for (size_t i = 0; i < m->reservation_count; i++)
		add_to_sums(m, &m->reservations[i], sums);
	for (size_t i = 0; i < m->area_count; i++) {
		const struct model_area *area = &m->areas[i];

		MODEL_CHECK(m, sums[i].held == area->row.held && sums[i].sold == area->row.sold);
		MODEL_CHECK(m, sums[i].held + sums[i].sold <= area->row.capacity);
		MODEL_CHECK(m, area->lapses_from_ms <= sums[i].lapses_from_ms);
	}
	free(sums);
}

void model_check_areas(struct model *m)
{
	check_sums(m);
	for (size_t i = 0; i < m->reservation_count; i++) {
		const struct model_reservation *r = &m->reservations[i];
		int64_t places = (int64_t)r->seat_count;

		for (size_t k = 0; k < r->area_count; k++)
			places += r->areas[k].count;
		MODEL_CHECK(m, places == r->places && places > 0);
	}
}

void model_check_same_areas(struct model *expected, struct model *found)
{
	MODEL_CHECK(found, expected->area_count == found->area_count);
	for (size_t i = 0; i < expected->area_count; i++) {
		const struct model_area *a = &expected->areas[i];
		const struct model_area *b = model_area(found, a->show_id, a->area_id);

		MODEL_CHECK(found, b && same_columns(&a->row, &b->row));
	}
}

void model_check_same_reserved_areas(struct model *m, const struct model_reservation *a,
                                     const struct model_reservation *b)
{
	MODEL_CHECK(m, a->area_count == b->area_count);
	for (size_t i = 0; i < a->area_count; i++)
		MODEL_CHECK(m, text_same(a->areas[i].area_id, b->areas[i].area_id) &&
		                   a->areas[i].count == b->areas[i].count);
}
