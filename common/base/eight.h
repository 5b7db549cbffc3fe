/*
 * eight.h - questions to eight bytes at once, for who looks for a few of many.
 */
#ifndef HOLDFAST_BASE_EIGHT_H
#define HOLDFAST_BASE_EIGHT_H

#include <stdbool.h>
#include <stdint.h>

/* Eight times this byte. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Is one of them below this, which is at most 0x80? */
static inline bool eight_has_below(uint64_t eight, unsigned char bound)
{
	return (eight - EIGHT(bound)) & ~eight & EIGHT(0x80);
}

/* Is one of them this? */
static inline bool eight_has(uint64_t eight, unsigned char value)
{
	return eight_has_below(eight ^ EIGHT(value), 1);
}

#endif
