#include "audit/fold/taking.h"

#include <assert.h>
#include <string.h>

#include "audit/fold/areas.h"
#include "audit/fold/best.h"
#include "audit/fold/channels.h"
#include "audit/fold/customers.h"
#include "audit/fold/ruling.h"
#include "audit/fold/singles.h"

int64_t taking_unnamed_places(const struct request *q)
{
	int64_t places = q->best ? q->best->count : 0;

	for (size_t i = 0; i < q->area_count; i++)
		places += q->areas[i].count;
	return places;
}

bool taking_is_exempt(const struct taking *taking)
{
	return taking->channel && taking->channel->is_exempt;
}

/* ---- rows ---- */

static bool say_not_on_sale(struct fold *fold, const struct sale_window *window)
{
	fold->verdict.has_window = window != NULL;
	if (window)
		fold->verdict.window = *window;
	return say(fold, OUTCOME_NOT_ON_SALE);
}

bool taking_is_off_sale(struct fold *fold, const struct taking *taking)
{
	const struct sale_window *window =
	    taking->channel ? &taking->channel->on_sale : &taking->policy.on_sale;

	if (taking->policy.closed)
		return say_not_on_sale(fold, NULL);
	return !window_has(window, fold->t_ms) && say_not_on_sale(fold, window);
}

/* A seat that the hold has already is taken no more. false: out of memory */
static bool find_seats(struct fold *fold, struct taking *taking)
{
	const struct request *q = &fold->request;
	struct seat *named[RESERVE_SEATS_MAX];

	if (!ruling_find_seats(fold, named))
		return false;
	for (size_t i = 0; i < q->seat_count; i++)
		if (named[i] && !(taking->changed && named[i]->holder == taking->changed))
			taking->seats[taking->count++] = named[i];
	taking->named_count = taking->count;
	return true;
}

bool taking_find(struct fold *fold, struct taking *taking, bool *is_decided)
{
	const struct request *q = &fold->request;
	struct verdict *v = &fold->verdict;

	if (!find_seats(fold, taking))
		return false;
	*is_decided = v->refusal_count > 0;
	if (*is_decided)
		return say(fold, OUTCOME_UNKNOWN_SEAT);
	for (size_t i = 0; i < q->area_count; i++) {
		taking->areas[i] = show_find_area(fold->show, q->areas[i].area_id);
		if (!taking->areas[i] && !refuse_area(fold, q->areas[i].area_id, q->areas[i].count))
			return false;
	}
	*is_decided = v->area_refusal_count > 0;
	return !*is_decided || say(fold, OUTCOME_UNKNOWN_AREA);
}

bool taking_is_beyond(struct fold *fold, const struct taking *taking, struct customer_has has,
                      struct customer_has would_have)
{
	int32_t seats_max = taking->policy.max_customer_seats;
	int32_t holds_max = taking->policy.max_customer_holds;

	if (taking_is_exempt(taking))
		return false;
	if ((seats_max > 0 && would_have.seats > seats_max) ||
	    (holds_max > 0 && would_have.holds > holds_max))
		return say_limit(fold, has);
	return false;
}

/* Row 12. false: out of memory */
static bool refuse_singles(struct fold *fold, const struct taking *taking)
{
	struct seat *left[SINGLES_MAX];
	struct house *house;
	size_t count;

	if (taking->policy.singles == SINGLES_ALLOW || taking_is_exempt(taking) ||
	    taking->named_count == 0)
		return true;
	house = house_of(fold->show);
	if (!house)
		return false;
	count = singles_find(house, taking->seats, taking->named_count, fold->t_ms, left);
	for (size_t i = 0; i < count; i++)
		refuse_id(fold, left[i]->id);
	return true;
}

/* Row 14. false: out of memory */
static bool choose_seats(struct fold *fold, struct taking *taking, bool *is_decided)
{
	const struct best_question question = {
	    .wish = fold->request.best,
	    .channel = taking->channel,
	    .named = taking->seats,
	    .named_count = taking->named_count,
	    .t_ms = fold->t_ms,
	};
	struct house *house = house_of(fold->show);
	size_t wanted = (size_t)question.wish->count;
	struct best_answer answer;

	if (!house || !best_find(house, &question, &answer))
		return false;
	*is_decided = !answer.is_found;
	if (answer.is_found) {
		assert(taking->count + wanted <= RESERVE_SEATS_MAX);
		memcpy(taking->seats + taking->count, answer.seats, wanted * sizeof taking->seats[0]);
		taking->count += wanted;
		fold->verdict.pieces = answer.pieces;
		return true;
	}
	fold->verdict.has_free_seats = true;
	fold->verdict.free_seats = answer.free_seats;
	return say(fold, answer.free_seats < wanted ? OUTCOME_NOT_ENOUGH_SEATS
	                                            : OUTCOME_NO_SEATS_TOGETHER);
}

bool taking_choose(struct fold *fold, struct taking *taking, bool *is_decided)
{
	const struct request *q = &fold->request;
	bool is_one_taken =
	    refuse_unless_open(fold, taking->seats, taking->named_count, taking->channel);

	*is_decided = true;
	if (fold->verdict.refusal_count)
		return say(fold, is_one_taken ? OUTCOME_SEATS_TAKEN : OUTCOME_SEATS_NOT_FOR_SALE);
	if (!refuse_singles(fold, taking))
		return false;
	if (fold->verdict.refusal_count)
		return say(fold, OUTCOME_LEAVES_SINGLE);
	refuse_unless_room(fold, q->areas, q->area_count, taking->channel);
	if (fold->verdict.area_refusal_count)
		return say(fold, OUTCOME_AREA_FULL);
	*is_decided = false;
	return !q->best || choose_seats(fold, taking, is_decided);
}

/* ---- taking ---- */

void taking_clear_the_way(struct fold *fold, const struct taking *taking, struct reservation *own,
                          int64_t offset)
{
	const struct request *q = &fold->request;

	end_lapsed(fold, taking->seats, taking->count, own, offset);
	end_lapsed_places(fold, q->areas, q->area_count, offset);
}

bool taking_carry_out(struct fold *fold, const struct taking *taking, struct reservation *r,
                      int64_t offset)
{
	const struct request *q = &fold->request;
	struct arena *memory = &fold->model.memory;

	for (size_t i = 0; i < taking->count; i++)
		seat_give(taking->seats[i], r, SEAT_RESERVED, offset, fold->t_ms);
	return reservation_move_seats(memory, r, NULL, 0, taking->seats, taking->count, offset) &&
	       reservation_move_places(memory, r, NULL, 0, q->areas, q->area_count, offset);
}

void taking_assert_limits(const struct fold *fold, const struct taking *taking,
                          const struct reservation *r)
{
	const struct policy *policy = &taking->policy;
	struct customer_has has = {r->places, 1};

	assert(r->places <= policy->max_seats);
	if (taking_is_exempt(taking))
		return;
	if (r->buyer)
		has = buyer_has(r->buyer, fold->t_ms);
	assert(policy->max_customer_seats == 0 || has.seats <= policy->max_customer_seats);
	assert(policy->max_customer_holds == 0 || taking->changed ||
	       has.holds <= policy->max_customer_holds);
	(void)has;
}
