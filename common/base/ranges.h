/*
 * ranges.h - a list such as "0-3=URL,4-7=URL": numbers, and a text for each.
 *
 * An entry is N=TEXT or N-M=TEXT, and ends at a comma behind which another one begins: digits,
 * perhaps a dash and digits, an equals sign. So a text may have commas in it. Blanks may stand
 * around an entry.
 */
#ifndef HOLDFAST_BASE_RANGES_H
#define HOLDFAST_BASE_RANGES_H

#include <stdbool.h>

#include "common/base/text.h"

struct ranges_entry {
	struct text range; /* "4-7", what stands before the equals sign; borrowed */
	struct text value;
};

/* Take the entry at the place, which moves behind it; false: none begins here. */
bool ranges_take(const char **at, struct ranges_entry *entry);

#endif
