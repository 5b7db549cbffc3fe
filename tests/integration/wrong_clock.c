#include "tests/integration/wrong_clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/integration/rig.h"

void wrong_clock_open(struct wrong_clock *clock, const char *name)
{
	const char *folder = getenv("HOLDFAST_RUN_DIR");
	void *shared;
	int fd;

	snprintf(clock->path, sizeof clock->path, "%s/clock-%ld.%s", folder ? folder : "/tmp",
	         (long)getpid(), name);
	fd = open(clock->path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, sizeof *clock->offset_ms), 0);
	shared = mmap(NULL, sizeof *clock->offset_ms, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(shared != MAP_FAILED);
	close(fd);
	clock->offset_ms = shared;
}

void wrong_clock_close(struct wrong_clock *clock)
{
	if (!clock->offset_ms)
		return;
	munmap((void *)(uintptr_t)clock->offset_ms, sizeof *clock->offset_ms);
	unlink(clock->path);
	*clock = (struct wrong_clock){0};
}

void wrong_clock_set(const struct wrong_clock *clock, int64_t offset_ms)
{
	*clock->offset_ms = offset_ms;
}

void wrong_clock_use(const struct wrong_clock *clock)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char folder[400], path[600];

	if (!clock) {
		unsetenv("LD_PRELOAD");
		unsetenv("ASAN_OPTIONS");
		return;
	}
	build = build ? build : "build";
	assert_non_null(getcwd(folder, sizeof folder)); /* a program may start elsewhere */
	snprintf(path, sizeof path, "%s%s%s/tests/preload/clock.so", build[0] == '/' ? "" : folder,
	         build[0] == '/' ? "" : "/", build);
	assert_int_equal(access(path, R_OK), 0);
	setenv("LD_PRELOAD", path, 1);
	setenv("HOLDFAST_TEST_CLOCK", clock->path, 1);
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1); /* a program may be sanitized */
}
