#include "tests/integration/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"

__attribute__((format(printf, 2, 0))) static const char *shell(const char *before, const char *format,
                                                               va_list args)
{
	char *command = rig_print(format, args), chunk[4096];
	struct buf whole = {0}, text = {0};
	size_t got;
	FILE *pipe;

	buf_print(&whole, "%s %s", before, command);
	buf_add_string(&text, "");
	pipe = popen(whole.data, "r");
	assert_non_null(pipe);
	while ((got = fread(chunk, 1, sizeof chunk, pipe)) > 0)
		buf_add(&text, chunk, got);
	if (pclose(pipe))
		fail_msg("%s\nprinted %s", whole.data, text.data);
	buf_release(&whole);
	free(command);
	return rig_keep(text.data);
}

const char *shell_kafka_tool(const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = shell("compose/local/kafka-tool", format, args);
	va_end(args);
	return text;
}

const char *shell_run(const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = shell("", format, args);
	va_end(args);
	return text;
}

void shell_offsets(const char *format, ...)
{
	const char *said;
	char *what;
	va_list args;

	va_start(args, format);
	what = rig_print(format, args);
	va_end(args);
	rig_await_empty_group();
	said = shell_kafka_tool("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand "
	                        "--bootstrap-server \"$KAFKA_BOOTSTRAP_SERVERS\" --timeout %d "
	                        "--group %s %s 2>&1", RIG_WAIT_MS, rig_group, what);
	if (strstr(said, "Error") || strstr(said, "Exception"))
		fail_msg("offsets: %s\n%s", what, said);
	free(what);
}

void shell_restart_kafka(void)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const char *found;

	while (strstr(found = shell_kafka_tool("org.apache.kafka.tools.TransactionsCommand "
	                                       "--bootstrap-server \"$KAFKA_BOOTSTRAP_SERVERS\" list 2>&1"),
	              "Prepare"))
		if (clock_monotonic_ms() > until_ms)
			fail_msg("a transaction does not end:\n%s", found);
	if (strstr(shell_run("compose/local/down kafka 2>&1"), "killing it"))
		fail_msg("the broker did not stop in order");
	(void)shell_run("compose/local/up kafka 2>&1");
}
