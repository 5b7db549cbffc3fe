/* Each field of each type of request: required or not, at its limit and one past it. */
#include "common/message/fields.h"

#include "tests/unit/common/message/request_help.h"

static void every_type_is_read_with_just_its_required_fields(void **state)
{
	(void)state;
	decode_readable(CREATE(""));
	decode_readable(HEAD("change_show") ",\"closed\":true}");
	decode_readable(HEAD("add_seats") ",\"seat_ids\":[\"A\"]}");
	decode_readable(HEAD("change_seats") ",\"seats\":[{\"seat_id\":\"A\"}]}");
	decode_readable(HEAD("set_areas") ",\"areas\":[{\"area_id\":\"a\",\"capacity\":0}]}");
	decode_readable(HEAD("set_channels") ",\"channels\":[{\"channel\":\"a\"}]}");
	decode_readable(HEAD("block_seats") ",\"seat_ids\":[\"A\"],\"channel\":\"a\"}");
	decode_readable(HEAD("unblock_seats") ",\"seat_ids\":[\"A\"]}");
	decode_readable(RESERVE("\"seat_ids\":[\"A\"]"));
	decode_readable(RESERVE("\"best\":{\"count\":1}"));
	decode_readable(RESERVE("\"areas\":[{\"area_id\":\"a\",\"count\":1}]"));
	decode_readable(HOLDING("change_hold", ",\"session_id\":\"x\",\"hold_seconds\":1"));
	decode_readable(HOLDING("release", ",\"session_id\":\"x\""));
	decode_readable(HOLDING("extend", ",\"session_id\":\"x\",\"hold_seconds\":1"));
	decode_readable(HOLDING("confirm", ",\"session_id\":\"x\""));
	decode_readable(HOLDING("cancel", ",\"owner_key\":\"x\""));
	decode_readable(HOLDING("expire", ""));
}

static void every_required_field_is_missed(void **state)
{
	(void)state;
	assert_malformed(HEAD("change_show") "}", "title");
	assert_malformed(HEAD("change_show") ",\"owner_key\":\"k\",\"rules\":1}", "title");
	assert_malformed(HEAD("add_seats") "}", "seat_ids");
	assert_malformed(HEAD("change_seats") ",\"seat_ids\":[\"A\"]}", "seats");
	assert_malformed(HEAD("set_areas") "}", "areas");
	assert_malformed(HEAD("set_channels") "}", "channels");
	assert_malformed(HEAD("block_seats") ",\"channel\":\"a\"}", "seat_ids");
	assert_malformed(HEAD("block_seats") ",\"seat_ids\":[\"A\"]}", "channel");
	assert_malformed(HEAD("unblock_seats") "}", "seat_ids");
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
	assert_malformed(HEAD("add_seats") ",\"seats\":null,\"seat_ids\":[\"A\"]}", "seats");
	assert_malformed(HEAD("add_seats") ",\"seat_ids\":null,\"seats\":[{\"seat_id\":\"A\"}]}",
	                 "seat_ids");
	assert_malformed(RESERVE("\"seat_ids\":[\"A\"],\"best\":null"), "best");
	assert_malformed(RESERVE("\"seat_ids\":null,\"best\":{\"count\":1}"), "seat_ids");
	assert_malformed(RESERVE("\"seat_ids\":[\"A\"],\"channel_key\":null"), "channel_key");
	assert_malformed(CREATE(",\"rules\":null"), "rules");
	assert_malformed(CREATE(",\"on_sale_from\":null"), "on_sale_from");
	assert_malformed(CREATE(",\"on_sale_until\":null"), "on_sale_until");
	assert_malformed(CREATE(",\"singles\":null"), "singles");
	assert_malformed(CREATE(",\"max_customer_seats\":null"), "max_customer_seats");
	assert_malformed(CREATE(",\"max_customer_holds\":null"), "max_customer_holds");
	assert_malformed(RESERVE("\"seat_ids\":[\"A\"],\"customer_id\":null"), "customer_id");
	assert_malformed(HEAD("change_show") ",\"closed\":null}", "closed");
	assert_malformed(HEAD("change_show") ",\"title\":\"a\",\"new_owner_key\":null}",
	                 "new_owner_key");
}

