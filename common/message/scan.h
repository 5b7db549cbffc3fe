/*
 * scan.h - refuses what cJSON would take or hide: the grammar of RFC 8259 exactly.
 */
#ifndef HOLDFAST_MESSAGE_SCAN_H
#define HOLDFAST_MESSAGE_SCAN_H

#include <stdbool.h>

#include "common/base/text.h"

#define SCAN_DEPTH_MAX 4         /* the outermost object is 1 */
#define SCAN_NUMBER_CHARS_MAX 63

/*
 * Is this one JSON object, in UTF-8, by RFC 8259 and within the limits above, with no \u0000, no
 * lone surrogate and no raw control character in a string? A key that comes twice is not seen
 * here. What is wrong is named in `why` (a literal, quotes nothing).
 */
bool scan_is_strict_object(struct text json, const char **why);
bool scan_is_strict_object_to(struct text json, int depth_max, const char **why);

#endif
