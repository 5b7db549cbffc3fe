/*
 * tests/documented: where a table of the documents and a table of the programs part, it is said.
 * Each difference is made in a copy. tests/run: plain
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define COMMAND_BYTES 1000

static char folder[] = "/tmp/holdfast-documented-XXXXXX";

__attribute__((format(printf, 1, 2))) static int run(const char *format, ...)
{
	char command[COMMAND_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof command, format, args);
	va_end(args);
	return system(command);
}

static int make_folder(void **state)
{
	(void)state;
	return !mkdtemp(folder);
}

static int remove_folder(void **state)
{
	(void)state;
	return run("rm -r %s", folder);
}

static void every_difference_is_said(void **state)
{
	static const struct { const char *file, *edit, *said; } differences[] = {
		{"worker/options.def", "s/\"cached-seats\"/\"cached-rows\"/", "does not name --cached-rows"},
		{"worker/options.def", "s/\"cached-seats\"/\"cached-rows\"/",
		 "has no --cached-seats, which docs/operations.md names"},
		{"common/program/options.def", "/^OPTION(check,/d", "has no --check"},
		{"expirer/options.def", "s/\"once\", \"false\"/\"once\", \"true\"/",
		 "default of --once is off, in expirer/options.def on"},
		{"admin/options.def", "s/\"step\", \"2000\"/\"step\", \"2001\"/",
		 "default of --step is `2000`, in admin/options.def `2001`"},
		{"producer/options.def", "s/\"rate\", \"100\", 0, /\"rate\", \"100\", 1, /",
		 "--rate is 0 to 1000000, in producer/options.def 1 to 1000000"},
		{"audit/options.def", "s/\"by\", \"each\"/\"by\", \"hour\"/", "default of --by is `each`"},
		{"admin/options.def", "s/^OPTION(title, STR/OPTION(title, SECRET/",
		 "title is of one kind in admin/options.def, and of another in producer/options.def"},
		{"common/program/variables.c", "s/\"HOLDFAST_RUN_DIR\",//",
		 "reads HOLDFAST_RUN_DIR, which common/program/variables.c does not know"},
		{"docs/operations.md", "/^| the last decided record/d",
		 "the table of halts in docs/operations.md does not have: the last decided record"},
		{"audit/options.def", "s/^OPTION(json, /OPTION_NEW(json, /", "cannot read all"},
		{"docs/operations.md", "/^| `--kafka-bootstrap-servers` /d",
		 "does not name --kafka-bootstrap-servers"},
		{"worker/figures/metrics.def", "s/holdfast_batch_size/holdfast_batches/",
		 "docs/operations.md does not name holdfast_batches"},
		{"docs/operations.md", "s/^| `holdfast_fenced_total`/| `holdfast_fences_total`/",
		 "there is no metric holdfast_fences_total"},
		{"docs/protocol.md", "/^| `holdfast_build_info`/d", "says None of holdfast_build_info"},
		{"worker/figures/metrics.def", "s/(FENCED, COUNTER/(FENCED, GAUGE/",
		 "says counter of holdfast_fenced_total, which is a gauge"},
		{"tests/README.md", "s/`test_change_bugs`/that/",
		 "tests/README.md does not name tests/integration/test_change_bugs.c"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++) {
		/* A fresh copy, which is without a difference, then one edit that changes the file. */
		assert_int_equal(run("cp -r --parents docs */options.def common/program/options.def "
		                     "common/program/variables.c compose/local/*.sh worker/lane/*.c "
		                     "worker/store/*.c common/kafka/queue.c "
		                     "*/*/metrics.def tests/README.md tests/integration/test_*.c %s && "
		                     "tests/documented %s", folder, folder), 0);
		assert_int_equal(run("sed -i '%s' %s/%s && ! cmp -s %s %s/%s", differences[i].edit, folder,
		                     differences[i].file, differences[i].file, folder,
		                     differences[i].file), 0);
		if (run("tests/documented %s 2>&1 | grep -qF -e '%s'", folder, differences[i].said))
			fail_msg("%s in %s: not said: %s", differences[i].edit, differences[i].file,
			         differences[i].said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_difference_is_said),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
