#include "gateway/api/members.h"

#include <stddef.h>
#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip(struct text *left, size_t bytes)
{
	left->data += bytes;
	left->bytes -= bytes;
}

static void skip_space(struct text *left)
{
	while (left->bytes && is_space(left->data[0]))
		skip(left, 1);
}

/* Bytes of the string that begins here, its quotes included. */
static size_t string_bytes(struct text t)
{
	const char *begin = t.data + 1, *end = t.data + t.bytes, *quote, *escape;

	while (begin < end && (quote = memchr(begin, '"', (size_t)(end - begin)))) {
		escape = memchr(begin, '\\', (size_t)(quote - begin));
		if (!escape)
			return (size_t)(quote - t.data) + 1;
		begin = escape + 2;
	}
	return t.bytes;
}

/* Bytes of the value that begins here, up to the comma or bracket that ends it. */
static size_t value_bytes(struct text t)
{
	size_t depth = 0, i = 0;

	while (i < t.bytes) {
		char c = t.data[i];

		if (c == '"') {
			i += string_bytes((struct text){t.data + i, t.bytes - i});
			continue;
		}
		if (depth == 0 && (c == ',' || c == '}' || c == ']'))
			break;
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		i++;
	}
	while (i && is_space(t.data[i - 1]))
		i--;
	return i;
}

struct members members_open(struct text object)
{
	struct members members = {object};

	skip_space(&members.left);
	if (members.left.bytes)
		skip(&members.left, 1);
	return members;
}

bool members_next(struct members *members, struct member *member)
{
	struct text *left = &members->left;
	size_t bytes;

	skip_space(left);
	if (left->bytes && left->data[0] == ',')
		skip(left, 1);
	skip_space(left);
	if (!left->bytes || left->data[0] != '"')
		return false;
	bytes = string_bytes(*left);
	if (bytes < 2)
		return false;
	member->key = (struct text){left->data + 1, bytes - 2};
	skip(left, bytes);
	skip_space(left);
	if (!left->bytes || left->data[0] != ':')
		return false;
	skip(left, 1);
	skip_space(left);
	bytes = value_bytes(*left);
	member->value = (struct text){left->data, bytes};
	skip(left, bytes);
	return bytes > 0;
}
