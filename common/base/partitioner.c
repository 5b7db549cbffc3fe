#include "common/base/partitioner.h"

#define MURMUR_SEED 0x9747b28cu
#define MURMUR_FACTOR 0x5bd1e995u
#define MURMUR_SHIFT 24

static uint32_t mix(uint32_t v)
{
	v *= MURMUR_FACTOR;
	v ^= v >> MURMUR_SHIFT;
	return v * MURMUR_FACTOR;
}

/* As org.apache.kafka.common.utils.Utils.murmur2: four bytes at a time, the first the lowest. */
static uint32_t murmur2(const unsigned char *key, size_t bytes)
{
	uint32_t hash = MURMUR_SEED ^ (uint32_t)bytes;
	size_t at = 0;

	for (; bytes - at >= 4; at += 4)
		hash = hash * MURMUR_FACTOR ^
		       mix((uint32_t)key[at] | (uint32_t)key[at + 1] << 8 | (uint32_t)key[at + 2] << 16 |
		           (uint32_t)key[at + 3] << 24);
	if (at < bytes) {
		for (size_t i = bytes; i-- > at;)
			hash ^= (uint32_t)key[i] << (8 * (i - at));
		hash *= MURMUR_FACTOR;
	}
	hash ^= hash >> 13;
	hash *= MURMUR_FACTOR;
	return hash ^ hash >> 15;
}

int32_t partition_of_key(const void *key, size_t key_bytes, int32_t partition_count)
{
	return (int32_t)(murmur2(key, key_bytes) & INT32_MAX) % partition_count;
}
