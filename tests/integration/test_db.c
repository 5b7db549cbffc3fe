/*
 * The door to PostgreSQL on a real server: values there and back, errors made to happen, lost
 * sessions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/integration/own_database.h"

static struct err e;

static void a_terminated_session_asks_to_be_opened_anew(void **state)
{
	struct db_call call = {.query = QUERY_BEGIN};
	struct db *victim = own_open(), *db = own_open();

	(void)state;
	own_run(victim, "SET application_name = 'victim'");
	own_run(db, "DO $$ BEGIN ASSERT (SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
	             "WHERE application_name = 'victim'); END $$");
	assert_int_equal(db_run(victim, &call, 1, &e), RC_REOPEN);
	assert_int_equal(e.origin, FROM_DATABASE);
	assert_int_equal(db_run(victim, &call, 1, &e), RC_REOPEN);
	assert_int_equal(db_rollback(victim, &e), RC_REOPEN);
	db_close(victim);
	victim = own_open();
	assert_int_equal(db_run(victim, &call, 1, &e), RC_OK);
	assert_int_equal(db_rollback(victim, &e), RC_OK);
	db_close(victim);
	db_close(db);
}

static void what_the_server_says_decides_what_to_do_next(void **state)
{
	static const struct {
		const char *sql, *code;
		enum rc rc;
	} cases[] = {
		{"INSERT INTO t.t VALUES (1)", "23505", RC_REJECT},
		{"SELECT 1 / 0", "22012", RC_REJECT},
		{"SELECT * FROM t.none", "42P01", RC_FATAL},
		{"nonsense", "42601", RC_FATAL},
		{"DO $$ BEGIN RAISE 'x' USING ERRCODE = '42501'; END $$", "42501", RC_FATAL},
		{"SET statement_timeout = 50; SELECT pg_sleep(20)", "57014", RC_RETRY},
		{"SET lock_timeout = 50; LOCK TABLE t.t", "55P03", RC_RETRY},
		{"DO $$ BEGIN RAISE 'x' USING ERRCODE = '40P01'; END $$", "40P01", RC_RETRY},
		{"DO $$ BEGIN RAISE 'x' USING ERRCODE = '53200'; END $$", "53200", RC_RETRY},
		{"DO $$ BEGIN RAISE 'x' USING ERRCODE = 'HF001'; END $$", "HF001", RC_REJECT},
		{"DO $$ BEGIN RAISE 'x' USING ERRCODE = 'HF002'; END $$", "HF002", RC_FATAL},
		{"SET TRANSACTION READ ONLY; DELETE FROM t.t", "25006", RC_REOPEN},
		{"SELECT pg_terminate_backend(pg_backend_pid())", "57P01", RC_REOPEN},
	};
	struct db *holder = own_open();

	(void)state;
	own_run(holder, "CREATE SCHEMA t; CREATE TABLE t.t (id int PRIMARY KEY);"
	                 "INSERT INTO t.t VALUES (1)");
	own_run(holder, "BEGIN; LOCK TABLE t.t IN SHARE UPDATE EXCLUSIVE MODE");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct db *db = own_open();

		assert_int_equal(db_run_script(db, cases[i].sql, &e), cases[i].rc);
		assert_string_equal(e.code, cases[i].code);
		assert_null(strstr(e.text, "(id)=")); /* DETAIL shows rows */
		assert_int_equal(db_rollback(db, &e), cases[i].rc == RC_REOPEN ? RC_REOPEN : RC_OK);
		db_close(db);
	}
	db_close(holder);
}

