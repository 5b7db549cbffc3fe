#include "audit/fold/rules.h"

#include <assert.h>
#include <string.h>

#define MS_PER_S INT64_C(1000)

/* What the tables ask. */

static bool has_lapsed(const struct fold *fold, const struct reservation *r)
{
	return reservation_has_lapsed(r, fold->t_ms);
}

static bool seat_is_takable(const struct fold *fold, const struct seat *seat)
{
	return !seat->holder || (seat->status == SEAT_RESERVED && has_lapsed(fold, seat->holder));
}

/* session_id or owner_key against what the model keeps of it. */
static bool secret_is(const struct fold *fold, struct text secret, const uint8_t hash[SHA256_BYTES])
{
	uint8_t found[SHA256_BYTES];

	if (!secret.data)
		return false;
	secret_hash(fold->show->id, secret, found);
	return !memcmp(found, hash, SHA256_BYTES);
}

/* Ways to end. */

static bool say(struct fold *fold, enum outcome outcome)
{
	fold->verdict.outcome = outcome;
	return true;
}

static bool say_of(struct fold *fold, enum outcome outcome, const struct reservation *r)
{
	fold->verdict.reservation = r;
	fold->verdict.seats = r->seats;
	fold->verdict.seat_count = r->seat_count;
	return say(fold, outcome);
}

static bool say_until(struct fold *fold, enum outcome outcome, const struct reservation *r)
{
	fold->verdict.has_until = true;
	fold->verdict.until_ms = r->until_ms;
	return say_of(fold, outcome, r);
}

static void refuse_seat(struct fold *fold, struct text seat_id, const struct seat *taken)
{
	struct refusal *refusal = &fold->refusals[fold->verdict.refusal_count++];

	*refusal = (struct refusal){.seat_id = seat_id};
	if (taken) {
		refusal->status = taken->status;
		refusal->taken_at = taken->taken_at;
		refusal->taken_ms = taken->taken_ms;
		refusal->winner = taken->holder;
	}
}

/* Changes. */

static void note(struct fold *fold, enum event_kind kind, const struct reservation *r)
{
	assert(fold->change_count < CHANGES_MAX);
	fold->changes[fold->change_count++] = (struct change){
	    .kind = kind,
	    .reservation = r,
	    .seats = r ? r->seats : NULL,
	    .seat_count = r ? r->seat_count : 0,
	    .until_ms = r ? r->until_ms : 0,
	};
}

/* All of its seats become available. */
static void end(struct fold *fold, struct reservation *r, enum reservation_status status,
                enum event_kind kind, int64_t offset)
{
	for (size_t i = 0; i < r->seat_count; i++) {
		assert(r->seats[i]->holder == r);
		seat_free(r->seats[i], offset);
	}
	reservation_set(r, status, fold->t_ms);
	note(fold, kind, r);
}

/*
 * The lapsed holds on these seats end, and `own` with them (NULL: none), the one with the earliest
 * reserve first.
 */
static void end_lapsed(struct fold *fold, struct seat *const *seats, size_t count,
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
		assert(has_lapsed(fold, first));
		end(fold, first, RESERVATION_EXPIRED, EVENT_EXPIRED, offset);
	}
}

/* ---- one function a type ---- */

static int32_t first_of(int32_t other, int32_t given, int32_t otherwise)
{
	return other ? other : given ? given : otherwise;
}

static bool create_show(struct fold *fold, int64_t offset)
{
	const struct request *q = &fold->request;
	struct show *show = fold->show;
	const struct other_policy *other = &fold->policy;

	if (show->is_created)
		return say(fold, OUTCOME_SHOW_EXISTS);
	if (q->policy->title.data) {
		show->title = arena_copy(&fold->model.memory, q->policy->title);
		if (!show->title.data)
			return false;
	}
	show->is_created = true;
	show->hold_seconds = first_of(other->hold_seconds, q->policy->hold_seconds,
	                              HOLD_SECONDS_DEFAULT);
	show->max_hold_seconds = first_of(other->max_hold_seconds, q->policy->max_hold_seconds,
	                                  MAX_HOLD_SECONDS_DEFAULT);
	show->max_seats = first_of(other->max_seats, q->policy->max_seats, MAX_SEATS_DEFAULT);
	if (show->hold_seconds > show->max_hold_seconds) { /* only with another policy */
		if (other->max_hold_seconds)
			show->hold_seconds = show->max_hold_seconds;
		else
			show->max_hold_seconds = show->hold_seconds;
	}
	show->has_owner = q->owner_key.data != NULL;
	if (show->has_owner)
		secret_hash(show->id, q->owner_key, show->owner_hash);
	show->created_ms = fold->t_ms;
	show->created_offset = offset;
	note(fold, EVENT_SHOW_CREATED, NULL);
	return say(fold, OUTCOME_SHOW_CREATED);
}

