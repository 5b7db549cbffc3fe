/* What customers ask of a reservation as a whole, and the pipeline: section 4.2 of docs/protocol.md. */
#include <assert.h>

#include "audit/fold/customers.h"
#include "audit/fold/ruling.h"

/* Of a confirm: what had lapsed is taken again. true: it is decided. */
static bool is_refused_late(struct fold *fold, const struct reservation *r,
                            const struct show_channel *channel)
{
	int32_t seats_max = fold_policy(fold, fold->show).max_customer_seats;
	struct customer_has has;

	if (fold->t_ms < r->until_ms || !r->buyer || seats_max == 0 || (channel && channel->is_exempt))
		return false;
	has = buyer_has(r->buyer, fold->t_ms);
	return has.seats + r->places > seats_max && say_limit(fold, has);
}

bool decide_release(struct fold *fold, struct reservation *r, int64_t offset)
{
	if (!r)
		return say(fold, OUTCOME_UNKNOWN_RESERVATION);
	if (!ruling_secret_is(fold, fold->request.session_id, r->session_hash))
		return say(fold, OUTCOME_WRONG_SESSION);
	if (r->status == RESERVATION_CONFIRMED)
		return say(fold, OUTCOME_CONFIRMED_BEFORE);
	if (r->status != RESERVATION_HELD)
		return say(fold, OUTCOME_NOTHING_HELD);
	end_reservation(fold, r, RESERVATION_RELEASED, EVENT_RELEASED, offset);
	return say_of(fold, OUTCOME_RELEASED, r);
}

bool decide_extend(struct fold *fold, struct reservation *r, int64_t offset)
{
	const struct request *q = &fold->request;
	int64_t until_ms;

	if (!fold->show->is_created)
		return say(fold, OUTCOME_UNKNOWN_SHOW);
	if (q->hold_seconds > fold_policy(fold, fold->show).max_hold_seconds)
		return say(fold, OUTCOME_HOLD_TOO_LONG);
	if (!r)
		return say(fold, OUTCOME_UNKNOWN_RESERVATION);
	if (!ruling_secret_is(fold, q->session_id, r->session_hash))
		return say(fold, OUTCOME_WRONG_SESSION);
	if (r->status == RESERVATION_CONFIRMED)
		return say(fold, OUTCOME_CONFIRMED_BEFORE);
	if (r->status == RESERVATION_RELEASED || r->status == RESERVATION_CANCELLED)
		return say(fold, OUTCOME_HOLD_RELEASED);
	if (r->status == RESERVATION_EXPIRED || ruling_has_lapsed(fold, r))
		return say(fold, OUTCOME_HOLD_EXPIRED);
	until_ms = ruling_until_of(fold, r, q->hold_seconds);
	if (until_ms > r->until_ms) {
		reservation_set_until(r, until_ms);
		for (size_t i = 0; i < r->seat_count; i++)
			r->seats[i]->version = offset;
		note(fold, EVENT_EXTENDED, r);
	}
	return say_until(fold, OUTCOME_EXTENDED, r);
}

static bool sell(struct fold *fold, struct reservation *r, int64_t offset)
{
	bool has_expired = r->status == RESERVATION_EXPIRED;

	for (size_t i = 0; i < r->seat_count; i++)
		seat_give(r->seats[i], r, SEAT_SOLD, offset, fold->t_ms);
	reservation_set(r, RESERVATION_CONFIRMED, offset, fold->t_ms);
	note(fold, EVENT_SOLD, r)->is_retaken = has_expired;
	fold->verdict.is_revived = fold->t_ms >= r->until_ms;
	return say_of(fold, OUTCOME_CONFIRMED, r);
}

bool decide_confirm(struct fold *fold, struct reservation *r, int64_t offset)
{
	if (!r)
		return say(fold, OUTCOME_UNKNOWN_RESERVATION);
	if (!ruling_secret_is(fold, fold->request.session_id, r->session_hash))
		return say(fold, OUTCOME_WRONG_SESSION);
	if (r->status == RESERVATION_CONFIRMED)
		return say_of(fold, OUTCOME_ALREADY_CONFIRMED, r);
	if (r->status == RESERVATION_RELEASED || r->status == RESERVATION_CANCELLED)
		return say(fold, OUTCOME_HOLD_RELEASED);
	if (r->status == RESERVATION_EXPIRED) {
		const struct show_channel *channel = ruling_channel_of(fold, r);

		refuse_unless_open(fold, r->seats, r->seat_count, channel);
		refuse_unless_room(fold, r->areas, r->area_count, channel);
		if (fold->verdict.refusal_count || fold->verdict.area_refusal_count)
			return say(fold, OUTCOME_HOLD_EXPIRED);
	}
	if (is_refused_late(fold, r, ruling_channel_of(fold, r)))
		return true;
	if (r->status == RESERVATION_EXPIRED) {
		end_lapsed(fold, r->seats, r->seat_count, NULL, offset);
		end_lapsed_places(fold, r->areas, r->area_count, offset);
	}
	return sell(fold, r, offset);
}

bool decide_expire(struct fold *fold, struct reservation *r, int64_t offset)
{
	if (!r)
		return say(fold, OUTCOME_UNKNOWN_RESERVATION);
	if (r->status != RESERVATION_HELD)
		return say(fold, OUTCOME_NOTHING_HELD);
	if (!ruling_has_lapsed(fold, r))
		return say(fold, OUTCOME_NOT_DUE);
	end_reservation(fold, r, RESERVATION_EXPIRED, EVENT_EXPIRED, offset);
	return say_of(fold, OUTCOME_EXPIRED, r);
}
