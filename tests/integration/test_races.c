/*
 * Customers who want the same seats at the same time, through publishers that know nothing of each
 * other; and one who reaches for what is another's.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/agree.h"
#include "tests/integration/ask.h"
#include "tests/integration/shell.h"

#define SHOWS 200
#define CROWD 3
#define CROWD_REQUESTS 400
#define CROWD_SEATS 60

static long worker;
static char folder[] = "/tmp/holdfast-races-XXXXXX";

static int set_up(void **state)
{
	if (!mkdtemp(folder) || rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", "--log-level=debug", NULL);
	return 0;
}

static int tear_down(void **state)
{
	int code = rig_stop(worker, SIGTERM);

	if (code)
		fprintf(stderr, "worker ended with %d\n%s\n", code, rig_log());
	(void)shell_run("rm -r '%s'", folder);
	return rig_drop(state) || code;
}

static FILE *open_lines(int customer)
{
	char path[100];
	FILE *lines;

	snprintf(path, sizeof path, "%s/%d.in", folder, customer);
	lines = fopen(path, "w");
	assert_non_null(lines);
	return lines;
}

/*
 * Let `count` producers publish the lines of their files at the same moment and wait for all; their
 * replies are in <n>.out. Each waits for the file `go`, so that none starts early.
 */
static void race(int count)
{
	const char *build = getenv("HOLDFAST_BUILD");
	long producers[CROWD];
	char script[600];

	(void)shell_run("rm -f '%s/go'", folder);
	for (int i = 0; i < count; i++) {
		snprintf(script, sizeof script,
		         "until [ -e %s/go ]; do sleep 0.01; done; exec '%s/holdfast-producer' --wait "
		         "<%s/%d.in >%s/%d.out", folder, build ? build : "build", folder, i, folder, i);
		producers[i] = rig_start("/bin/sh", "-c", script, NULL);
	}
	(void)shell_run("touch '%s/go'", folder);
	for (int i = 0; i < count; i++) {
		int code = rig_stop(producers[i], 0);

		/* 7: at least one of its requests was rejected. */
		if (code != 0 && code != 7)
			fail_msg("producer %d ended with %d\n%s", i, code, rig_log());
	}
}

static void two_customers_get_one_200_and_one_409(void **state)
{
	(void)state;
	rig_expect(rig_ask("test-show-123", "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":"
	                   "\"test-show-123\"}", rig_id()), 200, "SHOW_CREATED");
	rig_expect(rig_ask("test-show-123", "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":"
	                   "\"test-show-123\",\"seat_ids\":[\"seat-1\",\"seat-2\"]}", rig_id()),
	           200, "SEATS_ADDED");
	for (int i = 0; i < 2; i++) {
		FILE *lines = open_lines(i);

		fprintf(lines, "{\"type\":\"reserve\",\"show_id\":\"test-show-123\",\"session_id\":"
		               "\"customer-%d\",\"seat_ids\":[\"seat-%d\",\"seat-%d\"]}\n", i, i + 1, 2 - i);
		fclose(lines);
	}
	race(2);
	assert_string_equal(shell_run("cat %s/[01].out | grep -c '\"code\":200'", folder), "1\n");
	assert_string_equal(shell_run("cat %s/[01].out | grep -c '\"code\":409,\"reason\":"
	                              "\"SEATS_TAKEN\"'", folder), "1\n");
	assert_string_equal(rig_sql("SELECT count(DISTINCT reserved_by), count(*), min(status) FROM "
	                            "holdfast.show_seats WHERE show_id = 'test-show-123'"),
	                    "1|2|reserved");
	assert_non_null(strstr(rig_log(), "Race condition detected: Requested 2 seats, but only 0 were "
	                                  "available."));
	assert_non_null(strstr(rig_log(), "Rolled back 0 partially reserved seats"));
}

/* One goes through the shows upwards, the other downwards: each wins about a half. */
static void of_two_hundred_shows_each_is_won_once(void **state)
{
	FILE *lines[2] = {open_lines(0), open_lines(1)};
	char show[20];

	(void)state;
	for (int i = 0; i < SHOWS; i++) {
		snprintf(show, sizeof show, "race-%d", i);
		rig_send(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\"}",
		         rig_id(), show);
		rig_send(show, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		               "\"seat_ids\":[\"1\",\"2\"]}", rig_id(), show);
		for (int c = 0; c < 2; c++)
			fprintf(lines[c], "{\"type\":\"reserve\",\"show_id\":\"race-%d\",\"session_id\":"
			                  "\"customer-%d\",\"seat_ids\":[\"%d\",\"%d\"]}\n",
			        c ? SHOWS - 1 - i : i, c, c + 1, 2 - c);
	}
	fclose(lines[0]);
	fclose(lines[1]);
	rig_await(2 * SHOWS);
	race(2);
	/* As the customers saw it: of each show one 200 and one 409. */
	assert_string_equal(
	    shell_run("cat %s/[01].out | sed 's/.*\"show_id\":\"\\([^\"]*\\)\".*\"code\":\\([0-9]*\\)."
	              "*/\\1 \\2/' | sort | uniq -c | awk '$1 == 1 {n[$3]++} END {print n[200], n[409]}'",
	              folder), "200 200\n");
	assert_string_equal(
	    rig_sql("SELECT count(*) FROM (SELECT show_id FROM holdfast.show_seats WHERE show_id LIKE "
	            "'race-%%' AND status = 'reserved' GROUP BY show_id HAVING count(DISTINCT "
	            "reserved_by) = 1 AND count(*) = 2) AS won"), "200");
}

