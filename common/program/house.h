/*
 * house.h - draws the seats of a house on a terminal: its sections, their rows, a mark a seat.
 *
 * Knows: where seats stand. Doesn't know: shows, requests, what a mark means.
 */
#ifndef HOLDFAST_PROGRAM_HOUSE_H
#define HOLDFAST_PROGRAM_HOUSE_H

#include <stdint.h>

#include "common/base/text.h"

struct house_seat {
	struct text section; /* data NULL: none */
	struct text row;
	int32_t pos;         /* from 1 on: neighbours differ by 1, an aisle is a gap */
	char mark;
};

/*
 * Append each section's name and its rows, in the order of natural.h: a mark
 * a seat, in its place, a blank for each pos that has no seat. Sections are parted by blank lines.
 * Of a row that is wider than a line only how many seats it has of each mark.
 *
 * seats    sorted in place; no two at one place
 * columns  longest line
 */
void house_draw(struct house_seat *seats, size_t count, size_t columns, struct buf *to);

#endif
