#include "common/program/house.h"

#include <stdlib.h>

#include "common/base/natural.h"
#include "common/base/unicode.h"

static int by_place(const void *one, const void *other)
{
	const struct house_seat *a = one, *b = other;
	int order = (a->section_rank > b->section_rank) - (a->section_rank < b->section_rank);

	if (!order)
		order = natural_compare(a->section, b->section);
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
	size_t name_width;
	int32_t first, last; /* pos */
	int32_t stretch;     /* of pos, on a line */
};

static void add_blanks(struct buf *to, size_t count)
{
	while (count--)
		buf_add_string(to, " ");
}

/* As few lines as do, of the same length. */
static int32_t choose_stretch(const struct frame *f, size_t columns)
{
	size_t taken = f->name_width + 4, room = columns > taken ? columns - taken : 0;
	size_t all = (size_t)(f->last - f->first) + 1, lines;

	room = room < HOUSE_LINE_SEATS_MIN ? HOUSE_LINE_SEATS_MIN : room;
	lines = (all + room - 1) / room;
	return (int32_t)((all + lines - 1) / lines);
}

static void draw_margin(const struct frame *f, struct text name, struct buf *to)
{
	buf_add_string(to, "  ");
	unicode_add_padded(to, name, f->name_width);
	buf_add_string(to, "  ");
}

/* count > 0, in the order of pos */
static void draw_row(const struct frame *f, const struct house_seat *row, size_t count,
                     struct buf *to)
{
	int32_t line = 0, next = f->first;

	draw_margin(f, row->row, to);
	for (size_t i = 0; i < count; i++) {
		int32_t here = (row[i].pos - f->first) / f->stretch;

		if (here > line) {
			buf_add_string(to, here > line + 1 ? "\n\n" : "\n");
			draw_margin(f, text_of(""), to);
			line = here;
			next = f->first + here * f->stretch;
		}
		add_blanks(to, (size_t)(row[i].pos - next));
		buf_add(to, &row[i].mark, 1);
		next = row[i].pos + 1;
	}
	buf_add_string(to, "\n");
}

static void draw_section(const struct house_seat *seats, size_t count, size_t columns,
                         struct buf *to)
{
	struct frame f = {.first = INT32_MAX};

	for (size_t i = 0; i < count; i++) {
		size_t width = unicode_width(seats[i].row);

		f.name_width = width > f.name_width ? width : f.name_width;
		f.first = seats[i].pos < f.first ? seats[i].pos : f.first;
		f.last = seats[i].pos > f.last ? seats[i].pos : f.last;
	}
	f.stretch = choose_stretch(&f, columns);
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
