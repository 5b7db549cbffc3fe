/* The pages by a raw socket: methods, versions, addresses, slow clients. */
#include "common/http/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/common/http/client.h"

static int calls;

static int make_good(struct buf *body)
{
	calls++;
	buf_print(body, "good %d\n", calls);
	return PAGES_OK;
}

static int make_bad(struct buf *body)
{
	buf_add_string(body, "bad\n");
	return PAGES_UNAVAILABLE;
}

static const struct page pages[] = {
    {"/good", "text/x-good", make_good},
    {"/bad", "text/plain", make_bad},
};
#define PAGES pages, sizeof pages / sizeof pages[0]

/* The whole answer to one request. */
static const char *ask(const struct pages *served, const char *method, const char *path)
{
	int fd = client_open(pages_address(served));
	char request[200];
	const char *answer;

	snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n",
	         method, path, strcmp(method, "POST") ? "" : "Content-Length: 0\r\n");
	client_send(fd, request);
	answer = client_rest(fd);
	close(fd);
	return answer;
}

static void expect(const char *answer, const char *status, const char *part)
{
	if (strncmp(answer, "HTTP/1.1 ", 9) != 0 || strncmp(answer + 9, status, 3) != 0 ||
	    !strstr(answer, part))
		fail_msg("expected %s and %s, got %s", status, part, answer);
}

static void pages_are_made_anew_for_each_get(void **state)
{
	struct pages *served;
	struct err e;

	(void)state;
	calls = 0;
	assert_int_equal(pages_open(&served, "--listen", "127.0.0.1:0", PAGES, &e), RC_OK);
	expect(ask(served, "GET", "/good"), "200", "\r\n\r\ngood 1\n");
	expect(ask(served, "GET", "/good"), "200", "Content-Type: text/x-good\r\n");
	expect(ask(served, "GET", "/good?x=y"), "200", "\r\n\r\ngood 3\n");
	expect(ask(served, "GET", "/bad"), "503", "\r\n\r\nbad\n");
	pages_close(served);
}

static void what_is_no_page_is_404_and_another_method_405(void **state)
{
	static const char *const others[] = {"POST", "PUT", "DELETE", "OPTIONS"};
	struct pages *served;
	struct err e;

	(void)state;
	assert_int_equal(pages_open(&served, "--listen", "127.0.0.1:0", PAGES, &e), RC_OK);
	expect(ask(served, "GET", "/"), "404", "no such page");
	expect(ask(served, "GET", "/good/"), "404", "");
	expect(ask(served, "GET", "/goodness"), "404", "");
	expect(ask(served, "POST", "/nothing"), "404", "");
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		expect(ask(served, others[i], "/good"), "405", "Allow: GET, HEAD\r\n");
	expect(ask(served, "HEAD", "/good"), "200", "Content-Length: 7\r\n");
	assert_non_null(strstr(ask(served, "HEAD", "/good"), "\r\n\r\n"));
	assert_null(strstr(ask(served, "HEAD", "/good"), "\r\n\r\ngood"));
	pages_close(served);
}

static void a_connection_serves_several_requests(void **state)
{
	const char *request = "GET /bad HTTP/1.1\r\nHost: x\r\n\r\n";
	struct pages *served;
	struct err e;
	int fd;

	(void)state;
	assert_int_equal(pages_open(&served, "--listen", "127.0.0.1:0", PAGES, &e), RC_OK);
	fd = client_open(pages_address(served));
	for (int i = 0; i < 3; i++) {
		client_send(fd, request);
		expect(client_answer(fd), "503", "\r\n\r\nbad\n");
	}
	close(fd);
	pages_close(served);
}

static void an_address_is_ipv4_its_name_or_ipv6_in_brackets_with_a_port(void **state)
{
	static const char *const bad[] = {
	    "",          "9464",           ":9464",         "localhost",      "127.0.0.1",
	    "127.0.0.1:", "127.0.0.1:x",   "127.0.0.1:1x",  "127.0.0.1:65536", "127.0.0.1:-1",
	    "::1:9464",  "[::1]",          "[::1]9464",     "[127.0.0.1]:0",  "[::1:0",
	    "127.0.0.1:100000", "256.0.0.1:0", "1.2.3:0",   "[::1]:70000",    " 127.0.0.1:0",
	    "127.1:0",   "127.0.0.01:0",   "[::1%lo]:0",    "127.0.0.1: 0",   "127.0.0.1:+1",
	    "[]:0",      "[localhost]:0",  "localhost:http",
	};
	struct pages *served;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (pages_open(&served, "--listen", bad[i], PAGES, &e) != RC_USAGE)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(strncmp(e.text, "--listen: ", 10), 0);
		assert_null(served);
	}
	assert_int_equal(pages_open(&served, "--listen", "127.0.0.1:0", PAGES, &e), RC_OK);
	assert_int_equal(strncmp(pages_address(served), "127.0.0.1:", 10), 0);
	assert_true(atoi(pages_address(served) + 10) > 0);
	pages_close(served);
	assert_int_equal(pages_open(&served, "--listen", "localhost:0", PAGES, &e), RC_OK);
	assert_int_equal(strncmp(pages_address(served), "127.0.0.1:", 10), 0);
	pages_close(served);
	assert_int_equal(pages_open(&served, "--listen", "[::1]:0", PAGES, &e), RC_OK);
	assert_int_equal(strncmp(pages_address(served), "[::1]:", 6), 0);
	expect(ask(served, "GET", "/bad"), "503", "bad");
	pages_close(served);
}

