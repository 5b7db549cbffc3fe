/*
 * Any bytes of a connection through the parser, one request after the other: however they are cut
 * the outcome is the same, and what is taken is what a plain reading of it finds, so that nobody who
 * goes by the standard can see another request in it.
 */
#define _GNU_SOURCE /* memmem, strncasecmp */
#include <string.h>
#include <strings.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/http_bytes.h"

struct outcome {
	enum http_step step;
	struct http_parse parse;
	struct http_request request;
	struct http_refusal refusal;
};

static const struct http_limits limits = {.body_bytes_max = HTTP_BYTES_BODY_MAX};

static struct outcome parse_whole(struct text bytes)
{
	struct outcome o = {.step = HTTP_MORE_HEAD};

	o.step = http_parse(&o.parse, &limits, bytes, &o.request, &o.refusal);
	return o;
}

static struct outcome parse_in_pieces(struct text bytes, const uint8_t *data, size_t data_bytes)
{
	struct outcome o = {.step = HTTP_MORE_HEAD};
	size_t there = 0;

	for (size_t turn = 0; there < bytes.bytes; turn++) {
		there += http_bytes_piece(data, data_bytes, turn);
		there = there < bytes.bytes ? there : bytes.bytes;
		o.step = http_parse(&o.parse, &limits, (struct text){bytes.data, there}, &o.request,
		                    &o.refusal);
		if (o.step == HTTP_DONE || o.step == HTTP_REFUSED)
			break;
	}
	return o;
}

static bool is_same_place(struct text a, struct text b)
{
	return a.bytes == b.bytes && a.data == b.data;
}

static void check_same(const struct outcome *a, const struct outcome *b)
{
	const struct http_request *r = &a->request, *s = &b->request;

	FUZZ_CHECK(a->step == b->step);
	if (a->step == HTTP_REFUSED)
		FUZZ_CHECK(a->refusal.status == b->refusal.status);
	if (a->step != HTTP_DONE)
		return;
	FUZZ_CHECK(a->parse.head_bytes == b->parse.head_bytes && r->method == s->method);
	FUZZ_CHECK(is_same_place(r->path, s->path) && is_same_place(r->query, s->query));
	FUZZ_CHECK(is_same_place(r->host, s->host) && is_same_place(r->body, s->body));
	FUZZ_CHECK(r->header_count == s->header_count && r->wants_close == s->wants_close);
	FUZZ_CHECK(r->wants_upgrade == s->wants_upgrade && r->expects_continue == s->expects_continue);
}

/* ---- a plain reading ---- */

/* Lines of the head that begin so, in whatever case, blanks before a colon or not. */
static size_t count_lines(struct text head, const char *name, const char **value)
{
	size_t count = 0, bytes = strlen(name);

	for (const char *at = memmem(head.data, head.bytes, "\r\n", 2); at;) {
		const char *line = at + 2;
		size_t rest = head.bytes - (size_t)(line - head.data);
		size_t skip = bytes;

		if (rest > bytes && !strncasecmp(line, name, bytes)) {
			while (skip < rest && (line[skip] == ' ' || line[skip] == '\t'))
				skip++;
			if (line[skip] == ':') {
				count++;
				*value = line + skip + 1;
			}
		}
		at = memmem(line, rest, "\r\n", 2);
	}
	return count;
}

static size_t number_at(const char *value)
{
	size_t number = 0;

	while (*value == ' ' || *value == '\t')
		value++;
	FUZZ_CHECK(*value >= '0' && *value <= '9');
	for (; *value >= '0' && *value <= '9'; value++)
		number = number * 10 + (size_t)(*value - '0');
	while (*value == ' ' || *value == '\t')
		value++;
	FUZZ_CHECK(*value == '\r');
	return number;
}

