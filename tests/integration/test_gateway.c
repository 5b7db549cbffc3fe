/*
 * Reservations by HTTP, through a real gateway in front of a real pipeline: who may what, sessions,
 * the same request twice, races, answers that do not come in time.
 */
#define _GNU_SOURCE /* memmem */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "tests/integration/audit.h"
#include "tests/integration/topics.h"
#include "tests/integration/web.h"

#define API "/api/seat-reservations/"
#define KEY(key) "Authorization: Bearer " key "\r\n"
#define IDEMPOTENCY(key) "Idempotency-Key: " key "\r\n"
#define SHOP KEY("canary-shop-key")
#define HOUSE KEY("canary-house-key")
#define SESSION "Holdfast-Session: canary-session-0123456789\r\n"
#define NO_HOLD "11111111-1111-1111-1111-111111111111"
#define NO_HOLD_FIELD "\"reservation_id\":\"" NO_HOLD "\""
#define TAKEN "One or more selected seats were just taken by another customer."

static struct web gateway;
static char keys_path[64], keys_option[80];
static long worker;

static void add_key(FILE *file, const char *line, const char *key)
{
	const struct text text = text_of(key);
	uint8_t digest[SHA256_BYTES];

	sha256(digest, &text, 1);
	fprintf(file, "%s ", line);
	for (size_t i = 0; i < sizeof digest; i++)
		fprintf(file, "%02x", digest[i]);
	fprintf(file, " %s\n", strstr(line, "narrow") ? "narrow-" : "*");
}

static void write_keys(void)
{
	FILE *file;

	snprintf(keys_path, sizeof keys_path, "/tmp/holdfast-keys-%ld", (long)getpid());
	snprintf(keys_option, sizeof keys_option, "--keys=%s", keys_path);
	file = fopen(keys_path, "we");
	assert_non_null(file);
	add_key(file, "shop checkout", "canary-shop-key");
	add_key(file, "house owner", "canary-house-key");
	add_key(file, "narrow owner", "canary-narrow-key");
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(keys_path, 0600), 0);
}

/* A browser's first: its cookie as a line of a header. */
static const char *browser(void)
{
	struct web_answer answer = web_ask(&gateway, "POST", "/api/session", "", NULL);

	assert_int_equal(answer.status, 204);
	return web_cookie(&answer);
}

static struct web_answer post(const char *operation, const char *headers, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static struct web_answer post(const char *operation, const char *headers, const char *format, ...)
{
	char path[80];
	va_list args;
	char *body;

	va_start(args, format);
	body = rig_print(format, args);
	va_end(args);
	snprintf(path, sizeof path, "%s%s", operation[0] == '/' ? "" : API, operation);
	return web_ask(&gateway, "POST", path, headers, rig_keep(body));
}

static const char *lines(const char *a, const char *b)
{
	struct buf both = {0};
	const char *kept;

	buf_print(&both, "%s%s", a, b);
	kept = rig_keep(strdup(both.data));
	buf_release(&both);
	return kept;
}

/* ---- a customer's way ---- */

static void a_customer_holds_changes_and_his_shop_confirms(void **state)
{
	const char *cookie = browser(), *hold, *token, *shop;
	struct web_answer answer;

	(void)state;
	rig_show("web-way", 6);
	answer = post("reserve", cookie, "{\"show_id\":\"web-way\",\"seat_ids\":[\"A1\",\"A2\"]}");
	web_expect(answer, 200, "RESERVED");
	assert_string_equal(web_header(&answer, "Content-Type"), "application/json");
	assert_string_equal(web_header(&answer, "Cache-Control"), "no-store");
	assert_string_equal(web_cookie(&answer), cookie);
	assert_string_not_equal(web_header(&answer, "Idempotency-Key"), "");
	assert_string_equal(web_header(&answer, "Request-Id"), rig_field(answer.body, "request_id"));
	assert_string_equal(rig_field(answer.body, "operation"), "reserve");
	hold = rig_field(answer.body, "reservation_id");
	web_expect(post("change", cookie, "{\"show_id\":\"web-way\",\"seat_ids\":[\"A3\"],"
	                "\"drop_seat_ids\":[\"A1\"]}"), 200, "HOLD_CHANGED");
	web_expect(post("extend", cookie, "{\"show_id\":\"web-way\",\"hold_seconds\":900}"), 200,
	           "EXTENDED");
	answer = web_ask(&gateway, "GET", API "check?show_id=web-way", cookie, NULL);
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.body, "\"has_reservation\":true"));
	assert_non_null(strstr(answer.body, "\"seat_ids\":[\"A2\",\"A3\"]"));
	token = rig_field(answer.body, "checkout_token");
	assert_int_equal(strlen(token), 43);
	/* Who has paid is said by the shop's server, beside its key. */
	web_expect(post("confirm", cookie, "{\"show_id\":\"web-way\",\"reservation_id\":\"%s\"}", hold),
	           403, "FORBIDDEN");
	shop = lines("Holdfast-Token: ", lines(token, "\r\n" IDEMPOTENCY("pay-1")));
	web_expect(post("confirm", shop, "{\"show_id\":\"web-way\",\"reservation_id\":\"%s\"}", hold),
	           401, "UNAUTHORIZED");
	web_expect(post("confirm", lines(SHOP, shop),
	                "{\"show_id\":\"web-way\",\"reservation_id\":\"%s\"}", hold), 200, "CONFIRMED");
	answer = web_ask(&gateway, "GET", API "check?show_id=web-way", cookie, NULL);
	assert_non_null(strstr(answer.body, "\"has_reservation\":false"));
	answer = web_ask(&gateway, "GET", lines(API "check?show_id=web-way&reservation_id=", hold),
	                 cookie, NULL);
	assert_non_null(strstr(answer.body, "\"status\":\"confirmed\""));
	answer = web_ask(&gateway, "GET", lines(API "check?show_id=web-way&reservation_id=", hold),
	                 browser(), NULL);
	assert_non_null(strstr(answer.body, "\"has_reservation\":false"));
	web_expect(post("release", cookie, "{\"show_id\":\"web-way\"}"), 404, "UNKNOWN_RESERVATION");
}

