/*
 * Requests that are gone from the head of a partition: where its position needs them it halts, and
 * goes on when an operator has said that nothing is missing; not where answers would be lost. One
 * partition for each way in which they may be gone: all of them are met by one worker.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/message/reply.h"
#include "tests/integration/audit.h"
#include "tests/integration/faulty.h"
#include "tests/integration/history.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

/* What each partition is for: the first requests are answered on all of them. */
enum {
	EMPTIED,    /* and then all records are deleted */
	MARKERS,    /* behind them a transaction is aborted, all is deleted: the log begins behind D */
	BY_HAND,    /* the same, and a hand sets the group's offset to the log's end */
	WAITING,    /* more wait for their decision, one of these is deleted */
	UNANSWERED, /* more are decided and not answered, all is deleted */
	DECIDED,    /* the same, but what is not answered is kept */
	SHORTENED,  /* all but the last is deleted */
	WHOLE,
	PARTITIONS
};

#define ANSWERED_FIRST 3
#define MORE 2

static void send(int partition, int count)
{
	for (int i = 0; i < count; i++)
		(void)topics_send(partition, text_of("x"), text_of("{}"), NULL, 0);
}

static void await_halts(const char *partitions)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT string_agg(partition::text, ' ' ORDER BY partition) FROM "
	         "holdfast.partition_halts");
	rig_await_sql(partitions, sql);
}

#define NEAR 20 /* offsets; aborted transactions take many more */

/* The replies to each request of the partition, as "offset:count ..."; "+n": behind a transaction. */
static const char *replies_of(int partition)
{
	static struct record records[PARTITIONS * 20];
	size_t count = rig_read(rig_topics.replies, records, sizeof records / sizeof records[0]);
	int counts[NEAR] = {0}, far = 0;
	struct buf text = {0};

	for (size_t i = 0; i < count; i++) {
		struct arena arena = {0};
		struct reply_view view;
		struct err e;

		assert_int_equal(reply_decode(records[i].value, &arena, &view, &e), RC_OK);
		if (view.partition == partition && view.offset < NEAR)
			counts[view.offset]++;
		else if (view.partition == partition)
			far++;
		arena_release(&arena);
	}
	rig_give(records, count);
	for (int i = 0; i < NEAR; i++)
		if (counts[i])
			buf_print(&text, "%s%d:%d", text.bytes ? " " : "", i, counts[i]);
	if (far)
		buf_print(&text, " +%d", far);
	return rig_keep(text.data);
}

/* Records below these offsets; -1: all. */
static void delete_records(const int *below)
{
	char path[] = "/tmp/holdfast-gaps-XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	const char *comma = "";

	fprintf(file, "{\"version\":1,\"partitions\":[");
	for (int p = 0; p < PARTITIONS; p++)
		if (below[p]) {
			fprintf(file, "%s{\"topic\":\"%s\",\"partition\":%d,\"offset\":%d}", comma,
			        rig_topics.requests, p, below[p]);
			comma = ",";
		}
	fprintf(file, "]}");
	fclose(file);
	(void)shell_kafka_tool("org.apache.kafka.tools.DeleteRecordsCommand --bootstrap-server "
	                       "\"$KAFKA_BOOTSTRAP_SERVERS\" --offset-json-file %s 2>&1", path);
	remove(path);
}

static int run_worker(void)
{
	return rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), 0);
}

static int accept_gap(int partition, const char *reason)
{
	char number[12], option[100];

	snprintf(number, sizeof number, "%d", partition);
	snprintf(option, sizeof option, "--reason=%s", reason);
	return rig_stop(rig_start("holdfast-admin", "accept-gap", number, option, NULL), 0);
}

static void says(size_t before, const char *text)
{
	if (!strstr(rig_log() + before, text))
		fail_msg("expected \"%s\" in\n%s", text, rig_log() + before);
}

