/* What flags say of a policy: what is given and what is not, times, and what is told of it. */
#include "admin/policy_flags.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/message/limits.h"

static struct policy policy;
static struct err e;

static void expect_told(const char *expected)
{
	struct buf told = {0};

	policy_describe(&policy, &told);
	assert_string_equal(buf_text(&told).data, expected);
	buf_release(&told);
}

static void nothing_is_given_by_itself(void **state)
{
	struct settings s = {0};

	(void)state;
	assert_int_equal(policy_read(&policy, &s, &e), RC_OK);
	assert_int_equal(policy.given, 0);
	expect_told("");
	assert_int_equal(policy_complete(&policy, &e), RC_OK);
	assert_int_equal(policy.given,
	                 POLICY_HOLD_SECONDS | POLICY_MAX_HOLD_SECONDS | POLICY_MAX_SEATS);
	expect_told("holds of 600 s, at most 1800 s, at most 10 seats each");
}

static void what_is_given_is_told(void **state)
{
	struct settings s = {.title = (char[]){"\xc3\x96per"}, .hold_seconds = 60, .open = true,
	                     .on_sale_from = (char[]){"2026-12-01T10:00:00+01:00"},
	                     .on_sale_until = (char[]){"always"}, .singles = (char[]){"refuse"}};

	(void)state;
	assert_int_equal(policy_read(&policy, &s, &e), RC_OK);
	assert_int_equal(policy.given, POLICY_TITLE | POLICY_HOLD_SECONDS | POLICY_ON_SALE_FROM |
	                 POLICY_ON_SALE_UNTIL | POLICY_CLOSED | POLICY_SINGLES);
	assert_false(policy.closed);
	/* 9999-12-31T23:59:59.999Z, the last instant there is. */
	assert_true(policy.on_sale.until_ms == INT64_C(253402300799999));
	expect_told("title \"\xc3\x96per\", holds of 60 s, on sale from 2026-12-01T09:00:00.000Z, open, "
	            "single seats refused");
}

static void refuses(struct settings s, const char *said)
{
	assert_int_equal(policy_read(&policy, &s, &e), RC_USAGE);
	if (!strstr(e.text, said))
		fail_msg("expected %s, found %s", said, e.text);
}

static void what_cannot_be_is_refused(void **state)
{
	struct settings s = {.hold_seconds = MAX_HOLD_SECONDS_DEFAULT + 1};

	(void)state;
	refuses((struct settings){.singles = (char[]){"no"}}, "--singles must be allow or refuse");
	refuses((struct settings){.closed = true, .open = true}, "--closed and --open");
	refuses((struct settings){.on_sale_from = (char[]){"soon"}}, "--on-sale-from must be always, now");
	refuses((struct settings){.on_sale_until = (char[]){"1969-12-31"}}, "in the years 1970 to 9999");
	refuses((struct settings){.on_sale_from = (char[]){"2026-12-01"},
	                          .on_sale_until = (char[]){"2026-12-01"}},
	        "--on-sale-from must be before --on-sale-until");
	assert_int_equal(policy_read(&policy, &s, &e), RC_OK);
	assert_int_equal(policy_complete(&policy, &e), RC_USAGE);
	assert_string_equal(e.text,
	                    "--hold-seconds (1801) must not be above --max-hold-seconds (1800)");
}

static void limits_of_a_customer_may_be_lifted(void **state)
{
	struct settings s = {.max_customer_seats = (char[]){"8"}, .max_customer_holds = (char[]){"0"}};

	(void)state;
	assert_int_equal(policy_read(&policy, &s, &e), RC_OK);
	assert_int_equal(policy.given, POLICY_MAX_CUSTOMER_SEATS | POLICY_MAX_CUSTOMER_HOLDS);
	assert_int_equal(policy.max_customer_seats, 8);
	assert_int_equal(policy.max_customer_holds, 0);
	expect_told("at most 8 seats a customer, any number of holds a customer");
	s.max_customer_seats = (char[]){"1000"};
	s.max_customer_holds = (char[]){"50"};
	assert_int_equal(policy_read(&policy, &s, &e), RC_OK);
	expect_told("at most 1000 seats a customer, at most 50 holds a customer");
	refuses((struct settings){.max_customer_seats = (char[]){"1001"}},
	        "--max-customer-seats must be 0 to 1000; 0: no limit");
	refuses((struct settings){.max_customer_holds = (char[]){"51"}},
	        "--max-customer-holds must be 0 to 50; 0: no limit");
	refuses((struct settings){.max_customer_holds = (char[]){""}}, "--max-customer-holds must be");
	refuses((struct settings){.max_customer_holds = (char[]){"2x"}}, "--max-customer-holds must be");
	refuses((struct settings){.max_customer_holds = (char[]){"-1"}}, "--max-customer-holds must be");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_given_by_itself),
	    cmocka_unit_test(what_is_given_is_told),
	    cmocka_unit_test(what_cannot_be_is_refused),
	    cmocka_unit_test(limits_of_a_customer_may_be_lifted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
