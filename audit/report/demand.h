/*
 * demand.h - what was wanted, and who got it: by seat, by where seats are, by area, by wish.
 *
 * A seat is wanted by a request that names it, and by one that best available gives it to. Where
 * seats are, and by which channel they are sold, is as it is at the end.
 */
#ifndef HOLDFAST_AUDIT_REPORT_DEMAND_H
#define HOLDFAST_AUDIT_REPORT_DEMAND_H

#include "audit/report/outline.h"
#include "audit/report/table.h"

#define WISHES_TOLD_MAX 100

/* Tables by what is counted together. */
struct demand {
	struct table seats;      /* in the order of the outline */
	struct table rows, sections, categories, channels;
	struct table areas;      /* by number */
	struct table wishes;     /* the most refused first, WISHES_TOLD_MAX of them */
};

/* false: out of memory; demand_release in either case */
bool demand_make(struct demand *d, const struct outline *o) NODISCARD;
void demand_release(struct demand *d);

#endif
