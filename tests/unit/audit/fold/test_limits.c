/* The audit's own limits beside those of the worker: they must be equal. */
#include "audit/fold/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "worker/lane/dead_letter.h"
#include "worker/lane/messages.h"

static void the_worker_and_the_audit_know_the_same_limits(void **state)
{
	(void)state;
	assert_int_equal(CLAIM_LASTS_MS, CLAIM_MS);
	assert_int_equal(PASSED_ON_BYTES_MAX, COPIED_HEADER_BYTES_MAX);
	assert_int_equal(KEY_BYTES_MAX, COPIED_KEY_BYTES_MAX);
	assert_int_equal(KEY_BYTES_MAX, DEAD_LETTER_KEY_BYTES_MAX);
	assert_int_equal(LETTER_VALUE_BYTES_MAX, DEAD_LETTER_VALUE_BYTES_MAX);
	assert_int_equal(LETTER_HEADERS_BYTES_MAX, DEAD_LETTER_HEADERS_BYTES_MAX);
	assert_int_equal(LETTER_HEADERS_MAX, DEAD_LETTER_HEADERS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worker_and_the_audit_know_the_same_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
