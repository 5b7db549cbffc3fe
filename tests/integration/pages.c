#include "tests/integration/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/integration/shell.h"

#define LOOK_MS 50
#define LISTENING "msg=metrics address="

static int count(const char *text, const char *part)
{
	int found = 0;

	for (; (text = strstr(text, part)); text++)
		found++;
	return found;
}

struct pages pages_start(const char *program, const char *option, const char *more)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	int before = count(rig_log(), LISTENING);
	struct pages p = {
	    .pid = rig_start(program, "--metrics-listen=127.0.0.1:0", option, option ? more : NULL, NULL)};
	const char *at = NULL, *last = NULL;

	while (count(rig_log(), LISTENING) == before) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(LOOK_MS);
	}
	for (at = rig_log(); (at = strstr(at, LISTENING)); at++)
		last = at;
	assert_int_equal(sscanf(last, LISTENING "%59s", p.address), 1);
	return p;
}

const char *pages_get(const struct pages *p, const char *path)
{
	return shell_run("curl -s -w '\\nstatus %%{http_code}' http://%s%s", p->address, path);
}

void pages_await(const struct pages *p, const char *path, const char *status, const char *part)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	char line[40], *wanted = strdup(part); /* it may be kept for 64 calls only: rig_keep */
	const char *page;

	snprintf(line, sizeof line, "\nstatus %s", status);
	while (!strstr(page = pages_get(p, path), line) || !strstr(page, wanted)) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("expected %s and %s, got %s\n%s", status, wanted, page, rig_log());
		clock_sleep_ms(LOOK_MS);
	}
	free(wanted);
}

void pages_await_ready(const struct pages *p)
{
	pages_await(p, "/readyz", "200", "# ready\n");
}

double pages_value(const struct pages *p, const char *series)
{
	const char *metrics = pages_get(p, "/metrics");
	size_t bytes = strlen(series);

	for (const char *at = metrics; (at = strstr(at, series)); at++)
		if ((at == metrics || at[-1] == '\n') && at[bytes] == ' ')
			return strtod(at + bytes, NULL);
	return -1;
}

void pages_await_log(const char *part)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (!strstr(rig_log(), part)) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("expected in the log: %s\n%s", part, rig_log());
		clock_sleep_ms(LOOK_MS);
	}
}
