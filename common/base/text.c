#include "common/base/text.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/big_endian.h"

#define BUF_FIRST_BYTES 256u

static atomic_bool has_run_out;

bool text_memory_ran_out(void)
{
	return atomic_load(&has_run_out);
}

void text_say_memory_ran_out(void)
{
	atomic_store(&has_run_out, true);
}

struct text text_of(const char *string)
{
	return (struct text){string, string ? strlen(string) : 0};
}

bool text_same(struct text a, struct text b)
{
	return a.bytes == b.bytes && (a.bytes == 0 || memcmp(a.data, b.data, a.bytes) == 0);
}

bool text_identical(struct text a, struct text b)
{
	return !a.data == !b.data && text_same(a, b);
}

int text_compare(struct text a, struct text b)
{
	size_t shorter = a.bytes < b.bytes ? a.bytes : b.bytes;
	int order = shorter ? memcmp(a.data, b.data, shorter) : 0;

	return order ? order : (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

static bool make_room(struct buf *b, size_t more)
{
	size_t capacity = b->capacity_bytes ? b->capacity_bytes : BUF_FIRST_BYTES;
	char *grown;

	if (b->failed)
		return false;
	if (b->data && b->capacity_bytes - b->bytes > more)
		return true;
	while (capacity - b->bytes <= more)
		capacity *= 2;
	grown = realloc(b->data, capacity);
	if (!grown) {
		b->failed = true;
		text_say_memory_ran_out();
		return false;
	}
	b->data = grown;
	b->capacity_bytes = capacity;
	return true;
}

void buf_add(struct buf *b, const void *data, size_t bytes)
{
	/* Most have room. One without memory has none. */
	if ((b->failed || b->capacity_bytes - b->bytes <= bytes) && !make_room(b, bytes))
		return;
	if (bytes)
		memcpy(b->data + b->bytes, data, bytes);
	b->bytes += bytes;
	b->data[b->bytes] = '\0';
}

void buf_reserve(struct buf *b, size_t bytes)
{
	if (make_room(b, bytes))
		b->data[b->bytes] = '\0';
}

void buf_add_text(struct buf *b, struct text t)
{
	buf_add(b, t.data, t.bytes);
}

void buf_add_string(struct buf *b, const char *string)
{
	buf_add(b, string, strlen(string));
}

void buf_print(struct buf *b, const char *format, ...)
{
	va_list args;
	int needed;

	va_start(args, format);
	needed = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (needed < 0 || !make_room(b, (size_t)needed))
		return;
	va_start(args, format);
	vsnprintf(b->data + b->bytes, (size_t)needed + 1, format, args);
	va_end(args);
	b->bytes += (size_t)needed;
}

static void add_number(struct buf *b, uint64_t v, size_t bytes)
{
	unsigned char number[sizeof v];

	big_endian_write(number, v, bytes);
	buf_add(b, number, bytes);
}

void buf_add_u16(struct buf *b, uint16_t v)
{
	add_number(b, v, sizeof v);
}

void buf_add_u32(struct buf *b, uint32_t v)
{
	add_number(b, v, sizeof v);
}

void buf_add_u64(struct buf *b, uint64_t v)
{
	add_number(b, v, sizeof v);
}

void buf_clear(struct buf *b)
{
	b->bytes = 0;
	b->failed = false;
	if (b->data)
		b->data[0] = '\0';
}

void buf_release(struct buf *b)
{
	free(b->data);
	*b = (struct buf){0};
}

struct text buf_text(const struct buf *b)
{
	return (struct text){b->data ? b->data : "", b->bytes};
}
