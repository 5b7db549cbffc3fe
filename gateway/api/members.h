/*
 * members.h - the members of a JSON object one by one, each value as it stands.
 *
 * Knows: texts that scan_is_strict_object took; of others nothing is promised but that it ends.
 */
#ifndef HOLDFAST_GATEWAY_API_MEMBERS_H
#define HOLDFAST_GATEWAY_API_MEMBERS_H

#include <stdbool.h>

#include "common/base/text.h"

struct members {
	struct text left;
};
struct member {
	struct text key;   /* what stands between the quotes, escapes as they are */
	struct text value; /* without white space around it */
};

struct members members_open(struct text object);
bool members_next(struct members *members, struct member *member); /* false: that was the last */

#endif
