#include "audit/report/story.h"

#include <stdlib.h>
#include <string.h>

#include "audit/fold/areas.h"
#include "audit/fold/channels.h"

/* ---- lists ---- */

/* A seat more of the list that ends where story->seats ends. false: out of memory */
static bool add_seat(struct story *s, struct seat_list *list, const struct seat *seat)
{
	if (!LIST_HAS_ROOM(s->seats, s->seat_extent, 1))
		return false;
	s->seats[s->seat_extent.count++] = seat->number;
	list->count++;
	return true;
}

static bool add_seats(struct story *s, struct seat_list *list, struct seat *const *seats,
                      size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!add_seat(s, list, seats[i]))
			return false;
	return true;
}

static struct seat_list begin_seats(const struct story *s)
{
	return (struct seat_list){.at = s->seat_extent.count};
}

/* ---- what came of it ---- */

static char what_of(enum event_kind kind)
{
	static const char whats[EVENT_KIND_COUNT] = {
	    [EVENT_RESERVED] = 'h', [EVENT_EXTENDED] = 'e',  [EVENT_SOLD] = 's',
	    [EVENT_RELEASED] = 'r', [EVENT_EXPIRED] = 'l',   [EVENT_CANCELLED] = 'c',
	    [EVENT_BLOCKED] = 'b',  [EVENT_UNBLOCKED] = 'p', [EVENT_SEATS_ADDED] = '+',
	};

	return whats[kind];
}

static bool add_area_change(struct story *s, const struct story_moment *moment, struct text area_id,
                            int32_t count)
{
	const struct show_area *area = show_find_area(s->show, area_id);

	if (!LIST_HAS_ROOM(s->area_changes, s->area_change_extent, 1))
		return false;
	s->area_changes[s->area_change_extent.count++] =
	    (struct story_area_change){*moment, area->number, count};
	return true;
}

static bool add_areas_set(struct story *s, const struct story_moment *moment,
                          const struct change *c)
{
	for (size_t i = 0; i < c->set_area_count; i++) {
		const struct show_area *area = show_find_area(s->show, c->set_areas[i].area_id);

		if (!add_area_change(s, moment, area->id, area->capacity))
			return false;
	}
	return true;
}

static bool add_policy(struct story *s, const struct story_moment *moment)
{
	if (!LIST_HAS_ROOM(s->policies, s->policy_extent, 1))
		return false;
	s->policies[s->policy_extent.count++] =
	    (struct story_policy){moment->offset, moment->at_ms, s->show->policy};
	return true;
}

static bool add_change(struct story *s, const struct fold *fold, const struct change *c,
                       int64_t offset)
{
	struct story_change change = {
	    .moment = {offset, fold->t_ms,
	               c->reservation ? (int64_t)c->reservation->number : NOBODYS, what_of(c->kind)},
	    .until_ms = event_has_until(c->kind) ? c->until_ms : 0,
	    .seats = begin_seats(s),
	    .is_retaken = c->is_retaken,
	};

	if (c->kind == EVENT_AREAS_SET) {
		change.moment.what = '+';
		return add_areas_set(s, &change.moment, c);
	}
	if (c->policy)
		return add_policy(s, &change.moment);
	if (!change.moment.what)
		return true;
	if (c->kind != EVENT_EXTENDED) {
		if (!add_seats(s, &change.seats, c->seats, c->seat_count))
			return false;
		for (size_t i = 0; i < c->area_count; i++) {
			change.places += c->areas[i].count;
			if (!add_area_change(s, &change.moment, c->areas[i].area_id, c->areas[i].count))
				return false;
		}
	}
	if (!LIST_HAS_ROOM(s->changes, s->change_extent, 1))
		return false;
	s->changes[s->change_extent.count++] = change;
	return true;
}

/* ---- what was asked ---- */

static bool is_asked(const struct verdict *v)
{
	return v->type == REQUEST_RESERVE || v->type == REQUEST_CHANGE_HOLD;
}

