/*
 * What the audit compares and up to where: bounds, groups, what is not kept, what is not there yet.
 * And that its JSON is JSON, whatever happens.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/partitioner.h"
#include "common/kafka/txn.h"
#include "tests/integration/audit.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

#define SHOWS 6
#define TRANSACTION_SEEN_MS 700

static int set_up(void **state)
{
	setenv("HOLDFAST_PARTITIONS", "2", 1);
	return rig_make(state);
}

/* Programs of a failed test must not serve the next. */
static int after_each(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

static int run_worker(void)
{
	return rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), 0);
}

/* Run it as text and as JSON. The text must have that line, and both that exit code. */
static void expect(int exit_code, const char *line, const char *first, const char *second)
{
	struct audit text, json;

	if (first) {
		audit_start(&text, first, second, NULL);
		audit_start(&json, "--json", first, second, NULL);
	} else {
		audit_start(&text, NULL);
		audit_start(&json, "--json", NULL);
	}
	audit_await(&text);
	audit_await(&json);
	if (text.exit_code != exit_code || json.exit_code != exit_code ||
	    (line && !audit_count(&text, line)))
		fail_msg("exit codes %d and %d, expected %d and %s, found\n%s\n%s", text.exit_code,
		         json.exit_code, exit_code, line ? line : "anything", text.report, rig_log());
	audit_release(&text);
	audit_release(&json);
}

/* A show, and a record that is none, on each partition. */
static void send_shows(const char *name)
{
	for (int i = 0; i < SHOWS; i++) {
		char show[30];

		snprintf(show, sizeof show, "%s-%d", name, i);
		rig_send(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\"}", rig_id(),
		         show);
		rig_send(show, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\",\"seat_ids\":"
		               "[\"A1\"]}", rig_id(), show);
		rig_send(show, "?");
	}
}

static void where_nothing_was_decided_nothing_differs(void **state)
{
	(void)state;
	expect(0, "2 partitions without a decided request\n", NULL, NULL);
	expect(0, "2 partitions without a decided request\n", "--no-database", NULL);
	send_shows("first");
	expect(0, "2 partitions without a decided request\n", NULL, NULL);
	expect(0, "2 partitions without a decided request\n", "--no-database", NULL);
}

/* The first worker of all is killed between the database's commit and Kafka's. */
static void what_is_decided_and_not_yet_answered_is_told_and_no_difference(void **state)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char right[200], faulty[210];
	struct audit audit;
	long worker;

	(void)state;
	snprintf(right, sizeof right, "%s", build ? build : "build");
	snprintf(faulty, sizeof faulty, "%s-faults", right);
	setenv("HOLDFAST_BUILD", faulty, 1);
	setenv("HOLDFAST_FAULT", "committed:kill:1", 1);
	/* The shortest a broker allows: how long its partitions wait for the next worker. */
	worker = rig_start("holdfast-worker", "--kafka.session.timeout.ms=6000", NULL);
	setenv("HOLDFAST_BUILD", right, 1);
	unsetenv("HOLDFAST_FAULT");
	assert_int_equal(rig_stop(worker, 0), -SIGKILL);
	expect(0, " decided, not yet answered: from offset 0 on\n", NULL, NULL);
	audit_start(&audit, "--no-database", NULL);
	audit_await(&audit);
	assert_int_equal(audit.exit_code, 0);
	assert_int_equal(audit_count(&audit, "decided, not yet"), 0); /* nobody says so */
	audit_release(&audit);
	assert_int_equal(run_worker(), 0);
	rig_await(3 * SHOWS);
	audit_is_clean(NULL);
}

/* ---- groups ---- */

static void another_group_is_refused_and_without_the_database_has_committed_nothing(void **state)
{
	char refusal[100];

	(void)state;
	expect(3, NULL, "--group-id=other", NULL);
	expect(3, NULL, "--group-id=other", "--check");
	snprintf(refusal, sizeof refusal, "belongs to group \\\"%s\\\", not to \\\"other\\\"",
	         rig_group);
	assert_non_null(strstr(rig_log(), refusal));
	/* Each dead letter names the group that it came by. */
	expect(6, "dead letter: header kafka_dlt-original-consumer-group: expected other, found "
	          "workers-",
	       "--group-id=other", "--no-database");
	expect(6, "note: partition 0: group other has committed no offset: answers are compared as "
	          "far as "
	          "there are replies\n", "--group-id=other", "--no-database");
}

