/*
 * http.h - the one door to HTTP: requests come in, answers go out, at once or later, from any thread.
 *
 * Knows: sockets, connections, time-outs, limits. Doesn't know: what is asked for. What a request
 * may look like: parse.h; parameters of its query: query.h.
 * A client that leaves while its answer is awaited is noticed; one that closes its half alone has
 * left, too. Requests that a client sends without waiting are answered in their order.
 * Threads: http_open, http_drain and http_close belong to one; a handler is called on the loops'
 * threads, several at a time; the rest any.
 */
#ifndef HOLDFAST_HTTP_HTTP_H
#define HOLDFAST_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/http/handler.h"

struct http;

/*
 * Listen, and serve from now on.
 *
 * settings, handler  copied, what they point to is borrowed until http_close
 * http               returned, release with http_close; set before the handler is called
 *
 * RC_USAGE  the address is not of that form, or nothing can listen there
 * RC_FATAL  no memory, thread or descriptor
 */
enum rc http_open(struct http **http, const struct http_settings *settings,
                  const struct http_handler *handler, struct err *e) NODISCARD;
/* Could it be served there, if not by this process, then once whoever listens there has gone? */
enum rc http_try(const char *option, const char *listen, struct err *e) NODISCARD;
const char *http_address(const struct http *http); /* as it came to be, in the form of listen */

/*
 * Answer a request; everything is copied. Nothing happens where its client has left, or it has been
 * answered. A header that could not be sent as it is makes it a 500 without any.
 * false: no memory. The client waits until answer_ms is over
 */
bool http_answer(struct http *http, struct http_token token, const struct http_answer *answer);

/* Take no more connections, answer what waits, close each behind it. True: all are gone in time. */
bool http_drain(struct http *http, int64_t wait_ms);
/* Closes what is left. No other thread may answer any more. Takes NULL */
void http_close(struct http *http);

/* Since http_open, but open, which is now. */
struct http_figures {
	uint64_t open, accepted, requests, refused;
	uint64_t head_late, body_late; /* took too long to send it */
	uint64_t idle_late;      /* sent no further request in time */
	uint64_t timed_out;      /* were not answered in time, or did not take the answer */
	uint64_t unfinished_out; /* closed, as too many were inside an unfinished request */
	uint64_t crowded_out;    /* closed, or not taken, as there were too many */
	uint64_t left;        /* while their answer was awaited */
	uint64_t viewers;     /* of `open`; now */
	uint64_t frames, bytes; /* begun to be sent to viewers; sent to them */
	uint64_t missed;      /* frames that found a viewer not able to take them */
};
void http_figures(const struct http *http, struct http_figures *figures);

#endif
