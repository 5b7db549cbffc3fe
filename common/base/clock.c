#include "common/base/clock.h"

#include <time.h>

#define MS_PER_S 1000
#define NS_PER_MS 1000000
#define US_PER_S 1000000
#define NS_PER_US 1000

static int64_t read_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

int64_t clock_monotonic_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

int64_t clock_monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
}

int64_t clock_wall_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

void clock_sleep_ms(int64_t ms)
{
	struct timespec wait = {.tv_sec = (time_t)(ms / MS_PER_S),
	                        .tv_nsec = (long)(ms % MS_PER_S) * NS_PER_MS};

	if (ms > 0)
		nanosleep(&wait, NULL);
}
