/* What was announced, and when it may be again. Time is passed in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/partitioner.h"
#include "common/message/request.h"
#include "expirer/memory.h"

#define PARTITIONS 4

static struct memory *memory;
static struct announced *last;

static struct hold hold_of(const char *show_id, uint8_t n)
{
	struct hold hold = {.show_id = text_of(show_id), .reserved_until_us = 1000};

	hold.reservation_id.bytes[0] = 1;
	hold.reservation_id.bytes[15] = n;
	return hold;
}

static int set_up(void **state)
{
	(void)state;
	memory = memory_open(4 * PARTITIONS, PARTITIONS);
	memory_begin(memory);
	return memory ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	memory_close(memory);
	return 0;
}

static enum memory_answer ask(const struct hold *hold, int64_t now_ms)
{
	return memory_ask(memory, hold, now_ms, &last);
}

/* Ask, and where it is to be announced have it delivered. */
static enum memory_answer ask_and_deliver(const struct hold *hold, int64_t now_ms)
{
	enum memory_answer answer = ask(hold, now_ms);

	if (answer == MEMORY_ANNOUNCE)
		memory_delivered(last, true);
	return answer;
}

static void a_hold_is_announced_once_and_again_only_after_the_wait(void **state)
{
	struct hold hold = hold_of("show", 1);

	(void)state;
	assert_int_equal(ask_and_deliver(&hold, 0), MEMORY_ANNOUNCE);
	assert_int_equal(ask_and_deliver(&hold, 0), MEMORY_WAIT);
	assert_int_equal(ask_and_deliver(&hold, MEMORY_FIRST_WAIT_MS - 1), MEMORY_WAIT);
	assert_int_equal(ask_and_deliver(&hold, MEMORY_FIRST_WAIT_MS), MEMORY_ANNOUNCE);
}

static void the_wait_doubles_up_to_its_longest(void **state)
{
	struct hold hold = hold_of("show", 1);
	int64_t now_ms = 77, wait_ms = MEMORY_FIRST_WAIT_MS;

	(void)state;
	assert_int_equal(ask_and_deliver(&hold, now_ms), MEMORY_ANNOUNCE);
	for (int i = 0; i < 12; i++) {
		assert_int_equal(ask_and_deliver(&hold, now_ms + wait_ms - 1), MEMORY_WAIT);
		now_ms += wait_ms;
		assert_int_equal(ask_and_deliver(&hold, now_ms), MEMORY_ANNOUNCE);
		wait_ms = wait_ms * 2 < MEMORY_LONGEST_WAIT_MS ? wait_ms * 2 : MEMORY_LONGEST_WAIT_MS;
	}
	assert_int_equal(wait_ms, MEMORY_LONGEST_WAIT_MS);
}

static void what_is_being_sent_is_not_sent_again_however_long_it_takes(void **state)
{
	struct hold hold = hold_of("show", 1);

	(void)state;
	assert_int_equal(ask(&hold, 0), MEMORY_ANNOUNCE);
	assert_int_equal(ask(&hold, 100 * MEMORY_LONGEST_WAIT_MS), MEMORY_WAIT);
	memory_delivered(last, true);
	assert_int_equal(ask(&hold, 100 * MEMORY_LONGEST_WAIT_MS), MEMORY_ANNOUNCE);
}

static void what_was_not_delivered_is_announced_at_once_and_waits_from_the_start(void **state)
{
	struct hold hold = hold_of("show", 1);

	(void)state;
	assert_int_equal(ask_and_deliver(&hold, 0), MEMORY_ANNOUNCE);
	assert_int_equal(ask(&hold, MEMORY_FIRST_WAIT_MS), MEMORY_ANNOUNCE);
	memory_delivered(last, false);
	assert_int_equal(ask_and_deliver(&hold, MEMORY_FIRST_WAIT_MS), MEMORY_ANNOUNCE);
	assert_int_equal(ask_and_deliver(&hold, 2 * MEMORY_FIRST_WAIT_MS - 1), MEMORY_WAIT);
	assert_int_equal(ask_and_deliver(&hold, 2 * MEMORY_FIRST_WAIT_MS), MEMORY_ANNOUNCE);
}

