#include "common/message/packed_bytes.h"

#include <string.h>

#include "common/base/utf8.h"
#include "common/message/limits.h"
#include "common/message/name.h"

#define WALL_MS_MAX INT64_C(253402300799999) /* the end of the year 9999 */
#define LIST_MAX ADD_SEATS_MAX               /* the longest list is an add_seats' */

_Static_assert(RESERVE_SEATS_MAX <= LIST_MAX, "no list is longer");

static const uint8_t *take(struct packed_bytes *from, size_t bytes)
{
	const char *taken = from->left.data;

	if (from->failed || from->left.bytes < bytes) {
		from->failed = true;
		return NULL;
	}
	from->left = (struct text){taken + bytes, from->left.bytes - bytes};
	return (const uint8_t *)taken;
}

unsigned packed_take_byte(struct packed_bytes *from)
{
	const uint8_t *byte = take(from, 1);

	return byte ? *byte : 0;
}

uint64_t packed_take_number(struct packed_bytes *from, uint64_t max)
{
	uint64_t number = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		unsigned byte = packed_take_byte(from);
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

int64_t packed_take_difference(struct packed_bytes *from, int64_t to)
{
	uint64_t number = packed_take_number(from, UINT64_MAX);

	return (int64_t)((uint64_t)to + (number >> 1 ^ (number & 1 ? UINT64_MAX : 0)));
}

int32_t packed_take_integer(struct packed_bytes *from, int32_t to, int32_t min, int32_t max)
{
	int64_t integer = packed_take_difference(from, to);

	if (integer < min || integer > max)
		from->failed = true;
	return from->failed ? 0 : (int32_t)integer;
}

int64_t packed_take_time(struct packed_bytes *from, int64_t to_ms)
{
	int64_t wall_ms = packed_take_difference(from, to_ms);

	if (wall_ms < 0 || wall_ms > WALL_MS_MAX)
		from->failed = true;
	return from->failed ? 0 : wall_ms;
}

struct uuid packed_take_uuid(struct packed_bytes *from)
{
	struct uuid id = {{0}};
	const uint8_t *bytes = take(from, sizeof id.bytes);

	if (bytes)
		memcpy(id.bytes, bytes, sizeof id.bytes);
	return id;
}

static struct text take_text(struct packed_bytes *from, size_t bytes_max)
{
	size_t bytes = (size_t)packed_take_number(from, bytes_max);
	const uint8_t *data = take(from, bytes);

	return data ? (struct text){(const char *)data, bytes} : (struct text){NULL, 0};
}

struct text packed_take_line(struct packed_bytes *from, size_t bytes_max)
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

struct text packed_take_name(struct packed_bytes *from)
{
	struct text name = take_text(from, NAME_BYTES_MAX);

	if (!name_is_well_formed(name))
		from->failed = true;
	return name;
}

void *packed_take_list(struct packed_bytes *from, size_t element_bytes, size_t *count)
{
	void *list = NULL;

	*count = (size_t)packed_take_number(from, LIST_MAX);
	if (*count > 0 && !(list = arena_take(from->arena, *count * element_bytes)))
		from->failed = true;
	if (from->failed)
		*count = 0;
	return from->failed ? NULL : list;
}

const struct text *packed_take_names(struct packed_bytes *from, size_t least, size_t *count)
{
	struct text *names = packed_take_list(from, sizeof *names, count);

	for (size_t i = 0; i < *count && !from->failed; i++)
		names[i] = packed_take_name(from);
	if (*count < least)
		from->failed = true;
	return names;
}