/* Row 4: the reply says of which. Row 5 does, too, and is a refusal of its own. */
static bool is_repeated(const struct verdict *v)
{
	return v->duplicate_of != NOT_A_DUPLICATE && v->outcome != OUTCOME_IDEMPOTENCY_MISMATCH;
}

static const struct reservation *reservation_of(const struct fold *fold)
{
	const struct verdict *v = &fold->verdict;

	if (v->type == REQUEST_RESERVE)
		return outcome_is_accepted(v->outcome) ? v->reservation : NULL;
	return show_find_reservation(fold->show, &fold->request.reservation_id);
}

/* Its number among those that were met. false: out of memory */
static bool find_channel(struct story *s, const struct fold *fold, int16_t *number)
{
	const struct reservation *r = reservation_of(fold);
	struct text name = r ? r->channel : (struct text){NULL, 0};

	*number = CHANNEL_NONE;
	if (!r && fold->request.channel_key.data) {
		const struct show_channel *channel;
		uint8_t hash[SHA256_BYTES];

		secret_hash_as("channel", s->show_id, fold->request.channel_key, hash);
		channel = show_find_channel_by_key(fold->show, hash);
		*number = CHANNEL_WRONG;
		if (channel)
			name = channel->name;
	}
	if (!name.data)
		return true;
	for (*number = 0; (size_t)*number < s->channel_extent.count; ++*number)
		if (text_same(s->channels[*number], name))
			return true;
	if (!LIST_HAS_ROOM(s->channels, s->channel_extent, 1))
		return false;
	s->channels[s->channel_extent.count++] = name;
	return true;
}

/* Seats that came in, all of whose changes are kept already. */
static void take_what_came_in(const struct story *s, struct story_request *q, size_t changes_before)
{
	for (size_t i = changes_before; i < s->change_extent.count; i++)
		if (s->changes[i].moment.what == 'h')
			q->seats = s->changes[i].seats;
}

/* Those that it named and the hold has not got; first those that are listed as not to be had. */
static bool take_what_it_named(struct story *s, struct story_request *q, const struct fold *fold)
{
	const struct request *asked = &fold->request;
	const struct verdict *v = &fold->verdict;
	const struct reservation *own = v->type == REQUEST_CHANGE_HOLD ? reservation_of(fold) : NULL;
	bool lists_them = v->outcome == OUTCOME_SEATS_TAKEN || v->outcome == OUTCOME_SEATS_NOT_FOR_SALE;
	const struct seat *others[RESERVE_SEATS_MAX];
	size_t other_count = 0, listed = 0;

	for (size_t i = 0; i < asked->seat_count; i++) {
		const struct seat *seat = show_find_seat(s->show, asked->seat_ids[i]);
		bool is_taken = seat && lists_them && listed < v->refusal_count &&
		                text_same(v->refusals[listed].seat_id, seat->id);

		if (!seat || (own && seat->holder == own))
			continue;
		if (!is_taken) {
			others[other_count++] = seat;
			continue;
		}
		listed++;
		q->taken_count++;
		if (!add_seat(s, &q->seats, seat))
			return false;
	}
	for (size_t i = 0; i < other_count; i++)
		if (!add_seat(s, &q->seats, others[i]))
			return false;
	return true;
}

static bool take_what_it_lost(struct story *s, struct story_request *q, const struct verdict *v)
{
	q->taken_count = (uint32_t)v->refusal_count;
	for (size_t i = 0; i < v->refusal_count; i++)
		if (!add_seat(s, &q->seats, show_find_seat(s->show, v->refusals[i].seat_id)))
			return false;
	return true;
}

static bool add_area_demand(struct story *s, const struct area_count *asked, bool is_granted)
{
	const struct show_area *area = show_find_area(s->show, asked->area_id);
	struct area_demand *demand;

	if (!area)
		return true;
	while (s->area_extent.count <= area->number) {
		if (!LIST_HAS_ROOM(s->areas, s->area_extent, 1))
			return false;
		s->areas[s->area_extent.count++] = (struct area_demand){.requests = 0};
	}
	demand = &s->areas[area->number];
	demand->requests++;
	demand->wanted += asked->count;
	demand->refused += is_granted ? 0 : asked->count;
	demand->granted += is_granted ? asked->count : 0;
	return true;
}

