/* How partitions stand, as lines and as JSON, from standings made here. */
#include "admin/standings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct standing list[2];
static struct kafka_owner owners[2];
static const struct standings standings = {.list = list, .owners = owners, .count = 2};
static struct buf text;

static int begin(void **state)
{
	static char member[] = "worker-1f", client[] = "wor\"ker", host[] = "/10.0.0.7";

	(void)state;
	list[0] = (struct standing){.decided = 8, .epoch = 2, .answered = 6, .first = 0, .end = 9,
	                            .decided_until_ms = 1795537941072, .last_offset = 7,
	                            .halted_ms = -1, .halted_offset = -1, .gap.accepted_ms = -1,
	                            .per_ms = 0.005, .wait_ms = 400};
	list[1] = (struct standing){.answered = -1, .first = 3, .end = 9, .decided_until_ms = -1,
	                            .last_offset = -1, .halted_ms = 1795537942000, .halted_offset = 7,
	                            .halted_sqlstate = "23505", .halted_reason = "a \"key\" twice",
	                            .gap.accepted_ms = -1, .wait_ms = -1};
	owners[0] = (struct kafka_owner){member, client, host};
	owners[1] = (struct kafka_owner){0};
	buf_clear(&text);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_release(&text);
	return 0;
}

static void a_line_tells_position_owner_and_why_it_is_halted(void **state)
{
	(void)state;
	standings_print(&standings, false, &text);
	assert_string_equal(
	    text.data,
	    "partition  next_offset    committed          end   waiting  epoch  decided_until             "
	    "owner\n"
	    "        0            8            6            9         3      2  2026-11-24T16:32:21.072Z  "
	    "    1\n"
	    "           1 before a request that is appended now: decided in about 0.4 s, at 5 a second\n"
	    "        1            0           -1            9         6      0  -                         "
	    "    -\n"
	    "           halted since 2026-11-24T16:32:22.000Z at offset 7, SQLSTATE 23505: a \"key\" "
	    "twice\n"
	    "owner 1: worker-1f at 10.0.0.7\n");
}

/* The group's id, which stands in a member's, may have 249 characters, and a reason as well. */
static void no_line_is_longer_than_100_columns(void **state)
{
	char member[300], reason[ERR_TEXT_BYTES], host[] = "/2001:db8:85a3:1234:5678:8a2e:370:7334";

	(void)state;
	memset(member, 'g', 249);
	strcpy(member + 249, "-825a4d58-80a7-47ea-96f6-2f49fdd374b6");
	memset(reason, 'r', sizeof reason - 1);
	reason[sizeof reason - 1] = '\0';
	memcpy(reason, "the words of it ", 16);
	for (size_t i = 0; i < 2; i++) {
		owners[i].member_id = member;
		owners[i].host = host;
		list[i] = (struct standing){.decided = 99999999999, .epoch = 99999, .answered = 99999999999,
		                            .end = 99999999999, .first = 99999999999,
		                            .decided_until_ms = 1795537941072, .halted_ms = 1795537942000,
		                            .halted_offset = 99999999999, .halted_sqlstate = "23505"};
		strcpy(list[i].halted_reason, reason);
		memset(list[i].gap.reason, 'r', sizeof list[i].gap.reason - 1);
	}
	standings_print(&standings, false, &text);
	for (const char *line = text.data; *line; line += strcspn(line, "\n") + 1)
		assert_in_range(strcspn(line, "\n"), 1, 100);
	/* One worker has both, and what tells it from others is there. */
	assert_non_null(strstr(text.data, "...825a4d58-80a7-47ea-96f6-2f49fdd374b6 at 2001:db8"));
	assert_null(strstr(text.data, "owner 2"));
	/* Between words where there are any. */
	assert_non_null(strstr(text.data, "SQLSTATE 23505: the words of\n"));
}

static void a_halt_without_offset_and_sqlstate_names_neither(void **state)
{
	(void)state;
	list[1].halted_offset = -1;
	list[1].halted_sqlstate[0] = '\0';
	standings_print(&standings, false, &text);
	assert_non_null(strstr(text.data, "halted since 2026-11-24T16:32:22.000Z: a \"key\" twice\n"));
	buf_clear(&text);
	standings_print(&standings, true, &text);
	assert_non_null(strstr(text.data, "\"offset\":null,\"sqlstate\":null,\"reason\":\"a \\\"key\\\" "
	                                  "twice\"}"));
}

