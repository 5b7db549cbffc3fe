/*
 * The examples of docs/clients/, as they stand: what they say, and that each hold and each sale is
 * there once, over a way on which answers of the gateway are lost, or while no worker is there.
 *
 * Those in the languages of HOLDFAST_CLIENTS alone, python and java where it says nothing: node is of
 * make test-web, and go as well where there is one.
 *
 * tests/run: plain, tests/run: apart, tests/run: long
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/integration/audit.h"
#include "tests/integration/shell.h"
#include "tests/integration/web.h"

#define KEYS_LINE "${HOLDFAST_BUILD:-build}/holdfast-admin key shop checkout"

static char keys_path[64], key[40];
static struct web gateway;
static FILE *way;
static int way_pid, way_port;
static long worker;

/* The key, and the gateway that knows it, as an organiser makes them. */
static void start_gateway(void)
{
	static char option[80];

	snprintf(keys_path, sizeof keys_path, "/tmp/holdfast-keys-%ld", (long)getpid());
	snprintf(option, sizeof option, "--keys=%s", keys_path);
	snprintf(key, sizeof key, "%s",
	         shell_run("umask 077; " KEYS_LINE " >%s && head -1 %s && sed -i 1d %s", keys_path,
	                   keys_path, keys_path));
	key[strcspn(key, "\n")] = '\0';
	gateway = web_start(option, NULL, NULL);
}

static void start_way(void)
{
	char command[100];

	snprintf(command, sizeof command, "echo $$; exec python3 tests/clients/lossy.py %s",
	         gateway.address);
	way = popen(command, "r");
	assert_non_null(way);
	assert_int_equal(fscanf(way, "%d %d", &way_pid, &way_port), 2);
}

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", NULL);
	start_gateway();
	start_way();
	return 0;
}

static int tear_down(void **state)
{
	(void)kill(way_pid, SIGTERM);
	(void)pclose(way);
	unlink(keys_path);
	return rig_drop(state);
}

/* What an example says, and its exit code. */
static const char *shop(const char *client, const char *show, const char *seats)
{
	return shell_run("HOLDFAST_URL=http://127.0.0.1:%d HOLDFAST_KEY=%s tests/clients/shop %s %s %s "
	                 "2>&1; echo exit $?", way_port, key, client, show, seats);
}

static void expect(const char *said, const char *words, int exit_code)
{
	char end[20];

	snprintf(end, sizeof end, "exit %d\n", exit_code);
	if (!strstr(said, words) || !strstr(said, end))
		fail_msg("expected %s and %s, found %s", words, end, said);
}

static void sells(const char *client)
{
	char show[40], lapse[40];

	snprintf(show, sizeof show, "lossy-%s", client);
	snprintf(lapse, sizeof lapse, "lapse-%s", client);
	rig_show(show, 4);
	rig_show(lapse, 2);
	expect(shop(client, show, "A1 A2"), "sold", 0);
	assert_string_equal(rig_sql("SELECT string_agg(seat_id || ' ' || status, ' ' ORDER BY seat_id) "
	                            "FROM holdfast.show_seats WHERE show_id = '%s'", show),
	                    "A1 sold A2 sold A3 available A4 available");
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.seat_reservations WHERE show_id = "
	                            "'%s'", show), "1");
	expect(shop(client, show, "A3 A2"), "taken", 1);
	assert_string_equal(rig_sql("SELECT status FROM holdfast.show_seats WHERE show_id = '%s' AND "
	                            "seat_id = 'A3'", show), "available");
	expect(shop(client, lapse, "A1"), "lapsed", 1);
	expect(shop(client, "no-such-show", "A1"), "UNKNOWN_SHOW", 2);
}

static void a_shop_in_python_sells(void **state)
{
	(void)state;
	sells("python");
}

static void a_shop_in_java_sells(void **state)
{
	(void)state;
	sells("java");
}

static void a_shop_in_javascript_sells(void **state)
{
	(void)state;
	sells("node");
}

static void a_shop_in_go_sells(void **state)
{
	(void)state;
	sells("go");
}

/* ---- by Kafka ---- */

static void await_records(size_t count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	struct record records[200];
	size_t found = 0;

	while (found < count) {
		assert_true(clock_monotonic_ms() < until_ms);
		found = rig_read(rig_topics.requests, records, 200);
		rig_give(records, found);
	}
}

/* Nobody replies until the request has been sent again. */
static void sells_by_kafka(const char *client)
{
	struct record records[200];
	char show[40], command[300], said[200] = "";
	size_t before, bytes;
	FILE *shop_of;

	snprintf(show, sizeof show, "topic-%s", client);
	rig_show(show, 4);
	before = rig_read(rig_topics.requests, records, 200);
	rig_give(records, before);
	rig_stop(worker, SIGTERM);
	snprintf(command, sizeof command, "HOLDFAST_REQUESTS_TOPIC=%s HOLDFAST_REPLIES_TOPIC=%s "
	         "tests/clients/shop kafka-%s %s A1 A2 2>&1; echo exit $?", rig_topics.requests,
	         rig_topics.replies, client, show);
	shop_of = popen(command, "r");
	assert_non_null(shop_of);
	await_records(before + 2);
	worker = rig_start("holdfast-worker", NULL);
	bytes = fread(said, 1, sizeof said - 1, shop_of);
	said[bytes] = '\0';
	assert_int_equal(pclose(shop_of), 0);
	expect(said, "sold", 0);
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.seat_reservations WHERE show_id = "
	                            "'%s' AND status = 'confirmed'", show), "1");
	expect(shell_run("%s", command), "taken", 1);
}

