#include "audit/ask/hall_drawing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/ask/seat_drawing.h"
#include "common/base/unicode.h"

#define RULER_STEP 10 /* every tenth position is written above its column */

/* The positions of a section, from the lowest on, and where each is drawn. */
struct stops {
	int32_t *list;
	size_t *columns;
	size_t count;
	size_t name_width; /* of the longest row's name */
};

static int compare_marks(const void *one, const void *other)
{
	const struct hall_mark *a = one, *b = other;
	int order = seat_drawing_compare_names(a->section, b->section);

	if (!order)
		order = seat_drawing_compare_names(a->row, b->row);
	return order ? order : (a->pos > b->pos) - (a->pos < b->pos);
}

static int compare_positions(const void *a, const void *b)
{
	return *(const int32_t *)a - *(const int32_t *)b;
}

static size_t section_marks(const struct hall_mark *marks, size_t count)
{
	size_t n = 1;

	while (n < count && text_same(marks[n].section, marks[0].section))
		n++;
	return n;
}

static size_t row_marks(const struct hall_mark *marks, size_t count)
{
	size_t n = 1;

	while (n < count && text_same(marks[n].row, marks[0].row))
		n++;
	return n;
}

/* Of one section; list and columns have room for all of its marks. */
static void find_stops(struct stops *s, const struct hall_mark *marks, size_t count)
{
	s->count = s->name_width = 0;
	for (size_t i = 0; i < count; i++) {
		size_t width = unicode_width(marks[i].row);

		s->list[i] = marks[i].pos;
		s->name_width = width > s->name_width ? width : s->name_width;
	}
	qsort(s->list, count, sizeof *s->list, compare_positions);
	for (size_t i = 0; i < count; i++) {
		size_t n = s->count;

		if (n && s->list[i] == s->list[n - 1])
			continue;
		s->columns[n] = n == 0 ? 0 : s->columns[n - 1] + 1 + (s->list[i] > s->list[n - 1] + 1);
		s->list[n] = s->list[i];
		s->count++;
	}
}

static size_t column_of(const struct stops *s, int32_t pos)
{
	const int32_t *at = bsearch(&pos, s->list, s->count, sizeof *s->list, compare_positions);

	return s->columns[at - s->list];
}

static void add_blanks(struct buf *b, size_t count)
{
	while (count--)
		buf_add(b, " ", 1);
}

/* The first position, every tenth, and the first behind each aisle, where they fit. */
static void draw_ruler(const struct stops *s, size_t columns, struct buf *b)
{
	size_t used = 0, margin = s->name_width + 2;

	for (size_t i = 0; i < s->count; i++) {
		bool is_first = i == 0 || s->list[i] != s->list[i - 1] + 1;
		size_t column = margin + s->columns[i];
		int digits = snprintf(NULL, 0, "%" PRId32, s->list[i]);

		if ((!is_first && s->list[i] % RULER_STEP != 0) || (used && used >= column) ||
		    column + (size_t)digits > columns)
			continue;
		add_blanks(b, column - used);
		buf_print(b, "%" PRId32, s->list[i]);
		used = column + (size_t)digits;
	}
	buf_add(b, "\n", 1);
}

static void draw_row(const struct stops *s, const struct hall_mark *row, size_t count, struct buf *b)
{
	size_t next = 0;

	unicode_add_padded(b, row[0].row, s->name_width + 2);
	for (size_t i = 0; i < count; i++) {
		size_t column = column_of(s, row[i].pos);

		add_blanks(b, column - next);
		buf_add(b, &row[i].mark, 1);
		next = column + 1;
	}
	buf_add(b, "\n", 1);
}

static bool draw_section(struct stops *s, const struct hall_mark *marks, size_t count,
                         size_t columns, struct buf *b)
{
	find_stops(s, marks, count);
	if (s->name_width + 2 + s->columns[s->count - 1] + 1 > columns)
		return false;
	draw_ruler(s, columns, b);
	for (size_t at = 0, n; at < count; at += n) {
		n = row_marks(&marks[at], count - at);
		draw_row(s, &marks[at], n, b);
	}
	return true;
}

bool hall_drawing_add(struct hall_mark *marks, size_t count, size_t columns, struct buf *b)
{
	struct stops stops = {
	    .list = calloc(count + 1, sizeof *stops.list),
	    .columns = calloc(count + 1, sizeof *stops.columns),
	};
	size_t start = b->bytes;
	bool is_drawn = stops.list && stops.columns;

	b->failed |= !is_drawn;
	if (count)
		qsort(marks, count, sizeof *marks, compare_marks);
	for (size_t at = 0, n; is_drawn && at < count; at += n) {
		n = section_marks(&marks[at], count - at);
		if (at > 0)
			buf_add(b, "\n", 1);
		if (n < count || marks[at].section.data) {
			buf_add_text(b, marks[at].section.data ? marks[at].section : text_of("no section"));
			buf_add(b, "\n", 1);
		}
		is_drawn = draw_section(&stops, &marks[at], n, columns, b);
	}
	if (!is_drawn && b->data) {
		b->bytes = start;
		b->data[start] = '\0';
	}
	free(stops.list);
	free(stops.columns);
	return is_drawn;
}
