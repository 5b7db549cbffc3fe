/*
 * Three witnesses say up to where a partition is answered: its rows, its replies, and the group's
 * offset, which anybody can set. One partition for each combination of behind, equal and ahead, as in
 * "Three witnesses" of docs/architecture.md: all of them are met by one worker.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/kafka/sender.h"
#include "common/message/reply.h"
#include "tests/integration/faulty.h"
#include "tests/integration/history.h"
#include "tests/integration/shell.h"

/* Every partition has these requests; the first ones are answered at the beginning. */
#define ANSWERED_FIRST 3
#define REQUESTS 5

/* What became of the last ones. */
enum past {
	WAITING,  /* nothing */
	DECIDED,  /* decided, not answered: their worker was killed before it could */
	ANSWERED, /* both */
	LOST,     /* both, and the database lost the rows */
	GAP,      /* decided; of the replies that of the first is missing */
	LOST_GAP, /* the same, and the database lost the rows */
	MARKED,   /* answered, and behind them a transaction was aborted: the log ends further on */
};

/* Where the group's offset is then: at that offset, or */
enum { KEPT = -1, /* as the workers left it */ NONE = -2, LATEST = -3 };

static const struct {
	enum past past;
	int offset;
} rows[] = {
    {WAITING, KEPT},  {WAITING, NONE},  {WAITING, 0},  {WAITING, 3},  {WAITING, 4},  {WAITING, LATEST},
    {DECIDED, KEPT},  {DECIDED, NONE},  {DECIDED, 0},  {DECIDED, 3},  {DECIDED, 4},  {DECIDED, LATEST},
    {ANSWERED, KEPT}, {ANSWERED, NONE}, {ANSWERED, 0}, {ANSWERED, 3}, {ANSWERED, 4}, {ANSWERED, LATEST},
    {LOST, KEPT},     {LOST, NONE},     {LOST, 0},     {LOST, 3},     {LOST, 4},     {LOST, LATEST},
    {GAP, 0},         {GAP, 3},         {LOST_GAP, 0}, {LOST_GAP, KEPT}, {LOST_GAP, LATEST},
    {MARKED, LATEST},
};

#define PARTITIONS ((int)(sizeof rows / sizeof rows[0]))

static int count_of(enum past past)
{
	int count = 0;

	for (int p = 0; p < PARTITIONS; p++)
		count += rows[p].past == past;
	return count;
}

static bool has_lost_rows(int partition)
{
	return rows[partition].past == LOST || rows[partition].past == LOST_GAP;
}

/* ---- what stands where ---- */

/* The replies to each request. */
static void count_replies(int counts[PARTITIONS][REQUESTS])
{
	static struct record records[PARTITIONS * REQUESTS * 3];
	size_t count = rig_read(rig_topics.replies, records, sizeof records / sizeof records[0]);

	memset(counts, 0, sizeof(int[PARTITIONS][REQUESTS]));
	for (size_t i = 0; i < count; i++) {
		struct arena arena = {0};
		struct reply_view view;
		struct err e;

		assert_int_equal(reply_decode(records[i].value, &arena, &view, &e), RC_OK);
		assert_in_range(view.offset, 0, REQUESTS - 1);
		counts[view.partition][view.offset]++;
		arena_release(&arena);
	}
	rig_give(records, count);
}

/* Is that a partition where a rebuild would leave requests without a reply for ever? */
static bool is_refused(int partition)
{
	return rows[partition].past == LOST_GAP && rows[partition].offset != 0;
}

/* With the replies that come of a rebuild, or not. */
static void expect_replies(bool is_gap_filled)
{
	int counts[PARTITIONS][REQUESTS];

	count_replies(counts);
	for (int p = 0; p < PARTITIONS; p++)
		for (int i = 0; i < REQUESTS; i++) {
			bool is_missing = i == ANSWERED_FIRST &&
			                  (is_gap_filled ? is_refused(p) : rows[p].past == LOST_GAP);

			if (counts[p][i] != !is_missing)
				fail_msg("partition %d (past %d, offset %d): %d replies to request %d\n%s", p,
				         rows[p].past, rows[p].offset, counts[p][i], i, rig_log());
		}
}

static void await_replies(int total)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	int counts[PARTITIONS][REQUESTS];

	for (;;) {
		int sum = 0;

		count_replies(counts);
		for (int i = 0; i < PARTITIONS * REQUESTS; i++)
			sum += counts[i / REQUESTS][i % REQUESTS];
		if (sum >= total)
			return;
		if (clock_monotonic_ms() > until_ms)
			fail_msg("%d of %d replies\n%s", sum, total, rig_log());
		clock_sleep_ms(100);
	}
}

