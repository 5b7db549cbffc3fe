#include "common/pipeline/database_map.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/ranges.h"

#define BLANKS " \t"
#define DIGITS "0123456789"
#define RANGE_BYTES 24 /* of what may be quoted of an entry that is wrong */

/* A number up to DATABASE_MAP_PARTITION_MAX; -1: a greater one. */
static int32_t number_at(const char *digits)
{
	int32_t n = 0;

	for (; *digits >= '0' && *digits <= '9'; digits++) {
		n = n * 10 + (*digits - '0');
		if (n > DATABASE_MAP_PARTITION_MAX)
			return -1;
	}
	return n;
}

static void name_database(struct database *d)
{
	if (d->served.first == d->served.last)
		snprintf(d->name, sizeof d->name, "database of partition %d", (int)d->served.first);
	else
		snprintf(d->name, sizeof d->name, "database of partitions %d-%d", (int)d->served.first,
		         (int)d->served.last);
}

/* Nothing of a URL is quoted: only what begins it, as far as it reads like a range. */
static enum rc reject_range(size_t number, const char *at, struct err *e)
{
	size_t bytes = strspn(at, DIGITS "-");

	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               "--database-map: entry %zu must begin with N= or N-M=, 0..%d and N not above M, "
	               "got \"%.*s\"", number, DATABASE_MAP_PARTITION_MAX,
	               (int)(bytes < RANGE_BYTES ? bytes : RANGE_BYTES), at);
}

static enum rc read_entry(struct database *d, const struct ranges_entry *entry, size_t number,
                          struct err *e)
{
	const char *dash = memchr(entry->range.data, '-', entry->range.bytes);
	struct text url = entry->value;

	d->served.first = number_at(entry->range.data);
	d->served.last = dash ? number_at(dash + 1) : d->served.first;
	if (d->served.first < 0 || d->served.last < d->served.first)
		return reject_range(number, entry->range.data, e);
	if (!url.bytes || url.data[url.bytes - 1] == ',')
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--database-map: entry %zu, %.*s=, must have a URL, and no comma behind it",
		               number, TEXT_ARGS(entry->range));
	name_database(d);
	return RC_OK;
}

static int compare_first(const void *a, const void *b)
{
	const struct database *x = a, *y = b;

	return (x->served.first > y->served.first) - (x->served.first < y->served.first);
}

static enum rc read_entries(struct database_map *map, const struct db_settings *session,
                            struct err *e)
{
	const char *at = map->text;
	struct ranges_entry entry;

	do {
		struct database *d = &map->list[map->count];

		if (!ranges_take(&at, &entry))
			return reject_range(map->count + 1, at + strspn(at, BLANKS), e);
		d->settings = *session;
		if (read_entry(d, &entry, ++map->count, e))
			return e->rc;
		d->settings.url = entry.value.data;
	} while (*at);
	/* Only now, as a URL's end is looked for in the whole text. */
	for (at = map->text; ranges_take(&at, &entry);)
		map->text[entry.value.data + entry.value.bytes - map->text] = '\0';
	return RC_OK;
}

static enum rc refuse_overlap(struct database_map *map, struct err *e)
{
	qsort(map->list, map->count, sizeof map->list[0], compare_first);
	for (size_t i = 1; i < map->count; i++) {
		struct partition_range one = map->list[i - 1].served, other = map->list[i].served;

		if (other.first <= one.last)
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "--database-map: a partition must have one database: %d-%d and %d-%d "
			               "overlap", (int)one.first, (int)one.last, (int)other.first,
			               (int)other.last);
	}
	return RC_OK;
}

/* " 4-5 7" of those that no entry has. */
static void list_missing(const struct database_map *map, int32_t partition_count, struct buf *to)
{
	int32_t next = 0;

	for (size_t i = 0; i <= map->count && next < partition_count; i++) {
		int32_t first = i < map->count ? map->list[i].served.first : partition_count;

		if (first > partition_count)
			first = partition_count;
		if (first == next + 1)
			buf_print(to, " %d", (int)next);
		else if (first > next)
			buf_print(to, " %d-%d", (int)next, (int)first - 1);
		if (i < map->count)
			next = map->list[i].served.last + 1;
	}
}

static enum rc refuse_gaps(const struct database_map *map, int32_t partition_count, struct err *e)
{
	struct buf missing = {0};
	enum rc rc = RC_OK;

	list_missing(map, partition_count, &missing);
	if (missing.failed)
		rc = err_out_of_memory(e);
	else if (missing.bytes)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS,
		             "--database-map: of partitions 0-%d these have no database:%.300s",
		             (int)partition_count - 1, missing.data);
	buf_release(&missing);
	return rc;
}

/* No more than there are commas between them. */
static size_t count_entries_max(const char *text)
{
	size_t count = 1;

	for (; *text; text++)
		count += *text == ',';
	return count;
}

enum rc database_map_read(struct database_map *map, const char *text, const char *url,
                          const struct db_settings *session, struct err *e)
{
	*map = (struct database_map){0};
	if (!text && !url)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "no database: set DATABASE_URL, --database-url or --database-map");
	if (text && url)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--database-map and --database-url (or DATABASE_URL): one of them, not both");
	map->list = calloc(text ? count_entries_max(text) : 1, sizeof map->list[0]);
	if (!map->list || (text && !(map->text = strdup(text))))
		return err_out_of_memory(e);
	if (!text) {
		map->count = 1;
		map->list[0] = (struct database){.settings = *session, .served = {0, -1}};
		map->list[0].settings.url = url;
		return RC_OK;
	}
	if (read_entries(map, session, e) || refuse_overlap(map, e))
		return e->rc;
	return refuse_gaps(map, database_map_partitions(map), e);
}

void database_map_release(struct database_map *map)
{
	free(map->list);
	free(map->text);
	*map = (struct database_map){0};
}

enum rc database_map_fit(struct database_map *map, int32_t partition_count, struct err *e)
{
	const struct partition_range *last = &map->list[map->count - 1].served;

	if (!map->text) {
		map->list[0].served.last = partition_count - 1;
		return RC_OK;
	}
	if (refuse_gaps(map, partition_count, e))
		return e->rc;
	if (last->last >= partition_count)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--database-map: entry %d-%d is beyond the topic's partitions, 0-%d",
		               (int)last->first, (int)last->last, (int)partition_count - 1);
	return RC_OK;
}

int32_t database_map_partitions(const struct database_map *map)
{
	return map->text ? map->list[map->count - 1].served.last + 1 : 0;
}

const struct database *database_of(const struct database_map *map, int32_t partition)
{
	size_t low = 0, high = map->count;

	/* The last one that does not begin behind it. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (map->list[middle].served.first <= partition)
			low = middle;
		else
			high = middle;
	}
	assert(!map->text || (map->list[low].served.first <= partition &&
	                      partition <= map->list[low].served.last));
	return &map->list[low];
}

void database_blame(const struct database *database, struct err *e)
{
	char text[ERR_TEXT_BYTES];

	if (!database->name[0] || !strncmp(e->text, database->name, strlen(database->name)))
		return;
	snprintf(text, sizeof text, "%s", e->text);
	snprintf(e->text, sizeof e->text, "%s: %.400s", database->name, text);
}
