#include "common/http/hub.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <utlist.h>

#include "common/base/aside.h"
#include "common/base/clock.h"
#include "common/http/feed.h"
#include "common/http/ws.h"

#define EVENTS_MAX 64

/* ---- who is behind ---- */

/* Without memory for it, it is asked when the next frame comes by. */
static void ask(struct hub *hub, struct viewer *v)
{
	const struct http_handler *handler = hub->viewers.handler;
	struct feed *feed = v->feed;

	if (v->state == VIEWER_OPEN && v->is_missed && !viewer_is_busy(v) && handler->behind &&
	    feed_ask(feed, v->generation, v->position))
		handler->behind(handler->context, hub->loop, feed->number, v->generation, v->position);
}

/* ---- a frame and a viewer ---- */

/* Each says what it costs. */

static unsigned give(struct hub *hub, struct viewer *v, struct http_frame *frame)
{
	if (viewer_is_busy(v)) {
		viewer_miss(&hub->viewers, v);
		return 1;
	}
	viewer_give(&hub->viewers, v, frame);
	return HUB_SEND_COST;
}

static unsigned miss(struct hub *hub, struct viewer *v)
{
	viewer_miss(&hub->viewers, v);
	ask(hub, v);
	return 1;
}

static unsigned show(struct hub *hub, struct viewer *v, struct http_frame *frame)
{
	bool is_later = v->position < frame->to;

	if (frame->generation < v->generation)
		return 1;
	if (frame->generation > v->generation)
		return frame->is_whole ? give(hub, v, frame) : miss(hub, v);
	if (!is_later)
		return frame->is_beat && v->position == frame->to && !viewer_is_busy(v)
		           ? give(hub, v, frame) : 1;
	return frame->is_whole || v->position >= frame->from ? give(hub, v, frame) : miss(hub, v);
}

static unsigned look_at(struct hub *hub, struct viewer *v, const struct frame_mail *mail)
{
	if (v->state != VIEWER_OPEN)
		return 1;
	if (mail->is_catch_up && (!v->is_missed || viewer_is_busy(v) ||
	                          v->generation != mail->generation || v->position != mail->position))
		return 1;
	if (mail->frame->is_close) {
		viewer_close_with(&hub->viewers, v, mail->frame);
		return HUB_SEND_COST;
	}
	return mail->is_catch_up ? give(hub, v, mail->frame) : show(hub, v, mail->frame);
}

/* ---- frames on their way ---- */

static void pass_on(struct frame_mail *mail)
{
	frame_pass(mail->frame);
	http_frame_release(mail->frame);
	free(mail);
}

static void end_first(struct hub *hub, struct feed *feed)
{
	struct mail *mail = feed->frames;

	LL_DELETE(feed->frames, mail);
	pass_on((struct frame_mail *)mail);
	DL_DELETE(hub->busy, feed);
	feed->left = feed->count;
	if (feed->frames)
		DL_APPEND(hub->busy, feed);
	else
		feed_release_if_empty(&hub->feeds, feed);
}

/* What is left of a frame waits until the others had their turn. */
static void slice(struct hub *hub)
{
	unsigned cost = 0;

	while (hub->busy && cost < hub->slice_cost) {
		struct feed *feed = hub->busy;

		cost++;
		while (feed->left && cost < hub->slice_cost)
			cost += look_at(hub, feed->list[--feed->left], (struct frame_mail *)feed->frames);
		if (!feed->left) {
			end_first(hub, feed);
		} else {
			DL_DELETE(hub->busy, feed);
			DL_APPEND(hub->busy, feed);
		}
	}
}

void hub_take_frame(struct hub *hub, struct frame_mail *mail)
{
	struct feed *feed = feed_find(hub->feeds, mail->feed);

	if (!feed) {
		pass_on(mail);
		return;
	}
	if (mail->is_catch_up)
		feed_end_ask(feed, mail->generation, mail->position);
	if (!feed->frames) {
		feed->left = feed->count;
		DL_APPEND(hub->busy, feed);
	}
	LL_APPEND(feed->frames, &mail->mail);
}

/* ---- coming and going ---- */

static void say_gone(struct hub *hub, uint32_t feed, uint32_t tag)
{
	const struct http_handler *handler = hub->viewers.handler;

	if (handler->viewer_gone)
		handler->viewer_gone(handler->context, feed, tag);
}

static void sweep(struct hub *hub)
{
	struct viewer *v;

	while ((v = hub->viewers.gone) != NULL) {
		struct feed *feed = v->feed;

		hub->viewers.gone = v->next_gone;
		feed_remove(feed, v);
		atomic_fetch_sub(&hub->viewers.count, 1);
		--*hub->open_count;
		say_gone(hub, feed->number, v->tag);
		feed_release_if_empty(&hub->feeds, feed);
		viewer_free(v);
	}
}

