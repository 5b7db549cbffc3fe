/* The one request that flags say: what each type takes, and what is refused. */
#include "producer/flags.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/message/request.h"

static struct buf value;
static struct err e;

static int release(void **state)
{
	(void)state;
	buf_release(&value);
	return 0;
}

/* As the options are where no flag is given. */
static struct settings plain(const char *type)
{
	return (struct settings){.type = (char *)(uintptr_t)type,
	                         .max_hold_seconds = MAX_HOLD_SECONDS_DEFAULT,
	                         .max_seats = MAX_SEATS_DEFAULT,
	                         .together = true};
}

static void refuses(const struct settings *s, const char *text)
{
	buf_clear(&value);
	assert_int_equal(request_of_flags(s, &value, &e), RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
	assert_string_equal(e.text, text);
}

static void an_unknown_type_is_told_which_there_are(void **state)
{
	struct settings s = plain("refund");

	(void)state;
	refuses(&s, "command line: --type must be create_show, change_show, add_seats, change_seats, "
	            "set_areas, set_channels, block_seats, unblock_seats, reserve, change_hold, release, "
	            "extend, confirm, cancel or expire");
}

/* One flag of a request, and the types that use it. */
static const struct {
	const char *flag, *types;
} uses[] = {
    {"session-id", "reserve change_hold release extend confirm "},
    {"seat-ids", "add_seats block_seats unblock_seats reserve change_hold cancel "},
    {"areas", "reserve change_hold cancel "},
    {"drop-seat-ids", "change_hold "},
    {"drop-areas", "change_hold "},
    {"best", "reserve change_hold "},
    {"channel", "block_seats "},
    {"channel-key", "reserve "},
    {"customer-id", "reserve "},
    {"max-customer-seats", "create_show change_show "},
    {"max-customer-holds", "create_show change_show "},
    {"reservation-id", "change_hold release extend confirm cancel expire "},
    {"hold-seconds", "create_show change_show reserve change_hold extend "},
    {"max-hold-seconds", "create_show change_show "},
    {"max-seats", "create_show change_show "},
    {"title", "create_show change_show "},
};

static struct settings with(const char *type, const char *flag)
{
	struct settings s = plain(type);
	static char given[] = "x";

	s.session_id = strcmp(flag, "session-id") ? NULL : given;
	s.seat_ids = strcmp(flag, "seat-ids") ? NULL : given;
	s.areas = strcmp(flag, "areas") ? NULL : given;
	s.drop_seat_ids = strcmp(flag, "drop-seat-ids") ? NULL : given;
	s.drop_areas = strcmp(flag, "drop-areas") ? NULL : given;
	s.best = strcmp(flag, "best") ? 0 : 2;
	s.channel = strcmp(flag, "channel") ? NULL : given;
	s.channel_key = strcmp(flag, "channel-key") ? NULL : given;
	s.customer_id = strcmp(flag, "customer-id") ? NULL : given;
	s.max_customer_seats = strcmp(flag, "max-customer-seats") ? NULL : given;
	s.max_customer_holds = strcmp(flag, "max-customer-holds") ? NULL : given;
	s.reservation_id = strcmp(flag, "reservation-id") ? NULL : given;
	s.title = strcmp(flag, "title") ? NULL : given;
	s.hold_seconds = strcmp(flag, "hold-seconds") ? 0 : 60;
	s.max_hold_seconds += !strcmp(flag, "max-hold-seconds");
	s.max_seats += !strcmp(flag, "max-seats");
	return s;
}

static void a_flag_that_the_type_has_no_use_for_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++)
		for (int type = REQUEST_NONE + 1; type < REQUEST_TYPE_COUNT; type++) {
			const char *name = request_type_name((enum request_type)type);
			struct settings s = with(name, uses[i].flag);
			char word[32], text[120];

			snprintf(word, sizeof word, "%s ", name);
			snprintf(text, sizeof text, "command line: --%s is not used by that --type",
			         uses[i].flag);
			/* What uses it misses the show-id, which is looked at next. */
			refuses(&s, strstr(uses[i].types, word) ? "command line: --show-id must be 1 to 64 of "
			                                          "A-Z a-z 0-9 . _ : / -"
			                                        : text);
		}
}

