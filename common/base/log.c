#include "common/base/log.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/instant.h"
#include "common/base/json.h"

static const char *const level_names[] = {"error", "warning", "info", "debug"};
static const char *log_program = "holdfast";
static enum log_format log_format = LOG_LOGFMT;
static enum log_level log_level = LOG_INFO;
static _Thread_local struct log_field context; /* of this thread's lines; name NULL: none */

void log_open(const char *program, enum log_format format, enum log_level level)
{
	log_program = program;
	log_format = format;
	log_level = level;
}

void log_open_as(const char *program, const char *format, const char *level)
{
	enum log_level chosen = LOG_INFO;

	for (int i = LOG_ERROR; i <= LOG_DEBUG; i++)
		if (!strcmp(level, level_names[i]))
			chosen = (enum log_level)i;
	log_open(program, strcmp(format, "json") ? LOG_LOGFMT : LOG_JSON, chosen);
}

int log_is_on(enum log_level level)
{
	return level <= log_level;
}

static bool needs_quotes(const char *s, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if ((unsigned char)s[i] <= 0x20 || strchr("=\"\\\x7f", s[i]))
			return true;
	return bytes == 0;
}

static void add_field(struct buf *line, const char *name, const char *s, size_t bytes)
{
	if (log_format == LOG_JSON) {
		buf_print(line, "%s\"%s\":", line->bytes ? "," : "{", name);
		json_add_safe_text(line, (struct text){s, bytes});
	} else {
		buf_print(line, "%s%s=", line->bytes ? " " : "", name);
		if (needs_quotes(s, bytes))
			json_add_safe_text(line, (struct text){s, bytes});
		else
			buf_add(line, s, bytes);
	}
}

void log_context(const char *name, int64_t value)
{
	context = (struct log_field)F_INT(name, value);
}

static bool has_field(const struct log_field *fields, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].name && !strcmp(fields[i].name, name))
			return true;
	return false;
}

static void add(struct buf *line, const struct log_field *f)
{
	if (f->string_bytes == SIZE_MAX)
		add_field(line, f->name, f->string ? f->string : "", f->string ? strlen(f->string) : 0);
	else if (f->string)
		add_field(line, f->name, f->string, f->string_bytes);
	else if (log_format == LOG_JSON)
		buf_print(line, ",\"%s\":%" PRId64, f->name, f->integer);
	else
		buf_print(line, " %s=%" PRId64, f->name, f->integer);
}

/* Does a person read along, who has not asked for JSON? */
static bool is_for_people(enum log_level level)
{
	return log_format == LOG_LOGFMT && level <= LOG_WARNING && isatty(STDERR_FILENO);
}

static bool is_called(const struct log_field *f, const char *name)
{
	return f->name && !strcmp(f->name, name);
}

/* "program: message: error (name=value ...)", without what is for developers. */
static void add_sentence(struct buf *line, enum log_level level, const char *message,
                         const struct log_field *fields, size_t count)
{
	struct buf rest = {0};

	buf_print(line, "%s: %s%s", log_program, level == LOG_WARNING ? "warning: " : "", message);
	if (context.name && !has_field(fields, count, context.name))
		add(&rest, &context);
	for (size_t i = 0; i < count; i++) {
		const struct log_field *f = &fields[i];

		if (is_called(f, "error") && f->string)
			buf_print(line, ": %.*s", (int)(f->string_bytes == SIZE_MAX ? strlen(f->string)
			                                                           : f->string_bytes), f->string);
		else if (f->name && !is_called(f, "func") && !is_called(f, "line"))
			add(&rest, f);
	}
	if (rest.bytes)
		buf_print(line, " (%s)", rest.data + (rest.data[0] == ' '));
	line->failed = line->failed || rest.failed;
	buf_release(&rest);
	for (size_t i = 0; i < line->bytes; i++) /* one line, and nothing that moves the cursor */
		if ((unsigned char)line->data[i] < 0x20 || line->data[i] == 0x7f)
			line->data[i] = ' ';
	buf_add_string(line, "\n");
}

static void add_line(struct buf *line, enum log_level level, const char *message,
                     const struct log_field *fields, size_t count)
{
	char time[INSTANT_TEXT_BYTES];

	instant_print(clock_wall_ms(), time);
	add_field(line, "ts", time, strlen(time));
	add_field(line, "level", level_names[level], strlen(level_names[level]));
	add_field(line, "program", log_program, strlen(log_program));
	add_field(line, "msg", message, strlen(message));
	if (context.name && !has_field(fields, count, context.name))
		add(line, &context);
	for (size_t i = 0; i < count; i++)
		if (fields[i].name)
			add(line, &fields[i]);
	buf_add_string(line, log_format == LOG_JSON ? "}\n" : "\n");
}

void log_write(enum log_level level, const char *message, const struct log_field *fields,
               size_t count)
{
	static const char no_memory[] = "out of memory: a message is left out here\n";
	struct buf line = {0};
	ssize_t written;

	if (is_for_people(level))
		add_sentence(&line, level, message, fields, count);
	else
		add_line(&line, level, message, fields, count);
	if (line.failed)
		written = write(STDERR_FILENO, no_memory, sizeof no_memory - 1);
	else
		written = write(STDERR_FILENO, line.data, line.bytes);
	(void)written; /* nobody left to tell */
	buf_release(&line);
}

void log_err(enum log_level level, const char *message, const struct err *err)
{
	log_at(level, message, F_STR("error", err->text),
	       {.name = err->code[0] ? "sqlstate" : NULL, .string = err->code,
	        .string_bytes = SIZE_MAX},
	       F_STR("func", err->func), F_INT("line", err->line));
}
