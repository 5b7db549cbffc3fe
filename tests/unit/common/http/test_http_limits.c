/*
 * The limits of the door over real sockets: clients that are slow, take nothing, send too much, are
 * too many.
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
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/unit/common/http/client.h"
#include "tests/unit/common/http/server.h"

#define SHORT_MS 200

/* ---- time ---- */

/* A byte now and then for ever: the time counts from the beginning. */
static void dribble(int fd, const char *begin)
{
	int64_t from_ms = clock_monotonic_ms();
	char unused;

	client_send(fd, begin);
	while (recv(fd, &unused, 1, MSG_DONTWAIT | MSG_PEEK) < 0) {
		assert_true(clock_monotonic_ms() - from_ms < CLIENT_WAIT_MS);
		if (!client_try_send(fd, "a", 1))
			break;
		clock_sleep_ms(10);
	}
	assert_true(clock_monotonic_ms() - from_ms >= SHORT_MS);
}

static void a_slow_head_or_body_is_told_that_it_was_too_slow(void **state)
{
	struct http_settings s = server_settings();
	int fd;

	(void)state;
	s.head_ms = SHORT_MS;
	server_start(&s, false);
	fd = server_connect();
	dribble(fd, "GET /a HTTP/1.1\r\nHost: x\r\nX: ");
	client_expect(client_rest(fd), 408, "too long");
	close(fd);
	fd = server_connect();
	server_ask(fd, GET("/a"), 200, "[/a ]");
	dribble(fd, "G");
	client_expect(client_rest(fd), 408, "too long");
	close(fd);
	/* Who has never said anything is told nothing. */
	fd = server_connect();
	assert_string_equal(client_rest(fd), "");
	close(fd);
	server_await_figure(head_late, 3);
	server_stop();
	s = server_settings();
	s.body_ms = SHORT_MS;
	server_start(&s, false);
	fd = server_connect();
	dribble(fd, POST("/a", "60000") "\r\n");
	client_expect(client_rest(fd), 408, "too long");
	close(fd);
	server_await_figure(body_late, 1);
	server_await_figure(head_late, 0);
	server_stop();
}

static void an_idle_connection_is_closed_in_time(void **state)
{
	struct http_settings s = server_settings();
	int64_t from_ms;
	int fd;

	(void)state;
	s.idle_ms = SHORT_MS;
	server_start(&s, false);
	fd = server_connect();
	server_ask(fd, GET("/a"), 200, "[/a ]");
	from_ms = clock_monotonic_ms();
	assert_string_equal(client_rest(fd), "");
	assert_true(clock_monotonic_ms() - from_ms >= SHORT_MS - 10);
	close(fd);
	server_await_figure(idle_late, 1);
	server_await_figure(head_late, 0);
	server_stop();
}

static void who_is_never_answered_is_closed_in_time(void **state)
{
	struct http_settings s = server_settings();
	int fd;

	(void)state;
	s.answer_ms = SHORT_MS;
	server_start(&s, false);
	fd = server_connect();
	client_send(fd, GET("/later"));
	assert_string_equal(client_rest(fd), "");
	server_await(&server_left_count, 1);
	server_answer(server_waiting[0], 200, "too late");
	close(fd);
	server_await_figure(timed_out, 1);
	server_stop();
}

/* More than the sockets' own room for it. */
static void who_does_not_take_his_answer_is_closed_in_time(void **state)
{
	struct http_settings s = server_settings();
	const int small = 4096;
	struct buf requests = {0};
	int fd;

	(void)state;
	s.write_ms = SHORT_MS;
	server_start(&s, false);
	fd = server_connect();
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
	for (int i = 0; i < 200; i++)
		buf_add_string(&requests, GET("/big"));
	(void)client_try_send(fd, requests.data, requests.bytes);
	server_await_figure(timed_out, 1);
	server_await_figure(open, 0);
	close(fd);
	buf_release(&requests);
	server_stop();
}

/* ---- how much, how many ---- */

