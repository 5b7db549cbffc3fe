/*
 * Viewers through the whole door: real sockets, two loops, a program that answers `behind` from a
 * thread of its own.
 */
#include "common/http/view.h"

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
#include <unistd.h>

#include "common/base/clock.h"
#include "common/http/ws.h"
#include "tests/unit/common/http/client.h"
#include "tests/unit/common/http/viewing.h"

#define WAIT_MS 20000
#define FEED 5
#define TAGS_MAX 4000
#define ROOM_BYTES 300000

static struct http *http;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* over what follows */
static int64_t now_at;           /* the position of the feed; its generation is 1 */
static unsigned begun_count, gone_count, behind_count, resync_count, tags[TAGS_MAX];
static bool is_held;             /* who is behind is not caught up with */
static char pad[ROOM_BYTES];

/* ---- the program ---- */

static struct http_frame *make(char kind, int64_t from, int64_t to, size_t pad_bytes)
{
	struct buf json = {0};
	struct http_frame_spec spec = {.generation = 1, .from = from, .to = to,
	                               .is_whole = kind == 'w', .is_beat = kind == 'a'};
	struct http_frame *frame;

	buf_print(&json, "%c %lld %lld", kind, (long long)from, (long long)to);
	buf_add(&json, pad, pad_bytes);
	spec.json = buf_text(&json);
	frame = http_frame_make(&spec);
	assert_non_null(frame);
	buf_release(&json);
	return frame;
}

/* The next one; and all loops have gone through their viewers with it. */
static void send_next(size_t pad_bytes)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	struct http_frame *frame;

	pthread_mutex_lock(&lock);
	frame = make('d', now_at, now_at + 1, pad_bytes);
	now_at++;
	http_feed_send(http, FEED, frame);
	pthread_mutex_unlock(&lock);
	while (!http_frame_is_passed(frame) && clock_monotonic_ms() < until_ms)
		clock_sleep_ms(1);
	assert_true(http_frame_is_passed(frame));
	http_frame_release(frame);
}

static void answer(struct http_token token, unsigned status, const char *text)
{
	const struct http_answer a = {.status = status, .body = text_of(text)};

	assert_true(http_answer(http, token, &a));
}

static void begin(struct http_token token, struct http_view *view)
{
	struct http_frame *first;

	pthread_mutex_lock(&lock);
	first = make('w', 0, now_at, 0);
	view->feed = FEED;
	view->tag = begun_count++;
	tags[view->tag]++;
	assert_true(http_view(http, token, view, first));
	pthread_mutex_unlock(&lock);
	http_frame_release(first);
}

static void serve(void *context, struct http_token token, const struct http_request *r,
                  const struct http_peer *peer)
{
	const struct http_header more[] = {{text_of("X-More"), text_of("yes")}};
	char accept[WS_ACCEPT_BYTES];
	struct http_view view = {.accept = accept, .headers = more, .header_count = 1};
	unsigned status;

	(void)context, (void)peer;
	if (text_same(r->path, text_of("/sse"))) {
		view.is_sse = true;
		begin(token, &view);
	} else if (text_same(r->path, text_of("/hello"))) {
		answer(token, 200, "hello");
	} else {
		status = ws_judge(r, "seats.v1", &view.protocol, accept);
		if (status == 101)
			begin(token, &view);
		else
			answer(token, status, "no");
	}
}

static void on_behind(void *context, unsigned loop, uint32_t feed, uint32_t generation,
                      int64_t position)
{
	struct http_frame *frame;

	(void)context;
	pthread_mutex_lock(&lock);
	behind_count++;
	resync_count += generation == 0;
	if (!is_held) {
		frame = generation ? make('c', position, now_at, 0) : make('w', 0, now_at, 0);
		http_feed_catch_up(http, loop, feed, generation, position, frame);
		http_frame_release(frame);
	}
	pthread_mutex_unlock(&lock);
}

static void on_gone(void *context, uint32_t feed, uint32_t tag)
{
	(void)context;
	assert_int_equal(feed, FEED);
	pthread_mutex_lock(&lock);
	gone_count++;
	tags[tag]--;
	pthread_mutex_unlock(&lock);
}

