/* Lists of names and values. */
#include "common/base/pairs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_later_pair_of_a_name_replaces_the_first_and_comes_last(void **state)
{
	struct pairs pairs = {0};
	struct err e;

	(void)state;
	assert_int_equal(pairs_set(&pairs, "ab", 1, "1", 1, &e), RC_OK);
	assert_int_equal(pairs_set(&pairs, "b", 1, "2", 1, &e), RC_OK);
	assert_int_equal(pairs_set(&pairs, "a", 1, "345", 2, &e), RC_OK);
	assert_int_equal(pairs.count, 2);
	assert_string_equal(pairs.names[0], "b");
	assert_string_equal(pairs.names[1], "a");
	assert_string_equal(pairs.values[1], "34");
	pairs_release(&pairs);
	assert_int_equal(pairs.count, 0);
	assert_null(pairs.names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_later_pair_of_a_name_replaces_the_first_and_comes_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