/* What is seen of a pooler in transaction mode, which no test has: statements of other sessions. */
static void a_session_that_is_shared_with_others_is_no_setting_that_works(void **state)
{
	struct db_call call = {.query = QUERY_SCHEMA_FIND};
	struct db *db = own_open();

	(void)state;
	own_run(db, "PREPARE schema_find AS SELECT 1");
	assert_int_equal(db_run(db, &call, 1, &e), RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
	assert_string_equal(e.code, "42P05");
	assert_non_null(strstr(e.text, "already exists; a pooler gives each transaction to another"));
	own_run(db, "DEALLOCATE ALL");
	assert_int_equal(db_run(db, &call, 1, &e), RC_OK);
	db_rows_release(&call.rows);
	own_run(db, "DEALLOCATE ALL");
	assert_int_equal(db_run(db, &call, 1, &e), RC_USAGE);
	assert_string_equal(e.code, "26000");
	assert_non_null(strstr(e.text, "does not exist; a pooler gives each transaction to another"));
	db_close(db);
}

static void a_rival_update_is_a_serialization_failure(void **state)
{
	struct db *a = own_open(), *b = own_open();

	(void)state;
	own_run(a, "CREATE SCHEMA t; CREATE TABLE t.t (n int); INSERT INTO t.t VALUES (1)");
	own_run(a, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM t.t");
	own_run(b, "UPDATE t.t SET n = 2");
	assert_int_equal(db_run_script(a, "UPDATE t.t SET n = 3", &e), RC_RETRY);
	assert_string_equal(e.code, "40001");
	assert_int_equal(db_rollback(a, &e), RC_OK);
	own_run(a, "UPDATE t.t SET n = 3");
	db_close(a);
	db_close(b);
}

static void a_statement_that_could_not_be_prepared_is_prepared_the_next_time(void **state)
{
	struct db *db = own_open();
	struct db_call calls[] = {{.query = QUERY_BEGIN}, {.query = QUERY_PIPELINE_READ},
	                          {.query = QUERY_SCHEMA_READ_VERSION}, {.query = QUERY_COMMIT}};

	(void)state;
	assert_int_equal(db_run(db, calls, 4, &e), RC_FATAL);
	assert_non_null(strstr(e.text, query_name(QUERY_PIPELINE_READ)));
	assert_string_equal(e.code, "42P01");
	/* The server would roll back and call it a success. */
	assert_int_equal(db_run(db, calls + 3, 1, &e), RC_FATAL);
	assert_int_equal(db_rollback(db, &e), RC_OK);
	own_migrate(db);
	assert_int_equal(db_run(db, calls, 4, &e), RC_OK);
	assert_int_equal(calls[1].rows.count, 0);
	assert_true(db_int4(&calls[2].rows, 0, 0) > 0);
	for (int i = 0; i < 4; i++)
		db_rows_release(&calls[i].rows);
	db_close(db);
}

static void insert_decision(struct db_args *args, int64_t offset, struct text show_id,
                            const struct uuid *request_id, int64_t decided_ms, struct text reply)
{
	static const uint32_t types[] = {DB_INT8, DB_TEXT, DB_UUID,  DB_TEXT,  DB_INT4, DB_TEXT,
	                                 DB_INT8, DB_TIME, DB_BYTEA, DB_BYTEA, DB_BYTEA};
	struct db_array a[11];

	for (int i = 0; i < 11; i++)
		a[i] = (struct db_array){.type = types[i]};
	db_array_int8(&a[0], offset);
	db_array_text(&a[1], show_id);
	db_array_uuid(&a[2], request_id);
	db_array_text(&a[3], text_of("reserve"));
	db_array_int4(&a[4], -200);
	db_array_text(&a[5], text_of(""));
	db_array_null(&a[6]);
	db_array_time(&a[7], decided_ms);
	db_array_null(&a[8]);
	db_array_bytea(&a[9], reply);
	db_array_null(&a[10]);
	db_arg_int4(args, 3);
	for (int i = 0; i < 11; i++) {
		db_arg_array(args, &a[i]);
		db_array_release(&a[i]);
	}
	db_arg_int8(args, 1);
}

static void values_come_back_as_they_went(void **state)
{
	const struct text reply = {"\0\xff\"{", 4};
	const int64_t decided_ms = -1; /* before 1970 and 2000: rounding shows */
	const struct uuid id = uuid_make();
	struct db_args insert = {0}, range = {0};
	struct db_call calls[] = {{.query = QUERY_WORKER_INSERT_DECISIONS, .args = &insert},
	                          {.query = QUERY_WORKER_READ_DECISIONS, .args = &range}};
	struct db_rows *rows = &calls[1].rows;
	struct db *db = own_open();
	struct uuid read;

	(void)state;
	own_migrate(db);
	insert_decision(&insert, INT64_MAX, text_of("Zürich"), &id, decided_ms, reply);
	db_arg_int4(&range, 3);
	db_arg_int8(&range, INT64_MIN);
	db_arg_int8(&range, INT64_MAX);
	if (db_run(db, calls, 2, &e) != RC_OK)
		fail_msg("%s", e.text);
	assert_int_equal(rows->count, 1);
	assert_true(db_int8(rows, 0, 0) == INT64_MAX);
	read = db_uuid(rows, 0, 1);
	assert_true(uuid_same(&read, &id));
	assert_true(text_same(db_text(rows, 0, 2), text_of("Zürich")));
	assert_true(text_same(db_text(rows, 0, 3), text_of("reserve")));
	assert_int_equal(db_int4(rows, 0, 4), -200);
	assert_true(text_same(db_text(rows, 0, 5), text_of("")));
	assert_non_null(db_text(rows, 0, 5).data);
	assert_true(db_is_null(rows, 0, 6));
	assert_true(db_time_ms(rows, 0, 7) == decided_ms);
	assert_true(text_same(db_text(rows, 0, 8), reply));
	assert_null(db_text(rows, 0, 9).data);
	db_rows_release(&calls[0].rows);
	db_rows_release(rows);
	/* The same key again. */
	assert_int_equal(db_run(db, calls, 2, &e), RC_REJECT);
	assert_string_equal(e.code, "23505");
	assert_null(calls[1].rows.result);
	db_args_release(&insert);
	db_args_release(&range);
	db_close(db);
}

static void much_goes_both_ways_at_once_without_a_deadlock(void **state)
{
	enum { PAIRS = 3, REPLY_BYTES = 16000000 }; /* more than sockets hold */
	char *reply = calloc(1, REPLY_BYTES);
	const struct uuid id = uuid_make();
	struct db_args inserts[PAIRS] = {{0}}, range = {0};
	struct db_call calls[2 * PAIRS] = {{.query = QUERY_BEGIN}};
	struct db *db = own_open();

	(void)state;
	own_migrate(db);
	db_arg_int4(&range, 3);
	db_arg_int8(&range, 0);
	db_arg_int8(&range, PAIRS);
	for (int i = 0; i < PAIRS; i++) {
		insert_decision(&inserts[i], i, text_of("s"), &id, 0, (struct text){reply, REPLY_BYTES});
		calls[2 * i] = (struct db_call){.query = QUERY_WORKER_INSERT_DECISIONS,
		                                .args = &inserts[i]};
		calls[2 * i + 1] = (struct db_call){.query = QUERY_WORKER_READ_DECISIONS, .args = &range};
	}
	if (db_run(db, calls, 2 * PAIRS, &e) != RC_OK)
		fail_msg("%s", e.text);
	for (int i = 0; i < PAIRS; i++) {
		assert_int_equal(calls[2 * i + 1].rows.count, i + 1);
		assert_int_equal(db_text(&calls[2 * i + 1].rows, i, 8).bytes, REPLY_BYTES);
		db_rows_release(&calls[2 * i].rows);
		db_rows_release(&calls[2 * i + 1].rows);
		db_args_release(&inserts[i]);
	}
	db_args_release(&range);
	free(reply);
	db_close(db);
}

static void a_database_that_does_not_answer_in_time_is_left(void **state)
{
	int64_t began_ms;
	struct db *db;

	(void)state;
	assert_int_equal(own_open_at(&db, own_url.data, 400, &e), RC_OK);
	began_ms = clock_monotonic_ms();
	assert_int_equal(db_run_script(db, "SET statement_timeout = 0; SELECT pg_sleep(100)", &e),
	                 RC_REOPEN);
	assert_true(clock_monotonic_ms() - began_ms >= 400);
	assert_true(clock_monotonic_ms() - began_ms < OWN_WAIT_MS);
	assert_int_equal(db_run_script(db, "SELECT 1", &e), RC_REOPEN);
	db_close(db);
}

/* A host that takes connections and says nothing, as one does whose machine stands still. */
static void the_next_host_of_a_url_is_tried_where_one_is_silent(void **state)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct db_settings settings = {.program = "test_db", .connect_ms = 2000, .answer_ms = 30000};
	int silent = socket(AF_INET, SOCK_STREAM, 0);
	const char *host = strchr(own_url.data, '@') + 1;
	socklen_t bytes = sizeof at;
	struct buf url = {0};
	struct db *db;

	(void)state;
	assert_int_equal(bind(silent, (const struct sockaddr *)&at, bytes), 0);
	assert_int_equal(listen(silent, 5), 0);
	assert_int_equal(getsockname(silent, (struct sockaddr *)&at, &bytes), 0);
	buf_print(&url, "%.*s127.0.0.1:%d,%s", (int)(host - own_url.data), own_url.data,
	          ntohs(at.sin_port), host);
	settings.url = url.data;
	assert_int_equal(db_open(&db, &settings, &e), RC_OK);
	db_close(db);
	buf_release(&url);
	close(silent);
}

static void a_session_that_cannot_be_had_says_why(void **state)
{
	struct buf url = {0};
	const char *user = strstr(own_url.data, "://") + 3;
	struct db *db;

	(void)state;
	assert_int_equal(own_open_at(&db, "hunter2 and no URL", OWN_WAIT_MS, &e), RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
	assert_null(strstr(e.text, "hunter2"));
	assert_int_equal(own_open_at(&db, "", OWN_WAIT_MS, &e), RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
	assert_int_equal(own_open_at(&db, "postgresql://u:hunter2@127.0.0.1:1/x", OWN_WAIT_MS, &e),
	                 RC_REOPEN);
	assert_null(strstr(e.text, "hunter2"));
	/* Files and numbers that the URL names. */
	buf_print(&url, "%s?sslmode=verify-full&sslrootcert=/none", own_url.data);
	assert_int_equal(own_open_at(&db, url.data, OWN_WAIT_MS, &e), RC_FATAL);
	assert_non_null(strstr(e.text, "server does not support SSL"));
	buf_clear(&url);
	buf_print(&url, "%s?port=banana", own_url.data);
	assert_int_equal(own_open_at(&db, url.data, OWN_WAIT_MS, &e), RC_USAGE);
	buf_clear(&url);
	buf_print(&url, "%s?sslmode=of", own_url.data);
	assert_int_equal(own_open_at(&db, url.data, OWN_WAIT_MS, &e), RC_USAGE);
	buf_clear(&url);
	buf_print(&url, "postgresql://%.*s:hunter2%s", (int)strcspn(user, ":@"), user,
	          strchr(user, '@'));
	assert_int_equal(own_open_at(&db, url.data, OWN_WAIT_MS, &e), RC_FATAL);
	assert_int_equal(e.origin, FROM_DATABASE);
	assert_string_equal(e.code, "28P01");
	assert_null(strstr(e.text, "hunter2"));
	buf_clear(&url);
	buf_print(&url, "%s_none", own_url.data);
	assert_int_equal(own_open_at(&db, url.data, OWN_WAIT_MS, &e), RC_FATAL);
	assert_int_equal(e.origin, FROM_DATABASE);
	assert_string_equal(e.code, "3D000");
	assert_null(db);
	buf_release(&url);
}

#define CASE(name) cmocka_unit_test_setup(name, own_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_terminated_session_asks_to_be_opened_anew),
		CASE(what_the_server_says_decides_what_to_do_next),
		CASE(a_session_that_is_shared_with_others_is_no_setting_that_works),
		CASE(a_rival_update_is_a_serialization_failure),
		CASE(a_statement_that_could_not_be_prepared_is_prepared_the_next_time),
		CASE(values_come_back_as_they_went),
		CASE(much_goes_both_ways_at_once_without_a_deadlock),
		CASE(a_database_that_does_not_answer_in_time_is_left),
		CASE(the_next_host_of_a_url_is_tried_where_one_is_silent),
		CASE(a_session_that_cannot_be_had_says_why),
	};

	return cmocka_run_group_tests(tests, own_make, own_drop);
}
