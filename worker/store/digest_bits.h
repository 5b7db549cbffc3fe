/*
 * digest_bits.h - what stands in front of a table by digests in which most look-ups find nothing.
 *
 * A bit of each that is in it, and of some that were. The bits fit where the table does not, into the
 * processor's cache.
 */
#ifndef HOLDFAST_WORKER_STORE_DIGEST_BITS_H
#define HOLDFAST_WORKER_STORE_DIGEST_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/base/digest.h"

#define DIGEST_BITS 8 /* a digest, at least: one of eight that is not there has its bit set */
#define DIGEST_BITS_LOG2_FIRST 10

struct digest_bits {
	uint64_t *bits; /* NULL: nothing was ever in the table */
	unsigned log2;
};

/* By another part of the digest than the table goes by. */
static inline size_t digest_bit_of(const struct digest_bits *bits,
                                   const uint8_t digest[SHA256_BYTES])
{
	uint32_t part;

	memcpy(&part, digest + sizeof(unsigned), sizeof part);
	return part & (((size_t)1 << bits->log2) - 1);
}

static inline void digest_bits_put(struct digest_bits *bits, const uint8_t digest[SHA256_BYTES])
{
	size_t bit = digest_bit_of(bits, digest);

	bits->bits[bit / 64] |= UINT64_C(1) << bit % 64;
}

/* false: it certainly is not there. */
static inline bool digest_bits_may_have(const struct digest_bits *bits,
                                        const uint8_t digest[SHA256_BYTES])
{
	size_t bit = bits->bits ? digest_bit_of(bits, digest) : 0;

	return bits->bits && bits->bits[bit / 64] >> bit % 64 & 1;
}

#endif
