/* The part of view.h about places, slots, channels, and shows as a whole. */
#define HASH_NONFATAL_OOM 1
#include "worker/plan/view.h"

#include <assert.h>
#include <string.h>

#include "common/message/limits.h"

#undef uthash_nonfatal_oom
#define uthash_nonfatal_oom(element) (view->failed = true)

static void *take(struct view *view, size_t bytes)
{
	void *taken = arena_take(view->arena, bytes);

	if (!taken)
		view->failed = true;
	return taken;
}

/* ---- places ---- */

struct place_row *view_new_place(struct view *view, struct seat *seat)
{
	struct place_row *place = seat->place;

	if (place || !(place = take(view, sizeof *place)))
		return place;
	place->seat = seat;
	place->is_known = true;
	seat->place = place;
	return place;
}

struct place_row *view_place(struct view *view, struct seat *seat)
{
	struct place_row *place = seat->place;

	if (place || !(place = view_new_place(view, seat)))
		return place;
	place->is_known = false;
	place->next_wanted = view->wanted_places;
	view->wanted_places = place;
	return place;
}

void view_learn_place(struct place_row *place)
{
	place->is_known = true;
	place->existed = place->exists;
	place->seen = place->place;
	place->seen_version = place->version;
}

void view_touch_place(struct view *view, struct place_row *place)
{
	if (place->is_changed)
		return;
	place->is_changed = true;
	place->next_changed = view->changed_places;
	view->changed_places = place;
}

/* ---- slots ---- */

/* Two names, each with its NUL, which is in none, and pos. */
#define SLOT_KEY_MAX (2 * (SEAT_ID_BYTES_MAX + 1) + sizeof(int32_t))

/* Bytes of the key, which is written to `key`. */
static size_t write_key(char key[SLOT_KEY_MAX], const struct place *place)
{
	size_t at = 0;

	assert(place->section.bytes <= SEAT_ID_BYTES_MAX);
	assert(place->row.data && place->row.bytes <= SEAT_ID_BYTES_MAX);
	if (place->section.data) {
		memcpy(key, place->section.data, place->section.bytes);
		at = place->section.bytes;
	}
	key[at++] = '\0';
	memcpy(key + at, place->row.data, place->row.bytes);
	at += place->row.bytes;
	key[at++] = '\0';
	memcpy(key + at, &place->pos, sizeof place->pos);
	return at + sizeof place->pos;
}

struct slot *view_find_slot(const struct show *show, const struct place *place)
{
	char key[SLOT_KEY_MAX];
	size_t bytes = write_key(key, place);
	struct slot *slot = NULL;

	HASH_FIND(hh, show->slots, key, bytes, slot);
	return slot;
}

struct slot *view_slot(struct view *view, struct show *show, const struct place *place)
{
	char key[SLOT_KEY_MAX];
	size_t bytes = write_key(key, place);
	struct slot *slot = NULL;

	HASH_FIND(hh, show->slots, key, bytes, slot);
	if (slot || !(slot = take(view, sizeof *slot)))
		return slot;
	slot->key = arena_copy(view->arena, (struct text){key, bytes});
	if (!slot->key.data) {
		view->failed = true;
		return NULL;
	}
	slot->show = show;
	if (place->section.data)
		slot->section = (struct text){slot->key.data, place->section.bytes};
	slot->row = (struct text){slot->key.data + place->section.bytes + 1, place->row.bytes};
	slot->pos = place->pos;
	HASH_ADD_KEYPTR(hh, show->slots, slot->key.data, slot->key.bytes, slot);
	slot->next_wanted = view->wanted_slots;
	view->wanted_slots = slot;
	return slot;
}

void view_learn_slot(struct slot *slot, struct seat *seat)
{
	slot->is_known = true;
	slot->seat = seat;
}

/* ---- channels ---- */

struct channel_row *view_find_channel(const struct show *show, struct text name)
{
	struct channel_row *channel = show->channels;

	while (channel && !text_same(channel->name, name))
		channel = channel->next;
	return channel;
}

struct channel_row *view_new_channel(struct view *view, struct show *show, struct text name)
{
	struct channel_row *channel = take(view, sizeof *channel);

	if (!channel)
		return NULL;
	channel->name = arena_copy(view->arena, name);
	if (!channel->name.data)
		view->failed = true;
	channel->next = show->channels;
	show->channels = channel;
	return channel;
}

void view_learn_channel(struct channel_row *channel)
{
	channel->existed = true;
}

static void list_show(struct view *view, struct show *show)
{
	if (show->is_on_the_list)
		return;
	show->is_on_the_list = true;
	show->next_changed = view->changed_shows;
	view->changed_shows = show;
}

void view_touch_channel(struct view *view, struct show *show, struct channel_row *channel)
{
	struct channel_row *seen;

	list_show(view, show);
	if (channel->is_changed)
		return;
	channel->is_changed = true;
	if (!channel->existed || !(seen = take(view, sizeof *seen)))
		return;
	*seen = *channel;
	channel->seen = seen;
}

/* ---- a show's own row ---- */

void view_touch_show(struct view *view, struct show *show)
{
	struct show_seen *seen;

	list_show(view, show);
	if (show->is_changed)
		return;
	show->is_changed = true;
	seen = take(view, sizeof *seen);
	if (!seen)
		return;
	*seen = (struct show_seen){.policy = show->policy, .has_owner = show->has_owner,
	                           .version = show->version};
	memcpy(seen->owner_hash, show->owner_hash, SHA256_BYTES);
	show->seen = seen;
}

/* ---- whole shows ---- */

void view_want_whole(struct view *view, struct show *show, bool is_for_singles)
{
	if (!is_for_singles)
		show->is_for_singles = false;
	if (show->whole != NOT_ASKED)
		return;
	show->is_for_singles = is_for_singles;
	show->whole = WANTED;
	show->next_whole = view->wanted_whole;
	view->wanted_whole = show;
}

struct seat *view_seat_now(struct view *view, struct show *show, struct text seat_id)
{
	struct seat *seat = view_seat(view, show, seat_id);

	assert(show->layout);
	if (seat && seat->known == WANTED)
		view->fill(view->fill_context, view);
	assert(!seat || view->failed || view->arena->failed || view_is_complete(view));
	return view->failed || view->arena->failed ? NULL : seat;
}
