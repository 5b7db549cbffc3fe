/*
 * The rules of the protocol, broken one by one in a test build: each time the audit, or the worker
 * itself, finds what came of it. The same course of events comes first with every rule kept, and
 * then nothing is found. tests/README.md has the table.
 *
 * tests/run: plain, tests/run: long
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/kafka/txn.h"
#include "tests/integration/groups.h"
#include "tests/integration/faulty.h"
#include "tests/integration/stream.h"

#define DIFFERENCE 6
#define HALTED 3
#define PARTITIONS 1 /* what comes to a place for the n-th time is then always the same */
#define MORE_THAN_ITS_BATCH 60

static size_t unanswered;

static int set_up(void **state)
{
	(void)state;
	return rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), 0); /* a first commit */
}

static int tear_down(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

static struct stream stream;

static void send_stream(void)
{
	static unsigned number;
	char show[20];

	snprintf(show, sizeof show, "broken-%u", ++number);
	unanswered += stream_open(&stream, show, number);
	unanswered += stream_send(&stream, MORE_THAN_ITS_BATCH);
}

/* However many batches a busy machine puts into one transaction, it comes to its place. */
static void send_until_ended(long worker)
{
	send_stream();
	while (!faulty_has_ended(worker)) {
		unanswered += stream_send(&stream, 1);
		clock_sleep_ms(100);
	}
}

static void await_answers(void)
{
	rig_await(unanswered);
	unanswered = 0;
}

static int run_to_end(const char *rules)
{
	return rig_stop(faulty_start("holdfast-worker", NULL, rules, "--until-caught-up"), 0);
}

/*
 * It stands still with a batch in hand, another decides that batch, then it goes on. It keeps no rows
 * in memory: with rows that are not so any more it would try again, and be fenced before it writes.
 */
static long wake_behind_another(const char *rules, long *other)
{
	long zombie = faulty_start("holdfast-worker", "polled:stop:2", rules, "--cached-seats=0");

	send_stream();
	faulty_await_stopped(zombie);
	*other = rig_start("holdfast-worker", NULL);
	await_answers();
	faulty_go_on(zombie);
	return zombie;
}

static void without_compare_and_set_a_batch_is_decided_twice(void **state)
{
	long zombie, other;

	(void)state;
	zombie = wake_behind_another(NULL, &other);
	faulty_await_lines("partition lost while still assigned", 1);
	assert_int_equal(rig_stop(zombie, SIGTERM), 0);
	assert_int_equal(rig_stop(other, SIGTERM), 0);
	faulty_audit(0);
	/* The key of decisions is the next wall: nothing is written, but the partition halts. */
	zombie = wake_behind_another("compare-and-set", &other);
	faulty_await_lines("msg=\"partition halted\"", 1);
	assert_non_null(strstr(rig_log(), "sqlstate=23505"));
	assert_int_equal(rig_stop(zombie, SIGKILL), -SIGKILL);
	assert_int_equal(rig_stop(other, SIGTERM), 0);
	faulty_audit(0);
	/* Without that wall, too, it happens. */
	(void)rig_sql("ALTER TABLE holdfast.decisions DROP CONSTRAINT decisions_pkey");
	zombie = wake_behind_another("compare-and-set", &other);
	rig_await_sql("t", "SELECT count(*) > count(DISTINCT (partition, \"offset\")) FROM "
	                   "holdfast.decisions");
	rig_kill_all();
	faulty_audit(DIFFERENCE);
}

/*
 * One stands still between its two commits, of its first batch: with one before that it might stand
 * still in the middle of a Kafka transaction, which the broker ends in time. Another takes the
 * partition, and stands still between fencing and reading the committed offset (or the other way
 * round). The first goes on, and dies if it came to answer; then the other goes on.
 */
static void wake_while_another_acquires(const char *rules)
{
	size_t lost = faulty_lines("partition lost while still assigned");
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	long first = faulty_start("holdfast-worker", "committed:stop:1,answered:kill:1", rules, NULL);
	long second;
	bool has_answered;

	send_stream();
	faulty_await_stopped(first);
	/* Long: it must still be a member when it goes on. */
	setenv("HOLDFAST_KAFKA_PROPERTIES", "session.timeout.ms=30000", 1);
	second = faulty_start("holdfast-worker", "fenced:stop:1", rules, NULL);
	faulty_set_short_memberships();
	faulty_await_stopped(second);
	faulty_go_on(first);
	while (!(has_answered = faulty_has_ended(first)) &&
	       faulty_lines("partition lost while still assigned") == lost) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(10);
	}
	faulty_go_on(second);
	if (has_answered)
		assert_int_equal(rig_stop(first, 0), -SIGKILL);
	await_answers();
	if (!has_answered) { /* it may have come to answer since */
		int code = rig_stop(first, SIGTERM);

		assert_true(code == 0 || code == -SIGKILL);
	}
	assert_int_equal(rig_stop(second, SIGTERM), 0);
}

