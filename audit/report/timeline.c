#include "audit/report/timeline.h"

#include <stdlib.h>

#define MINUTE_MS INT64_C(60000)

static int compare_waits(const void *left, const void *right)
{
	int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

	return (a > b) - (a < b);
}

/* The smallest that `hundredths` of all are not above; sorted, count > 0. */
static int64_t percentile(const int32_t *sorted, size_t count, size_t hundredths)
{
	return sorted[(count * hundredths + 99) / 100 - 1];
}

/* Sorts them. */
static struct waits waits_of(int32_t *list, size_t count)
{
	struct waits waits = {(int64_t)count, NO_NUMBER, NO_NUMBER, NO_NUMBER, 0};

	if (count == 0)
		return waits;
	qsort(list, count, sizeof *list, compare_waits);
	waits.p50_ms = percentile(list, count, 50);
	waits.p99_ms = percentile(list, count, 99);
	waits.max_ms = list[count - 1];
	for (size_t i = 0; i < count; i++)
		waits.over_1s += list[i] > QUEUE_MS;
	return waits;
}

bool timeline_waits(const struct story *s, bool (*is_meant)(const struct story_request *q, int of),
                    int of, struct waits *waits)
{
	int32_t *list = calloc(s->request_extent.count + 1, sizeof *list);
	size_t count = 0;

	if (!list)
		return false;
	for (size_t i = 0; i < s->request_extent.count; i++)
		if (s->requests[i].wait_ms != NOT_SEEN && is_meant(&s->requests[i], of))
			list[count++] = s->requests[i].wait_ms;
	*waits = waits_of(list, count);
	free(list);
	return true;
}

int64_t timeline_opening(const struct story *s)
{
	const struct sale_window *window = s->show ? &s->show->policy.on_sale : NULL;
	int64_t minute = INT64_MIN, busiest = INT64_MIN, count = 0, most = 0;

	for (size_t i = 0; i < s->request_extent.count; i++) {
		const struct story_request *q = &s->requests[i];
		int64_t of = q->at_ms / MINUTE_MS * MINUTE_MS;

		if (!q->is_asked)
			continue;
		if (window && window->has_from && q->at_ms >= window->from_ms &&
		    window->from_ms >= s->requests[0].at_ms)
			return window->from_ms;
		count = of == minute ? count + 1 : 1;
		minute = of;
		if (count > most) {
			most = count;
			busiest = minute;
		}
	}
	if (most > 0)
		return busiest;
	return s->request_extent.count ? s->requests[0].at_ms : 0;
}

/* ---- rows of time ---- */

enum {
	START, REQUESTS, ASKED, GRANTED, REFUSED, LAPSED, SOLD, SOLD_TOTAL, HELD_TOTAL, WAIT_P50,
	WAIT_P99, WAIT_MAX, TIME_COLUMNS,
};

static const struct column time_columns[TIME_COLUMNS] = {
    [START] = {"start", COLUMN_TIME},
    [REQUESTS] = {"requests", COLUMN_NUMBER},
    [ASKED] = {"asked", COLUMN_NUMBER},
    [GRANTED] = {"granted", COLUMN_NUMBER},
    [REFUSED] = {"refused", COLUMN_NUMBER},
    [LAPSED] = {"lapsed", COLUMN_NUMBER},
    [SOLD] = {"sold", COLUMN_NUMBER},
    [SOLD_TOTAL] = {"sold_total", COLUMN_NUMBER},
    [HELD_TOTAL] = {"held_total", COLUMN_NUMBER},
    [WAIT_P50] = {"wait_p50", COLUMN_NUMBER},
    [WAIT_P99] = {"wait_p99", COLUMN_NUMBER},
    [WAIT_MAX] = {"wait_max", COLUMN_NUMBER},
};

/* Where the changes are that have been gone through, and what they came to. */
struct standing {
	size_t next;
	int64_t sold, held;         /* places, now */
	int64_t sold_in, lapsed_in; /* in the row at hand */
};

