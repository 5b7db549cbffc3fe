/*
 * Every answer whole: all fields of the reply, the events, the rows, retries, limits, dead letters.
 * Which answer a request gets is in test_decisions.c.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/instant.h"
#include "tests/integration/agree.h"
#include "tests/integration/ask.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

#define SECRET "sEcReT" /* in every session_id and owner_key of this file */
#define SECRET_HEX "734563526554"

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

/* A new id that lasts as long as the caller's own memory. */
static const char *copy_id(char id[UUID_TEXT_CHARS + 1])
{
	memcpy(id, rig_id(), UUID_TEXT_CHARS + 1);
	return id;
}

/* One of reserve; `who` stands behind SECRET. */
static const char *reserve(const char *show, const char *id, const char *who, const char *seats,
                           int seconds)
{
	char session[100];

	snprintf(session, sizeof session, SECRET "-%s", who);
	return ask_reserve(show, id, session, seats, seconds);
}

/* One of release, extend, confirm, cancel, expire. */
static const char *on_hold(const char *show, const char *id, const char *type, const char *hold,
                           const char *who, const char *more)
{
	char all[400];

	snprintf(all, sizeof all, ",\"reservation_id\":\"%s\",\"session_id\":\"" SECRET "-%s\","
	         "\"owner_key\":\"" SECRET "-%s\"%s", hold, who, who, more);
	return ask(show, id, type, all);
}

static void lapse(const char *show, const char *id, const char *who, const char *seats)
{
	char sql[200];

	rig_expect(reserve(show, id, who, seats, 1), 200, "RESERVED");
	snprintf(sql, sizeof sql, "SELECT reserved_until < now() - interval '100 ms' FROM "
	         "holdfast.seat_reservations WHERE reservation_id = '%s'", id);
	rig_await_sql("t", sql);
}

static char last_id[UUID_TEXT_CHARS + 1];

/* A new request id, which expect_whole expects in the reply. */
static const char *fresh(void)
{
	copy_id(last_id);
	return last_id;
}

/* Fails unless the reply is just that; `rest` is what lies between message and decided_at. */
static void expect_whole(const char *reply, const char *show, const char *type, int code,
                         const char *reason, const char *rest)
{
	rig_expect(reply, code, reason);
	assert_true(rig_field(reply, "message")[0]);
	topics_expect(reply, "{\"request_id\":\"%s\",\"type\":\"%s\",\"show_id\":\"%s\",\"status\":\"%s\","
	                     "\"code\":%d,\"reason\":\"%s\",\"message\":\"%s\"%s,%s}", last_id, type, show,
	              code == 200 ? "accepted" : "rejected", code, reason, rig_field(reply, "message"),
	              rest, topics_tail(show, reply));
}

/* Of create_show and add_seats; seats A to D come of it. */
static void expect_whole_of_show(const char *show)
{
	expect_whole(ask(show, fresh(), "reserve", ",\"session_id\":\"" SECRET "\",\"seat_ids\":"
	                 "[\"A\"]"), show, "reserve", 404, "UNKNOWN_SHOW", "");
	expect_whole(ask(show, fresh(), "create_show", ",\"owner_key\":\"" SECRET "-o\""), show,
	             "create_show", 200, "SHOW_CREATED", "");
	expect_whole(ask(show, fresh(), "create_show", ""), show, "create_show", 409,
	             "SHOW_EXISTS", "");
	expect_whole(ask(show, fresh(), "add_seats",
	                 ",\"seat_ids\":[\"C\",\"A\",\"B\",\"D\"],\"owner_key\":\"" SECRET "-o\""),
	             show, "add_seats", 200, "SEATS_ADDED", ",\"seat_ids\":[\"C\",\"A\",\"B\",\"D\"]");
	expect_whole(ask(show, fresh(), "add_seats",
	                 ",\"seat_ids\":[\"E\",\"D\",\"A\"],\"owner_key\":\"" SECRET "-o\""), show,
	             "add_seats", 409, "SEAT_EXISTS",
	             ",\"unavailable\":[{\"seat_id\":\"D\"},{\"seat_id\":\"A\"}]");
}