static bool on_heard(void *context, struct text message)
{
	(void)context;
	return text_same(message, text_of("{\"t\":\"resync\"}"));
}

static void start(int64_t drain_ms)
{
	static const struct http_handler handler = {
	    .serve = serve, .behind = on_behind, .viewer_gone = on_gone, .heard = on_heard};
	const struct http_settings settings = {
	    .option = "--listen", .listen = "127.0.0.1:0", .loops = 2, .drain_ms = drain_ms,
	    .head_ms = 10000, .idle_ms = 10000, .answer_ms = 10000, .write_ms = 10000};
	struct err e;

	memset(pad, '.', sizeof pad);
	memset(tags, 0, sizeof tags);
	now_at = 100;
	begun_count = gone_count = behind_count = resync_count = 0;
	is_held = false;
	if (http_open(&http, &settings, &handler, &e))
		fail_msg("%s", e.text);
}

/* Each that began is gone, once. */
static void stop(void)
{
	http_close(http);
	assert_int_equal(gone_count, begun_count);
	for (unsigned i = 0; i < begun_count; i++)
		assert_int_equal(tags[i], 0);
}

static struct http_figures figures(void)
{
	struct http_figures f;

	http_figures(http, &f);
	return f;
}

static void await_viewers(uint64_t count)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;

	for (; figures().viewers != count; clock_sleep_ms(1))
		if (clock_monotonic_ms() > until_ms)
			fail_msg("%d viewers, not %d", (int)figures().viewers, (int)count);
}

static void await(const unsigned *count, unsigned least)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	bool is_there = false;

	while (!is_there && clock_monotonic_ms() < until_ms) {
		pthread_mutex_lock(&lock);
		is_there = *count >= least;
		pthread_mutex_unlock(&lock);
		clock_sleep_ms(1);
	}
	assert_true(is_there);
}

#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define OPENING "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" \
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: seats.v1\r\n" KEY "\r\n"
#define EVENTS "GET /sse HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"

static struct other_end open_end(const char *opening)
{
	struct other_end end = {.fd = client_open(http_address(http)),
	                        .is_sse = !strcmp(opening, EVENTS)};

	client_send(end.fd, opening);
	return end;
}

/* ---- tests ---- */

static void a_request_becomes_a_viewer(void **state)
{
	struct other_end ws, sse;

	(void)state;
	start(0);
	ws = open_end(OPENING);
	other_end_expect(&ws, WS_TEXT, "w 0 100");
	assert_non_null(strstr(ws.came.data, "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	                                     "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	                                     "Sec-WebSocket-Protocol: seats.v1\r\nX-More: yes\r\n\r\n"));
	assert_null(strstr(ws.came.data, "Content-Length"));
	sse = open_end(EVENTS);
	other_end_expect(&sse, WS_TEXT, "w 0 100");
	assert_non_null(strstr(sse.came.data, "\r\nContent-Type: text/event-stream\r\n"
	                                      "Connection: close\r\nX-More: yes\r\n\r\n"));
	assert_null(strstr(sse.came.data, "Content-Length"));
	await_viewers(2);
	assert_int_equal(figures().open, 2);
	send_next(0);
	other_end_expect(&ws, WS_TEXT, "d 100 101");
	other_end_expect(&sse, WS_TEXT, "d 100 101");
	other_end_close(&ws);
	other_end_close(&sse);
	await_viewers(0);
	await(&gone_count, 2);
	assert_int_equal(figures().open, 0);
	stop();
}

