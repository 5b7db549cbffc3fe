#include "common/http/sending.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

uint64_t viewers_random(struct viewers *w, uint64_t below)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return w->random % below;
}

/* ---- coming and going ---- */

struct viewer *viewer_make(struct text head, bool is_sse, uint32_t tag)
{
	struct viewer *v = calloc(1, sizeof *v);
	struct viewer_own *own = malloc(sizeof *own + head.bytes);

	if (!v || !own) {
		text_say_memory_ran_out();
		free(v);
		free(own);
		return NULL;
	}
	own->bytes = own->last_begin = head.bytes;
	memcpy(own->data, head.data, head.bytes);
	v->own = own;
	v->sends_own = true;
	v->is_sse = is_sse;
	v->tag = tag;
	v->fd = -1;
	return v;
}

void viewer_free(struct viewer *v)
{
	free(v->own);
	free(v);
}

void viewer_drop(struct viewers *w, struct viewer *v)
{
	if (v->state == VIEWER_GONE)
		return;
	(void)epoll_ctl(w->epoll, EPOLL_CTL_DEL, v->fd, NULL);
	close(v->fd);
	wheel_cancel(&v->timer);
	http_frame_release(v->frame);
	free(v->own);
	free(v->heard);
	v->frame = NULL;
	v->own = NULL;
	v->state = VIEWER_GONE;
	v->next_gone = w->gone;
	w->gone = v;
}

/* Nothing is expected of whoever reads events, and so nothing is read. */
uint32_t viewer_events(const struct viewer *v)
{
	return v->is_sse ? EPOLLRDHUP : EPOLLRDHUP | EPOLLIN;
}

static void watch(struct viewers *w, struct viewer *v, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = v};

	(void)epoll_ctl(w->epoll, EPOLL_CTL_MOD, v->fd, &event);
}

/* ---- time ---- */

int64_t viewer_since(const struct viewers *w, uint32_t ms)
{
	return (uint32_t)((uint32_t)w->now_ms - ms);
}

static void earlier(int64_t *ms, int64_t other_ms)
{
	if (other_ms < *ms)
		*ms = other_ms;
}

/* When is it to be looked at again? Most deadlines move on all the time, and the timer follows late. */
void viewer_set_timer(struct viewers *w, struct viewer *v)
{
	int64_t ms = INT64_MAX;

	if (v->is_blocked)
		earlier(&ms, VIEWER_STUCK_MS - viewer_since(w, v->moved_ms));
	if (!v->is_sse)
		earlier(&ms, VIEWER_SILENT_MS - viewer_since(w, v->heard_ms));
	if (v->is_leaving)
		earlier(&ms, (int32_t)(v->leave_ms - (uint32_t)w->now_ms));
	if (ms < INT64_MAX)
		wheel_set(&w->wheel, &v->timer, w->now_ms + ms);
}

/* ---- sending ---- */

static void block(struct viewers *w, struct viewer *v)
{
	if (v->is_blocked)
		return;
	v->is_blocked = true;
	v->moved_ms = (uint32_t)w->now_ms;
	watch(w, v, viewer_events(v) | EPOLLOUT);
	if (v->state == VIEWER_OPEN)
		viewer_set_timer(w, v);
}

/* One that cannot be told the end will notice it. */
static void shut(struct viewers *w, struct viewer *v)
{
	v->state = VIEWER_SHUT;
	if (shutdown(v->fd, SHUT_WR))
		viewer_drop(w, v);
}

static ssize_t send_parts(int fd, const struct text *parts, size_t count, size_t skipped_bytes)
{
	struct iovec list[2];
	struct msghdr message = {.msg_iov = list};

	for (size_t i = 0; i < count; i++) {
		size_t skipped = skipped_bytes < parts[i].bytes ? skipped_bytes : parts[i].bytes;

		skipped_bytes -= skipped;
		if (skipped < parts[i].bytes)
			list[message.msg_iovlen++] = (struct iovec){(char *)parts[i].data + skipped,
			                                            parts[i].bytes - skipped};
	}
	if (message.msg_iovlen == 1)
		return send(fd, list[0].iov_base, list[0].iov_len, MSG_NOSIGNAL);
	return sendmsg(fd, &message, MSG_NOSIGNAL);
}

enum put { PUT_ALL, PUT_SOME, PUT_FAILED };

