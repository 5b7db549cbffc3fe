#include "common/base/wait.h"

#include <errno.h>
#include <time.h>

void wait_open(struct wait *w)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&w->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

void wait_close(struct wait *w)
{
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
}

void wait_lock(struct wait *w)
{
	pthread_mutex_lock(&w->lock);
}

void wait_unlock(struct wait *w)
{
	pthread_mutex_unlock(&w->lock);
}

bool wait_until(struct wait *w, int64_t until_ms)
{
	const struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
	                               .tv_nsec = (long)(until_ms % 1000) * 1000000};

	return pthread_cond_timedwait(&w->changed, &w->lock, &until) != ETIMEDOUT;
}

void wait_wake(struct wait *w)
{
	pthread_cond_broadcast(&w->changed);
}
