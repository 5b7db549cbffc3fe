/*
 * What hands do: offsets set anywhere, before a worker that runs until all is caught up; replies
 * deleted from the head of their topic, some or all, also with offsets set besides; a transaction
 * that somebody has open on a listed reply topic. Each request has its one reply, or the partition
 * halts where nothing tells.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/kafka/txn.h"
#include "tests/integration/audit.h"
#include "tests/integration/cuts.h"
#include "tests/integration/faulty.h"
#include "tests/integration/history.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

#define ANSWERED_FIRST 3
#define REQUESTS 5

/* What became of the last requests of a partition. */
enum past { WAITING, DECIDED, ANSWERED, MARKED /* and an aborted transaction behind */, LOST };

static void send(int partition, int count)
{
	for (int i = 0; i < count; i++)
		(void)topics_send(partition, text_of("x"), text_of("{}"), NULL, 0);
}

static int run_worker(void)
{
	return rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), 0);
}

static int count_of(const enum past *pasts, int partitions, enum past past)
{
	int count = 0;

	for (int p = 0; p < partitions; p++)
		count += pasts[p] == past;
	return count;
}

static void send_more(const enum past *pasts, int partitions, unsigned which)
{
	for (int p = 0; p < partitions; p++)
		if (which >> pasts[p] & 1)
			send(p, REQUESTS - ANSWERED_FIRST);
}

#define BIT(past) (1U << (past))

/* Lanes stand still behind the database's COMMIT, until they are killed. */
static void decide_only(int count, int decided)
{
	struct buf faults = {0};
	char sql[100];
	long worker;

	for (int i = 1; i <= count; i++)
		buf_print(&faults, "%scommitted:delay=600000:%d", i > 1 ? "," : "", i);
	worker = faulty_start("holdfast-worker", faults.data, NULL, NULL);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM holdfast.partition_progress WHERE next_offset >= "
	         "%d", REQUESTS);
	rig_await_sql(rig_sql("SELECT %d", decided), sql);
	assert_int_equal(rig_stop(worker, SIGKILL), -SIGKILL);
	buf_release(&faults);
}

/* All of that; offsets and topics are then still as the workers left them. */
static void live(const enum past *pasts, int partitions)
{
	int answered = count_of(pasts, partitions, ANSWERED) + count_of(pasts, partitions, MARKED) +
	               count_of(pasts, partitions, LOST);
	int decided = count_of(pasts, partitions, DECIDED);

	for (int p = 0; p < partitions; p++)
		send(p, ANSWERED_FIRST);
	assert_int_equal(run_worker(), 0);
	rig_sql("CREATE SCHEMA older; CREATE TABLE older.partition_progress AS TABLE "
	        "holdfast.partition_progress");
	send_more(pasts, partitions, BIT(ANSWERED) | BIT(MARKED) | BIT(LOST));
	assert_int_equal(run_worker(), 0);
	send_more(pasts, partitions, BIT(DECIDED));
	decide_only(decided, answered + decided);
	send_more(pasts, partitions, BIT(WAITING));
	for (int p = 0; p < partitions; p++) {
		if (pasts[p] == MARKED)
			history_abort(p);
		if (pasts[p] == LOST)
			rig_sql("DELETE FROM holdfast.decisions WHERE partition = %d AND \"offset\" >= %d; "
			        "UPDATE holdfast.partition_progress AS p SET next_offset = o.next_offset, "
			        "decided_until = o.decided_until, last_offset = o.last_offset, last_digest = "
			        "o.last_digest FROM older.partition_progress AS o WHERE o.partition = p.partition "
			        "AND p.partition = %d", p, ANSWERED_FIRST, p);
	}
}

#define ALL "0:1 1:1 2:1 3:1 4:1"

static void expect_replies(int partition, const char *expected)
{
	const char *found = cuts_replies(rig_topics.replies, partition);

	if (strcmp(found, expected) != 0)
		fail_msg("partition %d: replies %s, expected %s\n%s", partition, found, expected, rig_log());
}