static void an_extended_hold_that_lapses_again_counts_as_new(void **state)
{
	struct hold hold = hold_of("show", 1);

	(void)state;
	assert_int_equal(ask_and_deliver(&hold, 0), MEMORY_ANNOUNCE);
	hold.reserved_until_us++;
	assert_int_equal(ask_and_deliver(&hold, 1), MEMORY_ANNOUNCE);
	assert_int_equal(ask_and_deliver(&hold, MEMORY_FIRST_WAIT_MS), MEMORY_WAIT);
	assert_int_equal(ask_and_deliver(&hold, MEMORY_FIRST_WAIT_MS + 1), MEMORY_ANNOUNCE);
	assert_int_equal(memory_count(memory), 1);
}

static void one_reservation_id_in_two_shows_is_two_holds(void **state)
{
	struct hold one = hold_of("show", 1), other = hold_of("show-b", 1);

	(void)state;
	assert_int_equal(ask_and_deliver(&one, 0), MEMORY_ANNOUNCE);
	assert_int_equal(ask_and_deliver(&other, 0), MEMORY_ANNOUNCE);
	assert_int_equal(ask_and_deliver(&one, 0), MEMORY_WAIT);
	assert_int_equal(memory_count(memory), 2);
}

static void the_longest_show_id_is_remembered(void **state)
{
	char a[SHOW_ID_BYTES_MAX + 1] = {0}, b[SHOW_ID_BYTES_MAX + 1] = {0};
	struct hold one, other;

	(void)state;
	memset(a, 'x', SHOW_ID_BYTES_MAX);
	memset(b, 'x', SHOW_ID_BYTES_MAX);
	b[SHOW_ID_BYTES_MAX - 1] = 'y';
	one = hold_of(a, 1);
	other = hold_of(b, 1);
	assert_int_equal(ask_and_deliver(&one, 0), MEMORY_ANNOUNCE);
	assert_int_equal(ask_and_deliver(&other, 0), MEMORY_ANNOUNCE);
	assert_int_equal(ask_and_deliver(&other, 0), MEMORY_WAIT);
}

static void what_a_round_did_not_ask_for_is_forgotten(void **state)
{
	struct hold ended = hold_of("show", 1), held = hold_of("show", 2);

	(void)state;
	assert_int_equal(ask_and_deliver(&ended, 0), MEMORY_ANNOUNCE);
	assert_int_equal(ask_and_deliver(&held, 0), MEMORY_ANNOUNCE);
	memory_sweep(memory, MEMORY_ALL);
	assert_int_equal(memory_count(memory), 2);
	memory_begin(memory);
	assert_int_equal(ask_and_deliver(&held, 1), MEMORY_WAIT);
	memory_sweep(memory, MEMORY_ALL);
	assert_int_equal(memory_count(memory), 1);
	assert_int_equal(ask_and_deliver(&ended, 1), MEMORY_ANNOUNCE);
	assert_int_equal(ask_and_deliver(&held, 1), MEMORY_WAIT);
}

static void what_is_being_sent_is_not_forgotten(void **state)
{
	struct hold hold = hold_of("show", 1);

	(void)state;
	assert_int_equal(ask(&hold, 0), MEMORY_ANNOUNCE);
	memory_begin(memory);
	memory_sweep(memory, MEMORY_ALL);
	assert_int_equal(memory_count(memory), 1);
	memory_delivered(last, true);
	memory_begin(memory);
	memory_sweep(memory, MEMORY_ALL);
	assert_int_equal(memory_count(memory), 0);
}

