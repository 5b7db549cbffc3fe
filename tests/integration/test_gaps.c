/*
 * Requests that are gone from the head of a partition: where its position needs them it halts, and
 * goes on when an operator has said that nothing is missing; not where answers would be lost. One
 * partition for each way in which they may be gone: all of them are met by one worker.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/audit.h"
#include "tests/integration/cuts.h"
#include "tests/integration/faulty.h"
#include "tests/integration/history.h"
#include "tests/integration/own_database.h"
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
	static const int64_t below[PARTITIONS] = {
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
	cuts_delete(rig_topics.requests, below, PARTITIONS);
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
	assert_string_equal(cuts_replies(rig_topics.replies, DECIDED), "0:1 1:1 2:1 3:1 4:1");
	assert_string_equal(cuts_replies(rig_topics.replies, SHORTENED), "0:1 1:1 2:1");
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
	static const int64_t offsets[PARTITIONS] = {[BY_HAND] = CUTS_LATEST};
	const char *build = getenv("HOLDFAST_BUILD"), *status;

	(void)state;
	cuts_set_offsets(offsets, PARTITIONS);
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

/* Its place in the assignment was the group's offset, which lies before the log. */
static void a_worker_that_waited_for_the_rows_begins_where_the_log_does(void **state)
{
	size_t before = faulty_lines("partition not acquired yet");
	struct db *other = own_open();
	long worker;

	(void)state;
	own_run(other, "BEGIN; SELECT FROM holdfast.partition_progress WHERE partition = 1 FOR UPDATE");
	worker = rig_start("holdfast-worker", "--database-timeout-ms=1000", NULL);
	faulty_await_lines("partition not acquired yet", before + 2);
	own_run(other, "COMMIT");
	db_close(other);
	send(MARKERS, 1);
	rig_await_sql("1", "SELECT count(*) FROM holdfast.decisions WHERE partition = 1 AND \"offset\" > "
	                   "20");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	await_halts("4");
}

/* Nothing comes of it but that the partition goes on: a second worker finds what the first did. */
static void an_accepted_gap_lets_the_partition_go_on(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(run_worker(), 3); /* for the one that was refused */
		await_halts("4");
	}
	assert_string_equal(cuts_replies(rig_topics.replies, WAITING), "0:1 1:1 2:1 4:1");
	for (int p = 0; p < PARTITIONS; p++)
		if (p != UNANSWERED)
			send(p, 1);
	assert_int_equal(run_worker(), 3);
	await_halts("4");
	assert_string_equal(cuts_replies(rig_topics.replies, EMPTIED), "0:1 1:1 2:1 3:1");
	assert_string_equal(cuts_replies(rig_topics.replies, WAITING), "0:1 1:1 2:1 4:1 5:1");
	assert_string_equal(cuts_replies(rig_topics.replies, WHOLE), "0:1 1:1 2:1 3:1");
	assert_string_equal(cuts_replies(rig_topics.replies, UNANSWERED), "0:1 1:1 2:1");
	assert_string_equal(cuts_replies(rig_topics.replies, MARKERS), "0:1 1:1 2:1 +2");
	assert_string_equal(cuts_replies(rig_topics.replies, BY_HAND), "0:1 1:1 2:1 +1");
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
	static const int64_t below[PARTITIONS] = {[EMPTIED] = -1};

	(void)state;
	cuts_delete(rig_topics.requests, below, PARTITIONS);
	assert_int_equal(run_worker(), 3);
	await_halts("0 4");
	assert_int_equal(accept_gap(EMPTIED, "once more"), 0);
	send(EMPTIED, 1);
	assert_int_equal(run_worker(), 3);
	await_halts("4");
	assert_string_equal(cuts_replies(rig_topics.replies, EMPTIED), "0:1 1:1 2:1 3:1 4:1");
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
	    TEST(a_worker_that_waited_for_the_rows_begins_where_the_log_does),
	    TEST(an_accepted_gap_lets_the_partition_go_on),
	    TEST(a_rebuild_has_nothing_to_do_there),
	    TEST(a_later_gap_is_another_one),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
