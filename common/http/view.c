#include "common/http/view.h"

/* A stub: nobody becomes a viewer yet. */
bool http_view(struct http *http, struct http_token token, const struct http_view *view,
               struct http_frame *first)
{
	(void)http, (void)token, (void)view, (void)first;
	return false;
}

void http_feed_send(struct http *http, uint32_t feed, struct http_frame *frame)
{
	(void)http, (void)feed, (void)frame;
}

void http_feed_catch_up(struct http *http, unsigned loop, uint32_t feed, uint32_t generation,
                        int64_t position, struct http_frame *frame)
{
	(void)http, (void)loop, (void)feed, (void)generation, (void)position, (void)frame;
}
