#include "common/msg_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID "01940000-0000-7000-8000-00000000abcd"
#define ID_UPPER "01940000-0000-7000-8000-00000000ABCD"
#define OTHER_ID "01940000-0000-7000-8000-00000000abce"
#define NIL "00000000-0000-0000-0000-000000000000"
#define HEAD(type) "{\"type\":\"" type "\",\"request_id\":\"" ID "\",\"show_id\":\"s\""
#define RESERVE(rest) HEAD("reserve") ",\"session_id\":\"x\"," rest "}"
#define CREATE(rest) HEAD("create_show") rest "}"
#define HOLDING(type, rest) HEAD(type) ",\"reservation_id\":\"" ID "\"" rest "}"

static struct arena arena;

static int release_arena(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct request decode_bytes(const char *data, size_t bytes)
{
	struct request r;
	char *exact = malloc(bytes + 1); /* a reader of one byte more is seen by the sanitizer */

	assert_non_null(exact);
	memcpy(exact, data, bytes);
	request_decode((struct text){exact, bytes}, &arena, &r);
	free(exact); /* nothing may be borrowed from the value */
	assert_false(arena.failed);
	assert_int_equal(r.fault != REQUEST_READABLE, r.fault_text[0] != '\0');
	return r;
}

static struct request decode(const char *json)
{
	return decode_bytes(json, strlen(json));
}

static struct request decode_readable(const char *json)
{
	struct request r = decode(json);

	if (r.fault != REQUEST_READABLE)
		fail_msg("%s: %s", json, r.fault_text);
	return r;
}

static void assert_text(struct text t, const char *expected)
{
	assert_non_null(t.data);
	assert_int_equal(t.bytes, strlen(expected));
	assert_memory_equal(t.data, expected, t.bytes);
}

static void assert_nothing_kept(const struct request *r)
{
	assert_int_equal(r->fault, REQUEST_UNREADABLE);
	assert_int_equal(r->type, REQUEST_NONE);
	assert_false(r->has_request_id);
	assert_null(r->show_id.data);
}

/* The text starts with the field's name. */
static void assert_malformed(const char *json, const char *key)
{
	struct request r = decode(json);

	if (r.fault != REQUEST_MALFORMED || strncmp(r.fault_text, key, strlen(key)) != 0 ||
	    r.fault_text[strlen(key)] != ' ')
		fail_msg("%s: fault %d, \"%s\"", json, r.fault, r.fault_text);
}

static void every_field_of_a_reserve_is_read(void **state)
{
	struct request r = decode_readable("{\"hold_seconds\":90,\"seat_ids\":[\"B2\",\"A1\"],"
	                                   "\"session_id\":\"s-1\",\"show_id\":\"a/b.c:d_E-9\","
	                                   "\"request_id\":\"" ID_UPPER "\",\"type\":\"reserve\"}");
	char id[UUID_TEXT_CHARS + 1];

	(void)state;
	assert_int_equal(r.type, REQUEST_RESERVE);
	assert_true(r.has_request_id);
	uuid_encode(&r.request_id, id);
	assert_string_equal(id, ID);
	assert_text(r.show_id, "a/b.c:d_E-9");
	assert_text(r.session_id, "s-1");
	assert_int_equal(r.seat_count, 2);
	assert_text(r.seat_ids[0], "B2");
	assert_text(r.seat_ids[1], "A1");
	assert_int_equal(r.hold_seconds, 90);
	assert_null(r.owner_key.data);
	assert_null(r.title.data);
}

static void a_create_show_gets_its_defaults(void **state)
{
	struct request r = decode_readable(CREATE(""));

	(void)state;
	assert_int_equal(r.hold_seconds, HOLD_SECONDS_DEFAULT);
	assert_int_equal(r.max_hold_seconds, MAX_HOLD_SECONDS_DEFAULT);
	assert_int_equal(r.max_seats, MAX_SEATS_DEFAULT);
	assert_null(r.title.data);
	r = decode_readable(CREATE(",\"title\":\"\",\"owner_key\":\"k\""));
	assert_non_null(r.title.data);
	assert_int_equal(r.title.bytes, 0);
	assert_text(r.owner_key, "k");
}

static void a_reserve_without_hold_seconds_has_none(void **state)
{
	(void)state;
	assert_int_equal(decode_readable(RESERVE("\"seat_ids\":[\"A\"]")).hold_seconds, 0);
}

static void every_type_is_read_with_just_its_required_fields(void **state)
{
	(void)state;
	decode_readable(HEAD("add_seats") ",\"seat_ids\":[\"A\"]}");
	decode_readable(HOLDING("release", ",\"session_id\":\"x\""));
	decode_readable(HOLDING("extend", ",\"session_id\":\"x\",\"hold_seconds\":1"));
	decode_readable(HOLDING("confirm", ",\"session_id\":\"x\""));
	decode_readable(HOLDING("cancel", ",\"owner_key\":\"x\""));
	decode_readable(HOLDING("expire", ""));
}

static void every_required_field_is_missed(void **state)
{
	(void)state;
	assert_malformed(HEAD("add_seats") "}", "seat_ids");
	assert_malformed(HEAD("reserve") ",\"seat_ids\":[\"A\"]}", "session_id");
	assert_malformed(RESERVE("\"a\":1"), "seat_ids");
	assert_malformed(HOLDING("release", ""), "session_id");
	assert_malformed(HEAD("release") ",\"session_id\":\"x\"}", "reservation_id");
	assert_malformed(HOLDING("extend", ",\"hold_seconds\":1"), "session_id");
	assert_malformed(HEAD("extend") ",\"session_id\":\"x\",\"hold_seconds\":1}", "reservation_id");
	assert_malformed(HOLDING("extend", ",\"session_id\":\"x\""), "hold_seconds");
	assert_malformed(HOLDING("confirm", ""), "session_id");
	assert_malformed(HEAD("confirm") ",\"session_id\":\"x\"}", "reservation_id");
	assert_malformed(HOLDING("cancel", ""), "owner_key");
	assert_malformed(HEAD("cancel") ",\"owner_key\":\"x\"}", "reservation_id");
	assert_malformed(HEAD("expire") "}", "reservation_id");
}

static void null_is_a_malformed_field_even_where_it_may_be_absent(void **state)
{
	(void)state;
	assert_malformed(RESERVE("\"seat_ids\":[\"A\"],\"hold_seconds\":null"), "hold_seconds");
	assert_malformed(CREATE(",\"title\":null"), "title");
	assert_malformed(CREATE(",\"owner_key\":null"), "owner_key");
	assert_malformed(CREATE(",\"hold_seconds\":null"), "hold_seconds");
	assert_malformed(CREATE(",\"max_hold_seconds\":null"), "max_hold_seconds");
	assert_malformed(CREATE(",\"max_seats\":null"), "max_seats");
	assert_malformed(HEAD("add_seats") ",\"owner_key\":null,\"seat_ids\":[\"A\"]}", "owner_key");
}

static void a_field_that_the_type_does_not_use_may_hold_anything(void **state)
{
	struct request r = decode_readable(
	    RESERVE("\"seat_ids\":[\"A\"],\"title\":7,\"owner_key\":null,\"max_seats\":\"\","
	            "\"reservation_id\":[{\"a\":1}],\"x\":1e999"));

	(void)state;
	assert_null(r.title.data);
	assert_null(r.owner_key.data);
	assert_int_equal(r.max_seats, 0);
}

static void an_unknown_type_names_type(void **state)
{
	(void)state;
	assert_malformed("{\"request_id\":\"" ID "\",\"show_id\":\"s\"}", "type");
	assert_malformed(HEAD("Reserve") "}", "type");
	assert_malformed(HEAD("") "}", "type");
	assert_malformed("{\"type\":null,\"request_id\":\"" ID "\",\"show_id\":\"s\"}", "type");
	assert_malformed("{\"type\":3,\"request_id\":\"" ID "\",\"show_id\":\"s\"}", "type");
}

static void keys_are_told_apart_by_letter_case(void **state)
{
	struct request r = decode(HEAD("expire") ",\"Reservation_id\":\"" ID "\"}");

	(void)state;
	assert_int_equal(r.fault, REQUEST_MALFORMED);
	r = decode("{\"type\":\"expire\",\"REQUEST_ID\":\"" ID "\",\"show_id\":\"s\"}");
	assert_int_equal(r.fault, REQUEST_UNREADABLE);
	r = decode_readable(HOLDING("expire", ",\"Type\":\"x\",\"TYPE\":\"y\",\"SHOW_ID\":1"));
	assert_int_equal(r.type, REQUEST_EXPIRE);
}

static void without_a_proper_request_id_the_other_ids_are_kept(void **state)
{
	static const char *const bad[] = {
	    "", "null", "7", "\"\"", "\"" NIL "\"", "\"" ID "0\"",
	    "\"0194000-00000-7000-8000-00000000abcd\"",
	    "\"{1940000-0000-7000-8000-00000000abc}\"", "\" 1940000-0000-7000-8000-00000000abcd\"",
	    "\"0194000g-0000-7000-8000-00000000abcd\"", "[\"" ID "\"]"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char json[256];
		struct request r;

		snprintf(json, sizeof json, "{\"type\":\"expire\",\"show_id\":\"s\"%s%s}",
		         bad[i][0] ? ",\"request_id\":" : "", bad[i]);
		r = decode(json);
		assert_int_equal(r.fault, REQUEST_UNREADABLE);
		assert_false(r.has_request_id);
		assert_int_equal(r.type, REQUEST_EXPIRE);
		assert_text(r.show_id, "s");
		assert_memory_equal(r.fault_text, "request_id ", 11);
	}
}

static void without_a_proper_show_id_the_other_ids_are_kept(void **state)
{
	static const char *const bad[] = {"", "null", "7", "\"\"", "\"a b\"", "\"\\u00e9\"", "\"a,b\"",
	                                  "\"a;\"", "\"a@\"", "\"[\"", "\"`\"", "\"{\"", "\"a\\n\""};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char json[256];
		struct request r;

		snprintf(json, sizeof json, "{\"type\":\"expire\",\"request_id\":\"" ID "\"%s%s}",
		         bad[i][0] ? ",\"show_id\":" : "", bad[i]);
		r = decode(json);
		assert_int_equal(r.fault, REQUEST_UNREADABLE);
		assert_true(r.has_request_id);
		assert_int_equal(r.type, REQUEST_EXPIRE);
		assert_null(r.show_id.data);
		assert_memory_equal(r.fault_text, "show_id ", 8);
	}
}

