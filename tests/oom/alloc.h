/*
 * alloc.h - memory that runs short on demand.
 *
 * Linked with --wrap (see the Makefile), malloc, calloc, realloc, strdup and strndup of our own
 * objects come through here; what libraries allocate for themselves does not, and is not counted.
 *
 * A program of build/oom/ is told by its environment:
 *
 *   HOLDFAST_ALLOC_FAILS=12    the 12th allocation fails
 *   HOLDFAST_ALLOC_FAILS=12+   so do all behind it
 *   HOLDFAST_ALLOC_FAILS=0     none; at its end the program says on stderr how many there were
 */
#ifndef HOLDFAST_TESTS_ALLOC_H
#define HOLDFAST_TESTS_ALLOC_H

#include <stdbool.h>

#define ALLOC_COUNT_SAID "allocations: " /* and the number */

/* Counted from now on, the n-th fails, and with for_good all behind it. 0: none. */
void alloc_fail_at(long n, bool for_good);
bool alloc_has_failed(void); /* since then */

#endif
