/* The part of a cache that learns: keeping what views have read and changed. */
#define HASH_NONFATAL_OOM 1
#include "worker/store/cache.h"

#include <string.h>

#include <utlist.h>

#include "worker/store/cache_memory.h"

/* The number of that name on the show. 0: there is none, or no memory. */
static uint32_t number_of_channel(struct cache *cache, struct cached_show *show, struct text name)
{
	struct cached_name *c = show->names;

	if (!name.data)
		return 0;
	while (c && !text_same((struct text){c->text, c->bytes}, name))
		c = c->next;
	if (c || !(c = cache_take(cache, sizeof *c + name.bytes)))
		return c ? c->number : 0;
	c->number = show->names ? show->names->number + 1 : 1;
	c->bytes = name.bytes;
	memcpy(c->text, name.data, name.bytes);
	c->next = show->names;
	show->names = c;
	return c->number;
}

/* hash  of seat_id, as uthash makes it; NULL: no memory */
static struct cached_seat *add_cached_seat(struct cache *cache, struct cached_show *show,
                                           struct text seat_id, unsigned hash)
{
	struct cached_seat *c = cache_take(cache, cached_seat_bytes(seat_id.bytes));

	if (!c)
		return NULL;
	memcpy(c->seat_id, seat_id.data, seat_id.bytes);
	c->seat_id[seat_id.bytes] = '\0';
	c->number = 0;
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, show->seats, c->seat_id, seat_id.bytes, hash, c);
	if (cache->failed) {
		cache_give(cache, c, cached_seat_bytes(seat_id.bytes));
		return NULL;
	}
	cache->seats++;
	return c;
}

/* NULL: no memory. */
static struct cached_seat *keep_row(struct cache *cache, struct cached_show *show,
                                    struct text seat_id, unsigned hash, const struct seat_row *row)
{
	struct cached_seat *c = NULL;

	HASH_FIND_BYHASHVALUE(hh, show->seats, seat_id.data, seat_id.bytes, hash, c);
	if (!c && !(c = add_cached_seat(cache, show, seat_id, hash)))
		return NULL;
	c->status = (uint8_t)row->status;
	c->has_reserved_until = row->has_reserved_until;
	c->reserved_until_ms = row->reserved_until_ms;
	c->has_reserved_by = row->has_reserved_by;
	c->reserved_by = row->reserved_by;
	c->has_taken_at = row->has_taken_at;
	c->taken_at_offset = row->taken_at_offset;
	c->version = row->version;
	c->channel = number_of_channel(cache, show, row->channel);
	return c;
}

static void copy_areas(char *at, const struct reservation *r)
{
	for (size_t i = 0; i < r->area_count; i++) {
		const struct reserved_area *area = &r->areas[i];
		const struct cached_count counted = {area->count, area->place};

		memcpy(at, &counted, sizeof counted);
		at += sizeof counted;
		memcpy(at, area->area_id.data, area->area_id.bytes);
		at[area->area_id.bytes] = '\0';
		at += area->area_id.bytes + 1;
	}
}

static struct cached_reservation *copy_reservation(struct cache *cache, const struct reservation *r)
{
	struct cached_reservation *c;
	size_t ids_bytes = 0, areas_bytes = 0;

	for (size_t i = 0; i < r->seat_count; i++)
		ids_bytes += r->seat_ids[i].bytes + 1;
	for (size_t i = 0; i < r->area_count; i++)
		areas_bytes += sizeof(struct cached_count) + r->areas[i].area_id.bytes + 1;
	c = cache_take(cache, sizeof *c + ids_bytes + r->channel.bytes + areas_bytes);
	if (!c)
		return NULL;
	c->id = r->id;
	c->places = r->places;
	c->next_place = r->next_place;
	c->customer = NULL;
	memcpy(c->session_hash, r->session_hash, SHA256_BYTES);
	c->created_at_ms = r->created_at_ms;
	c->request_offset = r->request_offset;
	c->seat_count = r->seat_count;
	c->ids_bytes = ids_bytes;
	c->channel_bytes = r->channel.bytes;
	c->area_count = r->area_count;
	c->areas_bytes = areas_bytes;
	copy_areas(c->texts + ids_bytes + r->channel.bytes, r);
	if (r->channel.data)
		memcpy(c->texts + ids_bytes, r->channel.data, r->channel.bytes);
	for (size_t i = 0, at = 0; i < r->seat_count; at += r->seat_ids[i++].bytes + 1) {
		memcpy(c->texts + at, r->seat_ids[i].data, r->seat_ids[i].bytes);
		c->texts[at + r->seat_ids[i].bytes] = '\0';
	}
	return c;
}

