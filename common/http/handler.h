/*
 * handler.h - what the door and who stands behind it tell each other; the door itself is http.h.
 */
#ifndef HOLDFAST_HTTP_HANDLER_H
#define HOLDFAST_HTTP_HANDLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"
#include "common/http/parse.h"

#define HTTP_LOOPS_MAX 64
#define VIEWER_RESYNC_MS 10000

/* A request that awaits its answer. Safe to keep: when it is over, its token means nothing more. */
struct http_token {
	uint32_t place, generation;
};

/* Who asks. Of a Unix socket the address is all zero. */
struct http_peer {
	uint8_t address[16]; /* IPv6; IPv4 as ::ffff:a.b.c.d */
	bool is_unix, is_loopback;
};

/* A request that the door refuses, and what can be told of it all the same. */
struct http_refused {
	struct http_refusal refusal;
	struct text origin; /* its header Origin, where it came, and once; data NULL: not known */
};

struct http_handler {
	void *context;
	/*
	 * A whole request; request and peer are borrowed until it returns. It is to be answered once, with
	 * http_answer, from here or later. It must not wait: all connections of its loop wait with it.
	 */
	void (*serve)(void *context, struct http_token token, const struct http_request *request,
	              const struct http_peer *peer);
	/*
	 * NULL, or asked before the body of a request is read, which is not there yet: false where it is
	 * not wanted. Then this is the request that is to be answered, and the connection closes behind it.
	 */
	bool (*admit)(void *context, struct http_token token, const struct http_request *request,
	              const struct http_peer *peer);
	/* NULL, or told that the client of a request that awaits its answer has left, or that answer_ms is
	 * over. On the loop's thread. */
	void (*left)(void *context, struct http_token token);
	/*
	 * NULL (a line of plain text), or answers what the door itself refuses, with http_answer, before it
	 * returns. The connection closes behind it. refused: borrowed
	 */
	void (*refuse)(void *context, struct http_token token, const struct http_refused *refused);
	/*
	 * Of viewers, view.h. NULL, or told that some of a feed on that loop stand at that position and
	 * have missed what came behind it: http_feed_catch_up is awaited, and until then this is not said
	 * again. Generation 0 at position -1: they know nothing any more.
	 */
	void (*behind)(void *context, unsigned loop, uint32_t feed, uint32_t generation,
	               int64_t position);
	/* NULL, or told once of each viewer when it is no more. On the loop's thread. */
	void (*viewer_gone)(void *context, uint32_t feed, uint32_t tag);
	/*
	 * NULL, or told what a viewer says, which is UTF-8. True: it asks for everything anew, and is
	 * behind at generation 0 and position -1; but once in VIEWER_RESYNC_MS, else nothing comes of it.
	 */
	bool (*heard)(void *context, struct text message);
};

/* 0 of a time or a part: no such limit. */
struct http_settings {
	const char *option;        /* the flag that the address comes from: errors begin with it */
	const char *listen;        /* ADDR:PORT, [ADDR]:PORT or unix:PATH; port 0: any that is free */
	unsigned loops;            /* 0: one a core */
	unsigned connections_max;  /* 0: as many as RLIMIT_NOFILE leaves; never more than that */
	unsigned unfinished_percent; /* of connections_max, that may be inside an unfinished request */
	struct http_limits limits;
	int64_t head_ms;           /* from accept, or a later request's first byte, to its whole head */
	int64_t body_ms;           /* from there to its whole body */
	int64_t idle_ms;           /* from an answer to the first byte of the next request */
	int64_t answer_ms;         /* from a request to its answer; then the connection is closed */
	int64_t write_ms;          /* from there until the client has taken it */
	int64_t drain_ms;          /* over which http_drain spreads the leaving of viewers; 0: at once */
	bool is_watched;           /* its threads are: watchdog.h */
};
#define HTTP_USUAL .head_ms = 10000, .body_ms = 10000, .idle_ms = 30000, .answer_ms = 60000, \
	.write_ms = 30000, .unfinished_percent = 20

struct http_answer {
	unsigned status;                   /* 200 and more; 204 and 304 have no body */
	const struct http_header *headers; /* but Date, Content-Length, Connection, which are the door's */
	size_t header_count;
	struct text body;                  /* for HEAD the same: the door leaves it out */
	bool closes;                       /* the connection, behind it */
};

#endif