static void a_request_is_answered_the_same_again(void **state)
{
	const char *cookie = browser(), *with_key = lines(cookie, IDEMPOTENCY("\"one\""));
	struct web_answer first, again;

	(void)state;
	rig_show("web-again", 4);
	first = post("reserve", with_key, "{\"show_id\":\"web-again\",\"seat_ids\":[\"A1\"]}");
	web_expect(first, 200, "RESERVED");
	assert_string_equal(web_header(&first, "Idempotency-Replayed"), "");
	again = post("reserve", lines(cookie, IDEMPOTENCY("one")),
	             "{\"seat_ids\":[\"A1\"],\"show_id\":\"web-again\"}");
	web_expect(again, 200, "RESERVED");
	assert_string_equal(web_header(&again, "Idempotency-Replayed"), "true");
	assert_string_equal(rig_field(again.body, "reservation_id"),
	                    rig_field(first.body, "reservation_id"));
	assert_string_equal(rig_field(again.body, "decided_at"), rig_field(first.body, "decided_at"));
	again = post("reserve", with_key, "{\"show_id\":\"web-again\",\"seat_ids\":[\"A2\"]}");
	web_expect(again, 422, "IDEMPOTENCY_MISMATCH");
	assert_string_equal(web_header(&again, "Idempotency-Replayed"), "");
	web_expect(post("reserve", lines(cookie, "Accept: text/html\r\n"),
	                "{\"show_id\":\"web-again\",\"seat_ids\":[\"A3\"]}"), 406, "INVALID_REQUEST");
	again = web_ask(&gateway, "GET", API "check?show_id=web-again", cookie, NULL);
	assert_non_null(strstr(again.body, "\"seat_ids\":[\"A1\"],\"areas\":[]"));
	/* Another's key of the same name is another. */
	web_expect(post("reserve", lines(browser(), IDEMPOTENCY("one")),
	                "{\"show_id\":\"web-again\",\"seat_ids\":[\"A1\"]}"), 409, "SEATS_TAKEN");
	web_expect(web_ask(&gateway, "GET", API "outcome?show_id=web-again&operation=reserve&key=one",
	                   cookie, NULL), 200, "RESERVED");
	web_expect(web_ask(&gateway, "GET", lines(lines(API "outcome?show_id=web-again&operation=reserve"
	                   "&key=one&at=", rig_field(first.body, "partition")), lines("-",
	                   rig_field(first.body, "offset"))), cookie, NULL), 200, "RESERVED");
	web_expect(web_ask(&gateway, "GET", lines(lines(API "outcome?show_id=web-again&operation=reserve"
	                   "&key=one&at=", rig_field(first.body, "partition")), lines("-",
	                   rig_field(first.body, "offset"))), browser(), NULL), 404, "NOT_FOUND");
	/* A service's UUID is the request_id. */
	again = post("reserve", SHOP SESSION IDEMPOTENCY("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"),
	             "{\"show_id\":\"web-again\",\"seat_ids\":[\"A3\"],"
	             "\"customer_id\":\"canary-customer\"}");
	web_expect(again, 200, "RESERVED");
	assert_string_equal(rig_field(again.body, "request_id"), "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");
	assert_null(strstr(again.body, "checkout_token"));
}