static void every_reply_has_its_fields_and_no_other(void **state)
{
	const char *show = "f1", *hold = "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0001", *reply;
	char rest[400], second[UUID_TEXT_CHARS + 1], until[INSTANT_TEXT_BYTES], taken[20];

	(void)state;
	copy_id(second);
	expect_whole_of_show(show);
	/* The id in capitals comes back in lower case. */
	reply = reserve(show, "0190AAAA-BBBB-7CCC-8DDD-EEEEFFFF0001", "a", "B,A", 0);
	strcpy(last_id, hold);
	snprintf(until, sizeof until, "%s", rig_field(reply, "reserved_until"));
	snprintf(taken, sizeof taken, "%s", rig_field(reply, "offset"));
	snprintf(rest, sizeof rest, ",\"reservation_id\":\"%s\",\"seat_ids\":[\"B\",\"A\"],"
	         "\"reserved_until\":\"%s\"", hold, until);
	expect_whole(reply, show, "reserve", 200, "RESERVED", rest);
	reply = reserve(show, fresh(), "a", "C", 0);
	expect_whole(reply, show, "reserve", 409, "ALREADY_RESERVED", rest);
	reply = reserve(show, fresh(), "b", "C,A,B", 0);
	snprintf(rest, sizeof rest, ",\"unavailable\":[{\"seat_id\":\"A\",\"status\":\"reserved\","
	         "\"taken_at_offset\":%s},{\"seat_id\":\"B\",\"status\":\"reserved\","
	         "\"taken_at_offset\":%s}]", taken, taken);
	expect_whole(reply, show, "reserve", 409, "SEATS_TAKEN", rest);
	reply = on_hold(show, fresh(), "extend", hold, "a", ",\"hold_seconds\":900");
	snprintf(rest, sizeof rest, ",\"reservation_id\":\"%s\",\"seat_ids\":[\"B\",\"A\"],"
	         "\"reserved_until\":\"%s\"", hold, rig_field(reply, "reserved_until"));
	expect_whole(reply, show, "extend", 200, "EXTENDED", rest);
	assert_true(strcmp(rig_field(reply, "reserved_until"), until) > 0);
	expect_whole(on_hold(show, fresh(), "extend", hold, "x", ",\"hold_seconds\":900"), show,
	             "extend", 403, "WRONG_SESSION", "");
	expect_whole(on_hold(show, fresh(), "expire", hold, "", ""), show, "expire", 409,
	             "NOT_DUE", "");
	snprintf(rest, sizeof rest, ",\"reservation_id\":\"%s\",\"seat_ids\":[\"B\",\"A\"]", hold);
	expect_whole(on_hold(show, fresh(), "confirm", hold, "a", ""), show, "confirm", 200,
	             "CONFIRMED", rest);
	expect_whole(on_hold(show, fresh(), "confirm", hold, "a", ""), show, "confirm", 200,
	             "ALREADY_CONFIRMED", rest);
	expect_whole(on_hold(show, fresh(), "release", hold, "a", ""), show, "release", 409,
	             "ALREADY_CONFIRMED", "");
	reply = reserve(show, fresh(), "b", "A", 0);
	snprintf(rest, sizeof rest, ",\"unavailable\":[{\"seat_id\":\"A\",\"status\":\"sold\","
	         "\"taken_at_offset\":%s}]", taken);
	expect_whole(reply, show, "reserve", 409, "SEATS_TAKEN", rest);
	snprintf(rest, sizeof rest, ",\"reservation_id\":\"%s\",\"seat_ids\":[\"B\",\"A\"]", hold);
	expect_whole(on_hold(show, fresh(), "cancel", hold, "o", ""), show, "cancel", 200,
	             "CANCELLED", rest);
	expect_whole(on_hold(show, fresh(), "cancel", hold, "o", ""), show, "cancel", 409,
	             "NOT_CONFIRMED", "");
	expect_whole(on_hold(show, fresh(), "confirm", hold, "a", ""), show, "confirm", 410,
	             "HOLD_RELEASED", "");
	expect_whole(on_hold(show, fresh(), "extend", hold, "a", ",\"hold_seconds\":9"), show,
	             "extend", 410, "HOLD_RELEASED", "");
	expect_whole(on_hold(show, fresh(), "expire", hold, "", ""), show, "expire", 200,
	             "NOTHING_HELD", "");
	rig_expect(reserve(show, second, "a", "D", 0), 200, "RESERVED");
	snprintf(rest, sizeof rest, ",\"reservation_id\":\"%s\",\"seat_ids\":[\"D\"]", second);
	expect_whole(on_hold(show, fresh(), "release", second, "a", ""), show, "release", 200,
	             "RELEASED", rest);
	expect_whole(on_hold(show, fresh(), "release", second, "a", ""), show, "release", 200,
	             "NOTHING_HELD", "");
	assert_string_equal(topics_events(show), "show_created seats_added C,A,B,D reserved B,A "
	                                       "extended B,A sold B,A cancelled B,A reserved D released D");
}

