#include "common/base/record.h"

#include <string.h>

#include "common/base/big_endian.h"

#define LENGTH_OF_NONE 0xFFFFFFFFu

void record_give(struct record *r)
{
	if (r->give)
		r->give(r);
	*r = (struct record){0};
}

const struct record_header *record_header_last(const struct record *r, const char *name)
{
	const struct text wanted = text_of(name);

	for (size_t i = r->header_count; i-- > 0;)
		if (text_same(r->headers[i].name, wanted))
			return &r->headers[i];
	return NULL;
}

void record_digest(const struct record *r, uint8_t digest[SHA256_BYTES])
{
	unsigned char time[8], key_length[4], value_length[4];
	const struct text parts[] = {
	    {(char *)time, sizeof time},
	    {(char *)key_length, sizeof key_length},
	    r->key,
	    {(char *)value_length, sizeof value_length},
	    r->value,
	};

	big_endian_write(time, (uint64_t)r->timestamp_ms, sizeof time);
	big_endian_write(key_length, r->key.data ? r->key.bytes : LENGTH_OF_NONE, sizeof key_length);
	big_endian_write(value_length, r->value.data ? r->value.bytes : LENGTH_OF_NONE,
	                 sizeof value_length);
	sha256(digest, parts, sizeof parts / sizeof parts[0]);
}
