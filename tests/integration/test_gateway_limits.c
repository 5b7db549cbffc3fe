/*
 * The limits of a gateway, each at it and one past it, and what it sheds: in front of a worker, a
 * broker or a database that stands still, and of more clients than it has room for.
 * tests/run: proxy, tests/run: long
 */
#define _GNU_SOURCE /* memmem */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/partitioner.h"
#include "tests/integration/audit.h"
#include "tests/integration/proxy.h"
#include "tests/integration/topics.h"
#include "tests/integration/web.h"

#define API "/api/seat-reservations/"
#define NO_HOLD "\"reservation_id\":\"11111111-1111-1111-1111-111111111111\""
#define NONE "{\"show_id\":\"none\"," NO_HOLD "}"
#define NO_SESSION_LIMIT "--session-mutations=0"
#define SHOP "Authorization: Bearer canary-slow-key\r\nHoldfast-Session: canary-session-0123456789\r\n"
#define FROM "X-Forwarded-For: "
#define MAP "/api/seat-map?show_id="

/* Servers: `front` counts addresses behind a trusted proxy, `open` counts nothing of sessions. */
static struct web front, open_gate;
static char keys_path[64], keys_option[80], socket_path[64];
static long worker;
static struct proxy *to_database, *to_kafka;
static struct buf heads; /* of every answer, for the canary */

/* ---- asking ---- */

static const char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *text(const char *format, ...)
{
	va_list args;
	char *made;

	va_start(args, format);
	made = rig_print(format, args);
	va_end(args);
	return rig_keep(made);
}

static struct web_answer seen(struct web_answer answer)
{
	if (answer.status)
		buf_print(&heads, "%s\n", answer.head);
	return answer;
}

static struct web_answer post(const struct web *web, const char *operation, const char *headers,
                              const char *body)
{
	return seen(web_ask(web, "POST", operation[0] == '/' ? operation : text(API "%s", operation),
	                    headers, body));
}

static struct web_answer get(const struct web *web, const char *path, const char *headers)
{
	return seen(web_ask(web, "GET", text(API "%s", path), headers, NULL));
}

/* A cookie that nobody else has; any of that form counts. */
static const char *cookie(void)
{
	static unsigned number;

	return text("Cookie: __Host-holdfast=canary-cookie-%018u\r\n", ++number);
}

static int send_reserve(const struct web *web, const char *headers, const char *show, int seat)
{
	return web_send(web, "POST", API "reserve", headers,
	                text("{\"show_id\":\"%s\",\"seat_ids\":[\"A%d\"]}", show, seat));
}

static bool is_answered(int connection, int ms)
{
	struct pollfd wait = {.fd = connection, .events = POLLIN};

	return poll(&wait, 1, ms) == 1;
}

static double refused(const struct web *web, const char *limit)
{
	double count = pages_value(&web->pages,
	                           text("holdfast_gateway_refused_total{limit=\"%s\"}", limit));

	return count < 0 ? 0 : count;
}

static void expect_retry_after(const struct web_answer *answer)
{
	assert_in_range(atoi(web_header(answer, "Retry-After")), 1, 30);
	assert_string_equal(web_header(answer, "Content-Type"), "application/problem+json");
}

/* ---- token buckets ---- */

typedef struct web_answer asking(const struct web *web, const char *who);

static int64_t emptied_ms; /* when the last bucket was found empty */

/*
 * Ask until it is too often: as often as the bucket has tokens, and those that came back meanwhile.
 *
 * burst  0: of the bucket that was found empty last
 */
static void expect_bucket(const struct web *web, asking *again, const char *who, const char *limit,
                          int burst, double per_s)
{
	double before = refused(web, limit);
	int64_t from_ms = burst ? clock_monotonic_ms() : emptied_ms, took_ms;
	struct web_answer answer;
	int count = 0;

	for (; (answer = again(web, who)).status != 429; count++)
		assert_true(answer.status && answer.status < 500 && count < burst + 1000);
	emptied_ms = clock_monotonic_ms();
	took_ms = emptied_ms - from_ms;
	web_expect(answer, 429, "RATE_LIMITED");
	expect_retry_after(&answer);
	if (count < burst || count > burst + (int)((double)took_ms * per_s / 1000) + 1)
		fail_msg("%s: %d in %lld ms", limit, count, (long long)took_ms);
	assert_true(refused(web, limit) == before + 1);
}