/* ---- what is done ---- */

/* To the partition's log, `count` times, as one batch of records. */
static void send(struct kafka_sender *sender, const char *topic, int partition, const char *value,
                 int count)
{
	struct err e;

	for (int i = 0; i < count; i++)
		assert_int_equal(kafka_sender_send(sender, topic, partition, text_of("x"), text_of(value),
		                                   NULL, 0, NULL, &e), RC_OK);
}

static void send_requests(unsigned pasts, int count)
{
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_sender *sender;
	struct err e;

	assert_int_equal(kafka_sender_open(&sender, &kafka, RIG_WAIT_MS, NULL, NULL, &e), RC_OK);
	for (int p = 0; p < PARTITIONS; p++)
		if (pasts >> rows[p].past & 1)
			send(sender, rig_topics.requests, p, "{}", count);
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	kafka_sender_close(sender);
}

/* A reply to the last request, where the one before it has none. */
static void send_replies(void)
{
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_sender *sender;
	struct err e;

	assert_int_equal(kafka_sender_open(&sender, &kafka, RIG_WAIT_MS, NULL, NULL, &e), RC_OK);
	for (int p = 0; p < PARTITIONS; p++) {
		char value[600];

		if (rows[p].past != GAP && rows[p].past != LOST_GAP)
			continue;
		snprintf(value, sizeof value,
		         "{\"request_id\":null,\"type\":null,\"show_id\":null,\"status\":\"rejected\","
		         "\"code\":400,\"reason\":\"INVALID_REQUEST\",\"message\":\"m\","
		         "\"decided_at\":\"2026-11-24T15:00:00.123Z\",\"request\":{\"topic\":\"%s\","
		         "\"partition\":%d,\"offset\":%d}}", rig_topics.requests, p, REQUESTS - 1);
		send(sender, rig_topics.replies, p, value, 1);
	}
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	kafka_sender_close(sender);
}

#define BIT(past) (1U << (past))
#define ALL (~0U)

