/*
 * Every row of the decision table by its published reply, and what it leaves in the rows.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/integration/ask.h"
#include "tests/integration/rig.h"

static long worker;

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", "--log-level=debug", NULL);
	return 0;
}

static int tear_down(void **state)
{
	int code = rig_stop(worker, SIGTERM);

	if (code)
		fprintf(stderr, "worker ended with %d\n%s\n", code, rig_log());
	return rig_drop(state) || code;
}

static const char *seats_of(const char *show)
{
	return rig_sql("SELECT string_agg(seat_id || '=' || status, ' ' ORDER BY seat_id) "
	               "FROM holdfast.show_seats WHERE show_id = '%s'", show);
}

/* A hold of one second that has lapsed by the broker's clock. */
static void lapse(const char *show, const char *id, const char *session, const char *seats)
{
	char sql[200];

	rig_expect(ask_reserve(show, id, session, seats, 1), 200, "RESERVED");
	snprintf(sql, sizeof sql, "SELECT reserved_until < now() - interval '100 ms' FROM "
	         "holdfast.seat_reservations WHERE reservation_id = '%s'", id);
	rig_await_sql("t", sql);
}

static void a_show_is_created_once(void **state)
{
	(void)state;
	rig_expect(ask("c1", rig_id(), "create_show", ",\"title\":\"Na\\u00efve \\\"quoted\\\"\","
	               "\"hold_seconds\":6e2,\"max_seats\":4.0"), 200, "SHOW_CREATED");
	rig_expect(ask("c1", rig_id(), "create_show", ""), 409, "SHOW_EXISTS");
	assert_string_equal(rig_sql("SELECT title, hold_seconds, max_hold_seconds, max_seats "
	                            "FROM holdfast.shows WHERE show_id = 'c1'"),
	                    "Na\xc3\xafve \"quoted\"|600|1800|4");
}

static void seats_are_added_all_or_none(void **state)
{
	const char *reply;

	(void)state;
	rig_expect(ask("nowhere", rig_id(), "add_seats", ",\"seat_ids\":[\"A\"]"), 404, "UNKNOWN_SHOW");
	rig_expect(ask("a1", rig_id(), "create_show", ",\"owner_key\":\"k1\""), 200, "SHOW_CREATED");
	rig_expect(ask("a1", rig_id(), "add_seats", ",\"seat_ids\":[\"A\"]"), 403, "WRONG_OWNER");
	rig_expect(ask("a1", rig_id(), "add_seats", ",\"seat_ids\":[\"A\"],\"owner_key\":\"k2\""), 403,
	           "WRONG_OWNER");
	rig_expect(ask("a1", rig_id(), "add_seats", ",\"seat_ids\":[\"B\",\"A\"],\"owner_key\":\"k1\""),
	           200, "SEATS_ADDED");
	reply = ask("a1", rig_id(), "add_seats", ",\"seat_ids\":[\"C\",\"A\"],\"owner_key\":\"k1\"");
	rig_expect(reply, 409, "SEAT_EXISTS");
	assert_non_null(strstr(reply, "\"unavailable\":[{\"seat_id\":\"A\"}]"));
	assert_string_equal(seats_of("a1"), "A=available B=available");
}

static void a_reserve_is_refused_in_the_order_of_the_table(void **state)
{
	const char *first = rig_id(), *reply;

	(void)state;
	rig_show("r1", 12);
	rig_expect(ask_reserve("r0", rig_id(), "s", "A1", 0), 404, "UNKNOWN_SHOW");
	rig_expect(ask_reserve("r1", rig_id(), "s", "A1,A2,A3,A4,A5,A6,A7,A8,A9,A10,A11", 9999), 400,
	           "TOO_MANY_SEATS");
	rig_expect(ask_reserve("r1", rig_id(), "s", "X", 1801), 400, "HOLD_TOO_LONG");
	reply = ask_reserve("r1", rig_id(), "s", "X,A1,Y", 1800);
	rig_expect(reply, 404, "UNKNOWN_SEAT");
	assert_non_null(strstr(reply, "\"unavailable\":[{\"seat_id\":\"X\"},{\"seat_id\":\"Y\"}]"));
	reply = ask_reserve("r1", first, "s", "A2,A1", 0);
	rig_expect(reply, 200, "RESERVED");
	assert_string_equal(rig_field(reply, "reservation_id"), first);
	assert_non_null(strstr(reply, "\"seat_ids\":[\"A2\",\"A1\"]"));
	reply = ask_reserve("r1", rig_id(), "s", "A1", 0);
	rig_expect(reply, 409, "ALREADY_RESERVED");
	assert_string_equal(rig_field(reply, "reservation_id"), first);
	assert_string_equal(rig_field(reply, "message"), "Already have reservation");
	assert_non_null(strstr(reply, "\"seat_ids\":[\"A2\",\"A1\"]"));
}