static void replies_about_lapsed_holds_have_their_fields(void **state)
{
	char a[UUID_TEXT_CHARS + 1], b[UUID_TEXT_CHARS + 1], c[UUID_TEXT_CHARS + 1], rest[400];
	const char *show = "f2", *taken;

	(void)state;
	copy_id(a), copy_id(b), copy_id(c);
	rig_show(show, 4);
	lapse(show, a, "a", "A2,A1");
	snprintf(rest, sizeof rest, ",\"reservation_id\":\"%s\",\"seat_ids\":[\"A2\",\"A1\"]", a);
	expect_whole(on_hold(show, fresh(), "expire", a, "", ""), show, "expire", 200,
	             "EXPIRED", rest);
	snprintf(rest, sizeof rest, ",\"reservation_id\":\"%s\",\"seat_ids\":[\"A2\",\"A1\"],"
	         "\"revived\":true", a);
	expect_whole(on_hold(show, fresh(), "confirm", a, "a", ""), show, "confirm", 200,
	             "CONFIRMED", rest);
	lapse(show, b, "b", "A3,A4");
	expect_whole(on_hold(show, fresh(), "extend", b, "b", ",\"hold_seconds\":9"), show,
	             "extend", 410, "HOLD_EXPIRED", "");
	taken = rig_field(reserve(show, c, "c", "A4", 0), "offset");
	snprintf(rest, sizeof rest, ",\"unavailable\":[{\"seat_id\":\"A4\",\"status\":\"reserved\","
	         "\"taken_at_offset\":%s}]", taken);
	expect_whole(on_hold(show, fresh(), "confirm", b, "b", ""), show, "confirm", 410,
	             "HOLD_EXPIRED", rest);
	expect_whole(on_hold(show, fresh(), "release", b, "b", ""), show, "release", 200,
	             "NOTHING_HELD", "");
	assert_string_equal(topics_events(show),
	                    "show_created seats_added A1,A2,A3,A4 reserved A2,A1 expired A2,A1 sold A2,A1 "
	                    "reserved A3,A4 expired A3,A4 reserved A4");
}

