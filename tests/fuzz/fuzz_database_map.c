/*
 * Any text as --database-map, held against a plain reading of it: where the entries are, which
 * partitions each has, what is refused; and of no URL's password is anything shown.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mask.h"
#include "common/pipeline/database_map.h"
#include "tests/fuzz/fuzz.h"

#define ENTRIES_MAX 2048 /* as many as libFuzzer's longest input has bytes */
#define PASSWORD_BYTES_MIN 3

struct plain {
	long first, last;
	char *url;
};

static struct plain entries[ENTRIES_MAX];
static size_t entry_count;

static void forget(void)
{
	while (entry_count)
		free(entries[--entry_count].url);
}

/* "N=" or "N-M=" at the place, blanks before it; where its URL begins, or NULL. */
static char *read_range(char *at, struct plain *p)
{
	char *end;

	at += strspn(at, " \t");
	if (*at < '0' || *at > '9')
		return NULL;
	p->first = p->last = strtol(at, &end, 10);
	if (*end == '-') {
		at = end + 1;
		if (*at < '0' || *at > '9')
			return NULL;
		p->last = strtol(at, &end, 10);
	}
	return *end == '=' ? end + 1 : NULL;
}

static char *trimmed(const char *at, size_t bytes)
{
	while (bytes && strchr(" \t", at[bytes - 1]))
		bytes--;
	return strndup(at, bytes);
}

/* false: the text does not begin with an entry. */
static bool read_plainly(char *text)
{
	struct plain p, next;
	char *url = read_range(text, &p);

	while (url) {
		char *comma = url, *after = NULL;

		while ((comma = strchr(comma, ',')) && !(after = read_range(comma + 1, &next)))
			comma++;
		entries[entry_count] = p;
		entries[entry_count++].url =
		    trimmed(url, comma ? (size_t)(comma - url) : strlen(url));
		if (!comma)
			return true;
		p = next;
		url = after;
	}
	return false;
}

/* How many entries have the partition. */
static size_t count_of(long partition)
{
	size_t count = 0;

	for (size_t i = 0; i < entry_count; i++)
		count += entries[i].first <= partition && partition <= entries[i].last;
	return count;
}

static bool is_good(void)
{
	long last = -1;

	for (size_t i = 0; i < entry_count; i++) {
		size_t bytes = strlen(entries[i].url);

		if (entries[i].first > entries[i].last || entries[i].last > DATABASE_MAP_PARTITION_MAX ||
		    !bytes || entries[i].url[bytes - 1] == ',')
			return false;
		last = entries[i].last > last ? entries[i].last : last;
	}
	for (long p = 0; p <= last; p++)
		if (count_of(p) != 1)
			return false;
	return true;
}

static void check_map(struct database_map *map)
{
	int32_t count = database_map_partitions(map);
	struct err e;

	FUZZ_CHECK(map->count == entry_count);
	for (int32_t p = 0; p < count; p++) {
		const struct database *d = database_of(map, p);

		for (size_t i = 0; i < entry_count; i++)
			if (entries[i].first <= p && p <= entries[i].last)
				FUZZ_CHECK(!strcmp(d->settings.url, entries[i].url));
	}
	FUZZ_CHECK(database_map_fit(map, count, &e) == RC_OK);
	FUZZ_CHECK(database_map_fit(map, count + 1, &e) == RC_USAGE);
	FUZZ_CHECK(count == 1 || database_map_fit(map, count - 1, &e) == RC_USAGE);
}

static size_t count_word(const char *text, const char *word)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, word)); at++)
		count++;
	return count;
}

/* A password that stands elsewhere, too, as a name say, is seen less often all the same. */
static void check_hidden(const char *text, const char *shown)
{
	for (size_t i = 0; i < entry_count; i++) {
		PQconninfoOption *options = PQconninfoParse(entries[i].url, NULL);

		for (const PQconninfoOption *o = options; o && o->keyword; o++)
			if (o->val && strstr(o->keyword, "password") && strlen(o->val) >= PASSWORD_BYTES_MIN &&
			    !strchr(o->val, '*') && strstr(text, o->val))
				FUZZ_CHECK(count_word(shown, o->val) < count_word(text, o->val));
		PQconninfoFree(options);
	}
}

void fuzz_database_map(const uint8_t *data, size_t bytes)
{
	const struct db_settings session = {.program = "fuzz"};
	struct buf text = {0}, shown = {0};
	struct database_map map = {0};
	struct err e;
	bool is_read;
	enum rc rc;

	if (bytes > ENTRIES_MAX)
		return;
	buf_add(&text, data, bytes);
	is_read = read_plainly(text.data);
	rc = database_map_read(&map, text.data, NULL, &session, &e);
	FUZZ_CHECK((rc == RC_OK) == (is_read && is_good()));
	if (rc)
		FUZZ_CHECK(rc == RC_USAGE && e.origin == FROM_SETTINGS);
	else
		check_map(&map);
	mask_urls(text.data, &shown);
	buf_add(&shown, "", 0);
	check_hidden(text.data, shown.data);
	FUZZ_CHECK(is_read || !*text.data || !strcmp(shown.data, MASK_TEXT));
	database_map_release(&map);
	forget();
	buf_release(&text);
	buf_release(&shown);
}
