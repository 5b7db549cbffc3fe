#include "producer/load/histogram.h"

#include <assert.h>

/* A bucket's number is made of the value's highest seven bits and how far they were shifted. */
#define HALF_BITS 6
#define HALF (1 << HALF_BITS)

static int bucket_of(uint64_t value)
{
	int shift = 0;

	while (value >> shift >= 2 * HALF)
		shift++;
	return shift * HALF + (int)(value >> shift);
}

uint64_t histogram_bucket_max(int bucket)
{
	int shift = bucket < 2 * HALF ? 0 : bucket / HALF - 1;
	uint64_t steps = (uint64_t)(bucket - shift * HALF);

	return ((steps + 1) << shift) - 1;
}

void histogram_add(struct histogram *h, uint64_t value)
{
	uint64_t kept = value < HISTOGRAM_VALUE_MAX ? value : HISTOGRAM_VALUE_MAX;
	int bucket = bucket_of(kept);

	assert(bucket < HISTOGRAM_BUCKETS);
	h->counts[bucket]++;
	h->count++;
	h->sum += (double)kept;
	if (kept > h->max)
		h->max = kept;
}

uint64_t histogram_percentile(const struct histogram *h, double percent)
{
	double wanted = (double)h->count * percent / 100;
	uint64_t seen = 0;

	for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->counts[i];
		if (seen && (double)seen >= wanted) {
			uint64_t value = histogram_bucket_max(i);

			return value < h->max ? value : h->max;
		}
	}
	return h->max;
}

double histogram_mean(const struct histogram *h)
{
	return h->count ? h->sum / (double)h->count : 0;
}
