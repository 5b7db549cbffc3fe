/* Passwords in URLs and keywords, and names that tell of a secret. */
#include "common/base/mask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_password_is_masked_wherever_libpq_takes_it(void **state)
{
	static const char *const cases[][2] = {
		{"postgresql://u:p@h:1/d", "postgresql://u:***@h:1/d"},
		{"postgres://u@h/d?password=p&a=b", "postgres://u@h/d?password=***&a=b"},
		{"postgres://u@h/d?a=b&sslpassword=p", "postgres://u@h/d?a=b&sslpassword=***"},
		{"postgres://u@h/d?pass%77ord=p&a=b", "postgres://u@h/d?pass%77ord=***&a=b"},
		{"postgres://u:a@b@h/d", "postgres://u:***@h/d"},
		{"postgres://u:a/b@h/d", "***"},
		{"postgres://h:5432/d", "postgres://h:5432/d"},
		{"host=h password=p user=u", "host=h password=*** user=u"},
		{"password = 'p \\' q' user=u", "password=*** user=u"},
		{"host='a b'", "host='a b'"},
		{"password='p", "***"},
		{"password=\r\np=q", "password=***"},
		{"hunter2", "***"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf b = {0};

		mask_url(cases[i][0], &b);
		assert_string_equal(b.data, cases[i][1]);
		buf_release(&b);
	}
}

static void expect_mask(const char *text, const char *expected)
{
	struct buf shown = {0};

	mask_urls(text, &shown);
	assert_string_equal(shown.data, expected);
	buf_release(&shown);
}

static void passwords_are_masked_in_every_entry(void **state)
{
	(void)state;
	expect_mask("0-3=postgresql://me:hunter2@a/x, 4-7=host=b password=hunter2",
	            "0-3=postgresql://me:***@a/x,4-7=host=b password=***");
	expect_mask("postgresql://me:hunter2@a/x", "***");
	/* A comma in a password that is not escaped: a part of it would be shown. */
	expect_mask("0-3=postgresql://me:hunt,4=er2@a/x", "***");
}

static void a_name_tells_of_a_secret_in_any_case(void **state)
{
	(void)state;
	assert_true(mask_name_is_secret("ssl.key.PASSWORD"));
	assert_true(mask_name_is_secret("sasl.oauthbearer.config"));
	assert_true(mask_name_is_secret("sasl.oauthbearer.extensions"));
	assert_true(mask_name_is_secret("sasl.kerberos.kinit.cmd"));
	assert_false(mask_name_is_secret("sasl.username"));
	assert_false(mask_name_is_secret("client.id"));
	assert_false(mask_name_is_secret(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_is_masked_wherever_libpq_takes_it),
		cmocka_unit_test(passwords_are_masked_in_every_entry),
		cmocka_unit_test(a_name_tells_of_a_secret_in_any_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
