/* What organisers ask of seats, and how they are sold: section 4.1 of docs/protocol.md. */
#include <assert.h>
#include <string.h>

#include "audit/fold/areas.h"
#include "audit/fold/channels.h"
#include "audit/fold/house.h"
#include "audit/fold/placing.h"
#include "audit/fold/ruling.h"

/* ---- seats and their places ---- */

/* The reply has the seats as asked. */
static struct seat **answer_seats(struct fold *fold, size_t count)
{
	struct seat **seats = arena_take(&fold->model.memory, (count + 1) * sizeof(struct seat *));

	fold->verdict.seats = seats;
	fold->verdict.seat_count = count;
	return seats;
}

/* In the request's own memory: the last place_count of its seats, which may not be there yet. */
static struct placing *list_placings(struct fold *fold, struct seat *const *seats)
{
	const struct request *q = &fold->request;
	struct placing *list = arena_take(&fold->arena, (q->place_count + 1) * sizeof *list);
	size_t first = q->seat_count - q->place_count;

	for (size_t i = 0; list && i < q->place_count; i++)
		list[i] = (struct placing){.seat = seats ? seats[first + i] : NULL, .place = &q->places[i]};
	return list;
}

/* Two at one place: those of the request are refused. */
static bool refuse_meetings(struct fold *fold, const struct placing *list)
{
	const struct request *q = &fold->request;

	for (size_t i = 0; i < q->place_count; i++) {
		struct text kept;

		if (!list[i].meets)
			continue;
		kept = arena_copy(&fold->model.memory, q->seat_ids[q->seat_count - q->place_count + i]);
		if (!kept.data)
			return false;
		refuse_id(fold, kept);
	}
	return true;
}

static void tell_places(struct fold *fold, enum event_kind kind)
{
	struct change *change = note(fold, kind, NULL);

	change->seats = fold->verdict.seats;
	change->seat_count = fold->verdict.seat_count;
	change->places = fold->request.places;
	change->place_count = fold->request.place_count;
}

bool decide_add_seats(struct fold *fold, int64_t offset)
{
	const struct request *q = &fold->request;
	struct show *show = fold->show;
	struct placing *list;
	struct seat **added;

	if (is_not_its_owners(fold))
		return true;
	for (size_t i = 0; i < q->seat_count; i++) {
		const struct seat *seat = show_find_seat(show, q->seat_ids[i]);

		if (seat)
			refuse_id(fold, seat->id);
	}
	if (fold->verdict.refusal_count)
		return say(fold, OUTCOME_SEAT_EXISTS);
	list = list_placings(fold, NULL);
	if (!list || !placing_find_meetings(&fold->model.memory, show, list, q->place_count) ||
	    !refuse_meetings(fold, list))
		return false;
	if (fold->verdict.refusal_count)
		return say(fold, OUTCOME_PLACE_TAKEN);
	added = answer_seats(fold, q->seat_count);
	for (size_t i = 0; added && i < q->seat_count; i++)
		if (!(added[i] = show_add_seat(&fold->model, show, q->seat_ids[i], offset)))
			return false;
	if (!added)
		return false;
	for (size_t i = 0; i < q->place_count; i++)
		list[i].seat = added[q->seat_count - q->place_count + i];
	if (!placing_settle(&fold->model.memory, show, list, q->place_count, offset))
		return false;
	tell_places(fold, EVENT_SEATS_ADDED);
	return say(fold, OUTCOME_SEATS_ADDED);
}

bool decide_change_seats(struct fold *fold, int64_t offset)
{
	const struct request *q = &fold->request;
	struct placing *list;
	struct seat **seats;

	if (is_not_its_owners(fold))
		return true;
	seats = arena_take(&fold->model.memory, (q->seat_count + 1) * sizeof(struct seat *));
	if (!seats || !ruling_find_seats(fold, seats))
		return false;
	if (fold->verdict.refusal_count)
		return say(fold, OUTCOME_UNKNOWN_SEAT);
	list = list_placings(fold, seats);
	if (!list || !placing_find_meetings(&fold->model.memory, fold->show, list, q->place_count) ||
	    !refuse_meetings(fold, list))
		return false;
	if (fold->verdict.refusal_count)
		return say(fold, OUTCOME_PLACE_TAKEN);
	if (!placing_settle(&fold->model.memory, fold->show, list, q->place_count, offset))
		return false;
	fold->verdict.seats = seats;
	fold->verdict.seat_count = q->seat_count;
	tell_places(fold, EVENT_SEATS_CHANGED);
	return say(fold, OUTCOME_SEATS_CHANGED);
}

/* ---- areas ---- */

/* As it is given, but for a capacity that the fold is given another of. */
static struct area area_of(const struct fold *fold, const struct area *given)
{
	const struct other_policy *other = &fold->policy;
	struct area area = *given;

	for (size_t i = 0; i < other->capacity_count; i++)
		if (text_same(other->capacities[i].area_id, given->area_id))
			area.capacity = other->capacities[i].capacity;
	return area;
}