static void an_undecodable_value_keeps_nothing(void **state)
{
	/* Each stands behind a request that is fine otherwise; cJSON takes or hides every one. */
	static const char *const rests[] = {
	    ",\"x\":1,\"x\":2}",             /* a key twice */
	    ",\"x\":1,\"\\u0078\":2}",       /* the same key, written otherwise */
	    ",\"show_id\":\"t\"}",           /* twice with the head's */
	    ",\"x\":{\"a\":1,\"b\":2,\"a\":1}}",
	    ",\"x\":[{\"\":1,\"\":1}]}",
	    ",\"x\":[[{\"a\":1,\"a\":1}]]}",
	    ",\"x\":\"a\\u0000b\"}",
	    ",\"x\":\"\\ud800\"}",
	    ",\"x\":\"\xc0\x80\"}",
	    ",\"x\":\"\xff\"}",
	    ",\"x\":\"\x01\"}",
	    ",\"x\":0600}",
	    ",\"x\":1.}",
	    ",\"x\":[[[[]]]]}",
	    ",\"x\":1} trailing",
	    ",\"x\":\0131}",
	    ",\"x\":1234567890123456789012345678901234567890123456789012345678901234}",
	    "",
	};
	struct request r;

	(void)state;
	for (size_t i = 0; i < sizeof rests / sizeof rests[0]; i++) {
		char json[512];

		snprintf(json, sizeof json, HEAD("expire") ",\"reservation_id\":\"" ID "\"%s", rests[i]);
		r = decode(json);
		if (r.fault != REQUEST_UNREADABLE)
			fail_msg("taken: %s", json);
		assert_nothing_kept(&r);
	}
	r = decode("\xef\xbb\xbf" HOLDING("expire", ""));
	assert_nothing_kept(&r);
	r = decode("");
	assert_nothing_kept(&r);
	request_decode((struct text){NULL, 0}, &arena, &r);
	assert_nothing_kept(&r);
}

