/*
 * clock.h - what time it is, for waiting and for people; never for a decision (that is the append
 * time).
 */
#ifndef HOLDFAST_BASE_CLOCK_H
#define HOLDFAST_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void); /* where milliseconds are too coarse: measuring */
int64_t clock_wall_ms(void); /* since 1970, UTC */
void clock_sleep_ms(int64_t ms); /* shorter where a signal arrives */

#endif
