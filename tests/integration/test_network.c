/*
 * What lies between a worker and its servers: cut, reset, silent, slow. Every request gets its one
 * answer once the way is clear, and the audit finds nothing. A gateway ends in time also where none of
 * them answers.
 *
 * tests/run: proxy, tests/run: long
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/integration/proxy.h"
#include "tests/integration/rig.h"
#include "tests/integration/traffic.h"
#include "tests/integration/web.h"

#define REQUESTS 150
#define GATEWAY_END_MS 9000 /* the drain, five seconds, and what a busy machine adds */
#define DATABASE_TIMEOUT_MS "1500" /* of the workers here, so that a stall outlasts it */

static struct proxy *to_database, *to_kafka;

static int port_in(const char *url)
{
	const char *at = strrchr(url, '@');

	at = strchr(at ? at : url, ':');
	return at ? atoi(at + 1) : 0;
}

static int make(void **state)
{
	const char *listening = getenv("HOLDFAST_KAFKA_PROXY_PORT"), *target = getenv("KAFKA_PROXIED_PORT");

	if (!listening || !target) {
		fprintf(stderr, "the broker must be started with HOLDFAST_KAFKA_PROXY_PORT\n");
		return -1;
	}
	if (rig_make(state))
		return -1;
	to_database = proxy_open(0, port_in(getenv("DATABASE_URL")));
	to_kafka = proxy_open(atoi(listening), atoi(target));
	return 0;
}

static int drop(void **state)
{
	proxy_close(to_database);
	proxy_close(to_kafka);
	return rig_drop(state);
}

/* A worker that knows both servers by their proxies. */
static long start(void)
{
	long worker;

	rig_go_through(proxy_port(to_database), proxy_port(to_kafka));
	worker = rig_start("holdfast-worker", "--batch-max=20", "--kafka.session.timeout.ms=3000",
	                   "--kafka.heartbeat.interval.ms=500",
	                   "--database-timeout-ms=" DATABASE_TIMEOUT_MS, NULL);
	rig_go_through(0, 0);
	return worker;
}

static int decisions(void)
{
	return atoi(rig_sql("SELECT count(*) FROM holdfast.decisions"));
}

static void await_decisions(int count)
{
	char sql[120];

	snprintf(sql, sizeof sql, "SELECT count(*) >= %d FROM holdfast.decisions", count);
	rig_await_sql("t", sql);
}

static void expect_clean_audit(void)
{
	if (rig_stop(rig_start("holdfast-audit", NULL), 0) != 0)
		fail_msg("the audit found something:\n%s", rig_log());
}

/* Requests before, while the way is as `mode` says, and behind it; each gets its answer. */
static void disturb(struct proxy *proxy, enum proxy_mode mode, int64_t ms, int64_t lasting_ms)
{
	int before = decisions();

	traffic_send(REQUESTS);
	await_decisions(before + 20);
	proxy_set(proxy, mode, ms);
	traffic_send(REQUESTS);
	clock_sleep_ms(lasting_ms); /* the disturbance itself */
	proxy_set(proxy, PROXY_PASS, 0);
	traffic_send(REQUESTS);
	rig_await(3 * REQUESTS);
}

static long worker;

static void a_way_to_the_database_that_is_cut_or_reset_is_opened_again(void **state)
{
	(void)state;
	disturb(to_database, PROXY_CUT, 0, 500);
	disturb(to_database, PROXY_RESET, 0, 500);
	expect_clean_audit();
}

/*
 * Silence longer than the worker waits for an answer: it opens another session, while what it had
 * sent in the first one, COMMIT included, may still arrive.
 */
static void a_silent_way_to_the_database_may_speak_again_too_late(void **state)
{
	(void)state;
	disturb(to_database, PROXY_STALL, 0, 3000);
	expect_clean_audit();
}

static void a_slow_way_to_the_database_only_takes_longer(void **state)
{
	(void)state;
	disturb(to_database, PROXY_DELAY, 20, 500);
	disturb(to_database, PROXY_TRICKLE, 100, 2500);
	expect_clean_audit();
}

static void a_way_to_the_broker_that_is_cut_or_reset_is_opened_again(void **state)
{
	(void)state;
	disturb(to_kafka, PROXY_CUT, 0, 1000);
	disturb(to_kafka, PROXY_RESET, 0, 1000);
	expect_clean_audit();
}

/* Also past the end of the membership: another generation, or the same worker again. */
static void a_silent_way_to_the_broker_loses_the_membership_and_nothing_else(void **state)
{
	(void)state;
	disturb(to_kafka, PROXY_STALL, 0, 1500);
	disturb(to_kafka, PROXY_STALL, 0, 5000);
	expect_clean_audit();
}

