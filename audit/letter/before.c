/* What stood before a request: the seats and areas that it is about. */
#include <stdlib.h>

#include "audit/fold/areas.h"
#include "audit/fold/channels.h"
#include "audit/fold/house.h"
#include "audit/letter/collect.h"

struct area_taker {
	const struct show_area *area;
	const struct reservation *by;
	int32_t count;
	struct point at;
	UT_hash_handle hh;
};

static const struct point nowhere = {NO_OFFSET, 0};

/* ---- seats ---- */

static struct stood_seat *add_seat(struct dispute *one, const struct seat *seat, struct text id,
                                   enum stood how)
{
	struct stood_seat *stood = &one->seats[one->seat_count++];

	*stood = (struct stood_seat){
	    .seat = seat, .id = id, .how = how, .taken = nowhere, .sold = nowhere, .gone = nowhere,
	    .next = nowhere,
	};
	return stood;
}

/* Nothing of a refused request has changed anything: the model is as it was. */
static void add_as_it_is(struct dispute *one, const struct fold *fold, const struct seat *seat,
                         const struct show_channel *channel)
{
	struct stood_seat *stood = add_seat(one, seat, seat->id, STOOD_FREE);

	if (seat->holder && seat->holder == one->about && fold->request.type == REQUEST_CHANGE_HOLD) {
		stood->how = STOOD_OWN;
	} else if (!seat_is_takable(seat, fold->t_ms)) {
		stood->how = STOOD_TAKEN;
		stood->status = seat->status;
		stood->holder = seat->holder;
		stood->taken = (struct point){seat->taken_at, seat->taken_ms};
	} else if (!channel_opens(channel, seat->channel)) {
		stood->how = STOOD_BLOCKED;
		stood->channel = seat->channel.data ? seat->channel : text_of(CHANNEL_PUBLIC);
	} else if (seat->holder) {
		stood->how = STOOD_LAPSED;
		stood->holder = seat->holder;
		stood->until_ms = seat->holder->until_ms;
	}
}

/* A seat that was given: free, or one of a lapsed hold that ended for it. */
static void add_given(struct dispute *one, const struct fold *fold, const struct seat *seat)
{
	struct stood_seat *stood = add_seat(one, seat, seat->id, STOOD_FREE);

	for (size_t c = 0; c < fold->change_count; c++) {
		const struct change *change = &fold->changes[c];

		if (change->kind != EVENT_EXPIRED)
			continue;
		for (size_t i = 0; i < change->seat_count; i++)
			if (change->seats[i] == seat) {
				stood->how = STOOD_LAPSED;
				stood->holder = change->reservation;
				stood->until_ms = change->reservation->until_ms;
			}
	}
}

/* The seats that came in, of the event that says so; NULL: none did. */
static const struct change *find_given(const struct dispute *one, const struct fold *fold)
{
	for (size_t c = 0; c < fold->change_count; c++) {
		const struct change *change = &fold->changes[c];

		if (change->reservation == one->about &&
		    (change->kind == EVENT_RESERVED || (change->kind == EVENT_SOLD && change->is_retaken)))
			return change;
	}
	return NULL;
}

/* Refused for what it wanted to take, and so every seat named is there. */
static bool is_about_taking(enum outcome outcome)
{
	return outcome == OUTCOME_SEATS_TAKEN || outcome == OUTCOME_SEATS_NOT_FOR_SALE ||
	       outcome == OUTCOME_LEAVES_SINGLE || outcome == OUTCOME_AREA_FULL ||
	       outcome == OUTCOME_NOT_ENOUGH_SEATS || outcome == OUTCOME_NO_SEATS_TOGETHER;
}

static void add_listed(struct dispute *one, const struct fold *fold)
{
	const struct verdict *v = &fold->verdict;

	for (size_t i = 0; i < v->refusal_count; i++) {
		const struct refusal *refusal = &v->refusals[i];
		struct stood_seat *stood =
		    add_seat(one, show_find_seat(fold->show, refusal->seat_id), refusal->seat_id,
		             v->outcome == OUTCOME_LEAVES_SINGLE ? STOOD_SINGLE
		             : refusal->winner                   ? STOOD_TAKEN
		                                                 : STOOD_LISTED);

		stood->status = refusal->status;
		stood->holder = refusal->winner;
		if (refusal->winner)
			stood->taken = (struct point){refusal->taken_at, refusal->taken_ms};
	}
}