static struct web_answer mutate_from(const struct web *web, const char *who)
{
	return post(web, "/api/session", text("%s%s", cookie(), who), NULL);
}

static struct web_answer read_from(const struct web *web, const char *who)
{
	return get(web, "outcome?show_id=none&operation=reserve&key=k", who);
}

static struct web_answer begin_from(const struct web *web, const char *who)
{
	return post(web, "/api/session", who, NULL);
}

static struct web_answer release_of(const struct web *web, const char *who)
{
	return post(web, "release", who, NONE);
}

static void an_address_has_its_share(void **state)
{
	static const char someone[] = FROM "203.0.113.1\r\n", other[] = FROM "203.0.113.2\r\n";

	(void)state;
	expect_bucket(&front, read_from, someone, "address_reads", 200, 50);
	assert_int_equal(read_from(&front, other).status, 404);
	expect_bucket(&front, mutate_from, someone, "address_mutations", 30, 10);
	assert_int_equal(mutate_from(&front, other).status, 204);
	/* What the client itself wrote before the proxy's word counts for nothing. */
	expect_bucket(&front, mutate_from, FROM "198.51.100.7, 203.0.113.1\r\n", "address_mutations", 0,
	              10);
	assert_int_equal(mutate_from(&front, FROM "203.0.113.1\r\n" FROM "203.0.113.3\r\n").status, 204);
	/* A /64 is one household. */
	expect_bucket(&front, mutate_from, FROM "2001:db8::1\r\n", "address_mutations", 30, 10);
	expect_bucket(&front, mutate_from, FROM "2001:db8::ffff:2\r\n", "address_mutations", 0, 10);
	assert_int_equal(mutate_from(&front, FROM "2001:db8:0:1::1\r\n").status, 204);
	expect_bucket(&front, begin_from, FROM "203.0.113.4\r\n", "address_sessions", 10, 1);
	/* A proxy on this machine asks without limit for itself. */
	for (int i = 0; i < 50; i++)
		assert_int_equal(mutate_from(&front, "").status, 204);
}

static void behind_a_socket_the_client_counts(void **state)
{
	const char *options[] = {"--trusted-proxies=192.0.2.0/24", NULL};
	struct web web = web_start_as(socket_path, options);

	(void)state;
	expect_bucket(&web, mutate_from, FROM "198.51.100.7, 203.0.113.1\r\n", "address_mutations", 30,
	              10);
	assert_int_equal(mutate_from(&web, FROM "203.0.113.2\r\n").status, 204);
	/* Of a chain of proxies those that are trusted are no clients. */
	expect_bucket(&web, mutate_from, FROM "203.0.113.1, 192.0.2.7\r\n", "address_mutations", 0, 10);
	assert_int_equal(mutate_from(&web, FROM "203.0.113.2, 192.0.2.7\r\n").status, 204);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(mutate_from(&web, "").status, 204);
		assert_int_equal(mutate_from(&web, FROM "127.0.0.1\r\n").status, 204);
	}
	assert_int_equal(rig_stop(web.pid, SIGTERM), 0);
	assert_int_not_equal(access(socket_path, F_OK), 0);
}

static void a_session_has_its_share(void **state)
{
	char *one = strdup(cookie());

	(void)state;
	expect_bucket(&front, release_of, one, "session_mutations", 6, 2);
	assert_int_equal(release_of(&front, cookie()).status, 404);
	assert_int_equal(get(&front, "check?show_id=none", one).status, 200);
	free(one);
}

static struct web_answer ask_with_key(const struct web *web, const char *who)
{
	return post(web, "release", text("%sIdempotency-Key: %s\r\n", who, rig_id()), NONE);
}

static struct web_answer check_with_key(const struct web *web, const char *who)
{
	return get(web, "check?show_id=none", who);
}

/* Three a second, its line says. */
static void a_key_has_the_rate_of_its_line(void **state)
{
	(void)state;
	expect_bucket(&front, ask_with_key, SHOP, "key_requests", 6, 3);
	expect_bucket(&front, check_with_key, SHOP, "key_requests", 0, 3); /* reads count, too */
}

