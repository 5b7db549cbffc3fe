#include "common/http/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "common/http/glance.h"

#define KEPT_BYTES_MAX 8192      /* of later requests, while an answer is awaited or sent */
#define CLOSING_MS 2000          /* for a client to take the last answer and close its side */
#define CLOSING_BYTES_MAX (4 << 20) /* that it sends meanwhile */
#define EVENTS (EPOLLIN | EPOLLRDHUP)

/* ---- states ---- */

static int64_t allowed_ms(const struct http_settings *s, enum conn_state state)
{
	switch (state) {
	case CONN_HEAD: return s->head_ms;
	case CONN_BODY: return s->body_ms;
	case CONN_IDLE: return s->idle_ms;
	case CONN_WAITING: return s->answer_ms;
	case CONN_WRITING: return s->write_ms;
	case CONN_CLOSING: return CLOSING_MS;
	case CONN_GONE: break;
	}
	return 0;
}

static void go(struct conns *c, struct conn *conn, enum conn_state state)
{
	conns_move(c, conn, state, allowed_ms(c->settings, state));
	if (c->unfinished_count > c->unfinished_max && state == CONN_HEAD) {
		conns_count_one(c->figures.unfinished_out);
		conn_end(c, c->unfinished);
	}
}

void conn_end(struct conns *c, struct conn *conn)
{
	struct http_token token;

	if (conn->state == CONN_GONE)
		return;
	token = conns_token(c, conn);
	if (conn->state != CONN_WAITING || conn->out) {
		conns_drop(c, conn);
		return;
	}
	conns_drop(c, conn);
	conns_count_one(c->figures.left);
	if (c->handler->left)
		c->handler->left(c->handler->context, token);
}

/* ---- answers ---- */

void conn_answer_served(struct conns *c, struct conn *conn, struct reply *reply)
{
	(void)c;
	conn->out = reply;
	conn->moved_bytes = 0;
}

/* Nothing more is said. Closed at once, what the client still sends would undo what it was sent. */
static void begin_closing(struct conns *c, struct conn *conn)
{
	buf_release(&conn->in);
	conn->moved_bytes = 0;
	if (shutdown(conn->fd, SHUT_WR)) {
		conn_end(c, conn);
		return;
	}
	conns_watch(c, conn, EVENTS);
	go(c, conn, CONN_CLOSING);
}

static void finish(struct conns *c, struct conn *conn)
{
	reply_release(conn->out);
	conn->out = NULL;
	if (conn->closes) {
		begin_closing(c, conn);
		return;
	}
	conn->parse = (struct http_parse){0};
	conn->is_admitted = false;
	conns_watch(c, conn, EVENTS);
	go(c, conn, CONN_IDLE);
}

/* Send what there is of the answer. Once all is sent the connection is idle, or it closes. */
static void send_answer(struct conns *c, struct conn *conn)
{
	struct text bytes;

	conn->closes = conn->closes || conn->out->closes || c->is_draining;
	reply_seal(conn->out, conn->closes, conn->is_head);
	if (conn->state != CONN_WRITING)
		go(c, conn, CONN_WRITING);
	bytes = reply_bytes(conn->out);
	while (conn->moved_bytes < bytes.bytes) {
		ssize_t sent = send(conn->fd, bytes.data + conn->moved_bytes,
		                    bytes.bytes - conn->moved_bytes, MSG_NOSIGNAL);

		if (sent > 0) {
			conn->moved_bytes += (size_t)sent;
		} else if (errno == EAGAIN) {
			conns_watch(c, conn, conn->events | EPOLLOUT);
			return;
		} else if (errno != EINTR) {
			conn_end(c, conn);
			return;
		}
	}
	finish(c, conn);
}

/* bytes: what there is of the request */
static void refuse(struct conns *c, struct conn *conn, const struct http_refusal *refusal,
                   struct text bytes)
{
	const struct http_refused refused = {*refusal, glance_header(bytes, "Origin")};

	conns_count_one(c->figures.refused);
	conns_renew(c, conn);
	go(c, conn, CONN_WAITING);
	conn->closes = true;
	conn->is_head = glance_is_head(bytes);
	c->served = conn;
	if (c->handler->refuse)
		c->handler->refuse(c->handler->context, conns_token(c, conn), &refused);
	c->served = NULL;
	if (!conn->out)
		conn_answer_served(c, conn, reply_refusal(refusal));
	if (conn->out)
		send_answer(c, conn);
	else
		conns_drop(c, conn);
}