static void let_go(struct hub *hub, struct viewer *v)
{
	int64_t now_ms = hub->viewers.now_ms, rest_ms = hub->drained_at_ms - now_ms;
	uint64_t after_ms = rest_ms > 0 ? viewers_random(&hub->viewers, (uint64_t)rest_ms + 1) : 0;

	viewer_leave_at(&hub->viewers, v, now_ms + (int64_t)after_ms);
}

static bool begin(struct hub *hub, struct view_mail *mail, int fd, struct text rest)
{
	struct viewer *v = mail->viewer;
	struct feed *feed = feed_make(&hub->feeds, mail->feed);

	if (!feed || !feed_add(feed, v)) {
		close(fd);
		if (feed)
			feed_release_if_empty(&hub->feeds, feed);
		return false;
	}
	if (!viewer_open(&hub->viewers, v, fd, mail->first, rest)) {
		feed_remove(feed, v);
		feed_release_if_empty(&hub->feeds, feed);
		return false;
	}
	atomic_fetch_add(&hub->viewers.count, 1);
	ask(hub, v);
	if (hub->drained_at_ms)
		let_go(hub, v);
	return true;
}

void hub_take_view(struct hub *hub, struct view_mail *mail, int fd, struct text rest)
{
	bool has_begun = fd >= 0 && begin(hub, mail, fd, rest);

	if (has_begun) {
		mail->viewer = NULL;
	} else {
		if (fd >= 0)
			--*hub->open_count;
		say_gone(hub, mail->feed, mail->viewer->tag);
	}
	hub_discard(&mail->mail);
}

void hub_discard(struct mail *mail)
{
	struct view_mail *view = (struct view_mail *)mail;

	if (mail->kind == MAIL_FRAME) {
		pass_on((struct frame_mail *)mail);
		return;
	}
	if (view->viewer)
		viewer_free(view->viewer);
	http_frame_release(view->first);
	free(view);
}

/* ---- turns ---- */

static void take_events(struct hub *hub)
{
	struct epoll_event events[EVENTS_MAX];
	int count = epoll_wait(hub->viewers.epoll, events, EVENTS_MAX, 0);

	for (int i = 0; i < count; i++) {
		struct viewer *v = events[i].data.ptr;

		viewer_ready(&hub->viewers, v, events[i].events);
		ask(hub, v);
	}
}

/* A frame for many takes a while. Whatever else wants this core does less, and goes before. */
static void stand_aside(struct hub *hub)
{
	if (hub->busy && !hub->has_begun)
		hub->is_aside = aside_begin();
	else if (!hub->busy && hub->is_aside)
		aside_end();
	hub->has_begun = hub->busy != NULL;
	hub->is_aside = hub->is_aside && hub->busy;
	if (hub->busy)
		aside_rest(hub->is_aside);
}

void hub_turn(struct hub *hub, bool is_ready)
{
	struct wheel_entry *entry;

	if (is_ready)
		take_events(hub);
	while ((entry = wheel_take(&hub->viewers.wheel, hub->viewers.now_ms)) != NULL)
		viewer_expire(&hub->viewers, (struct viewer *)entry);
	slice(hub);
	sweep(hub);
	stand_aside(hub);
}

int64_t hub_wait_ms(struct hub *hub, int64_t now_ms)
{
	return hub->busy ? 0 : wheel_wait_ms(&hub->viewers.wheel, now_ms);
}

/* ---- the whole of it ---- */

bool hub_open(struct hub *hub, const struct http_handler *handler, unsigned loop,
              unsigned *open_count, int64_t drain_ms)
{
	struct viewers *w = &hub->viewers;

	hub->loop = loop;
	hub->open_count = open_count;
	hub->slice_cost = HUB_SLICE_COST;
	hub->drain_ms = drain_ms;
	w->handler = handler;
	w->now_ms = clock_monotonic_ms();
	w->random = (uint64_t)clock_monotonic_us() * (loop + 1) | 1;
	wheel_open(&w->wheel, w->now_ms);
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	return w->epoll >= 0;
}

void hub_drain(struct hub *hub)
{
	struct feed *feed, *next;

	hub->drained_at_ms = hub->viewers.now_ms + hub->drain_ms;
	HASH_ITER(hh, hub->feeds, feed, next)
		for (uint32_t i = 0; i < feed->count; i++)
			let_go(hub, feed->list[i]);
}

/* Whoever can be told is told. */
void hub_end(struct hub *hub)
{
	struct feed *feed, *next;

	HASH_ITER(hh, hub->feeds, feed, next) {
		for (uint32_t i = 0; i < feed->count; i++) {
			viewer_close(&hub->viewers, feed->list[i], WS_LEAVING, (struct text){NULL, 0});
			viewer_drop(&hub->viewers, feed->list[i]);
		}
		feed->left = 0;
	}
	while (hub->busy)
		slice(hub);
	sweep(hub);
}

void hub_close(struct hub *hub)
{
	if (hub->viewers.epoll >= 0)
		close(hub->viewers.epoll);
}
