/*
 * What comes of an organiser's requests: create_show, change_show, add_seats, change_seats,
 * set_channels, block_seats, unblock_seats, cancel.
 */
#include <string.h>

#include "worker/plan/changes.h"
#include "worker/plan/rules_list.h"

/* ---- whose show it is ---- */

bool rule_not_the_owner(struct turn *turn)
{
	bool is_owner = turn->show->has_owner && turn->request->owner_key.data &&
	                memcmp(turn->about->secret, turn->show->owner_hash, SHA256_BYTES) == 0;

	if (!is_owner && !turn->show->has_owner)
		turn->reply.message = "The show was made without an owner_key, so nobody can cancel its sales.";
	return !is_owner && turn_answer(turn, OUTCOME_WRONG_OWNER);
}

bool rule_wrong_owner(struct turn *turn)
{
	return turn->show->has_owner && rule_not_the_owner(turn);
}

/* ---- create_show ---- */

bool rule_show_exists(struct turn *turn)
{
	return turn->show->exists && turn_answer(turn, OUTCOME_SHOW_EXISTS);
}

bool rule_create_show(struct turn *turn)
{
	change_create_show(turn);
	return turn_answer(turn, OUTCOME_SHOW_CREATED);
}

/* ---- change_show ---- */

/* Of what is given the new one counts, of the rest the show's. */
bool rule_holds_too_long(struct turn *turn)
{
	const struct policy *is = &turn->show->policy, *given = turn->request->policy;
	int32_t hold_seconds =
	    given->given & POLICY_HOLD_SECONDS ? given->hold_seconds : is->hold_seconds;
	int32_t max_hold_seconds =
	    given->given & POLICY_MAX_HOLD_SECONDS ? given->max_hold_seconds : is->max_hold_seconds;

	return hold_seconds > max_hold_seconds && turn_answer(turn, OUTCOME_HOLD_TOO_LONG);
}

bool rule_change_show(struct turn *turn)
{
	change_show(turn);
	return turn_answer(turn, OUTCOME_SHOW_CHANGED);
}

/* ---- add_seats, change_seats ---- */

static bool is_there(const struct turn *turn, const struct seat *seat)
{
	(void)turn;
	return seat->exists;
}

bool rule_seat_exists(struct turn *turn)
{
	return turn_list_seats(turn, turn->seats, turn->request->seat_count, is_there, false) &&
	       turn_answer(turn, OUTCOME_SEAT_EXISTS);
}

/* How many seats of this request want the slot; it is asked at one offset at a time. */
static void count_askers(const struct turn *turn, struct slot *slot)
{
	if (slot->asked_at != turn->offset)
		slot->askers = 0;
	slot->asked_at = turn->offset;
	slot->askers++;
}

/* The place of a seat that the request names becomes another one, or is asked for again. */
static bool stays(const struct turn *turn, const struct seat *seat)
{
	return !(turn->request->type == REQUEST_CHANGE_SEATS && seat->place &&
	         seat->place->asked_at == turn->offset);
}

static bool is_anyone(const struct turn *turn, const struct seat *seat)
{
	(void)turn, (void)seat;
	return true;
}

bool rule_place_taken(struct turn *turn)
{
	const struct request *request = turn->request;
	size_t count = request->place_count, crowded_count = 0;
	struct seat **placed, **crowded;

	if (!count)
		return false;
	placed = turn->seats + (request->seat_count - count);
	crowded = arena_take(turn->view->arena, count * sizeof(struct seat *));
	if (!crowded) {
		turn->view->failed = true;
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (placed[i]->place)
			placed[i]->place->asked_at = turn->offset;
		if (turn->about->slots[i])
			count_askers(turn, turn->about->slots[i]);
	}
	for (size_t i = 0; i < count; i++) {
		const struct slot *slot = turn->about->slots[i];

		if (slot && (slot->askers > 1 || (slot->seat && stays(turn, slot->seat))))
			crowded[crowded_count++] = placed[i];
	}
	return turn_list_seats(turn, crowded, crowded_count, is_anyone, false) &&
	       turn_answer(turn, OUTCOME_PLACE_TAKEN);
}