/* As when the broker has forgotten the group. */
static void where_the_group_has_committed_nothing_the_last_reply_is_the_bound(void **state)
{
	struct audit audit;

	(void)state;
	rig_sql("UPDATE holdfast.pipeline SET group_id = 'other'");
	audit_start(&audit, "--group-id=other", NULL);
	audit_await(&audit);
	assert_int_equal(audit.exit_code, 6);
	/* The dead letters' headers, as above, and nothing else. */
	assert_int_equal(audit_count(&audit, "DIFFERENCE "), SHOWS);
	assert_int_equal(audit_count(&audit, "original-consumer-group: expected other"), SHOWS);
	audit_release(&audit);
	rig_sql("UPDATE holdfast.pipeline SET group_id = '%s'", rig_group);
}

static void reset_group(const char *where)
{
	shell_offsets("--topic %s --reset-offsets %s --execute", rig_topics.requests, where);
}

/* What a hand did to the offset hides no reply from an audit of the topics. */
static void where_the_committed_offset_was_moved_back_every_reply_is_compared(void **state)
{
	struct audit before, after;

	(void)state;
	audit_start(&before, "--no-database", NULL);
	audit_await(&before);
	reset_group("--to-offset 1");
	audit_start(&after, "--no-database", NULL);
	audit_await(&after);
	reset_group("--to-latest");
	assert_int_equal(before.exit_code, 0);
	assert_int_equal(after.exit_code, 0);
	assert_string_equal(before.report, after.report);
	audit_release(&before);
	audit_release(&after);
}

/* ---- what an open transaction hides ---- */

/*
 * As when a reply's transaction has moved the group's offset but its end is not yet written to
 * the partition of the replies: an audit that took the end that it sees for the end would miss
 * the reply.
 */
