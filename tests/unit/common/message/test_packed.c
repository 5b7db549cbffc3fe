/*
 * Packed replies and events: byte by byte as packed.h says, any reply there and back, damage
 * refused.
 */
#include "common/message/packed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define T INT64_C(1795532400123)
#define SEATS_MAX 5
#define EVENTS_MAX 4
#define RANDOM_REPLIES 20000

static struct arena arena;
static struct buf packed, packed_events, expanded, expected;

static int release(void **state)
{
	(void)state;
	arena_release(&arena);
	buf_release(&packed);
	buf_release(&packed_events);
	buf_release(&expanded);
	buf_release(&expected);
	return 0;
}

/* What the row's other columns say of a reply. */
static struct reply head_of(const struct reply *r)
{
	return (struct reply){.outcome = r->outcome, .type = r->type,
	                      .has_request_id = r->has_request_id, .request_id = r->request_id,
	                      .show_id = r->show_id, .decided_at_ms = r->decided_at_ms};
}

static bool expand_reply(struct text kept, struct reply *r)
{
	bool is_fine;

	buf_clear(&expanded);
	is_fine = packed_expand_reply(&expanded, kept, r, &arena);
	assert_false(arena.failed || expanded.failed);
	return is_fine;
}

static void expands_to_what_was_packed(const struct reply *r, const struct event *events,
                                       size_t event_count)
{
	struct reply found = head_of(r);
	struct packed_events left;

	arena_clear(&arena);
	buf_clear(&packed);
	buf_clear(&packed_events);
	buf_clear(&expected);
	packed_add_reply(&packed, r);
	reply_encode_body(&expected, r);
	assert_true(expand_reply(buf_text(&packed), &found));
	assert_string_equal(expanded.data, expected.data);
	assert_int_equal(expanded.bytes, expected.bytes);
	for (size_t i = 0; i < event_count; i++)
		packed_add_event(&packed_events, &events[i], r);
	left = packed_open_events(event_count ? buf_text(&packed_events) : (struct text){NULL, 0});
	for (size_t i = 0; i < event_count; i++) {
		buf_clear(&expanded);
		buf_clear(&expected);
		event_encode_body(&expected, &events[i]);
		assert_true(packed_expand_event(&expanded, &left, &found, &arena));
		assert_string_equal(expanded.data, expected.data);
	}
	assert_false(packed_expand_event(&expanded, &left, &found, &arena));
	assert_false(left.failed);
	found = head_of(r);
	assert_true(packed_is_readable(buf_text(&packed), event_count ? buf_text(&packed_events)
	                                                              : (struct text){NULL, 0},
	                               &found, &arena));
}

/* ---- any reply with any events ---- */

static uint64_t seed = 88172645463325252;

static unsigned any_below(unsigned end)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % end;
}

static bool any(void)
{
	return any_below(2);
}

static int64_t any_number(void)
{
	static const int64_t edges[] = {0, 1, 63, 64, 127, 128, 8191, 8192, INT32_MAX, INT64_MAX};

	return any() ? edges[any_below(sizeof edges / sizeof edges[0])] : (int64_t)any_below(1 << 20);
}

static struct uuid any_uuid(void)
{
	struct uuid id;

	for (size_t i = 0; i < sizeof id.bytes; i++)
		id.bytes[i] = (uint8_t)any_below(3);
	return id;
}

static struct text any_seat(void)
{
	static const char *const seats[] = {
	    "A1", "B-12", "z", "0123456789012345678901234567890123456789012345678901234567890123",
	};

	return text_of(seats[any_below(4)]);
}

static const struct text *any_seats(size_t *count)
{
	static struct text lists[8][SEATS_MAX];
	static size_t used;
	struct text *list = lists[used++ % 8];

	*count = any_below(SEATS_MAX + 1);
	for (size_t i = 0; i < *count; i++)
		list[i] = any_seat();
	return list;
}

