#include "tests/integration/faulty.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/integration/rig.h"

static const struct {
	const char *name, *program;
} places[FAULT_PLACE_COUNT] = {
#define PLACE(symbol, name, program, what) {name, "holdfast-" program},
	FAULT_PLACES(PLACE)
#undef PLACE
};

const char *faulty_place(enum fault_place place)
{
	return places[place].name;
}

const char *faulty_program(enum fault_place place)
{
	return places[place].program;
}

void faulty_set_short_memberships(void)
{
	setenv("HOLDFAST_KAFKA_PROPERTIES", FAULTY_SHORT_MEMBERSHIPS, 1);
}

void faulty_set_pace(int partitions)
{
	static int groups;
	char group[40], number[12];

	snprintf(number, sizeof number, "%d", partitions);
	setenv("HOLDFAST_PARTITIONS", number, 1);
	snprintf(group, sizeof group, "faults-%ld-%d", (long)getpid(), ++groups);
	setenv("HOLDFAST_GROUP_ID", group, 1);
	setenv("HOLDFAST_BATCH_MAX", "5", 1);
	faulty_set_short_memberships();
}

static void set(const char *variable, const char *value)
{
	if (value)
		setenv(variable, value, 1);
	else
		unsetenv(variable);
}

long faulty_start(const char *program, const char *fault, const char *rules, const char *argument)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char *before = strdup(build ? build : "build"), faulty[200];
	long pid;

	snprintf(faulty, sizeof faulty, "%s-faults", before);
	set("HOLDFAST_BUILD", faulty);
	set("HOLDFAST_FAULT", fault);
	set("HOLDFAST_BREAK", rules);
	pid = rig_start(program, argument, NULL);
	set("HOLDFAST_BUILD", before);
	set("HOLDFAST_FAULT", NULL);
	set("HOLDFAST_BREAK", NULL);
	free(before);
	return pid;
}

size_t faulty_lines(const char *text)
{
	size_t count = 0;

	for (const char *at = rig_log(); (at = strstr(at, text)); at++)
		count++;
	return count;
}

void faulty_await_lines(const char *text, size_t count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (faulty_lines(text) < count) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("the log has not %zu times: %s\n%s", count, text, rig_log());
		clock_sleep_ms(10);
	}
}

/* The letter of its state; Z also where it is gone. */
static char state_of(long pid)
{
	char path[64], line[200], state = 'Z';
	FILE *status;

	snprintf(path, sizeof path, "/proc/%ld/status", pid);
	status = fopen(path, "r");
	while (status && fgets(line, sizeof line, status))
		if (sscanf(line, "State: %c", &state) == 1)
			break;
	if (status)
		fclose(status);
	return state;
}

bool faulty_has_ended(long pid)
{
	return state_of(pid) == 'Z';
}

void faulty_await_stopped(long pid)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	char state;

	while ((state = state_of(pid)) != 'T') {
		if (state == 'Z' || clock_monotonic_ms() > until_ms)
			fail_msg("a program did not come to stand still (%c)\n%s", state, rig_log());
		clock_sleep_ms(5);
	}
}

void faulty_go_on(long pid)
{
	assert_int_equal(kill((pid_t)pid, SIGCONT), 0);
}

void faulty_end_idle_transactions(void)
{
	(void)rig_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
	              "current_database() AND state LIKE 'idle in transaction%%'");
}

void faulty_audit(int exit_code)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char command[300], printed[8000];
	size_t bytes;
	FILE *audit;
	int status;

	snprintf(command, sizeof command, "'%s/holdfast-audit' 2>&1", build ? build : "build");
	audit = popen(command, "r");
	assert_non_null(audit);
	bytes = fread(printed, 1, sizeof printed - 1, audit);
	printed[bytes] = '\0';
	while (fgetc(audit) != EOF)
		continue;
	status = pclose(audit);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != exit_code)
		fail_msg("the audit ended with %d, expected %d\n%s\n%s", WEXITSTATUS(status), exit_code,
		         printed, rig_sql("SELECT partition, min(\"offset\"), max(\"offset\"), show_id FROM "
		                          "holdfast.decisions GROUP BY partition, show_id ORDER BY 1, 2"));
}
