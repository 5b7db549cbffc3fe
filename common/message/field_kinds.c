#include "common/message/field_kinds.h"

#include <cjson/cJSON.h>

#include "common/base/json.h"
#include "common/message/name.h"
#include "common/message/request.h"
#include "common/message/tree.h"

bool id_is_well_formed(struct text t, size_t bytes_max)
{
	if (!t.data || t.bytes < 1 || t.bytes > bytes_max)
		return false;
	for (size_t i = 0; i < t.bytes; i++) {
		unsigned c = (unsigned char)t.data[i];

		if ((c | 0x20) - 'a' > 'z' - 'a' && c - '-' > ':' - '-' && c != '_')
			return false; /* '-' to ':' is - . / 0 to 9 : */
	}
	return true;
}

/* A member of the object, and what says whether it is there. */

static const void *member_of(const struct field *f, const void *object)
{
	return (const char *)object + f->offset;
}

static void *room_of(const struct field *f, void *object)
{
	return (char *)object + f->offset;
}

static void note_given(const struct field *f, void *object)
{
	if (f->has_offset)
		*(bool *)((char *)object + f->has_offset) = true;
}

static bool is_given(const struct field *f, const void *object)
{
	return *(const bool *)((const char *)object + f->has_offset);
}

/* ---- texts ---- */

/* What is read borrows its texts from the tree. */
static bool keep(struct text given, struct text *kept)
{
	*kept = given;
	return true;
}

static bool read_id(const struct field *f, const cJSON *value, struct field_reading *reading,
                    void *object)
{
	struct text given = json_text(value);

	(void)reading;
	return id_is_well_formed(given, (size_t)f->max) && keep(given, room_of(f, object));
}

static bool read_name(const struct field *f, const cJSON *value, struct field_reading *reading,
                      void *object)
{
	struct text given = json_text(value);

	(void)reading;
	return name_is_well_formed(given) && keep(given, room_of(f, object));
}

static bool read_channel(const struct field *f, const cJSON *value, struct field_reading *reading,
                         void *object)
{
	return !text_same(json_text(value), text_of(CHANNEL_PUBLIC)) &&
	       read_name(f, value, reading, object);
}

static bool read_title(const struct field *f, const cJSON *value, struct field_reading *reading,
                       void *object)
{
	struct text given = json_text(value);
	int32_t points = 0;

	(void)reading;
	if (!given.data)
		return false;
	for (size_t i = 0; i < given.bytes; i++) {
		unsigned char c = (unsigned char)given.data[i];

		if (c < 0x20 || c == 0x7F)
			return false;
		points += (c & 0xC0) != 0x80; /* not a continuation byte */
	}
	return points <= f->max && keep(given, room_of(f, object));
}

static bool text_is_present(const struct field *f, const void *object)
{
	const struct text *t = member_of(f, object);

	return t->data;
}

static void hash_text(const struct field *f, const void *object, struct arena *arena,
                      struct buf *content)
{
	const struct text *t = member_of(f, object);

	(void)arena;
	buf_add_u32(content, (uint32_t)t->bytes);
	buf_add_text(content, *t);
}

static void encode_text(const struct field *f, const void *object, struct buf *b)
{
	const struct text *t = member_of(f, object);

	json_add_text(b, *t);
}

const struct field_kind kind_id = {read_id, text_is_present, hash_text, encode_text};
const struct field_kind kind_name = {read_name, text_is_present, hash_text, encode_text};
const struct field_kind kind_channel = {read_channel, text_is_present, hash_text, encode_text};
const struct field_kind kind_title = {read_title, text_is_present, hash_text, encode_text};

/* ---- a UUID; nil is none ---- */

static bool read_uuid(const struct field *f, const cJSON *value, struct field_reading *reading,
                      void *object)
{
	struct text given = json_text(value);

	(void)reading;
	return given.data && uuid_decode(given, room_of(f, object));
}

static bool uuid_is_present(const struct field *f, const void *object)
{
	static const struct uuid nil;

	return !uuid_same(member_of(f, object), &nil);
}

static void hash_uuid(const struct field *f, const void *object, struct arena *arena,
                      struct buf *content)
{
	const struct uuid *id = member_of(f, object);

	(void)arena;
	buf_add(content, id->bytes, sizeof id->bytes);
}

static void encode_uuid(const struct field *f, const void *object, struct buf *b)
{
	json_add_uuid(b, member_of(f, object));
}

const struct field_kind kind_uuid = {read_uuid, uuid_is_present, hash_uuid, encode_uuid};

/* ---- integers ---- */

static bool read_from(int64_t least, const struct field *f, const cJSON *value, void *object)
{
	int32_t *integer = room_of(f, object);
	int64_t given;

	if (!json_integer(value, least, f->max, &given))
		return false;
	*integer = (int32_t)given;
	note_given(f, object);
	return true;
}

static bool read_integer(const struct field *f, const cJSON *value, struct field_reading *reading,
                         void *object)
{
	(void)reading;
	return read_from(1, f, value, object);
}

static bool read_coordinate(const struct field *f, const cJSON *value,
                            struct field_reading *reading, void *object)
{
	(void)reading;
	return read_from(0, f, value, object);
}

