#include "tests/unit/common/http/server.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/unit/common/http/client.h"

struct http *server_http;
struct http_token server_waiting[SERVER_TOKENS_MAX];
size_t server_waiting_count, server_left_count, server_admit_count;

/* Over the tokens and the counts. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void server_answer(struct http_token token, unsigned status, const char *text)
{
	const struct http_header type = {text_of("Content-Type"), text_of("text/plain")};
	const struct http_answer answer = {
	    .status = status, .headers = &type, .header_count = 1, .body = text_of(text)};

	assert_true(http_answer(server_http, token, &answer));
}

static void note(size_t *count, struct http_token token)
{
	pthread_mutex_lock(&lock);
	if (count == &server_waiting_count && server_waiting_count < SERVER_TOKENS_MAX)
		server_waiting[server_waiting_count] = token;
	(*count)++;
	pthread_mutex_unlock(&lock);
}

static void serve(void *context, struct http_token token, const struct http_request *r,
                  const struct http_peer *peer)
{
	static char big[SERVER_BIG_BYTES + 1];
	char text[300];

	assert_ptr_equal(context, &lock);
	if (r->method == HTTP_OTHER) {
		server_answer(token, 405, "not that\n");
	} else if (text_same(r->path, text_of("/later"))) {
		note(&server_waiting_count, token);
	} else if (text_same(r->path, text_of("/big"))) {
		memset(big, 'b', SERVER_BIG_BYTES);
		server_answer(token, 200, big);
	} else if (text_same(r->path, text_of("/twice"))) {
		server_answer(token, 200, "once");
		server_answer(token, 200, "and again");
	} else if (text_same(r->path, text_of("/peer"))) {
		snprintf(text, sizeof text, "%d %d %d", peer->is_unix, peer->is_loopback, peer->address[12]);
		server_answer(token, 200, text);
	} else if (text_same(r->path, text_of("/none"))) {
		server_answer(token, 204, "unsaid");
	} else {
		snprintf(text, sizeof text, "[%.*s %.*s]", TEXT_ARGS(r->path), (int)(r->body.bytes % 200),
		         r->body.data);
		server_answer(token, 200, text);
	}
}

static bool admit(void *context, struct http_token token, const struct http_request *r,
                  const struct http_peer *peer)
{
	(void)context, (void)peer;
	assert_int_equal(r->body.bytes, 0);
	note(&server_admit_count, token);
	if (!text_same(r->path, text_of("/closed")))
		return true;
	server_answer(token, 403, "not you\n");
	return false;
}

static void left(void *context, struct http_token token)
{
	(void)context;
	note(&server_left_count, token);
}

/* The answer to a refusal of the door's has the Origin that it was told. */
static void refuse(void *context, struct http_token token, const struct http_refused *refused)
{
	const struct http_header headers[] = {
	    {text_of("Content-Type"), text_of("application/problem+json")},
	    {text_of("Origin-Was"), refused->origin.data ? refused->origin : text_of("none")},
	};
	const struct http_answer answer = {.status = refused->refusal.status, .headers = headers,
	                                   .header_count = 2, .body = text_of(refused->refusal.why)};

	assert_ptr_equal(context, &lock);
	assert_true(http_answer(server_http, token, &answer));
}

static const struct http_handler plain = {.context = &lock, .serve = serve, .left = left};
static const struct http_handler full = {
    .context = &lock, .serve = serve, .left = left, .admit = admit, .refuse = refuse};

/* With every time set, so that the one that is tried can be shortened. */
struct http_settings server_settings(void)
{
	return (struct http_settings){.option = "--listen", .listen = "127.0.0.1:0", .loops = 2,
	                              .limits = {.body_bytes_max = 65536}, HTTP_USUAL};
}

void server_start(const struct http_settings *s, bool is_full)
{
	struct err e;

	server_waiting_count = server_left_count = server_admit_count = 0;
	if (http_open(&server_http, s, is_full ? &full : &plain, &e))
		fail_msg("%s", e.text);
}

void server_start_plain(void)
{
	const struct http_settings s = server_settings();

	server_start(&s, false);
}

void server_stop(void)
{
	http_close(server_http);
	server_http = NULL;
}

void server_await(const size_t *count, size_t least)
{
	int64_t until_ms = clock_monotonic_ms() + CLIENT_WAIT_MS;
	bool is_there = false;

	while (!is_there && clock_monotonic_ms() < until_ms) {
		pthread_mutex_lock(&lock);
		is_there = *count >= least;
		pthread_mutex_unlock(&lock);
		if (!is_there)
			clock_sleep_ms(1);
	}
	assert_true(is_there);
}

uint64_t server_figure_at(size_t offset)
{
	struct http_figures figures;

	http_figures(server_http, &figures);
	return *(const uint64_t *)(const void *)((const char *)&figures + offset);
}

void server_await_figure_at(size_t offset, uint64_t value, const char *name)
{
	int64_t until_ms = clock_monotonic_ms() + CLIENT_WAIT_MS;

	for (; server_figure_at(offset) != value; clock_sleep_ms(1))
		if (clock_monotonic_ms() > until_ms)
			fail_msg("%s is %d, not %d", name, (int)server_figure_at(offset), (int)value);
}

int server_connect(void)
{
	return client_open(http_address(server_http));
}

void server_ask(int fd, const char *request, unsigned status, const char *part)
{
	client_send(fd, request);
	client_expect(client_answer(fd), status, part);
}
