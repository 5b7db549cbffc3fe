#include "common/message/fields.h"

static const struct field table[FIELD_COUNT] = {
#define FIELD(symbol, key, kind, max, tag) \
	{FIELD_BIT(symbol), #key, FORM_##kind(max), &kind_##kind, offsetof(struct request, key), max, \
	 tag},
#include "common/message/request_types.def"
};

#define FIELD(symbol, key, kind, max, tag) \
	_Static_assert((tag) > 0 && (tag) <= UINT8_MAX, #key " needs a tag of one byte"); \
	_Static_assert(sizeof #key " must be " FORM_##kind(max) "; see " #key "[1000]" <= \
	                   REQUEST_FAULT_TEXT_BYTES, \
	               "the fault of " #key " fits");
#include "common/message/request_types.def"

const struct field *field_take(uint64_t *left)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (*left & table[i].bit) {
			*left &= ~table[i].bit;
			return &table[i];
		}
	return NULL;
}

bool field_read(const struct field *f, const struct cJSON *value, struct arena *arena,
                struct request *r)
{
	return f->kind->read(f, value, arena, (char *)r + f->offset);
}

bool field_is_present(const struct field *f, const struct request *r)
{
	return f->kind->is_present((const char *)r + f->offset);
}

void field_hash(const struct field *f, const struct request *r, struct arena *arena,
                struct buf *content)
{
	f->kind->hash((const char *)r + f->offset, arena, content);
}

void field_encode(const struct field *f, const struct request *r, struct buf *b)
{
	f->kind->encode((const char *)r + f->offset, b);
}