/* Much more than the sockets have room for. */
static void answers_arrive_at_a_slow_reader_whole(void **state)
{
	int fd;

	(void)state;
	server_start_plain();
	fd = server_connect();
	for (int i = 0; i < 80; i++)
		client_send(fd, i == 50 ? GET("/a") : GET("/big"));
	for (uint64_t seen = 0; seen != server_figure(requests);) {
		seen = server_figure(requests); /* until no more fits */
		clock_sleep_ms(20);
	}
	assert_true(server_figure(requests) < 80);
	for (int i = 0; i < 80; i++) {
		const char *answer = client_answer(fd), *body = strstr(answer, "\r\n\r\n") + 4;

		if (i == 50)
			assert_string_equal(body, "[/a ]");
		else
			assert_true(strlen(body) == SERVER_BIG_BYTES && strspn(body, "b") == SERVER_BIG_BYTES);
	}
	close(fd);
	server_stop();
}

#define FLOOD_BYTES_MAX (4u << 20) /* the sockets' own room is far below it */
#define FLOOD_MS 200

static int64_t processor_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Send one request after the other until nothing more is taken; how many bytes were. */
static size_t flood(int fd)
{
	static char many[1000 * (sizeof GET("/a") - 1)];
	size_t sent = 0;
	ssize_t n;

	for (size_t i = 0; i < sizeof many; i++)
		many[i] = GET("/a")[i % (sizeof GET("/a") - 1)];
	for (int64_t until_ms = clock_monotonic_ms() + FLOOD_MS; clock_monotonic_ms() < until_ms;) {
		n = send(fd, many + sent % sizeof many, sizeof many - sent % sizeof many,
		         MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n > 0)
			sent += (size_t)n;
		else
			clock_sleep_ms(1);
		assert_true(sent < FLOOD_BYTES_MAX);
	}
	return sent;
}

static void nothing_is_read_on_while_an_answer_is_awaited(void **state)
{
	struct http_settings s = server_settings();
	int64_t before_ms;
	char listen_at[100];
	size_t sent;
	int fd;

	(void)state;
	snprintf(listen_at, sizeof listen_at, "unix:/tmp/holdfast-door-%ld", (long)getpid());
	s.listen = listen_at;
	server_start(&s, false);
	fd = server_connect();
	client_send(fd, GET("/later"));
	server_await(&server_waiting_count, 1);
	sent = flood(fd);
	before_ms = processor_ms();
	clock_sleep_ms(FLOOD_MS);
	assert_true(processor_ms() - before_ms < FLOOD_MS / 2); /* nor looked at all the time */
	server_answer(server_waiting[0], 200, "there");
	client_expect(client_answer(fd), 200, "there");
	for (size_t i = 0; i < sent / strlen(GET("/a")); i++)
		client_expect(client_answer(fd), 200, "[/a ]");
	close(fd);
	/* And that one leaves is noticed all the same. */
	fd = server_connect();
	client_send(fd, GET("/later"));
	server_await(&server_waiting_count, 2);
	(void)flood(fd);
	close(fd);
	server_await(&server_left_count, 1);
	server_stop();
}

#define MANY 1000

/* Both ends are here. */
static void allow_many_files(void)
{
	struct rlimit files;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	files.rlim_cur = files.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
}

static void a_thousand_connections_are_served_side_by_side(void **state)
{
	static int fds[MANY];
	struct http_settings s = server_settings();
	size_t later = 0, of_second = 0; /* of the two loops */

	(void)state;
	allow_many_files();
	s.connections_max = 8 * MANY; /* of which a fifth may be silent */
	server_start(&s, false);
	for (size_t i = 0; i < MANY; i++) {
		fds[i] = server_connect();
		client_send(fds[i], i % 3 ? GET("/a") : GET("/later"));
		later += i % 3 == 0;
	}
	server_await(&server_waiting_count, later);
	for (size_t i = 0; i < later; i++) {
		server_answer(server_waiting[i], 200, "[late]");
		of_second += server_waiting[i].place >> 24;
	}
	assert_true(of_second > later / 4 && of_second < later - later / 4);
	for (size_t i = 0; i < MANY; i++)
		client_expect(client_answer(fds[i]), 200, i % 3 ? "[/a ]" : "[late]");
	server_await_figure(open, MANY);
	for (size_t i = 0; i < MANY; i++) {
		server_ask(fds[i], GET("/b"), 200, "[/b ]");
		close(fds[i]);
	}
	server_await_figure(open, 0);
	server_await_figure(crowded_out, 0);
	server_stop();
}