static void a_reply_hidden_by_a_transaction_that_is_open_is_waited_for(void **state)
{
	const struct kafka_settings kafka = rig_kafka();
	const char *const topics[] = {rig_topics.replies};
	int epochs = atoi(rig_sql("SELECT sum(owner_epoch) FROM holdfast.partition_progress"));
	struct kafka_txn *txn, *next;
	long worker = rig_start("holdfast-worker", NULL);
	struct audit audit;
	char sql[120];
	struct err e;

	(void)state;
	/* A worker acquires no partition behind an open transaction. */
	snprintf(sql, sizeof sql, "SELECT sum(owner_epoch) = %d FROM holdfast.partition_progress",
	         epochs + rig_partitions);
	rig_await_sql("t", sql);
	assert_int_equal(kafka_txn_open(&txn, &kafka, "foreign", topics, 1, RIG_WAIT_MS, &e), RC_OK);
	assert_int_equal(kafka_txn_begin(txn, &e), RC_OK);
	for (int32_t p = 0; p < rig_partitions; p++)
		assert_int_equal(kafka_txn_send(txn, 0, p, text_of("x"), text_of("{}"), NULL, 0, &e), RC_OK);
	send_shows("hidden");
	rig_await_sql("t", "SELECT count(*) = 36 FROM holdfast.decisions");
	audit_start(&audit, NULL);
	clock_sleep_ms(TRANSACTION_SEEN_MS); /* long enough for it to have come there, most likely */
	assert_int_equal(kafka_txn_open(&next, &kafka, "foreign", topics, 1, RIG_WAIT_MS, &e), RC_OK);
	audit_await(&audit);
	if (audit.exit_code)
		fail_msg("exit code %d\n%s", audit.exit_code, audit.report);
	audit_release(&audit);
	kafka_txn_close(next);
	kafka_txn_close(txn);
	rig_await(3 * SHOWS);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

/* ---- the report ---- */

static void of_very_many_differences_some_are_printed_and_all_are_counted(void **state)
{
	struct audit audit;
	char line[80];
	int decisions = atoi(rig_sql("SELECT count(*) FROM holdfast.decisions"));

	(void)state;
	rig_sql("UPDATE holdfast.decisions SET code = code + 1");
	snprintf(line, sizeof line, "(and %d more differences, which --differences-max would show)\n",
	         decisions - 3);
	expect(6, line, "--differences-max=3", NULL);
	audit_start(&audit, "--differences-max=3", NULL);
	audit_await(&audit);
	assert_int_equal(audit_count(&audit, "DIFFERENCE "), 3);
	audit_release(&audit);
	snprintf(line, sizeof line, "\n%d differences\n", decisions);
	expect(6, line, NULL, NULL);
	rig_sql("UPDATE holdfast.decisions SET code = code - 1");
	audit_is_clean(NULL);
}

/* Decisions are never pruned before a claim on them ends; so what is left out must be that old. */
static void decisions_that_were_pruned_are_no_difference(void **state)
{
	struct audit audit;

	(void)state;
	rig_sql("CREATE TABLE public.kept AS TABLE holdfast.decisions;"
	        "UPDATE holdfast.partition_progress SET decided_until = decided_until + interval '30 "
	        "days';"
	        "DELETE FROM holdfast.decisions WHERE \"offset\" < 5");
	/* That time is a difference on each partition, and all that is one. */
	expect(6, "\n2 differences\n", NULL, NULL);
	audit_start(&audit, NULL);
	audit_await(&audit);
	assert_int_equal(audit_count(&audit, ": progress: decided_until: expected "), 2);
	assert_int_equal(
	    audit_count(&audit, ": old decisions were pruned; compared from offset 5 on\n"), 2);
	audit_release(&audit);
	/* One behind the first that is there is missing, not pruned. */
	rig_sql("DELETE FROM holdfast.decisions WHERE \"offset\" = 7 AND partition = 0");
	expect(6, "DIFFERENCE partition 0, offset 7: decision: expected a row, found nothing\n", NULL,
	       NULL);
	/* A younger one is missing, too. */
	rig_sql("UPDATE holdfast.partition_progress SET decided_until = decided_until - interval "
	        "'30 days'");
	expect(6, "DIFFERENCE partition 1, offset 4: decision: expected a row, found nothing\n", NULL,
	       NULL);
	rig_sql("DELETE FROM holdfast.decisions; INSERT INTO holdfast.decisions TABLE public.kept; "
	        "DROP TABLE public.kept");
	audit_is_clean(NULL);
}

static void a_topic_that_reply_topics_does_not_name_is_hinted_at(void **state)
{
	const struct record_header route = {text_of("kafka_replyTopic"), text_of(rig_topics.replies)};
	struct record_header elsewhere = {text_of("kafka_replyTopic"), {"", 0}};
	char topic[100], option[130];
	long worker;

	(void)state;
	snprintf(topic, sizeof topic, "%s.own", rig_topics.replies);
	snprintf(option, sizeof option, "--reply-topics=%s", topic);
	elsewhere.value = text_of(topic);
	(void)shell_kafka_tool("org.apache.kafka.tools.TopicCommand --bootstrap-server "
	                       "\"$KAFKA_BOOTSTRAP_SERVERS\" --create --topic %s --partitions 2 2>&1",
	                       topic);
	worker = rig_start("holdfast-worker", option, NULL);
	topics_send(0, text_of("x"), text_of("?"), &elsewhere, 1);
	topics_send(0, text_of("x"), text_of("?"), &route, 1);
	rig_await_sql("t", "SELECT count(*) = 38 FROM holdfast.decisions");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	audit_is_clean(option);
	expect(6, ".own, which --reply-topics does not name): expected {", NULL, NULL);
	expect(6, "\n1 difference\n", NULL, NULL);
}

/* ---- what is kept ---- */

static void set_timestamps(const char *type)
{
	(void)shell_kafka_tool("kafka.admin.ConfigCommand --bootstrap-server "
	                       "\"$KAFKA_BOOTSTRAP_SERVERS\" "
	                       "--alter --topic %s --add-config message.timestamp.type=%s 2>&1",
	                       rig_topics.requests, type);
}

static void records_not_on_append_time_are_told_and_no_difference(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);
	char option[130];

	(void)state;
	snprintf(option, sizeof option, "--reply-topics=%s.own", rig_topics.replies);
	set_timestamps("CreateTime");
	rig_send("first-0", "?");
	rig_send("first-0", "?");
	assert_int_equal(rig_stop(worker, 0), 3);
	expect(3, NULL, option, NULL);
	set_timestamps("LogAppendTime");
	assert_int_equal(run_worker(), 0);
	rig_await(2);
	expect(0, ": records not on LogAppendTime: 2, the first at offset ", option, NULL);
}

