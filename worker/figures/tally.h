/*
 * tally.h - how the partitions of a shadow stand: what it has compared and found.
 *
 * Threads: any, but tally_open once; before it nothing happens, and nothing is printed.
 */
#ifndef HOLDFAST_WORKER_FIGURES_TALLY_H
#define HOLDFAST_WORKER_FIGURES_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/base/text.h"

/* Requests, by what came of comparing them. */
struct tally_counts {
	int64_t same, reworded, different, unseen;
};
void tally_count_up(struct tally_counts *to, const struct tally_counts *more);
int64_t tally_sum(const struct tally_counts *counts);

/* One partition's. */
struct tally {
	int64_t decided, compared, end; /* next offsets, and where the log ends; -1: not known yet */
	struct tally_counts counts;     /* since the scratch database was made */
	int64_t shows;                  /* with a difference */
};
#define TALLY_NONE ((struct tally){.decided = -1, .compared = -1, .end = -1})

enum rc tally_open(int32_t partitions, struct err *e) NODISCARD; /* RC_FATAL: out of memory */
void tally_close(void);

void tally_set(int32_t partition, const struct tally *tally);
/* Why it does not follow at this moment; "": it does. Copied, cut where it is long. */
void tally_say(int32_t partition, const char *why);

struct tally tally_all(void); /* sums; .end: how many requests are not compared yet */
/* Append a line for each partition that does not follow. */
void tally_explain(struct buf *lines);
/* The page /status: lines for people. */
void tally_print_page(struct buf *text);

/* Samples of metrics.def. */
void tally_print_requests(struct buf *text, const char *name);
void tally_print_shows(struct buf *text, const char *name);
void tally_print_offsets(struct buf *text, const char *name);

#endif
