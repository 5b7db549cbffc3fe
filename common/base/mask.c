#include "common/base/mask.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/ranges.h"

#define BLANKS " \t\n\r\v\f" /* as libpq sees them */

static bool holds_word(const char *text, size_t bytes, const char *word)
{
	size_t word_bytes = strlen(word);

	for (size_t i = 0; i + word_bytes <= bytes; i++)
		if (strncasecmp(text + i, word, word_bytes) == 0)
			return true;
	return false;
}

bool mask_name_is_secret(const char *name)
{
	/* A command may have a password, an extension may be one. */
	static const char *const words[] = {"password",           "secret",
	                                    "key",                "token",
	                                    "jaas",               "credential",
	                                    "oauthbearer.config", "oauthbearer.extensions",
	                                    "kinit.cmd"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (holds_word(name, strlen(name), words[i]))
			return true;
	return false;
}

/* scheme://user:password@host/name?password=... */
static void add_url(const char *url, const char *authority, struct buf *to)
{
	size_t authority_bytes = strcspn(authority, "/?");
	const char *at = NULL, *colon, *query;

	for (const char *c = authority; *c; c++)
		if (*c == '@')
			at = c;
	/* The password has a character that should be escaped, so its end is not known: mask it all. */
	if (at && at > authority + authority_bytes) {
		buf_add_string(to, MASK_TEXT);
		return;
	}
	colon = at ? memchr(authority, ':', (size_t)(at - authority)) : NULL;
	if (colon) {
		buf_add(to, url, (size_t)(colon + 1 - url));
		buf_add_string(to, MASK_TEXT);
		url = at;
	}
	query = strchr(url, '?');
	while (query) {
		size_t name_bytes = strcspn(query + 1, "=&");

		buf_add(to, url, (size_t)(query + 1 - url) + name_bytes);
		url = query + 1 + name_bytes;
		/* libpq reads %70assword as a name, too. */
		if (*url == '=' && (holds_word(query + 1, name_bytes, "password") ||
		                    memchr(query + 1, '%', name_bytes))) {
			buf_add_string(to, "=" MASK_TEXT);
			url += strcspn(url, "&");
		}
		query = strchr(url, '&');
	}
	buf_add_string(to, url);
}

/* name = value 'in quotes' ...; what does not read so is masked whole. */
static bool add_keywords(const char *at, struct buf *to)
{
	while (*(at += strspn(at, BLANKS))) {
		const char *name = at;
		size_t name_bytes = strcspn(at, "=" BLANKS);
		const char *value = at + name_bytes;

		value += strspn(value, BLANKS);
		if (*value++ != '=' || !name_bytes)
			return false;
		value += strspn(value, BLANKS);
		at = value;
		if (*at == '\'') {
			for (at++; *at && *at != '\''; at++)
				at += *at == '\\' && at[1];
			if (!*at++)
				return false;
		} else {
			for (; *at && !strchr(BLANKS, *at); at++)
				at += *at == '\\' && at[1];
		}
		buf_print(to, "%s%.*s=", to->bytes ? " " : "", (int)name_bytes, name);
		if (holds_word(name, name_bytes, "password"))
			buf_add_string(to, MASK_TEXT);
		else
			buf_add(to, value, (size_t)(at - value));
	}
	return true;
}

void mask_url(const char *secret, struct buf *to)
{
	struct buf keywords = {0};

	if (strncmp(secret, "postgresql://", 13) == 0)
		add_url(secret, secret + 13, to);
	else if (strncmp(secret, "postgres://", 11) == 0)
		add_url(secret, secret + 11, to);
	else if (add_keywords(secret, &keywords))
		buf_add_text(to, buf_text(&keywords));
	else
		buf_add_string(to, MASK_TEXT);
	to->failed = to->failed || keywords.failed;
	buf_release(&keywords);
}

/* One entry of a list, masked; false: nothing of its URL may be shown. */
static bool mask_entry(const struct ranges_entry *entry, struct buf *to)
{
	char *url = strndup(entry->value.data, entry->value.bytes);
	struct buf masked = {0};
	bool is_shown;

	if (url)
		mask_url(url, &masked);
	is_shown = masked.bytes && strcmp(masked.data, MASK_TEXT) != 0;
	buf_print(to, "%s%.*s=", to->bytes ? "," : "", TEXT_ARGS(entry->range));
	buf_add_text(to, buf_text(&masked));
	to->failed = to->failed || !url || masked.failed;
	buf_release(&masked);
	free(url);
	return is_shown;
}

void mask_urls(const char *text, struct buf *to)
{
	struct buf all = {0};
	struct ranges_entry entry;
	bool is_shown = true;

	while (ranges_take(&text, &entry))
		is_shown = mask_entry(&entry, &all) && is_shown;
	/* What cannot be read may be the rest of a password with a comma in it: nothing is shown. */
	if (*text || !is_shown)
		buf_add_string(to, MASK_TEXT);
	else
		buf_add_text(to, buf_text(&all));
	to->failed = to->failed || all.failed;
	buf_release(&all);
}
