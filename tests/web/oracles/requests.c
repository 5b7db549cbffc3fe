/*
 * requests.c - what our parser finds in the bytes of connections, for programs in other languages.
 *
 * stdin: connections, a line of hex digits each. stdout: a line of JSON for each, everything that
 * comes from the bytes in hex:
 *   {"requests":[{"method":..,"target":..,"headers":[[name,value],..],"body":..}],"end":END}
 * END is "more" (the bytes end), "close" (nothing further is read) or the status of the refusal.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/http/parse.h"

#define BODY_BYTES_MAX 65536

static void print_hex(const char *data, size_t bytes)
{
	putchar('"');
	for (size_t i = 0; i < bytes; i++)
		printf("%02x", (unsigned)(unsigned char)data[i]);
	putchar('"');
}

static void print_request(const struct http_request *r, const char *begin)
{
	const char *method_end = strchr(begin, ' '), *target_end = strchr(method_end + 1, ' ');

	printf("{\"method\":");
	print_hex(begin, (size_t)(method_end - begin));
	printf(",\"target\":");
	print_hex(method_end + 1, (size_t)(target_end - method_end - 1));
	printf(",\"headers\":[");
	for (size_t i = 0; i < r->header_count; i++) {
		printf(i ? ",[" : "[");
		print_hex(r->headers[i].name.data, r->headers[i].name.bytes);
		putchar(',');
		print_hex(r->headers[i].value.data, r->headers[i].value.bytes);
		putchar(']');
	}
	printf("],\"body\":");
	print_hex(r->body.data, r->body.bytes);
	putchar('}');
}

static void print_requests(struct text rest)
{
	static const struct http_limits limits = {.body_bytes_max = BODY_BYTES_MAX};
	enum http_step step = HTTP_DONE;
	struct http_request r = {.wants_close = false};
	struct http_refusal refusal = {0};

	printf("{\"requests\":[");
	for (int i = 0; step == HTTP_DONE && !r.wants_close; i++) {
		struct http_parse parse = {0};

		step = http_parse(&parse, &limits, rest, &r, &refusal);
		if (step != HTTP_DONE)
			break;
		printf(i ? "," : "");
		print_request(&r, rest.data);
		rest.data += parse.head_bytes + r.body.bytes;
		rest.bytes -= parse.head_bytes + r.body.bytes;
	}
	if (step == HTTP_REFUSED)
		printf("],\"end\":%u}\n", refusal.status);
	else
		printf("],\"end\":\"%s\"}\n", step == HTTP_DONE ? "close" : "more");
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t read;

	while ((read = getline(&line, &room, stdin)) > 0) {
		size_t bytes = (size_t)read / 2;

		for (size_t i = 0; i < bytes; i++)
			line[i] = (char)(digit(line[2 * i]) * 16 + digit(line[2 * i + 1]));
		line[bytes] = '\0';
		print_requests((struct text){line, bytes});
	}
	free(line);
	return 0;
}