static void the_oldest_of_too_many_unfinished_requests_is_closed(void **state)
{
	struct http_settings s = server_settings();
	int fds[6], other;

	(void)state;
	s.loops = 1;
	s.connections_max = 25;
	server_start(&s, false);
	other = server_connect();
	server_ask(other, GET("/a"), 200, "[/a ]");
	for (size_t i = 0; i < 5; i++) {
		fds[i] = server_connect();
		client_send(fds[i], i % 2 ? "GET /" : "");
		server_await_figure(accepted, i + 2);
	}
	server_await_figure(unfinished_out, 0);
	fds[5] = server_connect();
	server_await_figure(unfinished_out, 1);
	assert_string_equal(client_rest(fds[0]), "");
	server_ask(fds[1], "b HTTP/1.1\r\nHost: x\r\n\r\n", 200, "[/b ]");
	server_ask(other, GET("/a"), 200, "[/a ]");
	for (size_t i = 0; i < 6; i++)
		close(fds[i]);
	close(other);
	server_stop();
}

static void as_many_may_be_unfinished_as_is_said(void **state)
{
	struct http_settings s = server_settings();
	int fds[25];

	(void)state;
	s.loops = 1;
	s.connections_max = 25;
	s.unfinished_percent = 40;
	server_start(&s, false);
	for (size_t i = 0; i < 10; i++)
		fds[i] = server_connect();
	server_await_figure(open, 10);
	server_await_figure(unfinished_out, 0);
	fds[10] = server_connect();
	server_await_figure(unfinished_out, 1);
	assert_string_equal(client_rest(fds[0]), "");
	for (size_t i = 0; i < 11; i++)
		close(fds[i]);
	server_stop();
	s.unfinished_percent = 0;
	server_start(&s, false);
	for (size_t i = 0; i < 25; i++)
		fds[i] = server_connect();
	server_await_figure(open, 25);
	server_await_figure(unfinished_out, 0);
	for (size_t i = 0; i < 25; i++)
		close(fds[i]);
	server_stop();
}

static void the_oldest_idle_connection_makes_room_for_a_new_one(void **state)
{
	struct http_settings s = server_settings();
	int fds[26];

	(void)state;
	s.loops = 1;
	s.connections_max = 25;
	server_start(&s, false);
	for (size_t i = 0; i < 25; i++) {
		fds[i] = server_connect();
		server_ask(fds[i], GET("/a"), 200, "[/a ]");
	}
	server_ask(fds[0], GET("/a"), 200, "[/a ]"); /* the youngest from here on */
	server_await_figure(open, 25);
	fds[25] = server_connect();
	server_ask(fds[25], GET("/a"), 200, "[/a ]");
	server_await_figure(open, 25);
	assert_string_equal(client_rest(fds[1]), "");
	server_ask(fds[0], GET("/a"), 200, "[/a ]");
	for (size_t i = 0; i < 26; i++)
		close(fds[i]);
	server_stop();
}

/* Where each waits for his answer there is none to close. */
static void where_all_wait_a_new_client_is_closed(void **state)
{
	struct http_settings s = server_settings();
	int fds[6];

	(void)state;
	s.loops = 1;
	s.connections_max = 5;
	server_start(&s, false);
	for (size_t i = 0; i < 5; i++) {
		fds[i] = server_connect();
		client_send(fds[i], GET("/later"));
		server_await(&server_waiting_count, i + 1);
	}
	fds[5] = server_connect();
	assert_string_equal(client_rest(fds[5]), "");
	for (size_t i = 0; i < 5; i++) {
		server_answer(server_waiting[i], 200, "late");
		client_expect(client_answer(fds[i]), 200, "late");
	}
	for (size_t i = 0; i < 6; i++)
		close(fds[i]);
	server_await_figure(crowded_out, 1);
	server_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_slow_head_or_body_is_told_that_it_was_too_slow),
	    cmocka_unit_test(an_idle_connection_is_closed_in_time),
	    cmocka_unit_test(who_is_never_answered_is_closed_in_time),
	    cmocka_unit_test(who_does_not_take_his_answer_is_closed_in_time),
	    cmocka_unit_test(answers_arrive_at_a_slow_reader_whole),
	    cmocka_unit_test(nothing_is_read_on_while_an_answer_is_awaited),
	    cmocka_unit_test(a_thousand_connections_are_served_side_by_side),
	    cmocka_unit_test(the_oldest_of_too_many_unfinished_requests_is_closed),
	    cmocka_unit_test(as_many_may_be_unfinished_as_is_said),
	    cmocka_unit_test(the_oldest_idle_connection_makes_room_for_a_new_one),
	    cmocka_unit_test(where_all_wait_a_new_client_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
