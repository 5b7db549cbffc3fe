/*
 * frame.h - one message for many viewers: made once, shared, never changed.
 *
 * Threads: any.
 */
#ifndef HOLDFAST_HTTP_FRAME_H
#define HOLDFAST_HTTP_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/text.h"

#define FRAME_REASON_BYTES_MAX 123

struct http_frame;

/*
 * What a frame says and to whom. A viewer stands at a generation and a position. It takes a frame of
 * its own generation where from <= position < to, and stands at `to` then. Generations of a feed
 * only grow.
 */
struct http_frame_spec {
	struct text json;    /* without a line end */
	struct text id;      /* of SSE, the same; data NULL: none */
	uint32_t generation; /* of the feed, not 0 */
	int64_t from, to;
	bool is_whole;       /* from anywhere: begins a generation. `from` means nothing */
	bool is_beat;        /* a ping goes before it; for those who are at `to` already */
};

/* With one reference; everything is copied. NULL: no memory */
struct http_frame *http_frame_make(const struct http_frame_spec *spec);
/*
 * The end of every viewer that it comes to: a close frame, or the end of its stream of events.
 *
 * reason  at most FRAME_REASON_BYTES_MAX bytes of UTF-8
 */
struct http_frame *http_frame_make_close(unsigned code, const char *reason);

void http_frame_hold(struct http_frame *frame);
void http_frame_release(struct http_frame *frame); /* takes NULL */

/* Has every loop gone through its viewers with it? So before it was ever sent, too. */
bool http_frame_is_passed(const struct http_frame *frame);
/* When the last of them had, by clock_monotonic_ms; 0: it was never sent. */
int64_t http_frame_passed_ms(const struct http_frame *frame);

#endif
