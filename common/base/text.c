#include "common/base/text.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST_BYTES 256u
#define ARENA_BLOCK_BYTES 65536u

struct arena_block {
	struct arena_block *next;
	size_t capacity_bytes;
	alignas(max_align_t) char data[];
};

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
	if (!make_room(b, bytes))
		return;
	if (bytes)
		memcpy(b->data + b->bytes, data, bytes);
	b->bytes += bytes;
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

void buf_add_u16(struct buf *b, uint16_t v)
{
	const unsigned char bytes[2] = {(unsigned char)(v >> 8), (unsigned char)v};

	buf_add(b, bytes, sizeof bytes);
}

void buf_add_u32(struct buf *b, uint32_t v)
{
	buf_add_u16(b, (uint16_t)(v >> 16));
	buf_add_u16(b, (uint16_t)v);
}

void buf_add_u64(struct buf *b, uint64_t v)
{
	buf_add_u32(b, (uint32_t)(v >> 32));
	buf_add_u32(b, (uint32_t)v);
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

void *arena_take(struct arena *a, size_t bytes)
{
	size_t rounded = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	struct arena_block *block = a->first;
	void *taken;

	if (!block || block->capacity_bytes - a->used_bytes < rounded) {
		size_t capacity = rounded > ARENA_BLOCK_BYTES ? rounded : ARENA_BLOCK_BYTES;

		block = malloc(sizeof *block + capacity);
		if (!block) {
			arena_fail(a);
			return NULL;
		}
		block->next = a->first;
		block->capacity_bytes = capacity;
		a->first = block;
		a->used_bytes = 0;
		a->total_bytes += capacity;
	}
	taken = block->data + a->used_bytes;
	a->used_bytes += rounded;
	memset(taken, 0, rounded);
	return taken;
}

struct text arena_copy(struct arena *a, struct text t)
{
	char *copy = arena_take(a, t.bytes + 1);

	if (!copy)
		return (struct text){NULL, 0};
	if (t.bytes)
		memcpy(copy, t.data, t.bytes);
	return (struct text){copy, t.bytes};
}

void arena_fail(struct arena *a)
{
	a->failed = true;
	text_say_memory_ran_out();
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){a->first, a->used_bytes};
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
	while (a->first != mark.first) {
		struct arena_block *next = a->first->next;

		a->total_bytes -= a->first->capacity_bytes;
		free(a->first);
		a->first = next;
	}
	a->used_bytes = mark.used_bytes;
}

void arena_clear(struct arena *a)
{
	struct arena_block *block = a->first;

	if (!block)
		return;
	if (block->capacity_bytes != ARENA_BLOCK_BYTES) {
		arena_release(a);
		return;
	}
	while (block->next) {
		struct arena_block *next = block->next->next;

		free(block->next);
		block->next = next;
	}
	a->used_bytes = 0;
	a->total_bytes = block->capacity_bytes;
	a->failed = false;
}

void arena_release(struct arena *a)
{
	while (a->first) {
		struct arena_block *next = a->first->next;

		free(a->first);
		a->first = next;
	}
	*a = (struct arena){0};
}
