#include "worker/plan/turn.h"

#include "common/base/fault.h"

bool turn_answer(struct turn *turn, enum outcome outcome)
{
	turn->reply.outcome = outcome;
	return true;
}

bool turn_list_seats(struct turn *turn, struct seat *const *seats, size_t count,
                     bool condition(const struct turn *, const struct seat *), bool has_status)
{
	struct unavailable *list = NULL;
	size_t listed = 0;

	for (size_t i = 0; i < count; i++) {
		const struct seat *seat = seats[i];

		if (!condition(turn, seat))
			continue;
		if (!list && !(list = arena_take(turn->view->arena, count * sizeof *list))) {
			turn->view->failed = true;
			return false;
		}
		list[listed++] = (struct unavailable){
		    .seat_id = seat->seat_id,
		    .has_status = has_status,
		    .status = seat->row.status,
		    .has_taken_at = seat->row.has_taken_at,
		    .taken_at_offset = seat->row.taken_at_offset,
		};
	}
	turn->reply.unavailable = list;
	turn->reply.unavailable_count = listed;
	return listed > 0;
}

void turn_add_reservation(struct turn *turn, const struct reservation *r)
{
	turn->reply.has_reservation_id = true;
	turn->reply.reservation_id = r->id;
	turn->reply.seat_ids = r->seat_ids;
	turn->reply.seat_count = r->seat_count;
}

bool turn_is_lapsed(const struct turn *turn)
{
	if (fault_has_bug(FAULT_BUG_LATE_BY_ONE_MS))
		return turn->reservation->reserved_until_ms < turn->t_ms;
	return turn->reservation->reserved_until_ms <= turn->t_ms;
}
