/*
 * Frames of WebSocket clients, whole and broken, fed to ws.c: what comes out is what one gets who
 * reads the bytes in the most naive way, and does not depend on the pieces in which they come.
 *
 * A byte of the input is a frame (its opcode, then its length, mask and payload from what follows)
 * or stands before one that is sent as it is.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "common/base/utf8.h"
#include "common/http/ws.h"

#define LITERAL 0xc0 /* and above */

/* ---- bytes ---- */

struct source {
	const uint8_t *data;
	size_t bytes;
};

static uint8_t next(struct source *s)
{
	if (!s->bytes)
		return 0;
	s->bytes--;
	return *s->data++;
}

static void add_byte(struct buf *made, uint8_t byte)
{
	buf_add(made, &byte, 1);
}

/* Mostly whole, masked and small; each of that may be otherwise. */
static void add_frame(struct source *s, uint8_t kind, struct buf *made)
{
	static const uint8_t opcodes[] = {1, 1, 1, 8, 8, 9, 10, 2, 0, 3, 15, 11};
	uint8_t flags = next(s), length = next(s), mask[4];
	bool is_bare = flags % 16 == 15;

	add_byte(made, (uint8_t)((flags % 8 == 7 ? 0 : 0x80) | (flags % 32 == 30 ? flags & 0x70 : 0) |
	                         opcodes[kind % sizeof opcodes]));
	length = length % 8 == 0 ? (uint8_t)(120 + length % 11) : length % 24;
	length = length > 127 ? 127 : length;
	add_byte(made, (uint8_t)(length | (is_bare ? 0 : 0x80)));
	for (int i = 0; i < 4 && !is_bare; i++)
		add_byte(made, mask[i] = next(s));
	for (int i = 0; i < length; i++) {
		uint8_t byte = next(s);

		add_byte(made, is_bare ? byte : byte ^ mask[i % 4]);
	}
}

static struct buf make(const uint8_t *data, size_t bytes)
{
	struct source source = {data, bytes};
	struct buf made = {0};

	buf_add(&made, "", 0);
	while (source.bytes) {
		uint8_t kind = next(&source);

		if (kind >= LITERAL)
			add_byte(&made, next(&source));
		else
			add_frame(&source, kind, &made);
	}
	return made;
}

/* ---- the naive reading ---- */

static bool is_utf8(const uint8_t *data, size_t bytes)
{
	for (size_t i = 0; i < bytes;) {
		uint32_t point;
		size_t taken = utf8_read((struct text){(const char *)data + i, bytes - i}, &point);

		if (!taken)
			return false;
		i += taken;
	}
	return true;
}

static bool is_code(unsigned code)
{
	static const unsigned others[] = {1004, 1005, 1006, 1015};

	for (size_t i = 0; i < 4; i++)
		if (code == others[i])
			return false;
	return code >= 1000 && code < 5000 && (code < 1016 || code >= 3000);
}

/* Of a whole frame as it stands there: the code to refuse it with, or none. */
static enum ws_code judge(const uint8_t *f, size_t length, const uint8_t *payload)
{
	unsigned opcode = f[0] & 15;
	bool is_whole = f[0] >= 0x80, is_control = opcode >= 8;

	if (f[0] & 0x70 || !strchr("\1\2\10\11\12", (int)opcode) || !opcode)
		return WS_PROTOCOL;
	if (opcode == 2)
		return WS_NO_BINARY;
	if (!is_whole)
		return is_control ? WS_PROTOCOL : WS_TOO_LARGE;
	if (f[1] < 0x80)
		return WS_PROTOCOL;
	if (length > 125)
		return is_control ? WS_PROTOCOL : WS_TOO_LARGE;
	if (opcode == 1)
		return is_utf8(payload, length) ? WS_NO_CODE : WS_BAD_UTF8;
	if (opcode != 8 || !length)
		return WS_NO_CODE;
	if (length == 1 || !is_code(payload[0] * 256u + payload[1]))
		return WS_PROTOCOL;
	return is_utf8(payload + 2, length - 2) ? WS_NO_CODE : WS_BAD_UTF8;
}

static void check_frame(const struct ws_frame *f, const uint8_t *sent, const uint8_t *payload)
{
	size_t length = sent[1] & 127, before = 0;

	FUZZ_CHECK(f->opcode == (sent[0] & 15));
	if (f->opcode == WS_CLOSE && length) {
		FUZZ_CHECK(f->code == payload[0] * 256u + payload[1]);
		before = 2;
	} else {
		FUZZ_CHECK(f->code == WS_NO_CODE);
	}
	FUZZ_CHECK(f->payload_bytes == length - before);
	FUZZ_CHECK(!memcmp(f->payload, payload + before, f->payload_bytes));
}

/* ---- the pieces ---- */

/* One more byte at a time, each time elsewhere. Nothing changes until the last that it needs. */
static enum ws_step read_slowly(struct text rest, struct ws_frame *frame, size_t *used,
                                enum ws_code *code)
{
	char place[2][WS_FRAME_BYTES_MAX];
	enum ws_step step = WS_MORE;

	for (size_t bytes = 0; bytes <= rest.bytes && step == WS_MORE; bytes++) {
		FUZZ_CHECK(bytes <= WS_FRAME_BYTES_MAX);
		memset(place[bytes % 2], 'x', sizeof place[0]);
		memcpy(place[bytes % 2], rest.data, bytes);
		step = ws_read((struct text){place[bytes % 2], bytes}, frame, used, code);
		FUZZ_CHECK(step != WS_DONE || *used == bytes);
	}
	return step;
}

/* How many bytes it has; 0: there is no more that counts. */
static size_t read_one(struct text rest)
{
	const uint8_t *sent = (const uint8_t *)rest.data;
	struct ws_frame whole, slow;
	enum ws_code code = WS_NO_CODE, slow_code = WS_NO_CODE;
	size_t used = 0, slow_used = 0, length;
	enum ws_step step = ws_read(rest, &whole, &used, &code);
	uint8_t payload[128] = {0};

	FUZZ_CHECK(read_slowly(rest, &slow, &slow_used, &slow_code) == step);
	FUZZ_CHECK(slow_used == used && slow_code == code);
	if (step == WS_MORE) {
		FUZZ_CHECK(rest.bytes < WS_FRAME_BYTES_MAX);
		return 0;
	}
	length = rest.bytes > 1 ? sent[1] & 127 : 0;
	for (size_t i = 0; i < length && 6 + i < rest.bytes; i++)
		payload[i] = sent[6 + i] ^ sent[2 + i % 4];
	if (step == WS_REFUSED) {
		const uint8_t first[2] = {sent[0], rest.bytes > 1 ? sent[1] : 0x80};

		FUZZ_CHECK(judge(first, length, payload) == code && code);
		return 0;
	}
	FUZZ_CHECK(used == 6 + length && used <= rest.bytes);
	FUZZ_CHECK(judge(sent, length, payload) == WS_NO_CODE);
	check_frame(&whole, sent, payload);
	check_frame(&slow, sent, payload);
	return whole.opcode == WS_CLOSE ? 0 : used;
}

void fuzz_ws(const uint8_t *data, size_t bytes)
{
	struct buf made = make(data, bytes);
	struct text rest = buf_text(&made);
	size_t used;

	while ((used = read_one(rest)) > 0)
		rest = (struct text){rest.data + used, rest.bytes - used};
	buf_release(&made);
}
