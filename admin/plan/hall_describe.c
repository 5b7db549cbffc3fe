/* What a plan was understood to be, in lines for people. */
#include <stdlib.h>
#include <string.h>

#include "admin/plan/hall.h"
#include "common/base/unicode.h"

#define LABEL_WIDTH 28    /* columns of a terminal */
#define GAPS_SHOWN_MAX 12 /* rows with gaps that are named */

static int by_section(const void *a, const void *b)
{
	const struct hall_seat *left = *(const struct hall_seat *const *)a,
	                       *right = *(const struct hall_seat *const *)b;
	int order = text_compare(left->place.section, right->place.section);

	if (!order)
		order = text_compare(left->place.category, right->place.category);
	return order ? order : (left > right) - (left < right);
}

static int by_place(const void *a, const void *b)
{
	const struct hall_seat *left = *(const struct hall_seat *const *)a,
	                       *right = *(const struct hall_seat *const *)b;
	int order = text_compare(left->place.section, right->place.section);

	if (!order)
		order = text_compare(left->place.row, right->place.row);
	return order ? order : (left->place.pos > right->place.pos) - (left->place.pos < right->place.pos);
}

static void add_line(struct buf *to, int indent, struct text label, const char *none, size_t count)
{
	buf_print(to, "%*s", indent, "");
	unicode_add_padded(to, label.data ? label : text_of(none), LABEL_WIDTH - (size_t)indent);
	buf_print(to, " %7zu\n", count);
}

static void describe_sections(const struct hall_seat **seats, size_t count, struct buf *to)
{
	qsort(seats, count, sizeof *seats, by_section);
	for (size_t first = 0, end; first < count; first = end) {
		for (end = first; end < count && text_same(seats[first]->place.section,
		                                           seats[end]->place.section); end++)
			;
		add_line(to, 0, seats[first]->place.section, "(no section)", end - first);
		for (size_t from = first, until; from < end; from = until) {
			for (until = from; until < end && text_same(seats[from]->place.category,
			                                            seats[until]->place.category); until++)
				;
			add_line(to, 2, seats[from]->place.category, "(no category)", until - from);
		}
	}
}

/* "Parkett 3: behind 12, 24": where pos jumps. */
static void describe_gaps(const struct hall_seat **row, size_t count, struct buf *to)
{
	bool is_first = true;

	for (size_t i = 1; i < count; i++) {
		if (row[i]->place.pos == row[i - 1]->place.pos + 1)
			continue;
		if (is_first)
			buf_print(to, "  %.*s%s%.*s: behind ", TEXT_ARGS(row[0]->place.section),
			          row[0]->place.section.data ? " " : "", TEXT_ARGS(row[0]->place.row));
		buf_print(to, "%s%d", is_first ? "" : ", ", row[i - 1]->place.pos);
		is_first = false;
	}
	buf_add_string(to, "\n");
}

static bool has_gaps(const struct hall_seat **row, size_t count)
{
	return row[count - 1]->place.pos - row[0]->place.pos != (int32_t)count - 1;
}

static void describe_rows(const struct hall_seat **seats, size_t count, struct buf *to)
{
	size_t rows = 0, with_gaps = 0, without = 0, end;

	for (size_t i = 0; i < count; i++)
		if (seats[i]->place.row.data)
			seats[without++] = seats[i];
	count = without; /* those without a row stand in none */
	qsort(seats, count, sizeof *seats, by_place);
	for (int pass = 0; pass < 2; pass++) {
		size_t shown = 0;

		if (pass)
			buf_print(to, "%zu rows, %zu of them with gaps%s\n", rows, with_gaps,
			          with_gaps ? ":" : "");
		for (size_t first = 0; first < count; first = end) {
			for (end = first; end < count &&
			     text_same(seats[first]->place.section, seats[end]->place.section) &&
			     text_same(seats[first]->place.row, seats[end]->place.row); end++)
				;
			rows += !pass;
			if (!has_gaps(seats + first, end - first))
				continue;
			with_gaps += !pass;
			if (pass && shown++ < GAPS_SHOWN_MAX)
				describe_gaps(seats + first, end - first, to);
		}
		if (pass && shown > GAPS_SHOWN_MAX)
			buf_print(to, "  and %zu more\n", shown - GAPS_SHOWN_MAX);
	}
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
	free(seats);
}
