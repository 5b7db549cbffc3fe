#include "common/http/ws.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "common/base/base64url.h"
#include "common/base/digest.h"
#include "common/base/utf8.h"

#define KEY_CHARS 24 /* of 16 bytes in base64 */
#define FIN 0x80u
#define RSV 0x70u
#define OPCODE 0x0fu
#define MASKED 0x80u
#define LENGTH 0x7fu
#define LENGTH_16 126 /* the length is in the next 2 bytes */
#define LENGTH_64 127
#define MASK_BYTES 4
#define FIRST_OF_CONTROL 8

static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/* ---- the handshake ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The next element of a list with commas, without the blanks around it; false: there is none. */
static bool take_element(struct text *list, struct text *element)
{
	const char *comma;

	if (!list->data)
		return false;
	comma = list->bytes ? memchr(list->data, ',', list->bytes) : NULL;
	*element = (struct text){list->data, comma ? (size_t)(comma - list->data) : list->bytes};
	if (comma)
		*list = (struct text){comma + 1, list->bytes - element->bytes - 1};
	else
		*list = (struct text){NULL, 0};
	while (element->bytes && is_blank(element->data[0]))
		*element = (struct text){element->data + 1, element->bytes - 1};
	while (element->bytes && is_blank(element->data[element->bytes - 1]))
		element->bytes--;
	return true;
}

/* Do the headers of that name list it? */
static bool lists(const struct http_request *r, const char *name, const char *wanted, bool any_case)
{
	size_t bytes = strlen(wanted);
	struct text list, element;

	for (size_t i = 0; i < r->header_count; i++) {
		const struct http_header *header = &r->headers[i];

		if (header->name.bytes != strlen(name) ||
		    strncasecmp(header->name.data, name, header->name.bytes) != 0)
			continue;
		for (list = header->value; take_element(&list, &element);)
			if (element.bytes == bytes && (any_case ? !strncasecmp(element.data, wanted, bytes)
			                                        : !memcmp(element.data, wanted, bytes)))
				return true;
	}
	return false;
}

static bool is_base64(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '+' || c == '/';
}

static bool is_key(struct text key)
{
	if (key.bytes != KEY_CHARS || key.data[KEY_CHARS - 2] != '=' || key.data[KEY_CHARS - 1] != '=')
		return false;
	for (size_t i = 0; i < KEY_CHARS - 2; i++)
		if (!is_base64(key.data[i]))
			return false;
	return true;
}

unsigned ws_judge(const struct http_request *request, const char *wanted, const char **protocol,
                  char accept[WS_ACCEPT_BYTES])
{
	struct text version = http_header_find(request, "Sec-WebSocket-Version");
	struct text key = http_header_find(request, "Sec-WebSocket-Key");
	const struct text parts[] = {key, {guid, sizeof guid - 1}};
	uint8_t digest[SHA1_BYTES];

	*protocol = NULL;
	accept[0] = '\0';
	if (request->method != HTTP_GET || request->is_old || !request->wants_upgrade ||
	    !lists(request, "Upgrade", "websocket", true))
		return 426;
	if (http_header_count(request, "Sec-WebSocket-Version") != 1 ||
	    http_header_count(request, "Sec-WebSocket-Key") != 1 || !is_key(key))
		return 400;
	if (!text_same(version, text_of(WS_VERSION)))
		return 426;
	sha1(digest, parts, 2);
	_Static_assert(BASE64_CHARS(SHA1_BYTES) + 1 == WS_ACCEPT_BYTES, "accept has room for it");
	base64_encode(digest, sizeof digest, accept);
	if (wanted && lists(request, "Sec-WebSocket-Protocol", wanted, false))
		*protocol = wanted;
	return 101;
}

/* ---- frames of clients ---- */

static bool is_utf8(const char *data, size_t bytes)
{
	struct text rest = {data, bytes};
	uint32_t point;

	while (rest.bytes) {
		size_t taken = utf8_read(rest, &point);

		if (!taken)
			return false;
		rest = (struct text){rest.data + taken, rest.bytes - taken};
	}
	return true;
}

/* May it be sent? What is registered, and what is anyone's own. */
static bool is_code(unsigned code)
{
	return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
	       (code >= 3000 && code <= 4999);
}

/* What is wrong with the first byte. */
static enum ws_code judge_first(unsigned char first)
{
	bool is_whole = first & FIN;