static int make(void **state, int partitions)
{
	faulty_set_pace(partitions);
	return rig_make(state);
}

/* ---- until all is caught up, wherever a hand has set the offset ---- */

static const enum past caught_up[] = {WAITING, WAITING, WAITING, WAITING, DECIDED, DECIDED, DECIDED,
                                      MARKED};
static const int64_t set_to[] = {CUTS_LATEST, CUTS_FIRST, CUTS_NONE, 4, CUTS_LATEST, CUTS_FIRST,
                                 CUTS_NONE, CUTS_LATEST};

#define CAUGHT_UP ((int)(sizeof caught_up / sizeof caught_up[0]))

static int make_caught_up(void **state)
{
	if (make(state, CAUGHT_UP))
		return -1;
	live(caught_up, CAUGHT_UP);
	cuts_set_offsets(set_to, CAUGHT_UP);
	return 0;
}

static void a_worker_until_caught_up_ends_when_each_request_has_its_reply(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(run_worker(), 0);
		for (int p = 0; p < CAUGHT_UP; p++)
			expect_replies(p, ALL);
	}
	audit_is_clean(NULL);
}

/* ---- replies that are not kept ---- */

/* How many replies are deleted, up to that request's; 0: all of them. */
static const struct {
	enum past past;
	int64_t offset;
	int cut;
	const char *replies; /* that are kept afterwards */
	const char *halt;    /* NULL: none */
} cuts[] = {
    {ANSWERED, CUTS_KEPT, 0, "", NULL},
    {DECIDED, CUTS_KEPT, 0, "3:1 4:1", NULL},
    {WAITING, CUTS_KEPT, 0, "3:1 4:1", NULL},
    /* Those of the first three are gone: what is kept tells, wherever the offset is. */
    {ANSWERED, CUTS_FIRST, 3, "3:1 4:1", NULL},
    {ANSWERED, CUTS_NONE, 3, "3:1 4:1", NULL},
    {MARKED, CUTS_LATEST, 3, "3:1 4:1", NULL},
    {LOST, CUTS_FIRST, 3, "3:1 4:1", "the database lost commits: %"},
    {LOST, CUTS_LATEST, 3, "3:1 4:1", "the database lost commits: %"},
    /* All are gone: nothing speaks against an offset that is not beyond the rows. */
    {DECIDED, 3, 0, "3:1 4:1", NULL},
    {MARKED, CUTS_LATEST, 0, "", "the group''s offset % was set by hand beyond what is decided, %"},
    {ANSWERED, CUTS_NONE, 0, "", "the group has no committed offset, and no reply is kept %"},
    {LOST, CUTS_KEPT, 0, "", "the database lost commits: %"},
};

#define CUTS ((int)(sizeof cuts / sizeof cuts[0]))

static int make_cuts(void **state)
{
	int64_t offsets[CUTS], below[CUTS];
	enum past pasts[CUTS];

	if (make(state, CUTS))
		return -1;
	for (int p = 0; p < CUTS; p++) {
		pasts[p] = cuts[p].past;
		offsets[p] = cuts[p].offset;
	}
	live(pasts, CUTS);
	for (int p = 0; p < CUTS; p++)
		below[p] = cuts[p].cut ? cuts_reply_at(p, cuts[p].cut) : -1;
	cuts_delete(rig_topics.replies, below, CUTS);
	cuts_set_offsets(offsets, CUTS);
	return 0;
}

static void where_replies_are_not_kept_nothing_is_answered_twice(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(run_worker(), 3); /* some halt */
		for (int p = 0; p < CUTS; p++) {
			expect_replies(p, cuts[p].replies);
			assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.partition_halts WHERE "
			                            "partition = %d AND reason LIKE '%s'", p,
			                            cuts[p].halt ? cuts[p].halt : "%"), cuts[p].halt ? "1" : "0");
		}
	}
}

