#include "audit/report/table.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/instant.h"

union cell *table_add(struct table *t)
{
	union cell *row;

	t->extent.count = t->row_count * t->column_count;
	if (!LIST_HAS_ROOM(t->cells, t->extent, t->column_count)) {
		t->failed = true;
		return NULL;
	}
	row = t->cells + t->extent.count;
	memset(row, 0, t->column_count * sizeof *row);
	t->row_count++;
	return row;
}

void table_release(struct table *t)
{
	free(t->cells);
	t->cells = NULL;
	t->row_count = 0;
	t->extent = (struct extent){.count = 0};
}

void table_cut(struct table *t, size_t count)
{
	if (t->row_count > count)
		t->row_count = count;
}

static const union cell *cell_of(const struct table *t, size_t row, size_t column)
{
	return &t->cells[row * t->column_count + column];
}

static void add_value(const struct table *t, size_t row, size_t column, struct buf *b)
{
	const union cell *cell = cell_of(t, row, column);

	switch (t->columns[column].kind) {
	case COLUMN_NUMBER:
	case COLUMN_TIME:
		if (cell->number == NO_NUMBER)
			buf_add_string(b, "null");
		else
			json_add_integer(b, cell->number);
		break;
	case COLUMN_TEXT:
		if (cell->text.data)
			json_add_text(b, cell->text);
		else
			buf_add_string(b, "null");
		break;
	case COLUMN_JSON:
		buf_add_text(b, cell->text);
		break;
	}
}

void table_write_columns(const struct table *t, const char *key, int64_t base_ms, struct json *j)
{
	json_open_object(j, key);
	for (size_t c = t->json_from; c < t->column_count; c++) {
		int64_t before = base_ms;

		json_open_array(j, t->columns[c].name);
		for (size_t r = 0; r < t->row_count; r++) {
			buf_add_string(j->to, r ? "," : "");
			if (t->columns[c].kind != COLUMN_TIME) {
				add_value(t, r, c, j->to);
				continue;
			}
			json_add_integer(j->to, cell_of(t, r, c)->number - before);
			before = cell_of(t, r, c)->number;
		}
		json_close_array(j);
	}
	json_close_object(j);
}

void table_write_rows(const struct table *t, const char *key, struct json *j)
{
	json_open_array(j, key);
	for (size_t r = 0; r < t->row_count; r++) {
		json_end_line(j);
		json_open_object(j, NULL);
		for (size_t c = t->json_from; c < t->column_count; c++) {
			buf_print(j->to, "%s\"%s\":", c > t->json_from ? "," : "", t->columns[c].name);
			add_value(t, r, c, j->to);
		}
		json_close_object(j);
	}
	json_close_array(j);
}

void table_write_members(const struct table *t, struct json *j)
{
	for (size_t r = 0; r < t->row_count; r++) {
		buf_print(j->to, "%s\"%.*s\":", r ? "," : "", TEXT_ARGS(cell_of(t, r, 0)->text));
		add_value(t, r, 1, j->to);
	}
	j->needs_comma = j->needs_comma || t->row_count;
}

/* ---- CSV ---- */

static void add_csv_text(struct buf *b, struct text t)
{
	bool is_quoted = false;

	for (size_t i = 0; i < t.bytes; i++)
		is_quoted = is_quoted || strchr("\",\r\n", t.data[i]) != NULL;
	if (is_quoted)
		buf_add_string(b, "\"");
	for (size_t i = 0; i < t.bytes; i++) {
		if (t.data[i] == '"')
			buf_add_string(b, "\"");
		buf_add(b, &t.data[i], 1);
	}
	if (is_quoted)
		buf_add_string(b, "\"");
}

static void add_csv_cell(const struct table *t, size_t row, size_t column, struct buf *b)
{
	const union cell *cell = cell_of(t, row, column);
	enum column_kind kind = t->columns[column].kind;
	char instant[INSTANT_TEXT_BYTES];

	if (kind == COLUMN_TEXT || kind == COLUMN_JSON) {
		add_csv_text(b, cell->text);
	} else if (cell->number == NO_NUMBER) {
		return;
	} else if (kind == COLUMN_NUMBER) {
		json_add_integer(b, cell->number);
	} else {
		instant_print(cell->number, instant);
		buf_add_string(b, instant);
	}
}

void table_write_csv(const struct table *t, struct buf *b)
{
	for (size_t c = 0; c < t->column_count; c++)
		buf_print(b, "%s%s", c ? "," : "", t->columns[c].name);
	buf_add_string(b, "\r\n");
	for (size_t r = 0; r < t->row_count; r++) {
		for (size_t c = 0; c < t->column_count; c++) {
			buf_add_string(b, c ? "," : "");
			add_csv_cell(t, r, c, b);
		}
		buf_add_string(b, "\r\n");
	}
}
