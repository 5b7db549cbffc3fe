/*
 * unpack.h - reading the bytes that packed.h describes, piece by piece.
 *
 * Included by common/message only. Where the bytes end too early, or make no sense, `failed` is set
 * and all further pieces are zeros.
 */
#ifndef HOLDFAST_MESSAGE_UNPACK_H
#define HOLDFAST_MESSAGE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/ids.h"
#include "common/base/text.h"

/* What is left to read. Texts are borrowed from it. */
struct unpacking {
	struct text left;
	struct arena *arena; /* takes lists; NULL where there are none */
	bool failed;
};

unsigned unpack_byte(struct unpacking *from);
uint64_t unpack_number(struct unpacking *from, uint64_t max); /* fails above max */
int64_t unpack_difference(struct unpacking *from, int64_t to);
/* The same, of 32 bits and within limits. */
int32_t unpack_integer(struct unpacking *from, int32_t to, int32_t min, int32_t max);
int64_t unpack_time(struct unpacking *from, int64_t to_ms); /* 1970 to 9999 */
struct uuid unpack_uuid(struct unpacking *from);
struct text unpack_name(struct unpacking *from);
struct text unpack_line(struct unpacking *from, size_t bytes_max); /* UTF-8, no controls */

/* How many follow, and room for them; NULL where it is none. */
void *unpack_list(struct unpacking *from, size_t element_bytes, size_t *count);
/* Names; fails where there are fewer than `least`. */
const struct text *unpack_names(struct unpacking *from, size_t least, size_t *count);

#endif
