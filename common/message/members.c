#include "common/message/members.h"

#include <cjson/cJSON.h>

#include "common/message/field_lists.h"
#include "common/message/tree.h"

bool member_refuse(struct field_reading *reading, const char *member)
{
	reading->member = member;
	return false;
}

bool member_read(const struct field *f, const cJSON *in, struct field_reading *reading,
                 void *object)
{
	const cJSON *value = json_member(in, f->key);

	return (value ? f->kind->read(f, value, reading, object) : !f->is_required) ||
	       member_refuse(reading, f->key);
}

bool members_read(const struct field *fields, size_t count, const cJSON *value,
                  struct field_reading *reading, void *object)
{
	if (!cJSON_IsObject(value))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!member_read(&fields[i], value, reading, object))
			return false;
	return true;
}

size_t members_count(const struct field *f, const cJSON *value)
{
	size_t count = cJSON_IsArray(value) ? (size_t)cJSON_GetArraySize(value) : 0;

	return count <= (size_t)f->max ? count : 0;
}

void members_hash(const struct field *fields, size_t count, const void *object,
                  struct arena *arena, struct buf *content)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].kind->is_present(&fields[i], object)) {
			buf_add(content, &fields[i].tag, 1);
			fields[i].kind->hash(&fields[i], object, arena, content);
		}
	buf_add(content, "", 1); /* 0, no field's tag: its end */
}

void members_hash_list(const struct field *fields, size_t field_count, struct keyed *list,
                       size_t count, struct arena *arena, struct buf *content)
{
	keyed_sort(list, count);
	buf_add_u32(content, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		buf_add_u32(content, (uint32_t)list[i].key.bytes);
		buf_add_text(content, list[i].key);
		members_hash(fields, field_count, list[i].object, arena, content);
	}
}

void members_encode(const struct field *fields, size_t count, const void *object,
                    bool needs_comma, struct buf *b)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].kind->is_present(&fields[i], object)) {
			buf_add_string(b, needs_comma ? ",\"" : "\"");
			buf_add_string(b, fields[i].key);
			buf_add_string(b, "\":");
			fields[i].kind->encode(&fields[i], object, b);
			needs_comma = true;
		}
}
