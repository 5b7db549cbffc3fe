#include "common/base/record.h"

#include <string.h>

#include "common/base/big_endian.h"

#define LENGTH_OF_NONE 0xFFFFFFFFu
#define MURMUR_SEED 0x9747b28cu
#define MURMUR_FACTOR 0x5bd1e995u
#define MURMUR_SHIFT 24

void record_give(struct record *r)
{
	if (r->give)
		r->give(r);
	*r = (struct record){0};
}

const struct record_header *record_header_last(const struct record *r, const char *name)
{
	for (size_t i = r->header_count; i-- > 0;)
		if (text_same(r->headers[i].name, text_of(name)))
			return &r->headers[i];
	return NULL;
}

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

int32_t record_partition_of(const void *key, size_t key_bytes, int32_t partition_count)
{
	return (int32_t)(murmur2(key, key_bytes) & INT32_MAX) % partition_count;
}

void record_digest(const struct record *r, uint8_t digest[SHA256_BYTES])
{
	unsigned char time[8], key_length[4], value_length[4];
	const struct text parts[] = {
	    {(char *)time, sizeof time},
	    {(char *)key_length, sizeof key_length},
	    r->key,
	    {(char *)value_length, sizeof value_length},
	    r->value,
	};

	big_endian_write(time, (uint64_t)r->timestamp_ms, sizeof time);
	big_endian_write(key_length, r->key.data ? r->key.bytes : LENGTH_OF_NONE, sizeof key_length);
	big_endian_write(value_length, r->value.data ? r->value.bytes : LENGTH_OF_NONE,
	                 sizeof value_length);
	sha256(digest, parts, sizeof parts / sizeof parts[0]);
}
