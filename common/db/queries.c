/*
 * The statements of sql/queries, built into the programs: the names and texts that db.h gives out.
 */
#include <stddef.h>

#include "common/db/db.h"

static const struct {
	const char *name, *text;
} queries[QUERY_COUNT] = {
#define QUERY(symbol, name, text) [QUERY_##symbol] = {name, text},
#include "queries.inc"
#undef QUERY
};

const char *query_name(enum query q)
{
	return queries[q].name;
}

const char *query_text(enum query q)
{
	return queries[q].text;
}
