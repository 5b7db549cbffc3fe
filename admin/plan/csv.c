#include "admin/plan/csv.h"

#include <string.h>

#define QUOTED_BYTES_MAX 256 /* no field of a plan is as long */

void csv_open(struct csv *csv, struct text file)
{
	*csv = (struct csv){.left = file, .next_line = 1};
}

static int next_byte(const struct csv *csv)
{
	return csv->left.bytes ? (unsigned char)csv->left.data[0] : -1;
}

static void skip(struct csv *csv, size_t bytes)
{
	csv->left.data += bytes;
	csv->left.bytes -= bytes;
}

/* An end of line, CR LF or LF alone. */
static bool skip_end_of_line(struct csv *csv)
{
	size_t bytes = next_byte(csv) == '\n' ? 1 : 0;

	if (csv->left.bytes >= 2 && !memcmp(csv->left.data, "\r\n", 2))
		bytes = 2;
	skip(csv, bytes);
	csv->next_line += bytes > 0;
	return bytes > 0;
}

static enum rc read_quoted(struct csv *csv, struct arena *arena, struct text *field, struct err *e)
{
	size_t room = csv->left.bytes < QUOTED_BYTES_MAX ? csv->left.bytes : QUOTED_BYTES_MAX;
	char *to = arena_take(arena, room);

	if (!to)
		return err_out_of_memory(e);
	*field = (struct text){to, 0};
	for (skip(csv, 1); csv->left.bytes; skip(csv, 1)) {
		char c = csv->left.data[0];

		if (c == '"') {
			if (csv->left.bytes < 2 || csv->left.data[1] != '"') {
				skip(csv, 1);
				return RC_OK;
			}
			skip(csv, 1);
		}
		csv->next_line += c == '\n';
		if (field->bytes == room)
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "--plan: line %zu: a quoted field is longer than %zu bytes; is a quote "
			               "missing?", csv->line, room);
		to[field->bytes++] = c;
	}
	return err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: line %zu: a quote is not closed", csv->line);
}

static enum rc read_plain(struct csv *csv, struct text *field, struct err *e)
{
	size_t bytes = 0;

	while (bytes < csv->left.bytes && csv->left.data[bytes] != ',' &&
	       csv->left.data[bytes] != '\n' && csv->left.data[bytes] != '"')
		bytes++;
	if (bytes < csv->left.bytes && csv->left.data[bytes] == '"')
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--plan: line %zu: a quote inside of a field: put the whole field in quotes, "
		               "and each quote in it twice", csv->line);
	*field = (struct text){csv->left.data, bytes};
	skip(csv, bytes);
	if (field->bytes && field->data[field->bytes - 1] == '\r' && next_byte(csv) == '\n')
		field->bytes--;
	return RC_OK;
}

enum rc csv_next(struct csv *csv, struct arena *arena, struct err *e)
{
	csv->field_count = 0;
	while (skip_end_of_line(csv))
		;
	csv->line = csv->next_line;
	if (!csv->left.bytes)
		return RC_OK;
	for (;;) {
		struct text *field;

		if (csv->field_count == CSV_FIELDS_MAX)
			return err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: line %zu has more than %d fields",
			               csv->line, CSV_FIELDS_MAX);
		field = &csv->fields[csv->field_count++];
		if (next_byte(csv) == '"' ? read_quoted(csv, arena, field, e) : read_plain(csv, field, e))
			return e->rc;
		if (!csv->left.bytes || skip_end_of_line(csv))
			return RC_OK;
		if (next_byte(csv) != ',')
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "--plan: line %zu: something behind a closing quote", csv->line);
		skip(csv, 1);
	}
}
