#include "audit/letter/writing.h"

#include <inttypes.h>
#include <stdlib.h>

#define LINES_FIRST 32

/* ---- lines ---- */

void line_begin(struct writing *w, enum letter_line_kind kind)
{
	struct letter *l = w->letter;
	size_t capacity = l->line_capacity ? 2 * l->line_capacity : LINES_FIRST;
	struct letter_line *grown;

	if (l->line_count + 1 >= l->line_capacity) {
		grown = realloc(l->lines, capacity * sizeof *grown);
		if (!grown) {
			l->text.failed = true; /* the last line is written over from here on */
			l->line_count -= l->line_count > 0;
		} else {
			l->lines = grown;
			l->line_capacity = capacity;
		}
	}
	if (l->lines)
		l->lines[l->line_count] = (struct letter_line){kind, l->text.bytes, 0};
}

void line_end(struct writing *w)
{
	struct letter *l = w->letter;
	struct letter_line *line = l->lines ? &l->lines[l->line_count] : NULL;

	if (!line)
		return;
	line->bytes = l->text.bytes - line->from;
	l->line_count += line->bytes > 0;
}

void line(struct writing *w, enum letter_line_kind kind, const char *text)
{
	line_begin(w, kind);
	buf_add_string(w->b, text);
	line_end(w);
}

void sentence(struct writing *w, const char *text)
{
	const struct letter *l = w->letter;

	if (l->lines && w->b->bytes > l->lines[l->line_count].from)
		buf_add_string(w->b, " ");
	buf_add_string(w->b, text);
}

/* ---- what all parts say ---- */

const char *the_request(const struct writing *w)
{
	return w->is_customers ? "your request" : "the request";
}

const char *The_request(const struct writing *w)
{
	return w->is_customers ? "Your request" : "The request";
}

void add_time(struct writing *w, int64_t t_ms)
{
	words_add_time(w->b, t_ms, w->day_ms);
}

void add_offset(struct writing *w, int64_t offset)
{
	buf_print(w->b, " (offset %" PRId64 ")", offset);
}

void add_point(struct writing *w, struct point at)
{
	add_time(w, at.t_ms);
	add_offset(w, at.offset);
}

void add_reservation(struct writing *w, const struct reservation *r)
{
	buf_add_string(w->b, "reservation ");
	words_add_uuid(w->b, &r->id);
}

void add_contents(struct writing *w)
{
	const struct dispute *one = w->one;
	struct text names[RESERVE_SEATS_MAX];

	for (size_t i = 0; i < one->about_seat_count; i++)
		names[i] = one->about_seats[i]->id;
	if (one->about_seat_count)
		words_add_seats(w->b, "seat", names, one->about_seat_count, sizeof names[0]);
	if (one->about_seat_count && one->about_area_count)
		buf_add_string(w->b, " and ");
	words_add_areas(w->b, one->about_areas, one->about_area_count);
}

void add_how_much_before(struct writing *w, struct point at)
{
	int64_t ms = w->one->verdict.decided_ms - at.t_ms;

	if (ms > 0) {
		words_add_length(w->b, ms);
		buf_print(w->b, " before %s", the_request(w));
	} else {
		buf_print(w->b, "in the same millisecond as %s, but before it: offset %" PRId64
		          " stands before offset %" PRId64, the_request(w), at.offset, w->one->offset);
	}
}
