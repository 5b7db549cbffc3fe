/*
 * make install: what comes with the programs is whole, and says what the tables of the programs say.
 * Looked at by the script beside this file. tests/run: plain
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static char folder[] = "/tmp/holdfast-package-XXXXXX";

static void expect(const char *what)
{
	char command[200];

	snprintf(command, sizeof command, "tests/unit/package/look %s %s 2>&1", what, folder);
	assert_int_equal(system(command), 0);
}

static void pages_of_the_manual_are_well_formed(void **state)
{
	(void)state;
	expect("pages");
}

static void pages_have_every_option_command_and_exit_code(void **state)
{
	(void)state;
	expect("options");
}

static void bash_completes_what_help_names(void **state)
{
	(void)state;
	expect("bash");
}

static void zsh_completes_what_help_names(void **state)
{
	(void)state;
	expect("zsh");
}

static void config_files_are_read_and_set_nothing_yet(void **state)
{
	(void)state;
	expect("sample");
}

static void each_file_is_in_one_debian_package(void **state)
{
	(void)state;
	expect("packages");
}

static void what_is_installed_can_be_removed(void **state)
{
	(void)state;
	expect("install");
}

static int begin(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pages_of_the_manual_are_well_formed),
	    cmocka_unit_test(pages_have_every_option_command_and_exit_code),
	    cmocka_unit_test(bash_completes_what_help_names),
	    cmocka_unit_test(zsh_completes_what_help_names),
	    cmocka_unit_test(config_files_are_read_and_set_nothing_yet),
	    cmocka_unit_test(each_file_is_in_one_debian_package),
	    cmocka_unit_test(what_is_installed_can_be_removed),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
