/* Fills a view with what a cache knows. */
#include "worker/store/cache.h"

#include <string.h>

#include "worker/store/cache_tables.h"

/*
 * TAKE goes through a list of wanted things and empties it. KEEP puts one back on it that the cache
 * does not know, to be read from the database.
 */
#define TAKE(item, next, list) \
	for ((item) = (list), (list) = NULL; (item) && ((next) = (item)->next_wanted, true); \
	     (item) = (next))
#define KEEP(item, list) ((item)->next_wanted = (list), (list) = (item))

/* Names one behind the other, each with its NUL. NULL: the arena says so. */
static struct text *copy_names(struct view *view, const char *names, size_t bytes, size_t count)
{
	struct text *list = arena_take(view->arena, (count + 1) * sizeof *list);
	struct text block = arena_copy(view->arena, (struct text){names, bytes});

	if (!list || !block.data)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		list[i] = text_of(block.data);
		block.data += list[i].bytes + 1;
	}
	return list;
}

static void fill_channels(struct view *view, struct show *s, const struct cached_show *c)
{
	for (const struct cached_channel *from = c->channels; from; from = from->next) {
		struct text name = text_of(from->texts);
		struct channel_row *to = view_new_channel(view, s, name);

		if (!to)
			return;
		to->has_key = from->has_key;
		memcpy(to->key_hash, from->key_hash, SHA256_BYTES);
		to->on_sale = from->on_sale;
		to->is_exempt = from->is_exempt;
		to->version = from->version;
		to->opens_count = from->opens_count;
		to->opens = copy_names(view, from->texts + name.bytes + 1,
		                       from->texts_bytes - name.bytes - 1, from->opens_count);
		view_learn_channel(to);
	}
}

static void fill_areas(struct view *view, struct show *s, const struct cached_show *c)
{
	for (const struct cached_area *from = c->areas; from; from = from->hh.next) {
		const struct text area_id = {from->texts, from->hh.keylen};
		const char *channel = from->texts + area_id.bytes + 1;
		struct area_row *to = view_new_area(view, s, area_id);

		if (!to)
			return;
		to->row = (struct area_columns){
		    .capacity = from->capacity,
		    .held = from->held,
		    .sold = from->sold,
		    .version = from->version,
		};
		if (from->channel_bytes)
			to->row.channel = arena_copy(view->arena, (struct text){channel, from->channel_bytes});
		if (from->category_bytes)
			to->row.category = arena_copy(view->arena, (struct text){channel + from->channel_bytes,
			                                                        from->category_bytes});
		to->lapses_from_ms = from->lapses_from_ms;
		view_learn_area(to);
	}
}

static void fill_shows(struct cache *cache, struct view *view)
{
	struct show *s, *next;

	TAKE(s, next, view->wanted_shows) {
		struct cached_show *c = NULL;

		HASH_FIND_BYHASHVALUE(hh, cache->shows, s->show_id.data, s->show_id.bytes, s->hh.hashv, c);
		if (!c) {
			KEEP(s, view->wanted_shows);
			continue;
		}
		s->cached = c;
		s->exists = true;
		s->rules = c->rules;
		s->policy = c->policy;
		if (c->policy.title.data)
			s->policy.title = arena_copy(view->arena, c->policy.title);
		s->version = c->version;
		s->layout = c->whole.built; /* it hears of what changes, wanted or not */
		s->has_owner = c->has_owner;
		memcpy(s->owner_hash, c->owner_hash, SHA256_BYTES);
		s->created_at_ms = c->created_at_ms;
		s->created_offset = c->created_offset;
		fill_channels(view, s, c);
		fill_areas(view, s, c);
		view_learn_show(view, s);
	}
}

/* Its channel's name is the cache's. */
static struct seat_row row_of(const struct cached_show *show, const struct cached_seat *c)
{
	struct seat_row row = {
	    .status = (enum seat_status)c->status,
	    .has_reserved_until = c->has_reserved_until,
	    .reserved_until_ms = c->reserved_until_ms,
	    .has_reserved_by = c->has_reserved_by,
	    .reserved_by = c->reserved_by,
	    .has_taken_at = c->has_taken_at,
	    .taken_at_offset = c->taken_at_offset,
	    .version = c->version,
	};

