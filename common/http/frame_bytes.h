/*
 * frame_bytes.h - a frame as those who send it see it: its bytes, and whom it is for.
 */
#ifndef HOLDFAST_HTTP_FRAME_BYTES_H
#define HOLDFAST_HTTP_FRAME_BYTES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"

struct http_frame {
	atomic_uint references;
	atomic_uint passing; /* loops that have not gone through their viewers with it */
	atomic_llong passed_ms; /* when one had last, by clock_monotonic_ms */
	uint32_t generation;
	int64_t from, to;
	bool is_whole, is_beat, is_close;
	/*
	 * Of data. WebSocket: from the beginning to json_end. Server-sent events: from sse_begin, then from
	 * json_begin to sse_begin. Of a close frame only the former.
	 */
	size_t json_begin, json_end, sse_begin, bytes;
	char data[];
};

void frame_pass(struct http_frame *frame); /* one loop less that has not */
struct text frame_ws(const struct http_frame *frame);
void frame_sse(const struct http_frame *frame, struct text parts[2]); /* sent one after the other */

#endif
