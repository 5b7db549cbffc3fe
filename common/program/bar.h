/*
 * bar.h - a progress bar on stderr, for people: drawn only where stderr is a terminal.
 */
#ifndef HOLDFAST_PROGRAM_BAR_H
#define HOLDFAST_PROGRAM_BAR_H

#include <stdbool.h>
#include <stdint.h>

struct bar {
	const char *unit;  /* "seats" */
	uint64_t total, done;
	uint64_t drawn;    /* steps filled when it was last drawn, and 1 */
	bool is_shown;
};

void bar_open(struct bar *bar, const char *unit, uint64_t total);
void bar_add(struct bar *bar, uint64_t more);
void bar_close(struct bar *bar); /* leaves the line, full or not */

#endif
