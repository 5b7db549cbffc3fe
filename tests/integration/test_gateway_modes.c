/*
 * What a gateway refuses to start with, what --demo opens and to whom, keys that are read again, what
 * pages of other origins are told, and a gateway that takes another number of partitions for N.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/partitioner.h"
#include "common/message/key_line.h"
#include "tests/integration/manager.h"
#include "tests/integration/shell.h"
#include "tests/integration/web.h"

#define API "/api/seat-reservations/"
#define LISTED "Origin: https://tickets.example.org\r\n"
#define USAGE 2 /* the exit code */
#define NONE "{\"show_id\":\"none\",\"reservation_id\":\"11111111-1111-1111-1111-111111111111\"}"

static struct web gateway, twin;
static char keys_path[64], keys_option[80];
static long worker;

static void write_keys(const char *key, const char *more, mode_t mode)
{
	const struct text text = text_of(key);
	uint8_t digest[SHA256_BYTES];
	FILE *file = fopen(keys_path, "we");

	assert_non_null(file);
	sha256(digest, &text, 1);
	fprintf(file, "shop checkout ");
	for (size_t i = 0; i < sizeof digest; i++)
		fprintf(file, "%02x", digest[i]);
	fprintf(file, " *\n%s", more);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(keys_path, mode), 0);
}

static int status_of_key(const char *line)
{
	return web_ask(&gateway, "GET", API "check?show_id=none", line, NULL).status;
}

static void await_fault(double count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (pages_value(&gateway.pages, "holdfast_gateway_faults_total{kind=\"keys\"}") < count) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(20);
	}
}

static void keys_are_read_again_and_again(void **state)
{
	static const char old[] = "Authorization: Bearer one\r\n";
	static const char fresh[] = "Authorization: Bearer two\r\n";
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	(void)state;
	write_keys("two", "nonsense\n", 0600);
	for (int i = 1; i <= 2; i++) { /* the second must not end it */
		assert_int_equal(kill((pid_t)gateway.pid, SIGHUP), 0);
		await_fault(i);
		assert_int_equal(status_of_key(old), 200);
		assert_int_equal(status_of_key(fresh), 401);
	}
	write_keys("two", "", 0620);
	assert_int_equal(kill((pid_t)gateway.pid, SIGHUP), 0);
	await_fault(3);
	assert_int_equal(status_of_key(old), 200);
	write_keys("two", "", 0644); /* which is warned of */
	assert_int_equal(kill((pid_t)gateway.pid, SIGHUP), 0);
	while (status_of_key(fresh) != 200) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(20);
	}
	assert_int_equal(status_of_key(old), 401);
}

static void what_is_wrong_is_refused_at_the_start(void **state)
{
	static const char *const rows[][2] = {
	    {"--reply-partition=abc", NULL},
	    {"--reply-partition=-1", NULL},
	    {"--demo", "--listen=0.0.0.0:0"},
	    {"--demo", "--listen=unix:/tmp/holdfast-never"},
	    {"--origins=https://a.example/", NULL},
	    {"--public-origin=seats.example.org", NULL},
	    {"--trusted-proxies=10.0.0.0/33", NULL},
	    {"--keys=/nonexistent", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rig_stop(rig_start("holdfast-gateway", rows[i][0], rows[i][1], NULL), 0) != USAGE)
			fail_msg("%s", rows[i][0]);
	write_keys("two", "", 0602);
	assert_int_equal(rig_stop(rig_start("holdfast-gateway", keys_option, NULL), 0), USAGE);
	write_keys("two", "", 0600);
}

static void a_demo_is_for_its_own_machine(void **state)
{
	static const char *const beyond[] = {"Via: 1.1 x\r\n", "Forwarded: for=192.0.2.1\r\n",
	                                     "X-Forwarded-For: 127.0.0.1\r\n",
	                                     "x-forwarded-prefix: /\r\n"};
	struct web demo = web_start("--demo", NULL, NULL);
	struct web elsewhere = demo;
	struct web_answer answer;

	(void)state;
	answer = web_ask(&demo, "POST", "/api/session", "", NULL);
	assert_int_equal(answer.status, 204);
	assert_memory_equal(web_header(&answer, "Set-Cookie"), "holdfast=", 9);
	assert_null(strstr(web_header(&answer, "Set-Cookie"), "Secure"));
	web_expect(web_ask(&demo, "POST", API "confirm", "", NONE), 404, "UNKNOWN_RESERVATION");
	for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++)
		web_expect(web_ask(&demo, "POST", API "confirm", beyond[i], NONE), 403, "FORBIDDEN");
	snprintf(elsewhere.address, sizeof elsewhere.address, "localhost.evil.example");
	web_expect(web_ask(&elsewhere, "POST", API "confirm", "", NONE), 403, "FORBIDDEN");
	assert_int_equal(rig_stop(demo.pid, SIGTERM), 0);
}