/* ---- who may what ---- */

static void sessions_are_made_where_nothing_can_be_lost(void **state)
{
	static const char body[] = "{\"show_id\":\"web-sessions\",\"seat_ids\":[\"A1\"]}";
	struct web_answer answer;
	const char *cookie;

	(void)state;
	rig_show("web-sessions", 2);
	answer = post("reserve", IDEMPOTENCY("k"), "%s", body);
	web_expect(answer, 401, "SESSION_REQUIRED");
	cookie = web_cookie(&answer);
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.seat_reservations WHERE show_id = "
	                            "'web-sessions'"), "0");
	web_expect(post("reserve", lines(cookie, IDEMPOTENCY("k")), "%s", body), 200, "RESERVED");
	answer = web_ask(&gateway, "GET", API "check?show_id=web-sessions", "", NULL);
	assert_int_equal(answer.status, 200);
	assert_string_equal(web_header(&answer, "Set-Cookie"), "");
	web_expect(post("reserve", "Cookie: a=b; __Host-holdfast=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; "
	                "__Host-holdfast=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n", "%s", body), 400,
	           "INVALID_REQUEST");
	web_expect(post("reserve", "Cookie: a=b\r\nCookie: c=d\r\n", "%s", body), 400,
	           "INVALID_REQUEST");
	/* A cookie that is none of ours is none. */
	answer = post("reserve", "Cookie: __Host-holdfast=short\r\n", "%s",
	              "{\"show_id\":\"web-sessions\",\"seat_ids\":[\"A2\"]}");
	web_expect(answer, 200, "RESERVED");
	assert_string_not_equal(web_header(&answer, "Set-Cookie"), "");
	/* Beside a key no cookie is read. */
	web_expect(post("release", lines(cookie, SHOP IDEMPOTENCY("r")), "{\"show_id\":\"web-sessions\","
	                "\"reservation_id\":\"%s\"}", rig_field(answer.body, "reservation_id")), 401,
	           "SESSION_REQUIRED");
	web_expect(post("reserve", SHOP SESSION "Holdfast-Token: x\r\n" IDEMPOTENCY("t"), "%s", body),
	           400, "INVALID_REQUEST");
	web_expect(post("reserve", SHOP "Holdfast-Session: short\r\n" IDEMPOTENCY("t"), "%s", body), 400,
	           "INVALID_REQUEST");
	web_expect(post("reserve", SHOP SESSION, "%s", body), 400, "INVALID_REQUEST");
}

