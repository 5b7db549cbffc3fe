/*
 * clock.h - time for waiting and for people; never for a decision (that is the append time).
 */
#ifndef HOLDFAST_BASE_CLOCK_H
#define HOLDFAST_BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_TEXT_BYTES 25 /* "2026-11-24T15:00:00.123Z" and its NUL */

int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void); /* where milliseconds are too coarse: measuring */
int64_t clock_wall_ms(void); /* since 1970, UTC */
void clock_sleep_ms(int64_t ms); /* shorter where a signal arrives */

/* RFC 3339, UTC, milliseconds. Years 0000 to 9999. */
void clock_print(int64_t wall_ms, char text[CLOCK_TEXT_BYTES]);
/* The same form back (fraction of 0 to 3 digits, "Z"); -1 where it is another form. */
int clock_parse(const char *text, int64_t *wall_ms);

#endif