static void answer_all(unsigned pasts, int count, int total)
{
	long worker;

	send_requests(pasts, count);
	worker = rig_start("holdfast-worker", NULL);
	await_replies(total);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

/* All lanes with something to do stand still behind the database's COMMIT, until they are killed. */
static void decide_only(int count)
{
	struct buf faults = {0};
	char sql[100];
	long worker;

	for (int i = 1; i <= count; i++)
		buf_print(&faults, "%scommitted:delay=600000:%d", i > 1 ? "," : "", i);
	worker = faulty_start("holdfast-worker", faults.data, NULL, NULL);
	snprintf(sql, sizeof sql, "SELECT sum(next_offset) = %d FROM holdfast.partition_progress",
	         PARTITIONS * ANSWERED_FIRST +
	             (count + count_of(ANSWERED) + count_of(MARKED) + count_of(LOST)) *
	                 (REQUESTS - ANSWERED_FIRST));
	rig_await_sql("t", sql);
	assert_int_equal(rig_stop(worker, SIGKILL), -SIGKILL);
	buf_release(&faults);
}

static long long end_of(int partition)
{
	int64_t first, end;

	rig_bounds(rig_topics.requests, partition, true, &first, &end);
	return end;
}

static void set_offsets(void)
{
	char path[] = "/tmp/holdfast-offsets-XXXXXX";
	struct buf reset = {0}, forget = {0};
	FILE *file;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	file = fdopen(fd, "w");
	buf_print(&forget, "--delete-offsets --topic %s:", rig_topics.requests);
	for (int p = 0, forgotten = 0; p < PARTITIONS; p++) {
		if (rows[p].offset == NONE)
			buf_print(&forget, "%s%d", forgotten++ ? "," : "", p);
		else if (rows[p].offset != KEPT)
			fprintf(file, "%s,%d,%lld\n", rig_topics.requests, p,
			        rows[p].offset == LATEST ? end_of(p) : rows[p].offset);
	}
	fclose(file);
	buf_print(&reset, "--reset-offsets --from-file %s --execute", path);
	shell_offsets("%s", reset.data);
	shell_offsets("%s", forget.data);
	remove(path);
	buf_release(&reset);
	buf_release(&forget);
}

/* ---- the tests, in this order ---- */

static int set_up(void **state)
{
	unsigned answered = BIT(ANSWERED) | BIT(LOST) | BIT(MARKED);
	unsigned decided = BIT(DECIDED) | BIT(GAP);
	int more = REQUESTS - ANSWERED_FIRST, total = PARTITIONS * ANSWERED_FIRST;

	faulty_set_pace(PARTITIONS);
	if (rig_make(state))
		return -1;
	answer_all(ALL, ANSWERED_FIRST, total);
	rig_sql("CREATE SCHEMA older; CREATE TABLE older.partition_progress AS TABLE "
	        "holdfast.partition_progress");
	total += (count_of(ANSWERED) + count_of(LOST) + count_of(MARKED)) * more;
	answer_all(answered, more, total);
	send_requests(decided, more);
	decide_only(count_of(DECIDED) + count_of(GAP));
	send_requests(BIT(WAITING) | BIT(LOST_GAP), more);
	send_replies();
	for (int p = 0; p < PARTITIONS; p++) {
		if (rows[p].past == MARKED)
			history_abort(p);
		if (has_lost_rows(p))
			rig_sql("DELETE FROM holdfast.decisions WHERE partition = %d AND \"offset\" >= %d; "
			        "UPDATE holdfast.partition_progress AS p SET next_offset = o.next_offset, "
			        "decided_until = o.decided_until, last_offset = o.last_offset, last_digest = "
			        "o.last_digest FROM older.partition_progress AS o WHERE o.partition = "
			        "p.partition AND p.partition = %d", p, ANSWERED_FIRST, p);
	}
	rig_await_empty_group();
	set_offsets();
	return 0;
}

/* It halts where the rows are behind the replies, and nowhere else. */
static void each_request_has_one_reply_whatever_offset_a_hand_has_set(void **state)
{
	int total = PARTITIONS * REQUESTS - count_of(LOST_GAP);
	long worker = rig_start("holdfast-worker", NULL);
	char sql[200];

	(void)state;
	await_replies(total);
	snprintf(sql, sizeof sql, "SELECT count(*) >= %d FROM holdfast.partition_halts",
	         count_of(LOST) + count_of(LOST_GAP));
	rig_await_sql("t", sql);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_replies(false);
	for (int p = 0; p < PARTITIONS; p++)
		assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.partition_halts WHERE partition = "
		                            "%d AND reason LIKE 'the database lost commits: answered below "
		                            "offset 5, decided below 3%%'", p), has_lost_rows(p) ? "1" : "0");
	assert_non_null(strstr(rig_log(), "the committed offset was set by hand, beyond the last reply"));
	assert_non_null(strstr(rig_log(), "there are replies beyond the committed offset"));
	assert_non_null(strstr(rig_log(), "requests before the last reply have none; they are answered "
	                                  "now"));
}

/* What was found out once stands in the offset, with a mark, and nothing is read back again. */
static void the_next_worker_believes_the_offset(void **state)
{
	size_t before = strlen(rig_log());
	long worker = rig_start("holdfast-worker", NULL);
	char sql[200];

	(void)state;
	snprintf(sql, sizeof sql, "SELECT count(*) = %d FROM holdfast.partition_progress WHERE "
	         "next_offset = %d", PARTITIONS - count_of(LOST) - count_of(LOST_GAP), REQUESTS);
	rig_await_sql("t", sql);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	assert_null(strstr(rig_log() + before, "they count"));
	assert_null(strstr(rig_log() + before, "set by hand"));
	expect_replies(false);
}

static void a_rebuild_decides_what_is_answered_and_refuses_where_replies_are_missing(void **state)
{
	size_t before = strlen(rig_log());

	(void)state;
	assert_int_equal(rig_stop(rig_start("holdfast-admin", "rebuild", NULL), 0), 3);
	assert_non_null(strstr(rig_log() + before, "1 requests from offset 3 to 3, below what is "
	                                           "answered, 5, have no reply"));
	for (int p = 0; p < PARTITIONS; p++)
		assert_string_equal(rig_sql("SELECT next_offset FROM holdfast.partition_progress WHERE "
		                            "partition = %d", p), is_refused(p) ? "3" : "5");
	expect_replies(false);
}

/* Where a hand has set the offset back to the first of them, or before it. */
static void what_was_rebuilt_without_a_reply_is_answered(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);
	int total = PARTITIONS * REQUESTS;

	(void)state;
	for (int p = 0; p < PARTITIONS; p++)
		total -= is_refused(p);
	await_replies(total);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_replies(true);
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
	    TEST(each_request_has_one_reply_whatever_offset_a_hand_has_set),
	    TEST(the_next_worker_believes_the_offset),
	    TEST(a_rebuild_decides_what_is_answered_and_refuses_where_replies_are_missing),
	    TEST(what_was_rebuilt_without_a_reply_is_answered),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
