/*
 * packed_bytes.h - reading the bytes that packed.h describes, piece by piece.
 *
 * Included by common/message only. Where the bytes end too early, or make no sense, `failed` is set
 * and all further pieces are zeros.
 */
#ifndef HOLDFAST_MESSAGE_PACKED_BYTES_H
#define HOLDFAST_MESSAGE_PACKED_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/ids.h"
#include "common/base/text.h"

/* What is left to read. Texts are borrowed from it. */
struct packed_bytes {
	struct text left;
	struct arena *arena; /* takes lists; NULL where there are none */
	bool failed;
};

unsigned packed_take_byte(struct packed_bytes *from);
uint64_t packed_take_number(struct packed_bytes *from, uint64_t max); /* fails above max */
int64_t packed_take_difference(struct packed_bytes *from, int64_t to);
/* The same, of 32 bits and within limits. */
int32_t packed_take_integer(struct packed_bytes *from, int32_t to, int32_t min, int32_t max);
int64_t packed_take_time(struct packed_bytes *from, int64_t to_ms); /* 1970 to 9999 */
struct uuid packed_take_uuid(struct packed_bytes *from);
struct text packed_take_name(struct packed_bytes *from);
struct text packed_take_line(struct packed_bytes *from, size_t bytes_max); /* UTF-8, no controls */

/* How many follow, and room for them; NULL where it is none. */
void *packed_take_list(struct packed_bytes *from, size_t element_bytes, size_t *count);
/* Names; fails where there are fewer than `least`. */
const struct text *packed_take_names(struct packed_bytes *from, size_t least, size_t *count);

#endif
