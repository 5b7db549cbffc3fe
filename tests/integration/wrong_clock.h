/*
 * wrong_clock.h - programs whose wall clock is wrong, by tests/preload/clock.c.
 *
 * What cannot be done fails the test.
 */
#ifndef HOLDFAST_TESTS_WRONG_CLOCK_H
#define HOLDFAST_TESTS_WRONG_CLOCK_H

#include <stdint.h>

struct wrong_clock {
	char path[240];
	volatile int64_t *offset_ms; /* shared with whoever has the clock */
};

/* A clock that is right at first; the name tells the test's clocks apart. */
void wrong_clock_open(struct wrong_clock *clock, const char *name);
void wrong_clock_close(struct wrong_clock *clock); /* its programs must have ended */

/* Set it, that far from the machine's: those who have it see it at once. */
void wrong_clock_set(const struct wrong_clock *clock, int64_t offset_ms);

/* Programs that are started from now on have that clock; NULL: the machine's. */
void wrong_clock_use(const struct wrong_clock *clock);

#endif
