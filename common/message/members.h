/*
 * members.h - the members of an object inside a request, by a table of their fields.
 *
 * Included by common/message only. The table of a struct stands where its list is read; MEMBER makes
 * a row of it, with OBJECT defined as the struct's name.
 */
#ifndef HOLDFAST_MESSAGE_MEMBERS_H
#define HOLDFAST_MESSAGE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/text.h"
#include "common/message/field_kinds.h"

struct keyed;

#define MEMBER(text, of, member, max_, tag_) \
	.key = text, .kind = &kind_##of, .offset = offsetof(struct OBJECT, member), .max = max_, \
	.tag = tag_
#define MEMBER_HAS(member) .has_offset = offsetof(struct OBJECT, member)
#define MEMBERS(table) table, sizeof table / sizeof table[0] /* a table as two arguments */

/* Notes the malformed member; false, for whoever reads to return. */
bool member_refuse(struct field_reading *reading, const char *member);

/* false: malformed, and noted; or out of memory (arena->failed) */
bool member_read(const struct field *f, const struct cJSON *in, struct field_reading *reading,
                 void *object);
/* false also: it is no object */
bool members_read(const struct field *fields, size_t count, const struct cJSON *value,
                  struct field_reading *reading, void *object);

/* How many elements there are in an array of 1 to the field's max; 0: it is none. */
size_t members_count(const struct field *f, const struct cJSON *value);

/* Append bytes that are equal for equal content and say where they end. */
void members_hash(const struct field *fields, size_t count, const void *object,
                  struct arena *arena, struct buf *content);
/* The same of a list as a set of objects, each with its name; it is sorted. */
void members_hash_list(const struct field *fields, size_t field_count, struct keyed *list,
                       size_t count, struct arena *arena, struct buf *content);

/* Append those that are there. needs_comma: something of the object is written already. */
void members_encode(const struct field *fields, size_t count, const void *object,
                    bool needs_comma, struct buf *b);

#endif
