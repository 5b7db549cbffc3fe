/*
 * outline.h - what all figures of a story rest on: its span, and its seats in the order in which they
 * are told.
 */
#ifndef HOLDFAST_AUDIT_REPORT_OUTLINE_H
#define HOLDFAST_AUDIT_REPORT_OUTLINE_H

#include "audit/report/story.h"

struct outline {
	const struct story *story;
	int64_t first_ms, last_ms, first_offset, last_offset; /* of its first and last request */
	/* Seats in the order of their ids' bytes, and the place in it of each number. */
	const struct seat **seats;
	uint32_t *seat_at;
	size_t seat_count;
};

/*
 * s  of a show that was created; borrowed
 *
 * false: out of memory. outline_release in either case
 */
bool outline_make(struct outline *o, const struct story *s) NODISCARD;
void outline_release(struct outline *o);

/* Does it count as held at the end? What is held and over by then has lapsed. */
bool outline_is_live(const struct outline *o, const struct reservation *r);
bool outline_has_lapsed(const struct outline *o, const struct reservation *r);

#endif
