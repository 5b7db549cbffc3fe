#include "gateway/api/intent.h"

#include <string.h>

#include "common/base/digest.h"

#define TIME_BYTES 6 /* of a UUID of version 7 or 8, in milliseconds */

static bool is_visible(char c)
{
	return c > ' ' && c < 0x7f;
}

bool intent_read_key(struct text header, char *buffer, struct text *key)
{
	bool is_quoted = header.bytes >= 2 && header.data[0] == '"' &&
	                 header.data[header.bytes - 1] == '"';
	size_t end = is_quoted ? header.bytes - 1 : header.bytes, chars = 0;

	for (size_t i = is_quoted; i < end; i++) {
		char c = header.data[i];

		if (is_quoted && c == '\\') {
			if (++i >= end || (header.data[i] != '"' && header.data[i] != '\\'))
				return false;
			c = header.data[i];
		} else if (c == '"') {
			return false;
		}
		if (!is_visible(c) || chars == INTENT_KEY_CHARS_MAX)
			return false;
		buffer[chars++] = c;
	}
	*key = (struct text){buffer, chars};
	return chars > 0;
}

static bool is_version_7(const struct uuid *id)
{
	return id->bytes[6] >> 4 == 7;
}

struct uuid intent_request_id(struct text who, const char *operation, struct text key,
                              bool is_service)
{
	const struct text parts[] = {who, {"", 1}, text_of(operation), {"", 1}, key};
	uint8_t digest[SHA256_BYTES];
	struct uuid given, id = {{0}};
	bool is_uuid = uuid_decode(key, &given);

	if (is_uuid && is_service)
		return given;
	sha256(digest, parts, sizeof parts / sizeof parts[0]);
	if (is_uuid && is_version_7(&given))
		memcpy(id.bytes, given.bytes, TIME_BYTES);
	memcpy(id.bytes + TIME_BYTES, digest, sizeof id.bytes - TIME_BYTES);
	id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 8 << 4); /* version 8 */
	id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80);   /* variant */
	return id;
}
