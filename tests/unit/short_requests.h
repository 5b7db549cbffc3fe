/*
 * short_requests.h - requests about a show "s", short enough to fill a table.
 *
 * In the JSON written in these tests ' stands for ", but where it stands between two letters.
 */
#ifndef HOLDFAST_TESTS_SHORT_REQUESTS_H
#define HOLDFAST_TESTS_SHORT_REQUESTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <ctype.h>
#include <time.h>

#include "common/base/arena.h"
#include "common/base/text.h"

#define T0 INT64_C(1000000000000) /* when the show was made */
#define S INT64_C(1000)           /* a second */
#define PARTITIONS 8
#define U(digits) "00000000-0000-4000-8000-0000000000" digits

/* Requests about show "s". */
#define HEAD(type, id) "{'type':'" type "','request_id':'" U(id) "','show_id':'s'"
#define RESERVE_ALSO(id, who, seats, more) \
	HEAD("reserve", id) ",'session_id':'" who "','seat_ids':[" seats "]" more "}"
#define RESERVE(id, who, seats) RESERVE_ALSO(id, who, seats, "")
#define OF(type, id, who, of, more) \
	HEAD(type, id) ",'session_id':'" who "','reservation_id':'" U(of) "'" more "}"
#define RELEASE(id, who, of) OF("release", id, who, of, "")
#define CONFIRM(id, who, of) OF("confirm", id, who, of, "")
#define EXTEND(id, who, of, seconds) OF("extend", id, who, of, ",'hold_seconds':" seconds)
#define EXPIRE(id, of) HEAD("expire", id) ",'reservation_id':'" U(of) "'}"
#define CANCEL(id, owner, of) \
	HEAD("cancel", id) ",'owner_key':'" owner "','reservation_id':'" U(of) "'}"
#define HOLDS(of, seats) "'reservation_id':'" U(of) "','seat_ids':[" seats "]"

static struct arena texts; /* released by each test's tear-down */

static inline struct text quoted(const char *json)
{
	size_t bytes = strlen(json);
	char *c = arena_take(&texts, bytes + 1);

	assert_non_null(c);
	memcpy(c, json, bytes);
	for (size_t i = 0; i < bytes; i++)
		if (c[i] == '\'' && !(i > 0 && isalpha((unsigned char)c[i - 1]) &&
		                      isalpha((unsigned char)c[i + 1])))
			c[i] = '"';
	return (struct text){c, bytes};
}

static inline const char *join(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline const char *join(const char *format, ...)
{
	char *joined = arena_take(&texts, 4096);
	va_list args;

	assert_non_null(joined);
	va_start(args, format);
	vsnprintf(joined, 4096, format, args);
	va_end(args);
	return joined;
}

static inline const char *at(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	char text[32];

	assert_non_null(gmtime_r(&seconds, &tm));
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
	return join("%s.%03dZ", text, (int)(ms % 1000));
}

static inline const char *until(int64_t ms)
{
	return join("'reserved_until':'%s'", at(ms));
}

#endif
