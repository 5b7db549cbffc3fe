/*
 * RFC 6455: who may open a WebSocket, and what a client may send: the cases of the well-known
 * conformance suite that apply to a server which takes small text in one piece and control frames.
 * Everything a client sends here comes at once, in every pair of pieces, and byte by byte, and must
 * mean the same each time.
 */
#include "common/http/ws.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PIECES_MAX 4

/* A frame of a client. */
struct piece {
	unsigned char first;
	const char *payload; /* NULL: so many stars; and first 0: no frame */
	size_t bytes;
	bool is_bare;        /* not masked */
};

#define FRAME(first, payload) {first, payload, sizeof payload - 1, false}
#define STARS(first, bytes) {first, NULL, bytes, false}
#define BARE(first, payload) {first, payload, sizeof payload - 1, true}
#define TEXT(payload) FRAME(0x81, payload)
#define PING(payload) FRAME(0x89, payload)
#define PONG(payload) FRAME(0x8a, payload)
#define CLOSE(payload) FRAME(0x88, payload)

struct try {
	struct piece pieces[PIECES_MAX];
	const char *heard;
};

/* ---- what is sent ---- */

static void add(struct buf *sent, const struct piece *p)
{
	static const char mask[4] = {0x37, (char)0xfa, 0x21, 0x3d};

	buf_add(sent, &p->first, 1);
	if (p->bytes <= 125) {
		const unsigned char second = (unsigned char)(p->bytes | (p->is_bare ? 0 : 0x80));

		buf_add(sent, &second, 1);
	} else if (p->bytes <= UINT16_MAX) {
		buf_add(sent, p->is_bare ? "\x7e" : "\xfe", 1);
		buf_add_u16(sent, (uint16_t)p->bytes);
	} else {
		buf_add(sent, p->is_bare ? "\x7f" : "\xff", 1);
		buf_add_u64(sent, p->bytes);
	}
	if (!p->is_bare)
		buf_add(sent, mask, 4);
	for (size_t i = 0; i < p->bytes; i++) {
		char c = (char)((p->payload ? p->payload[i] : '*') ^ (p->is_bare ? 0 : mask[i % 4]));

		buf_add(sent, &c, 1);
	}
}

/* ---- what is heard ---- */

static void tell(struct buf *heard, const struct ws_frame *f)
{
	const char *name = f->opcode == WS_TEXT   ? "text"
	                   : f->opcode == WS_PING ? "ping"
	                   : f->opcode == WS_PONG ? "pong"
	                                          : "close";

	assert_true(f->payload_bytes <= WS_PAYLOAD_BYTES_MAX);
	buf_print(heard, "%s%s(", heard->bytes ? " " : "", name);
	if (f->opcode == WS_CLOSE)
		buf_print(heard, "%u,", f->code);
	buf_add(heard, f->payload, f->payload_bytes);
	buf_add_string(heard, ")");
}

/* As a viewer feeds it: first `first` bytes, then `each` more, what is done with taken away. */
static struct buf feed(struct text sent, size_t first, size_t each)
{
	struct buf heard = {0};
	size_t there = first < sent.bytes ? first : sent.bytes, done = 0;
	bool has_ended = false;

	buf_add(&heard, "", 0);
	while (!has_ended) {
		struct ws_frame frame;
		size_t used = 0;
		enum ws_code code = WS_NO_CODE;
		enum ws_step step = ws_read((struct text){sent.data + done, there - done}, &frame, &used,
		                            &code);

		if (step == WS_DONE) {
			assert_true(used > 0 && used <= WS_FRAME_BYTES_MAX && done + used <= there);
			done += used;
			tell(&heard, &frame);
			has_ended = frame.opcode == WS_CLOSE;
		} else if (step == WS_REFUSED) {
			buf_print(&heard, "%s!%d", heard.bytes ? " " : "", (int)code);
			has_ended = true;
		} else {
			assert_true(there - done < WS_FRAME_BYTES_MAX);
			has_ended = there == sent.bytes;
			there = sent.bytes - there < each ? sent.bytes : there + each;
		}
	}
	assert_false(heard.failed);
	return heard;
}

