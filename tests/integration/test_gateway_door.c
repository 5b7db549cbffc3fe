/*
 * What the door refuses before any part of the gateway looked at it: each refusal is an answer like
 * all others, each limit of connections is counted, and can be set and switched off.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "tests/integration/web.h"

#define SHORT_MS 400
#define LISTED "https://tickets.example.org"
#define PAGE "GET /problems/seats_taken HTTP/1.1\r\nHost: x\r\n"

/* Nothing is limited in the second one. */
static struct web door, open_gate;

static int say(const struct web *web, const char *request)
{
	int connection = web_connect(web);

	assert_true(connection >= 0);
	assert_int_equal(send(connection, request, strlen(request), MSG_NOSIGNAL), strlen(request));
	return connection;
}

static double counted(const struct web *web, const char *metric, const char *limit)
{
	char name[100];

	snprintf(name, sizeof name, "holdfast_gateway_%s_total{limit=\"%s\"}", metric, limit);
	return pages_value(&web->pages, name);
}

static void await_closed(const struct web *web, const char *limit, double count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	for (; counted(web, "closed", limit) != count; clock_sleep_ms(5))
		if (clock_monotonic_ms() > until_ms)
			fail_msg("%s: %g, not %g", limit, counted(web, "closed", limit), count);
}

/* ---- what every answer has ---- */

static void expect_headers(const struct web_answer *answer, const char *origin)
{
	bool is_listed = origin && !strcmp(origin, LISTED);
	const char *allowed = web_header(answer, "Access-Control-Allow-Origin");
	struct uuid id;

	if (!uuid_decode(text_of(web_header(answer, "Request-Id")), &id))
		fail_msg("no Request-Id: %s", answer->head);
	if (strcmp(allowed, is_listed ? LISTED : "") != 0 ||
	    strcmp(web_header(answer, "Access-Control-Allow-Credentials"), is_listed ? "true" : "") != 0 ||
	    !strstr(web_header(answer, "Access-Control-Expose-Headers"), "Request-Id") != !is_listed ||
	    strcmp(web_header(answer, "Vary"), "Origin") != 0)
		fail_msg("%s: %s", origin ? origin : "no Origin", answer->head);
	assert_string_equal(web_header(answer, "Content-Type"), "application/problem+json");
	assert_string_equal(web_header(answer, "X-Content-Type-Options"), "nosniff");
}

static void expect_refusal(const char *format, const char *origin, int status)
{
	static char request[20000];
	char line[100] = "", name[80];
	struct web_answer answer;
	double before;

	if (origin)
		snprintf(line, sizeof line, "Origin: %s\r\n", origin);
	snprintf(name, sizeof name, "holdfast_gateway_requests_total{operation=\"none\",code=\"%d\"}",
	         status);
	before = pages_value(&door.pages, name);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(request, sizeof request, format, line);
#pragma GCC diagnostic pop
	answer = web_receive(say(&door, request));
	web_expect(answer, status, status == 413 ? "TOO_LARGE" : "INVALID_REQUEST");
	expect_headers(&answer, origin);
	assert_string_equal(web_header(&answer, "Connection"), "close");
	assert_true(pages_value(&door.pages, name) == (before < 0 ? 0 : before) + 1);
}

static void every_refusal_of_the_door_has_what_each_answer_has(void **state)
{
	static char target[6000] = "GET /", head[9000] = PAGE "%s";
	const struct {
		const char *request;
		int status;
	} list[] = {
	    {"GET /a HTTP/1.1\r\nHost: x\r\n%sno header\r\n\r\n", 400},
	    {"GET a HTTP/1.1\r\nHost: x\r\n%s\r\n", 400},
	    {"GET /a HTTP/1.1\r\nHost: x\r\n%sHost: y\r\n\r\n", 400},
	    {"GET /a HTTP/1.1\r\nHost: x\r\n%sX: \001\r\n\r\n", 400},
	    {"GET /a HTTP/1.1\r\nHost: x\r\n%sX: y\n\r\n", 400},
	    {"GET /a HTTP/1.1\r\nHost: x\r\n%s", 408},
	    {"POST /a HTTP/1.1\r\nHost: x\r\n%sContent-Length: 9\r\n\r\n1", 408},
	    {"POST /a HTTP/1.1\r\nHost: x\r\n%s\r\n", 411},
	    {"POST /a HTTP/1.1\r\nHost: x\r\n%sContent-Length: 65537\r\n\r\n", 413},
	    {"POST /a HTTP/1.1\r\nHost: x\r\n%sContent-Length: 1\r\nExpect: x\r\n\r\n", 417},
	    {"POST /a HTTP/1.1\r\nHost: x\r\n%sTransfer-Encoding: chunked\r\n\r\n", 501},
	    {"BREW /a HTTP/1.1\r\nHost: x\r\n%s\r\n", 501},
	    {"GET /a HTTP/1.0\r\nHost: x\r\n%s\r\n", 505},
	    {head, 431},
	};

	(void)state;
	memset(head + strlen(head), 'A', sizeof head - 1 - strlen(head));
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		expect_refusal(list[i].request, NULL, list[i].status);
		expect_refusal(list[i].request, LISTED, list[i].status);
		expect_refusal(list[i].request, "https://example.com", list[i].status);
	}
	/* The request line alone: no page is known yet. */
	memset(target + 5, 'a', sizeof target - 6);
	expect_refusal(target, NULL, 414);
}

