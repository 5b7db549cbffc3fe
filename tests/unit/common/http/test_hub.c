/*
 * The hub: which viewer takes which frame, who is behind and how he is caught up with, slices.
 */
#include "common/http/hub.h"

#include <string.h>

#include "tests/unit/common/http/crowd.h"

/* ---- what a viewer is sent ---- */

static void a_viewer_takes_what_follows_where_it_stands(void **state)
{
	struct other_end *a, *b;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 10);
	b = crowd_join_at(1, 12);
	crowd_expect(a, "w 1 0 10");
	crowd_expect(b, "w 1 0 12");
	crowd_send('d', 1, 10, 12, 0);
	crowd_send('d', 1, 12, 15, 0);
	crowd_send('d', 1, 15, 20, 0);
	crowd_settle();
	crowd_expect(a, "d 1 10 12");
	crowd_expect(a, "d 1 12 15");
	crowd_expect(a, "d 1 15 20");
	crowd_expect(b, "d 1 12 15"); /* what it had already it is not sent */
	crowd_expect(b, "d 1 15 20");
	a = crowd_join_at(1, 18); /* in the middle of one */
	crowd_expect(a, "w 1 0 18");
	crowd_send('d', 1, 15, 21, 0);
	crowd_settle();
	crowd_expect(a, "d 1 15 21");
	crowd_expect(b, "d 1 15 21");
	crowd_send('d', 1, 15, 21, 0);
	crowd_settle();
	crowd_expect_nothing(a);
	assert_int_equal(crowd_asked_count, 0);
	assert_int_equal(crowd_hub.viewers.figures.missed, 0);
	assert_int_equal(crowd_hub.viewers.figures.frames, 11);
	crowd_stop();
}

static void a_whole_frame_is_taken_anywhere_and_begins_a_generation(void **state)
{
	struct other_end *a, *b, *c;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 10);
	b = crowd_join_at(1, 400);
	crowd_expect(a, "w 1 0 10");
	crowd_expect(b, "w 1 0 400");
	crowd_send('w', 2, 0, 30, 0);
	c = crowd_join_at(2, 30); /* it began with the same, while that was on its way */
	crowd_settle();
	crowd_expect(a, "w 2 0 30");
	crowd_expect(b, "w 2 0 30");
	crowd_expect(c, "w 2 0 30");
	crowd_expect_nothing(c);
	crowd_send('d', 1, 10, 31, 0); /* of the generation before */
	crowd_send('d', 2, 30, 31, 0);
	crowd_settle();
	crowd_expect(a, "d 2 30 31");
	crowd_expect(b, "d 2 30 31");
	crowd_expect(c, "d 2 30 31");
	assert_int_equal(crowd_asked_count, 0);
	crowd_stop();
}

static void a_beat_goes_with_a_ping_to_who_is_there(void **state)
{
	struct other_end *a, *b;
	struct shown shown;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 10);
	b = crowd_join(crowd_frame('d', 1, 3, 10, 0), true, crowd_nothing);
	crowd_expect(a, "w 1 0 10");
	crowd_expect(b, "d 1 3 10");
	crowd_send('a', 1, 10, 10, 0);
	crowd_settle();
	(void)other_end_read(a, 1000);
	assert_true(other_end_next(a, &shown));
	assert_int_equal(shown.opcode, WS_PING);
	assert_int_equal(shown.payload.bytes, 0);
	crowd_expect(a, "a 1 10 10");
	crowd_expect(b, "a 1 10 10");
	crowd_send('a', 1, 9, 9, 0); /* an old one */
	crowd_settle();
	crowd_expect_nothing(a);
	assert_int_equal(crowd_asked_count, 0);
	crowd_send('a', 1, 11, 11, 0); /* there was something that they have missed */
	crowd_settle();
	crowd_expect_nothing(a);
	assert_int_equal(crowd_asked_count, 1);
	assert_int_equal(crowd_asked[0].position, 10);
	crowd_stop();
}

/* ---- who cannot take it ---- */

