/* The part of changes.h about what an organiser sets up: shows, seats, places, channels. */
#include <stdlib.h>
#include <string.h>

#include "common/message/limits.h"
#include "worker/plan/changes.h"

/* ---- the show's own row ---- */

/* What is given replaces, the rest stays. The bits of what then differs. */
static unsigned merge(struct policy *policy, const struct policy *given)
{
	unsigned differs = 0;

#define MERGE(bit, member) \
	if (given->given & (bit) && policy->member != given->member) { \
		policy->member = given->member; \
		differs |= (bit); \
	}
	MERGE(POLICY_HOLD_SECONDS, hold_seconds)
	MERGE(POLICY_MAX_HOLD_SECONDS, max_hold_seconds)
	MERGE(POLICY_MAX_SEATS, max_seats)
	MERGE(POLICY_ON_SALE_FROM, on_sale.has_from)
	MERGE(POLICY_ON_SALE_FROM, on_sale.from_ms)
	MERGE(POLICY_ON_SALE_UNTIL, on_sale.has_until)
	MERGE(POLICY_ON_SALE_UNTIL, on_sale.until_ms)
	MERGE(POLICY_CLOSED, closed)
	MERGE(POLICY_SINGLES, singles)
	MERGE(POLICY_MAX_CUSTOMER_SEATS, max_customer_seats)
	MERGE(POLICY_MAX_CUSTOMER_HOLDS, max_customer_holds)
#undef MERGE
	if (given->given & POLICY_TITLE && !text_identical(policy->title, given->title)) {
		policy->title = given->title;
		differs |= POLICY_TITLE;
	}
	return differs;
}

/* Tell of the policy as it is, of what `given` says. */
static void tell_policy(struct turn *turn, enum event_kind kind, unsigned given)
{
	struct policy *told = arena_take(turn->view->arena, sizeof *told);

	if (!told) {
		turn->view->failed = true;
		return;
	}
	*told = turn->show->policy;
	told->given = given;
	turn_tell(turn, &(struct event){
	                    .kind = kind,
	                    .show_id = turn->show->show_id,
	                    .at_ms = turn->t_ms,
	                    .rules = turn->show->rules,
	                    .policy = told,
	                });
}

void change_create_show(struct turn *turn)
{
	static const struct policy defaults = {
	    .hold_seconds = HOLD_SECONDS_DEFAULT,
	    .max_hold_seconds = MAX_HOLD_SECONDS_DEFAULT,
	    .max_seats = MAX_SEATS_DEFAULT,
	};
	const struct request *request = turn->request;
	struct show *show = turn->show;

	view_touch_show(turn->view, show);
	show->exists = true;
	show->rules = request->rules ? request->rules : RULES_KNOWN;
	show->policy = defaults;
	(void)merge(&show->policy, request->policy);
	show->has_owner = request->owner_key.data != NULL;
	memcpy(show->owner_hash, turn->about->secret, SHA256_BYTES);
	show->created_at_ms = turn->t_ms;
	show->created_offset = turn->offset;
	show->version = turn->offset;
	tell_policy(turn, EVENT_SHOW_CREATED,
	            request->policy->given | POLICY_HOLD_SECONDS | POLICY_MAX_HOLD_SECONDS |
	                POLICY_MAX_SEATS);
}

/* Is there a new owner key, and is it another one? */
static bool is_new_owner(const struct turn *turn, uint8_t hash[SHA256_BYTES])
{
	if (!turn->request->new_owner_key.data)
		return false;
	secret_hash(turn->show->show_id, turn->request->new_owner_key, hash);
	return !turn->show->has_owner || memcmp(hash, turn->show->owner_hash, SHA256_BYTES) != 0;
}

void change_show(struct turn *turn)
{
	struct show *show = turn->show;
	struct policy policy = show->policy;
	unsigned differs = merge(&policy, turn->request->policy);
	uint8_t hash[SHA256_BYTES];
	bool has_new_owner = is_new_owner(turn, hash);

	if (!differs && !has_new_owner)
		return;
	view_touch_show(turn->view, show);
	show->policy = policy;
	if (has_new_owner) {
		show->has_owner = true;
		memcpy(show->owner_hash, hash, SHA256_BYTES);
	}
	show->version = turn->offset;
	if (differs)
		tell_policy(turn, EVENT_SHOW_CHANGED, differs);
}

/* ---- seats and their places ---- */

static bool same_place(const struct place *a, const struct place *b)
{
	return text_identical(a->section, b->section) && text_identical(a->row, b->row) &&
	       text_identical(a->category, b->category) && a->pos == b->pos && a->rank == b->rank &&
	       a->flags == b->flags && a->has_point == b->has_point && a->x == b->x && a->y == b->y;
}

/* As a row has it: what the row does not say of it is not there. */
static struct place as_a_row(const struct place *given)
{
	struct place place = *given;

	if (!place.rank)
		place.rank = PLACE_RANK_DEFAULT;
	memset(place.flag_list, 0, sizeof place.flag_list);
	place.flag_count = 0;
	place.has_flags = false;
	return place;
}

/* slot: where it is from now on; NULL: in no row. */
static void set_place(struct turn *turn, struct seat *seat, const struct place *given,
                      struct slot *slot)
{
	struct place_row *row = view_new_place(turn->view, seat);
	const struct place place = as_a_row(given);

