#include "worker/store/write_halls.h"

#include <assert.h>
#include <stdio.h>

/* ---- shows ---- */

static void insert_shows(struct store_writes *writes, const struct view *view)
{
	static const uint32_t types[] = {DB_TEXT, DB_TEXT, DB_INT4, DB_INT4, DB_INT4,
	                                 DB_BYTEA, DB_TIME, DB_INT8, DB_INT4, DB_TIME,
	                                 DB_TIME, DB_BOOL, DB_TEXT, DB_INT4, DB_INT4, DB_INT8};
	struct columns columns;
	struct db_array *c = columns.list;

	columns_open(&columns, types, 16);
	for (const struct show *s = view->shows; s; s = s->hh.next) {
		const struct policy *p = &s->policy;

		if (!s->exists || s->existed)
			continue;
		db_array_text(&c[0], s->show_id);
		db_array_text(&c[1], p->title);
		db_array_int4(&c[2], p->hold_seconds);
		db_array_int4(&c[3], p->max_hold_seconds);
		db_array_int4(&c[4], p->max_seats);
		columns_add_hash(&c[5], s->has_owner, s->owner_hash);
		db_array_time(&c[6], s->created_at_ms);
		db_array_int8(&c[7], s->created_offset);
		db_array_int4(&c[8], s->rules);
		columns_add_time(&c[9], p->on_sale.has_from, p->on_sale.from_ms);
		columns_add_time(&c[10], p->on_sale.has_until, p->on_sale.until_ms);
		db_array_bool(&c[11], p->closed);
		db_array_text(&c[12], text_of(singles_name(p->singles)));
		db_array_int4(&c[13], p->max_customer_seats);
		db_array_int4(&c[14], p->max_customer_holds);
		db_array_int8(&c[15], s->version);
	}
	columns_close(&columns, writes, QUERY_WORKER_INSERT_SHOWS, NULL);
}

/* What may change of a show: 12 columns. */
static void add_show(struct db_array *c, const struct policy *p, bool has_owner,
                     const uint8_t owner_hash[SHA256_BYTES], int64_t version)
{
	db_array_text(&c[0], p->title);
	db_array_int4(&c[1], p->hold_seconds);
	db_array_int4(&c[2], p->max_hold_seconds);
	db_array_int4(&c[3], p->max_seats);
	columns_add_time(&c[4], p->on_sale.has_from, p->on_sale.from_ms);
	columns_add_time(&c[5], p->on_sale.has_until, p->on_sale.until_ms);
	db_array_bool(&c[6], p->closed);
	db_array_text(&c[7], text_of(singles_name(p->singles)));
	db_array_int4(&c[8], p->max_customer_seats);
	db_array_int4(&c[9], p->max_customer_holds);
	columns_add_hash(&c[10], has_owner, owner_hash);
	db_array_int8(&c[11], version);
}

#define SHOW_TYPES \
	DB_TEXT, DB_INT4, DB_INT4, DB_INT4, DB_TIME, DB_TIME, DB_BOOL, DB_TEXT, DB_INT4, DB_INT4, \
	DB_BYTEA, DB_INT8

static void update_shows(struct store_writes *writes, const struct view *view)
{
	static const uint32_t types[] = {DB_TEXT, SHOW_TYPES, SHOW_TYPES};
	struct columns columns;
	struct db_array *c = columns.list;

	columns_open(&columns, types, 25);
	for (const struct show *s = view->changed_shows; s; s = s->next_changed) {
		if (!s->is_changed || !s->existed)
			continue;
		db_array_text(&c[0], s->show_id);
		add_show(c + 1, &s->policy, s->has_owner, s->owner_hash, s->version);
		add_show(c + 13, &s->seen->policy, s->seen->has_owner, s->seen->owner_hash,
		         s->seen->version);
	}
	columns_close(&columns, writes, QUERY_WORKER_UPDATE_SHOWS, NULL);
}

/* ---- channels ---- */

/* Between names, as worker_insert_channels takes them apart. */
#define NAMES_END "\x01"

static struct text join_names(struct arena *arena, const struct channel_row *channel)
{
	struct buf joined = {0};
	struct text copy;

	for (size_t i = 0; i < channel->opens_count; i++) {
		if (i)
			buf_add_string(&joined, NAMES_END);
		buf_add(&joined, channel->opens[i].data, channel->opens[i].bytes);
	}
	copy = arena_copy(arena, (struct text){joined.data ? joined.data : "", joined.bytes});
	arena->failed |= joined.failed;
	buf_release(&joined);
	return copy;
}

/* What may change of a channel: 6 columns. */
static void add_channel(struct db_array *c, struct arena *arena, const struct channel_row *channel)
{
	columns_add_hash(&c[0], channel->has_key, channel->key_hash);
	columns_add_time(&c[1], channel->on_sale.has_from, channel->on_sale.from_ms);
	columns_add_time(&c[2], channel->on_sale.has_until, channel->on_sale.until_ms);
	db_array_text(&c[3], join_names(arena, channel));
	db_array_bool(&c[4], channel->is_exempt);
	db_array_int8(&c[5], channel->version);
}

