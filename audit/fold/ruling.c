/* What the tables of all types are written with. */
#include "audit/fold/ruling.h"

#include <assert.h>
#include <string.h>

/* ---- questions ---- */

struct policy fold_policy(const struct fold *fold, const struct show *show)
{
	const struct other_policy *other = &fold->policy;
	struct policy policy = show->policy;

	if (other->hold_seconds)
		policy.hold_seconds = other->hold_seconds;
	if (other->max_hold_seconds)
		policy.max_hold_seconds = other->max_hold_seconds;
	if (other->max_seats)
		policy.max_seats = other->max_seats;
	if (other->singles)
		policy.singles = (enum singles)(other->singles - OTHER_SINGLES(0));
	if (other->max_customer_seats)
		policy.max_customer_seats = other->max_customer_seats - OTHER_LIMIT(0);
	if (other->max_customer_holds)
		policy.max_customer_holds = other->max_customer_holds - OTHER_LIMIT(0);
	if (policy.hold_seconds > policy.max_hold_seconds) { /* only with another policy */
		if (other->max_hold_seconds)
			policy.hold_seconds = policy.max_hold_seconds;
		else
			policy.max_hold_seconds = policy.hold_seconds;
	}
	return policy;
}

bool ruling_has_lapsed(const struct fold *fold, const struct reservation *r)
{
	return reservation_has_lapsed(r, fold->t_ms);
}

bool ruling_secret_is(const struct fold *fold, struct text secret, const uint8_t hash[SHA256_BYTES])
{
	uint8_t found[SHA256_BYTES];

	if (!secret.data)
		return false;
	secret_hash(fold->show->id, secret, found);
	return !memcmp(found, hash, SHA256_BYTES);
}

bool ruling_find_seats(struct fold *fold, struct seat **seats)
{
	const struct request *q = &fold->request;

	for (size_t i = 0; i < q->seat_count; i++) {
		seats[i] = show_find_seat(fold->show, q->seat_ids[i]);
		if (!seats[i]) {
			struct text kept = arena_copy(&fold->model.memory, q->seat_ids[i]);

			if (!kept.data)
				return false;
			refuse_id(fold, kept);
		}
	}
	return true;
}

/* ---- ways to end ---- */

bool say(struct fold *fold, enum outcome outcome)
{
	fold->verdict.outcome = outcome;
	return true;
}

bool say_of(struct fold *fold, enum outcome outcome, const struct reservation *r)
{
	fold->verdict.reservation = r;
	fold->verdict.seats = r->seats;
	fold->verdict.seat_count = r->seat_count;
	return say(fold, outcome);
}

bool say_until(struct fold *fold, enum outcome outcome, const struct reservation *r)
{
	fold->verdict.has_until = true;
	fold->verdict.until_ms = r->until_ms;
	return say_of(fold, outcome, r);
}

static struct refusal *refuse(struct fold *fold, struct text seat_id)
{
	struct refusal *refusal = &fold->refusals[fold->verdict.refusal_count++];

	assert(fold->verdict.refusal_count <= ADD_SEATS_MAX);
	*refusal = (struct refusal){.seat_id = seat_id};
	return refusal;
}

void refuse_id(struct fold *fold, struct text seat_id)
{
	refuse(fold, seat_id);
}

void refuse_taken(struct fold *fold, const struct seat *seat)
{
	struct refusal *refusal = refuse(fold, seat->id);

	assert(seat->holder);
	refusal->status = seat->status;
	refusal->taken_at = seat->taken_at;
	refusal->taken_ms = seat->taken_ms;
	refusal->winner = seat->holder;
}

void refuse_blocked(struct fold *fold, const struct seat *seat)
{
	refuse(fold, seat->id)->channel = seat->channel.data ? seat->channel : text_of(CHANNEL_PUBLIC);
}

bool is_not_its_owners(struct fold *fold)
{
	const struct show *show = fold->show;

	if (!show->is_created)
		return say(fold, OUTCOME_UNKNOWN_SHOW);
	if (show->has_owner && !ruling_secret_is(fold, fold->request.owner_key, show->owner_hash))
		return say(fold, OUTCOME_WRONG_OWNER);
	return false;
}

/* ---- changes ---- */

struct change *note(struct fold *fold, enum event_kind kind, const struct reservation *r)
{
	struct change *change = &fold->changes[fold->change_count++];

	assert(fold->change_count <= CHANGES_MAX);
	*change = (struct change){
	    .kind = kind,
	    .reservation = r,
	    .seats = r ? r->seats : NULL,
	    .seat_count = r ? r->seat_count : 0,
	    .until_ms = r ? r->until_ms : 0,
	};
	return change;
}

void end_reservation(struct fold *fold, struct reservation *r, enum reservation_status status,
                     enum event_kind kind, int64_t offset)
{
	for (size_t i = 0; i < r->seat_count; i++) {
		assert(r->seats[i]->holder == r);
		seat_free(r->seats[i], offset);
	}
	reservation_set(r, status, fold->t_ms);
	note(fold, kind, r);
}

void end_lapsed(struct fold *fold, struct seat *const *seats, size_t count,
                struct reservation *own, int64_t offset)
{
	for (;;) {
		struct reservation *first = own && own->status == RESERVATION_HELD ? own : NULL;

		for (size_t i = 0; i < count; i++) {
			struct reservation *holder = seats[i]->holder;

			if (holder && (!first || holder->offset < first->offset))
				first = holder;
		}
		if (!first)
			return;
		assert(ruling_has_lapsed(fold, first));
		end_reservation(fold, first, RESERVATION_EXPIRED, EVENT_EXPIRED, offset);
	}
}
