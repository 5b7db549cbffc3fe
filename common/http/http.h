/*
 * http.h - the one door to libmicrohttpd: a few pages, made anew for each GET, on one address.
 *
 * Threads: open and close belong to one; the pages are made on a thread of the server's own.
 * Limits: HTTP_CONNECTIONS_MAX at a time, of one address HTTP_SHARE_MAX; a client that says nothing
 * for HTTP_SILENCE_S is left, and one whose header is not there after HTTP_HEADER_MS.
 */
#ifndef HOLDFAST_HTTP_HTTP_H
#define HOLDFAST_HTTP_HTTP_H

#include <stddef.h>

#include "common/base/err.h"
#include "common/base/text.h"

#define HTTP_CONNECTIONS_MAX 32
#define HTTP_SHARE_MAX 8
#define HTTP_SILENCE_S 10
#define HTTP_HEADER_MS 10000
#define HTTP_OK 200
#define HTTP_UNAVAILABLE 503

struct http_page {
	const char *path;              /* with its leading slash */
	const char *content_type;
	int (*make)(struct buf *body); /* returns the status */
};

struct http;

/*
 * Serve the pages at an address, ADDR:PORT with an IPv4 address, the name of one, or an IPv6 address
 * in brackets; port 0: any that is free. What is no page is answered 404, and a method but GET and
 * HEAD 405.
 *
 * option  the flag that the address comes from: errors begin with it
 * pages   borrowed until http_close
 * http    returned, release with http_close
 *
 * RC_USAGE: not of that form, or nothing can listen there
 */
enum rc http_open(struct http **http, const char *option, const char *listen,
                  const struct http_page *pages, size_t count, struct err *e) NODISCARD;
/* Could it be served there, if not by this process, then once whoever listens there has gone? */
enum rc http_try(const char *option, const char *listen, struct err *e) NODISCARD;
const char *http_address(const struct http *http); /* ADDR:PORT, as it came to be */
void http_close(struct http *http);                /* takes NULL */

#endif
