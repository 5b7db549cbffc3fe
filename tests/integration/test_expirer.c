/*
 * The expirer against real servers; the worker is played by SQL, which ends holds.
 *
 * tests/run: long
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>

#include "common/base/clock.h"
#include "common/base/partitioner.h"
#include "common/db/db.h"
#include "tests/integration/expires.h"
#include "tests/integration/rig.h"

#define GENEROUS 5 /* a busy machine is no defect */
#define TAKEOVER_MS (GENEROUS * 3000)
#define STOP_MS (GENEROUS * 2000)
#define MANY 100000
#define SHOWS 48
#define REMEMBER_MAX 20000
#define PEAK_KB_MAX 100000

static int leaders, standbys; /* lines of the log before this test */

static int lines(const char *message)
{
	int count = 0;

	for (const char *at = rig_log(); (at = strstr(at, message)); at++)
		count++;
	return count;
}

static void await_lines(const char *message, int count, int64_t wait_ms)
{
	int64_t until_ms = clock_monotonic_ms() + wait_ms;

	while (lines(message) < count) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("not %d times within %lld ms: %s\n%s", count, (long long)wait_ms, message,
			         rig_log());
		clock_sleep_ms(10);
	}
}

static void await_leader(void)
{
	await_lines("msg=leader", ++leaders, RIG_WAIT_MS);
}

static void await_standby(void)
{
	await_lines("msg=standby", ++standbys, RIG_WAIT_MS);
}

static int begin(void **state)
{
	(void)state;
	(void)rig_sql("TRUNCATE holdfast.seat_reservations");
	leaders = lines("msg=leader");
	standbys = lines("msg=standby");
	expires_open();
	return 0;
}

static int end(void **state)
{
	(void)state;
	rig_kill_all();
	expires_close();
	return 0;
}

static void await_announced(size_t count)
{
	expires_collect(count, RIG_WAIT_MS);
	if (expires_count != count)
		fail_msg("%zu announced, expected %zu\n%s", expires_count, count, rig_log());
}

/* So many holds, some of them maybe again. */
static void await_distinct(size_t count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (expires_distinct() < count && clock_monotonic_ms() < until_ms)
		expires_collect(expires_count + 1, 1000);
	assert_int_equal(expires_distinct(), count);
}

/* Holds of shows <prefix>0 to <prefix><SHOWS - 1>; they lapse `lapse` from now, 1 ms apart. */
static void insert_holds(const char *prefix, int count, const char *status, const char *lapse)
{
	(void)rig_sql(
	    "INSERT INTO holdfast.seat_reservations SELECT '%s' || n %% %d, gen_random_uuid(), '%s', "
	    "sha256(gen_random_uuid()::text::bytea), now() - interval '1 day', "
	    "date_trunc('milliseconds', now()) + interval '%s' + n * interval '1 ms', "
	    "CASE WHEN '%s' <> 'held' THEN now() END, n FROM generate_series(1, %d) n",
	    prefix, SHOWS, status, lapse, status, count);
}

static void insert_due(int count)
{
	insert_holds("show-", count, "held", "-1 hour");
}

static long start(void)
{
	return rig_start("holdfast-expirer", "--interval-ms=50", NULL);
}

static void each_due_hold_is_announced_and_again_only_after_the_back_off(void **state)
{
	size_t expected = 20;

	(void)state;
	insert_due(20);
	insert_holds("future-", 5, "held", "1 hour");
	insert_holds("ended-", 5, "expired", "-1 hour");
	start();
	await_distinct(expected);
	/* Each further one shows that another look has been taken, on a slow machine a late one. */
	for (int i = 0; i < 5; i++) {
		insert_due(1);
		await_distinct(++expected);
	}
	expires_collect(2 * expected, RIG_WAIT_MS);
	assert_true(expires_count >= 2 * expected);
	assert_int_equal(expires_distinct(), expected);
}

static void a_hold_that_ended_is_not_announced_again(void **state)
{
	(void)state;
	insert_due(10);
	start();
	await_announced(10);
	(void)rig_sql("UPDATE holdfast.seat_reservations SET status = 'expired', ended_at = now() "
	              "WHERE show_id <> 'show-1'");
	await_announced(11);
	assert_int_equal(expires_distinct(), 10);
}