/* ---- sizes ---- */

/* How a request of so many bytes of headers and of body is answered. */
static int status_of(const struct web *web, size_t head_bytes, size_t body_bytes)
{
	static char request[400000];
	int bytes = snprintf(request, sizeof request,
	                     "POST /api/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
	                     "Content-Type: application/json\r\nContent-Length: %zu\r\nX: ", body_bytes);

	assert_true(bytes > 0 && head_bytes + body_bytes < sizeof request);
	memset(request + bytes, 'x', sizeof request - (size_t)bytes);
	memcpy(request + head_bytes - 4, "\r\n\r\n", 4);
	request[head_bytes + body_bytes] = '\0';
	return web_receive(say(web, request)).status;
}

static void sizes_have_their_limits(void **state)
{
	double head = counted(&door, "refused", "head_bytes");
	double body = counted(&door, "refused", "body_bytes");

	(void)state;
	assert_int_equal(status_of(&door, 8192, 0), 204);
	assert_int_equal(status_of(&door, 8193, 0), 431);
	assert_true(counted(&door, "refused", "head_bytes") == head + 1);
	assert_int_equal(web_receive(say(&door, "POST /api/session HTTP/1.1\r\nHost: x\r\n"
	                                        "Connection: close\r\n\r\n")).status, 204);
	assert_int_equal(status_of(&door, 500, 65536), 204);
	assert_int_equal(status_of(&door, 500, 65537), 413);
	assert_true(counted(&door, "refused", "body_bytes") == body + 1);
	assert_int_equal(status_of(&open_gate, 100000, 0), 204);
	assert_int_equal(status_of(&open_gate, 500, 300000), 204);
}

/* ---- times ---- */

/* The rest of what is sent at half of the time makes a request; what is not there in time does not. */
static void expect_time(const char *first, const char *rest, const char *limit)
{
	double before = counted(&door, "closed", limit);
	int in_time = say(&door, first), late = say(&door, first), patient = say(&open_gate, first);
	int64_t from_ms = clock_monotonic_ms();
	struct web_answer answer;

	clock_sleep_ms(SHORT_MS / 2);
	assert_int_equal(send(in_time, rest, strlen(rest), MSG_NOSIGNAL), strlen(rest));
	assert_true(web_receive(in_time).status / 100 == 2);
	answer = web_receive(late);
	web_expect(answer, 408, "INVALID_REQUEST");
	assert_in_range(clock_monotonic_ms() - from_ms, SHORT_MS - 50, RIG_WAIT_MS);
	await_closed(&door, limit, before + 1);
	assert_int_equal(send(patient, rest, strlen(rest), MSG_NOSIGNAL), strlen(rest));
	assert_true(web_receive(patient).status / 100 == 2);
	assert_true(counted(&open_gate, "closed", limit) == 0);
}

static void times_have_their_limits(void **state)
{
	double before = counted(&door, "closed", "head_time");
	int silent = say(&door, "");

	(void)state;
	/* Who says nothing is told nothing, and counted. */
	assert_int_equal(web_receive(silent).status, 0);
	await_closed(&door, "head_time", before + 1);
	expect_time(PAGE "Connection: close\r\nX: ", "y\r\n\r\n", "head_time");
	expect_time("POST /api/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
	            "Content-Length: 2\r\n\r\n{", "}", "body_time");
}

