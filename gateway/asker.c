#include "gateway/asker.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/base/random.h"
#include "gateway/api/problem.h"
#include "gateway/figures/figures.h"
#include "gateway/figures/hour.h"

#define HEADERS_MAX 20
#define COOKIE_NAME "__Host-holdfast"
#define DEMO_COOKIE_NAME "holdfast"

struct asker *asker_open(struct gateway *gateway, struct http_token token, enum route route)
{
	struct memory *memory = memories_take(&gateway->memories, sizeof(struct asker));
	struct asker *asker = (struct asker *)memory;

	if (!asker)
		return NULL;
	memset((char *)asker + sizeof asker->memory, 0, sizeof *asker - sizeof asker->memory);
	asker->gateway = gateway;
	asker->token = token;
	asker->since_us = clock_monotonic_us();
	asker->route = route;
	asker->at_partition = -1;
	return asker;
}

struct asker *asker_of_job(struct desk_job *job)
{
	return (struct asker *)(void *)((char *)job - offsetof(struct asker, job));
}

void asker_release(struct asker *asker)
{
	buf_release(&asker->reply);
	body_release(&asker->body);
	memories_give(&asker->gateway->memories, &asker->memory);
}

void extra_add(struct extra_headers *extra, const char *name, const char *value)
{
	assert(extra->count < EXTRA_HEADERS_MAX);
	extra->list[extra->count++] = (struct http_header){text_of(name), text_of(value)};
}

/* ---- headers that every answer has ---- */

struct headers {
	struct http_header list[HEADERS_MAX];
	size_t count;
};

static void add_text(struct headers *headers, const char *name, struct text value)
{
	assert(headers->count < HEADERS_MAX);
	headers->list[headers->count++] = (struct http_header){text_of(name), value};
}

static void add(struct headers *headers, const char *name, const char *value)
{
	add_text(headers, name, text_of(value));
}

/* Who may read the answer: which depends on the page that asks. */
static void add_cors(const struct asker *asker, struct headers *headers)
{
	if (asker->gateway->origins.count)
		add(headers, "Vary", "Origin");
	if (!asker->origin.data)
		return;
	add_text(headers, "Access-Control-Allow-Origin", asker->origin);
	add(headers, "Access-Control-Allow-Credentials", "true");
	add(headers, "Access-Control-Expose-Headers",
	    "Request-Id, Idempotency-Key, Idempotency-Replayed, Retry-After, Location, "
	    "Preference-Applied, ETag");
}

static void add_cookie(const struct asker *asker, struct headers *headers, char *value,
                       size_t value_bytes)
{
	bool is_demo = asker->gateway->settings.is_demo;

	if (!asker->sets_cookie)
		return;
	snprintf(value, value_bytes, "%s=%s; %sHttpOnly; SameSite=Lax; Path=/; Max-Age=%d",
	         is_demo ? DEMO_COOKIE_NAME : COOKIE_NAME, asker->cookie, is_demo ? "" : "Secure; ",
	         COOKIE_SECONDS);
	add(headers, "Set-Cookie", value);
}

static bool has_request_id(const struct asker *asker)
{
	static const struct uuid none;

	return !uuid_same(&asker->request_id, &none);
}

static bool has_header(const struct extra_headers *extra, const char *name)
{
	for (size_t i = 0; extra && i < extra->count; i++)
		if (text_same(extra->list[i].name, text_of(name)))
			return true;
	return false;
}

static void count_answer(const struct asker *asker, unsigned status, const struct uuid *id)
{
	int64_t now_us = clock_monotonic_us();
	struct hour_slow slow = {.took_us = asker->since_us ? now_us - asker->since_us : -1,
	                         .route = asker->route, .status = status, .request_id = *id};

	figures_answered(asker->route, status, slow.took_us);
	if (slow.took_us < HOUR_SLOW_US)
		return;
	slow.at_ms = clock_wall_ms();
	hour_answered(&slow, now_us / 1000);
}