#define CHANNEL_TYPES DB_BYTEA, DB_TIME, DB_TIME, DB_TEXT, DB_BOOL, DB_INT8

static void write_channels(struct store_writes *writes, const struct view *view)
{
	static const uint32_t types[] = {DB_TEXT, DB_TEXT, CHANNEL_TYPES, CHANNEL_TYPES};
	struct columns added, changed;

	columns_open(&added, types, 8);
	columns_open(&changed, types, 14);
	for (const struct show *s = view->changed_shows; s; s = s->next_changed)
		for (const struct channel_row *channel = s->channels; channel; channel = channel->next) {
			struct db_array *c = channel->existed ? changed.list : added.list;

			if (!channel->is_changed)
				continue;
			db_array_text(&c[0], s->show_id);
			db_array_text(&c[1], channel->name);
			add_channel(c + 2, view->arena, channel);
			if (channel->existed)
				add_channel(c + 8, view->arena, channel->seen);
		}
	columns_close(&added, writes, QUERY_WORKER_INSERT_CHANNELS, NULL);
	columns_close(&changed, writes, QUERY_WORKER_UPDATE_CHANNELS, NULL);
}

/* ---- places ---- */

static void add_flags(struct db_array *c, uint8_t flags)
{
	char names[64] = ""; /* room for all of them */
	size_t at = 0;

	for (int flag = 0; flag < PLACE_FLAG_COUNT; flag++)
		if (flags & PLACE_FLAG_BIT(flag))
			at += (size_t)snprintf(names + at, sizeof names - at, "%s%s", at ? "," : "",
			                       place_flag_name((enum place_flag)flag));
	assert(at < sizeof names);
	db_array_text(c, (struct text){names, at});
}

/* What may change of a place: 9 columns. */
static void add_place(struct db_array *c, const struct place *place, int64_t version)
{
	db_array_text(&c[0], place->section);
	db_array_text(&c[1], place->row);
	columns_add_int4(&c[2], place->pos != 0, place->pos);
	db_array_text(&c[3], place->category);
	db_array_int4(&c[4], place->rank);
	add_flags(&c[5], place->flags);
	columns_add_int4(&c[6], place->has_point, place->x);
	columns_add_int4(&c[7], place->has_point, place->y);
	db_array_int8(&c[8], version);
}

#define PLACE_TYPES \
	DB_TEXT, DB_TEXT, DB_INT4, DB_TEXT, DB_INT4, DB_TEXT, DB_INT4, DB_INT4, DB_INT8

static void write_places(struct store_writes *writes, const struct view *view)
{
	static const uint32_t types[] = {DB_TEXT, DB_TEXT, PLACE_TYPES, PLACE_TYPES};
	struct columns added, changed;

	columns_open(&added, types, 11);
	columns_open(&changed, types, 20);
	for (const struct place_row *p = view->changed_places; p; p = p->next_changed) {
		struct db_array *c = p->existed ? changed.list : added.list;

		assert(p->exists && p->place.rank > 0);
		db_array_text(&c[0], p->seat->show->show_id);
		db_array_text(&c[1], p->seat->seat_id);
		add_place(c + 2, &p->place, p->version);
		if (p->existed)
			add_place(c + 11, &p->seen, p->seen_version);
	}
	columns_close(&added, writes, QUERY_WORKER_INSERT_PLACES, NULL);
	columns_close(&changed, writes, QUERY_WORKER_UPDATE_PLACES, NULL);
}

/* ---- areas ---- */

/* What may change of an area: 6 columns. */
static void add_area(struct db_array *c, const struct area_columns *row)
{
	db_array_int4(&c[0], row->capacity);
	db_array_int4(&c[1], row->held);
	db_array_int4(&c[2], row->sold);
	db_array_text(&c[3], row->channel);
	db_array_text(&c[4], row->category);
	db_array_int8(&c[5], row->version);
}

#define AREA_TYPES DB_INT4, DB_INT4, DB_INT4, DB_TEXT, DB_TEXT, DB_INT8

/* Settings and counts, once for each, whatever the batch did there. */
static void write_areas(struct store_writes *writes, const struct view *view)
{
	static const uint32_t types[] = {DB_TEXT, DB_TEXT, AREA_TYPES, AREA_TYPES};
	struct columns added, changed;

	columns_open(&added, types, 8);
	columns_open(&changed, types, 14);
	for (const struct area_row *area = view->changed_areas; area; area = area->next_changed) {
		struct db_array *c = area->existed ? changed.list : added.list;

		db_array_text(&c[0], area->show->show_id);
		db_array_text(&c[1], area->area_id);
		add_area(c + 2, &area->row);
		if (area->existed)
			add_area(c + 8, &area->seen);
	}
	columns_close(&added, writes, QUERY_WORKER_INSERT_AREAS, NULL);
	columns_close(&changed, writes, QUERY_WORKER_UPDATE_AREAS, NULL);
}

void write_halls(struct store_writes *writes, const struct view *view)
{
	insert_shows(writes, view);
	update_shows(writes, view);
	write_channels(writes, view);
	write_places(writes, view);
	write_areas(writes, view);
}