/* Ready when it serves, then a sign of life again and again, and that it ends. */
static void a_service_manager_is_told(void **state)
{
	struct web web;

	(void)state;
	manager_open();
	web = web_start(NULL, NULL, NULL);
	(void)manager_await("READY=1\nSTATUS=serving");
	(void)manager_await("WATCHDOG=1");
	manager_stop(web.pid);
	manager_close();
}

static void listed_pages_are_told(void **state)
{
	struct web_answer answer = web_ask(&gateway, "OPTIONS", API "reserve", LISTED, NULL);

	(void)state;
	assert_int_equal(answer.status, 204);
	assert_string_equal(web_header(&answer, "Vary"), "Origin");
	assert_string_equal(web_header(&answer, "Access-Control-Allow-Origin"),
	                    "https://tickets.example.org");
	assert_string_equal(web_header(&answer, "Access-Control-Allow-Headers"),
	                    "Content-Type, Idempotency-Key, Prefer, traceparent, If-None-Match");
	answer = web_ask(&gateway, "POST", API "release", LISTED, NONE);
	assert_int_equal(answer.status, 404);
	assert_string_equal(web_header(&answer, "Access-Control-Allow-Credentials"), "true");
	assert_string_equal(web_header(&answer, "Access-Control-Expose-Headers"),
	                    "Request-Id, Idempotency-Key, Idempotency-Replayed, Retry-After, Location, "
	                    "Preference-Applied, ETag");
	answer = web_ask(&gateway, "OPTIONS", API "reserve", "Origin: null\r\n", NULL);
	assert_string_equal(web_header(&answer, "Access-Control-Allow-Origin"), "");
	web_expect(web_ask(&gateway, "POST", API "release", "Origin: null\r\n", NONE), 403,
	           "ORIGIN_REFUSED");
	answer = web_ask(&gateway, "HEAD", API "check?show_id=none", "", NULL);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.body, "");
}

/* In whatever form a wish comes it counts, and what came of it is told to its own session alone. */
static void wishes_are_read_in_each_form(void **state)
{
	static const char *const async[] = {"Prefer: wait=1, respond-async\r\n",
	                                    "Prefer: foo\r\nprefer: Respond-Async,WAIT=1\r\n"};
	static const char *const bad[] = {"Idempotency-Key: \r\n", "Idempotency-Key: \"\"\r\n",
	                                  "Idempotency-Key: a b\r\n", "Idempotency-Key: \"a\r\n",
	                                  "Idempotency-Key: a\r\nIdempotency-Key: a\r\n"};
	struct web_answer answer;
	char *location, *cookie;

	(void)state;
	rig_stop(worker, SIGTERM);
	for (size_t i = 0; i < sizeof async / sizeof async[0]; i++) {
		answer = web_ask(&gateway, "POST", API "release", async[i], NONE);
		assert_int_equal(answer.status, 202);
		assert_string_equal(web_header(&answer, "Preference-Applied"), "respond-async");
	}
	location = strdup(web_header(&answer, "Location")); /* the worker may take long */
	cookie = strdup(web_cookie(&answer));
	assert_int_equal(web_ask(&gateway, "GET", location, cookie, NULL).status, 202);
	worker = rig_start("holdfast-worker", NULL);
	while (web_ask(&twin, "GET", location, cookie, NULL).status == 202)
		clock_sleep_ms(20);
	web_expect(web_ask(&twin, "GET", location, cookie, NULL), 404, "UNKNOWN_RESERVATION");
	web_expect(web_ask(&twin, "GET", location, "Cookie: __Host-holdfast="
	                   "ffffffffffffffffffffffffffffffff\r\n", NULL), 404, "NOT_FOUND");
	web_expect(web_ask(&twin, "GET", location, "", NULL), 404, "NOT_FOUND");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		web_expect(web_ask(&gateway, "POST", API "release", bad[i], NONE), 400, "INVALID_REQUEST");
	free(location);
	free(cookie);
}

