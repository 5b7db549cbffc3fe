/* What comes of a customer's requests: reserve, release, extend, confirm. */
#include <string.h>

#include "common/base/fault.h"
#include "worker/plan/changes.h"
#include "worker/plan/rules_list.h"

#define MS_PER_S 1000

static enum reservation_status status_now(const struct turn *turn)
{
	return reservation_status_now(turn->reservation);
}

/* ---- what several types begin with ---- */

bool rule_wrong_session(struct turn *turn)
{
	return memcmp(turn->about->secret, turn->reservation->session_hash, SHA256_BYTES) != 0 &&
	       !fault_has_bug(FAULT_BUG_IGNORE_SESSION) && turn_answer(turn, OUTCOME_WRONG_SESSION);
}

bool rule_hold_too_long(struct turn *turn)
{
	return turn->request->hold_seconds > turn->show->policy.max_hold_seconds &&
	       turn_answer(turn, OUTCOME_HOLD_TOO_LONG);
}

bool rule_confirmed_before(struct turn *turn)
{
	return status_now(turn) == RESERVATION_CONFIRMED &&
	       turn_answer(turn, OUTCOME_CONFIRMED_BEFORE);
}

bool rule_hold_released(struct turn *turn)
{
	enum reservation_status status = status_now(turn);

	return (status == RESERVATION_RELEASED || status == RESERVATION_CANCELLED) &&
	       turn_answer(turn, OUTCOME_HOLD_RELEASED);
}

/* ---- reserve ---- */

bool rule_wrong_channel(struct turn *turn)
{
	uint8_t hash[SHA256_BYTES];

	if (!turn->request->channel_key.data)
		return false;
	secret_hash_as("channel", turn->show->show_id, turn->request->channel_key, hash);
	for (const struct channel_row *c = turn->show->channels; c && !turn->channel; c = c->next)
		if (c->has_key && !memcmp(c->key_hash, hash, SHA256_BYTES))
			turn->channel = c;
	return !turn->channel && turn_answer(turn, OUTCOME_WRONG_CHANNEL);
}

bool rule_not_on_sale(struct turn *turn)
{
	const struct policy *policy = &turn->show->policy;
	const struct sale_window *window = turn->channel ? &turn->channel->on_sale : &policy->on_sale;
	int64_t t_ms = turn->t_ms - fault_has_bug(FAULT_BUG_WINDOW_LATE);

	if (policy->closed)
		return turn_answer(turn, OUTCOME_NOT_ON_SALE);
	if ((!window->has_from || t_ms >= window->from_ms) &&
	    (!window->has_until || t_ms < window->until_ms))
		return false;
	turn->reply.on_sale = window;
	return turn_answer(turn, OUTCOME_NOT_ON_SALE);
}

bool rule_too_many_seats(struct turn *turn)
{
	return turn_places(turn) > (size_t)turn->show->policy.max_seats &&
	       turn_answer(turn, OUTCOME_TOO_MANY_SEATS);
}

bool rule_already_reserved(struct turn *turn)
{
	const struct reservation *held = turn->about->session->held;

	if (!held || reservation_status_now(held) != RESERVATION_HELD ||
	    held->reserved_until_ms <= turn->t_ms)
		return false;
	turn_add_reservation(turn, held);
	turn->reply.has_reserved_until = true;
	turn->reply.reserved_until_ms = held->reserved_until_ms;
	return turn_answer(turn, OUTCOME_ALREADY_RESERVED);
}

static bool is_not_to_be_had(const struct turn *turn, const struct seat *seat)
{
	return !seat_is_free(seat, turn->t_ms) || !turn_is_open(turn, seat->row.channel);
}

