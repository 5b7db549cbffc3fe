#include "common/http/query.h"

#include <stdbool.h>
#include <string.h>

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The next byte that is meant, or -1: no escape, where there must be one. */
static int next(struct text *rest)
{
	int high, low;
	char c = *rest->data;

	if (c != '%') {
		rest->data++;
		rest->bytes--;
		return c == '+' ? ' ' : (unsigned char)c;
	}
	if (rest->bytes < 3)
		return -1;
	high = hex(rest->data[1]);
	low = hex(rest->data[2]);
	rest->data += 3;
	rest->bytes -= 3;
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

bool query_decode(struct text encoded, struct buf *decoded)
{
	while (encoded.bytes) {
		int byte = next(&encoded);
		char c = (char)byte;

		if (byte < 0)
			return false;
		buf_add(decoded, &c, 1);
	}
	return true;
}

/* Does it decode to that name? false with *is_bad: it does not decode. */
static bool is_named(struct text encoded, const char *name, bool *is_bad)
{
	bool is_same = true;

	while (encoded.bytes) {
		int byte = next(&encoded);

		if (byte < 0) {
			*is_bad = true;
			return false;
		}
		is_same = is_same && *name && byte == (unsigned char)*name;
		name += is_same;
	}
	return is_same && !*name;
}

static struct text cut(struct text *rest, char at)
{
	const char *end = rest->bytes ? memchr(rest->data, at, rest->bytes) : NULL;
	struct text first = {rest->data, end ? (size_t)(end - rest->data) : rest->bytes};
	size_t gone = first.bytes + (end ? 1 : 0);

	if (gone)
		rest->data += gone;
	rest->bytes -= gone;
	return first;
}

enum query_found query_find(struct text query, const char *name, struct buf *value)
{
	struct text found = {NULL, 0};
	size_t count = 0;
	bool is_bad = false;

	buf_clear(value);
	while (query.bytes) {
		struct text rest = cut(&query, '&');
		struct text first = cut(&rest, '=');

		if (is_named(first, name, &is_bad)) {
			found = rest;
			count++;
		}
		(void)is_named(rest, "", &is_bad);
	}
	if (is_bad || count != 1)
		return is_bad ? QUERY_BAD : count ? QUERY_TWICE : QUERY_ABSENT;
	(void)query_decode(found, value);
	return value->failed ? QUERY_NO_MEMORY : QUERY_FOUND;
}
