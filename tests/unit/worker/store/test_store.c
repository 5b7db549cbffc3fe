/*
 * What becomes of a batch where the database's answer is lost, late or no: against a scripted
 * server. tests/integration/test_store.c does the rest on a real one.
 */
#include "tests/unit/pq.h"

#include <stdlib.h>
#include <string.h>

#include "worker/store/store.h"

#define PARTITION 3
#define OFFSET INT64_C(10) /* of the one record, which is no request: nothing need be read */
#define EPOCH INT64_C(7)

/* Owner of the partition since then; the offset that is decided next. */
#define TAKE_OVER \
	{.what = "connect"}, \
	{.what = "worker_take_progress", .how = PQ_ROW, .tag = "INSERT 0 1", .columns = 5, \
	 .row = {pq_int8(OFFSET), pq_int8(EPOCH), pq_null(), pq_int8(OFFSET - 1), pq_null()}}
#define BEGIN \
	{.what = "begin"}, \
	{.what = "worker_move_progress", .how = PQ_ROW, .tag = "UPDATE 1", .columns = 2, \
	 .row = {pq_int8(0), pq_null()}}
#define INSERT {.what = "worker_insert_decisions", .tag = "INSERT 0 1"}
#define LOST {.what = "commit", .how = PQ_CLOSES}
#define SETTLE(next_offset) \
	{.what = "worker_settle_progress", .how = PQ_ROW, .tag = "UPDATE 1", .columns = 1, \
	 .row = {pq_int8(next_offset)}}
#define NO_LONGER_OURS \
	{.what = "worker_settle_progress", .how = PQ_NO_ROW, .tag = "UPDATE 0", .columns = 1}
#define WARNS(statement) \
	{.what = (statement), .state = "01000", .text = "canceling wait for synchronous replication"}
#define FAILS(statement, sqlstate) \
	{.what = (statement), .how = PQ_FAILS, .state = (sqlstate), .text = "no"}

#define PLAY(...) \
	const struct pq_step steps[] = {TAKE_OVER, __VA_ARGS__}; \
	begin(steps, sizeof steps / sizeof steps[0])

static struct store *store;
static struct entry entry;
static struct batch batch;
static struct err e;

static void begin(const struct pq_step *steps, size_t count)
{
	static const struct db_settings settings = {.url = "postgresql://nowhere/db",
	                                            .program = "test", .connect_ms = 1000, .answer_ms = 60};
	static const struct plan_place place = {PARTITION, 8};

	pq_play(steps, count);
	assert_int_equal(store_open(&store, &settings, &place, 0, &e), RC_OK);
	assert_int_equal(store_take_over(store, 0, &e), RC_OK);
	entry = (struct entry){.record = {.topic = "requests", .partition = PARTITION, .offset = OFFSET,
	                                  .timestamp_ms = 1000, .is_append_time = true,
	                                  .key = text_of("s"), .value = text_of("no request")}};
	batch = (struct batch){.entries = &entry, .count = 1};
	assert_true(batch_decode(&batch, 0));
}

static int end(void **state)
{
	(void)state;
	store_close(store);
	store = NULL;
	arena_release(&batch.requests);
	arena_release(&batch.plan);
	pq_is_over();
	return 0;
}

static enum rc decide(void)
{
	return store_decide(store, &batch, 0, 1, false, &e);
}

static void stands_at(int64_t next_offset)
{
	assert_int_equal(store_progress(store)->next_offset, next_offset);
	assert_int_equal(store_progress(store)->owner_epoch, EPOCH);
}

/* The answer to COMMIT is lost; then the progress says what became of it. */
static void reopens(enum rc rc, bool is_done)
{
	bool found = !is_done;

	assert_int_equal(decide(), RC_REOPEN);
	stands_at(OFFSET);
	assert_int_equal(store_reopen(store, &found, &e), rc);
	assert_int_equal(found, is_done);
	stands_at(is_done ? OFFSET + 1 : OFFSET);
}

static void a_batch_is_decided_when_its_commit_is_answered(void **state)
{
	PLAY(BEGIN, INSERT, {.what = "commit"});

	(void)state;
	assert_int_equal(decide(), RC_OK);
	stands_at(OFFSET + 1);
	assert_int_equal(entry.decision.outcome, OUTCOME_INVALID_REQUEST);
}

static void a_lost_commit_whose_progress_has_moved_is_done(void **state)
{
	PLAY(BEGIN, INSERT, LOST, {.what = "connect"}, SETTLE(OFFSET + 1));

	(void)state;
	reopens(RC_OK, true);
}