static void no_hold_is_announced_before_it_has_lapsed(void **state)
{
	(void)state;
	start();
	await_leader();
	insert_holds("show-", 50, "held", "500 ms");
	await_announced(50);
	assert_int_equal(expires_distinct(), 50);
	for (size_t i = 0; i < expires_count; i++) {
		char id[UUID_TEXT_CHARS + 1];
		const char *lapsed;

		uuid_encode(&expires[i].reservation_id, id);
		lapsed = rig_sql("SELECT (extract(epoch FROM reserved_until) * 1000)::int8 "
		                 "FROM holdfast.seat_reservations WHERE reservation_id = '%s'", id);
		assert_true(expires[i].appended_ms >= strtoll(lapsed, NULL, 10));
	}
}

static void once_announces_every_due_hold_and_exits(void **state)
{
	(void)state;
	insert_due(2500);
	insert_holds("future-", 5, "held", "1 hour");
	assert_int_equal(rig_stop(rig_start("holdfast-expirer", "--once", "--batch-max=999", NULL), 0),
	                 0);
	await_announced(2500);
	assert_int_equal(expires_distinct(), 2500);
}

static void microseconds_and_one_time_for_all_do_not_stop_the_pages(void **state)
{
	(void)state;
	(void)rig_sql("INSERT INTO holdfast.seat_reservations SELECT 'show-' || n, gen_random_uuid(), "
	              "'held', sha256(n::text::bytea), timestamptz '2026-01-01', "
	              "timestamptz '2026-01-02 00:00:00.000007', NULL, n FROM generate_series(1, 30) n");
	assert_int_equal(rig_stop(rig_start("holdfast-expirer", "--once", "--batch-max=1", NULL), 0), 0);
	await_announced(30);
	assert_int_equal(expires_distinct(), 30);
}

static void check_says_that_all_is_well(void **state)
{
	(void)state;
	assert_int_equal(rig_stop(rig_start("holdfast-expirer", "--check", NULL), 0), 0);
	assert_int_equal(rig_stop(rig_start("holdfast-expirer", "--check",
	                                    "--requests-topic=no.such.topic", NULL), 0), 3);
	assert_int_equal(rig_stop(rig_start("holdfast-expirer", "--check",
	                                    "--database-url=postgresql://127.0.0.1:1/none", NULL), 0),
	                 4);
}

static void a_standby_takes_over_when_the_leader_is_killed(void **state)
{
	long leader = start();

	(void)state;
	await_leader();
	start();
	await_standby();
	insert_due(3);
	await_announced(3); /* by one of them only */
	rig_stop(leader, SIGKILL);
	await_lines("msg=leader", ++leaders, TAKEOVER_MS);
	insert_due(1);
	expires_collect(4, RIG_WAIT_MS);
	assert_true(expires_count >= 4);
}

static void a_standby_takes_over_when_the_leader_is_paused(void **state)
{
	long leader = start();
	int lost = lines("not the leader any more");

	(void)state;
	await_leader();
	start();
	await_standby();
	kill((pid_t)leader, SIGSTOP);
	await_lines("msg=leader", ++leaders, TAKEOVER_MS);
	insert_due(3);
	await_announced(3);
	kill((pid_t)leader, SIGCONT);
	await_lines("not the leader any more", lost + 1, RIG_WAIT_MS);
	await_standby();
	insert_due(3);
	await_announced(6);
	/* Had the resumed one announced as well, these would come twice, or at once. */
	assert_int_equal(expires_distinct(), 6);
	assert_int_equal(lines("msg=leader"), leaders);
	assert_int_equal(rig_stop(leader, SIGTERM), 0);
}

static void a_lost_session_is_opened_again(void **state)
{
	int lost = lines("not the leader any more");

	(void)state;
	start();
	await_leader();
	(void)rig_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
	              "WHERE application_name = 'holdfast-expirer' AND datname = current_database()");
	await_lines("not the leader any more", lost + 1, RIG_WAIT_MS);
	await_leader();
	insert_due(2);
	await_announced(2);
}

static void sigterm_ends_leader_and_standby_with_0_soon(void **state)
{
	long leader = start(), standby;
	int64_t begun_ms;

	(void)state;
	await_leader();
	standby = start();
	await_standby();
	begun_ms = clock_monotonic_ms();
	assert_int_equal(rig_stop(standby, SIGTERM), 0);
	assert_int_equal(rig_stop(leader, SIGTERM), 0);
	assert_in_range(clock_monotonic_ms() - begun_ms, 0, STOP_MS);
}