/* On, through the changes before that time. */
static void go_on(const struct story *s, struct standing *at, int64_t until_ms)
{
	for (; at->next < s->change_extent.count; at->next++) {
		const struct story_change *c = &s->changes[at->next];
		int64_t places = (int64_t)c->seats.count + c->places;

		if (c->moment.at_ms >= until_ms)
			return;
		switch (c->moment.what) {
		case 'h':
			at->held += places;
			break;
		case 's':
			at->held -= c->is_retaken ? 0 : places;
			at->sold += places;
			at->sold_in += places;
			break;
		case 'l':
			at->lapsed_in++;
			at->held -= places;
			break;
		case 'r':
			at->held -= places;
			break;
		case 'c':
			at->sold -= places;
			break;
		default:
			break;
		}
	}
}

/* Requests from `first` on and before `end`, all of one row. */
static bool add_row(const struct story *s, size_t first, size_t end, int64_t start_ms,
                    int64_t end_ms, struct standing *at, int32_t *list, struct table *table)
{
	union cell *row = table_add(table);
	struct waits waits;
	size_t seen = 0;

	if (!row)
		return false;
	go_on(s, at, start_ms);
	at->sold_in = at->lapsed_in = 0;
	go_on(s, at, end_ms);
	for (size_t i = first; i < end; i++) {
		const struct story_request *q = &s->requests[i];
		bool is_granted = outcome_is_accepted((enum outcome)q->outcome);

		row[ASKED].number += q->is_asked;
		row[GRANTED].number += q->is_asked && is_granted;
		row[REFUSED].number += q->is_asked && !is_granted;
		if (q->wait_ms != NOT_SEEN)
			list[seen++] = q->wait_ms;
	}
	waits = waits_of(list, seen);
	row[START].number = start_ms;
	row[REQUESTS].number = (int64_t)(end - first);
	row[LAPSED].number = at->lapsed_in;
	row[SOLD].number = at->sold_in;
	row[SOLD_TOTAL].number = at->sold;
	row[HELD_TOTAL].number = at->held;
	row[WAIT_P50].number = waits.p50_ms;
	row[WAIT_P99].number = waits.p99_ms;
	row[WAIT_MAX].number = waits.max_ms;
	return true;
}

bool timeline_by(const struct story *s, int64_t unit_ms, int64_t from_ms, int64_t until_ms,
                 struct table *table)
{
	size_t count = s->request_extent.count, first = 0;
	int32_t *list = calloc(count + 1, sizeof *list);
	struct standing at = {.next = 0};
	bool is_done = list != NULL;

	table->columns = time_columns;
	table->column_count = TIME_COLUMNS;
	while (first < count && s->requests[first].at_ms < from_ms)
		first++;
	while (is_done && first < count && s->requests[first].at_ms < until_ms) {
		int64_t start_ms = s->requests[first].at_ms / unit_ms * unit_ms;
		size_t end = first;

		while (end < count && s->requests[end].at_ms < start_ms + unit_ms &&
		       s->requests[end].at_ms < until_ms)
			end++;
		is_done = add_row(s, first, end, start_ms, start_ms + unit_ms, &at, list, table);
		first = end;
	}
	free(list);
	return is_done;
}

/* ---- the queue ---- */

enum { FROM, TO, WAITED, WAITED_MAX, QUEUE_COLUMNS };

static const struct column queue_columns[QUEUE_COLUMNS] = {
    [FROM] = {"from", COLUMN_TIME},
    [TO] = {"to", COLUMN_TIME},
    [WAITED] = {"requests", COLUMN_NUMBER},
    [WAITED_MAX] = {"wait_max", COLUMN_NUMBER},
};

bool timeline_queue(const struct story *s, struct table *table)
{
	union cell *row = NULL;

	table->columns = queue_columns;
	table->column_count = QUEUE_COLUMNS;
	for (size_t i = 0; i < s->request_extent.count; i++) {
		const struct story_request *q = &s->requests[i];

		if (q->wait_ms <= QUEUE_MS)
			continue;
		if (!row || q->at_ms > row[TO].number + QUEUE_MS) {
			row = table_add(table);
			if (!row)
				return false;
			row[FROM].number = q->at_ms;
		}
		row[TO].number = q->at_ms;
		row[WAITED].number++;
		if (q->wait_ms > row[WAITED_MAX].number)
			row[WAITED_MAX].number = q->wait_ms;
	}
	return true;
}
