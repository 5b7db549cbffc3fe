/*
 * conns.h - the connections of one loop: where each stands, by which token it is known, its deadline.
 *
 * Knows: slots, lists, epoll. Doesn't know: when a connection goes from one state to the next.
 * Threads: the loop's, but the figures, which any may read.
 * Limits: count_max connections; of these unfinished_max in CONN_HEAD and CONN_BODY.
 */
#ifndef HOLDFAST_HTTP_CONNS_H
#define HOLDFAST_HTTP_CONNS_H

#include <stdatomic.h>

#include "common/http/handler.h"
#include "common/http/reply.h"
#include "common/http/wheel.h"

#define CONNS_SCRATCH_BYTES 16384
#define CONNS_SLOT_BITS 24 /* of the place of a token; the loop has the rest */

enum conn_state {
	CONN_HEAD,    /* in `unfinished`: a request is on its way, or the first one is awaited */
	CONN_BODY,    /* in `unfinished` */
	CONN_IDLE,    /* in `idle`: the next request is awaited */
	CONN_WAITING, /* the handler has the request */
	CONN_WRITING, /* its answer goes out */
	CONN_CLOSING, /* in `closing`: all was sent; what still comes is thrown away, so that it arrives */
	CONN_GONE,    /* closed; freed at the end of the turn */
};

struct conn {
	struct wheel_entry timer; /* the first member: an entry is its connection */
	struct conn *prev, *next; /* in the list of its state; of those that are gone, next alone */
	enum conn_state state;
	int fd;
	uint32_t slot, events;    /* events: what epoll was asked for */
	bool closes, is_head, is_admitted;
	struct http_parse parse;
	size_t wanted_bytes;      /* of the request, once its head is there */
	struct buf in;            /* what came and was not served yet; empty in most */
	struct reply *out;        /* its own */
	size_t moved_bytes;       /* of out; in CONN_CLOSING of what was thrown away */
	struct http_peer peer;
};

struct conn_slot {
	struct conn *conn;
	uint32_t generation, next_free;
};

struct conns {
	const struct http_settings *settings;
	const struct http_handler *handler;
	uint32_t loop;            /* its number, which is part of each token */
	int epoll;
	unsigned count, count_max, unfinished_count, unfinished_max;
	int64_t now_ms;           /* when this turn of the loop began */
	bool is_draining;
	struct wheel wheel;
	struct conn_slot *slots;
	uint32_t slot_count, first_free;
	struct conn *unfinished, *idle, *closing; /* the oldest first */
	struct conn *gone;
	struct conn *served;      /* the handler is called for it at this moment */
	struct http_request request;    /* of whoever is served */
	char scratch[CONNS_SCRATCH_BYTES];
	struct {
		atomic_ullong accepted, requests, refused, timed_out, crowded_out, left;
		atomic_ullong head_late, body_late, idle_late, unfinished_out;
	} figures;
};

/* So many connections, and as many of them inside an unfinished request as the settings say. */
void conns_limit(struct conns *c, unsigned connections_max);

void conns_count_late(struct conns *c, enum conn_state state); /* whose deadline has come */
#define conns_count_one(figure) atomic_fetch_add_explicit(&(figure), 1, memory_order_relaxed)

/* A client's socket, which is taken: CONN_HEAD, without a deadline. NULL: no room; it is closed. */
struct conn *conns_add(struct conns *c, int fd, const struct http_peer *peer);

/* A new token for a new request; older ones mean nothing any more. */
void conns_renew(struct conns *c, struct conn *conn);
struct http_token conns_token(const struct conns *c, const struct conn *conn);
/* Who awaits the answer that it stands for; NULL: nobody any more. */
struct conn *conns_find(const struct conns *c, struct http_token token);

/* Into another state, at the end of its list, with a deadline; 0: none. */
void conns_move(struct conns *c, struct conn *conn, enum conn_state state, int64_t allowed_ms);
void conns_watch(struct conns *c, struct conn *conn, uint32_t events); /* EPOLL... */

/* Close it. The memory stays until conns_sweep: later events of this turn may name it. */
void conns_drop(struct conns *c, struct conn *conn);
void conns_sweep(struct conns *c);

/*
 * The socket of one that awaits its answer, which is no connection any more, but counts as one.
 *
 * rest  what the client has sent behind the request; release it
 */
int conns_hand_over(struct conns *c, struct conn *conn, struct buf *rest);

/* Takes what conns_drop has left of all; the connections must be gone. */
void conns_release(struct conns *c);

#endif
