#define _DEFAULT_SOURCE /* syscall */
#include "common/base/aside.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LONG_NS 100000000 /* the longest turn that can be asked for */

/* As the kernel has it; in no header of an older library. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns, deadline_ns, period_ns;
};

static atomic_bool is_impossible;

/* runtime_ns: of a turn; 0: the usual. All else stays as it is. false: it cannot be */
static bool ask(uint64_t runtime_ns)
{
	struct attributes a = {.size = sizeof a};

	if (syscall(SYS_sched_getattr, 0, &a, sizeof a, 0) || a.policy != SCHED_OTHER)
		return false;
	a.size = sizeof a;
	a.runtime_ns = runtime_ns;
	return !syscall(SYS_sched_setattr, 0, &a, 0);
}

/* An older kernel takes the call, and does nothing. */
static bool is_long(void)
{
	struct attributes a = {.size = sizeof a};

	return !syscall(SYS_sched_getattr, 0, &a, sizeof a, 0) && a.runtime_ns == LONG_NS;
}

bool aside_begin(void)
{
	if (atomic_load_explicit(&is_impossible, memory_order_relaxed))
		return false;
	if (ask(LONG_NS) && is_long())
		return true;
	atomic_store_explicit(&is_impossible, true, memory_order_relaxed);
	return false;
}

void aside_end(void)
{
	(void)ask(0);
}

/* Aside, a thread that yields would forfeit a whole long turn. */
void aside_rest(bool is_aside)
{
	if (!is_aside)
		sched_yield();
}
