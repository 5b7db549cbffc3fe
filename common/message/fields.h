/*
 * fields.h - the fields of a request beyond type, request_id and show_id, as a table.
 *
 * Included by common/message only. Section 3 of docs/protocol.md.
 */
#ifndef HOLDFAST_MESSAGE_FIELDS_H
#define HOLDFAST_MESSAGE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/message/request.h"
#include "common/base/text.h"

struct cJSON;
struct field_kind;

/* What a field must be, for fault texts. */
#define STRING_(x) #x
#define STRING(x) STRING_(x)
#define ID_FORM(max) "1 to " STRING(max) " characters of A-Z a-z 0-9 . _ : / -"
#define UUID_FORM "a UUID of " STRING(UUID_TEXT_CHARS) " characters, not nil"

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

/*
 * Take the next field from a set, in the order in which fields are checked, hashed and written.
 * NULL: the set is empty.
 */
const struct field *field_take(uint64_t *left);

bool field_read(const struct field *f, const struct cJSON *value, struct arena *arena,
                struct request *r); /* false: malformed, or out of memory (arena->failed) */
bool field_is_present(const struct field *f, const struct request *r);
void field_hash(const struct field *f, const struct request *r, struct buf *content);
void field_encode(const struct field *f, const struct request *r, struct buf *b); /* its value */

/* The texts in the order of text_compare, in the arena; NULL: arena->failed. */
struct text *texts_sorted(const struct text *texts, size_t count, struct arena *arena);

#endif
