#include "common/http/parse.h"

#include <string.h>
#include <strings.h>

#include "common/base/eight.h"

/* As long as a method of ours, two blanks, the longest target and a version are, and the CRLF. */
#define LINE_BYTES_MAX (sizeof "OPTIONS" + HTTP_TARGET_BYTES_MAX + sizeof " HTTP/1.1" + 1)
#define LENGTH_DIGITS_MAX 19 /* no number of these overflows */
#define NAME(literal) {literal, sizeof literal - 1}

static const struct http_refusal bad_byte = {400, "a character that must not be in a request"};
static const struct http_refusal bad_line = {400, "the request line is malformed"};
static const struct http_refusal bad_version = {
    505, "HTTP/1.1 alone is spoken here (nginx: proxy_http_version 1.1)"};
static const struct http_refusal bad_method = {501, "no such method"};
static const struct http_refusal bad_target = {400, "the target is not a path"};
static const struct http_refusal long_target = {414, "the target is too long"};
static const struct http_refusal long_head = {431, "the headers are too long"};
static const struct http_refusal many_headers = {431, "there are too many headers"};
static const struct http_refusal bad_header = {400, "a header is malformed"};
static const struct http_refusal bad_host = {400, "there is not exactly one Host, well-formed"};
static const struct http_refusal bad_length = {
    400, "there is not exactly one Content-Length, of digits"};
static const struct http_refusal no_length = {411, "a body needs its Content-Length"};
static const struct http_refusal long_body = {413, "the body is too large"};
static const struct http_refusal has_body = {400, "a body where there must be none"};
static const struct http_refusal has_coding = {501, "Transfer-Encoding is not taken"};
static const struct http_refusal bad_expectation = {417, "an expectation that cannot be met"};

/* ---- bytes ---- */

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_one_of(char c, const char *list)
{
	return c && strchr(list, c);
}

static bool is_token_char(char c)
{
	return is_alnum(c) || c == '-' || is_one_of(c, "!#$%&'*+.^_`|~");
}

/* What a URI is made of, and what browsers leave in a query besides. */
static bool is_target_char(char c)
{
	return is_alnum(c) || c == '/' || c == '-' || is_one_of(c, "?._~%!$&'()*+,;=:@[]{}|^`");
}

static bool is_host_char(char c)
{
	return is_alnum(c) || is_one_of(c, "-._~%!$&'()*+,;=:[]");
}

/* Does all of it consist of these, and is there any? */
static bool is_all(struct text t, bool is_good(char c))
{
	for (size_t i = 0; i < t.bytes; i++)
		if (!is_good(t.data[i]))
			return false;
	return t.bytes > 0;
}

