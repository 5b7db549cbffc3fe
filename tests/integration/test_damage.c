/*
 * A byte of the request log is not what it was on the broker's disk: the worker finds it by the
 * checksum, decides what comes before, and stands still there. Nothing is passed over.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/audit.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

#define PARTITIONS 2
#define REQUESTS 5
#define DAMAGED 3

static int set_up(void **state)
{
	setenv("HOLDFAST_PARTITIONS", "2", 1);
	return rig_make(state);
}

static int after_each(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

/* Big-endian, as Kafka writes numbers. */
static int64_t number(const unsigned char *bytes, int count)
{
	int64_t value = 0;

	for (int i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* Change the last byte of the batch of records that begins at the offset; twice: as it was. */
static void change_byte(int partition, int64_t offset)
{
	const char *path = shell_run("find \"$HOLDFAST_RUN_DIR\" -path "
	                             "'*/%s-%d/00000000000000000000.log' | tr -d '\\n'",
	                             rig_topics.requests, partition);
	FILE *file = fopen(path, "r+");
	unsigned char head[12]; /* first offset of the batch, bytes behind these */
	int last;

	if (!file)
		fail_msg("no log: \"%s\"", path);
	for (;;) {
		assert_int_equal(fread(head, 1, sizeof head, file), sizeof head);
		if (number(head, 8) == offset)
			break;
		assert_int_equal(fseek(file, number(head + 8, 4), SEEK_CUR), 0);
	}
	assert_int_equal(fseek(file, number(head + 8, 4) - 1, SEEK_CUR), 0);
	last = fgetc(file);
	assert_true(last != EOF);
	assert_int_equal(fseek(file, -1, SEEK_CUR), 0);
	assert_int_not_equal(fputc(last ^ 1, file), EOF);
	assert_int_equal(fclose(file), 0);
}

static void damaged_requests_halt_their_partition_and_none_is_passed_over(void **state)
{
	struct audit audit;
	long worker;

	(void)state;
	for (int p = 0; p < PARTITIONS; p++)
		for (int i = 0; i < REQUESTS; i++)
			assert_int_equal(topics_send(p, text_of("x"), text_of("{}"), NULL, 0), i);
	change_byte(0, DAMAGED);
	worker = rig_start("holdfast-worker", NULL);
	rig_await_sql("1", "SELECT count(*) FROM holdfast.partition_halts WHERE partition = 0 AND reason "
	                   "LIKE 'requests from offset 3 on are damaged and cannot be read: %'");
	rig_await_sql("5", "SELECT count(*) FROM holdfast.decisions WHERE partition = 1");
	assert_string_equal(rig_sql("SELECT string_agg(\"offset\"::text, ' ' ORDER BY \"offset\") FROM "
	                            "holdfast.decisions WHERE partition = 0"), "0 1 2");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	/* The next one comes as far, and so does every other reader. */
	assert_int_equal(rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), 0), 3);
	assert_string_equal(rig_sql("SELECT max(\"offset\") FROM holdfast.decisions WHERE partition = 0"),
	                    "2");
	audit_start(&audit, NULL);
	audit_await(&audit);
	assert_int_equal(audit.exit_code, 3);
	audit_release(&audit);
	assert_non_null(strstr(rig_log(), "/0: records from offset 3 on are damaged and cannot be read"));
}

static void they_are_answered_when_the_log_is_whole_again(void **state)
{
	(void)state;
	change_byte(0, DAMAGED);
	assert_int_equal(rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), 0), 0);
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.decisions"), "10");
	audit_is_clean(NULL);
}

#define TEST(name) cmocka_unit_test_teardown(name, after_each)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(damaged_requests_halt_their_partition_and_none_is_passed_over),
	    TEST(they_are_answered_when_the_log_is_whole_again),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
