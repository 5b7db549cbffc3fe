#include "common/message/field_kinds.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "common/base/json.h"
#include "common/message/request.h"
#include "common/message/tree.h"

bool id_is_well_formed(struct text t, size_t bytes_max)
{
	if (!t.data || t.bytes < 1 || t.bytes > bytes_max)
		return false;
	for (size_t i = 0; i < t.bytes; i++) {
		char c = t.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '-' && c <= ':') ||
		      c == '_'))
			return false; /* '-' to ':' is - . / 0 to 9 : */
	}
	return true;
}

/* Texts: ids, secrets and the title. */

static bool read_id(const struct field *f, const cJSON *value, struct arena *arena, void *to)
{
	struct text *id = to;
	struct text given = json_text(value);

	if (!id_is_well_formed(given, (size_t)f->max))
		return false;
	*id = arena_copy(arena, given);
	return id->data;
}

static bool read_title(const struct field *f, const cJSON *value, struct arena *arena, void *to)
{
	struct text *title = to;
	struct text given = json_text(value);
	int32_t points = 0;

	if (!given.data)
		return false;
	for (size_t i = 0; i < given.bytes; i++) {
		unsigned char c = (unsigned char)given.data[i];

		if (c < 0x20 || c == 0x7F)
			return false;
		points += (c & 0xC0) != 0x80; /* not a continuation byte */
	}
	if (points > f->max)
		return false;
	*title = arena_copy(arena, given);
	return title->data;
}

static bool text_is_present(const void *from)
{
	const struct text *t = from;

	return t->data;
}

static void add_text(struct buf *content, struct text t)
{
	buf_add_u32(content, (uint32_t)t.bytes);
	buf_add_text(content, t);
}

static void hash_text(const void *from, struct arena *arena, struct buf *content)
{
	const struct text *t = from;

	(void)arena;
	add_text(content, *t);
}

static void encode_text(const void *from, struct buf *b)
{
	const struct text *t = from;

	json_add_text(b, *t);
}

const struct field_kind kind_id = {read_id, text_is_present, hash_text, encode_text};
const struct field_kind kind_title = {read_title, text_is_present, hash_text, encode_text};

/* A UUID; nil is none. */

static bool read_uuid(const struct field *f, const cJSON *value, struct arena *arena, void *to)
{
	struct text given = json_text(value);

	(void)f;
	(void)arena;
	return given.data && uuid_decode(given, to);
}

static bool uuid_is_present(const void *from)
{
	static const struct uuid nil;

	return !uuid_same(from, &nil);
}

static void hash_uuid(const void *from, struct arena *arena, struct buf *content)
{
	const struct uuid *id = from;

	(void)arena;
	buf_add_u32(content, sizeof id->bytes);
	buf_add(content, id->bytes, sizeof id->bytes);
}

static void encode_uuid(const void *from, struct buf *b)
{
	json_add_uuid(b, from);
}

const struct field_kind kind_uuid = {read_uuid, uuid_is_present, hash_uuid, encode_uuid};

/* An integer from 1 on; 0 is none. */

static bool read_integer(const struct field *f, const cJSON *value, struct arena *arena, void *to)
{
	int32_t *integer = to;
	int64_t given;

	(void)arena;
	if (!json_integer(value, 1, f->max, &given))
		return false;
	*integer = (int32_t)given;
	return true;
}

static bool integer_is_present(const void *from)
{
	const int32_t *integer = from;

	return *integer != 0;
}

static void hash_integer(const void *from, struct arena *arena, struct buf *content)
{
	const int32_t *integer = from;

	(void)arena;
	buf_add_u32(content, sizeof(uint64_t));
	buf_add_u64(content, (uint64_t)*integer);
}

static void encode_integer(const void *from, struct buf *b)
{
	const int32_t *integer = from;

	json_add_integer(b, *integer);
}

const struct field_kind kind_integer = {read_integer, integer_is_present, hash_integer,
                                               encode_integer};

/* Seats are two members of the request; these functions are given the first, as all are. */

static struct request *request_around(const void *seat_ids)
{
	return (struct request *)((uintptr_t)seat_ids - offsetof(struct request, seat_ids));
}

static int compare_texts(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static struct text *texts_sorted(const struct text *texts, size_t count, struct arena *arena)
{
	struct text *sorted = arena_take(arena, count * sizeof *sorted);

	if (!sorted)
		return NULL;
	for (size_t i = 0; i < count; i++)
		sorted[i] = texts[i];
	qsort(sorted, count, sizeof *sorted, compare_texts);
	return sorted;
}

/* The number, from 1 on, of a text that comes twice; 0: none does, or out of memory. */
static size_t find_twice(const struct text *texts, size_t count, struct arena *arena)
{
	const struct text *sorted = texts_sorted(texts, count, arena);

	for (size_t i = 1; sorted && i < count; i++)
		if (text_same(sorted[i - 1], sorted[i]))
			for (size_t at = count; at > 0; at--) /* the later one: each has a copy of its own */
				if (texts[at - 1].data == sorted[i - 1].data || texts[at - 1].data == sorted[i].data)
					return at;
	return 0;
}

static bool read_seats(const struct field *f, const cJSON *value, struct arena *arena, void *to)
{
	struct request *r = request_around(to);
	size_t given = cJSON_IsArray(value) ? (size_t)cJSON_GetArraySize(value) : 0, count = 0;
	struct text *seats;

	if (given < 1 || given > (size_t)f->max)
		return false;
	seats = arena_take(arena, given * sizeof *seats);
	if (!seats)
		return false;
	for (const cJSON *seat = value->child; seat; seat = seat->next) {
		struct text id = json_text(seat);

		if (!id_is_well_formed(id, SEAT_ID_BYTES_MAX)) {
			r->fault_element = count + 1;
			return false;
		}
		seats[count] = arena_copy(arena, id);
		if (!seats[count++].data)
			return false;
	}
	r->fault_element = find_twice(seats, count, arena);
	if (r->fault_element || arena->failed)
		return false;
	r->seat_ids = seats;
	r->seat_count = count;
	return true;
}

static bool seats_are_present(const void *from)
{
	const struct request *r = request_around(from);

	return r->seat_count > 0;
}

/* As a set. */
static void hash_seats(const void *from, struct arena *arena, struct buf *content)
{
	const struct request *r = request_around(from);
	const struct text *sorted = texts_sorted(r->seat_ids, r->seat_count, arena);

	buf_add_u32(content, (uint32_t)r->seat_count);
	for (size_t i = 0; sorted && i < r->seat_count; i++)
		add_text(content, sorted[i]);
}

static void encode_seats(const void *from, struct buf *b)
{
	const struct request *r = request_around(from);

	json_add_texts(b, r->seat_ids, r->seat_count);
}

const struct field_kind kind_seats = {read_seats, seats_are_present, hash_seats,
                                             encode_seats};
