#include "worker/plan/rules.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/fault.h"
#include "worker/plan/changes.h"

#define MS_PER_S 1000

/* A rule that applies answers and says true; the first that does decides. */
typedef bool rule(struct turn *turn);

static bool answer(struct turn *turn, enum outcome outcome)
{
	turn->reply.outcome = outcome;
	return true;
}

/* The seats that a condition holds for become the reply's list. */
static bool list_seats(struct turn *turn, struct seat *const *seats, size_t count,
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

static void add_reservation(struct turn *turn, const struct reservation *r)
{
	turn->reply.has_reservation_id = true;
	turn->reply.reservation_id = r->id;
	turn->reply.seat_ids = r->seat_ids;
	turn->reply.seat_count = r->seat_count;
}

/* ---- conditions ---- */

static bool seat_is_there(const struct turn *turn, const struct seat *seat)
{
	(void)turn;
	return seat->exists;
}

static bool seat_is_missing(const struct turn *turn, const struct seat *seat)
{
	(void)turn;
	return !seat->exists;
}

static bool seat_is_taken(const struct turn *turn, const struct seat *seat)
{
	return !seat_is_free(seat, turn->t_ms);
}

/* Gone, or somebody else's. A seat that the expired reservation still stands in is not lost. */
static bool seat_is_lost(const struct turn *turn, const struct seat *seat)
{
	return !seat->exists ||
	       (!seat_is_free(seat, turn->t_ms) && !seat_is_held_by(seat, turn->reservation));
}

static enum reservation_status status_now(const struct turn *turn)
{
	return reservation_status_now(turn->reservation);
}

static bool is_lapsed(const struct turn *turn)
{
	if (fault_has_bug(FAULT_BUG_LATE_BY_ONE_MS))
		return turn->reservation->reserved_until_ms < turn->t_ms;
	return turn->reservation->reserved_until_ms <= turn->t_ms;
}

/* ---- rules that several types share ---- */

static bool there_is_no_show(struct turn *turn)
{
	return !turn->show->exists && answer(turn, OUTCOME_UNKNOWN_SHOW);
}

static bool there_is_no_reservation(struct turn *turn)
{
	bool is_there = turn->show->exists && turn->reservation->exists;

	return !is_there && answer(turn, OUTCOME_UNKNOWN_RESERVATION);
}

static bool session_is_another(struct turn *turn)
{
	return memcmp(turn->secret, turn->reservation->session_hash, SHA256_BYTES) != 0 &&
	       !fault_has_bug(FAULT_BUG_IGNORE_SESSION) && answer(turn, OUTCOME_WRONG_SESSION);
}

static bool owner_is_another(struct turn *turn)
{
	bool is_owner = turn->show->has_owner && turn->request->owner_key.data &&
	                memcmp(turn->secret, turn->show->owner_hash, SHA256_BYTES) == 0;

	if (!is_owner && !turn->show->has_owner)
		turn->reply.message = "The show was made without an owner_key, so nobody can cancel its sales.";
	return !is_owner && answer(turn, OUTCOME_WRONG_OWNER);
}

static bool hold_is_too_long(struct turn *turn)
{
	return turn->request->hold_seconds > turn->show->policy.max_hold_seconds &&
	       answer(turn, OUTCOME_HOLD_TOO_LONG);
}

static bool it_is_confirmed(struct turn *turn)
{
	return status_now(turn) == RESERVATION_CONFIRMED && answer(turn, OUTCOME_CONFIRMED_BEFORE);
}

static bool it_is_released_or_cancelled(struct turn *turn)
{
	enum reservation_status status = status_now(turn);

	return (status == RESERVATION_RELEASED || status == RESERVATION_CANCELLED) &&
	       answer(turn, OUTCOME_HOLD_RELEASED);
}

static bool nothing_is_held(struct turn *turn)
{
	return status_now(turn) != RESERVATION_HELD && answer(turn, OUTCOME_NOTHING_HELD);
}

/* ---- create_show ---- */

static bool show_exists(struct turn *turn)
{
	return turn->show->exists && answer(turn, OUTCOME_SHOW_EXISTS);
}

static bool create_show(struct turn *turn)
{
	change_create_show(turn);
	return answer(turn, OUTCOME_SHOW_CREATED);
}

/* ---- add_seats ---- */

static bool show_has_another_owner(struct turn *turn)
{
	return turn->show->has_owner && owner_is_another(turn);
}

static bool a_seat_exists(struct turn *turn)
{
	return list_seats(turn, turn->seats, turn->request->seat_count, seat_is_there, false) &&
	       answer(turn, OUTCOME_SEAT_EXISTS);
}

static bool add_seats(struct turn *turn)
{
	change_add_seats(turn);
	turn->reply.seat_ids = turn->request->seat_ids;
	turn->reply.seat_count = turn->request->seat_count;
	return answer(turn, OUTCOME_SEATS_ADDED);
}

/* ---- reserve ---- */

static bool seats_are_too_many(struct turn *turn)
{
	return turn->request->seat_count > (size_t)turn->show->policy.max_seats &&
	       answer(turn, OUTCOME_TOO_MANY_SEATS);
}

static bool a_seat_is_unknown(struct turn *turn)
{
	return list_seats(turn, turn->seats, turn->request->seat_count, seat_is_missing, false) &&
	       answer(turn, OUTCOME_UNKNOWN_SEAT);
}

static bool session_has_a_live_hold(struct turn *turn)
{
	const struct reservation *held = turn->session->held;

	if (!held || reservation_status_now(held) != RESERVATION_HELD ||
	    held->reserved_until_ms <= turn->t_ms)
		return false;
	turn->reply.has_reservation_id = true;
	turn->reply.reservation_id = held->id;
	turn->reply.has_reserved_until = true;
	turn->reply.reserved_until_ms = held->reserved_until_ms;
	return answer(turn, OUTCOME_ALREADY_RESERVED);
}

static bool a_seat_is_taken(struct turn *turn)
{
	return list_seats(turn, turn->seats, turn->request->seat_count, seat_is_taken, true) &&
	       answer(turn, OUTCOME_SEATS_TAKEN);
}

static bool reserve(struct turn *turn)
{
	int32_t hold_seconds =
	    turn->request->hold_seconds ? turn->request->hold_seconds : turn->show->policy.hold_seconds;
	struct reservation *r = change_reserve(turn, turn->t_ms + (int64_t)hold_seconds * MS_PER_S);

	if (!r)
		return false;
	add_reservation(turn, r);
	turn->reply.has_reserved_until = true;
	turn->reply.reserved_until_ms = r->reserved_until_ms;
	return answer(turn, OUTCOME_RESERVED);
}

/* ---- release ---- */

static bool release(struct turn *turn)
{
	change_end_hold(turn, turn->reservation, RESERVATION_RELEASED);
	add_reservation(turn, turn->reservation);
	return answer(turn, OUTCOME_RELEASED);
}

/* ---- extend ---- */

static bool it_has_expired_or_lapsed(struct turn *turn)
{
	return (status_now(turn) == RESERVATION_EXPIRED || is_lapsed(turn)) &&
	       answer(turn, OUTCOME_HOLD_EXPIRED);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static bool extend(struct turn *turn)
{
	struct reservation *r = turn->reservation;
	int64_t until_ms =
	    least(turn->t_ms + (int64_t)turn->request->hold_seconds * MS_PER_S,
	          r->created_at_ms + (int64_t)turn->show->policy.max_hold_seconds * MS_PER_S);

	if (until_ms > r->reserved_until_ms)
		change_extend(turn, r, until_ms);
	add_reservation(turn, r);
	turn->reply.has_reserved_until = true;
	turn->reply.reserved_until_ms = r->reserved_until_ms;
	return answer(turn, OUTCOME_EXTENDED);
}

/* ---- confirm ---- */

static bool it_is_confirmed_already(struct turn *turn)
{
	if (status_now(turn) != RESERVATION_CONFIRMED)
		return false;
	add_reservation(turn, turn->reservation);
	return answer(turn, OUTCOME_ALREADY_CONFIRMED);
}

static bool confirm_held(struct turn *turn)
{
	if (status_now(turn) != RESERVATION_HELD)
		return false;
	turn->reply.is_revived = is_lapsed(turn);
	change_sell(turn, turn->reservation);
	add_reservation(turn, turn->reservation);
	return answer(turn, OUTCOME_CONFIRMED);
}

static bool an_expired_seat_is_lost(struct turn *turn)
{
	const struct reservation *r = turn->reservation;

	return list_seats(turn, r->seats, r->seat_count, seat_is_lost, true) &&
	       answer(turn, OUTCOME_HOLD_EXPIRED);
}

static bool confirm_expired(struct turn *turn)
{
	turn->reply.is_revived = is_lapsed(turn);
	change_sell_again(turn, turn->reservation);
	add_reservation(turn, turn->reservation);
	return answer(turn, OUTCOME_CONFIRMED);
}

/* ---- cancel ---- */

static bool cancel(struct turn *turn)
{
	if (status_now(turn) != RESERVATION_CONFIRMED)
		return false;
	change_cancel(turn, turn->reservation);
	add_reservation(turn, turn->reservation);
	return answer(turn, OUTCOME_CANCELLED);
}

static bool it_is_not_confirmed(struct turn *turn)
{
	return answer(turn, OUTCOME_NOT_CONFIRMED);
}

/* ---- expire ---- */

static bool expire_lapsed(struct turn *turn)
{
	if (status_now(turn) != RESERVATION_HELD || !is_lapsed(turn))
		return false;
	change_end_hold(turn, turn->reservation, RESERVATION_EXPIRED);
	add_reservation(turn, turn->reservation);
	return answer(turn, OUTCOME_EXPIRED);
}

static bool it_is_not_due(struct turn *turn)
{
	return status_now(turn) == RESERVATION_HELD && answer(turn, OUTCOME_NOT_DUE);
}

/* ---- the table ---- */

#define RULES_MAX 8

static rule *const table[REQUEST_TYPE_COUNT][RULES_MAX] = {
    [REQUEST_CREATE_SHOW] = {show_exists, create_show},
    [REQUEST_ADD_SEATS] = {there_is_no_show, show_has_another_owner, a_seat_exists, add_seats},
    [REQUEST_RESERVE] = {there_is_no_show, seats_are_too_many, hold_is_too_long, a_seat_is_unknown,
                         session_has_a_live_hold, a_seat_is_taken, reserve},
    [REQUEST_RELEASE] = {there_is_no_reservation, session_is_another, it_is_confirmed,
                         nothing_is_held, release},
    [REQUEST_EXTEND] = {there_is_no_show, hold_is_too_long, there_is_no_reservation,
                        session_is_another, it_is_confirmed, it_is_released_or_cancelled,
                        it_has_expired_or_lapsed, extend},
    [REQUEST_CONFIRM] = {there_is_no_reservation, session_is_another, it_is_confirmed_already,
                         it_is_released_or_cancelled, confirm_held, an_expired_seat_is_lost,
                         confirm_expired},
    [REQUEST_CANCEL] = {there_is_no_show, owner_is_another, there_is_no_reservation, cancel,
                        it_is_not_confirmed},
    [REQUEST_EXPIRE] = {there_is_no_reservation, expire_lapsed, it_is_not_due, nothing_is_held},
};

bool rules_decide(struct turn *turn)
{
	rule *const *rules = table[turn->request->type];

	for (int i = 0; i < RULES_MAX && rules[i]; i++) {
		bool has_decided = rules[i](turn);

		if (turn->view->failed)
			return false;
		if (has_decided)
			return true;
	}
	assert(false && "every type ends with a rule that always decides");
	return false;
}