	if (c->channel) {
		const struct cached_name *name = show->names;

		while (name->number != c->channel)
			name = name->next;
		row.channel = (struct text){name->text, name->bytes};
	}
	return row;
}

/* is_now: one that is not known is not there, if its show is whole; a hold may list it all the same. */
static bool fill_seats(struct view *view, int64_t until_ms, bool is_now)
{
	struct seat *s, *next;
	bool has_found = false;

	TAKE(s, next, view->wanted_seats) {
		struct cached_seat *c = NULL;

		if (s->show->cached)
			HASH_FIND_BYHASHVALUE(hh, s->show->cached->seats, s->seat_id.data, s->seat_id.bytes,
			                      s->hh.hashv, c);
		if (!c && is_now)
			view_learn_seat(view, s, until_ms);
		else if (!c)
			KEEP(s, view->wanted_seats);
		if (!c)
			continue;
		s->exists = s->is_cached = has_found = true;
		s->number = c->number;
		s->row = row_of(s->show->cached, c);
		if (s->row.channel.data)
			s->row.channel = arena_copy(view->arena, s->row.channel);
		view_learn_seat(view, s, until_ms);
	}
	return has_found;
}

/* false: the arena says so. */
static bool fill_areas_of(struct view *view, struct reservation *r,
                          const struct cached_reservation *c)
{
	const char *at = c->texts + c->ids_bytes + c->channel_bytes;

	r->areas = arena_take(view->arena, c->area_count * sizeof *r->areas);
	if (!r->areas)
		return false;
	r->area_count = c->area_count;
	for (size_t i = 0; i < c->area_count; i++) {
		struct cached_count counted;

		memcpy(&counted, at, sizeof counted);
		at += sizeof counted;
		r->areas[i].area_id = arena_copy(view->arena, text_of(at));
		r->areas[i].count = counted.count;
		r->areas[i].place = counted.place;
		at += r->areas[i].area_id.bytes + 1;
	}
	return true;
}

static void fill_reservation(struct view *view, struct reservation *r,
                             const struct cached_reservation *c)
{
	struct text *ids = copy_names(view, c->texts, c->ids_bytes, c->seat_count);

	if (!ids || (c->area_count && !fill_areas_of(view, r, c)))
		return;
	if (c->channel_bytes)
		r->channel = arena_copy(view->arena,
		                        (struct text){c->texts + c->ids_bytes, c->channel_bytes});
	r->exists = r->is_cached = true;
	r->status = RESERVATION_HELD;
	r->created_at_ms = c->created_at_ms;
	r->reserved_until_ms = c->reserved_until_ms;
	r->request_offset = c->request_offset;
	memcpy(r->session_hash, c->session_hash, SHA256_BYTES);
	r->places = c->places;
	r->next_place = c->next_place;
	r->has_customer = c->customer;
	if (c->customer)
		memcpy(r->customer_hash, c->customer->hash, SHA256_BYTES);
	view_learn_reservation(view, r, ids, c->seat_count);
}

/* is_now: one that is not known is not held, if its show is whole. */
static bool fill_reservations(struct view *view, bool is_now)
{
	struct reservation *r, *next;
	bool has_found = false;

	TAKE(r, next, view->wanted_reservations) {
		struct cached_reservation *c = NULL;

		if (r->show->cached)
			HASH_FIND_BYHASHVALUE(hh, r->show->cached->held, &r->id, sizeof r->id, r->hh.hashv, c);
		if (c)
			fill_reservation(view, r, c);
		else if (is_now)
			view_learn_reservation(view, r, NULL, 0);
		else
			KEEP(r, view->wanted_reservations);
		has_found |= c != NULL;
	}
	return has_found;
}

static bool fill_sessions(struct view *view)
{
	struct session *s, *next;
	bool has_found = false;

	TAKE(s, next, view->wanted_sessions) {
		struct cached_show *show = s->show->cached;
		struct cached_reservation *c = NULL;

		if (show)
			HASH_FIND_BYHASHVALUE(by_session, show->sessions, s->hash, SHA256_BYTES, s->hh.hashv, c);
		if (c || (show && show->has_all_held))
			view_learn_session(view, s, c ? &c->id : NULL);
		else
			KEEP(s, view->wanted_sessions);
		has_found |= c != NULL;
	}
	return has_found;
}

