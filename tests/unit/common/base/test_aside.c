/* What the kernel says of a thread that stands aside, and of one that does not any more. */
#define _DEFAULT_SOURCE /* syscall */
#include "common/base/aside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define LONG_NS 100000000

struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns, deadline_ns, period_ns;
};

static struct attributes now(void)
{
	struct attributes a = {.size = sizeof a};

	assert_int_equal(syscall(SYS_sched_getattr, 0, &a, sizeof a, 0), 0);
	return a;
}

static void stands_aside_and_comes_back(void **state)
{
	struct attributes before = now(), meanwhile, behind;

	(void)state;
	if (!aside_begin()) { /* an older kernel, or it is not allowed: all is as it was */
		meanwhile = now();
		assert_memory_equal(&meanwhile, &before, sizeof before);
		skip();
	}
	meanwhile = now();
	assert_int_equal(meanwhile.runtime_ns, LONG_NS);
	aside_end();
	behind = now();
	assert_int_equal(behind.runtime_ns, before.runtime_ns);
	assert_int_equal(meanwhile.nice, before.nice);
	assert_int_equal(meanwhile.policy, before.policy);
	assert_int_equal(behind.nice, before.nice);
	assert_int_equal(behind.policy, before.policy);
	assert_true(aside_begin());
	aside_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(stands_aside_and_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
