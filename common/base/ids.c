#include "common/base/ids.h"

#include <string.h>
#include <uuid/uuid.h>

#include "common/base/big_endian.h"
#include "common/base/clock.h"

/* Made once for holdfast; a change of it would change every derived id. */
static const uuid_t derive_namespace = {0x5b, 0x0d, 0x1d, 0x4e, 0x7a, 0x61, 0x4c, 0x2b,
                                        0x9b, 0x6f, 0x3c, 0x55, 0x21, 0x0f, 0xe8, 0x17};

/* -1: it is none. */
static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What libuuid takes differs from version to version, and it is slow. */
bool uuid_decode(struct text t, struct uuid *id)
{
	const char *at = t.data;
	struct uuid decoded;
	uint8_t any = 0;

	if (t.bytes != UUID_TEXT_CHARS)
		return false;
	for (int i = 0; i < 16; i++, at += 2) {
		int high, low;

		if ((i == 4 || i == 6 || i == 8 || i == 10) && *at++ != '-')
			return false;
		high = hex_digit(at[0]);
		low = hex_digit(at[1]);
		if (high < 0 || low < 0)
			return false;
		decoded.bytes[i] = (uint8_t)(high << 4 | low);
		any |= decoded.bytes[i];
	}
	*id = decoded;
	return any;
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
