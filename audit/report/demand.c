#include "audit/report/demand.h"

#include <stdlib.h>

#include "audit/fold/areas.h"
#include "common/base/natural.h"

/* The requests that count: those that their own table decided. */
static bool is_demand(const struct story_request *q)
{
	return q->is_asked && q->is_ruled;
}

/* ---- by seat ---- */

enum {
	SEAT_ID, SEAT_SECTION, SEAT_ROW, SEAT_POS, SEAT_CATEGORY, SEAT_CHANNEL, SEAT_WANTED,
	SEAT_REFUSED, SEAT_GRANTED, SEAT_TAKEN, SEAT_COLUMNS,
};

static const struct column seat_columns[SEAT_COLUMNS] = {
    [SEAT_ID] = {"seat_id", COLUMN_TEXT},
    [SEAT_SECTION] = {"section", COLUMN_TEXT},
    [SEAT_ROW] = {"row", COLUMN_TEXT},
    [SEAT_POS] = {"pos", COLUMN_NUMBER},
    [SEAT_CATEGORY] = {"category", COLUMN_TEXT},
    [SEAT_CHANNEL] = {"channel", COLUMN_TEXT},
    [SEAT_WANTED] = {"wanted", COLUMN_NUMBER},
    [SEAT_REFUSED] = {"refused", COLUMN_NUMBER},
    [SEAT_GRANTED] = {"granted", COLUMN_NUMBER},
    [SEAT_TAKEN] = {"taken", COLUMN_NUMBER},
};

static bool add_seat_rows(struct table *t, const struct outline *o)
{
	*t = TABLE_OF("seats", seat_columns, SEAT_COLUMNS);
	t->json_from = SEAT_WANTED;
	for (size_t i = 0; i < o->seat_count; i++) {
		const struct seat *seat = o->seats[i];
		union cell *row = table_add(t);

		if (!row)
			return false;
		row[SEAT_ID].text = seat->id;
		row[SEAT_POS].number = NO_NUMBER;
		row[SEAT_CHANNEL].text = seat->channel;
		if (!seat->place)
			continue;
		row[SEAT_SECTION].text = seat->place->place.section;
		row[SEAT_ROW].text = seat->place->place.row;
		row[SEAT_CATEGORY].text = seat->place->place.category;
		if (seat->place->place.row.data)
			row[SEAT_POS].number = seat->place->place.pos;
	}
	return true;
}

static bool count_seats(struct table *t, const struct outline *o)
{
	const struct story *s = o->story;

	if (!add_seat_rows(t, o))
		return false;
	for (size_t i = 0; i < s->request_extent.count; i++) {
		const struct story_request *q = &s->requests[i];
		bool is_granted = outcome_is_accepted((enum outcome)q->outcome);

		for (uint32_t k = 0; is_demand(q) && k < q->seats.count; k++) {
			union cell *row =
			    t->cells + o->seat_at[s->seats[q->seats.at + k]] * (size_t)SEAT_COLUMNS;

			row[SEAT_WANTED].number++;
			row[SEAT_REFUSED].number += !is_granted;
			row[SEAT_GRANTED].number += is_granted;
			row[SEAT_TAKEN].number += k < q->taken_count;
		}
	}
	return true;
}

/* ---- by groups of seats ---- */

static struct text section_of(const struct seat *seat)
{
	return seat->place ? seat->place->place.section : (struct text){NULL, 0};
}

static struct text row_of(const struct seat *seat)
{
	return seat->place ? seat->place->place.row : (struct text){NULL, 0};
}

static struct text category_of(const struct seat *seat)
{
	return seat->place ? seat->place->place.category : (struct text){NULL, 0};
}

static struct text channel_of(const struct seat *seat)
{
	return seat->channel;
}

typedef struct text part_of_name(const struct seat *seat);

/* Behind its names a group has these columns. */
enum { GROUP_SEATS, GROUP_REQUESTS, GROUP_WANTED, GROUP_REFUSED, GROUP_GRANTED, GROUP_SOLD,
	   GROUP_NUMBERS };

