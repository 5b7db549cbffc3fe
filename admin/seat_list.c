#include "admin/seat_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/message/request.h"

#define WRONG_SHOWN_MAX 10 /* lines that are named */

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

/* Lines that are no seat ids; of the first of them what is said in full. */
struct wrong_lines {
	size_t count;
	struct buf numbers;
	char what[120];
};

static const char BYTE_ORDER_MARK[] = "\xef\xbb\xbf";
static const char *const headings[] = {"seat_id", "seat-id", "seatid", "seat id", "seat_ids",
                                       "seats", "seat", "sitzplatz", "platz"};

static bool is_heading(struct text line)
{
	for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
		if (strlen(headings[i]) == line.bytes && !strncasecmp(headings[i], line.data, line.bytes))
			return true;
	return false;
}

/* What is wrong with a line, its first odd character above all. */
static void describe(struct text line, char *what, size_t bytes)
{
	size_t at = 0;
	unsigned char c;

	while (at < line.bytes && id_is_well_formed((struct text){line.data + at, 1}, 1))
		at++;
	c = at < line.bytes ? (unsigned char)line.data[at] : 0;
	if (at == line.bytes)
		snprintf(what, bytes, "it has %zu characters", line.bytes);
	else if (c == ',' || c == ';' || c == '\t')
		snprintf(what, bytes, "a %s in place %zu, as in a table: it takes seat ids alone",
		         c == ',' ? "comma" : c == ';' ? "semicolon" : "tab", at + 1);
	else if (c == ' ')
		snprintf(what, bytes, "a space in place %zu", at + 1);
	else if (c > ' ' && c < 0x7f)
		snprintf(what, bytes, "a %c in place %zu", c, at + 1);
	else
		snprintf(what, bytes, "a byte 0x%02X in place %zu", c, at + 1);
}

static void note_wrong(struct wrong_lines *wrong, struct text line, size_t number)
{
	if (wrong->count++ == 0)
		describe(line, wrong->what, sizeof wrong->what);
	if (wrong->count <= WRONG_SHOWN_MAX)
		buf_print(&wrong->numbers, "%s%zu", wrong->count > 1 ? ", " : "", number);
}

static enum rc refuse_wrong(const struct wrong_lines *wrong, struct err *e)
{
	if (wrong->numbers.failed)
		return err_out_of_memory(e);
	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               "--seats: %zu line%s no seat id: %.120s%s; the first: %s. A seat id is "
	               "1 to %d of A-Z a-z 0-9 . _ : / -", wrong->count, wrong->count > 1 ? "s are" : " is",
	               wrong->numbers.data, wrong->count > WRONG_SHOWN_MAX ? " ..." : "", wrong->what,
	               SEAT_ID_BYTES_MAX);
}

static enum rc add(struct seat_list *list, size_t *capacity, struct text line, struct err *e)
{
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

/* Every line of the file; those that are no seat ids are counted. */
static enum rc add_lines(struct seat_list *list, struct text left, struct wrong_lines *wrong,
                         struct err *e)
{
	size_t capacity = 0;
	enum rc rc = RC_OK;

	for (size_t number = 1; !rc && left.bytes; number++) {
		const char *end = memchr(left.data, '\n', left.bytes);
		struct text line = {left.data, end ? (size_t)(end - left.data) : left.bytes};
		size_t used = line.bytes + (end != NULL);

		left = (struct text){left.data + used, left.bytes - used};
		if (line.bytes && line.data[line.bytes - 1] == '\r')
			line.bytes--;
		if (!line.bytes)
			continue;
		if (number == 1 && left.bytes && is_heading(line))
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "--seats: line 1 is a heading (%.*s): a list has seats alone, so take it "
			               "out", TEXT_ARGS(line));
		if (id_is_well_formed(line, SEAT_ID_BYTES_MAX))
			rc = add(list, &capacity, line, e);
		else
			note_wrong(wrong, line, number);
	}
	return rc;
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
	struct wrong_lines wrong = {0};
	enum rc rc = read_all(&list->bytes, file, e);
	struct text all = buf_text(&list->bytes);
	size_t mark = sizeof BYTE_ORDER_MARK - 1;

	if (!rc && all.bytes >= mark && !memcmp(all.data, BYTE_ORDER_MARK, mark))
		all = (struct text){all.data + mark, all.bytes - mark};
	if (!rc)
		rc = add_lines(list, all, &wrong, e);
	if (!rc && wrong.count)
		rc = refuse_wrong(&wrong, e);
	if (!rc && !list->count)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS,
		             "--seats: %s has no seat ids; one a line is expected",
		             strcmp(file, "-") ? file : "standard input");
	buf_release(&wrong.numbers);
	return rc ? rc : refuse_twice(list, e);
}

void seat_list_release(struct seat_list *list)
{
	free(list->seat_ids);
	buf_release(&list->bytes);
	*list = (struct seat_list){0};
}