static void expect(const struct try *t)
{
	struct buf sent = {0}, whole, other;

	for (size_t i = 0; i < PIECES_MAX && (t->pieces[i].first || t->pieces[i].payload); i++)
		add(&sent, &t->pieces[i]);
	whole = feed(buf_text(&sent), sent.bytes, 1);
	if (!text_same(buf_text(&whole), text_of(t->heard)))
		fail_msg("expected %s, heard %s", t->heard, whole.data);
	for (size_t first = 0; first <= sent.bytes && sent.bytes < 1000; first++) {
		other = feed(buf_text(&sent), first, first ? sent.bytes : 1);
		assert_true(text_same(buf_text(&whole), buf_text(&other)));
		buf_release(&other);
	}
	buf_release(&whole);
	buf_release(&sent);
}

static void expect_all(const struct try *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect(&list[i]);
}
#define EXPECT_ALL(list) expect_all(list, sizeof list / sizeof list[0])

#define STARS_125 \
	"*************************************************************************************" \
	"****************************************"

static void text_is_taken_up_to_125_bytes(void **state)
{
	static const struct try list[] = {
	    {{TEXT("")}, "text()"},
	    {{TEXT("Hello")}, "text(Hello)"},
	    {{STARS(0x81, 125)}, "text(" STARS_125 ")"},
	    {{STARS(0x81, 126)}, "!1009"},
	    {{STARS(0x81, 127)}, "!1009"},
	    {{STARS(0x81, 128)}, "!1009"},
	    {{STARS(0x81, 65535)}, "!1009"},
	    {{STARS(0x81, 65536)}, "!1009"},
	    {{TEXT("a"), TEXT("b"), TEXT(""), TEXT("c")}, "text(a) text(b) text() text(c)"},
	};

	(void)state;
	EXPECT_ALL(list);
}

static void a_length_may_not_be_written_longer_than_it_is(void **state)
{
	/* 5 in 16 bits, 5 in 64 bits, and one with the highest bit set. */
	static const char odd[][14] = {"\x81\xfe\0\5....abcde", "\x81\xff\0\0\0\0\0\0\0\5....",
	                               "\x81\xff\x80\0\0\0\0\0\0\0....", "\x89\xfe\0\5....abcde"};
	static const char *const heard[] = {"!1009", "!1009", "!1009", "!1002"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct buf got = feed((struct text){odd[i], 13}, 13, 1);

		assert_string_equal(got.data, heard[i]);
		buf_release(&got);
	}
}

static void binary_is_refused(void **state)
{
	static const struct try list[] = {
	    {{FRAME(0x82, "")}, "!1003"},
	    {{FRAME(0x82, "\xfe\xff")}, "!1003"},
	    {{STARS(0x82, 125)}, "!1003"},
	    {{STARS(0x82, 65536)}, "!1003"},
	    {{FRAME(0x02, "a"), FRAME(0x80, "b")}, "!1003"},
	    {{TEXT("a"), FRAME(0x82, "b")}, "text(a) !1003"},
	};

	(void)state;
	EXPECT_ALL(list);
}

static void pings_and_pongs_are_heard_with_what_they_carry(void **state)
{
	static const struct try list[] = {
	    {{PING("")}, "ping()"},
	    {{PING("Hello")}, "ping(Hello)"},
	    {{PING("\xff\xfe\xfd")}, "ping(\xff\xfe\xfd)"}, /* no text: no UTF-8 */
	    {{STARS(0x89, 125)}, "ping(" STARS_125 ")"},
	    {{STARS(0x89, 126)}, "!1002"},
	    {{STARS(0x89, 65536)}, "!1002"},
	    {{PONG("")}, "pong()"},
	    {{PONG("unasked")}, "pong(unasked)"},
	    {{STARS(0x8a, 125)}, "pong(" STARS_125 ")"},
	    {{STARS(0x8a, 126)}, "!1002"},
	    {{PONG("unasked"), PING("a")}, "pong(unasked) ping(a)"},
	    {{PING("1"), PING("2"), PING("3"), PING("4")}, "ping(1) ping(2) ping(3) ping(4)"},
	    {{PING("1"), TEXT("a"), PING("2"), TEXT("b")}, "ping(1) text(a) ping(2) text(b)"},
	};

	(void)state;
	EXPECT_ALL(list);
}

