/* What a worker's reply becomes, and problems of the gateway's own. */
#include "gateway/api/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/message/outcome.h"
#include "gateway/api/members.h"
#include "gateway/api/problem.h"
#include "gateway/api/reasons.h"

#define IDS "\"request_id\":\"00000000-0000-0000-0000-000000000001\""
#define END ",\"decided_at\":\"2026-11-24T15:00:00.123Z\"" \
	",\"request\":{\"topic\":\"reservation.requests\",\"partition\":3,\"offset\":57}}"
#define BEHIND ",\"partition\":3,\"offset\":57,\"now\":\"2026-11-24T15:00:00.200Z\""
#define NOW_MS INT64_C(1795532400200)

static const struct answer_setting setting = {.partition = 3, .offset = 57, .now_ms = NOW_MS};

static void a_reply_becomes_an_answer(void **state)
{
	static const char reply[] =
	    "{" IDS ",\"type\":\"reserve\",\"show_id\":\"s\",\"status\":\"accepted\",\"code\":200,"
	    "\"reason\":\"RESERVED\",\"message\":\"The seats are reserved.\","
	    "\"seat_ids\":[\"A\\\"1\",\"],}\"]" END;
	struct answer_setting with_token = setting;
	struct buf body = {0};
	struct answer answer;

	(void)state;
	assert_true(answer_write(&body, text_of(reply), &setting, &answer));
	assert_string_equal(body.data,
	                    "{" IDS ",\"show_id\":\"s\",\"reason\":\"RESERVED\","
	                    "\"message\":\"The seats are reserved.\",\"seat_ids\":[\"A\\\"1\",\"],}\"],"
	                    "\"decided_at\":\"2026-11-24T15:00:00.123Z\","
	                    "\"operation\":\"reserve\"" BEHIND "}");
	assert_int_equal(answer.status, 200);
	assert_false(answer.is_problem);
	assert_false(answer.is_duplicate);
	buf_clear(&body);
	with_token.checkout_token = text_of("token");
	assert_true(answer_write(&body, text_of(reply), &with_token, &answer));
	assert_non_null(strstr(body.data, BEHIND ",\"checkout_token\":\"token\"}"));
	buf_release(&body);
}

static void a_refusal_becomes_a_problem(void **state)
{
	static const char reply[] =
	    "{" IDS ",\"type\":\"reserve\",\"show_id\":\"s\",\"status\":\"rejected\",\"code\":409,"
	    "\"reason\":\"SEATS_TAKEN\",\"message\":\"One or more selected seats were just "
	    "taken by another customer.\",\"unavailable\":[{\"seat_id\":\"A1\","
	    "\"status\":\"sold\",\"taken_at_offset\":41}],\"duplicate_of\":50" END;
	struct answer_setting with_token = setting;
	struct buf body = {0};
	struct answer answer;

	(void)state;
	with_token.checkout_token = text_of("token");
	assert_true(answer_write(&body, text_of(reply), &with_token, &answer));
	assert_string_equal(
	    body.data,
	    "{\"type\":\"/problems/seats_taken\",\"title\":\"The seats are taken\",\"status\":409,"
	    "\"retry\":\"later\",\"detail\":\"One or more selected seats were just taken by another "
	    "customer.\"," IDS ",\"show_id\":\"s\",\"reason\":\"SEATS_TAKEN\",\"message\":\"One or more "
	    "selected seats were just taken by another customer.\",\"unavailable\":[{\"seat_id\":\"A1\","
	    "\"status\":\"sold\",\"taken_at_offset\":41}],\"duplicate_of\":50,"
	    "\"decided_at\":\"2026-11-24T15:00:00.123Z\",\"operation\":\"reserve\"" BEHIND "}");
	assert_int_equal(answer.status, 409);
	assert_true(answer.is_problem);
	assert_true(answer.is_duplicate);
	buf_release(&body);
}

