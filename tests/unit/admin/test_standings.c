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
	                            .halted_ms = -1, .halted_offset = -1};
	list[1] = (struct standing){.answered = -1, .first = 3, .end = 9, .decided_until_ms = -1,
	                            .last_offset = -1, .halted_ms = 1795537942000, .halted_offset = 7,
	                            .halted_sqlstate = "23505", .halted_reason = "a \"key\" twice"};
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
	    "partition  next_offset  committed        end  waiting  owner_epoch  decided_until             "
	    "owner\n"
	    "        0            8          6          9        3            2  2026-11-24T16:32:21.072Z  "
	    "worker-1f/10.0.0.7\n"
	    "        1            0         -1          9        6            0  -                         "
	    "-\n"
	    "           halted since 2026-11-24T16:32:22.000Z at offset 7, SQLSTATE 23505: a \"key\" "
	    "twice\n");
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
	    "\"owner_epoch\":2,\"decided_until\":\"2026-11-24T16:32:21.072Z\",\"last_offset\":7,"
	    "\"owner\":{\"member_id\":\"worker-1f\",\"client_id\":\"wor\\\"ker\",\"host\":\"/10.0.0.7\"},"
	    "\"halted\":null},"
	    "{\"partition\":1,\"next_offset\":0,\"committed\":-1,\"end\":9,\"waiting\":6,"
	    "\"owner_epoch\":0,\"decided_until\":null,\"last_offset\":null,\"owner\":null,"
	    "\"halted\":{\"at\":\"2026-11-24T16:32:22.000Z\",\"offset\":7,\"sqlstate\":\"23505\","
	    "\"reason\":\"a \\\"key\\\" twice\"}}]}\n");
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
	    CASE(a_halt_without_offset_and_sqlstate_names_neither),
	    CASE(json_says_the_same_with_null_for_what_is_not),
	    CASE(partitions_that_nobody_serves_are_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