static void without_a_type_no_flag_of_a_request_may_be_there(void **state)
{
	struct settings s = plain(NULL);

	(void)state;
	assert_int_equal(request_of_flags(&s, &value, &e), RC_OK);
	assert_int_equal(value.bytes, 0);
	s.show_id = (char[]){"opera"};
	refuses(&s, "command line: --show-id is used with --type only");
	s = with(NULL, "title");
	refuses(&s, "command line: --title is used with --type only");
}

static void a_field_that_is_missing_is_named_as_its_flag(void **state)
{
	struct settings s = with("extend", "session-id");

	(void)state;
	s.show_id = (char[]){"opera"};
	refuses(&s, "command line: --reservation-id must be a UUID of 36 characters, not nil");
}

static void the_flags_become_a_request(void **state)
{
	struct settings s = with("reserve", "session-id");

	(void)state;
	s.show_id = (char[]){"opera"};
	s.seat_ids = (char[]){"A1,A2"};
	s.request_id = (char[]){"01940000-0000-7000-8000-00000000abcd"};
	buf_clear(&value);
	assert_int_equal(request_of_flags(&s, &value, &e), RC_OK);
	assert_string_equal(value.data,
	                    "{\"type\":\"reserve\",\"request_id\":\"01940000-0000-7000-8000-00000000abcd\","
	                    "\"show_id\":\"opera\",\"session_id\":\"x\",\"seat_ids\":[\"A1\",\"A2\"]}");
}

static void a_wish_has_what_its_flags_say(void **state)
{
	struct settings s = with("reserve", "session-id");

	(void)state;
	s.show_id = (char[]){"opera"};
	s.request_id = (char[]){"01940000-0000-7000-8000-00000000abcd"};
	s.categories = (char[]){"A, B \"x\""};
	refuses(&s, "command line: --categories is used with --best only");
	s.best = 3;
	s.sections = (char[]){"R\xc3\xa4ng"};
	s.accessible = 4;
	refuses(&s, "command line: --best must be an object with a count from 1 to 50, accessible at most "
	            "count and not beside together: false, every field in its form; see best.accessible");
	s.accessible = 2;
	s.restricted = true;
	s.channel_key = (char[]){"key"};
	buf_clear(&value);
	assert_int_equal(request_of_flags(&s, &value, &e), RC_OK);
	assert_string_equal(value.data,
	                    "{\"type\":\"reserve\",\"request_id\":\"01940000-0000-7000-8000-00000000abcd\","
	                    "\"show_id\":\"opera\",\"session_id\":\"x\",\"best\":{\"count\":3,"
	                    "\"categories\":[\"A\",\"B \\\"x\\\"\"],\"sections\":[\"R\xc3\xa4ng\"],"
	                    "\"accessible\":2,\"restricted\":true},\"channel_key\":\"key\"}");
	s.accessible = 0;
	s.restricted = false;
	s.categories = s.sections = s.channel_key = NULL;
	s.together = false;
	buf_clear(&value);
	assert_int_equal(request_of_flags(&s, &value, &e), RC_OK);
	assert_non_null(strstr(value.data, "\"best\":{\"count\":3,\"together\":false}"));
}

