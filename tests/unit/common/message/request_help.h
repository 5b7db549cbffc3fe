/*
 * request_help.h - requests as texts, and what the tests of reading them say of one.
 */
#ifndef HOLDFAST_TESTS_MSG_REQUEST_HELP_H
#define HOLDFAST_TESTS_MSG_REQUEST_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/message/request.h"

#define ID "01940000-0000-7000-8000-00000000abcd"
#define ID_UPPER "01940000-0000-7000-8000-00000000ABCD"
#define OTHER_ID "01940000-0000-7000-8000-00000000abce"
#define NIL "00000000-0000-0000-0000-000000000000"
#define HEAD(type) "{\"type\":\"" type "\",\"request_id\":\"" ID "\",\"show_id\":\"s\""
#define RESERVE(rest) HEAD("reserve") ",\"session_id\":\"x\"," rest "}"
#define CREATE(rest) HEAD("create_show") rest "}"
#define HOLDING(type, rest) HEAD(type) ",\"reservation_id\":\"" ID "\"" rest "}"

static struct arena arena; /* released behind each test */

static inline int release_arena(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static inline struct request decode_bytes(const char *data, size_t bytes)
{
	struct request r;
	char *exact = malloc(bytes ? bytes : 1); /* a read of one byte more is seen by the sanitizer */

	assert_non_null(exact);
	memcpy(exact, data, bytes);
	request_decode((struct text){exact, bytes}, &arena, &r);
	free(exact); /* nothing may be borrowed from the value */
	assert_false(arena.failed);
	assert_int_equal(r.fault != REQUEST_READABLE, r.fault_text[0] != '\0');
	return r;
}

static inline struct request decode(const char *json)
{
	return decode_bytes(json, strlen(json));
}

static inline struct request decode_readable(const char *json)
{
	struct request r = decode(json);

	if (r.fault != REQUEST_READABLE)
		fail_msg("%s: %s", json, r.fault_text);
	return r;
}

static inline void assert_text(struct text t, const char *expected)
{
	assert_non_null(t.data);
	assert_int_equal(t.bytes, strlen(expected));
	assert_memory_equal(t.data, expected, t.bytes);
}

static inline void assert_nothing_kept(const struct request *r)
{
	assert_int_equal(r->fault, REQUEST_UNREADABLE);
	assert_int_equal(r->type, REQUEST_NONE);
	assert_false(r->has_request_id);
	assert_null(r->show_id.data);
}

/* The text starts with the field's name. */
static inline void assert_malformed(const char *json, const char *key)
{
	struct request r = decode(json);

	if (r.fault != REQUEST_MALFORMED || strncmp(r.fault_text, key, strlen(key)) != 0 ||
	    r.fault_text[strlen(key)] != ' ')
		fail_msg("%s: fault %d, \"%s\"", json, r.fault, r.fault_text);
}

#define TEST(name) cmocka_unit_test_teardown(name, release_arena)

#endif