static void a_lost_commit_whose_progress_stands_is_decided_again(void **state)
{
	PLAY(BEGIN, INSERT, LOST, {.what = "connect"}, SETTLE(OFFSET), BEGIN, INSERT,
	     {.what = "commit"});

	(void)state;
	reopens(RC_OK, false);
	assert_int_equal(decide(), RC_OK);
	stands_at(OFFSET + 1);
}

static void a_commit_without_an_answer_is_looked_up_likewise(void **state)
{
	PLAY(BEGIN, INSERT, {.what = "commit", .how = PQ_SILENT}, {.what = "connect"},
	     SETTLE(OFFSET + 1));

	(void)state;
	reopens(RC_OK, true);
}

/* The server did not wait for its standby: visible is not durable, so the write behind it decides. */
static void a_commit_with_a_warning_counts_when_a_write_behind_it_is_durable(void **state)
{
	bool is_done = true;
	PLAY(BEGIN, INSERT, WARNS("commit"), {.what = "connect"}, {.what = "worker_settle_progress",
	     .how = PQ_SILENT}, {.what = "connect"}, SETTLE(OFFSET + 1));

	(void)state;
	assert_int_equal(decide(), RC_REOPEN);
	stands_at(OFFSET);
	assert_int_equal(store_reopen(store, &is_done, &e), RC_REOPEN);
	assert_false(is_done);
	stands_at(OFFSET);
	assert_int_equal(store_reopen(store, &is_done, &e), RC_OK);
	assert_true(is_done);
	stands_at(OFFSET + 1);
}

static void after_a_lost_commit_another_owner_may_have_come(void **state)
{
	PLAY(BEGIN, INSERT, LOST, {.what = "connect"}, NO_LONGER_OURS);

	(void)state;
	reopens(RC_FENCED, false);
}

static void nobody_elses_progress_is_taken_for_ones_own(void **state)
{
	PLAY(BEGIN, INSERT, LOST, {.what = "connect"}, NO_LONGER_OURS);

	(void)state;
	reopens(RC_FENCED, false);
}

static void a_progress_that_is_neither_before_nor_behind_the_batch_is_another_owners(void **state)
{
	PLAY(BEGIN, INSERT, LOST, {.what = "connect"}, SETTLE(OFFSET + 2));

	(void)state;
	reopens(RC_FENCED, false);
}

static void a_progress_that_is_gone_is_another_owners(void **state)
{
	PLAY(BEGIN, INSERT, LOST, {.what = "connect"},
	     NO_LONGER_OURS);

	(void)state;
	reopens(RC_FENCED, false);
}

static void until_the_server_is_back_nothing_is_known(void **state)
{
	bool is_done = true;
	PLAY(BEGIN, INSERT, LOST,
	     {.what = "connect", .how = PQ_FAILS, .text = "FATAL:  57P03: starting up"},
	     {.what = "connect"}, FAILS("worker_settle_progress", "55P03"),
	     {.what = "connect"}, {.what = "worker_settle_progress", .how = PQ_CLOSES},
	     {.what = "connect"}, SETTLE(OFFSET + 1));

	(void)state;
	assert_int_equal(decide(), RC_REOPEN);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(store_reopen(store, &is_done, &e), RC_REOPEN);
		assert_false(is_done);
		stands_at(OFFSET);
	}
	assert_int_equal(store_reopen(store, &is_done, &e), RC_OK);
	assert_true(is_done);
}

static void a_session_that_is_ended_anywhere_asks_to_be_opened_anew(void **state)
{
#define DIES(statement) \
	{.what = (statement), .how = PQ_DIES, .state = "57P01", .text = "terminating"}
#define NOT_RUN(statement) {.what = (statement), .how = PQ_NOT_RUN}
	const struct pq_step at_begin[] = {TAKE_OVER, DIES("begin"), NOT_RUN("worker_move_progress")};
	const struct pq_step at_move[] = {TAKE_OVER, {.what = "begin"}, DIES("worker_move_progress")};
	const struct pq_step at_insert[] = {TAKE_OVER, BEGIN, DIES("worker_insert_decisions"),
	                                    NOT_RUN("commit")};
	const struct pq_step at_commit[] = {TAKE_OVER, BEGIN, INSERT, DIES("commit")};
	const struct { const struct pq_step *steps; size_t count; } places[] = {
	    {at_begin, 4}, {at_move, 4}, {at_insert, 6}, {at_commit, 6}};

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		begin(places[i].steps, places[i].count);
		assert_int_equal(decide(), RC_REOPEN);
		assert_string_equal(e.code, "57P01");
		stands_at(OFFSET);
		end(state);
	}
}

