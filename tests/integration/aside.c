#include "tests/integration/aside.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/integration/faulty.h"

static void await(void **state)
{
	const pid_t *process = *state;
	int status;

	assert_int_equal(waitpid(*process, &status, 0), *process);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail_msg("see its tests above");
}

static int run(const struct aside *aside)
{
	setvbuf(stdout, NULL, _IOLBF, 0); /* several processes write to it */
	faulty_set_pace(aside->partitions);
	return _cmocka_run_group_tests(aside->name, aside->tests, aside->count, rig_make, rig_drop);
}

int aside_run(const struct aside *asides, size_t count)
{
	static pid_t processes[ASIDE_MAX];
	static struct CMUnitTest tests[ASIDE_MAX];

	assert(count <= ASIDE_MAX);
	for (size_t i = 0; i < count; i++) {
		processes[i] = fork();
		if (processes[i] == 0)
			exit(run(&asides[i]));
		tests[i] = (struct CMUnitTest){asides[i].name, await, NULL, NULL, &processes[i]};
	}
	return _cmocka_run_group_tests("side by side", tests, count, NULL, NULL);
}