/* NULL: no memory. */
static struct cached_reservation *add_held(struct cache *cache, struct cached_show *show,
                                           const struct reservation *r)
{
	struct cached_reservation *c = copy_reservation(cache, r);

	if (!c)
		return NULL;
	HASH_ADD(hh, show->held, id, sizeof c->id, c);
	if (!cache->failed) {
		HASH_ADD_BYHASHVALUE(by_session, show->sessions, session_hash, SHA256_BYTES,
		                     digest_hash(c->session_hash), c);
		if (cache->failed)
			HASH_DELETE(hh, show->held, c);
	}
	if (cache->failed) {
		cache_give(cache, c, cached_reservation_bytes(c));
		return NULL;
	}
	if (r->has_customer && !cache_link_customer(cache, show, c, r->customer_hash)) {
		cache_forget_reservation(cache, show, c);
		return NULL;
	}
	return c;
}

/* One that is known is copied anew where what is in it may have changed. */
static void keep_held(struct cache *cache, struct cached_show *show, const struct reservation *r)
{
	struct cached_reservation *c = NULL;

	if (cache->failed)
		return;
	HASH_FIND(hh, show->held, &r->id, sizeof r->id, c);
	if (c && (r->moved || r->area_count)) {
		cache_forget_reservation(cache, show, c);
		c = NULL;
	}
	if (c || (c = add_held(cache, show, r)))
		c->reserved_until_ms = r->reserved_until_ms;
}

static void keep_policy(struct cache *cache, struct cached_show *c, const struct show *s)
{
	const struct text title = s->policy.title;
	char *copy = title.data ? cache_take(cache, title.bytes + 1) : NULL;

	if (copy) {
		memcpy(copy, title.data, title.bytes);
		copy[title.bytes] = '\0';
	}
	cache_forget_title(cache, c);
	c->policy = s->policy;
	c->policy.title = (struct text){copy, copy ? title.bytes : 0};
	c->version = s->version;
	c->has_owner = s->has_owner;
	memcpy(c->owner_hash, s->owner_hash, SHA256_BYTES);
}

static void add_name(struct cached_channel *channel, struct text name)
{
	memcpy(channel->texts + channel->texts_bytes, name.data, name.bytes);
	channel->texts[channel->texts_bytes + name.bytes] = '\0';
	channel->texts_bytes += name.bytes + 1;
}

static void keep_channels(struct cache *cache, struct cached_show *c, const struct show *s)
{
	cache_forget_channels(cache, c);
	for (const struct channel_row *channel = s->channels; channel; channel = channel->next) {
		size_t texts_bytes = channel->name.bytes + 1;
		struct cached_channel *copy;

		for (size_t i = 0; i < channel->opens_count; i++)
			texts_bytes += channel->opens[i].bytes + 1;
		copy = cache_take(cache, sizeof *copy + texts_bytes);
		if (!copy)
			return;
		*copy = (struct cached_channel){
		    .next = c->channels,
		    .on_sale = channel->on_sale,
		    .version = channel->version,
		    .has_key = channel->has_key,
		    .is_exempt = channel->is_exempt,
		    .opens_count = channel->opens_count,
		};
		memcpy(copy->key_hash, channel->key_hash, SHA256_BYTES);
		add_name(copy, channel->name);
		for (size_t i = 0; i < channel->opens_count; i++)
			add_name(copy, channel->opens[i]);
		c->channels = copy;
	}
}

static struct cached_show *add_show(struct cache *cache, const struct show *s)
{
	struct cached_show *c = cache_take(cache, sizeof *c + s->show_id.bytes);

	if (!c)
		return NULL;
	*c = (struct cached_show){
	    .rules = s->rules,
	    .created_at_ms = s->created_at_ms,
	    .created_offset = s->created_offset,
	};
	memcpy(c->show_id, s->show_id.data, s->show_id.bytes);
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, cache->shows, c->show_id, s->show_id.bytes, s->hh.hashv, c);
	if (cache->failed) {
		cache_give(cache, c, sizeof *c + s->show_id.bytes);
		return NULL;
	}
	DL_APPEND(cache->by_use, c);
	keep_policy(cache, c, s);
	keep_channels(cache, c, s);
	return c;
}

static void count_whole(struct cache *cache, struct cached_show *c)
{
	cache->bytes -= c->whole_bytes;
	c->whole_bytes = c->whole.bytes(c->whole.built);
	cache->bytes += c->whole_bytes;
}