/* ---- requests ---- */

static void send_continue(struct conns *c, struct conn *conn)
{
	static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (send(conn->fd, line, sizeof line - 1, MSG_NOSIGNAL) != (ssize_t)sizeof line - 1)
		conn_end(c, conn);
}

/* From here on its token stands for this request. */
static void hand_over(struct conns *c, struct conn *conn)
{
	conns_renew(c, conn);
	conn->is_head = c->request.method == HTTP_HEAD;
	go(c, conn, CONN_WAITING);
}

/* Is the body wanted? Where not, the handler has the request as it is. */
static bool is_admitted(struct conns *c, struct conn *conn)
{
	enum conn_state before = conn->state;
	struct text body = c->request.body;
	bool is_wanted;

	if (conn->is_admitted || !c->request.body_bytes || c->request.method == HTTP_OTHER ||
	    !c->handler->admit)
		return true;
	hand_over(c, conn);
	conn->closes = true;
	c->request.body = (struct text){NULL, 0}; /* the same, whether it is there already or not */
	c->served = conn;
	is_wanted = c->handler->admit(c->handler->context, conns_token(c, conn), &c->request,
	                              &conn->peer);
	c->served = NULL;
	c->request.body = body;
	if (!is_wanted) {
		conns_count_one(c->figures.requests);
		return false;
	}
	conn->is_admitted = true;
	conn->closes = false;
	go(c, conn, before);
	return true;
}

static void await_body(struct conns *c, struct conn *conn)
{
	if (conn->state == CONN_BODY)
		return;
	conn->wanted_bytes = conn->parse.head_bytes + c->request.body_bytes;
	go(c, conn, CONN_BODY);
	if (conn->state == CONN_BODY && c->request.expects_continue)
		send_continue(c, conn);
}

static void serve(struct conns *c, struct conn *conn)
{
	conns_count_one(c->figures.requests);
	hand_over(c, conn);
	conn->closes = c->request.wants_close;
	c->served = conn;
	c->handler->serve(c->handler->context, conns_token(c, conn), &c->request, &conn->peer);
	c->served = NULL;
}

/* What is done with the beginning of what is there. How many bytes of it are done with. */
static size_t step(struct conns *c, struct conn *conn, struct text bytes)
{
	struct http_refusal refusal;
	enum http_step step;
	size_t done = 0;

	if (conn->state == CONN_IDLE)
		go(c, conn, CONN_HEAD);
	if (conn->state == CONN_GONE)
		return 0;
	step = http_parse(&conn->parse, &c->settings->limits, bytes, &c->request, &refusal);
	if (step == HTTP_REFUSED) {
		refuse(c, conn, &refusal, bytes);
		return 0;
	}
	if (step == HTTP_MORE_HEAD)
		return 0;
	if (is_admitted(c, conn)) {
		if (step == HTTP_MORE_BODY) {
			await_body(c, conn);
			return 0;
		}
		done = conn->parse.head_bytes + c->request.body.bytes;
		serve(c, conn);
	}
	if (conn->out)
		send_answer(c, conn);
	return done;
}

/* What is left is kept for when the connection has use for it. */
static void keep(struct conn *conn, struct text rest, bool is_own)
{
	if (conn->state == CONN_CLOSING || conn->state == CONN_GONE || !rest.bytes) {
		buf_release(&conn->in);
	} else if (is_own) {
		memmove(conn->in.data, rest.data, rest.bytes);
		conn->in.bytes = rest.bytes;
	} else {
		buf_add_text(&conn->in, rest);
	}
}

/* Serve one request after the other. Is it the connection's own buffer, or what just came? */
static void advance(struct conns *c, struct conn *conn, struct text bytes, bool is_own)
{
	size_t done;

	do {
		done = step(c, conn, bytes);
		bytes.data += done;
		bytes.bytes -= done;
	} while (done && bytes.bytes && conn->state == CONN_IDLE);
	keep(conn, bytes, is_own);
	if (conn->in.failed)
		conn_end(c, conn);
}

