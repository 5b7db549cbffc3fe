/* What a plan was understood to be, in lines for people. */
#include <stdlib.h>
#include <string.h>

#include "admin/plan/hall.h"
#include "common/base/unicode.h"

#define LABEL_WIDTH 28    /* columns of a terminal */
#define GAPS_SHOWN_MAX 12 /* lines of rows with gaps */

/* Seats that have something in common: a stretch of a sorted list, in the order of the plan. */
struct group {
	const struct hall_seat **seats;
	size_t count;
};

typedef int compare_seats(const void *a, const void *b); /* pointers to pointers to seats */

static int by_section(const void *a, const void *b)
{
	const struct hall_seat *left = *(const struct hall_seat *const *)a,
	                       *right = *(const struct hall_seat *const *)b;

	return text_compare(left->place.section, right->place.section);
}

static int by_category(const void *a, const void *b)
{
	const struct hall_seat *left = *(const struct hall_seat *const *)a,
	                       *right = *(const struct hall_seat *const *)b;

	return text_compare(left->place.category, right->place.category);
}

static int by_row(const void *a, const void *b)
{
	const struct hall_seat *left = *(const struct hall_seat *const *)a,
	                       *right = *(const struct hall_seat *const *)b;
	int order = by_section(a, b);

	return order ? order : text_compare(left->place.row, right->place.row);
}

static int by_pos(const void *a, const void *b)
{
	const struct hall_seat *left = *(const struct hall_seat *const *)a,
	                       *right = *(const struct hall_seat *const *)b;

	return (left->place.pos > right->place.pos) - (left->place.pos < right->place.pos);
}

static int by_order(const void *a, const void *b)
{
	const struct hall_seat *left = *(const struct hall_seat *const *)a,
	                       *right = *(const struct hall_seat *const *)b;

	return (left > right) - (left < right);
}

/* The group whose first seat comes first in the plan. */
static int by_first(const void *a, const void *b)
{
	const struct group *left = a, *right = b;

	return (left->seats[0] > right->seats[0]) - (left->seats[0] < right->seats[0]);
}

/* Returned: the groups, to be freed; NULL: out of memory. Each has its seats in the plan's order. */
static struct group *group_by(const struct hall_seat **seats, size_t count, compare_seats *compare,
                              size_t *group_count)
{
	struct group *groups = malloc((count + 1) * sizeof *groups);

	*group_count = 0;
	if (!groups)
		return NULL;
	qsort(seats, count, sizeof *seats, compare);
	for (size_t first = 0, end; first < count; first = end) {
		for (end = first + 1; end < count && !compare(&seats[first], &seats[end]); end++)
			;
		qsort(seats + first, end - first, sizeof *seats, by_order);
		groups[(*group_count)++] = (struct group){seats + first, end - first};
	}
	qsort(groups, *group_count, sizeof *groups, by_first);
	return groups;
}

static void add_line(struct buf *to, int indent, struct text label, const char *none, size_t count)
{
	buf_print(to, "%*s", indent, "");
	unicode_add_padded(to, label.data ? label : text_of(none), LABEL_WIDTH - (size_t)indent);
	buf_print(to, " %7zu\n", count);
}

static void describe_sections(const struct hall_seat **seats, size_t count, struct buf *to)
{
	size_t section_count, category_count;
	struct group *sections = group_by(seats, count, by_section, &section_count);

	to->failed |= !sections;
	for (size_t i = 0; i < section_count; i++) {
		struct group *categories =
		    group_by(sections[i].seats, sections[i].count, by_category, &category_count);

		add_line(to, 0, sections[i].seats[0]->place.section, "(no section)", sections[i].count);
		to->failed |= !categories;
		for (size_t c = 0; c < category_count; c++)
			add_line(to, 2, categories[c].seats[0]->place.category, "(no category)",
			         categories[c].count);
		free(categories);
	}
	free(sections);
}

/* Where pos jumps in a row that is in order: ": behind pos 15, 46". Nothing where it does not. */
static void list_gaps(const struct group *row, struct buf *to)
{
	bool is_first = true;

	buf_clear(to);
	for (size_t i = 1; i < row->count; i++) {
		if (row->seats[i]->place.pos == row->seats[i - 1]->place.pos + 1)
			continue;
		buf_print(to, "%s%d", is_first ? ": behind pos " : ", ", row->seats[i - 1]->place.pos);
		is_first = false;
	}
}

