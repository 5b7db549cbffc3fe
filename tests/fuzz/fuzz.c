#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_all(int fd, struct text t)
{
	for (size_t written = 0; written < t.bytes;) {
		ssize_t more = write(fd, t.data + written, t.bytes - written);

		FUZZ_CHECK(more > 0);
		written += (size_t)more;
	}
}

int fuzz_file(struct text content, char path[FUZZ_PATH_BYTES])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	FUZZ_CHECK(fd >= 0 && !fchmod(fd, 0600)); /* what others can write is refused */
	write_all(fd, content);
	snprintf(path, FUZZ_PATH_BYTES, "/proc/self/fd/%d", fd);
	return fd;
}

struct buf fuzz_printed(void print(const void *context), const void *context)
{
	int kept = dup(STDOUT_FILENO), fd = memfd_create("stdout", MFD_CLOEXEC);
	struct buf printed = {0};
	char chunk[4096];
	ssize_t got;

	FUZZ_CHECK(kept >= 0 && fd >= 0);
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	print(context);
	fflush(stdout);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	lseek(fd, 0, SEEK_SET);
	buf_add(&printed, "", 0);
	while ((got = read(fd, chunk, sizeof chunk)) > 0)
		buf_add(&printed, chunk, (size_t)got);
	close(fd);
	return printed;
}