static struct reply any_reply(enum outcome outcome)
{
	static const char *const messages[] = {"The field seat_ids must be a list.", "", "\xc3\xa9"};
	static struct unavailable unavailable[SEATS_MAX];
	struct reply r = {
	    .outcome = outcome,
	    .message = any() ? NULL : messages[any_below(3)],
	    .type = (enum request_type)any_below(REQUEST_TYPE_COUNT),
	    .has_request_id = any(),
	    .show_id = any() ? text_of("a-show") : text_of(NULL),
	    .has_reservation_id = any(),
	    .has_reserved_until = any(),
	    .is_revived = any(),
	    .unavailable = unavailable,
	    .unavailable_count = any_below(SEATS_MAX + 1),
	    .decided_at_ms = any() ? T : 0,
	};

	r.seat_ids = any_seats(&r.seat_count);
	r.request_id = r.has_request_id ? any_uuid() : (struct uuid){{0}};
	if (r.has_reservation_id)
		r.reservation_id = any() ? r.request_id : any_uuid();
	if (r.has_reserved_until)
		r.reserved_until_ms = r.decided_at_ms + any_below(1 << 30) - (r.decided_at_ms ? 1 << 29 : 0);
	for (size_t i = 0; i < r.unavailable_count; i++) {
		unavailable[i] = (struct unavailable){.seat_id = any_seat(), .has_status = any()};
		if (!unavailable[i].has_status)
			continue;
		unavailable[i].status = (enum seat_status)any_below(3);
		unavailable[i].has_taken_at = any();
		unavailable[i].taken_at_offset = unavailable[i].has_taken_at ? any_number() : 0;
	}
	return r;
}

static struct event any_event(const struct reply *r)
{
	struct event ev = {
	    .kind = (enum event_kind)any_below(EVENT_CANCELLED + 1),
	    .show_id = r->show_id,
	    .has_reservation_id = any(),
	    .has_reserved_until = any(),
	    .at_ms = r->decided_at_ms,
	};

	ev.seat_ids = any_seats(&ev.seat_count);
	if (ev.has_reservation_id)
		ev.reservation_id = any_uuid();
	if (any()) {
		ev.seat_ids = r->seat_ids;
		ev.seat_count = r->seat_count;
		ev.has_reservation_id = r->has_reservation_id;
		ev.reservation_id = r->reservation_id;
	}
	if (ev.has_reserved_until)
		ev.reserved_until_ms = ev.at_ms + any_below(1 << 30);
	if (ev.kind == EVENT_SHOW_CREATED) {
		ev.title = any() ? text_of("Der Freisch\xc3\xbctz \"1821\"") : text_of(any() ? "" : NULL);
		ev.hold_seconds = 1 + (int32_t)any_below(600);
		ev.max_hold_seconds = 86400;
		ev.max_seats = 50;
	}
	return ev;
}

static void any_reply_and_its_events_expand_byte_for_byte(void **state)
{
	(void)state;
	for (int i = 0; i < RANDOM_REPLIES; i++) {
		struct reply r = any_reply((enum outcome)(i % OUTCOME_COUNT));
		struct event events[EVENTS_MAX];
		size_t event_count = any_below(EVENTS_MAX + 1);

		for (size_t n = 0; n < event_count; n++)
			events[n] = any_event(&r);
		expands_to_what_was_packed(&r, events, event_count);
	}
}

static void the_longest_lists_expand(void **state)
{
	static struct text seats[ADD_SEATS_MAX];
	static struct unavailable unavailable[ADD_SEATS_MAX];
	struct reply added = {.outcome = OUTCOME_SEATS_ADDED, .seat_ids = seats,
	                      .seat_count = ADD_SEATS_MAX, .show_id = text_of("s"), .decided_at_ms = T};
	struct reply refused = {.outcome = OUTCOME_SEAT_EXISTS, .unavailable = unavailable,
	                        .unavailable_count = ADD_SEATS_MAX, .decided_at_ms = T};
	struct event event = {.kind = EVENT_SEATS_ADDED, .show_id = text_of("s"), .seat_ids = seats,
	                      .seat_count = ADD_SEATS_MAX, .at_ms = T};

	(void)state;
	for (size_t i = 0; i < ADD_SEATS_MAX; i++) {
		seats[i] = text_of("0123456789012345678901234567890123456789012345678901234567890123");
		unavailable[i].seat_id = seats[i];
	}
	expands_to_what_was_packed(&added, &event, 1);
	expands_to_what_was_packed(&refused, NULL, 0);
	added.seat_count = event.seat_count = ADD_SEATS_MAX - 1;
	expands_to_what_was_packed(&added, &event, 1);
}

