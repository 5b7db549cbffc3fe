#include "tests/integration/psql.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/text.h"

#define END "-- the end of what was asked --\n"
#define PRINT_END ";SELECT '-- the end of what was asked --';\n"

/* Of the process that started it: one that was forked has none. */
static pid_t process, owner;
static int to = -1, from = -1;

static void make_pipe(int ends[2])
{
	if (pipe(ends))
		abort();
	/* Programs that the test starts must not keep it open. */
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
}

static void begin(const char *url)
{
	int in[2], out[2];

	make_pipe(in);
	make_pipe(out);
	owner = getpid();
	process = fork();
	if (process == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		dup2(out[1], STDERR_FILENO);
		/* Or it compiles for seconds what then runs for a few milliseconds. */
		setenv("PGOPTIONS", "-c jit=off", 1);
		execlp("psql", "psql", url, "-XAtq", "-v", "ON_ERROR_STOP=1", (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	to = in[1];
	from = out[0];
}

void psql_end(void)
{
	if (to >= 0) {
		close(to);
		close(from);
	}
	to = from = -1;
	if (process > 0 && owner == getpid())
		while (waitpid(process, NULL, 0) < 0 && errno == EINTR)
			continue;
	process = 0;
}

/* false: it has ended. A pipe without a reader must not end the test. */
static bool put(const char *text)
{
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	struct sigaction before;
	size_t bytes = strlen(text);
	ssize_t done = 0;

	sigaction(SIGPIPE, &ignored, &before);
	for (size_t at = 0; at < bytes && done >= 0; at += done > 0 ? (size_t)done : 0) {
		done = write(to, text + at, bytes - at);
		if (done < 0 && errno == EINTR)
			done = 0;
	}
	sigaction(SIGPIPE, &before, NULL);
	return done >= 0;
}

/* What is printed before END; false: it ended without. */
static bool get(struct buf *text)
{
	const size_t end = sizeof END - 1;
	char chunk[4096];
	ssize_t got;

	buf_add_string(text, "");
	for (;;) {
		got = read(from, chunk, sizeof chunk);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		buf_add(text, chunk, (size_t)got);
		if (text->bytes >= end && !memcmp(text->data + text->bytes - end, END, end) &&
		    (text->bytes == end || text->data[text->bytes - end - 1] == '\n')) {
			text->bytes -= end;
			text->data[text->bytes] = '\0';
			return true;
		}
	}
}

static bool is_there(void)
{
	struct buf said = {0};
	bool is = process > 0 && owner == getpid() && put(PRINT_END) && get(&said);

	buf_release(&said);
	return is;
}

char *psql_ask(const char *url, const char *path, bool *is_failed)
{
	struct buf said = {0}, asked = {0};

	if (!is_there()) {
		psql_end();
		begin(url);
	}
	/* From a file, so that neither side waits for the other to read. */
	buf_print(&asked, "\\i '%s'\nDISCARD ALL" PRINT_END, path);
	*is_failed = !put(asked.data) || !get(&said);
	if (!said.data)
		buf_add_string(&said, "");
	if (*is_failed)
		psql_end();
	buf_release(&asked);
	return said.data;
}