bool decide_set_areas(struct fold *fold, int64_t offset)
{
	const struct request *q = &fold->request;
	struct change *change;

	if (is_not_its_owners(fold))
		return true;
	for (size_t i = 0; i < q->set_area_count; i++) {
		const struct area given = area_of(fold, &q->set_areas[i]);
		const struct show_area *area = show_find_area(fold->show, given.area_id);

		if (area && given.capacity < show_area_taken(area))
			refuse_below(fold, area, given.capacity);
	}
	if (fold->verdict.area_refusal_count)
		return say(fold, OUTCOME_BELOW_TAKEN);
	for (size_t i = 0; i < q->set_area_count; i++) {
		const struct area given = area_of(fold, &q->set_areas[i]);

		if (!show_set_area(&fold->model.memory, fold->show, &given, offset))
			return false;
	}
	change = note(fold, EVENT_AREAS_SET, NULL);
	change->set_areas = q->set_areas;
	change->set_area_count = q->set_area_count;
	return say(fold, OUTCOME_AREAS_SET);
}

/* ---- channels ---- */

static bool is_set_anew(const struct request *q, struct text name)
{
	for (size_t i = 0; i < q->channel_count; i++)
		if (text_same(q->channels[i].name, name))
			return true;
	return false;
}

/* Would two channels of the show have one key? hashes: of those of the request that have one */
static bool keys_meet(const struct fold *fold, uint8_t (*hashes)[SHA256_BYTES])
{
	const struct request *q = &fold->request;

	for (size_t i = 0; i < q->channel_count; i++) {
		const struct show_channel *c = fold->show->channels;

		if (!q->channels[i].key.data)
			continue;
		for (size_t k = 0; k < i; k++)
			if (q->channels[k].key.data && !memcmp(hashes[i], hashes[k], SHA256_BYTES))
				return true;
		for (; c; c = c->next)
			if (c->has_key && !is_set_anew(q, c->name) &&
			    !memcmp(hashes[i], c->key_hash, SHA256_BYTES))
				return true;
	}
	return false;
}

bool decide_set_channels(struct fold *fold, int64_t offset)
{
	const struct request *q = &fold->request;
	uint8_t hashes[CHANNELS_MAX][SHA256_BYTES];
	struct change *change;

	if (is_not_its_owners(fold))
		return true;
	assert(q->channel_count <= CHANNELS_MAX);
	for (size_t i = 0; i < q->channel_count; i++)
		if (q->channels[i].key.data)
			secret_hash_as("channel", fold->show->id, q->channels[i].key, hashes[i]);
	if (keys_meet(fold, hashes))
		return say(fold, OUTCOME_KEY_TAKEN);
	for (size_t i = 0; i < q->channel_count; i++)
		if (!show_set_channel(&fold->model.memory, fold->show, &q->channels[i],
		                      q->channels[i].key.data ? hashes[i] : NULL, offset))
			return false;
	change = note(fold, EVENT_CHANNELS_SET, NULL);
	change->channels = q->channels;
	change->channel_count = q->channel_count;
	return say(fold, OUTCOME_CHANNELS_SET);
}

/* channel: data NULL, they become public */
static bool set_channel(struct fold *fold, struct text channel, enum event_kind kind,
                        int64_t offset)
{
	size_t count = fold->verdict.seat_count, changed_count = 0;
	struct seat **changed = arena_take(&fold->model.memory, (count + 1) * sizeof(struct seat *));
	struct text kept = channel;

	if (channel.data)
		kept = arena_copy(&fold->model.memory, channel);
	if (!changed || !kept.data != !channel.data)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct seat *seat = fold->verdict.seats[i];

		if (text_identical(seat->channel, channel))
			continue;
		seat_set_channel(seat, kept, offset);
		changed[changed_count++] = seat;
	}
	if (changed_count) {
		struct change *change = note(fold, kind, NULL);

		change->seats = changed;
		change->seat_count = changed_count;
		change->channel = kept;
	}
	return true;
}

/* What both begin with. is_decided: nothing is changed */
static bool find_their_seats(struct fold *fold, bool *is_decided)
{
	const struct request *q = &fold->request;
	struct seat **seats;

	*is_decided = is_not_its_owners(fold);
	if (*is_decided)
		return true;
	seats = answer_seats(fold, q->seat_count);
	if (!seats || !ruling_find_seats(fold, seats))
		return false;
	if (!fold->verdict.refusal_count)
		return true;
	fold->verdict.seats = NULL;
	fold->verdict.seat_count = 0;
	*is_decided = true;
	return say(fold, OUTCOME_UNKNOWN_SEAT);
}

bool decide_block_seats(struct fold *fold, int64_t offset)
{
	bool is_decided;

	if (!find_their_seats(fold, &is_decided))
		return false;
	if (is_decided)
		return true;
	for (size_t i = 0; i < fold->verdict.seat_count; i++)
		if (!seat_is_takable(fold->verdict.seats[i], fold->t_ms))
			refuse_taken(fold, fold->verdict.seats[i]);
	if (!set_channel(fold, fold->request.channel, EVENT_BLOCKED, offset))
		return false;
	return say(fold, OUTCOME_SEATS_BLOCKED);
}

bool decide_unblock_seats(struct fold *fold, int64_t offset)
{
	bool is_decided;

	if (!find_their_seats(fold, &is_decided))
		return false;
	if (is_decided)
		return true;
	if (!set_channel(fold, (struct text){NULL, 0}, EVENT_UNBLOCKED, offset))
		return false;
	return say(fold, OUTCOME_SEATS_UNBLOCKED);
}
