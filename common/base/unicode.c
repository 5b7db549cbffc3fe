#include "common/base/unicode.h"

#include <stdlib.h>
#include <utf8proc.h>

struct text unicode_nfc(struct text t, struct arena *arena)
{
	utf8proc_uint8_t *made = NULL;
	utf8proc_ssize_t bytes =
	    utf8proc_map((const utf8proc_uint8_t *)t.data, (utf8proc_ssize_t)t.bytes, &made,
	                 UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	struct text copy = {NULL, 0};

	if (bytes >= 0)
		copy = arena_copy(arena, (struct text){(const char *)made, (size_t)bytes});
	else if (bytes == UTF8PROC_ERROR_NOMEM)
		arena_fail(arena);
	free(made);
	return copy;
}

size_t unicode_width(struct text t)
{
	size_t width = 0;

	for (size_t at = 0; at < t.bytes; ) {
		utf8proc_int32_t point;
		utf8proc_ssize_t bytes =
		    utf8proc_iterate((const utf8proc_uint8_t *)t.data + at,
		                     (utf8proc_ssize_t)(t.bytes - at), &point);

		width += bytes > 0 ? (size_t)utf8proc_charwidth(point) : 1;
		at += bytes > 0 ? (size_t)bytes : 1;
	}
	return width;
}

void unicode_add_padded(struct buf *b, struct text t, size_t width)
{
	size_t taken = unicode_width(t);

	buf_add_text(b, t);
	if (taken < width)
		buf_print(b, "%*s", (int)(width - taken), "");
}
