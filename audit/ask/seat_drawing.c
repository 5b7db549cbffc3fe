#include "audit/ask/seat_drawing.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/unicode.h"

#define RULER_STEP 10     /* every tenth number is written above its column */
#define RANGE_SEATS_MIN 3 /* fewer neighbours are listed one by one */
#define ROW_LETTERS_MAX 2 /* Z, AA: longer ones are words */

struct seat_mark seat_mark_of(struct text id, char mark)
{
	struct seat_mark m = {.id = id, .mark = mark, .row = id, .number = NO_NUMBER};
	size_t start = id.bytes;

	while (start > 0 && isdigit((unsigned char)id.data[start - 1]))
		start--;
	if (start == id.bytes || id.bytes - start > SEAT_NUMBER_DIGITS_MAX)
		return m;
	m.row.bytes = start;
	m.number = 0;
	for (size_t i = start; i < id.bytes; i++)
		m.number = m.number * 10 + (id.data[i] - '0');
	return m;
}

/* ---- natural order ---- */

enum part_kind { PART_END, PART_SIGN, PART_DIGITS, PART_ROW_LETTERS, PART_WORD };

/* What a row's name begins with: digits, letters, or one other character. */
struct part {
	enum part_kind kind;
	struct text text; /* of digits without leading zeros */
};

static size_t count_while(struct text t, int (*is)(int))
{
	size_t n = 0;

	while (n < t.bytes && is((unsigned char)t.data[n]))
		n++;
	return n;
}

static struct part take_part(struct text *rest)
{
	size_t digits = count_while(*rest, isdigit), letters = count_while(*rest, isalpha);
	size_t capitals = count_while(*rest, isupper);
	size_t bytes = digits ? digits : letters ? letters : rest->bytes ? 1 : 0;
	struct part part = {PART_END, {rest->data, bytes}};

	rest->data += bytes;
	rest->bytes -= bytes;
	if (digits)
		part.kind = PART_DIGITS;
	else if (letters)
		part.kind = capitals == letters && letters <= ROW_LETTERS_MAX ? PART_ROW_LETTERS : PART_WORD;
	else if (bytes)
		part.kind = PART_SIGN;
	while (digits && part.text.bytes > 1 && part.text.data[0] == '0') {
		part.text.data++;
		part.text.bytes--;
	}
	return part;
}

static int compare_parts(const struct part *a, const struct part *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind != PART_WORD && a->text.bytes != b->text.bytes)
		return a->text.bytes < b->text.bytes ? -1 : 1;
	return text_compare(a->text, b->text);
}

int seat_drawing_compare_names(struct text a, struct text b)
{
	const struct text whole_a = a, whole_b = b;

	while (a.bytes || b.bytes) {
		struct part one = take_part(&a), other = take_part(&b);
		int order = compare_parts(&one, &other);

		if (order)
			return order;
	}
	return text_compare(whole_a, whole_b); /* but for zeros before numbers they are the same */
}

static int compare_marks(const void *one, const void *other)
{
	const struct seat_mark *a = one, *b = other;
	int order = seat_drawing_compare_names(a->row, b->row);

	if (order)
		return order;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return text_compare(a->id, b->id);
}

void seat_drawing_sort(struct seat_mark *seats, size_t count)
{
	if (count)
		qsort(seats, count, sizeof *seats, compare_marks);
}

/* ---- drawing ---- */

struct drawing {
	size_t name_width; /* of the longest row */
	int64_t first, last; /* numbers */
};

static size_t row_seats(const struct seat_mark *seats, size_t count)
{
	size_t n = 1;

	while (n < count && text_same(seats[n].row, seats[0].row))
		n++;
	return n;
}

/* false: not to be drawn */
static bool measure(const struct seat_mark *seats, size_t count, struct drawing *d)
{
	size_t rows = 0, rows_of_one = 0;

	*d = (struct drawing){.first = INT64_MAX, .last = NO_NUMBER};
	for (size_t at = 0, n; at < count; at += n) {
		const struct seat_mark *row = &seats[at];

		n = row_seats(row, count - at);
		for (size_t i = 0; i < n; i++)
			if (row[i].number == NO_NUMBER || (i && row[i].number == row[i - 1].number))
				return false;
		if (unicode_width(row[0].row) > d->name_width)
			d->name_width = unicode_width(row[0].row);
		if (row[0].number < d->first)
			d->first = row[0].number;
		if (row[n - 1].number > d->last)
			d->last = row[n - 1].number;
		rows++;
		rows_of_one += n == 1;
	}
	return rows == 1 || rows_of_one * 2 <= rows;
}