static void without_fence_first_and_group_metadata_a_batch_is_answered_twice(void **state)
{
	(void)state;
	wake_while_another_acquires(NULL);
	faulty_audit(0);
	wake_while_another_acquires("fence-first"); /* each alone is a wall */
	faulty_audit(0);
	wake_while_another_acquires("group-metadata");
	faulty_audit(0);
	wake_while_another_acquires("fence-first,group-metadata");
	faulty_audit(0); /* the replies that are there are the third */
	wake_while_another_acquires("fence-first,group-metadata,replies-read");
	faulty_audit(DIFFERENCE);
}

static void answered_before_its_commit_a_batch_may_be_lost(void **state)
{
	const char *const rules[] = {NULL, "commit-first"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		/* The lane waits, so that the next batch does not commit this one before the end. */
		long worker = faulty_start("holdfast-worker",
		                           "answered:kill:2,polled:delay=3000:3,polled:delay=3000:4",
		                           rules[i], NULL);

		send_until_ended(worker);
		assert_int_equal(rig_stop(worker, 0), -SIGKILL);
		assert_int_equal(run_to_end(NULL), rules[i] ? HALTED : 0);
		if (!rules[i])
			await_answers();
		faulty_audit(rules[i] ? DIFFERENCE : 0);
	}
	assert_non_null(strstr(rig_log(), "the database lost commits"));
}

static void a_producer_kept_after_an_unknown_outcome_answers_twice(void **state)
{
	const char *const rules[] = {NULL, "outcome-read"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		long worker = faulty_start("holdfast-worker", "answered:error:2", rules[i], NULL);

		send_stream();
		await_answers();
		assert_int_equal(rig_stop(worker, SIGTERM), 0);
		faulty_audit(rules[i] ? DIFFERENCE : 0);
	}
}

/* What its EndTxn may yet do cannot be shown without a network of its own mind; the rule can. */
static void a_producer_that_saw_a_transport_error_is_made_anew(void **state)
{
	long worker = faulty_start("holdfast-worker", "end-sent:error:2,fenced:delay=1:2", NULL, NULL);

	(void)state;
	send_stream();
	await_answers();
	/* It fences the old one as at the start, for the second time. */
	faulty_await_lines("place=fenced action=delay n=2", 1);
	assert_null(strstr(rig_log(), "partition lost"));
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	faulty_audit(0);
}

static void started_at_what_is_decided_a_worker_leaves_requests_unanswered(void **state)
{
	const char *const rules[] = {NULL, "answer-all"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		long worker = faulty_start("holdfast-worker", "committed:kill:2", NULL, NULL);

		send_stream();
		assert_int_equal(rig_stop(worker, 0), -SIGKILL);
		assert_int_equal(run_to_end(rules[i]), 0);
		if (!rules[i])
			await_answers();
		faulty_audit(rules[i] ? DIFFERENCE : 0);
	}
}

/* A request whose sender's transaction is ended by its next producer. */
static void publish_and_abort(void)
{
	const struct kafka_settings kafka = rig_kafka();
	const char *const topics[] = {rig_topics.requests};
	char value[200];
	struct err e;

	snprintf(value, sizeof value, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":"
	                              "\"aborted\"}", rig_id());
	for (int i = 0; i < 2; i++) {
		struct kafka_txn *txn;

		assert_int_equal(kafka_txn_open(&txn, &kafka, "test-aborted", topics, 1, RIG_WAIT_MS, &e),
		                 RC_OK);
		if (i == 0) {
			assert_int_equal(kafka_txn_begin(txn, &e), RC_OK);
			assert_int_equal(kafka_txn_send(txn, 0, 0, text_of("aborted"), text_of(value), NULL, 0,
			                                &e), RC_OK);
			clock_sleep_ms(300); /* until it stands in the log; sooner, and nothing is tested */
		}
		kafka_txn_close(txn);
	}
}

static void reading_uncommitted_a_worker_decides_what_was_never_asked(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		send_stream();
		publish_and_abort();
		assert_int_equal(run_to_end(i == 1 ? "read-committed" : NULL), 0);
		faulty_set_short_memberships();
		await_answers();
		faulty_audit(i == 1 ? DIFFERENCE : 0);
	}
}

#define TEST(name) \
	{#name, (const struct CMUnitTest[]){cmocka_unit_test_setup_teardown(name, set_up, tear_down)}, 1, \
	 PARTITIONS}

int main(void)
{
	const struct group groups[] = {
	    TEST(without_compare_and_set_a_batch_is_decided_twice),
	    TEST(without_fence_first_and_group_metadata_a_batch_is_answered_twice),
	    TEST(answered_before_its_commit_a_batch_may_be_lost),
	    TEST(a_producer_kept_after_an_unknown_outcome_answers_twice),
	    TEST(a_producer_that_saw_a_transport_error_is_made_anew),
	    TEST(started_at_what_is_decided_a_worker_leaves_requests_unanswered),
	    TEST(reading_uncommitted_a_worker_decides_what_was_never_asked),
	};

	return groups_run(groups, sizeof groups / sizeof groups[0]);
}
