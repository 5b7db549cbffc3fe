/*
 * Rows of decisions that were not written by this version: those of schema version 3 and older,
 * which keep JSON, are answered as they stand; one that cannot be read halts the partition.
 *
 * tests/run: plain
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/ask.h"
#include "tests/integration/groups.h"
#include "tests/integration/faulty.h"
#include "tests/integration/rig.h"

#define PARTITIONS 1
#define HALTED 3
#define SHOW "old"
#define LAST "WHERE d.\"offset\" = (SELECT max(\"offset\") FROM holdfast.decisions)"
#define AT(column) "to_char((" column ") AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

static int set_up(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);

	(void)state;
	rig_show(SHOW, 3);
	return rig_stop(worker, SIGTERM);
}

static int tear_down(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

static int run_to_end(void)
{
	return rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), 0);
}

/* A reserve that is decided and not answered. */
static void decide_only(const char *id)
{
	long worker = faulty_start("holdfast-worker", "committed:kill:1", NULL, NULL);

	ask_send_reserve(SHOW, id, "alice", "A2,A1", 0);
	assert_int_equal(rig_stop(worker, 0), -SIGKILL);
	assert_string_equal(rig_sql("SELECT reason FROM holdfast.decisions d " LAST), "RESERVED");
}

/* As a worker of version 2 wrote it, but for a message and a space that tell that it is this text. */
static void write_as_version_2(const char *id)
{
	rig_sql("UPDATE holdfast.decisions d SET reply = convert_to('{\"request_id\":\"%s\","
	        "\"type\":\"reserve\",\"show_id\":\"" SHOW "\",\"status\":\"accepted\",\"code\":200,"
	        "\"reason\":\"RESERVED\",\"message\":\"As it was said.\",\"reservation_id\":\"%s\","
	        "\"seat_ids\":[\"A2\",\"A1\"],\"reserved_until\":\"' || "
	        AT("decided_at + interval '600 s'") " || '\",\"decided_at\":\"' || " AT("decided_at")
	        " || '\"', 'utf8'), "
	        "events = convert_to('{\"event\":\"reserved\",\"show_id\": \"" SHOW "\","
	        "\"reservation_id\":\"%s\",\"seat_ids\":[\"A2\",\"A1\"],\"reserved_until\":\"' || "
	        AT("decided_at + interval '600 s'") " || '\",\"at\":\"' || " AT("decided_at")
	        " || '\"', 'utf8') " LAST, id, id, id);
}

static bool last_event_holds(const char *text)
{
	static struct record records[20];
	size_t count = rig_read(rig_topics.events, records, 20);
	struct text value;
	bool is_there = false;

	assert_true(count > 0);
	value = records[count - 1].value;
	for (size_t i = 0; i + strlen(text) <= value.bytes; i++)
		is_there = is_there || !memcmp(value.data + i, text, strlen(text));
	rig_give(records, count);
	return is_there;
}

static void what_version_2_left_is_answered_as_it_stands(void **state)
{
	const char *id = rig_id();
	long worker;

	(void)state;
	decide_only(id);
	write_as_version_2(id);
	worker = rig_start("holdfast-worker", NULL);
	rig_await(1);
	rig_expect(rig_reply(0), 200, "RESERVED");
	assert_string_equal(rig_field(rig_reply(0), "message"), "As it was said.");
	assert_true(last_event_holds("\"show_id\": \"" SHOW "\""));
	ask_send_reserve(SHOW, id, "alice", "A2,A1", 0);
	rig_await(1);
	assert_string_equal(rig_field(rig_reply(0), "message"), "As it was said.");
	assert_string_not_equal(rig_field(rig_reply(0), "duplicate_of"), "");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	faulty_audit(0);
}

static void a_row_that_cannot_be_read_halts_the_partition(void **state)
{
	const char *id = rig_id();

	(void)state;
	decide_only(id);
	rig_sql("CREATE TABLE public.kept AS SELECT \"offset\", reply, events FROM holdfast.decisions");
	for (int i = 0; i < 3; i++) {
		static const char *const wrong[] = {"reply = '\\xff22'", "events = '\\xff22'",
		                                    "code = 499"};
		size_t before = faulty_lines("cannot be read");

		rig_sql("UPDATE holdfast.decisions d SET %s " LAST, wrong[i]);
		assert_int_equal(run_to_end(), HALTED);
		assert_true(faulty_lines("cannot be read") > before);
		rig_sql("UPDATE holdfast.decisions d SET reply = k.reply, events = k.events, code = 200 FROM "
		        "public.kept k " LAST " AND k.\"offset\" = d.\"offset\"");
	}
	assert_int_equal(run_to_end(), 0);
	rig_await(1);
	rig_expect(rig_reply(0), 200, "RESERVED");
	/* Its duplicate has to read it, too. */
	rig_sql("UPDATE holdfast.decisions d SET reply = '\\x01ff' " LAST);
	ask_send_reserve(SHOW, id, "alice", "A2,A1", 0);
	assert_int_equal(run_to_end(), HALTED);
	rig_sql("UPDATE holdfast.decisions d SET reply = k.reply FROM public.kept k WHERE k.\"offset\" = "
	        "d.\"offset\"");
	assert_int_equal(run_to_end(), 0);
	rig_await(1);
	rig_expect(rig_reply(0), 200, "RESERVED");
	faulty_audit(0);
}

#define TEST(name) \
	{#name, (const struct CMUnitTest[]){cmocka_unit_test_setup_teardown(name, set_up, tear_down)}, 1, \
	 PARTITIONS}

int main(void)
{
	const struct group groups[] = {
	    TEST(what_version_2_left_is_answered_as_it_stands),
	    TEST(a_row_that_cannot_be_read_halts_the_partition),
	};

	return groups_run(groups, sizeof groups / sizeof groups[0]);
}
