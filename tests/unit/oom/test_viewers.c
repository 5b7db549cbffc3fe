/*
 * Memory that runs short while viewers come, are sent frames, and speak: each allocation fails once,
 * and once with all behind it. Nobody else notices, each that began is gone once, nothing is left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/http/hub.h"
#include "common/http/view.h"
#include "tests/oom/alloc.h"

#define ENDS 6
#define WAIT_MS 20000

static struct hub hub;
static unsigned open_count, begun_count, behind_count;
static atomic_uint gone_count;

static void on_behind(void *context, unsigned loop, uint32_t feed, uint32_t generation,
                      int64_t position)
{
	(void)context, (void)loop, (void)feed, (void)generation, (void)position;
	behind_count++;
}

static void on_gone(void *context, uint32_t feed, uint32_t tag)
{
	(void)context, (void)feed, (void)tag;
	atomic_fetch_add(&gone_count, 1);
}

static bool on_heard(void *context, struct text message)
{
	(void)context;
	return message.bytes > 0;
}

static const struct http_handler handler = {
    .behind = on_behind, .viewer_gone = on_gone, .heard = on_heard};

/* ---- one hub ---- */

static void join(int ends[2], struct http_frame *first)
{
	struct view_mail *mail = malloc(sizeof *mail);
	struct viewer *v = viewer_make(text_of("HTTP/1.1 101\r\n\r\n"), false, begun_count);

	ends[1] = -1;
	if (!mail || !v) {
		free(mail);
		if (v)
			viewer_free(v);
		return;
	}
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	*mail = (struct view_mail){{.kind = MAIL_VIEW}, {0, 0}, 1 + begun_count % 3, v, first};
	http_frame_hold(first);
	begun_count++;
	open_count++;
	hub_take_view(&hub, mail, ends[0], (struct text){"\x89\x80", 2});
}

static void send_frame(struct http_frame *frame, bool is_catch_up)
{
	for (uint32_t feed = 1; feed <= 3; feed++) {
		struct frame_mail *mail = malloc(sizeof *mail);

		if (!mail)
			return;
		*mail = (struct frame_mail){{.kind = MAIL_FRAME}, feed, frame, is_catch_up, 0, -1};
		http_frame_hold(frame);
		atomic_fetch_add(&frame->passing, 1);
		hub_take_frame(&hub, mail);
		hub_turn(&hub, true);
	}
}

static struct http_frame *make(int64_t from, size_t bytes)
{
	static char json[200000];
	const struct http_frame_spec spec = {.json = {json, bytes}, .id = text_of("id"),
	                                     .generation = 1, .from = from, .to = from + 1,
	                                     .is_whole = from == 0};

	memset(json, '.', sizeof json);
	return http_frame_make(&spec);
}

static void say(int ends[][2], const char *bytes, size_t count)
{
	for (int i = 0; i < ENDS; i++)
		if (ends[i][1] >= 0)
			(void)!send(ends[i][1], bytes, count, MSG_NOSIGNAL);
	hub_turn(&hub, true);
	hub_turn(&hub, true);
}

/* The end of a ping, a ping in pieces, everything anew, and what is closed for. */
static void speak(int ends[][2], struct http_frame *large)
{
	say(ends, "mask", 4);
	say(ends, "\x89", 1);
	say(ends, "\x81maskm", 6);
	send_frame(large, false);
	say(ends, "\x89\x80mask", 6);
	say(ends, "\x89\x80mask\x81\x81maskm", 13);
	send_frame(large, true);
	say(ends, "\x82", 1);
}

/* Has an allocation failed? */
static bool live(void)
{
	bool has_failed;

	struct http_frame *first = make(0, 10), *next = make(1, 10), *large = make(2, 150000);
	struct http_frame *end = http_frame_make_close(1013, "retry=1");
	int ends[ENDS][2];

	for (int i = 0; i < ENDS; i++)
		ends[i][1] = -1;
	if (first && next && large && end) {
		for (int i = 0; i < ENDS; i++)
			join(ends[i], first);
		send_frame(next, false);
		speak(ends, large);
		send_frame(end, false);
	}
	hub_end(&hub);
	has_failed = alloc_has_failed();
	alloc_fail_at(0, false);
	for (int i = 0; i < ENDS; i++)
		if (ends[i][1] >= 0)
			close(ends[i][1]);
	assert_true(!first || first->references == 1);
	assert_true(!large || (large->references == 1 && http_frame_is_passed(large)));
	http_frame_release(first);
	http_frame_release(next);
	http_frame_release(large);
	http_frame_release(end);
	return has_failed;
}

static void each_viewer_is_gone_once_whatever_memory_there_is(void **state)
{
	bool has_failed = true;
	long tries = 0;

	(void)state;
	for (long n = 1; has_failed; n++, tries++)
		for (int for_good = 0; for_good < 2; for_good++) {
			hub = (struct hub){.loop = 0};
			open_count = begun_count = 0;
			atomic_store(&gone_count, 0);
			assert_true(hub_open(&hub, &handler, 0, &open_count, 0));
			alloc_fail_at(n, for_good);
			has_failed = live();
			assert_null(hub.feeds);
			assert_int_equal(atomic_load(&gone_count), begun_count);
			assert_int_equal(open_count, 0);
			hub_close(&hub);
		}
	assert_true(tries > 40 && behind_count > 0);
}

/* ---- through the door ---- */

static void view_once(struct http *http, struct http_frame *first, bool is_sse, unsigned *said)
{
	const struct http_view view = {.feed = 1, .is_sse = is_sse, .accept = "x"};

	*said += http_view(http, (struct http_token){3, 3}, &view, first);
	http_feed_send(http, 1, first);
	http_feed_catch_up(http, 0, 1, 1, 1, first);
}

static void a_view_that_was_taken_is_gone_and_no_other(void **state)
{
	const struct http_settings settings = {.option = "--listen", .listen = "127.0.0.1:0", .loops = 2};
	struct http_frame *first = make(0, 10);
	struct http *http;
	unsigned said = 0, tries = 0;
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	bool has_failed = true;
	struct err e;

	(void)state;
	atomic_store(&gone_count, 0);
	assert_int_equal(http_open(&http, &settings, &handler, &e), RC_OK);
	for (long n = 1; has_failed; n++, tries++) {
		alloc_fail_at(n, false);
		view_once(http, first, n % 2, &said);
		has_failed = alloc_has_failed();
		alloc_fail_at(0, false);
	}
	while (!http_frame_is_passed(first) || atomic_load(&gone_count) < said)
		if (clock_monotonic_ms() > until_ms)
			fail_msg("not passed on, or not gone");
	assert_true(tries > 5 && said < tries && said > 0);
	http_close(http);
	assert_int_equal(atomic_load(&gone_count), said);
	assert_int_equal(first->references, 1);
	http_frame_release(first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_viewer_is_gone_once_whatever_memory_there_is),
	    cmocka_unit_test(a_view_that_was_taken_is_gone_and_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
