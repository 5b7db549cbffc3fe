/*
 * Any bytes, in any pieces, to a connection of the door, by a pair of sockets and without threads:
 * whoever stands behind it gets just the requests that the parser finds in them, in their order,
 * each has its one answer, and nothing is left behind.
 */
#define _GNU_SOURCE /* memmem */
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/http/conn.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/http_bytes.h"

/* A program: what it was asked, and who waits. */
struct program {
	struct conns *conns;
	struct buf asked;          /* a line for each request */
	size_t asked_count, left_count;
	struct http_token waiting; /* generation 0: nobody */
};

static void note(struct buf *asked, const struct http_request *r)
{
	buf_print(asked, "%d %.*s %zu ", (int)r->method, TEXT_ARGS(r->path), r->body_bytes);
	buf_add_text(asked, r->body);
	buf_add_string(asked, "\n");
}

static struct reply *make_reply(struct http_token token)
{
	const struct http_answer answer = {.status = 200, .body = text_of("done")};
	struct reply *reply = reply_make(NULL, token, &answer);

	FUZZ_CHECK(reply != NULL);
	return reply;
}

static bool is_closed(const struct http_request *r)
{
	return text_same(r->path, text_of("/closed")) && r->body_bytes && r->method != HTTP_OTHER;
}

static void serve(void *context, struct http_token token, const struct http_request *r,
                  const struct http_peer *peer)
{
	struct program *p = context;

	(void)peer;
	FUZZ_CHECK(!p->waiting.generation && !is_closed(r));
	note(&p->asked, r);
	p->asked_count++;
	if (text_same(r->path, text_of("/later")))
		p->waiting = token;
	else
		conn_answer_served(p->conns, p->conns->served, make_reply(token));
}

static bool admit(void *context, struct http_token token, const struct http_request *r,
                  const struct http_peer *peer)
{
	struct program *p = context;

	(void)peer;
	FUZZ_CHECK(!p->waiting.generation && r->body.bytes == 0 && r->body_bytes > 0);
	if (!is_closed(r))
		return true;
	note(&p->asked, r);
	p->asked_count++;
	conn_answer_served(p->conns, p->conns->served, make_reply(token));
	return false;
}

static void left(void *context, struct http_token token)
{
	struct program *p = context;

	FUZZ_CHECK(token.generation && token.generation == p->waiting.generation);
	p->waiting.generation = 0;
	p->left_count++;
}

static const struct http_settings settings = {.limits = {.body_bytes_max = HTTP_BYTES_BODY_MAX},
                                              HTTP_USUAL};

/* ---- what must come of it ---- */

/* The requests in the bytes. Is there a refusal behind them? */
static bool expect(struct text rest, struct buf *asked, size_t *count)
{
	struct http_request r;
	struct http_refusal refusal;

	buf_add(asked, "", 0);
	for (*count = 0; rest.bytes; ++*count) {
		struct http_parse parse = {0};
		enum http_step step = http_parse(&parse, &settings.limits, rest, &r, &refusal);

		if (step == HTTP_REFUSED)
			return true;
		if (step == HTTP_MORE_HEAD || (step == HTTP_MORE_BODY && !is_closed(&r)))
			return false;
		if (is_closed(&r))
			r.body = (struct text){NULL, 0};
		note(asked, &r);
		if (is_closed(&r) || r.wants_close) {
			++*count;
			return false;
		}
		rest.data += parse.head_bytes + r.body.bytes;
		rest.bytes -= parse.head_bytes + r.body.bytes;
	}
	return false;
}

/* ---- the connection ---- */

static void turn(struct conns *c)
{
	struct epoll_event event;

	for (int i = 0; i < 100 && epoll_wait(c->epoll, &event, 1, 0) == 1; i++)
		conn_ready(c, event.data.ptr, event.events);
	conns_sweep(c);
}

static void answer_waiting(struct program *p)
{
	struct http_token token = p->waiting;
	struct conn *conn = token.generation ? conns_find(p->conns, token) : NULL;

	if (!token.generation)
		return;
	FUZZ_CHECK(conn != NULL);
	p->waiting.generation = 0;
	conn_answer(p->conns, conn, make_reply(token));
	FUZZ_CHECK(!p->conns->slots || conns_find(p->conns, token) == NULL);
}

