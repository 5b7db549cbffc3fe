/*
 * ws.h - RFC 6455 for a server that hears little: the opening handshake, and frames of clients.
 *
 * Control frames and text of at most WS_PAYLOAD_BYTES_MAX bytes in one piece are taken; all else has
 * its close code. No extension.
 *
 * Knows: bytes. Doesn't know: sockets, time, memory.
 */
#ifndef HOLDFAST_HTTP_WS_H
#define HOLDFAST_HTTP_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"
#include "common/http/parse.h"

#define WS_VERSION "13"
#define WS_ACCEPT_BYTES 29        /* with its NUL */
#define WS_PAYLOAD_BYTES_MAX 125
#define WS_FRAME_BYTES_MAX (WS_PAYLOAD_BYTES_MAX + 6) /* of a client */
#define WS_HEADER_BYTES_MAX 10    /* of ours */
#define WS_REASON_BYTES_MAX (WS_PAYLOAD_BYTES_MAX - 2)
#define WS_CLOSE_BYTES_MAX (2 + WS_PAYLOAD_BYTES_MAX)

enum ws_opcode { WS_TEXT = 1, WS_BINARY = 2, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };

enum ws_code {
	WS_NO_CODE = 0,      /* none was sent, or nothing is wrong */
	WS_LEAVING = 1001,
	WS_PROTOCOL = 1002,
	WS_NO_BINARY = 1003,
	WS_BAD_UTF8 = 1007,
	WS_TOO_MANY = 1008,
	WS_TOO_LARGE = 1009,
	WS_RESTART = 1012,
	WS_OVERLOAD = 1013,
};

/*
 * Does the request open a WebSocket?
 *
 * wanted    the subprotocol to choose; NULL: none
 * protocol  `wanted` where the client offers it, else NULL
 * accept    the value of Sec-WebSocket-Accept
 *
 * 101       yes
 * 400       it means to, and is malformed
 * 426       it does not ask for one, or for another version: the answer has Upgrade: websocket,
 *           Connection: Upgrade and Sec-WebSocket-Version: WS_VERSION
 */
unsigned ws_judge(const struct http_request *request, const char *wanted, const char **protocol,
                  char accept[WS_ACCEPT_BYTES]);

/* A frame of a client. */
struct ws_frame {
	enum ws_opcode opcode; /* never WS_BINARY */
	unsigned code;         /* of a close frame; WS_NO_CODE: it has none */
	size_t payload_bytes;  /* of a close frame: of the reason */
	char payload[WS_PAYLOAD_BYTES_MAX]; /* unmasked; of text and of a reason: UTF-8 */
};

enum ws_step {
	WS_MORE,   /* its end is not there yet */
	WS_DONE,
	WS_REFUSED,
};

/*
 * Look at what is there of a frame. It is refused as soon as it can be, and nothing behind it counts.
 *
 * bytes  from its first one on, at each call the same and more
 * used   with WS_DONE: how many of them are its own, at most WS_FRAME_BYTES_MAX
 * code   with WS_REFUSED: what to close with
 */
enum ws_step ws_read(struct text bytes, struct ws_frame *frame, size_t *used, enum ws_code *code);

/* What goes before a payload of ours; returns its length. */
size_t ws_write_header(char header[WS_HEADER_BYTES_MAX], enum ws_opcode opcode,
                       size_t payload_bytes);
/* A whole close frame; the reason has at most WS_REASON_BYTES_MAX. Returns its length. */
size_t ws_write_close(char bytes[WS_CLOSE_BYTES_MAX], unsigned code, struct text reason);

#endif