static void the_plan_reads_the_index_of_due_holds_in_order(void **state)
{
	const char *plan = rig_sql(
	    "SET enable_seqscan = off; SET enable_bitmapscan = off; "
	    "SET plan_cache_mode = force_generic_plan; %s; PREPARE due AS %s; EXPLAIN EXECUTE "
	    "due(0, '', '00000000-0000-0000-0000-000000000000', 1000)",
	    query_text(QUERY_EXPIRER_PIN_ORDER), query_text(QUERY_EXPIRER_READ_DUE));

	(void)state;
	assert_non_null(strstr(plan, "Index Scan using seat_reservations_due"));
	assert_non_null(strstr(plan, "Incremental Sort"));
	assert_non_null(strstr(plan, "reserved_until >= "));
	assert_non_null(strstr(plan, "reserved_until <= "));
}

/* How many of the due holds find room in the memory: each partition has its share. */
static size_t room(void)
{
	size_t due[RIG_PARTITIONS] = {0}, sum = 0;

	for (int n = 1; n <= MANY; n++) {
		char show_id[16];
		int bytes = snprintf(show_id, sizeof show_id, "show-%d", n % SHOWS);

		due[partition_of_key(show_id, (size_t)bytes, RIG_PARTITIONS)]++;
	}
	for (int i = 0; i < RIG_PARTITIONS; i++)
		sum += due[i] < REMEMBER_MAX / RIG_PARTITIONS ? due[i] : REMEMBER_MAX / RIG_PARTITIONS;
	return sum;
}

static long peak_kb(long pid)
{
	char path[40], line[128];
	long kb = -1;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%ld/status", pid);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file))
		if (!strncmp(line, "VmHWM:", 6))
			kb = strtol(line + 6, NULL, 10);
	fclose(file);
	return kb;
}

/* What a worker does to the holds from `from` on. */
static void end_announced(size_t from)
{
	struct buf list = {0};

	for (size_t i = from; i < expires_count; i++) {
		char id[UUID_TEXT_CHARS + 1];

		uuid_encode(&expires[i].reservation_id, id);
		buf_print(&list, "%s%s", i > from ? "," : "", id);
	}
	if (list.bytes)
		(void)rig_sql("UPDATE holdfast.seat_reservations SET status = 'expired', ended_at = now() "
		              "WHERE status = 'held' AND reservation_id = ANY ('{%s}')", list.data);
	buf_release(&list);
}

static void many_due_holds_are_announced_in_shares_with_little_memory(void **state)
{
	const char *build = getenv("HOLDFAST_BUILD");
	int64_t until_ms = clock_monotonic_ms() + 6 * RIG_WAIT_MS;
	size_t from = 0;
	long pid;

	(void)state;
	insert_due(MANY);
	pid = rig_start("holdfast-expirer", "--remember-max=20000", NULL);
	/* Nobody ends them: the shares are announced, and nothing else is before their back-off. */
	await_announced(room());
	assert_int_equal(expires_distinct(), room());
	while (from < expires_count || strcmp(rig_sql("SELECT count(*) FROM holdfast.seat_reservations "
	                                           "WHERE status = 'held'"), "0") != 0) {
		assert_true(clock_monotonic_ms() < until_ms);
		end_announced(from);
		from = expires_count;
		expires_collect(EXPIRES_MAX, 200);
	}
	assert_int_equal(expires_distinct(), MANY);
	print_message("peak %ld kB\n", peak_kb(pid));
	/* A sanitizer keeps what was freed. */
	if (!build || !strstr(build, "address"))
		assert_in_range(peak_kb(pid), 1, PEAK_KB_MAX);
	assert_int_equal(rig_stop(pid, SIGTERM), 0);
}

int main(void)
{
#define SENTENCE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	    SENTENCE(check_says_that_all_is_well),
	    SENTENCE(each_due_hold_is_announced_and_again_only_after_the_back_off),
	    SENTENCE(a_hold_that_ended_is_not_announced_again),
	    SENTENCE(no_hold_is_announced_before_it_has_lapsed),
	    SENTENCE(once_announces_every_due_hold_and_exits),
	    SENTENCE(microseconds_and_one_time_for_all_do_not_stop_the_pages),
	    SENTENCE(a_standby_takes_over_when_the_leader_is_killed),
	    SENTENCE(a_standby_takes_over_when_the_leader_is_paused),
	    SENTENCE(a_lost_session_is_opened_again),
	    SENTENCE(sigterm_ends_leader_and_standby_with_0_soon),
	    SENTENCE(the_plan_reads_the_index_of_due_holds_in_order),
	    SENTENCE(many_due_holds_are_announced_in_shares_with_little_memory),
	};

	return cmocka_run_group_tests_name("expirer", tests, rig_make, rig_drop);
}