static void reserved_bits_are_refused(void **state)
{
	static const unsigned char opcodes[] = {0x1, 0x2, 0x8, 0x9, 0xa};
	static const struct try behind[] = {
	    {{TEXT("a"), FRAME(0xa1, "b"), PING("")}, "text(a) !1002"},
	    {{PING("a"), FRAME(0x99, "b"), TEXT("c")}, "ping(a) !1002"},
	    {{FRAME(0xf8, "")}, "!1002"},
	};

	(void)state;
	for (unsigned rsv = 1; rsv <= 7; rsv++)
		for (size_t i = 0; i < sizeof opcodes; i++) {
			const struct try t = {
			    {{(unsigned char)(0x80 | rsv << 4 | opcodes[i]), "x", 1, false}}, "!1002"};

			expect(&t);
		}
	EXPECT_ALL(behind);
}

static void opcodes_that_nobody_knows_are_refused(void **state)
{
	static const unsigned char opcodes[] = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15};

	(void)state;
	for (size_t i = 0; i < sizeof opcodes; i++) {
		const struct try list[] = {
		    {{{0x80 | opcodes[i], "", 0, false}}, "!1002"},
		    {{{0x80 | opcodes[i], "data", 4, false}}, "!1002"},
		    {{TEXT("a"), {0x80 | opcodes[i], "b", 1, false}, PING("")}, "text(a) !1002"},
		    {{{opcodes[i], "part", 4, false}}, "!1002"},
		};

		EXPECT_ALL(list);
	}
}

static void nothing_may_come_in_pieces(void **state)
{
	static const struct try list[] = {
	    {{FRAME(0x01, "frag"), FRAME(0x80, "ment")}, "!1009"},
	    {{FRAME(0x01, ""), FRAME(0x00, ""), FRAME(0x80, "")}, "!1009"},
	    {{FRAME(0x01, "a"), PING("b"), FRAME(0x80, "c")}, "!1009"},
	    {{FRAME(0x09, "frag"), FRAME(0x80, "ment")}, "!1002"},
	    {{FRAME(0x0a, "frag"), FRAME(0x80, "ment")}, "!1002"},
	    {{FRAME(0x08, "\x03\xe8")}, "!1002"},
	    {{FRAME(0x80, "goes on with nothing")}, "!1002"},
	    {{FRAME(0x00, "goes on with nothing"), TEXT("a")}, "!1002"},
	    {{TEXT("a"), FRAME(0x80, "b")}, "text(a) !1002"},
	};

	(void)state;
	EXPECT_ALL(list);
}

static void what_is_not_masked_is_refused(void **state)
{
	static const struct try list[] = {
	    {{BARE(0x81, "a")}, "!1002"},
	    {{BARE(0x81, "")}, "!1002"},
	    {{BARE(0x89, "a")}, "!1002"},
	    {{BARE(0x88, "\x03\xe8")}, "!1002"},
	    {{TEXT("a"), BARE(0x81, "b")}, "text(a) !1002"},
	    {{{0x81, NULL, 126, true}}, "!1002"},
	};

	(void)state;
	EXPECT_ALL(list);
}

/* ---- UTF-8 ---- */

static void text_is_utf8(void **state)
{
	static const struct try list[] = {
	    {{TEXT("Gr\xc3\xbc\xc3\x9f" "e")}, "text(Gr\xc3\xbc\xc3\x9f" "e)"},
	    {{TEXT("\xce\xba\xcf\x8c\xcf\x83\xce\xbc\xce\xb5")},
	     "text(\xce\xba\xcf\x8c\xcf\x83\xce\xbc\xce\xb5)"},
	    {{TEXT("\x7f")}, "text(\x7f)"},
	    {{TEXT("\xc2\x80")}, "text(\xc2\x80)"},             /* the first of two bytes */
	    {{TEXT("\xdf\xbf")}, "text(\xdf\xbf)"},             /* the last */
	    {{TEXT("\xe0\xa0\x80")}, "text(\xe0\xa0\x80)"},     /* of three */
	    {{TEXT("\xed\x9f\xbf")}, "text(\xed\x9f\xbf)"},     /* before the surrogates */
	    {{TEXT("\xee\x80\x80")}, "text(\xee\x80\x80)"},     /* behind them */
	    {{TEXT("\xef\xbf\xbd")}, "text(\xef\xbf\xbd)"},
	    {{TEXT("\xef\xbf\xbf")}, "text(\xef\xbf\xbf)"},     /* no character, but UTF-8 */
	    {{TEXT("\xf0\x90\x80\x80")}, "text(\xf0\x90\x80\x80)"}, /* of four */
	    {{TEXT("\xf4\x8f\xbf\xbf")}, "text(\xf4\x8f\xbf\xbf)"}, /* the last of all */
	};

	(void)state;
	EXPECT_ALL(list);
}

