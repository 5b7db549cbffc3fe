/*
 * gauges.h - how each partition of this worker stands: its offsets, how long a request appended now
 * will wait, and whether it is halted.
 *
 * A partition has gauges from its assignment to its revocation.
 * Threads: any, but gauges_open once; before it, and for a partition that is none, nothing happens.
 */
#ifndef HOLDFAST_WORKER_FIGURES_GAUGES_H
#define HOLDFAST_WORKER_FIGURES_GAUGES_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/base/text.h"

/* Next to decide, next to answer, and where the log ends. */
enum gauge_offset { OFFSET_DECIDED, OFFSET_REPLIED, OFFSET_END, OFFSET_KINDS };

/*
 * Partitions 0 to count - 1, none with gauges yet.
 *
 * RC_FATAL  out of memory
 */
enum rc gauges_open(int32_t count, struct err *e) NODISCARD;
void gauges_close(void); /* forgets everything */

void gauges_set_offset(int32_t partition, enum gauge_offset kind, int64_t offset); /* -1: none */
/*
 * A look at the partition as it is now, by the same thread each time, some a second: by these it is
 * known how fast it decides.
 *
 * is_caught_up  all of the log is decided, also where markers of transactions stand behind that
 */
void gauges_look(int32_t partition, int64_t now_ms, bool is_caught_up);
void gauges_set_halted(int32_t partition, bool is_halted); /* from here on it has gauges */
void gauges_forget(int32_t partition);                     /* it has none any more */
int64_t gauges_lag(void); /* requests that are not answered, over all partitions with gauges */

/* Append the samples of all partitions with gauges under that name. */
void gauges_print_offsets(struct buf *text, const char *name);
void gauges_print_halted(struct buf *text, const char *name);
/* What is before a request that is appended now, and how long it will wait where that is known. */
void gauges_print_waiting(struct buf *text, const char *name);
void gauges_print_wait(struct buf *text, const char *name);

/* The topic has that partition; where it is beyond those of gauges_open, it is a surplus one. */
void gauges_see_partition(int32_t partition);
void gauges_print_surplus(struct buf *text, const char *name); /* how many of them */

#endif