static void events_are_as_written_down(void **state)
{
	const char *show = "f3", *hold = rig_id(), *reply;

	(void)state;
	reply = ask(show, rig_id(), "create_show", ",\"title\":\"A \\\"night\\\" \\ud83c\\udfad\","
	            "\"hold_seconds\":60,\"max_hold_seconds\":61,\"max_seats\":3,\"owner_key\":\""
	            SECRET "\"");
	topics_expect(topics_event(show, 0), "{\"event\":\"show_created\",\"show_id\":\"f3\",\"rules\":1,"
	                                     "\"title\":\"A \\\"night\\\" \\ud83c\\udfad\","
	                                     "\"hold_seconds\":60,\"max_hold_seconds\":61,"
	                                     "\"max_seats\":3,\"at\":\"%s\",%s}",
	              rig_field(reply, "decided_at"), strstr(topics_tail(show, reply), "\"request\""));
	reply = ask(show, rig_id(), "add_seats", ",\"seat_ids\":[\"Z\",\"a\"],\"owner_key\":\"" SECRET
	            "\"");
	topics_expect(topics_event(show, 1), "{\"event\":\"seats_added\",\"show_id\":\"f3\",\"seat_ids\":"
	                                     "[\"Z\",\"a\"],\"at\":\"%s\",%s}",
	              rig_field(reply, "decided_at"), strstr(topics_tail(show, reply), "\"request\""));
	reply = reserve(show, hold, "s", "a", 0);
	topics_expect(topics_event(show, 2),
	              "{\"event\":\"reserved\",\"show_id\":\"f3\",\"reservation_id\":"
	              "\"%s\",\"seat_ids\":[\"a\"],\"reserved_until\":\"%s\",\"at\":"
	              "\"%s\",%s}", hold, rig_field(reply, "reserved_until"),
	              rig_field(reply, "decided_at"), strstr(topics_tail(show, reply), "\"request\""));
	reply = on_hold(show, rig_id(), "confirm", hold, "s", "");
	topics_expect(topics_event(show, 3),
	              "{\"event\":\"sold\",\"show_id\":\"f3\",\"reservation_id\":\"%s\","
	              "\"seat_ids\":[\"a\"],\"at\":\"%s\",%s}", hold,
	              rig_field(reply, "decided_at"), strstr(topics_tail(show, reply), "\"request\""));
}

static void a_retry_changes_nothing_whatever_the_type(void **state)
{
	char a[UUID_TEXT_CHARS + 1], refused[UUID_TEXT_CHARS + 1], create[UUID_TEXT_CHARS + 1];
	const char *show = "i2", *first, *again;

	(void)state;
	copy_id(a), copy_id(refused), copy_id(create);
	first = ask(show, create, "create_show", ",\"hold_seconds\":600");
	rig_expect(first, 200, "SHOW_CREATED");
	again = ask(show, create, "create_show", ",\"hold_seconds\":6e2,\"colour\":\"red\"");
	rig_expect(again, 200, "SHOW_CREATED");
	assert_string_equal(rig_field(again, "duplicate_of"), rig_field(first, "offset"));
	/* An absent field is not its default written out. */
	rig_expect(ask(show, create, "create_show", ""), 422, "IDEMPOTENCY_MISMATCH");
	rig_expect(ask(show, rig_id(), "add_seats", ",\"seat_ids\":[\"A1\",\"A2\"]"), 200, "SEATS_ADDED");
	rig_expect(reserve(show, a, "a", "A1,A2", 0), 200, "RESERVED");
	first = reserve(show, refused, "b", "A1", 0);
	rig_expect(first, 409, "SEATS_TAKEN");
	rig_expect(on_hold(show, rig_id(), "release", a, "a", ""), 200, "RELEASED");
	again = reserve(show, refused, "b", "A1", 0);
	rig_expect(again, 409, "SEATS_TAKEN"); /* as then, though the seat is free by now */
	topics_expect(again, "%.*s,\"duplicate_of\":%s,%s", (int)(strstr(first, ",\"request\"") - first),
	              first, rig_field(first, "offset"), strstr(again, "\"request\""));
}