static void add_seats_asked(struct turn *turn)
{
	turn->reply.seat_ids = turn->request->seat_ids;
	turn->reply.seat_count = turn->request->seat_count;
}

bool rule_add_seats(struct turn *turn)
{
	change_add_seats(turn);
	add_seats_asked(turn);
	return turn_answer(turn, OUTCOME_SEATS_ADDED);
}

bool rule_change_seats(struct turn *turn)
{
	change_places(turn);
	add_seats_asked(turn);
	return turn_answer(turn, OUTCOME_SEATS_CHANGED);
}

/* ---- set_channels ---- */

/* Hash the keys of the channels asked for; of none it is all zeros, which no hash is. */
static bool hash_keys(struct turn *turn)
{
	const struct request *request = turn->request;

	turn->key_hashes = arena_take(turn->view->arena, request->channel_count * SHA256_BYTES);
	if (!turn->key_hashes) {
		turn->view->failed = true;
		return false;
	}
	for (size_t i = 0; i < request->channel_count; i++) {
		const struct text key = request->channels[i].key;

		memset(turn->key_hashes[i], 0, SHA256_BYTES);
		if (key.data)
			secret_hash_as("channel", turn->show->show_id, key, turn->key_hashes[i]);
	}
	return true;
}

static bool is_set_by(const struct request *request, const struct channel_row *channel)
{
	for (size_t i = 0; i < request->channel_count; i++)
		if (text_same(request->channels[i].name, channel->name))
			return true;
	return false;
}

/* Another of the request, or one of the show that the request leaves as it is. */
static bool another_has_key(const struct turn *turn, size_t i)
{
	const struct request *request = turn->request;

	for (size_t k = 0; k < i; k++)
		if (!memcmp(turn->key_hashes[k], turn->key_hashes[i], SHA256_BYTES))
			return true;
	for (const struct channel_row *c = turn->show->channels; c; c = c->next)
		if (c->has_key && !memcmp(c->key_hash, turn->key_hashes[i], SHA256_BYTES) &&
		    !is_set_by(request, c))
			return true;
	return false;
}

bool rule_key_taken(struct turn *turn)
{
	if (!hash_keys(turn))
		return false;
	for (size_t i = 0; i < turn->request->channel_count; i++)
		if (turn->request->channels[i].key.data && another_has_key(turn, i))
			return turn_answer(turn, OUTCOME_KEY_TAKEN);
	return false;
}

bool rule_set_channels(struct turn *turn)
{
	change_channels(turn);
	return turn_answer(turn, OUTCOME_CHANNELS_SET);
}

/* ---- block_seats, unblock_seats ---- */

static bool is_not_free(const struct turn *turn, const struct seat *seat)
{
	return !seat_is_free(seat, turn->t_ms);
}

bool rule_block_seats(struct turn *turn)
{
	change_channel_of_seats(turn, turn->request->channel);
	add_seats_asked(turn);
	(void)turn_list_seats(turn, turn->seats, turn->request->seat_count, is_not_free, true);
	return turn_answer(turn, OUTCOME_SEATS_BLOCKED);
}

bool rule_unblock_seats(struct turn *turn)
{
	change_channel_of_seats(turn, (struct text){NULL, 0});
	add_seats_asked(turn);
	return turn_answer(turn, OUTCOME_SEATS_UNBLOCKED);
}

/* ---- cancel ---- */

bool rule_cancel(struct turn *turn)
{
	change_cancel(turn, turn->reservation);
	turn_add_reservation(turn, turn->reservation);
	return turn_answer(turn, OUTCOME_CANCELLED);
}

bool rule_not_confirmed(struct turn *turn)
{
	return reservation_status_now(turn->reservation) != RESERVATION_CONFIRMED &&
	       turn_answer(turn, OUTCOME_NOT_CONFIRMED);
}
