/*
 * groups.h - groups of tests side by side, each in a process with a pipeline of its own.
 *
 * For tests that spend their time waiting for memberships to time out.
 */
#ifndef HOLDFAST_TESTS_GROUPS_H
#define HOLDFAST_TESTS_GROUPS_H

#include "tests/integration/rig.h"

#define GROUPS_MAX 16

struct group {
	const char *name; /* a sentence, as a test's */
	const struct CMUnitTest *tests;
	size_t count;
	int partitions; /* few: a worker costs servers by the lane, and many are started */
};

/*
 * Run all of them, between faulty_set_pace and rig_make, and rig_drop. Here each is one test, which
 * fails where one of its own does. Returns how many failed.
 */
int groups_run(const struct group *groups, size_t count);

#endif