/* ---- the format, which rows have for ever ---- */

#define REQUEST "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10"
#define OTHER "\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x20"

/* As a literal, which may hold zeros. */
#define BYTES(literal) ((struct text){(literal), sizeof(literal) - 1})

static struct uuid uuid_of(const char bytes[16])
{
	struct uuid id;

	memcpy(id.bytes, bytes, sizeof id.bytes);
	return id;
}

static struct reply reply_of(enum outcome outcome)
{
	return (struct reply){.outcome = outcome, .type = REQUEST_RESERVE, .has_request_id = true,
	                      .request_id = uuid_of(REQUEST), .show_id = text_of("s"),
	                      .decided_at_ms = T};
}

static void packs_as(const struct reply *r, struct text bytes)
{
	expands_to_what_was_packed(r, NULL, 0);
	assert_int_equal(packed.bytes, bytes.bytes);
	assert_memory_equal(packed.data, bytes.data, bytes.bytes);
}

static void packs_events_as(const struct reply *r, const struct event *events, size_t count,
                            struct text bytes)
{
	expands_to_what_was_packed(r, events, count);
	assert_int_equal(packed_events.bytes, bytes.bytes);
	assert_memory_equal(packed_events.data, bytes.data, bytes.bytes);
}

static void replies_are_packed_as_written_down(void **state)
{
	const struct unavailable taken[] = {
	    {text_of("A1"), true, SEAT_RESERVED, true, 300},
	    {text_of("A2"), true, SEAT_SOLD, true, 299},
	    {text_of("A3"), true, SEAT_SOLD, false, 0},
	};
	const struct unavailable unknown[] = {{.seat_id = text_of("Z1")}};
	const struct text seats[] = {text_of("B2"), text_of("A1")};
	struct reply r = reply_of(OUTCOME_WRONG_SESSION);

	(void)state;
	packs_as(&r, BYTES("\x01\x00"));
	r = reply_of(OUTCOME_SEATS_TAKEN);
	r.unavailable = taken;
	r.unavailable_count = 3;
	packs_as(&r, BYTES("\x01\x40\x03\x02" "A1" "\x07\xd8\x04\x02" "A2" "\x0b\x01\x02" "A3" "\x09"));
	r = reply_of(OUTCOME_UNKNOWN_SEAT);
	r.unavailable = unknown;
	r.unavailable_count = 1;
	packs_as(&r, BYTES("\x01\x40\x01\x02" "Z1" "\x00"));
	r = reply_of(OUTCOME_RESERVED);
	r.has_reservation_id = true;
	r.reservation_id = r.request_id;
	r.seat_ids = seats;
	r.seat_count = 2;
	r.has_reserved_until = true;
	r.reserved_until_ms = T + 600000;
	packs_as(&r, BYTES("\x01\x1c\x02\x02" "B2" "\x02" "A1" "\x80\x9f\x49"));
	r.outcome = OUTCOME_CONFIRMED;
	r.has_reserved_until = false;
	r.is_revived = true;
	r.reservation_id = uuid_of(OTHER);
	packs_as(&r, BYTES("\x01\x2a" OTHER "\x02\x02" "B2" "\x02" "A1"));
	r = reply_of(OUTCOME_INVALID_REQUEST);
	r.message = outcome_message(OUTCOME_INVALID_REQUEST);
	packs_as(&r, BYTES("\x01\x00"));
	r.message = "no";
	packs_as(&r, BYTES("\x01\x01\x02" "no"));
}

