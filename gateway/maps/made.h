/*
 * made.h - a text that is made once for all who ask, compressed once, and made a frame of once, as long
 * as it is right.
 *
 * Threads: one at a time.
 */
#ifndef HOLDFAST_GATEWAY_MAPS_MADE_H
#define HOLDFAST_GATEWAY_MAPS_MADE_H

#include "common/base/text.h"
#include "common/http/frame.h"

/* Zeroed: not made yet. Its owner fills in json, and says so. */
struct made {
	struct buf json, gzip; /* gzip empty: not asked for yet, or not worth it */
	struct http_frame *frame; /* NULL: not asked for yet */
	bool is_made, is_gzipped;
};

void made_gzip(struct made *made);
void made_release(struct made *made); /* not made any more */

#endif
