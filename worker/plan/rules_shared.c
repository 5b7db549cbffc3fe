/* Rules that requests of several senders have in common. */
#include "worker/plan/changes.h"
#include "worker/plan/rules_list.h"

bool rule_unknown_show(struct turn *turn)
{
	return !turn->show->exists && turn_answer(turn, OUTCOME_UNKNOWN_SHOW);
}

bool rule_unknown_reservation(struct turn *turn)
{
	bool is_there = turn->show->exists && turn->reservation->exists;

	return !is_there && turn_answer(turn, OUTCOME_UNKNOWN_RESERVATION);
}

static bool is_missing(const struct turn *turn, const struct seat *seat)
{
	(void)turn;
	return !seat->exists;
}

bool rule_unknown_seat(struct turn *turn)
{
	return turn_list_seats(turn, turn->seats, turn->seat_count, is_missing, false) &&
	       turn_answer(turn, OUTCOME_UNKNOWN_SEAT);
}

bool rule_nothing_held(struct turn *turn)
{
	return reservation_status_now(turn->reservation) != RESERVATION_HELD &&
	       turn_answer(turn, OUTCOME_NOTHING_HELD);
}
