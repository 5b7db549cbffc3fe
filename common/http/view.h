/*
 * view.h - viewers: clients that stay, and are shown what goes on, by WebSocket or server-sent events.
 *
 * A feed is what some viewers see, by a number of the caller's. What one thread asks for here comes
 * to a loop in the order in which it was asked: who becomes a viewer at position o, and then is sent
 * a frame from o, misses nothing. A viewer that cannot take a frame is passed over; once it can,
 * `behind` of the handler is told where it stands, and a catch-up brings it on.
 * Threads: any.
 */
#ifndef HOLDFAST_HTTP_VIEW_H
#define HOLDFAST_HTTP_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/http/frame.h"
#include "common/http/http.h"

/* A request that becomes a viewer. */
struct http_view {
	uint32_t feed;            /* not 0 */
	uint32_t tag;             /* the caller's, back in viewer_gone */
	bool is_sse;              /* else WebSocket, and the request was judged with ws_judge */
	const char *accept;       /* of WebSocket: what ws_judge gave */
	const char *protocol;     /* the same; NULL: none */
	/* Further ones of the answer; Cache-Control, X-Accel-Buffering among them where there is need. */
	const struct http_header *headers;
	size_t header_count;
};

/*
 * Answer a request with 101, or 200 and no end, and begin with the first frame.
 *
 * view   copied
 * first  the caller keeps its reference. A close frame: the answer, the frame, and the end
 *
 * true   viewer_gone comes once, later; soon where the client has left by now
 * false  no memory, or a header that could not be sent as it is: it is still to be answered
 */
bool http_view(struct http *http, struct http_token token, const struct http_view *view,
               struct http_frame *first);

/* To every viewer of the feed. Out of memory: those who missed it are behind. */
void http_feed_send(struct http *http, uint32_t feed, struct http_frame *frame);

/*
 * The answer to `behind`, with the same loop, feed, generation and position: to the viewers that it
 * was called for. Generation and position of the frame are theirs then.
 */
void http_feed_catch_up(struct http *http, unsigned loop, uint32_t feed, uint32_t generation,
                        int64_t position, struct http_frame *frame);

#endif
