/* How a shadow stands: its page, its metrics, and nothing of either where there is no shadow. */
#include "worker/figures/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_worker_that_is_none_prints_nothing(void **state)
{
	const struct tally tally = {.decided = 1};
	struct buf text = {0};

	(void)state;
	tally_set(0, &tally);
	tally_say(0, "why");
	tally_print_requests(&text, "n");
	tally_print_shows(&text, "n");
	tally_print_offsets(&text, "n");
	tally_explain(&text);
	assert_int_equal(text.bytes, 0);
}

static void counts_are_added_up(void **state)
{
	const struct tally first = {.decided = 12, .compared = 10, .end = 15, .counts = {1, 2, 3, 4},
	                            .shows = 2};
	const struct tally second = {.decided = 7, .compared = 7, .end = 7, .counts = {10, 0, 1, 0},
	                             .shows = 1};
	struct buf text = {0};
	struct tally all;
	struct err e;

	(void)state;
	assert_int_equal(tally_open(3, &e), RC_OK);
	tally_set(0, &first);
	tally_set(2, &second);
	tally_set(3, &second); /* there is none */
	tally_say(0, "");
	tally_say(2, "a server is not there");
	all = tally_all();
	assert_int_equal(all.counts.same, 11);
	assert_int_equal(all.shows, 3);
	assert_int_equal(all.end, 5); /* the third is not known yet */
	assert_int_equal(tally_sum(&all.counts), 21);
	tally_print_requests(&text, "n");
	assert_string_equal(text.data, "n{result=\"same\"} 11\nn{result=\"reworded\"} 2\n"
	                               "n{result=\"different\"} 4\nn{result=\"unseen\"} 4\n");
	buf_clear(&text);
	tally_print_shows(&text, "n");
	assert_string_equal(text.data, "n 3\n");
	buf_clear(&text);
	tally_print_offsets(&text, "n");
	assert_non_null(strstr(text.data, "n{partition=\"0\",kind=\"compared\"} 10\n"));
	assert_non_null(strstr(text.data, "n{partition=\"2\",kind=\"end\"} 7\n"));
	assert_null(strstr(text.data, "partition=\"1\""));
	buf_clear(&text);
	tally_explain(&text);
	assert_string_equal(text.data, "partition 1: starting\npartition 2: a server is not there\n");
	buf_clear(&text);
	tally_print_page(&text);
	assert_non_null(strstr(text.data, "A shadow"));
	assert_non_null(strstr(text.data, "4 different in 3 shows"));
	assert_non_null(strstr(text.data, "follows"));
	buf_release(&text);
	tally_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_worker_that_is_none_prints_nothing),
	    cmocka_unit_test(counts_are_added_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
