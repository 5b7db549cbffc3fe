#include "common/http/viewer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/http/ws.h"

#define RETRY_MS_MAX 2000  /* what a viewer that leaves is told to wait at most */
#define HEARD_UNIT_MS 16   /* the last VIEWER_HEARD_MAX of its frames are no older than 2^16 of it */
#define HEAR_BYTES 4096    /* at a time */

_Static_assert((VIEWER_HEARD_MAX + 1) * VIEWER_SILENT_MS / HEARD_UNIT_MS <= UINT16_MAX,
               "what is older has made the viewer silent");

/* ---- the end ---- */

static void end_with(struct viewers *w, struct viewer *v, struct text close_frame)
{
	if (v->state != VIEWER_OPEN)
		return;
	v->state = VIEWER_CLOSING;
	wheel_set(&w->wheel, &v->timer, w->now_ms + VIEWER_CLOSING_MS);
	if (!v->is_sse)
		viewer_say(w, v, close_frame);
	else if (!v->is_blocked)
		viewer_flush(w, v);
}

void viewer_close(struct viewers *w, struct viewer *v, unsigned code, struct text reason)
{
	char bytes[WS_CLOSE_BYTES_MAX];

	end_with(w, v, (struct text){bytes, ws_write_close(bytes, code, reason)});
}

void viewer_close_with(struct viewers *w, struct viewer *v, const struct http_frame *frame)
{
	end_with(w, v, frame_ws(frame));
}

void viewer_leave_at(struct viewers *w, struct viewer *v, int64_t at_ms)
{
	v->is_leaving = true;
	v->leave_ms = (uint32_t)at_ms;
	if (v->state == VIEWER_OPEN)
		viewer_set_timer(w, v);
}

static void leave(struct viewers *w, struct viewer *v)
{
	char reason[30];

	snprintf(reason, sizeof reason, "retry=%u", (unsigned)viewers_random(w, RETRY_MS_MAX + 1));
	viewer_close(w, v, WS_RESTART, text_of(reason));
}

void viewer_expire(struct viewers *w, struct viewer *v)
{
	if (v->state != VIEWER_OPEN || (v->is_blocked && viewer_since(w, v->moved_ms) >= VIEWER_STUCK_MS))
		viewer_drop(w, v);
	else if (v->is_leaving && (int32_t)(v->leave_ms - (uint32_t)w->now_ms) <= 0)
		leave(w, v);
	else if (!v->is_sse && viewer_since(w, v->heard_ms) >= VIEWER_SILENT_MS)
		viewer_close(w, v, WS_LEAVING, text_of("silent"));
	else
		viewer_set_timer(w, v);
}

/* ---- what it says ---- */

/* Is it one too many? */
static bool is_too_often(struct viewers *w, struct viewer *v)
{
	uint16_t now = (uint16_t)(w->now_ms / HEARD_UNIT_MS);
	uint16_t *oldest = &v->heard_at[v->heard_next];

	v->heard_ms = (uint32_t)w->now_ms;
	if (v->heard_count == VIEWER_HEARD_MAX && (uint16_t)(now - *oldest) < VIEWER_HEARD_MS /
	                                                                     HEARD_UNIT_MS)
		return true;
	if (v->heard_count < VIEWER_HEARD_MAX)
		v->heard_count++;
	v->heard_next = (uint8_t)((v->heard_next + 1) % VIEWER_HEARD_MAX);
	*oldest = now;
	return false;
}

static void hear_text(struct viewers *w, struct viewer *v, struct text message)
{
	if (!w->handler->heard || !w->handler->heard(w->handler->context, message) || v->is_leaving)
		return;
	if (v->has_resynced && viewer_since(w, v->resync_ms) < VIEWER_RESYNC_MS)
		return;
	v->has_resynced = true;
	v->resync_ms = (uint32_t)w->now_ms;
	v->generation = 0;
	v->position = -1;
	v->is_missed = true;
}

