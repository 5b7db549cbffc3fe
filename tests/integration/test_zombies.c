/*
 * Workers that go on in a belief that is no longer true, and several on one partition: nothing is
 * decided or answered twice, and in the end one of them serves. Takeover times are printed.
 * HOLDFAST_FAULTS_WHOLE asks for a minute of rebalances.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/partitioner.h"
#include "common/kafka/txn.h"
#include "tests/integration/ask.h"
#include "tests/integration/groups.h"
#include "tests/integration/faulty.h"
#include "tests/integration/stream.h"

#define STREAM 60
#define LOST "partition lost while still assigned"
#define ACQUIRED "msg=\"partition acquired\""
#define STORM_MS 8000
#define STORM_WHOLE_MS 60000
#define STORM_STEP_MS 1000
#define DELAYS 3

/* The shortest transactions that the client library takes. */
#define SHORT_TRANSACTIONS \
	FAULTY_SHORT_MEMBERSHIPS ",transaction.timeout.ms=1100,message.timeout.ms=1000," \
	                         "socket.timeout.ms=1000"

static struct stream stream;
static size_t unanswered;

static int after_each(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

static void open_stream(void)
{
	static unsigned number;
	char show[20];

	snprintf(show, sizeof show, "zombie-%u", ++number);
	unanswered += stream_open(&stream, show, number);
	unanswered += stream_send(&stream, STREAM);
}

static void send_more(size_t count)
{
	unanswered += stream_send(&stream, count);
}

static void await_answers(void)
{
	rig_await(unanswered);
	unanswered = 0;
}

static void stop_program(long pid)
{
	int code = rig_stop(pid, SIGTERM);

	if (code)
		fail_msg("a program ended with %d\n%s", code, rig_log());
}

/* Where the only partition of the replies ends, with or without what is not committed. */
static int64_t end_of_replies(bool is_committed)
{
	int64_t first, end;

	rig_bounds(rig_topics.replies, 0, is_committed, &first, &end);
	return end;
}

/* Until no transaction is open on the replies: of a stopped worker, the broker ends it in time. */
static void await_no_transaction(void)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (end_of_replies(true) != end_of_replies(false)) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("a transaction does not end\n%s", rig_log());
		clock_sleep_ms(50);
	}
}

/* Stopped at that place, and the broker has ended what transaction it had. */
static long start_and_outlast(enum fault_place place)
{
	char fault[60];
	long zombie;

	setenv("HOLDFAST_KAFKA_PROPERTIES", SHORT_TRANSACTIONS, 1);
	snprintf(fault, sizeof fault, "%s:stop:3", faulty_place(place));
	zombie = faulty_start("holdfast-worker", fault, NULL, NULL);
	open_stream();
	faulty_await_stopped(zombie);
	await_no_transaction();
	return zombie;
}

static void stopped_past_membership_and_transaction_while_another_serves(void **state)
{
	static const enum fault_place places[] = {FAULT_PRODUCED, FAULT_OFFSETS_SENT, FAULT_END_SENT};

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		long zombie = start_and_outlast(places[i]), other = rig_start("holdfast-worker", NULL);

		await_answers();
		send_more(STREAM);
		faulty_go_on(zombie);
		await_answers();
		stop_program(other);
		send_more(10);
		await_answers(); /* the zombie is one of the living */
		stop_program(zombie);
		faulty_audit(0);
	}
}

/* Another one comes as far as to fence it, and dies: membership, assignment and producer are gone. */
static void stopped_past_membership_and_transaction_with_nobody_left(void **state)
{
	static const enum fault_place places[] = {FAULT_POLLED, FAULT_COMMITTED, FAULT_PRODUCED,
	                                          FAULT_OFFSETS_SENT};

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		long zombie = start_and_outlast(places[i]);

		assert_int_equal(rig_stop(faulty_start("holdfast-worker", "fenced:kill:1", NULL, NULL), 0),
		                 -SIGKILL);
		faulty_go_on(zombie);
		await_answers();
		stop_program(zombie);
		faulty_audit(0);
	}
}

