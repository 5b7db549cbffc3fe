/*
 * parse.h - one HTTP/1.1 request out of the bytes of a connection, or a refusal.
 *
 * A strict subset of RFC 9110 and 9112: what is not needed is refused, and a connection that was
 * refused is good for nothing more. There is no option to be lenient.
 *   lines end with CRLF, none is folded; no control character, no CR or LF besides
 *   HTTP/1.1, HTTP/1.0 where the limits say so; exactly one Host (with 1.0: at most one)
 *   a name is a token with the colon right behind it
 *   a body has exactly one Content-Length, of at most ten digits and without a blank but one before
 *   them; no Transfer-Encoding
 *   a target is a path with or without a query; nothing in it is decoded here
 * Methods: GET, HEAD, OPTIONS without a body, POST with one, which may be empty. PUT, DELETE, PATCH
 * and TRACE are HTTP_OTHER: nothing has them, but the target says what it has instead (405), and a
 * body they have is never read. Any other is refused (501).
 *
 * Knows: bytes. Doesn't know: sockets, time, memory. What comes out depends on the bytes alone, and
 * never on the pieces in which they came.
 */
#ifndef HOLDFAST_HTTP_PARSE_H
#define HOLDFAST_HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/text.h"

#define HTTP_HEAD_BYTES 8192       /* request line and headers with the ends of their lines: as usual */
#define HTTP_TARGET_BYTES_MAX 4096
#define HTTP_HEADERS_MAX 64

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OPTIONS, HTTP_OTHER };

struct http_header {
	struct text name, value; /* as they were sent, without the blanks around the value */
};

struct http_request {
	enum http_method method;
	struct text path;        /* begins with a slash */
	struct text query;       /* without its question mark; data NULL: there is none */
	struct text host;        /* data NULL: HTTP/1.0 without one */
	struct text body;        /* empty until all of it is there */
	size_t body_bytes;       /* as announced */
	bool has_length;         /* it was announced */
	bool is_old;             /* HTTP/1.0 */
	bool expects_continue;   /* Expect: 100-continue */
	bool wants_close;        /* nothing further may be read from this connection */
	bool wants_upgrade;      /* Connection: upgrade; to what, the header Upgrade says */
	size_t header_count;
	struct http_header headers[HTTP_HEADERS_MAX];
};

struct http_limits {
	size_t head_bytes_max;   /* 0: HTTP_HEAD_BYTES */
	size_t body_bytes_max;
	bool takes_old;          /* HTTP/1.0 */
	struct text empty_path;  /* a POST to it has no body, and may say so by no Content-Length */
};

/* Where the parser stands in one request. Zeroed: at its beginning. */
struct http_parse {
	size_t scanned_bytes;
	size_t line_bytes;       /* of the request line; 0: its end was not found yet */
	size_t head_bytes;       /* 0: nor that of the head */
};

enum http_step {
	HTTP_MORE_HEAD, /* the head is not there yet */
	HTTP_MORE_BODY, /* the head is there, the body is not */
	HTTP_DONE,      /* a whole request: head_bytes + request->body.bytes are its own */
	HTTP_REFUSED,
};

struct http_refusal {
	unsigned status;
	const char *why; /* a few words in lower case; for ever */
};

/*
 * Look at what is there of a request.
 *
 * bytes    from its first one on, at each call the same and more, wherever they are by now
 * request  filled where the head is there, and borrows from bytes
 * refusal  filled where it is refused
 */
enum http_step http_parse(struct http_parse *parse, const struct http_limits *limits,
                          struct text bytes, struct http_request *request,
                          struct http_refusal *refusal);

size_t http_head_bytes_max(const struct http_limits *limits);

/* The value of the first header of that name, in whatever case; data NULL: there is none. */
struct text http_header_find(const struct http_request *request, const char *name);
/* How many there are. What counts only once is to be refused where it is there twice. */
size_t http_header_count(const struct http_request *request, const char *name);

#endif
