/* What a request would like: Prefer, Accept, Accept-Encoding. */
#include "gateway/api/preferences.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void prefer_is_read_by_its_grammar(void **state)
{
	static const struct {
		const char *prefer;
		int64_t wait_ms;
		bool is_async;
	} rows[] = {
	    {"wait=3", 3000, false},
	    {"wait = 3", 3000, false},
	    {"wait=\"3\"", 3000, false},
	    {"WAIT=3;x=\"a,b\" , Respond-Async", 3000, true},
	    {"respond-async;foo=1", 0, true},
	    {"wait=0", 1, false}, /* no longer than can be helped */
	    {"wait=1, wait=2", 1000, false},
	    {"x=\"respond-async, wait=1\"", 0, false},
	    {"wait=99999999999999999999", INT64_C(9999999000), false},
	    {"wait", 0, false},
	    {"wait=", 0, false},
	    {"wait=-1", 0, false},
	    {"wait=1s", 0, false},
	    {"wait=\"", 0, false},
	    {"waits=1,respond-asynchronous", 0, false},
	    {",,;,=,", 0, false},
	    {"", 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct preferences read = {.wait_ms = 0};

		preferences_read(&read, text_of(rows[i].prefer));
		if (read.wait_ms != rows[i].wait_ms || read.is_async != rows[i].is_async)
			fail_msg("%s: %lld, %d", rows[i].prefer, (long long)read.wait_ms, read.is_async);
	}
}

static void accept_is_read_by_its_grammar(void **state)
{
	static const struct {
		const char *accept;
		bool takes, names;
	} rows[] = {
	    {NULL, true, false},
	    {"", true, false},
	    {"*/*", true, false},
	    {"application/*", true, false},
	    {"application/json", true, true},
	    {"Application/JSON ; charset=utf-8", true, true},
	    {"text/html, application/json;q=0.1", true, true},
	    {"text/html, */*;q=0.8", true, false},
	    {"text/html", false, false},
	    {"application/json;q=0", false, false},
	    {"application/json; Q=0.000, */*", false, false},
	    {"application/json;q=0.001, */*;q=0", true, true},
	    {"application/*;q=0, */*", false, false},
	    {"*/*;q=0", false, false},
	    {"text/plain;x=\", application/json\"", false, false},
	    {"application/jsonp", false, false},
	    {"applications/*", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (accept_takes(text_of(rows[i].accept), "application/json") != rows[i].takes ||
		    accept_names(text_of(rows[i].accept), "application/json") != rows[i].names)
			fail_msg("%s", rows[i].accept ? rows[i].accept : "none");
}

static void gzip_must_be_named(void **state)
{
	(void)state;
	assert_true(accept_encoding_takes_gzip(text_of("gzip")));
	assert_true(accept_encoding_takes_gzip(text_of("br, GZIP;q=0.5")));
	assert_false(accept_encoding_takes_gzip(text_of("gzip;q=0.0")));
	assert_false(accept_encoding_takes_gzip(text_of("*")));
	assert_false(accept_encoding_takes_gzip(text_of("x-gzip, br")));
	assert_false(accept_encoding_takes_gzip(text_of(NULL)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prefer_is_read_by_its_grammar),
	    cmocka_unit_test(accept_is_read_by_its_grammar),
	    cmocka_unit_test(gzip_must_be_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