static void a_retry_of_other_content_is_refused(void **state)
{
	char a[UUID_TEXT_CHARS + 1], r[UUID_TEXT_CHARS + 1];
	const char *show = "i3", *first, *reply;

	(void)state;
	copy_id(a), copy_id(r);
	rig_show(show, 3);
	rig_show("i4", 1);
	first = reserve(show, a, "a", "A1,A2", 0);
	rig_expect(first, 200, "RESERVED");
	rig_expect(reserve(show, a, "a", "A2,A1", 0), 200, "RESERVED");
	reply = reserve(show, a, "b", "A1,A2", 0); /* another's session learns nothing */
	rig_expect(reply, 422, "IDEMPOTENCY_MISMATCH");
	assert_string_equal(rig_field(reply, "duplicate_of"), rig_field(first, "offset"));
	assert_null(strstr(reply, "reservation_id"));
	rig_expect(reserve(show, a, "a", "A1,A2", 600), 422,
	           "IDEMPOTENCY_MISMATCH");
	rig_expect(on_hold(show, a, "confirm", a, "a", ""), 422, "IDEMPOTENCY_MISMATCH");
	/* The same id on another show is another claim. */
	rig_expect(reserve("i4", a, "a", "A1", 0), 200, "RESERVED");
	/* A mismatch claims nothing, expire neither claims nor is matched. */
	rig_expect(on_hold(show, r, "expire", a, "", ""), 409, "NOT_DUE");
	rig_expect(on_hold(show, r, "release", a, "a", ""), 200, "RELEASED");
	rig_expect(on_hold(show, r, "expire", a, "", ""), 200, "NOTHING_HELD");
	/* Malformed, then sent again in order: it had claimed nothing. */
	copy_id(r);
	rig_expect(reserve(show, r, "c", "", 0), 400, "INVALID_REQUEST");
	rig_expect(reserve(show, r, "c", "A3", 0), 200, "RESERVED");
}

static void a_claim_ends_after_thirty_days_but_not_that_of_a_reservation(void **state)
{
	const char *show = "i5", *a = rig_id(), *x = rig_id(), *first, *reply;

	(void)state;
	rig_show(show, 2);
	first = reserve(show, a, "a", "A1", 0);
	rig_expect(on_hold(show, x, "release", a, "a", ""), 200, "RELEASED");
	rig_sql("UPDATE holdfast.decisions SET decided_at = decided_at - interval '30 days' "
	        "WHERE show_id = 'i5'");
	reply = on_hold(show, x, "release", a, "a", "");
	rig_expect(reply, 200, "NOTHING_HELD"); /* decided anew */
	assert_string_equal(rig_field(reply, "duplicate_of"), "");
	reply = reserve(show, a, "a", "A1", 0);
	rig_expect(reply, 422, "IDEMPOTENCY_MISMATCH");
	assert_string_equal(rig_field(reply, "duplicate_of"), rig_field(first, "offset"));
	rig_sql("UPDATE holdfast.decisions SET decided_at = decided_at + interval '30 days' "
	        "WHERE show_id = 'i5' AND decided_at < now() - interval '20 days'");
}

static void the_wrong_partition_earns_421(void **state)
{
	const char *show = "w1", *id = rig_id();
	const int32_t other = topics_other_partition(show);
	struct record reply;
	char value[400];
	int64_t offset;

	(void)state;
	rig_show(show, 1);
	snprintf(value, sizeof value, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"w1\","
	         "\"session_id\":\"" SECRET "\",\"seat_ids\":[]}", id);
	offset = topics_send(other, text_of(show), text_of(value), NULL, 0);
	reply = topics_reply(rig_topics.replies, other, offset);
	rig_expect(reply.value.data, 421, "WRONG_PARTITION"); /* before the malformed field */
	assert_int_equal(reply.partition, other);
	assert_string_equal(rig_field(reply.value.data, "request_id"), id);
	rig_give(&reply, 1);
	/* Undecodable comes first. */
	offset = topics_send(other, text_of("w2"), text_of(value), NULL, 0);
	reply = topics_reply(rig_topics.replies, other, offset);
	rig_expect(reply.value.data, 400, "INVALID_REQUEST");
	rig_give(&reply, 1);
	/* It claimed nothing. */
	rig_expect(reserve(show, id, "s", "A1", 0), 200, "RESERVED");
}

