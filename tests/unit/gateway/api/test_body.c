/* Bodies of mutations, and the records that are made of them. */
#include "gateway/api/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ID "\"request_id\":\"00000000-0000-0000-0000-000000000001\""
#define HOLD "00000000-0000-0000-0000-000000000002"

static const struct caller browser = {ROLE_BROWSER, false, {"session", 7}};
static const struct caller shop = {ROLE_CHECKOUT, false, {"session", 7}};
static const struct caller house = {ROLE_OWNER, false, {NULL, 0}};

/* The status, or 0 with the record in `record`. */
static int make(const char *json, enum request_type type, const struct caller *caller,
                const struct uuid *hold, struct buf *record, struct body_fault *fault)
{
	static const struct uuid id = {{[15] = 1}};
	struct arena arena = {0};
	struct body body;
	bool is_fine;

	buf_clear(record);
	is_fine = body_read(text_of(json), type, caller, &arena, &body, fault) &&
	          body_make_record(&body, caller, &id, hold, &arena, record, fault);
	assert_false(arena.failed);
	assert_int_equal(is_fine, fault->status == 0);
	body_release(&body);
	arena_release(&arena);
	return fault->status;
}

static void a_record_is_written_anew(void **state)
{
	static const struct uuid hold = {{[15] = 2}};
	static const struct {
		const char *json;
		enum request_type type;
		const struct caller *caller;
		const struct uuid *hold;
		const char *record;
	} rows[] = {
	    {" {\"x\":{\"y\":1},\"show_id\":\"s\",\"seat_ids\" : [\"A1\"]}\n", REQUEST_RESERVE, &browser,
	     NULL,
	     "{\"type\":\"reserve\"," ID ",\"show_id\":\"s\",\"session_id\":\"session\","
	     "\"seat_ids\":[\"A1\"]}"},
	    {"{\"show_id\":\"s\"}", REQUEST_RELEASE, &browser, &hold,
	     "{\"type\":\"release\"," ID ",\"show_id\":\"s\",\"session_id\":\"session\","
	     "\"reservation_id\":\"" HOLD "\"}"},
	    {"{\"show_id\":\"s\",\"reservation_id\":\"" HOLD "\"}", REQUEST_CONFIRM, &shop, NULL,
	     "{\"type\":\"confirm\"," ID ",\"show_id\":\"s\",\"session_id\":\"session\","
	     "\"reservation_id\":\"" HOLD "\"}"},
	    {"{\"type\":\"create_show\",\"show_id\":\"s\",\"owner_key\":\"k\"}", REQUEST_NONE, &house,
	     NULL, "{\"type\":\"create_show\"," ID ",\"show_id\":\"s\",\"owner_key\":\"k\"}"},
	};
	struct buf record = {0};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct body_fault fault;

		if (make(rows[i].json, rows[i].type, rows[i].caller, rows[i].hold, &record, &fault))
			fail_msg("%s", fault.detail);
		assert_string_equal(record.data, rows[i].record);
	}
	buf_release(&record);
}

static void what_is_wrong_is_said(void **state)
{
	static const struct {
		const char *json;
		enum request_type type;
		const struct caller *caller;
		int status;
		const char *reason, *says;
	} rows[] = {
	    {"", REQUEST_RESERVE, &browser, 400, "INVALID_REQUEST", "the body is not one JSON object"},
	    {"[]", REQUEST_RESERVE, &browser, 400, "INVALID_REQUEST", "the body is not one JSON object"},
	    {"{\"show_id\":\"s\",\"show_id\":\"s\"}", REQUEST_RESERVE, &browser, 400,
	     "INVALID_REQUEST", "the body is not one JSON object"},
	    {"{\"seat_ids\":[\"A1\"]}", REQUEST_RESERVE, &browser, 400, "INVALID_REQUEST",
	     "show_id must be"},
	    {"{\"show_id\":\"s\"}", REQUEST_RESERVE, &browser, 400, "INVALID_REQUEST", "seat_ids must be"},
	    {"{\"show_id\":\"s\",\"request_id\":1}", REQUEST_RESERVE, &browser, 400, "INVALID_REQUEST",
	     "request_id is made by"},
	    {"{\"show_id\":\"s\",\"session_id\":1}", REQUEST_RESERVE, &shop, 400, "INVALID_REQUEST",
	     "session_id is the gateway's"},
	    {"{\"show_id\":\"s\",\"type\":\"reserve\"}", REQUEST_RESERVE, &browser, 400,
	     "INVALID_REQUEST", "type is said by the path"},
	    {"{\"show_id\":\"s\"}", REQUEST_NONE, &house, 400, "INVALID_REQUEST", "type must be one of"},
	    {"{\"show_id\":\"s\",\"seat_ids\":[\"A1\"],\"customer_id\":\"c\"}", REQUEST_RESERVE,
	     &browser, 403, "FORBIDDEN", "A browser may not say"},
	    {"{\"show_id\":\"s\",\"reservation_id\":\"" HOLD "\"}", REQUEST_CONFIRM, &browser, 403,
	     "FORBIDDEN", "This caller may not"},
	    {"{\"show_id\":\"s\",\"type\":\"create_show\"}", REQUEST_NONE, &shop, 403, "FORBIDDEN",
	     "This caller may not"},
	    {"{\"show_id\":\"s\",\"type\":\"expire\",\"reservation_id\":\"" HOLD "\"}", REQUEST_NONE,
	     &house, 403, "FORBIDDEN", "This caller may not"},
	    {"{\"show_id\":\"s\",\"type\":\"reserve\",\"seat_ids\":[\"A1\"]}", REQUEST_NONE, &house, 401,
	     "SESSION_REQUIRED", "The request must say whose"},
	};
	struct buf record = {0};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct body_fault fault;
		int status =
		    make(rows[i].json, rows[i].type, rows[i].caller, NULL, &record, &fault);

		if (status != rows[i].status || strcmp(fault.reason, rows[i].reason) != 0 ||
		    strncmp(fault.detail, rows[i].says, strlen(rows[i].says)) != 0)
			fail_msg("row %zu: %d %s", i, status, fault.detail);
	}
	buf_release(&record);
}

/* The record counts, not what stands around it in the body. */
static void a_record_is_as_large_as_its_type_may_be(void **state)
{
	struct buf json = {0}, record = {0};
	struct body_fault fault;

	(void)state;
	buf_print(&json, "{\"show_id\":\"s\",%20000s\"x\":\"%20000s\",\"seat_ids\":[\"A1\"]}", "", "");
	assert_int_equal(make(json.data, REQUEST_RESERVE, &browser, NULL, &record, &fault), 0);
	assert_true(record.bytes < 200);
	for (int chars = 63; chars <= 64; chars++) {
		buf_clear(&json);
		buf_add_string(&json, "{\"type\":\"add_seats\",\"show_id\":\"s\",\"seat_ids\":[");
		for (int i = 0; i < 980; i++)
			buf_print(&json, "%s\"%0*d\"", i ? "," : "", chars, i);
		buf_add_string(&json, "]}");
		assert_int_equal(make(json.data, REQUEST_NONE, &house, NULL, &record, &fault),
		                 chars == 63 ? 0 : 413);
	}
	assert_string_equal(fault.reason, "TOO_LARGE");
	buf_release(&json);
	buf_release(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_record_is_written_anew),
	    cmocka_unit_test(what_is_wrong_is_said),
	    cmocka_unit_test(a_record_is_as_large_as_its_type_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
