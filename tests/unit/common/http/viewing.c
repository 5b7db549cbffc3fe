#include "tests/unit/common/http/viewing.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define WAIT_MS 20000
#define CHUNK_BYTES 65536

static const char events_begin[] = "retry: 2000\n\n";

size_t other_end_read(struct other_end *end, size_t bytes_max)
{
	static char chunk[CHUNK_BYTES];
	ssize_t got = recv(end->fd, chunk, bytes_max < CHUNK_BYTES ? bytes_max : CHUNK_BYTES,
	                   MSG_DONTWAIT);

	if (got > 0)
		buf_add(&end->came, chunk, (size_t)got);
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		end->has_ended = end->has_ended || bytes_max > 0;
	assert_false(end->came.failed);
	return got > 0 ? (size_t)got : 0;
}

static struct text rest_of(const struct other_end *end)
{
	if (!end->came.data)
		return (struct text){"", 0};
	return (struct text){end->came.data + end->taken_bytes, end->came.bytes - end->taken_bytes};
}

static bool begins_with(struct text t, const char *begin)
{
	return t.bytes >= strlen(begin) && !memcmp(t.data, begin, strlen(begin));
}

/* Past the head of the answer. */
static bool take_head(struct other_end *end)
{
	struct text rest = rest_of(end);
	const char *head_end = rest.bytes ? strstr(rest.data, "\r\n\r\n") : NULL;

	if (!head_end)
		return false;
	assert_true(begins_with(rest, end->is_sse ? "HTTP/1.1 200 OK\r\n"
	                                          : "HTTP/1.1 101 Switching Protocols\r\n"));
	rest.bytes -= (size_t)(head_end + 4 - rest.data);
	rest.data = head_end + 4;
	if (end->is_sse && rest.bytes < sizeof events_begin - 1)
		return false;
	if (end->is_sse)
		assert_true(begins_with(rest, events_begin));
	end->taken_bytes = (size_t)(rest.data - end->came.data) +
	                   (end->is_sse ? sizeof events_begin - 1 : 0);
	end->is_answered = true;
	return true;
}

static bool next_frame(struct other_end *end, struct shown *shown)
{
	struct text rest = rest_of(end);
	const unsigned char *data = (const unsigned char *)rest.data;
	size_t header_bytes = 2, length;

	if (rest.bytes < 2)
		return false;
	assert_int_equal(data[0] & 0xf0, 0x80);
	assert_true(data[1] <= 127); /* not masked */
	length = data[1];
	if (length >= 126) {
		header_bytes = length == 126 ? 4 : 10;
		if (rest.bytes < header_bytes)
			return false;
		length = 0;
		for (size_t i = 2; i < header_bytes; i++)
			length = length << 8 | data[i];
		assert_true(length >= (header_bytes == 4 ? 126 : 65536));
	}
	if (rest.bytes < header_bytes + length)
		return false;
	*shown = (struct shown){.opcode = data[0] & 15, .payload = {rest.data + header_bytes, length}};
	end->taken_bytes += header_bytes + length;
	return true;
}

static bool next_event(struct other_end *end, struct shown *shown)
{
	struct text rest = rest_of(end);
	const char *event_end = strstr(rest.data, "\n\n"), *data;

	if (!event_end)
		return false;
	*shown = (struct shown){.opcode = WS_TEXT};
	end->taken_bytes += (size_t)(event_end + 2 - rest.data);
	if (begins_with(rest, "id: ")) {
		const char *line_end = memchr(rest.data, '\n', rest.bytes);

		shown->id = (struct text){rest.data + 4, (size_t)(line_end - rest.data) - 4};
		rest = (struct text){line_end + 1, rest.bytes - (size_t)(line_end + 1 - rest.data)};
	}
	assert_true(begins_with(rest, "data: "));
	data = rest.data + 6;
	shown->payload = (struct text){data, (size_t)(event_end - data)};
	assert_null(memchr(data, '\n', shown->payload.bytes));
	return true;
}

bool other_end_next(struct other_end *end, struct shown *shown)
{
	/* What the last call gave is gone now. */
	if (end->is_answered && end->taken_bytes > CHUNK_BYTES) {
		memmove(end->came.data, end->came.data + end->taken_bytes,
		        end->came.bytes - end->taken_bytes);
		end->came.bytes -= end->taken_bytes;
		end->came.data[end->came.bytes] = '\0';
		end->taken_bytes = 0;
	}
	if (!end->is_answered && !take_head(end))
		return false;
	return end->is_sse ? next_event(end, shown) : next_frame(end, shown);
}

static void wait_for_more(struct other_end *end)
{
	struct pollfd poller = {.fd = end->fd, .events = POLLIN};

	if (poll(&poller, 1, WAIT_MS) != 1)
		fail_msg("nothing came in time");
	(void)other_end_read(end, CHUNK_BYTES);
}

struct shown other_end_await(struct other_end *end)
{
	struct shown shown;

	while (!other_end_next(end, &shown)) {
		if (end->has_ended)
			fail_msg("it has ended");
		wait_for_more(end);
	}
	return shown;
}

void other_end_expect(struct other_end *end, enum ws_opcode opcode, const char *payload)
{
	struct shown shown = other_end_await(end);

	if (shown.opcode != opcode || !text_same(shown.payload, text_of(payload)))
		fail_msg("expected %d %s, got %d %.*s", opcode, payload, shown.opcode,
		         TEXT_ARGS(shown.payload));
}

void other_end_expect_close(struct other_end *end, unsigned code)
{
	struct shown shown = other_end_await(end);
	const unsigned char *data = (const unsigned char *)shown.payload.data;

	assert_int_equal(shown.opcode, WS_CLOSE);
	if (!code) {
		assert_int_equal(shown.payload.bytes, 0);
		return;
	}
	assert_true(shown.payload.bytes >= 2);
	assert_int_equal(data[0] * 256 + data[1], code);
}

void other_end_expect_end(struct other_end *end)
{
	struct shown shown;

	do {
		if (other_end_next(end, &shown))
			fail_msg("expected the end, got %d %.*s", shown.opcode, TEXT_ARGS(shown.payload));
		if (!end->has_ended)
			wait_for_more(end);
	} while (!end->has_ended);
	assert_int_equal(end->taken_bytes, end->came.bytes);
}

void other_end_say(struct other_end *end, enum ws_opcode opcode, struct text payload)
{
	char frame[WS_FRAME_BYTES_MAX] = {(char)(0x80 | opcode), (char)(0x80 | payload.bytes),
	                                  'm', 'a', 's', 'k'};

	assert_true(payload.bytes <= WS_PAYLOAD_BYTES_MAX);
	for (size_t i = 0; i < payload.bytes; i++)
		frame[6 + i] = (char)(payload.data[i] ^ frame[2 + i % 4]);
	/* Whoever was closed meanwhile hears it no more. */
	(void)!send(end->fd, frame, 6 + payload.bytes, MSG_NOSIGNAL);
}

void other_end_say_text(struct other_end *end, const char *text)
{
	other_end_say(end, WS_TEXT, text_of(text));
}

void other_end_close(struct other_end *end)
{
	if (end->fd >= 0)
		close(end->fd);
	end->fd = -1;
	buf_release(&end->came);
}
