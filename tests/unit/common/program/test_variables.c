/* Variables of the environment that are nobody's: named, with what they may have meant. */
#include "common/program/variables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char said[4096];

/* What is written to stderr with this variable in the environment. */
static const char *warned(const char *name)
{
	FILE *file = tmpfile();
	int kept = dup(STDERR_FILENO);

	assert_non_null(file);
	setenv(name, "hunter2", 1);
	dup2(fileno(file), STDERR_FILENO);
	variables_warn();
	dup2(kept, STDERR_FILENO);
	close(kept);
	unsetenv(name);
	rewind(file);
	said[fread(said, 1, sizeof said - 1, file)] = '\0';
	fclose(file);
	assert_null(strstr(said, "hunter2"));
	return said;
}

static void an_unknown_variable_is_named_with_what_it_resembles(void **state)
{
	static const struct { const char *name, *meant; } cases[] = {
	    {"HOLDFAST_BACTH_MAX", "did_you_mean=HOLDFAST_BATCH_MAX"},
	    {"HOLDFAST_batch_max", "did_you_mean=HOLDFAST_BATCH_MAX"},
	    {"HOLDFAST_REPLY-TOPICS", "did_you_mean=HOLDFAST_REPLY_TOPICS"},
	    {"HOLDFAST_KAFKA_SASL_PASSWORD", "did_you_mean=HOLDFAST_KAFKA_PROPERTIES"},
	    {"HOLDFAST_KAFKA_BOOTSTRAP_SERVER", "did_you_mean=HOLDFAST_KAFKA_BOOTSTRAP_SERVERS"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_non_null(strstr(warned(cases[i].name), cases[i].name));
		assert_non_null(strstr(said, cases[i].meant));
	}
	assert_non_null(strstr(warned("HOLDFAST_NOTHING_LIKE_IT"), "variable=HOLDFAST_NOTHING_LIKE_IT"));
	assert_null(strstr(said, "did_you_mean"));
}

static void a_variable_of_any_program_or_of_none_of_ours_is_no_fault(void **state)
{
	static const char *const names[] = {
	    "HOLDFAST_CACHED_SEATS", "HOLDFAST_HOLD_SECONDS", "HOLDFAST_ONCE", "HOLDFAST_WHAT_IF",
	    "HOLDFAST_KEEP_DAYS", "HOLDFAST_DATABASE_URL", "HOLDFAST_KAFKA_PROPERTIES",
	    "HOLDFAST_RUN_DIR", "HOLDFAST_FAULT", "HOLDFAST_TEST_SECONDS_MAX",
	    /* What Kubernetes says of a service. */
	    "HOLDFAST_SERVICE_HOST", "HOLDFAST_SERVICE_PORT_HTTP", "HOLDFAST_PORT",
	    "HOLDFAST_WORKER_PORT_9464_TCP_ADDR", "HOLDFAST", "OTHER_BACTH_MAX",
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_string_equal(warned(names[i]), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_unknown_variable_is_named_with_what_it_resembles),
	    cmocka_unit_test(a_variable_of_any_program_or_of_none_of_ours_is_no_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
