#include "gateway/api/buckets.h"

#include <stdlib.h>
#include <string.h>

#define WAYS 8 /* buckets that share a place */

struct bucket {
	uint8_t key[BUCKET_KEY_BYTES];
	int64_t full_us; /* from then on it is full, microseconds; 0: the place is empty */
};
_Static_assert(sizeof(struct bucket) == 24, "a bucket takes what the header says");

struct buckets {
	uint64_t seed;
	size_t place_mask;
	struct bucket places[];
};

struct buckets *buckets_open(size_t max, uint64_t seed)
{
	size_t places = 1;
	struct buckets *buckets;

	while (places * WAYS < max)
		places *= 2;
	buckets = calloc(1, sizeof *buckets + places * WAYS * sizeof(struct bucket));
	if (!buckets)
		return NULL;
	buckets->seed = seed | 1;
	buckets->place_mask = places - 1;
	return buckets;
}

void buckets_close(struct buckets *buckets)
{
	free(buckets);
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	a = (a ^ b) * UINT64_C(0x9e3779b97f4a7c15);
	return a ^ a >> 29;
}

static struct bucket *place_of(struct buckets *buckets, const uint8_t key[BUCKET_KEY_BYTES])
{
	uint64_t low, high;

	memcpy(&low, key, sizeof low);
	memcpy(&high, key + sizeof low, sizeof high);
	return &buckets->places[(mix(mix(mix(low, buckets->seed), high), buckets->seed >> 7) >> 11 &
	                         buckets->place_mask) * WAYS];
}

/* Of this key, else the one that is, or will be, full first. */
static struct bucket *choose(struct bucket *ways, const uint8_t key[BUCKET_KEY_BYTES])
{
	struct bucket *fullest = ways;

	for (int i = 0; i < WAYS; i++) {
		if (ways[i].full_us && !memcmp(ways[i].key, key, BUCKET_KEY_BYTES))
			return &ways[i];
		if (ways[i].full_us < fullest->full_us)
			fullest = &ways[i];
	}
	memcpy(fullest->key, key, BUCKET_KEY_BYTES);
	fullest->full_us = 0;
	return fullest;
}

/* Takes `taken` tokens where there is one. */
static bool take(struct buckets *buckets, const uint8_t key[BUCKET_KEY_BYTES],
                 struct bucket_limit limit, int taken, int64_t now_ms, int64_t *retry_ms)
{
	int64_t token_us, full_us, latest_us;
	struct bucket *bucket;

	if (!limit.in_ms || !limit.tokens)
		return true;
	token_us = (int64_t)limit.in_ms * 1000 / limit.tokens;
	bucket = choose(place_of(buckets, key), key);
	full_us = bucket->full_us > now_ms * 1000 ? bucket->full_us : now_ms * 1000;
	latest_us = now_ms * 1000 + (limit.burst - 1) * token_us;
	if (full_us > latest_us) {
		*retry_ms = (full_us - latest_us + 999) / 1000;
		return false;
	}
	bucket->full_us = full_us + taken * token_us;
	return true;
}

bool buckets_take(struct buckets *buckets, const uint8_t key[BUCKET_KEY_BYTES],
                  struct bucket_limit limit, int64_t now_ms, int64_t *retry_ms)
{
	return take(buckets, key, limit, 1, now_ms, retry_ms);
}

bool buckets_has(struct buckets *buckets, const uint8_t key[BUCKET_KEY_BYTES],
                 struct bucket_limit limit, int64_t now_ms, int64_t *retry_ms)
{
	return take(buckets, key, limit, 0, now_ms, retry_ms);
}
