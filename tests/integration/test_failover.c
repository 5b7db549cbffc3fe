/*
 * What may become of the database: stopped, out of room, read-only, replaced by its standby. The
 * worker waits and goes on where nothing was lost, and halts where commits were.
 *
 * tests/run: long
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/integration/ask.h"
#include "tests/integration/own_database.h"
#include "tests/integration/rig.h"
#include "tests/integration/shell.h"
#include "tests/integration/traffic.h"

#define REQUESTS 120
#define PAIR "tests/integration/pair "

static char *server_url;
static long worker;
static bool has_room_to_fill;

static long start(void)
{
	return rig_start("holdfast-worker", "--batch-max=20", "--kafka.session.timeout.ms=3000",
	                 "--kafka.heartbeat.interval.ms=500", "--database-timeout-ms=5000", NULL);
}

static int make_of(void **state, const char *size)
{
	char command[60], url[300];
	FILE *output;

	server_url = strdup(getenv("DATABASE_URL"));
	snprintf(command, sizeof command, PAIR "make %s", size);
	output = popen(command, "r");
	if (!output || !fgets(url, sizeof url, output) || pclose(output)) {
		fprintf(stderr, "no pair of servers\n");
		return -1;
	}
	url[strcspn(url, "\n")] = '\0';
	setenv("DATABASE_URL", url, 1);
	if (rig_make(state))
		return -1;
	worker = start();
	traffic_open(11);
	return 0;
}

static int make(void **state)
{
	return make_of(state, "");
}

/* A tmpfs takes root, and not every root may mount one. */
static int make_small(void **state)
{
	if (system("d=$(mktemp -d) && mount -t tmpfs none $d 2>/dev/null && umount $d; s=$?; rmdir $d;"
	           " exit $s"))
		return 0;
	has_room_to_fill = true;
	return make_of(state, "300m");
}

static int drop(void **state)
{
	if (!server_url)
		return 0;
	int code = rig_drop(state);

	(void)shell_run(PAIR "drop");
	setenv("DATABASE_URL", server_url, 1);
	free(server_url);
	server_url = NULL;
	return code;
}

static void expect_clean_audit(void)
{
	if (rig_stop(rig_start("holdfast-audit", NULL), 0) != 0)
		fail_msg("the audit found something:\n%s", rig_log());
}

/* Publish REQUESTS, and come back when some are decided and others perhaps not. */
static void send_some(void)
{
	int before = atoi(rig_sql("SELECT count(*) FROM holdfast.decisions"));
	char sql[80];

	traffic_send(REQUESTS);
	snprintf(sql, sizeof sql, "SELECT count(*) >= %d FROM holdfast.decisions", before + 20);
	rig_await_sql("t", sql);
}

/* In the middle of requests run the command; every request gets its answer. */
static void disturb(const char *command)
{
	send_some();
	(void)shell_run("%s", command);
	traffic_send(REQUESTS);
	rig_await(2 * REQUESTS);
}

static void a_server_that_is_stopped_is_waited_for(void **state)
{
	(void)state;
	disturb(PAIR "stop a fast && " PAIR "start a");
	disturb(PAIR "stop a immediate && " PAIR "start a");
	expect_clean_audit();
}

static void sessions_that_are_ended_are_opened_again(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		send_some();
		(void)rig_sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
		              "datname = current_database() AND pid <> pg_backend_pid() "
		              "AND backend_type = 'client backend'");
	}
	rig_await(5 * REQUESTS);
	expect_clean_audit();
}

static void a_database_made_read_only_is_waited_for(void **state)
{
	char name[80];

	(void)state;
	snprintf(name, sizeof name, "%s", rig_sql("SELECT current_database()"));
	traffic_send(REQUESTS);
	(void)shell_run(PAIR "sql %s 'ALTER DATABASE %s SET default_transaction_read_only = on'", name,
	                name);
	(void)shell_run(PAIR "sql %s 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
	                      "datname = current_database() AND pid <> pg_backend_pid() "
	                      "AND backend_type = '\\''client backend'\\'''", name);
	traffic_send(REQUESTS);
	clock_sleep_ms(1500); /* it is read-only for a while */
	(void)shell_run(PAIR "sql %s 'ALTER DATABASE %s RESET default_transaction_read_only'", name,
	                name);
	rig_await(2 * REQUESTS);
	expect_clean_audit();
}

static void an_old_snapshot_is_in_nobodys_way(void **state)
{
	struct db *old = own_open();

	(void)state;
	own_run(old, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM holdfast.show_seats;"
	             "SELECT count(*) FROM holdfast.decisions");
	for (int i = 0; i < 10; i++) {
		traffic_send(REQUESTS);
		rig_await(REQUESTS);
	}
	own_run(old, "COMMIT");
	db_close(old);
	expect_clean_audit();
}

#define WARNINGS 7
#define PAUSES_MS 1000 /* the shortest that the pauses between so many losses add up to, and less */

/* Each batch's COMMIT warns, and the write that settles what became of it does not. */
static void a_commit_that_warns_every_time_is_answered_with_pauses(void **state)
{
	int64_t from_ms;

	(void)state;
	(void)rig_sql("CREATE FUNCTION public.warn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "
	              "WARNING 'again'; RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER warn AFTER INSERT "
	              "ON holdfast.decisions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "
	              "public.warn()");
	from_ms = clock_monotonic_ms();
	for (int i = 0; i < WARNINGS; i++) /* of one partition */
		rig_expect(ask_reserve("warned", rig_id(), "s", "A1", 0), 404, "UNKNOWN_SHOW");
	assert_in_range(clock_monotonic_ms() - from_ms, PAUSES_MS, RIG_WAIT_MS);
	(void)rig_sql("DROP TRIGGER warn ON holdfast.decisions");
	rig_expect(ask_reserve("warned", rig_id(), "s", "A1", 0), 404, "UNKNOWN_SHOW");
	expect_clean_audit();
}