/* "Parkett 1 to 30: behind pos 15, 46" */
static void add_gaps(struct buf *to, const struct hall_seat *from, const struct hall_seat *until,
                     struct text gaps)
{
	buf_print(to, "  %.*s%s%.*s", TEXT_ARGS(from->place.section),
	          from->place.section.data ? " " : "", TEXT_ARGS(from->place.row));
	if (from != until)
		buf_print(to, " to %.*s", TEXT_ARGS(until->place.row));
	buf_print(to, "%.*s\n", TEXT_ARGS(gaps));
}

/* Rows behind one another with the same gaps share a line. */
static void describe_gaps(const struct group *rows, size_t row_count, size_t *with_gaps,
                          struct buf *to)
{
	struct buf gaps = {0}, next = {0};
	size_t lines = 0, end;

	for (size_t first = 0; first < row_count; first = end) {
		list_gaps(&rows[first], &gaps);
		for (end = first + 1; end < row_count; end++) {
			list_gaps(&rows[end], &next);
			if (!text_same(buf_text(&gaps), buf_text(&next)) ||
			    by_section(&rows[first].seats[0], &rows[end].seats[0]))
				break;
		}
		if (!gaps.bytes)
			continue;
		*with_gaps += end - first;
		if (lines++ < GAPS_SHOWN_MAX)
			add_gaps(to, rows[first].seats[0], rows[end - 1].seats[0], buf_text(&gaps));
	}
	if (lines > GAPS_SHOWN_MAX)
		buf_print(to, "  and %zu more such lines\n", lines - GAPS_SHOWN_MAX);
	to->failed |= gaps.failed || next.failed;
	buf_release(&gaps);
	buf_release(&next);
}

static void describe_rows(const struct hall_seat **seats, size_t count, struct buf *to)
{
	size_t in_rows = 0, row_count, with_gaps = 0;
	struct group *rows;
	struct buf gaps = {0};

	for (size_t i = 0; i < count; i++)
		if (seats[i]->place.row.data)
			seats[in_rows++] = seats[i];
	rows = group_by(seats, in_rows, by_row, &row_count);
	to->failed |= !rows;
	for (size_t i = 0; i < row_count; i++)
		qsort(rows[i].seats, rows[i].count, sizeof rows[i].seats[0], by_pos);
	describe_gaps(rows, row_count, &with_gaps, &gaps);
	if (row_count)
		buf_print(to, "%zu row%s, %zu of them with gaps%s\n", row_count, row_count == 1 ? "" : "s",
		          with_gaps, with_gaps ? ":" : "");
	buf_add_text(to, buf_text(&gaps));
	if (in_rows < count)
		buf_print(to, "%zu seat%s no row: best available never offers %s\n", count - in_rows,
		          count - in_rows == 1 ? " has" : "s have", count - in_rows == 1 ? "it" : "them");
	to->failed |= gaps.failed;
	buf_release(&gaps);
	free(rows);
}

static void describe_flags(const struct hall *hall, struct buf *to)
{
	for (int flag = 0; flag < PLACE_FLAG_COUNT; flag++) {
		size_t count = 0;

		for (size_t i = 0; i < hall->count; i++)
			count += (hall->seats[i].place.flags & PLACE_FLAG_BIT(flag)) != 0;
		if (count)
			add_line(to, 0, text_of(place_flag_name((enum place_flag)flag)), "", count);
	}
}

/* "Stehplatz, B", or with its channel "Stehplatz, B (house)". */
static void describe_areas(const struct hall *hall, struct buf *to)
{
	struct buf label = {0};
	size_t places = 0;

	for (size_t i = 0; i < hall->area_count; i++)
		places += (size_t)hall->areas[i].given.capacity;
	if (hall->area_count)
		add_line(to, 0, text_of("places in areas"), "", places);
	for (size_t i = 0; i < hall->area_count; i++) {
		const struct area *area = &hall->areas[i].given;

		buf_clear(&label);
		buf_add_text(&label, area->area_id);
		if (area->category.data)
			buf_print(&label, ", %.*s", TEXT_ARGS(area->category));
		if (area->channel.data)
			buf_print(&label, " (%.*s)", TEXT_ARGS(area->channel));
		add_line(to, 2, buf_text(&label), "", (size_t)area->capacity);
	}
	to->failed |= label.failed;
	buf_release(&label);
}

void hall_describe(const struct hall *hall, struct buf *to)
{
	const struct hall_seat **seats = malloc((hall->count + 1) * sizeof *seats);

	if (!seats) {
		to->failed = true;
		return;
	}
	for (size_t i = 0; i < hall->count; i++)
		seats[i] = &hall->seats[i];
	add_line(to, 0, text_of("seats"), "", hall->count);
	describe_sections(seats, hall->count, to);
	describe_flags(hall, to);
	describe_rows(seats, hall->count, to);
	describe_areas(hall, to);
	free(seats);
}