static void each_role_may_its_own(void **state)
{
	static const struct {
		const char *path, *body;
		/* Status without a key, with that of a shop, with that of a house. */
		int browser, shop, house;
	} rows[] = {
	    {API "reserve", "\"seat_ids\":[\"A1\"]", 404, 404, 404},
	    {API "change", "\"seat_ids\":[\"A1\"]," NO_HOLD_FIELD, 404, 404, 404},
	    {API "release", NO_HOLD_FIELD, 404, 404, 404},
	    {API "extend", "\"hold_seconds\":5," NO_HOLD_FIELD, 404, 404, 404},
	    {API "confirm", NO_HOLD_FIELD, 403, 404, 404},
	    {API "reserve", "\"seat_ids\":[\"A1\"],\"customer_id\":\"c\"", 403, 404, 404},
	    {"/api/requests", "\"type\":\"reserve\",\"seat_ids\":[\"A1\"]", 401, 404, 404},
	    {"/api/requests", "\"type\":\"cancel\",\"owner_key\":\"k\"," NO_HOLD_FIELD, 401, 403, 404},
	    {"/api/requests", "\"type\":\"add_seats\",\"seat_ids\":[\"A1\"]", 401, 403, 404},
	    {"/api/requests", "\"type\":\"expire\"," NO_HOLD_FIELD, 401, 403, 403},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char key[40];
		const char *with_key, *body;

		snprintf(key, sizeof key, "Idempotency-Key: role-%zu\r\n", i);
		body = lines("{\"show_id\":\"none\",", lines(rows[i].body, "}"));
		with_key = lines(key, SESSION);
		if (post(rows[i].path, browser(), "%s", body).status != rows[i].browser)
			fail_msg("row %zu by a browser", i);
		if (post(rows[i].path, lines(SHOP, with_key), "%s", body).status != rows[i].shop)
			fail_msg("row %zu by a shop", i);
		if (post(rows[i].path, lines(HOUSE, with_key), "%s", body).status != rows[i].house)
			fail_msg("row %zu by a house", i);
		web_expect(post(rows[i].path, lines(KEY("nobody"), with_key), "%s", body), 401,
		           "UNAUTHORIZED");
	}
	web_expect(post("/api/requests", KEY("canary-narrow-key") IDEMPOTENCY("n"),
	                "{\"type\":\"create_show\",\"show_id\":\"wide\"}"), 403, "FORBIDDEN");
	web_expect(post("/api/requests", KEY("canary-narrow-key") IDEMPOTENCY("n"),
	                "{\"type\":\"create_show\",\"show_id\":\"narrow-1\"}"), 200, "SHOW_CREATED");
	web_expect(post("/api/session", "Origin: https://evil.example\r\n", "{}"), 403,
	           "ORIGIN_REFUSED");
	web_expect(post("reserve", "Sec-Fetch-Site: cross-site\r\n", "{}"), 403, "ORIGIN_REFUSED");
}

/* ---- races ---- */

/* 300 times two browsers want the same two seats: one has both, the other is told so. */
static void of_two_who_press_at_once_one_is_told(void **state)
{
	const char *who[2];

	(void)state;
	rig_show("web-race", 600);
	for (int round = 0; round < 300; round++) {
		int won = -1, connections[2];
		char body[120];
		struct web_answer answers[2];

		snprintf(body, sizeof body, "{\"show_id\":\"web-race\",\"seat_ids\":[\"A%d\",\"A%d\"]}",
		         2 * round + 1, 2 * round + 2);
		for (int i = 0; i < 2; i++)
			who[i] = browser();
		for (int i = 0; i < 2; i++)
			connections[i] = web_send(&gateway, "POST", API "reserve", who[i], body);
		for (int i = 0; i < 2; i++) {
			answers[i] = web_receive(connections[i]);
			if (answers[i].status == 200)
				won = won < 0 ? i : 2;
		}
		assert_in_range(won, 0, 1);
		web_expect(answers[!won], 409, "SEATS_TAKEN");
		assert_string_equal(rig_field(answers[!won].body, "message"), TAKEN);
		assert_string_equal(rig_field(answers[!won].body, "detail"), TAKEN);
		assert_string_equal(web_header(&answers[!won], "Content-Type"), "application/problem+json");
	}
	assert_string_equal(rig_sql("SELECT count(*), count(DISTINCT reserved_by) FROM holdfast.show_seats "
	                            "WHERE show_id = 'web-race' AND status = 'reserved'"), "600|300");
}

/* ---- no answer in time ---- */

static int first_answered(const int *connections, int count)
{
	struct pollfd waits[3];
	int first = 0;

	for (int i = 0; i < count; i++)
		waits[i] = (struct pollfd){.fd = connections[i], .events = POLLIN};
	assert_true(poll(waits, (nfds_t)count, RIG_WAIT_MS) > 0);
	while (!waits[first].revents)
		first++;
	return first;
}

