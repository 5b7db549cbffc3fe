/*
 * conn.h - the life of a connection: head, body, waiting, writing, and the next request.
 *
 * After each of these the connection may be gone (CONN_GONE), and so may the oldest of those whose
 * request is unfinished.
 * Threads: the loop's.
 */
#ifndef HOLDFAST_HTTP_CONN_H
#define HOLDFAST_HTTP_CONN_H

#include "common/http/conns.h"

void conn_begin(struct conns *c, int fd, const struct http_peer *peer); /* takes the socket */
void conn_ready(struct conns *c, struct conn *conn, uint32_t events);   /* EPOLL... */
void conn_expire(struct conns *c, struct conn *conn);                   /* its deadline has come */

/* The answer to the request that waits, which is taken. From inside the handler, and from without. */
void conn_answer_served(struct conns *c, struct conn *conn, struct reply *reply);
void conn_answer(struct conns *c, struct conn *conn, struct reply *reply);

/* No request comes any more: away with what is not in the middle of one. */
void conn_drain(struct conns *c, struct conn *conn);
void conn_end(struct conns *c, struct conn *conn); /* whatever it does */

#endif
