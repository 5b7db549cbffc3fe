/*
 * figures.h - all that a report says of a show in numbers, made of its story.
 *
 * Each figure is defined in docs/report.md.
 */
#ifndef HOLDFAST_AUDIT_REPORT_FIGURES_H
#define HOLDFAST_AUDIT_REPORT_FIGURES_H

#include "audit/report/demand.h"
#include "audit/report/holders.h"
#include "audit/report/refusals.h"
#include "audit/report/story.h"
#include "audit/report/table.h"
#include "audit/report/timeline.h"

struct totals {
	int64_t requests, repeated, unreadable, asked, granted, refused;
	int64_t by_type[REQUEST_TYPE_COUNT];
	int64_t by_outcome[REQUEST_TYPE_COUNT][OUTCOME_COUNT]; /* of those not repeated */
	int64_t asked_by_outcome[OUTCOME_COUNT];
	int64_t holds, lapses;
	int64_t holds_held, holds_lapsed, holds_released, holds_sold, holds_cancelled;
	int64_t seats, seats_sold, seats_held;
	int64_t places, places_sold, places_held;
	int64_t limited_requests, limited_customers;
	struct waits waits;
};

struct figures {
	struct outline outline;
	int64_t opening_ms;
	struct totals totals;
	struct table numbers;    /* of the totals, by name */
	struct table minutes, seconds, queue;
	struct demand demand;
	struct holders holders;
	struct refusals refusals;
};

/*
 * s  a show that was created, with a request at least; borrowed
 *
 * false: out of memory. figures_release in either case
 */
bool figures_make(struct figures *f, const struct story *s) NODISCARD;
void figures_release(struct figures *f);

/* Every table that there is, for who writes all of them. NULL behind the last one. */
#define FIGURES_TABLES 16
void figures_list(const struct figures *f, const struct table *tables[FIGURES_TABLES]);

#endif
