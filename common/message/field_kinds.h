/*
 * field_kinds.h - the kinds of fields that the table of request_types.def names: what must be in a
 * field of that kind, and how it is read, hashed and written.
 *
 * Included by common/message only.
 */
#ifndef HOLDFAST_MESSAGE_FIELD_KINDS_H
#define HOLDFAST_MESSAGE_FIELD_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"

struct arena;
struct cJSON;
struct field_kind;

/* A row of the table of fields: request_types.def. */
struct field {
	uint64_t bit;                  /* in a set of fields */
	const char *key;
	const char *form;              /* "an integer from 1 to 50": what the key must be */
	const struct field_kind *kind; /* how it is read and written */
	size_t offset;                 /* of its member in struct request */
	int32_t max;                   /* bytes, points, seats or the integer itself */
	uint8_t tag;                   /* in the content */
};

/* `to` and `from` are the field's member in struct request; what is read lives in the arena. */
struct field_kind {
	bool (*read)(const struct field *f, const struct cJSON *value, struct arena *arena, void *to);
	bool (*is_present)(const void *from);
	void (*hash)(const void *from, struct arena *arena, struct buf *content);
	void (*encode)(const void *from, struct buf *b);
};

extern const struct field_kind kind_id;      /* an id or a secret */
extern const struct field_kind kind_title;
extern const struct field_kind kind_uuid;    /* nil is none */
extern const struct field_kind kind_integer; /* from 1 on; 0 is none */
extern const struct field_kind kind_seats;   /* distinct seat ids, of seat_ids and seat_count */

/* What a field of each kind must be, for fault texts; max is the column of the table. */
#define STRING_(x) #x
#define STRING(x) STRING_(x)
#define FORM_id(max) "1 to " STRING(max) " characters of A-Z a-z 0-9 . _ : / -"
#define FORM_uuid(max) "a UUID of " STRING(max) " characters, not nil"
#define FORM_title(max) "at most " STRING(max) " characters without control characters"
#define FORM_integer(max) "an integer from 1 to " STRING(max)
#define FORM_seats(max) "1 to " STRING(max) " distinct seat ids, each " FORM_id(SEAT_ID_BYTES_MAX)

#endif
