#include "common/program/listing.h"

#include <assert.h>
#include <string.h>

#include "common/base/unicode.h"

#define GAP 2 /* blanks between two columns of a table */

/* The line that is being made, and the cell that goes into it. */
struct lines {
	const struct listing *listing;
	struct buf line, cell;
	size_t widths[LISTING_COLUMNS_MAX];
	bool has_failed; /* out of memory; buf_clear forgets it */
};

static struct text cell_of(struct lines *l, size_t row, size_t column)
{
	buf_clear(&l->cell);
	l->listing->cell(l->listing->context, row, column, &l->cell);
	l->has_failed = l->has_failed || l->cell.failed;
	return buf_text(&l->cell);
}

static struct text name_of(const struct lines *l, size_t column)
{
	return text_of(l->listing->columns[column].name);
}

static void end_line(struct lines *l, const char *end, FILE *out)
{
	buf_add_string(&l->line, end);
	l->has_failed = l->has_failed || l->line.failed;
	if (!l->has_failed)
		fwrite(l->line.data, 1, l->line.bytes, out);
}

/* ---- a table ---- */

static void add_padded(struct lines *l, size_t column, struct text t)
{
	size_t width = l->widths[column], taken = unicode_width(t);
	size_t blanks = width > taken ? width - taken : 0;
	bool is_number = l->listing->columns[column].is_number;

	if (column)
		buf_print(&l->line, "%*s", GAP, "");
	if (is_number)
		buf_print(&l->line, "%*s", (int)blanks, "");
	buf_add_text(&l->line, t);
	if (!is_number)
		buf_print(&l->line, "%*s", (int)blanks, "");
}

static void end_table_line(struct lines *l, FILE *out)
{
	while (l->line.bytes && l->line.data[l->line.bytes - 1] == ' ')
		l->line.bytes--;
	end_line(l, "\n", out);
}

static void measure(struct lines *l)
{
	for (size_t c = 0; c < l->listing->column_count; c++) {
		l->widths[c] = name_of(l, c).bytes;
		for (size_t row = 0; row < l->listing->row_count; row++) {
			size_t width = unicode_width(cell_of(l, row, c));

			if (width > l->widths[c])
				l->widths[c] = width;
		}
	}
}

static void print_table(struct lines *l, FILE *out)
{
	if (!l->listing->row_count)
		return;
	measure(l);
	for (size_t c = 0; c < l->listing->column_count; c++)
		add_padded(l, c, name_of(l, c));
	end_table_line(l, out);
	for (size_t row = 0; row < l->listing->row_count; row++) {
		buf_clear(&l->line);
		for (size_t c = 0; c < l->listing->column_count; c++)
			add_padded(l, c, cell_of(l, row, c));
		end_table_line(l, out);
	}
}

/* ---- CSV ---- */

static void add_field(struct lines *l, size_t column, struct text t)
{
	bool is_quoted = false;

	if (column)
		buf_add_string(&l->line, ",");
	for (size_t i = 0; i < t.bytes; i++)
		if (t.data[i] && strchr(",\"\r\n", t.data[i]))
			is_quoted = true;
	if (!is_quoted) {
		buf_add_text(&l->line, t);
		return;
	}
	buf_add_string(&l->line, "\"");
	for (size_t i = 0; i < t.bytes; i++)
		buf_add(&l->line, t.data[i] == '"' ? "\"\"" : &t.data[i], t.data[i] == '"' ? 2 : 1);
	buf_add_string(&l->line, "\"");
}

static void print_csv(struct lines *l, FILE *out)
{
	for (size_t c = 0; c < l->listing->column_count; c++)
		add_field(l, c, name_of(l, c));
	end_line(l, "\r\n", out);
	for (size_t row = 0; row < l->listing->row_count; row++) {
		buf_clear(&l->line);
		for (size_t c = 0; c < l->listing->column_count; c++)
			add_field(l, c, cell_of(l, row, c));
		end_line(l, "\r\n", out);
	}
}

/* ---- JSON ---- */

static void write_row(struct lines *l, size_t row, struct json *j)
{
	json_end_line(j);
	json_open_object(j, NULL);
	for (size_t c = 0; c < l->listing->column_count; c++) {
		const struct listing_column *column = &l->listing->columns[c];
		struct text cell = cell_of(l, row, c);

		if (!cell.bytes)
			json_write_null(j, column->name);
		else if (column->is_number)
			json_write_made(j, column->name, cell);
		else
			json_write_text(j, column->name, cell);
	}
	json_close_object(j);
}

enum rc listing_write(const struct listing *listing, const char *key, struct json *j, FILE *out,
                      struct err *e)
{
	struct lines l = {.listing = listing};

	json_open_array(j, key);
	for (size_t row = 0; row < listing->row_count; row++) {
		write_row(&l, row, j);
		json_print(j, out);
	}
	json_close_array(j);
	json_print(j, out);
	buf_release(&l.cell);
	return l.has_failed || j->to->failed ? err_out_of_memory(e) : RC_OK;
}

/* ---- whatever the form ---- */

enum rc listing_print(const struct listing *listing, enum listing_form form, FILE *out,
                      struct err *e)
{
	struct lines l = {.listing = listing};
	struct json j = {.to = &l.line};

	assert(listing->column_count <= LISTING_COLUMNS_MAX);
	if (form == LISTING_CSV)
		print_csv(&l, out);
	else if (form == LISTING_JSON && listing_write(listing, NULL, &j, out, e))
		l.has_failed = true;
	else if (form == LISTING_TABLE)
		print_table(&l, out);
	buf_release(&l.line);
	buf_release(&l.cell);
	return l.has_failed ? err_out_of_memory(e) : RC_OK;
}