static struct web_answer guess(const struct web *web, const char *who)
{
	return post(web, "reserve", who, "{\"show_id\":\"lim-guess\",\"seat_ids\":[\"A1\"],"
	            "\"channel_key\":\"canary-channel-wrong\"}");
}

static struct web_answer guess_as_another(const struct web *web, const char *who)
{
	return guess(web, text("%s%s", cookie(), who));
}

static void who_guesses_codes_must_wait(void **state)
{
	static const char right[] = "{\"show_id\":\"lim-guess\",\"seat_ids\":[\"A1\"],"
	                            "\"channel_key\":\"canary-channel-key\"}";
	char *one = strdup(cookie());

	(void)state;
	rig_show("lim-guess", 4);
	rig_expect(rig_ask("lim-guess", "{\"request_id\":\"%s\",\"type\":\"set_channels\",\"show_id\":"
	                   "\"lim-guess\",\"channels\":[{\"channel\":\"presale\","
	                   "\"channel_key\":\"canary-channel-key\",\"opens\":[\"public\"]}]}", rig_id()),
	           200, "CHANNELS_SET");
	expect_bucket(&open_gate, guess, one, "session_wrong_keys", 5, 5 / 60.0);
	/* Not even the right one is looked at then, but what needs none is. */
	web_expect(post(&open_gate, "reserve", one, right), 429, "RATE_LIMITED");
	web_expect(post(&open_gate, "reserve", one, "{\"show_id\":\"lim-guess\",\"seat_ids\":[\"A2\"]}"),
	           200, "RESERVED");
	web_expect(post(&open_gate, "reserve", cookie(), right), 200, "RESERVED");
	expect_bucket(&open_gate, guess_as_another, FROM "203.0.113.9\r\n", "address_wrong_keys", 20,
	              20 / 60.0);
	free(one);
}

/* ---- sizes ---- */

/* A head of exactly so many bytes. */
static struct web_answer ask_with_head(const struct web *web, size_t bytes)
{
	struct buf request = {0}, padding = {0};
	int connection = web_connect(web);

	buf_print(&request, "GET " API "check?show_id=none HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n"
	          "X: ", web->address);
	while (padding.bytes < bytes - request.bytes - 4)
		buf_add_string(&padding, "x");
	buf_print(&request, "%s\r\n\r\n", padding.data);
	assert_int_equal(request.bytes, bytes);
	assert_int_equal(send(connection, request.data, bytes, MSG_NOSIGNAL), bytes);
	buf_release(&request);
	buf_release(&padding);
	return seen(web_receive(connection));
}

static void what_is_too_large_is_refused(void **state)
{
	static const char body[] = "{\"show_id\":\"none\",\"seat_ids\":[\"A1\"]}";
	struct web_answer answer;

	(void)state;
	web_expect(post(&open_gate, "reserve", cookie(), text("%65536s", body)), 404, "UNKNOWN_SHOW");
	answer = post(&open_gate, "reserve", cookie(), text("%65537s", body));
	web_expect(answer, 413, "TOO_LARGE");
	assert_string_equal(web_header(&answer, "Content-Type"), "application/problem+json");
	assert_int_equal(ask_with_head(&open_gate, 8192).status, 200);
	assert_int_equal(ask_with_head(&open_gate, 8193).status, 431);
}

/* ---- in flight ---- */

/* A show of another partition than lim-a's. */
static const char *elsewhere(void)
{
	static char name[] = "lim-b";

	while (partition_of_key(name, 5, rig_partitions) == partition_of_key("lim-a", 5, rig_partitions))
		name[4]++;
	return name;
}

#define FLIGHTS 2048

