#include "gateway/api/session.h"

#include <string.h>

#include "common/message/limits.h"
#include "common/message/request.h"

static struct topic_session session_of(const char *what, struct text value)
{
	const struct text parts[] = {text_of("holdfast-gateway"), {"", 1}, text_of(what), {"", 1},
	                             value};
	struct topic_session session;
	uint8_t digest[SHA256_BYTES];

	sha256(digest, parts, sizeof parts / sizeof parts[0]);
	base64url_encode(digest, sizeof digest, session.text);
	return session;
}

struct topic_session session_of_cookie(struct text value)
{
	return session_of("cookie", value);
}

struct topic_session session_of_header(struct text value)
{
	return session_of("header", value);
}

bool session_header_is_fit(struct text value)
{
	return value.bytes >= SESSION_HEADER_CHARS_MIN && id_is_well_formed(value, SECRET_BYTES_MAX);
}

bool session_token_is_fit(struct text value)
{
	return value.bytes == SESSION_CHARS && base64url_is_text(value);
}

static struct text trim(struct text t)
{
	while (t.bytes && (t.data[0] == ' ' || t.data[0] == '\t'))
		t.data++, t.bytes--;
	while (t.bytes && (t.data[t.bytes - 1] == ' ' || t.data[t.bytes - 1] == '\t'))
		t.bytes--;
	return t;
}

/* The part up to the next semicolon, taken off. */
static struct text take_pair(struct text *header)
{
	const char *end = memchr(header->data, ';', header->bytes);
	struct text pair = {header->data, end ? (size_t)(end - header->data) : header->bytes};
	size_t taken = end ? pair.bytes + 1 : pair.bytes;

	header->data += taken;
	header->bytes -= taken;
	return trim(pair);
}

enum cookie_found cookie_find(struct text header, const char *name, struct text *value)
{
	const struct text wanted = text_of(name);
	size_t count = 0;

	while (header.bytes) {
		struct text pair = take_pair(&header);

		if (pair.bytes <= wanted.bytes || pair.data[wanted.bytes] != '=' ||
		    memcmp(pair.data, wanted.data, wanted.bytes) != 0)
			continue;
		count++;
		*value = (struct text){pair.data + wanted.bytes + 1, pair.bytes - wanted.bytes - 1};
	}
	if (count > 1)
		return COOKIE_TWO;
	return count && value->bytes == COOKIE_CHARS && base64url_is_text(*value) ? COOKIE_ONE
	                                                                           : COOKIE_NONE;
}