static void hear_frame(struct viewers *w, struct viewer *v, const struct ws_frame *f)
{
	struct text payload = {f->payload, f->payload_bytes};
	char pong[2 + WS_PAYLOAD_BYTES_MAX];

	if (f->opcode == WS_CLOSE) {
		viewer_close(w, v, f->code, (struct text){NULL, 0});
	} else if (is_too_often(w, v)) {
		viewer_close(w, v, WS_TOO_MANY, text_of("too many frames"));
	} else if (f->opcode == WS_TEXT) {
		hear_text(w, v, payload);
	} else if (f->opcode == WS_PING) {
		(void)ws_write_header(pong, WS_PONG, payload.bytes);
		memcpy(pong + 2, payload.data, payload.bytes);
		viewer_say(w, v, (struct text){pong, 2 + payload.bytes});
	}
}

/* The beginning of a frame is kept until the rest of it comes. */
static void keep(struct viewers *w, struct viewer *v, struct text rest)
{
	free(v->heard);
	v->heard = NULL;
	if (!rest.bytes)
		return;
	v->heard = malloc(sizeof *v->heard + rest.bytes);
	if (!v->heard) {
		text_say_memory_ran_out();
		viewer_drop(w, v);
		return;
	}
	v->heard->bytes = rest.bytes;
	memcpy(v->heard->data, rest.data, rest.bytes);
}

static void hear(struct viewers *w, struct viewer *v, struct text bytes)
{
	struct ws_frame frame;
	enum ws_code code;
	enum ws_step step;
	size_t used;

	while (v->state == VIEWER_OPEN &&
	       (step = ws_read(bytes, &frame, &used, &code)) != WS_MORE) {
		if (step == WS_REFUSED) {
			viewer_close(w, v, code, (struct text){NULL, 0});
			return;
		}
		bytes = (struct text){bytes.data + used, bytes.bytes - used};
		hear_frame(w, v, &frame);
	}
	if (v->state == VIEWER_OPEN)
		keep(w, v, bytes);
}

static void receive(struct viewers *w, struct viewer *v)
{
	char bytes[HEAR_BYTES];
	size_t kept = v->heard ? v->heard->bytes : 0;
	ssize_t got;

	if (kept)
		memcpy(bytes, v->heard->data, kept);
	got = recv(v->fd, bytes + kept, sizeof bytes - kept, 0);
	if (got > 0)
		hear(w, v, (struct text){bytes, kept + (size_t)got});
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		viewer_drop(w, v);
}

/* ---- events ---- */

bool viewer_open(struct viewers *w, struct viewer *v, int fd, struct http_frame *first,
                 struct text rest)
{
	struct epoll_event event = {.events = viewer_events(v), .data.ptr = v};
	const unsigned silent_ms = VIEWER_SILENT_MS;

	if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &event)) {
		close(fd);
		return false;
	}
	v->fd = fd;
	v->heard_ms = v->moved_ms = (uint32_t)w->now_ms;
	/* Who reads events sends no pong: the kernel notices who is gone. */
	if (v->is_sse)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent_ms, sizeof silent_ms);
	viewer_set_timer(w, v);
	if (first->is_close) {
		viewer_close_with(w, v, first);
		return true;
	}
	http_frame_hold(first);
	v->frame = first;
	v->generation = first->generation;
	v->position = first->to;
	atomic_fetch_add_explicit(&w->figures.frames, 1, memory_order_relaxed);
	viewer_flush(w, v);
	if (!v->is_sse)
		hear(w, v, rest);
	return true;
}

/* A client that closes its half has left; what it said before is heard. */
void viewer_ready(struct viewers *w, struct viewer *v, uint32_t events)
{
	if (v->state == VIEWER_GONE)
		return;
	if (events & (EPOLLHUP | EPOLLERR)) {
		viewer_drop(w, v);
		return;
	}
	if (events & EPOLLIN)
		receive(w, v);
	if (events & EPOLLOUT && v->state != VIEWER_GONE && v->is_blocked)
		viewer_flush(w, v);
	if (events & EPOLLRDHUP && v->state != VIEWER_GONE)
		viewer_drop(w, v);
}
