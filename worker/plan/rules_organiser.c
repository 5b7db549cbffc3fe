/* What comes of an organiser's requests: create_show, add_seats, cancel. */
#include <string.h>

#include "worker/plan/changes.h"
#include "worker/plan/rule.h"

/* ---- whose show it is ---- */

bool rule_not_the_owner(struct turn *turn)
{
	bool is_owner = turn->show->has_owner && turn->request->owner_key.data &&
	                memcmp(turn->secret, turn->show->owner_hash, SHA256_BYTES) == 0;

	if (!is_owner && !turn->show->has_owner)
		turn->reply.message = "The show was made without an owner_key, so nobody can cancel its sales.";
	return !is_owner && turn_answer(turn, OUTCOME_WRONG_OWNER);
}

bool rule_wrong_owner(struct turn *turn)
{
	return turn->show->has_owner && rule_not_the_owner(turn);
}

/* ---- create_show ---- */

bool rule_show_exists(struct turn *turn)
{
	return turn->show->exists && turn_answer(turn, OUTCOME_SHOW_EXISTS);
}

bool rule_create_show(struct turn *turn)
{
	change_create_show(turn);
	return turn_answer(turn, OUTCOME_SHOW_CREATED);
}

/* ---- seats ---- */

static bool is_there(const struct turn *turn, const struct seat *seat)
{
	(void)turn;
	return seat->exists;
}

bool rule_seat_exists(struct turn *turn)
{
	return turn_list_seats(turn, turn->seats, turn->request->seat_count, is_there, false) &&
	       turn_answer(turn, OUTCOME_SEAT_EXISTS);
}

static void add_seats_asked(struct turn *turn)
{
	turn->reply.seat_ids = turn->request->seat_ids;
	turn->reply.seat_count = turn->request->seat_count;
}

bool rule_add_seats(struct turn *turn)
{
	change_add_seats(turn);
	add_seats_asked(turn);
	return turn_answer(turn, OUTCOME_SEATS_ADDED);
}

/* ---- cancel ---- */

bool rule_cancel(struct turn *turn)
{
	if (reservation_status_now(turn->reservation) != RESERVATION_CONFIRMED)
		return false;
	change_cancel(turn, turn->reservation);
	turn_add_reservation(turn, turn->reservation);
	return turn_answer(turn, OUTCOME_CANCELLED);
}

bool rule_not_confirmed(struct turn *turn)
{
	return turn_answer(turn, OUTCOME_NOT_CONFIRMED);
}