static void a_partial_availability_takes_nothing(void **state)
{
	const char *winner = rig_id(), *reply, *offset;
	char expected[120];

	(void)state;
	rig_show("p1", 4);
	reply = ask_reserve("p1", winner, "s1", "A2", 0);
	rig_expect(reply, 200, "RESERVED");
	offset = rig_field(reply, "offset");
	reply = ask_reserve("p1", rig_id(), "s2", "A1,A2,A3", 0);
	rig_expect(reply, 409, "SEATS_TAKEN");
	snprintf(expected, sizeof expected,
	         "\"unavailable\":[{\"seat_id\":\"A2\",\"status\":\"reserved\",\"taken_at_offset\":%s}]",
	         offset);
	assert_non_null(strstr(reply, expected));
	assert_string_equal(seats_of("p1"), "A1=available A2=reserved A3=available A4=available");
	assert_string_equal(rig_field(reply, "message"),
	                    "One or more selected seats were just taken by another customer.");
}

static void release_confirm_and_cancel_follow_their_tables(void **state)
{
	const char *a = rig_id(), *b = rig_id(), *reply;

	(void)state;
	rig_show("l1", 4);
	rig_expect(ask_on_hold("l1", "release", rig_id(), "s"), 404, "UNKNOWN_RESERVATION");
	rig_expect(ask_reserve("l1", a, "s", "A1", 0), 200, "RESERVED");
	rig_expect(ask_on_hold("l1", "release", a, "other"), 403, "WRONG_SESSION");
	rig_expect(ask_on_hold("l1", "confirm", a, "other"), 403, "WRONG_SESSION");
	rig_expect(ask_extend("l1", a, "other", 10), 403, "WRONG_SESSION");
	rig_expect(ask_on_hold("l1", "release", a, "s"), 200, "RELEASED");
	reply = ask_on_hold("l1", "release", a, "s");
	rig_expect(reply, 200, "NOTHING_HELD");
	assert_null(strstr(reply, "reservation_id"));
	rig_expect(ask_on_hold("l1", "confirm", a, "s"), 410, "HOLD_RELEASED");
	rig_expect(ask_extend("l1", a, "s", 10), 410, "HOLD_RELEASED");
	rig_expect(ask_expire("l1", a), 200, "NOTHING_HELD");
	rig_expect(ask_reserve("l1", b, "s", "A1,A2", 0), 200, "RESERVED");
	rig_expect(ask_expire("l1", b), 409, "NOT_DUE");
	rig_expect(ask_expire("l1", rig_id()), 404, "UNKNOWN_RESERVATION");
	reply = ask_on_hold("l1", "confirm", b, "s");
	rig_expect(reply, 200, "CONFIRMED");
	assert_null(strstr(reply, "revived"));
	reply = ask_on_hold("l1", "confirm", b, "s");
	rig_expect(reply, 200, "ALREADY_CONFIRMED");
	assert_string_equal(rig_field(reply, "reservation_id"), b);
	reply = ask_on_hold("l1", "release", b, "s");
	rig_expect(reply, 409, "ALREADY_CONFIRMED");
	assert_null(strstr(reply, "reservation_id"));
	rig_expect(ask_extend("l1", b, "s", 10), 409, "ALREADY_CONFIRMED");
	assert_string_equal(seats_of("l1"), "A1=sold A2=sold A3=available A4=available");
	rig_expect(ask_cancel("l1", b, "k"), 403, "WRONG_OWNER");
	assert_string_equal(rig_sql("SELECT status, ended_at IS NULL FROM holdfast.seat_reservations "
	                            "WHERE reservation_id = '%s'", b), "confirmed|f");
}