/* Of a request that its own table decided. */
static bool add_demand(struct story *s, struct story_request *q, const struct fold *fold,
                       size_t changes_before)
{
	const struct request *asked = &fold->request;
	const struct verdict *v = &fold->verdict;
	bool is_granted = outcome_is_accepted(v->outcome);

	q->seats = begin_seats(s);
	if (v->type == REQUEST_CONFIRM && v->outcome == OUTCOME_HOLD_EXPIRED)
		return take_what_it_lost(s, q, v);
	if (!q->is_asked)
		return true;
	if (asked->best && !wishes_add(&s->wishes, asked->best, is_granted))
		return false;
	for (size_t i = 0; i < asked->area_count; i++)
		if (!add_area_demand(s, &asked->areas[i], is_granted))
			return false;
	if (is_granted)
		take_what_came_in(s, q, changes_before);
	else if (!take_what_it_named(s, q, fold))
		return false;
	return find_channel(s, fold, &q->channel);
}

/* Who it was: the customer, or where none was named the session. */
static bool add_limited(struct story *s, const struct fold *fold)
{
	const struct request *asked = &fold->request;
	const struct reservation *r = reservation_of(fold);
	uint8_t *hash;

	if (!LIST_HAS_ROOM(s->limited, s->limited_extent, 1))
		return false;
	hash = s->limited[s->limited_extent.count++];
	if (r)
		memcpy(hash, r->buyer ? r->buyer->hash : r->session_hash, SHA256_BYTES);
	else
		secret_hash_as("customer", s->show_id, asked->customer_id, hash);
	return true;
}

/* ---- one request ---- */

struct story *story_open(struct text show_id, int32_t partition)
{
	struct story *s = calloc(1, sizeof *s + show_id.bytes);

	if (!s)
		return NULL;
	s->show_id = (struct text){memcpy(s + 1, show_id.data, show_id.bytes), show_id.bytes};
	s->partition = partition;
	return s;
}

void story_release(struct story *s)
{
	if (!s)
		return;
	wishes_release(&s->wishes);
	free(s->requests);
	free(s->seats);
	free(s->changes);
	free(s->area_changes);
	free(s->policies);
	free(s->channels);
	free(s->areas);
	free(s->limited);
	free(s);
}

static int32_t wait_of(const struct record *request, int64_t replied_ms)
{
	int64_t wait_ms = replied_ms - request->timestamp_ms;

	if (replied_ms < 0)
		return NOT_SEEN;
	return wait_ms < 0 ? 0 : wait_ms > INT32_MAX ? INT32_MAX : (int32_t)wait_ms;
}

bool story_add(struct story *s, const struct fold *fold, const struct record *request,
               int64_t replied_ms)
{
	const struct verdict *v = &fold->verdict;
	size_t changes_before = s->change_extent.count;
	struct story_request q = {
	    .offset = request->offset,
	    .at_ms = fold->t_ms,
	    .wait_ms = wait_of(request, replied_ms),
	    .channel = CHANNEL_NONE,
	    .type = (uint8_t)v->type,
	    .outcome = (uint8_t)v->outcome,
	    .is_unreadable = v->dead_letter != NULL,
	    .is_repeated = is_repeated(v),
	    .is_ruled = fold->is_claim,
	    .request_id = v->request_id,
	};

	if (fold->show)
		s->show = fold->show;
	q.is_asked = is_asked(v) && !q.is_repeated && !q.is_unreadable;
	for (size_t i = 0; i < fold->change_count; i++)
		if (!add_change(s, fold, &fold->changes[i], request->offset))
			return false;
	if (q.is_ruled && !add_demand(s, &q, fold, changes_before))
		return false;
	if (q.is_ruled && v->outcome == OUTCOME_CUSTOMER_LIMIT && !add_limited(s, fold))
		return false;
	if (!LIST_HAS_ROOM(s->requests, s->request_extent, 1))
		return false;
	s->requests[s->request_extent.count++] = q;
	return true;
}
