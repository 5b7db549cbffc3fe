/*
 * The parser: what it takes and what that means, what it refuses and with which status, limits at
 * the limit and one past it. Every request here is fed in every pair of pieces and byte by byte, and
 * must mean the same each time.
 */
#include "common/http/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BODY_MAX 65536
#define ROOM (HTTP_HEAD_BYTES + BODY_MAX + 1000)
#define WAITS 0 /* no status: the end of the head is still to come */

static const struct http_limits limits = {.body_bytes_max = BODY_MAX};
static const struct http_limits with_old = {.body_bytes_max = BODY_MAX, .takes_old = true};

struct outcome {
	enum http_step step;
	unsigned status;
	size_t head_bytes;
	struct http_request request;
};

/* As a connection feeds it: first `first` bytes, then `each` more at a time, each time elsewhere. */
static struct outcome feed(const struct http_limits *l, struct text all, size_t first, size_t each)
{
	static char copies[2][ROOM];
	struct http_parse parse = {0};
	struct http_refusal refusal = {0};
	struct outcome o = {.step = HTTP_MORE_HEAD};

	assert_true(all.bytes <= ROOM);
	for (size_t bytes = first, turn = 0;; bytes += each, turn = !turn) {
		bytes = bytes < all.bytes ? bytes : all.bytes;
		memset(copies[!turn], 'x', all.bytes); /* what was there before is there no more */
		memcpy(copies[turn], all.data, bytes);
		o.step = http_parse(&parse, l, (struct text){copies[turn], bytes}, &o.request, &refusal);
		if (o.step == HTTP_DONE || o.step == HTTP_REFUSED || bytes == all.bytes)
			break;
	}
	o.status = o.step == HTTP_REFUSED ? refusal.status : 0;
	o.head_bytes = parse.head_bytes;
	return o;
}

static void expect_same(const struct outcome *a, const struct outcome *b)
{
	const struct http_request *r = &a->request, *s = &b->request;

	assert_int_equal(a->step, b->step);
	assert_int_equal(a->status, b->status);
	if (a->step != HTTP_DONE)
		return;
	assert_int_equal(a->head_bytes, b->head_bytes);
	assert_int_equal(r->method, s->method);
	assert_int_equal(r->body_bytes, s->body_bytes);
	assert_int_equal(r->path.bytes, s->path.bytes);
	assert_int_equal(r->query.bytes, s->query.bytes);
	assert_int_equal(r->body.bytes, s->body.bytes);
	assert_int_equal(r->header_count, s->header_count);
	assert_true(r->is_old == s->is_old && r->expects_continue == s->expects_continue &&
	            r->wants_close == s->wants_close && r->wants_upgrade == s->wants_upgrade);
}

/* All at once; and that pieces make no difference. */
static struct outcome parse_with(const struct http_limits *l, struct text all)
{
	struct outcome whole = feed(l, all, all.bytes, 1), other = feed(l, all, 1, 1);

	expect_same(&whole, &other);
	for (size_t first = 1; first < all.bytes && all.bytes < 300; first++) {
		other = feed(l, all, first, all.bytes);
		expect_same(&whole, &other);
	}
	return feed(l, all, all.bytes, 1);
}

static struct outcome parse(const char *all)
{
	return parse_with(&limits, text_of(all));
}

static void expect_text(struct text t, const char *expected)
{
	if (!text_same(t, text_of(expected)))
		fail_msg("expected %s, got %.*s", expected, TEXT_ARGS(t));
}

/* ---- the table ---- */

#define HEAD "POST /a HTTP/1.1\r\nHost: x\r\n"
#define SMALL "Content-Length: 7\r\n\r\n{\"a\":1}"
#define ODD(status, string) {status, string, sizeof string - 1}

struct odd {
	unsigned status; /* WAITS: no refusal */
	const char *bytes;
	size_t count;
};

static void expect_refused(const struct http_limits *l, const struct odd *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct outcome o = parse_with(l, (struct text){list[i].bytes, list[i].count});

		if (o.status != list[i].status || (o.status == WAITS && o.step != HTTP_MORE_HEAD))
			fail_msg("expected %u, got %u (step %d): %s", list[i].status, o.status, (int)o.step,
			         list[i].bytes);
	}
}

