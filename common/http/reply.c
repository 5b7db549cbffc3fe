#include "common/http/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/base/eight.h"

#define DATE_BYTES 30
#define STATUS_MIN 200
#define STATUS_MAX 599

static const char close_line[] = "Connection: close\r\n";
static const char end_line[] = "\r\n";
#define CLOSE_BYTES (sizeof close_line - 1)
#define END_BYTES (sizeof end_line - 1)

const char *reply_reason(unsigned status)
{
	static const struct {
		unsigned status;
		const char *reason;
	} list[] = {
	    {101, "Switching Protocols"}, {200, "OK"}, {202, "Accepted"}, {204, "No Content"},
	    {304, "Not Modified"},
	    {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
	    {405, "Method Not Allowed"}, {406, "Not Acceptable"}, {408, "Request Timeout"},
	    {409, "Conflict"}, {410, "Gone"}, {411, "Length Required"}, {413, "Content Too Large"},
	    {414, "URI Too Long"}, {415, "Unsupported Media Type"}, {417, "Expectation Failed"},
	    {421, "Misdirected Request"}, {422, "Unprocessable Content"}, {426, "Upgrade Required"},
	    {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
	    {500, "Internal Server Error"}, {501, "Not Implemented"}, {503, "Service Unavailable"},
	    {504, "Gateway Timeout"}, {505, "HTTP Version Not Supported"},
	};

	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		if (list[i].status == status)
			return list[i].reason;
	return "";
}

/* As RFC 9110 has it, in no one's language. The same for a second: printed once in it. */
static const char *date(void)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	static _Thread_local char text[DATE_BYTES];
	static _Thread_local time_t printed_s = -1;
	time_t now_s = (time_t)(clock_wall_ms() / 1000);
	struct tm t;

	if (now_s == printed_s || !gmtime_r(&now_s, &t))
		return text;
	printed_s = now_s;
	snprintf(text, sizeof text, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[t.tm_wday % 7],
	         (unsigned)t.tm_mday % 100, months[t.tm_mon % 12], (unsigned)(t.tm_year + 1900) % 10000,
	         (unsigned)t.tm_hour % 100, (unsigned)t.tm_min % 100, (unsigned)t.tm_sec % 100);
	return text;
}

/* ---- status line and headers ---- */

struct front {
	char data[REPLY_FRONT_BYTES_MAX];
	size_t bytes;
	bool is_bad; /* it has no room, or what cannot stand there */
};

static void add(struct front *f, const char *data, size_t bytes)
{
	f->is_bad = f->is_bad || bytes > sizeof f->data - f->bytes;
	if (f->is_bad || !bytes)
		return;
	memcpy(f->data + f->bytes, data, bytes);
	f->bytes += bytes;
}

static void add_string(struct front *f, const char *string)
{
	add(f, string, strlen(string));
}

/* What ends a line or hides the rest of it would be another header, or another answer. */
static void add_checked(struct front *f, struct text t)
{
	size_t i = 0;

	for (uint64_t eight; t.bytes - i >= sizeof eight; i += sizeof eight) {
		memcpy(&eight, t.data + i, sizeof eight);
		if (eight_has_below(eight, ' ') || eight_has(eight, 0x7f))
			break;
	}
	for (; i < t.bytes; i++) {
		unsigned char c = (unsigned char)t.data[i];

		f->is_bad = f->is_bad || (c < ' ' && c != '\t') || c == 0x7f;
	}
	add(f, t.data, t.bytes);
}

static bool has_body(unsigned status)
{
	return status != 204 && status != 304;
}

static void add_number(struct front *f, size_t number)
{
	char digits[24];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	add(f, digits + at, sizeof digits - at);
}

static void add_first_lines(struct front *f, unsigned status)
{
	f->bytes = 0;
	f->is_bad = false;
	add_string(f, "HTTP/1.1 ");
	add_number(f, status);
	add_string(f, " ");
	add_string(f, reply_reason(status));
	add_string(f, "\r\nDate: ");
	add_string(f, date());
	add_string(f, end_line);
}

static void add_headers(struct front *f, const struct http_header *headers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		f->is_bad = f->is_bad || !headers[i].name.bytes;
		add_checked(f, headers[i].name);
		add_string(f, ": ");
		add_checked(f, headers[i].value);
		add_string(f, end_line);
	}
}

