#include "worker/plan/turn.h"

#include "common/base/fault.h"
#include "common/message/channel.h"

#define MS_PER_S 1000

/* ---- what a row counts as ---- */

bool seat_is_free(const struct seat *seat, int64_t t_ms)
{
	return seat->row.status == SEAT_AVAILABLE ||
	       (seat->row.status == SEAT_RESERVED && seat->row.has_reserved_until &&
	        seat->row.reserved_until_ms <= t_ms);
}

bool seat_is_held_by(const struct seat *seat, const struct reservation *r)
{
	return seat->exists && seat->row.status != SEAT_AVAILABLE && seat->row.has_reserved_by &&
	       uuid_same(&seat->row.reserved_by, &r->id);
}

enum reservation_status reservation_status_now(const struct reservation *r)
{
	if (r->status != RESERVATION_HELD)
		return r->status;
	for (size_t i = 0; i < r->seat_count; i++)
		if (!seat_is_held_by(r->seats[i], r) || r->seats[i]->row.status != SEAT_RESERVED)
			return RESERVATION_EXPIRED;
	for (size_t i = 0; i < r->area_count; i++) {
		const struct reserved_area *reserved = &r->areas[i];

		if (reserved->count && (!reserved->area || reserved->area->row.held < reserved->count))
			return RESERVATION_EXPIRED;
	}
	return reservation_places(r) ? RESERVATION_HELD : RESERVATION_EXPIRED;
}

int32_t reservation_places(const struct reservation *r)
{
	int32_t places = (int32_t)r->seat_count;

	for (size_t i = 0; i < r->area_count; i++)
		places += r->areas[i].count;
	return places;
}

/* ---- the reply, the events ---- */

bool turn_answer(struct turn *turn, enum outcome outcome)
{
	turn->reply.outcome = outcome;
	return true;
}

bool turn_list_seats(struct turn *turn, struct seat *const *seats, size_t count,
                     bool condition(const struct turn *, const struct seat *), bool has_status)
{
	struct unavailable *list = NULL;
	size_t listed = 0;

	for (size_t i = 0; i < count; i++) {
		const struct seat *seat = seats[i];
		bool is_taken;

		if (!condition(turn, seat))
			continue;
		if (!list && !(list = arena_take(turn->view->arena, count * sizeof *list))) {
			turn->view->failed = true;
			return false;
		}
		is_taken = !seat_is_free(seat, turn->t_ms);
		list[listed++] = (struct unavailable){
		    .seat_id = seat->seat_id,
		    .has_status = has_status,
		    .status = is_taken ? seat->row.status : SEAT_AVAILABLE,
		    .has_taken_at = is_taken && seat->row.has_taken_at,
		    .taken_at_offset = is_taken ? seat->row.taken_at_offset : 0,
		};
	}
	turn->reply.unavailable = list;
	turn->reply.unavailable_count = listed;
	return listed > 0;
}

void turn_tell(struct turn *turn, const struct event *event)
{
	struct told *told = arena_take(turn->view->arena, sizeof *told);

	if (!told) {
		turn->view->failed = true;
		return;
	}
	told->event = *event;
	if (turn->last_event)
		turn->last_event->next = told;
	else
		turn->events = told;
	turn->last_event = told;
}

const struct area_count *turn_list_areas(struct turn *turn, const struct reservation *r,
                                         size_t *count)
{
	struct area_count *list;

	*count = 0;
	if (!r->area_count)
		return NULL;
	list = arena_take(turn->view->arena, r->area_count * sizeof *list);
	if (!list) {
		turn->view->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < r->area_count; i++)
		if (r->areas[i].count)
			list[(*count)++] = (struct area_count){r->areas[i].area_id, r->areas[i].count};
	return list;
}

void turn_add_reservation(struct turn *turn, const struct reservation *r)
{
	turn->reply.has_reservation_id = true;
	turn->reply.reservation_id = r->id;
	turn->reply.seat_ids = r->seat_ids;
	turn->reply.seat_count = r->seat_count;
	turn->reply.areas = turn_list_areas(turn, r, &turn->reply.area_count);
}

static bool opens(const struct channel_row *channel, struct text what)
{
	if (!channel->has_key)
		return false;
	if (text_same(channel->name, what))
		return true;
	for (size_t i = 0; i < channel->opens_count; i++)
		if (text_same(channel->opens[i], what))
			return true;
	return false;
}

bool turn_is_open(const struct turn *turn, struct text channel)
{
	if (fault_has_bug(FAULT_BUG_SELL_BLOCKED))
		return true;
	if (!turn->channel)
		return !channel.data;
	return opens(turn->channel, channel.data ? channel : text_of(CHANNEL_PUBLIC));
}

bool turn_is_exempt(const struct turn *turn)
{
	return turn->channel && turn->channel->is_exempt;
}

size_t turn_places(const struct turn *turn)
{
	const struct request *request = turn->request;
	size_t places = turn->seat_count + (request->best ? (size_t)request->best->count : 0);

	for (size_t i = 0; i < request->area_count; i++)
		places += (size_t)request->areas[i].count;
	return places;
}

void turn_take_channel(struct turn *turn, const struct reservation *r)
{
	static const struct channel_row none;

	if (!r->channel.data)
		return;
	turn->channel = view_find_channel(turn->show, r->channel);
	if (!turn->channel)
		turn->channel = &none;
}

bool turn_is_lapsed(const struct turn *turn)
{
	if (fault_has_bug(FAULT_BUG_LATE_BY_ONE_MS))
		return turn->reservation->reserved_until_ms < turn->t_ms;
	return turn->reservation->reserved_until_ms <= turn->t_ms;
}

int64_t turn_extended_until(const struct turn *turn)
{
	const struct reservation *r = turn->reservation;
	int64_t asked_ms = turn->t_ms + (int64_t)turn->request->hold_seconds * MS_PER_S;
	int64_t most_ms = r->created_at_ms + (int64_t)turn->show->policy.max_hold_seconds * MS_PER_S;
	int64_t until_ms;

	if (turn->request->type == REQUEST_CHANGE_HOLD && fault_has_bug(FAULT_BUG_CHANGE_NEW_CAP))
		most_ms = asked_ms;
	until_ms = asked_ms < most_ms ? asked_ms : most_ms;
	return until_ms > r->reserved_until_ms ? until_ms : r->reserved_until_ms;
}
