/* What an error makes of the exit code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/program/program.h"

static void the_exit_code_says_what_an_operator_has_to_look_at(void **state)
{
	static const struct {
		enum rc rc;
		enum origin origin;
		enum exit_code code;
	} cases[] = {
	    {RC_OK, FROM_KAFKA, EXIT_DONE},           {RC_FATAL, FROM_PROGRAM, EXIT_INTERNAL},
	    {RC_USAGE, FROM_SETTINGS, EXIT_USAGE},    {RC_FATAL, FROM_PIPELINE, EXIT_MISMATCH},
	    {RC_FENCED, FROM_PIPELINE, EXIT_MISMATCH}, {RC_REOPEN, FROM_DATABASE, EXIT_DATABASE_LOST},
	    {RC_FATAL, FROM_DATABASE, EXIT_USAGE},    {RC_RETRY, FROM_KAFKA, EXIT_KAFKA_LOST},
	    {RC_REJECT, FROM_AUDIT, EXIT_DIFFERENCE}, {RC_REJECT, FROM_REPLY, EXIT_REJECTED},
	    {RC_RETRY, FROM_REPLY, EXIT_NO_REPLY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err e;

		(void)err_set(&e, cases[i].rc, cases[i].origin, "why");
		assert_int_equal(exit_code_of(&e), cases[i].code);
	}
}

static void only_what_a_pause_or_a_session_does_not_mend_is_final(void **state)
{
	(void)state;
	assert_false(rc_is_final(RC_OK) || rc_is_final(RC_RETRY) || rc_is_final(RC_REOPEN));
	assert_true(rc_is_final(RC_REJECT) && rc_is_final(RC_FENCED) && rc_is_final(RC_USAGE) &&
	            rc_is_final(RC_FATAL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_exit_code_says_what_an_operator_has_to_look_at),
	    cmocka_unit_test(only_what_a_pause_or_a_session_does_not_mend_is_final),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