static void a_shop_in_python_sells_by_kafka(void **state)
{
	(void)state;
	sells_by_kafka("python");
}

static void a_shop_in_java_sells_by_kafka(void **state)
{
	(void)state;
	sells_by_kafka("java");
}

static void a_shop_in_go_sells_by_kafka(void **state)
{
	(void)state;
	sells_by_kafka("go");
}

/* What checkout.mjs says to a page that pays. */
static void pays(const char *show, const char *token, const char *hold, const char *expected)
{
	char command[300], address[100];
	FILE *server;
	int pid;

	snprintf(command, sizeof command, "echo $$; HOLDFAST_URL=http://127.0.0.1:%d HOLDFAST_KEY=%s "
	         "HOLDFAST_SHOW=%s exec node docs/clients/http/checkout.mjs 0", way_port, key, show);
	server = popen(command, "r");
	assert_non_null(server);
	assert_int_equal(fscanf(server, "%d %99s", &pid, address), 2);
	assert_non_null(strstr(shell_run("curl -sf %s", address), "from './page.mjs'"));
	assert_non_null(strstr(shell_run("curl -sf %spage.mjs", address), "export async function hold"));
	assert_non_null(strstr(shell_run("curl -sf %ssettings.json", address), show));
	assert_string_equal(shell_run("curl -s -w ' %%{http_code}' %spay -d '{}}'", address),
	                    "{\"words\":\"That is no order.\"} 400");
	assert_string_equal(shell_run("curl -s -w ' %%{http_code}' %spay -d '{\"reservation_id\":\"%s\","
	                              "\"checkout_token\":\"%s\"}'", address, hold, token), expected);
	(void)kill(pid, SIGTERM);
	(void)pclose(server);
}

/* A page holds; its shop's server has the token from it, and confirms. */
static void a_page_holds_and_its_shop_confirms(void **state)
{
	char token[60], hold[60], headers[300], body[200], lapsing_token[60], lapsing[60];

	(void)state;
	rig_show("lossy-page", 2);
	assert_int_equal(sscanf(shop("page", "lossy-page", "A1 A2"), "RESERVED %59s %59s", token, hold), 2);
	expect(shop("page", "lossy-page", "A1"), "SEATS_TAKEN - -", 0);
	snprintf(body, sizeof body, "{\"show_id\":\"lossy-page\",\"reservation_id\":\"%s\"}", hold);
	snprintf(headers, sizeof headers, "Holdfast-Token: %s\r\nIdempotency-Key: pay\r\n", token);
	web_expect(web_ask(&gateway, "POST", "/api/seat-reservations/confirm", headers, body), 401,
	           "UNAUTHORIZED");
	pays("lossy-page", token, hold, "{\"words\":\"Sold. Enjoy the evening!\"} 200");
	rig_show("lapse-page", 2);
	assert_int_equal(sscanf(shop("page", "lapse-page", "A1 A2"), "RESERVED %59s %59s", lapsing_token,
	                        lapsing), 2);
	pays("lapse-page", lapsing_token, lapsing, "{\"words\":\"Too late: others have your seats. Your "
	     "money goes back.\"} 410");
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.show_seats WHERE show_id = "
	                            "'lossy-page' AND status = 'sold'"), "2");
}

static void all_of_it_is_right(void **state)
{
	(void)state;
	assert_null(strstr(rig_log(), key));
	audit_is_clean(NULL);
}

static const struct {
	const char *language; /* "": any */
	struct CMUnitTest test;
} tests[] = {
    {"python", cmocka_unit_test(a_shop_in_python_sells)},
    {"java", cmocka_unit_test(a_shop_in_java_sells)},
    {"node", cmocka_unit_test(a_shop_in_javascript_sells)},
    {"go", cmocka_unit_test(a_shop_in_go_sells)},
    {"node", cmocka_unit_test(a_page_holds_and_its_shop_confirms)},
    {"python", cmocka_unit_test(a_shop_in_python_sells_by_kafka)},
    {"java", cmocka_unit_test(a_shop_in_java_sells_by_kafka)},
    {"go", cmocka_unit_test(a_shop_in_go_sells_by_kafka)},
    {"", cmocka_unit_test(all_of_it_is_right)},
};
#define TESTS (sizeof tests / sizeof tests[0])

int main(void)
{
	const char *languages = getenv("HOLDFAST_CLIENTS");
	struct CMUnitTest asked[TESTS];
	size_t count = 0;

	for (size_t i = 0; i < TESTS; i++)
		if (strstr(languages ? languages : "python java", tests[i].language))
			asked[count++] = tests[i].test;
	return _cmocka_run_group_tests("shops", asked, count, set_up, tear_down);
}