static void a_slow_way_to_the_broker_only_takes_longer(void **state)
{
	(void)state;
	disturb(to_kafka, PROXY_DELAY, 20, 500);
	disturb(to_kafka, PROXY_TRICKLE, 20, 2000);
	expect_clean_audit();
}

/* Within its drain and five seconds, whatever is under way. */
static void expect_to_end(long pid)
{
	int64_t until_ms = clock_monotonic_ms() + GATEWAY_END_MS;
	int code = -1;

	kill((pid_t)pid, SIGTERM);
	while (!rig_has_ended(pid, &code)) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("the gateway has not ended in %d ms", GATEWAY_END_MS);
		clock_sleep_ms(20);
	}
	assert_int_equal(code, 0);
}

static void a_gateway_ends_where_nobody_answers(void **state)
{
	static const char *const options[] = {"--drain-ms=1000", NULL};
	static const enum proxy_mode modes[] = {PROXY_CUT, PROXY_STALL};

	(void)state;
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		struct web web;

		rig_go_through(proxy_port(to_database), proxy_port(to_kafka));
		web = web_start_as(NULL, options);
		rig_go_through(0, 0);
		proxy_set(to_database, modes[i], 0);
		proxy_set(to_kafka, modes[i], 0);
		pages_await(&web.pages, "/readyz", "503", "brokers do not answer");
		expect_to_end(web.pid);
		proxy_set(to_database, PROXY_PASS, 0);
		proxy_set(to_kafka, PROXY_PASS, 0);
	}
}

static bool shows(const struct web *web, const char *seats)
{
	return strstr(web_ask(web, "GET", "/api/seat-map?show_id=look", "", NULL).body, seats);
}

static void hold(int seat)
{
	const char *reply =
	    rig_ask("look", "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"look\","
	            "\"session_id\":\"s%d\",\"seat_ids\":[\"A%d\"]}", rig_id(), seat, seat);

	rig_expect(reply, 200, "RESERVED");
}

/*
 * A gateway whose events rest, as nobody looks: a hold that comes while brokers say where they end is
 * either in the rows or in the events, however long they take.
 */
static void look_first(enum proxy_mode mode, int64_t ms)
{
	static const char *const options[] = {"--log-level=debug", NULL};
	static int looks;
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	struct web_answer answer;
	struct web web;
	int connection;

	rig_go_through(0, proxy_port(to_kafka));
	web = web_start_as(NULL, options);
	rig_go_through(0, 0);
	for (int rests = 0; rests <= looks && clock_monotonic_ms() < until_ms; clock_sleep_ms(50)) {
		const char *at = rig_log();

		for (rests = 0; (at = strstr(at, "a topic is not read")); at++)
			rests++;
	}
	looks++;
	proxy_set(to_kafka, mode, ms);
	connection = web_send(&web, "GET", "/api/seat-map?show_id=look", "", NULL);
	if (mode == PROXY_DELAY)
		hold(looks);
	answer = web_receive(connection);
	assert_int_equal(answer.status, 200);
	if (mode == PROXY_STALL)
		hold(looks);
	proxy_set(to_kafka, PROXY_PASS, 0);
	while (!shows(&web, looks == 1 ? "\"s\":\"r.\"" : "\"s\":\"rr\"")) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(50);
	}
	rig_stop(web.pid, SIGTERM);
}

static void who_looks_first_misses_nothing(void **state)
{
	long direct = rig_start("holdfast-worker", NULL);

	(void)state;
	rig_show("look", 2);
	look_first(PROXY_DELAY, 300);
	look_first(PROXY_STALL, 0);
	rig_stop(direct, SIGTERM);
}

static int start_worker(void **state)
{
	(void)state;
	worker = start();
	traffic_open(5);
	return 0;
}

static int stop_worker(void **state)
{
	int code = rig_stop(worker, SIGTERM);

	(void)state;
	return code;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(a_way_to_the_database_that_is_cut_or_reset_is_opened_again,
	                           start_worker),
	    cmocka_unit_test(a_silent_way_to_the_database_may_speak_again_too_late),
	    cmocka_unit_test(a_slow_way_to_the_database_only_takes_longer),
	    cmocka_unit_test(a_way_to_the_broker_that_is_cut_or_reset_is_opened_again),
	    cmocka_unit_test(a_silent_way_to_the_broker_loses_the_membership_and_nothing_else),
	    cmocka_unit_test_teardown(a_slow_way_to_the_broker_only_takes_longer, stop_worker),
	    cmocka_unit_test(who_looks_first_misses_nothing),
	    cmocka_unit_test(a_gateway_ends_where_nobody_answers),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
