/* Migrations, the binding of a database, and every statement prepared, on a real server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "common/pipeline/binding.h"
#include "common/pipeline/schema.h"
#include "tests/integration/own_database.h"

static struct err e;

static void every_statement_prepares_against_the_migrated_schema(void **state)
{
	struct db *db = own_open();

	(void)state;
	own_migrate(db);
	assert_int_equal(schema_make_shadow(db, &e), RC_OK);
	assert_int_equal(schema_make_shadow(db, &e), RC_OK);
	for (int q = 0; q < QUERY_COUNT; q++) {
		struct buf sql = {0};

		/* The protocol prepares these, PREPARE does not; they are run in other tests. */
		if (q == QUERY_SHADOW_CREATE_PROGRESS || q == QUERY_SHADOW_CREATE_DIFFERENCES ||
		    q == QUERY_BEGIN || q == QUERY_BEGIN_SNAPSHOT || q == QUERY_AUDIT_NO_IDLE_LIMIT ||
		    q == QUERY_COMMIT || q == QUERY_ROLLBACK)
			continue;
		buf_print(&sql, "PREPARE as_%s AS %s", query_name((enum query)q), query_text((enum query)q));
		own_run(db, sql.data);
		buf_release(&sql);
	}
	own_run(db, "DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM pg_prepared_statements "
	             "WHERE 'unknown'::regtype = ANY (parameter_types)); END $$");
	db_close(db);
}

static void a_scratch_database_is_no_installations(void **state)
{
	const struct partition_range all = {0, 7};
	struct db *db = own_open();
	bool is_there = true;
	int32_t count;

	(void)state;
	assert_int_equal(schema_find(db, &is_there, &e), RC_OK);
	assert_false(is_there);
	own_migrate(db);
	assert_int_equal(schema_find(db, &is_there, &e), RC_OK);
	assert_true(is_there);
	assert_int_equal(binding_refuse_served(db, &e), RC_OK);
	assert_int_equal(binding_verify_shadow(db, "c", "topic", 8, all, &e), RC_FATAL);
	assert_int_equal(binding_claim_shadow(db, "c", "topic", 8, all, &e), RC_OK);
	assert_int_equal(binding_claim_shadow(db, "c", "topic", 8, all, &e), RC_OK);
	assert_int_equal(binding_verify_shadow(db, "c", "topic", 8, all, &e), RC_OK);
	assert_int_equal(binding_verify_shadow(db, "d", "topic", 8, all, &e), RC_FATAL);
	assert_int_equal(binding_refuse_served(db, &e), RC_OK);
	assert_int_equal(binding_verify(db, "c", "topic", 8, all, &e), RC_FATAL);
	assert_int_equal(binding_claim(db, "c", "topic", 8, all, &e), RC_FATAL);
	assert_int_equal(binding_compare(db, "c", "topic", &count, &e), RC_FATAL);
	/* As releases know it that know of no shadows: it is another group's. */
	assert_int_equal(binding_claim_group(db, "g", &e), RC_FATAL);
	assert_int_equal(binding_verify_group(db, "g", &e), RC_FATAL);
	assert_int_equal(binding_claim_group(db, BINDING_SHADOW, &e), RC_USAGE);
	/* And the other way round, though no worker was there yet. */
	own_run(db, "DELETE FROM holdfast.pipeline");
	assert_int_equal(binding_claim(db, "c", "topic", 8, all, &e), RC_OK);
	assert_int_equal(binding_refuse_served(db, &e), RC_FATAL);
	assert_int_equal(binding_claim_shadow(db, "c", "topic", 8, all, &e), RC_FATAL);
	assert_int_equal(binding_claim_group(db, "g", &e), RC_OK);
	assert_int_equal(binding_verify_shadow(db, "c", "topic", 8, all, &e), RC_FATAL);
	db_close(db);
}

static void migrating_again_applies_nothing(void **state)
{
	struct db *db = own_open();
	int applied = -1;

	(void)state;
	assert_int_equal(schema_verify(db, &e), RC_FATAL);
	assert_int_equal(e.origin, FROM_PIPELINE);
	assert_non_null(strstr(e.text, "holdfast-admin init"));
	assert_int_equal(schema_migrate(db, &applied, &e), RC_OK);
	assert_true(applied > 0);
	assert_int_equal(schema_verify(db, &e), RC_OK);
	assert_int_equal(schema_migrate(db, &applied, &e), RC_OK);
	assert_int_equal(applied, 0);
	db_close(db);
}

static void *migrate_in_thread(void *applied)
{
	const struct db_settings settings = {.url = own_url.data, .program = "test_db",
	                                     .connect_ms = OWN_WAIT_MS, .answer_ms = OWN_WAIT_MS};
	struct db *db = NULL;
	struct err own;

	if (db_open(&db, &settings, &own) != RC_OK || schema_migrate(db, applied, &own) != RC_OK) {
		fprintf(stderr, "%s\n", own.text);
		*(int *)applied = -1000;
	}
	db_close(db);
	return NULL;
}

