#include "worker/lane/replied.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES 1024

void replied_begin(struct replied *r, int64_t from, int64_t until)
{
	replied_release(r);
	r->from = r->end = from;
	r->until = until;
}

void replied_release(struct replied *r)
{
	free(r->bits);
	*r = (struct replied){0};
}

static bool grow(struct replied *r, size_t bytes)
{
	size_t wanted = r->bytes ? r->bytes : FIRST_BYTES;
	uint8_t *bits;

	while (wanted < bytes)
		wanted *= 2;
	bits = realloc(r->bits, wanted);
	if (!bits)
		return false;
	memset(bits + r->bytes, 0, wanted - r->bytes);
	r->bits = bits;
	r->bytes = wanted;
	return true;
}

bool replied_has(const struct replied *r, int64_t offset)
{
	size_t at = offset < r->from ? 0 : (size_t)(offset - r->from);

	return offset >= r->from && at / 8 < r->bytes && (r->bits[at / 8] >> at % 8 & 1);
}

bool replied_note(struct replied *r, int64_t offset)
{
	size_t at;

	if (offset < r->from || offset >= r->until || replied_has(r, offset))
		return true;
	at = (size_t)(offset - r->from);
	if (at / 8 >= r->bytes && !grow(r, at / 8 + 1))
		return false;
	r->bits[at / 8] |= (uint8_t)(1U << at % 8);
	if (offset >= r->end)
		r->end = offset + 1;
	return true;
}
