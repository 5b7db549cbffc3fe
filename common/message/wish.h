/*
 * wish.h - what is asked of best available: `best` of sections 3 and 4.3 of docs/protocol.md.
 */
#ifndef HOLDFAST_MESSAGE_WISH_H
#define HOLDFAST_MESSAGE_WISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"

/* Texts are borrowed; lists in the order given. */
struct wish {
	int32_t count;
	const struct text *categories; /* category_count 0: not given, any */
	size_t category_count;
	const struct text *sections;   /* section_count 0: not given, any */
	size_t section_count;
	bool together;                 /* true where it is not given */
	bool restricted;
	int32_t accessible;            /* how many must be; 0: not given */
	bool has_together, has_restricted; /* given: other content than not given */
};

/*
 * Append categories or sections as a JSON array, sorted by their bytes: the same for all wishes that
 * name the same. At most WISH_NAMES_MAX of them.
 */
void wish_encode_names(struct buf *b, const struct text *names, size_t count);

#endif
