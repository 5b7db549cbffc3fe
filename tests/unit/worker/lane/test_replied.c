/* Which offsets have their reply. */
#include "worker/lane/replied.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FAR INT64_C(3000000)

static void what_was_noted_is_there_and_nothing_else(void **state)
{
	struct replied r = {0};

	(void)state;
	assert_false(replied_has(&r, 0));
	replied_begin(&r, 5, INT64_MAX);
	assert_int_equal(r.end, 5);
	assert_true(replied_note(&r, FAR)); /* past what there is room for */
	assert_true(replied_note(&r, 5));
	assert_true(replied_note(&r, 7));
	assert_true(replied_note(&r, 7));
	for (int64_t offset = 0; offset < FAR + 100; offset++)
		if (replied_has(&r, offset) != (offset == 5 || offset == 7 || offset == FAR))
			fail_msg("offset %lld", (long long)offset);
	assert_int_equal(r.end, FAR + 1);
	replied_release(&r);
	assert_false(replied_has(&r, 5));
}

static void what_lies_outside_is_not_noted(void **state)
{
	struct replied r = {0};

	(void)state;
	replied_begin(&r, 5, 8);
	assert_true(replied_note(&r, 4));
	assert_true(replied_note(&r, 8));
	assert_true(replied_note(&r, INT64_MAX - 1));
	assert_int_equal(r.end, 5);
	assert_false(replied_has(&r, 4));
	assert_false(replied_has(&r, 8));
	assert_true(replied_note(&r, 7));
	assert_int_equal(r.end, 8);
	replied_begin(&r, 7, 8); /* from the beginning */
	assert_false(replied_has(&r, 7));
	replied_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_noted_is_there_and_nothing_else),
	    cmocka_unit_test(what_lies_outside_is_not_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
