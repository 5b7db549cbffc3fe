#include "common/base/utf8.h"

#define POINT_MAX 0x10FFFF

/* Of a character with so many bytes; below it they are not the shortest form. */
static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

size_t utf8_read(struct text t, uint32_t *point)
{
	const unsigned char *data = (const unsigned char *)t.data;
	size_t bytes;

	if (!t.bytes)
		return 0;
	if (data[0] < 0x80) {
		*point = data[0];
		return 1;
	}
	bytes = data[0] >= 0xF0 ? 4 : data[0] >= 0xE0 ? 3 : 2;
	if (data[0] < 0xC0 || data[0] >= 0xF8 || bytes > t.bytes)
		return 0;
	*point = data[0] & (0x7Fu >> bytes);
	for (size_t i = 1; i < bytes; i++) {
		if ((data[i] & 0xC0) != 0x80)
			return 0;
		*point = *point << 6 | (data[i] & 0x3Fu);
	}
	if (*point < least[bytes] || *point > POINT_MAX || (*point >= 0xD800 && *point <= 0xDFFF))
		return 0;
	return bytes;
}