static void delete_records(const char *list)
{
	char path[] = "/tmp/holdfast-truncate-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	(void)shell_run("echo '{\"version\":1,\"partitions\":[%s]}' >%s", list, path);
	(void)shell_kafka_tool("org.apache.kafka.tools.DeleteRecordsCommand --bootstrap-server "
	                       "\"$KAFKA_BOOTSTRAP_SERVERS\" --offset-json-file %s 2>&1", path);
	remove(path);
}

static void add_deletion(struct buf *list, const char *topic, int partition, int offset)
{
	buf_print(list, "%s{\"topic\":\"%s\",\"partition\":%d,\"offset\":%d}", list->bytes ? "," : "",
	          topic, partition, offset);
}

#define NOT_KEPT ": the beginning is not kept any more; "

/* Last but one: the beginning of all three is gone on partition 0, and all of partition 1. */
static void where_a_beginning_is_not_kept_the_rest_is_compared(void **state)
{
	struct buf list = {0};
	char option[130];
	struct audit audit;

	(void)state;
	snprintf(option, sizeof option, "--reply-topics=%s.own", rig_topics.replies);
	add_deletion(&list, rig_topics.replies, 0, 5);
	add_deletion(&list, rig_topics.events, 0, 3);
	add_deletion(&list, rig_topics.dead_letters, 0, 2);
	add_deletion(&list, rig_topics.replies, 1, -1);
	add_deletion(&list, rig_topics.events, 1, -1);
	add_deletion(&list, rig_topics.dead_letters, 1, -1);
	delete_records(list.data);
	buf_release(&list);
	expect(0, "no differences\n", option, NULL);
	expect(0, "no differences\n", option, "--no-database");
	audit_start(&audit, option, NULL);
	audit_await(&audit);
	assert_int_equal(audit_count(&audit, "note: partition 0: t"), 3);
	assert_int_equal(audit_count(&audit, NOT_KEPT "the reply of offset 5 is the first\n"), 1);
	assert_int_equal(audit_count(&audit, NOT_KEPT "the event of offset "), 1);
	assert_int_equal(audit_count(&audit, NOT_KEPT "the dead letter of offset "), 1);
	assert_int_equal(audit_count(&audit, " of this partition is kept any more; none there is "
	                                     "looked "
	                                     "for\n"), 3);
	audit_release(&audit);
	/* What is kept must be there: the reply on a topic that is not named now. */
	expect(6, "\n1 difference\n", NULL, NULL);
}

/* A name of that partition of the two. */
static const char *show_of(const char *name, int32_t partition)
{
	static char show[40];

	for (int i = 0;; i++) {
		snprintf(show, sizeof show, "%s-%d", name, i);
		if (partition_of_key(show, strlen(show), 2) == partition)
			return show;
	}
}

/* Two sessions want a seat of a show that is made now. */
static void race_for(const char *show)
{
	rig_show(show, 2);
	rig_expect(rig_ask(show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                         "\"session_id\":\"a\",\"seat_ids\":[\"A1\"]}", rig_id(), show), 200,
	           "RESERVED");
	rig_expect(rig_ask(show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                         "\"session_id\":\"b\",\"seat_ids\":[\"A1\"]}", rig_id(), show), 409,
	           "SEATS_TAKEN");
}

/* Of what is asked with these options: exit code, and a line of the report. */
static void expect_asked(int exit_code, const char *line, const char *asked, const char *more)
{
	struct audit audit;

	audit_start(&audit, asked, more, NULL);
	audit_await(&audit);
	if (audit.exit_code != exit_code || (line && !audit_count(&audit, line)))
		fail_msg("%s %s: exit code %d, expected %d and %s, found\n%s\n%s", asked, more ? more : "",
		         audit.exit_code, exit_code, line ? line : "anything", audit.report, rig_log());
	audit_release(&audit);
}

#define LATE_ID "00000000-0000-4000-8000-000000000098"

