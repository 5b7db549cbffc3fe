/* What comes of requests that the pipeline sends itself: expire. */
#include "worker/plan/changes.h"
#include "worker/plan/rules_list.h"

bool rule_expire(struct turn *turn)
{
	if (reservation_status_now(turn->reservation) != RESERVATION_HELD || !turn_is_lapsed(turn))
		return false;
	change_end_hold(turn, turn->reservation, RESERVATION_EXPIRED);
	turn_add_reservation(turn, turn->reservation);
	return turn_answer(turn, OUTCOME_EXPIRED);
}

bool rule_not_due(struct turn *turn)
{
	return reservation_status_now(turn->reservation) == RESERVATION_HELD &&
	       turn_answer(turn, OUTCOME_NOT_DUE);
}
