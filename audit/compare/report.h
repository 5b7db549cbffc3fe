/*
 * report.h - what the audit prints: differences as they are found, then figures and certificate.
 *
 * Everything goes to stdout, for people or as one JSON document.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_REPORT_H
#define HOLDFAST_AUDIT_COMPARE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/fold/model.h"
#include "common/base/err.h"
#include "common/base/json.h"
#include "common/base/text.h"

struct report {
	bool is_json;
	uint64_t differences_max; /* that are printed */
	uint64_t differences;     /* that were found */
	struct json document;     /* JSON: what goes to stdout next is in `unprinted` */
	struct json notes;        /* as JSON, kept until the differences are printed, and behind that */
	struct buf unprinted, kept_notes;
	struct buf scratch;
};

/* `r` stays where it is: its documents point into it. */
void report_open(struct report *r, bool is_json, uint64_t differences_max);
void report_close(struct report *r); /* releases; prints nothing */

/*
 * One difference.
 *
 * what            "reply: code", "seat A1 of show x: status"
 * offset          of the request that made it so, or NO_OFFSET
 * expected, found any bytes; what is not printable is shown as \xNN, and of long ones the part
 *                 where they differ
 */
void report_difference(struct report *r, int32_t partition, int64_t offset, struct text what,
                       struct text expected, struct text found);
/* The same with texts made on the spot; `what` as printf. */
void report_differs(struct report *r, int32_t partition, int64_t offset, const char *expected,
                    const char *found, const char *what, ...) __attribute__((format(printf, 6, 7)));
/* Where the texts may hold session ids or owner keys: lengths and digests alone. */
void report_secret_difference(struct report *r, int32_t partition, int64_t offset, const char *what,
                              struct text expected, struct text found);
/* Something the reader must know that is no difference; partition -1: none. */
void report_note(struct report *r, int32_t partition, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Behind the last difference. JSON: members of the document may follow. */
void report_end_differences(struct report *r);

/* JSON that cannot be finished ends with what went wrong. */
void report_break_off(struct report *r, const struct err *e);

/* JSON: the end of the document. */
void report_end(struct report *r);

/* RC_FATAL what was printed could not be written. */
enum rc report_flush(struct err *e) NODISCARD;

#endif