/* An answer by its length: the connection stays. */
static void take_answer(int connection)
{
	char answer[4096];
	size_t bytes = 0;
	const char *end = NULL, *length;

	do {
		ssize_t got = recv(connection, answer + bytes, sizeof answer - 1 - bytes, 0);

		assert_true(got > 0);
		bytes += (size_t)got;
		answer[bytes] = '\0';
		end = strstr(answer, "\r\n\r\n");
		length = strstr(answer, "Content-Length: ");
	} while (!end || !length || bytes < (size_t)(end + 4 - answer) + strtoul(length + 16, NULL, 10));
	assert_memory_equal(answer, "HTTP/1.1 200", 12);
}

static void an_idle_connection_has_its_time(void **state)
{
	static const char again[] = PAGE "\r\n";
	double before = counted(&door, "closed", "keep_alive");
	int connection = say(&door, again), patient = say(&open_gate, again);
	char byte;

	(void)state;
	take_answer(patient);
	for (int i = 0; i < 3; i++) { /* each request begins it anew */
		take_answer(connection);
		clock_sleep_ms(SHORT_MS / 2);
		assert_int_equal(send(connection, again, sizeof again - 1, MSG_NOSIGNAL), sizeof again - 1);
	}
	take_answer(connection);
	assert_int_equal(recv(connection, &byte, 1, 0), 0);
	await_closed(&door, "keep_alive", before + 1);
	assert_int_equal(send(patient, again, sizeof again - 1, MSG_NOSIGNAL), sizeof again - 1);
	take_answer(patient);
	close(connection);
	close(patient);
}

/* ---- how many ---- */

#define MOST 50

static void expect_open(const struct web *web, double count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (pages_value(&web->pages, "holdfast_gateway_connections{state=\"open\"}") != count) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(5);
	}
}

static void connections_have_their_limits(void **state)
{
	static const char again[] = PAGE "\r\n";
	const char *options[] = {"--connections-max=50", "--loops=1", NULL};
	const char *unlimited[] = {"--connections-max=50", "--loops=1", "--unfinished-percent=0", NULL};
	struct web few = web_start_as(NULL, options), all = web_start_as(NULL, unlimited);
	int fds[MOST + 1];
	char byte;

	(void)state;
	for (int i = 0; i < MOST / 5; i++)
		fds[i] = say(&few, "GET /");
	expect_open(&few, MOST / 5);
	await_closed(&few, "unfinished", 0);
	fds[MOST / 5] = say(&few, "GET /");
	await_closed(&few, "unfinished", 1);
	assert_int_equal(recv(fds[0], &byte, 1, 0), 0);
	for (int i = 0; i <= MOST / 5; i++)
		close(fds[i]);
	expect_open(&few, 0);
	for (int i = 0; i < MOST; i++) {
		fds[i] = say(&few, again);
		take_answer(fds[i]);
	}
	expect_open(&few, MOST);
	await_closed(&few, "connections", 0);
	fds[MOST] = say(&few, again);
	take_answer(fds[MOST]);
	await_closed(&few, "connections", 1);
	assert_int_equal(recv(fds[0], &byte, 1, 0), 0);
	for (int i = 0; i <= MOST; i++)
		close(fds[i]);
	for (int i = 0; i < MOST; i++)
		fds[i] = say(&all, "GET /");
	expect_open(&all, MOST);
	await_closed(&all, "unfinished", 0);
	for (int i = 0; i < MOST; i++)
		close(fds[i]);
	rig_stop(few.pid, SIGTERM);
	rig_stop(all.pid, SIGTERM);
}

static int make(void **state)
{
	char head[40], body[40], idle[40];
	const char *short_options[] = {"--origins=" LISTED, head, body, idle, NULL};
	const char *off[] = {"--head-bytes-max=0", "--body-bytes-max=0", "--head-ms=0", "--body-ms=0",
	                     "--keep-alive-ms=0", NULL};

	snprintf(head, sizeof head, "--head-ms=%d", SHORT_MS);
	snprintf(body, sizeof body, "--body-ms=%d", SHORT_MS);
	snprintf(idle, sizeof idle, "--keep-alive-ms=%d", SHORT_MS);
	if (rig_make(state))
		return -1;
	door = web_start_as(NULL, short_options);
	open_gate = web_start_as(NULL, off);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_refusal_of_the_door_has_what_each_answer_has),
	    cmocka_unit_test(sizes_have_their_limits),
	    cmocka_unit_test(times_have_their_limits),
	    cmocka_unit_test(an_idle_connection_has_its_time),
	    cmocka_unit_test(connections_have_their_limits),
	};

	return cmocka_run_group_tests(tests, make, rig_drop);
}
