#define _DEFAULT_SOURCE /* eventfd */
#include "common/base/stop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/watchdog.h"

static atomic_int asked;
static int wake_fd = -1;

static void wake(void)
{
	const uint64_t one = 1;
	ssize_t written = write(wake_fd, &one, sizeof one);

	(void)written; /* full means that it is readable, which is all that is wanted */
}

static void on_signal(int number)
{
	int saved = errno;

	if (atomic_fetch_add(&asked, 1) > 0)
		_exit(128 + number);
	wake();
	errno = saved;
}

void stop_install(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

bool stop_is_asked(void)
{
	return atomic_load(&asked) > 0;
}

void stop_ask(void)
{
	if (atomic_exchange(&asked, 1) == 0)
		wake();
}

bool stop_wait_ms(int64_t ms)
{
	int64_t until_ms = clock_monotonic_ms() + ms;
	struct pollfd fd = {.fd = wake_fd, .events = POLLIN};

	while (!stop_is_asked()) {
		int64_t left_ms = until_ms - clock_monotonic_ms();

		watchdog_beat();
		if (left_ms <= 0)
			break;
		poll(&fd, 1, left_ms > 60000 ? 60000 : (int)left_ms);
	}
	return stop_is_asked();
}
