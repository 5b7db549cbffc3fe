/*
 * pace.h - how fast a queue is worked off, from looks at how far it is; and how long what stands at
 * some place in it will wait. Pure: it is told what time it is.
 *
 * What counts is the time in which there was something to do. A queue that was empty a moment ago
 * says little of how fast it would be worked off; then the pace is no more than what was done.
 * Offsets that no record has, such as markers of transactions, count as work both where they are
 * passed and where they wait.
 */
#ifndef HOLDFAST_BASE_PACE_H
#define HOLDFAST_BASE_PACE_H

#include <stdint.h>

#define PACE_WINDOW_MS 10000 /* what is older does not count; of the rest, the latest counts most */
#define PACE_STEP_MS 200     /* a look that comes sooner after the last one is passed over */
#define PACE_LOOKS (PACE_WINDOW_MS / PACE_STEP_MS + 2)

/* Zeroed: nothing was seen. */
struct pace {
	struct pace_look {
		int64_t at_ms, next, end;
	} looks[PACE_LOOKS];
	int last, count;
};

/*
 * at_ms  monotonic, not before that of the look before
 * next   the offset that is worked on next; one that is below the last look's begins anew
 * end    the offset behind the last that is known to wait; not above next: none is
 */
void pace_look(struct pace *pace, int64_t at_ms, int64_t next, int64_t end);
/* More were there at the last look than was known. */
void pace_see_end(struct pace *pace, int64_t end);

/* Offsets a millisecond; 0: not known, or nothing is done. */
double pace_per_ms(const struct pace *pace, int64_t now_ms);
/*
 * From now_ms to when the record at `offset` is done, where `next` was the next at at_ms; 0: it
 * should be, or is; -1: not known.
 */
int64_t pace_wait_ms(double per_ms, int64_t at_ms, int64_t next, int64_t offset, int64_t now_ms);

#endif
