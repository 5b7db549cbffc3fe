/*
 * server.h - a small program behind the door, which tests ask.
 *
 *   /later   notes its token; answered by the test, or never
 *   /big     SERVER_BIG_BYTES of b
 *   /twice   is answered twice
 *   /peer    says who asks: is_unix, is_loopback, the first byte of an IPv4 address
 *   /none    204
 *   other    "[PATH BODY]"; any other method 405
 * A body of /closed is not wanted, where `admit` is asked.
 */
#ifndef HOLDFAST_TESTS_HTTP_SERVER_H
#define HOLDFAST_TESTS_HTTP_SERVER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/http/http.h"

#define SERVER_BIG_BYTES 200000
#define SERVER_TOKENS_MAX 2000
#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"
#define POST(path, length) "POST " path " HTTP/1.1\r\nHost: x\r\nContent-Length: " length "\r\n"

extern struct http *server_http;
extern struct http_token server_waiting[SERVER_TOKENS_MAX]; /* of /later, in their order */
extern size_t server_waiting_count, server_left_count, server_admit_count;

/* Two loops, a free port, every time as programs have it. */
struct http_settings server_settings(void);
void server_start(const struct http_settings *s, bool is_full); /* full: with admit and refuse */
void server_start_plain(void);
void server_stop(void);

void server_answer(struct http_token token, unsigned status, const char *text);
void server_await(const size_t *count, size_t least); /* one of the counts above */
int server_connect(void);

/* One request and its answer. */
void server_ask(int fd, const char *request, unsigned status, const char *part);

/* One of struct http_figures. */
#define server_figure(name) server_figure_at(offsetof(struct http_figures, name))
#define server_await_figure(name, value) \
	server_await_figure_at(offsetof(struct http_figures, name), value, #name)
uint64_t server_figure_at(size_t offset);
void server_await_figure_at(size_t offset, uint64_t value, const char *name);

#endif