/*
 * Both run: a lane of the first is late, so its worker cannot give the partition back in time, and
 * the group goes on without it. Later each time, until the other had taken over when it woke.
 */
/* It noticed, or was told to stop before it could. */
static size_t lost_lines(void)
{
	return faulty_lines(LOST) + faulty_lines("the next owner looks after them");
}

static void two_running_workers_hold_one_partition(void **state)
{
	static const enum fault_place places[] = {FAULT_POLLED, FAULT_COMMITTED};
	static const char *const delays_ms[DELAYS] = {"4000", "8000", "15000"};
	size_t faults = 0;

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		size_t lost = lost_lines();

		for (int delay = 0; lost_lines() == lost; delay++) {
			size_t over = faulty_lines("msg=\"fault over\"");
			long late, other;
			char fault[60];

			assert_true(delay < DELAYS);
			snprintf(fault, sizeof fault, "%s:delay=%s:2", faulty_place(places[i]),
			         delays_ms[delay]);
			setenv("HOLDFAST_KAFKA_PROPERTIES", FAULTY_SHORT_MEMBERSHIPS
			       ",max.poll.interval.ms=2000", 1);
			late = faulty_start("holdfast-worker", fault, NULL, NULL);
			open_stream();
			faulty_await_lines("msg=fault ", ++faults);
			other = rig_start("holdfast-worker", NULL);
			faulty_set_short_memberships();
			await_answers();
			faulty_await_lines("msg=\"fault over\"", over + 1);
			send_more(STREAM);
			await_answers();
			stop_program(other);
			send_more(10);
			await_answers();
			stop_program(late);
		}
		faulty_audit(0);
	}
}

/* What a rival does to the owner of the only partition: fence its producer, move its epoch. */
static void rob(bool is_of_producer, bool is_of_rows)
{
	const struct kafka_settings kafka = rig_kafka();
	const char *const topics[] = {rig_topics.replies};
	struct kafka_txn *txn;
	char id[300];
	struct err e;

	if (is_of_rows)
		(void)rig_sql("UPDATE holdfast.partition_progress SET owner_epoch = owner_epoch + 1");
	if (!is_of_producer)
		return;
	snprintf(id, sizeof id, "%s.%s.0", getenv("HOLDFAST_GROUP_ID"), rig_topics.requests);
	assert_int_equal(kafka_txn_open(&txn, &kafka, id, topics, 1, RIG_WAIT_MS, &e), RC_OK);
	kafka_txn_close(txn);
}

static void robbed_of_its_partition_a_member_takes_it_again(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);

	(void)state;
	for (int what = 1; what <= 3; what++) {
		size_t lost = faulty_lines(LOST);

		open_stream();
		await_answers();
		rob(what & 1, what & 2);
		open_stream();
		await_answers();
		faulty_await_lines(LOST, lost + 1);
	}
	stop_program(worker);
	faulty_audit(0);
}

#define SLOW_ANSWERS 8 /* four robberies in a row are enough */
#define SLOW_MS 700 /* longer than a robbery takes */

/* Each of its answers is slow, and each time it is robbed meanwhile. */
static void robbed_again_and_again_a_member_joins_anew(void **state)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	struct buf faults = {0};
	long worker;

	(void)state;
	/* The first one commits the partition's beginning. */
	for (int n = 2; n < 2 + SLOW_ANSWERS; n++)
		buf_print(&faults, "%sproduced:delay=%d:%d", n > 2 ? "," : "", SLOW_MS, n);
	worker = faulty_start("holdfast-worker", faults.data, NULL, NULL);
	buf_release(&faults);
	open_stream();
	faulty_await_lines("msg=fault ", 1);
	while (!strstr(rig_log(), "joining the group again")) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("it does not join again\n%s", rig_log());
		rob(true, true);
	}
	await_answers();
	stop_program(worker);
	faulty_audit(0);
}

