#define _DEFAULT_SOURCE /* SOCK_CLOEXEC */
#include "common/service/notify.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"

#define TEXT_BYTES 240
#define US_PER_MS 1000
#define TAKE_MS 1000 /* how long a manager has to make room for what must not be lost */

static int fd = -1;
static struct sockaddr_un address;
static socklen_t address_bytes;
static int64_t alive_every_ms; /* 0: the manager does not ask */
static int64_t alive_ms;
static bool is_ready;

/* `flags`: MSG_DONTWAIT where a full socket is no loss, as another text of the kind follows. */
static void send_text(const char *text, int flags)
{
	if (fd >= 0 && sendto(fd, text, strlen(text), MSG_NOSIGNAL | flags,
	                      (const struct sockaddr *)&address, address_bytes) < 0)
		log_debug("the service manager does not take notice", F_STR("text", text));
}

/* A path, or with a leading @ a name of the abstract kind, which begins with a zero byte. */
static bool read_address(const char *name)
{
	size_t bytes = name ? strlen(name) : 0;

	if (bytes < 2 || bytes >= sizeof address.sun_path || (name[0] != '/' && name[0] != '@'))
		return false;
	address = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(address.sun_path, name, bytes);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	address_bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + bytes);
	return true;
}

/* Twice as often as the manager wants it at the least. */
static int64_t read_interval(void)
{
	const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	int64_t interval_ms = us ? strtoll(us, NULL, 10) / US_PER_MS / 2 : 0;

	if (interval_ms <= 0 || (pid && strtoll(pid, NULL, 10) != (long long)getpid()))
		return 0;
	return interval_ms;
}

void notify_open(void)
{
	const struct timeval take = {TAKE_MS / 1000, TAKE_MS % 1000 * US_PER_MS};

	if (!read_address(getenv("NOTIFY_SOCKET")))
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &take, sizeof take);
	alive_every_ms = read_interval();
}

void notify_close(void)
{
	if (fd >= 0)
		close(fd);
	fd = -1;
	alive_every_ms = alive_ms = 0;
	is_ready = false;
}

void notify_ready(const char *status)
{
	char text[TEXT_BYTES];

	snprintf(text, sizeof text, "%sSTATUS=%s", is_ready ? "" : "READY=1\n", status);
	is_ready = true;
	send_text(text, 0);
}

void notify_alive(void)
{
	int64_t now_ms = clock_monotonic_ms();

	if (!alive_every_ms || (alive_ms && now_ms - alive_ms < alive_every_ms / 2))
		return;
	alive_ms = now_ms;
	send_text("WATCHDOG=1", MSG_DONTWAIT);
}

void notify_stopping(void)
{
	send_text("STOPPING=1\nSTATUS=stopping", 0);
}
