/*
 * wishes.h - what was asked of best available, and what came of it.
 */
#ifndef HOLDFAST_AUDIT_REPORT_WISHES_H
#define HOLDFAST_AUDIT_REPORT_WISHES_H

#include "audit/fold/fold.h"

/* Wishes of one number of seats, and the same categories and sections. */
struct asked_wish {
	struct text categories, sections; /* as JSON, sorted; []: any */
	int32_t count;                    /* seats of each */
	int64_t asked, granted;           /* the others were refused */
	UT_hash_handle hh;
};

/* Zeroed is empty. */
struct wishes {
	struct asked_wish *list;
	int64_t asked, granted;           /* of all of them */
};

/* The last request was one. false: out of memory */
bool wishes_add(struct wishes *wishes, const struct wish *wish, bool is_granted) NODISCARD;
void wishes_release(struct wishes *wishes);

/* Most refused first, then by what was asked. Returned, free(3); NULL: none, or out of memory. */
const struct asked_wish **wishes_list(const struct wishes *wishes, size_t *count);

#endif