static void what_could_split_one_request_in_two_is_refused(void **state)
{
	static const struct odd list[] = {
	    ODD(501, HEAD "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	    ODD(501, HEAD "Transfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n0\r\n\r\n"),
	    ODD(400, HEAD "Content-Length: 7\r\n" SMALL),
	    ODD(400, HEAD "Content-Length: 3\r\n" SMALL),
	    ODD(400, HEAD "Content-Length: +7\r\n\r\n{\"a\":1}"),
	    ODD(400, HEAD "Content-Length: -1\r\n\r\n{\"a\":1}"),
	    ODD(400, HEAD "Content-Length: 7abc\r\n\r\n{\"a\":1}"),
	    ODD(400, HEAD "Content-Length: 7, 7\r\n\r\n{\"a\":1}"),
	    ODD(400, HEAD "Content-Length: 18446744073709551623\r\n\r\n{\"a\":1}"),
	    ODD(400, HEAD "Content-Length: 0x7\r\n\r\n{\"a\":1}"),
	    ODD(400, HEAD "Content-Length: 7 7\r\n\r\n{\"a\":1}"),
	    ODD(400, HEAD "Content-Length:\r\n\r\n"),
	    ODD(400, HEAD "Content-Length: \r\n\r\n"),
	    ODD(400, HEAD "Content-Length: 7\t\r\n\r\n{\"a\":1}"),
	    ODD(400, HEAD "Content-Length: 7 \r\n\r\n{\"a\":1}"),
	    ODD(400, HEAD "Content-Length:\t7\r\n\r\n{\"a\":1}"),
	    ODD(400, HEAD "Content-Length:  7\r\n\r\n{\"a\":1}"),
	    ODD(501, HEAD "Transfer-Encoding: gzip, chunked\r\n" SMALL),
	    ODD(501, HEAD "Transfer-Encoding: xchunked\r\n" SMALL),
	    ODD(501, HEAD "Transfer-Encoding: identity\r\n" SMALL),
	    ODD(501, HEAD "Transfer-Encoding:\r\n" SMALL),
	    ODD(501, HEAD "transfer-ENCODING: chunked\r\n\r\n0x7\r\n{\"a\":1}\r\n0\r\n\r\n"),
	    ODD(400, HEAD "Transfer-Encoding : chunked\r\n" SMALL),
	    ODD(400, HEAD "Content-Length : 7\r\n\r\n{\"a\":1}"),
	    ODD(501, HEAD "Transfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n0\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\n" SMALL),
	    ODD(400, "HEAD /a HTTP/1.1\r\nHost: x\r\n" SMALL),
	    ODD(400, "OPTIONS /a HTTP/1.1\r\nHost: x\r\n" SMALL),
	    ODD(501, "GET /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"),
	};

	(void)state;
	expect_refused(&limits, list, sizeof list / sizeof list[0]);
}

static void lines_end_with_crlf_and_hold_no_control_character(void **state)
{
	static const struct odd list[] = {
	    ODD(400, "GET /a HTTP/1.1\nHost: x\n\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\n\n"),
	    ODD(400, "\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\n Host: x\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"),
	    ODD(400, HEAD "Content-Length: 7\0\r\n\r\n{\"a\":1}"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nA: b\r\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\rHost: x\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nA: \x7f\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nA: \x1b[1m\r\n\r\n"),
	    ODD(400, "\x16\x03\x01\x02"), /* TLS */
	    ODD(400, "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"),
	};

	(void)state;
	expect_refused(&limits, list, sizeof list / sizeof list[0]);
}

static void a_byte_that_must_not_be_there_is_seen_wherever_it_is(void **state)
{
	static const char good[] = "POST /a HTTP/1.1\r\nHost: x\r\nA: 0123456789\xff abcdef\t.\r\n";
	static const char bad[] = {0x7f, 0x1f, 1, '\0', '\r', '\n'};
	char bytes[sizeof good];

	(void)state;
	for (size_t i = 0; i < sizeof bad; i++)
		for (size_t at = 0; at < sizeof good - 1; at++) {
			memcpy(bytes, good, sizeof good);
			if (bytes[at] == '\r' || bytes[at] == '\n')
				continue;
			bytes[at] = bad[i];
			if (at + 1 < sizeof good - 1 && bad[i] == '\r' && bytes[at + 1] == '\n')
				continue;
			assert_int_equal(parse_with(&limits, (struct text){bytes, sizeof good - 1}).status, 400);
		}
}

static void a_header_has_a_name_and_there_is_one_host(void **state)
{
	static const struct odd list[] = {
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nA : y\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nA\t: y\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nA B: y\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nA\xc3\xa4: y\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\n\"A\": y\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nnothing\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x\r\nhOST: y\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost:\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: a b\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: a, b\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: u@x\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1\r\nHost: x/y\r\n\r\n"),
	    ODD(417, HEAD "Expect: 200-ok\r\n" SMALL),
	    ODD(417, HEAD "Expect: 100-continue, x\r\n" SMALL),
	    ODD(417, HEAD "Expect: 100-continue\r\nExpect: 100-continue\r\n" SMALL),
	    ODD(411, HEAD "\r\n"),
	};

	(void)state;
	expect_refused(&limits, list, sizeof list / sizeof list[0]);
}

static void a_post_that_has_no_body_need_not_count_it(void **state)
{
	const struct http_limits one = {.body_bytes_max = BODY_MAX, .empty_path = text_of("/a")};
	struct outcome o = parse_with(&one, text_of("POST /a?b HTTP/1.1\r\nHost: x\r\n\r\nGET"));

	(void)state;
	assert_int_equal(o.step, HTTP_DONE);
	assert_int_equal(o.request.body.bytes, 0);
	assert_int_equal(parse_with(&one, text_of("POST /ab HTTP/1.1\r\nHost: x\r\n\r\n")).status, 411);
	o = parse_with(&one, text_of("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"));
	assert_int_equal(o.request.body.bytes, 2);
}

static void the_request_line_is_a_method_a_path_and_this_version(void **state)
{
	static const struct odd list[] = {
	    ODD(505, "GET /a HTTP/2.0\r\nHost: x\r\n\r\n"),
	    ODD(505, "GET /a HTTP/1.10\r\nHost: x\r\n\r\n"),
	    ODD(505, "GET /a HTTP/1.0\r\nHost: x\r\n\r\n"),
	    ODD(505, "GET /a HTTP/0.9\r\nHost: x\r\n\r\n"),
	    ODD(505, "GET /a HTTP/11\r\nHost: x\r\n\r\n"),
	    ODD(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
	    ODD(WAITS, "GET /a\r\n"),
	    ODD(400, "GET /a\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET /a http/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET /a HTTP/\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.1 \r\nHost: x\r\n\r\n"),
	    ODD(400, "GET  /a HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET\t/a HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, " GET /a HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET a HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET /a\"b HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET /a\\b HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(501, "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(501, "get /a HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(501, "PROPFIND /a HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "G(T /a HTTP/1.1\r\nHost: x\r\n\r\n"),
	    ODD(400, "\r\n\r\n"),
	};

	(void)state;
	expect_refused(&limits, list, sizeof list / sizeof list[0]);
}

/* ---- what is taken ---- */

static void a_request_is_taken_apart(void **state)
{
	struct outcome o = parse("POST /api/x?show_id=a%2Fb&c HTTP/1.1\r\n"
	                         "Host: tickets.example.org:8080\r\n"
	                         "Content-Type:application/json\r\nX-Two: \t a b \t\r\n"
	                         "content-length: 7\r\nX-Two: c\r\nEmpty:\r\n\r\n{\"a\":1}GET /next");
	const struct http_request *r = &o.request;

	(void)state;
	assert_int_equal(o.step, HTTP_DONE);
	assert_int_equal(r->method, HTTP_POST);
	expect_text(r->path, "/api/x");
	expect_text(r->query, "show_id=a%2Fb&c");
	expect_text(r->host, "tickets.example.org:8080");
	expect_text(r->body, "{\"a\":1}");
	assert_int_equal(r->header_count, 6);
	expect_text(http_header_find(r, "Content-type"), "application/json");
	expect_text(http_header_find(r, "x-two"), "a b");
	assert_int_equal(http_header_count(r, "X-TWO"), 2);
	assert_int_equal(http_header_count(r, "x"), 0);
	assert_non_null(http_header_find(r, "empty").data);
	expect_text(http_header_find(r, "empty"), "");
	assert_null(http_header_find(r, "absent").data);
	assert_false(r->wants_close || r->wants_upgrade || r->is_old || r->expects_continue);
}

static void a_query_may_be_absent_or_empty(void **state)
{
	struct outcome o = parse("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

	(void)state;
	assert_int_equal(o.step, HTTP_DONE);
	expect_text(o.request.path, "/");
	assert_null(o.request.query.data);
	o = parse("GET /a? HTTP/1.1\r\nHost: [::1]:80\r\n\r\n");
	assert_int_equal(o.step, HTTP_DONE);
	expect_text(o.request.path, "/a");
	assert_non_null(o.request.query.data);
	assert_int_equal(o.request.query.bytes, 0);
	o = parse("GET /a?b?c|{} HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(o.step, HTTP_DONE);
	expect_text(o.request.query, "b?c|{}");
}

static void what_a_client_wants_of_its_connection_is_told(void **state)
{
	struct outcome o = parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, CLOSE\r\n\r\n");

	(void)state;
	assert_true(o.request.wants_close && !o.request.wants_upgrade);
	o = parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nConnection: ,Upgrade,\r\n"
	          "Upgrade: websocket\r\n\r\n");
	assert_true(!o.request.wants_close && o.request.wants_upgrade);
	o = parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: closed\r\n\r\n");
	assert_false(o.request.wants_close);
	o = parse(HEAD "Expect: 100-Continue\r\n" SMALL);
	assert_int_equal(o.step, HTTP_DONE);
	assert_true(o.request.expects_continue);
}

static void methods_are_those_and_others_are_never_read_further(void **state)
{
	static const char *const others[] = {"PUT", "DELETE", "PATCH", "TRACE"};
	struct outcome o;
	char request[200];

	(void)state;
	assert_int_equal(parse("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n").request.method, HTTP_HEAD);
	assert_int_equal(parse("OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n").request.method, HTTP_OPTIONS);
	o = parse("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(o.step, HTTP_DONE);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		snprintf(request, sizeof request, "%s /a HTTP/1.1\r\nHost: x\r\n%s", others[i], SMALL);
		o = parse(request);
		assert_int_equal(o.step, HTTP_DONE);
		assert_int_equal(o.request.method, HTTP_OTHER);
		assert_int_equal(o.request.body.bytes, 0);
		assert_true(o.request.wants_close);
	}
}

static void the_old_version_is_taken_where_it_is_allowed(void **state)
{
	static const struct odd list[] = {
	    ODD(505, "GET /a HTTP/1.00\r\n\r\n"),
	    ODD(505, "GET /a HTTP/0.9\r\n\r\n"),
	    ODD(505, "GET /a HTTP/1.2\r\n\r\n"),
	    ODD(400, "GET /a HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
	    ODD(501, "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
	};
	struct outcome o = parse_with(&with_old, text_of("GET /livez HTTP/1.0\r\nExpect: x\r\n\r\n"));

	(void)state;
	assert_int_equal(o.step, HTTP_DONE);
	assert_true(o.request.is_old && o.request.wants_close && !o.request.expects_continue);
	assert_null(o.request.host.data);
	o = parse_with(&with_old, text_of("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"));
	assert_true(o.step == HTTP_DONE && !o.request.is_old && !o.request.wants_close);
	expect_refused(&with_old, list, sizeof list / sizeof list[0]);
}

/* ---- limits ---- */

static char room[ROOM];

/* "...AAAA..." with so many As in the place of the %s. */
static struct text stretched(const char *format, size_t count)
{
	static char many[ROOM];
	int bytes;

	memset(many, 'A', count);
	many[count] = '\0';
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	bytes = snprintf(room, sizeof room, format, many);
#pragma GCC diagnostic pop
	assert_true(bytes > 0 && (size_t)bytes < sizeof room);
	return (struct text){room, (size_t)bytes};
}

static void a_head_has_8192_bytes_at_most(void **state)
{
	const char *format = "GET /a HTTP/1.1\r\nHost: x\r\nLong: %s\r\n\r\n";
	size_t rest = strlen(format) - 2;
	struct outcome o = parse_with(&limits, stretched(format, HTTP_HEAD_BYTES - rest));

	(void)state;
	assert_int_equal(o.step, HTTP_DONE);
	assert_int_equal(o.head_bytes, HTTP_HEAD_BYTES);
	o = parse_with(&limits, stretched(format, HTTP_HEAD_BYTES - rest + 1));
	assert_int_equal(o.status, 431);
	o = parse_with(&limits, stretched("GET /a HTTP/1.1\r\nLong: %s", 60000));
	assert_int_equal(o.status, 431);
}

static void another_limit_of_the_head_can_be_set(void **state)
{
	const char *format = "GET /a HTTP/1.1\r\nHost: x\r\nLong: %s\r\n\r\n";
	const struct http_limits small = {.head_bytes_max = 100}, none = {.head_bytes_max = SIZE_MAX};
	size_t rest = strlen(format) - 2;
	struct outcome o = parse_with(&small, stretched(format, 100 - rest));

	(void)state;
	assert_int_equal(o.step, HTTP_DONE);
	assert_int_equal(o.head_bytes, 100);
	o = parse_with(&small, stretched(format, 101 - rest));
	assert_int_equal(o.status, 431);
	o = parse_with(&none, stretched(format, 3 * HTTP_HEAD_BYTES));
	assert_int_equal(o.step, HTTP_DONE);
}

static void a_target_has_4096_bytes_at_most(void **state)
{
	const char *longest = "OPTIONS /%s HTTP/1.1\r\nHost: x\r\n\r\n";
	struct outcome o;

	(void)state;
	o = parse_with(&limits, stretched(longest, HTTP_TARGET_BYTES_MAX - 1));
	assert_int_equal(o.step, HTTP_DONE);
	assert_int_equal(o.request.path.bytes, HTTP_TARGET_BYTES_MAX);
	o = parse_with(&limits, stretched(longest, HTTP_TARGET_BYTES_MAX));
	assert_int_equal(o.status, 414);
	o = parse_with(&limits, stretched("GET /%s HTTP/1.1\r\nHost: x\r\n\r\n", HTTP_TARGET_BYTES_MAX));
	assert_int_equal(o.status, 414);
	o = parse_with(&limits, stretched("GET /%s", 60000));
	assert_int_equal(o.status, 414);
	for (size_t i = 0; i < 8; i++) { /* what is wrong first counts */
		o = parse_with(&limits, stretched("GET /%s\x01", 6000 + i));
		assert_int_equal(o.status, 414);
	}
}

static void there_are_64_headers_at_most(void **state)
{
	struct outcome o;

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		size_t bytes = (size_t)snprintf(room, sizeof room, "GET / HTTP/1.1\r\nHost: x\r\n");

		for (size_t i = 1; i < HTTP_HEADERS_MAX + more; i++)
			bytes += (size_t)snprintf(room + bytes, sizeof room - bytes, "A: %zu\r\n", i);
		bytes += (size_t)snprintf(room + bytes, sizeof room - bytes, "\r\n");
		o = parse_with(&limits, (struct text){room, bytes});
		assert_int_equal(o.status, more ? 431 : 0);
		assert_int_equal(o.step, more ? HTTP_REFUSED : HTTP_DONE);
	}
}

static void a_body_has_as_many_bytes_as_the_limit_says(void **state)
{
	struct text all = stretched(HEAD "Content-Length: 65536\r\n\r\n%s", BODY_MAX);
	struct outcome o = feed(&limits, all, all.bytes, 1), pieces = feed(&limits, all, 1, 4096);

	(void)state;
	assert_int_equal(o.step, HTTP_DONE);
	expect_same(&o, &pieces);
	assert_int_equal(o.request.body.bytes, BODY_MAX);
	o = feed(&limits, (struct text){all.data, all.bytes - 1}, all.bytes - 1, 1);
	assert_int_equal(o.step, HTTP_MORE_BODY);
	assert_int_equal(o.request.body_bytes, BODY_MAX);
	/* At once, not when it is there. */
	assert_int_equal(parse(HEAD "Content-Length: 65537\r\n\r\n").status, 413);
	assert_int_equal(parse(HEAD "Content-Length: 1000000000000\r\n\r\n").status, 413);
	assert_int_equal(parse(HEAD "Content-Length: 9999999999999999999\r\n\r\n").status, 413);
	assert_int_equal(parse(HEAD "Content-Length: 10000000000000000000\r\n\r\n").status, 400);
	assert_int_equal(parse(HEAD "Content-Length:7\r\n\r\n{\"a\":1}").step, HTTP_DONE);
	assert_int_equal(parse(HEAD "Content-Length: 0000000007\r\n\r\n{\"a\":1}").step, HTTP_DONE);
	assert_int_equal(parse(HEAD "Content-Length: 00000000000000000007\r\n\r\n{\"a\":1}").status, 400);
	assert_int_equal(parse("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n").status, 413);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_post_that_has_no_body_need_not_count_it),
	    cmocka_unit_test(what_could_split_one_request_in_two_is_refused),
	    cmocka_unit_test(lines_end_with_crlf_and_hold_no_control_character),
	    cmocka_unit_test(a_byte_that_must_not_be_there_is_seen_wherever_it_is),
	    cmocka_unit_test(a_header_has_a_name_and_there_is_one_host),
	    cmocka_unit_test(the_request_line_is_a_method_a_path_and_this_version),
	    cmocka_unit_test(a_request_is_taken_apart),
	    cmocka_unit_test(a_query_may_be_absent_or_empty),
	    cmocka_unit_test(what_a_client_wants_of_its_connection_is_told),
	    cmocka_unit_test(methods_are_those_and_others_are_never_read_further),
	    cmocka_unit_test(the_old_version_is_taken_where_it_is_allowed),
	    cmocka_unit_test(a_head_has_8192_bytes_at_most),
	    cmocka_unit_test(another_limit_of_the_head_can_be_set),
	    cmocka_unit_test(a_target_has_4096_bytes_at_most),
	    cmocka_unit_test(there_are_64_headers_at_most),
	    cmocka_unit_test(a_body_has_as_many_bytes_as_the_limit_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