static enum put put(struct viewers *w, struct viewer *v, const struct text *parts, size_t count)
{
	size_t all = parts[0].bytes + (count > 1 ? parts[1].bytes : 0);

	while (v->moved_bytes < all) {
		ssize_t sent = send_parts(v->fd, parts, count, v->moved_bytes);

		if (sent > 0) {
			v->moved_bytes += (uint32_t)sent;
			v->moved_ms = (uint32_t)w->now_ms;
			atomic_fetch_add_explicit(&w->figures.bytes, (unsigned long long)sent,
			                          memory_order_relaxed);
		} else if (errno == EAGAIN) {
			return PUT_SOME;
		} else if (errno != EINTR) {
			return PUT_FAILED;
		}
	}
	return PUT_ALL;
}

static enum put put_frame(struct viewers *w, struct viewer *v, const struct http_frame *frame)
{
	struct text parts[2];

	if (!v->is_sse) {
		parts[0] = frame_ws(frame);
		return put(w, v, parts, 1);
	}
	frame_sse(frame, parts);
	return put(w, v, parts, 2);
}

/* The first one may be large, and is to go at once; none that comes later is worth much memory. */
static void finish_frame(struct viewer *v)
{
	const int bytes = VIEWER_SEND_BYTES;

	http_frame_release(v->frame);
	v->frame = NULL;
	if (v->is_small)
		return;
	(void)setsockopt(v->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
	v->is_small = true;
}

void viewer_flush(struct viewers *w, struct viewer *v)
{
	while (v->own || v->frame) {
		enum put put_now;

		if (!v->frame)
			v->sends_own = true;
		if (v->sends_own)
			put_now = put(w, v, &(struct text){v->own->data, v->own->bytes}, 1);
		else
			put_now = put_frame(w, v, v->frame);
		if (put_now == PUT_FAILED)
			viewer_drop(w, v);
		else if (put_now == PUT_SOME)
			block(w, v);
		if (put_now != PUT_ALL)
			return;
		v->moved_bytes = 0;
		if (v->sends_own) {
			free(v->own);
			v->own = NULL;
			v->sends_own = false;
		} else {
			finish_frame(v);
		}
	}
	if (v->is_blocked) {
		v->is_blocked = false;
		watch(w, v, viewer_events(v));
	}
	if (v->state == VIEWER_CLOSING)
		shut(w, v);
}

bool viewer_is_busy(const struct viewer *v)
{
	return v->is_blocked;
}

void viewer_miss(struct viewers *w, struct viewer *v)
{
	v->is_missed = true;
	atomic_fetch_add_explicit(&w->figures.missed, 1, memory_order_relaxed);
}

/* Where not a byte goes it is no more than missed: by the time that it goes there is a newer one. */
void viewer_give(struct viewers *w, struct viewer *v, struct http_frame *frame)
{
	enum put put_now;

	assert(v->state == VIEWER_OPEN && !v->is_blocked && !v->frame && !v->own);
	put_now = put_frame(w, v, frame);
	if (put_now == PUT_FAILED) {
		viewer_drop(w, v);
		return;
	}
	if (put_now == PUT_SOME && !v->moved_bytes) {
		viewer_miss(w, v);
		block(w, v);
		return;
	}
	if (put_now == PUT_ALL) {
		v->moved_bytes = 0;
	} else {
		http_frame_hold(frame);
		v->frame = frame;
		block(w, v);
	}
	v->generation = frame->generation;
	v->position = frame->to;
	v->is_missed = false;
	atomic_fetch_add_explicit(&w->figures.frames, 1, memory_order_relaxed);
}

void viewer_say(struct viewers *w, struct viewer *v, struct text bytes)
{
	size_t kept = v->own ? v->own->bytes : 0;
	struct viewer_own *own;

	if (v->own && (!v->sends_own || v->moved_bytes <= v->own->last_begin))
		kept = v->own->last_begin;
	own = realloc(v->own, sizeof *own + kept + bytes.bytes);
	if (!own) {
		text_say_memory_ran_out();
		viewer_drop(w, v);
		return;
	}
	memcpy(own->data + kept, bytes.data, bytes.bytes);
	own->bytes = kept + bytes.bytes;
	own->last_begin = kept;
	v->own = own;
	if (!v->is_blocked)
		viewer_flush(w, v);
}