static void the_same_key_in_two_objects_is_no_key_twice(void **state)
{
	(void)state;
	decode_readable(HOLDING("expire", ",\"x\":{\"type\":1,\"x\":{\"x\":1}},"
	                                  "\"y\":[{\"a\":1},{\"a\":1}]"));
}

/* A request padded with white space to so many bytes. */
static struct request decode_padded(const char *json, size_t bytes)
{
	char *padded = malloc(bytes);
	struct request r;

	assert_non_null(padded);
	memset(padded, ' ', bytes);
	memcpy(padded, json, strlen(json));
	r = decode_bytes(padded, bytes);
	free(padded);
	return r;
}

static void a_value_may_be_16_kib_and_not_a_byte_more(void **state)
{
	struct request r = decode_padded(HOLDING("expire", ""), REQUEST_BYTES_MAX);

	(void)state;
	assert_int_equal(r.fault, REQUEST_READABLE);
	r = decode_padded(HOLDING("expire", ""), REQUEST_BYTES_MAX + 1);
	assert_nothing_kept(&r);
	r = decode_padded(HEAD("unknown") "}", REQUEST_BYTES_MAX);
	assert_int_equal(r.fault, REQUEST_MALFORMED);
	r = decode_padded(HEAD("unknown") "}", REQUEST_BYTES_MAX + 1);
	assert_nothing_kept(&r);
}

