#include "gateway/api/preferences.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define WAIT_SECONDS_MAX 1000000

/* ---- lists ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct text trim(struct text t)
{
	while (t.bytes && is_blank(t.data[0]))
		t.data++, t.bytes--;
	while (t.bytes && is_blank(t.data[t.bytes - 1]))
		t.bytes--;
	return t;
}

/* What stands before the next separator that is in no quotes, without blanks around it. */
static struct text cut(struct text *rest, char separator)
{
	struct text piece = *rest;
	bool is_quoted = false;
	size_t at = 0;

	for (; at < rest->bytes && (is_quoted || rest->data[at] != separator); at++)
		if (rest->data[at] == '"')
			is_quoted = !is_quoted;
	piece.bytes = at;
	at += at < rest->bytes;
	rest->data += at;
	rest->bytes -= at;
	return trim(piece);
}

static bool is_name(struct text t, const char *name)
{
	return t.bytes == strlen(name) && !strncasecmp(t.data, name, t.bytes);
}

/* ---- Prefer ---- */

/* -1: it is no number. */
static int64_t read_seconds(struct text value)
{
	int64_t seconds = 0;

	if (value.bytes >= 2 && value.data[0] == '"' && value.data[value.bytes - 1] == '"')
		value = (struct text){value.data + 1, value.bytes - 2};
	for (size_t i = 0; i < value.bytes; i++) {
		if (!isdigit((unsigned char)value.data[i]))
			return -1;
		if (seconds < WAIT_SECONDS_MAX)
			seconds = seconds * 10 + (value.data[i] - '0');
	}
	return value.bytes ? seconds : -1;
}

void preferences_read(struct preferences *preferences, struct text prefer)
{
	while (prefer.bytes) {
		struct text value = cut(&prefer, ','), name;
		int64_t seconds;

		value = cut(&value, ';'); /* without its parameters */
		name = cut(&value, '=');
		if (is_name(name, "respond-async"))
			preferences->is_async = true;
		if (!is_name(name, "wait") || preferences->wait_ms)
			continue;
		seconds = read_seconds(trim(value));
		if (seconds >= 0)
			preferences->wait_ms = seconds ? seconds * 1000 : 1;
	}
}

/* ---- Accept ---- */

/* Is there a q=0 among the parameters? */
static bool is_weightless(struct text parameters)
{
	while (parameters.bytes) {
		struct text weight = cut(&parameters, ';');

		if (weight.bytes < 2 || strncasecmp(weight.data, "q=", 2) != 0)
			continue;
		for (size_t i = 2; i < weight.bytes; i++)
			if (weight.data[i] >= '1' && weight.data[i] <= '9')
				return false;
		return true;
	}
	return false;
}

/* How much a range says of a type: 0 nothing, as it is of others; 3: it is the type itself. */
static unsigned match(struct text range, const char *type)
{
	size_t family = (size_t)(strchr(type, '/') - type) + 1;

	if (is_name(range, type))
		return 3;
	if (range.bytes == family + 1 && range.data[family] == '*' &&
	    !strncasecmp(range.data, type, family))
		return 2;
	return is_name(range, "*/*");
}

bool accept_takes(struct text accept, const char *type)
{
	bool takes = !trim(accept).bytes;
	unsigned said = 0;

	while (accept.bytes) {
		struct text parameters = cut(&accept, ',');
		struct text range = cut(&parameters, ';');
		unsigned says = match(range, type);

		if (says > said || (says && says == said && !takes)) {
			said = says;
			takes = !is_weightless(parameters);
		}
	}
	return takes;
}

bool accept_names(struct text accept, const char *type)
{
	while (accept.bytes) {
		struct text parameters = cut(&accept, ',');

		if (is_name(cut(&parameters, ';'), type) && !is_weightless(parameters))
			return true;
	}
	return false;
}

bool accept_encoding_takes_gzip(struct text accept_encoding)
{
	return accept_names(accept_encoding, "gzip");
}
