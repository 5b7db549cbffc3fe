/*
 * Everything that has threads, at once: eight lanes under load while a second and a third worker
 * join and leave, the expirer, a producer with thousands of requests in flight, at the end the
 * audit. Built with SAN=thread: a report of ThreadSanitizer is an exit code that is not awaited.
 *
 * HOLDFAST_THREADS_REQUESTS  how many requests; more of them take longer
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/integration/rig.h"

#define REQUESTS_DEFAULT 3000
#define SHOWS 16
#define SEATS 40
#define SESSIONS 61
#define SETTLED_MS 60000

static char requests_path[200], replies_path[200];

static int requests_wanted(void)
{
	const char *text = getenv("HOLDFAST_THREADS_REQUESTS");

	return text ? atoi(text) : REQUESTS_DEFAULT;
}

static const char *id_of(int number)
{
	static char text[UUID_TEXT_CHARS + 1];

	snprintf(text, sizeof text, "00000000-0000-7000-8000-%012x", number + 1);
	return text;
}

/* Request number i: of three one reserves, the others do something with what that one got. */
static void write_request(FILE *file, int i)
{
	static const char *const others[] = {"confirm", "release", "extend", "expire", "confirm"};
	int reserve = i - i % 3;
	const char *type = others[i % 5];

	fprintf(file, "{\"show_id\":\"show-%d\",\"session_id\":\"session-%d\",", reserve % SHOWS,
	        reserve % SESSIONS);
	if (i == reserve)
		fprintf(file, "\"type\":\"reserve\",\"request_id\":\"%s\",\"hold_seconds\":%d,"
		              "\"seat_ids\":[\"A%d\",\"A%d\"]}\n",
		        id_of(i), 1 + i % 4, 1 + i * 7 % SEATS, 1 + (i * 7 + 3) % SEATS);
	else
		fprintf(file, "\"type\":\"%s\",\"reservation_id\":\"%s\",\"hold_seconds\":2}\n", type,
		        id_of(reserve));
}

static void write_requests(void)
{
	const char *folder = getenv("HOLDFAST_RUN_DIR");
	FILE *file;

	snprintf(requests_path, sizeof requests_path, "%s/threads-%ld.requests",
	         folder ? folder : "/tmp", (long)getpid());
	snprintf(replies_path, sizeof replies_path, "%s/threads-%ld.replies", folder ? folder : "/tmp",
	         (long)getpid());
	file = fopen(requests_path, "w");
	assert_non_null(file);
	for (int i = 0; i < requests_wanted(); i++)
		write_request(file, i);
	assert_int_equal(fclose(file), 0);
}

static long start_producer(void)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char command[800];

	snprintf(command, sizeof command,
	         "exec '%s/holdfast-producer' --wait --timeout-ms=120000 <'%s' >'%s'",
	         build ? build : "build", requests_path, replies_path);
	return rig_start("/bin/sh", "-c", command, NULL);
}

static int count_lines(const char *path)
{
	FILE *file = fopen(path, "r");
	int lines = 0, c;

	assert_non_null(file);
	while ((c = getc(file)) != EOF)
		lines += c == '\n';
	fclose(file);
	return lines;
}

/* Until that many partitions were acquired in all, by whichever worker. */
static void await_acquired(int count)
{
	int64_t until_ms = clock_monotonic_ms() + SETTLED_MS;

	for (;;) {
		int found = 0;

		for (const char *at = rig_log(); (at = strstr(at, "\"partition acquired\"")); at++)
			found++;
		if (found >= count)
			return;
		if (clock_monotonic_ms() > until_ms)
			fail_msg("%d partitions acquired of %d:\n%s", found, count, rig_log());
		clock_sleep_ms(50);
	}
}

static void whoever_comes_and_goes_nothing_races(void **state)
{
	long first = rig_start("holdfast-worker", NULL), second, third, expirer, producer;
	char show_id[20];

	(void)state;
	write_requests();
	for (int i = 0; i < SHOWS; i++) {
		snprintf(show_id, sizeof show_id, "show-%d", i);
		rig_show(show_id, SEATS);
	}
	expirer = rig_start("holdfast-expirer", NULL);
	producer = start_producer();
	second = rig_start("holdfast-worker", NULL);
	await_acquired(RIG_PARTITIONS + RIG_PARTITIONS);
	third = rig_start("holdfast-worker", "--log-level=debug", NULL);
	await_acquired(RIG_PARTITIONS * 3);
	assert_int_equal(rig_stop(first, SIGTERM), 0);
	await_acquired(RIG_PARTITIONS * 4);
	assert_int_equal(rig_stop(second, SIGTERM), 0);
	assert_int_equal(rig_stop(producer, 0), 7); /* some were refused, none is missing */
	assert_int_equal(count_lines(replies_path), requests_wanted());
	rig_await_sql("0", "SELECT count(*) FROM holdfast.seat_reservations WHERE status = 'held'");
	assert_int_equal(rig_stop(expirer, SIGTERM), 0);
	assert_int_equal(rig_stop(third, SIGTERM), 0);
	assert_int_equal(rig_stop(rig_start("holdfast-audit", NULL), 0), 0);
	unlink(requests_path);
	unlink(replies_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whoever_comes_and_goes_nothing_races),
	};

	return cmocka_run_group_tests(tests, rig_make, rig_drop);
}