static bool collect_seats(struct dispute *one, const struct fold *fold)
{
	const struct verdict *v = &fold->verdict;
	const struct request *q = &one->request;
	const struct change *given = find_given(one, fold);
	const struct show_channel *channel =
	    one->channel.data ? show_find_channel(fold->show, one->channel) : NULL;
	bool is_late = v->outcome == OUTCOME_HOLD_EXPIRED && v->type == REQUEST_CONFIRM;
	size_t most = q->seat_count + v->refusal_count + (given ? given->seat_count : 0) +
	              one->about_seat_count;

	one->seats = arena_take(&one->arena, (most + 1) * sizeof *one->seats);
	if (!one->seats)
		return false;
	for (size_t i = 0; given && i < given->seat_count; i++)
		add_given(one, fold, given->seats[i]);
	for (size_t i = 0; is_late && i < one->about_seat_count; i++)
		add_as_it_is(one, fold, one->about_seats[i], channel);
	for (size_t i = 0; is_about_taking(v->outcome) && i < q->seat_count; i++) {
		const struct seat *seat = show_find_seat(fold->show, q->seat_ids[i]);

		if (seat)
			add_as_it_is(one, fold, seat, channel);
	}
	if (!is_late && (!is_about_taking(v->outcome) || v->outcome == OUTCOME_LEAVES_SINGLE))
		add_listed(one, fold);
	return true;
}

/* ---- areas ---- */

static void add_area(struct dispute *one, const struct fold *fold, struct text id, int32_t wanted,
                     bool is_refused, bool is_blocked, const struct area_taker *takers)
{
	const struct show_area *area = show_find_area(fold->show, id);
	struct stood_area *stood = &one->areas[one->area_count++];
	struct area_taker *taker = NULL;

	*stood = (struct stood_area){
	    .id = id, .wanted = wanted, .is_refused = is_refused, .is_blocked = is_blocked,
	    .is_known = area != NULL, .last_at = nowhere,
	};
	if (!area)
		return;
	stood->channel = area->channel;
	stood->capacity = area->capacity;
	stood->sold = area->sold;
	stood->room = show_area_room(area, fold->t_ms);
	stood->held = area->capacity - area->sold - stood->room;
	HASH_FIND_PTR(takers, &area, taker);
	if (taker) {
		stood->last = taker->by;
		stood->last_count = taker->count;
		stood->last_at = taker->at;
	}
}

static const struct area_refusal *refusal_of(const struct verdict *v, struct text id)
{
	for (size_t i = 0; i < v->area_refusal_count; i++)
		if (text_same(v->area_refusals[i].area_id, id))
			return &v->area_refusals[i];
	return NULL;
}

static bool collect_areas(struct dispute *one, const struct fold *fold,
                          const struct area_taker *takers)
{
	const struct verdict *v = &fold->verdict;
	const struct request *q = &one->request;
	bool is_about = is_about_taking(v->outcome);

	one->areas = arena_take(&one->arena,
	                        (v->area_refusal_count + q->area_count + 1) * sizeof *one->areas);
	if (!one->areas)
		return false;
	for (size_t i = 0; is_about && i < q->area_count; i++) {
		const struct area_refusal *refusal = refusal_of(v, q->areas[i].area_id);

		add_area(one, fold, q->areas[i].area_id, q->areas[i].count, refusal != NULL,
		         refusal && refusal->is_blocked, takers);
	}
	for (size_t i = 0; !is_about && i < v->area_refusal_count; i++)
		add_area(one, fold, v->area_refusals[i].area_id, v->area_refusals[i].wanted, true,
		         v->area_refusals[i].is_blocked, takers);
	return true;
}

bool before_collect(struct dispute *one, const struct fold *fold, const struct area_taker *takers)
{
	return collect_seats(one, fold) && collect_areas(one, fold, takers);
}

/* ---- who came into an area last ---- */

static bool note_area(struct area_taker **takers, const struct show_area *area,
                      const struct change *change, int32_t count, struct point at)
{
	struct area_taker *taker = NULL;

	HASH_FIND_PTR(*takers, &area, taker);
	if (!taker) {
		taker = calloc(1, sizeof *taker);
		if (!taker)
			return false;
		taker->area = area;
		HASH_ADD_PTR(*takers, area, taker);
		if (!taker->hh.tbl) {
			free(taker);
			return false;
		}
	}
	taker->by = change->reservation;
	taker->count = count;
	taker->at = at;
	return true;
}

bool takers_note(struct area_taker **takers, const struct fold *fold, int64_t offset)
{
	for (size_t c = 0; c < fold->change_count; c++) {
		const struct change *change = &fold->changes[c];

		if (change->kind != EVENT_RESERVED && !(change->kind == EVENT_SOLD && change->is_retaken))
			continue;
		for (size_t i = 0; i < change->area_count; i++)
			if (!note_area(takers, show_find_area(fold->show, change->areas[i].area_id), change,
			               change->areas[i].count, (struct point){offset, fold->t_ms}))
				return false;
	}
	return true;
}

void takers_release(struct area_taker **takers)
{
	struct area_taker *taker, *next;

	HASH_ITER(hh, *takers, taker, next) {
		HASH_DEL(*takers, taker);
		free(taker);
	}
}
