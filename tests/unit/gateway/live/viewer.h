/*
 * viewer.h - what a viewer makes of the texts that he is sent. Written from section 13 of
 * docs/protocol.md alone; knows nothing of seat_map.h.
 */
#ifndef HOLDFAST_TESTS_VIEWER_H
#define HOLDFAST_TESTS_VIEWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"

#define VIEWER_AREAS_MAX 16

struct viewer_area {
	char id[80];
	int64_t free, capacity;
	bool has_channel;
};

struct viewer {
	char epoch[20], layout[80];
	int64_t o;
	struct buf seats, show; /* a character each; the JSON of `show` */
	struct viewer_area areas[VIEWER_AREAS_MAX];
	size_t area_count;
	/* Of the last text. */
	size_t seats_told, areas_told;
	bool is_show_told, is_whole_told;
};

/* Take a text. Fails the test where it cannot be. */
void viewer_take(struct viewer *v, struct text json);
/* The same seats, areas and show, at the same o. */
bool viewer_same(const struct viewer *a, const struct viewer *b);
/* The same but for o. */
bool viewer_sees_same(const struct viewer *a, const struct viewer *b);
void viewer_copy(struct viewer *to, const struct viewer *from);
void viewer_release(struct viewer *v);

#endif