#define GROUP_NUMBER_COLUMNS                                                              \
	{"seats", COLUMN_NUMBER}, {"requests", COLUMN_NUMBER}, {"wanted", COLUMN_NUMBER},     \
	    {"refused", COLUMN_NUMBER}, {"granted", COLUMN_NUMBER}, {"sold", COLUMN_NUMBER}

/* By what seats are counted together. */
struct grouping {
	const char *name;
	part_of_name *first, *second;  /* second: NULL, there is one name */
	const struct column *columns;
	bool needs_second;             /* seats without it are in no group */
};

static const struct column row_columns[] = {
    {"section", COLUMN_TEXT}, {"row", COLUMN_TEXT}, GROUP_NUMBER_COLUMNS};
static const struct column section_columns[] = {{"section", COLUMN_TEXT}, GROUP_NUMBER_COLUMNS};
static const struct column category_columns[] = {{"category", COLUMN_TEXT}, GROUP_NUMBER_COLUMNS};
static const struct column channel_columns[] = {{"channel", COLUMN_TEXT}, GROUP_NUMBER_COLUMNS};

static const struct grouping by_row = {"rows", section_of, row_of, row_columns, true};
static const struct grouping by_section = {"sections", section_of, NULL, section_columns, false};
static const struct grouping by_category = {"categories", category_of, NULL, category_columns, false};
static const struct grouping by_channel = {"channels", channel_of, NULL, channel_columns, false};

/* A seat on its way to its group. */
struct grouped {
	struct text first, second;
	size_t seat;
};

/* None comes first. */
static int compare_names(struct text a, struct text b)
{
	if (!a.data || !b.data)
		return (a.data != NULL) - (b.data != NULL);
	return natural_compare(a, b);
}

static int compare_grouped(const void *left, const void *right)
{
	const struct grouped *a = left, *b = right;
	int order = compare_names(a->first, b->first);

	return order ? order : compare_names(a->second, b->second);
}

/* The groups as rows, and the row of each seat; SIZE_MAX: none. */
static bool find_groups(const struct grouping *by, const struct outline *o, struct table *t,
                        size_t *group_of)
{
	struct grouped *list = calloc(o->seat_count + 1, sizeof *list);
	size_t count = 0, names = by->second ? 2 : 1;
	union cell *row = NULL;

	for (size_t i = 0; list && i < o->seat_count; i++) {
		struct grouped one = {.first = by->first(o->seats[i]), .seat = i};

		if (by->second)
			one.second = by->second(o->seats[i]);
		group_of[i] = SIZE_MAX;
		if (!by->needs_second || one.second.data)
			list[count++] = one;
	}
	if (list)
		qsort(list, count, sizeof *list, compare_grouped);
	for (size_t i = 0; list && i < count; i++) {
		if (i == 0 || compare_grouped(&list[i - 1], &list[i]) != 0) {
			row = table_add(t);
			if (!row)
				break;
			row[0].text = list[i].first;
			if (by->second)
				row[1].text = list[i].second;
		}
		group_of[list[i].seat] = t->row_count - 1;
		row[names + GROUP_SEATS].number++;
		row[names + GROUP_SOLD].number += o->seats[list[i].seat]->status == SEAT_SOLD;
	}
	free(list);
	return list && !t->failed;
}

static void count_in_groups(const struct grouping *by, const struct outline *o, struct table *t,
                            const size_t *group_of, size_t *last_request)
{
	const struct story *s = o->story;
	size_t names = by->second ? 2 : 1;

	for (size_t i = 0; i < s->request_extent.count; i++) {
		const struct story_request *q = &s->requests[i];
		bool is_granted = outcome_is_accepted((enum outcome)q->outcome);

		for (uint32_t k = 0; is_demand(q) && k < q->seats.count; k++) {
			size_t group = group_of[o->seat_at[s->seats[q->seats.at + k]]];
			union cell *numbers;

			if (group == SIZE_MAX)
				continue;
			numbers = t->cells + group * t->column_count + names;
			numbers[GROUP_REQUESTS].number += last_request[group] != i + 1;
			last_request[group] = i + 1;
			numbers[GROUP_WANTED].number++;
			numbers[GROUP_REFUSED].number += !is_granted;
			numbers[GROUP_GRANTED].number += is_granted;
		}
	}
}

