/*
 * big_endian.h - numbers as Kafka, PostgreSQL and hashes have them: the highest byte first.
 */
#ifndef HOLDFAST_BASE_BIG_ENDIAN_H
#define HOLDFAST_BASE_BIG_ENDIAN_H

#include <stddef.h>
#include <stdint.h>

/* bytes: 1 to 8. */
static inline uint64_t big_endian_read(const void *from, size_t bytes)
{
	uint64_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | ((const unsigned char *)from)[i];
	return v;
}

/* The lowest bytes of the number. */
static inline void big_endian_write(void *to, uint64_t v, size_t bytes)
{
	for (size_t i = bytes; i-- > 0; v >>= 8)
		((unsigned char *)to)[i] = (unsigned char)v;
}

#endif
