/* What changes a live hold in place, change_hold: section 4.2 of docs/protocol.md. */
#include <assert.h>

#include "audit/fold/customers.h"
#include "audit/fold/part.h"
#include "audit/fold/ruling.h"
#include "audit/fold/taking.h"

/* A change_hold on its way through its table. */
struct moving {
	struct reservation *hold;
	struct part dropped;
	bool adds;
	int64_t places; /* of the result */
	struct taking taking;
};

/* What comes before anything is compared with the hold. true: it is decided. */
static bool is_not_his_live_hold(struct fold *fold, const struct reservation *r)
{
	if (!fold->show->is_created)
		return say(fold, OUTCOME_UNKNOWN_SHOW);
	if (!r)
		return say(fold, OUTCOME_UNKNOWN_RESERVATION);
	if (!ruling_secret_is(fold, fold->request.session_id, r->session_hash))
		return say(fold, OUTCOME_WRONG_SESSION);
	if (r->status == RESERVATION_CONFIRMED)
		return say(fold, OUTCOME_CONFIRMED_BEFORE);
	if (r->status == RESERVATION_RELEASED || r->status == RESERVATION_CANCELLED)
		return say(fold, OUTCOME_HOLD_RELEASED);
	if (r->status == RESERVATION_EXPIRED || ruling_has_lapsed(fold, r))
		return say(fold, OUTCOME_HOLD_EXPIRED);
	return false;
}

/* What it adds, and what there would be. */
static void weigh(const struct fold *fold, struct moving *m)
{
	const struct request *q = &fold->request;
	int64_t named = 0;

	for (size_t i = 0; i < q->seat_count; i++) {
		const struct seat *seat = show_find_seat(fold->show, q->seat_ids[i]);

		named += !seat || seat->holder != m->hold;
	}
	m->adds = named > 0 || q->best || q->area_count > 0;
	m->places = m->hold->places - m->dropped.places + named + taking_unnamed_places(q);
}

/* Row 10: a reservation without a customer counts for itself alone. */
static bool is_beyond_limit(struct fold *fold, const struct moving *m)
{
	struct customer_has has = {m->hold->places, 1}, would_have;

	if (m->hold->buyer)
		has = buyer_has(m->hold->buyer, fold->t_ms);
	would_have = (struct customer_has){.seats = has.seats - m->hold->places + m->places};
	return taking_is_beyond(fold, &m->taking, has, would_have); /* of holds, none more */
}

/* From row 3 on. false: out of memory */
static bool find_what_comes_in(struct fold *fold, struct moving *m, bool *is_decided)
{
	*is_decided = true;
	if (m->adds && taking_is_off_sale(fold, &m->taking))
		return true;
	if (m->adds && m->places > m->taking.policy.max_seats)
		return say(fold, OUTCOME_TOO_MANY_SEATS);
	if (fold->request.hold_seconds > m->taking.policy.max_hold_seconds)
		return say(fold, OUTCOME_HOLD_TOO_LONG);
	*is_decided = false;
	if (!m->adds)
		return true;
	if (!taking_find(fold, &m->taking, is_decided))
		return false;
	if (*is_decided)
		return true;
	*is_decided = is_beyond_limit(fold, m);
	return *is_decided || taking_choose(fold, &m->taking, is_decided);
}

static void let_go(const struct part *dropped, bool is_let_go)
{
	for (size_t i = 0; i < dropped->seat_count; i++)
		seat_let_go(dropped->seats[i], is_let_go);
}

/* Of an area on a list; 0: it is not on it. */
static int32_t count_of(const struct area_count *areas, size_t count, struct text area_id)
{
	for (size_t i = 0; i < count; i++)
		if (text_same(areas[i].area_id, area_id))
			return areas[i].count;
	return 0;
}

/* In the reservation's order, as it is now: what is added to an area it had stands with it. */
static bool note_what_came_in(struct fold *fold, const struct moving *m)
{
	const struct request *q = &fold->request;
	const struct reservation *r = m->hold;
	struct part in = {.seat_count = m->taking.count};

	for (size_t i = 0; i < in.seat_count; i++)
		in.seats[i] = m->taking.seats[i];
	for (size_t i = 0; i < r->area_count; i++) {
		int32_t count = count_of(q->areas, q->area_count, r->areas[i].area_id);

		if (count)
			in.areas[in.area_count++] = (struct area_count){r->areas[i].area_id, count};
	}
	assert(in.area_count == q->area_count);
	return part_note(fold, EVENT_RESERVED, r, &in);
}

static bool carry_out(struct fold *fold, struct moving *m, int64_t offset)
{
	struct reservation *r = m->hold;
	int32_t hold_seconds = fold->request.hold_seconds;
	int64_t until_ms = hold_seconds ? ruling_until_of(fold, r, hold_seconds) : r->until_ms;
	bool is_extended = until_ms > r->until_ms;

	if (!part_give_back(fold, r, &m->dropped, offset))
		return false;
	taking_clear_the_way(fold, &m->taking, NULL, offset);
	if (is_extended) {
		reservation_set_until(r, until_ms);
		for (size_t i = 0; i < r->seat_count; i++)
			r->seats[i]->version = offset;
	}
	if (!taking_carry_out(fold, &m->taking, r, offset))
		return false;
	assert(r->places == m->places);
	if (m->adds)
		taking_assert_limits(fold, &m->taking, r);
	if (m->dropped.places && !part_note(fold, EVENT_RELEASED, r, &m->dropped))
		return false;
	if (m->adds && !note_what_came_in(fold, m))
		return false;
	if (is_extended && !m->adds)
		note(fold, EVENT_EXTENDED, r);
	return say_until(fold, OUTCOME_HOLD_CHANGED, r);
}

bool decide_change_hold(struct fold *fold, struct reservation *r, int64_t offset)
{
	const struct request *q = &fold->request;
	const struct named_part named = {q->drop_seat_ids, q->drop_seat_count, q->drop_areas,
	                                 q->drop_area_count};
	struct moving m = {.hold = r};
	bool is_decided, is_done;

	if (is_not_his_live_hold(fold, r))
		return true;
	if (!part_find(fold, r, &named, &m.dropped))
		return false;
	if (fold->verdict.refusal_count || fold->verdict.area_refusal_count)
		return say(fold, OUTCOME_NOT_IN_RESERVATION);
	weigh(fold, &m);
	if (m.places == 0)
		return say(fold, OUTCOME_NOTHING_LEFT);
	m.taking.policy = fold_policy(fold, fold->show);
	m.taking.channel = ruling_channel_of(fold, r);
	m.taking.changed = r;
	/* What is dropped is free to what is asked for, whatever comes of it. */
	let_go(&m.dropped, true);
	is_done = find_what_comes_in(fold, &m, &is_decided);
	let_go(&m.dropped, false);
	if (!is_done || is_decided)
		return is_done;
	return carry_out(fold, &m, offset);
}
