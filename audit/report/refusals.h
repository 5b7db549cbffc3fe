/*
 * refusals.h - which refusals of each seat are told one by one, and how many there were of the rest
 * in each second.
 *
 * Limits: of a seat the first REFUSALS_FIRST and the last REFUSALS_LAST. Where that would make the
 * report too large both become three quarters of it, as often as need be.
 */
#ifndef HOLDFAST_AUDIT_REPORT_REFUSALS_H
#define HOLDFAST_AUDIT_REPORT_REFUSALS_H

#include "audit/report/outline.h"

#define REFUSALS_FIRST 200
#define REFUSALS_LAST 50
#define REFUSALS_BYTES_MAX 11000000 /* of what is told one by one, as it stands in the report */
#define REFUSAL_IDS_MAX 200000      /* request ids are told where there are no more refusals */

/* Refusals of a seat in one second that are not told one by one. */
struct untold {
	uint32_t seat;            /* in the order of the outline */
	uint32_t count;
	int64_t second;           /* of the epoch */
};

struct refusals {
	uint32_t first, last;     /* the quota */
	size_t told_count;
	/*
	 * Those told, one after another, as numbers of 7 bits a byte, the low ones first, 0x80 where
	 * more follow: differences of offset and t to the one before (of the first to those of the
	 * outline), number of the outcome * 64 + count of seats, the first seat, and of each further
	 * seat the difference d to the one before as 2d, or -2d - 1 where d is below 0. Of a request
	 * those seats alone whose quota it is in.
	 */
	struct buf data;
	struct buf ids;           /* of their requests, 32 hexadecimal digits each; REFUSAL_IDS_MAX */
	enum outcome outcomes[OUTCOME_COUNT]; /* by their numbers */
	size_t outcome_count;
	struct untold *untold;    /* by seat and second */
	struct extent untold_extent;
};

/*
 * bytes_max  REFUSALS_BYTES_MAX
 *
 * false: out of memory; refusals_release in either case
 */
bool refusals_make(struct refusals *r, const struct outline *o, size_t bytes_max) NODISCARD;
void refusals_release(struct refusals *r);

#endif
