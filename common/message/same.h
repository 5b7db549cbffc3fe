/*
 * same.h - whether two messages say the same, and where they differ; for audits and tests.
 */
#ifndef HOLDFAST_MESSAGE_SAME_H
#define HOLDFAST_MESSAGE_SAME_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/text.h"

/*
 * Do two JSON texts say the same, whatever the order of keys? Where not, `where` gets the path of
 * the first difference ("unavailable[0].status") and what is on each side.
 */
bool message_is_same(struct text expected, struct text found, struct buf *where);

/* The first difference, and the texts of what is on each side ("nothing": it is not there). */
struct message_difference {
	struct buf path, expected, found;
};
void message_difference_release(struct message_difference *d);
/* Memory ran out: what was said of the two does not count. */
bool message_difference_failed(const struct message_difference *d);

/*
 * The same, where the member `but` of the outermost object need only be some text on both sides;
 * NULL: every member counts. d: zeroed at first, may be used again.
 */
bool message_is_same_but(struct text expected, struct text found, const char *but,
                         struct message_difference *d);

/* A message's `request`. */
struct message_place {
	bool is_of_topic; /* its topic is the one asked about */
	int32_t partition;
	int64_t offset;
};
/* false: there is none, or text_memory_ran_out */
bool message_find_place(struct text json, const char *topic, struct message_place *place);

#endif