static void an_add_seats_may_be_64_kib_and_not_a_byte_more(void **state)
{
	const char *json = HEAD("add_seats") ",\"seat_ids\":[\"A\"]}";
	struct request r = decode_padded(json, REQUEST_ADD_SEATS_BYTES_MAX);

	(void)state;
	assert_int_equal(r.fault, REQUEST_READABLE);
	r = decode_padded(json, REQUEST_ADD_SEATS_BYTES_MAX + 1);
	assert_nothing_kept(&r);
	r = decode_padded("{\"type\":\"add_seats\",\"show_id\":\"s\"}", REQUEST_BYTES_MAX + 1);
	assert_int_equal(r.fault, REQUEST_UNREADABLE);
	assert_int_equal(r.type, REQUEST_ADD_SEATS); /* not too large: its request_id is missing */
	assert_text(r.show_id, "s");
}

/* One id of so many characters in that field. */
static enum request_fault fault_of_id(const char *before, size_t characters, const char *after)
{
	char json[1024], id[256];

	memset(id, 'a', characters);
	id[characters] = '\0';
	snprintf(json, sizeof json, "%s%s%s", before, id, after);
	return decode(json).fault;
}

static void every_id_is_taken_at_its_longest_and_not_one_longer(void **state)
{
	static const struct {
		const char *before, *after;
		size_t max;
		enum request_fault fault;
	} ids[] = {
	    {"{\"type\":\"expire\",\"request_id\":\"" ID "\",\"reservation_id\":\"" ID "\",\"show_id\":\"",
	     "\"}", SHOW_ID_BYTES_MAX, REQUEST_UNREADABLE},
	    {HEAD("reserve") ",\"session_id\":\"x\",\"seat_ids\":[\"b\",\"", "\"]}", SEAT_ID_BYTES_MAX,
	     REQUEST_MALFORMED},
	    {HEAD("reserve") ",\"seat_ids\":[\"b\"],\"session_id\":\"", "\"}", SECRET_BYTES_MAX,
	     REQUEST_MALFORMED},
	    {HEAD("create_show") ",\"owner_key\":\"", "\"}", SECRET_BYTES_MAX, REQUEST_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		assert_int_equal(fault_of_id(ids[i].before, 0, ids[i].after), ids[i].fault);
		assert_int_equal(fault_of_id(ids[i].before, 1, ids[i].after), REQUEST_READABLE);
		assert_int_equal(fault_of_id(ids[i].before, ids[i].max, ids[i].after), REQUEST_READABLE);
		assert_int_equal(fault_of_id(ids[i].before, ids[i].max + 1, ids[i].after), ids[i].fault);
	}
}

static struct request decode_seats(const char *head, int seats)
{
	struct buf json = {0};
	struct request r;

	buf_print(&json, "%s,\"seat_ids\":[", head);
	for (int i = 0; i < seats; i++)
		buf_print(&json, "%s\"%d\"", i ? "," : "", i);
	buf_add_string(&json, "]}");
	r = decode_bytes(json.data, json.bytes);
	buf_release(&json);
	return r;
}

static void seats_are_taken_at_their_most_and_not_one_more(void **state)
{
	const char *reserve = HEAD("reserve") ",\"session_id\":\"x\"";
	const char *add_seats = HEAD("add_seats");
	struct request r;

	(void)state;
	assert_int_equal(decode_seats(reserve, 0).fault, REQUEST_MALFORMED);
	assert_int_equal(decode_seats(reserve, RESERVE_SEATS_MAX).fault, REQUEST_READABLE);
	assert_int_equal(decode_seats(reserve, RESERVE_SEATS_MAX + 1).fault, REQUEST_MALFORMED);
	assert_int_equal(decode_seats(add_seats, 0).fault, REQUEST_MALFORMED);
	r = decode_seats(add_seats, ADD_SEATS_MAX);
	assert_int_equal(r.fault, REQUEST_READABLE);
	assert_int_equal(r.seat_count, ADD_SEATS_MAX);
	assert_text(r.seat_ids[ADD_SEATS_MAX - 1], "999");
	assert_int_equal(decode_seats(add_seats, ADD_SEATS_MAX + 1).fault, REQUEST_MALFORMED);
}

static void seats_are_distinct_strings_in_an_array(void **state)
{
	static const char *const bad[] = {"null", "\"A\"", "{}", "{\"a\":\"A\"}", "[]", "[1]", "[null]",
	                                  "[[\"A\"]]", "[\"A\",\"B\",\"A\"]", "[\"A\",\"\\u0041\"]",
	                                  "[\"A\",\"\"]", "[\"A B\"]"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char json[256];

		snprintf(json, sizeof json, HEAD("reserve") ",\"session_id\":\"x\",\"seat_ids\":%s}", bad[i]);
		assert_malformed(json, "seat_ids");
	}
	decode_readable(RESERVE("\"seat_ids\":[\"A\",\"a\",\"AA\"]"));
}

static void integers_are_taken_within_their_bounds_however_written(void **state)
{
	static const char *const good[] = {"1", "86400", "600.0", "6e2", "0.6E+3", "60000e-2", "1.0"};
	static const char *const bad[] = {"0", "-0", "-1", "86401", "86400.5", "0.999", "1.5", "1e999",
	                                  "-1e999", "4294967297", "1e-400", "18446744073709551617",
	                                  "\"600\"", "true", "null", "[600]", "{}"};
	char json[256];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		snprintf(json, sizeof json, HOLDING("extend", ",\"session_id\":\"x\",\"hold_seconds\":%s"),
		         good[i]);
		assert_true(decode_readable(json).hold_seconds >= 1);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		snprintf(json, sizeof json, HOLDING("extend", ",\"session_id\":\"x\",\"hold_seconds\":%s"),
		         bad[i]);
		assert_malformed(json, "hold_seconds");
	}
	assert_int_equal(
	    decode_readable(HOLDING("extend", ",\"session_id\":\"x\",\"hold_seconds\":6e2")).hold_seconds,
	    600);
}

