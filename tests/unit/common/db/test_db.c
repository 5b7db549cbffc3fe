/*
 * One round trip against a scripted server: answers that are lost, or come in the middle.
 */
#include "tests/unit/pq.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/db/db.h"

#define ANSWER_MS 60

static struct db *db;
static struct err e;

/* A session, then those steps. */
#define PLAY(...) \
	static const struct pq_step steps[] = {{.what = "connect"}, __VA_ARGS__}; \
	begin(steps, sizeof steps / sizeof steps[0])

static void begin(const struct pq_step *steps, size_t count)
{
	static const struct db_settings settings = {
	    .url = "postgresql://nowhere/db", .program = "test", .connect_ms = 1000,
	    .answer_ms = ANSWER_MS};

	pq_play(steps, count);
	assert_int_equal(db_open(&db, &settings, &e), RC_OK);
}

static int end(void **state)
{
	(void)state;
	db_close(db);
	db = NULL;
	pq_is_over();
	return 0;
}

/* The same of any statements. */
static enum rc run(struct db_call *calls, int count)
{
	return db_run(db, calls, count, &e);
}

/* BEGIN, one that looks at a partition, COMMIT. */
static enum rc run_three(void)
{
	struct db_args args = {0};
	struct db_call calls[] = {{.query = QUERY_BEGIN},
	                          {.query = QUERY_WORKER_READ_PROGRESS, .args = &args},
	                          {.query = QUERY_COMMIT}};
	enum rc rc;

	db_arg_int4(&args, 3);
	rc = run(calls, 3);
	for (int i = 0; i < 3; i++) {
		if (rc)
			assert_null(calls[i].rows.result);
		db_rows_release(&calls[i].rows);
	}
	db_args_release(&args);
	return rc;
}

static enum rc run_one(enum query query)
{
	struct db_call call = {.query = query};
	enum rc rc = run(&call, 1);

	db_rows_release(&call.rows);
	return rc;
}

static void rows_and_counts_come_from_their_own_statement(void **state)
{
	struct db_call calls[] = {{.query = QUERY_BEGIN},
	                          {.query = QUERY_WORKER_READ_PROGRESS},
	                          {.query = QUERY_WORKER_DELETE_HALT},
	                          {.query = QUERY_COMMIT}};
	const struct pq_step steps[] = {
	    {.what = "connect"},
	    {.what = "begin"},
	    {.what = "worker_read_progress", .how = PQ_ROW, .tag = "SELECT 1", .columns = 3,
	     .row = {pq_int8(INT64_C(1) << 40), pq_int4(-7), pq_null()}},
	    {.what = "worker_delete_halt", .tag = "DELETE 5"},
	    {.what = "commit"},
	};

	(void)state;
	begin(steps, 5);
	assert_int_equal(run(calls, 4), RC_OK);
	assert_int_equal(calls[1].rows.count, 1);
	assert_int_equal(db_int8(&calls[1].rows, 0, 0), INT64_C(1) << 40);
	assert_int_equal(db_int4(&calls[1].rows, 0, 1), -7);
	assert_true(db_is_null(&calls[1].rows, 0, 2));
	assert_int_equal(calls[2].rows.changed, 5);
	for (int i = 0; i < 4; i++)
		db_rows_release(&calls[i].rows);
}

static void a_connection_lost_before_the_answer_to_commit_leaves_it_unknown(void **state)
{
	PLAY({.what = "begin"}, {.what = "worker_read_progress", .how = PQ_NO_ROW, .columns = 2},
	     {.what = "commit", .how = PQ_CLOSES});

	(void)state;
	assert_int_equal(run_three(), RC_REOPEN);
	assert_int_equal(e.origin, FROM_DATABASE);
	/* Nothing is sent on it any more. */
	assert_int_equal(run_one(QUERY_BEGIN), RC_REOPEN);
	assert_int_equal(db_rollback(db, &e), RC_REOPEN);
	assert_int_equal(db_run_script(db, "SELECT 1", &e), RC_REOPEN);
}

