/*
 * refusals.h - which refusals of each seat are told one by one, and how many there were of the rest
 * in each second.
 *
 * Limits: of a seat the first REFUSALS_FIRST and the last REFUSALS_LAST. Where that would make the
 * report too large both are halved, as often as need be.
 */
#ifndef HOLDFAST_AUDIT_REPORT_REFUSALS_H
#define HOLDFAST_AUDIT_REPORT_REFUSALS_H

#include "audit/report/outline.h"

#define REFUSALS_FIRST 200
#define REFUSALS_LAST 50
#define REFUSALS_BYTES_MAX 10500000 /* of the report, about */
#define REFUSAL_IDS_MAX 200000      /* request ids are told where there are no more refusals */

/* A request that was refused, with those of its seats that it is told of. */
struct told_refusal {
	const struct story_request *request;
	struct seat_list seats;   /* of refusals->seats, places in the order of the outline */
};

/* Refusals of a seat that are not told one by one. */
struct untold {
	uint32_t seat;            /* in the order of the outline */
	uint32_t count;
	int64_t second;           /* of the epoch */
};

struct refusals {
	uint32_t first, last;     /* the quota */
	struct told_refusal *told; /* in their order */
	size_t told_count;
	uint32_t *seats;
	size_t seat_count;
	struct untold *untold;    /* by seat and second */
	size_t untold_count;
};

/* false: out of memory; refusals_release in either case */
bool refusals_make(struct refusals *r, const struct outline *o) NODISCARD;
void refusals_release(struct refusals *r);

/* How much of the report they are, about. */
size_t refusals_bytes(size_t requests, size_t seats, size_t untold);

#endif
