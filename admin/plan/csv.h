/*
 * csv.h - records of comma-separated values, by RFC 4180 exactly.
 *
 * The grammar is seven lines, and Debian's CSV library (libcsv 3.0.3 of 2013) does not tell the line
 * of a fault, which is what somebody with 3,000 lines needs: so it is read here.
 */
#ifndef HOLDFAST_ADMIN_PLAN_CSV_H
#define HOLDFAST_ADMIN_PLAN_CSV_H

#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/text.h"

#define CSV_FIELDS_MAX 64 /* of a record */

struct csv {
	struct text left;
	size_t line;       /* of the record that was read last, from 1 on */
	size_t next_line;
	struct text fields[CSV_FIELDS_MAX]; /* unquoted; borrowed from the file or the arena */
	size_t field_count;
};

void csv_open(struct csv *csv, struct text file); /* borrowed */

/*
 * Read the next record; empty lines are skipped.
 *
 * RC_OK     field_count is 0 at the end of the file
 * RC_USAGE  it is none by the grammar; the line is named
 */
enum rc csv_next(struct csv *csv, struct arena *arena, struct err *e) NODISCARD;

#endif
