#include "common/message/unpack.h"

#include <string.h>

#include "common/base/utf8.h"
#include "common/message/limits.h"
#include "common/message/name.h"

#define WALL_MS_MAX INT64_C(253402300799999) /* the end of the year 9999 */
#define LIST_MAX ADD_SEATS_MAX               /* the longest list is an add_seats' */

_Static_assert(RESERVE_SEATS_MAX <= LIST_MAX, "no list is longer");

static const uint8_t *take(struct unpacking *from, size_t bytes)
{
	const char *taken = from->left.data;

	if (from->failed || from->left.bytes < bytes) {
		from->failed = true;
		return NULL;
	}
	from->left = (struct text){taken + bytes, from->left.bytes - bytes};
	return (const uint8_t *)taken;
}

unsigned unpack_byte(struct unpacking *from)
{
	const uint8_t *byte = take(from, 1);

	return byte ? *byte : 0;
}

uint64_t unpack_number(struct unpacking *from, uint64_t max)
{
	uint64_t number = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		unsigned byte = unpack_byte(from);
		uint64_t bits = byte & 0x7f;

		if (from->failed || bits << shift >> shift != bits || (shift && !byte))
			break;
		number |= bits << shift;
		if (byte < 0x80 && number <= max)
			return number;
		if (byte < 0x80)
			break;
	}
	from->failed = true;
	return 0;
}

int64_t unpack_difference(struct unpacking *from, int64_t to)
{
	uint64_t number = unpack_number(from, UINT64_MAX);

	return (int64_t)((uint64_t)to + (number >> 1 ^ (number & 1 ? UINT64_MAX : 0)));
}

int32_t unpack_integer(struct unpacking *from, int32_t to, int32_t min, int32_t max)
{
	int64_t integer = unpack_difference(from, to);

	if (integer < min || integer > max)
		from->failed = true;
	return from->failed ? 0 : (int32_t)integer;
}

int64_t unpack_time(struct unpacking *from, int64_t to_ms)
{
	int64_t wall_ms = unpack_difference(from, to_ms);

	if (wall_ms < 0 || wall_ms > WALL_MS_MAX)
		from->failed = true;
	return from->failed ? 0 : wall_ms;
}

struct uuid unpack_uuid(struct unpacking *from)
{
	struct uuid id = {{0}};
	const uint8_t *bytes = take(from, sizeof id.bytes);

	if (bytes)
		memcpy(id.bytes, bytes, sizeof id.bytes);
	return id;
}

static struct text take_text(struct unpacking *from, size_t bytes_max)
{
	size_t bytes = (size_t)unpack_number(from, bytes_max);
	const uint8_t *data = take(from, bytes);

	return data ? (struct text){(const char *)data, bytes} : (struct text){NULL, 0};
}

struct text unpack_line(struct unpacking *from, size_t bytes_max)
{
	struct text line = take_text(from, bytes_max), left = line;

	while (left.bytes > 0) {
		uint32_t point;
		size_t bytes = utf8_read(left, &point);

		if (!bytes || point < ' ' || point == 0x7f) {
			from->failed = true;
			break;
		}
		left = (struct text){left.data + bytes, left.bytes - bytes};
	}
	return line;
}

struct text unpack_name(struct unpacking *from)
{
	struct text name = take_text(from, NAME_BYTES_MAX);

	if (!name_is_well_formed(name))
		from->failed = true;
	return name;
}

void *unpack_list(struct unpacking *from, size_t element_bytes, size_t *count)
{
	void *list = NULL;

	*count = (size_t)unpack_number(from, LIST_MAX);
	if (*count > 0 && !(list = arena_take(from->arena, *count * element_bytes)))
		from->failed = true;
	if (from->failed)
		*count = 0;
	return from->failed ? NULL : list;
}

const struct text *unpack_names(struct unpacking *from, size_t least, size_t *count)
{
	struct text *names = unpack_list(from, sizeof *names, count);

	for (size_t i = 0; i < *count && !from->failed; i++)
		names[i] = unpack_name(from);
	if (*count < least)
		from->failed = true;
	return names;
}
