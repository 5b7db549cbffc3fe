/* What customers ask, and the pipeline: sections 4.2 to 4.4 of docs/protocol.md. */
#include <assert.h>
#include <string.h>

#include "audit/fold/best.h"
#include "audit/fold/channels.h"
#include "audit/fold/customers.h"
#include "audit/fold/ruling.h"
#include "audit/fold/singles.h"

/* A reserve on its way through its table. */
struct wanted {
	struct policy policy;
	const struct show_channel *channel; /* of its key; NULL: it has none */
	struct seat *seats[RESERVE_SEATS_MAX]; /* named, then chosen */
	size_t named_count, count;
	uint8_t session_hash[SHA256_BYTES];
	uint8_t buyer_hash[SHA256_BYTES]; /* where the request names a customer */
	struct reservation *own; /* the session's hold; NULL: none */
};

/* Seats that are not free, and those that are and not open to that channel. */
static bool refuse_unless_open(struct fold *fold, struct seat *const *seats, size_t count,
                               const struct show_channel *channel)
{
	bool is_one_taken = false;

	for (size_t i = 0; i < count; i++) {
		if (!seat_is_takable(seats[i], fold->t_ms)) {
			refuse_taken(fold, seats[i]);
			is_one_taken = true;
		} else if (!channel_opens(channel, seats[i]->channel)) {
			refuse_blocked(fold, seats[i]);
		}
	}
	return is_one_taken;
}

/* It is the buyer's from now on. false: out of memory */
static bool note_buyer(struct fold *fold, struct reservation *r, const uint8_t hash[SHA256_BYTES])
{
	struct buyer *buyer = show_take_buyer(&fold->model, fold->show, hash);

	if (buyer)
		buyer_add(buyer, r);
	return buyer;
}

static bool take_seats(struct fold *fold, struct wanted *w, int64_t offset)
{
	const struct request *q = &fold->request;
	int64_t hold_s = q->hold_seconds ? q->hold_seconds : w->policy.hold_seconds;
	struct reservation *r;

	end_lapsed(fold, w->seats, w->count, w->own, offset);
	r = show_add_reservation(&fold->model, fold->show, &q->request_id, w->session_hash, w->count);
	if (!r)
		return false;
	if (w->channel)
		r->channel = w->channel->name;
	if (q->customer_id.data && !note_buyer(fold, r, w->buyer_hash))
		return false;
	r->offset = offset;
	r->created_ms = fold->t_ms;
	r->until_ms = fold->t_ms + hold_s * MS_PER_S;
	for (size_t i = 0; i < w->count; i++) {
		r->seats[i] = w->seats[i];
		seat_give(w->seats[i], r, SEAT_RESERVED, offset, fold->t_ms);
	}
	note(fold, EVENT_RESERVED, r);
	return say_until(fold, OUTCOME_RESERVED, r);
}

static bool say_not_on_sale(struct fold *fold, const struct sale_window *window)
{
	fold->verdict.has_window = window != NULL;
	if (window)
		fold->verdict.window = *window;
	return say(fold, OUTCOME_NOT_ON_SALE);
}

/* Rows 1 to 5: by the show and what is set of it. true: it is decided. */
static bool is_refused_by_show(struct fold *fold, struct wanted *w)
{
	const struct request *q = &fold->request;
	const struct show *show = fold->show;
	uint8_t key_hash[SHA256_BYTES];
	const struct sale_window *window;

	if (!show->is_created)
		return say(fold, OUTCOME_UNKNOWN_SHOW);
	w->policy = fold_policy(fold, show);
	if (q->channel_key.data) {
		secret_hash_as("channel", show->id, q->channel_key, key_hash);
		w->channel = show_find_channel_by_key(show, key_hash);
		if (!w->channel)
			return say(fold, OUTCOME_WRONG_CHANNEL);
	}
	if (w->policy.closed)
		return say_not_on_sale(fold, NULL);
	window = w->channel ? &w->channel->on_sale : &w->policy.on_sale;
	if (!window_has(window, fold->t_ms))
		return say_not_on_sale(fold, window);
	if (q->seat_count + (q->best ? (size_t)q->best->count : 0) > (size_t)w->policy.max_seats)
		return say(fold, OUTCOME_TOO_MANY_SEATS);
	if (q->hold_seconds > w->policy.max_hold_seconds)
		return say(fold, OUTCOME_HOLD_TOO_LONG);
	return false;
}

/* ---- limits of a customer ---- */

static bool say_limit(struct fold *fold, struct customer_has has)
{
	fold->verdict.has_customer = true;
	fold->verdict.customer = has;
	return say(fold, OUTCOME_CUSTOMER_LIMIT);
}

/* Rows 9 and 10. true: it is decided. */
static bool is_refused_by_limit(struct fold *fold, struct wanted *w)
{
	const struct request *q = &fold->request;
	const int32_t seats_max = w->policy.max_customer_seats, holds_max = w->policy.max_customer_holds;
	int64_t places = (int64_t)q->seat_count + (q->best ? q->best->count : 0);
	struct customer_has has;

	if (q->customer_id.data)
		secret_hash_as("customer", fold->show->id, q->customer_id, w->buyer_hash);
	if ((seats_max == 0 && holds_max == 0) || (w->channel && w->channel->is_exempt))
		return false;
	if (!q->customer_id.data)
		return say(fold, OUTCOME_CUSTOMER_REQUIRED);
	has = buyer_has(show_find_buyer(fold->show, w->buyer_hash), fold->t_ms);
	if ((seats_max > 0 && has.seats + places > seats_max) ||
	    (holds_max > 0 && has.holds + 1 > holds_max))
		return say_limit(fold, has);
	return false;
}