/* What cannot be compared any more is left out, and nothing differs. */
static void audit_finds_nothing(void)
{
	struct audit audit;

	audit_start(&audit, NULL);
	audit_await(&audit);
	if (audit.exit_code != 3 || !audit_count(&audit, "no differences"))
		fail_msg("exit code %d\n%s", audit.exit_code, audit.report);
	audit_release(&audit);
}

/* ---- the tests, in this order ---- */

static int set_up(void **state)
{
	static const int below[PARTITIONS] = {
	    [EMPTIED] = -1, [MARKERS] = -1, [BY_HAND] = -1, [WAITING] = ANSWERED_FIRST + 1,
	    [UNANSWERED] = -1, [DECIDED] = ANSWERED_FIRST, [SHORTENED] = ANSWERED_FIRST - 1};
	long worker;

	faulty_set_pace(PARTITIONS);
	if (rig_make(state))
		return -1;
	for (int p = 0; p < PARTITIONS; p++)
		send(p, ANSWERED_FIRST);
	assert_int_equal(run_worker(), 0);
	send(UNANSWERED, MORE);
	send(DECIDED, MORE);
	/* Both lanes stand still behind the database's COMMIT. */
	worker = faulty_start("holdfast-worker", "committed:delay=600000:1,committed:delay=600000:2", NULL,
	                      NULL);
	rig_await_sql("2", "SELECT count(*) FROM holdfast.partition_progress WHERE next_offset = 5");
	assert_int_equal(rig_stop(worker, SIGKILL), -SIGKILL);
	send(WAITING, MORE);
	history_abort(MARKERS);
	history_abort(BY_HAND);
	delete_records(below);
	return 0;
}

static void where_the_position_needs_what_is_gone_it_halts(void **state)
{
	(void)state;
	assert_int_equal(run_worker(), 3);
	await_halts("0 1 2 3 4");
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.partition_halts WHERE reason LIKE 'the "
	                            "requests are kept from offset %% on only; they are answered below 3 "
	                            "and decided below %%. If nothing is missing: holdfast-admin "
	                            "accept-gap ' || partition"), "5");
	/* What can be answered is answered. */
	assert_string_equal(replies_of(DECIDED), "0:1 1:1 2:1 3:1 4:1");
	assert_string_equal(replies_of(SHORTENED), "0:1 1:1 2:1");
}

static void only_a_gap_can_be_accepted_and_only_with_a_reason(void **state)
{
	size_t before = strlen(rig_log());

	(void)state;
	assert_int_equal(accept_gap(EMPTIED, ""), 2);
	assert_int_equal(accept_gap(PARTITIONS, "there is none"), 2);
	assert_int_equal(rig_stop(rig_start("holdfast-admin", "accept-gap", NULL), 0), 2);
	assert_int_equal(accept_gap(WHOLE, "none"), 3);
	says(before, "nothing that partition 7 needs is gone");
	assert_int_equal(accept_gap(SHORTENED, "none"), 3);
	says(before, "nothing that partition 6 needs is gone");
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.accepted_gaps"), "0");
}

static void no_answer_is_lost_by_it(void **state)
{
	size_t before = strlen(rig_log());

	(void)state;
	assert_int_equal(accept_gap(UNANSWERED, "who cares"), 3);
	says(before, "2 requests from offset 3 to 4 are decided and not answered, and their records are "
	             "gone");
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.accepted_gaps"), "0");
}

