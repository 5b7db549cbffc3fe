/*
 * figures.h - all that a report says of a show in numbers, made of its story.
 *
 * Each figure is defined in docs/report.md.
 */
#ifndef HOLDFAST_AUDIT_REPORT_FIGURES_H
#define HOLDFAST_AUDIT_REPORT_FIGURES_H

#include "audit/report/story.h"
#include "audit/report/table.h"
#include "audit/report/timeline.h"

struct totals {
	int64_t requests, repeated, unreadable, asked, granted, refused;
	int64_t by_type[REQUEST_TYPE_COUNT];
	int64_t by_outcome[REQUEST_TYPE_COUNT][OUTCOME_COUNT]; /* of those not repeated */
	int64_t holds, lapses;
	int64_t holds_held, holds_lapsed, holds_released, holds_sold, holds_cancelled;
	int64_t seats, seats_sold, seats_held;
	int64_t places, places_sold, places_held;
	int64_t limited_requests, limited_customers;
	struct waits waits;
};

struct figures {
	const struct story *story;
	int64_t first_ms, last_ms, first_offset, last_offset, opening_ms;
	struct totals totals;
	/* Seats in the order of their ids' bytes, and the place in it of each number. */
	const struct seat **seats;
	uint32_t *seat_at;
	size_t seat_count;
	struct table minutes, seconds, queue;
};

/*
 * s  a show that was created, with a request at least; borrowed
 *
 * false: out of memory. figures_release in either case
 */
bool figures_make(struct figures *f, const struct story *s) NODISCARD;
void figures_release(struct figures *f);

/* Does it count as held at the end, and not as lapsed? */
bool figures_is_live(const struct figures *f, const struct reservation *r);

#endif
