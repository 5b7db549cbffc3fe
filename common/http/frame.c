#include "common/http/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/http/frame_bytes.h"
#include "common/http/ws.h"

static const char id_name[] = "id: ", data_name[] = "data: ", event_end[] = "\n\n";

_Static_assert(FRAME_REASON_BYTES_MAX == WS_REASON_BYTES_MAX, "a reason fits into a frame");

static bool has_line_end(struct text t)
{
	return t.bytes && (memchr(t.data, '\n', t.bytes) || memchr(t.data, '\r', t.bytes));
}

static struct http_frame *make(size_t data_bytes)
{
	struct http_frame *frame = malloc(sizeof *frame + data_bytes);

	if (!frame) {
		text_say_memory_ran_out();
		return NULL;
	}
	*frame = (struct http_frame){.bytes = 0};
	atomic_init(&frame->references, 1);
	atomic_init(&frame->passing, 0);
	atomic_init(&frame->passed_ms, 0);
	return frame;
}

static void add(struct http_frame *frame, const void *data, size_t bytes)
{
	if (bytes)
		memcpy(frame->data + frame->bytes, data, bytes);
	frame->bytes += bytes;
}

/* What a browser sends again with Last-Event-ID, and what goes before the JSON of an event. */
static void add_names(struct http_frame *frame, struct text id)
{
	if (id.data) {
		add(frame, id_name, sizeof id_name - 1);
		add(frame, id.data, id.bytes);
		add(frame, "\n", 1);
	}
	add(frame, data_name, sizeof data_name - 1);
}

struct http_frame *http_frame_make(const struct http_frame_spec *spec)
{
	char ping[WS_HEADER_BYTES_MAX], header[WS_HEADER_BYTES_MAX];
	size_t ping_bytes = spec->is_beat ? ws_write_header(ping, WS_PING, 0) : 0;
	size_t header_bytes = ws_write_header(header, WS_TEXT, spec->json.bytes);
	struct http_frame *frame = make(ping_bytes + header_bytes + spec->json.bytes + spec->id.bytes +
	                                sizeof event_end + sizeof id_name + sizeof data_name);

	assert(!has_line_end(spec->json) && !has_line_end(spec->id) && spec->generation);
	if (!frame)
		return NULL;
	frame->generation = spec->generation;
	frame->from = spec->from;
	frame->to = spec->to;
	frame->is_whole = spec->is_whole;
	frame->is_beat = spec->is_beat;
	add(frame, ping, ping_bytes);
	add(frame, header, header_bytes);
	frame->json_begin = frame->bytes;
	add(frame, spec->json.data, spec->json.bytes);
	frame->json_end = frame->bytes;
	add(frame, event_end, sizeof event_end - 1);
	frame->sse_begin = frame->bytes;
	add_names(frame, spec->id);
	return frame;
}

struct http_frame *http_frame_make_close(unsigned code, const char *reason)
{
	struct http_frame *frame = make(WS_CLOSE_BYTES_MAX);

	if (!frame)
		return NULL;
	frame->is_close = true;
	frame->bytes = ws_write_close(frame->data, code, text_of(reason));
	frame->json_begin = frame->json_end = frame->sse_begin = frame->bytes;
	return frame;
}

void http_frame_hold(struct http_frame *frame)
{
	atomic_fetch_add_explicit(&frame->references, 1, memory_order_relaxed);
}

void http_frame_release(struct http_frame *frame)
{
	if (frame && atomic_fetch_sub_explicit(&frame->references, 1, memory_order_acq_rel) == 1)
		free(frame);
}

/* The time first: whoever sees that it is passed sees it, too. */
void frame_pass(struct http_frame *frame)
{
	atomic_store(&frame->passed_ms, clock_monotonic_ms());
	atomic_fetch_sub(&frame->passing, 1);
}

bool http_frame_is_passed(const struct http_frame *frame)
{
	return atomic_load(&frame->passing) == 0;
}

int64_t http_frame_passed_ms(const struct http_frame *frame)
{
	return atomic_load(&frame->passed_ms);
}