/* Last: partition 1 has lost the requests of its first shows. */
static void without_the_first_requests_of_a_partition_the_rest_is_told(void **state)
{
	struct buf list = {0};
	char own[130], old[60], new[60];
	long worker = rig_start("holdfast-worker", NULL);

	(void)state;
	snprintf(own, sizeof own, "--reply-topics=%s.own", rig_topics.replies);
	race_for(show_of("whole", 0));
	race_for(show_of("cut", 1));
	snprintf(old, sizeof old, "--show=%s", show_of("cut", 1));
	add_deletion(&list, rig_topics.requests, 1, atoi(rig_sql("SELECT next_offset FROM "
	                                                         "holdfast.partition_progress "
	                                                         "WHERE partition = 1")));
	delete_records(list.data);
	buf_release(&list);
	race_for(show_of("since", 1));
	rig_expect(rig_ask(show_of("cut", 1), "{\"type\":\"reserve\",\"request_id\":\"" LATE_ID "\","
	                   "\"show_id\":\"%s\",\"session_id\":\"c\",\"seat_ids\":[\"A1\"]}",
	                   show_of("cut", 1)), 409, "SEATS_TAKEN");
	snprintf(new, sizeof new, "--show=%s", show_of("since", 1));
	assert_int_equal(rig_stop(worker, SIGTERM), 0);

	expect(3, "partition 1, not compared: its requests are kept from offset ", own, NULL);
	expect(3, "no differences in what was compared: 1 of 2 partitions\n", own, NULL);
	expect(3, "no differences in what was compared: 1 of 2 partitions\n", own, "--no-database");
	expect_asked(0, "whole-", "--conflicts", NULL);
	expect_asked(0, "since-", "--conflicts", NULL);
	expect_asked(0, "refused seats: 1, refused requests: 1", "--conflicts", new);
	expect_asked(3, NULL, "--conflicts", old);
	expect_asked(0, "note: requests are kept from offset ", "--at=2030-01-01T00:00:00Z", new);
	expect_asked(3, NULL, "--at=2030-01-01T00:00:00Z", old);
	expect_asked(3, NULL, "--at=0", new);
	expect_asked(0, "note: requests are gone from the head of 1 "
	                "partition:", "--what-if=max_seats=4",
	             NULL);
	expect_asked(3, NULL, "--what-if=max_seats=4", old);
	assert_non_null(strstr(rig_log(), "what was made by the requests before it cannot be decided"));
	expect_asked(3, NULL, "--request-id=00000000-0000-4000-8000-000000000099", new);
	assert_non_null(strstr(rig_log(), "requests are gone from the head of 1 partition: it may "
	                                  "have"));
	expect_asked(3, NULL, "--request-id=" LATE_ID, old);
	assert_non_null(strstr(rig_log(), "cannot be decided again\" func=requests_are_gone"));
	/* And what is compared is compared. */
	rig_sql("UPDATE holdfast.show_seats SET version = version + 1 WHERE show_id = '%s'",
	        show_of("whole", 0));
	expect(6, "\n2 differences\n", own, NULL);
}

static void every_json_report_is_json(void **state)
{
	(void)state;
	audit_check_json();
}

#define TEST(name) cmocka_unit_test_teardown(name, after_each)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(where_nothing_was_decided_nothing_differs),
	    TEST(what_is_decided_and_not_yet_answered_is_told_and_no_difference),
	    TEST(another_group_is_refused_and_without_the_database_has_committed_nothing),
	    TEST(where_the_group_has_committed_nothing_the_last_reply_is_the_bound),
	    TEST(where_the_committed_offset_was_moved_back_every_reply_is_compared),
	    TEST(a_reply_hidden_by_a_transaction_that_is_open_is_waited_for),
	    TEST(of_very_many_differences_some_are_printed_and_all_are_counted),
	    TEST(decisions_that_were_pruned_are_no_difference),
	    TEST(a_topic_that_reply_topics_does_not_name_is_hinted_at),
	    TEST(records_not_on_append_time_are_told_and_no_difference),
	    TEST(where_a_beginning_is_not_kept_the_rest_is_compared),
	    TEST(without_the_first_requests_of_a_partition_the_rest_is_told),
	    TEST(every_json_report_is_json),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