/* The same key at two gateways at the same moment: one answer, and one hold. */
static void twins_are_given_one_answer(void **state)
{
	(void)state;
	rig_show("mode-twins", 20);
	for (int i = 0; i < 20; i++) {
		char headers[160], body[80];
		struct web_answer a, b;
		int one, two;

		snprintf(headers, sizeof headers,
		         "Cookie: __Host-holdfast=%032d\r\nIdempotency-Key: \"k%d\"\r\n", i, i);
		snprintf(body, sizeof body, "{\"show_id\":\"mode-twins\",\"seat_ids\":[\"A%d\"]}", i + 1);
		one = web_send(&gateway, "POST", API "reserve", headers, body);
		two = web_send(&twin, "POST", API "reserve", headers, body);
		a = web_receive(one);
		b = web_receive(two);
		web_expect(a, 200, "RESERVED");
		web_expect(b, 200, "RESERVED");
		assert_string_equal(rig_field(a.body, "reservation_id"), rig_field(b.body, "reservation_id"));
	}
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.seat_reservations WHERE show_id = "
	                            "'mode-twins'"), "20");
}

/* A show that is on one of four partitions and, of eight, on another. */
static const char *moving_show(void)
{
	static char show[20];

	for (int i = 0; ; i++) {
		snprintf(show, sizeof show, "mode-n-%d", i);
		if (partition_of_key(show, strlen(show), 4) !=
		    partition_of_key(show, strlen(show), RIG_PARTITIONS))
			return show;
	}
}

static void say_partitions(int count)
{
	(void)rig_sql("UPDATE holdfast.pipeline SET partition_count = %d", count);
}

/* A gateway that took another N for the pipeline's is not ready until what it took is N again. */
static void on_the_wrong_partition_is_no_answer_of_a_client(void **state)
{
	static const char misrouted[] = "holdfast_gateway_faults_total{kind=\"misrouted\"}";
	const char *options[] = {keys_option, NULL}, *show = moving_show();
	char body[80];
	struct web misled;

	(void)state;
	rig_show(show, 2);
	snprintf(body, sizeof body, "{\"show_id\":\"%s\",\"seat_ids\":[\"A1\"]}", show);
	say_partitions(4);
	misled = web_start_as(NULL, options);
	pages_await_ready(&misled.pages);
	say_partitions(RIG_PARTITIONS);
	web_expect(web_ask(&misled, "POST", API "reserve", "", body), 500, "GATEWAY_FAULT");
	pages_await(&misled.pages, "/readyz", "503", "a request was on the wrong partition");
	pages_await_log("the number of partitions is another now: start this gateway again");
	assert_int_equal(pages_value(&misled.pages, misrouted), 1);
	say_partitions(4);
	pages_await_ready(&misled.pages);
	say_partitions(RIG_PARTITIONS);
	assert_int_equal(rig_stop(misled.pid, SIGTERM), 0);
	web_expect(web_ask(&gateway, "POST", API "reserve", "", body), 200, "RESERVED");
	assert_int_equal(pages_value(&gateway.pages, misrouted), 0);
	assert_string_equal(rig_sql("SELECT code, count(*) FROM holdfast.decisions WHERE show_id = '%s' "
	                            "AND type = 'reserve' GROUP BY 1 ORDER BY 1", show),
	                    "200|1\n421|1");
}