static void a_field_that_the_type_does_not_use_may_hold_anything(void **state)
{
	struct request r = decode_readable(
	    RESERVE("\"seat_ids\":[\"A\"],\"title\":7,\"owner_key\":null,\"max_seats\":\"\","
	            "\"reservation_id\":[{\"a\":1}],\"x\":1e999"));

	(void)state;
	assert_null(r.policy);
	assert_null(r.owner_key.data);
	r = decode_readable(CREATE(",\"closed\":7,\"new_owner_key\":7,\"seat_ids\":7,\"seats\":7,"
	                           "\"channels\":7,\"channel\":7,\"best\":7,\"channel_key\":7"));
	assert_int_equal(r.policy->given, 0);
	decode_readable(HEAD("change_show") ",\"closed\":false,\"rules\":2}");
	decode_readable(RESERVE("\"seat_ids\":[\"A\"],\"seats\":null,\"drop_areas\":null,"
	                        "\"max_customer_seats\":-1"));
	decode_readable(CREATE(",\"customer_id\":null"));
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
	    {HEAD("change_show") ",\"new_owner_key\":\"", "\"}", SECRET_BYTES_MAX, REQUEST_MALFORMED},
	    {HEAD("reserve") ",\"session_id\":\"x\",\"seat_ids\":[\"A\"],\"customer_id\":\"", "\"}",
	     SECRET_BYTES_MAX, REQUEST_MALFORMED},
	    {HEAD("reserve") ",\"session_id\":\"x\",\"seat_ids\":[\"A\"],\"channel_key\":\"", "\"}",
	     SECRET_BYTES_MAX, REQUEST_MALFORMED},
	    {HEAD("block_seats") ",\"seat_ids\":[\"A\"],\"channel\":\"", "\"}", NAME_BYTES_MAX,
	     REQUEST_MALFORMED},
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
	const char *const others[] = {HEAD("unblock_seats"), HEAD("block_seats") ",\"channel\":\"a\""};
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
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		assert_int_equal(decode_seats(others[i], 0).fault, REQUEST_MALFORMED);
		assert_int_equal(decode_seats(others[i], ADD_SEATS_MAX).fault, REQUEST_READABLE);
		assert_int_equal(decode_seats(others[i], ADD_SEATS_MAX + 1).fault, REQUEST_MALFORMED);
	}
}

static void seats_are_distinct_strings_in_an_array(void **state)
{
	static const char *const bad[] = {"null", "\"A\"", "{}", "{\"a\":\"A\"}", "[]", "[1]", "[null]",
	                                  "[[\"A\"]]", "[\"A\",\"B\",\"A\"]", "[\"A\",\"\\u0041\"]",
	                                  "[\"A\",\"\"]", "[\"A \"]"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char json[256];

		snprintf(json, sizeof json, HEAD("reserve") ",\"session_id\":\"x\",\"seat_ids\":%s}", bad[i]);
		assert_malformed(json, "seat_ids");
	}
	decode_readable(RESERVE("\"seat_ids\":[\"A\",\"a\",\"AA\"]"));
}

