#include "common/message/request_types.h"

#include <stdio.h>

#include "common/message/limits.h"

static const struct {
	const char *name;
	enum request_sender sender;
	size_t bytes_max;
	uint8_t tag;
	uint64_t required, optional;
} types[REQUEST_TYPE_COUNT] = {
	[REQUEST_NONE] = {.bytes_max = REQUEST_BYTES_MAX},
#define TYPE(symbol, name, sender, bytes_max, tag, required, optional) \
	[REQUEST_##symbol] = {name, SENDER_##sender, bytes_max, tag, required, optional},
#include "common/message/request_types.def"
};

#define TYPE(symbol, name, sender, bytes_max, tag, required, optional) \
	_Static_assert((tag) > 0 && (tag) <= UINT8_MAX, name " needs a tag of one byte"); \
	_Static_assert(((required) & (optional)) == 0, name " has a field that is both");
#include "common/message/request_types.def"

const char *request_type_name(enum request_type type)
{
	return types[type].name;
}

enum request_type request_type_of(struct text name)
{
	for (int type = REQUEST_NONE + 1; name.data && type < REQUEST_TYPE_COUNT; type++)
		if (text_same(name, text_of(types[type].name)))
			return (enum request_type)type;
	return REQUEST_NONE;
}

void request_type_list(char text[REQUEST_NAMES_BYTES])
{
	size_t bytes = 0;

	for (int type = REQUEST_NONE + 1; type < REQUEST_TYPE_COUNT; type++) {
		const char *before = type == REQUEST_NONE + 1          ? ""
		                     : type == REQUEST_TYPE_COUNT - 1 ? " or "
		                                                       : ", ";

		bytes += (size_t)snprintf(text + bytes, REQUEST_NAMES_BYTES - bytes, "%s%s", before,
		                          types[type].name);
	}
}

enum request_sender request_sender_of(enum request_type type)
{
	return types[type].sender;
}

uint64_t request_fields_of(enum request_type type)
{
	return types[type].required | types[type].optional;
}

uint64_t request_required_fields_of(enum request_type type)
{
	return types[type].required;
}

size_t request_bytes_max_of(enum request_type type)
{
	return types[type].bytes_max;
}

uint8_t request_tag_of(enum request_type type)
{
	return types[type].tag;
}

bool request_type_claims(enum request_type type)
{
	return types[type].sender != SENDER_PIPELINE;
}
