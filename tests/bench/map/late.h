/*
 * late.h - how late changes come to many viewers, each at each.
 *
 * Threads: one.
 */
#ifndef HOLDFAST_TESTS_BENCH_LATE_H
#define HOLDFAST_TESTS_BENCH_LATE_H

#include <stdbool.h>
#include <stdint.h>

/* One viewer has just read what changed from one offset to another; wall clock: when it was there. */
void late_note(long long from, long long to, int64_t arrived_ms);
/* Of frames that went to at least so many: how many a second. */
void late_print_pace(unsigned viewers);
/*
 * path  of lines "O MS": the offset of a change, and its time, milliseconds since 1970
 *
 * false, and said: it cannot be read, or none of them came to anybody
 */
bool late_print(const char *path);

#endif