static void what_is_not_utf8_is_refused(void **state)
{
	static const struct try list[] = {
	    {{TEXT("\x80")}, "!1007"},                 /* goes on with nothing */
	    {{TEXT("\xbf")}, "!1007"},
	    {{TEXT("a\x80\xbf\x80")}, "!1007"},
	    {{TEXT("\xc0\xaf")}, "!1007"},             /* a slash, too long */
	    {{TEXT("\xc1\xbf")}, "!1007"},
	    {{TEXT("\xe0\x80\xaf")}, "!1007"},
	    {{TEXT("\xe0\x9f\xbf")}, "!1007"},
	    {{TEXT("\xf0\x80\x80\xaf")}, "!1007"},
	    {{TEXT("\xf0\x8f\xbf\xbf")}, "!1007"},
	    {{TEXT("\xc0\x80")}, "!1007"},             /* NUL, too long */
	    {{TEXT("\xed\xa0\x80")}, "!1007"},         /* the first surrogate */
	    {{TEXT("\xed\xbf\xbf")}, "!1007"},         /* the last */
	    {{TEXT("\xed\xa0\x80\xed\xb0\x80")}, "!1007"}, /* a pair of them */
	    {{TEXT("\xf4\x90\x80\x80")}, "!1007"},     /* beyond the last of all */
	    {{TEXT("\xf8\x88\x80\x80\x80")}, "!1007"}, /* five bytes */
	    {{TEXT("\xfc\x84\x80\x80\x80\x80")}, "!1007"},
	    {{TEXT("\xfe")}, "!1007"},
	    {{TEXT("\xff")}, "!1007"},
	    {{TEXT("\xc3")}, "!1007"},                 /* cut short */
	    {{TEXT("\xe2\x82")}, "!1007"},
	    {{TEXT("\xf0\x9f\x98")}, "!1007"},
	    {{TEXT("\xce\xba\xe1\xbd\xb9\xf4\x90\x80\x80" "edited")}, "!1007"},
	    {{TEXT("\xe2\x28\xa1")}, "!1007"},         /* a character inside another */
	    {{TEXT("ok"), TEXT("\xff"), PING("")}, "text(ok) !1007"},
	};

	(void)state;
	EXPECT_ALL(list);
}

/* ---- closing ---- */

static void a_close_frame_has_a_code_and_a_reason_or_neither(void **state)
{
	static const struct try list[] = {
	    {{CLOSE("")}, "close(0,)"},
	    {{CLOSE("\x03\xe8")}, "close(1000,)"},
	    {{CLOSE("\x03\xe8" "Gr\xc3\xbc\xc3\x9f" "e")}, "close(1000,Gr\xc3\xbc\xc3\x9f" "e)"},
	    {{CLOSE("\x03\xe8" "123456789 123456789 123456789 123456789 123456789 123456789 "
	            "123456789 123456789 123456789 123456789 123456789 123456789 123")},
	     "close(1000,123456789 123456789 123456789 123456789 123456789 123456789 "
	     "123456789 123456789 123456789 123456789 123456789 123456789 123)"},
	    {{CLOSE("\x03")}, "!1002"},
	    {{STARS(0x88, 126)}, "!1002"},
	    {{CLOSE("\x03\xe8\xff")}, "!1007"},
	    {{CLOSE("\x03\xe8" "a\xed\xa0\x80")}, "!1007"},
	    {{CLOSE("\x03\xe8"), TEXT("unheard")}, "close(1000,)"},
	    {{CLOSE("\x03\xe8"), CLOSE("\x03\xe8")}, "close(1000,)"},
	    {{PING("a"), CLOSE("\x03\xe8"), PING("unheard")}, "ping(a) close(1000,)"},
	};

	(void)state;
	EXPECT_ALL(list);
}

