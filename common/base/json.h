/*
 * json.h - writing JSON: single values, and objects and arrays as they come.
 *
 * What is written goes into a buffer, which remembers that memory ran out. Nothing is kept of what
 * was written, so a document may be as long as it likes. Texts are UTF-8.
 * Doesn't know: reading (common/message/tree.h).
 */
#ifndef HOLDFAST_BASE_JSON_H
#define HOLDFAST_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/base/ids.h"
#include "common/base/text.h"

/* ---- a value alone: appended, with its quotes and escapes, and no comma ---- */

void json_add_text(struct buf *b, struct text t);
void json_add_texts(struct buf *b, const struct text *texts, size_t count);
void json_add_integer(struct buf *b, int64_t integer);
void json_add_uuid(struct buf *b, const struct uuid *id);
void json_add_time(struct buf *b, int64_t wall_ms);

/* The same to who parses it, but every control byte and DEL stands as \u and four digits. */
void json_add_safe_text(struct buf *b, struct text t);

/* ---- a document ---- */

/* {.to = a buffer} is the beginning of a document, or of more of it. */
struct json {
	struct buf *to;     /* borrowed */
	bool needs_comma;   /* a value stands before the next one */
	bool is_line_ended; /* json_end_line was called */
};

/*
 * Write the next value. Commas come by themselves.
 *
 * key  in an object, a literal that needs no escapes; NULL: in an array, or the document itself
 */
void json_open_object(struct json *j, const char *key);
void json_close_object(struct json *j);
void json_open_array(struct json *j, const char *key);
void json_close_array(struct json *j);
void json_write_text(struct json *j, const char *key, struct text t); /* data NULL: null */
void json_write_string(struct json *j, const char *key, const char *string); /* NULL: null */
void json_write_integer(struct json *j, const char *key, int64_t integer);
void json_write_real(struct json *j, const char *key, double real, int decimals);
void json_write_bool(struct json *j, const char *key, bool is_true);
void json_write_null(struct json *j, const char *key);
void json_write_uuid(struct json *j, const char *key, const struct uuid *id);
void json_write_time(struct json *j, const char *key, int64_t wall_ms);

/* The next value or key stands on a line of its own, behind the comma. */
void json_end_line(struct json *j);

/* A value that is JSON already. */
void json_write_made(struct json *j, const char *key, struct text made);

/*
 * Write to a stream what the buffer has and empty it; the document goes on. Nothing is written
 * where memory ran out: that stays in the buffer's `failed`.
 */
void json_print(struct json *j, FILE *out);

#endif
