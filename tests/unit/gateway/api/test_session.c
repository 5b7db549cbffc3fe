/* Cookies, headers and tokens, and the session that stands in the topic. */
#include "gateway/api/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define VALUE "abcdefghijklmnopqrstuvwxyz_-0123" /* 32 characters */

static void a_session_is_the_digest_of_what_was_shown(void **state)
{
	struct topic_session cookie = session_of_cookie(text_of(VALUE));
	struct topic_session header = session_of_header(text_of(VALUE));

	(void)state;
	/* printf 'holdfast-gateway\0cookie\0VALUE' | openssl dgst -sha256 -binary | basenc --base64url */
	assert_string_equal(cookie.text, "746l-1IlqQYkfHJF4VHMHAEDD1LTJk5QNeRJ2P5Gm-Q");
	assert_string_equal(header.text, "wDOM32oDvZJbgi2aP6euW9Jq5S5ND_Xawi3O8vUzZKg");
	assert_int_equal(strlen(cookie.text), SESSION_CHARS);
	assert_true(session_token_is_fit(text_of(cookie.text)));
}

static void a_cookie_is_found_by_its_whole_name(void **state)
{
	static const struct {
		const char *header;
		enum cookie_found found;
	} rows[] = {
	    {"", COOKIE_NONE},
	    {"__Host-holdfast=" VALUE, COOKIE_ONE},
	    {"a=b; __Host-holdfast=" VALUE "; c=d", COOKIE_ONE},
	    {"a=b;__Host-holdfast=" VALUE ";", COOKIE_ONE},
	    {"x__Host-holdfast=" VALUE, COOKIE_NONE},
	    {"__Host-holdfastx=" VALUE, COOKIE_NONE},
	    {"__Host-holdfast", COOKIE_NONE},
	    {"__Host-holdfast=", COOKIE_NONE},
	    {"__host-holdfast=" VALUE, COOKIE_NONE},
	    {"__Host-holdfast=" VALUE "x", COOKIE_NONE},
	    {"__Host-holdfast=abcdefghijklmnopqrstuvwxyz_-012", COOKIE_NONE},
	    {"__Host-holdfast=abcdefghijklmnopqrstuvwxyz_-012=", COOKIE_NONE},
	    {"__Host-holdfast=\"" VALUE "\"", COOKIE_NONE},
	    {"__Host-holdfast=" VALUE "; __Host-holdfast=" VALUE, COOKIE_TWO},
	    {"__Host-holdfast=x; __Host-holdfast=" VALUE, COOKIE_TWO},
	};
	struct text value;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum cookie_found found = cookie_find(text_of(rows[i].header), "__Host-holdfast", &value);

		if (found != rows[i].found)
			fail_msg("%s", rows[i].header);
		if (found == COOKIE_ONE)
			assert_true(text_same(value, text_of(VALUE)));
	}
}

static void a_header_has_sixteen_characters_and_a_token_forty_three(void **state)
{
	char longest[129];

	(void)state;
	assert_false(session_header_is_fit(text_of("123456789012345")));
	assert_true(session_header_is_fit(text_of("1234567890123456")));
	assert_false(session_header_is_fit(text_of("12345678901234 6")));
	memset(longest, 'a', sizeof longest);
	assert_true(session_header_is_fit((struct text){longest, 128}));
	assert_false(session_header_is_fit((struct text){longest, 129}));
	assert_true(session_token_is_fit((struct text){longest, 43}));
	assert_false(session_token_is_fit((struct text){longest, 42}));
	assert_false(session_token_is_fit((struct text){longest, 44}));
	longest[42] = '.';
	assert_false(session_token_is_fit((struct text){longest, 43}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_session_is_the_digest_of_what_was_shown),
	    cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
	    cmocka_unit_test(a_header_has_sixteen_characters_and_a_token_forty_three),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
