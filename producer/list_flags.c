#include "producer/list_flags.h"

#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 9 /* which fit in 32 bits */

struct text *list_cut(const char *list, struct arena *arena, size_t *count)
{
	struct text *names;

	*count = 0;
	if (!list)
		return NULL;
	for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		++*count;
	names = arena_take(arena, *count * sizeof *names);
	for (size_t i = 0; names && i < *count; i++) {
		list += strspn(list, " ");
		names[i] = (struct text){list, strcspn(list, ",")};
		list += names[i].bytes + 1;
	}
	return names;
}

/* "ID:N", whose end is a comma's or the whole list's. */
static bool read_area(struct text given, struct area_count *area)
{
	size_t digits = 0;

	while (digits < given.bytes && strchr("0123456789", given.data[given.bytes - 1 - digits]))
		digits++;
	if (digits < 1 || digits > DIGITS_MAX || given.bytes == digits ||
	    given.data[given.bytes - 1 - digits] != ':')
		return false;
	area->area_id = (struct text){given.data, given.bytes - 1 - digits};
	area->count = (int32_t)strtol(given.data + given.bytes - digits, NULL, 10);
	return true;
}

enum rc list_read_areas(const char *list, const char *flag, struct arena *arena,
                        const struct area_count **areas, size_t *count, struct err *e)
{
	struct text *given = list_cut(list, arena, count);
	struct area_count *read = arena_take(arena, (*count + 1) * sizeof *read);

	if (arena->failed)
		return err_out_of_memory(e);
	for (size_t i = 0; i < *count; i++)
		if (!read_area(given[i], &read[i]))
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "command line: --%s must be ID:N for each area, comma-separated", flag);
	*areas = read;
	return RC_OK;
}