static void who_missed_something_is_behind_until_one_catch_up_came(void **state)
{
	struct other_end *a, *b, *c;
	struct shown last;
	int64_t o;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 0);
	b = crowd_join_at(1, 0);
	o = crowd_fill(1, 0);
	c = crowd_join_at(1, o);
	crowd_send('d', 1, o, o + 1, 0);
	crowd_send('d', 1, o + 1, o + 2, 0);
	crowd_settle();
	assert_int_equal(crowd_asked_count, 0); /* nobody can take an answer */
	crowd_read_all(a, &last);
	crowd_read_all(b, &last);
	crowd_expect(c, "w 1 0");
	assert_int_equal(crowd_asked_count, 1); /* both stand there, and it is asked once */
	assert_int_equal(crowd_asked[0].generation, 1);
	crowd_send('d', 1, o + 2, o + 3, 0); /* goes past them */
	crowd_settle();
	assert_int_equal(crowd_asked_count, 1);
	crowd_answer(crowd_asked[0], crowd_frame('c', 1, crowd_asked[0].position, o + 3, 0));
	crowd_send('d', 1, o + 3, o + 4, 0);
	crowd_settle();
	crowd_expect(a, "c 1");
	crowd_expect(b, "c 1");
	crowd_expect(a, "d 1");
	crowd_expect(b, "d 1");
	crowd_read_all(c, &last);
	assert_memory_equal(last.payload.data, "d 1", 3); /* it was not meant */
	assert_int_equal(crowd_asked_count, 0);
	crowd_stop();
}

static void a_catch_up_is_for_those_who_are_behind(void **state)
{
	struct other_end *a, *b;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 10);
	crowd_expect(a, "w 1 0 10");
	crowd_send('a', 1, 12, 12, 0);
	crowd_settle();
	b = crowd_join_at(1, 10); /* where he stands, but nothing came by yet */
	assert_int_equal(crowd_asked_count, 1);
	crowd_answer(crowd_asked[0], crowd_frame('c', 1, 10, 12, 0));
	crowd_settle();
	crowd_expect(a, "c 1 10 12");
	crowd_expect(b, "w 1 0 10");
	crowd_expect_nothing(b);
	crowd_stop();
}

static void who_reads_nothing_holds_one_frame(void **state)
{
	struct http_frame *held = crowd_frame('d', 1, 0, 1, CROWD_PAD_BYTES_MAX), *others[10];

	(void)state;
	crowd_start(0);
	(void)crowd_join_at(1, 0);
	crowd_post((struct frame_mail){.frame = held}); /* more than the socket takes */
	crowd_settle();
	assert_int_equal(held->references, 2);
	for (int i = 0; i < 10; i++) {
		others[i] = crowd_frame('d', 1, i + 1, i + 2, CROWD_PAD_BYTES_MAX);
		crowd_post((struct frame_mail){.frame = others[i]});
		crowd_settle();
		assert_int_equal(others[i]->references, 1);
		assert_true(http_frame_is_passed(others[i]));
		http_frame_release(others[i]);
	}
	assert_int_equal(crowd_hub.viewers.figures.missed, 10);
	assert_int_equal(crowd_hub.viewers.figures.frames, 2);
	crowd_stop();
	assert_int_equal(held->references, 1);
	http_frame_release(held);
}

static void a_whole_frame_is_no_answer_to_who_cannot_take_it(void **state)
{
	struct other_end *a;
	struct shown last;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 0);
	(void)crowd_fill(1, 0);
	crowd_send('w', 2, 0, 50, 0);
	crowd_settle();
	crowd_read_all(a, &last);
	assert_int_equal(crowd_asked_count, 1);
	assert_int_equal(crowd_asked[0].generation, 1);
	crowd_answer(crowd_asked[0], crowd_frame('w', 2, 0, 50, 0));
	crowd_settle();
	crowd_expect(a, "w 2 0 50");
	crowd_stop();
}

