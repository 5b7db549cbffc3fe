/*
 * pages.h - files that the gateway serves as they are: descriptions of the API, which lie beside this
 * one, and those of web/. `web/embed` makes them part of the program.
 */
#ifndef HOLDFAST_GATEWAY_PAGES_PAGES_H
#define HOLDFAST_GATEWAY_PAGES_PAGES_H

#include <stdbool.h>

#include "common/base/text.h"

#define PAGE_ETAG_BYTES 20 /* "0123456789abcdef" in its quotes, and a NUL */

struct page {
	const char *type; /* Content-Type */
	char etag[PAGE_ETAG_BYTES];
	struct text text; /* for ever */
	bool is_demo;     /* of / and /demo/ */
};

/* What is at that path. false: nothing */
bool page_find(struct text path, struct page *page);

#endif
