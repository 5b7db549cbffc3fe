/*
 * Whole programs that find no memory at one of their allocations: they go on, or end with exit
 * code 1 and say why; none is ended by a signal. A clean worker then answers what is left, and the
 * audit finds nothing.
 *
 * HOLDFAST_ALLOC_EACH=1  each allocation of each program, one after the other; takes long
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/integration/ask.h"
#include "tests/integration/rig.h"
#include "tests/oom/alloc.h"

#define SAMPLE 5
#define SEATS 40

static char seats_path[200];

static long last_count(void)
{
	const char *found = NULL;

	for (const char *at = rig_log(); (at = strstr(at, ALLOC_COUNT_SAID)); at++)
		found = at;
	assert_non_null(found);
	return atol(found + strlen(ALLOC_COUNT_SAID));
}

/* One run of a program whose n-th allocation fails; before it, what it is to find. */
struct trial {
	const char *name;
	long (*start)(void);
	void (*before)(void); /* may be NULL */
	void (*after)(void);  /* may be NULL */
};

static int run(const struct trial *trial, const char *fails)
{
	long pid;

	if (trial->before)
		trial->before();
	fprintf(stderr, "%s, allocation %s\n", trial->name, fails);
	setenv("HOLDFAST_ALLOC_FAILS", fails, 1);
	pid = trial->start();
	unsetenv("HOLDFAST_ALLOC_FAILS");
	return rig_stop(pid, 0);
}

static void expect(const struct trial *trial, const char *fails)
{
	int status = run(trial, fails);

	if (status != 0 && status != 1)
		fail_msg("%s, allocation %s: exit code %d\n%s", trial->name, fails, status, rig_log());
	if (trial->after)
		trial->after();
}

static void try(const struct trial *trial)
{
	bool is_each = getenv("HOLDFAST_ALLOC_EACH");
	char fails[32];
	long count;

	assert_int_equal(run(trial, "0"), 0);
	count = last_count();
	if (trial->after)
		trial->after();
	for (long i = 0; i < (is_each ? count : SAMPLE); i++) {
		long n = is_each ? 1 + i : 1 + (count - 1) * i / (SAMPLE - 1);

		/* In turns just that one, and all from there on. */
		snprintf(fails, sizeof fails, "%ld%s", n, i % 2 && !is_each ? "+" : "");
		expect(trial, fails);
		if (is_each) {
			snprintf(fails, sizeof fails, "%ld+", n);
			expect(trial, fails);
		}
	}
}

/* ---- the worker ---- */

static int round_number;
static size_t waiting;

static void send_batch(void)
{
	char show_id[40];
	const char *id = rig_id();

	snprintf(show_id, sizeof show_id, "show-%d", round_number++);
	rig_send(show_id, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\"}", rig_id(),
	         show_id);
	rig_send(show_id, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                  "\"seat_ids\":[\"A1\",\"A2\"]}", rig_id(), show_id);
	ask_send_reserve(show_id, id, "alice", "A1", 1);
	ask_send_reserve(show_id, rig_id(), "bob", "A2,A1", 0);
	rig_send(show_id, "{\"type\":\"confirm\",\"request_id\":\"%s\",\"show_id\":\"%s\",\"session_id\":"
	                  "\"alice\",\"reservation_id\":\"%s\"}", rig_id(), show_id, id);
	rig_send(show_id, "{\"type\":\"broken\",\"show_id\":\"%s\"}", show_id);
	waiting += 6;
}

static long start_worker(void)
{
	return rig_start("oom/holdfast-worker", "--until-caught-up", NULL);
}

/* A clean one answers what is left. */
static void answer_all(void)
{
	assert_int_equal(rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), 0), 0);
	rig_await(waiting);
	waiting = 0;
}

static void a_worker_with_a_batch_in_hand(void **state)
{
	const struct trial trial = {"worker", start_worker, send_batch, answer_all};

	(void)state;
	try(&trial);
}

/* ---- the others, beside a clean worker ---- */

static long clean_worker;

static int start_clean_worker(void **state)
{
	(void)state;
	clean_worker = rig_start("holdfast-worker", NULL);
	return 0;
}

static int stop_clean_worker(void **state)
{
	(void)state;
	assert_int_equal(rig_stop(clean_worker, SIGTERM), 0);
	return 0;
}

static long start_producer(void)
{
	char show[60];

	snprintf(show, sizeof show, "--show-id=produced-%d", round_number++);
	return rig_start("oom/holdfast-producer", "--wait", "--type=create_show", show,
	                 "--title=An evening", "--timeout-ms=10000", NULL);
}