static void check_bytes(struct text head)
{
	FUZZ_CHECK(head.bytes <= HTTP_HEAD_BYTES);
	FUZZ_CHECK(memmem(head.data, head.bytes, "\r\n\r\n", 4) == head.data + head.bytes - 4);
	for (size_t i = 0; i < head.bytes; i++) {
		unsigned char c = (unsigned char)head.data[i];

		FUZZ_CHECK((c >= ' ' && c != 0x7f) || c == '\t' || c == '\r' || c == '\n');
		FUZZ_CHECK(c != '\n' || (i && head.data[i - 1] == '\r'));
		FUZZ_CHECK(c != '\r' || head.data[i + 1] == '\n');
		/* No line goes on with the next one. */
		FUZZ_CHECK(c != '\n' || i + 1 == head.bytes ||
		           (head.data[i + 1] != ' ' && head.data[i + 1] != '\t'));
	}
}

static void check_framing(struct text head, const struct http_request *r)
{
	static const char *const methods[] = {"GET ", "HEAD ", "POST ", "OPTIONS "};
	const char *value = NULL;
	size_t lengths = count_lines(head, "content-length", &value);
	size_t length = lengths ? number_at(value) : 0;

	FUZZ_CHECK(lengths <= 1 && length <= HTTP_BYTES_BODY_MAX && length == r->body_bytes);
	FUZZ_CHECK(count_lines(head, "transfer-encoding", &value) == 0);
	FUZZ_CHECK(count_lines(head, "host", &value) == 1);
	if (r->method == HTTP_OTHER) {
		FUZZ_CHECK(r->wants_close && r->body.bytes == 0);
		return;
	}
	FUZZ_CHECK(!strncmp(head.data, methods[r->method], strlen(methods[r->method])));
	FUZZ_CHECK(r->body.bytes == length && r->body.data == head.data + head.bytes);
	FUZZ_CHECK(r->method == HTTP_POST ? lengths == 1 : length == 0);
}

/* Printed again, field by field, it is the same request. */
static void check_again(const struct http_request *r, struct text head)
{
	struct buf again = {0};
	struct outcome o;

	buf_print(&again, "%.*s", (int)(strchr(head.data, ' ') - head.data), head.data);
	buf_print(&again, " %.*s", TEXT_ARGS(r->path));
	if (r->query.data)
		buf_print(&again, "?%.*s", TEXT_ARGS(r->query));
	buf_add_string(&again, " HTTP/1.1\r\n");
	for (size_t i = 0; i < r->header_count; i++) {
		buf_add_text(&again, r->headers[i].name);
		buf_add_string(&again, ":");
		buf_add_text(&again, r->headers[i].value);
		buf_add_string(&again, "\r\n");
	}
	buf_add_string(&again, "\r\n");
	buf_add_text(&again, r->body);
	o = parse_whole(buf_text(&again));
	FUZZ_CHECK(o.step == HTTP_DONE && o.request.method == r->method);
	FUZZ_CHECK(text_same(o.request.path, r->path) && text_identical(
	           (struct text){o.request.query.data ? "" : NULL, 0},
	           (struct text){r->query.data ? "" : NULL, 0}));
	FUZZ_CHECK(text_same(o.request.query, r->query) && text_same(o.request.host, r->host));
	FUZZ_CHECK(text_same(o.request.body, r->body) && o.request.header_count == r->header_count);
	for (size_t i = 0; i < r->header_count; i++)
		FUZZ_CHECK(text_same(o.request.headers[i].name, r->headers[i].name) &&
		           text_same(o.request.headers[i].value, r->headers[i].value));
	buf_release(&again);
}

void fuzz_http_parse(const uint8_t *data, size_t bytes)
{
	struct buf made = http_bytes_of(data, bytes);
	struct text rest = buf_text(&made);

	while (rest.bytes) {
		struct outcome whole = parse_whole(rest);
		struct outcome pieces = parse_in_pieces(rest, data, bytes);
		struct text head = {rest.data, whole.parse.head_bytes};
		size_t done;

		check_same(&whole, &pieces);
		if (whole.step != HTTP_DONE)
			break;
		check_bytes(head);
		check_framing(head, &whole.request);
		check_again(&whole.request, head);
		if (whole.request.wants_close)
			break;
		done = whole.parse.head_bytes + whole.request.body.bytes;
		rest = (struct text){rest.data + done, rest.bytes - done};
	}
	buf_release(&made);
}