void conn_answer(struct conns *c, struct conn *conn, struct reply *reply)
{
	conn_answer_served(c, conn, reply);
	send_answer(c, conn);
	if (conn->state == CONN_IDLE && conn->in.bytes)
		advance(c, conn, buf_text(&conn->in), true);
}

/* ---- events ---- */

/* How much may be read now, so that what is kept has its limit. */
static size_t room_of(const struct conns *c, const struct conn *conn)
{
	size_t limit = http_head_bytes_max(&c->settings->limits);

	if (conn->state == CONN_CLOSING)
		return CONNS_SCRATCH_BYTES;
	if (conn->state == CONN_BODY)
		limit = conn->wanted_bytes;
	else if (conn->state == CONN_WAITING || conn->state == CONN_WRITING)
		limit = KEPT_BYTES_MAX;
	limit = limit > conn->in.bytes ? limit - conn->in.bytes : 0;
	return limit < CONNS_SCRATCH_BYTES ? limit : CONNS_SCRATCH_BYTES;
}

static void take(struct conns *c, struct conn *conn, struct text came)
{
	if (conn->state == CONN_CLOSING) {
		conn->moved_bytes += came.bytes;
		if (conn->moved_bytes > CLOSING_BYTES_MAX)
			conn_end(c, conn);
		return;
	}
	if (conn->state == CONN_WAITING || conn->state == CONN_WRITING || conn->in.bytes) {
		buf_add_text(&conn->in, came);
		if (conn->in.failed) {
			conn_end(c, conn);
			return;
		}
	}
	if (conn->state == CONN_WAITING || conn->state == CONN_WRITING) {
		if (!room_of(c, conn))
			conns_watch(c, conn, conn->events & ~(uint32_t)EPOLLIN);
	} else {
		advance(c, conn, conn->in.bytes ? buf_text(&conn->in) : came, conn->in.bytes > 0);
	}
}

static void receive(struct conns *c, struct conn *conn)
{
	ssize_t got = recv(conn->fd, c->scratch, room_of(c, conn), 0);

	if (got > 0)
		take(c, conn, (struct text){c->scratch, (size_t)got});
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		conn_end(c, conn);
}

/* Of who has had all, who wants nothing now, and who does not say what he wants, the oldest. */
static void make_room(struct conns *c)
{
	struct conn *oldest = c->closing ? c->closing : c->idle ? c->idle : c->unfinished;

	if (!c->closing)
		conns_count_one(c->figures.crowded_out);
	if (oldest)
		conn_end(c, oldest);
}

void conn_begin(struct conns *c, int fd, const struct http_peer *peer)
{
	struct conn *conn;

	conns_count_one(c->figures.accepted);
	if (c->count >= c->count_max)
		make_room(c);
	/* Where none could go this one does, by the same way. */
	conn = conns_add(c, fd, peer);
	if (conn && c->count > c->count_max)
		conn_end(c, conn);
	else if (conn)
		go(c, conn, CONN_HEAD);
}

/* A client that closes its half has left, whatever it waits for. */
void conn_ready(struct conns *c, struct conn *conn, uint32_t events)
{
	if (conn->state == CONN_GONE)
		return;
	if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
		conn_end(c, conn);
		return;
	}
	if (events & EPOLLOUT && conn->state == CONN_WRITING) {
		send_answer(c, conn);
		if (conn->state == CONN_IDLE && conn->in.bytes)
			advance(c, conn, buf_text(&conn->in), true);
	}
	if (events & EPOLLIN && conn->state != CONN_GONE && room_of(c, conn))
		receive(c, conn);
}

void conn_expire(struct conns *c, struct conn *conn)
{
	static const struct http_refusal late = {408, "the request took too long"};
	bool has_begun = conn->state == CONN_BODY || (conn->state == CONN_HEAD && conn->in.bytes);

	conns_count_late(c, conn->state);
	/* Who has said nothing is told nothing: it would be taken for the answer to what comes next. */
	if (has_begun)
		refuse(c, conn, &late, buf_text(&conn->in));
	else
		conn_end(c, conn);
}

void conn_drain(struct conns *c, struct conn *conn)
{
	if (conn->state == CONN_IDLE || (conn->state == CONN_HEAD && !conn->in.bytes))
		conn_end(c, conn);
}