/* One worker stays; another joins and leaves every second, by SIGTERM or by its death. */
static void members_that_come_and_go(void **state)
{
	int64_t until_ms = clock_monotonic_ms() +
	                   (getenv("HOLDFAST_FAULTS_WHOLE") ? STORM_WHOLE_MS : STORM_MS);
	long worker = rig_start("holdfast-worker", NULL), guest = 0;

	(void)state;
	open_stream();
	for (int step = 0; clock_monotonic_ms() < until_ms; step++) {
		send_more(20);
		if (!guest)
			guest = rig_start("holdfast-worker", NULL);
		else if (step % 8 == 7)
			assert_int_equal(rig_stop(guest, SIGKILL), -SIGKILL);
		else
			stop_program(guest);
		guest = step % 2 == 0 ? guest : 0;
		clock_sleep_ms(STORM_STEP_MS); /* the storm's measure, nothing waits for it */
		if (step % 4 == 3)
			await_answers(); /* in the middle of it all, too */
	}
	await_answers();
	stop_program(worker);
	if (guest)
		stop_program(guest);
	faulty_audit(0);
}

/* A show on each partition. */
static void make_shows(char shows[][20], int32_t partitions)
{
	for (int32_t partition = 0; partition < partitions; partition++) {
		int number = 0;

		do
			snprintf(shows[partition], sizeof shows[partition], "figure-%d-%d", partition, number++);
		while (partition_of_key(shows[partition], strlen(shows[partition]), partitions) !=
		       partition);
		rig_show(shows[partition], 2);
	}
}

#define FIGURE_PARTITIONS 3
#define TERM_MS 2000
#define KILL_MS (2000 + 3000) /* FAULTY_SESSION_MS and 3 s */
#define GENEROUS 5            /* a busy machine is no defect */

/* From the signal until every partition answers; two share them, so some change hands. */
static void takeover_takes(int signal_number, int64_t limit_ms, char shows[][20])
{
	size_t acquired = faulty_lines(ACQUIRED);
	long other = rig_start("holdfast-worker", NULL);
	int64_t from_ms, ms;
	char session[20];

	faulty_await_lines(ACQUIRED, acquired + FIGURE_PARTITIONS);
	from_ms = clock_monotonic_ms();
	assert_int_equal(rig_stop(other, signal_number), signal_number == SIGKILL ? -SIGKILL : 0);
	snprintf(session, sizeof session, "s-%d", signal_number);
	for (int i = 0; i < FIGURE_PARTITIONS; i++)
		ask_send_reserve(shows[i], rig_id(), session, "A1", 0);
	rig_await(FIGURE_PARTITIONS);
	ms = clock_monotonic_ms() - from_ms;
	print_message("takeover after signal %d: %lld ms; to be expected within %lld ms, with a "
	              "session time-out of " FAULTY_SESSION_MS " ms\n", signal_number, (long long)ms,
	              (long long)limit_ms);
	assert_in_range(ms, 0, GENEROUS * limit_ms);
}

static void takeover_times(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);
	char shows[FIGURE_PARTITIONS][20];

	(void)state;
	make_shows(shows, FIGURE_PARTITIONS);
	for (int round = 0; round < 3; round++) {
		takeover_takes(SIGTERM, TERM_MS, shows);
		takeover_takes(SIGKILL, KILL_MS, shows);
	}
	stop_program(worker);
	faulty_audit(0);
}

#define TEST(name, partitions) \
	{#name, (const struct CMUnitTest[]){cmocka_unit_test_teardown(name, after_each)}, 1, partitions}

int main(void)
{
	const struct group groups[] = {
	    TEST(robbed_of_its_partition_a_member_takes_it_again, 1),
	    TEST(robbed_again_and_again_a_member_joins_anew, 1),
	    TEST(takeover_times, FIGURE_PARTITIONS),
	    TEST(members_that_come_and_go, 3),
	    TEST(two_running_workers_hold_one_partition, 1),
	    TEST(stopped_past_membership_and_transaction_while_another_serves, 1),
	    TEST(stopped_past_membership_and_transaction_with_nobody_left, 1),
	};

	return groups_run(groups, sizeof groups / sizeof groups[0]);
}