static void events_are_packed_as_written_down(void **state)
{
	const struct text seats[] = {text_of("B2"), text_of("A1")}, others[] = {text_of("C3")};
	struct reply r = reply_of(OUTCOME_RESERVED);
	struct event events[] = {
	    {.kind = EVENT_EXPIRED, .show_id = r.show_id, .has_reservation_id = true,
	     .reservation_id = uuid_of(OTHER), .seat_ids = others, .seat_count = 1, .at_ms = T},
	    {.kind = EVENT_RESERVED, .show_id = r.show_id, .has_reservation_id = true,
	     .reservation_id = r.request_id, .seat_ids = seats, .seat_count = 2,
	     .has_reserved_until = true, .reserved_until_ms = T + 600000, .at_ms = T},
	};
	struct event created = {.kind = EVENT_SHOW_CREATED, .show_id = r.show_id,
	                        .title = text_of("An evening"), .hold_seconds = 600,
	                        .max_hold_seconds = 1800, .max_seats = 10, .at_ms = T};

	(void)state;
	r.has_reservation_id = true;
	r.reservation_id = r.request_id;
	r.seat_ids = seats;
	r.seat_count = 2;
	r.has_reserved_until = true;
	r.reserved_until_ms = T + 600000;
	packs_events_as(&r, events, 2,
	                BYTES("\x01\x36" OTHER "\x01\x02" "C3" "\x4a\x80\x9f\x49"));
	r = reply_of(OUTCOME_SHOW_CREATED);
	packs_events_as(&r, &created, 1,
	                BYTES("\x01\x80\x0a" "An evening" "\xd8\x04\x88\x0e\x0a"));
	created.title = text_of(NULL);
	packs_events_as(&r, &created, 1, BYTES("\x01\x00\xd8\x04\x88\x0e\x0a"));
}

static void rows_of_older_versions_are_read_as_they_are(void **state)
{
	static const char reply[] = "{\"request_id\":null,\"type\":\"as it once was\"";
	static const char lines[] = "{\"event\":\"expired\",\"n\":1\n{\"event\":\"sold\"";
	struct packed_events left = packed_open_events(text_of(lines));
	struct reply r = {.outcome = OUTCOME_CONFIRMED};

	(void)state;
	assert_true(expand_reply(text_of(reply), &r));
	assert_string_equal(expanded.data, reply);
	buf_clear(&expanded);
	assert_true(packed_expand_event(&expanded, &left, &r, &arena));
	assert_string_equal(expanded.data, "{\"event\":\"expired\",\"n\":1");
	buf_clear(&expanded);
	assert_true(packed_expand_event(&expanded, &left, &r, &arena));
	assert_string_equal(expanded.data, "{\"event\":\"sold\"");
	assert_false(packed_expand_event(&expanded, &left, &r, &arena));
	assert_false(left.failed);
	assert_true(packed_is_readable(text_of(reply), text_of(lines), &r, &arena));
}

/* ---- what cannot be read ---- */

static void a_reply_with_a_byte_too_few_or_too_many_is_refused(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct reply r = any_reply((enum outcome)(i % OUTCOME_COUNT)), found;
		struct text whole, part;

		arena_clear(&arena);
		buf_clear(&packed);
		packed_add_reply(&packed, &r);
		buf_add(&packed, "", 1);
		whole = buf_text(&packed);
		/* A copy of its very size, so that sanitizers see a read behind the end. */
		for (part.bytes = 0; part.bytes <= whole.bytes; part.bytes++) {
			char *copy = malloc(part.bytes + (part.bytes == 0));

			assert_non_null(copy);
			memcpy(copy, whole.data, part.bytes);
			part.data = copy;
			found = head_of(&r);
			assert_int_equal(expand_reply(part, &found), part.bytes == whole.bytes - 1);
			free(copy);
		}
	}
}

