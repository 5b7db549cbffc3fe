/*
 * area.h - areas, which have places but no seats: sections 3 and 5 of docs/protocol.md.
 */
#ifndef HOLDFAST_MESSAGE_AREA_H
#define HOLDFAST_MESSAGE_AREA_H

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

#endif