	if (first & RSV)
		return WS_PROTOCOL;
	switch (first & OPCODE) {
	case WS_TEXT: return is_whole ? WS_NO_CODE : WS_TOO_LARGE;
	case WS_BINARY: return WS_NO_BINARY;
	case WS_CLOSE:
	case WS_PING:
	case WS_PONG: return is_whole ? WS_NO_CODE : WS_PROTOCOL;
	default: return WS_PROTOCOL; /* one that nobody knows, or goes on with what was never begun */
	}
}

static enum ws_code judge_second(enum ws_opcode opcode, unsigned char second)
{
	if (!(second & MASKED))
		return WS_PROTOCOL;
	if ((second & LENGTH) <= WS_PAYLOAD_BYTES_MAX)
		return WS_NO_CODE;
	return opcode >= FIRST_OF_CONTROL ? WS_PROTOCOL : WS_TOO_LARGE;
}

static enum ws_code take_close(struct ws_frame *f)
{
	if (!f->payload_bytes)
		return WS_NO_CODE;
	if (f->payload_bytes == 1)
		return WS_PROTOCOL;
	f->code = (unsigned char)f->payload[0] * 256u + (unsigned char)f->payload[1];
	f->payload_bytes -= 2;
	memmove(f->payload, f->payload + 2, f->payload_bytes);
	if (!is_code(f->code))
		return WS_PROTOCOL;
	return is_utf8(f->payload, f->payload_bytes) ? WS_NO_CODE : WS_BAD_UTF8;
}

static enum ws_code take_payload(struct ws_frame *f, const char *mask, size_t payload_bytes)
{
	f->code = WS_NO_CODE;
	f->payload_bytes = payload_bytes;
	for (size_t i = 0; i < payload_bytes; i++)
		f->payload[i] = (char)(mask[MASK_BYTES + i] ^ mask[i % MASK_BYTES]);
	if (f->opcode == WS_CLOSE)
		return take_close(f);
	return f->opcode != WS_TEXT || is_utf8(f->payload, payload_bytes) ? WS_NO_CODE : WS_BAD_UTF8;
}

enum ws_step ws_read(struct text bytes, struct ws_frame *frame, size_t *used, enum ws_code *code)
{
	size_t payload_bytes;

	if (bytes.bytes < 1)
		return WS_MORE;
	*code = judge_first((unsigned char)bytes.data[0]);
	if (*code)
		return WS_REFUSED;
	frame->opcode = (unsigned char)bytes.data[0] & OPCODE;
	if (bytes.bytes < 2)
		return WS_MORE;
	*code = judge_second(frame->opcode, (unsigned char)bytes.data[1]);
	if (*code)
		return WS_REFUSED;
	payload_bytes = (unsigned char)bytes.data[1] & LENGTH;
	if (bytes.bytes < 2 + MASK_BYTES + payload_bytes)
		return WS_MORE;
	*code = take_payload(frame, bytes.data + 2, payload_bytes);
	*used = 2 + MASK_BYTES + payload_bytes;
	return *code ? WS_REFUSED : WS_DONE;
}

/* ---- our own ---- */

size_t ws_write_header(char header[WS_HEADER_BYTES_MAX], enum ws_opcode opcode,
                       size_t payload_bytes)
{
	size_t bytes = 2, length_bytes = 0;

	header[0] = (char)(FIN | opcode);
	if (payload_bytes <= WS_PAYLOAD_BYTES_MAX) {
		header[1] = (char)payload_bytes;
		return bytes;
	}
	length_bytes = payload_bytes <= UINT16_MAX ? 2 : 8;
	header[1] = (char)(length_bytes == 2 ? LENGTH_16 : LENGTH_64);
	for (size_t i = 0; i < length_bytes; i++)
		header[bytes++] = (char)(payload_bytes >> 8 * (length_bytes - 1 - i));
	return bytes;
}

size_t ws_write_close(char bytes[2 + WS_PAYLOAD_BYTES_MAX], unsigned code, struct text reason)
{
	assert(reason.bytes <= WS_REASON_BYTES_MAX && (code || !reason.bytes));
	(void)ws_write_header(bytes, WS_CLOSE, code ? 2 + reason.bytes : 0);
	if (!code)
		return 2;
	bytes[2] = (char)(code >> 8);
	bytes[3] = (char)code;
	if (reason.bytes)
		memcpy(bytes + 4, reason.data, reason.bytes);
	return 4 + reason.bytes;
}
