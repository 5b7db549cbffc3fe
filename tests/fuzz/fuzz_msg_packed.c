/*
 * Any bytes as a row's reply and events: they are refused, or expand to the same however often; what
 * was packed once more expands to the same, which is JSON.
 */
#include <string.h>

#include "common/message/packed.h"
#include "common/message/scan.h"
#include "tests/fuzz/fuzz.h"

#define EVENTS_EXPANDED_MAX 64 /* each may repeat a thousand seats in a byte */
#define WALL_MS INT64_C(1795532400123)

static bool is_json(const struct buf *body)
{
	struct buf whole = {0};
	const char *why;
	bool is_one;

	buf_add_text(&whole, buf_text(body));
	buf_add(&whole, "}", 1);
	is_one = scan_is_strict_object(buf_text(&whole), &why);
	buf_release(&whole);
	return is_one;
}

/* The columns beside it: whatever the first byte makes of them. */
static struct reply head_of(uint8_t choice)
{
	struct reply head = {
	    .outcome = (enum outcome)(choice % OUTCOME_COUNT),
	    .type = (enum request_type)(choice % REQUEST_TYPE_COUNT),
	    .has_request_id = choice & 1,
	    .show_id = choice & 2 ? text_of("s") : text_of(NULL),
	    .decided_at_ms = choice & 4 ? WALL_MS : 0,
	};

	head.request_id.bytes[0] = choice & 1;
	return head;
}

static bool check_reply(struct text kept, const struct reply *head, struct reply *r,
                        struct arena *arena)
{
	struct buf body = {0}, packed = {0}, again = {0};
	struct reply same = *head;
	bool is_readable = packed_expand_reply(&body, kept, r, arena);

	FUZZ_CHECK(!arena->failed);
	FUZZ_CHECK(packed_is_readable(kept, text_of(NULL), &same, arena) == is_readable);
	if (is_readable) {
		packed_add_reply(&packed, r);
		FUZZ_CHECK(packed.bytes <= kept.bytes);
		same = *head;
		FUZZ_CHECK(packed_expand_reply(&again, buf_text(&packed), &same, arena));
		FUZZ_CHECK(text_same(buf_text(&body), buf_text(&again)));
		FUZZ_CHECK(is_json(&body));
	}
	buf_release(&body);
	buf_release(&packed);
	buf_release(&again);
	return is_readable;
}

/* reply, head: readable, and what it was read with */
static void check_events(struct text kept, struct text reply, const struct reply *head,
                         const struct reply *r, struct arena *arena)
{
	struct packed_events left = packed_open_events(kept);
	struct buf body = {0};
	size_t before = left.left.bytes + 1, count = 0;

	while (count < EVENTS_EXPANDED_MAX && packed_expand_event(&body, &left, r, arena)) {
		FUZZ_CHECK(left.left.bytes < before);
		FUZZ_CHECK(is_json(&body));
		before = left.left.bytes;
		buf_clear(&body);
		count++;
	}
	FUZZ_CHECK(!arena->failed);
	if (count < EVENTS_EXPANDED_MAX) {
		struct reply same = *head;

		FUZZ_CHECK(packed_is_readable(reply, kept, &same, arena) == !left.failed);
	}
	buf_release(&body);
}

void fuzz_msg_packed(const uint8_t *data, size_t bytes)
{
	struct arena arena = {0};
	struct reply head, r;
	struct text reply, events;

	if (bytes < 2)
		return;
	head = r = head_of(data[0]);
	reply = (struct text){(const char *)data + 2, data[1] < bytes - 2 ? data[1] : bytes - 2};
	events = (struct text){reply.data + reply.bytes, bytes - 2 - reply.bytes};
	if (check_reply(reply, &head, &r, &arena))
		check_events(events, reply, &head, &r, &arena);
	arena_release(&arena);
}