static void an_owner_cancels_a_sale(void **state)
{
	const char *a = rig_id();

	(void)state;
	rig_expect(ask("o1", rig_id(), "create_show", ",\"owner_key\":\"k1\""), 200, "SHOW_CREATED");
	rig_expect(ask("o1", rig_id(), "add_seats", ",\"owner_key\":\"k1\",\"seat_ids\":[\"A1\"]"), 200,
	           "SEATS_ADDED");
	rig_expect(ask_reserve("o1", a, "s", "A1", 0), 200, "RESERVED");
	rig_expect(ask_cancel("o1", a, "k1"), 409, "NOT_CONFIRMED");
	rig_expect(ask_on_hold("o1", "confirm", a, "s"), 200, "CONFIRMED");
	rig_expect(ask_cancel("o1", a, "k2"), 403, "WRONG_OWNER");
	rig_expect(ask_cancel("o1", rig_id(), "k1"), 404, "UNKNOWN_RESERVATION");
	rig_expect(ask_cancel("o1", a, "k1"), 200, "CANCELLED");
	rig_expect(ask_cancel("o1", a, "k1"), 409, "NOT_CONFIRMED");
	assert_string_equal(seats_of("o1"), "A1=available");
}

static void a_lapsed_hold_gives_its_seats_to_the_next_request(void **state)
{
	const char *old = rig_id(), *next = rig_id(), *reply;

	(void)state;
	rig_show("x1", 3);
	lapse("x1", old, "s1", "A1,A2");
	rig_expect(ask_reserve("x1", next, "s2", "A2,A3", 0), 200, "RESERVED");
	assert_string_equal(seats_of("x1"), "A1=available A2=reserved A3=reserved");
	assert_string_equal(rig_sql("SELECT status FROM holdfast.seat_reservations WHERE "
	                            "reservation_id = '%s'", old), "expired");
	rig_expect(ask_extend("x1", old, "s1", 10), 410, "HOLD_EXPIRED");
	reply = ask_on_hold("x1", "confirm", old, "s1");
	rig_expect(reply, 410, "HOLD_EXPIRED");
	assert_non_null(strstr(reply, "\"unavailable\":[{\"seat_id\":\"A2\",\"status\":\"reserved\""));
}

static void a_lapsed_hold_is_confirmed_while_nobody_took_it(void **state)
{
	const char *lapsed = rig_id(), *expired = rig_id(), *reply;

	(void)state;
	rig_show("x2", 3);
	lapse("x2", lapsed, "s1", "A1");
	rig_expect(ask_extend("x2", lapsed, "s1", 10), 410, "HOLD_EXPIRED");
	reply = ask_on_hold("x2", "confirm", lapsed, "s1");
	rig_expect(reply, 200, "CONFIRMED");
	assert_non_null(strstr(reply, "\"revived\":true"));
	lapse("x2", expired, "s2", "A2");
	rig_expect(ask_expire("x2", expired), 200, "EXPIRED");
	assert_string_equal(seats_of("x2"), "A1=sold A2=available A3=available");
	reply = ask_on_hold("x2", "confirm", expired, "s2");
	rig_expect(reply, 200, "CONFIRMED");
	assert_non_null(strstr(reply, "\"revived\":true"));
	assert_string_equal(rig_sql("SELECT taken_at = version FROM holdfast.show_seats WHERE "
	                            "show_id = 'x2' AND seat_id = 'A2'"), "t");
	assert_string_equal(rig_sql("SELECT taken_at < version FROM holdfast.show_seats WHERE "
	                            "show_id = 'x2' AND seat_id = 'A1'"), "t");
}