static bool add_seats(struct fold *fold, int64_t offset)
{
	const struct request *q = &fold->request;
	struct show *show = fold->show;
	struct seat **added;

	if (!show->is_created)
		return say(fold, OUTCOME_UNKNOWN_SHOW);
	if (show->has_owner && !secret_is(fold, q->owner_key, show->owner_hash))
		return say(fold, OUTCOME_WRONG_OWNER);
	for (size_t i = 0; i < q->seat_count; i++) {
		const struct seat *seat = show_find_seat(show, q->seat_ids[i]);

		if (seat)
			refuse_seat(fold, seat->id, NULL);
	}
	if (fold->verdict.refusal_count)
		return say(fold, OUTCOME_SEAT_EXISTS);
	added = arena_take(&fold->model.memory, q->seat_count * sizeof(struct seat *));
	for (size_t i = 0; added && i < q->seat_count; i++)
		if (!(added[i] = show_add_seat(&fold->model, show, q->seat_ids[i], offset)))
			return false;
	if (!added)
		return false;
	fold->verdict.seats = added;
	fold->verdict.seat_count = q->seat_count;
	note(fold, EVENT_SEATS_ADDED, NULL);
	fold->changes[0].seats = added;
	fold->changes[0].seat_count = q->seat_count;
	return say(fold, OUTCOME_SEATS_ADDED);
}

/* What is asked for; seats that the show does not have are refused. false: out of memory. */
static bool find_seats(struct fold *fold, struct seat **seats)
{
	const struct request *q = &fold->request;

	for (size_t i = 0; i < q->seat_count; i++) {
		seats[i] = show_find_seat(fold->show, q->seat_ids[i]);
		if (!seats[i]) {
			struct text kept = arena_copy(&fold->model.memory, q->seat_ids[i]);

			if (!kept.data)
				return false;
			refuse_seat(fold, kept, NULL);
		}
	}
	return true;
}

static void refuse_taken(struct fold *fold, struct seat *const *seats, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!seat_is_takable(fold, seats[i]))
			refuse_seat(fold, seats[i]->id, seats[i]);
}

static bool take_seats(struct fold *fold, struct seat *const *seats, struct reservation *own,
                       const uint8_t session_hash[SHA256_BYTES], int64_t offset)
{
	const struct request *q = &fold->request;
	int64_t hold_s = q->hold_seconds ? q->hold_seconds : fold->show->hold_seconds;
	struct reservation *r;

	end_lapsed(fold, seats, q->seat_count, own, offset);
	r = show_add_reservation(&fold->model, fold->show, &q->request_id, session_hash, q->seat_count);
	if (!r)
		return false;
	r->offset = offset;
	r->created_ms = fold->t_ms;
	r->until_ms = fold->t_ms + hold_s * MS_PER_S;
	for (size_t i = 0; i < q->seat_count; i++) {
		r->seats[i] = seats[i];
		seat_give(seats[i], r, SEAT_RESERVED, offset, fold->t_ms);
	}
	note(fold, EVENT_RESERVED, r);
	return say_until(fold, OUTCOME_RESERVED, r);
}

static bool reserve(struct fold *fold, int64_t offset)
{
	const struct request *q = &fold->request;
	struct seat *seats[RESERVE_SEATS_MAX];
	uint8_t session_hash[SHA256_BYTES];
	struct reservation *own;

	if (!fold->show->is_created)
		return say(fold, OUTCOME_UNKNOWN_SHOW);
	if (q->seat_count > (size_t)fold->show->max_seats)
		return say(fold, OUTCOME_TOO_MANY_SEATS);
	if (q->hold_seconds > fold->show->max_hold_seconds)
		return say(fold, OUTCOME_HOLD_TOO_LONG);
	if (!find_seats(fold, seats))
		return false;
	if (fold->verdict.refusal_count)
		return say(fold, OUTCOME_UNKNOWN_SEAT);
	secret_hash(fold->show->id, q->session_id, session_hash);
	own = show_find_held(fold->show, session_hash);
	if (own && !has_lapsed(fold, own))
		return say_until(fold, OUTCOME_ALREADY_RESERVED, own);
	refuse_taken(fold, seats, q->seat_count);
	if (fold->verdict.refusal_count)
		return say(fold, OUTCOME_SEATS_TAKEN);
	return take_seats(fold, seats, own, session_hash, offset);
}

static bool release(struct fold *fold, struct reservation *r, int64_t offset)
{
	if (!r)
		return say(fold, OUTCOME_UNKNOWN_RESERVATION);
	if (!secret_is(fold, fold->request.session_id, r->session_hash))
		return say(fold, OUTCOME_WRONG_SESSION);
	if (r->status == RESERVATION_CONFIRMED)
		return say(fold, OUTCOME_CONFIRMED_BEFORE);
	if (r->status != RESERVATION_HELD)
		return say(fold, OUTCOME_NOTHING_HELD);
	end(fold, r, RESERVATION_RELEASED, EVENT_RELEASED, offset);
	return say_of(fold, OUTCOME_RELEASED, r);
}

