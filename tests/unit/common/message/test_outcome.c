/* The table of outcomes: codes, reasons, and the types that may come to each. */
#include "common/message/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void every_outcome_is_found_by_its_code_and_reason(void **state)
{
	(void)state;
	for (int o = 0; o < OUTCOME_COUNT; o++) {
		enum outcome outcome = (enum outcome)o;
		struct text reason = text_of(outcome_reason(outcome));

		assert_int_equal(outcome_of(outcome_code(outcome), reason), o);
		assert_true(outcome_message(outcome)[0] != '\0');
	}
	assert_int_equal(outcome_of(200, text_of("ALREADY_CONFIRMED")), OUTCOME_ALREADY_CONFIRMED);
	assert_int_equal(outcome_of(409, text_of("ALREADY_CONFIRMED")), OUTCOME_CONFIRMED_BEFORE);
	assert_int_equal(outcome_of(409, text_of("RESERVED")), OUTCOME_COUNT);
	assert_int_equal(outcome_of(200, text_of("reserved")), OUTCOME_COUNT);
	assert_int_equal(outcome_of(200, text_of(NULL)), OUTCOME_COUNT);
}


static void only_what_is_no_refusal_is_accepted(void **state)
{
	(void)state;
	assert_true(outcome_is_accepted(OUTCOME_RESERVED));
	assert_true(outcome_is_accepted(OUTCOME_ALREADY_CONFIRMED));
	assert_false(outcome_is_accepted(OUTCOME_CONFIRMED_BEFORE));
	assert_false(outcome_is_accepted(OUTCOME_INVALID_REQUEST));
}

static size_t types_of(enum outcome o)
{
	size_t count = 0;

	for (int type = 0; type < REQUEST_TYPE_COUNT; type++)
		count += outcome_is_of(o, (enum request_type)type);
	return count;
}

static void an_outcome_is_of_the_types_that_may_come_to_it(void **state)
{
	(void)state;
	assert_int_equal(types_of(OUTCOME_INVALID_REQUEST), REQUEST_TYPE_COUNT);
	assert_true(outcome_is_of(OUTCOME_WRONG_PARTITION, REQUEST_NONE));
	assert_int_equal(types_of(OUTCOME_IDEMPOTENCY_MISMATCH), REQUEST_TYPE_COUNT - 2);
	assert_false(outcome_is_of(OUTCOME_IDEMPOTENCY_MISMATCH, REQUEST_NONE));
	assert_false(outcome_is_of(OUTCOME_IDEMPOTENCY_MISMATCH, REQUEST_EXPIRE));
	assert_int_equal(types_of(OUTCOME_NOTHING_HELD), 2);
	assert_true(outcome_is_of(OUTCOME_NOTHING_HELD, REQUEST_RELEASE));
	assert_true(outcome_is_of(OUTCOME_NOTHING_HELD, REQUEST_EXPIRE));
}

static void every_outcome_is_of_some_type_and_every_type_is_accepted_somehow(void **state)
{
	(void)state;
	for (int o = 0; o < OUTCOME_COUNT; o++)
		assert_true(types_of((enum outcome)o) > 0);
	for (int type = REQUEST_NONE + 1; type < REQUEST_TYPE_COUNT; type++) {
		bool is_accepted = false;

		for (int o = 0; o < OUTCOME_COUNT; o++)
			is_accepted |= outcome_is_accepted((enum outcome)o) &&
			               outcome_is_of((enum outcome)o, (enum request_type)type);
		assert_true(is_accepted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_outcome_is_found_by_its_code_and_reason),
		cmocka_unit_test(only_what_is_no_refusal_is_accepted),
		cmocka_unit_test(an_outcome_is_of_the_types_that_may_come_to_it),
		cmocka_unit_test(every_outcome_is_of_some_type_and_every_type_is_accepted_somehow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
