/*
 * Three brokers under a worker: stopped one after the other, killed one after the other, and two of
 * three away at once. Nothing is answered twice and nothing is left out.
 *
 * tests/run: long
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/rig.h"
#include "tests/integration/shell.h"
#include "tests/integration/traffic.h"

#define REQUESTS 100
#define BROKERS "tests/integration/brokers "

static char *server_brokers;
static long worker, expirer;

static int make(void **state)
{
	FILE *output = popen(BROKERS "make", "r");
	char brokers[200];

	server_brokers = strdup(getenv("KAFKA_BOOTSTRAP_SERVERS"));
	if (!output || !fgets(brokers, sizeof brokers, output) || pclose(output)) {
		fprintf(stderr, "no cluster of brokers\n");
		return -1;
	}
	brokers[strcspn(brokers, "\n")] = '\0';
	setenv("KAFKA_BOOTSTRAP_SERVERS", brokers, 1);
	setenv("HOLDFAST_REPLICATION_FACTOR", "3", 1);
	rig_reply_wait_ms = 120000; /* elections of a busy machine */
	if (rig_make(state))
		return -1;
	unsetenv("HOLDFAST_REPLICATION_FACTOR");
	worker = rig_start("holdfast-worker", "--batch-max=20", "--kafka.session.timeout.ms=3000",
	                   "--kafka.heartbeat.interval.ms=500", NULL);
	expirer = rig_start("holdfast-expirer", NULL);
	traffic_open(23);
	return 0;
}

static int drop(void **state)
{
	int code = rig_drop(state);

	(void)shell_run(BROKERS "drop");
	setenv("KAFKA_BOOTSTRAP_SERVERS", server_brokers, 1);
	free(server_brokers);
	return code;
}

static void expect_clean_audit(void)
{
	if (rig_stop(rig_start("holdfast-audit", NULL), 0) != 0)
		fail_msg("the audit found something:\n%s", rig_log());
}

/* Requests while the broker is away, and while it comes back. */
static void lose(int broker, const char *how)
{
	traffic_send(REQUESTS);
	(void)shell_run(BROKERS "%s %d", how, broker);
	traffic_send(REQUESTS);
	(void)shell_run(BROKERS "start %d", broker);
	traffic_send(REQUESTS);
	rig_await(3 * REQUESTS);
}

static void brokers_may_be_stopped_one_after_the_other(void **state)
{
	(void)state;
	for (int broker = 1; broker <= 3; broker++)
		lose(broker, "stop");
	expect_clean_audit();
}

static void brokers_may_be_killed_one_after_the_other(void **state)
{
	(void)state;
	if (!getenv("HOLDFAST_FAULTS_WHOLE"))
		skip(); /* it takes long: make test-faults */
	for (int broker = 1; broker <= 3; broker++)
		lose(broker, "kill");
	expect_clean_audit();
}

/* No replica but one, and no quorum of controllers: all wait. */
static void a_cluster_without_a_majority_is_waited_for(void **state)
{
	(void)state;
	if (!getenv("HOLDFAST_FAULTS_WHOLE"))
		skip(); /* it takes long: make test-faults */
	traffic_send(REQUESTS);
	(void)shell_run(BROKERS "kill 1 && " BROKERS "kill 2");
	traffic_send(REQUESTS);
	(void)shell_run("(" BROKERS "start 1 & " BROKERS "start 2; wait)");
	traffic_send(REQUESTS);
	rig_await(3 * REQUESTS);
	assert_int_equal(rig_stop(expirer, SIGTERM), 0);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	expect_clean_audit();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(brokers_may_be_stopped_one_after_the_other),
	    cmocka_unit_test(brokers_may_be_killed_one_after_the_other),
	    cmocka_unit_test(a_cluster_without_a_majority_is_waited_for),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
