/* What is told of a request that is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/http/glance.h"

static void expect(const char *bytes, const char *value)
{
	struct text found = glance_header(text_of(bytes), "Origin");

	if (!value)
		assert_null(found.data);
	else if (!found.data || !text_same(found, text_of(value)))
		fail_msg("\"%s\": \"%.*s\"", bytes, TEXT_ARGS(found));
}

static void a_header_is_found_in_what_came(void **state)
{
	(void)state;
	expect("GET / HTTP/1.1\r\nHost: x\r\nOrigin: https://a\r\n\r\n", "https://a");
	expect("GET / HTTP/1.1\nORIGIN:\t https://a \t\nB", "https://a");
	expect("Origin: \r\n", "");
	expect("Origin:\n", "");
}

static void what_is_not_there_whole_and_once_is_not_found(void **state)
{
	(void)state;
	expect("", NULL);
	expect("\n", NULL);
	expect("GET / HTTP/1.1\r\n\r\nOrigin: https://a\r\n", NULL);
	expect("GET / HTTP/1.1\n\nOrigin: https://a\n", NULL);
	expect("GET / HTTP/1.1\r\nOrigin: https://a", NULL);
	expect("GET / HTTP/1.1\r\nOrigin : https://a\r\n", NULL);
	expect("GET / HTTP/1.1\r\nOrigins: https://a\r\nOrigi: b\r\n Origin: c\r\n", NULL);
	expect("Origin: https://a\001\r\n", NULL);
	expect("Origin: https://a\r\norigin: https://a\r\n", NULL);
}

static void a_head_is_known_by_its_method(void **state)
{
	(void)state;
	assert_true(glance_is_head(text_of("HEAD /")));
	assert_false(glance_is_head(text_of("HEAD")));
	assert_false(glance_is_head(text_of("HEADS /")));
	assert_false(glance_is_head(text_of("head /")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_header_is_found_in_what_came),
	    cmocka_unit_test(what_is_not_there_whole_and_once_is_not_found),
	    cmocka_unit_test(a_head_is_known_by_its_method),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