static void expect_code(unsigned code, bool is_good)
{
	char payload[2] = {(char)(code >> 8), (char)code}, heard[30];
	const struct try t = {{{0x88, payload, 2, false}}, heard};

	snprintf(heard, sizeof heard, is_good ? "close(%u,)" : "!1002", code);
	expect(&t);
}

static void only_codes_that_may_be_sent_are_taken(void **state)
{
	static const unsigned good[] = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012,
	                                1013, 1014, 3000, 3999, 4000, 4999};
	static const unsigned bad[] = {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999,
	                               5000, 65535};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		expect_code(good[i], true);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		expect_code(bad[i], false);
}

/* ---- our own frames ---- */

static void a_header_has_the_shortest_length(void **state)
{
	static const struct {
		size_t payload_bytes, bytes;
		const char *header;
	} list[] = {
	    {0, 2, "\x81\x00"}, {125, 2, "\x81\x7d"}, {126, 4, "\x81\x7e\x00\x7e"},
	    {65535, 4, "\x81\x7e\xff\xff"}, {65536, 10, "\x81\x7f\0\0\0\0\0\1\0\0"},
	};
	char header[WS_HEADER_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		assert_int_equal(ws_write_header(header, WS_TEXT, list[i].payload_bytes), list[i].bytes);
		assert_memory_equal(header, list[i].header, list[i].bytes);
	}
	assert_int_equal(ws_write_header(header, WS_PING, 0), 2);
	assert_memory_equal(header, "\x89\0", 2);
}

static void a_close_frame_is_written(void **state)
{
	char bytes[WS_CLOSE_BYTES_MAX], reason[WS_REASON_BYTES_MAX];

	(void)state;
	assert_int_equal(ws_write_close(bytes, WS_NO_CODE, (struct text){NULL, 0}), 2);
	assert_memory_equal(bytes, "\x88\0", 2);
	assert_int_equal(ws_write_close(bytes, 1013, text_of("retry=2000")), 14);
	assert_memory_equal(bytes, "\x88\x0c\x03\xf5retry=2000", 14);
	memset(reason, 'r', sizeof reason);
	assert_int_equal(ws_write_close(bytes, 1012, (struct text){reason, sizeof reason}), 127);
	assert_memory_equal(bytes, "\x88\x7d\x03\xf4rr", 6);
}

/* ---- the handshake ---- */

#define UPGRADE "Connection: Upgrade\r\nUpgrade: websocket\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define OPENING UPGRADE KEY VERSION

static const char *protocol;
static char accept_value[WS_ACCEPT_BYTES];

static unsigned judge_as(const char *line, const char *headers)
{
	static const struct http_limits limits = {.body_bytes_max = 100, .takes_old = true};
	static char all[2000];
	struct http_parse parse = {0};
	struct http_request request;
	struct http_refusal refusal;
	int bytes = snprintf(all, sizeof all, "%s\r\nHost: x\r\n%s\r\n", line, headers);

	assert_int_equal(http_parse(&parse, &limits, (struct text){all, (size_t)bytes}, &request,
	                            &refusal), HTTP_DONE);
	return ws_judge(&request, "seats.v1", &protocol, accept_value);
}

static unsigned judge(const char *headers)
{
	return judge_as("GET / HTTP/1.1", headers);
}