static void a_taken_address_is_said_and_a_left_one_can_be_had_at_once(void **state)
{
	struct pages *served, *other;
	char address[100];
	struct err e;

	(void)state;
	assert_int_equal(pages_open(&served, "--listen", "127.0.0.1:0", PAGES, &e), RC_OK);
	snprintf(address, sizeof address, "%s", pages_address(served));
	assert_int_equal(pages_open(&other, "--listen", address, PAGES, &e), RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
	assert_non_null(strstr(e.text, "Address already in use"));
	/* A check beside the program that has it. */
	assert_int_equal(pages_try("--listen", address, &e), RC_OK);
	assert_int_equal(pages_try("--listen", "127.0.0.1:0", &e), RC_OK);
	assert_int_equal(pages_try("--listen", "nonsense", &e), RC_USAGE);
	assert_int_equal(pages_try("--listen", "192.0.2.1:1", &e), RC_USAGE);
	expect(ask(served, "GET", "/bad"), "503", "bad");
	pages_close(served);
	assert_int_equal(pages_open(&served, "--listen", address, PAGES, &e), RC_OK);
	pages_close(served);
	pages_close(NULL);
}

/* More of them than there is room for connections at all. */
static void crowd(const struct pages *served, const char *begin, size_t bytes, int closed_least)
{
	int slow[2 * PAGES_CONNECTIONS_MAX], closed = 0;

	for (int i = 0; i < 2 * PAGES_CONNECTIONS_MAX; i++) {
		slow[i] = client_open(pages_address(served));
		(void)client_try_send(slow[i], begin, bytes);
		expect(ask(served, "GET", "/bad"), "503", "bad");
	}
	for (int i = 0; i < 2 * PAGES_CONNECTIONS_MAX; i++) {
		char answer[1000];

		while (recv(slow[i], answer, sizeof answer, MSG_DONTWAIT) > 0)
			continue;
		closed += recv(slow[i], answer, 1, MSG_DONTWAIT) == 0 || errno != EAGAIN;
		close(slow[i]);
	}
	assert_true(closed >= closed_least);
}

static void slow_clients_leave_room_for_others(void **state)
{
	const char *half = "GET /bad HTTP/1.1\r\nX: ", *whole = "GET /bad HTTP/1.1\r\nHost: x\r\n\r\n";
	struct pages *served;
	struct err e;

	(void)state;
	assert_int_equal(pages_open(&served, "--listen", "127.0.0.1:0", PAGES, &e), RC_OK);
	crowd(served, "", 0, 2 * PAGES_CONNECTIONS_MAX - PAGES_CONNECTIONS_MAX / 5);
	crowd(served, half, strlen(half), 2 * PAGES_CONNECTIONS_MAX - PAGES_CONNECTIONS_MAX / 5);
	/* Who is refused and does not go. */
	crowd(served, "\n", 1, PAGES_CONNECTIONS_MAX);
	/* Who has his answer and does not go, nor ask again. */
	crowd(served, whole, strlen(whole), PAGES_CONNECTIONS_MAX);
	pages_close(served);
}

static void the_old_version_is_spoken_too(void **state)
{
	struct pages *served;
	struct err e;
	int fd;

	(void)state;
	assert_int_equal(pages_open(&served, "--listen", "127.0.0.1:0", PAGES, &e), RC_OK);
	fd = client_open(pages_address(served));
	client_send(fd, "GET /bad HTTP/1.0\r\n\r\n");
	expect(client_rest(fd), "503", "Connection: close\r\n\r\nbad\n");
	close(fd);
	pages_close(served);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pages_are_made_anew_for_each_get),
	    cmocka_unit_test(what_is_no_page_is_404_and_another_method_405),
	    cmocka_unit_test(a_connection_serves_several_requests),
	    cmocka_unit_test(slow_clients_leave_room_for_others),
	    cmocka_unit_test(the_old_version_is_spoken_too),
	    cmocka_unit_test(an_address_is_ipv4_its_name_or_ipv6_in_brackets_with_a_port),
	    cmocka_unit_test(a_taken_address_is_said_and_a_left_one_can_be_had_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
