/*
 * headers.h - the headers that a reply, an event and a dead letter must have.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_HEADERS_H
#define HOLDFAST_AUDIT_COMPARE_HEADERS_H

#include "audit/fold/fold.h"
#include "audit/compare/report.h"
#include "common/base/instant.h"

#define HEADERS_MAX 12
#define PLACE_BYTES 320

/* Expected headers, with the memory of their values. */
struct headers {
	struct record_header list[HEADERS_MAX];
	size_t count;
	char request_id[UUID_TEXT_CHARS + 1], code[12], time[INSTANT_TEXT_BYTES];
	char place[PLACE_BYTES], kind[80];
};

/*
 * Of a reply, or with number >= 0 of the event of that number.
 *
 * source  "holdfast/<cluster id>/<requests topic>"
 * kind    the reason or the event's name
 */
void headers_expect(struct headers *h, const struct verdict *v, const struct record *request,
                    const char *source, const char *kind, int number);

/* Report every header of `found` that is missing, another, or one too many. */
void headers_compare(const struct headers *h, const struct record *found, struct report *report,
                     const struct record *request, const char *what);

/* The same for a dead letter of the request. */
void headers_compare_letter(const struct record *request, const struct record *found,
                            const char *group_id, struct report *report);

#endif
