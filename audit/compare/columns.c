#include "audit/compare/columns.h"

#include <stdio.h>

#include "audit/compare/texts.h"

void column_differs(const struct column *c, const char *name, struct text expected,
                    struct text found)
{
	char what[300];

	snprintf(what, sizeof what, "%s: %s", c->row, name);
	report_difference(c->report, c->partition, c->offset, text_of(what),
	                  expected.data ? expected : text_of("null"),
	                  found.data ? found : text_of("null"));
}

void column_text(const struct column *c, const char *name, struct text expected, struct text found)
{
	if (!text_identical(expected, found))
		column_differs(c, name, expected, found);
}

void column_integer(const struct column *c, const char *name, bool is_expected, int64_t expected,
                    const struct db_rows *page, int row, int column)
{
	char texts[2][TEXTS_BYTES];
	bool is_found = !db_is_null(page, row, column);
	int64_t found = is_found ? db_integer(page, row, column) : 0;

	if (is_expected == is_found && (!is_found || expected == found))
		return;
	column_differs(c, name, text_of(is_expected ? print_integer(expected, texts[0]) : NULL),
	        text_of(is_found ? print_integer(found, texts[1]) : NULL));
}

void column_time(const struct column *c, const char *name, bool is_expected, int64_t expected_ms,
                 const struct db_rows *page, int row, int column)
{
	char texts[2][TEXTS_BYTES];
	bool is_found = !db_is_null(page, row, column);
	int64_t found_us = is_found ? db_time_us(page, row, column) : 0;

	if (is_expected == is_found && (!is_found || expected_ms * 1000 == found_us))
		return;
	column_differs(c, name, text_of(is_expected ? print_time(expected_ms * 1000, texts[0]) : NULL),
	        text_of(is_found ? print_time(found_us, texts[1]) : NULL));
}

void column_uuid(const struct column *c, const char *name, const struct uuid *expected,
                 const struct db_rows *page, int row, int column)
{
	char texts[2][UUID_TEXT_CHARS + 1];
	bool is_found = !db_is_null(page, row, column);
	struct uuid found = db_uuid(page, row, column);

	if (!expected == !is_found && (!is_found || uuid_same(expected, &found)))
		return;
	uuid_encode(expected ? expected : &found, texts[0]);
	uuid_encode(&found, texts[1]);
	column_differs(c, name, text_of(expected ? texts[0] : NULL), text_of(is_found ? texts[1] : NULL));
}

static struct text hexadecimal(struct text t, char text[TEXTS_BYTES])
{
	return t.data ? text_of(print_hex(t.data, t.bytes, text)) : t;
}

void column_bytes(const struct column *c, const char *name, struct text expected, struct text found)
{
	char texts[2][TEXTS_BYTES];

	if (!text_identical(expected, found))
		column_differs(c, name, hexadecimal(expected, texts[0]), hexadecimal(found, texts[1]));
}