static void an_extension_ends_at_the_longest_hold(void **state)
{
	const char *a = rig_id(), *first, *reply;

	(void)state;
	rig_show("e1", 1);
	rig_expect(ask_extend("e0", a, "s", 10), 404, "UNKNOWN_SHOW");
	rig_expect(ask_extend("e1", a, "s", 1801), 400, "HOLD_TOO_LONG");
	rig_expect(ask_extend("e1", a, "s", 10), 404, "UNKNOWN_RESERVATION");
	first = rig_field(ask_reserve("e1", a, "s", "A1", 0), "reserved_until");
	reply = ask_extend("e1", a, "s", 10);
	rig_expect(reply, 200, "EXTENDED");
	assert_string_equal(rig_field(reply, "reserved_until"), first); /* never shorter */
	rig_expect(ask_extend("e1", a, "s", 1800), 200, "EXTENDED");
	assert_string_equal(rig_sql("SELECT r.reserved_until - r.created_at, r.reserved_until = "
	                            "s.reserved_until FROM holdfast.seat_reservations r JOIN "
	                            "holdfast.show_seats s ON s.reserved_by = r.reservation_id "
	                            "WHERE r.show_id = 'e1'"), "00:30:00|t");
}

static void a_retry_gets_the_first_answer(void **state)
{
	const char *a = rig_id(), *first, *again;

	(void)state;
	rig_show("i1", 2);
	first = ask_reserve("i1", a, "s", "A1,A2", 0);
	rig_expect(ask_on_hold("i1", "release", a, "s"), 200, "RELEASED");
	again = ask("i1", a, "reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A2\",\"A1\"],"
	                                "\"unknown\":[1]");
	rig_expect(again, 200, "RESERVED");
	assert_string_equal(rig_field(again, "decided_at"), rig_field(first, "decided_at"));
	assert_string_equal(rig_field(again, "duplicate_of"), rig_field(first, "offset"));
	again = ask_reserve("i1", a, "s", "A1", 0);
	rig_expect(again, 422, "IDEMPOTENCY_MISMATCH");
	assert_string_equal(rig_field(again, "duplicate_of"), rig_field(first, "offset"));
	assert_string_equal(seats_of("i1"), "A1=available A2=available");
}

static const char *on_hold(const char *hold, const char *session)
{
	static char more[200];

	snprintf(more, sizeof more, ",\"reservation_id\":\"%s\",\"session_id\":\"%s\"", hold, session);
	return more;
}

/* What docs/protocol.md warns a checkout of: a 200 that is repeated says nothing about now. */
static void a_confirm_repeated_after_refund_and_resale_is_told_as_a_repeat(void **state)
{
	const char *a = rig_id(), *b = rig_id(), *confirm = rig_id(), *first, *again;

	(void)state;
	rig_expect(ask("i2", rig_id(), "create_show", ",\"owner_key\":\"k\""), 200, "SHOW_CREATED");
	rig_expect(ask("i2", rig_id(), "add_seats", ",\"owner_key\":\"k\",\"seat_ids\":[\"A1\"]"), 200,
	           "SEATS_ADDED");
	rig_expect(ask_reserve("i2", a, "s", "A1", 0), 200, "RESERVED");
	first = ask("i2", confirm, "confirm", on_hold(a, "s"));
	rig_expect(first, 200, "CONFIRMED");
	assert_string_equal(rig_field(first, "duplicate_of"), "");
	rig_expect(ask_cancel("i2", a, "k"), 200, "CANCELLED");
	rig_expect(ask_reserve("i2", b, "other", "A1", 0), 200, "RESERVED");
	rig_expect(ask_on_hold("i2", "confirm", b, "other"), 200, "CONFIRMED");
	again = ask("i2", confirm, "confirm", on_hold(a, "s"));
	rig_expect(again, 200, "CONFIRMED");
	assert_string_equal(rig_field(again, "duplicate_of"), rig_field(first, "offset"));
	rig_expect(ask_on_hold("i2", "confirm", a, "s"), 410, "HOLD_RELEASED");
	assert_string_equal(rig_sql("SELECT reserved_by FROM holdfast.show_seats WHERE show_id = 'i2'"), b);
}

