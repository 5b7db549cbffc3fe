/*
 * wheel.h - a timing wheel: many deadlines, set and taken back all the time, of which few come.
 *
 * Setting one and taking it back costs the same however many there are. A deadline is never early
 * and at most WHEEL_TICK_MS late. Time is passed in, and never goes back.
 * Threads: one.
 */
#ifndef HOLDFAST_HTTP_WHEEL_H
#define HOLDFAST_HTTP_WHEEL_H

#include <stdint.h>

#define WHEEL_TICK_MS 32
#define WHEEL_SLOTS 1024 /* what is further away than one turn of them comes round more than once */

/* A deadline, in its owner's memory. Zeroed: in no wheel. */
struct wheel_entry {
	struct wheel_entry *next, **link; /* link: what points here; NULL: in no wheel */
	int64_t at_ms;
};

struct wheel {
	int64_t tick; /* the slot that is looked at */
	struct wheel_entry *slots[WHEEL_SLOTS];
	uint64_t used[WHEEL_SLOTS / 64]; /* a bit for each slot that may have entries */
};

void wheel_open(struct wheel *w, int64_t now_ms); /* nothing to close */

void wheel_set(struct wheel *w, struct wheel_entry *e, int64_t at_ms); /* in place of what was set */
void wheel_cancel(struct wheel_entry *e);

/* One whose deadline has come, taken out of the wheel; NULL: there is none any more. */
struct wheel_entry *wheel_take(struct wheel *w, int64_t now_ms);
/* How long until wheel_take may find one; -1: nothing is set. */
int64_t wheel_wait_ms(struct wheel *w, int64_t now_ms);

#endif
