/*
 * text.h - borrowed bytes, and growing buffers.
 *
 * Out of memory: a buffer that cannot grow remembers it (`failed`), goes on as a no-op, and is
 * asked once at the end. Whoever has no use for a result that lacks anything asks
 * text_memory_ran_out() besides.
 */
#ifndef HOLDFAST_BASE_TEXT_H
#define HOLDFAST_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that belong to someone else; not NUL-terminated. data == NULL: there is none. */
struct text {
	const char *data;
	size_t bytes;
};

struct text text_of(const char *string); /* borrows; NULL gives the empty text with data NULL */
bool text_same(struct text a, struct text b);
bool text_identical(struct text a, struct text b); /* and none is not the same as empty */
int text_compare(struct text a, struct text b); /* as bytes, shorter first where one is a prefix */

#define TEXT_ARGS(t) (int)(t).bytes, (t).data /* for "%.*s" */

/* A growing byte buffer; data is always NUL-terminated behind `bytes`. Zeroed is empty. */
struct buf {
	char *data;
	size_t bytes;
	size_t capacity_bytes;
	bool failed;
};

void buf_reserve(struct buf *b, size_t bytes); /* room for so many more */
void buf_add(struct buf *b, const void *data, size_t bytes);
void buf_add_text(struct buf *b, struct text t);
void buf_add_string(struct buf *b, const char *string);
void buf_print(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_add_u16(struct buf *b, uint16_t v); /* big-endian */
void buf_add_u32(struct buf *b, uint32_t v);
void buf_add_u64(struct buf *b, uint64_t v);
void buf_clear(struct buf *b);   /* empty, memory kept */
void buf_release(struct buf *b); /* empty, memory gone; takes a released one */
struct text buf_text(const struct buf *b); /* borrowed until the next change */

/* Has this process ever found no memory, here or at an err_out_of_memory? Threads: any. */
bool text_memory_ran_out(void);
void text_say_memory_ran_out(void);

#endif
