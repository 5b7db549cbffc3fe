#include "tests/unit/audit/fold/planner.h"

#include "tests/unit/worker/plan/model.h"

struct planner {
	struct model *model;
};

struct planner *planner_open(int32_t partition, int32_t partition_count, size_t rows)
{
	struct planner *planner = calloc(1, sizeof *planner);
	const struct plan_place place = {partition, partition_count};

	assert_non_null(planner);
	planner->model = model_open_small(&place, rows, rows);
	return planner;
}

void planner_close(struct planner *planner)
{
	model_close(planner->model);
	free(planner);
}

/* The batch is gone when it is decided, so that its reasons are asked of one record each. */
static bool is_dead_letter(const struct record *record)
{
	struct arena arena = {0};
	struct entry entry = {.record = *record};
	bool is_one;

	request_decode(record->value, &arena, &entry.request);
	is_one = plan_dead_letter_reason(&entry) != NULL;
	arena_release(&arena);
	return is_one;
}

void planner_decide(struct planner *planner, const struct record *records, size_t count,
                    struct planned *planned)
{
	struct model *m = planner->model;
	size_t first = m->decision_count;

	model_decide(m, records, count);
	model_check_seats(m);
	model_check_areas(m);
	for (size_t i = 0; i < count; i++) {
		const struct model_decision *row = &m->decisions[first + i];

		planned[i] = (struct planned){
		    .outcome = row->decision.outcome,
		    .reply = row->reply,
		    .events = row->events,
		    .duplicate_of = row->decision.duplicate_of,
		    .decided_ms = row->decision.decided_at_ms,
		    .is_claim = row->decision.is_claim,
		    .is_dead_letter = is_dead_letter(&records[i]),
		};
		memcpy(planned[i].content, row->content, sizeof row->content);
	}
}

bool planner_show(const struct planner *planner, size_t i, struct planned_show *show)
{
	const struct model_show *row = &planner->model->shows[i];

	if (i >= planner->model->show_count)
		return false;
	*show = (struct planned_show){
	    .show_id = row->show_id,
	    .rules = row->rules,
	    .policy = &row->policy,
	    .owner_hash = row->has_owner ? row->owner_hash : NULL,
	    .created_ms = row->created_at_ms,
	    .created_offset = row->created_offset,
	    .version = row->version,
	};
	return true;
}

bool planner_seat(const struct planner *planner, size_t i, struct planned_seat *seat)
{
	const struct model_seat *row = &planner->model->seats[i];

	if (i >= planner->model->seat_count)
		return false;
	*seat = (struct planned_seat){
	    .show_id = row->show_id,
	    .seat_id = row->seat_id,
	    .channel = row->row.channel,
	    .status = row->row.status,
	    .has_until = row->row.has_reserved_until,
	    .has_holder = row->row.has_reserved_by,
	    .has_taken_at = row->row.has_taken_at,
	    .until_ms = row->row.reserved_until_ms,
	    .taken_at = row->row.taken_at_offset,
	    .version = row->row.version,
	    .holder = row->row.reserved_by,
	};
	return true;
}

bool planner_reservation(const struct planner *planner, size_t i, struct planned_reservation *r)
{
	const struct model_reservation *row = &planner->model->reservations[i];

	if (i >= planner->model->reservation_count)
		return false;
	*r = (struct planned_reservation){
	    .show_id = row->show_id,
	    .id = row->id,
	    .status = row->status,
	    .channel = row->channel,
	    .session_hash = row->session_hash,
	    .customer_hash = row->has_customer ? row->customer_hash : NULL,
	    .places = row->places,
	    .created_ms = row->created_at_ms,
	    .until_ms = row->reserved_until_ms,
	    .ended_ms = row->ended_at_ms,
	    .offset = row->request_offset,
	    .has_ended = row->has_ended_at,
	    .seat_ids = row->seat_ids,
	    .seat_count = row->seat_count,
	    .left_count = row->seat_row_count - row->seat_count,
	    .share_count = row->area_count,
	};
	return true;
}

bool planner_left(const struct planner *planner, size_t i, size_t k, struct planned_left *left)
{
	const struct model_reservation *row = &planner->model->reservations[i];

	for (size_t at = 0; at < row->seat_row_count; at++) {
		const struct model_reserved_seat *seat = &row->seat_rows[at];

		if (!seat->has_left || k-- > 0)
			continue;
		*left = (struct planned_left){seat->seat_id, seat->left_at};
		return true;
	}
	return false;
}

bool planner_share(const struct planner *planner, size_t i, size_t k, struct planned_share *share)
{
	const struct model_reservation *row = &planner->model->reservations[i];

	if (k >= row->area_count)
		return false;
	*share = (struct planned_share){row->areas[k].area_id, row->areas[k].count,
	                                row->areas[k].place};
	return true;
}

bool planner_area(const struct planner *planner, size_t i, struct planned_area *area)
{
	const struct model_area *of = &planner->model->areas[i];

	if (i >= planner->model->area_count)
		return false;
	*area = (struct planned_area){
	    .show_id = of->show_id,
	    .area_id = of->area_id,
	    .channel = of->row.channel,
	    .category = of->row.category,
	    .capacity = of->row.capacity,
	    .held = of->row.held,
	    .sold = of->row.sold,
	    .version = of->row.version,
	};
	return true;
}

bool planner_place(const struct planner *planner, size_t i, struct planned_place *place)
{
	const struct model_place *row = &planner->model->places[i];

	if (i >= planner->model->place_count)
		return false;
	*place = (struct planned_place){row->show_id, row->seat_id, &row->place, row->version};
	return true;
}

bool planner_channel(const struct planner *planner, size_t i, struct planned_channel *channel)
{
	const struct model_channel *of = &planner->model->channels[i];
	const struct channel_row *row = &of->row;

	if (i >= planner->model->channel_count)
		return false;
	*channel = (struct planned_channel){
	    .show_id = of->show_id,
	    .name = row->name,
	    .key_hash = row->has_key ? row->key_hash : NULL,
	    .on_sale = &row->on_sale,
	    .opens = row->opens,
	    .opens_count = row->opens_count,
	    .is_exempt = row->is_exempt,
	    .version = row->version,
	};
	return true;
}