static void who_accepts_one_is_written_down_and_shown(void **state)
{
	const char *build = getenv("HOLDFAST_BUILD"), *status;

	(void)state;
	(void)shell_kafka_tool("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand "
	                       "--bootstrap-server \"$KAFKA_BOOTSTRAP_SERVERS\" --group %s --topic %s:%d "
	                       "--reset-offsets --to-latest --execute 2>&1", rig_group,
	                       rig_topics.requests, BY_HAND);
	assert_int_equal(accept_gap(EMPTIED, "all were answered"), 0);
	for (int p = MARKERS; p <= WAITING; p++)
		assert_int_equal(accept_gap(p, "retention, seen by ann"), 0);
	assert_int_equal(accept_gap(EMPTIED, "again"), 0);
	assert_string_equal(
	    rig_sql("SELECT string_agg(concat_ws(' ', partition, answered, next_offset, first_offset > "
	            "next_offset, reason), ', ' ORDER BY partition) FROM holdfast.accepted_gaps WHERE "
	            "database_user = session_user AND os_user = '%s' AND host = '%s' AND at <= now()",
	            shell_run("id -un | tr -d '\\n'"), shell_run("hostname | tr -d '\\n'")),
	    "0 3 3 f all were answered, 1 3 3 t retention, seen by ann, 2 3 3 t retention, seen by ann, "
	    "3 3 3 t retention, seen by ann");
	status = shell_run("%s/holdfast-admin status --group-id=%s", build ? build : "build", rig_group);
	assert_non_null(strstr(status, "all were answered\n"));
	assert_non_null(strstr(status, "           gap accepted at 2"));
}

/* Nothing comes of it but that the partition goes on: a second worker finds what the first did. */
static void an_accepted_gap_lets_the_partition_go_on(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(run_worker(), 3); /* for the one that was refused */
		await_halts("4");
	}
	assert_string_equal(replies_of(WAITING), "0:1 1:1 2:1 4:1");
	for (int p = 0; p < PARTITIONS; p++)
		if (p != UNANSWERED)
			send(p, 1);
	assert_int_equal(run_worker(), 3);
	await_halts("4");
	assert_string_equal(replies_of(EMPTIED), "0:1 1:1 2:1 3:1");
	assert_string_equal(replies_of(WAITING), "0:1 1:1 2:1 4:1 5:1");
	assert_string_equal(replies_of(WHOLE), "0:1 1:1 2:1 3:1");
	assert_string_equal(replies_of(UNANSWERED), "0:1 1:1 2:1");
	assert_string_equal(replies_of(MARKERS), "0:1 1:1 2:1 +1");
	assert_string_equal(replies_of(BY_HAND), "0:1 1:1 2:1 +1");
	audit_finds_nothing();
}

static void a_rebuild_has_nothing_to_do_there(void **state)
{
	size_t before = strlen(rig_log());

	(void)state;
	assert_int_equal(rig_stop(rig_start("holdfast-admin", "rebuild", NULL), 0), 3);
	for (int p = 0; p < PARTITIONS; p++) {
		char text[100];

		snprintf(text, sizeof text, "holdfast-admin accept-gap %d", p);
		assert_true(!strstr(rig_log() + before, text) == (p != UNANSWERED));
	}
}

static void a_later_gap_is_another_one(void **state)
{
	static const int below[PARTITIONS] = {[EMPTIED] = -1};

	(void)state;
	delete_records(below);
	assert_int_equal(run_worker(), 3);
	await_halts("0 4");
	assert_int_equal(accept_gap(EMPTIED, "once more"), 0);
	send(EMPTIED, 1);
	assert_int_equal(run_worker(), 3);
	await_halts("4");
	assert_string_equal(replies_of(EMPTIED), "0:1 1:1 2:1 3:1 4:1");
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.accepted_gaps WHERE partition = 0"),
	                    "2");
	audit_finds_nothing();
}

static int after_each(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, after_each)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(where_the_position_needs_what_is_gone_it_halts),
	    TEST(only_a_gap_can_be_accepted_and_only_with_a_reason),
	    TEST(no_answer_is_lost_by_it),
	    TEST(who_accepts_one_is_written_down_and_shown),
	    TEST(an_accepted_gap_lets_the_partition_go_on),
	    TEST(a_rebuild_has_nothing_to_do_there),
	    TEST(a_later_gap_is_another_one),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
