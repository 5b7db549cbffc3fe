/*
 * pages.h - the one door to libmicrohttpd: a few pages, made anew for each GET, on one address.
 *
 * Threads: open and close belong to one; the pages are made on a thread of the server's own.
 * Limits: PAGES_CONNECTIONS_MAX at a time, of one address PAGES_SHARE_MAX; a client that says nothing
 * for PAGES_SILENCE_S is left, and one whose header is not there after PAGES_HEADER_MS.
 */
#ifndef HOLDFAST_HTTP_PAGES_H
#define HOLDFAST_HTTP_PAGES_H

#include <stddef.h>

#include "common/base/err.h"
#include "common/base/text.h"

#define PAGES_CONNECTIONS_MAX 32
#define PAGES_SHARE_MAX 8
#define PAGES_SILENCE_S 10
#define PAGES_HEADER_MS 10000
#define PAGES_OK 200
#define PAGES_UNAVAILABLE 503

struct page {
	const char *path;              /* with its leading slash */
	const char *content_type;
	int (*make)(struct buf *body); /* returns the status */
};

struct pages;

/*
 * Serve the pages at an address, ADDR:PORT with an IPv4 address, the name of one, or an IPv6 address
 * in brackets; port 0: any that is free. What is no page is answered 404, and a method but GET and
 * HEAD 405.
 *
 * option  the flag that the address comes from: errors begin with it
 * list    borrowed until pages_close
 * out     returned, release with pages_close
 *
 * RC_USAGE: not of that form, or nothing can listen there
 */
enum rc pages_open(struct pages **out, const char *option, const char *listen,
                   const struct page *list, size_t count, struct err *e) NODISCARD;
/* Could it be served there, if not by this process, then once whoever listens there has gone? */
enum rc pages_try(const char *option, const char *listen, struct err *e) NODISCARD;
const char *pages_address(const struct pages *pages); /* ADDR:PORT, as it came to be */
void pages_close(struct pages *pages);                /* takes NULL */

#endif