static void what_is_the_gateways_fault_is_500(void **state)
{
	static const struct {
		const char *code, *reason;
		int fault;
	} rows[] = {{"421", "WRONG_PARTITION", ANSWER_MISROUTED},
	            {"400", "INVALID_REQUEST", ANSWER_UNREADABLE}};
	struct buf reply = {0}, body = {0};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct answer answer;

		buf_clear(&reply);
		buf_clear(&body);
		buf_print(&reply,
		          "{" IDS ",\"type\":\"reserve\",\"show_id\":null,\"status\":\"rejected\","
		          "\"code\":%s,\"reason\":\"%s\",\"message\":\"No.\"" END,
		          rows[i].code, rows[i].reason);
		assert_true(answer_write(&body, buf_text(&reply), &setting, &answer));
		assert_int_equal(answer.status, 500);
		assert_int_equal(answer.fault, rows[i].fault);
		assert_non_null(strstr(body.data, "\"reason\":\"GATEWAY_FAULT\""));
		assert_null(strstr(body.data, IDS));
	}
	buf_release(&reply);
	buf_release(&body);
}

static void what_is_no_reply_is_none(void **state)
{
	static const char *const texts[] = {
	    "", "{}", "[]", "{\"code\":200}",
	    "{\"type\":\"reserve\",\"code\":20,\"reason\":\"X\",\"message\":\"\"}",
	    "{\"type\":\"reserve\",\"code\":200,\"reason\":1,\"message\":\"\"}"};
	struct buf body = {0};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct answer answer;

		assert_false(answer_write(&body, text_of(texts[i]), &setting, &answer));
	}
	buf_release(&body);
}

/* Each outcome that refuses has a title; each title that is no outcome's is the gateway's. */
static void every_reason_has_a_title(void **state)
{
	(void)state;
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		const char *reason = outcome_reason((enum outcome)i);

		if (!outcome_is_accepted((enum outcome)i) && strcmp(reason, "WRONG_PARTITION") != 0 &&
		    !reason_find(text_of(reason)))
			fail_msg("%s has no title", reason);
	}
	for (size_t i = 0; reason_at(i); i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(reason_at(i)->name, reason_at(k)->name);
}

static void a_problem_says_its_own(void **state)
{
	struct buf body = {0};

	(void)state;
	problem_write(&body, 503, "NOT_EXECUTED", "Nothing was published.");
	assert_string_equal(body.data,
	                    "{\"type\":\"/problems/not_executed\",\"title\":\"Nothing was done\","
	                    "\"status\":503,\"retry\":\"same_key\",\"reason\":\"NOT_EXECUTED\","
	                    "\"detail\":\"Nothing was published.\","
	                    "\"message\":\"Nothing was published.\"}");
	buf_release(&body);
}

static void members_come_as_they_stand(void **state)
{
	struct members members =
	    members_open(text_of(" { \"a\" : [1,{\"b\":\"}\"}] ,\"c\\\"\":\"x\\\\\", \"d\":{} }"));
	struct member m;

	(void)state;
	assert_true(members_next(&members, &m));
	assert_true(text_same(m.key, text_of("a")));
	assert_true(text_same(m.value, text_of("[1,{\"b\":\"}\"}]")));
	assert_true(members_next(&members, &m));
	assert_true(text_same(m.key, text_of("c\\\"")));
	assert_true(text_same(m.value, text_of("\"x\\\\\"")));
	assert_true(members_next(&members, &m));
	assert_true(text_same(m.value, text_of("{}")));
	assert_false(members_next(&members, &m));
	members = members_open(text_of(""));
	assert_false(members_next(&members, &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_reply_becomes_an_answer),
	    cmocka_unit_test(a_refusal_becomes_a_problem),
	    cmocka_unit_test(what_is_the_gateways_fault_is_500),
	    cmocka_unit_test(what_is_no_reply_is_none),
	    cmocka_unit_test(every_reason_has_a_title),
	    cmocka_unit_test(a_problem_says_its_own),
	    cmocka_unit_test(members_come_as_they_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
