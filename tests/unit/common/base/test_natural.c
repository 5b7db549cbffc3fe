/* Names as people count them. */
#include "common/base/natural.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int compare(const char *a, const char *b)
{
	return natural_compare(text_of(a), text_of(b));
}

static void names_are_compared_as_people_count(void **state)
{
	static const char *const in_order[] = {"", "02", "2", "2a", "10", "A2", "A10", "A10b", "B1"};

	(void)state;
	for (size_t i = 0; i < sizeof in_order / sizeof in_order[0]; i++)
		for (size_t j = 0; j < sizeof in_order / sizeof in_order[0]; j++) {
			int order = compare(in_order[i], in_order[j]);

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_compared_as_people_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
