#include "common/base/json.h"

#include <string.h>

#include "common/base/eight.h"
#include "common/base/instant.h"

#define KEY_USUAL_BYTES 40

/* ---- a value alone ---- */

/* named: the control bytes that have a letter, and names: these letters. */
static void add_escape(struct buf *b, unsigned char c, const char *named, const char *names)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(named, c) : NULL;
	char escape[6] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};

	if (found)
		escape[1] = names[found - named];
	buf_add(b, escape, found ? 2 : sizeof escape);
}

/* From there on eight bytes at a time, as long as none of them needs an escape. */
static size_t plain_end(struct text t, size_t from)
{
	for (uint64_t eight; t.bytes - from >= sizeof eight; from += sizeof eight) {
		memcpy(&eight, t.data + from, sizeof eight);
		if (eight_has_below(eight, 0x20) || eight_has(eight, '"') || eight_has(eight, '\\'))
			break;
	}
	return from;
}

void json_add_text(struct buf *b, struct text t)
{
	size_t start = 0;

	buf_add(b, "\"", 1);
	for (size_t i = plain_end(t, 0); i < t.bytes; i = plain_end(t, i + 1)) {
		unsigned char c = (unsigned char)t.data[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(b, t.data + start, i - start);
		add_escape(b, c, "\"\\\b\f\n\r\t", "\"\\bfnrt");
		start = i + 1;
	}
	if (t.bytes > start)
		buf_add(b, t.data + start, t.bytes - start);
	buf_add(b, "\"", 1);
}

void json_add_safe_text(struct buf *b, struct text t)
{
	buf_add(b, "\"", 1);
	for (size_t i = 0; i < t.bytes; i++) {
		unsigned char c = (unsigned char)t.data[i];

		if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
			add_escape(b, c, "\"\\", "\"\\");
		else
			buf_add(b, &t.data[i], 1);
	}
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

/* ---- a document ---- */

/* All that stands before a value. */
static struct buf *begin(struct json *j, const char *key)
{
	size_t key_bytes = key ? strlen(key) : 0, bytes = 0;
	char before[KEY_USUAL_BYTES + 5]; /* in one piece, if it is short enough */

	if (j->needs_comma)
		before[bytes++] = ',';
	if (j->is_line_ended)
		before[bytes++] = '\n';
	if (key)
		before[bytes++] = '"';
	if (key_bytes > KEY_USUAL_BYTES) {
		buf_add(j->to, before, bytes);
		buf_add(j->to, key, key_bytes);
		bytes = 0;
	} else if (key) {
		memcpy(before + bytes, key, key_bytes);
		bytes += key_bytes;
	}
	if (key) {
		before[bytes++] = '"';
		before[bytes++] = ':';
	}
	buf_add(j->to, before, bytes);
	j->needs_comma = true;
	j->is_line_ended = false;
	return j->to;
}

static void open(struct json *j, const char *key, const char *bracket)
{
	buf_add(begin(j, key), bracket, 1);
	j->needs_comma = false;
}

static void close(struct json *j, const char *bracket)
{
	buf_add(j->to, bracket, 1);
	j->needs_comma = true;
}

void json_open_object(struct json *j, const char *key)
{
	open(j, key, "{");
}

void json_close_object(struct json *j)
{
	close(j, "}");
}

void json_open_array(struct json *j, const char *key)
{
	open(j, key, "[");
}

void json_close_array(struct json *j)
{
	close(j, "]");
}

void json_write_text(struct json *j, const char *key, struct text t)
{
	if (t.data)
		json_add_text(begin(j, key), t);
	else
		json_write_null(j, key);
}

void json_write_string(struct json *j, const char *key, const char *string)
{
	json_write_text(j, key, text_of(string));
}

void json_write_integer(struct json *j, const char *key, int64_t integer)
{
	json_add_integer(begin(j, key), integer);
}

void json_write_real(struct json *j, const char *key, double real, int decimals)
{
	buf_print(begin(j, key), "%.*f", decimals, real);
}

void json_write_bool(struct json *j, const char *key, bool is_true)
{
	buf_add_string(begin(j, key), is_true ? "true" : "false");
}

void json_write_null(struct json *j, const char *key)
{
	buf_add_string(begin(j, key), "null");
}

void json_write_uuid(struct json *j, const char *key, const struct uuid *id)
{
	json_add_uuid(begin(j, key), id);
}

void json_write_time(struct json *j, const char *key, int64_t wall_ms)
{
	json_add_time(begin(j, key), wall_ms);
}

void json_write_made(struct json *j, const char *key, struct text made)
{
	buf_add_text(begin(j, key), made);
}

void json_end_line(struct json *j)
{
	j->is_line_ended = true;
}

void json_print(struct json *j, FILE *out)
{
	if (j->to->failed || !j->to->bytes)
		return;
	fwrite(j->to->data, 1, j->to->bytes, out);
	buf_clear(j->to);
}
