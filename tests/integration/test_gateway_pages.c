/*
 * What a gateway serves as it is: the seat map, the demo's pages, the pages of problems; to whom, with
 * which policy, how long it is kept; and the list of shows.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/integration/shell.h"
#include "tests/integration/web.h"

#define SEAT_MAP "/holdfast-seat-map.js"

static long worker;

static int set_up(void **state)
{
	int failed = rig_make(state);

	if (!failed)
		worker = rig_start("holdfast-worker", NULL);
	return failed;
}

static void expect_header(const struct web_answer *answer, const char *name, const char *value)
{
	assert_string_equal(web_header(answer, name), value);
}

static void a_page_is_kept_as_long_as_it_is_the_same(void **state)
{
	static const struct {
		const char *path, *type, *begin;
	} pages[] = {
	    {"/", "text/html; charset=utf-8", "<!doctype html>"},
	    {"/demo/?show_id=a/b", "text/html; charset=utf-8", "<!doctype html>"},
	    {"/demo/demo.js", "text/javascript; charset=utf-8", "import { make } from"},
	    {"/demo/shows.js", "text/javascript; charset=utf-8", "import { saleOf } from"},
	    {"/demo/sale.js", "text/javascript; charset=utf-8", "const day"},
	    {"/demo/demo.css", "text/css; charset=utf-8", "main{"},
	    {"/demo/shows.css", "text/css; charset=utf-8", "main{"},
	    {"/demo/page.css", "text/css; charset=utf-8", ":root{"},
	    {"/demo/icon.svg", "image/svg+xml", "<svg"},
	    {SEAT_MAP, "text/javascript; charset=utf-8", "const TEXTS={"},
	};
	struct web web = web_start("--demo", NULL, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		struct web_answer answer = web_ask(&web, "GET", pages[i].path, "", NULL);
		char same[80];

		assert_int_equal(answer.status, 200);
		assert_memory_equal(answer.body, pages[i].begin, strlen(pages[i].begin));
		expect_header(&answer, "Content-Type", pages[i].type);
		expect_header(&answer, "Cache-Control", "no-cache");
		expect_header(&answer, "X-Content-Type-Options", "nosniff");
		snprintf(same, sizeof same, "If-None-Match: W/\"x\", %s\r\n", web_header(&answer, "ETag"));
		answer = web_ask(&web, "GET", pages[i].path, same, NULL);
		assert_int_equal(answer.status, 304);
		assert_string_equal(answer.body, "");
		answer = web_ask(&web, "GET", pages[i].path, "If-None-Match: \"0123456789abcdef\"\r\n", NULL);
		assert_int_equal(answer.status, 200);
	}
	web_expect(web_ask(&web, "GET", "/demo/nothing", "", NULL), 404, "NOT_FOUND");
	assert_int_equal(rig_stop(web.pid, SIGTERM), 0);
}

static void a_page_may_have_no_script_but_ours(void **state)
{
	struct web web = web_start(NULL, NULL, NULL);
	struct web_answer answer = web_ask(&web, "GET", "/", "", NULL);
	char policy[300];

	(void)state;
	snprintf(policy, sizeof policy,
	         "default-src 'self'; connect-src 'self' ws://%s wss://%s; frame-ancestors 'none'; "
	         "base-uri 'none'", web.address, web.address);
	expect_header(&answer, "Content-Security-Policy", policy);
	expect_header(&answer, "Access-Control-Allow-Origin", "");
	answer = web_ask(&web, "GET", "/problems/seats_taken", "Origin: https://example.org\r\n", NULL);
	expect_header(&answer, "Access-Control-Allow-Origin", "*");
	expect_header(&answer, "Content-Security-Policy", policy);
	assert_non_null(strstr(answer.body, "<code>SEATS_TAKEN</code>"));
	answer = web_ask(&web, "GET", "/problems/page.css", "", NULL);
	assert_int_equal(answer.status, 200);
	answer = web_ask(&web, "GET", SEAT_MAP, "Origin: https://example.org\r\n", NULL);
	expect_header(&answer, "Access-Control-Allow-Origin", "*");
	assert_int_equal(rig_stop(web.pid, SIGTERM), 0);
}

static void pages_can_be_taken_away_but_not_the_map(void **state)
{
	struct web web = web_start("--demo", "--pages=false", NULL);

	(void)state;
	web_expect(web_ask(&web, "GET", "/", "", NULL), 404, "NOT_FOUND");
	web_expect(web_ask(&web, "GET", "/demo/", "", NULL), 404, "NOT_FOUND");
	web_expect(web_ask(&web, "GET", "/demo/demo.css", "", NULL), 404, "NOT_FOUND");
	web_expect(web_ask(&web, "GET", "/demo/shows.json", "", NULL), 404, "NOT_FOUND");
	assert_int_equal(web_ask(&web, "GET", SEAT_MAP, "", NULL).status, 200);
	assert_int_equal(web_ask(&web, "GET", "/problems/page.css", "", NULL).status, 200);
	assert_int_equal(rig_stop(web.pid, SIGTERM), 0);
}

static void a_demo_lists_the_shows(void **state)
{
	struct web demo = web_start("--demo", NULL, NULL), other = web_start(NULL, NULL, NULL);
	struct web_answer answer = web_ask(&demo, "GET", "/demo/shows.json", "", NULL);

	(void)state;
	assert_string_equal(answer.body, "[]");
	(void)shell_run("${HOLDFAST_BUILD:-build}/holdfast-admin show create listed-1 --seats=- "
	                "--title='<b>One</b>' <<-end\nA1\nA2\nend\n"
	                "${HOLDFAST_BUILD:-build}/holdfast-admin show areas listed-1 --area=Floor:5");
	answer = web_ask(&demo, "GET", "/demo/shows.json", "", NULL);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.body,
	                    "[{\"show_id\":\"listed-1\",\"title\":\"<b>One</b>\",\"closed\":false,"
	                    "\"places\":7,\"free\":7}]");
	web_expect(web_ask(&other, "GET", "/demo/shows.json", "", NULL), 404, "NOT_FOUND");
	assert_int_equal(rig_stop(demo.pid, SIGTERM), 0);
	assert_int_equal(rig_stop(other.pid, SIGTERM), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_page_is_kept_as_long_as_it_is_the_same),
	    cmocka_unit_test(a_page_may_have_no_script_but_ours),
	    cmocka_unit_test(pages_can_be_taken_away_but_not_the_map),
	    cmocka_unit_test(a_demo_lists_the_shows),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
