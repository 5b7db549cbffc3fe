/*
 * hall_drawing.h - draws seats where they are: section by section, row by row, with the aisles.
 *
 * Knows: places and a mark for each. Doesn't know: shows. Seats without a row: seat_drawing.h.
 */
#ifndef HOLDFAST_AUDIT_ASK_HALL_DRAWING_H
#define HOLDFAST_AUDIT_ASK_HALL_DRAWING_H

#include <stdint.h>

#include "common/base/text.h"

struct hall_mark {
	struct text section; /* data NULL: none; borrowed */
	struct text row;     /* borrowed */
	int32_t pos;         /* no two at one place */
	char mark;
};

/*
 * Append a heading a section, where there is any, and a line a row: names in natural order, a mark
 * a seat under a line of positions. Rows of a section stand under one another by pos; positions
 * that no row of it has are an aisle, one column wide. Sorts the marks.
 *
 * columns  longest line
 *
 * false: a line is too long, or memory is short (b->failed). Nothing was appended.
 */
bool hall_drawing_add(struct hall_mark *marks, size_t count, size_t columns, struct buf *b);

#endif