/* SEATS_TAKEN, or SEATS_NOT_FOR_SALE where all that are listed are free. */
bool rule_seats_taken(struct turn *turn)
{
	enum outcome outcome = OUTCOME_SEATS_NOT_FOR_SALE;

	if (!turn_list_seats(turn, turn->seats, turn->seat_count, is_not_to_be_had, true))
		return false;
	for (size_t i = 0; i < turn->reply.unavailable_count; i++)
		if (turn->reply.unavailable[i].status != SEAT_AVAILABLE)
			outcome = OUTCOME_SEATS_TAKEN;
	return turn_answer(turn, outcome);
}

bool rule_reserve(struct turn *turn)
{
	int32_t hold_seconds =
	    turn->request->hold_seconds ? turn->request->hold_seconds : turn->show->policy.hold_seconds;
	struct reservation *r = change_reserve(turn, turn->t_ms + (int64_t)hold_seconds * MS_PER_S);

	if (!r)
		return false;
	turn_add_reservation(turn, r);
	turn->reply.has_reserved_until = true;
	turn->reply.reserved_until_ms = r->reserved_until_ms;
	return turn_answer(turn, OUTCOME_RESERVED);
}

/* ---- release ---- */

bool rule_release(struct turn *turn)
{
	change_end_hold(turn, turn->reservation, RESERVATION_RELEASED);
	turn_add_reservation(turn, turn->reservation);
	return turn_answer(turn, OUTCOME_RELEASED);
}

/* ---- extend ---- */

bool rule_hold_expired(struct turn *turn)
{
	bool is_lapsed = turn_is_lapsed(turn);

	if (turn->request->type == REQUEST_CHANGE_HOLD && fault_has_bug(FAULT_BUG_CHANGE_LAPSED))
		is_lapsed = false;
	return (status_now(turn) == RESERVATION_EXPIRED || is_lapsed) &&
	       turn_answer(turn, OUTCOME_HOLD_EXPIRED);
}

bool rule_extend(struct turn *turn)
{
	struct reservation *r = turn->reservation;
	int64_t until_ms = turn_extended_until(turn);

	if (until_ms > r->reserved_until_ms)
		change_extend(turn, r, until_ms);
	turn_add_reservation(turn, r);
	turn->reply.has_reserved_until = true;
	turn->reply.reserved_until_ms = r->reserved_until_ms;
	return turn_answer(turn, OUTCOME_EXTENDED);
}

/* ---- confirm ---- */

bool rule_already_confirmed(struct turn *turn)
{
	if (status_now(turn) != RESERVATION_CONFIRMED)
		return false;
	turn_add_reservation(turn, turn->reservation);
	return turn_answer(turn, OUTCOME_ALREADY_CONFIRMED);
}

bool rule_confirm_held(struct turn *turn)
{
	if (status_now(turn) != RESERVATION_HELD)
		return false;
	turn->reply.is_revived = turn_is_lapsed(turn);
	change_sell(turn, turn->reservation);
	turn_add_reservation(turn, turn->reservation);
	return turn_answer(turn, OUTCOME_CONFIRMED);
}

/* Gone, somebody else's, or not open. One that the expired reservation still stands in is its own. */
static bool is_lost(const struct turn *turn, const struct seat *seat)
{
	bool is_free = seat_is_free(seat, turn->t_ms) || seat_is_held_by(seat, turn->reservation);

	return !seat->exists || !is_free || !turn_is_open(turn, seat->row.channel);
}

bool rule_places_lost(struct turn *turn)
{
	const struct reservation *r = turn->reservation;
	bool is_any_lost;

	if (status_now(turn) == RESERVATION_HELD)
		return false;
	turn_take_channel(turn, r);
	is_any_lost = turn_list_seats(turn, r->seats, r->seat_count, is_lost, true);
	is_any_lost = rule_list_lost_areas(turn) || is_any_lost;
	return is_any_lost && turn_answer(turn, OUTCOME_HOLD_EXPIRED);
}

bool rule_confirm_expired(struct turn *turn)
{
	turn->reply.is_revived = turn_is_lapsed(turn);
	change_sell_again(turn, turn->reservation);
	turn_add_reservation(turn, turn->reservation);
	return turn_answer(turn, OUTCOME_CONFIRMED);
}
