#include "tests/integration/groups.h"

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

static int run(const struct group *group)
{
	setvbuf(stdout, NULL, _IOLBF, 0); /* several processes write to it */
	faulty_set_pace(group->partitions);
	return _cmocka_run_group_tests(group->name, group->tests, group->count, rig_make, rig_drop);
}

int groups_run(const struct group *groups, size_t count)
{
	static pid_t processes[GROUPS_MAX];
	static struct CMUnitTest tests[GROUPS_MAX];

	assert(count <= GROUPS_MAX);
	for (size_t i = 0; i < count; i++) {
		processes[i] = fork();
		if (processes[i] == 0)
			exit(run(&groups[i]));
		tests[i] = (struct CMUnitTest){groups[i].name, await, NULL, NULL, &processes[i]};
	}
	return _cmocka_run_group_tests("side by side", tests, count, NULL, NULL);
}
