/* What a shadow would have published beside what was: same, reworded or different, and where. */
#include "worker/shadow/compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct difference d;

static const struct record_header headers[] = {
    {{"code", 4}, {"409", 3}}, {{"ce_type", 7}, {"holdfast.reply.seats_taken", 26}},
};

static enum compared compare_values(const char *decided, const char *published, const char *but)
{
	const struct message ours = {.key = text_of("show"), .value = text_of(decided),
	                             .headers = headers, .header_count = 2};
	const struct record theirs = {.key = text_of("show"), .value = text_of(published),
	                              .headers = (struct record_header *)headers, .header_count = 2};

	difference_clear(&d);
	return compare_message(&ours, &theirs, "reply", but, &d);
}

static void expect_difference(const char *what, const char *decided, const char *published)
{
	assert_string_equal(d.what.data, what);
	assert_string_equal(d.decided.data, decided);
	assert_string_equal(d.published.data, published);
}

static void values_are_the_same_reworded_or_different(void **state)
{
	(void)state;
	assert_int_equal(compare_values("{\"code\":200,\"message\":\"m\"}",
	                                "{\"code\":200,\"message\":\"m\"}", "message"), COMPARED_SAME);
	assert_int_equal(compare_values("{\"code\":200,\"message\":\"m\"}",
	                                "{\"message\":\"m\",\"code\":200}", "message"), COMPARED_SAME);
	assert_int_equal(compare_values("{\"code\":200,\"message\":\"m\"}",
	                                "{\"code\":200,\"message\":\"n\"}", "message"),
	                 COMPARED_REWORDED);
	/* In an event a member of that name would count, and so it does where it is no text. */
	assert_int_equal(compare_values("{\"code\":200,\"message\":\"m\"}",
	                                "{\"code\":200,\"message\":\"n\"}", NULL), COMPARED_DIFFERENT);
	assert_int_equal(compare_values("{\"code\":200,\"message\":\"m\"}",
	                                "{\"code\":200,\"message\":1}", "message"), COMPARED_DIFFERENT);
	assert_int_equal(compare_values("{\"code\":200,\"message\":\"m\"}",
	                                "{\"code\":409,\"message\":\"n\"}", "message"),
	                 COMPARED_DIFFERENT);
	expect_difference("reply: code", "200", "409");
}

static void the_first_difference_is_named(void **state)
{
	(void)state;
	assert_int_equal(compare_values("{\"unavailable\":[{\"seat_id\":\"A1\",\"status\":\"sold\"}]}",
	                                "{\"unavailable\":[{\"seat_id\":\"A1\",\"status\":\"held\"}]}",
	                                "message"), COMPARED_DIFFERENT);
	expect_difference("reply: unavailable[0].status", "\"sold\"", "\"held\"");
	assert_int_equal(compare_values("{\"a\":1}", "{\"a\":1,\"b\":2}", NULL), COMPARED_DIFFERENT);
	expect_difference("reply: b", "nothing", "2");
	assert_int_equal(compare_values("{\"a\":1}", "no JSON", NULL), COMPARED_DIFFERENT);
}

static void key_and_headers_count(void **state)
{
	struct record_header other[3] = {headers[0], headers[1], {{"extra", 5}, {"1", 1}}};
	struct message ours = {.key = text_of("show"), .value = text_of("{}"), .headers = headers,
	                       .header_count = 2};
	struct record theirs = {.key = text_of("show"), .value = text_of("{}"), .headers = other,
	                        .header_count = 2};

	(void)state;
	assert_int_equal(compare_message(&ours, &theirs, "event 0", NULL, &d), COMPARED_SAME);
	theirs.key = (struct text){NULL, 0};
	assert_int_equal(compare_message(&ours, &theirs, "event 0", NULL, &d), COMPARED_DIFFERENT);
	expect_difference("event 0: key", "show", "");
	theirs.key = text_of("show");
	theirs.header_count = 3;
	assert_int_equal(compare_message(&ours, &theirs, "event 0", NULL, &d), COMPARED_DIFFERENT);
	expect_difference("event 0: header extra", "", "extra");
	theirs.header_count = 1;
	assert_int_equal(compare_message(&ours, &theirs, "event 0", NULL, &d), COMPARED_DIFFERENT);
	expect_difference("event 0: header ce_type", "ce_type", "");
	theirs.header_count = 2;
	other[0].value = text_of("200");
	assert_int_equal(compare_message(&ours, &theirs, "event 0", NULL, &d), COMPARED_DIFFERENT);
	expect_difference("event 0: header code", "409", "200");
	other[0].value = (struct text){"4\0009", 3}; /* as an id of the client's may be */
	assert_int_equal(compare_message(&ours, &theirs, "event 0", NULL, &d), COMPARED_DIFFERENT);
	expect_difference("event 0: header code", "409", "(3 bytes that are no text)");
}

static void one_side_may_be_missing_and_long_texts_are_cut_between_characters(void **state)
{
	char text[COMPARE_SHOWN_BYTES + 3];

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text + COMPARE_SHOWN_BYTES - 1, "\xC3\xA9", 2); /* one character around the limit */
	compare_with_nothing("reply", (struct text){text, COMPARE_SHOWN_BYTES + 2},
	                     (struct text){NULL, 0}, &d);
	assert_string_equal(d.what.data, "reply: none was published");
	assert_int_equal(d.decided.bytes, COMPARE_SHOWN_BYTES - 1 + strlen("..."));
	assert_int_equal(d.published.bytes, 0);
	compare_with_nothing("event 1", (struct text){NULL, 0},
	                     (struct text){text, COMPARE_SHOWN_BYTES - 1}, &d);
	assert_string_equal(d.what.data, "event 1: none was decided");
	assert_int_equal(d.published.bytes, COMPARE_SHOWN_BYTES - 1);
}

static void outcomes_are_told_by_code_and_reason(void **state)
{
	struct buf name = {0};

	(void)state;
	compare_name_outcome(text_of("{\"request_id\":null,\"type\":\"reserve\",\"show_id\":\"s\","
	                             "\"status\":\"rejected\",\"code\":409,\"reason\":\"SEATS_TAKEN\","
	                             "\"message\":\"m\",\"decided_at\":\"2026-11-24T10:00:00.000Z\","
	                             "\"request\":{\"topic\":\"t\",\"partition\":0,\"offset\":1}}"),
	                     &name);
	assert_string_equal(name.data, "409 SEATS_TAKEN");
	compare_name_outcome((struct text){NULL, 0}, &name);
	assert_string_equal(name.data, "nothing");
	compare_name_outcome(text_of("{}"), &name);
	assert_string_equal(name.data, "no reply of holdfast");
	buf_release(&name);
}

static int release(void **state)
{
	(void)state;
	difference_release(&d);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_are_the_same_reworded_or_different),
	    cmocka_unit_test(the_first_difference_is_named),
	    cmocka_unit_test(key_and_headers_count),
	    cmocka_unit_test(one_side_may_be_missing_and_long_texts_are_cut_between_characters),
	    cmocka_unit_test(outcomes_are_told_by_code_and_reason),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