static void who_moves_no_progress_has_lost_the_partition(void **state)
{
	PLAY({.what = "begin"},
	     {.what = "worker_move_progress", .how = PQ_NO_ROW, .tag = "UPDATE 0", .columns = 2},
	     {.what = "rollback"});

	(void)state;
	assert_int_equal(decide(), RC_FENCED);
	stands_at(OFFSET);
}

static void what_is_rolled_back_may_be_decided_again(void **state)
{
	PLAY(BEGIN, FAILS("worker_insert_decisions", "40P01"), {.what = "commit", .how = PQ_NOT_RUN},
	     {.what = "rollback"}, BEGIN, INSERT, {.what = "commit"});

	(void)state;
	assert_int_equal(decide(), RC_RETRY);
	stands_at(OFFSET);
	assert_int_equal(decide(), RC_OK);
	stands_at(OFFSET + 1);
}

static void rows_that_are_not_as_planned_are_rolled_back(void **state)
{
	PLAY(BEGIN, FAILS("worker_insert_decisions", SQLSTATE_COUNT_DIFFERS),
	     {.what = "commit", .how = PQ_NOT_RUN}, {.what = "rollback"});

	(void)state;
	assert_int_equal(decide(), RC_REJECT);
	assert_string_equal(e.code, SQLSTATE_COUNT_DIFFERS);
	stands_at(OFFSET);
}

static void where_rolling_back_fails_the_session_is_gone(void **state)
{
	PLAY(BEGIN, FAILS("worker_insert_decisions", "40P01"), {.what = "commit", .how = PQ_NOT_RUN},
	     {.what = "rollback", .how = PQ_CLOSES});

	(void)state;
	assert_int_equal(decide(), RC_REOPEN);
	assert_non_null(strstr(e.text, "rolling back: "));
	stands_at(OFFSET);
}

static void a_commit_that_rolled_back_decides_nothing(void **state)
{
	PLAY(BEGIN, INSERT, {.what = "commit", .tag = "ROLLBACK"});

	(void)state;
	assert_int_equal(decide(), RC_FATAL);
	stands_at(OFFSET);
}

static bool count(void *context)
{
	return ++*(int *)context < 2;
}

static void what_is_done_meanwhile_is_done_while_the_commit_is_under_way(void **state)
{
	int counted = 0;
	PLAY(BEGIN, INSERT, LOST, {.what = "connect"}, SETTLE(OFFSET), {.what = "begin"},
	     FAILS("worker_move_progress", "40001"), {.what = "rollback"});

	(void)state;
	store_meanwhile(store, &(struct meanwhile){count, &counted});
	reopens(RC_OK, false);
	assert_int_equal(counted, 2);
	assert_int_equal(decide(), RC_RETRY);
	assert_int_equal(counted, 2); /* it did not come to a COMMIT */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, end)
	const struct CMUnitTest tests[] = {
	    TEST(a_batch_is_decided_when_its_commit_is_answered),
	    TEST(a_lost_commit_whose_progress_has_moved_is_done),
	    TEST(a_lost_commit_whose_progress_stands_is_decided_again),
	    TEST(a_commit_without_an_answer_is_looked_up_likewise),
	    TEST(a_commit_with_a_warning_counts_when_a_write_behind_it_is_durable),
	    TEST(after_a_lost_commit_another_owner_may_have_come),
	    TEST(nobody_elses_progress_is_taken_for_ones_own),
	    TEST(a_progress_that_is_neither_before_nor_behind_the_batch_is_another_owners),
	    TEST(a_progress_that_is_gone_is_another_owners),
	    TEST(until_the_server_is_back_nothing_is_known),
	    cmocka_unit_test(a_session_that_is_ended_anywhere_asks_to_be_opened_anew),
	    TEST(who_moves_no_progress_has_lost_the_partition),
	    TEST(what_is_rolled_back_may_be_decided_again),
	    TEST(rows_that_are_not_as_planned_are_rolled_back),
	    TEST(where_rolling_back_fails_the_session_is_gone),
	    TEST(a_commit_that_rolled_back_decides_nothing),
	    TEST(what_is_done_meanwhile_is_done_while_the_commit_is_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
