#include "common/message/fields.h"

#define ROW(name, text, form_, of, struct_, member, most, tag_) \
	.bit = FIELD_BIT(name), .key = text, .form = form_, .kind = of, \
	.offset = offsetof(struct struct_, member), .max = most, .tag = tag_

static const struct field table[FIELD_COUNT] = {
#define FIELD(symbol, key, kind, member, max, tag) \
	{ROW(symbol, #key, FORM_##kind(max), &kind_##kind, request, member, max, tag)},
#define SETTING(symbol, key, kind, member, max, tag) \
	{ROW(POLICY_##symbol, #key, FORM_##kind(max), &kind_##kind, policy, member, max, tag), \
	 .given = POLICY_##symbol},
#include "common/message/request_types.def"
};

#define FIELD(symbol, key, kind, member, max, tag) \
	_Static_assert((tag) > 0 && (tag) <= UINT8_MAX, #key " needs a tag of one byte"); \
	_Static_assert(sizeof #key " must be " FORM_##kind(max) "; see " #key "[1000]" \
	                   FIELD_LONGEST_MEMBER <= REQUEST_FAULT_TEXT_BYTES, \
	               "the fault of " #key " fits");
#include "common/message/request_types.def"

const struct field *field_take(uint64_t *left)
{
	const struct field *f = *left ? &table[__builtin_ctzll(*left)] : NULL;

	*left &= *left - 1;
	return f;
}

bool field_is_present(const struct field *f, const struct request *r)
{
	return f->given ? r->policy && (r->policy->given & f->given) : f->kind->is_present(f, r);
}

bool field_read(const struct field *f, const struct cJSON *value, struct field_reading *reading,
                struct request *r)
{
	if (!f->given)
		return f->kind->read(f, value, reading, r);
	r->policy->given |= f->given;
	return f->kind->read(f, value, reading, r->policy);
}

static const void *object_of(const struct field *f, const struct request *r)
{
	return f->given ? (const void *)r->policy : r;
}

void field_hash(const struct field *f, const struct request *r, struct arena *arena,
                struct buf *content)
{
	f->kind->hash(f, object_of(f, r), arena, content);
}

void field_encode(const struct field *f, const struct request *r, struct buf *b)
{
	f->kind->encode(f, object_of(f, r), b);
}