/* Publish what is no request; the dead letter, which the caller gives back. */
static struct record dead(int32_t partition, struct text key, struct text value,
                          const struct record_header *headers, size_t count)
{
	struct record *records = test_calloc(1000, sizeof *records), letter = {0};
	int64_t offset = topics_send(partition, key, value, headers, count);
	struct record reply = topics_reply(rig_topics.replies, partition, offset);
	uint8_t place[8];
	size_t found;

	rig_expect(reply.value.data, 400, "INVALID_REQUEST");
	assert_int_equal(reply.partition, partition);
	for (int i = 0; i < 8; i++)
		place[i] = (uint8_t)((uint64_t)offset >> (56 - 8 * i));
	found = rig_read(rig_topics.dead_letters, records, 1000);
	for (size_t i = 0; i < found; i++) {
		const struct record_header *h =
		    record_header_last(&records[i], "kafka_dlt-original-offset");

		assert_int_equal(h->value.bytes, 8);
		if (!letter.topic && records[i].partition == partition &&
		    memcmp(h->value.data, place, 8) == 0) {
			letter = records[i];
			records[i--] = records[--found];
		}
	}
	rig_give(records, found);
	test_free(records);
	rig_give(&reply, 1);
	if (!letter.topic)
		fail_msg("no dead letter of %d/%lld", (int)partition, (long long)offset);
	assert_string_equal(topics_header(&letter, "kafka_dlt-original-topic"), rig_topics.requests);
	assert_string_equal(topics_header(&letter, "kafka_dlt-original-consumer-group"), rig_group);
	assert_true(topics_header(&letter, "kafka_dlt-exception-message")[0]);
	assert_null(strstr(topics_header(&letter, "kafka_dlt-exception-message"), SECRET));
	assert_int_equal(record_header_last(&letter, "kafka_dlt-original-partition")->value.bytes, 4);
	assert_int_equal(record_header_last(&letter, "kafka_dlt-original-partition")->value.data[3],
	                 partition);
	assert_int_equal(record_header_last(&letter, "kafka_dlt-original-timestamp")->value.bytes, 8);
	return letter;
}

static void a_dead_letter_is_the_record_as_it_was(void **state)
{
	static const char bytes[] = {'{', '"', 0, (char)0xff, '\n', 's', 'E', 'c', 'R', 'e', 'T'};
	const struct record_header headers[] = {
	    {text_of("same"), {"1", 1}}, {text_of("same"), {NULL, 0}}, {text_of("raw"), {bytes, 4}}};
	struct record letter = dead(5, (struct text){bytes, 5}, (struct text){bytes, sizeof bytes},
	                            headers, 3);

	(void)state;
	assert_true(text_same(letter.key, (struct text){bytes, 5}));
	assert_true(text_same(letter.value, (struct text){bytes, sizeof bytes}));
	assert_true(letter.header_count >= 3);
	assert_true(text_same(letter.headers[0].value, headers[0].value));
	assert_null(letter.headers[1].value.data);
	assert_true(text_same(letter.headers[2].value, headers[2].value));
	rig_give(&letter, 1);
	letter = dead(6, (struct text){NULL, 0}, (struct text){NULL, 0}, NULL, 0);
	assert_null(letter.key.data);
	assert_null(letter.value.data);
	rig_give(&letter, 1);
	letter = dead(6, (struct text){"", 0}, (struct text){"", 0}, NULL, 0);
	assert_non_null(letter.key.data);
	assert_non_null(letter.value.data);
	assert_int_equal(letter.value.bytes, 0);
	rig_give(&letter, 1);
}

static void a_request_without_a_key_is_answered_by_its_show(void **state)
{
	const char *id = rig_id();
	struct record reply;
	char value[300];
	int64_t offset;

	(void)state;
	snprintf(value, sizeof value, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"n1\"}",
	         id);
	offset = topics_send(2, (struct text){NULL, 0}, text_of(value), NULL, 0);
	reply = topics_reply(rig_topics.replies, 2, offset);
	rig_expect(reply.value.data, 400, "INVALID_REQUEST");
	assert_string_equal(rig_field(reply.value.data, "request_id"), id);
	assert_string_equal(rig_field(reply.value.data, "show_id"), "n1");
	assert_true(text_same(reply.key, text_of("n1")));
	rig_give(&reply, 1);
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.shows WHERE show_id = 'n1'"), "0");
}

