/*
 * pages.h - a few pages, made anew for each GET, at an address of their own.
 *
 * For operators and their programs: HTTP/1.0 will do, too. Of PAGES_CONNECTIONS_MAX connections a
 * fifth may be inside an unfinished request; where there are more the oldest one is closed, so that
 * nobody who says nothing keeps others out.
 * Threads: open and close belong to one; the pages are made on a thread of the server's own.
 */
#ifndef HOLDFAST_HTTP_PAGES_H
#define HOLDFAST_HTTP_PAGES_H

#include <stddef.h>

#include "common/base/err.h"
#include "common/base/text.h"

#define PAGES_CONNECTIONS_MAX 32
#define PAGES_OK 200
#define PAGES_UNAVAILABLE 503

struct page {
	const char *path;              /* with its leading slash */
	const char *content_type;
	int (*make)(struct buf *body); /* returns the status */
};

struct pages;

/*
 * Serve the pages. What is no page is answered 404, and a method but GET and HEAD 405.
 *
 * option  the flag that the address comes from: errors begin with it
 * listen  as http_settings has it
 * list    borrowed until pages_close
 * out     returned, release with pages_close
 *
 * RC_USAGE  the address is not of that form, or nothing can listen there
 * RC_FATAL  no memory, thread or descriptor
 */
enum rc pages_open(struct pages **out, const char *option, const char *listen,
                   const struct page *list, size_t count, struct err *e) NODISCARD;
/* Could they be served there, if not by this process, then once whoever listens there has gone? */
enum rc pages_try(const char *option, const char *listen, struct err *e) NODISCARD;
const char *pages_address(const struct pages *pages); /* as it came to be, in the form of listen */
void pages_close(struct pages *pages);                /* takes NULL */

#endif