/* With the default of a partition, and a worker that is not there. */
static void places_are_held_until_the_reply(void **state)
{
	const char *few[] = {"--in-flight-max=3", "--partition-in-flight-max=2", NO_SESSION_LIMIT,
	                     "--reply-timeout-ms=30000", NULL};
	struct web small = web_start_as(NULL, few);
	static int connections[FLIGHTS + 1];
	char *one = strdup(cookie());
	struct web_answer answer;
	int waiting[4], refusals = 0;

	(void)state;
	rig_show("lim-a", 2);
	rig_stop(worker, SIGTERM);
	for (int i = 0; i <= FLIGHTS; i++)
		connections[i] = web_send(&open_gate, "POST", API "release", cookie(), NONE);
	/* Two of a session, whose client has left. */
	for (int i = 0; i < 2; i++)
		waiting[i] = send_reserve(&small, one, "lim-a", i + 1);
	while (pages_value(&small.pages, "holdfast_gateway_in_flight") < 2)
		clock_sleep_ms(10);
	close(waiting[0]);
	close(waiting[1]);
	answer = seen(web_receive(send_reserve(&small, cookie(), "lim-a", 1)));
	web_expect(answer, 503, "OVERLOADED");
	expect_retry_after(&answer);
	assert_true(refused(&small, "partition_in_flight") == 1);
	answer = seen(web_receive(send_reserve(&small, one, elsewhere(), 1)));
	web_expect(answer, 429, "IN_FLIGHT");
	expect_retry_after(&answer);
	waiting[2] = send_reserve(&small, cookie(), elsewhere(), 1);
	while (pages_value(&small.pages, "holdfast_gateway_in_flight") < 3)
		clock_sleep_ms(10);
	answer = seen(web_receive(send_reserve(&small, cookie(), elsewhere(), 1)));
	web_expect(answer, 503, "OVERLOADED");
	assert_true(refused(&small, "in_flight") == 1);
	worker = rig_start("holdfast-worker", NULL);
	web_expect(seen(web_receive(waiting[2])), 404, "UNKNOWN_SHOW");
	for (int i = 0; i <= FLIGHTS; i++) {
		answer = seen(web_receive(connections[i]));
		if (answer.status == 503)
			refusals++;
		else
			web_expect(answer, 404, "UNKNOWN_RESERVATION");
	}
	assert_int_equal(refusals, 1);
	/* He who left has his seats all the same: his record was in the topic. */
	rig_await_sql("1", "SELECT count(*) FROM holdfast.seat_reservations WHERE show_id = 'lim-a'");
	assert_non_null(strstr(get(&small, "check?show_id=lim-a", one).body, "\"has_reservation\":true"));
	rig_stop(small.pid, SIGTERM);
	free(one);
}

/* ---- a worker that stands still, and the end ---- */

static void a_queue_that_is_too_old_takes_no_more(void **state)
{
	const char *quick[] = {"--reply-timeout-ms=1000", NO_SESSION_LIMIT, NULL};
	struct web web = web_start_as(NULL, quick);
	struct web_answer answer = {0};
	int first, waiting[200], count = 0;
	int64_t until_ms;

	(void)state;
	rig_stop(worker, SIGTERM);
	first = send_reserve(&web, cookie(), "lim-a", 1);
	until_ms = clock_monotonic_ms() + 990;
	while (count < 200 && clock_monotonic_ms() < until_ms) {
		waiting[count] = send_reserve(&web, cookie(), "lim-a", 1);
		if (!is_answered(waiting[count], 20)) {
			count++;
			continue;
		}
		answer = seen(web_receive(waiting[count]));
		break;
	}
	web_expect(answer, 503, "OVERLOADED");
	expect_retry_after(&answer);
	assert_true(refused(&web, "shed") >= 1);
	/* Others are not held up. */
	waiting[count++] = send_reserve(&web, cookie(), elsewhere(), 1);
	assert_false(is_answered(waiting[count - 1], 50));
	answer = seen(web_receive(first));
	web_expect(answer, 504, "OUTCOME_UNKNOWN");
	assert_non_null(strstr(web_header(&answer, "Location"), API "outcome?show_id=lim-a&operation="
	                       "reserve&key="));
	assert_string_not_equal(web_header(&answer, "Retry-After"), "");
	for (int i = 0; i < count; i++)
		web_expect(seen(web_receive(waiting[i])), 504, "OUTCOME_UNKNOWN");
	rig_stop(web.pid, SIGTERM);
	worker = rig_start("holdfast-worker", NULL);
}