static void a_producer_that_waits(void **state)
{
	const struct trial trial = {"producer", start_producer, NULL, NULL};

	(void)state;
	try(&trial);
}

static long start_load(void)
{
	char show[60], seats[240];

	snprintf(show, sizeof show, "loaded-%d", round_number);
	snprintf(seats, sizeof seats, "--seats=%s", seats_path);
	return rig_start("oom/holdfast-admin", seats, "--timeout-ms=10000", "show", "create", show, NULL);
}

/* Repeating a load finishes it, however far it came. */
static void finish_load(void)
{
	char show[60], seats[240];

	snprintf(show, sizeof show, "loaded-%d", round_number++);
	snprintf(seats, sizeof seats, "--seats=%s", seats_path);
	assert_int_equal(rig_stop(rig_start("holdfast-admin", seats, "show", "create", show, NULL), 0), 0);
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.show_seats WHERE show_id = '%s'", show),
	                    "40");
}

static void a_load_of_a_show(void **state)
{
	const struct trial trial = {"admin show create", start_load, NULL, finish_load};
	const char *folder = getenv("HOLDFAST_RUN_DIR");
	FILE *file;

	(void)state;
	snprintf(seats_path, sizeof seats_path, "%s/seats-%ld", folder ? folder : "/tmp", (long)getpid());
	file = fopen(seats_path, "w");
	assert_non_null(file);
	for (int i = 0; i < SEATS; i++)
		fprintf(file, "seat-%d\n", i);
	fclose(file);
	try(&trial);
	unlink(seats_path);
}

static long start_init(void)
{
	return rig_start("oom/holdfast-admin", "init", NULL);
}

static long start_status(void)
{
	return rig_start("oom/holdfast-admin", "status", NULL);
}

static long start_prune(void)
{
	return rig_start("oom/holdfast-admin", "prune", "--keep-days=30", NULL);
}

static void the_rest_of_admin(void **state)
{
	const struct trial init = {"admin init", start_init, NULL, NULL};
	const struct trial status = {"admin status", start_status, NULL, NULL};
	const struct trial prune = {"admin prune", start_prune, NULL, NULL};

	(void)state;
	try(&init);
	try(&status);
	try(&prune);
}

static void hold_for_a_second(void)
{
	char show_id[40];

	snprintf(show_id, sizeof show_id, "held-%d", round_number++);
	rig_show(show_id, 1);
	rig_expect(ask_reserve(show_id, rig_id(), "carol", "A1", 1), 200, "RESERVED");
	/* The expirer leaves it alone for 50 ms more. */
	rig_await_sql("0", "SELECT count(*) FROM holdfast.seat_reservations WHERE status = 'held' "
	              "AND reserved_until > clock_timestamp() - interval '60 ms'");
}

static long start_expirer(void)
{
	return rig_start("oom/holdfast-expirer", "--once", NULL);
}

static void end_holds(void)
{
	assert_int_equal(rig_stop(rig_start("holdfast-expirer", "--once", NULL), 0), 0);
	rig_await_sql("0", "SELECT count(*) FROM holdfast.seat_reservations WHERE status = 'held'");
}

static void an_expirer_with_a_hold_that_is_due(void **state)
{
	const struct trial trial = {"expirer", start_expirer, hold_for_a_second, end_holds};

	(void)state;
	try(&trial);
}

/* ---- at the end ---- */

static long start_audit(void)
{
	const char *folder = getenv("HOLDFAST_RUN_DIR");
	char report[240];

	snprintf(report, sizeof report, "--report=%s/out-of-memory", folder ? folder : "/tmp");
	return rig_start("oom/holdfast-audit", report, NULL);
}

static void the_audit_of_it_all(void **state)
{
	const struct trial trial = {"audit", start_audit, NULL, NULL};

	(void)state;
	try(&trial);
	assert_int_equal(rig_stop(rig_start("holdfast-audit", NULL), 0), 0);
}

int main(void)
{
#define BESIDE_A_WORKER(test) \
	cmocka_unit_test_setup_teardown(test, start_clean_worker, stop_clean_worker)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_worker_with_a_batch_in_hand),
	    BESIDE_A_WORKER(a_producer_that_waits),
	    BESIDE_A_WORKER(a_load_of_a_show),
	    BESIDE_A_WORKER(an_expirer_with_a_hold_that_is_due),
	    cmocka_unit_test(the_rest_of_admin),
	    cmocka_unit_test(the_audit_of_it_all),
	};

	return cmocka_run_group_tests(tests, rig_make, rig_drop);
}
