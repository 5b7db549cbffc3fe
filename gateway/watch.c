/* Viewers: who may become one, from where on, and how they go. docs/map.md. */
#include <stdio.h>
#include <string.h>

#include "common/http/view.h"
#include "gateway/api/problem.h"
#include "gateway/pieces.h"
#include "gateway/figures/figures.h"

#define PROTOCOL "holdfast.seats.v1"
#define STREAM_TYPE "text/event-stream"
#define RETRY_MS 5000
#define OFFSET_DIGITS_MAX 18

/* ---- from where on ---- */

/* EPOCH:OFFSET. What is none counts as not given: then the whole is sent, which is always right. */
static void read_since(struct maps_want *want, struct text since)
{
	int64_t offset = 0;

	want->has_since = since.bytes > SEAT_MAP_EPOCH_CHARS + 1 &&
	                  since.bytes <= SEAT_MAP_EPOCH_CHARS + 1 + OFFSET_DIGITS_MAX &&
	                  since.data[SEAT_MAP_EPOCH_CHARS] == ':';
	for (size_t i = SEAT_MAP_EPOCH_CHARS + 1; want->has_since && i < since.bytes; i++) {
		want->has_since = since.data[i] >= '0' && since.data[i] <= '9';
		offset = offset * 10 + (since.data[i] - '0');
	}
	if (!want->has_since)
		return;
	memcpy(want->epoch, since.data, SEAT_MAP_EPOCH_CHARS);
	want->since = offset;
}

static bool is_refused_place(struct asker *asker, const struct http_request *request)
{
	struct text since, layout, last = http_header_find(request, "Last-Event-ID");

	if (asker_is_refused_parameter(asker, request, "since", &since) ||
	    asker_is_refused_parameter(asker, request, "layout", &layout))
		return true;
	if (asker->is_sse && last.data && last.bytes)
		since = last;
	if (since.data)
		read_since(&asker->want, since);
	if (layout.bytes == SEAT_MAP_LAYOUT_CHARS)
		memcpy(asker->want.layout, layout.data, layout.bytes);
	return false;
}

/* ---- how ---- */

static bool is_refused_upgrade(struct asker *asker, const struct http_request *request)
{
	struct extra_headers extra = {.count = 0};
	unsigned status = ws_judge(request, PROTOCOL, &asker->protocol, asker->accept);
	struct buf body = {0};

	if (status == 101)
		return false;
	if (status == 426 && accept_names(http_header_find(request, "Accept"), STREAM_TYPE)) {
		asker->is_sse = true;
		asker->is_head = request->method == HTTP_HEAD;
		return false;
	}
	if (status != 426) {
		asker_refuse(asker, status, "INVALID_REQUEST", "This is no opening of a WebSocket.");
		return true;
	}
	extra_add(&extra, "Upgrade", "websocket");
	extra_add(&extra, "Connection", "Upgrade");
	extra_add(&extra, "Sec-WebSocket-Version", WS_VERSION);
	problem_write(&body, 426, "INVALID_REQUEST",
	              "This is a WebSocket, or with Accept: " STREAM_TYPE " a stream of events.");
	asker_answer(asker, 426, PROBLEM_TYPE, buf_text(&body), &extra);
	buf_release(&body);
	return true;
}

/* ---- becoming one ---- */

static void refuse_many(struct asker *asker)
{
	figures_refused("address_viewers");
	asker_refuse_for(asker, 429, "RATE_LIMITED", "Too many viewers at this address.", RETRY_MS);
}

/* A stream's answer as far as its headers: HEAD asks for no more. */
static void answer_head(struct asker *asker)
{
	struct extra_headers extra = {.count = 0};

	extra_add(&extra, "X-Accel-Buffering", "no");
	asker_answer(asker, 200, STREAM_TYPE, (struct text){NULL, 0}, &extra);
}

/* Whoever is too far ahead becomes one, too, and is sent away at once: he knows how to come back. */
static bool on_found(struct maps_want *want, enum maps_found found, const struct maps_seen *seen)
{
	struct asker *asker = asker_of_want(want);
	struct throttle_key key = throttle_address(&asker->address);
	struct http_view view = {.is_sse = asker->is_sse, .accept = asker->accept,
	                         .protocol = asker->protocol};

	if (!seen) {
		asker_refuse_map(asker, found);
		return false;
	}
	if (asker->is_head) {
		answer_head(asker);
		return false;
	}
	if (asker->is_limited_by_address &&
	    !(view.tag = throttle_enter(asker->gateway->throttle, &key))) {
		refuse_many(asker);
		return false;
	}
	view.feed = seen->feed;
	if (asker_view(asker, &view, seen->first))
		return true;
	throttle_leave(asker->gateway->throttle, view.tag);
	asker_refuse_for(asker, 503, "OVERLOADED", "There is no room for another viewer.", RETRY_MS);
	return false;
}

void asker_watch(struct asker *asker, const struct http_request *request)
{
	if (asker_is_refused_show(asker, request) || is_refused_upgrade(asker, request) ||
	    is_refused_place(asker, request))
		return;
	asker_want_map(asker, MAPS_VIEW, on_found);
}

/* ---- for the door ---- */

void watch_gone(void *context, uint32_t feed, uint32_t tag)
{
	struct gateway *gateway = context;

	throttle_leave(gateway->throttle, tag);
	maps_viewer_gone(gateway->maps, feed);
}

void watch_behind(void *context, unsigned loop, uint32_t feed, uint32_t generation,
                  int64_t position)
{
	struct gateway *gateway = context;

	maps_behind(gateway->maps, loop, feed, generation, position);
}

bool watch_heard(void *context, struct text message)
{
	(void)context;
	return maps_heard(message);
}