static void a_standby_that_is_up_to_date_takes_over(void **state)
{
	(void)state;
	(void)shell_run(PAIR "sync on");
	disturb(PAIR "stop a kill && " PAIR "promote");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_clean_audit();
}

/* How many sessions wait until the standby has what they committed. */
#define WAIT_FOR_STANDBY \
	"SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND pid <> pg_backend_pid()"

/*
 * With the standby away one request is decided; its COMMIT waits. The command breaks that wait off,
 * and the rows are there to be read. The worker must not answer before the standby has them.
 */
static void break_the_wait_off(const char *command)
{
	(void)shell_run(PAIR "sync on && " PAIR "stop b fast");
	traffic_send(1);
	rig_await_sql("1", WAIT_FOR_STANDBY);
	(void)shell_run("%s", command);
	rig_await_sql("1", WAIT_FOR_STANDBY " AND query LIKE 'UPDATE %SET owner_epoch = owner_epoch%'");
	assert_int_equal(rig_waiting(), 1);
	(void)shell_run(PAIR "start b");
	rig_await(1);
	(void)shell_run(PAIR "sync off");
}

#define OF_WAITING "FROM pg_stat_activity WHERE wait_event = $$SyncRep$$'"

static void an_answer_waits_for_the_standby(void **state)
{
	(void)state;
	break_the_wait_off(PAIR "sql postgres 'SELECT pg_cancel_backend(pid) " OF_WAITING);
	break_the_wait_off(PAIR "sql postgres 'SELECT pg_terminate_backend(pid) " OF_WAITING);
	break_the_wait_off(PAIR "stop a fast && " PAIR "start a");
	expect_clean_audit();
}

/* The next owner finds the decision in the rows, and waits likewise. */
static void a_new_owner_waits_for_the_standby(void **state)
{
	(void)state;
	(void)shell_run(PAIR "sync on && " PAIR "stop b fast");
	traffic_send(1);
	rig_await_sql("1", WAIT_FOR_STANDBY);
	(void)rig_stop(worker, SIGKILL);
	(void)shell_run(PAIR "sql postgres 'SELECT pg_terminate_backend(pid) " OF_WAITING);
	worker = start();
	rig_await_sql("t", "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND "
	                   "query LIKE '%INSERT INTO holdfast.partition_progress AS p %'");
	assert_int_equal(rig_waiting(), 1);
	(void)shell_run(PAIR "start b");
	rig_await(1);
	(void)shell_run(PAIR "sync off");
	expect_clean_audit();
}

/* What was replied cannot be taken back: the worker must not decide it otherwise. */
static void a_standby_that_lost_commits_halts(void **state)
{
	(void)state;
	(void)shell_run(PAIR "sync off && " PAIR "stop b fast");
	traffic_send(REQUESTS);
	rig_await(REQUESTS);
	(void)shell_run(PAIR "stop a kill && " PAIR "start b && " PAIR "promote");
	/* The one that runs finds its place gone, another that is started finds the same. */
	assert_int_equal(rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), SIGTERM), 0);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	assert_int_equal(rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), 0), 3);
	assert_non_null(strstr(rig_log(), "the database lost commits"));
	assert_int_equal(rig_stop(rig_start("holdfast-audit", NULL), 0), 6);
}

/* ... and the topic has it all. */
static void what_was_lost_is_decided_again_from_the_topic(void **state)
{
	(void)state;
	assert_int_equal(rig_stop(rig_start("holdfast-admin", "rebuild", NULL), 0), 0);
	worker = start();
	traffic_send(REQUESTS);
	rig_await(REQUESTS);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_clean_audit();
}

/* Full is full for PostgreSQL too: it may refuse, or go down. */
static void a_full_disk_is_waited_for(void **state)
{
	(void)state;
	if (!has_room_to_fill)
		skip();
	send_some();
	(void)shell_run(PAIR "fill");
	for (int i = 0; i < 30; i++)
		traffic_send(REQUESTS);
	clock_sleep_ms(2000); /* it is full for a while */
	(void)shell_run(PAIR "unfill && " PAIR "start a");
	rig_await(31 * REQUESTS);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_clean_audit();
}

int main(void)
{
	const struct CMUnitTest replaced[] = {
	    cmocka_unit_test(a_server_that_is_stopped_is_waited_for),
	    cmocka_unit_test(sessions_that_are_ended_are_opened_again),
	    cmocka_unit_test(a_database_made_read_only_is_waited_for),
	    cmocka_unit_test(an_old_snapshot_is_in_nobodys_way),
	    cmocka_unit_test(a_commit_that_warns_every_time_is_answered_with_pauses),
	    cmocka_unit_test(an_answer_waits_for_the_standby),
	    cmocka_unit_test(a_new_owner_waits_for_the_standby),
	    cmocka_unit_test(a_standby_that_is_up_to_date_takes_over),
	};
	const struct CMUnitTest lost[] = {
	    cmocka_unit_test(a_standby_that_lost_commits_halts),
	    cmocka_unit_test(what_was_lost_is_decided_again_from_the_topic),
	};
	const struct CMUnitTest full[] = {
	    cmocka_unit_test(a_full_disk_is_waited_for),
	};

	return cmocka_run_group_tests(replaced, make, drop) + cmocka_run_group_tests(lost, make, drop) +
	       cmocka_run_group_tests(full, make_small, drop);
}
