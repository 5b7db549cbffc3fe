/* Files with secrets: which modes are refused, and what is no file of that kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/base/private.h"

static char path[] = "/tmp/holdfast-private-XXXXXX";

static void modes_by_which_others_get_at_a_file_are_refused(void **state)
{
	static const struct {
		mode_t mode;
		bool is_fine, is_fine_with_secrets;
	} cases[] = {
	    {0600, true, true},  {0400, true, true},   {0440, true, true},   {0640, true, true},
	    {0644, true, false}, {0604, true, false},  {0660, false, false}, {0620, false, false},
	    {0602, false, false}, {0666, false, false},
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		FILE *file = fopen(path, "r");

		assert_non_null(file);
		assert_int_equal(chmod(path, cases[i].mode), 0);
		assert_int_equal(private_judge(file, "this", false, &e) == RC_OK, cases[i].is_fine);
		assert_int_equal(private_judge(file, "this", true, &e) == RC_OK, cases[i].is_fine_with_secrets);
		assert_int_equal(private_judge_path(path, "this", &e) == RC_OK, cases[i].is_fine_with_secrets);
		fclose(file);
		assert_int_equal(chmod(path, 0600), 0);
	}
}

static void the_text_names_file_mode_and_cure(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(private_judge_path(path, "--kafka.ssl.key.location: a.key", &e), RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
	assert_string_equal(e.text, "--kafka.ssl.key.location: a.key: others can read it (mode 0644), "
	                            "and it holds secrets: chmod o-r");
	assert_int_equal(chmod(path, 0622), 0);
	assert_int_equal(private_judge_path(path, "a.key", &e), RC_USAGE);
	assert_string_equal(e.text, "a.key: group or others can write it (mode 0622): chmod go-w");
}

static void what_is_no_file_or_not_there_is_the_readers_business(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(private_judge_path("/dev/null", "this", &e), RC_OK); /* mode 0666 */
	assert_int_equal(private_judge_path("/nonexistent", "this", &e), RC_OK);
}

static int begin(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int end(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(modes_by_which_others_get_at_a_file_are_refused),
	    cmocka_unit_test(the_text_names_file_mode_and_cure),
	    cmocka_unit_test(what_is_no_file_or_not_there_is_the_readers_business),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
