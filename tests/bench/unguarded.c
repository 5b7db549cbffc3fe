/*
 * unguarded - the worker without guard and verification, for price.sh: the statements of
 * tests/bench/unguarded_queries/ in place of those of the same name. It promises nothing.
 *
 * What the guard compares is sent all the same, and not looked at.
 */
#include <stddef.h>

#include "common/db/db.h"

const char *__real_query_text(enum query q);
const char *__wrap_query_text(enum query q);

const char *__wrap_query_text(enum query q)
{
	static const char *const unguarded[QUERY_COUNT] = {
#define QUERY(symbol, name, text) [QUERY_##symbol] = text,
#include "unguarded.inc"
#undef QUERY
	};

	return unguarded[q] ? unguarded[q] : __real_query_text(q);
}