/* has: NULL, he is not in the table */
static void fill_customer(struct view *view, struct customer *customer,
                          const struct cached_customer *has)
{
	for (const struct cached_reservation *r = has ? has->held : NULL; r; r = r->next_of_customer)
		view_add_hold(view, customer, &r->id);
	view_learn_customer(customer, has ? has->sold : 0);
}

static bool fill_customers(struct view *view)
{
	struct customer *s, *next;
	bool has_found = false;

	TAKE(s, next, view->wanted_customers) {
		const struct cached_show *show = s->show->cached;
		struct cached_customer *c = NULL;
		bool is_known = show && show->has_all_held && show->has_all_sold;

		if (show && digest_bits_may_have(&show->customer_bits, s->hash))
			HASH_FIND_BYHASHVALUE(hh, show->customers, s->hash, SHA256_BYTES, digest_hash(s->hash), c);
		if (is_known || (c && c->is_known))
			fill_customer(view, s, c);
		else
			KEEP(s, view->wanted_customers);
		has_found |= s->held != NULL;
	}
	return has_found;
}

static bool same_row(const struct seat_row *a, const struct seat_row *b)
{
	return a->status == b->status && a->has_reserved_until == b->has_reserved_until &&
	       a->reserved_until_ms == b->reserved_until_ms &&
	       a->has_reserved_by == b->has_reserved_by &&
	       uuid_same(&a->reserved_by, &b->reserved_by) && a->has_taken_at == b->has_taken_at &&
	       a->taken_at_offset == b->taken_at_offset && a->version == b->version &&
	       text_identical(a->channel, b->channel);
}

/*
 * What the cache has learned of the show's seats since they came into the view. What is another seat
 * now, or is not among those that were read, was changed by hand in between.
 */
static void number_seats(struct view *view, struct show *s)
{
	const struct cached_show *show = s->cached;

	view->is_torn |= HASH_COUNT(show->seats) != show->whole_seats;
	for (struct seat *seat = s->seats; seat; seat = seat->hh.next) {
		const struct cached_seat *c = NULL;
		struct seat_row row;

		HASH_FIND_BYHASHVALUE(hh, show->seats, seat->seat_id.data, seat->seat_id.bytes,
		                      seat->hh.hashv, c);
		if (!c) {
			view->is_torn |= seat->exists;
			continue;
		}
		row = row_of(show, c);
		view->is_torn |= !seat->exists || !same_row(&seat->row, &row);
		seat->number = c->number;
	}
}

static void fill_whole(struct view *view)
{
	struct show *s, *next;
	bool is_needed;

	for (s = view->wanted_whole, view->wanted_whole = NULL; s; s = next) {
		next = s->next_whole;
		is_needed = s->exists && !(s->is_for_singles && s->policy.singles == SINGLES_ALLOW);
		if (s->known != KNOWN || (is_needed && !(s->cached && s->cached->whole.built))) {
			s->next_whole = view->wanted_whole;
			view->wanted_whole = s;
			continue;
		}
		s->whole = KNOWN;
		if (!is_needed)
			continue;
		if (s->layout)
			continue; /* as the show came in, and so did the numbers of its seats */
		s->layout = s->cached->whole.built;
		number_seats(view, s);
	}
}

static void fill_rows(struct view *view, int64_t until_ms, bool is_now)
{
	bool has_found = true;

	/* What is found may want more. */
	while (has_found && !view->failed && !view->arena->failed) {
		has_found = fill_seats(view, until_ms, is_now);
		has_found |= fill_sessions(view);
		has_found |= view->wanted_customers && fill_customers(view);
		has_found |= fill_reservations(view, is_now);
	}
}

void cache_fill(struct cache *cache, struct view *view, int64_t until_ms)
{
	if (!cache)
		return;
	if (cache->shows) {
		fill_shows(cache, view);
		fill_rows(view, until_ms, false);
	}
	if (view->wanted_whole)
		fill_whole(view);
}

void cache_fill_now(void *cache_now, struct view *view)
{
	const struct cache_now *now = cache_now;

	fill_rows(view, now->until_ms, true);
}
