#include "audit/ask/what_if_times.h"

#include <stdlib.h>

#define MS_OF_SECOND INT64_C(1000)
#define MS_OF_MINUTE INT64_C(60000)
#define BEFORE_MS MS_OF_MINUTE
#define BEHIND_MS (10 * MS_OF_MINUTE)

static int64_t places_of(const struct change *change)
{
	int64_t places = (int64_t)change->seat_count;

	for (size_t i = 0; i < change->area_count; i++)
		places += change->areas[i].count;
	return places;
}

static int64_t sold_by(const struct fold *fold)
{
	int64_t sold = 0;

	for (size_t i = 0; i < fold->change_count; i++) {
		if (fold->changes[i].kind == EVENT_SOLD)
			sold += places_of(&fold->changes[i]);
		else if (fold->changes[i].kind == EVENT_CANCELLED)
			sold -= places_of(&fold->changes[i]);
	}
	return sold;
}

bool what_if_times_add(struct what_if_times *times, enum side side, const struct fold *fold,
                       int64_t given, int64_t refused)
{
	int64_t start_ms = fold->t_ms / MS_OF_SECOND * MS_OF_SECOND, sold = sold_by(fold);
	int64_t asked = side == SIDE_REAL && fold->verdict.type == REQUEST_RESERVE;
	struct time_row *row;

	if (!given && !refused && !sold && !asked)
		return true;
	HASH_FIND(hh, times->seconds, &start_ms, sizeof start_ms, row);
	if (!row) {
		row = calloc(1, sizeof *row);
		if (!row)
			return false;
		row->start_ms = start_ms;
		HASH_ADD(hh, times->seconds, start_ms, sizeof row->start_ms, row);
		if (!row->hh.tbl) {
			free(row);
			return false;
		}
	}
	row->asked += asked;
	row->given[side] += given;
	row->refused[side] += refused;
	row->sold[side] += sold;
	return true;
}

void what_if_times_release(struct what_if_times *times)
{
	struct time_row *row, *next;

	HASH_ITER(hh, times->seconds, row, next) {
		HASH_DEL(times->seconds, row);
		free(row);
	}
}

/* ---- lists ---- */

static int by_start(const void *left, const void *right)
{
	const struct time_row *a = left, *b = right;

	return (a->start_ms > b->start_ms) - (a->start_ms < b->start_ms);
}

/* All seconds in order, of each side what is sold behind it. */
static bool list_seconds(const struct what_if_times *times, struct time_list *list)
{
	int64_t sold[SIDES] = {0};

	list->count = 0;
	list->rows = calloc(HASH_COUNT(times->seconds) + 1, sizeof *list->rows);
	if (!list->rows)
		return false;
	for (const struct time_row *row = times->seconds; row; row = row->hh.next)
		list->rows[list->count++] = *row;
	qsort(list->rows, list->count, sizeof *list->rows, by_start);
	for (size_t i = 0; i < list->count; i++)
		for (int side = 0; side < SIDES; side++) {
			sold[side] += list->rows[i].sold[side];
			list->rows[i].sold[side] = sold[side];
		}
	return true;
}

static bool list_minutes(const struct time_list *seconds, struct time_list *minutes)
{
	minutes->count = 0;
	minutes->rows = calloc(seconds->count + 1, sizeof *minutes->rows);
	if (!minutes->rows)
		return false;
	for (size_t i = 0; i < seconds->count; i++) {
		const struct time_row *second = &seconds->rows[i];
		int64_t start_ms = second->start_ms / MS_OF_MINUTE * MS_OF_MINUTE;
		struct time_row *row = &minutes->rows[minutes->count];

		if (minutes->count && row[-1].start_ms == start_ms)
			row--;
		else
			minutes->count++;
		row->start_ms = start_ms;
		row->asked += second->asked;
		for (int side = 0; side < SIDES; side++) {
			row->given[side] += second->given[side];
			row->refused[side] += second->refused[side];
			row->sold[side] = second->sold[side];
		}
	}
	return true;
}

static int64_t opening_of(const struct what_if_times *times, const struct time_list *minutes)
{
	const struct time_row *most = minutes->rows, *last;

	if (!minutes->count)
		return 0;
	last = &minutes->rows[minutes->count - 1];
	if (times->on_sale_from_ms != NO_OPENING &&
	    last->start_ms + MS_OF_MINUTE > times->on_sale_from_ms)
		return times->on_sale_from_ms;
	for (const struct time_row *row = minutes->rows; row <= last; row++)
		if (row->asked > most->asked)
			most = row;
	return most->start_ms;
}

/* Leave those around the opening. */
static void cut(struct time_list *seconds, int64_t opening_ms)
{
	size_t kept = 0;

	for (size_t i = 0; i < seconds->count; i++)
		if (seconds->rows[i].start_ms >= opening_ms - BEFORE_MS &&
		    seconds->rows[i].start_ms < opening_ms + BEHIND_MS)
			seconds->rows[kept++] = seconds->rows[i];
	seconds->count = kept;
}

bool what_if_times_list(const struct what_if_times *times, struct time_list *minutes,
                        struct time_list *seconds, int64_t *opening_ms)
{
	*minutes = *seconds = (struct time_list){NULL, 0};
	if (!list_seconds(times, seconds) || !list_minutes(seconds, minutes)) {
		free(seconds->rows);
		seconds->rows = NULL;
		return false;
	}
	*opening_ms = opening_of(times, minutes);
	cut(seconds, *opening_ms);
	return true;
}
