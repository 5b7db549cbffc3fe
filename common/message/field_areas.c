/* Areas inside requests: places asked for or dropped, and areas as set_areas gives them. */
#include <cjson/cJSON.h>
#include <string.h>

#include "common/base/json.h"
#include "common/message/field_lists.h"
#include "common/message/members.h"
#include "common/message/request.h"

#define OBJECT area_count
static const struct field count_fields[] = {
    {MEMBER("area_id", name, area_id, NAME_BYTES_MAX, 1), .is_required = true},
    {MEMBER("count", integer, count, RESERVE_SEATS_MAX, 2), .is_required = true},
};
#undef OBJECT
#define OBJECT area
static const struct field area_fields[] = {
    {MEMBER("area_id", name, area_id, NAME_BYTES_MAX, 1), .is_required = true},
    {MEMBER("capacity", capacity, capacity, AREA_CAPACITY_MAX, 2), .is_required = true},
    {MEMBER("channel", channel, channel, NAME_BYTES_MAX, 3)},
    {MEMBER("category", name, category, NAME_BYTES_MAX, 4)},
};
#undef OBJECT

/* Both have their area_id at first. */
_Static_assert(offsetof(struct area_count, area_id) == 0 && offsetof(struct area, area_id) == 0, "");

/* A list in a request: a pointer, and the number of its elements next to it. */
struct list {
	const void *elements;
	size_t count;
};
#define IS_LIST(elements_, count_) \
	_Static_assert(offsetof(struct request, count_) == \
	                   offsetof(struct request, elements_) + offsetof(struct list, count), "")
IS_LIST(areas, area_count);
IS_LIST(drop_areas, drop_area_count);
IS_LIST(set_areas, set_area_count);

static struct list list_of(const struct field *f, const void *object)
{
	struct list list;

	memcpy(&list, (const char *)object + f->offset, sizeof list);
	return list;
}

static bool is_present(const struct field *f, const void *object)
{
	return list_of(f, object).count > 0;
}

static bool read(const struct field *fields, size_t field_count, size_t element_bytes,
                 const struct field *f, const cJSON *value, struct field_reading *reading,
                 void *object)
{
	size_t given = members_count(f, value), count = 0;
	char *elements = arena_take(reading->arena, (given + 1) * element_bytes);
	struct text *names = arena_take(reading->arena, (given + 1) * sizeof *names);
	struct list list;

	if (given < 1 || !elements || !names)
		return false;
	for (const cJSON *at = value->child; at; at = at->next, count++) {
		char *element = elements + count * element_bytes;

		if (!members_read(fields, field_count, at, reading, element)) {
			reading->element = count + 1;
			return false;
		}
		memcpy(&names[count], element, sizeof names[count]);
	}
	list = (struct list){elements, count};
	memcpy((char *)object + f->offset, &list, sizeof list);
	reading->element = names_find_twice(names, count, reading->arena);
	return (!reading->element && !reading->arena->failed) ||
	       member_refuse(reading, fields[0].key);
}

static void hash(const struct field *fields, size_t field_count, size_t element_bytes,
                 struct list list, struct arena *arena, struct buf *content)
{
	struct keyed *keyed = arena_take(arena, list.count * sizeof *keyed);

	for (size_t i = 0; keyed && i < list.count; i++) {
		const char *element = (const char *)list.elements + i * element_bytes;

		memcpy(&keyed[i].key, element, sizeof keyed[i].key);
		keyed[i].object = element;
	}
	if (keyed)
		members_hash_list(fields, field_count, keyed, list.count, arena, content);
}

static void encode(const struct field *fields, size_t field_count, size_t element_bytes,
                   struct list list, struct buf *b)
{
	buf_add_string(b, "[");
	for (size_t i = 0; i < list.count; i++) {
		buf_add_string(b, i > 0 ? ",{" : "{");
		members_encode(fields, field_count, (const char *)list.elements + i * element_bytes,
		               false, b);
		buf_add_string(b, "}");
	}
	buf_add_string(b, "]");
}

/* ---- places of areas ---- */

#define COUNTS MEMBERS(count_fields), sizeof(struct area_count)

static bool read_counts(const struct field *f, const cJSON *value, struct field_reading *reading,
                        void *object)
{
	return read(COUNTS, f, value, reading, object);
}

static void hash_counts(const struct field *f, const void *object, struct arena *arena,
                        struct buf *content)
{
	hash(COUNTS, list_of(f, object), arena, content);
}

void area_counts_encode(struct buf *b, const struct area_count *counts, size_t count)
{
	encode(COUNTS, (struct list){counts, count}, b);
}

static void encode_counts(const struct field *f, const void *object, struct buf *b)
{
	encode(COUNTS, list_of(f, object), b);
}

const struct field_kind kind_area_counts = {read_counts, is_present, hash_counts, encode_counts};

/* ---- areas as they are given ---- */

#define AREAS MEMBERS(area_fields), sizeof(struct area)

static bool read_areas(const struct field *f, const cJSON *value, struct field_reading *reading,
                       void *object)
{
	return read(AREAS, f, value, reading, object);
}

static void hash_areas(const struct field *f, const void *object, struct arena *arena,
                       struct buf *content)
{
	hash(AREAS, list_of(f, object), arena, content);
}

void areas_encode(struct buf *b, const struct area *areas, size_t count)
{
	encode(AREAS, (struct list){areas, count}, b);
}

static void encode_areas(const struct field *f, const void *object, struct buf *b)
{
	encode(AREAS, list_of(f, object), b);
}

const struct field_kind kind_areas = {read_areas, is_present, hash_areas, encode_areas};
