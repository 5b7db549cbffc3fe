/*
 * skew.h - programs whose wall clock is wrong, by tests/preload/clock.c.
 *
 * What cannot be done fails the test.
 */
#ifndef HOLDFAST_TESTS_SKEW_H
#define HOLDFAST_TESTS_SKEW_H

#include <stdint.h>

struct skew {
	char path[240];
	volatile int64_t *offset_ms; /* shared with whoever has the clock */
};

/* A clock that is right at first; the name tells the test's clocks apart. */
void skew_open(struct skew *clock, const char *name);
void skew_close(struct skew *clock); /* its programs must have ended */

/* Set it, that far from the machine's: those who have it see it at once. */
void skew_set(const struct skew *clock, int64_t offset_ms);

/* Programs that are started from now on have that clock; NULL: the machine's. */
void skew_use(const struct skew *clock);

#endif
