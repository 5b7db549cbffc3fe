/* The HTTP server by a raw socket: pages, methods, addresses. */
#include "common/http/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/base/clock.h"

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

static int connect_to(const char *address)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
	struct addrinfo *found;
	char host[100];
	char *port;
	int fd;

	snprintf(host, sizeof host, "%s", address + (address[0] == '['));
	port = strrchr(host, ':');
	*port = '\0';
	if (host[strlen(host) - 1] == ']')
		host[strlen(host) - 1] = '\0';
	assert_int_equal(getaddrinfo(host, port + 1, &hints, &found), 0);
	fd = socket(found->ai_family, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, found->ai_addr, found->ai_addrlen), 0);
	freeaddrinfo(found);
	return fd;
}

/* The whole answer to one request. */
static const char *ask(const struct pages *served, const char *method, const char *path)
{
	static char answer[4096];
	int fd = connect_to(pages_address(served));
	char request[200];
	size_t bytes = 0;
	ssize_t got;
	int length = snprintf(request, sizeof request,
	                      "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", method, path,
	                      strcmp(method, "POST") ? "" : "Content-Length: 0\r\n");

	assert_int_equal(write(fd, request, (size_t)length), length);
	while ((got = read(fd, answer + bytes, sizeof answer - 1 - bytes)) > 0)
		bytes += (size_t)got;
	answer[bytes] = '\0';
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
	fd = connect_to(pages_address(served));
	for (int i = 0; i < 3; i++) {
		char answer[1000];
		size_t bytes = 0;

		assert_int_equal(write(fd, request, strlen(request)), strlen(request));
		do {
			ssize_t got = read(fd, answer + bytes, sizeof answer - 1 - bytes);

			assert_true(got > 0);
			bytes += (size_t)got;
			answer[bytes] = '\0';
		} while (!strstr(answer, "\r\n\r\nbad\n"));
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

/* From an address of its own: all of 127.0.0.0/8 is this machine. */
static int connect_from(const char *from, const char *address)
{
	struct sockaddr_in own = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
	const struct timeval patience = {.tv_sec = 5};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	own.sin_addr.s_addr = inet_addr(from);
	to.sin_addr.s_addr = inet_addr("127.0.0.1");
	to.sin_port = htons((uint16_t)atoi(strchr(address, ':') + 1));
	assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof own), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

static bool is_answered(int fd)
{
	const char *request = "GET /bad HTTP/1.1\r\nHost: x\r\n\r\n";
	char answer[1000];

	return send(fd, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request) &&
	       read(fd, answer, sizeof answer) > 0;
}

/* Is it still open? Bytes of a header that never ends go out meanwhile. */
static bool is_kept(int fd)
{
	char answer[1000];

	return send(fd, "x", 1, MSG_NOSIGNAL) == 1 &&
	       (recv(fd, answer, sizeof answer, MSG_DONTWAIT) > 0 || errno == EAGAIN);
}

static void slow_clients_of_one_address_leave_room_for_others_and_are_left_in_time(void **state)
{
	int64_t from_ms = clock_monotonic_ms();
	int slow[PAGES_SHARE_MAX], other;
	struct pages *served;
	struct err e;

	(void)state;
	assert_int_equal(pages_open(&served, "--listen", "127.0.0.1:0", PAGES, &e), RC_OK);
	for (int i = 0; i < PAGES_SHARE_MAX; i++) {
		slow[i] = connect_from("127.0.0.2", pages_address(served));
		assert_int_equal(write(slow[i], "GET /bad HTTP/1.1\r\nX: ", 23), 23);
	}
	other = connect_from("127.0.0.2", pages_address(served));
	assert_false(is_answered(other)); /* it has had its share */
	close(other);
	for (int rest = PAGES_SHARE_MAX; rest > 0; clock_sleep_ms(100)) {
		other = connect_from("127.0.0.3", pages_address(served));
		assert_true(is_answered(other));
		close(other);
		rest = 0;
		for (int i = 0; i < PAGES_SHARE_MAX; i++)
			rest += is_kept(slow[i]);
		assert_true(clock_monotonic_ms() - from_ms < 6 * PAGES_HEADER_MS);
	}
	assert_true(clock_monotonic_ms() - from_ms >= PAGES_HEADER_MS);
	for (int i = 0; i < PAGES_SHARE_MAX; i++)
		close(slow[i]);
	other = connect_from("127.0.0.2", pages_address(served));
	assert_true(is_answered(other));
	close(other);
	pages_close(served);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pages_are_made_anew_for_each_get),
	    cmocka_unit_test(what_is_no_page_is_404_and_another_method_405),
	    cmocka_unit_test(a_connection_serves_several_requests),
	    cmocka_unit_test(slow_clients_of_one_address_leave_room_for_others_and_are_left_in_time),
	    cmocka_unit_test(an_address_is_ipv4_its_name_or_ipv6_in_brackets_with_a_port),
	    cmocka_unit_test(a_taken_address_is_said_and_a_left_one_can_be_had_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