static bool is_word(struct text t, struct text word)
{
	return t.bytes == word.bytes && !strncasecmp(t.data, word.data, t.bytes);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct text trimmed(struct text t)
{
	for (; t.bytes && is_blank(*t.data); t.bytes--)
		t.data++;
	while (t.bytes && is_blank(t.data[t.bytes - 1]))
		t.bytes--;
	return t;
}

/* What stands before the first of these, which is passed over; all of it where there is none. */
static struct text cut(struct text *rest, char at)
{
	const char *end = rest->bytes ? memchr(rest->data, at, rest->bytes) : NULL;
	struct text first = {rest->data, end ? (size_t)(end - rest->data) : rest->bytes};

	rest->data = end ? end + 1 : rest->data + rest->bytes;
	rest->bytes -= first.bytes + (end ? 1 : 0);
	return first;
}

/* ---- where the head ends ---- */

static bool is_control(unsigned char c)
{
	return (c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 0x7f;
}

/* From here to there eight bytes at a time, as long as none of them is a control character. */
static size_t pass_plain(struct text bytes, size_t from, size_t to)
{
	for (uint64_t eight; to - from >= sizeof eight; from += sizeof eight) {
		memcpy(&eight, bytes.data + from, sizeof eight);
		if (eight_has_below(eight, ' ') || eight_has(eight, 0x7f))
			break;
	}
	return from;
}

/* A request line that is too long is so at its last byte, which is to be looked at. */
static size_t plain_end(const struct http_parse *parse, size_t end)
{
	return parse->line_bytes || end < LINE_BYTES_MAX ? end : LINE_BYTES_MAX - 1;
}

/*
 * Look at each byte once: of control characters there are only tabs, and CR and LF side by side.
 * What is wrong is wrong at a byte, so that it does not matter how many are there already.
 */
static enum http_step scan(struct http_parse *parse, size_t bytes_max, struct text bytes,
                           const struct http_refusal **why)
{
	size_t at = parse->scanned_bytes, end = bytes.bytes < bytes_max ? bytes.bytes : bytes_max;

	for (; at < end; at++) {
		char c;

		/* Behind a CR there is but one that is right. */
		if (at && bytes.data[at - 1] != '\r')
			at = pass_plain(bytes, at, plain_end(parse, end));
		if (at == end)
			break;
		c = bytes.data[at];
		*why = &bad_byte;
		if (is_control((unsigned char)c) || (at && bytes.data[at - 1] == '\r' && c != '\n') ||
		    (c == '\n' && (!at || bytes.data[at - 1] != '\r')))
			return HTTP_REFUSED;
		if (c == '\n' && !parse->line_bytes)
			parse->line_bytes = at + 1;
		*why = &long_target;
		if (!parse->line_bytes && at + 1 >= LINE_BYTES_MAX)
			return HTTP_REFUSED;
		if (c == '\n' && at >= 3 && bytes.data[at - 2] == '\n') {
			parse->scanned_bytes = parse->head_bytes = at + 1;
			return HTTP_DONE;
		}
	}
	parse->scanned_bytes = at;
	*why = &long_head;
	return at == bytes_max ? HTTP_REFUSED : HTTP_MORE_HEAD;
}

/* ---- the request line ---- */

static const struct http_refusal *read_version(struct text version,
                                               const struct http_limits *limits,
                                               struct http_request *r)
{
	struct text number = version;

	if (version.bytes < 6 || memcmp(version.data, "HTTP/", 5) != 0)
		return &bad_line;
	number.data += 5;
	number.bytes -= 5;
	for (size_t i = 0; i < number.bytes; i++)
		if ((number.data[i] < '0' || number.data[i] > '9') && number.data[i] != '.')
			return &bad_line;
	r->is_old = limits->takes_old && text_same(number, text_of("1.0"));
	return r->is_old || text_same(number, text_of("1.1")) ? NULL : &bad_version;
}

static const struct http_refusal *read_method(struct text method, struct http_request *r)
{
	static const struct {
		const char *name;
		enum http_method method;
	} methods[] = {
	    {"GET", HTTP_GET},         {"HEAD", HTTP_HEAD},   {"POST", HTTP_POST},
	    {"OPTIONS", HTTP_OPTIONS}, {"PUT", HTTP_OTHER},   {"DELETE", HTTP_OTHER},
	    {"PATCH", HTTP_OTHER},     {"TRACE", HTTP_OTHER},
	};

	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (text_same(method, text_of(methods[i].name))) {
			r->method = methods[i].method;
			return NULL;
		}
	return is_all(method, is_token_char) ? &bad_method : &bad_line;
}

static const struct http_refusal *read_target(struct text target, struct http_request *r)
{
	if (target.bytes > HTTP_TARGET_BYTES_MAX)
		return &long_target;
	if (!is_all(target, is_target_char) || *target.data != '/')
		return &bad_target;
	r->path = cut(&target, '?');
	r->query = target.data > r->path.data + r->path.bytes ? target : (struct text){NULL, 0};
	return NULL;
}

static const struct http_refusal *read_line(struct text line, const struct http_limits *limits,
                                            struct http_request *r)
{
	struct text method = cut(&line, ' '), target = cut(&line, ' ');
	const struct http_refusal *why = read_version(line, limits, r);

	if (!why)
		why = read_method(method, r);
	return why ? why : read_target(target, r);
}

/* ---- headers ---- */

/* A tab beside the digits is read in more than one way by others. Colon and CR stand around it. */
static bool stands_alone(struct text value)
{
	return value.data[value.bytes] == '\r' &&
	       (value.data[-1] == ':' || (value.data[-1] == ' ' && value.data[-2] == ':'));
}

static const struct http_refusal *read_length(struct text value, struct http_request *r)
{
	size_t length = 0;

	if (r->has_length || !value.bytes || value.bytes > LENGTH_DIGITS_MAX ||
	    !stands_alone(value))
		return &bad_length;
	for (size_t i = 0; i < value.bytes; i++) {
		if (value.data[i] < '0' || value.data[i] > '9')
			return &bad_length;
		length = length * 10 + (size_t)(value.data[i] - '0');
	}
	r->has_length = true;
	r->body_bytes = length;
	return NULL;
}

static const struct http_refusal *read_host(struct text value, struct http_request *r)
{
	if (r->host.data || !is_all(value, is_host_char))
		return &bad_host;
	r->host = value;
	return NULL;
}

static const struct http_refusal *read_coding(struct text value, struct http_request *r)
{
	(void)value, (void)r;
	return &has_coding;
}

static const struct http_refusal *read_connection(struct text value, struct http_request *r)
{
	while (value.bytes) {
		struct text option = trimmed(cut(&value, ','));

		r->wants_close = r->wants_close || is_word(option, text_of("close"));
		r->wants_upgrade = r->wants_upgrade || is_word(option, text_of("upgrade"));
	}
	return NULL;
}

/* Who speaks HTTP/1.0 cannot mean it (RFC 9110, 10.1.1). */
static const struct http_refusal *read_expect(struct text value, struct http_request *r)
{
	if (r->is_old)
		return NULL;
	if (r->expects_continue || !is_word(value, text_of("100-continue")))
		return &bad_expectation;
	r->expects_continue = true;
	return NULL;
}

static const struct http_refusal *read_header(struct text line, struct http_request *r)
{
	static const struct {
		struct text name;
		const struct http_refusal *(*read)(struct text value, struct http_request *r);
	} known[] = {
	    {NAME("Host"), read_host},
	    {NAME("Content-Length"), read_length},
	    {NAME("Connection"), read_connection},
	    {NAME("Expect"), read_expect},
	    {NAME("Transfer-Encoding"), read_coding},
	};
	struct http_header header;

	if (!memchr(line.data, ':', line.bytes))
		return &bad_header;
	header.name = cut(&line, ':');
	header.value = trimmed(line);
	if (!is_all(header.name, is_token_char))
		return &bad_header;
	if (r->header_count == HTTP_HEADERS_MAX)
		return &many_headers;
	r->headers[r->header_count++] = header;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (is_word(header.name, known[i].name))
			return known[i].read(header.value, r);
	return NULL;
}

/* What the request as a whole must be. */
static const struct http_refusal *judge(const struct http_limits *limits, struct http_request *r)
{
	if (!r->host.data && !r->is_old)
		return &bad_host;
	if (r->method == HTTP_POST && !r->has_length && !text_same(r->path, limits->empty_path))
		return &no_length;
	if (r->method == HTTP_OTHER || r->is_old)
		r->wants_close = true;
	if (r->method == HTTP_POST || r->method == HTTP_OTHER)
		return r->body_bytes > limits->body_bytes_max ? &long_body : NULL;
	return r->body_bytes ? &has_body : NULL;
}

/* A line without its CRLF. The scan has seen that there is one. */
static struct text take_line(struct text *head)
{
	struct text line = cut(head, '\n');

	line.bytes--;
	return line;
}

static const struct http_refusal *read_head(struct text head, const struct http_limits *limits,
                                            struct http_request *r)
{
	const struct http_refusal *why = read_line(take_line(&head), limits, r);

	while (!why) {
		struct text line = take_line(&head);

		if (!line.bytes)
			return judge(limits, r);
		why = read_header(line, r);
	}
	return why;
}

/* ---- all of it ---- */

static enum http_step refuse(struct http_refusal *refusal, const struct http_refusal *why)
{
	*refusal = *why;
	return HTTP_REFUSED;
}

size_t http_head_bytes_max(const struct http_limits *limits)
{
	return limits->head_bytes_max ? limits->head_bytes_max : HTTP_HEAD_BYTES;
}

static void empty(struct http_request *r)
{
	memset(r, 0, offsetof(struct http_request, headers)); /* of which there are none */
}

enum http_step http_parse(struct http_parse *parse, const struct http_limits *limits,
                          struct text bytes, struct http_request *request,
                          struct http_refusal *refusal)
{
	const struct http_refusal *why = NULL;
	size_t body_bytes;

	if (!parse->head_bytes) {
		enum http_step step = scan(parse, http_head_bytes_max(limits), bytes, &why);

		if (step != HTTP_DONE)
			return step == HTTP_REFUSED ? refuse(refusal, why) : step;
	}
	empty(request);
	why = read_head((struct text){bytes.data, parse->head_bytes}, limits, request);
	if (why)
		return refuse(refusal, why);
	body_bytes = request->method == HTTP_OTHER ? 0 : request->body_bytes;
	if (bytes.bytes - parse->head_bytes < body_bytes)
		return HTTP_MORE_BODY;
	request->body = (struct text){bytes.data + parse->head_bytes, body_bytes};
	return HTTP_DONE;
}
