/*
 * origin.h - whether a page of another origin may ask: section 1 of docs/http.md.
 */
#ifndef HOLDFAST_GATEWAY_API_ORIGIN_H
#define HOLDFAST_GATEWAY_API_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/text.h"

/* What counts as own and as listed; texts as the options give them. */
struct origins {
	struct text own;         /* --public-origin; data NULL: only the Host header tells */
	const struct text *list; /* --origins */
	size_t count;
};

/* What a request says of where it comes from; data NULL: no such header. */
struct origin_headers {
	struct text origin, host, fetch_site;
};

enum origin_kind {
	ORIGIN_NONE,    /* no page, or one that a person opened by himself */
	ORIGIN_OWN,
	ORIGIN_LISTED,  /* of --origins: gets CORS */
	ORIGIN_FOREIGN, /* may not change anything */
};
enum origin_kind origin_of(const struct origins *origins, const struct origin_headers *headers);

/* "https://tickets.example.org" or with a port, and nothing behind; lower case. */
bool origin_is_well_formed(struct text origin);

#endif
