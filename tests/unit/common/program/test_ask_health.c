/* Asking a program whether it is alive: its answers, silence, addresses that are none. */
#include "common/program/ask_health.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* Gives one client one answer. */
struct server {
	int fd;
	const char *answer;
	char asked[512];
	char address[32];
	pthread_t thread;
};

static void *serve(void *context)
{
	struct server *s = context;
	int client = accept(s->fd, NULL, NULL);
	ssize_t got = recv(client, s->asked, sizeof s->asked - 1, 0);

	s->asked[got > 0 ? got : 0] = '\0';
	(void)!send(client, s->answer, strlen(s->answer), MSG_NOSIGNAL);
	(void)close(client);
	return NULL;
}

static void listen_at_any_port(struct server *s)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t bytes = sizeof at;

	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(s->fd >= 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(s->fd, 1), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&at, &bytes), 0);
	snprintf(s->address, sizeof s->address, "127.0.0.1:%u", ntohs(at.sin_port));
}

static enum rc ask(const char *answer, struct err *e)
{
	struct server s = {.answer = answer};
	enum rc rc;

	listen_at_any_port(&s);
	assert_int_equal(pthread_create(&s.thread, NULL, serve, &s), 0);
	rc = ask_health(s.address, e);
	assert_int_equal(pthread_join(s.thread, NULL), 0);
	assert_int_equal(strncmp(s.asked, "GET /livez HTTP/1.1\r\n", 21), 0);
	(void)close(s.fd);
	return rc;
}

static void what_is_alive_says_200(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(ask("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", &e), RC_OK);
}

static void what_is_not_alive_says_why(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(ask("HTTP/1.1 503 Service Unavailable\r\n\r\nlane 3 hangs\nmore\n", &e), RC_FATAL);
	assert_string_equal(e.text, "not alive: lane 3 hangs");
	assert_int_equal(ask("HTTP/1.1 503 Service Unavailable\r\n", &e), RC_FATAL);
	assert_string_equal(e.text, "not alive: ");
}

static void another_server_is_no_answer(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(ask("SSH-2.0-any\r\n", &e), RC_RETRY);
	assert_int_equal(ask("", &e), RC_RETRY);
	assert_int_equal(e.origin, FROM_REPLY);
}

static void nobody_there_is_no_answer(void **state)
{
	struct server s;
	struct err e;

	(void)state;
	listen_at_any_port(&s);
	(void)close(s.fd);
	assert_int_equal(ask_health(s.address, &e), RC_RETRY);
	assert_non_null(strstr(e.text, s.address));
}

static void an_address_has_a_port(void **state)
{
	static const char *const bad[] = {"", ":", "127.0.0.1", "127.0.0.1:", ":9464", "127.0.0.1:no"};
	char longest[400];
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(ask_health(bad[i], &e), RC_USAGE);
	memset(longest, '1', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(ask_health(longest, &e), RC_USAGE);
	/* In brackets it is one of IPv6, which this machine need not have. */
	assert_int_equal(ask_health("[::1]:1", &e), RC_RETRY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_alive_says_200),    cmocka_unit_test(what_is_not_alive_says_why),
	    cmocka_unit_test(another_server_is_no_answer), cmocka_unit_test(nobody_there_is_no_answer),
	    cmocka_unit_test(an_address_has_a_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