static bool count_groups(const struct grouping *by, const struct outline *o, struct table *t)
{
	size_t *group_of = calloc(o->seat_count + 1, sizeof *group_of);
	size_t *last_request = calloc(o->seat_count + 1, sizeof *last_request);
	bool is_done;

	*t = TABLE_OF(by->name, by->columns, (by->second ? 2u : 1u) + GROUP_NUMBERS);
	is_done = group_of && last_request && find_groups(by, o, t, group_of);
	if (is_done)
		count_in_groups(by, o, t, group_of, last_request);
	free(group_of);
	free(last_request);
	return is_done;
}

/* ---- by area, by wish ---- */

static bool count_areas(struct table *t, const struct outline *o)
{
	static const struct column columns[] = {
	    {"id", COLUMN_TEXT},        {"capacity", COLUMN_NUMBER}, {"requests", COLUMN_NUMBER},
	    {"wanted", COLUMN_NUMBER},  {"refused", COLUMN_NUMBER},  {"granted", COLUMN_NUMBER},
	    {"held", COLUMN_NUMBER},    {"sold", COLUMN_NUMBER},
	};

	*t = TABLE_OF("areas", columns, sizeof columns / sizeof columns[0]);
	for (const struct show_area *area = o->story->show->areas; area; area = area->hh.next) {
		struct area_demand demand = {.requests = 0};
		union cell *row = table_add(t);

		if (!row)
			return false;
		if (area->number < o->story->area_extent.count)
			demand = o->story->areas[area->number];
		row[0].text = area->id;
		row[1].number = area->capacity;
		row[2].number = demand.requests;
		row[3].number = demand.wanted;
		row[4].number = demand.refused;
		row[5].number = demand.granted;
		row[6].number = area->capacity - show_area_room(area, o->last_ms) - area->sold;
		row[7].number = area->sold;
	}
	return true;
}

static bool list_wishes(struct table *t, const struct outline *o)
{
	static const struct column columns[] = {
	    {"categories", COLUMN_JSON}, {"sections", COLUMN_JSON},  {"count", COLUMN_NUMBER},
	    {"asked", COLUMN_NUMBER},    {"granted", COLUMN_NUMBER}, {"refused", COLUMN_NUMBER},
	};
	size_t count;
	const struct asked_wish **list = wishes_list(&o->story->wishes, &count);
	bool is_done = list || count == 0;

	*t = TABLE_OF("wishes", columns, sizeof columns / sizeof columns[0]);
	for (size_t i = 0; is_done && i < count && i < WISHES_TOLD_MAX; i++) {
		union cell *row = table_add(t);

		is_done = row != NULL;
		if (!row)
			break;
		row[0].text = list[i]->categories;
		row[1].text = list[i]->sections;
		row[2].number = list[i]->count;
		row[3].number = list[i]->asked;
		row[4].number = list[i]->granted;
		row[5].number = list[i]->asked - list[i]->granted;
	}
	free(list);
	return is_done;
}

bool demand_make(struct demand *d, const struct outline *o)
{
	return count_seats(&d->seats, o) && count_groups(&by_row, o, &d->rows) &&
	       count_groups(&by_section, o, &d->sections) &&
	       count_groups(&by_category, o, &d->categories) &&
	       count_groups(&by_channel, o, &d->channels) && count_areas(&d->areas, o) &&
	       list_wishes(&d->wishes, o);
}

void demand_release(struct demand *d)
{
	table_release(&d->seats);
	table_release(&d->rows);
	table_release(&d->sections);
	table_release(&d->categories);
	table_release(&d->channels);
	table_release(&d->areas);
	table_release(&d->wishes);
}
