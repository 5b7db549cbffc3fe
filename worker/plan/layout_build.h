/*
 * layout_build.h - what the parts of a layout have in common: its building, seats, channels, lapses.
 */
#ifndef HOLDFAST_WORKER_PLAN_LAYOUT_BUILD_H
#define HOLDFAST_WORKER_PLAN_LAYOUT_BUILD_H

#include "worker/plan/layout_bits.h"

/* A seat before layout_seal. */
struct added {
	const char *seat_id;
	const struct place *place;
	int64_t until_ms;
	uint32_t channel, category;
	uint8_t status;
};

/* Zeroed, counted in layout->bytes; whoever frees it takes it off. NULL: out of memory */
void *layout_take(struct layout *layout, size_t count, size_t bytes_each);

/* layout_channels.c: names of channels are ids from 1 on, 0 is public. */
#define CHANNEL_NONE UINT32_MAX
uint32_t layout_find_channel(const struct layout *layout, struct text name); /* or CHANNEL_NONE */
/* It is there afterwards. CHANNEL_NONE: out of memory */
uint32_t layout_add_channel(struct layout *layout, struct text name);
void channels_close(struct layout *layout);

/* layout_lapses.c: put a seat into the heap by its until_ms, or take it out; either may be so. */
void lapses_put(struct layout *layout, uint32_t number);
void lapses_drop(struct layout *layout, uint32_t number);

#endif