	if (!row || (row->exists && same_place(&row->place, &place)))
		return;
	view_touch_place(turn->view, row);
	if (row->exists && row->place.row.data) {
		struct slot *left = view_find_slot(turn->show, &row->place);

		if (left && left->seat == seat) /* else another came before */
			left->seat = NULL;
	}
	row->exists = true;
	row->place = place;
	row->version = turn->offset;
	if (slot)
		slot->seat = seat;
}

static void set_places(struct turn *turn)
{
	const struct request *request = turn->request;
	struct seat **placed = turn->seats + (request->seat_count - request->place_count);

	for (size_t i = 0; i < request->place_count; i++)
		set_place(turn, placed[i], &request->places[i], turn->about->slots[i]);
}

/* All that the request names, as it was given. */
static void tell_seats(struct turn *turn, enum event_kind kind)
{
	const struct request *request = turn->request;

	turn_tell(turn, &(struct event){
	                    .kind = kind,
	                    .show_id = turn->show->show_id,
	                    .at_ms = turn->t_ms,
	                    .seat_ids = request->seat_ids,
	                    .seat_count = request->seat_count,
	                    .places = request->places,
	                    .place_count = request->place_count,
	                });
}

void change_add_seats(struct turn *turn)
{
	for (size_t i = 0; i < turn->request->seat_count; i++) {
		turn->seats[i]->exists = true;
		change_seat(turn, turn->seats[i], (struct seat_row){.status = SEAT_AVAILABLE});
	}
	set_places(turn);
	tell_seats(turn, EVENT_SEATS_ADDED);
}

void change_places(struct turn *turn)
{
	set_places(turn);
	tell_seats(turn, EVENT_SEATS_CHANGED);
}

/* ---- channels ---- */

static int by_name(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* As the row will be; its opens are sorted in the view's arena. false: out of memory. */
static bool make_channel(struct turn *turn, size_t i, struct channel_row *row)
{
	const struct channel *given = &turn->request->channels[i];
	size_t bytes = given->opens_count * sizeof(struct text);
	struct text *opens = NULL;

	if (given->opens_count) {
		opens = arena_take(turn->view->arena, bytes);
		if (!opens) {
			turn->view->failed = true;
			return false;
		}
		memcpy(opens, given->opens, bytes);
		qsort(opens, given->opens_count, sizeof opens[0], by_name);
	}
	row->has_key = given->key.data != NULL;
	memcpy(row->key_hash, turn->key_hashes[i], SHA256_BYTES);
	row->on_sale = given->on_sale;
	row->opens = opens;
	row->opens_count = given->opens_count;
	row->is_exempt = given->is_exempt;
	row->version = turn->offset;
	return true;
}

static bool same_window(const struct sale_window *a, const struct sale_window *b)
{
	return a->has_from == b->has_from && a->has_until == b->has_until &&
	       (!a->has_from || a->from_ms == b->from_ms) &&
	       (!a->has_until || a->until_ms == b->until_ms);
}

static bool same_channel(const struct channel_row *a, const struct channel_row *b)
{
	bool is_same = a->has_key == b->has_key && !memcmp(a->key_hash, b->key_hash, SHA256_BYTES) &&
	               same_window(&a->on_sale, &b->on_sale) && a->is_exempt == b->is_exempt &&
	               a->opens_count == b->opens_count;

	for (size_t i = 0; is_same && i < a->opens_count; i++)
		is_same = text_same(a->opens[i], b->opens[i]);
	return is_same;
}

static void set_channel(struct turn *turn, size_t i)
{
	const struct text name = turn->request->channels[i].name;
	struct channel_row *row = view_find_channel(turn->show, name);
	bool is_new = !row;
	struct channel_row made;

	if (is_new && !(row = view_new_channel(turn->view, turn->show, name)))
		return;
	made = *row;
	if (!make_channel(turn, i, &made) || (!is_new && same_channel(row, &made)))
		return;
	view_touch_channel(turn->view, turn->show, row);
	made.is_changed = row->is_changed;
	made.seen = row->seen;
	*row = made;
}

void change_channels(struct turn *turn)
{
	const struct request *request = turn->request;

	for (size_t i = 0; i < request->channel_count && !turn->view->failed; i++)
		set_channel(turn, i);
	turn_tell(turn, &(struct event){
	                    .kind = EVENT_CHANNELS_SET,
	                    .show_id = turn->show->show_id,
	                    .at_ms = turn->t_ms,
	                    .channels = request->channels,
	                    .channel_count = request->channel_count,
	                });
}

void change_channel_of_seats(struct turn *turn, struct text channel)
{
	const struct request *request = turn->request;
	struct text *changed = arena_take(turn->view->arena, request->seat_count * sizeof *changed);
	size_t changed_count = 0;

	if (!changed) {
		turn->view->failed = true;
		return;
	}
	for (size_t i = 0; i < request->seat_count; i++) {
		struct seat_row row = turn->seats[i]->row;

		if (text_identical(row.channel, channel))
			continue;
		row.channel = channel;
		change_seat(turn, turn->seats[i], row);
		changed[changed_count++] = request->seat_ids[i];
	}
	if (!changed_count)
		return;
	turn_tell(turn, &(struct event){
	                    .kind = channel.data ? EVENT_BLOCKED : EVENT_UNBLOCKED,
	                    .show_id = turn->show->show_id,
	                    .at_ms = turn->t_ms,
	                    .seat_ids = changed,
	                    .seat_count = changed_count,
	                    .channel = channel,
	                });
}