static void what_is_no_handshake_is_answered_and_goes_on(void **state)
{
	int fd;

	(void)state;
	start(0);
	fd = client_open(http_address(http));
	client_send(fd, "GET /ws HTTP/1.1\r\nHost: x\r\n\r\n");
	client_expect(client_answer(fd), 426, "no");
	client_send(fd, "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
	client_expect(client_answer(fd), 400, "no");
	client_send(fd, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n" OPENING);
	client_expect(client_answer(fd), 200, "hello");
	client_expect(client_head_answer(fd), 101, "");
	await_viewers(1);
	close(fd);
	await_viewers(0);
	stop();
}

/* What a client sends before it has its answer is its first frames. */
static void what_comes_right_behind_the_request_is_heard(void **state)
{
	struct other_end end;

	(void)state;
	start(0);
	end = open_end(OPENING "\x89\x83mask\x1d\x08\x1d");
	other_end_expect(&end, WS_TEXT, "w 0 100");
	other_end_expect(&end, WS_PONG, "pin");
	other_end_close(&end);
	end = open_end(OPENING "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	other_end_expect(&end, WS_TEXT, "w 0 100");
	other_end_expect_close(&end, 1002);
	other_end_expect_end(&end);
	other_end_close(&end);
	stop();
}

/* One thread makes viewers at where the feed is and sends frames from there. Nobody misses any. */
static void no_frame_falls_between_the_first_and_the_next(void **state)
{
	enum { COUNT = 60 };
	struct other_end ends[COUNT];
	int64_t at[COUNT], from, to;
	char kind;

	(void)state;
	start(0);
	for (int i = 0; i < COUNT; i++) {
		ends[i] = open_end(i % 3 ? OPENING : EVENTS);
		if (i % 4 == 0)
			send_next(0);
	}
	await_viewers(COUNT);
	send_next(0);
	for (int i = 0; i < COUNT; i++) {
		at[i] = 0;
		while (at[i] != now_at) {
			struct shown shown = other_end_await(&ends[i]);
			char text[100];

			snprintf(text, sizeof text, "%.*s", TEXT_ARGS(shown.payload));
			assert_int_equal(sscanf(text, "%c %ld %ld", &kind, &from, &to), 3);
			if (at[i])
				assert_int_equal(from, at[i]);
			assert_int_equal(kind, at[i] ? 'd' : 'w');
			at[i] = to;
		}
		other_end_close(&ends[i]);
	}
	assert_int_equal(behind_count, 0);
	stop();
}

static void who_does_not_read_is_caught_up_with_once_he_does(void **state)
{
	struct other_end slow, quick;
	struct shown shown;
	unsigned frames = 0, d_frames = 0;

	(void)state;
	start(0);
	slow = open_end(OPENING);
	quick = open_end(OPENING);
	await_viewers(2);
	other_end_expect(&quick, WS_TEXT, "w 0 100");
	for (int i = 0; i < 40; i++) {
		send_next(200000);
		shown = other_end_await(&quick);
		assert_int_equal(shown.payload.data[0], 'd');
	}
	assert_true(figures().missed >= 1);
	do {
		char text[40];

		shown = other_end_await(&slow);
		snprintf(text, sizeof text, "%.*s", TEXT_ARGS(shown.payload));
		frames++;
		d_frames += text[0] == 'd';
	} while (shown.payload.data[0] != 'c');
	assert_true(d_frames < 40 && frames == d_frames + 2);
	send_next(0);
	other_end_expect(&slow, WS_TEXT, "d 140 141");
	other_end_expect(&quick, WS_TEXT, "d 140 141");
	other_end_close(&slow);
	other_end_close(&quick);
	stop();
}

static void whoever_asks_is_told_everything_anew(void **state)
{
	struct other_end end;

	(void)state;
	start(0);
	end = open_end(OPENING);
	other_end_expect(&end, WS_TEXT, "w 0 100");
	other_end_say_text(&end, "{\"t\":\"resync\"}");
	other_end_expect(&end, WS_TEXT, "w 0 100");
	other_end_say_text(&end, "{\"t\":\"resync\"}");
	other_end_say(&end, WS_PING, text_of("x"));
	other_end_expect(&end, WS_PONG, "x");
	assert_int_equal(resync_count, 1);
	other_end_close(&end);
	stop();
}

/* A client that leaves before it becomes a viewer, and a token that never was one. */
static void who_has_left_is_gone_as_well(void **state)
{
	char accept[WS_ACCEPT_BYTES] = "x";
	struct http_view view = {.feed = FEED, .accept = accept, .tag = 0};
	struct http_header bad = {text_of("X"), text_of("a\r\nb")};
	struct http_frame *first;

	(void)state;
	start(0);
	first = make('w', 0, 1, 0);
	begun_count = tags[0] = 1;
	assert_true(http_view(http, (struct http_token){5, 5}, &view, first));
	await(&gone_count, 1);
	view.headers = &bad;
	view.header_count = 1;
	assert_false(http_view(http, (struct http_token){5, 5}, &view, first));
	assert_false(http_view(http, (struct http_token){UINT32_MAX, 5}, &view, first));
	http_frame_release(first);
	stop();
}

static void crowds_vanish_and_talk_nonsense_while_others_see_all(void **state)
{
	enum { COUNT = 200 };
	struct other_end good = {0}, others[COUNT];
	const struct linger reset = {1, 0};
	int hello;

	(void)state;
	start(0);
	good = open_end(OPENING);
	other_end_expect(&good, WS_TEXT, "w 0 100");
	hello = client_open(http_address(http));
	for (int i = 0; i < COUNT; i++)
		others[i] = open_end(i % 2 ? OPENING : EVENTS);
	await_viewers(COUNT + 1);
	for (int i = 0; i < COUNT; i++) {
		if (i % 4 == 0)
			assert_int_equal(setsockopt(others[i].fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), 0);
		else if (i % 4 == 1)
			client_send(others[i].fd, "nonsense");
		else if (i % 4 == 2)
			assert_int_equal(shutdown(others[i].fd, SHUT_WR), 0);
		if (i % 4 != 2)
			close(others[i].fd);
		if (i % 10 == 0) {
			send_next(3000);
			client_send(hello, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
			client_expect(client_answer(hello), 200, "hello");
			assert_int_equal(other_end_await(&good).opcode, WS_TEXT);
		}
	}
	await_viewers(1);
	await(&gone_count, COUNT);
	for (int i = 2; i < COUNT; i += 4)
		other_end_close(&others[i]);
	send_next(0);
	assert_int_equal(other_end_await(&good).payload.data[0], 'd');
	assert_int_equal(figures().open, 2);
	close(hello);
	other_end_close(&good);
	stop();
}

static void a_drain_sends_viewers_away(void **state)
{
	struct other_end ws, sse;
	int64_t since_ms;

	(void)state;
	start(300);
	ws = open_end(OPENING);
	sse = open_end(EVENTS);
	await_viewers(2);
	other_end_expect(&ws, WS_TEXT, "w 0 100");
	other_end_expect(&sse, WS_TEXT, "w 0 100");
	assert_false(http_drain(http, 1));
	since_ms = clock_monotonic_ms();
	other_end_expect_close(&ws, 1012);
	other_end_expect_end(&ws);
	other_end_expect_end(&sse);
	assert_true(clock_monotonic_ms() - since_ms < 5000);
	other_end_close(&ws);
	other_end_close(&sse);
	assert_true(http_drain(http, WAIT_MS));
	stop();
}

static void closing_the_door_tells_viewers(void **state)
{
	struct other_end ws;

	(void)state;
	start(0);
	ws = open_end(OPENING);
	other_end_expect(&ws, WS_TEXT, "w 0 100");
	stop();
	other_end_expect_close(&ws, 1001);
	other_end_expect_end(&ws);
	other_end_close(&ws);
}

/* Whatever is in a mailbox when its loop ends is given back, once. */
static void frames_on_their_way_when_the_door_closes_are_given_back(void **state)
{
	(void)state;
	for (int round = 0; round < 50; round++) {
		start(0);
		for (int i = 0; i < 20; i++) {
			struct http_frame *frame = make('d', 100 + i, 101 + i, 0);

			http_feed_send(http, FEED, frame);
			http_frame_release(frame);
		}
		stop();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_becomes_a_viewer),
	    cmocka_unit_test(what_is_no_handshake_is_answered_and_goes_on),
	    cmocka_unit_test(what_comes_right_behind_the_request_is_heard),
	    cmocka_unit_test(no_frame_falls_between_the_first_and_the_next),
	    cmocka_unit_test(who_does_not_read_is_caught_up_with_once_he_does),
	    cmocka_unit_test(whoever_asks_is_told_everything_anew),
	    cmocka_unit_test(who_has_left_is_gone_as_well),
	    cmocka_unit_test(crowds_vanish_and_talk_nonsense_while_others_see_all),
	    cmocka_unit_test(a_drain_sends_viewers_away),
	    cmocka_unit_test(closing_the_door_tells_viewers),
	    cmocka_unit_test(frames_on_their_way_when_the_door_closes_are_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
