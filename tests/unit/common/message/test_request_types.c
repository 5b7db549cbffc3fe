/* The table of request types holds together: names, tags, fields. */
#include "common/message/request_types.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_type_has_a_name_that_leads_back(void **state)
{
	(void)state;
	for (int type = REQUEST_NONE + 1; type < REQUEST_TYPE_COUNT; type++)
		assert_int_equal(request_type_of(text_of(request_type_name((enum request_type)type))),
		                 type);
	assert_null(request_type_name(REQUEST_NONE));
	assert_int_equal(request_type_of(text_of("Reserve")), REQUEST_NONE);
	assert_int_equal(request_type_of(text_of(NULL)), REQUEST_NONE);
}

static void the_list_of_types_names_all(void **state)
{
	char list[REQUEST_NAMES_BYTES];

	(void)state;
	request_type_list(list);
	assert_string_equal(list, "create_show, change_show, add_seats, change_seats, set_areas, "
	                          "set_channels, block_seats, unblock_seats, reserve, change_hold, "
	                          "release, extend, confirm, cancel or expire");
}

/* Digests of claims that are kept in the database were made with these. */
static void the_tags_of_types_are_distinct_and_stay(void **state)
{
	bool is_used[UINT8_MAX + 1] = {false};

	(void)state;
	for (int type = REQUEST_NONE + 1; type < REQUEST_TYPE_COUNT; type++) {
		uint8_t tag = request_tag_of((enum request_type)type);

		assert_false(is_used[tag]);
		is_used[tag] = true;
	}
	assert_int_equal(request_tag_of(REQUEST_CREATE_SHOW), 1);
	assert_int_equal(request_tag_of(REQUEST_EXPIRE), 8);
}

static void a_key_has_one_tag_and_a_tag_one_key(void **state)
{
	static const struct {
		const char *key;
		int tag;
	} fields[] = {
#define FIELD(symbol, key, kind, member, max, tag) {#key, tag},
#include "common/message/request_types.def"
	};

	(void)state;
	for (size_t i = 0; i < FIELD_COUNT; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_equal(!strcmp(fields[i].key, fields[k].key),
			                 fields[i].tag == fields[k].tag);
}

static void no_type_uses_two_fields_of_one_key(void **state)
{
	const uint64_t seats = FIELD_BIT(SEAT_IDS) | FIELD_BIT(NEW_SEAT_IDS);
	const uint64_t areas = FIELD_BIT(AREAS) | FIELD_BIT(SET_AREAS);
	const uint64_t holds = FIELD_BIT(HOLD_SECONDS) | FIELD_BIT(POLICY_HOLD_SECONDS);

	(void)state;
	for (int type = 0; type < REQUEST_TYPE_COUNT; type++) {
		uint64_t fields = request_fields_of((enum request_type)type);

		assert_true((fields & seats) != seats && (fields & holds) != holds &&
		            (fields & areas) != areas);
	}
}

static void what_is_required_is_used(void **state)
{
	(void)state;
	assert_int_equal(request_fields_of(REQUEST_NONE), 0);
	assert_int_equal(request_fields_of(REQUEST_EXPIRE), FIELD_BIT(RESERVATION_ID));
	assert_int_equal(request_required_fields_of(REQUEST_RESERVE),
	                 FIELD_BIT(SESSION_ID));
	assert_int_equal(request_fields_of(REQUEST_RESERVE),
	                 FIELD_BIT(SESSION_ID) | FIELD_BIT(SEAT_IDS) | FIELD_BIT(AREAS) | FIELD_BIT(BEST) |
	                     FIELD_BIT(CHANNEL_KEY) | FIELD_BIT(CUSTOMER_ID) | FIELD_BIT(HOLD_SECONDS));
	assert_int_equal(request_required_fields_of(REQUEST_CHANGE_HOLD),
	                 FIELD_BIT(SESSION_ID) | FIELD_BIT(RESERVATION_ID));
	assert_int_equal(request_fields_of(REQUEST_CHANGE_HOLD),
	                 FIELD_BIT(SESSION_ID) | FIELD_BIT(RESERVATION_ID) | FIELD_BIT(SEAT_IDS) |
	                     FIELD_BIT(AREAS) | FIELD_BIT(BEST) | FIELD_BIT(DROP_SEAT_IDS) |
	                     FIELD_BIT(DROP_AREAS) | FIELD_BIT(HOLD_SECONDS));
	assert_int_equal(request_required_fields_of(REQUEST_SET_AREAS), FIELD_BIT(SET_AREAS));
	assert_int_equal(request_fields_of(REQUEST_CANCEL),
	                 FIELD_BIT(OWNER_KEY) | FIELD_BIT(RESERVATION_ID) | FIELD_BIT(SEAT_IDS) |
	                     FIELD_BIT(AREAS));
	assert_int_equal(request_required_fields_of(REQUEST_CREATE_SHOW), 0);
}

static void only_the_pipelines_own_requests_claim_nothing(void **state)
{
	(void)state;
	for (int type = REQUEST_NONE + 1; type < REQUEST_TYPE_COUNT; type++)
		assert_int_equal(request_type_claims((enum request_type)type), type != REQUEST_EXPIRE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_has_a_name_that_leads_back),
		cmocka_unit_test(the_list_of_types_names_all),
		cmocka_unit_test(the_tags_of_types_are_distinct_and_stay),
		cmocka_unit_test(a_key_has_one_tag_and_a_tag_one_key),
		cmocka_unit_test(no_type_uses_two_fields_of_one_key),
		cmocka_unit_test(what_is_required_is_used),
		cmocka_unit_test(only_the_pipelines_own_requests_claim_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
