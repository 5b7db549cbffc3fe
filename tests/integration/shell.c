#include "tests/integration/shell.h"

#include <stdio.h>
#include <stdlib.h>

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
