/* Whole shows of the model: a layout of the rows as a batch finds them, made anew for each. */
#include "tests/unit/worker/plan/model_rows.h"
#include "worker/plan/layout.h"

/* keep_id  gives an id that stays as long as the layout */
static struct layout *lay_out(struct model *m, struct show *show,
                              const char *keep_id(struct model *m, struct show *show,
                                                  const struct model_seat *seat))
{
	struct layout *layout = layout_open();
	bool is_fine = layout;

	for (size_t i = 0; is_fine && i < m->seat_count; i++) {
		const struct model_seat *seat = &m->seats[i];
		const struct model_place *place;
		struct layout_seat added = {
		    .channel = seat->row.channel,
		    .status = seat->row.status,
		    .until_ms = seat->row.has_reserved_until ? seat->row.reserved_until_ms : INT64_MAX,
		};

		if (!text_same(seat->show_id, show->show_id))
			continue;
		place = model_place(m, seat->show_id, seat->seat_id);
		added.place = place ? &place->place : NULL;
		added.seat_id = keep_id(m, show, seat);
		is_fine = added.seat_id && layout_add(layout, &added);
	}
	if (is_fine && layout_seal(layout, INT64_MIN))
		return layout;
	layout_close(layout);
	return NULL;
}

static const char *keep_in_model(struct model *m, struct show *show, const struct model_seat *seat)
{
	(void)m;
	(void)show;
	return seat->seat_id.data;
}

static const char *keep_in_cache(struct model *m, struct show *show, const struct model_seat *seat)
{
	return cache_add_seat(m->cache, show, seat->seat_id, &seat->row);
}

static size_t bytes_of(const void *layout)
{
	return layout_bytes(layout);
}

static void close_it(void *layout)
{
	layout_close(layout);
}

/* As the store does: the whole show comes into the cache, which fills it in. */
static void give_to_cache(struct model *m, struct view *view, struct show *show)
{
	struct whole whole = {NULL, bytes_of, close_it};

	if (!cache_begin_whole(m->cache, show) || !(whole.built = lay_out(m, show, keep_in_cache))) {
		view->failed = true;
		return;
	}
	for (size_t i = 0; i < m->reservation_count; i++) {
		const struct model_reservation *row = &m->reservations[i];

		if (row->status == RESERVATION_HELD && text_same(row->show_id, show->show_id))
			model_give_held(m, row);
	}
	cache_end_held(m->cache, true);
	cache_end_whole(m->cache, show, &whole);
	m->whole_read++;
}

uint32_t model_number(const struct model *m, const struct seat *of)
{
	uint32_t number = 0;

	for (size_t i = 0; i < m->seat_count; i++) {
		const struct model_seat *seat = &m->seats[i];

		if (!text_same(seat->show_id, of->show->show_id))
			continue;
		if (text_same(seat->seat_id, of->seat_id))
			break;
		number++;
	}
	return number;
}

/* Reads the rows as they are before the batch, which is what the cache would know. */
static void fill_now(void *model, struct view *view)
{
	struct model *m = model;

	model_fill(m, view, m->until_ms);
}

static bool is_needed(const struct show *show)
{
	return show->exists && !(show->is_for_singles && show->policy.singles == SINGLES_ALLOW);
}

void model_fill_whole(struct model *m, struct view *view)
{
	struct show **at = &view->wanted_whole;

	while (*at && !view->failed) {
		struct show *show = *at;

		if (show->known != KNOWN) {
			at = &show->next_whole;
			continue;
		}
		if (m->cache && is_needed(show)) {
			give_to_cache(m, view, show);
			cache_fill(m->cache, view, m->until_ms);
			at = &view->wanted_whole;
			continue;
		}
		*at = show->next_whole;
		show->whole = KNOWN;
		if (!is_needed(show))
			continue;
		show->layout = lay_out(m, show, keep_in_model);
		if (!show->layout)
			view->failed = true;
		for (struct seat *seat = show->seats; seat; seat = seat->hh.next)
			seat->number = model_number(m, seat);
	}
}

void model_open_view(struct model *m, struct view *view, int64_t until_ms)
{
	view_open(view, &m->batch.plan);
	m->until_ms = until_ms;
	m->now = (struct cache_now){m->cache, until_ms};
	view->fill = m->cache ? cache_fill_now : fill_now;
	view->fill_context = m->cache ? (void *)&m->now : (void *)m;
}

void model_close_view(const struct model *m, struct view *view)
{
	for (struct show *show = view->shows; show && !m->cache; show = show->hh.next)
		layout_close(show->layout);
	view_close(view);
}
