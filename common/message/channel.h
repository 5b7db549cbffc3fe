/*
 * channel.h - a way to sell seats that are not public: `channels` of section 3 of docs/protocol.md.
 */
#ifndef HOLDFAST_MESSAGE_CHANNEL_H
#define HOLDFAST_MESSAGE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/text.h"
#include "common/message/policy.h"

#define CHANNEL_PUBLIC "public" /* in `opens`: the seats of no channel; never a channel's name */

/* As it is given; texts are borrowed. */
struct channel {
	struct text name;
	struct text key;          /* a secret; data NULL: none, so that nobody can sell from it */
	struct sale_window on_sale;    /* none given: always */
	const struct text *opens; /* in the order given */
	size_t opens_count;
	bool has_opens;           /* given, though it may be empty */
	bool has_exempt;
	bool is_exempt;
};

/*
 * Append it as an element of `channels`: what was given and nothing else.
 *
 * with_key  a request has the key, an event never
 */
void channel_encode(struct buf *b, const struct channel *c, bool with_key);

#endif
