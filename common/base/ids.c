#include "common/base/ids.h"

#include <ctype.h>
#include <string.h>
#include <uuid/uuid.h>

#include "common/base/big_endian.h"
#include "common/base/clock.h"

/* Made once for holdfast; a change of it would change every derived id. */
static const uuid_t derive_namespace = {0x5b, 0x0d, 0x1d, 0x4e, 0x7a, 0x61, 0x4c, 0x2b,
                                        0x9b, 0x6f, 0x3c, 0x55, 0x21, 0x0f, 0xe8, 0x17};

bool uuid_decode(struct text t, struct uuid *id)
{
	char text[UUID_TEXT_CHARS + 1];

	if (t.bytes != UUID_TEXT_CHARS)
		return false;
	memcpy(text, t.data, UUID_TEXT_CHARS);
	text[UUID_TEXT_CHARS] = '\0';
	/* Look at each character first: what libuuid takes differs from version to version. */
	for (int i = 0; i < UUID_TEXT_CHARS; i++) {
		bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (is_dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return uuid_parse(text, id->bytes) == 0 && !uuid_is_null(id->bytes);
}

void uuid_encode(const struct uuid *id, char text[UUID_TEXT_CHARS + 1])
{
	uuid_unparse_lower(id->bytes, text);
}

bool uuid_same(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

struct uuid uuid_make(void)
{
	struct uuid id;
	uint64_t now_ms = (uint64_t)clock_wall_ms();

	uuid_generate_random(id.bytes);
	big_endian_write(id.bytes, now_ms, 6);
	id.bytes[6] = (uint8_t)(0x70 | (id.bytes[6] & 0x0f));
	return id;
}

struct uuid uuid_derive(struct text name)
{
	struct uuid id;

	uuid_generate_sha1(id.bytes, derive_namespace, name.data, name.bytes);
	return id;
}