/* Of a confirm: what had lapsed is taken again. true: it is decided. */
static bool is_refused_late(struct fold *fold, const struct reservation *r,
                            const struct show_channel *channel)
{
	int32_t seats_max = fold_policy(fold, fold->show).max_customer_seats;
	struct customer_has has;

	if (fold->t_ms < r->until_ms || !r->buyer || seats_max == 0 || (channel && channel->is_exempt))
		return false;
	has = buyer_has(r->buyer, fold->t_ms);
	return has.seats + (int64_t)r->seat_count > seats_max && say_limit(fold, has);
}

/* Row 12. false: out of memory */
static bool refuse_singles(struct fold *fold, const struct wanted *w)
{
	struct seat *left[SINGLES_MAX];
	struct house *house;
	size_t count;

	if (w->policy.singles == SINGLES_ALLOW || (w->channel && w->channel->is_exempt) ||
	    w->named_count == 0)
		return true;
	house = house_of(fold->show);
	if (!house)
		return false;
	count = singles_find(house, w->seats, w->named_count, fold->t_ms, left);
	for (size_t i = 0; i < count; i++)
		refuse_id(fold, left[i]->id);
	if (count)
		say(fold, OUTCOME_LEAVES_SINGLE);
	return true;
}

/* Row 14. false: out of memory */
static bool choose_seats(struct fold *fold, struct wanted *w, bool *is_decided)
{
	const struct best_question question = {
	    .wish = fold->request.best,
	    .channel = w->channel,
	    .named = w->seats,
	    .named_count = w->named_count,
	    .t_ms = fold->t_ms,
	};
	struct house *house = house_of(fold->show);
	size_t wanted = (size_t)question.wish->count;
	struct best_answer answer;

	if (!house || !best_find(house, &question, &answer))
		return false;
	*is_decided = !answer.is_found;
	if (answer.is_found) {
		memcpy(w->seats + w->count, answer.seats, wanted * sizeof w->seats[0]);
		w->count += wanted;
		fold->verdict.pieces = answer.pieces;
		return true;
	}
	fold->verdict.has_free_seats = true;
	fold->verdict.free_seats = answer.free_seats;
	return say(fold, answer.free_seats < wanted ? OUTCOME_NOT_ENOUGH_SEATS
	                                            : OUTCOME_NO_SEATS_TOGETHER);
}

bool decide_reserve(struct fold *fold, int64_t offset)
{
	const struct request *q = &fold->request;
	struct wanted w = {.named_count = q->seat_count, .count = q->seat_count};
	bool is_decided = false, is_one_taken;

	if (is_refused_by_show(fold, &w))
		return true;
	if (!ruling_find_seats(fold, w.seats))
		return false;
	if (fold->verdict.refusal_count)
		return say(fold, OUTCOME_UNKNOWN_SEAT);
	secret_hash(fold->show->id, q->session_id, w.session_hash);
	w.own = show_find_held(fold->show, w.session_hash);
	if (w.own && !ruling_has_lapsed(fold, w.own))
		return say_until(fold, OUTCOME_ALREADY_RESERVED, w.own);
	if (is_refused_by_limit(fold, &w))
		return true;
	is_one_taken = refuse_unless_open(fold, w.seats, w.named_count, w.channel);
	if (fold->verdict.refusal_count)
		return say(fold, is_one_taken ? OUTCOME_SEATS_TAKEN : OUTCOME_SEATS_NOT_FOR_SALE);
	if (!refuse_singles(fold, &w))
		return false;
	if (fold->verdict.refusal_count)
		return true;
	if (q->best && !choose_seats(fold, &w, &is_decided))
		return false;
	return is_decided || take_seats(fold, &w, offset);
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
	int64_t until_ms, limit_ms;
	int32_t max_hold_s;

	if (!fold->show->is_created)
		return say(fold, OUTCOME_UNKNOWN_SHOW);
	max_hold_s = fold_policy(fold, fold->show).max_hold_seconds;
	if (q->hold_seconds > max_hold_s)
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
	until_ms = fold->t_ms + q->hold_seconds * MS_PER_S;
	limit_ms = r->created_ms + max_hold_s * MS_PER_S;
	if (until_ms > limit_ms)
		until_ms = limit_ms;
	if (until_ms > r->until_ms) {
		r->until_ms = until_ms;
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
	reservation_set(r, RESERVATION_CONFIRMED, fold->t_ms);
	note(fold, EVENT_SOLD, r)->is_retaken = has_expired;
	fold->verdict.is_revived = fold->t_ms >= r->until_ms;
	return say_of(fold, OUTCOME_CONFIRMED, r);
}

/* As it is set now; NULL: the reservation was made without one. */
static const struct show_channel *channel_of(const struct fold *fold, const struct reservation *r)
{
	const struct show_channel *channel =
	    r->channel.data ? show_find_channel(fold->show, r->channel) : NULL;

	assert(channel || !r->channel.data);
	return channel;
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
		refuse_unless_open(fold, r->seats, r->seat_count, channel_of(fold, r));
		if (fold->verdict.refusal_count)
			return say(fold, OUTCOME_HOLD_EXPIRED);
	}
	if (is_refused_late(fold, r, channel_of(fold, r)))
		return true;
	if (r->status == RESERVATION_EXPIRED)
		end_lapsed(fold, r->seats, r->seat_count, NULL, offset);
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