static void at_the_end_what_waits_is_answered(void **state)
{
	const char *options[] = {"--reply-timeout-ms=30000", NO_SESSION_LIMIT, NULL};
	struct web web = web_start_as(NULL, options);
	int waiting, connection, code = 0;
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	(void)state;
	rig_stop(worker, SIGTERM);
	waiting = web_send(&web, "POST", API "release", cookie(), NONE);
	while (pages_value(&web.pages, "holdfast_gateway_in_flight") < 1)
		clock_sleep_ms(10);
	kill((pid_t)web.pid, SIGTERM);
	pages_await(&web.pages, "/readyz", "503", "");
	while ((connection = web_connect(&web)) >= 0) { /* nobody listens any more */
		close(connection);
		assert_true(clock_monotonic_ms() < until_ms);
	}
	assert_false(is_answered(waiting, 0));
	worker = rig_start("holdfast-worker", NULL);
	web_expect(seen(web_receive(waiting)), 404, "UNKNOWN_RESERVATION");
	while (!rig_has_ended(web.pid, &code)) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(10);
	}
	assert_int_equal(code, 0);
}

/* ---- brokers and databases that stand still ---- */

static int port_in(const char *url)
{
	const char *at = strrchr(url, '@');

	at = strchr(at ? at : url, ':');
	return at ? atoi(at + 1) : 0;
}

#define CUT 40 /* requests */

static void expect_not_published(char (*ids)[40], int id_count)
{
	struct record *records = topics_records();
	size_t count = rig_read(rig_topics.requests, records, TOPICS_RECORDS_MAX);

	for (size_t i = 0; i < count; i++)
		for (int k = 0; k < id_count; k++)
			if (memmem(records[i].value.data, records[i].value.bytes, ids[k], 36))
				fail_msg("%s was published", ids[k]);
	rig_give(records, count);
	free(records);
}

/* What is said to be not executed never is. Where the way is silent some are on it already. */
static void disturb_brokers(const struct web *web, enum proxy_mode mode)
{
	static char refused_ids[CUT][40];
	int connections[CUT], count = 0;

	for (int i = 0; i < CUT; i++) {
		if (i == (mode == PROXY_CUT ? 0 : CUT / 4))
			proxy_set(to_kafka, mode, 0);
		if (i == 0 && mode == PROXY_CUT)
			pages_await(&web->pages, "/readyz", "503", "");
		connections[i] = web_send(web, "POST", API "release", cookie(), NONE);
	}
	for (int i = 0; i < CUT; i++) {
		struct web_answer answer = seen(web_receive(connections[i]));

		if (answer.status == 503) {
			expect_retry_after(&answer);
			snprintf(refused_ids[count++], sizeof refused_ids[0], "%s",
			         web_header(&answer, "Request-Id"));
		} else if (answer.status != 404)
			web_expect(answer, 504, "OUTCOME_UNKNOWN");
	}
	proxy_set(to_kafka, PROXY_PASS, 0);
	pages_await_ready(&web->pages);
	while (post(web, "release", cookie(), NONE).status != 404)
		clock_sleep_ms(100);
	expect_not_published(refused_ids, count);
}

static void without_brokers_nothing_is_promised(void **state)
{
	const char *options[] = {NO_SESSION_LIMIT, "--log-level=debug", NULL};
	struct web_answer answer = {0, "", ""};
	struct web web;

	(void)state;
	rig_go_through(proxy_port(to_database), proxy_port(to_kafka));
	web = web_start_as(NULL, options);
	rig_go_through(0, 0);
	disturb_brokers(&web, PROXY_CUT);
	disturb_brokers(&web, PROXY_STALL);
	/* What comes when they are gone for good is never sent, which is known when its time is up. */
	proxy_set(to_kafka, PROXY_CUT, 0);
	for (int i = 0; i < 20 && strcmp(rig_field(answer.body, "reason"), "NOT_EXECUTED") != 0; i++)
		answer = seen(post(&web, "release", cookie(), NONE));
	web_expect(answer, 503, "NOT_EXECUTED");
	proxy_set(to_kafka, PROXY_PASS, 0);
	rig_stop(web.pid, SIGTERM);
}

#define QUEUE 1100 /* beyond what waits for rows, and those being read */