static void a_server_that_does_not_answer_a_commit_is_given_up(void **state)
{
	int64_t from_ms;
	PLAY({.what = "begin"}, {.what = "worker_read_progress", .how = PQ_NO_ROW, .columns = 2},
	     {.what = "commit", .how = PQ_SILENT});

	(void)state;
	from_ms = clock_monotonic_ms();
	assert_int_equal(run_three(), RC_REOPEN);
	assert_true(clock_monotonic_ms() - from_ms >= ANSWER_MS);
	assert_non_null(strstr(e.text, "no answer of the database within 60 ms"));
	assert_int_equal(run_one(QUERY_BEGIN), RC_REOPEN);
}

static void a_commit_answered_with_a_warning_is_of_unknown_outcome(void **state)
{
	PLAY({.what = "begin"}, {.what = "worker_read_progress", .how = PQ_NO_ROW, .columns = 2},
	     {.what = "commit", .state = "01000",
	      .text = "canceling wait for synchronous replication due to user request"});

	(void)state;
	assert_int_equal(run_three(), RC_REOPEN);
	assert_string_equal(e.text, "commit: done with a warning: canceling wait for synchronous "
	                            "replication due to user request");
	assert_int_equal(run_one(QUERY_BEGIN), RC_REOPEN);
}

static void a_commit_answered_with_rollback_is_none(void **state)
{
	PLAY({.what = "begin"}, {.what = "worker_read_progress", .how = PQ_NO_ROW, .columns = 2},
	     {.what = "commit", .tag = "ROLLBACK"});

	(void)state;
	assert_int_equal(run_three(), RC_FATAL);
	assert_string_equal(e.text, "commit: the transaction had failed before");
}

static void what_stands_behind_an_error_is_not_run_and_the_session_goes_on(void **state)
{
	PLAY({.what = "begin"},
	     {.what = "worker_read_progress", .how = PQ_FAILS, .state = "40P01", .text = "deadlock"},
	     {.what = "commit", .how = PQ_NOT_RUN}, {.what = "rollback"},
	     {.what = "begin"}, {.what = "worker_read_progress", .how = PQ_NO_ROW, .columns = 2},
	     {.what = "prepare commit"}, {.what = "commit"});

	(void)state;
	assert_int_equal(run_three(), RC_RETRY);
	assert_string_equal(e.code, "40P01");
	assert_string_equal(e.text, "worker_read_progress: deadlock");
	assert_int_equal(db_rollback(db, &e), RC_OK);
	assert_int_equal(run_three(), RC_OK); /* COMMIT was not prepared the first time */
}

static void a_statement_that_cannot_be_prepared_is_the_one_that_failed(void **state)
{
	PLAY({.what = "begin"},
	     {.what = "prepare worker_read_progress", .how = PQ_FAILS, .state = "42P01",
	      .text = "relation does not exist"},
	     {.what = "worker_read_progress", .how = PQ_NOT_RUN}, {.what = "commit", .how = PQ_NOT_RUN},
	     {.what = "rollback"});

	(void)state;
	assert_int_equal(run_three(), RC_FATAL);
	assert_string_equal(e.text, "worker_read_progress: relation does not exist");
	assert_int_equal(db_rollback(db, &e), RC_OK);
	assert_int_equal(db_rollback(db, &e), RC_OK); /* nothing is open: nothing is sent */
}