/* Overlapping wishes for few seats, from several producers; the last test looks for any seat that
 * was given twice. */
static void a_crowd_shares_few_seats_without_a_double(void **state)
{
	(void)state;
	rig_show("crowd", CROWD_SEATS);
	srand(20261124);
	for (int c = 0; c < CROWD; c++) {
		FILE *lines = open_lines(c);

		for (int i = 0; i < CROWD_REQUESTS; i++) {
			int seat = rand() % (CROWD_SEATS - 2) + 1;

			fprintf(lines, "{\"type\":\"reserve\",\"show_id\":\"crowd\",\"session_id\":\"%d-%d\","
			               "\"seat_ids\":[\"A%d\",\"A%d\",\"A%d\"]}\n", c, i, seat + 2, seat, seat + 1);
		}
		fclose(lines);
	}
	race(CROWD);
	assert_string_equal(shell_run("cat %s/?.out | wc -l", folder), "1200\n");
	/* Each accepted one holds its three seats. */
	assert_string_equal(
	    rig_sql("SELECT (SELECT count(*) FROM holdfast.decisions WHERE show_id = 'crowd' AND reason "
	            "= 'RESERVED') * 3 = (SELECT count(*) FROM holdfast.show_seats WHERE show_id = "
	            "'crowd' AND status = 'reserved')"), "t");
	assert_string_equal(
	    rig_sql("SELECT count(DISTINCT code) = 2 AND count(*) = 1200 FROM holdfast.decisions WHERE "
	            "show_id = 'crowd' AND type = 'reserve'"), "t");
}

static void a_burst_of_one_session_holds_once(void **state)
{
	size_t accepted = 0;

	(void)state;
	rig_show("burst", 100);
	for (int i = 1; i <= 100; i++) {
		char seat[20];

		snprintf(seat, sizeof seat, "A%d", i);
		ask_send_reserve("burst", rig_id(), "attacker", seat, 0);
	}
	rig_await(100);
	for (size_t i = 0; i < 100; i++) {
		accepted += strstr(rig_reply(i), "\"code\":200,\"reason\":\"RESERVED\"") != NULL;
		if (i)
			rig_expect(rig_reply(i), 409, "ALREADY_RESERVED");
	}
	assert_int_equal(accepted, 1);
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.show_seats WHERE show_id = 'burst' AND "
	                            "status <> 'available'"), "1");
}

static void another_session_gets_nothing_out_of_a_hold(void **state)
{
	static const char *const types[] = {"release", "confirm", "extend"};
	char hold[UUID_TEXT_CHARS + 1], before[200];
	const char *const row = "SELECT r::text || s::text FROM holdfast.seat_reservations r JOIN "
	                        "holdfast.show_seats s ON s.reserved_by = r.reservation_id WHERE "
	                        "r.show_id = 'mine'";

	(void)state;
	strcpy(hold, rig_id());
	rig_show("mine", 1);
	rig_expect(ask_reserve("mine", hold, "alice", "A1", 0), 200, "RESERVED");
	snprintf(before, sizeof before, "%s", rig_sql("SELECT md5(x) FROM (%s) AS t (x)", row));
	for (size_t i = 0; i < 3; i++) {
		const char *reply =
		    rig_ask("mine", "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"mine\","
		                    "\"session_id\":\"Alice\",\"reservation_id\":\"%s\",\"hold_seconds\":900}",
		            types[i], rig_id(), hold);

		rig_expect(reply, 403, "WRONG_SESSION");
		assert_null(strstr(reply, "seat_ids"));
	}
	/* Nor may another show's hold be named. */
	rig_expect(ask_on_hold("burst", "confirm", hold, "alice"), 404, "UNKNOWN_RESERVATION");
	assert_string_equal(rig_sql("SELECT md5(x) FROM (%s) AS t (x)", row), before);
}

static void of_three_seats_one_gone_means_none_taken(void **state)
{
	(void)state;
	rig_show("three", 3);
	ask_send_reserve("three", rig_id(), "a", "A3", 0);
	ask_send_reserve("three", rig_id(), "b", "A1,A2,A3", 0);
	ask_send_reserve("three", rig_id(), "c", "A1,A2", 0);
	rig_await(3);
	rig_expect(rig_reply(0), 200, "RESERVED");
	rig_expect(rig_reply(1), 409, "SEATS_TAKEN");
	rig_expect(rig_reply(2), 200, "RESERVED"); /* in the same batch: nothing had been taken */
	assert_non_null(strstr(rig_reply(1), "\"unavailable\":[{\"seat_id\":\"A3\""));
	assert_null(strstr(rig_reply(1), "{\"seat_id\":\"A1\""));
}

static void all_that_was_written_agrees(void **state)
{
	(void)state;
	agree_all(NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_customers_get_one_200_and_one_409),
	    cmocka_unit_test(of_two_hundred_shows_each_is_won_once),
	    cmocka_unit_test(a_crowd_shares_few_seats_without_a_double),
	    cmocka_unit_test(a_burst_of_one_session_holds_once),
	    cmocka_unit_test(another_session_gets_nothing_out_of_a_hold),
	    cmocka_unit_test(of_three_seats_one_gone_means_none_taken),
	    cmocka_unit_test(all_that_was_written_agrees),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
