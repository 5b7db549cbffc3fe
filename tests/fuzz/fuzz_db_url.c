/*
 * Any bytes as a database URL: of what libpq can read, --print-config does not show the password.
 */
#include <ctype.h>
#include <libpq-fe.h>
#include <string.h>

#include "common/base/mask.h"
#include "tests/fuzz/fuzz.h"

#define PASSWORD_BYTES_MIN 3 /* a shorter one is found in anything */

static int hex(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) % 16 : -1;
}

/*
 * As libpq reads it: a URL with its %XX, keywords with their backslashes, and without blanks, of
 * which --print-config keeps no more than it must.
 */
static struct buf decode(const char *text, bool is_url)
{
	struct buf decoded = {0};

	buf_add(&decoded, "", 0);
	for (; *text; text++) {
		int high = is_url && *text == '%' ? hex(text[1]) : -1;
		int low = high >= 0 ? hex(text[2]) : -1;
		char c = low >= 0 ? (char)(high * 16 + low) : *text;

		if (!is_url && c == '\\' && text[1])
			c = *++text;
		if (is_url || !isspace((unsigned char)c))
			buf_add(&decoded, &c, 1);
		text += low >= 0 ? 2 : 0;
	}
	return decoded;
}

static size_t count(const struct buf *text, const char *word)
{
	size_t found = 0;

	for (const char *at = text->data; (at = strstr(at, word)) != NULL; at++)
		found++;
	return found;
}

/* Where it stands elsewhere too, as a user's name say, it is seen once less at least. */
static void check_hidden(const char *url, const char *masked, const char *password)
{
	bool is_url = !strncmp(url, "postgresql://", 13) || !strncmp(url, "postgres://", 11);
	struct buf before = decode(url, is_url), after = decode(masked, is_url), word = {0};

	for (; *password; password++)
		if (is_url || !isspace((unsigned char)*password))
			buf_add(&word, password, 1);
	if (word.bytes >= PASSWORD_BYTES_MIN && !strchr(word.data, '*'))
		FUZZ_CHECK(count(&after, word.data) < count(&before, word.data));
	buf_release(&before);
	buf_release(&after);
	buf_release(&word);
}

void fuzz_db_url(const uint8_t *data, size_t bytes)
{
	struct buf url = {0}, masked = {0};
	PQconninfoOption *options;
	char *why = NULL;

	buf_add(&url, data, bytes);
	mask_url(url.data, &masked);
	FUZZ_CHECK(!masked.failed);
	buf_add(&masked, "", 0);
	options = PQconninfoParse(url.data, &why);
	for (const PQconninfoOption *o = options; o && o->keyword; o++)
		if (o->val && strstr(o->keyword, "password"))
			check_hidden(url.data, masked.data, o->val);
	PQconninfoFree(options);
	PQfreemem(why);
	buf_release(&url);
	buf_release(&masked);
}