static void a_malformed_list_says_which_element(void **state)
{
	static const struct {
		const char *list, *said;
	} bad[] = {
	    {"[\" A\"]", "; see seat_ids[0]"},
	    {"[\"A\",\"B\",7]", "; see seat_ids[2]"},
	    {"[\"A\",\"B\",\"C\",\"B\",\"A\"]", "; see seat_ids[3]"},
	    {"[\"A\",\"B\",\"C\",\"D\",\"E\",\"F\",\"G\",\"B\",\"A\"]", "; see seat_ids[7]"},
	    {"[\"B\",\"A\",\"B\"]", "; see seat_ids[2]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char json[256];
		struct request r;

		snprintf(json, sizeof json, HEAD("reserve") ",\"session_id\":\"x\",\"seat_ids\":%s}",
		         bad[i].list);
		assert_malformed(json, "seat_ids");
		r = decode(json);
		if (!strstr(r.fault_text, bad[i].said))
			fail_msg("expected %s, found %s", bad[i].said, r.fault_text);
	}
	/* A list that is too long or none has no element to blame. */
	assert_null(strstr(decode(HEAD("reserve") ",\"session_id\":\"x\",\"seat_ids\":[]}").fault_text,
	                   "see"));
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
	assert_text(decode_readable(CREATE(",\"title\":\" ~\\u0080\\\"\"")).policy->title, " ~\xc2\x80\"");
}

static void a_policy_has_what_is_given_and_says_so(void **state)
{
	const struct policy *p =
	    decode_readable(HEAD("change_show") ",\"title\":\"\",\"hold_seconds\":86400,"
	                    "\"max_hold_seconds\":1,\"max_seats\":50,\"on_sale_from\":"
	                    "\"2026-11-24T15:00:00.123Z\",\"on_sale_until\":"
	                    "\"1970-01-01T00:00:00.000Z\",\"closed\":false,\"singles\":\"refuse\"}").policy;

	(void)state;
	assert_int_equal(p->given, 2 * POLICY_SINGLES - 1);
	assert_false(policy_limits_customers(p));
	assert_int_equal(p->hold_seconds, 86400); /* judged by what the show has then */
	assert_int_equal(p->max_hold_seconds, 1);
	assert_true(p->on_sale.has_from && p->on_sale.from_ms == INT64_C(1795532400123));
	assert_true(p->on_sale.has_until && p->on_sale.until_ms == 0);
	assert_int_equal(p->singles, SINGLES_REFUSE);
	p = decode_readable(HEAD("change_show") ",\"closed\":true}").policy;
	assert_int_equal(p->given, POLICY_CLOSED);
	assert_true(p->closed && !p->on_sale.has_from && !p->on_sale.has_until);
	p = decode_readable(HEAD("change_show") ",\"new_owner_key\":\"k\"}").policy;
	assert_int_equal(p->given, 0);
	assert_int_equal(decode_readable(CREATE(",\"rules\":1.0")).rules, 1);
	assert_int_equal(decode_readable(CREATE(",\"singles\":\"allow\"")).policy->given,
	                 POLICY_SINGLES);
}

static void a_limit_of_a_customer_is_a_number_or_none(void **state)
{
	const struct policy *p = decode_readable(CREATE(",\"max_customer_seats\":1e3,"
	                                                "\"max_customer_holds\":50")).policy;

	(void)state;
	assert_int_equal(p->given, POLICY_MAX_CUSTOMER_SEATS | POLICY_MAX_CUSTOMER_HOLDS);
	assert_int_equal(p->max_customer_seats, 1000);
	assert_int_equal(p->max_customer_holds, 50);
	assert_true(policy_limits_customers(p));
	p = decode_readable(HEAD("change_show") ",\"max_customer_holds\":0}").policy;
	assert_int_equal(p->given, POLICY_MAX_CUSTOMER_HOLDS); /* which is how one is lifted */
	assert_false(policy_limits_customers(p));
	p = decode_readable(HEAD("change_show") ",\"max_customer_seats\":1}").policy;
	assert_true(policy_limits_customers(p));
	assert_string_equal(decode(CREATE(",\"max_customer_seats\":1001")).fault_text,
	                    "max_customer_seats must be an integer from 0 to 1000, 0 for no limit");
	assert_malformed(CREATE(",\"max_customer_seats\":-1"), "max_customer_seats");
	assert_malformed(CREATE(",\"max_customer_seats\":1.5"), "max_customer_seats");
	assert_malformed(CREATE(",\"max_customer_holds\":51"), "max_customer_holds");
	assert_malformed(CREATE(",\"max_customer_holds\":\"2\""), "max_customer_holds");
	assert_text(decode_readable(RESERVE("\"seat_ids\":[\"A\"],\"customer_id\":\"aZ0._:/-\""))
	                .customer_id, "aZ0._:/-");
	assert_malformed(RESERVE("\"seat_ids\":[\"A\"],\"customer_id\":\"a b\""), "customer_id");
	assert_malformed(RESERVE("\"seat_ids\":[\"A\"],\"customer_id\":\"\""), "customer_id");
}

static void a_policy_has_only_what_there_is(void **state)
{
	(void)state;
	assert_string_equal(decode(CREATE(",\"rules\":2")).fault_text,
	                    "rules must be 1, the only rules known");
	assert_malformed(CREATE(",\"rules\":0"), "rules");
	assert_malformed(CREATE(",\"rules\":\"1\""), "rules");
	assert_string_equal(decode(CREATE(",\"singles\":\"Allow\"")).fault_text,
	                    "singles must be allow or refuse");
	assert_malformed(CREATE(",\"singles\":true"), "singles");
	assert_malformed(CREATE(",\"singles\":\"\""), "singles");
	assert_string_equal(decode(HEAD("change_show") ",\"closed\":0}").fault_text,
	                    "closed must be true or false");
	assert_malformed(HEAD("change_show") ",\"closed\":\"true\"}", "closed");
	assert_string_equal(decode(HEAD("change_show") "}").fault_text,
	                    "title must be given, or another field that is to change");
	assert_string_equal(decode(RESERVE("\"x\":1")).fault_text, 
	                    "seat_ids must be given, or best, or areas");
	assert_malformed(HEAD("block_seats") ",\"seat_ids\":[\"A\"],\"channel\":\"public\"}", "channel");
	decode_readable(HEAD("block_seats") ",\"seat_ids\":[\"A\"],\"channel\":\"Public\"}");
}

static void an_instant_is_one_form_of_a_real_date(void **state)
{
	static const char *const good[] = {
	    "1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "2024-02-29T12:00:00.000Z",
	    "2000-02-29T00:00:00.001Z", "2026-12-31T23:59:59.000Z",
	};
	static const char *const bad[] = {
	    "", "1969-12-31T23:59:59.999Z", "0000-01-01T00:00:00.000Z", "10000-01-01T00:00:00.000Z",
	    "2026-02-29T00:00:00.000Z", "1900-02-29T00:00:00.000Z", "2100-02-29T00:00:00.000Z",
	    "2026-04-31T00:00:00.000Z", "2026-00-10T00:00:00.000Z", "2026-13-10T00:00:00.000Z",
	    "2026-01-00T00:00:00.000Z", "2026-01-32T00:00:00.000Z", "2026-01-01T24:00:00.000Z",
	    "2026-01-01T00:60:00.000Z", "2026-01-01T00:00:60.000Z", "2026-01-01T00:00:00Z",
	    "2026-01-01T00:00:00.00Z", "2026-01-01T00:00:00.0000Z", "2026-01-01T00:00:00.000z",
	    "2026-01-01t00:00:00.000Z", "2026-01-01 00:00:00.000Z", "2026-01-01T00:00:00.000+",
	    "2026-01-01T00:00:00,000Z", " 026-01-01T00:00:00.000Z", "+026-01-01T00:00:00.000Z",
	    "2026-01-01T00:00:00.000Z ", "2026-1-011T00:00:00.000Z",
	};
	char json[256];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct buf b = {0};
		struct request r;

		snprintf(json, sizeof json, CREATE(",\"on_sale_from\":\"%s\""), good[i]);
		r = decode_readable(json);
		request_encode(&b, &r);
		assert_string_equal(b.data, json);
		buf_release(&b);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		snprintf(json, sizeof json, CREATE(",\"on_sale_until\":\"%s\""), bad[i]);
		assert_malformed(json, "on_sale_until");
	}
	assert_malformed(CREATE(",\"on_sale_from\":0"), "on_sale_from");
	assert_string_equal(decode(CREATE(",\"on_sale_from\":{}")).fault_text,
	                    "on_sale_from must be a time like 2026-11-24T15:00:00.123Z, of the years 1970 "
	                    "to 9999");
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

#define SEATS(list) HEAD("add_seats") ",\"seats\":[" list "]}"
#define CHANNELS(list) HEAD("set_channels") ",\"channels\":[" list "]}"
#define BEST(rest) RESERVE("\"best\":{\"count\":2" rest "}")

static void equal_objects_are_equal_however_they_are_written(void **state)
{
	(void)state;
	assert_true(is_same_content(
	    SEATS("{\"seat_id\":\"A\",\"row\":\"1\",\"pos\":2,\"flags\":[\"accessible\","
	          "\"restricted\"]},{\"seat_id\":\"B\",\"x\":0,\"y\":1}"),
	    SEATS("{\"y\":1.0,\"x\":0e5,\"seat_id\":\"B\",\"z\":3},{\"flags\":[\"restricted\","
	          "\"accessible\"],\"pos\":2e0,\"row\":\"\\u0031\",\"seat_id\":\"A\"}")));
	assert_true(is_same_content(
	    CHANNELS("{\"channel\":\"a\",\"opens\":[\"public\",\"b\"]},{\"channel\":\"b\"}"),
	    CHANNELS("{\"channel\":\"b\"},{\"opens\":[\"b\",\"public\"],\"channel\":\"a\"}")));
	assert_true(is_same_content(
	    BEST(",\"categories\":[\"I\",\"II\"],\"sections\":[\"P\",\"R\"]"),
	    BEST(",\"sections\":[\"R\",\"P\"],\"x\":[],\"categories\":[\"II\",\"I\"]")));
	assert_true(is_same_content(HEAD("add_seats") ",\"seat_ids\":[\"Z\",\"Y\"],\"seats\":[{"
	                                              "\"seat_id\":\"A\"}]}",
	                            HEAD("add_seats") ",\"seats\":[{\"seat_id\":\"A\"}],\"seat_ids\":["
	                                              "\"Y\",\"Z\"]}"));
}

static void of_other_customers_content_differs(void **state)
{
	static const struct {
		const char *a, *b;
	} pairs[] = {
	    {CREATE(""), CREATE(",\"max_customer_seats\":0")},
	    {CREATE(",\"max_customer_seats\":1"), CREATE(",\"max_customer_seats\":2")},
	    {CREATE(",\"max_customer_seats\":1"), CREATE(",\"max_customer_holds\":1")},
	    {RESERVE("\"seat_ids\":[\"A\"]"), RESERVE("\"seat_ids\":[\"A\"],\"customer_id\":\"a\"")},
	    {RESERVE("\"seat_ids\":[\"A\"],\"customer_id\":\"b\""),
	     RESERVE("\"seat_ids\":[\"A\"],\"customer_id\":\"a\"")},
	    {RESERVE("\"seat_ids\":[\"A\"],\"channel_key\":\"a\""),
	     RESERVE("\"seat_ids\":[\"A\"],\"customer_id\":\"a\"")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (is_same_content(pairs[i].a, pairs[i].b))
			fail_msg("equal: %s and %s", pairs[i].a, pairs[i].b);
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
	    {CREATE(""), CREATE(",\"rules\":1")},
	    {CREATE(""), CREATE(",\"singles\":\"allow\"")},
	    {CREATE(",\"singles\":\"allow\""), CREATE(",\"singles\":\"refuse\"")},
	    {CREATE(",\"on_sale_from\":\"2026-01-01T00:00:00.000Z\""),
	     CREATE(",\"on_sale_until\":\"2026-01-01T00:00:00.000Z\"")},
	    {CREATE(",\"on_sale_from\":\"2026-01-01T00:00:00.000Z\""),
	     CREATE(",\"on_sale_from\":\"2026-01-01T00:00:00.001Z\"")},
	    {HEAD("change_show") ",\"closed\":true}", HEAD("change_show") ",\"closed\":false}"},
	    {HEAD("change_show") ",\"title\":\"a\"}",
	     HEAD("change_show") ",\"title\":\"a\",\"closed\":false}"},
	    {HEAD("add_seats") ",\"seat_ids\":[\"A\"]}", SEATS("{\"seat_id\":\"A\"}")},
	    {SEATS("{\"seat_id\":\"A\"}"), SEATS("{\"seat_id\":\"A\",\"rank\":1000000}")},
	    {SEATS("{\"seat_id\":\"A\"}"), SEATS("{\"seat_id\":\"A\",\"flags\":[]}")},
	    {SEATS("{\"seat_id\":\"A\"}"), SEATS("{\"seat_id\":\"A\",\"x\":0,\"y\":0}")},
	    {SEATS("{\"seat_id\":\"A\",\"x\":0,\"y\":1}"), SEATS("{\"seat_id\":\"A\",\"x\":1,\"y\":0}")},
	    {SEATS("{\"seat_id\":\"A\",\"section\":\"a\"}"),
	     SEATS("{\"seat_id\":\"A\",\"category\":\"a\"}")},
	    {SEATS("{\"seat_id\":\"A\",\"rank\":1},{\"seat_id\":\"B\",\"rank\":2}"),
	     SEATS("{\"seat_id\":\"A\",\"rank\":2},{\"seat_id\":\"B\",\"rank\":1}")},
	    {CHANNELS("{\"channel\":\"a\"}"), CHANNELS("{\"channel\":\"a\",\"opens\":[]}")},
	    {CHANNELS("{\"channel\":\"a\"}"), CHANNELS("{\"channel\":\"a\",\"exempt\":false}")},
	    {CHANNELS("{\"channel\":\"a\",\"channel_key\":\"k\"}"),
	     CHANNELS("{\"channel\":\"a\",\"channel_key\":\"K\"}")},
	    {CHANNELS("{\"channel\":\"a\",\"exempt\":true},{\"channel\":\"b\"}"),
	     CHANNELS("{\"channel\":\"a\"},{\"channel\":\"b\",\"exempt\":true}")},
	    {BEST(""), BEST(",\"together\":true")},
	    {BEST(""), BEST(",\"restricted\":false")},
	    {BEST(",\"together\":true"), BEST(",\"restricted\":true")},
	    {CHANNELS("{\"channel\":\"a\",\"on_sale_from\":\"2026-01-01T00:00:00.000Z\"}"),
	     CHANNELS("{\"channel\":\"a\",\"on_sale_until\":\"2026-01-01T00:00:00.000Z\"}")},
	    {BEST(",\"together\":false"), BEST(",\"together\":true")},
	    {BEST(",\"categories\":[\"a\"]"), BEST(",\"sections\":[\"a\"]")},
	    {BEST(",\"accessible\":1"), BEST(",\"accessible\":2")},
	    {BEST(""), RESERVE("\"best\":{\"count\":2},\"seat_ids\":[\"A\"]")},
	    {BEST(""), RESERVE("\"best\":{\"count\":2},\"channel_key\":\"k\"")},
	    {HEAD("block_seats") ",\"seat_ids\":[\"A\"],\"channel\":\"a\"}",
	     HEAD("block_seats") ",\"seat_ids\":[\"A\"],\"channel\":\"b\"}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (is_same_content(pairs[i].a, pairs[i].b))
			fail_msg("equal: %s and %s", pairs[i].a, pairs[i].b);
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
		TEST(every_type_is_read_with_just_its_required_fields),
		TEST(every_required_field_is_missed),
		TEST(null_is_a_malformed_field_even_where_it_may_be_absent),
		TEST(a_field_that_the_type_does_not_use_may_hold_anything),
		TEST(every_id_is_taken_at_its_longest_and_not_one_longer),
		TEST(seats_are_taken_at_their_most_and_not_one_more),
		TEST(seats_are_distinct_strings_in_an_array),
		TEST(a_malformed_list_says_which_element),
		TEST(integers_are_taken_within_their_bounds_however_written),
		TEST(a_title_has_at_most_200_code_points),
		TEST(a_title_has_no_control_character),
		TEST(a_policy_has_what_is_given_and_says_so),
		TEST(a_limit_of_a_customer_is_a_number_or_none),
		TEST(a_policy_has_only_what_there_is),
		TEST(an_instant_is_one_form_of_a_real_date),
		TEST(equal_objects_are_equal_however_they_are_written),
		TEST(equal_content_is_equal_however_it_is_written),
		TEST(of_other_customers_content_differs),
		TEST(other_content_differs),
		TEST(an_id_has_only_characters_of_its_form),
	};

	return cmocka_run_group_tests_name("msg_fields", tests, NULL, NULL);
}
