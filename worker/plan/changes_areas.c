/* The part of changes.h about areas: what an organiser sets, and holds that end for their places. */
#include "worker/plan/areas.h"
#include "worker/plan/changes.h"

static bool is_as_given(const struct area_columns *row, const struct area *given)
{
	return row->capacity == given->capacity && text_identical(row->channel, given->channel) &&
	       text_identical(row->category, given->category);
}

static void set_area(struct turn *turn, const struct area *given)
{
	struct area_row *area = view_find_area(turn->show, given->area_id);
	bool is_new = !area;

	if (is_new && !(area = view_new_area(turn->view, turn->show, given->area_id)))
		return;
	if (!is_new && is_as_given(&area->row, given))
		return;
	if (is_new)
		area->lapses_from_ms = INT64_MAX;
	view_touch_area(turn->view, area);
	area->row.capacity = given->capacity;
	area->row.channel = given->channel;
	area->row.category = given->category;
	area->row.version = turn->offset;
}

void change_areas(struct turn *turn)
{
	const struct request *request = turn->request;

	for (size_t i = 0; i < request->set_area_count && !turn->view->failed; i++)
		set_area(turn, &request->set_areas[i]);
	turn_tell(turn, &(struct event){
	                    .kind = EVENT_AREAS_SET,
	                    .show_id = turn->show->show_id,
	                    .at_ms = turn->t_ms,
	                    .set_areas = request->set_areas,
	                    .set_area_count = request->set_area_count,
	                });
}

void change_end_lapsed_of_areas(struct turn *turn, const struct area_count *areas, size_t count)
{
	for (size_t i = 0; i < count && !turn->view->failed; i++) {
		struct area_row *area = view_find_area(turn->show, areas[i].area_id);
		struct reservation *r;

		while ((r = area_next_lapsed(turn, area, areas[i].count)) != NULL)
			change_end_hold(turn, r, RESERVATION_EXPIRED);
	}
}
