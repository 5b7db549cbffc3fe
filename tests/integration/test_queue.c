/*
 * How many are before a request and when it will be decided, as gateway, worker and `holdfast-admin
 * status` say it while a backlog is worked off, held against what then happens. tests/run: plain
 */
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/db/db.h"
#include "tests/integration/shell.h"
#include "tests/integration/web.h"

#define BACKLOG 20000
#define BATCH "--batch-max=80"
#define PACED "pg_sleep(0.04)"     /* a batch: it takes a while, however busy a machine is */
#define TRIES 3                    /* a machine may be busy with other things */
#define HORIZON_MS 4000            /* what is asked for is decided about then, at the longest */
#define SOON_MS 400                /* what is so near is as much the looks' grain as the pace */
#define ERROR_MOST 0.20
#define MOMENT_MS 2500             /* positions are read twice a second; a machine may be busy */
#define SAYINGS_MAX 2000
#define PASSED_MAX 200000

enum sayer { GATEWAY, WORKER, STATUS, SAYERS };
static const char *const sayer_names[SAYERS] = {"gateway", "worker", "status"};

/* What was said of a request. */
struct saying {
	enum sayer by;
	int64_t at_ms, offset, before, wait_ms;
};

static struct saying sayings[SAYINGS_MAX];
static int saying_count;
static struct web gateway, metrics;
static const char *cookie;

/* ---- what happens: when the row of the partition had got how far, on a thread of its own ---- */

static struct {
	int64_t at_ms, next;
} passed[PASSED_MAX];
static atomic_int passed_count;
static atomic_bool is_over;
static int partition;

static void *follow(void *context)
{
	const struct db_settings settings = {.url = getenv("DATABASE_URL"), .program = "test_queue",
	                                     .connect_ms = RIG_WAIT_MS, .answer_ms = RIG_WAIT_MS};
	struct db *db = NULL;
	struct err e;

	(void)context;
	if (db_open(&db, &settings, &e))
		return NULL;
	while (!is_over && passed_count < PASSED_MAX) {
		struct db_call call = {.query = QUERY_ADMIN_READ_OFFSETS};

		if (db_run(db, &call, 1, &e))
			break;
		for (int row = 0; row < call.rows.count; row++) {
			int64_t next = db_int8(&call.rows, row, 1);

			if (db_int4(&call.rows, row, 0) != partition ||
			    (passed_count && passed[passed_count - 1].next == next))
				continue;
			passed[passed_count].at_ms = clock_monotonic_ms();
			passed[passed_count].next = next;
			passed_count++;
		}
		db_rows_release(&call.rows);
		clock_sleep_ms(5);
	}
	db_close(db);
	return NULL;
}

static int64_t next_now(void)
{
	int count = passed_count;

	return count ? passed[count - 1].next : 0;
}

/* -1: it was not */
static int64_t decided_ms(int64_t offset)
{
	for (int i = 0; i < passed_count; i++)
		if (passed[i].next > offset)
			return passed[i].at_ms;
	return -1;
}

/* ---- what is said ---- */

static void keep(enum sayer by, int64_t offset, int64_t before, int64_t wait_ms)
{
	if (saying_count < SAYINGS_MAX)
		sayings[saying_count++] =
		    (struct saying){by, clock_monotonic_ms(), offset, before, wait_ms};
}

static void ask_gateway(int64_t offset)
{
	struct web_answer answer;
	char path[200];

	snprintf(path, sizeof path,
	         "/api/seat-reservations/outcome?show_id=queue-1&operation=reserve&key=none&at=%d-%lld",
	         partition, (long long)offset);
	answer = web_ask(&gateway, "GET", path, cookie, NULL);
	if (answer.status != 202)
		return; /* decided meanwhile */
	if (*rig_field(answer.body, "eta_ms")) {
		int64_t eta_ms = strtoll(rig_field(answer.body, "eta_ms"), NULL, 10);
		int64_t seconds = strtoll(web_header(&answer, "Retry-After"), NULL, 10);

		keep(GATEWAY, offset, strtoll(rig_field(answer.body, "position"), NULL, 10), eta_ms);
		assert_int_equal(seconds, eta_ms <= 1000 ? 1 : eta_ms > 10000 ? 10 : (eta_ms + 999) / 1000);
	}
}

static double series(const char *text, const char *name)
{
	char line[100];
	const char *at;

	snprintf(line, sizeof line, "\n%s{partition=\"%d\"} ", name, partition);
	at = strstr(text, line);
	return at ? strtod(at + strlen(line), NULL) : -1;
}

static void ask_worker(int64_t end)
{
	struct web_answer answer = web_ask(&metrics, "GET", "/metrics", "", NULL);
	double waiting, wait;

	assert_int_equal(answer.status, 200);
	waiting = series(answer.body, "holdfast_partition_waiting");
	wait = series(answer.body, "holdfast_partition_wait_seconds");
	if (waiting > 0 && wait > 0) /* of one behind the last: that is decided one earlier */
		keep(WORKER, end - 1, (int64_t)waiting - 1, (int64_t)(wait * 1000));
}

static void ask_status(int64_t offset)
{
	const char *printed = shell_run("${HOLDFAST_BUILD:-build}/holdfast-admin status --json "
	                                "--at=%d-%lld", partition, (long long)offset);
	const char *asked = strstr(printed, "\"request\":");
	const char *wait = asked ? rig_field(asked + 10, "wait_ms") : "";

	assert_non_null(asked);
	if (*wait && strcmp(wait, "null") != 0 && strcmp(wait, "0") != 0)
		keep(STATUS, offset, strtoll(rig_field(asked + 10, "before"), NULL, 10),
		     strtoll(wait, NULL, 10));
}

/* ---- */

