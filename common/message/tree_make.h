/*
 * tree_make.h - a tree of cJSON from a text that the scan took, all of it in arenas.
 *
 * Included by common/message only. Knows: the grammar holds; nothing is checked again. Doesn't know:
 * cJSON's own parser and memory, in whose place it stands: they took half of reading a request.
 */
#ifndef HOLDFAST_MESSAGE_TREE_MAKE_H
#define HOLDFAST_MESSAGE_TREE_MAKE_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/text.h"

/* Where the values of a tree go. */
struct tree_values {
	struct arena *more; /* takes what has no room in `few` */
	cJSON *few;         /* on a stack: most trees are small, and blocks of an arena are not */
	size_t few_left;
};

/*
 * Make the tree of one object, to be read and nothing else: `prev` is not set, nothing is deleted.
 *
 * json    what scan_is_strict_object_to took
 * texts   takes one copy of it, in which all keys and strings stand
 * values  take the values; `more` may be the same arena
 *
 * Returned: lives as long as both. NULL: out of memory, and the arena that lacked it has failed.
 */
cJSON *tree_make(struct text json, struct arena *texts, struct tree_values *values);

#endif
