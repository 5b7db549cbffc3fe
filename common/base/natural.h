/*
 * natural.h - names in the order in which people count: row 2 before row 10.
 */
#ifndef HOLDFAST_BASE_NATURAL_H
#define HOLDFAST_BASE_NATURAL_H

#include "common/base/text.h"

/*
 * As text_compare, but runs of digits by their number. 0 only where the two are the same, byte by
 * byte: of "02" and "2" the bytes decide.
 */
int natural_compare(struct text a, struct text b);

#endif
