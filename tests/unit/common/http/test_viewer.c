/*
 * One viewer: its events, its time, what it says, how it ends.
 */
#include "common/http/viewer.h"

#include <stdlib.h>
#include <string.h>

#include <sys/socket.h>

#include "tests/unit/common/http/crowd.h"

static void events_have_their_ids(void **state)
{
	struct other_end *a;
	struct shown shown;

	(void)state;
	crowd_start(0);
	a = crowd_join(crowd_frame('w', 1, 0, 10, 0), true, text_of("GET / HTTP/1.1\r\n"));
	crowd_send('d', 1, 10, 12, 2);
	crowd_settle();
	(void)other_end_read(a, 1000);
	assert_true(other_end_next(a, &shown));
	assert_true(text_same(shown.id, text_of("1:10")));
	assert_true(text_same(shown.payload, text_of("w 1 0 10 ")));
	assert_true(other_end_next(a, &shown));
	assert_true(text_same(shown.id, text_of("1:12")));
	assert_true(text_same(shown.payload, text_of("d 1 10 12 ..")));
	crowd_stop();
}

/* ---- time ---- */

static void who_takes_nothing_for_30_seconds_is_closed(void **state)
{
	struct other_end *a, *b, *c;
	struct shown last;

	(void)state;
	crowd_start(0);
	a = crowd_join(crowd_frame('w', 1, 0, 0, 0), true, crowd_nothing);
	b = crowd_join(crowd_frame('w', 1, 0, 0, 0), true, crowd_nothing);
	c = crowd_join(crowd_frame('w', 1, 0, 0, 0), true, crowd_nothing);
	crowd_turn(VIEWER_SILENT_MS - 10000); /* which means nothing to who reads events */
	(void)crowd_fill(1, 0);
	crowd_read_all(c, &last);
	crowd_turn(VIEWER_STUCK_MS - 100);
	assert_int_equal(crowd_gone_count, 0);
	crowd_read_all(b, &last);
	crowd_turn(200);
	assert_int_equal(crowd_gone_count, 1);
	assert_true(crowd_is_gone(a));
	crowd_turn(10 * VIEWER_STUCK_MS);
	assert_int_equal(crowd_gone_count, 1);
	crowd_read_all(b, &last);
	assert_false(b->has_ended);
	assert_false(crowd_is_gone(b) || crowd_is_gone(c));
	crowd_stop();
}

static void who_says_nothing_for_75_seconds_is_closed(void **state)
{
	struct other_end *a, *b, *c;
	struct shown last;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 0);
	b = crowd_join_at(1, 0);
	c = crowd_join(crowd_frame('w', 1, 0, 0, 0), true, crowd_nothing);
	crowd_turn(VIEWER_SILENT_MS - 100);
	other_end_say(b, WS_PONG, crowd_nothing);
	crowd_turn(0);
	crowd_read_all(a, &last);
	assert_false(a->has_ended);
	crowd_turn(200);
	crowd_read_all(a, &last);
	assert_int_equal(last.opcode, WS_CLOSE);
	assert_memory_equal(last.payload.data, "\x03\xe9", 2);
	assert_int_equal(crowd_gone_count, 0); /* it may close its side yet */
	crowd_turn(VIEWER_CLOSING_MS + 100);
	assert_true(crowd_is_gone(a));
	crowd_turn(VIEWER_SILENT_MS - VIEWER_CLOSING_MS - 1000);
	crowd_read_all(b, &last);
	assert_false(b->has_ended);
	crowd_turn(1000);
	crowd_read_all(b, &last);
	assert_int_equal(last.opcode, WS_CLOSE);
	crowd_read_all(c, &last);
	assert_false(c->has_ended); /* of whom nothing is expected */
	crowd_stop();
}

static void eleven_frames_in_ten_seconds_are_too_many(void **state)
{
	struct other_end *a, *b;
	struct shown last;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 0);
	b = crowd_join_at(1, 0);
	for (int i = 0; i < 10; i++) {
		other_end_say(b, i % 2 ? WS_PONG : WS_PING, crowd_nothing);
		crowd_turn(0);
	}
	for (int i = 0; i < 30; i++) { /* ten in any ten seconds */
		other_end_say_text(a, "anything");
		crowd_turn(i % 5 == 4 ? 5100 : 0);
	}
	crowd_read_all(a, &last);
	assert_false(a->has_ended);
	other_end_say_text(a, "anything");
	crowd_turn(0);
	for (int i = 0; i < 6; i++) {
		other_end_say_text(a, "one too many at last");
		crowd_turn(0);
	}
	crowd_read_all(a, &last);
	assert_int_equal(last.opcode, WS_CLOSE);
	assert_memory_equal(last.payload.data, "\x03\xf0", 2);
	crowd_read_all(b, &last);
	assert_false(b->has_ended);
	crowd_turn(0);
	crowd_stop();
}

