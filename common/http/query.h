/*
 * query.h - the parameters of a query: name=value&..., percent-encoded.
 *
 * As browsers' forms have it: + is a blank. Refuses what is no escape.
 */
#ifndef HOLDFAST_HTTP_QUERY_H
#define HOLDFAST_HTTP_QUERY_H

#include "common/base/text.h"

enum query_found {
	QUERY_ABSENT, /* value is empty */
	QUERY_FOUND,
	QUERY_TWICE,  /* to be refused */
	QUERY_BAD,    /* to be refused: somewhere in the query is a % without two hex digits */
	QUERY_NO_MEMORY,
};

/*
 * The value of the one parameter of that name, decoded. A parameter without = has the empty value.
 *
 * query  as http_request has it
 * value  emptied, then filled where found; any bytes, NUL among them; release the buffer
 */
enum query_found query_find(struct text query, const char *name, struct buf *value);

/* Append decoded bytes. false: a % without two hex digits */
bool query_decode(struct text encoded, struct buf *decoded);

#endif
