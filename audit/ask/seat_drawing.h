/*
 * seat_drawing.h - draws seats in rows, where their ids allow it, and lists them where they do not.
 *
 * An id such as A12, row-3-seat-7 or 101-14 is a row (A, row-3-seat-, 101-) and a number.
 * Knows: ids and a mark for each. Doesn't know: shows.
 * Limits: numbers of SEAT_NUMBER_DIGITS_MAX digits.
 */
#ifndef HOLDFAST_AUDIT_ASK_SEAT_DRAWING_H
#define HOLDFAST_AUDIT_ASK_SEAT_DRAWING_H

#include "common/base/text.h"

#define SEAT_NUMBER_DIGITS_MAX 9
#define NO_NUMBER (-1)

struct seat_mark {
	struct text id;  /* borrowed */
	char mark;
	struct text row; /* of the id: all before the number; the whole id where there is none */
	int64_t number;  /* NO_NUMBER: the id does not end with one, or with one too long */
};

/* An id with its mark, taken apart. */
struct seat_mark seat_mark_of(struct text id, char mark);

/* Natural order of two names: row-2 before row-10, Z before AA. None comes first. */
int seat_drawing_compare_names(struct text a, struct text b);

/*
 * Rows in natural order (row-2 before row-10, Z before AA), seats of a row by their numbers.
 * Both functions below want this order.
 */
void seat_drawing_sort(struct seat_mark *seats, size_t count);

/*
 * Append one line a row, a mark a seat, gaps where there is no number, under a line of numbers.
 *
 * columns  longest line
 *
 * false: the ids do not allow it: one has no number, two are one place, most rows are of one seat,
 * or a line is too long. Nothing was appended.
 */
bool seat_drawing_add_rows(const struct seat_mark *seats, size_t count, size_t columns,
                           struct buf *b);

/*
 * Append the ids of one mark, neighbours in a row as "A1..A9", in lines that start with two blanks.
 */
void seat_drawing_add_list(const struct seat_mark *seats, size_t count, char mark, size_t columns,
                           struct buf *b);

#endif