/* A JSON object padded to that many bytes with white space. */
static char *padded(const char *start, size_t bytes)
{
	char *value = malloc(bytes + 1);

	assert_non_null(value);
	memset(value, ' ', bytes);
	memcpy(value, start, strlen(start));
	value[bytes] = '\0';
	return value;
}

static void a_value_may_have_its_limit_and_no_byte_more(void **state)
{
	const struct { const char *type, *more; size_t limit; } list[] = {
	    {"reserve", ",\"session_id\":\"" SECRET "\",\"seat_ids\":[\"A1\"]", 16384},
	    {"add_seats", ",\"seat_ids\":[\"B1\"]", 65536},
	};
	const char *const format =
	    "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"b1\"%s}";
	char start[400];

	(void)state;
	rig_show("b1", 1);
	for (size_t i = 0; i < 2; i++)
		for (size_t over = 2; over-- > 0;) {
			char *value;
			const char *reply;

			snprintf(start, sizeof start, format, list[i].type, rig_id(), list[i].more);
			value = padded(start, list[i].limit + over);
			reply = rig_ask_raw(text_of("b1"), text_of(value), NULL, 0);
			rig_expect(reply, over ? 400 : 200,
			           over ? "INVALID_REQUEST" : i ? "SEATS_ADDED" : "RESERVED");
			if (over)
				assert_non_null(strstr(reply, "\"request_id\":null,\"type\":null,\"show_id\":null"));
			free(value);
		}
}

static void a_long_dead_letter_is_cut_and_says_so(void **state)
{
	char *value = padded("", 65537 + 1000), big[17000];
	struct record_header headers[2] = {{text_of("first"), {"1", 1}}, {text_of("big"), {big, 16900}}};
	struct record letter;

	(void)state;
	memset(big, 'x', sizeof big);
	letter = dead(1, text_of("k"), text_of(value), headers, 2);
	assert_int_equal(letter.value.bytes, 65536);
	assert_string_equal(topics_header(&letter, "first"), "1");
	assert_null(record_header_last(&letter, "big"));
	rig_give(&letter, 1);
	free(value);
}

/* `count` seat ids S1..., with a comma between two. */
/* S1 to S<count>, each between two quotes, or "". */
static char *seat_list(int count, const char *quote)
{
	struct buf list = {0};

	for (int i = 1; i <= count; i++)
		buf_print(&list, "%s%sS%d%s", i > 1 ? "," : "", quote, i, quote);
	return list.data;
}