static void read_some(int fd, struct buf *answers)
{
	char chunk[4096];
	ssize_t got;

	while ((got = recv(fd, chunk, sizeof chunk, MSG_DONTWAIT)) > 0)
		buf_add(answers, chunk, (size_t)got);
}

static void feed(struct program *p, int fd, struct text rest, const uint8_t *data, size_t bytes,
                 struct buf *answers)
{
	for (size_t round = 0; rest.bytes; round++) {
		size_t piece = http_bytes_piece(data, bytes, round);
		ssize_t sent = send(fd, rest.data, piece < rest.bytes ? piece : rest.bytes,
		                    MSG_DONTWAIT | MSG_NOSIGNAL);

		turn(p->conns);
		if (round % 3 == 0 || sent < 0)
			answer_waiting(p);
		read_some(fd, answers);
		if (sent < 0 && p->conns->count == 0)
			return;
		rest.data += sent > 0 ? sent : 0;
		rest.bytes -= sent > 0 ? (size_t)sent : 0;
	}
	for (int i = 0; i < 10000 && p->waiting.generation; i++) {
		answer_waiting(p);
		turn(p->conns);
		read_some(fd, answers);
	}
	turn(p->conns);
	read_some(fd, answers);
}

static size_t count_of(const struct buf *text, const char *part)
{
	size_t count = 0, bytes = strlen(part);
	const char *at = text->data, *end = text->data + text->bytes;

	for (; (at = memmem(at, (size_t)(end - at), part, bytes)) != NULL; at += bytes)
		count++;
	return count;
}

static void open_conns(struct conns *c, const struct http_handler *handler)
{
	c->settings = &settings;
	c->handler = handler;
	c->count_max = 2;
	c->unfinished_max = 2;
	c->now_ms = 1000;
	wheel_open(&c->wheel, c->now_ms);
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	FUZZ_CHECK(c->epoll >= 0);
}

/* By its time, or by itself. */
static void end(struct conns *c, bool in_time)
{
	struct wheel_entry *entry;

	for (int i = 0; i < 3 && in_time; i++) {
		c->now_ms += 70000;
		while ((entry = wheel_take(&c->wheel, c->now_ms)) != NULL)
			conn_expire(c, (struct conn *)entry);
		conns_sweep(c);
	}
	for (uint32_t i = 0; i < c->slot_count; i++)
		if (c->slots[i].conn)
			conn_end(c, c->slots[i].conn);
	FUZZ_CHECK(c->count == 0 && c->unfinished_count == 0 && !c->unfinished && !c->idle &&
	           !c->closing);
	conns_release(c);
	close(c->epoll);
}

void fuzz_http_conn(const uint8_t *data, size_t bytes)
{
	struct buf made = http_bytes_of(data, bytes), expected = {0}, answers = {0};
	struct conns *c = calloc(1, sizeof *c);
	struct program p = {.conns = c};
	const struct http_handler handler = {.context = &p, .serve = serve, .admit = admit, .left = left};
	const struct http_peer peer = {.is_unix = true};
	bool is_refused;
	size_t count;
	int pair[2];

	FUZZ_CHECK(c != NULL);
	FUZZ_CHECK(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair));
	open_conns(c, &handler);
	is_refused = expect(buf_text(&made), &expected, &count);
	buf_add(&answers, "", 0);
	buf_add(&p.asked, "", 0);
	conn_begin(c, pair[0], &peer);
	feed(&p, pair[1], buf_text(&made), data, bytes, &answers);
	FUZZ_CHECK(p.asked_count == count && text_same(buf_text(&p.asked), buf_text(&expected)));
	FUZZ_CHECK(p.left_count == 0 && !p.waiting.generation);
	FUZZ_CHECK(count_of(&answers, "HTTP/1.1 200 OK\r\n") == count);
	FUZZ_CHECK(count_of(&answers, "\r\nDate: ") == count + is_refused); /* but those of 100 */
	close(pair[1]);
	end(c, bytes % 2);
	buf_release(&made);
	buf_release(&expected);
	buf_release(&answers);
	buf_release(&p.asked);
	free(c);
}