static void the_policy_of_a_show_fits_together(void **state)
{
	(void)state;
	decode_readable(CREATE(",\"hold_seconds\":86400,\"max_hold_seconds\":86400,\"max_seats\":50"));
	decode_readable(CREATE(",\"hold_seconds\":1,\"max_hold_seconds\":1,\"max_seats\":1"));
	decode_readable(CREATE(",\"hold_seconds\":1800"));
	decode_readable(CREATE(",\"max_hold_seconds\":600"));
	assert_malformed(CREATE(",\"hold_seconds\":1801"), "hold_seconds");
	assert_malformed(CREATE(",\"max_hold_seconds\":599"), "hold_seconds");
	assert_malformed(CREATE(",\"hold_seconds\":11,\"max_hold_seconds\":10"), "hold_seconds");
	assert_malformed(CREATE(",\"max_hold_seconds\":86401"), "max_hold_seconds");
	assert_malformed(CREATE(",\"hold_seconds\":86401,\"max_hold_seconds\":86400"), "hold_seconds");
	assert_malformed(CREATE(",\"max_seats\":51"), "max_seats");
	assert_malformed(CREATE(",\"max_seats\":0"), "max_seats");
}

static void a_title_has_at_most_200_code_points(void **state)
{
	static const char *const points[] = {"a", "\xc3\xa9", "\xf0\x9f\x98\x80", "\\ud83d\\ude00"};

	(void)state;
	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
		struct buf json = {0};

		buf_add_string(&json, HEAD("create_show") ",\"title\":\"");
		for (int n = 0; n < TITLE_POINTS_MAX; n++)
			buf_add_string(&json, points[i]);
		buf_add_string(&json, "\"}");
		assert_int_equal(decode(json.data).fault, REQUEST_READABLE);
		json.bytes -= 2;
		buf_add_string(&json, "a\"}");
		assert_malformed(json.data, "title");
		buf_release(&json);
	}
}

