#include "tests/fuzz/http_bytes.h"

#include <string.h>

static const char *const pieces[] = {
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
    "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nz",
    "GET /later HTTP/1.1\r\nHost: x\r\n\r\n",
    "HEAD /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /closed HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n",
    "GET", "HEAD", "POST", "OPTIONS", "PUT", "CONNECT", "PRI",
    " ", " / ", " /a?b=%41&c ", " * ", " http://x/ ", "/", "?", "%", "#",
    "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/1.10", "HTTP/",
    "\r\n", "\r\n\r\n", "\n", "\r", "\t", ":", ": ", ",", ";",
    "Host: x\r\n", "Host:\r\n", "Host: a, b\r\n", "Host : x\r\n", "HOST: y\r\n",
    "Content-Length: 0\r\n", "Content-Length: 3\r\n", "Content-Length: 100\r\n",
    "Content-Length: 101\r\n", "Content-Length: +3\r\n", "Content-Length: 3, 3\r\n",
    "Content-Length: 0x3\r\n", "Content-Length: ", "content-length:3\r\n", "Content-Length\t: 3\r\n",
    "Content-Length: 18446744073709551619\r\n", "Content-Length: -3\r\n",
    "Transfer-Encoding: chunked\r\n", "Transfer-Encoding:\tchunked\r\n", "transfer-encoding: x\r\n",
    "Transfer-Encoding : chunked\r\n", "3\r\nabc\r\n0\r\n\r\n",
    "Connection: close\r\n", "Connection: keep-alive, Upgrade\r\n", "Expect: 100-continue\r\n",
    "Expect: x\r\n", "X: y\r\n", " folded\r\n", "\tfolded\r\n", ": y\r\n", "X y: z\r\n", "X\r\n",
    "abc", "{\"a\":1}", "0", "1", "7", "99", "\x7f", "\xff", "\xc3\xa4",
    "Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
    "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\nF: 6\r\nG: 7\r\nH: 8\r\nI: 9\r\nJ: 10\r\n",
};
#define PIECES (sizeof pieces / sizeof pieces[0])

_Static_assert(PIECES <= 0x80, "each has its byte");

struct buf http_bytes_of(const uint8_t *data, size_t bytes)
{
	struct buf made = {0};

	buf_add(&made, "", 0);
	for (size_t i = 0; i < bytes; i++) {
		char literal = (char)(data[i] & 0x7f);

		if (data[i] < 0x80)
			buf_add_string(&made, pieces[data[i] % PIECES]);
		else
			buf_add(&made, &literal, 1);
	}
	return made;
}

size_t http_bytes_piece(const uint8_t *data, size_t bytes, size_t turn)
{
	static const size_t lengths[] = {1, 2, 3, 7, 40, 41, 200, 5000};

	if (!bytes)
		return 1;
	return lengths[(data[turn % bytes] + turn) % (sizeof lengths / sizeof lengths[0])];
}