static void what_is_not_answered_can_be_asked_for(void **state)
{
	struct web quick = web_start("--reply-timeout-ms=1000", keys_option, "--session-mutations=0");
	const char *cookie = browser(), *location;
	struct web_answer answer;
	int connections[3], refused;

	(void)state;
	rig_show("web-late", 4);
	rig_stop(worker, SIGTERM);
	answer = web_ask(&quick, "POST", API "reserve", lines(cookie, IDEMPOTENCY("late/1")),
	                 "{\"show_id\":\"web-late\",\"seat_ids\":[\"A1\"]}");
	web_expect(answer, 504, "OUTCOME_UNKNOWN");
	assert_string_equal(rig_field(answer.body, "position"), "0");
	location = web_header(&answer, "Location");
	assert_non_null(strstr(location, "&key=late%2F1&at="));
	answer = web_ask(&quick, "GET", location, cookie, NULL);
	assert_int_equal(answer.status, 202);
	answer = web_ask(&quick, "POST", API "reserve",
	                 lines(browser(), "Prefer: respond-async, wait=1\r\n"),
	                 "{\"show_id\":\"web-late\",\"seat_ids\":[\"A1\"]}");
	assert_int_equal(answer.status, 202);
	assert_string_equal(web_header(&answer, "Preference-Applied"), "respond-async");
	/* Two of a session may be under way, whichever come first. */
	cookie = lines(cookie, "");
	for (int i = 0; i < 3; i++)
		connections[i] = web_send(&gateway, "POST", API "release", cookie,
		                          "{\"show_id\":\"web-late\",\"reservation_id\":"
		                          "\"" NO_HOLD "\"}");
	refused = first_answered(connections, 3);
	web_expect(web_receive(connections[refused]), 429, "IN_FLIGHT");
	worker = rig_start("holdfast-worker", NULL);
	for (int i = 0; i < 3; i++)
		if (i != refused)
			web_expect(web_receive(connections[i]), 404, "UNKNOWN_RESERVATION");
	rig_await_sql("2", "SELECT count(*) FROM holdfast.decisions WHERE show_id = 'web-late' AND "
	                   "type = 'reserve'");
	web_expect(web_ask(&quick, "GET", location, cookie, NULL), 200, "RESERVED");
	rig_stop(quick.pid, SIGTERM);
}

/* ---- what must not be seen ---- */

static void no_secret_is_seen_anywhere(void **state)
{
	struct record *records = topics_records();
	size_t count = rig_read(rig_topics.requests, records, TOPICS_RECORDS_MAX);

	(void)state;
	assert_true(count > 600);
	assert_null(strstr(rig_log(), "canary"));
	for (size_t i = 0; i < count; i++) {
		const struct record *r = &records[i];

		/* What a customer is called is the pipeline's own field. */
		if (memmem(r->value.data, r->value.bytes, "canary-session", 14) ||
		    memmem(r->value.data, r->value.bytes, "-key\"", 5))
			fail_msg("%.*s", TEXT_ARGS(r->value));
	}
	rig_give(records, count);
	free(records);
	audit_is_clean(NULL);
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.decisions WHERE code = 400 AND "
	                            "request_id IS NULL"), "0");
}

static void pages_are_for_every_origin(void **state)
{
	static const char *const paths[] = {"/openapi.json", "/problems/seats_taken"};
	const char *listed = "Origin: https://tickets.example.org\r\n", *first;
	struct web other = web_start("--origins=https://tickets.example.org", NULL, NULL);
	struct web_answer answer;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		answer = web_ask(&other, "GET", paths[i], listed, NULL);
		assert_int_equal(answer.status, 200);
		first = strstr(answer.head, "Access-Control-Allow-Origin: *\r\n");
		assert_non_null(first);
		assert_null(strstr(first + 1, "Access-Control-Allow-Origin"));
		assert_string_equal(web_header(&answer, "Access-Control-Allow-Credentials"), "");
	}
	answer = web_ask(&other, "GET", "/openapi.json", "", NULL);
	assert_string_equal(web_header(&answer, "Content-Type"), "application/json");
	assert_non_null(strstr(answer.body, "\"openapi\": \"3.1.0\""));
	assert_int_equal(web_ask(&other, "POST", "/openapi.json", "", NULL).status, 405);
	assert_int_equal(rig_stop(other.pid, SIGTERM), 0);
}

/* A worker may take long to come on a busy machine. */
static int make(void **state)
{
	const char *options[] = {"--session-mutations=0", keys_option, "--log-level=debug",
	                         "--reply-timeout-ms=60000", NULL};
	int failed = rig_make(state);

	if (failed)
		return failed;
	write_keys();
	worker = rig_start("holdfast-worker", NULL);
	gateway = web_start_as(NULL, options);
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
	    cmocka_unit_test(a_customer_holds_changes_and_his_shop_confirms),
	    cmocka_unit_test(a_request_is_answered_the_same_again),
	    cmocka_unit_test(sessions_are_made_where_nothing_can_be_lost),
	    cmocka_unit_test(each_role_may_its_own),
	    cmocka_unit_test(of_two_who_press_at_once_one_is_told),
	    cmocka_unit_test(what_is_not_answered_can_be_asked_for),
	    cmocka_unit_test(pages_are_for_every_origin),
	    cmocka_unit_test(no_secret_is_seen_anywhere),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
