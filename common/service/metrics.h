/*
 * metrics.h - the registry of what a program counts and measures, and its text for Prometheus.
 *
 * The program has the table of its metrics and hands it in. Labels come from fixed sets: no show,
 * seat or request is ever one. Whoever counts only touches atomics.
 * Threads: any, but metrics_open once, before whoever counts.
 * Limits: METRICS_MAX rows; METRICS_CELLS_MAX cells of all rows together.
 */
#ifndef HOLDFAST_SERVICE_METRICS_H
#define HOLDFAST_SERVICE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"

#define METRICS_MAX 64
#define METRICS_CELLS_MAX 2048
#define METRICS_BOUNDS_MAX 15

enum metrics_kind { METRICS_COUNTER, METRICS_GAUGE, METRICS_HISTOGRAM };

/* Upper bounds of buckets, ascending, 0 behind the last. One more bucket follows, without bound. */
struct metrics_bounds {
	int64_t unit; /* what is observed for 1 of the metric's unit */
	int64_t list[METRICS_BOUNDS_MAX + 1];
};

/* What is counted under one name, and how it is printed. All zero: one number without a label. */
struct metrics_samples {
	const struct metrics_bounds *bounds; /* of a histogram */
	const char *label;                   /* or: a cell for each value of this label */
	const char *const *values;
	unsigned cell_count;                 /* 0: one cell; a histogram has as many as it needs */
	void (*print)(struct buf *text, const char *name); /* or: prints its samples itself */
};

struct metrics_row {
	enum metrics_kind kind;
	const char *name, *help;
	const struct metrics_samples *samples;
};

/*
 * Begin to count. Before, and in a program that never opens it, counting does nothing.
 *
 * build_labels  the labels of holdfast_build_info: name="value",...; borrowed for ever
 * rows          what the program counts; a row's place is its metric below; borrowed for ever
 */
void metrics_open(const char *build_labels, const struct metrics_row *rows, size_t count);
void metrics_close(void); /* forgets everything */

/* The cells of a counter with labels are its own to number. One without has cell 0. */
void metrics_add(unsigned metric, unsigned cell, uint64_t n);
uint64_t metrics_count(unsigned metric, unsigned cell);

/* Into a histogram, in the unit of its bounds. Less than 0 counts as 0. */
void metrics_observe(unsigned metric, int64_t value);
uint64_t metrics_observed(unsigned metric, uint64_t *sum); /* how often; sum may be NULL */

/* Append what every program has, and then the program's rows in their order. */
void metrics_print(struct buf *text);

#endif
