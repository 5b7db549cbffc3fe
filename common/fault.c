#include "common/fault.h"

#ifdef FAULTS

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

void fault_at(const char *place)
{
	static atomic_long times;
	const char *wanted = getenv("HOLDFAST_FAULT");
	size_t bytes = strlen(place);

	if (!wanted || strncmp(wanted, place, bytes) != 0 || wanted[bytes] != ':')
		return;
	if (atomic_fetch_add(&times, 1) + 1 == strtol(wanted + bytes + 1, NULL, 10))
		raise(SIGKILL);
}

bool fault_is_bug(const char *name)
{
	const char *wanted = getenv("HOLDFAST_BUG");

	return wanted && !strcmp(wanted, name);
}

#else
extern int fault_is_left_out; /* a file must declare something */
#endif
