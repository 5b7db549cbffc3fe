/*
 * Bursts by clients of other makes, with the settings that they have by default: 50,000 requests at
 * once, and each is answered exactly once.
 *
 * KafkaJS and franz-go, too, with HOLDFAST_CLIENTS_WHOLE. tests/run: plain, tests/run: apart
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/audit.h"
#include "tests/integration/shell.h"

#define REQUESTS 50000
#define SHOWS 4 /* few, so that each partition that has one gets megabytes */
#define SEATS 1000

static long worker;

static int set_up(void **state)
{
	char show[20];

	if (rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", NULL);
	for (int i = 0; i < SHOWS; i++) {
		snprintf(show, sizeof show, "burst-%d", i);
		rig_show(show, SEATS);
	}
	return 0;
}

static int tear_down(void **state)
{
	int code = worker ? rig_stop(worker, SIGTERM) : 0;

	if (code)
		fprintf(stderr, "worker ended with %d\n%s\n", code, rig_log());
	return rig_drop(state) || code;
}

/* Reserves with the request ids <number>0000000-0000-4000-8000-<i>, one a line. */
static void write_requests(const char *path, int number)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	for (int i = 0; i < REQUESTS; i++) {
		fprintf(file, "burst-%d\t{\"type\":\"reserve\",", i % SHOWS);
		fprintf(file, "\"show_id\":\"burst-%d\",", i % SHOWS);
		fprintf(file, "\"request_id\":\"%d0000000-0000-4000-8000-%012d\",", number, i);
		fprintf(file, "\"session_id\":\"session-%d-of-a-customer-%06d\",", number, i);
		fprintf(file, "\"seat_ids\":[\"A%d\",\"A%d\"]}\n", i % SEATS + 1, (i + 7) % SEATS + 1);
	}
	assert_int_equal(fclose(file), 0);
}

static void publish_at_once(int number, const char *client)
{
	long long before = atoll(rig_sql("SELECT sum(next_offset) FROM holdfast.partition_progress"));
	char path[300], sql[300];

	snprintf(path, sizeof path, "%s/requests-of-%s", getenv("HOLDFAST_RUN_DIR"), client);
	write_requests(path, number);
	(void)shell_run("tests/clients/burst %s %s <'%s' 2>&1", client, rig_topics.requests, path);
	remove(path);
	/* What is cheap to ask for is awaited: the machine is the worker's. */
	snprintf(sql, sizeof sql, "SELECT sum(next_offset) >= %lld FROM holdfast.partition_progress",
	         before + REQUESTS);
	rig_await_sql("t", sql);
	snprintf(sql, sizeof sql, "SELECT count(*) || ' of ' || count(DISTINCT request_id) FROM "
	         "holdfast.decisions WHERE request_id BETWEEN '%d0000000-0000-4000-8000-000000000000' AND "
	         "'%d0000000-0000-4000-8000-999999999999'", number, number);
	rig_await_sql("50000 of 50000", sql);
}

static void librdkafka_with_its_defaults_publishes_a_burst(void **state)
{
	(void)state;
	publish_at_once(1, "python");
}

static void java_with_its_defaults_publishes_a_burst(void **state)
{
	(void)state;
	publish_at_once(2, "java");
}

static void kafkajs_with_its_defaults_publishes_a_burst(void **state)
{
	(void)state;
	publish_at_once(3, "node");
}

static void franz_go_with_its_defaults_publishes_a_burst(void **state)
{
	(void)state;
	publish_at_once(4, "go");
}

/* One reply for each record, and no record but those of the requests. */
static void each_request_has_exactly_one_reply(void **state)
{
	struct audit audit;

	(void)state;
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	worker = 0;
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.decisions WHERE code NOT IN (200, 409)"),
	                    "0");
	audit_start(&audit, NULL);
	audit_await(&audit);
	if (audit.exit_code || !audit_count(&audit, "\nno differences\n"))
		fail_msg("the audit ended with %d:\n%s\n%s", audit.exit_code, audit.report, rig_log());
	audit_release(&audit);
}

int main(void)
{
	const struct CMUnitTest quick[] = {
	    cmocka_unit_test(librdkafka_with_its_defaults_publishes_a_burst),
	    cmocka_unit_test(java_with_its_defaults_publishes_a_burst),
	    cmocka_unit_test(each_request_has_exactly_one_reply),
	};
	const struct CMUnitTest whole[] = {
	    cmocka_unit_test(librdkafka_with_its_defaults_publishes_a_burst),
	    cmocka_unit_test(java_with_its_defaults_publishes_a_burst),
	    cmocka_unit_test(kafkajs_with_its_defaults_publishes_a_burst),
	    cmocka_unit_test(franz_go_with_its_defaults_publishes_a_burst),
	    cmocka_unit_test(each_request_has_exactly_one_reply),
	};

	return getenv("HOLDFAST_CLIENTS_WHOLE") ? cmocka_run_group_tests(whole, set_up, tear_down)
	                                        : cmocka_run_group_tests(quick, set_up, tear_down);
}
