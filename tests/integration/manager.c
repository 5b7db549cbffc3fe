#define _DEFAULT_SOURCE
#include "tests/integration/manager.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/integration/rig.h"

static int manager = -1;

void manager_open(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof address.sun_path, "/tmp/holdfast-manager-%ld", (long)getpid());
	manager = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_int_equal(bind(manager, (struct sockaddr *)&address, sizeof address), 0);
	setenv("NOTIFY_SOCKET", address.sun_path, 1);
	setenv("WATCHDOG_USEC", MANAGER_WATCHDOG_US, 1);
}

void manager_close(void)
{
	close(manager);
	unlink(getenv("NOTIFY_SOCKET"));
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
}

int manager_await(const char *text)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	for (int others = 0;; others++) {
		struct pollfd fd = {.fd = manager, .events = POLLIN};
		char got[300] = "";

		if (clock_monotonic_ms() > until_ms || poll(&fd, 1, RIG_WAIT_MS) <= 0)
			fail_msg("the manager was not told %s\n%s", text, rig_log());
		assert_true(recv(manager, got, sizeof got - 1, 0) > 0);
		if (!strcmp(got, text))
			return others;
	}
}

void manager_stop(long pid)
{
	assert_int_equal(kill((pid_t)pid, SIGTERM), 0);
	(void)manager_await("STOPPING=1\nSTATUS=stopping");
	assert_int_equal(rig_stop(pid, 0), 0);
}

void manager_forget(void)
{
	char got[300];

	while (recv(manager, got, sizeof got, MSG_DONTWAIT) > 0)
		continue;
}
