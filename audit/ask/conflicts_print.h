/*
 * conflicts_print.h - the conflicts, or sums by hour, seat, wish or area, as a table, CSV or JSON.
 *
 * Knows: what stands in which column. Never prints: sessions.
 */
#ifndef HOLDFAST_AUDIT_ASK_CONFLICTS_PRINT_H
#define HOLDFAST_AUDIT_ASK_CONFLICTS_PRINT_H

#include "audit/ask/conflicts.h"
#include "common/program/listing.h"

enum conflicts_by {
	CONFLICTS_EACH,
	CONFLICTS_BY_HOUR,
	CONFLICTS_BY_SEAT,
	CONFLICTS_BY_WISH,
	CONFLICTS_BY_AREA,
};

/* Print them, or the sums, as a table or as CSV. RC_FATAL: out of memory. */
enum rc conflicts_print(const struct conflicts *c, enum conflicts_by by, bool is_csv, FILE *out,
                        struct err *e) NODISCARD;

/*
 * Write members of a document, which goes to `out` on the way: "conflicts" or the list of sums,
 * "refused_seats" and "refused_requests". RC_FATAL: out of memory.
 */
enum rc conflicts_write(const struct conflicts *c, enum conflicts_by by, struct json *j, FILE *out,
                        struct err *e) NODISCARD;

#endif