static bool extend(struct fold *fold, struct reservation *r, int64_t offset)
{
	const struct request *q = &fold->request;
	int64_t until_ms, limit_ms;

	if (!fold->show->is_created)
		return say(fold, OUTCOME_UNKNOWN_SHOW);
	if (q->hold_seconds > fold->show->max_hold_seconds)
		return say(fold, OUTCOME_HOLD_TOO_LONG);
	if (!r)
		return say(fold, OUTCOME_UNKNOWN_RESERVATION);
	if (!secret_is(fold, q->session_id, r->session_hash))
		return say(fold, OUTCOME_WRONG_SESSION);
	if (r->status == RESERVATION_CONFIRMED)
		return say(fold, OUTCOME_CONFIRMED_BEFORE);
	if (r->status == RESERVATION_RELEASED || r->status == RESERVATION_CANCELLED)
		return say(fold, OUTCOME_HOLD_RELEASED);
	if (r->status == RESERVATION_EXPIRED || has_lapsed(fold, r))
		return say(fold, OUTCOME_HOLD_EXPIRED);
	until_ms = fold->t_ms + q->hold_seconds * MS_PER_S;
	limit_ms = r->created_ms + fold->show->max_hold_seconds * MS_PER_S;
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
	note(fold, EVENT_SOLD, r);
	fold->changes[fold->change_count - 1].is_retaken = has_expired;
	fold->verdict.is_revived = fold->t_ms >= r->until_ms;
	return say_of(fold, OUTCOME_CONFIRMED, r);
}

static bool confirm(struct fold *fold, struct reservation *r, int64_t offset)
{
	if (!r)
		return say(fold, OUTCOME_UNKNOWN_RESERVATION);
	if (!secret_is(fold, fold->request.session_id, r->session_hash))
		return say(fold, OUTCOME_WRONG_SESSION);
	if (r->status == RESERVATION_CONFIRMED)
		return say_of(fold, OUTCOME_ALREADY_CONFIRMED, r);
	if (r->status == RESERVATION_RELEASED || r->status == RESERVATION_CANCELLED)
		return say(fold, OUTCOME_HOLD_RELEASED);
	if (r->status == RESERVATION_EXPIRED) {
		refuse_taken(fold, r->seats, r->seat_count);
		if (fold->verdict.refusal_count)
			return say(fold, OUTCOME_HOLD_EXPIRED);
		end_lapsed(fold, r->seats, r->seat_count, NULL, offset);
	}
	return sell(fold, r, offset);
}

static bool cancel(struct fold *fold, struct reservation *r, int64_t offset)
{
	const struct show *show = fold->show;

	if (!show->is_created)
		return say(fold, OUTCOME_UNKNOWN_SHOW);
	if (!show->has_owner || !secret_is(fold, fold->request.owner_key, show->owner_hash))
		return say(fold, OUTCOME_WRONG_OWNER);
	if (!r)
		return say(fold, OUTCOME_UNKNOWN_RESERVATION);
	if (r->status != RESERVATION_CONFIRMED)
		return say(fold, OUTCOME_NOT_CONFIRMED);
	end(fold, r, RESERVATION_CANCELLED, EVENT_CANCELLED, offset);
	return say_of(fold, OUTCOME_CANCELLED, r);
}

static bool expire(struct fold *fold, struct reservation *r, int64_t offset)
{
	if (!r)
		return say(fold, OUTCOME_UNKNOWN_RESERVATION);
	if (r->status != RESERVATION_HELD)
		return say(fold, OUTCOME_NOTHING_HELD);
	if (!has_lapsed(fold, r))
		return say(fold, OUTCOME_NOT_DUE);
	end(fold, r, RESERVATION_EXPIRED, EVENT_EXPIRED, offset);
	return say_of(fold, OUTCOME_EXPIRED, r);
}

bool rules_find_verdict(struct fold *fold, int64_t offset)
{
	struct reservation *r = show_find_reservation(fold->show, &fold->request.reservation_id);

	switch (fold->request.type) {
	case REQUEST_CREATE_SHOW:
		return create_show(fold, offset);
	case REQUEST_ADD_SEATS:
		return add_seats(fold, offset);
	case REQUEST_RESERVE:
		return reserve(fold, offset);
	case REQUEST_RELEASE:
		return release(fold, r, offset);
	case REQUEST_EXTEND:
		return extend(fold, r, offset);
	case REQUEST_CONFIRM:
		return confirm(fold, r, offset);
	case REQUEST_CANCEL:
		return cancel(fold, r, offset);
	case REQUEST_EXPIRE:
		return expire(fold, r, offset);
	default: /* the rest is in fold.c until their rules are written */
		break;
	}
	assert(false && "a readable request has a type");
	return false;
}
