/*
 * What a worker makes of rights that are taken away and given back, and of a broker that goes:
 * it says so, with everything that it takes to help it, and goes on by itself.
 *
 * tests/run: own servers
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/partitioner.h"
#include "tests/integration/ask.h"
#include "tests/integration/pages.h"
#include "tests/integration/rights.h"
#include "tests/integration/shell.h"

static struct pages worker;

static int set_up(void **state)
{
	rights_open_broker();
	if (rig_make(state))
		return -1;
	worker = pages_start("holdfast-worker", NULL, NULL);
	pages_await_ready(&worker);
	return 0;
}

static int partition_of(const char *show_id)
{
	return (int)partition_of_key(show_id, strlen(show_id), RIG_PARTITIONS);
}

static void send_show(const char *show_id)
{
	rig_send(show_id, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\"}", rig_id(),
	         show_id);
}

/* Fetching fails and the client library says so once: partitions with and without requests. */
static void a_worker_that_may_not_read_is_not_ready_until_it_may(void **state)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	char part[100], end[100], replied[100];

	(void)state;
	rights_take(RIGHTS_TOPIC, rig_topics.requests, false, "Read");
	for (int i = 0; i < RIG_PARTITIONS; i++) {
		snprintf(part, sizeof part, "partition %d waits for Kafka: reading requests: ", i);
		pages_await(&worker, "/readyz", "503", part);
		snprintf(part, sizeof part, "msg=\"requests cannot be read\" partition=%d error=", i);
		pages_await_log(part);
	}
	/* The end of the log is known all the same. */
	send_show("deaf");
	snprintf(end, sizeof end, "holdfast_partition_offset{partition=\"%d\",kind=\"end\"}",
	         partition_of("deaf"));
	snprintf(replied, sizeof replied, "holdfast_partition_offset{partition=\"%d\",kind=\"replied\"}",
	         partition_of("deaf"));
	while (pages_value(&worker, end) < pages_value(&worker, replied) + 1) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(50);
	}
	rights_give(RIGHTS_TOPIC, rig_topics.requests, false, "Read");
	rig_await(1);
	pages_await_ready(&worker); /* partitions without requests, too */
	pages_await_log("msg=\"requests can be read again\"");
}

static void an_idle_worker_says_that_a_server_is_away_and_back(void **state)
{
	(void)state;
	(void)shell_run("compose/local/down --kill postgres 2>&1");
	pages_await_log("msg=\"the database does not answer\"");
	pages_await(&worker, "/readyz", "503", "database: ");
	(void)shell_run("compose/local/up postgres 2>&1");
	pages_await_log("msg=\"the database answers again\"");
	pages_await_ready(&worker);
	(void)shell_run("compose/local/down --kill kafka 2>&1");
	pages_await_log("msg=\"Kafka does not answer\"");
	pages_await(&worker, "/readyz", "503", "Kafka: ");
	(void)shell_run("HOLDFAST_KAFKA_MORE=\"$HOLDFAST_RUN_DIR/authorizer.properties\" "
	                "compose/local/up kafka 2>&1");
	pages_await_log("msg=\"Kafka answers again\"");
	pages_await_ready(&worker);
}

static int tear_down(void **state)
{
	return rig_drop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_worker_that_may_not_read_is_not_ready_until_it_may),
	    cmocka_unit_test(an_idle_worker_says_that_a_server_is_away_and_back),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
