#include "common/message/tree.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/instant.h"
#include "common/message/scan.h"

static int compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Does a key come twice in this object itself? Also true where memory runs out. */
static bool has_key_twice(const cJSON *object, struct arena *arena)
{
	size_t count = (size_t)cJSON_GetArraySize(object), i = 0;
	const char **keys = arena_take(arena, count * sizeof *keys);

	if (!keys)
		return true;
	for (const cJSON *member = object->child; member; member = member->next)
		keys[i++] = member->string;
	qsort(keys, count, sizeof *keys, compare_keys);
	for (i = 1; i < count; i++)
		if (strcmp(keys[i - 1], keys[i]) == 0)
			return true;
	return false;
}

/* In this value or in any below it; the scan has bounded the depth. */
static bool has_key_twice_below(const cJSON *value, struct arena *arena)
{
	if (cJSON_IsObject(value) && has_key_twice(value, arena))
		return true;
	for (const cJSON *child = value->child; child; child = child->next)
		if (child->child && has_key_twice_below(child, arena))
			return true;
	return false;
}

struct cJSON *json_parse(struct text json, struct arena *arena, const char **why)
{
	const char *end;
	cJSON *tree;

	if (!scan_is_strict_object(json, why))
		return NULL;
	tree = cJSON_ParseWithLengthOpts(json.data, json.bytes, &end, false);
	if (!tree) { /* cJSON takes whatever the scan takes: it is the memory */
		arena_fail(arena);
		*why = "out of memory";
		return NULL;
	}
	if (has_key_twice_below(tree, arena)) {
		cJSON_Delete(tree);
		*why = arena->failed ? "out of memory" : "a key twice in one object";
		return NULL;
	}
	return tree;
}

const struct cJSON *json_member(const struct cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

struct text json_text(const struct cJSON *value)
{
	return text_of(cJSON_IsString(value) ? value->valuestring : NULL);
}

bool json_integer(const struct cJSON *value, int64_t min, int64_t max, int64_t *integer)
{
	if (!cJSON_IsNumber(value) ||
	    !(value->valuedouble >= (double)min && value->valuedouble <= (double)max))
		return false;
	*integer = (int64_t)value->valuedouble;
	return (double)*integer == value->valuedouble;
}

bool json_time(const struct cJSON *value, int64_t *wall_ms)
{
	static const char form[] = "0000-00-00T00:00:00.000Z"; /* 0: any digit */
	struct text given = json_text(value);

	if (given.bytes != sizeof form - 1)
		return false;
	for (size_t i = 0; i < given.bytes; i++) {
		char c = given.data[i];

		if (form[i] == '0' ? c < '0' || c > '9' : c != form[i])
			return false;
	}
	return instant_parse(given.data, wall_ms) == 0;
}

static void add_escape(struct buf *b, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	static const char named[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
	const char *found = c ? strchr(named, c) : NULL;
	char escape[6] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};

	if (found)
		escape[1] = names[found - named];
	buf_add(b, escape, found ? 2 : sizeof escape);
}

void json_add_text(struct buf *b, struct text t)
{
	size_t start = 0;

	buf_add(b, "\"", 1);
	for (size_t i = 0; i < t.bytes; i++) {
		unsigned char c = (unsigned char)t.data[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(b, t.data + start, i - start);
		add_escape(b, c);
		start = i + 1;
	}
	if (t.bytes > start)
		buf_add(b, t.data + start, t.bytes - start);
	buf_add(b, "\"", 1);
}

void json_add_texts(struct buf *b, const struct text *texts, size_t count)
{
	buf_add(b, "[", 1);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add(b, ",", 1);
		json_add_text(b, texts[i]);
	}
	buf_add(b, "]", 1);
}

void json_add_integer(struct buf *b, int64_t integer)
{
	uint64_t rest = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;
	char text[20]; /* of 2^63 and its sign */
	size_t start = sizeof text;

	do {
		text[--start] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (integer < 0)
		text[--start] = '-';
	buf_add(b, text + start, sizeof text - start);
}

void json_add_uuid(struct buf *b, const struct uuid *id)
{
	char text[UUID_TEXT_CHARS + 1];

	uuid_encode(id, text);
	buf_add(b, "\"", 1);
	buf_add(b, text, UUID_TEXT_CHARS);
	buf_add(b, "\"", 1);
}

void json_add_time(struct buf *b, int64_t wall_ms)
{
	char text[INSTANT_TEXT_BYTES];

	instant_print(wall_ms, text);
	buf_add(b, "\"", 1);
	buf_add(b, text, INSTANT_TEXT_BYTES - 1);
	buf_add(b, "\"", 1);
}

void json_add_place(struct buf *b, const char *topic, int32_t partition, int64_t offset)
{
	buf_add_string(b, ",\"request\":{\"topic\":");
	json_add_text(b, text_of(topic));
	buf_add_string(b, ",\"partition\":");
	json_add_integer(b, partition);
	buf_add_string(b, ",\"offset\":");
	json_add_integer(b, offset);
	buf_add_string(b, "}}");
}