static void a_catch_up_may_be_the_end(void **state)
{
	struct other_end *a;
	struct shown last;

	(void)state;
	crowd_start(0);
	a = crowd_join_at(1, 0);
	(void)crowd_join_at(1, 0);
	other_end_close(&crowd_ends[1]);
	crowd_send('d', 1, 5, 6, 0);
	crowd_settle();
	assert_int_equal(crowd_asked_count, 1);
	crowd_answer(crowd_asked[0], http_frame_make_close(1013, "retry=2000"));
	crowd_settle();
	(void)other_end_read(a, 1000);
	crowd_expect(a, "w 1 0 0");
	assert_true(other_end_next(a, &last));
	assert_int_equal(last.opcode, WS_CLOSE);
	assert_true(text_same(last.payload, text_of("\x03\xf5retry=2000")));
	(void)other_end_read(a, 1000);
	assert_true(a->has_ended);
	crowd_stop();
}

/* ---- slices ---- */

static void frames_go_in_slices_and_feeds_take_turns(void **state)
{
	struct http_frame *frame = crowd_frame('d', 1, 0, 1, 0);
	unsigned long long before;

	(void)state;
	crowd_start(0);
	for (int i = 0; i < 10; i++)
		(void)crowd_join_at(1, 0);
	crowd_feed = 2;
	(void)crowd_join_at(1, 0);
	crowd_hub.slice_cost = 3 * HUB_SEND_COST; /* three are sent something */
	before = crowd_hub.viewers.figures.frames;
	crowd_feed = 1;
	crowd_post((struct frame_mail){.frame = frame});
	crowd_feed = 2;
	crowd_send('d', 1, 0, 1, 0);
	assert_int_equal(hub_wait_ms(&crowd_hub, crowd_hub.viewers.now_ms), 0);
	crowd_turn(0);
	assert_int_equal(crowd_hub.viewers.figures.frames, before + 3);
	crowd_turn(0); /* the other feed, and two more */
	assert_int_equal(crowd_hub.viewers.figures.frames, before + 6);
	crowd_expect(&crowd_ends[10], "w 1 0 0");
	crowd_expect(&crowd_ends[10], "d 1 0 1");
	assert_false(http_frame_is_passed(frame));
	assert_int_equal(http_frame_passed_ms(frame), 0);
	crowd_settle();
	assert_int_equal(crowd_hub.viewers.figures.frames, before + 11);
	assert_true(http_frame_is_passed(frame));
	assert_true(http_frame_passed_ms(frame) > 0);
	assert_true(hub_wait_ms(&crowd_hub, crowd_hub.viewers.now_ms) > 0);
	http_frame_release(frame);
	crowd_stop();
}

static void who_leaves_while_a_frame_is_on_its_way_leaves_nobody_out(void **state)
{
	(void)state;
	for (unsigned first_left = 0; first_left < 12; first_left++) {
		crowd_start(0);
		for (int i = 0; i < 12; i++)
			(void)crowd_join_at(1, 0);
		crowd_hub.slice_cost = 2 * HUB_SEND_COST;
		crowd_send('d', 1, 0, 1, 0);
		crowd_turn(0);
		for (unsigned i = first_left; i < 12; i += 5)
			other_end_close(&crowd_ends[i]);
		crowd_turn(0);
		(void)crowd_join_at(1, 1);
		crowd_settle();
		for (unsigned i = 0; i < 12; i++) {
			if (crowd_ends[i].fd < 0)
				continue;
			crowd_expect(&crowd_ends[i], "w 1 0 0");
			crowd_expect(&crowd_ends[i], "d 1 0 1");
			crowd_expect_nothing(&crowd_ends[i]);
		}
		crowd_stop();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_viewer_takes_what_follows_where_it_stands),
	    cmocka_unit_test(a_whole_frame_is_taken_anywhere_and_begins_a_generation),
	    cmocka_unit_test(a_beat_goes_with_a_ping_to_who_is_there),
	    cmocka_unit_test(who_missed_something_is_behind_until_one_catch_up_came),
	    cmocka_unit_test(a_catch_up_is_for_those_who_are_behind),
	    cmocka_unit_test(who_reads_nothing_holds_one_frame),
	    cmocka_unit_test(a_whole_frame_is_no_answer_to_who_cannot_take_it),
	    cmocka_unit_test(a_catch_up_may_be_the_end),
	    cmocka_unit_test(frames_go_in_slices_and_feeds_take_turns),
	    cmocka_unit_test(who_leaves_while_a_frame_is_on_its_way_leaves_nobody_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
