/*
 * tail.h - how replies and events end: with the record that they belong to.
 */
#ifndef HOLDFAST_MESSAGE_TAIL_H
#define HOLDFAST_MESSAGE_TAIL_H

#include <stdint.h>

#include "common/base/text.h"

/* Where the record stands that a reply or an event belongs to. */
struct record_place {
	const char *topic;
	int32_t partition;
	int64_t offset;
};

/* Append the member `request`, which names the record, and the brace that closes the message. */
void tail_encode(struct buf *b, const struct record_place *place);

#endif
