/*
 * area.h - areas, which have places but no seats: sections 3 and 5 of docs/protocol.md.
 */
#ifndef HOLDFAST_MESSAGE_AREA_H
#define HOLDFAST_MESSAGE_AREA_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"

/* Places of an area that are asked for, dropped, or in a reservation. Texts are borrowed. */
struct area_count {
	struct text area_id;
	int32_t count;
};

/* An area as set_areas gives it. Texts are borrowed. */
struct area {
	struct text area_id;
	int32_t capacity;
	struct text channel;  /* data NULL: not given, public */
	struct text category; /* data NULL: not given */
};

/* Append a list as the protocol has it: [{"area_id":"Stehplatz","count":2}]. */
void area_counts_encode(struct buf *b, const struct area_count *counts, size_t count);
/* Append `areas` of a set_areas: what was given and nothing else. */
void areas_encode(struct buf *b, const struct area *areas, size_t count);

#endif
