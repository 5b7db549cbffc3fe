/* Parameters of a query: found, decoded, refused. */
#include "common/http/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *query, const char *name, enum query_found expected, const char *value)
{
	/* As long as it is and no longer, for the sanitizer. */
	size_t bytes = query ? strlen(query) : 0;
	char *copy = bytes ? test_malloc(bytes) : NULL;
	struct buf found = {0};

	buf_add_string(&found, "of before");
	if (bytes)
		memcpy(copy, query, bytes);
	if (query_find((struct text){copy, bytes}, name, &found) != expected)
		fail_msg("%s: not as expected", query);
	if (!text_same(buf_text(&found), text_of(value)))
		fail_msg("%s: %s", query, found.data);
	buf_release(&found);
	test_free(copy);
}

static void a_parameter_is_found_by_its_name_and_decoded(void **state)
{
	(void)state;
	expect("show_id=a", "show_id", QUERY_FOUND, "a");
	expect("a=1&show_id=x%2Fy%3az&b", "show_id", QUERY_FOUND, "x/y:z");
	expect("show%5Fid=a+b%2B", "show_id", QUERY_FOUND, "a b+");
	expect("a=b=c", "a", QUERY_FOUND, "b=c");
	expect("b", "b", QUERY_FOUND, "");
	expect("&&b=&", "b", QUERY_FOUND, "");
	expect("a=%C3%a4%25", "a", QUERY_FOUND, "\xc3\xa4%");
}

static void what_is_not_there_is_absent(void **state)
{
	(void)state;
	expect(NULL, "a", QUERY_ABSENT, "");
	expect("", "a", QUERY_ABSENT, "");
	expect("aa=1&A=1&=a&b=a", "a", QUERY_ABSENT, "");
	expect("a%00=1", "a", QUERY_ABSENT, "");
}

static void what_is_there_twice_is_told(void **state)
{
	(void)state;
	expect("a=1&a=1", "a", QUERY_TWICE, "");
	expect("a=1&%61", "a", QUERY_TWICE, "");
	expect("a=1&b=1&b=2", "a", QUERY_FOUND, "1");
}

static void a_bad_escape_anywhere_spoils_the_query(void **state)
{
	static const char *const bad[] = {"a=%", "a=%2", "a=%zz", "a=%2g", "a=%g2", "a=1&b=%", "%=1&a=1",
	                                  "a=%%41", "a=% 41", "a=%+1"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		expect(bad[i], "a", QUERY_BAD, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_parameter_is_found_by_its_name_and_decoded),
	    cmocka_unit_test(what_is_not_there_is_absent),
	    cmocka_unit_test(what_is_there_twice_is_told),
	    cmocka_unit_test(a_bad_escape_anywhere_spoils_the_query),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