static void a_title_has_no_control_character(void **state)
{
	(void)state;
	assert_malformed(CREATE(",\"title\":\"\\u0001\""), "title");
	assert_malformed(CREATE(",\"title\":\"a\\nb\""), "title");
	assert_malformed(CREATE(",\"title\":\"\\u001f\""), "title");
	assert_malformed(CREATE(",\"title\":\"\x7f\""), "title");
	assert_malformed(CREATE(",\"title\":7"), "title");
	assert_text(decode_readable(CREATE(",\"title\":\" ~\\u0080\\\"\"")).title, " ~\xc2\x80\"");
}

static void a_fault_quotes_nothing_of_the_request(void **state)
{
	struct request r = decode(HEAD("reserve") ",\"session_id\":\"sEcReT sEcReT\"}");

	(void)state;
	assert_int_equal(r.fault, REQUEST_MALFORMED);
	assert_null(strstr(r.fault_text, "sEcReT"));
	r = decode("{\"type\":\"sEcReT\",\"request_id\":\"" ID "\",\"show_id\":\"s\"}");
	assert_null(strstr(r.fault_text, "sEcReT"));
}

static bool is_same_content(const char *a, const char *b)
{
	struct request left = decode_readable(a), right = decode_readable(b);

	return memcmp(left.content, right.content, sizeof left.content) == 0;
}

static void equal_content_is_equal_however_it_is_written(void **state)
{
	(void)state;
	assert_true(is_same_content(
	    RESERVE("\"seat_ids\":[\"A\",\"B\"],\"hold_seconds\":600"),
	    " {\"hold_seconds\" : 6e2, \"x\":null, \"seat_ids\":[\"B\",\"\\u0041\"], \"session_id\":\"x\","
	    "\"show_id\":\"s\",\"request_id\":\"" ID_UPPER "\",\"type\":\"reserve\"} "));
	assert_true(is_same_content(HOLDING("confirm", ",\"session_id\":\"x\""),
	                            HEAD("confirm") ",\"reservation_id\":\"" ID_UPPER
	                                            "\",\"session_id\":\"x\",\"hold_seconds\":0}"));
	assert_true(is_same_content(CREATE(",\"title\":\"\xc3\xa9\""), CREATE(",\"title\":\"\\u00e9\"")));
}

