/*
 * What a customer may have of a show: rows 9 and 10 of reserve, row 10 of change_hold, and a confirm
 * that takes again what its hold had lost by time (4.2 of docs/protocol.md).
 */
#include <assert.h>

#include "common/base/fault.h"
#include "worker/plan/rules_list.h"

/* Live holds and confirmed reservations. */
static struct customer_has count_all(const struct customer *customer, int64_t t_ms)
{
	struct customer_has has = {.seats = customer->sold};

	assert(customer->known == KNOWN);
	for (const struct reservation *r = customer->held; r; r = r->next_of_customer)
		if (r->exists && r->reserved_until_ms > t_ms &&
		    reservation_status_now(r) == RESERVATION_HELD) {
			has.seats += r->places;
			has.holds++;
		}
	return has;
}

static bool is_above(int64_t count, int32_t limit)
{
	return limit && count > limit + fault_has_bug(FAULT_BUG_ONE_OVER_THE_LIMIT);
}

static bool refuse(struct turn *turn, const struct customer_has *has)
{
	turn->reply.has_customer = true;
	turn->reply.customer = *has;
	return turn_answer(turn, OUTCOME_CUSTOMER_LIMIT);
}

bool rule_customer_required(struct turn *turn)
{
	return policy_limits_customers(&turn->show->policy) && !turn->request->customer_id.data &&
	       !turn_is_exempt(turn) && turn_answer(turn, OUTCOME_CUSTOMER_REQUIRED);
}

bool rule_customer_limit(struct turn *turn)
{
	const struct policy *policy = &turn->show->policy;
	struct customer_has has;

	if (!policy_limits_customers(policy) || turn_is_exempt(turn))
		return false;
	has = count_all(turn->about->customer, turn->t_ms);
	return (is_above(has.seats + (int64_t)turn_places(turn), policy->max_customer_seats) ||
	        is_above(has.holds + 1, policy->max_customer_holds)) &&
	       refuse(turn, &has);
}

/* Of a customer, or where there is none of the hold alone. */
bool rule_change_over_limit(struct turn *turn)
{
	const struct reservation *r = turn->reservation;
	const int32_t limit = turn->show->policy.max_customer_seats;
	int64_t added = (int64_t)turn_places(turn);
	struct customer_has has = {.seats = reservation_places(r), .holds = 1};

	if (!limit || !added || turn_is_exempt(turn) || fault_has_bug(FAULT_BUG_CHANGE_UNLIMITED))
		return false;
	if (r->has_customer)
		has = count_all(view_find_customer(turn->show, r->customer_hash), turn->t_ms);
	return is_above(has.seats + added - turn->leaving.places, limit) && refuse(turn, &has);
}

bool rule_late_over_limit(struct turn *turn)
{
	const struct reservation *r = turn->reservation;
	const int32_t limit = turn->show->policy.max_customer_seats;
	struct customer_has has;

	if (!limit || !r->has_customer || !turn_is_lapsed(turn))
		return false;
	turn_take_channel(turn, r);
	if (turn_is_exempt(turn))
		return false;
	has = count_all(view_find_customer(turn->show, r->customer_hash), turn->t_ms);
	return is_above(has.seats + r->places, limit) && refuse(turn, &has);
}
