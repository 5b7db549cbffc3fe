/*
 * ids.h - UUIDs, as text and as bytes (libuuid).
 */
#ifndef HOLDFAST_BASE_IDS_H
#define HOLDFAST_BASE_IDS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/text.h"

#define UUID_TEXT_CHARS 36

struct uuid {
	uint8_t bytes[16];
};

bool uuid_decode(struct text t, struct uuid *id); /* 36 characters, any case, not nil */
void uuid_encode(const struct uuid *id, char text[UUID_TEXT_CHARS + 1]); /* lower case */
bool uuid_same(const struct uuid *a, const struct uuid *b);
/* Time-ordered (RFC 9562 version 7): its rows land side by side in an index. */
struct uuid uuid_make(void);
/* Always the same for the same name (RFC 9562 version 5, in a namespace of holdfast's own). */
struct uuid uuid_derive(struct text name);

#endif
