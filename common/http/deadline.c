#include "common/http/deadline.h"

#include <sys/socket.h>

#include "common/base/clock.h"

#define LOOK_MS 1000

/* Under the lock, which deadline_forget needs, too: the number is still that connection's. */
static void end_late_ones(struct deadline *d, int64_t now_ms)
{
	for (int i = 0; i < DEADLINE_CONNECTIONS_MAX; i++)
		if (d->list[i].fd >= 0 && d->list[i].until_ms <= now_ms) {
			shutdown(d->list[i].fd, SHUT_RDWR);
			d->list[i].until_ms = INT64_MAX;
		}
}

static void *run(void *argument)
{
	struct deadline *d = argument;

	wait_lock(&d->wait);
	while (!d->is_closing) {
		int64_t now_ms = clock_monotonic_ms();

		end_late_ones(d, now_ms);
		(void)wait_until(&d->wait, now_ms + LOOK_MS);
	}
	wait_unlock(&d->wait);
	return NULL;
}

bool deadline_open(struct deadline *d, int64_t allowed_ms)
{
	d->allowed_ms = allowed_ms;
	d->is_closing = false;
	for (int i = 0; i < DEADLINE_CONNECTIONS_MAX; i++)
		d->list[i].fd = -1;
	wait_open(&d->wait);
	if (!pthread_create(&d->thread, NULL, run, d))
		return true;
	wait_close(&d->wait);
	return false;
}

void deadline_close(struct deadline *d)
{
	wait_lock(&d->wait);
	d->is_closing = true;
	wait_wake(&d->wait);
	wait_unlock(&d->wait);
	pthread_join(d->thread, NULL);
	wait_close(&d->wait);
}

/* Its place, or one that is free. Under the lock. -1: neither */
static int find(const struct deadline *d, int fd)
{
	int found = -1;

	for (int i = 0; i < DEADLINE_CONNECTIONS_MAX; i++) {
		if (d->list[i].fd == fd)
			return i;
		if (d->list[i].fd < 0)
			found = i;
	}
	return found;
}

static void set(struct deadline *d, int fd, int64_t until_ms, bool is_kept)
{
	int i;

	wait_lock(&d->wait);
	i = find(d, fd);
	if (i >= 0) {
		d->list[i].fd = is_kept ? fd : -1;
		d->list[i].until_ms = until_ms;
	}
	wait_unlock(&d->wait);
}

void deadline_begin(struct deadline *d, int fd)
{
	set(d, fd, clock_monotonic_ms() + d->allowed_ms, true);
}

void deadline_met(struct deadline *d, int fd)
{
	set(d, fd, INT64_MAX, true);
}

void deadline_forget(struct deadline *d, int fd)
{
	set(d, fd, INT64_MAX, false);
}
