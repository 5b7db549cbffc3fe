/*
 * The rules of reserve and change_hold that look at the whole house: singles that named seats leave
 * (4.4 of docs/protocol.md), and seats for `best` (4.3). The layout is at the turn's t and knows all
 * that the batch has changed so far.
 */
#include <assert.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/message/channel.h"
#include "worker/plan/layout.h"
#include "worker/plan/rules_list.h"

static const uint32_t *number_seats(const struct turn *turn, uint32_t numbers[LAYOUT_NAMED_MAX])
{
	assert(turn->seat_count <= LAYOUT_NAMED_MAX);
	for (size_t i = 0; i < turn->seat_count; i++)
		numbers[i] = turn->seats[i]->number;
	return numbers;
}

static void *take(const struct turn *turn, size_t bytes)
{
	void *taken = arena_take(turn->view->arena, bytes);

	if (!taken)
		turn->view->failed = true;
	return taken;
}

/* What leaves the hold that is changed is free to the rest of the request; until it has left. */
static void free_in_layout(const struct turn *turn, bool is_free)
{
	const struct part *leaving = &turn->leaving;

	for (size_t i = 0; i < leaving->seat_count && !fault_has_bug(FAULT_BUG_DROPS_NOT_FREE); i++) {
		const struct seat *seat = leaving->seats[i];

		if (is_free)
			layout_set_status(turn->show->layout, seat->number, SEAT_AVAILABLE, INT64_MAX);
		else
			layout_set_status(turn->show->layout, seat->number, seat->row.status,
			                  seat->row.reserved_until_ms);
	}
}

static bool is_leaving(const struct turn *turn, const struct seat *seat)
{
	for (size_t i = 0; i < turn->leaving.seat_count; i++)
		if (turn->leaving.seats[i] == seat)
			return true;
	return false;
}

bool rule_leaves_single(struct turn *turn)
{
	uint32_t named[LAYOUT_NAMED_MAX], left[LAYOUT_SINGLES_MAX];
	struct layout *layout = turn->show->layout;
	struct text *ids;
	size_t count;

	if (turn->show->policy.singles != SINGLES_REFUSE || !turn->seat_count ||
	    turn_is_exempt(turn))
		return false;
	layout_advance(layout, turn->t_ms);
	free_in_layout(turn, true);
	count = layout_singles(layout, number_seats(turn, named), turn->seat_count, left);
	free_in_layout(turn, false);
	if (!count || !(ids = take(turn, count * sizeof *ids)))
		return false;
	for (size_t i = 0; i < count; i++)
		ids[i] = arena_copy(turn->view->arena, text_of(layout_seat_id(layout, left[i])));
	turn->reply.singles = ids;
	turn->reply.single_count = count;
	return turn_answer(turn, OUTCOME_LEAVES_SINGLE);
}

/* What is open to the request, as the layout takes it. */
static void list_open(const struct turn *turn, struct text names[LAYOUT_OPEN_MAX],
                      struct layout_request *request)
{
	const struct channel_row *channel = turn->channel;

	request->channels = names;
	request->has_public = !channel;
	if (!channel || !channel->has_key)
		return;
	names[request->channel_count++] = channel->name;
	for (size_t i = 0; i < channel->opens_count; i++) {
		if (text_same(channel->opens[i], text_of(CHANNEL_PUBLIC)))
			request->has_public = true;
		else
			names[request->channel_count++] = channel->opens[i];
	}
	assert(request->channel_count < LAYOUT_OPEN_MAX);
}

/* The chosen seats come in behind those named. */
static void add_chosen(struct turn *turn, const uint32_t *chosen, size_t chosen_count)
{
	size_t named = turn->seat_count, count = named + chosen_count;
	struct seat **seats = take(turn, count * sizeof(struct seat *));
	struct text *ids = take(turn, count * sizeof *ids);

	if (!seats || !ids)
		return;
	for (size_t i = 0; i < count && !turn->view->failed; i++) {
		seats[i] = i < named ? turn->seats[i]
		                     : view_seat_now(turn->view, turn->show,
		                                     text_of(layout_seat_id(turn->show->layout,
		                                                            chosen[i - named])));
		if (!seats[i]) {
			turn->view->failed = true;
			return;
		}
		assert(seats[i]->exists &&
		       (seat_is_free(seats[i], turn->t_ms) || is_leaving(turn, seats[i])));
		ids[i] = seats[i]->seat_id;
	}
	turn->seats = seats;
	turn->seat_ids = ids;
	turn->seat_count = count;
}

bool rule_no_seats(struct turn *turn)
{
	uint32_t named[LAYOUT_NAMED_MAX];
	struct text open[LAYOUT_OPEN_MAX];
	struct layout_request request = {.wish = turn->request->best};
	struct layout_answer answer;
	enum layout_found found;

	if (!request.wish)
		return false;
	request.named = number_seats(turn, named);
	request.named_count = turn->seat_count;
	list_open(turn, open, &request);
	layout_advance(turn->show->layout, turn->t_ms);
	free_in_layout(turn, true);
	found = layout_find(turn->show->layout, &request, &answer);
	free_in_layout(turn, false);
	switch (found) {
	case LAYOUT_FOUND:
		turn->reply.pieces = answer.pieces;
		add_chosen(turn, answer.seats, (size_t)request.wish->count);
		return false;
	case LAYOUT_NO_MEMORY:
		turn->view->failed = true;
		return false;
	case LAYOUT_NOT_ENOUGH:
		turn_answer(turn, OUTCOME_NOT_ENOUGH_SEATS);
		break;
	case LAYOUT_NOT_TOGETHER:
		turn_answer(turn, OUTCOME_NO_SEATS_TOGETHER);
		break;
	}
	turn->reply.has_free_seats = true;
	turn->reply.free_seats = answer.candidates;
	return true;
}