static void what_cannot_be_read_is_answered_and_dead_lettered(void **state)
{
	static const char *const unreadable[] = {
	    "", "{", "[]", "{\"a\":1,\"a\":2}", "{\"type\":\"reserve\"}", "nonsense", "\xef\xbb\xbf{}",
	    "{\"x\":\"\\u0000\"}", "{\"x\":01}", "{\"x\":[[[[1]]]]}", "{\"x\":\"\xff\"}", "{} x",
	};
	const size_t count = sizeof unreadable / sizeof unreadable[0];
	struct record records[100];
	size_t found, here = 0;

	(void)state;
	rig_show("d1", 1);
	for (size_t i = 0; i < count; i++) {
		const char *reply =
		    rig_ask_raw(text_of("d1"), (struct text){unreadable[i], strlen(unreadable[i])}, NULL, 0);

		rig_expect(reply, 400, "INVALID_REQUEST");
		assert_non_null(strstr(reply, "\"request_id\":null"));
	}
	rig_expect(rig_ask_raw(text_of("d1"), (struct text){NULL, 0}, NULL, 0), 400, "INVALID_REQUEST");
	rig_expect(ask("d2", rig_id(), "create_show", ""), 200, "SHOW_CREATED");
	rig_expect(rig_ask("d1", "{\"type\":\"expire\",\"request_id\":\"%s\",\"show_id\":\"d2\","
	                         "\"reservation_id\":\"%s\"}", rig_id(), rig_id()),
	           400, "INVALID_REQUEST");
	rig_expect(ask_reserve("d1", rig_id(), "s", "A1", 0), 200, "RESERVED");
	found = rig_read(rig_topics.dead_letters, records, 100);
	for (size_t i = 0; i < found; i++) {
		here += text_same(records[i].key, text_of("d1"));
		assert_non_null(record_header_last(&records[i], "kafka_dlt-exception-message"));
		assert_int_equal(
		    record_header_last(&records[i], "kafka_dlt-original-offset")->value.bytes, 8);
	}
	rig_give(records, found);
	assert_int_equal(here, count + 2);
}

static void a_malformed_field_is_named_and_no_dead_letter(void **state)
{
	const char *reply;

	(void)state;
	rig_show("m1", 1);
	reply = ask_reserve("m1", rig_id(), "s", "", 0);
	rig_expect(reply, 400, "INVALID_REQUEST");
	assert_non_null(strstr(rig_field(reply, "message"), "seat_ids"));
	rig_expect(ask("m1", rig_id(), "fly", ""), 400, "INVALID_REQUEST");
	rig_expect(ask("m1", rig_id(), "reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A1\"],"
	                                          "\"hold_seconds\":null"), 400, "INVALID_REQUEST");
	rig_expect(ask("m1", rig_id(), "reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A1\"],"
	                                          "\"hold_seconds\":1.5"), 400, "INVALID_REQUEST");
	assert_string_equal(seats_of("m1"), "A1=available");
}

static void a_change_by_hand_is_seen(void **state)
{
	const char *a = rig_id(), *reply;

	(void)state;
	rig_show("h1", 2);
	rig_sql("UPDATE holdfast.show_seats SET status = 'sold' WHERE show_id = 'h1' AND seat_id = 'A1'");
	reply = ask_reserve("h1", rig_id(), "s1", "A1", 0);
	rig_expect(reply, 409, "SEATS_TAKEN");
	assert_non_null(strstr(reply, "\"status\":\"sold\",\"taken_at_offset\":null"));
	rig_expect(ask_reserve("h1", a, "s2", "A2", 0), 200, "RESERVED");
	rig_sql("UPDATE holdfast.show_seats SET status = 'available', reserved_by = NULL, "
	        "reserved_until = NULL, taken_at = NULL WHERE show_id = 'h1' AND seat_id = 'A2'");
	rig_expect(ask_extend("h1", a, "s2", 100), 410, "HOLD_EXPIRED"); /* counts as expired */
	rig_expect(ask_reserve("h1", rig_id(), "s3", "A2", 0), 200, "RESERVED");
	rig_expect(ask_on_hold("h1", "confirm", a, "s2"), 410, "HOLD_EXPIRED");
}

/* As `now() + interval` has it; the plan sees whole milliseconds. */
static void microseconds_by_hand_are_in_nobodys_way(void **state)
{
	const char *id = rig_id();

	(void)state;
	rig_show("h1-micro", 2);
	rig_expect(ask_reserve("h1-micro", id, "s1", "A1", 0), 200, "RESERVED");
	rig_sql("UPDATE holdfast.show_seats SET reserved_until = reserved_until + interval '1 microsecond' "
	        "WHERE show_id = 'h1-micro'");
	rig_sql("UPDATE holdfast.seat_reservations SET reserved_until = reserved_until + "
	        "interval '1 microsecond' WHERE show_id = 'h1-micro'");
	rig_expect(ask_on_hold("h1-micro", "release", id, "s1"), 200, "RELEASED");
}

