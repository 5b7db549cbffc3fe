/*
 * field_lists.h - lists of distinct names, and of objects that a name tells apart.
 *
 * Included by common/message only.
 */
#ifndef HOLDFAST_MESSAGE_FIELD_LISTS_H
#define HOLDFAST_MESSAGE_FIELD_LISTS_H

#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/text.h"
#include "common/message/field_kinds.h"

/*
 * Read an array of `least` to `most` distinct names.
 *
 * NULL: it is something else, and reading->element says where; or out of memory (arena->failed)
 */
struct text *names_read(const struct cJSON *value, size_t least, size_t most,
                        struct field_reading *reading, size_t *count);

/*
 * The number, from 1 on, of the first name that is equal to one before it. 0: all are distinct, or
 * out of memory.
 */
size_t names_find_twice(const struct text *names, size_t count, struct arena *arena);

/* As a set. */
void names_hash(const struct text *names, size_t count, struct arena *arena, struct buf *content);

/* An object of a list, and its name there. */
struct keyed {
	struct text key;
	const void *object;
};
void keyed_sort(struct keyed *list, size_t count); /* by key, then by address */

#endif
