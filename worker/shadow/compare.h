/*
 * compare.h - what this program would have published beside what was: one message of each.
 *
 * Knows: two messages. Doesn't know: where they come from, what follows from a difference.
 * Limits: COMPARE_SHOWN_BYTES of a side are kept.
 */
#ifndef HOLDFAST_WORKER_SHADOW_COMPARE_H
#define HOLDFAST_WORKER_SHADOW_COMPARE_H

#include "common/base/record.h"
#include "common/message/same.h"
#include "worker/lane/messages.h"

#define COMPARE_SHOWN_BYTES 1000

enum compared {
	COMPARED_SAME,      /* says the same; the order of keys does not count */
	COMPARED_REWORDED,  /* a reply whose `message` alone is another */
	COMPARED_DIFFERENT,
	COMPARED_NO_MEMORY,
};

/* The first difference of the two. */
struct difference {
	struct buf what;               /* "reply: unavailable[0].status", "event 1: key" */
	struct buf decided, published; /* what is on each side; "": nothing */
	struct message_difference at;  /* buffers of the comparison */
};
void difference_clear(struct difference *d);
void difference_release(struct difference *d);

/*
 * name  "reply", "event 2": what the difference begins with
 * but   a member that may be any text, "message" of a reply; NULL: every member counts
 * d     set with COMPARED_DIFFERENT; cleared before
 */
enum compared compare_message(const struct message *decided, const struct record *published,
                              const char *name, const char *but, struct difference *d);

/* One side is not there: its value is empty, with data NULL. */
void compare_with_nothing(const char *name, struct text decided, struct text published,
                          struct difference *d);

/* "409 SEATS_TAKEN", for a line of the log: nothing of it is a customer's. */
void compare_name_outcome(struct text reply, struct buf *to);

#endif