/* What holdfast-admin makes the gateway knows, whatever the role. */
static void each_role_of_a_key_is_one_of_the_gateways(void **state)
{
#define ROLE_NAME(constant, name) name,
	static const char *const roles[] = {KEY_ROLES(ROLE_NAME)};
#undef ROLE_NAME

	(void)state;
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
		char headers[200];
		const char *key;
		struct web other;

		key = shell_run("${HOLDFAST_BUILD:-build}/holdfast-admin key shop/1 %s >%s && "
		                "head -1 %s && sed -i 1d %s", roles[i], keys_path, keys_path, keys_path);
		other = web_start(keys_option, NULL, NULL);
		snprintf(headers, sizeof headers, "Authorization: Bearer %.*s\r\nIdempotency-Key: made\r\n"
		         "Holdfast-Session: a-session-of-a-shop\r\n", (int)strcspn(key, "\n"), key);
		web_expect(web_ask(&other, "POST", API "confirm", headers, NONE), 404,
		           "UNKNOWN_RESERVATION");
		assert_int_equal(rig_stop(other.pid, SIGTERM), 0);
	}
}

/* ---- whose share ---- */

static double refused(const struct web *web, const char *limit)
{
	char name[100];

	snprintf(name, sizeof name, "holdfast_gateway_refused_total{limit=\"%s\"}", limit);
	return pages_value(&web->pages, name);
}

/* So often it is answered before it is 429: the burst, and what came back, one a second. */
static void expect_share(const struct web *web, const char *headers, int status, int burst)
{
	int64_t from_ms = clock_monotonic_ms();
	int count = 0, answered;

	while ((answered = web_ask(web, "GET", API "check?show_id=none", headers, NULL).status) == status)
		count++;
	assert_int_equal(answered, 429);
	assert_in_range(count, burst, burst + (int)((clock_monotonic_ms() - from_ms) / 1000) + 1);
}

#define FROM "X-Forwarded-For: 203.0.113.7\r\n"

static void a_known_key_has_a_share_of_its_own(void **state)
{
	static const char with_key[] = "Authorization: Bearer one\r\n" FROM;
	const char *options[] = {keys_option, "--trusted-proxies=127.0.0.0/8", "--address-reads=1",
	                         "--address-reads-burst=5", "--address-mutations=1",
	                         "--address-mutations-burst=5", "--key-requests=1",
	                         "--key-requests-burst=20", NULL};
	struct web web;

	(void)state;
	write_keys("one", "", 0600);
	web = web_start_as(NULL, options);
	expect_share(&web, with_key, 200, 20);
	assert_true(refused(&web, "key_requests") == 1);
	assert_true(refused(&web, "address_reads") == 0);
	/* The address has its own whole yet; without a key of ours everything counts against it. */
	expect_share(&web, "Authorization: Bearer unknown\r\n" FROM, 401, 5);
	assert_true(refused(&web, "address_reads") == 1);
	assert_int_equal(web_ask(&web, "GET", API "check?show_id=none", FROM, NULL).status, 429);
	assert_int_equal(web_ask(&web, "GET", API "check?show_id=none",
	                         "Authorization: Bearer a\r\nAuthorization: Bearer a\r\n" FROM,
	                         NULL).status, 429);
	assert_true(refused(&web, "key_requests") == 1);
	rig_stop(web.pid, SIGTERM);
}

/* ---- who does not wait ---- */

static int reserve(const struct web *web, int who, const char *headers)
{
	char lines[200];

	snprintf(lines, sizeof lines, "Cookie: __Host-holdfast=%032d\r\n%s", who, headers);
	return web_send(web, "POST", API "reserve", lines,
	                "{\"show_id\":\"mode-hasty\",\"seat_ids\":[\"A1\"]}");
}