static void replies_and_events_carry_the_promised_headers(void **state)
{
	static const char raw_id[16] = {0, 1, 2, (char)0xff, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 15};
	const struct record_header headers[] = {
	    {text_of("kafka_correlationId"), {"older", 5}},
	    {text_of("traceparent"), {"00-11-22-01", 11}},
	    {text_of("kafka_correlationId"), {raw_id, 16}},
	};
	struct record *records = test_calloc(5000, sizeof *records);
	const char *id = rig_id();
	size_t found, seen = 0;
	char value[300];

	(void)state;
	snprintf(value, sizeof value, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"k1\"}",
	         id);
	rig_expect(rig_ask_raw(text_of("k1"), text_of(value), headers, 3), 200, "SHOW_CREATED");
	for (int topic = 0; topic < 2; topic++) {
		found = rig_read(topic ? rig_topics.events : rig_topics.replies, records, 5000);
		for (size_t i = 0; i < found; i++) {
			const struct record *r = &records[i];
			const struct record_header *h = record_header_last(r, "request_id");

			if (!text_same(r->key, text_of("k1")))
				continue;
			seen++;
			assert_true(h && text_same(h->value, text_of(id)));
			assert_true(text_same(record_header_last(r, "code")->value, text_of("200")));
			assert_true(text_same(record_header_last(r, "ce_type")->value,
			                      text_of(topic ? "holdfast.event.show_created"
			                                    : "holdfast.reply.show_created")));
			h = record_header_last(r, "kafka_correlationId");
			assert_int_equal(h->value.bytes, 16);
			assert_memory_equal(h->value.data, raw_id, 16);
			assert_non_null(record_header_last(r, "traceparent"));
			assert_null(record_header_last(r, "tracestate"));
		}
		rig_give(records, found);
	}
	assert_int_equal(seen, 2);
	test_free(records);
}

static void the_seats_are_consistent_at_the_end(void **state)
{
	(void)state;
	/* Apart from the show whose seats were changed by hand. */
	assert_string_equal(
	    rig_sql("SELECT count(*) FROM holdfast.show_seats s LEFT JOIN holdfast.seat_reservations r "
	            "ON r.show_id = s.show_id AND r.reservation_id = s.reserved_by WHERE s.show_id <> "
	            "'h1' AND ((s.status = 'reserved' AND (r.status IS DISTINCT FROM 'held' OR "
	            "r.reserved_until <> s.reserved_until)) OR (s.status = 'sold' AND r.status IS "
	            "DISTINCT FROM 'confirmed'))"), "0");
	assert_string_equal(
	    rig_sql("SELECT count(*) FROM holdfast.partition_progress p WHERE next_offset <> "
	            "(SELECT count(*) FROM holdfast.decisions d WHERE d.partition = p.partition)"), "0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_show_is_created_once),
	    cmocka_unit_test(seats_are_added_all_or_none),
	    cmocka_unit_test(a_reserve_is_refused_in_the_order_of_the_table),
	    cmocka_unit_test(a_partial_availability_takes_nothing),
	    cmocka_unit_test(release_confirm_and_cancel_follow_their_tables),
	    cmocka_unit_test(an_owner_cancels_a_sale),
	    cmocka_unit_test(a_lapsed_hold_gives_its_seats_to_the_next_request),
	    cmocka_unit_test(a_lapsed_hold_is_confirmed_while_nobody_took_it),
	    cmocka_unit_test(an_extension_ends_at_the_longest_hold),
	    cmocka_unit_test(a_retry_gets_the_first_answer),
	    cmocka_unit_test(a_confirm_repeated_after_refund_and_resale_is_told_as_a_repeat),
	    cmocka_unit_test(what_cannot_be_read_is_answered_and_dead_lettered),
	    cmocka_unit_test(a_malformed_field_is_named_and_no_dead_letter),
	    cmocka_unit_test(a_change_by_hand_is_seen),
	    cmocka_unit_test(microseconds_by_hand_are_in_nobodys_way),
	    cmocka_unit_test(replies_and_events_carry_the_promised_headers),
	    cmocka_unit_test(the_seats_are_consistent_at_the_end),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
