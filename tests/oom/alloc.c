#include "tests/oom/alloc.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_long count, fails_at;
static atomic_bool is_for_good, has_failed;
static bool is_counting; /* for the end of the program */

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
char *__real_strdup(const char *string);
char *__real_strndup(const char *string, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t items, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);
char *__wrap_strdup(const char *string);
char *__wrap_strndup(const char *string, size_t bytes);

void alloc_fail_at(long n, bool for_good)
{
	atomic_store(&fails_at, n);
	atomic_store(&is_for_good, for_good);
	atomic_store(&has_failed, false);
	atomic_store(&count, 0);
}

bool alloc_has_failed(void)
{
	return atomic_load(&has_failed);
}

static bool fails(void)
{
	long number = atomic_fetch_add(&count, 1) + 1, at = atomic_load(&fails_at);

	if (at == 0 || number < at || (number > at && !atomic_load(&is_for_good)))
		return false;
	atomic_store(&has_failed, true);
	return true;
}

void *__wrap_malloc(size_t bytes)
{
	return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t items, size_t bytes)
{
	return fails() ? NULL : __real_calloc(items, bytes);
}

void *__wrap_realloc(void *old, size_t bytes)
{
	return fails() ? NULL : __real_realloc(old, bytes);
}

char *__wrap_strdup(const char *string)
{
	return fails() ? NULL : __real_strdup(string);
}

char *__wrap_strndup(const char *string, size_t bytes)
{
	return fails() ? NULL : __real_strndup(string, bytes);
}

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("HOLDFAST_ALLOC_FAILS");
	char *end;
	long n;

	if (!text)
		return;
	n = strtol(text, &end, 10);
	alloc_fail_at(n, *end == '+');
	is_counting = n == 0;
}

__attribute__((destructor)) static void end(void)
{
	if (is_counting)
		fprintf(stderr, ALLOC_COUNT_SAID "%ld\n", atomic_load(&count));
}