static void without_a_database_seats_are_sold_all_the_same(void **state)
{
	const char *options[] = {NO_SESSION_LIMIT, keys_option, NULL};
	static int connections[QUEUE];
	struct web_answer answer;
	int64_t from_ms;
	struct web web;

	(void)state;
	rig_show("lim-rows", 3);
	rig_go_through(proxy_port(to_database), proxy_port(to_kafka));
	web = web_start_as(NULL, options);
	rig_go_through(0, 0);
	proxy_set(to_database, PROXY_STALL, 0);
	from_ms = clock_monotonic_ms();
	for (int i = 0; i < QUEUE; i++)
		connections[i] = web_send(&web, "GET", API "check?show_id=lim-rows", cookie(), NULL);
	web_expect(seen(web_receive(send_reserve(&web, cookie(), "lim-rows", 1))), 200, "RESERVED");
	pages_await_ready(&web.pages);
	for (int i = 0; i < QUEUE; i++) {
		answer = seen(web_receive(connections[i]));
		assert_int_equal(answer.status, 503);
		expect_retry_after(&answer);
	}
	assert_true(clock_monotonic_ms() - from_ms <= 8000);
	assert_true(refused(&web, "rows") >= QUEUE - 1024 - 10);
	proxy_set(to_database, PROXY_CUT, 0);
	web_expect(get(&web, "check?show_id=lim-rows", cookie()), 503, "NOT_EXECUTED");
	web_expect(get(&web, "outcome?show_id=lim-rows&operation=reserve&key=k", cookie()), 503,
	           "NOT_EXECUTED");
	web_expect(web_ask(&web, "GET", MAP "lim-rows", "", NULL), 503, "NOT_EXECUTED");
	/* The hold that is meant cannot be looked up; one that is named can be given back. */
	web_expect(post(&web, "release", cookie(), "{\"show_id\":\"lim-rows\"}"), 503, "NOT_EXECUTED");
	web_expect(post(&web, "release", cookie(), NONE), 404, "UNKNOWN_RESERVATION");
	pages_await_ready(&web.pages);
	proxy_set(to_database, PROXY_PASS, 0);
	while (get(&web, "check?show_id=lim-rows", cookie()).status != 200)
		clock_sleep_ms(50);
	assert_int_equal(web_ask(&web, "GET", MAP "lim-rows", "", NULL).status, 200);
	rig_stop(web.pid, SIGTERM);
}

/* ---- more clients than there is room for ---- */

#define SLOW 500
#define IDLE 2000

static void slow_and_idle_clients_are_in_nobodys_way(void **state)
{
	static const char half[] = "POST /api/session HTTP/1.1\r\nHost: x\r\n", whole[] =
	    "GET /problems/seats_taken HTTP/1.1\r\nHost: x\r\n\r\n";
	const char *options[] = {NO_SESSION_LIMIT, "--connections-max=2000", NULL};
	struct web web = web_start_as(NULL, options);
	static int fds[SLOW + IDLE];
	int64_t from_ms, worst_ms = 0;

	(void)state;
	for (int i = 0; i < SLOW + IDLE; i++) {
		bool is_slow = i % 5 == 4;

		fds[i] = web_connect(&web);
		assert_true(fds[i] >= 0);
		(void)send(fds[i], is_slow ? half : whole, is_slow ? sizeof half - 1 : sizeof whole - 1,
		           MSG_NOSIGNAL);
	}
	for (int i = 0; i < 50; i++) {
		from_ms = clock_monotonic_ms();
		web_expect(post(&web, "release", cookie(), NONE), 404, "UNKNOWN_RESERVATION");
		if (clock_monotonic_ms() - from_ms > worst_ms)
			worst_ms = clock_monotonic_ms() - from_ms;
		(void)send(fds[5 * i + 4], "X", 1, MSG_NOSIGNAL);
	}
	if (worst_ms > 2000)
		fail_msg("a customer waited %lld ms", (long long)worst_ms);
	for (int i = 0; i < SLOW + IDLE; i++)
		close(fds[i]);
	rig_stop(web.pid, SIGTERM);
}

/* ---- what must not be seen ---- */

