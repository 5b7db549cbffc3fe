/*
 * eight.h - questions to eight bytes at once, for who looks for a few of many.
 */
#ifndef HOLDFAST_BASE_EIGHT_H
#define HOLDFAST_BASE_EIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Eight times this byte. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/*
 * Marks, the top bit of each byte, on those below this, which is at most 0x80: 0 if there is none. The
 * least of them is right; above it one may be wrong.
 */
static inline uint64_t eight_mark_below(uint64_t eight, unsigned char bound)
{
	return (eight - EIGHT(bound)) & ~eight & EIGHT(0x80);
}

/* The same on those that are this. */
static inline uint64_t eight_mark(uint64_t eight, unsigned char value)
{
	return eight_mark_below(eight ^ EIGHT(value), 1);
}

/* How many stand before the first marked, in memory. Marks may be joined by |, and are not 0. */
static inline size_t eight_before(uint64_t marks)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (size_t)__builtin_ctzll(marks) / 8;
#else
	(void)marks;
	return 0; /* the first has the most weight, and may be marked wrongly: it is to be looked at */
#endif
}

/* Is one of them below this, which is at most 0x80? */
static inline bool eight_has_below(uint64_t eight, unsigned char bound)
{
	return eight_mark_below(eight, bound);
}

/* Is one of them this? */
static inline bool eight_has(uint64_t eight, unsigned char value)
{
	return eight_mark(eight, value);
}

#endif
