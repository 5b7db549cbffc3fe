/* Lines of the log, as logfmt, as JSON, and as a sentence on a terminal. */
#define _XOPEN_SOURCE 700
#include "common/base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/* What is written to stderr between the two. */
static FILE *file;
static int kept;

static void begin(void)
{
	file = tmpfile();
	assert_non_null(file);
	kept = dup(STDERR_FILENO);
	dup2(fileno(file), STDERR_FILENO);
}

static const char *end(void)
{
	static char text[4096];

	dup2(kept, STDERR_FILENO);
	close(kept);
	rewind(file);
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void a_line_of_logfmt_quotes_what_needs_it(void **state)
{
	const char *why = "assigned", *none = "", *odd = "a=\"b\"\n", *line;

	(void)state;
	log_open("test", LOG_LOGFMT, LOG_INFO);
	begin();
	log_info("lane started", F_INT("partition", -3), F_STR("why", why), F_STR("none", none),
	         F_STR("odd", odd), F_TEXT("part", ((struct text){"abc", 2})));
	line = end();
	assert_int_equal(strncmp(line, "ts=20", 5), 0);
	assert_string_equal(line + strcspn(line, " "),
	                    " level=info program=test msg=\"lane started\" partition=-3 why=assigned "
	                    "none=\"\" odd=\"a=\\\"b\\\"\\u000a\" part=ab\n");
}

static void a_line_of_json_is_one_object(void **state)
{
	const char *slash = "a\\b", *line;

	(void)state;
	log_open("test", LOG_JSON, LOG_INFO);
	begin();
	log_warning("x", F_INT("n", 1), F_STR("s", slash));
	line = end();
	assert_int_equal(strncmp(line, "{\"ts\":\"", 7), 0);
	assert_string_equal(line + strcspn(line, ","), ",\"level\":\"warning\",\"program\":\"test\","
	                                               "\"msg\":\"x\",\"n\":1,\"s\":\"a\\\\b\"}\n");
}

static void what_is_less_important_than_the_level_is_not_written(void **state)
{
	(void)state;
	log_open("test", LOG_LOGFMT, LOG_WARNING);
	begin();
	log_info("no");
	log_debug("no");
	assert_string_equal(end(), "");
	begin();
	log_warning("yes");
	assert_non_null(strstr(end(), "msg=yes"));
}

static void an_error_names_its_state_and_place(void **state)
{
	struct err e;
	const char *line;

	(void)state;
	log_open("test", LOG_LOGFMT, LOG_INFO);
	err_set_code(&e, RC_RETRY, FROM_DATABASE, "40001", "%s\n", "rival");
	begin();
	log_err(LOG_ERROR, "again", &e);
	line = end();
	assert_non_null(strstr(line, "msg=again error=rival sqlstate=40001 "
	                             "func=an_error_names_its_state_and_place line="));
}

/* On a terminal of the test's own. */
static void on_a_terminal_an_error_is_a_sentence(void **state)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), user, was = dup(STDERR_FILENO);
	char seen[1000] = "";
	ssize_t bytes = 0, got;
	struct err e;

	(void)state;
	assert_true(terminal >= 0 && !grantpt(terminal) && !unlockpt(terminal));
	user = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	assert_true(user >= 0);
	log_open("test", LOG_LOGFMT, LOG_INFO);
	(void)err_set(&e, RC_USAGE, FROM_SETTINGS, "--seats: 2 lines\x1b are no seat id");
	dup2(user, STDERR_FILENO);
	log_err(LOG_ERROR, "not done", &e);
	log_warning("odd", F_INT("partition", 3));
	log_open("test", LOG_JSON, LOG_INFO);
	log_warning("odd");
	dup2(was, STDERR_FILENO);
	close(was);
	for (; !strchr(seen, '}'); bytes += got, seen[bytes] = '\0') { /* it may come line by line */
		got = read(terminal, seen + bytes, sizeof seen - 1 - (size_t)bytes);
		assert_true(got > 0);
	}
	assert_non_null(strstr(seen, "test: not done: --seats: 2 lines  are no seat id\r\n"));
	assert_non_null(strstr(seen, "test: warning: odd (partition=3)\r\n"));
	assert_non_null(strstr(seen, "\"msg\":\"odd\"}"));
	close(user);
	close(terminal);
}

static void *say_elsewhere(void *unused)
{
	log_info("elsewhere");
	return unused;
}

static void lines_of_a_thread_have_its_context_once(void **state)
{
	pthread_t thread;
	const char *text;

	(void)state;
	log_open("test", LOG_LOGFMT, LOG_INFO);
	begin();
	log_context("partition", 7);
	log_info("a", F_INT("count", 1));
	log_info("b", F_INT("count", 1), F_INT("partition", 8));
	assert_int_equal(pthread_create(&thread, NULL, say_elsewhere, NULL), 0);
	pthread_join(thread, NULL);
	log_open("test", LOG_JSON, LOG_INFO);
	log_info("c");
	log_open("test", LOG_LOGFMT, LOG_INFO);
	log_context(NULL, 0);
	log_info("d");
	text = end();
	assert_non_null(strstr(text, " msg=a partition=7 count=1\n"));
	assert_non_null(strstr(text, " msg=b count=1 partition=8\n"));
	assert_non_null(strstr(text, " msg=elsewhere\n"));
	assert_non_null(strstr(text, ",\"msg\":\"c\",\"partition\":7}\n"));
	assert_non_null(strstr(text, " msg=d\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_of_logfmt_quotes_what_needs_it),
		cmocka_unit_test(a_line_of_json_is_one_object),
		cmocka_unit_test(what_is_less_important_than_the_level_is_not_written),
		cmocka_unit_test(an_error_names_its_state_and_place),
		cmocka_unit_test(on_a_terminal_an_error_is_a_sentence),
		cmocka_unit_test(lines_of_a_thread_have_its_context_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
