/*
 * The door over real sockets: requests in any pieces, answers at once and later, refusals, where it
 * listens, how it ends.
 */
#include "common/http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/unit/common/http/client.h"
#include "tests/unit/common/http/server.h"

/* ---- answers ---- */

static void a_connection_serves_one_request_after_the_other(void **state)
{
	const char *answer;
	int fd;

	(void)state;
	server_start_plain();
	fd = server_connect();
	server_ask(fd, GET("/a?b"), 200, "\r\nContent-Type: text/plain\r\n");
	server_ask(fd, POST("/b", "7") "\r\n{\"a\":1}", 200, "\r\n\r\n[/b {\"a\":1}]");
	client_send(fd, "HEAD /c HTTP/1.1\r\nHost: x\r\n\r\n");
	answer = client_head_answer(fd);
	client_expect(answer, 200, "\r\nContent-Length: 5\r\n");
	assert_null(strstr(answer, "Connection:"));
	client_send(fd, GET("/none"));
	answer = client_head_answer(fd);
	client_expect(answer, 204, "\r\nDate: ");
	assert_null(strstr(answer, "Content-Length"));
	server_ask(fd, GET("/d"), 200, "[/d ]");
	client_send(fd, "GET /e HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	client_expect(client_rest(fd), 200, "\r\nConnection: close\r\n\r\n[/e ]");
	close(fd);
	server_await_figure(open, 0);
	server_await_figure(requests, 6);
	server_await_figure(accepted, 1);
	server_stop();
}

static void a_request_may_come_byte_by_byte(void **state)
{
	const char *request = POST("/slow", "10") "\r\n0123456789" GET("/next");
	int fd;

	(void)state;
	server_start_plain();
	fd = server_connect();
	for (const char *at = request; *at; at++) {
		assert_true(client_try_send(fd, at, 1));
		clock_sleep_ms(1);
	}
	client_expect(client_answer(fd), 200, "[/slow 0123456789]");
	client_expect(client_answer(fd), 200, "[/next ]");
	close(fd);
	server_stop();
}

static void requests_sent_at_once_are_answered_in_their_order(void **state)
{
	int fd;

	(void)state;
	server_start_plain();
	fd = server_connect();
	client_send(fd, GET("/1") POST("/2", "3") "\r\nabc" GET("/later") GET("/4")
	                POST("/5", "3") "\r\nd");
	client_expect(client_answer(fd), 200, "[/1 ]");
	client_expect(client_answer(fd), 200, "[/2 abc]");
	server_await(&server_waiting_count, 1);
	server_await_figure(requests, 3); /* what comes behind it waits */
	server_answer(server_waiting[0], 409, "taken");
	client_expect(client_answer(fd), 409, "taken");
	client_expect(client_answer(fd), 200, "[/4 ]");
	client_send(fd, "ef" GET("/6"));
	client_expect(client_answer(fd), 200, "[/5 def]");
	client_expect(client_answer(fd), 200, "[/6 ]");
	close(fd);
	server_stop();
}

#define LATE_COUNT 1000

static void *answer_all(void *unused)
{
	for (size_t i = 0; i < LATE_COUNT; i++) {
		char text[40];

		server_await(&server_waiting_count, i + 1);
		snprintf(text, sizeof text, "late %zu", i);
		server_answer(server_waiting[i], 200, text);
		server_answer(server_waiting[i], 500, "only the first one counts");
	}
	return unused;
}

static void an_answer_may_come_later_from_another_thread(void **state)
{
	pthread_t thread;
	int fd;

	(void)state;
	server_start_plain();
	assert_int_equal(pthread_create(&thread, NULL, answer_all, NULL), 0);
	fd = server_connect();
	for (size_t i = 0; i < LATE_COUNT; i++) {
		char text[40];

		snprintf(text, sizeof text, "\r\n\r\nlate %zu", i);
		server_ask(fd, GET("/later"), 200, text);
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	server_ask(fd, GET("/twice"), 200, "\r\n\r\nonce");
	server_ask(fd, GET("/a"), 200, "[/a ]");
	close(fd);
	server_stop();
}

static void a_client_that_leaves_is_noticed_and_its_token_is_worth_nothing(void **state)
{
	struct http_settings s = server_settings();
	int fd, other;

	(void)state;
	s.loops = 1;
	server_start(&s, false);
	fd = server_connect();
	client_send(fd, GET("/later"));
	server_await(&server_waiting_count, 1);
	close(fd);
	server_await(&server_left_count, 1);
	/* The next one has the same place. */
	other = server_connect();
	client_send(other, GET("/later"));
	server_await(&server_waiting_count, 2);
	assert_int_equal(server_waiting[0].place, server_waiting[1].place);
	server_answer(server_waiting[0], 200, "for the one before");
	server_answer(server_waiting[1], 200, "for you");
	client_expect(client_answer(other), 200, "for you");
	server_answer(server_waiting[1], 200, "once more");
	server_ask(other, GET("/a"), 200, "[/a ]");
	/* Half of it closed is left, too. */
	client_send(other, GET("/later"));
	server_await(&server_waiting_count, 3);
	assert_int_equal(shutdown(other, SHUT_WR), 0);
	server_await(&server_left_count, 2);
	assert_string_equal(client_rest(other), "");
	close(other);
	server_await_figure(left, 2);
	server_stop();
}

static void what_still_waits_at_the_end_is_told(void **state)
{
	int fds[5];

	(void)state;
	server_start_plain();
	for (size_t i = 0; i < 5; i++) {
		fds[i] = server_connect();
		client_send(fds[i], GET("/later") GET("/never"));
	}
	server_await(&server_waiting_count, 5);
	server_stop();
	assert_int_equal(server_left_count, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(client_rest(fds[i]), "");
		close(fds[i]);
	}
}

static void a_header_that_would_be_another_line_is_not_sent(void **state)
{
	const struct http_header bad[] = {{text_of("X"), text_of("a\r\nSet-Cookie: b")},
	                                  {text_of("X\n"), text_of("a")},
	                                  {text_of(""), text_of("a")}};
	struct http_header many[200];
	struct http_answer answer = {.status = 200, .header_count = 1, .body = text_of("body")};
	int fd;

	(void)state;
	server_start_plain();
	for (size_t i = 0; i < 6; i++) {
		server_waiting_count = 0;
		fd = server_connect();
		client_send(fd, GET("/later"));
		server_await(&server_waiting_count, 1);
		answer.status = i == 4 ? 100 : i == 5 ? 600 : 200;
		answer.headers = &bad[i % 3];
		if (i == 3) {
			for (size_t k = 0; k < 200; k++)
				many[k] = (struct http_header){text_of("X-Long-Header-That-Is-There-Many-Times"),
				                               text_of("0123456789")};
			answer.headers = many;
			answer.header_count = 200;
		}
		assert_true(http_answer(server_http, server_waiting[0], &answer));
		client_expect(client_rest(fd), 500, "\r\nContent-Length: 0\r\n");
		close(fd);
		answer.header_count = 0;
		if (i < 2)
			answer.header_count = 1;
	}
	server_stop();
}

/* ---- refusals ---- */

static void a_refusal_says_why_and_closes(void **state)
{
	const struct http_settings s = server_settings();
	int fd;

	(void)state;
	server_start_plain();
	fd = server_connect();
	server_ask(fd, GET("/a"), 200, "[/a ]");
	client_send(fd, "GET /a HTTP/1.0\r\n\r\n" GET("/b"));
	client_expect(client_rest(fd), 505, "nginx: proxy_http_version 1.1");
	close(fd);
	fd = server_connect();
	client_send(fd, GET("/1") "GET /a HTTP/1.1\nHost: x\n\n" GET("/2"));
	client_expect(client_answer(fd), 200, "[/1 ]");
	client_expect(client_rest(fd), 400, "Connection: close\r\n");
	close(fd);
	fd = server_connect();
	client_send(fd, "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n" GET("/2"));
	client_expect(client_rest(fd), 405, "Connection: close\r\n");
	close(fd);
	fd = server_connect();
	client_send(fd, "HEAD /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
	client_expect(client_head_answer(fd), 400, "Connection: close\r\n");
	assert_string_equal(client_rest(fd), "");
	close(fd);
	server_await_figure(refused, 3);
	server_stop();
	server_start(&s, true);
	fd = server_connect();
	client_send(fd, POST("/a", "65537") "\r\n");
	client_expect(client_rest(fd), 413, "application/problem+json\r\n");
	close(fd);
	server_stop();
}

/* Whatever of the head is there or is wrong: who refuses is told the page's origin. */
static void whoever_answers_a_refusal_knows_the_origin(void **state)
{
	static const struct {
		const char *request;
		unsigned status;
		const char *origin;
	} list[] = {
	    {"GET /a HTTP/1.1\r\nHost: x\r\nOrigin: https://a\r\nBad\r\n\r\n", 400, "https://a"},
	    {"GET /a HTTP/1.1\r\nHost: x\r\nBad\r\norigin:https://a \r\n\r\n", 400, "https://a"},
	    {"GET /a HTTP/1.1\r\nOrigin: https://a\r\nHost: x\n", 400, "https://a"},
	    {"GET /a HTTP/1.1\r\nOrigin: https://a\r\nOrigin: https://b\r\n\r\n", 400, "none"},
	    {"GET /a HTTP/1.1\r\nOrigin: https://a\1\r\n", 400, "none"},
	    {POST("/a", "65537") "Origin: https://a\r\n\r\n", 413, "https://a"},
	    {POST("/a", "65537") "\r\nOrigin: https://a\r\n\r\n", 413, "none"},
	    {"POST /a HTTP/1.1\r\nHost: x\r\nOrigin: https://a\r\n\r\n", 411, "https://a"},
	    {POST("/a", "1") "Origin: https://a\r\nExpect: x\r\n\r\n", 417, "https://a"},
	    {"GET /a HTTP/1.1\r\nTransfer-Encoding: x\r\nOrigin: https://a\r\n\r\n", 501, "https://a"},
	    {"BREW /a HTTP/1.1\r\nOrigin: https://a\r\n\r\n", 501, "https://a"},
	    {"GET /a HTTP/1.0\r\nOrigin: https://a\r\n\r\n", 505, "https://a"},
	};
	const struct http_settings s = server_settings();

	(void)state;
	server_start(&s, true);
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		char origin[60];
		int fd = server_connect();

		snprintf(origin, sizeof origin, "\r\nOrigin-Was: %s\r\n", list[i].origin);
		client_send(fd, list[i].request);
		client_expect(client_rest(fd), list[i].status, origin);
		close(fd);
	}
	server_await_figure(refused, sizeof list / sizeof list[0]);
	server_stop();
}

/* However it is refused, what is no body must not follow: it would be read as another answer. */
static void the_refusal_of_a_head_has_no_body(void **state)
{
	static char target[5000];
	struct http_settings s = server_settings();
	int fd;

	(void)state;
	memset(target, 'a', sizeof target - 1);
	memcpy(target, "HEAD /", 6);
	s.head_ms = 100;
	server_start(&s, true);
	fd = server_connect();
	client_send(fd, target);
	client_expect(client_head_answer(fd), 414, "Content-Length: 22\r\n");
	assert_string_equal(client_rest(fd), "");
	close(fd);
	fd = server_connect();
	client_send(fd, "HEAD /a HTTP/1.1\r\nOrigin: https://a\r\n");
	client_expect(client_head_answer(fd), 408, "Origin-Was: https://a\r\n");
	assert_string_equal(client_rest(fd), "");
	close(fd);
	server_stop();
	/* Nor is a body missing where a HEAD of another was looked at meanwhile. */
	s = server_settings();
	s.body_ms = 100;
	s.loops = 1;
	server_start(&s, true);
	fd = server_connect();
	client_send(fd, POST("/a", "9") "Origin: https://a\r\n\r\n");
	for (int i = 0; i < 3; i++) {
		int other = server_connect();

		client_send(other, "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
		client_expect(client_head_answer(other), 200, "");
		close(other);
	}
	client_expect(client_answer(fd), 408, "the request took too long");
	close(fd);
	server_stop();
}

/* Closed too early, what is sent on would take the answer away from the client. */
static void who_still_sends_gets_the_refusal(void **state)
{
	static char many[1 << 20];
	int fd;

	(void)state;
	memset(many, 'A', sizeof many);
	server_start_plain();
	for (int i = 0; i < 20; i++) {
		fd = server_connect();
		client_send(fd, "GET /a HTTP/1.1\r\nHost: x\r\nLong: ");
		assert_true(client_try_send(fd, many, sizeof many));
		client_expect(client_rest(fd), 431, "");
		assert_false(client_was_reset());
		close(fd);
	}
	server_await_figure(open, 0);
	server_stop();
}

static void a_body_is_asked_for_where_it_is_wanted(void **state)
{
	const struct http_settings s = server_settings();
	int fd;

	(void)state;
	server_start(&s, true);
	fd = server_connect();
	client_send(fd, POST("/a", "3") "Expect: 100-continue\r\n\r\n");
	client_expect(client_head_answer(fd), 100, "Continue");
	server_ask(fd, "abc", 200, "[/a abc]");
	assert_int_equal(server_admit_count, 1);
	/* Whoever does not wait for it needs not be told. */
	server_ask(fd, POST("/b", "3") "Expect: 100-continue\r\n\r\nabc", 200, "[/b abc]");
	assert_int_equal(server_admit_count, 2);
	server_ask(fd, POST("/c", "0") "\r\n", 200, "[/c ]");
	assert_int_equal(server_admit_count, 2);
	client_send(fd, POST("/closed", "3") "Expect: 100-continue\r\n\r\n");
	client_expect(client_rest(fd), 403, "not you");
	close(fd);
	fd = server_connect();
	client_send(fd, POST("/closed", "3") "\r\nabc" GET("/b"));
	client_expect(client_rest(fd), 403, "not you");
	close(fd);
	server_stop();
}

/* ---- where, and the end ---- */

static void a_unix_socket_is_listened_at(void **state)
{
	static const struct http_handler handler = {0}; /* for who never comes to be asked */
	struct http_settings s = server_settings();
	char listen_at[100], file[120];
	struct sockaddr_un path = {.sun_family = AF_UNIX};
	struct http *other;
	struct stat unused;
	struct err e;
	int fd;

	(void)state;
	snprintf(listen_at, sizeof listen_at, "unix:/tmp/holdfast-door-%ld", (long)getpid());
	snprintf(path.sun_path, sizeof path.sun_path, "%s", listen_at + 5);
	s.listen = listen_at;
	server_start(&s, false);
	assert_string_equal(http_address(server_http), listen_at);
	fd = server_connect();
	server_ask(fd, GET("/peer"), 200, "\r\n\r\n1 0 0");
	assert_int_equal(http_open(&other, &s, &handler, &e), RC_USAGE);
	assert_non_null(strstr(e.text, "Address already in use"));
	assert_int_equal(http_try("--listen", listen_at, &e), RC_OK);
	server_ask(fd, GET("/peer"), 200, "\r\n\r\n1 0 0");
	close(fd);
	server_stop();
	assert_int_equal(stat(path.sun_path, &unused), -1);
	/* One that was left behind is replaced, a file is not. */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&path, sizeof path), 0);
	close(fd);
	server_start(&s, false);
	server_stop();
	snprintf(file, sizeof file, "%s", path.sun_path);
	fclose(fopen(file, "w"));
	assert_int_equal(http_open(&other, &s, &handler, &e), RC_USAGE);
	assert_int_equal(stat(file, &unused), 0);
	assert_int_equal(unlink(file), 0);
	s.listen = "unix:";
	assert_int_equal(http_open(&other, &s, &handler, &e), RC_USAGE);
}

static void a_peer_is_known_by_its_address(void **state)
{
	static const char *const listens[] = {"127.0.0.1:0", "[::1]:0"};
	struct http_settings s = server_settings();
	int fd;

	(void)state;
	for (int i = 0; i < 2; i++) {
		s.listen = listens[i];
		server_start(&s, false);
		fd = server_connect();
		server_ask(fd, GET("/peer"), 200, i ? "\r\n\r\n0 1 0" : "\r\n\r\n0 1 127");
		close(fd);
		server_stop();
	}
}

static void a_drain_answers_what_waits_and_closes(void **state)
{
	int idle, waits, begun, silent;

	(void)state;
	server_start_plain();
	idle = server_connect();
	server_ask(idle, GET("/a"), 200, "[/a ]");
	waits = server_connect();
	client_send(waits, GET("/later"));
	server_await(&server_waiting_count, 1);
	begun = server_connect();
	client_send(begun, "GET /b HTTP/1.1\r\n");
	silent = server_connect();
	server_await_figure(accepted, 4);
	server_ask(idle, GET("/a"), 200, "[/a ]"); /* so that the loops have seen the rest */
	clock_sleep_ms(20);
	assert_false(http_drain(server_http, 1));
	assert_string_equal(client_rest(idle), "");
	assert_string_equal(client_rest(silent), "");
	client_send(begun, "Host: x\r\n\r\n");
	client_expect(client_rest(begun), 200, "Connection: close\r\n\r\n[/b ]");
	server_answer(server_waiting[0], 200, "at last");
	client_expect(client_rest(waits), 200, "at last");
	close(waits);
	close(begun);
	close(idle);
	close(silent);
	assert_true(http_drain(server_http, CLIENT_WAIT_MS));
	server_await_figure(open, 0);
	assert_int_equal(server_left_count, 0);
	server_stop();
	http_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_connection_serves_one_request_after_the_other),
	    cmocka_unit_test(a_request_may_come_byte_by_byte),
	    cmocka_unit_test(requests_sent_at_once_are_answered_in_their_order),
	    cmocka_unit_test(an_answer_may_come_later_from_another_thread),
	    cmocka_unit_test(a_client_that_leaves_is_noticed_and_its_token_is_worth_nothing),
	    cmocka_unit_test(what_still_waits_at_the_end_is_told),
	    cmocka_unit_test(a_header_that_would_be_another_line_is_not_sent),
	    cmocka_unit_test(a_refusal_says_why_and_closes),
	    cmocka_unit_test(whoever_answers_a_refusal_knows_the_origin),
	    cmocka_unit_test(the_refusal_of_a_head_has_no_body),
	    cmocka_unit_test(who_still_sends_gets_the_refusal),
	    cmocka_unit_test(a_body_is_asked_for_where_it_is_wanted),
	    cmocka_unit_test(a_unix_socket_is_listened_at),
	    cmocka_unit_test(a_peer_is_known_by_its_address),
	    cmocka_unit_test(a_drain_answers_what_waits_and_closes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