static void a_handshake_is_accepted_as_the_standard_has_it(void **state)
{
	(void)state;
	assert_int_equal(judge(OPENING), 101);
	assert_string_equal(accept_value, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	assert_null(protocol);
	assert_int_equal(judge("connection: keep-alive, UPGRADE\r\nupgrade: h2c, WebSocket\r\n"
	                       "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	                       "sec-websocket-version: 13\r\nOrigin: http://x\r\n"
	                       "Sec-WebSocket-Extensions: permessage-deflate\r\n"), 101);
	assert_string_equal(accept_value, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

static void a_subprotocol_is_chosen_where_it_is_offered(void **state)
{
	static const char *const offering[] = {
	    "Sec-WebSocket-Protocol: seats.v1\r\n",
	    "Sec-WebSocket-Protocol: seats.v2, seats.v1\r\n",
	    "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: ,b,\tseats.v1 ,c\r\n"};
	static const char *const others[] = {
	    "", "Sec-WebSocket-Protocol:\r\n", "Sec-WebSocket-Protocol: seats.v10, seats.v\r\n",
	    "Sec-WebSocket-Protocol: Seats.V1\r\n", "Sec-WebSocket-Protocol: seats.v2 seats.v1\r\n",
	    "X: seats.v1\r\n"};
	char headers[500];

	(void)state;
	for (size_t i = 0; i < sizeof offering / sizeof offering[0]; i++) {
		snprintf(headers, sizeof headers, OPENING "%s", offering[i]);
		assert_int_equal(judge(headers), 101);
		assert_string_equal(protocol, "seats.v1");
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		snprintf(headers, sizeof headers, OPENING "%s", others[i]);
		assert_int_equal(judge(headers), 101);
		assert_null(protocol);
	}
}

static void what_asks_for_no_websocket_is_told_how(void **state)
{
	static const char *const list[] = {
	    "", KEY VERSION, "Connection: Upgrade\r\n" KEY VERSION,
	    "Upgrade: websocket\r\n" KEY VERSION, "Connection: close\r\nUpgrade: websocket\r\n" KEY VERSION,
	    "Connection: Upgrade\r\nUpgrade: h2c\r\n" KEY VERSION,
	    "Connection: Upgrade\r\nUpgrade: websocket/13\r\n" KEY VERSION,
	    UPGRADE KEY "Sec-WebSocket-Version: 8\r\n", UPGRADE KEY "Sec-WebSocket-Version: 130\r\n",
	    UPGRADE KEY "Sec-WebSocket-Version: 13, 8\r\n", UPGRADE KEY "Sec-WebSocket-Version:\r\n"};

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		assert_int_equal(judge(list[i]), 426);
		assert_string_equal(accept_value, "");
	}
	assert_int_equal(judge_as("GET / HTTP/1.0", OPENING), 426);
	assert_int_equal(judge_as("HEAD / HTTP/1.1", OPENING), 426);
	assert_int_equal(judge_as("OPTIONS / HTTP/1.1", OPENING), 426);
}

static void a_malformed_handshake_is_refused(void **state)
{
	static const char *const list[] = {
	    UPGRADE VERSION, UPGRADE KEY, UPGRADE KEY KEY VERSION, UPGRADE KEY VERSION VERSION,
	    UPGRADE VERSION "Sec-WebSocket-Key:\r\n",
	    UPGRADE VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=\r\n",
	    UPGRADE VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ===\r\n",
	    UPGRADE VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAA\r\n",
	    UPGRADE VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQA=\r\n",
	    UPGRADE VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j_Q==\r\n",
	    UPGRADE VERSION "Sec-WebSocket-Key: dGhlIHNhbXBs ZSBub25jZQ=\r\n"};

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		assert_int_equal(judge(list[i]), 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_taken_up_to_125_bytes),
	    cmocka_unit_test(a_length_may_not_be_written_longer_than_it_is),
	    cmocka_unit_test(binary_is_refused),
	    cmocka_unit_test(pings_and_pongs_are_heard_with_what_they_carry),
	    cmocka_unit_test(reserved_bits_are_refused),
	    cmocka_unit_test(opcodes_that_nobody_knows_are_refused),
	    cmocka_unit_test(nothing_may_come_in_pieces),
	    cmocka_unit_test(what_is_not_masked_is_refused),
	    cmocka_unit_test(text_is_utf8),
	    cmocka_unit_test(what_is_not_utf8_is_refused),
	    cmocka_unit_test(a_close_frame_has_a_code_and_a_reason_or_neither),
	    cmocka_unit_test(only_codes_that_may_be_sent_are_taken),
	    cmocka_unit_test(a_header_has_the_shortest_length),
	    cmocka_unit_test(a_close_frame_is_written),
	    cmocka_unit_test(a_handshake_is_accepted_as_the_standard_has_it),
	    cmocka_unit_test(a_subprotocol_is_chosen_where_it_is_offered),
	    cmocka_unit_test(what_asks_for_no_websocket_is_told_how),
	    cmocka_unit_test(a_malformed_handshake_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