void asker_answer(struct asker *asker, unsigned status, const char *content_type,
                  struct text body, const struct extra_headers *extra)
{
	struct uuid id = has_request_id(asker) ? asker->request_id : uuid_make();
	char request_id[UUID_TEXT_CHARS + 1], cookie[200];
	struct headers headers = {.count = 0};
	struct http_answer answer = {.status = status, .body = body};

	uuid_encode(&id, request_id);
	if (content_type)
		add(&headers, "Content-Type", content_type);
	if (!has_header(extra, "Cache-Control"))
		add(&headers, "Cache-Control", "no-store");
	add(&headers, "X-Content-Type-Options", "nosniff");
	add(&headers, "Request-Id", request_id);
	if (asker->intent_chars && !asker->is_intent_given)
		add(&headers, "Idempotency-Key", asker->intent);
	add_cors(asker, &headers);
	add_cookie(asker, &headers, cookie, sizeof cookie);
	for (size_t i = 0; extra && i < extra->count; i++)
		add_text(&headers, extra->list[i].name.data, extra->list[i].value);
	answer.headers = headers.list;
	answer.header_count = headers.count;
	count_answer(asker, status, &id);
	/* Without memory for it the client is left waiting, and the door closes the connection. */
	(void)http_answer(asker->gateway->http, asker->token, &answer);
	asker_release(asker);
}

bool asker_view(struct asker *asker, struct http_view *view, struct http_frame *first)
{
	struct uuid id = uuid_make();
	char request_id[UUID_TEXT_CHARS + 1];
	struct headers headers = {.count = 0};

	uuid_encode(&id, request_id);
	add(&headers, "Request-Id", request_id);
	if (view->is_sse) {
		add(&headers, "Cache-Control", "no-store");
		add(&headers, "X-Content-Type-Options", "nosniff");
		add(&headers, "X-Accel-Buffering", "no");
		add_cors(asker, &headers);
	}
	view->headers = headers.list;
	view->header_count = headers.count;
	if (!http_view(asker->gateway->http, asker->token, view, first))
		return false;
	figures_answered(asker->route, view->is_sse ? 200 : 101,
	                 clock_monotonic_us() - asker->since_us);
	asker_release(asker);
	return true;
}

/* ---- refusals ---- */

static void refuse(struct asker *asker, unsigned status, const char *reason, const char *detail,
                   struct extra_headers *extra)
{
	struct buf body = {0};

	problem_write(&body, (int)status, reason, detail);
	if (status == 401 && !strcmp(reason, "UNAUTHORIZED"))
		extra_add(extra, "WWW-Authenticate", "Bearer");
	asker_answer(asker, status, PROBLEM_TYPE, buf_text(&body), extra);
	buf_release(&body);
}

void asker_refuse(struct asker *asker, unsigned status, const char *reason, const char *detail)
{
	struct extra_headers extra = {.count = 0};

	refuse(asker, status, reason, detail, &extra);
}

const char *retry_after_text(int64_t eta_ms, char to[RETRY_AFTER_BYTES])
{
	int64_t ms = eta_ms < RETRY_AFTER_MAX_MS ? eta_ms : RETRY_AFTER_MAX_MS;

	snprintf(to, RETRY_AFTER_BYTES, "%lld", ms > 1000 ? (long long)((ms + 999) / 1000) : 1LL);
	return to;
}

/* Half to one and a half times, so that all who were sent away do not come back at once. */
static int64_t with_jitter(int64_t ms)
{
	uint32_t random;

	if (!random_fill(&random, sizeof random))
		return ms;
	return ms / 2 + (int64_t)((uint64_t)random % (uint64_t)(ms + 1));
}

void asker_refuse_for(struct asker *asker, unsigned status, const char *reason,
                      const char *detail, int64_t retry_ms)
{
	struct extra_headers extra = {.count = 0};
	char seconds[24];

	snprintf(seconds, sizeof seconds, "%lld", (long long)((with_jitter(retry_ms) + 999) / 1000));
	if (!strcmp(seconds, "0"))
		seconds[0] = '1';
	extra_add(&extra, "Retry-After", seconds);
	refuse(asker, status, reason, detail, &extra);
}
