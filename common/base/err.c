#include "common/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"

enum rc err_fill(struct err *e, enum rc rc, enum origin origin, const char *code,
                 const char *func, int line, const char *format, ...)
{
	va_list args;

	e->rc = rc;
	e->origin = origin;
	e->func = func;
	e->line = line;
	snprintf(e->code, sizeof e->code, "%s", code ? code : "");
	va_start(args, format);
	vsnprintf(e->text, sizeof e->text, format, args);
	va_end(args);
	/* Messages of libpq and librdkafka end with a line feed or hold several lines. */
	for (char *c = e->text; *c; c++)
		if (*c == '\n' || *c == '\r')
			*c = c[1] ? ' ' : '\0';
	return rc;
}

enum rc err_fill_out_of_memory(struct err *e, const char *func, int line)
{
	text_say_memory_ran_out();
	return err_fill(e, RC_FATAL, FROM_PROGRAM, "", func, line, "out of memory");
}