static void everything_anew_is_had_once_in_ten_seconds(void **state)
{
	struct other_end *a;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 0);
	crowd_expect(a, "w 1 0 0");
	other_end_say_text(a, "something else");
	crowd_turn(0);
	assert_int_equal(crowd_asked_count, 0);
	other_end_say_text(a, "resync");
	crowd_turn(0);
	assert_int_equal(crowd_asked_count, 1);
	assert_int_equal(crowd_asked[0].generation, 0);
	assert_int_equal(crowd_asked[0].position, -1);
	crowd_answer(crowd_asked[0], crowd_frame('w', 1, 0, 0, 0));
	crowd_settle();
	crowd_expect(a, "w 1 0 0");
	other_end_say_text(a, "resync");
	crowd_turn(VIEWER_RESYNC_MS - 100);
	assert_int_equal(crowd_asked_count, 0);
	crowd_turn(200);
	other_end_say_text(a, "resync");
	crowd_turn(0);
	assert_int_equal(crowd_asked_count, 1);
	crowd_send('w', 2, 0, 0, 0); /* as good an answer */
	crowd_send('d', 2, 0, 1, 0);
	crowd_settle();
	crowd_expect(a, "w 2 0 0");
	crowd_expect(a, "d 2 0 1");
	crowd_answer(crowd_asked[0], crowd_frame('w', 2, 0, 1, 0));
	crowd_settle();
	crowd_expect_nothing(a);
	crowd_stop();
}

/* ---- what a viewer says ---- */

static void pings_are_answered_in_between(void **state)
{
	struct other_end *a;
	struct shown shown;
	int64_t o;
	int pongs = 0;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 0);
	crowd_expect(a, "w 1 0 0");
	other_end_say(a, WS_PING, text_of("one"));
	crowd_turn(0);
	(void)other_end_read(a, 1000);
	other_end_expect(a, WS_PONG, "one");
	o = crowd_fill(1, 0);
	other_end_say(a, WS_PING, text_of("two"));
	crowd_turn(0);
	other_end_say(a, WS_PING, text_of("three"));
	crowd_turn(0);
	/* In the middle of a frame it gets the rest of that, and then the pong to the last ping. */
	do {
		while (other_end_next(a, &shown)) {
			if (shown.opcode == WS_PONG)
				assert_true(text_same(shown.payload, text_of("three")));
			pongs += shown.opcode == WS_PONG;
		}
		crowd_settle();
	} while (other_end_read(a, 1000));
	assert_int_equal(pongs, 1);
	assert_int_equal(crowd_asked_count, 1);
	assert_true(crowd_asked[0].position <= o);
	crowd_stop();
}

static void a_frame_may_come_in_pieces_and_behind_the_request(void **state)
{
	static const char frame[] = "\x89\x83mask\x1d\x08\x1d"; /* "pin" */
	struct other_end *a;

	(void)state;
	for (size_t i = 0; i < sizeof frame - 1; i++) {
		crowd_start(0);
		a = crowd_join(crowd_frame('w', 1, 0, 0, 0), false, (struct text){frame, i});
		for (size_t k = i; k < sizeof frame - 1; k++) {
			assert_int_equal(send(a->fd, frame + k, 1, 0), 1);
			crowd_turn(0);
		}
		crowd_expect(a, "w 1 0 0");
		other_end_expect(a, WS_PONG, "pin");
		crowd_stop();
	}
}

static void whoever_says_what_he_may_not_is_told_why(void **state)
{
	static const struct {
		const char *bytes;
		size_t count;
		unsigned code;
	} list[] = {
	    {"\x82\x80mask", 6, 1003}, {"\x81\xfe\x01\x01mask", 8, 1009}, {"\x01\x81maskm", 7, 1009},
	    {"\x81\x81mask\x92", 7, 1007}, {"\x81\x01x", 3, 1002}, {"\xff\xff", 2, 1002},
	    {"GET / HTTP/1.1\r\n\r\n", 18, 1002}, {"\x88\x80mask", 6, 0},
	    {"\x88\x82mask\x6e\x89", 8, 1000}, {"\x88\x81maskm", 7, 1002},
	};

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		struct other_end *a;

		crowd_start(0);
		a = crowd_join_at(1, 0);
		assert_int_equal(send(a->fd, list[i].bytes, list[i].count, 0), list[i].count);
		crowd_turn(0);
		crowd_send('d', 1, 0, 1, 0); /* comes too late */
		other_end_say_text(a, "resync");
		crowd_settle();
		crowd_expect(a, "w 1 0 0");
		other_end_expect_close(a, list[i].code);
		other_end_expect_end(a);
		assert_int_equal(crowd_gone_count, 0);
		other_end_close(a);
		crowd_turn(0);
		assert_int_equal(crowd_gone_count, 1);
		assert_int_equal(crowd_asked_count, 0);
		crowd_stop();
	}
}