static void learn_show(struct cache *cache, const struct view *view, const struct show *s)
{
	struct cached_show *c = s->cached ? s->cached : add_show(cache, s);

	if (!c)
		return;
	DL_DELETE(cache->by_use, c);
	DL_APPEND(cache->by_use, c);
	if (s->is_on_the_list && s->cached) {
		keep_policy(cache, c, s);
		keep_channels(cache, c, s);
	}
	if (s->areas)
		cache_keep_areas(cache, c, view, s);
	for (const struct seat *seat = s->seats; seat && !cache->failed; seat = seat->hh.next) {
		if (!seat->exists || (seat->is_cached && !seat->is_changed))
			continue;
		(void)keep_row(cache, c, seat->seat_id, seat->hh.hashv, &seat->row);
		if (!seat->existed)
			cache_forget_whole(cache, c); /* its number is missing */
	}
	for (const struct reservation *r = s->reservations; r; r = r->hh.next)
		if (r->exists && r->status == RESERVATION_HELD && (!r->is_cached || r->is_changed))
			keep_held(cache, c, r);
	if (s->customers.all)
		cache_learn_customers(cache, c, s);
	if (c->whole.built)
		count_whole(cache, c);
}

/* Before new ones are learned: a session has at most one. */
static void forget_ended(struct cache *cache, const struct view *view)
{
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed) {
		struct cached_reservation *c = NULL;

		if (r->status == RESERVATION_HELD || !r->show->cached)
			continue;
		HASH_FIND(hh, r->show->cached->held, &r->id, sizeof r->id, c);
		if (c)
			cache_forget_reservation(cache, r->show->cached, c);
	}
}

static void forget_for_room(struct cache *cache, struct cached_show *show)
{
	cache_forget_show(cache, show);
	cache->calm = CACHE_CALM_BATCHES;
}

/* A show that never fits, though used last, before others that do. */
static void forget_too_large(struct cache *cache)
{
	struct cached_show *show, *next;

	DL_FOREACH_SAFE(cache->by_use, show, next) {
		if (HASH_COUNT(show->seats) > cache->seats_max)
			forget_for_room(cache, show);
	}
}

void cache_learn(struct cache *cache, const struct view *view)
{
	if (!cache)
		return;
	cache_count_sold(cache, view);
	forget_ended(cache, view);
	for (const struct place_row *p = view->changed_places; p; p = p->next_changed)
		if (p->seat->show->cached)
			cache_forget_whole(cache, p->seat->show->cached);
	for (const struct show *s = view->shows; s && !cache->failed; s = s->hh.next)
		if (s->exists)
			learn_show(cache, view, s);
	if (cache->failed)
		cache_drop(cache);
	if (cache->seats > cache->seats_max)
		forget_too_large(cache);
	while (cache->by_use && (cache->seats > cache->seats_max ||
	                         cache->bytes > cache->seats_max * CACHE_SEAT_BYTES))
		forget_for_room(cache, cache->by_use);
}

/* ---- all held reservations of a show ---- */

struct text cache_choose_held(struct cache *cache, const struct view *view, size_t *rows_max)
{
	const struct session *s;

	if (!cache)
		return (struct text){NULL, 0};
	for (s = view->wanted_sessions; s && !cache->calm && !cache->failed; s = s->next_wanted) {
		struct cached_show *show = s->show->cached;

		if (show && ++show->sessions_asked >= CACHE_BUSY_SESSIONS && !show->has_too_many &&
		    !cache->reading)
			cache->reading = show;
	}
	if (!cache->reading)
		return (struct text){NULL, 0};
	*rows_max = cache->seats_max / CACHE_HELD_PART;
	return (struct text){cache->reading->show_id, cache->reading->hh.keylen};
}

bool cache_reads_held_of(const struct cache *cache, const struct show *show)
{
	return cache && cache->reading && show->cached == cache->reading;
}

void cache_add_held(struct cache *cache, const struct reservation *reservation)
{
	keep_held(cache, cache->reading, reservation);
}

void cache_end_held(struct cache *cache, bool is_all)
{
	cache->reading->has_all_held = is_all && !cache->failed;
	cache->reading->has_too_many = !is_all;
	cache->reading = NULL;
}

/* ---- whole shows ---- */

bool cache_begin_whole(struct cache *cache, struct show *show)
{
	if (!show->cached)
		show->cached = add_show(cache, show);
	if (!show->cached)
		return false;
	cache_forget_whole(cache, show->cached);
	show->cached->whole_seats = 0;
	cache->reading = show->cached;
	return true;
}

const char *cache_add_seat(struct cache *cache, struct show *show, struct text seat_id,
                           const struct seat_row *row)
{
	struct cached_seat *c;
	unsigned hash;

	HASH_VALUE(seat_id.data, seat_id.bytes, hash);
	c = keep_row(cache, show->cached, seat_id, hash, row);
	if (!c || cache->failed)
		return NULL;
	c->number = show->cached->whole_seats++;
	return c->seat_id;
}

void cache_end_whole(struct cache *cache, struct show *show, const struct whole *whole)
{
	show->cached->whole = *whole;
	count_whole(cache, show->cached);
}
