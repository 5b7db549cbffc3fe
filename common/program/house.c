#include "common/program/house.h"

#include <stdlib.h>

#include "common/base/natural.h"
#include "common/base/unicode.h"

#define MARKS 128

static int by_place(const void *one, const void *other)
{
	const struct house_seat *a = one, *b = other;
	int order = natural_compare(a->section, b->section);

	if (!order)
		order = natural_compare(a->row, b->row);
	return order ? order : (a->pos > b->pos) - (a->pos < b->pos);
}

/* How many stand in the first one's section, or in its row as well. */
static size_t count_together(const struct house_seat *seats, size_t count, int is_row)
{
	size_t n = 1;

	while (n < count && text_same(seats[n].section, seats[0].section) &&
	       (!is_row || text_same(seats[n].row, seats[0].row)))
		n++;
	return n;
}

/* How the rows of a section stand under each other. */
struct frame {
	size_t name_width, columns;
	int32_t first; /* the lowest pos: it is drawn first */
};

static void add_blanks(struct buf *to, size_t count)
{
	while (count--)
		buf_add_string(to, " ");
}

static void count_marks(const struct house_seat *row, size_t count, struct buf *to)
{
	size_t marks[MARKS] = {0};

	for (size_t i = 0; i < count; i++)
		marks[row[i].mark & (MARKS - 1)]++;
	for (int m = 0; m < MARKS; m++)
		if (marks[m])
			buf_print(to, "%zu%c ", marks[m], m);
	to->bytes -= to->bytes > 0 && !to->failed; /* the last blank */
}

static void draw_row(const struct frame *f, const struct house_seat *row, size_t count,
                     struct buf *to)
{
	int32_t next = f->first;

	buf_add_string(to, "  ");
	unicode_add_padded(to, row->row, f->name_width);
	buf_add_string(to, "  ");
	if ((size_t)(row[count - 1].pos - f->first) + f->name_width + 5 > f->columns) {
		count_marks(row, count, to);
		buf_add_string(to, "\n");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		add_blanks(to, (size_t)(row[i].pos - next));
		buf_add(to, &row[i].mark, 1);
		next = row[i].pos + 1;
	}
	buf_add_string(to, "\n");
}

static void draw_section(const struct house_seat *seats, size_t count, size_t columns,
                         struct buf *to)
{
	struct frame f = {.columns = columns, .first = INT32_MAX};

	for (size_t i = 0; i < count; i++) {
		size_t width = unicode_width(seats[i].row);

		f.name_width = width > f.name_width ? width : f.name_width;
		f.first = seats[i].pos < f.first ? seats[i].pos : f.first;
	}
	if (seats[0].section.data)
		buf_print(to, "%.*s\n", TEXT_ARGS(seats[0].section));
	for (size_t at = 0, n; at < count; at += n) {
		n = count_together(&seats[at], count - at, 1);
		draw_row(&f, &seats[at], n, to);
	}
}

void house_draw(struct house_seat *seats, size_t count, size_t columns, struct buf *to)
{
	if (count)
		qsort(seats, count, sizeof *seats, by_place);
	for (size_t at = 0, n; at < count; at += n) {
		n = count_together(&seats[at], count - at, 0);
		if (at)
			buf_add_string(to, "\n");
		draw_section(&seats[at], n, columns, to);
	}
}
