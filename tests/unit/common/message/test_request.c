/* Requests read and written: traps of JSON, limits of sizes, equal content. */
#include "common/message/request.h"

#include "tests/unit/common/message/request_help.h"

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
	assert_null(r.policy);
}

static void a_create_show_has_what_is_given(void **state)
{
	struct request r = decode_readable(CREATE(""));

	(void)state;
	assert_int_equal(r.hold_seconds, 0);
	assert_int_equal(r.policy->given, 0);
	assert_int_equal(r.policy->max_seats, 0);
	assert_null(r.policy->title.data);
	r = decode_readable(CREATE(",\"title\":\"\",\"owner_key\":\"k\""));
	assert_int_equal(r.policy->given, POLICY_TITLE);
	assert_non_null(r.policy->title.data);
	assert_int_equal(r.policy->title.bytes, 0);
	assert_text(r.owner_key, "k");
}

static void a_reserve_without_hold_seconds_has_none(void **state)
{
	(void)state;
	assert_int_equal(decode_readable(RESERVE("\"seat_ids\":[\"A\"]")).hold_seconds, 0);
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

static void an_unreadable_request_is_so_whatever_else_is_wrong(void **state)
{
	struct request r = decode("{\"type\":\"unknown\",\"show_id\":\"s\"}");

	(void)state;
	assert_int_equal(r.fault, REQUEST_UNREADABLE);
	assert_memory_equal(r.fault_text, "request_id ", 11);
	r = decode("{\"type\":\"reserve\",\"request_id\":\"" ID "\"}");
	assert_int_equal(r.fault, REQUEST_UNREADABLE);
	assert_memory_equal(r.fault_text, "show_id ", 8);
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
	    ",\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"a\":1}",
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
	struct request r = decode_padded(json, REQUEST_ORGANISER_BYTES_MAX);

	(void)state;
	assert_int_equal(r.fault, REQUEST_READABLE);
	r = decode_padded(json, REQUEST_ORGANISER_BYTES_MAX + 1);
	assert_nothing_kept(&r);
	r = decode_padded("{\"type\":\"add_seats\",\"show_id\":\"s\"}", REQUEST_BYTES_MAX + 1);
	assert_int_equal(r.fault, REQUEST_UNREADABLE);
	assert_int_equal(r.type, REQUEST_ADD_SEATS); /* not too large: its request_id is missing */
	assert_text(r.show_id, "s");
}

static void every_type_of_a_customer_or_a_refund_is_small_and_every_other_is_large(void **state)
{
	(void)state;
	for (int type = REQUEST_NONE + 1; type < REQUEST_TYPE_COUNT; type++) {
		const char *name = request_type_name((enum request_type)type);
		bool is_large = type >= REQUEST_CREATE_SHOW && type <= REQUEST_UNBLOCK_SEATS;
		size_t most = is_large ? 65536 : 16384;
		char json[200];

		snprintf(json, sizeof json, "{\"show_id\":\"s\",\"request_id\":\"" ID "\",\"type\":\"%s\"}",
		         name);
		assert_int_equal(decode_padded(json, most).type, type);
		assert_int_equal(decode_padded(json, most + 1).type, REQUEST_NONE);
	}
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

static void a_fault_quotes_nothing_of_the_request(void **state)
{
	struct request r = decode(HEAD("reserve") ",\"session_id\":\"sEcReT sEcReT\"}");

	(void)state;
	assert_int_equal(r.fault, REQUEST_MALFORMED);
	assert_null(strstr(r.fault_text, "sEcReT"));
	r = decode("{\"type\":\"sEcReT\",\"request_id\":\"" ID "\",\"show_id\":\"s\"}");
	assert_null(strstr(r.fault_text, "sEcReT"));
}

static void an_encoded_request_reads_as_it_was(void **state)
{
	static const char *const requests[] = {
	    "{\"type\":\"reserve\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"session_id\":\"x\","
	    "\"seat_ids\":[\"B\",\"A\"],\"customer_id\":\"c\",\"hold_seconds\":5}",
	    "{\"type\":\"create_show\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"owner_key\":\"k\","
	    "\"title\":\"\\\"\\\\\xc3\xa9\",\"hold_seconds\":1,\"max_hold_seconds\":2,\"max_seats\":3}",
	    "{\"type\":\"create_show\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"rules\":1,"
	    "\"hold_seconds\":1,\"on_sale_from\":\"2026-11-24T15:00:00.123Z\","
	    "\"on_sale_until\":\"9999-12-31T23:59:59.999Z\",\"singles\":\"refuse\"}",
	    "{\"type\":\"change_show\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"owner_key\":\"k\","
	    "\"new_owner_key\":\"l\",\"closed\":false,\"singles\":\"allow\",\"max_customer_seats\":0,"
	    "\"max_customer_holds\":7}",
	    "{\"type\":\"add_seats\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"seat_ids\":[\"Z\"],"
	    "\"seats\":[{\"seat_id\":\"B\",\"section\":\"P\",\"row\":\"1\",\"pos\":2,\"category\":\"I\","
	    "\"rank\":3,\"flags\":[\"restricted\",\"accessible\"],\"x\":0,\"y\":5},{\"seat_id\":\"A\","
	    "\"flags\":[]}]}",
	    "{\"type\":\"change_seats\",\"request_id\":\"" ID "\",\"show_id\":\"s\","
	    "\"seats\":[{\"seat_id\":\"A\"}]}",
	    "{\"type\":\"set_channels\",\"request_id\":\"" ID "\",\"show_id\":\"s\","
	    "\"channels\":[{\"channel\":\"b\",\"channel_key\":\"k\",\"on_sale_from\":"
	    "\"1970-01-01T00:00:00.000Z\",\"opens\":[\"public\",\"a\"],\"exempt\":true},"
	    "{\"channel\":\"a\",\"on_sale_until\":\"2026-11-24T15:00:00.123Z\",\"opens\":[],"
	    "\"exempt\":false}]}",
	    "{\"type\":\"block_seats\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"seat_ids\":[\"A\"],"
	    "\"channel\":\"house\"}",
	    "{\"type\":\"unblock_seats\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"owner_key\":\"k\","
	    "\"seat_ids\":[\"A\"]}",
	    "{\"type\":\"reserve\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"session_id\":\"x\","
	    "\"best\":{\"count\":4,\"categories\":[\"II\",\"I\"],\"sections\":[\"P\"],\"together\":true,"
	    "\"accessible\":1,\"restricted\":false},\"channel_key\":\"k\"}",
	    "{\"type\":\"reserve\",\"request_id\":\"" ID "\",\"show_id\":\"s\",\"session_id\":\"x\","
	    "\"best\":{\"count\":4,\"together\":false}}",
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
		assert_int_equal(complete(lines[i], &b, &show_id), RC_USAGE);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_field_of_a_reserve_is_read),
		TEST(a_create_show_has_what_is_given),
		TEST(a_reserve_without_hold_seconds_has_none),
		TEST(an_unknown_type_names_type),
		TEST(keys_are_told_apart_by_letter_case),
		TEST(without_a_proper_request_id_the_other_ids_are_kept),
		TEST(without_a_proper_show_id_the_other_ids_are_kept),
		TEST(an_unreadable_request_is_so_whatever_else_is_wrong),
		TEST(an_undecodable_value_keeps_nothing),
		TEST(the_same_key_in_two_objects_is_no_key_twice),
		TEST(a_value_may_be_16_kib_and_not_a_byte_more),
		TEST(an_add_seats_may_be_64_kib_and_not_a_byte_more),
		TEST(every_type_of_a_customer_or_a_refund_is_small_and_every_other_is_large),
		TEST(the_policy_of_a_show_fits_together),
		TEST(a_fault_quotes_nothing_of_the_request),
		TEST(an_encoded_request_reads_as_it_was),
		TEST(a_request_of_nothing_is_still_json),
		TEST(a_missing_request_id_is_filled_in),
		TEST(an_object_with_a_request_id_goes_on_as_it_is),
		TEST(a_line_that_is_no_object_is_not_completed),
		TEST(every_type_has_a_name_that_leads_back),
	};

	return cmocka_run_group_tests_name("msg_request", tests, NULL, NULL);
}