static void every_field_may_have_its_limit_and_no_more(void **state)
{
#define S60 ",\"session_id\":\"t\",\"seat_ids\":[\"S60\"],"
	char id[140], *seats;
	const char *reply;

	(void)state;
	memset(id, 'z', sizeof id);
	id[64] = '\0';
	rig_expect(ask(id, rig_id(), "create_show", ",\"max_seats\":50,\"max_hold_seconds\":86400"), 200,
	           "SHOW_CREATED");
	rig_expect(ask("g1", rig_id(), "create_show", ",\"max_seats\":51"), 400, "INVALID_REQUEST");
	rig_expect(ask("g1", rig_id(), "create_show", ",\"max_hold_seconds\":86401"), 400,
	           "INVALID_REQUEST");
	rig_expect(ask("g1", rig_id(), "create_show", ",\"hold_seconds\":1801"), 400, "INVALID_REQUEST");
	rig_expect(ask("g1", rig_id(), "create_show", ",\"title\":null"), 400, "INVALID_REQUEST");
	seats = seat_list(1000, "\"");
	rig_expect(rig_ask(id, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                       "\"seat_ids\":[%s]}", rig_id(), id, seats), 200, "SEATS_ADDED");
	free(seats);
	seats = seat_list(1001, "\"");
	reply = rig_ask(id, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                    "\"seat_ids\":[%s]}", rig_id(), id, seats);
	rig_expect(reply, 400, "INVALID_REQUEST");
	assert_non_null(strstr(rig_field(reply, "message"), "seat_ids"));
	free(seats);
	seats = seat_list(51, "");
	rig_expect(reserve(id, rig_id(), "s", seats, 0), 400, "INVALID_REQUEST");
	free(seats);
	seats = seat_list(50, "");
	rig_expect(reserve(id, rig_id(), "s", seats, 86400), 200, "RESERVED");
	free(seats);
	rig_expect(reserve(id, rig_id(), "t", "S60,S60", 0), 400, "INVALID_REQUEST");
	rig_expect(reserve(id, rig_id(), "t", "S60", 86401), 400, "INVALID_REQUEST");
	rig_expect(ask(id, rig_id(), "reserve", S60 "\"hold_seconds\":0"), 400, "INVALID_REQUEST");
	rig_expect(ask(id, rig_id(), "reserve", S60 "\"hold_seconds\":1e999"), 400, "INVALID_REQUEST");
	id[64] = 'z';
	id[65] = '\0';
	reply = ask(id, rig_id(), "create_show", "");
	rig_expect(reply, 400, "INVALID_REQUEST");
	assert_non_null(strstr(reply, "\"show_id\":null"));
}

static void no_secret_is_left_anywhere_but_in_the_requests(void **state)
{
	const char *const topics[] = {rig_topics.replies, rig_topics.events};
	struct record *records = test_calloc(5000, sizeof *records);
	const char *rows;

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		size_t count = rig_read(topics[t], records, 5000);

		assert_true(count > 10);
		for (size_t i = 0; i < count; i++) {
			assert_null(strstr(records[i].value.data, SECRET));
			for (size_t h = 0; h < records[i].header_count; h++)
				assert_null(strstr(topics_header(&records[i], records[i].headers[h].name.data),
				                   SECRET));
		}
		rig_give(records, count);
	}
	test_free(records);
	assert_non_null(strstr(rig_log(), "Successfully reserved 2 seats atomically"));
	assert_null(strstr(rig_log(), SECRET));
	/* pg_dump wants a server that is no newer than itself. */
	rows = shell_run("psql \"$DATABASE_URL\" -XAtqc \"SELECT format('COPY holdfast.%%I TO STDOUT;', "
	                 "tablename) FROM pg_tables WHERE schemaname = 'holdfast'\" | "
	                 "psql \"$DATABASE_URL\" -Xq");
	assert_non_null(strstr(rows, "f1"));
	assert_null(strstr(rows, SECRET));
	assert_null(strstr(rows, SECRET_HEX));
}

static void all_that_was_written_agrees(void **state)
{
	(void)state;
	agree_all(NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_reply_has_its_fields_and_no_other),
	    cmocka_unit_test(replies_about_lapsed_holds_have_their_fields),
	    cmocka_unit_test(events_are_as_written_down),
	    cmocka_unit_test(a_retry_changes_nothing_whatever_the_type),
	    cmocka_unit_test(a_retry_of_other_content_is_refused),
	    cmocka_unit_test(a_claim_ends_after_thirty_days_but_not_that_of_a_reservation),
	    cmocka_unit_test(the_wrong_partition_earns_421),
	    cmocka_unit_test(a_dead_letter_is_the_record_as_it_was),
	    cmocka_unit_test(a_request_without_a_key_is_answered_by_its_show),
	    cmocka_unit_test(a_value_may_have_its_limit_and_no_byte_more),
	    cmocka_unit_test(a_long_dead_letter_is_cut_and_says_so),
	    cmocka_unit_test(every_field_may_have_its_limit_and_no_more),
	    cmocka_unit_test(no_secret_is_left_anywhere_but_in_the_requests),
	    cmocka_unit_test(all_that_was_written_agrees),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
