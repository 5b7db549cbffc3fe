/* What an error makes of the exit code; what a program that crashes leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/program/program.h"

static void the_exit_code_says_what_an_operator_has_to_look_at(void **state)
{
	static const struct {
		enum rc rc;
		enum origin origin;
		enum exit_code code;
	} cases[] = {
	    {RC_OK, FROM_KAFKA, EXIT_DONE},           {RC_FATAL, FROM_PROGRAM, EXIT_INTERNAL},
	    {RC_USAGE, FROM_SETTINGS, EXIT_USAGE},    {RC_FATAL, FROM_PIPELINE, EXIT_MISMATCH},
	    {RC_FENCED, FROM_PIPELINE, EXIT_MISMATCH}, {RC_REOPEN, FROM_DATABASE, EXIT_DATABASE_LOST},
	    {RC_FATAL, FROM_DATABASE, EXIT_USAGE},    {RC_RETRY, FROM_KAFKA, EXIT_KAFKA_LOST},
	    {RC_REJECT, FROM_AUDIT, EXIT_DIFFERENCE}, {RC_REJECT, FROM_REPLY, EXIT_REJECTED},
	    {RC_RETRY, FROM_REPLY, EXIT_NO_REPLY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err e;

		(void)err_set(&e, cases[i].rc, cases[i].origin, "why");
		assert_int_equal(exit_code_of(&e), cases[i].code);
	}
}

static void only_what_a_pause_or_a_session_does_not_mend_is_final(void **state)
{
	(void)state;
	assert_false(rc_is_final(RC_OK) || rc_is_final(RC_RETRY) || rc_is_final(RC_REOPEN));
	assert_true(rc_is_final(RC_REJECT) && rc_is_final(RC_FENCED) && rc_is_final(RC_USAGE) &&
	            rc_is_final(RC_FATAL));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

static enum exit_code crash(const void *settings, char **words, int count)
{
	const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};

	(void)settings, (void)words, (void)count;
	(void)setrlimit(RLIMIT_CORE, &none);
	if (prctl(PR_GET_DUMPABLE) == 0)
		abort();
	return EXIT_DONE;
}

#endif

/* Its core would have the passwords in it. */
static void a_program_that_crashes_leaves_no_core(void **state)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	struct settings {
		char *log_format, *log_level, *health;
		struct pairs kafka;
	} settings = {0};
	static const struct option_row rows[] = {
	    {.flag = "log-format", .kind = OPTION_STR, .default_text = "logfmt", .max = 9,
	     .field = "log_format", .at = offsetof(struct settings, log_format)},
	    {.flag = "log-level", .kind = OPTION_STR, .default_text = "info", .max = 9,
	     .field = "log_level", .at = offsetof(struct settings, log_level)},
	    {.flag = "health", .kind = OPTION_STR, .default_text = "", .max = 9, .field = "health",
	     .at = offsetof(struct settings, health)},
	};
	static const struct options_spec spec = {.program = "test", .usage = "", .about = "", .rows = rows,
	                                         .row_count = sizeof rows / sizeof rows[0],
	                                         .kafka_at = offsetof(struct settings, kafka)};
	static const struct program program = {.spec = &spec, .run = crash};
	char name[] = "test", *argv[] = {name, NULL};
	int status;
	pid_t child = fork();

	if (!child) {
		signal(SIGABRT, SIG_DFL);
		_exit(program_main(&program, &settings, 1, argv));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_false(status & 0x80); /* WCOREDUMP, which POSIX has not */
#endif
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_exit_code_says_what_an_operator_has_to_look_at),
	    cmocka_unit_test(only_what_a_pause_or_a_session_does_not_mend_is_final),
	    cmocka_unit_test(a_program_that_crashes_leaves_no_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
