/* What the tables of all types are written with. */
#include "audit/fold/ruling.h"

#include <assert.h>
#include <string.h>

#include "audit/fold/areas.h"
#include "audit/fold/channels.h"
#include "audit/fold/house.h"
#include "audit/fold/lapses.h"

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
		if (!seats[i] && !refuse_name(fold, q->seat_ids[i]))
			return false;
	}
	return true;
}

const struct show_channel *ruling_channel_of(const struct fold *fold, const struct reservation *r)
{
	const struct show_channel *channel =
	    r->channel.data ? show_find_channel(fold->show, r->channel) : NULL;

	assert(channel || !r->channel.data);
	return channel;
}

int64_t ruling_until_of(const struct fold *fold, const struct reservation *r, int32_t hold_seconds)
{
	int64_t until_ms = fold->t_ms + hold_seconds * MS_PER_S;
	int64_t limit_ms = r->created_ms + fold_policy(fold, fold->show).max_hold_seconds * MS_PER_S;

	if (until_ms > limit_ms)
		until_ms = limit_ms;
	return until_ms > r->until_ms ? until_ms : r->until_ms;
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
	fold->verdict.areas = r->areas;
	fold->verdict.area_count = r->area_count;
	return say(fold, outcome);
}

bool say_until(struct fold *fold, enum outcome outcome, const struct reservation *r)
{
	fold->verdict.has_until = true;
	fold->verdict.until_ms = r->until_ms;
	return say_of(fold, outcome, r);
}

bool say_limit(struct fold *fold, struct customer_has has)
{
	fold->verdict.has_customer = true;
	fold->verdict.customer = has;
	return say(fold, OUTCOME_CUSTOMER_LIMIT);
}

/* ---- what is listed ---- */

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

bool refuse_name(struct fold *fold, struct text seat_id)
{
	struct text kept = arena_copy(&fold->model.memory, seat_id);

	if (kept.data)
		refuse_id(fold, kept);
	return kept.data != NULL;
}

bool refuse_unless_open(struct fold *fold, struct seat *const *seats, size_t count,
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

static struct area_refusal *refuse_places(struct fold *fold, struct text area_id, int32_t wanted)
{
	struct area_refusal *refusal = &fold->area_refusals[fold->verdict.area_refusal_count++];

	assert(fold->verdict.area_refusal_count <= SET_AREAS_MAX);
	*refusal = (struct area_refusal){.area_id = area_id, .wanted = wanted};
	return refusal;
}

bool refuse_area(struct fold *fold, struct text area_id, int32_t wanted)
{
	struct text kept = arena_copy(&fold->model.memory, area_id);

	if (kept.data)
		refuse_places(fold, kept, wanted);
	return kept.data != NULL;
}

void refuse_below(struct fold *fold, const struct show_area *area, int32_t capacity)
{
	struct area_refusal *refusal = refuse_places(fold, area->id, capacity);

	refusal->has_taken = true;
	refusal->taken = show_area_taken(area);
}

void refuse_unless_room(struct fold *fold, const struct area_count *areas, size_t count,
                        const struct show_channel *channel)
{
	for (size_t i = 0; i < count; i++) {
		const struct show_area *area = show_find_area(fold->show, areas[i].area_id);
		bool is_open = channel_opens(channel, area->channel);
		int64_t room = is_open ? show_area_room(area, fold->t_ms) : 0;
		struct area_refusal *refusal;

		if (room >= areas[i].count)
			continue;
		refusal = refuse_places(fold, area->id, areas[i].count);
		refusal->is_blocked = !is_open;
		refusal->has_room = true;
		refusal->room = room;
	}
}

/* ---- organisers ---- */

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
	    .areas = r ? r->areas : NULL,
	    .area_count = r ? r->area_count : 0,
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
	reservation_set(r, status, offset, fold->t_ms);
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

void end_lapsed_places(struct fold *fold, const struct area_count *areas, size_t count,
                       int64_t offset)
{
	for (size_t i = 0; i < count; i++) {
		const struct show_area *area = show_find_area(fold->show, areas[i].area_id);

		while (area->capacity - show_area_taken(area) < areas[i].count) {
			struct share *first = lapses_first(area->held);

			assert(first && ruling_has_lapsed(fold, first->reservation));
			end_reservation(fold, first->reservation, RESERVATION_EXPIRED, EVENT_EXPIRED, offset);
		}
	}
}