static void several_that_migrate_at_once_apply_each_migration_once(void **state)
{
	enum { THREADS = 4 };
	pthread_t threads[THREADS];
	int applied[THREADS] = {0}, sum = 0, again = -1;
	struct db *db;

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, migrate_in_thread, &applied[i]), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_true(applied[i] >= 0);
		sum += applied[i] > 0;
	}
	assert_int_equal(sum, 1);
	db = own_open();
	assert_int_equal(schema_migrate(db, &again, &e), RC_OK);
	assert_int_equal(again, 0);
	db_close(db);
}

static void a_schema_newer_than_the_program_is_refused(void **state)
{
	struct db *db = own_open();
	int applied;

	(void)state;
	own_migrate(db);
	own_run(db, "INSERT INTO holdfast.schema_migrations VALUES (9999, 'future', now())");
	assert_int_equal(schema_migrate(db, &applied, &e), RC_FATAL);
	assert_int_equal(e.origin, FROM_PIPELINE);
	assert_int_equal(schema_verify(db, &e), RC_FATAL);
	assert_int_equal(e.origin, FROM_PIPELINE);
	db_close(db);
}

static void a_database_belongs_to_one_pipeline_and_one_group(void **state)
{
	const struct partition_range all = {0, 7}, all_nine = {0, 8};
	struct db *db = own_open();
	struct binding own;

	(void)state;
	own_migrate(db);
	assert_int_equal(binding_verify(db, "c", "topic", 8, all, &e), RC_FATAL);
	assert_int_equal(e.origin, FROM_PIPELINE);
	assert_int_equal(binding_claim_group(db, "g", &e), RC_FATAL);
	assert_int_equal(binding_claim(db, "c", "topic", 8, all, &e), RC_OK);
	assert_int_equal(binding_claim(db, "c", "topic", 8, all, &e), RC_OK);
	assert_int_equal(binding_verify(db, "c", "topic", 8, all, &e), RC_OK);
	assert_int_equal(binding_claim(db, "d", "topic", 8, all, &e), RC_FATAL);
	assert_int_equal(binding_verify(db, "c", "topics", 8, all, &e), RC_FATAL);
	assert_int_equal(binding_verify(db, "c", "topic", 9, all_nine, &e), RC_FATAL);
	assert_int_equal(e.origin, FROM_PIPELINE);
	assert_int_equal(binding_claim_group(db, "g", &e), RC_OK);
	assert_int_equal(binding_claim_group(db, "g", &e), RC_OK);
	assert_int_equal(binding_claim_group(db, "h", &e), RC_FATAL);
	assert_int_equal(e.origin, FROM_PIPELINE);
	assert_int_equal(binding_read(db, &own, &e), RC_OK);
	assert_string_equal(own.cluster_id, "c");
	assert_string_equal(own.requests_topic, "topic");
	assert_int_equal(own.partition_count, 8);
	assert_string_equal(own.group_id, "g");
	assert_int_equal(own.served.first, 0);
	assert_int_equal(own.served.last, 7);
	binding_release(&own);
	db_close(db);
}

static void a_database_belongs_to_its_partitions(void **state)
{
	const struct partition_range all = {0, 7}, low = {0, 3}, high = {4, 7};
	struct db *db = own_open();
	struct binding own;

	(void)state;
	own_migrate(db);
	assert_int_equal(binding_claim(db, "c", "topic", 8, high, &e), RC_OK);
	assert_int_equal(binding_claim(db, "c", "topic", 8, high, &e), RC_OK);
	assert_int_equal(binding_claim(db, "c", "topic", 8, low, &e), RC_FATAL);
	assert_int_equal(e.origin, FROM_PIPELINE);
	assert_non_null(strstr(e.text, "made for partitions 4-7 of 8, the settings have it serve 0-3"));
	assert_int_equal(binding_verify(db, "c", "topic", 8, all, &e), RC_FATAL);
	assert_int_equal(binding_verify(db, "c", "topic", 8, high, &e), RC_OK);
	assert_int_equal(binding_read(db, &own, &e), RC_OK);
	assert_int_equal(own.served.first, 4);
	assert_int_equal(own.served.last, 7);
	binding_release(&own);
	db_close(db);
}

static void a_database_made_before_there_were_maps_serves_all_partitions(void **state)
{
	const struct partition_range all = {0, 7}, low = {0, 3};
	struct db *db = own_open();

	(void)state;
	own_migrate(db);
	own_run(db, "INSERT INTO holdfast.pipeline (cluster_id, requests_topic, partition_count) "
	             "VALUES ('c', 'topic', 8)");
	assert_int_equal(binding_claim(db, "c", "topic", 8, all, &e), RC_OK);
	assert_int_equal(binding_claim(db, "c", "topic", 8, low, &e), RC_FATAL);
	assert_int_equal(e.origin, FROM_PIPELINE);
	db_close(db);
}

#define CASE(name) cmocka_unit_test_setup(name, own_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_statement_prepares_against_the_migrated_schema),
		CASE(a_scratch_database_is_no_installations),
		CASE(migrating_again_applies_nothing),
		CASE(several_that_migrate_at_once_apply_each_migration_once),
		CASE(a_schema_newer_than_the_program_is_refused),
		CASE(a_database_belongs_to_one_pipeline_and_one_group),
		CASE(a_database_belongs_to_its_partitions),
		CASE(a_database_made_before_there_were_maps_serves_all_partitions),
	};

	return cmocka_run_group_tests(tests, own_make, own_drop);
}
