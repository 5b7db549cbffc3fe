/*
 * clock.c - a preloaded library that shifts the wall clock of one process, as though its host's had
 * been set: LD_PRELOAD=build/tests/preload/clock.so HOLDFAST_TEST_CLOCK=FILE PROGRAM.
 *
 * FILE holds one int64_t: milliseconds to add, looked up at every call, so that whoever writes to
 * it moves the clock of a running process. The monotonic clock stays.
 *
 * A wait until a time of the wall clock ends when the shifted clock gets there, as it would in the
 * kernel: C11's cnd_timedwait, which is what librdkafka waits with. (libfaketime 0.9.10 shifts
 * timespec_get, from which librdkafka counts, but not cnd_timedwait: set ahead its waits last as
 * much longer, set back they are over at once.)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define SLICE_MS 20 /* how soon a wait notices that the clock was set */

static const volatile int64_t *offset_ms;
static int (*next_clock_gettime)(clockid_t, struct timespec *);
static int (*next_cnd_timedwait)(cnd_t *, mtx_t *, const struct timespec *);

/* Others' constructors may ask for the time before this one has run. */
__attribute__((constructor)) static void find_next(void)
{
	static const int64_t none;
	const char *path = getenv("HOLDFAST_TEST_CLOCK");
	int fd;

	if (next_clock_gettime)
		return;
	offset_ms = &none;
	*(void **)&next_cnd_timedwait = dlsym(RTLD_NEXT, "cnd_timedwait");
	*(void **)&next_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
	if (!path)
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		abort();
	offset_ms = mmap(NULL, sizeof *offset_ms, PROT_READ, MAP_SHARED, fd, 0);
	if (offset_ms == MAP_FAILED)
		abort();
	close(fd);
}

static void add_ms(struct timespec *t, int64_t ms)
{
	int64_t ns = t->tv_nsec + ms % 1000 * 1000000;

	t->tv_sec += (time_t)(ms / 1000) + (time_t)(ns / 1000000000);
	t->tv_nsec = (long)(ns % 1000000000);
	if (t->tv_nsec < 0) {
		t->tv_nsec += 1000000000;
		t->tv_sec--;
	}
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	int failed;

	find_next();
	failed = next_clock_gettime(id, t);
	if (!failed && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		add_ms(t, *offset_ms);
	return failed;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*t = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
	return 0;
}

time_t time(time_t *t)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (t)
		*t = now.tv_sec;
	return now.tv_sec;
}

int timespec_get(struct timespec *t, int base)
{
	return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, t) == 0 ? base : 0;
}

static int is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex,
                  const struct timespec *restrict until)
{
	find_next();
	for (;;) {
		struct timespec now, real_until = *until, slice_end;
		int result;

		next_clock_gettime(CLOCK_REALTIME, &slice_end);
		add_ms(&slice_end, SLICE_MS);
		add_ms(&real_until, -*offset_ms);
		if (is_before(&slice_end, &real_until))
			real_until = slice_end;
		result = next_cnd_timedwait(condition, mutex, &real_until);
		if (result != thrd_timedout)
			return result;
		clock_gettime(CLOCK_REALTIME, &now);
		if (!is_before(&now, until))
			return thrd_timedout;
	}
}
