#include "admin/seat_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "admin/file.h"
#include "common/base/unicode.h"
#include "common/base/utf8.h"
#include "common/message/limits.h"
#include "common/message/name.h"

#define WRONG_SHOWN_MAX 10 /* lines that are named */

/* Lines that are no names; of the first of them what is said in full. */
struct wrong_lines {
	size_t count;
	struct buf numbers;
	char what[120];
};

static const char *const headings[] = {"seat_id", "seat-id", "seatid", "seat id", "seat_ids",
                                       "seats", "seat", "sitzplatz", "platz"};

static bool is_heading(struct text line)
{
	for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
		if (strlen(headings[i]) == line.bytes && !strncasecmp(headings[i], line.data, line.bytes))
			return true;
	return false;
}

/* What is wrong with a line. */
static void describe(struct text line, char *what, size_t bytes)
{
	uint32_t point;
	size_t at = 0, used;

	while ((used = utf8_read((struct text){line.data + at, line.bytes - at}, &point)) &&
	       point >= ' ' && (point < 0x7f || point > 0x9f))
		at += used;
	if (at < line.bytes && !used)
		snprintf(what, bytes, "byte %zu, 0x%02X, is no UTF-8: save the list as UTF-8", at + 1,
		         (unsigned char)line.data[at]);
	else if (at < line.bytes && point == '\t')
		snprintf(what, bytes, "byte %zu is a tab, as in a table", at + 1);
	else if (at < line.bytes)
		snprintf(what, bytes, "byte %zu is a control character, U+%04X", at + 1, (unsigned)point);
	else if (line.bytes > NAME_BYTES_MAX)
		snprintf(what, bytes, "it has %zu bytes", line.bytes);
	else
		snprintf(what, bytes, "it has a space at its %s", line.data[0] == ' ' ? "beginning" : "end");
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
	               "--seats: %zu line%s no seat: %.120s%s; the first: %s. A seat's name is 1 to %d "
	               "bytes of UTF-8 without control characters and outer spaces", wrong->count,
	               wrong->count > 1 ? "s are" : " is", wrong->numbers.data,
	               wrong->count > WRONG_SHOWN_MAX ? " ..." : "", wrong->what, NAME_BYTES_MAX);
}

/* A line of a table has a comma or a semicolon between its fields. */
static bool is_like_row(struct text line)
{
	return memchr(line.data, ',', line.bytes) || memchr(line.data, ';', line.bytes);
}

/* The first line is what stands above names, or above a table of them. */
static enum rc refuse_heading(struct text line, struct err *e)
{
	struct text first = {line.data, 0};

	while (first.bytes < line.bytes && first.data[first.bytes] != ',' && first.data[first.bytes] != ';')
		first.bytes++;
	if (!is_heading(first))
		return RC_OK;
	if (first.bytes < line.bytes)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--seats: line 1 is the heading of a table: a list has names of seats alone; a "
		               "table is a plan, which --plan=FILE takes");
	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               "--seats: line 1 is a heading (%.*s): a list has seats alone, so take it out",
	               TEXT_ARGS(line));
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

/* Every line of the file; those that are no names are counted. */
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
		if (number == 1 && left.bytes && refuse_heading(line, e))
			return e->rc;
		list->is_like_table = (!list->count || list->is_like_table) && is_like_row(line);
		if (name_is_well_formed(line))
			rc = add(list, &capacity, line, e);
		else
			note_wrong(wrong, line, number);
	}
	return rc;
}

static int by_key(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static enum rc refuse_pair(struct text key, bool is_same, struct err *e)
{
	if (is_same)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--seats: seat %.*s comes twice", TEXT_ARGS(key));
	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               "--seats: two seats look the same, %.*s, and are written with other bytes: nobody "
	               "could tell them apart (Unicode NFC)", TEXT_ARGS(key));
}

/* No two of the keys are equal; they are sorted. */
static enum rc refuse_equal(struct text *keys, size_t count, bool is_same, struct err *e)
{
	if (count)
		qsort(keys, count, sizeof *keys, by_key);
	for (size_t i = 1; i < count; i++)
		if (text_same(keys[i - 1], keys[i]))
			return refuse_pair(keys[i], is_same, e);
	return RC_OK;
}

static enum rc refuse_twice(const struct seat_list *list, struct err *e)
{
	struct text *keys = malloc((list->count + 1) * sizeof *keys);
	struct arena arena = {0};
	enum rc rc = keys ? RC_OK : err_out_of_memory(e);

	for (size_t i = 0; !rc && i < list->count; i++)
		keys[i] = list->seat_ids[i];
	if (!rc)
		rc = refuse_equal(keys, list->count, true, e);
	for (size_t i = 0; !rc && i < list->count; i++)
		keys[i] = unicode_nfc(list->seat_ids[i], &arena);
	if (!rc && arena.failed)
		rc = err_out_of_memory(e);
	if (!rc)
		rc = refuse_equal(keys, list->count, false, e);
	arena_release(&arena);
	free(keys);
	return rc;
}

enum rc seat_list_read(struct seat_list *list, const char *file, struct err *e)
{
	struct wrong_lines wrong = {0};
	enum rc rc = file_read(&list->bytes, "--seats", file, e);

	if (!rc)
		rc = add_lines(list, buf_text(&list->bytes), &wrong, e);
	if (!rc && wrong.count)
		rc = refuse_wrong(&wrong, e);
	if (!rc && !list->count)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS,
		             "--seats: %s has no seats; one a line is expected",
		             strcmp(file, "-") ? file : "standard input");
	list->is_like_table = list->is_like_table && list->count > 1;
	buf_release(&wrong.numbers);
	return rc ? rc : refuse_twice(list, e);
}

void seat_list_release(struct seat_list *list)
{
	free(list->seat_ids);
	buf_release(&list->bytes);
	*list = (struct seat_list){0};
}