/* Its record waits all the same: for it others are sent away, and its session has its place taken. */
static void who_does_not_wait_holds_his_place(void **state)
{
	const char *options[] = {"--reply-timeout-ms=4000", "--shed-percent=60", NULL};
	const char *never[] = {"--reply-timeout-ms=4000", "--shed-percent=0", NULL};
	struct web web = web_start_as(NULL, options), open_gate = web_start_as(NULL, never);
	int64_t from_ms, until_ms;
	struct web_answer answer = {0, "", ""};
	int hasty[3], who = 2;

	(void)state;
	rig_show("mode-hasty", 1);
	rig_stop(worker, SIGTERM);
	from_ms = clock_monotonic_ms();
	until_ms = from_ms + 3900;
	hasty[0] = reserve(&web, 1, "Prefer: wait=1\r\n");
	hasty[1] = reserve(&web, 1, "Prefer: wait=1, respond-async\r\n");
	hasty[2] = reserve(&open_gate, 1, "");
	web_expect(web_receive(hasty[0]), 504, "OUTCOME_UNKNOWN");
	assert_int_equal(web_receive(hasty[1]).status, 202);
	assert_in_range(clock_monotonic_ms() - from_ms, 1000, 2300);
	assert_true(pages_value(&web.pages, "holdfast_gateway_in_flight") == 2);
	web_expect(web_receive(reserve(&web, 1, "")), 429, "IN_FLIGHT");
	while (answer.status != 503 && clock_monotonic_ms() < until_ms)
		answer = web_receive(reserve(&web, who++, "Prefer: wait=1\r\n"));
	web_expect(answer, 503, "OVERLOADED");
	assert_in_range(clock_monotonic_ms() - from_ms, 2400, 3900);
	assert_true(refused(&web, "shed") == 1);
	/* Where nothing is shed they wait, each for himself. */
	assert_true(refused(&open_gate, "shed") == 0);
	hasty[1] = reserve(&open_gate, 2, "");
	web_expect(web_receive(hasty[2]), 504, "OUTCOME_UNKNOWN");
	worker = rig_start("holdfast-worker", NULL);
	assert_int_not_equal(web_receive(hasty[1]).status, 503);
	/* Replies that nobody waits for free their places. */
	until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	while (pages_value(&web.pages, "holdfast_gateway_in_flight") > 0) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(10);
	}
	rig_stop(web.pid, SIGTERM);
	rig_stop(open_gate.pid, SIGTERM);
}

static int make(void **state)
{
	const char *options[] = {keys_option, "--origins=https://tickets.example.org", NULL};

	if (rig_make(state))
		return -1;
	snprintf(keys_path, sizeof keys_path, "/tmp/holdfast-modes-%ld", (long)getpid());
	snprintf(keys_option, sizeof keys_option, "--keys=%s", keys_path);
	write_keys("one", "", 0600);
	worker = rig_start("holdfast-worker", NULL);
	gateway = web_start_as(NULL, options);
	twin = web_start_as(NULL, options);
	return 0;
}

static int drop(void **state)
{
	unlink(keys_path);
	return rig_drop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_are_read_again_and_again),
	    cmocka_unit_test(what_is_wrong_is_refused_at_the_start),
	    cmocka_unit_test(a_demo_is_for_its_own_machine),
	    cmocka_unit_test(a_service_manager_is_told),
	    cmocka_unit_test(listed_pages_are_told),
	    cmocka_unit_test(wishes_are_read_in_each_form),
	    cmocka_unit_test(twins_are_given_one_answer),
	    cmocka_unit_test(on_the_wrong_partition_is_no_answer_of_a_client),
	    cmocka_unit_test(each_role_of_a_key_is_one_of_the_gateways),
	    cmocka_unit_test(a_known_key_has_a_share_of_its_own),
	    cmocka_unit_test(who_does_not_wait_holds_his_place),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
