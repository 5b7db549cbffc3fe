#include "admin/seat_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/message/request.h"

static enum rc read_all(struct buf *bytes, const char *file, struct err *e)
{
	bool is_stdin = !strcmp(file, "-");
	FILE *stream = is_stdin ? stdin : fopen(file, "r");
	char chunk[65536];
	size_t got;
	bool has_failed;

	if (!stream)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--seats: %s: %s", file, strerror(errno));
	while ((got = fread(chunk, 1, sizeof chunk, stream)) > 0)
		buf_add(bytes, chunk, got);
	has_failed = ferror(stream) != 0;
	if (!is_stdin)
		fclose(stream);
	if (has_failed)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--seats: %s cannot be read", file);
	return bytes->failed ? err_out_of_memory(e) : RC_OK;
}

static enum rc add_line(struct seat_list *list, size_t *capacity, struct text line, size_t number,
                        struct err *e)
{
	if (line.bytes && line.data[line.bytes - 1] == '\r')
		line.bytes--;
	if (!line.bytes)
		return RC_OK;
	if (!id_is_well_formed(line, SEAT_ID_BYTES_MAX))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--seats: line %zu is no seat id", number);
	if (list->count == *capacity) {
		size_t wanted = *capacity ? *capacity * 2 : 1024;
		struct text *grown = realloc(list->seat_ids, wanted * sizeof *grown);

		if (!grown)
			return err_out_of_memory(e);
		list->seat_ids = grown;
		*capacity = wanted;
	}
	list->seat_ids[list->count++] = line;
	return RC_OK;
}

static int by_id(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static enum rc refuse_twice(const struct seat_list *list, struct err *e)
{
	struct text *sorted = malloc((list->count + 1) * sizeof *sorted);
	enum rc rc = RC_OK;

	if (!sorted)
		return err_out_of_memory(e);
	if (list->count)
		memcpy(sorted, list->seat_ids, list->count * sizeof *sorted);
	qsort(sorted, list->count, sizeof *sorted, by_id);
	for (size_t i = 1; !rc && i < list->count; i++)
		if (text_same(sorted[i - 1], sorted[i]))
			rc = err_set(e, RC_USAGE, FROM_SETTINGS, "--seats: seat %.*s comes twice",
			             TEXT_ARGS(sorted[i]));
	free(sorted);
	return rc;
}

enum rc seat_list_read(struct seat_list *list, const char *file, struct err *e)
{
	size_t capacity = 0, number = 1;
	enum rc rc = read_all(&list->bytes, file, e);
	struct text left = buf_text(&list->bytes);

	for (; !rc && left.bytes; number++) {
		const char *end = memchr(left.data, '\n', left.bytes);
		struct text line = {left.data, end ? (size_t)(end - left.data) : left.bytes};
		size_t used = line.bytes + (end != NULL);

		left = (struct text){left.data + used, left.bytes - used};
		rc = add_line(list, &capacity, line, number, e);
	}
	return rc ? rc : refuse_twice(list, e);
}

void seat_list_release(struct seat_list *list)
{
	free(list->seat_ids);
	buf_release(&list->bytes);
	*list = (struct seat_list){0};
}