static void print_front(struct front *f, const struct http_answer *answer)
{
	add_first_lines(f, answer->status);
	f->is_bad = f->is_bad || answer->status < STATUS_MIN || answer->status > STATUS_MAX;
	if (has_body(answer->status)) {
		add_string(f, "Content-Length: ");
		add_number(f, answer->body.bytes);
		add_string(f, end_line);
	}
	add_headers(f, answer->headers, answer->header_count);
}

bool reply_write_head(struct buf *head, unsigned status, const struct http_header *headers,
                      size_t count)
{
	struct front f;

	add_first_lines(&f, status);
	add_headers(&f, headers, count);
	add_string(&f, end_line);
	if (!f.is_bad)
		buf_add(head, f.data, f.bytes);
	return !f.is_bad && !head->failed;
}

struct reply *reply_make(struct pool *pool, struct http_token token,
                         const struct http_answer *answer)
{
	static const struct http_answer broken = {.status = 500, .closes = true};
	struct front front;
	struct reply *reply;
	size_t body_bytes, bytes;

	print_front(&front, answer);
	if (front.is_bad) {
		answer = &broken;
		print_front(&front, answer);
	}
	body_bytes = has_body(answer->status) ? answer->body.bytes : 0;
	bytes = sizeof *reply + front.bytes + CLOSE_BYTES + END_BYTES + body_bytes;
	reply = pool ? pool_take(pool, bytes) : malloc(bytes);
	if (!reply) {
		text_say_memory_ran_out();
		return NULL;
	}
	*reply = (struct reply){{.kind = MAIL_REPLY}, .token = token, .pool = pool,
	                        .closes = answer->closes, .front_bytes = front.bytes,
	                        .body_bytes = body_bytes};
	memcpy(reply->data, front.data, front.bytes);
	memcpy(reply->data + front.bytes, close_line, CLOSE_BYTES);
	memcpy(reply->data + front.bytes + CLOSE_BYTES, end_line, END_BYTES);
	if (body_bytes)
		memcpy(reply->data + front.bytes + CLOSE_BYTES + END_BYTES, answer->body.data, body_bytes);
	return reply;
}

struct reply *reply_refusal(const struct http_refusal *refusal)
{
	const struct http_header type = {text_of("Content-Type"), text_of("text/plain; charset=utf-8")};
	struct http_answer answer = {
	    .status = refusal->status, .headers = &type, .header_count = 1, .closes = true};
	char line[100];

	snprintf(line, sizeof line, "%s\n", refusal->why);
	answer.body = text_of(line);
	return reply_make(NULL, (struct http_token){0, 0}, &answer);
}

void reply_release(struct reply *reply)
{
	if (reply && reply->pool)
		pool_give(reply->pool, reply,
		          sizeof *reply + reply->front_bytes + CLOSE_BYTES + END_BYTES + reply->body_bytes);
	else
		free(reply);
}

/* The line that says "close" is there already: where it is wrong, the front moves over it. */
void reply_seal(struct reply *reply, bool closes, bool is_head)
{
	if (reply->is_sealed)
		return;
	reply->is_sealed = true;
	reply->end = reply->front_bytes + CLOSE_BYTES + END_BYTES + (is_head ? 0 : reply->body_bytes);
	if (closes)
		return;
	memmove(reply->data + CLOSE_BYTES, reply->data, reply->front_bytes);
	reply->begin = CLOSE_BYTES;
}

struct text reply_bytes(const struct reply *reply)
{
	return (struct text){reply->data + reply->begin, reply->end - reply->begin};
}