/* ---- a transaction that is open on a listed reply topic ---- */

static char listed[120], option[140];

static int make_listed(void **state)
{
	if (make(state, 1))
		return -1;
	snprintf(listed, sizeof listed, "%s.own", rig_topics.replies);
	snprintf(option, sizeof option, "--reply-topics=%s", listed);
	(void)shell_kafka_tool("org.apache.kafka.tools.TopicCommand --bootstrap-server "
	                       "\"$KAFKA_BOOTSTRAP_SERVERS\" --create --topic %s --partitions 1 "
	                       "--replication-factor 1 2>&1", listed);
	return 0;
}

/* The producer of somebody who takes his time; a new one ends what the one before left open. */
static struct kafka_txn *open_foreign(void)
{
	static char name[] = "transaction.timeout.ms", value[] = "60000";
	static char *names[] = {name}, *values[] = {value};
	static const struct pairs patient = {names, values, 1};
	struct kafka_settings kafka = rig_kafka();
	const char *topics[] = {listed};
	struct kafka_txn *txn;
	struct err e;

	kafka.properties = &patient;
	assert_int_equal(kafka_txn_open(&txn, &kafka, "somebody", topics, 1, RIG_WAIT_MS, &e), RC_OK);
	return txn;
}

/* What is sent is on the listed topic, though nobody may see it yet. */
static void await_written(void)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS, first, end = 0;

	while (end < 1) {
		assert_true(clock_monotonic_ms() < until_ms);
		rig_bounds(listed, 0, false, &first, &end);
		clock_sleep_ms(10);
	}
}

/* Behind it the worker's own replies cannot be seen, and so it waits before it answers again. */
static void what_an_open_transaction_hides_is_waited_for(void **state)
{
	static const int64_t first[] = {CUTS_FIRST};
	const struct record_header headers[] = {
	    {text_of("kafka_replyTopic"), text_of(listed)},
	};
	long worker = rig_start("holdfast-worker", option, NULL);
	struct kafka_txn *txn;
	struct err e;

	(void)state;
	send(0, 1);
	rig_await_sql("1", "SELECT count(*) FROM holdfast.decisions");
	txn = open_foreign();
	assert_int_equal(kafka_txn_begin(txn, &e), RC_OK);
	assert_int_equal(kafka_txn_send(txn, 0, 0, text_of("x"), text_of("y"), NULL, 0, &e), RC_OK);
	await_written();
	for (int i = 0; i < 2; i++)
		(void)topics_send(0, text_of("x"), text_of("{}"), headers, 1);
	rig_await_sql("3", "SELECT count(*) FROM holdfast.decisions");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	assert_string_equal(cuts_replies(listed, 0), "");
	cuts_set_offsets(first, 1);
	worker = rig_start("holdfast-worker", "--until-caught-up", option, NULL);
	faulty_await_lines("a transaction is open on ", 1);
	kafka_txn_close(txn);
	kafka_txn_close(open_foreign());
	assert_int_equal(rig_stop(worker, 0), 0);
	assert_string_equal(cuts_replies(rig_topics.replies, 0), "0:1");
	assert_string_equal(cuts_replies(listed, 0), "1:1 2:1");
	audit_is_clean(option);
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
	const struct CMUnitTest until[] = {
	    TEST(a_worker_until_caught_up_ends_when_each_request_has_its_reply)};
	const struct CMUnitTest cut[] = {TEST(where_replies_are_not_kept_nothing_is_answered_twice)};
	const struct CMUnitTest hidden[] = {TEST(what_an_open_transaction_hides_is_waited_for)};

	return cmocka_run_group_tests(until, make_caught_up, rig_drop) +
	       cmocka_run_group_tests(cut, make_cuts, rig_drop) +
	       cmocka_run_group_tests(hidden, make_listed, rig_drop);
}