static void a_changed_hold_has_what_its_flags_say(void **state)
{
	struct settings s = with("change_hold", "session-id");

	(void)state;
	s.show_id = (char[]){"opera"};
	s.request_id = (char[]){"01940000-0000-7000-8000-00000000abcd"};
	s.reservation_id = (char[]){"01940000-0000-7000-8000-00000000abce"};
	refuses(&s, "command line: --seat-ids must be given, or another field that changes the hold");
	s.seat_ids = (char[]){"A1, A2,"};
	s.drop_seat_ids = (char[]){"B1,B2"};
	s.areas = (char[]){"Steh \"1\":2, a:b:50"};
	s.drop_areas = (char[]){"Rang:1"};
	buf_clear(&value);
	assert_int_equal(request_of_flags(&s, &value, &e), RC_OK);
	assert_string_equal(value.data,
	                    "{\"type\":\"change_hold\","
	                    "\"request_id\":\"01940000-0000-7000-8000-00000000abcd\","
	                    "\"show_id\":\"opera\",\"session_id\":\"x\",\"seat_ids\":[\"A1\",\"A2\"],"
	                    "\"areas\":[{\"area_id\":\"Steh \\\"1\\\"\",\"count\":2},"
	                    "{\"area_id\":\"a:b\",\"count\":50}],\"drop_seat_ids\":[\"B1\",\"B2\"],"
	                    "\"drop_areas\":[{\"area_id\":\"Rang\",\"count\":1}],"
	                    "\"reservation_id\":\"01940000-0000-7000-8000-00000000abce\"}");
	s.drop_areas = (char[]){"a:b:1"};
	refuses(&s, "command line: --drop-areas must be none of areas; see drop_areas[0]");
	s.drop_areas = (char[]){"Rang:51"};
	refuses(&s, "command line: --drop-areas must be 1 to 10 objects, each with an area_id of its own "
	            "and a count from 1 to 50; see drop_areas[0].count");
	s.drop_areas = NULL;
	s.drop_seat_ids = (char[]){"B1,\x01"};
	refuses(&s, "command line: --drop-seat-ids must be seat ids, comma-separated");
}

static void places_of_areas_are_a_name_and_a_number(void **state)
{
	static const char *const bad[] = {"S", "S:", "S:x", "5", "S:1,", "S:1,T", "S:-1", "S:1 ",
	                                  "S:1234567890"};
	struct settings s = with("reserve", "session-id");

	(void)state;
	s.show_id = (char[]){"opera"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		s.areas = (char *)(uintptr_t)bad[i];
		refuses(&s, "command line: --areas must be ID:N for each area, comma-separated");
	}
	s.areas = (char[]){":1"};
	refuses(&s, "command line: --areas must be 1 to 10 objects, each with an area_id of its own and a "
	            "count from 1 to 50; see areas[0].area_id");
	s.areas = (char[]){"S:123456789"};
	refuses(&s, "command line: --areas must be 1 to 10 objects, each with an area_id of its own and a "
	            "count from 1 to 50; see areas[0].count");
}

static void limits_of_a_customer_may_be_none(void **state)
{
	struct settings s = plain("change_show");

	(void)state;
	s.show_id = (char[]){"opera"};
	s.request_id = (char[]){"01940000-0000-7000-8000-00000000abcd"};
	s.max_customer_seats = (char[]){"0"};
	s.max_customer_holds = (char[]){"50"};
	buf_clear(&value);
	assert_int_equal(request_of_flags(&s, &value, &e), RC_OK);
	assert_non_null(strstr(value.data, "\"max_customer_seats\":0,\"max_customer_holds\":50}"));
	s.max_customer_holds = (char[]){"51"};
	refuses(&s, "command line: --max-customer-holds must be an integer from 0 to 50, 0 for no limit");
	s.max_customer_holds = (char[]){"-1"};
	refuses(&s, "command line: --max-customer-holds must be a number");
}

static void a_reserve_has_its_customer(void **state)
{
	struct settings s = with("reserve", "session-id");

	(void)state;
	s.show_id = (char[]){"opera"};
	s.seat_ids = (char[]){"A1"};
	s.customer_id = (char[]){"carol"};
	buf_clear(&value);
	assert_int_equal(request_of_flags(&s, &value, &e), RC_OK);
	assert_non_null(strstr(value.data, ",\"seat_ids\":[\"A1\"],\"customer_id\":\"carol\"}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_type_is_told_which_there_are),
		cmocka_unit_test(a_flag_that_the_type_has_no_use_for_is_refused),
		cmocka_unit_test(without_a_type_no_flag_of_a_request_may_be_there),
		cmocka_unit_test(a_field_that_is_missing_is_named_as_its_flag),
		cmocka_unit_test(the_flags_become_a_request),
		cmocka_unit_test(a_wish_has_what_its_flags_say),
		cmocka_unit_test(a_changed_hold_has_what_its_flags_say),
		cmocka_unit_test(places_of_areas_are_a_name_and_a_number),
		cmocka_unit_test(limits_of_a_customer_may_be_none),
		cmocka_unit_test(a_reserve_has_its_customer),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