static void other_content_differs(void **state)
{
	static const struct {
		const char *a, *b;
	} pairs[] = {
	    {RESERVE("\"seat_ids\":[\"A\"]"), RESERVE("\"seat_ids\":[\"B\"]")},
	    {RESERVE("\"seat_ids\":[\"A\"]"), RESERVE("\"seat_ids\":[\"A\",\"B\"]")},
	    {RESERVE("\"seat_ids\":[\"A\",\"BC\"]"), RESERVE("\"seat_ids\":[\"AB\",\"C\"]")},
	    {RESERVE("\"seat_ids\":[\"A\"]"), RESERVE("\"seat_ids\":[\"A\"],\"hold_seconds\":600")},
	    {RESERVE("\"seat_ids\":[\"A\"],\"hold_seconds\":1"),
	     RESERVE("\"seat_ids\":[\"A\"],\"hold_seconds\":2")},
	    {HOLDING("release", ",\"session_id\":\"x\""), HOLDING("confirm", ",\"session_id\":\"x\"")},
	    {HOLDING("release", ",\"session_id\":\"x\""), HOLDING("release", ",\"session_id\":\"X\"")},
	    {HEAD("expire") ",\"reservation_id\":\"" ID "\"}",
	     HEAD("expire") ",\"reservation_id\":\"" OTHER_ID "\"}"},
	    {CREATE(""), CREATE(",\"hold_seconds\":600")},
	    {CREATE(""), CREATE(",\"max_hold_seconds\":1800")},
	    {CREATE(""), CREATE(",\"max_seats\":10")},
	    {CREATE(""), CREATE(",\"title\":\"\"")},
	    {CREATE(",\"title\":\"a\""), CREATE(",\"owner_key\":\"a\"")},
	    {CREATE(",\"hold_seconds\":1000"), CREATE(",\"max_hold_seconds\":1000")},
	    {HEAD("add_seats") ",\"seat_ids\":[\"A\"]}",
	     HEAD("add_seats") ",\"seat_ids\":[\"A\"],\"owner_key\":\"k\"}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (is_same_content(pairs[i].a, pairs[i].b))
			fail_msg("equal: %s and %s", pairs[i].a, pairs[i].b);
}

static void an_encoded_request_reads_as_it_was(void **state)
{
	static const char *const requests[] = {
	    "{\"type\":\"reserve\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"session_id\":\"x\","
	    "\"seat_ids\":[\"B\",\"A\"],\"hold_seconds\":5}",
	    "{\"type\":\"create_show\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"owner_key\":\"k\","
	    "\"title\":\"\\\"\\\\\xc3\xa9\",\"hold_seconds\":1,\"max_hold_seconds\":2,\"max_seats\":3}",
	    "{\"type\":\"cancel\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"owner_key\":\"k\","
	    "\"reservation_id\":\"" ID "\"}",
	    "{\"type\":\"expire\",\"request_id\":\"" ID "\",\"show_id\":\"s\","
	    "\"reservation_id\":\"" ID "\"}",
	    "{\"type\":\"reserve\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"session_id\":\"x\","
	    "\"seat_ids\":[\"A\"]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
		struct request r = decode_readable(requests[i]);
		struct buf b = {0};

		request_encode(&b, &r);
		assert_string_equal(b.data, requests[i]);
		buf_release(&b);
	}
}

static void a_request_of_nothing_is_still_json(void **state)
{
	struct request r = {0};
	struct buf b = {0};

	(void)state;
	request_encode(&b, &r);
	assert_string_equal(b.data, "{\"type\":null}");
	buf_release(&b);
}

static enum rc complete(const char *json, struct buf *b, struct text *show_id)
{
	struct err e = {0};
	enum rc rc;

	buf_clear(b);
	rc = request_complete(text_of(json), &arena, b, show_id, &e);
	assert_int_equal(rc, rc == RC_OK ? RC_OK : e.rc);
	return rc;
}

static void a_missing_request_id_is_filled_in(void **state)
{
	static const char *const objects[] = {"{}", " { } ", "{\"show_id\":\"s\"}",
	                                      "\t{ \"x\":{\"request_id\":1},\"show_id\":\"s\"}"};
	struct buf b = {0};
	struct text show_id;

	(void)state;
	for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
		struct request r;

		assert_int_equal(complete(objects[i], &b, &show_id), RC_OK);
		r = decode_bytes(b.data, b.bytes);
		assert_true(r.has_request_id);
		assert_int_equal(r.request_id.bytes[6] >> 4, 7);
		assert_int_equal(show_id.data != NULL, i >= 2);
		assert_true(text_same(show_id, r.show_id));
	}
	buf_release(&b);
}

static void an_object_with_a_request_id_goes_on_as_it_is(void **state)
{
	static const char *const objects[] = {
	    " {\"request_id\":null , \"show_id\":7}",
	    "{\"request_id\":\"\",\"show_id\":\"not well formed\"}"};
	struct buf b = {0};
	struct text show_id;

	(void)state;
	for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
		assert_int_equal(complete(objects[i], &b, &show_id), RC_OK);
		assert_string_equal(b.data, objects[i]);
	}
	assert_text(show_id, "not well formed");
	assert_int_equal(complete(objects[0], &b, &show_id), RC_OK);
	assert_null(show_id.data);
	buf_release(&b);
}