/* ---- the end ---- */

static void who_is_closed_has_first_what_he_is_in_the_middle_of(void **state)
{
	struct http_frame *the_end = http_frame_make_close(1012, "retry=5");
	struct other_end *a;
	struct shown shown, last;
	unsigned long long frames = 0;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 0);
	crowd_send('d', 1, 0, 1, CROWD_PAD_BYTES_MAX);
	crowd_settle();
	crowd_post((struct frame_mail){.frame = the_end});
	http_frame_release(the_end);
	crowd_settle();
	crowd_send('d', 1, 1, 2, 0);
	do {
		while (other_end_next(a, &shown)) {
			frames++;
			last = shown;
		}
		crowd_settle();
	} while (other_end_read(a, 100));
	assert_int_equal(frames, 3);
	assert_int_equal(last.opcode, WS_CLOSE);
	assert_true(a->has_ended);
	crowd_stop();
}

static void a_viewer_may_begin_with_the_end(void **state)
{
	struct other_end *a, *b;

	(void)state;
	crowd_start(0);
	a = crowd_join(http_frame_make_close(1013, "retry=1"), false, crowd_nothing);
	b = crowd_join(http_frame_make_close(1013, "retry=1"), true, crowd_nothing);
	other_end_expect_close(a, 1013);
	other_end_expect_end(a);
	other_end_expect_end(b);
	crowd_stop();
}

static void a_drain_lets_viewers_go_one_by_one(void **state)
{
	unsigned told = 0, half;
	struct shown last;

	(void)state;
	crowd_start(20000);
	for (int i = 0; i < 100; i++)
		(void)crowd_join(crowd_frame('w', 1, 0, 0, 0), i % 4 == 0, crowd_nothing);
	crowd_turn(0);
	hub_drain(&crowd_hub);
	for (int i = 0; i < 100; i++) {
		crowd_turn(100);
		crowd_send('a', 1, 0, 0, 0);
		crowd_settle();
	}
	(void)crowd_join_at(1, 0); /* one that was under way */
	for (unsigned i = 0; i < 101; i++) {
		crowd_read_all(&crowd_ends[i], &last);
		told += crowd_ends[i].has_ended;
	}
	half = told;
	assert_true(half > 25 && half < 75);
	crowd_turn(10100);
	for (unsigned i = 0; i < 101; i++) {
		bool had_ended = crowd_ends[i].has_ended;

		crowd_read_all(&crowd_ends[i], &last);
		assert_true(crowd_ends[i].has_ended);
		if (had_ended || crowd_ends[i].is_sse)
			continue;
		assert_int_equal(last.opcode, WS_CLOSE);
		assert_memory_equal(last.payload.data, "\x03\xf4retry=", 8);
		assert_in_range(atoi(last.payload.data + 8), 0, 2000);
	}
	crowd_turn(VIEWER_CLOSING_MS + 100);
	assert_int_equal(crowd_gone_count, 101);
	crowd_stop();
}

static void at_the_end_all_are_told(void **state)
{
	struct other_end *a, *b;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 0);
	b = crowd_join_at(1, 0);
	(void)crowd_join(crowd_frame('w', 1, 0, 0, 0), true, crowd_nothing);
	(void)crowd_fill(1, 0);
	(void)other_end_read(b, 1 << 16);
	hub_end(&crowd_hub);
	assert_int_equal(crowd_gone_count, 3);
	crowd_expect(a, "w 1 0 0");
	crowd_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(events_have_their_ids),
	    cmocka_unit_test(who_takes_nothing_for_30_seconds_is_closed),
	    cmocka_unit_test(who_says_nothing_for_75_seconds_is_closed),
	    cmocka_unit_test(eleven_frames_in_ten_seconds_are_too_many),
	    cmocka_unit_test(everything_anew_is_had_once_in_ten_seconds),
	    cmocka_unit_test(pings_are_answered_in_between),
	    cmocka_unit_test(a_frame_may_come_in_pieces_and_behind_the_request),
	    cmocka_unit_test(whoever_says_what_he_may_not_is_told_why),
	    cmocka_unit_test(who_is_closed_has_first_what_he_is_in_the_middle_of),
	    cmocka_unit_test(a_viewer_may_begin_with_the_end),
	    cmocka_unit_test(a_drain_lets_viewers_go_one_by_one),
	    cmocka_unit_test(at_the_end_all_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
