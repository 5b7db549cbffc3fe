/*
 * tree_make.h - a tree of cJSON from a text that the scan took, all of it in arenas.
 *
 * Included by common/message only. Knows: the grammar holds; nothing is checked again. Doesn't know:
 * cJSON's own parser and memory, in whose place it stands: they took half of reading a request.
 */
#ifndef HOLDFAST_MESSAGE_TREE_MAKE_H
#define HOLDFAST_MESSAGE_TREE_MAKE_H

#include "common/base/arena.h"
#include "common/base/text.h"

struct cJSON;

/*
 * Make the tree of one object, to be read and nothing else: `prev` is not set, nothing is deleted.
 *
 * json    what scan_is_strict_object_to took
 * texts   takes one copy of it, in which all keys and strings stand
 * values  takes the values; may be the same arena
 *
 * Returned: lives as long as both. NULL: out of memory, and the arena that lacked it has failed.
 */
struct cJSON *tree_make(struct text json, struct arena *texts, struct arena *values);

#endif
