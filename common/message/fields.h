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

/* Fields of a show's policy; who reads one of them has given the request a zeroed policy. */
#define SETTING(symbol, key, kind, member, max, tag) | FIELD_BIT(POLICY_##symbol)
static const uint64_t policy_fields = 0
#include "common/message/request_types.def"
    ;

#define FIELD_LONGEST_MEMBER ".on_sale_until" /* of an object inside a request */

/* false: malformed, or out of memory (arena->failed) */
bool field_read(const struct field *f, const struct cJSON *value, struct field_reading *reading,
                struct request *r);
bool field_is_present(const struct field *f, const struct request *r);
/* Append the value as bytes that are equal for equal content; the arena takes what is sorted. */
void field_hash(const struct field *f, const struct request *r, struct arena *arena,
                struct buf *content);
void field_encode(const struct field *f, const struct request *r, struct buf *b); /* its value */

#endif
