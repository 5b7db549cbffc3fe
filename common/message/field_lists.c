/* Lists of names: as sets, in any order. */
#include "common/message/field_lists.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/json.h"
#include "common/message/name.h"
#include "common/message/request.h"
#include "common/message/tree.h"

#define FEW 8 /* up to here each is compared with each: cheaper than to sort */

static int compare_texts(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static int compare_keyed(const void *a, const void *b)
{
	const struct keyed *left = a, *right = b;
	int order = text_compare(left->key, right->key);

	if (order)
		return order;
	return (left->object > right->object) - (left->object < right->object);
}

void keyed_sort(struct keyed *list, size_t count)
{
	qsort(list, count, sizeof *list, compare_keyed);
}

static void insert_each(struct text *texts, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct text moved = texts[i];
		size_t at = i;

		for (; at > 0 && text_compare(moved, texts[at - 1]) < 0; at--)
			texts[at] = texts[at - 1];
		texts[at] = moved;
	}
}

static struct text *sort(const struct text *texts, size_t count, struct arena *arena)
{
	struct text *sorted = arena_take(arena, (count + 1) * sizeof *sorted);

	if (!sorted)
		return NULL;
	for (size_t i = 0; i < count; i++)
		sorted[i] = texts[i];
	if (count <= FEW)
		insert_each(sorted, count);
	else
		qsort(sorted, count, sizeof *sorted, compare_texts);
	return sorted;
}

static size_t find_twice_of_few(const struct text *names, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = 0; k < i; k++)
			if (text_same(names[i], names[k]))
				return i + 1;
	return 0;
}

size_t names_find_twice(const struct text *names, size_t count, struct arena *arena)
{
	struct keyed *sorted;
	const struct text *first = NULL;

	if (count <= FEW)
		return find_twice_of_few(names, count);
	sorted = arena_take(arena, count * sizeof *sorted);
	for (size_t i = 0; sorted && i < count; i++)
		sorted[i] = (struct keyed){names[i], &names[i]};
	if (sorted)
		keyed_sort(sorted, count);
	for (size_t i = 1; sorted && i < count; i++) {
		const struct text *later = sorted[i].object;

		if (text_same(sorted[i - 1].key, sorted[i].key) && (!first || later < first))
			first = later;
	}
	return first ? (size_t)(first - names) + 1 : 0;
}

struct text *names_read(const cJSON *value, size_t least, size_t most,
                        struct field_reading *reading, size_t *count)
{
	size_t given = cJSON_IsArray(value) ? (size_t)cJSON_GetArraySize(value) : 0;
	struct text *names;

	*count = 0;
	if (!cJSON_IsArray(value) || given < least || given > most)
		return NULL;
	names = arena_take(reading->arena, (given + 1) * sizeof *names);
	if (!names)
		return NULL;
	for (const cJSON *element = value->child; element; element = element->next) {
		struct text name = json_text(element);

		if (!name_is_well_formed(name)) {
			reading->element = *count + 1;
			return NULL;
		}
		names[(*count)++] = name;
	}
	reading->element = names_find_twice(names, *count, reading->arena);
	return reading->element || reading->arena->failed ? NULL : names;
}

void names_hash(const struct text *names, size_t count, struct arena *arena, struct buf *content)
{
	const struct text *sorted = sort(names, count, arena);

	buf_add_u32(content, (uint32_t)count);
	for (size_t i = 0; sorted && i < count; i++) {
		buf_add_u32(content, (uint32_t)sorted[i].bytes);
		buf_add_text(content, sorted[i]);
	}
}

/* ---- seat_ids of a request: of all of them those that have no place ---- */

static bool read_seat_ids(const struct field *f, const cJSON *value, struct field_reading *reading,
                          void *object)
{
	struct request *r = object;

	r->seat_ids = names_read(value, 1, (size_t)f->max, reading, &r->seat_count);
	return r->seat_ids;
}

static bool seat_ids_are_present(const struct field *f, const void *object)
{
	const struct request *r = object;

	(void)f;
	return r->seat_count > r->place_count;
}

static void hash_seat_ids(const struct field *f, const void *object, struct arena *arena,
                          struct buf *content)
{
	const struct request *r = object;

	(void)f;
	names_hash(r->seat_ids, r->seat_count - r->place_count, arena, content);
}

static void encode_seat_ids(const struct field *f, const void *object, struct buf *b)
{
	const struct request *r = object;

	(void)f;
	json_add_texts(b, r->seat_ids, r->seat_count - r->place_count);
}

const struct field_kind kind_seat_ids = {read_seat_ids, seat_ids_are_present, hash_seat_ids,
                                         encode_seat_ids};

/* ---- of an object inside a request: a pointer, and the number of names behind it ---- */

struct names {
	const struct text *list;
	size_t count;
};
_Static_assert(offsetof(struct wish, category_count) == offsetof(struct wish, categories) +
                                                            offsetof(struct names, count), "");
_Static_assert(offsetof(struct wish, section_count) == offsetof(struct wish, sections) +
                                                           offsetof(struct names, count), "");
_Static_assert(offsetof(struct request, drop_seat_count) ==
                   offsetof(struct request, drop_seat_ids) + offsetof(struct names, count), "");
_Static_assert(offsetof(struct channel, opens_count) == offsetof(struct channel, opens) +
                                                            offsetof(struct names, count), "");

static struct names names_at(const struct field *f, const void *object)
{
	struct names names;

	memcpy(&names, (const char *)object + f->offset, sizeof names);
	return names;
}

static bool read_names_from(size_t least, const struct field *f, const cJSON *value,
                            struct field_reading *reading, void *object)
{
	struct names names;

	names.list = names_read(value, least, (size_t)f->max, reading, &names.count);
	if (!names.list)
		return false;
	memcpy((char *)object + f->offset, &names, sizeof names);
	return true;
}

static bool read_names(const struct field *f, const cJSON *value, struct field_reading *reading,
                       void *object)
{
	return read_names_from(1, f, value, reading, object);
}

static bool read_opens(const struct field *f, const cJSON *value, struct field_reading *reading,
                       void *object)
{
	struct channel *channel = object;

	channel->has_opens = read_names_from(0, f, value, reading, object);
	return channel->has_opens;
}

static bool names_are_present(const struct field *f, const void *object)
{
	return names_at(f, object).count > 0;
}

static bool opens_are_present(const struct field *f, const void *object)
{
	const struct channel *channel = object;

	(void)f;
	return channel->has_opens;
}

static void hash_names(const struct field *f, const void *object, struct arena *arena,
                       struct buf *content)
{
	struct names names = names_at(f, object);

	names_hash(names.list, names.count, arena, content);
}

static void encode_names(const struct field *f, const void *object, struct buf *b)
{
	struct names names = names_at(f, object);

	json_add_texts(b, names.list, names.count);
}

const struct field_kind kind_names = {read_names, names_are_present, hash_names, encode_names};
const struct field_kind kind_opens = {read_opens, opens_are_present, hash_names, encode_names};
