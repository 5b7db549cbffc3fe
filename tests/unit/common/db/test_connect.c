/*
 * Opening a session, against a scripted server: what a real one does only now and then.
 */
#include "tests/unit/pq.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/db/db.h"
#include "common/program/program.h"

#define WAIT_MS 60

static const struct db_settings settings = {
    .url = "postgresql://nowhere/db", .program = "test", .connect_ms = WAIT_MS, .answer_ms = WAIT_MS};
static struct err e;

static void opens(const struct pq_step *steps, size_t count, enum rc expected)
{
	struct db *db;

	pq_play(steps, count);
	assert_int_equal(db_open(&db, &settings, &e), expected);
	assert_int_equal(db != NULL, expected == RC_OK);
	db_close(db);
	pq_is_over();
}

static void the_oldest_server_is_15(void **state)
{
	static const struct pq_step fine[] = {{.what = "connect", .version = 150000}};
	static const struct pq_step old[] = {{.what = "connect", .version = 140099}};

	(void)state;
	opens(fine, 1, RC_OK);
	opens(old, 1, RC_FATAL);
	assert_int_equal(e.origin, FROM_PIPELINE);
	assert_string_equal(e.text, "PostgreSQL 14 is too old: 15 is needed");
}

static void a_refusal_is_for_good_or_for_now(void **state)
{
	static const struct {
		const char *text, *state;
		enum rc rc;
		enum exit_code exit_code;
	} refusals[] = {
		{"FATAL:  28P01: password authentication failed for user \"u\"", "28P01", RC_FATAL,
		 EXIT_USAGE},
		{"FATAL:  3D000: database \"db\" does not exist", "3D000", RC_FATAL, EXIT_USAGE},
		{"FATAL:  53300: sorry, too many clients already", "53300", RC_REOPEN,
		 EXIT_DATABASE_LOST},
		{"FATAL:  57P01: terminating connection due to administrator command", "57P01",
		 RC_REOPEN, EXIT_DATABASE_LOST},
		{"FATAL:  57P03: the database system is starting up", "57P03", RC_REOPEN,
		 EXIT_DATABASE_LOST},
		{"Connection refused", "", RC_REOPEN, EXIT_DATABASE_LOST},
		{"could not translate host name \"db\" to address", "", RC_REOPEN, EXIT_DATABASE_LOST},
		{"FATAL:  42501: permission denied for database \"db\"", "42501", RC_FATAL, EXIT_USAGE},
		{"FATAL:  28000: no pg_hba.conf entry for host \"h\"", "28000", RC_FATAL, EXIT_USAGE},
		{"root certificate file \"/none\" does not exist", "", RC_USAGE, EXIT_USAGE},
		{"could not read certificate file \"/none\": No such file", "", RC_USAGE, EXIT_USAGE},
		{"private key file \"/k\" has group or world access", "", RC_USAGE, EXIT_USAGE},
		{"invalid port number: \"99999\"", "", RC_USAGE, EXIT_USAGE},
		{"invalid sslmode value: \"of\"", "", RC_USAGE, EXIT_USAGE},
		{"SSL error: certificate verify failed", "", RC_FATAL, EXIT_USAGE},
		{"server certificate for \"a\" does not match host name \"b\"", "", RC_FATAL, EXIT_USAGE},
		{"server does not support SSL, but SSL was required", "", RC_FATAL, EXIT_USAGE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		const struct pq_step step = {
		    .what = "connect", .how = PQ_FAILS, .text = refusals[i].text};

		opens(&step, 1, refusals[i].rc);
		assert_string_equal(e.code, refusals[i].state);
		assert_string_equal(e.text, refusals[i].text);
		assert_int_equal(e.origin, e.rc == RC_USAGE ? FROM_SETTINGS : FROM_DATABASE);
		assert_int_equal(exit_code_of(&e), refusals[i].exit_code);
	}
}

static void the_line_of_the_servers_source_is_left_out(void **state)
{
	static const struct pq_step steps[] = {
	    {.what = "connect", .how = PQ_FAILS,
	     .text = "FATAL:  57P03: the database system is shutting down\nLOCATION:  x, y.c:1\n"}};

	(void)state;
	opens(steps, 1, RC_REOPEN);
	assert_string_equal(e.text, "FATAL:  57P03: the database system is shutting down");
}

static void a_server_that_sends_nothing_is_given_up(void **state)
{
	static const struct pq_step silent[] = {{.what = "connect", .how = PQ_SILENT}};
	static const struct pq_step later[] = {{.what = "connect"},
	                                       {.what = "script", .how = PQ_SILENT}};
	int64_t from_ms = clock_monotonic_ms();

	(void)state;
	opens(silent, 1, RC_REOPEN);
	assert_non_null(strstr(e.text, "no session of the database within"));
	opens(later, 2, RC_REOPEN);
	assert_non_null(strstr(e.text, "no answer of the database within"));
	assert_true(clock_monotonic_ms() - from_ms >= 2 * WAIT_MS);
}

static void a_session_that_is_lost_at_its_settings_is_opened_anew(void **state)
{
	static const struct pq_step closes[] = {{.what = "connect"},
	                                        {.what = "script", .how = PQ_CLOSES}};
	static const struct pq_step dies[] = {
	    {.what = "connect"},
	    {.what = "script", .how = PQ_DIES, .state = "57P01", .text = "terminating"}};
	/* What a session would try again is no session yet. */
	static const struct pq_step retried[] = {
	    {.what = "connect"},
	    {.what = "script", .how = PQ_FAILS, .state = "53200", .text = "out of memory"}};
	static const struct pq_step refused[] = {
	    {.what = "connect"},
	    {.what = "script", .how = PQ_FAILS, .state = "42704", .text = "no such parameter"}};

	(void)state;
	opens(closes, 2, RC_REOPEN);
	opens(dies, 2, RC_REOPEN);
	assert_string_equal(e.code, "57P01");
	opens(retried, 2, RC_REOPEN);
	assert_int_equal(e.rc, RC_REOPEN);
	opens(refused, 2, RC_FATAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_oldest_server_is_15),
	    cmocka_unit_test(a_refusal_is_for_good_or_for_now),
	    cmocka_unit_test(the_line_of_the_servers_source_is_left_out),
	    cmocka_unit_test(a_server_that_sends_nothing_is_given_up),
	    cmocka_unit_test(a_session_that_is_lost_at_its_settings_is_opened_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
