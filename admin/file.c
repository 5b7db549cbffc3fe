#include "admin/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char BYTE_ORDER_MARK[] = "\xef\xbb\xbf";

/* The first chunk may begin with a mark. */
static struct text without_mark(struct text chunk)
{
	size_t mark = sizeof BYTE_ORDER_MARK - 1;

	if (chunk.bytes < mark || memcmp(chunk.data, BYTE_ORDER_MARK, mark) != 0)
		return chunk;
	return (struct text){chunk.data + mark, chunk.bytes - mark};
}

enum rc file_read(struct buf *bytes, const char *flag, const char *file, struct err *e)
{
	bool is_stdin = !strcmp(file, "-"), is_first = true, has_failed;
	FILE *stream = is_stdin ? stdin : fopen(file, "r");
	char chunk[65536];
	size_t got;

	if (!stream)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "%s: %s: %s", flag, file, strerror(errno));
	while ((got = fread(chunk, 1, sizeof chunk, stream)) > 0) {
		struct text read = {chunk, got};

		buf_add_text(bytes, is_first ? without_mark(read) : read);
		is_first = false;
	}
	has_failed = ferror(stream) != 0;
	if (!is_stdin)
		fclose(stream);
	if (has_failed)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "%s: %s cannot be read", flag, file);
	return bytes->failed ? err_out_of_memory(e) : RC_OK;
}