static void a_session_that_is_ended_is_opened_anew_wherever_it_was(void **state)
{
	static const struct pq_step at_begin[] = {
	    {.what = "connect"},
	    {.what = "begin", .how = PQ_DIES, .state = "57P01", .text = "terminating"},
	    {.what = "worker_read_progress", .how = PQ_NOT_RUN},
	    {.what = "commit", .how = PQ_NOT_RUN}};
	static const struct pq_step at_prepare[] = {
	    {.what = "connect"},
	    {.what = "begin"},
	    {.what = "prepare worker_read_progress", .how = PQ_DIES, .state = "57P01",
	     .text = "terminating"},
	    {.what = "worker_read_progress", .how = PQ_NOT_RUN},
	    {.what = "commit", .how = PQ_NOT_RUN}};
	static const struct pq_step at_read[] = {
	    {.what = "connect"},
	    {.what = "begin"},
	    {.what = "worker_read_progress", .how = PQ_DIES, .state = "57P01", .text = "terminating"},
	    {.what = "commit", .how = PQ_NOT_RUN}};
	static const struct pq_step at_commit[] = {
	    {.what = "connect"},
	    {.what = "begin"},
	    {.what = "worker_read_progress", .how = PQ_NO_ROW, .columns = 2},
	    {.what = "commit", .how = PQ_DIES, .state = "57P01", .text = "terminating"}};
	static const struct { const struct pq_step *steps; size_t count; } places[] = {
	    {at_begin, 4}, {at_prepare, 5}, {at_read, 4}, {at_commit, 4}};

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		begin(places[i].steps, places[i].count);
		assert_int_equal(run_three(), RC_REOPEN);
		assert_string_equal(e.code, "57P01");
		assert_int_equal(run_one(QUERY_BEGIN), RC_REOPEN);
		end(state);
	}
}

static bool count_to_three(void *context)
{
	int *count = context;

	return ++*count < 3;
}

static void what_is_done_meanwhile_is_done_once_and_only_beside_what_was_sent(void **state)
{
	int count = 0;
	PLAY({.what = "begin"}, {.what = "rollback", .how = PQ_CLOSES});

	(void)state;
	db_meanwhile(db, count_to_three, &count);
	assert_int_equal(run_one(QUERY_BEGIN), RC_OK);
	assert_int_equal(count, 3);
	assert_int_equal(run_one(QUERY_ROLLBACK), RC_REOPEN);
	assert_int_equal(count, 3);
	db_meanwhile(db, count_to_three, &count);
	assert_int_equal(run_one(QUERY_BEGIN), RC_REOPEN);
	assert_int_equal(count, 3);
}

static void of_a_script_that_fails_the_first_error_is_told(void **state)
{
	PLAY({.what = "script"},
	     {.what = "script", .how = PQ_FAILS, .state = "55P03", .text = "lock timeout"},
	     {.what = "script", .how = PQ_DIES, .state = "57P01", .text = "terminating"});

	(void)state;
	assert_int_equal(db_run_script(db, "LOCK t", &e), RC_RETRY);
	assert_string_equal(e.code, "55P03");
	assert_int_equal(db_run_script(db, "LOCK t", &e), RC_REOPEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(rows_and_counts_come_from_their_own_statement, end),
	    cmocka_unit_test_teardown(
	        a_connection_lost_before_the_answer_to_commit_leaves_it_unknown, end),
	    cmocka_unit_test_teardown(a_server_that_does_not_answer_a_commit_is_given_up, end),
	    cmocka_unit_test_teardown(a_commit_answered_with_a_warning_is_of_unknown_outcome, end),
	    cmocka_unit_test_teardown(a_commit_answered_with_rollback_is_none, end),
	    cmocka_unit_test_teardown(
	        what_stands_behind_an_error_is_not_run_and_the_session_goes_on, end),
	    cmocka_unit_test_teardown(
	        a_statement_that_cannot_be_prepared_is_the_one_that_failed, end),
	    cmocka_unit_test(a_session_that_is_ended_is_opened_anew_wherever_it_was),
	    cmocka_unit_test_teardown(
	        what_is_done_meanwhile_is_done_once_and_only_beside_what_was_sent, end),
	    cmocka_unit_test_teardown(of_a_script_that_fails_the_first_error_is_told, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
