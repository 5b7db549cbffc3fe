/*
 * listing.h - rows and columns, printed as a table for people, as CSV or as JSON.
 *
 * Knows: forms of output. Doesn't know: what is listed.
 * Memory: one line; a table goes through its rows twice, as its columns are as wide as need be.
 */
#ifndef HOLDFAST_PROGRAM_LISTING_H
#define HOLDFAST_PROGRAM_LISTING_H

#include <stdio.h>

#include "common/base/err.h"
#include "common/base/json.h"
#include "common/base/text.h"

enum listing_form {
	LISTING_TABLE, /* aligned, with a heading where there are rows */
	LISTING_CSV,   /* RFC 4180, with a header row */
	LISTING_JSON,  /* an array of objects */
};

struct listing_column {
	const char *name; /* the heading, the CSV header, the JSON key */
	bool is_number;   /* aligned to the right; no quotes in JSON */
};

/* Append the text of a cell; nothing: an empty one, null in JSON. */
typedef void listing_cell(const void *context, size_t row, size_t column, struct buf *b);

struct listing {
	const struct listing_column *columns;
	size_t column_count; /* LISTING_COLUMNS_MAX */
	size_t row_count;
	listing_cell *cell;
	const void *context;
};

#define LISTING_COLUMNS_MAX 16

/* Print all rows. RC_FATAL: out of memory. What cannot be written shows in ferror(out). */
enum rc listing_print(const struct listing *listing, enum listing_form form, FILE *out,
                      struct err *e) NODISCARD;

/* Write the array of objects into a document, which goes to `out` row by row. Fails as the above. */
enum rc listing_write(const struct listing *listing, const char *key, struct json *j, FILE *out,
                      struct err *e) NODISCARD;

#endif
