#include "common/http/frame_bytes.h"

struct text frame_ws(const struct http_frame *frame)
{
	return (struct text){frame->data, frame->json_end};
}

void frame_sse(const struct http_frame *frame, struct text parts[2])
{
	parts[0] = (struct text){frame->data + frame->sse_begin, frame->bytes - frame->sse_begin};
	parts[1] = (struct text){frame->data + frame->json_begin, frame->sse_begin - frame->json_begin};
}