static void a_line_that_is_no_object_is_not_completed(void **state)
{
	static const char *const lines[] = {"", "[]", "7", "{", "{} {}", "{\"a\":1,\"a\":1}"};
	struct buf b = {0};
	struct text show_id;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		assert_int_equal(complete(lines[i], &b, &show_id), RC_REJECT);
		assert_int_equal(b.bytes, 0);
	}
	buf_release(&b);
}

static void every_type_has_a_name_that_leads_back(void **state)
{
	(void)state;
	assert_null(request_type_name(REQUEST_NONE));
	for (int type = REQUEST_NONE + 1; type < REQUEST_TYPE_COUNT; type++)
		assert_int_equal(request_type_of(text_of(request_type_name((enum request_type)type))), type);
	assert_int_equal(request_type_of(text_of("reserv")), REQUEST_NONE);
	assert_int_equal(request_type_of(text_of("reserves")), REQUEST_NONE);
	assert_int_equal(request_type_of(text_of(NULL)), REQUEST_NONE);
}

static void an_id_has_only_characters_of_its_form(void **state)
{
	static const char form[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/-";

	(void)state;
	for (int c = 0; c < 256; c++) {
		char one = (char)c;

		assert_int_equal(id_is_well_formed((struct text){&one, 1}, 1),
		                 memchr(form, c, sizeof form - 1) != NULL);
	}
	assert_false(id_is_well_formed(text_of(""), 1));
	assert_false(id_is_well_formed(text_of(NULL), 1));
	assert_true(id_is_well_formed(text_of("ab"), 2));
	assert_false(id_is_well_formed(text_of("abc"), 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, release_arena)
		TEST(every_field_of_a_reserve_is_read),
		TEST(a_create_show_gets_its_defaults),
		TEST(a_reserve_without_hold_seconds_has_none),
		TEST(every_type_is_read_with_just_its_required_fields),
		TEST(every_required_field_is_missed),
		TEST(null_is_a_malformed_field_even_where_it_may_be_absent),
		TEST(a_field_that_the_type_does_not_use_may_hold_anything),
		TEST(an_unknown_type_names_type),
		TEST(keys_are_told_apart_by_letter_case),
		TEST(without_a_proper_request_id_the_other_ids_are_kept),
		TEST(without_a_proper_show_id_the_other_ids_are_kept),
		TEST(an_undecodable_value_keeps_nothing),
		TEST(the_same_key_in_two_objects_is_no_key_twice),
		TEST(a_value_may_be_16_kib_and_not_a_byte_more),
		TEST(an_add_seats_may_be_64_kib_and_not_a_byte_more),
		TEST(every_id_is_taken_at_its_longest_and_not_one_longer),
		TEST(seats_are_taken_at_their_most_and_not_one_more),
		TEST(seats_are_distinct_strings_in_an_array),
		TEST(integers_are_taken_within_their_bounds_however_written),
		TEST(the_policy_of_a_show_fits_together),
		TEST(a_title_has_at_most_200_code_points),
		TEST(a_title_has_no_control_character),
		TEST(a_fault_quotes_nothing_of_the_request),
		TEST(equal_content_is_equal_however_it_is_written),
		TEST(other_content_differs),
		TEST(an_encoded_request_reads_as_it_was),
		TEST(a_request_of_nothing_is_still_json),
		TEST(a_missing_request_id_is_filled_in),
		TEST(an_object_with_a_request_id_goes_on_as_it_is),
		TEST(a_line_that_is_no_object_is_not_completed),
		TEST(every_type_has_a_name_that_leads_back),
		TEST(an_id_has_only_characters_of_its_form),
	};

	return cmocka_run_group_tests_name("msg_request", tests, NULL, NULL);
}
