/*
 * log.h - messages for operators, on stderr, one line each, as logfmt or JSON.
 *
 * Threads: any. A line is written with one write(2).
 * Rule: nothing of a request is quoted but a valid show_id, seat_id, request_id, reservation_id.
 */
#ifndef HOLDFAST_BASE_LOG_H
#define HOLDFAST_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/base/text.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_LOGFMT, LOG_JSON };

struct log_field {
	const char *name; /* NULL: skipped */
	const char *string;
	size_t string_bytes;
	int64_t integer; /* where string is NULL */
};

#define F_STR(n, s) {.name = (n), .string = (s), .string_bytes = SIZE_MAX} /* NULL: "" */
#define F_TEXT(n, t) {.name = (n), .string = (t).data ? (t).data : "", .string_bytes = (t).bytes}
#define F_INT(n, i) {.name = (n), .integer = (int64_t)(i)}

/* Once, before the first thread; program is borrowed for ever. Defaults: holdfast, logfmt, info. */
void log_open(const char *program, enum log_format format, enum log_level level);
/* The same with the words of the options: "logfmt" or "json"; "error" to "debug". */
void log_open_as(const char *program, const char *format, const char *level);
int log_is_on(enum log_level level);

/*
 * From here on every line of the calling thread has this field, first behind its message; not
 * where the line names a field of its own so.
 *
 * name  borrowed for ever; NULL: no such field any more
 */
void log_context(const char *name, int64_t value);

/*
 * log_info("lane started", F_INT("partition", 3), F_STR("why", "assigned"));
 */
#define log_at(level, message, ...) \
	do { \
		if (log_is_on(level)) { \
			const struct log_field log_fields_[] = {{0}, __VA_ARGS__}; \
			log_write((level), (message), log_fields_, \
			          sizeof log_fields_ / sizeof log_fields_[0]); \
		} \
	} while (0)
#define log_error(...) log_at(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_at(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_at(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)

/* An error with its place: `log_err(LOG_ERROR, "cannot start", &err);` */
void log_err(enum log_level level, const char *message, const struct err *err);

void log_write(enum log_level level, const char *message, const struct log_field *fields,
               size_t count);

#endif
