/*
 * Two customers in two windows of Chromium, one seat, a real pipeline; and the gateway killed and
 * started again while they look. What only the pages have to do with is tests/web/pages.
 *
 * tests/run: plain
 */
#include "tests/integration/shell.h"

#define BUILD "${HOLDFAST_BUILD:-build}/"

static long worker;

static int set_up(void **state)
{
	int failed = rig_make(state);

	if (!failed)
		worker = rig_start("holdfast-worker", NULL);
	return failed;
}

static void one_seat_is_held_by_one_and_the_other_is_told(void **state)
{
	const char *said;

	(void)state;
	(void)shell_run("seq -f A%%g 6 | " BUILD "holdfast-admin show create evening-1 --seats=- 2>&1");
	said = shell_run("node tests/web/pages/customers.mjs evening-1 2>&1; echo exit $?");
	assert_string_equal(said, "one toast for who lost the seat\n"
	                          "none for who has it\n"
	                          "both maps are right after the gateway was killed\n"
	                          "exit 0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_seat_is_held_by_one_and_the_other_is_told),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