static void a_full_partition_leaves_room_for_the_others(void **state)
{
	char other_id[24] = "";
	struct hold hold, other;
	int32_t full = partition_of_key("show", 4, PARTITIONS);

	(void)state;
	for (uint8_t n = 0; n < 4; n++) {
		hold = hold_of("show", n);
		assert_int_equal(ask_and_deliver(&hold, 0), MEMORY_ANNOUNCE);
	}
	hold = hold_of("show", 4);
	assert_int_equal(ask(&hold, 0), MEMORY_FULL);
	for (int i = 0; !other_id[0] ||
	                partition_of_key(other_id, strlen(other_id), PARTITIONS) == full; i++)
		snprintf(other_id, sizeof other_id, "other-%d", i);
	other = hold_of(other_id, 4);
	assert_int_equal(ask_and_deliver(&other, 0), MEMORY_ANNOUNCE);
	/* Those inside keep their waits, and one that ends makes room. */
	hold = hold_of("show", 0);
	assert_int_equal(ask_and_deliver(&hold, 1), MEMORY_WAIT);
	memory_begin(memory);
	for (uint8_t n = 1; n < 4; n++) {
		hold = hold_of("show", n);
		assert_int_equal(ask_and_deliver(&hold, 1), MEMORY_WAIT);
	}
	memory_sweep(memory, MEMORY_ALL);
	hold = hold_of("show", 4);
	assert_int_equal(ask_and_deliver(&hold, 1), MEMORY_ANNOUNCE);
}

static void a_share_is_at_least_one_hold(void **state)
{
	struct hold one = hold_of("show", 1), other = hold_of("show", 2);
	struct memory *small = memory_open(1, 100);

	(void)state;
	assert_non_null(small);
	memory_begin(small);
	assert_int_equal(memory_ask(small, &one, 0, &last), MEMORY_ANNOUNCE);
	assert_int_equal(memory_ask(small, &other, 0, &last), MEMORY_FULL);
	memory_close(small);
}

static void what_a_round_did_not_come_to_is_kept(void **state)
{
	struct hold early = hold_of("show", 1), late = hold_of("show", 2);

	(void)state;
	late.reserved_until_us = early.reserved_until_us + 1;
	assert_int_equal(ask_and_deliver(&early, 0), MEMORY_ANNOUNCE);
	assert_int_equal(ask_and_deliver(&late, 0), MEMORY_ANNOUNCE);
	memory_begin(memory);
	memory_sweep(memory, early.reserved_until_us);
	assert_int_equal(memory_count(memory), 2);
	memory_sweep(memory, late.reserved_until_us);
	assert_int_equal(memory_count(memory), 1);
	assert_int_equal(ask_and_deliver(&late, 1), MEMORY_WAIT);
}

static void a_share_has_its_limit(void **state)
{
	struct memory *large = memory_open(MEMORY_SHARE_MAX + 1, 1);
	struct hold hold = hold_of("show", 0);

	(void)state;
	assert_non_null(large);
	memory_begin(large);
	for (int i = 0; i <= MEMORY_SHARE_MAX; i++) {
		memcpy(hold.reservation_id.bytes, &i, sizeof i);
		assert_int_equal(memory_ask(large, &hold, 0, &last),
		                 i < MEMORY_SHARE_MAX ? MEMORY_ANNOUNCE : MEMORY_FULL);
	}
	memory_close(large);
}

int main(void)
{
#define SENTENCE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    SENTENCE(a_hold_is_announced_once_and_again_only_after_the_wait),
	    SENTENCE(the_wait_doubles_up_to_its_longest),
	    SENTENCE(what_is_being_sent_is_not_sent_again_however_long_it_takes),
	    SENTENCE(what_was_not_delivered_is_announced_at_once_and_waits_from_the_start),
	    SENTENCE(an_extended_hold_that_lapses_again_counts_as_new),
	    SENTENCE(one_reservation_id_in_two_shows_is_two_holds),
	    SENTENCE(the_longest_show_id_is_remembered),
	    SENTENCE(what_a_round_did_not_ask_for_is_forgotten),
	    SENTENCE(what_is_being_sent_is_not_forgotten),
	    SENTENCE(a_full_partition_leaves_room_for_the_others),
	    SENTENCE(a_share_is_at_least_one_hold),
	    SENTENCE(a_share_has_its_limit),
	    SENTENCE(what_a_round_did_not_come_to_is_kept),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