static void replies_that_make_no_sense_are_refused(void **state)
{
	static const struct text replies[] = {
	    BYTES(""), BYTES("\x00\x00"), BYTES("\x02\x00"), BYTES("\x01\x80"), BYTES("[1]"),
	    BYTES("\x01\x01\x02" "a\n"),                         /* a control character */
	    BYTES("\x01\x08\x00"), BYTES("\x01\x40\x00"),        /* an empty list */
	    BYTES("\x01\x08\xe9\x07\x01" "A"),                   /* more than there can be */
	    BYTES("\x01\x08\x01\x00"), BYTES("\x01\x08\x01\x02" "A\""), /* no seat id */
	    BYTES("\x01\x08\x81\x00\x01" "A"),                   /* a number with a byte too many */
	    BYTES("\x01\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), /* more than 64 bits */
	    BYTES("\x01\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
	    BYTES("\x01\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), /* a time before 1970 */
	    BYTES("\x01\x10\xfe\xff\xff\xff\xff\xff\xff\xff\x7f"),     /* and after 9999 */
	    BYTES("\x01\x40\x01\x01" "A" "\x0d"),                /* no status */
	    BYTES("\x01\x40\x01\x01" "A" "\x02\x00"),            /* what took it, without a status */
	    BYTES("\x01\x40\x01\x01" "A" "\x04"),
	    BYTES("\x01\x06" OTHER),                            /* two reservations */
	};

	(void)state;
	for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
		struct reply r = reply_of(OUTCOME_RESERVED);

		if (expand_reply(replies[i], &r))
			fail_msg("reply %zu expands to %s", i, expanded.data);
		r = reply_of(OUTCOME_RESERVED);
		assert_false(packed_is_readable(replies[i], text_of(NULL), &r, &arena));
	}
}

static void a_reservation_that_is_the_request_needs_one(void **state)
{
	struct reply r = reply_of(OUTCOME_RELEASED);

	(void)state;
	assert_true(expand_reply(BYTES("\x01\x04"), &r));
	r = reply_of(OUTCOME_RELEASED);
	r.has_request_id = false;
	assert_false(expand_reply(BYTES("\x01\x04"), &r));
}

static void events_that_make_no_sense_are_refused(void **state)
{
	static const struct text lists[] = {
	    BYTES(""), BYTES("\x01"), BYTES("\x02\x00"), BYTES("\x00"),
	    BYTES("\x01\x0c"),                                /* the reply's seats, which has none */
	    BYTES("\x01\x1c" OTHER), BYTES("\x01\x14\x01"),   /* an id that ends too early */
	    BYTES("\x01\x24\x00"),                            /* no seats */
	    BYTES("\x01\x82\x00"),                            /* a title of what is no show_created */
	    BYTES("\x01\x80\x01\n\x01\x01\x01"),            /* a control character in it */
	    BYTES("\x01\x00\x01\x01"), BYTES("\x01\x00\x01\x01\x80\x80\x80\x80\x08"), /* a policy */
	    BYTES("\x01\x04\x42"),                            /* a good one, and one without its end */
	};

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		struct reply r = reply_of(OUTCOME_RESERVED);
		struct packed_events left = packed_open_events(lists[i]);

		while (packed_expand_event(&expanded, &left, &r, &arena))
			continue;
		if (!left.failed)
			fail_msg("events %zu expand", i);
		assert_false(packed_is_readable(BYTES("\x01\x00"), lists[i], &r, &arena));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_reply_and_its_events_expand_byte_for_byte),
	    cmocka_unit_test(the_longest_lists_expand),
	    cmocka_unit_test(replies_are_packed_as_written_down),
	    cmocka_unit_test(events_are_packed_as_written_down),
	    cmocka_unit_test(rows_of_older_versions_are_read_as_they_are),
	    cmocka_unit_test(a_reply_with_a_byte_too_few_or_too_many_is_refused),
	    cmocka_unit_test(replies_that_make_no_sense_are_refused),
	    cmocka_unit_test(a_reservation_that_is_the_request_needs_one),
	    cmocka_unit_test(events_that_make_no_sense_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