static void json_says_the_same_with_null_for_what_is_not(void **state)
{
	(void)state;
	standings_print(&standings, true, &text);
	assert_string_equal(
	    text.data,
	    "{\"partitions\":[{\"partition\":0,\"next_offset\":8,\"committed\":6,\"end\":9,\"waiting\":3,"
	    "\"wait_ms\":400,\"per_second\":5,"
	    "\"owner_epoch\":2,\"decided_until\":\"2026-11-24T16:32:21.072Z\",\"last_offset\":7,"
	    "\"owner\":{\"member_id\":\"worker-1f\",\"client_id\":\"wor\\\"ker\",\"host\":\"/10.0.0.7\"},"
	    "\"halted\":null,\"accepted_gap\":null},"
	    "{\"partition\":1,\"next_offset\":0,\"committed\":-1,\"end\":9,\"waiting\":6,"
	    "\"wait_ms\":null,\"per_second\":0,"
	    "\"owner_epoch\":0,\"decided_until\":null,\"last_offset\":null,\"owner\":null,"
	    "\"halted\":{\"at\":\"2026-11-24T16:32:22.000Z\",\"offset\":7,\"sqlstate\":\"23505\","
	    "\"reason\":\"a \\\"key\\\" twice\"},\"accepted_gap\":null}]}\n");
}

static void an_accepted_gap_tells_who_said_so_when_and_why(void **state)
{
	(void)state;
	list[0].gap = (struct standing_gap){1795537941072,   8,       10,                  "owner",
	                                      "ann", "ops-1", "only \"markers\""};
	standings_print(&standings, false, &text);
	assert_non_null(strstr(text.data, "a second\n           gap accepted at 2026-11-24T16:32:21.072Z "
	                                  "by owner (ann on ops-1): kept from offset 10 on,\n           "
	                                  "decided below 8: only \"markers\"\n        1 "));
	buf_clear(&text);
	standings_print(&standings, true, &text);
	assert_non_null(strstr(
	    text.data, "\"halted\":null,\"accepted_gap\":{\"at\":\"2026-11-24T16:32:21.072Z\","
	               "\"next_offset\":8,\"first_offset\":10,\"database_user\":\"owner\",\"os_user\":"
	               "\"ann\",\"host\":\"ops-1\",\"reason\":\"only \\\"markers\\\"\"}}"));
}

/* Whether nobody works, or somebody who does not get on, or does. */
static void a_wait_that_is_not_known_says_why(void **state)
{
	struct standings asked = standings;

	(void)state;
	list[0].wait_ms = -1;
	standings_print(&standings, false, &text);
	assert_non_null(strstr(text.data, "appended now: nobody decides\n"));
	list[0].pace.count = 5;
	buf_clear(&text);
	standings_print(&standings, false, &text);
	assert_non_null(strstr(text.data, "now: nothing was decided in the last two seconds\n"));
	asked.asked = (struct standing_asked){true, false, 1, 8, 8, -1};
	buf_clear(&text);
	standings_print(&asked, false, &text);
	assert_non_null(strstr(text.data, "\nrequest 1-8: 8 before it: the partition is halted\n"));
}

static void a_request_is_told_what_is_before_it(void **state)
{
	struct standings asked = standings;

	(void)state;
	asked.asked = (struct standing_asked){true, false, 0, 8, 0, 200};
	standings_print(&asked, false, &text);
	assert_non_null(strstr(text.data, "\nrequest 0-8: 0 before it: decided in about 0.2 s, at 5 a "
	                                  "second\n"));
	buf_clear(&text);
	standings_print(&asked, true, &text);
	assert_non_null(strstr(text.data, "}],\"request\":{\"partition\":0,\"offset\":8,\"before\":0,"
	                                  "\"wait_ms\":200}}\n"));
	asked.asked.is_decided = true;
	buf_clear(&text);
	standings_print(&asked, false, &text);
	assert_non_null(strstr(text.data, "\nrequest 0-8: decided\n"));
}

static void partitions_that_nobody_serves_are_told_of(void **state)
{
	struct standings more = standings;

	(void)state;
	more.surplus = 3;
	more.surplus_records = 12;
	standings_print(&more, false, &text);
	assert_non_null(strstr(text.data, "\npartitions 2 to 4 of the requests were added after the "
	                                  "database was made for 2;\nnothing on them is decided or "
	                                  "answered: 12 records\n"));
	buf_clear(&text);
	standings_print(&more, true, &text);
	assert_non_null(strstr(text.data, "}],\"surplus_partitions\":3,\"surplus_records\":12}\n"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_line_tells_position_owner_and_why_it_is_halted),
	    CASE(no_line_is_longer_than_100_columns),
	    CASE(a_halt_without_offset_and_sqlstate_names_neither),
	    CASE(an_accepted_gap_tells_who_said_so_when_and_why),
	    CASE(json_says_the_same_with_null_for_what_is_not),
	    CASE(a_wait_that_is_not_known_says_why),
	    CASE(a_request_is_told_what_is_before_it),
	    CASE(partitions_that_nobody_serves_are_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