static bool integer_is_present(const struct field *f, const void *object)
{
	const int32_t *integer = member_of(f, object);

	return *integer != 0;
}

static void hash_integer(const struct field *f, const void *object, struct arena *arena,
                         struct buf *content)
{
	const int32_t *integer = member_of(f, object);

	(void)arena;
	buf_add_u32(content, (uint32_t)*integer);
}

static void encode_integer(const struct field *f, const void *object, struct buf *b)
{
	const int32_t *integer = member_of(f, object);

	json_add_integer(b, *integer);
}

const struct field_kind kind_integer = {read_integer, integer_is_present, hash_integer,
                                        encode_integer};
const struct field_kind kind_coordinate = {read_coordinate, is_given, hash_integer,
                                           encode_integer};

static bool is_always_present(const struct field *f, const void *object)
{
	(void)f, (void)object;
	return true;
}

const struct field_kind kind_capacity = {read_coordinate, is_always_present, hash_integer,
                                         encode_integer};

/* ---- true or false ---- */

static bool read_truth(const struct field *f, const cJSON *value, struct field_reading *reading,
                       void *object)
{
	bool *truth = room_of(f, object);

	(void)reading;
	if (!cJSON_IsBool(value))
		return false;
	*truth = cJSON_IsTrue(value);
	note_given(f, object);
	return true;
}

static void hash_truth(const struct field *f, const void *object, struct arena *arena,
                       struct buf *content)
{
	const bool *truth = member_of(f, object);

	(void)arena;
	buf_add(content, (const uint8_t[]){*truth}, 1);
}

static void encode_truth(const struct field *f, const void *object, struct buf *b)
{
	const bool *truth = member_of(f, object);

	buf_add_string(b, *truth ? "true" : "false");
}

const struct field_kind kind_truth = {read_truth, is_given, hash_truth, encode_truth};

/* ---- what a show does about seats left alone ---- */

static const char *const singles_names[] = {[SINGLES_ALLOW] = "allow", [SINGLES_REFUSE] = "refuse"};

const char *singles_name(enum singles singles)
{
	return singles_names[singles];
}

static bool read_singles(const struct field *f, const cJSON *value, struct field_reading *reading,
                         void *object)
{
	enum singles *singles = room_of(f, object);
	struct text given = json_text(value);

	(void)reading;
	*singles = text_same(given, text_of(singles_names[SINGLES_REFUSE])) ? SINGLES_REFUSE
	                                                                    : SINGLES_ALLOW;
	return text_same(given, text_of(singles_names[*singles]));
}

static void hash_singles(const struct field *f, const void *object, struct arena *arena,
                         struct buf *content)
{
	const enum singles *singles = member_of(f, object);

	(void)arena;
	buf_add(content, (const uint8_t[]){(uint8_t)*singles}, 1);
}

static void encode_singles(const struct field *f, const void *object, struct buf *b)
{
	const enum singles *singles = member_of(f, object);

	json_add_text(b, text_of(singles_name(*singles)));
}

/* Of a policy alone, where `given` says whether it is there. */
const struct field_kind kind_singles = {read_singles, NULL, hash_singles, encode_singles};

/* ---- the ends of a sale window ---- */

static bool read_instant(const cJSON *value, bool *has, int64_t *wall_ms)
{
	*has = json_time(value, wall_ms) && *wall_ms >= 0; /* of 1970 or later */
	return *has;
}

static void hash_instant(int64_t wall_ms, struct buf *content)
{
	buf_add_u64(content, (uint64_t)wall_ms);
}

static bool read_window_from(const struct field *f, const cJSON *value,
                             struct field_reading *reading, void *object)
{
	struct sale_window *window = room_of(f, object);

	(void)reading;
	return read_instant(value, &window->has_from, &window->from_ms);
}

static bool read_window_until(const struct field *f, const cJSON *value,
                              struct field_reading *reading, void *object)
{
	struct sale_window *window = room_of(f, object);

	(void)reading;
	return read_instant(value, &window->has_until, &window->until_ms);
}

static bool from_is_present(const struct field *f, const void *object)
{
	const struct sale_window *window = member_of(f, object);

	return window->has_from;
}

static bool until_is_present(const struct field *f, const void *object)
{
	const struct sale_window *window = member_of(f, object);

	return window->has_until;
}

static void hash_from(const struct field *f, const void *object, struct arena *arena,
                      struct buf *content)
{
	const struct sale_window *window = member_of(f, object);

	(void)arena;
	hash_instant(window->from_ms, content);
}

static void hash_until(const struct field *f, const void *object, struct arena *arena,
                       struct buf *content)
{
	const struct sale_window *window = member_of(f, object);

	(void)arena;
	hash_instant(window->until_ms, content);
}

static void encode_from(const struct field *f, const void *object, struct buf *b)
{
	const struct sale_window *window = member_of(f, object);

	json_add_time(b, window->from_ms);
}

static void encode_until(const struct field *f, const void *object, struct buf *b)
{
	const struct sale_window *window = member_of(f, object);

	json_add_time(b, window->until_ms);
}

const struct field_kind kind_from = {read_window_from, from_is_present, hash_from, encode_from};
const struct field_kind kind_until = {read_window_until, until_is_present, hash_until,
                                      encode_until};
