/*
 * house.h - draws the seats of a house on a terminal: its sections, their rows, a mark a seat.
 *
 * Knows: where seats stand. Doesn't know: shows, requests, what a mark means.
 */
#ifndef HOLDFAST_PROGRAM_HOUSE_H
#define HOLDFAST_PROGRAM_HOUSE_H

#include <stdint.h>

#include "common/base/text.h"

#define HOUSE_LINE_SEATS_MIN 10

struct house_seat {
	struct text section; /* data NULL: none */
	struct text row;
	int32_t pos;         /* from 1 on: neighbours differ by 1, an aisle is a gap */
	char mark;
	int32_t section_rank;
};

/*
 * Append each section's name and its rows: a mark a seat, in its place, a blank for each pos that has
 * no seat. Sections stand by their rank, those of one rank and rows in the order of natural.h, and
 * are parted by blank lines. A section that is wider than a line has its rows broken, all of them
 * behind the same pos; the row's name stands on its first line, and an empty line where seats are
 * missing that would fill one.
 *
 * seats    sorted in place; no two at one place, and those of a section of one rank
 * columns  longest line, where it has room for HOUSE_LINE_SEATS_MIN seats beside the row's name
 */
void house_draw(struct house_seat *seats, size_t count, size_t columns, struct buf *to);

#endif