static int compare_numbers(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int64_t next_at(int64_t at_ms)
{
	int64_t next = passed[0].next;

	for (int i = 0; i < passed_count && passed[i].at_ms <= at_ms; i++)
		next = passed[i].next;
	return next;
}

/* What is said to be before it is what was not decided, then or a moment before. */
static void expect_counts(void)
{
	for (int i = 0; i < saying_count; i++) {
		const struct saying *s = &sayings[i];
		int64_t most = s->offset - next_at(s->at_ms - MOMENT_MS);

		if (s->before > most || s->before < s->offset - next_at(s->at_ms + MOMENT_MS))
			fail_msg("%s: %lld before offset %lld", sayer_names[s->by], (long long)s->before,
			         (long long)s->offset);
	}
}

/* The median of how far those sayings were off; -1: there is none. */
static double median_error(enum sayer by)
{
	static double errors[SAYINGS_MAX];
	size_t count = 0;

	for (int i = 0; i < saying_count; i++) {
		int64_t then_ms = decided_ms(sayings[i].offset), real_ms = then_ms - sayings[i].at_ms;

		if (sayings[i].by != by || then_ms < 0 || real_ms < SOON_MS)
			continue;
		errors[count++] = fabs((double)(sayings[i].wait_ms - real_ms)) / (double)real_ms;
	}
	qsort(errors, count, sizeof errors[0], compare_numbers);
	if (count)
		print_message("%s: %zu predictions, median error %.1f %%\n", sayer_names[by], count,
		              errors[count / 2] * 100);
	return count ? errors[count / 2] : -1;
}

/* Ask all of them while it is worked off. */
static void ask_all(int64_t end, int64_t from_ms)
{
	int64_t until_ms = from_ms + 3 * RIG_WAIT_MS;
	int asked_status = 0;

	for (int round = 0; next_now() < end; round++) {
		int64_t next = next_now(), now_ms = clock_monotonic_ms();
		double per_ms = (double)(next - passed[0].next) / (double)(now_ms - from_ms + 1);
		int64_t ahead = (int64_t)(per_ms * HORIZON_MS * (round % 10 + 1) / 10) + 10;

		assert_true(now_ms < until_ms);
		if (next + ahead < end)
			ask_gateway(next + ahead);
		ask_worker(end);
		if (asked_status < 2 && now_ms - from_ms > 1000 &&
		    next + (int64_t)(per_ms * (2300 + HORIZON_MS / 2)) < end) {
			ask_status(next + (int64_t)(per_ms * (2300 + HORIZON_MS / 2)));
			asked_status++;
		}
		clock_sleep_ms(50);
	}
}

static int64_t end_of_log(void)
{
	const char *printed = shell_run("${HOLDFAST_BUILD:-build}/holdfast-admin status --json"), *found;
	char part[40];

	snprintf(part, sizeof part, "{\"partition\":%d,", partition);
	found = strstr(printed, part);
	assert_non_null(found);
	return strtoll(rig_field(found, "end"), NULL, 10);
}

/* One backlog, worked off; `best`: the least medians so far, of each. */
static void work_off(double best[SAYERS])
{
	struct pages worker;
	pthread_t thread;
	int64_t end;

	shell_run("${HOLDFAST_BUILD:-build}/holdfast-producer --load --no-wait --requests=%d "
	          "--show-prefix=queue --seats-per-show=1000 --rate=0 > /dev/null", BACKLOG);
	end = end_of_log();
	saying_count = 0;
	passed_count = 0;
	is_over = false;
	assert_int_equal(pthread_create(&thread, NULL, follow, NULL), 0);
	worker = pages_start("holdfast-worker", BATCH, NULL);
	metrics = gateway;
	assert_int_equal(sscanf(worker.address, "127.0.0.1:%d", &metrics.port), 1);
	while (passed_count < 2)
		clock_sleep_ms(5);
	ask_all(end, clock_monotonic_ms());
	is_over = true;
	pthread_join(thread, NULL);
	assert_int_equal(rig_stop(worker.pid, SIGTERM), 0);
	expect_counts();
	for (int by = 0; by < SAYERS; by++) {
		double error = median_error((enum sayer)by);

		if (error >= 0 && error < best[by])
			best[by] = error;
	}
}

static void what_is_said_of_a_wait_comes_true(void **state)
{
	double best[SAYERS] = {1, 1, 1}, worst = 1;

	(void)state;
	for (int i = 0; i < TRIES && worst > ERROR_MOST; i++) {
		work_off(best);
		worst = 0;
		for (int by = 0; by < SAYERS; by++)
			worst = best[by] > worst ? best[by] : worst;
	}
	if (worst > ERROR_MOST)
		fail_msg("the worst median error is %.1f %%", worst * 100);
}

static int make(void **state)
{
	struct web_answer answer;
	long worker;

	if (rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", NULL);
	shell_run("${HOLDFAST_BUILD:-build}/holdfast-producer --load --create --requests=10 "
	          "--show-prefix=queue --seats-per-show=1000 > /dev/null");
	partition = atoi(rig_sql("SELECT min(partition) FROM holdfast.decisions"));
	rig_stop(worker, SIGTERM);
	rig_sql("CREATE FUNCTION paced() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM " PACED
	        "; RETURN new; END $$; CREATE TRIGGER paced BEFORE UPDATE ON holdfast.partition_progress "
	        "FOR EACH ROW WHEN (new.next_offset > old.next_offset) EXECUTE FUNCTION paced()");
	gateway = web_start(NULL, NULL, NULL);
	answer = web_ask(&gateway, "POST", "/api/session", "", NULL);
	cookie = strdup(web_cookie(&answer));
	assert_non_null(cookie);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_said_of_a_wait_comes_true),
	};

	return cmocka_run_group_tests(tests, make, rig_drop);
}
