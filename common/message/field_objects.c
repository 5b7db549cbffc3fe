/* The objects inside requests: seats with their places, channels, what is asked of best. */
#include <cjson/cJSON.h>
#include <string.h>

#include "common/base/json.h"
#include "common/message/field_lists.h"
#include "common/message/members.h"
#include "common/message/request.h"
#include "common/message/tree.h"

/* A seat's id is not in its place. */
static const struct field seat_id_field = {
    .key = "seat_id", .kind = &kind_name, .max = NAME_BYTES_MAX, .is_required = true};

#define OBJECT place
static const struct field place_fields[] = {
    {MEMBER("section", name, section, NAME_BYTES_MAX, 1)},
    {MEMBER("row", name, row, NAME_BYTES_MAX, 2)},
    {MEMBER("pos", integer, pos, POS_MAX, 3)},
    {MEMBER("category", name, category, NAME_BYTES_MAX, 4)},
    {MEMBER("rank", integer, rank, PLACE_RANK_DEFAULT, 5)},
    {MEMBER("flags", flags, flag_list, PLACE_FLAG_COUNT, 6)},
    {MEMBER("x", coordinate, x, COORDINATE_MAX, 7), MEMBER_HAS(has_point)},
    {MEMBER("y", coordinate, y, COORDINATE_MAX, 8), MEMBER_HAS(has_point)},
};
#undef OBJECT
#define OBJECT channel
static const struct field channel_fields[] = {
    {MEMBER("channel", channel, name, NAME_BYTES_MAX, 1), .is_required = true},
    {MEMBER("channel_key", id, key, SECRET_BYTES_MAX, 2)},
    {MEMBER("on_sale_from", from, on_sale, INSTANT_CHARS, 3)},
    {MEMBER("on_sale_until", until, on_sale, INSTANT_CHARS, 4)},
    {MEMBER("opens", opens, opens, OPENS_MAX, 5)},
    {MEMBER("exempt", truth, is_exempt, 0, 6), MEMBER_HAS(has_exempt)},
};
#undef OBJECT
#define OBJECT wish
static const struct field wish_fields[] = {
    {MEMBER("count", integer, count, RESERVE_SEATS_MAX, 1), .is_required = true},
    {MEMBER("categories", names, categories, WISH_NAMES_MAX, 2)},
    {MEMBER("sections", names, sections, WISH_NAMES_MAX, 3)},
    {MEMBER("together", truth, together, 0, 4), MEMBER_HAS(has_together)},
    {MEMBER("accessible", integer, accessible, RESERVE_SEATS_MAX, 5)},
    {MEMBER("restricted", truth, restricted, 0, 6), MEMBER_HAS(has_restricted)},
};
#undef OBJECT

/* ---- flags of a place ---- */

static bool read_flags(const struct field *f, const cJSON *value, struct field_reading *reading,
                       void *object)
{
	struct place *place = object;

	(void)reading;
	if (!cJSON_IsArray(value) || cJSON_GetArraySize(value) > f->max)
		return false;
	for (const cJSON *element = value->child; element; element = element->next) {
		enum place_flag flag;

		if (!place_flag_of(json_text(element), &flag) || (place->flags & PLACE_FLAG_BIT(flag)))
			return false;
		place->flags |= (uint8_t)PLACE_FLAG_BIT(flag);
		place->flag_list[place->flag_count++] = (uint8_t)flag;
	}
	place->has_flags = true;
	return true;
}

static bool flags_are_present(const struct field *f, const void *object)
{
	const struct place *place = object;

	(void)f;
	return place->has_flags;
}

static void hash_flags(const struct field *f, const void *object, struct arena *arena,
                       struct buf *content)
{
	const struct place *place = object;

	(void)f, (void)arena;
	buf_add(content, &place->flags, 1);
}

static void encode_flags(const struct field *f, const void *object, struct buf *b)
{
	const struct place *place = object;

	(void)f;
	buf_add_string(b, "[");
	for (size_t i = 0; i < place->flag_count; i++) {
		if (i > 0)
			buf_add_string(b, ",");
		json_add_text(b, text_of(place_flag_name((enum place_flag)place->flag_list[i])));
	}
	buf_add_string(b, "]");
}

const struct field_kind kind_flags = {read_flags, flags_are_present, hash_flags, encode_flags};

/* ---- seats ---- */

static bool read_place(const cJSON *value, struct field_reading *reading, struct text *seat_id,
                       struct place *place)
{
	if (!cJSON_IsObject(value) || !member_read(&seat_id_field, value, reading, seat_id) ||
	    !members_read(MEMBERS(place_fields), value, reading, place))
		return false;
	if (!place->row.data != !place->pos)
		return member_refuse(reading, place->pos ? "row" : "pos");
	if (!json_member(value, "x") != !json_member(value, "y"))
		return member_refuse(reading, json_member(value, "x") ? "y" : "x");
	return true;
}

/* Behind the seats without a place, which were read before. */
static bool read_seats(const struct field *f, const cJSON *value, struct field_reading *reading,
                       void *object)
{
	struct request *r = object;
	size_t given = members_count(f, value), before = r->seat_count, i = before, twice;
	struct text *seat_ids;

	if (given < 1 || before + given > (size_t)f->max)
		return false;
	seat_ids = arena_take(reading->arena, (before + given) * sizeof *seat_ids);
	r->places = arena_take(reading->arena, given * sizeof *r->places);
	if (!seat_ids || !r->places)
		return false;
	if (before)
		memcpy(seat_ids, r->seat_ids, before * sizeof *seat_ids);
	for (const cJSON *seat = value->child; seat; seat = seat->next, i++)
		if (!read_place(seat, reading, &seat_ids[i], &r->places[i - before])) {
			reading->element = i - before + 1;
			return false;
		}
	r->seat_ids = seat_ids;
	r->seat_count = before + given;
	r->place_count = given;
	twice = names_find_twice(seat_ids, r->seat_count, reading->arena);
	reading->element = twice ? twice - before : 0;
	return (!twice && !reading->arena->failed) || member_refuse(reading, seat_id_field.key);
}

