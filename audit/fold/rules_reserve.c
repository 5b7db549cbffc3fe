/* Reserve: sections 4.2 to 4.4 of docs/protocol.md. */
#include <assert.h>

#include "audit/fold/channels.h"
#include "audit/fold/customers.h"
#include "audit/fold/ruling.h"
#include "audit/fold/taking.h"

/* Of whom it is, by what the request says. */
struct asker {
	uint8_t session_hash[SHA256_BYTES];
	uint8_t buyer_hash[SHA256_BYTES]; /* where the request names a customer */
	struct reservation *own;          /* the session's hold; NULL: none */
};

/* Rows 1 to 5: by the show and what is set of it. true: it is decided. */
static bool is_refused_by_show(struct fold *fold, struct taking *taking)
{
	const struct request *q = &fold->request;
	const struct show *show = fold->show;
	uint8_t key_hash[SHA256_BYTES];

	if (!show->is_created)
		return say(fold, OUTCOME_UNKNOWN_SHOW);
	taking->policy = fold_policy(fold, show);
	if (q->channel_key.data) {
		secret_hash_as("channel", show->id, q->channel_key, key_hash);
		taking->channel = show_find_channel_by_key(show, key_hash);
		if (!taking->channel)
			return say(fold, OUTCOME_WRONG_CHANNEL);
	}
	if (taking_is_off_sale(fold, taking))
		return true;
	if ((int64_t)q->seat_count + taking_unnamed_places(q) > taking->policy.max_seats)
		return say(fold, OUTCOME_TOO_MANY_SEATS);
	if (q->hold_seconds > taking->policy.max_hold_seconds)
		return say(fold, OUTCOME_HOLD_TOO_LONG);
	return false;
}

/* Rows 9 and 10. true: it is decided. */
static bool is_refused_by_limit(struct fold *fold, const struct taking *taking,
                                struct asker *asker)
{
	const struct request *q = &fold->request;
	const struct policy *policy = &taking->policy;
	struct customer_has has, would_have;

	if (q->customer_id.data)
		secret_hash_as("customer", fold->show->id, q->customer_id, asker->buyer_hash);
	if ((policy->max_customer_seats == 0 && policy->max_customer_holds == 0) ||
	    taking_is_exempt(taking))
		return false;
	if (!q->customer_id.data)
		return say(fold, OUTCOME_CUSTOMER_REQUIRED);
	has = buyer_has(show_find_buyer(fold->show, asker->buyer_hash), fold->t_ms);
	would_have = (struct customer_has){
	    .seats = has.seats + (int64_t)q->seat_count + taking_unnamed_places(q),
	    .holds = has.holds + 1,
	};
	return taking_is_beyond(fold, taking, has, would_have);
}

/* It is the buyer's from now on. false: out of memory */
static bool note_buyer(struct fold *fold, struct reservation *r, const uint8_t hash[SHA256_BYTES])
{
	struct buyer *buyer = show_take_buyer(&fold->model, fold->show, hash);

	if (buyer)
		buyer_add(buyer, r);
	return buyer;
}

static bool reserve(struct fold *fold, const struct taking *taking, const struct asker *asker,
                    int64_t offset)
{
	const struct request *q = &fold->request;
	int64_t hold_s = q->hold_seconds ? q->hold_seconds : taking->policy.hold_seconds;
	struct reservation *r;

	taking_clear_the_way(fold, taking, asker->own, offset);
	r = show_add_reservation(&fold->model, fold->show, &q->request_id, asker->session_hash);
	if (!r)
		return false;
	if (taking->channel)
		r->channel = taking->channel->name;
	if (q->customer_id.data && !note_buyer(fold, r, asker->buyer_hash))
		return false;
	r->offset = offset;
	r->created_ms = fold->t_ms;
	r->until_ms = fold->t_ms + hold_s * MS_PER_S;
	if (!taking_carry_out(fold, taking, r, offset))
		return false;
	taking_assert_limits(fold, taking, r);
	note(fold, EVENT_RESERVED, r);
	return say_until(fold, OUTCOME_RESERVED, r);
}

bool decide_reserve(struct fold *fold, int64_t offset)
{
	struct taking taking = {.channel = NULL};
	struct asker asker;
	bool is_decided;

	if (is_refused_by_show(fold, &taking))
		return true;
	if (!taking_find(fold, &taking, &is_decided))
		return false;
	if (is_decided)
		return true;
	secret_hash(fold->show->id, fold->request.session_id, asker.session_hash);
	asker.own = show_find_held(fold->show, asker.session_hash);
	if (asker.own && !ruling_has_lapsed(fold, asker.own))
		return say_until(fold, OUTCOME_ALREADY_RESERVED, asker.own);
	if (is_refused_by_limit(fold, &taking, &asker))
		return true;
	if (!taking_choose(fold, &taking, &is_decided))
		return false;
	return is_decided || reserve(fold, &taking, &asker, offset);
}