static void add_blanks(struct buf *b, size_t count)
{
	while (count--)
		buf_add(b, " ", 1);
}

/* Numbers start above their columns; one that does not fit is left out. */
static void draw_ruler(const struct drawing *d, size_t columns, struct buf *b)
{
	size_t line_start = b->bytes, margin = d->name_width + 2;

	for (int64_t n = d->first; n <= d->last; n += RULER_STEP - n % RULER_STEP) {
		size_t column = margin + (size_t)(n - d->first), used = b->bytes - line_start;
		int digits = snprintf(NULL, 0, "%" PRId64, n);

		if ((used && used >= column) || column + (size_t)digits > columns)
			continue;
		add_blanks(b, column - used);
		buf_print(b, "%" PRId64, n);
	}
	buf_add(b, "\n", 1);
}

static void draw_row(const struct seat_mark *row, size_t count, const struct drawing *d,
                     struct buf *b)
{
	int64_t next = d->first;

	unicode_add_padded(b, row[0].row, d->name_width + 2);
	for (size_t i = 0; i < count; i++) {
		add_blanks(b, (size_t)(row[i].number - next));
		buf_add(b, &row[i].mark, 1);
		next = row[i].number + 1;
	}
	buf_add(b, "\n", 1);
}

bool seat_drawing_add_rows(const struct seat_mark *seats, size_t count, size_t columns,
                           struct buf *b)
{
	struct drawing d;

	if (!count || !measure(seats, count, &d) ||
	    (uint64_t)(d.last - d.first) + 1 + d.name_width + 2 > columns)
		return false;
	draw_ruler(&d, columns, b);
	for (size_t at = 0, n; at < count; at += n) {
		n = row_seats(&seats[at], count - at);
		draw_row(&seats[at], n, &d, b);
	}
	return true;
}

/* ---- listing ---- */

static bool has_leading_zero(const struct seat_mark *m)
{
	return m->id.bytes > m->row.bytes + 1 && m->id.data[m->row.bytes] == '0';
}

/* Would everybody count from one to the other? */
static bool are_neighbours(const struct seat_mark *a, const struct seat_mark *b)
{
	if (a->number == NO_NUMBER || b->number != a->number + 1 || a->mark != b->mark ||
	    !text_same(a->row, b->row))
		return false;
	return a->id.bytes == b->id.bytes || (!has_leading_zero(a) && !has_leading_zero(b));
}

/* used: columns of the line so far */
static void list_item(struct buf *b, size_t *used, size_t columns, const struct seat_mark *from,
                      const struct seat_mark *to)
{
	size_t width = unicode_width(from->id) + (to != from ? 2 + unicode_width(to->id) : 0);

	if (*used && *used + 2 + width + 1 > columns) { /* ", " and "," */
		buf_add(b, ",\n", 2);
		*used = 0;
	}
	buf_add_string(b, *used ? ", " : "  ");
	*used += 2 + width;
	buf_add_text(b, from->id);
	if (to == from)
		return;
	buf_add_string(b, "..");
	buf_add_text(b, to->id);
}

void seat_drawing_add_list(const struct seat_mark *seats, size_t count, char mark, size_t columns,
                           struct buf *b)
{
	size_t used = 0;

	for (size_t at = 0, n; at < count; at += n) {
		for (n = 1; at + n < count && are_neighbours(&seats[at + n - 1], &seats[at + n]); n++)
			continue;
		if (seats[at].mark != mark)
			continue;
		if (n >= RANGE_SEATS_MIN) {
			list_item(b, &used, columns, &seats[at], &seats[at + n - 1]);
			continue;
		}
		for (size_t i = 0; i < n; i++)
			list_item(b, &used, columns, &seats[at + i], &seats[at + i]);
	}
	if (used)
		buf_add(b, "\n", 1);
}