static bool seats_are_present(const struct field *f, const void *object)
{
	const struct request *r = object;

	(void)f;
	return r->place_count > 0;
}

static void hash_seats(const struct field *f, const void *object, struct arena *arena,
                       struct buf *content)
{
	const struct request *r = object;
	const struct text *seat_ids = r->seat_ids + (r->seat_count - r->place_count);
	struct keyed *list = arena_take(arena, r->place_count * sizeof *list);

	(void)f;
	for (size_t i = 0; list && i < r->place_count; i++)
		list[i] = (struct keyed){seat_ids[i], &r->places[i]};
	if (list)
		members_hash_list(MEMBERS(place_fields), list, r->place_count, arena, content);
}

void place_encode(struct buf *b, struct text seat_id, const struct place *p)
{
	buf_add_string(b, "{\"seat_id\":");
	json_add_text(b, seat_id);
	members_encode(MEMBERS(place_fields), p, true, b);
	buf_add_string(b, "}");
}

static void encode_seats(const struct field *f, const void *object, struct buf *b)
{
	const struct request *r = object;
	const struct text *seat_ids = r->seat_ids + (r->seat_count - r->place_count);

	(void)f;
	for (size_t i = 0; i < r->place_count; i++) {
		buf_add_string(b, i > 0 ? "," : "[");
		place_encode(b, seat_ids[i], &r->places[i]);
	}
	buf_add_string(b, "]");
}

const struct field_kind kind_seats = {read_seats, seats_are_present, hash_seats, encode_seats};

/* ---- channels ---- */

static bool read_channels(const struct field *f, const cJSON *value, struct field_reading *reading,
                          void *object)
{
	struct request *r = object;
	size_t given = members_count(f, value), count = 0;
	struct channel *channels = arena_take(reading->arena, (given + 1) * sizeof *channels);
	struct text *names = arena_take(reading->arena, (given + 1) * sizeof *names);

	if (given < 1 || !channels || !names)
		return false;
	for (const cJSON *channel = value->child; channel; channel = channel->next, count++) {
		if (!members_read(MEMBERS(channel_fields), channel, reading, &channels[count])) {
			reading->element = count + 1;
			return false;
		}
		names[count] = channels[count].name;
	}
	r->channels = channels;
	r->channel_count = count;
	reading->element = names_find_twice(names, count, reading->arena);
	return (!reading->element && !reading->arena->failed) ||
	       member_refuse(reading, channel_fields[0].key);
}

static bool channels_are_present(const struct field *f, const void *object)
{
	const struct request *r = object;

	(void)f;
	return r->channel_count > 0;
}

static void hash_channels(const struct field *f, const void *object, struct arena *arena,
                          struct buf *content)
{
	const struct request *r = object;
	struct keyed *list = arena_take(arena, r->channel_count * sizeof *list);

	(void)f;
	for (size_t i = 0; list && i < r->channel_count; i++)
		list[i] = (struct keyed){r->channels[i].name, &r->channels[i]};
	if (list)
		members_hash_list(MEMBERS(channel_fields), list, r->channel_count, arena, content);
}

void channel_encode(struct buf *b, const struct channel *c, bool with_key)
{
	struct channel shown = *c;

	if (!with_key)
		shown.key = (struct text){NULL, 0};
	buf_add_string(b, "{");
	members_encode(MEMBERS(channel_fields), &shown, false, b);
	buf_add_string(b, "}");
}

static void encode_channels(const struct field *f, const void *object, struct buf *b)
{
	const struct request *r = object;

	(void)f;
	for (size_t i = 0; i < r->channel_count; i++) {
		buf_add_string(b, i > 0 ? "," : "[");
		channel_encode(b, &r->channels[i], true);
	}
	buf_add_string(b, "]");
}

const struct field_kind kind_channels = {read_channels, channels_are_present, hash_channels,
                                         encode_channels};

/* ---- best ---- */

static bool read_best(const struct field *f, const cJSON *value, struct field_reading *reading,
                      void *object)
{
	struct request *r = object;
	struct wish *wish = arena_take(reading->arena, sizeof *wish);
	bool is_read;

	(void)f;
	if (!wish)
		return false;
	wish->together = true;
	is_read = members_read(MEMBERS(wish_fields), value, reading, wish);
	reading->element = 0; /* of a list in it */
	if (!is_read)
		return false;
	r->best = wish;
	return (wish->accessible <= wish->count && (wish->together || !wish->accessible)) ||
	       member_refuse(reading, "accessible");
}

static bool best_is_present(const struct field *f, const void *object)
{
	const struct request *r = object;

	(void)f;
	return r->best;
}

static void hash_best(const struct field *f, const void *object, struct arena *arena,
                      struct buf *content)
{
	const struct request *r = object;

	(void)f;
	members_hash(MEMBERS(wish_fields), r->best, arena, content);
}

static void encode_best(const struct field *f, const void *object, struct buf *b)
{
	const struct request *r = object;

	(void)f;
	buf_add_string(b, "{");
	members_encode(MEMBERS(wish_fields), r->best, false, b);
	buf_add_string(b, "}");
}

const struct field_kind kind_best = {read_best, best_is_present, hash_best, encode_best};
