/*
 * conflicts_print.h - the conflicts, or their sums by hour or by seat, on a stream.
 *
 * Knows: what stands in which column. Never prints: sessions.
 */
#ifndef HOLDFAST_AUDIT_ASK_CONFLICTS_PRINT_H
#define HOLDFAST_AUDIT_ASK_CONFLICTS_PRINT_H

#include "audit/ask/conflicts.h"
#include "audit/ask/listing.h"

enum conflicts_by { CONFLICTS_EACH, CONFLICTS_BY_HOUR, CONFLICTS_BY_SEAT };

/*
 * Print them as they are listed, or the sums: a table or CSV whole, of JSON `"conflicts":[...]`,
 * `"hours":[...]` or `"seats":[...]`, and `"refused_seats"` and `"refused_requests"`.
 *
 * RC_FATAL  out of memory
 */
enum rc conflicts_print(const struct conflicts *c, enum conflicts_by by, enum listing_form form,
                        FILE *out, struct err *e) NODISCARD;

#endif
