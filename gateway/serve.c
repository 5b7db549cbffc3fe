#include "gateway/serve.h"

#include <stdio.h>
#include <string.h>

#include "gateway/api/problem.h"
#include "gateway/pieces.h"
#include "gateway/figures/figures.h"

/* ---- small answers ---- */

static void answer_session(struct asker *asker)
{
	struct throttle_key key = throttle_address(&asker->address);
	int64_t retry_ms;

	if (asker->role != ROLE_BROWSER) {
		asker_refuse(asker, 400, "INVALID_REQUEST", "An API key has no cookie.");
		return;
	}
	if (asker->has_cookie) {
		asker->sets_cookie = true;
	} else if (asker->is_limited_by_address &&
	           !throttle_take(asker->gateway->throttle, THROTTLE_ADDRESS_SESSIONS, &key,
	                          &retry_ms)) {
		figures_refused(throttle_name(THROTTLE_ADDRESS_SESSIONS));
		asker_refuse_for(asker, 429, "RATE_LIMITED", "Too many new sessions.", retry_ms);
		return;
	} else if (!asker_make_session(asker)) {
		asker_refuse(asker, 500, "GATEWAY_FAULT", "No random numbers can be had.");
		return;
	}
	asker_answer(asker, 204, NULL, (struct text){NULL, 0}, NULL);
}

/* ---- methods ---- */

static bool is_method_of(enum route route, enum http_method method)
{
	if (route_is_mutation(route))
		return method == HTTP_POST;
	return method == HTTP_GET || method == HTTP_HEAD;
}

static const char *methods_of(enum route route)
{
	return route_is_mutation(route) ? "POST, OPTIONS" : "GET, HEAD, OPTIONS";
}

static void refuse_method(struct asker *asker)
{
	struct extra_headers extra = {.count = 0};
	struct buf body = {0};

	extra_add(&extra, "Allow", methods_of(asker->route));
	problem_write(&body, 405, "INVALID_REQUEST", "There is no such method at this path.");
	asker_answer(asker, 405, PROBLEM_TYPE, buf_text(&body), &extra);
	buf_release(&body);
}

static void answer_options(struct asker *asker)
{
	struct extra_headers extra = {.count = 0};
	const char *methods = methods_of(asker->route);

	extra_add(&extra, "Allow", methods);
	if (asker->origin.data) {
		extra_add(&extra, "Access-Control-Allow-Methods", methods);
		extra_add(&extra, "Access-Control-Allow-Headers",
		          "Content-Type, Idempotency-Key, Prefer, traceparent, If-None-Match");
		extra_add(&extra, "Access-Control-Max-Age", "600");
	}
	asker_answer(asker, 204, NULL, (struct text){NULL, 0}, &extra);
}

/* What answers in JSON must be allowed to, before anything is done. */
static bool is_refused_accept(struct asker *asker, const struct http_request *request)
{
	struct text accept = http_header_find(request, "Accept");

	if (!accept.data || !route_is_json(asker->route) || http_header_count(request, "Accept") > 1 ||
	    accept_takes(accept, "application/json") || accept_takes(accept, PROBLEM_TYPE))
		return false;
	asker_refuse(asker, 406, "INVALID_REQUEST", "All answers here are application/json.");
	return true;
}

static void route_to(struct asker *asker, const struct http_request *request)
{
	switch (asker->route) {
	case ROUTE_SESSION:
		answer_session(asker);
		break;
	case ROUTE_CHECK:
		asker_check(asker, request);
		break;
	case ROUTE_OUTCOME:
		asker_find_outcome(asker, request);
		break;
	case ROUTE_SEAT_MAP:
		asker_see_map(asker, request);
		break;
	case ROUTE_LAYOUT:
		asker_see_layout(asker, request);
		break;
	case ROUTE_LIVE:
		asker_watch(asker, request);
		break;
	case ROUTE_OPEN:
		asker_open_channel(asker, request);
		break;
	case ROUTE_SHOWS:
		asker_list_shows(asker);
		break;
	case ROUTE_OPENAPI:
	case ROUTE_ASYNCAPI:
	case ROUTE_PAGE:
		asker_show_page(asker, request);
		break;
	case ROUTE_PROBLEM:
		asker_explain(asker, request);
		break;
	case ROUTE_RESERVE:
	case ROUTE_CHANGE:
	case ROUTE_RELEASE:
	case ROUTE_EXTEND:
	case ROUTE_CONFIRM:
	case ROUTE_REQUESTS:
		asker_mutate(asker, request);
		break;
	case ROUTE_NONE:
	case ROUTE_COUNT:
		asker_refuse(asker, 404, "NOT_FOUND", "There is nothing at this path.");
		break;
	}
}

static void serve(void *context, struct http_token token, const struct http_request *request,
                  const struct http_peer *peer)
{
	struct gateway *gateway = context;
	struct asker *asker = asker_open(gateway, token, route_of(request->path));

	if (!asker) {
		char id[UUID_TEXT_CHARS + 1];
		const struct http_header header = {text_of("Request-Id"), {id, UUID_TEXT_CHARS}};
		const struct http_answer answer = {
		    .status = 503, .headers = &header, .header_count = 1, .closes = true};
		const struct uuid made = uuid_make();

		uuid_encode(&made, id);
		(void)http_answer(gateway->http, token, &answer);
		return;
	}
	if (asker_is_refused(asker, request, peer))
		return;
	if (asker->route != ROUTE_NONE && request->method == HTTP_OPTIONS)
		answer_options(asker);
	else if (asker->route != ROUTE_NONE && !is_method_of(asker->route, request->method))
		refuse_method(asker);
	else if (!is_refused_accept(asker, request))
		route_to(asker, request);
}

/* What the door refuses, before any of ours looked at it, is answered like all else. */
static void refuse(void *context, struct http_token token, const struct http_refused *refused)
{
	struct gateway *gateway = context;
	const struct origin_headers headers = {.origin = refused->origin};
	unsigned status = refused->refusal.status;
	struct asker *asker = asker_open(gateway, token, ROUTE_NONE);

	if (!asker)
		return;
	asker->since_us = 0;
	if (origin_of(&gateway->origins, &headers) == ORIGIN_LISTED)
		asker->origin = arena_copy(&asker->memory.arena, refused->origin);
	if (status == 413)
		figures_refused("body_bytes");
	else if (status == 431)
		figures_refused("head_bytes");
	asker_refuse(asker, status, status == 413 ? "TOO_LARGE" : "INVALID_REQUEST",
	             refused->refusal.why);
}

struct http_handler serve_handler(struct gateway *gateway)
{
	return (struct http_handler){
	    .context = gateway,
	    .serve = serve,
	    .refuse = refuse,
	    .behind = watch_behind,
	    .viewer_gone = watch_gone,
	    .heard = watch_heard,
	};
}
