/*
 * histogram.h - how often each value was seen, to one part in 64.
 *
 * Log-linear: below 128 a bucket for each value, above 64 buckets for each doubling. Its size does
 * not grow with the number of values.
 * Limits: a value above HISTOGRAM_VALUE_MAX counts as that; of microseconds these are twelve days.
 */
#ifndef HOLDFAST_PRODUCER_LOAD_HISTOGRAM_H
#define HOLDFAST_PRODUCER_LOAD_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BUCKETS 2240
#define HISTOGRAM_VALUE_MAX ((UINT64_C(1) << 40) - 1)

/* Zeroed is empty. */
struct histogram {
	uint64_t counts[HISTOGRAM_BUCKETS];
	uint64_t count;
	uint64_t max; /* exact; 0 while empty */
	double sum;
};

void histogram_add(struct histogram *h, uint64_t value);

/*
 * The value that `percent` of all values do not exceed, exact to one part in 64 and never above
 * the largest. 100: the largest itself. 0 while empty.
 */
uint64_t histogram_percentile(const struct histogram *h, double percent);
double histogram_mean(const struct histogram *h);

/* The largest value that falls into a bucket. */
uint64_t histogram_bucket_max(int bucket);

#endif