static void expect_no_canary(const char *topic)
{
	struct record *records = topics_records();
	size_t count = rig_read(topic, records, TOPICS_RECORDS_MAX);

	assert_true(count > 0);
	for (size_t i = 0; i < count; i++)
		if (memmem(records[i].value.data, records[i].value.bytes, "canary", 6))
			fail_msg("%s: %.*s", topic, TEXT_ARGS(records[i].value));
	rig_give(records, count);
	free(records);
}

/* A cookie goes back to him who sent it, and nowhere else. */
static void no_secret_is_seen(void **state)
{
	char *at = heads.data;

	(void)state;
	while ((at = strstr(at, "canary"))) {
		if (strncmp(at - 28, "Set-Cookie: __Host-holdfast=", 28) != 0)
			fail_msg("%.200s", at - 28);
		at++;
	}
	assert_null(strstr(rig_log(), "canary"));
	assert_null(strstr(pages_get(&front.pages, "/metrics"), "canary"));
	assert_null(strstr(pages_get(&open_gate.pages, "/metrics"), "canary"));
	expect_no_canary(rig_topics.replies);
	expect_no_canary(rig_topics.events);
	audit_is_clean(NULL);
}

static void write_keys(void)
{
	const struct text key = text_of("canary-slow-key");
	uint8_t digest[SHA256_BYTES];
	FILE *file;

	snprintf(keys_path, sizeof keys_path, "/tmp/holdfast-limits-%ld", (long)getpid());
	snprintf(keys_option, sizeof keys_option, "--keys=%s", keys_path);
	snprintf(socket_path, sizeof socket_path, "/tmp/holdfast-socket-%ld", (long)getpid());
	file = fopen(keys_path, "we");
	assert_non_null(file);
	sha256(digest, &key, 1);
	fprintf(file, "slow checkout ");
	for (size_t i = 0; i < sizeof digest; i++)
		fprintf(file, "%02x", digest[i]);
	fprintf(file, " * 3\n");
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(keys_path, 0600), 0);
}

static int make(void **state)
{
	const char *listening = getenv("HOLDFAST_KAFKA_PROXY_PORT"), *target = getenv("KAFKA_PROXIED_PORT");
	const char *front_options[] = {"--trusted-proxies=127.0.0.0/8", keys_option, "--log-level=debug",
	                               NULL};
	const char *open_options[] = {"--trusted-proxies=127.0.0.0/8", "--address-mutations=0",
	                              NO_SESSION_LIMIT, "--reply-timeout-ms=30000",
	                              "--log-level=debug", NULL};
	struct rlimit files;

	if (!listening || !target) {
		fprintf(stderr, "the broker must be started with HOLDFAST_KAFKA_PROXY_PORT\n");
		return -1;
	}
	if (getrlimit(RLIMIT_NOFILE, &files))
		return -1;
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) || rig_make(state))
		return -1;
	to_database = proxy_open(0, port_in(getenv("DATABASE_URL")));
	to_kafka = proxy_open(atoi(listening), atoi(target));
	write_keys();
	worker = rig_start("holdfast-worker", NULL);
	front = web_start_as(NULL, front_options);
	open_gate = web_start_as(NULL, open_options);
	return 0;
}

static int drop(void **state)
{
	unlink(keys_path);
	buf_release(&heads);
	proxy_close(to_database);
	proxy_close(to_kafka);
	return rig_drop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_address_has_its_share),
	    cmocka_unit_test(behind_a_socket_the_client_counts),
	    cmocka_unit_test(a_session_has_its_share),
	    cmocka_unit_test(a_key_has_the_rate_of_its_line),
	    cmocka_unit_test(who_guesses_codes_must_wait),
	    cmocka_unit_test(what_is_too_large_is_refused),
	    cmocka_unit_test(places_are_held_until_the_reply),
	    cmocka_unit_test(a_queue_that_is_too_old_takes_no_more),
	    cmocka_unit_test(at_the_end_what_waits_is_answered),
	    cmocka_unit_test(without_brokers_nothing_is_promised),
	    cmocka_unit_test(without_a_database_seats_are_sold_all_the_same),
	    cmocka_unit_test(slow_and_idle_clients_are_in_nobodys_way),
	    cmocka_unit_test(no_secret_is_seen),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
