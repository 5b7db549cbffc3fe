/* Records as read: headers, giving them back. */
#include "common/base/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int given;

static void give(struct record *r)
{
	given += r->handle != NULL;
}

static void a_record_is_given_back_once(void **state)
{
	struct record record = {.handle = &given, .give = give};

	(void)state;
	record_give(&record);
	record_give(&record);
	assert_int_equal(given, 1);
	assert_null(record.handle);
}

static void the_last_header_of_a_name_counts(void **state)
{
	struct record_header headers[] = {
		{{"a", 1}, {"1", 1}}, {{"b", 1}, {"2", 1}}, {{"a", 1}, {"3", 1}}};
	const struct record record = {.headers = headers, .header_count = 3};

	(void)state;
	assert_ptr_equal(record_header_last(&record, "a"), &headers[2]);
	assert_ptr_equal(record_header_last(&record, "b"), &headers[1]);
	assert_null(record_header_last(&record, "c"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_given_back_once),
		cmocka_unit_test(the_last_header_of_a_name_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
