/* Settings of the database's server, against one that plays a script. */
#include "tests/unit/pq.h"

#include <stdio.h>
#include <string.h>

#include "common/pipeline/conditions.h"

static const struct db_settings settings = {
    .url = "postgresql://nowhere/db", .program = "test", .connect_ms = 1000, .answer_ms = 1000};
static struct err e;

static struct pq_value text(const char *value)
{
	struct pq_value v = {.bytes = (int)strlen(value)};

	memcpy(v.data, value, strlen(value));
	return v;
}

static enum rc verify(const char *name, const char *value)
{
	const struct pq_step steps[] = {
	    {.what = "connect"},
	    {.what = "conditions_read_settings", .how = PQ_ROW, .tag = "SELECT 1", .columns = 2,
	     .row = {text(name), text(value)}},
	};
	struct db *db;
	enum rc rc;

	pq_play(steps, 2);
	assert_int_equal(db_open(&db, &settings, &e), RC_OK);
	rc = conditions_verify_settings(db, &e);
	db_close(db);
	pq_is_over();
	return rc;
}

static void what_everything_rests_on_is_refused_and_the_rest_warned_of(void **state)
{
	static const struct {
		const char *name, *good, *bad;
		enum rc rc;
	} cases[] = {
	    {"server_encoding", "UTF8", "LATIN1", RC_FATAL},
	    {"standard_conforming_strings", "on", "off", RC_FATAL},
	    {"session_replication_role", "origin", "replica", RC_FATAL},
	    {"default_transaction_isolation", "read committed", "serializable", RC_FATAL},
	    {"synchronous_commit", "on", "off", RC_FATAL},
	    {"fsync", "on", "off", RC_OK},
	    {"full_page_writes", "on", "off", RC_OK},
	    {"wal_level", "logical", "minimal", RC_OK},
	    {"zero_damaged_pages", "off", "on", RC_OK},
	    {"ignore_checksum_failure", "off", "on", RC_OK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char begin[100];

		assert_int_equal(verify(cases[i].name, cases[i].good), RC_OK);
		assert_int_equal(verify(cases[i].name, cases[i].bad), cases[i].rc);
		if (cases[i].rc == RC_OK)
			continue;
		assert_int_equal(e.origin, FROM_PIPELINE);
		snprintf(begin, sizeof begin, "the database has %s = %s, it must be %s; ", cases[i].name,
		         cases[i].bad, cases[i].good);
		assert_memory_equal(e.text, begin, strlen(begin));
	}
}

static void what_a_server_does_not_know_is_not_missed(void **state)
{
	(void)state;
	assert_int_equal(verify("something_else", "off"), RC_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_everything_rests_on_is_refused_and_the_rest_warned_of),
	    cmocka_unit_test(what_a_server_does_not_know_is_not_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
