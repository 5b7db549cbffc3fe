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
#include "common/base/text.h"
#include "common/message/field_kinds.h"
#include "common/message/request.h"

/*
 * Take the next field from a set, in the order in which fields are checked, hashed and written.
 * NULL: the set is empty.
 */
const struct field *field_take(uint64_t *left);

bool field_read(const struct field *f, const struct cJSON *value, struct arena *arena,
                struct request *r); /* false: malformed, or out of memory (arena->failed) */
bool field_is_present(const struct field *f, const struct request *r);
/* Append the value as bytes that are equal for equal content; the arena takes what is sorted. */
void field_hash(const struct field *f, const struct request *r, struct arena *arena,
                struct buf *content);
void field_encode(const struct field *f, const struct request *r, struct buf *b); /* its value */

#endif
